//! `bgbb_fit(frequency, recency, opportunities [, weight])`

use super::beta_bernoulli::{LAST_TAKEN, OPPORTUNITIES, TAKEN};
use crate::functions::argument::WEIGHT;
use crate::functions::document::Example;
use crate::functions::fitted::{
    CONVERGED, CUSTOMERS, FLAGS, IDENTIFIED, ITERATIONS, LOG_LIKELIHOOD, answer, error, model,
    parameter,
};
use crate::functions::groupwise::Groupwise;
use crate::functions::model::BGBB;
use crate::functions::multiset::Counted;
use crate::functions::shape::{Answer, Shape};
use crate::kernel::beta_bernoulli::{Record, fit};
use crate::kernel::{OutOfDomain, check_weight};

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
    kernel,
};

fn kernel(rows: &[Counted<4>]) -> Result<Option<Answer>, OutOfDomain> {
    let (mut records, mut customers) = (Vec::with_capacity(rows.len()), 0);
    for Counted { values: [frequency, recency, opportunities, weight], count } in rows {
        check_weight(*weight)?;
        let record = Record::new(*frequency, *recency, *opportunities)?;
        records.push((record, weight * *count as f64));
        customers += if *weight > 0.0 { *count } else { 0 };
    }
    let names = ["alpha", "beta", "gamma", "delta"];
    Ok(fit(records).map(|maximum| answer(names, &maximum, customers, &[])))
}
