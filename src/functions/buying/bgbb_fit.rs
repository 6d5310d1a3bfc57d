//! `bgbb_fit(frequency, recency, opportunities [, weight [, weights]])`

use super::opportunities::{LAST_TAKEN, OPPORTUNITIES, TAKEN};
use crate::functions::argument::WEIGHT;
use crate::functions::document::Example;
use crate::functions::fitted::{
    CONVERGED, CUSTOMERS, FLAGS, IDENTIFIED, ITERATIONS, LOG_LIKELIHOOD, answer, error, model,
    parameter, weighted,
};
use crate::functions::groupwise::Groupwise;
use crate::functions::model::BGBB;
use crate::functions::multiset::Counted;
use crate::functions::shape::{Answer, Shape};
use crate::kernel::beta_bernoulli::{Record, fit_weighted};
use crate::kernel::{OutOfDomain, Weights};

pub(super) static FUNCTION: Groupwise<4> = Groupwise {
    name: "bgbb_fit",
    summary: "Fits the BG/BB model by maximum likelihood: of customers that take opportunities, at \
              most once each, such as a yearly donation, until they leave.",
    arguments: [TAKEN, LAST_TAKEN, OPPORTUNITIES, WEIGHT],
    returns: "a model to pass to `bgbb_p_alive` and the other functions of that prefix",
    shape: Shape::Struct(&[
        parameter("alpha", "first shape of the spread of the chance to take an opportunity"),
        parameter("beta", "second shape of the spread of the chance to take an opportunity"),
        parameter("gamma", "first shape of the spread of drop-out chances"),
        parameter("delta", "second shape of the spread of drop-out chances"),
        error("alpha_se"),
        error("beta_se"),
        error("gamma_se"),
        error("delta_se"),
        LOG_LIKELIHOOD,
        CUSTOMERS,
        ITERATIONS,
        CONVERGED,
        IDENTIFIED,
        FLAGS,
        model(BGBB.name),
    ]),
    source: "Fader, Hardie and Shang (2010), Marketing Science 29(6), 1086–1108",
    examples: &[
        Example::over(
            "bgbb_fit(x, t_x, n)['customers']",
            "(VALUES (3, 6, 6), (0, 0, 6), (1, 1, 6), (6, 6, 6)) AS t(x, t_x, n)",
            "4",
        ),
        Example::over(
            "bgbb_fit(x, t_x, n)['flags']",
            "(VALUES (2, 2, 2), (3, 3, 3)) AS t(x, t_x, n)",
            "alpha_lower,alpha_upper,beta_lower,beta_upper,gamma_lower,gamma_upper,delta_lower,\
             delta_upper,not_identified",
        ),
    ],
    weights: Some(Weights::Counts),
    kernel,
};

fn kernel(rows: &[Counted<4>], weights: Weights) -> Result<Option<Answer>, OutOfDomain> {
    let read = |[frequency, recency, opportunities, _]: [f64; 4]| {
        Record::new(frequency, recency, opportunities)
    };
    let records = weighted(rows, weights, read, |_| true)?;
    let (names, customers) = (["alpha", "beta", "gamma", "delta"], records.customers());
    Ok(fit_weighted(&records).map(|maximum| answer(names, &maximum, customers, &[])))
}
