//! `gamma_gamma_fit(frequency, monetary [, weight [, weights]])`

use crate::functions::argument::{FREQUENCY, WEIGHT};
use crate::functions::document::{Argument, Example, Field};
use crate::functions::domain::Domain;
use crate::functions::fitted::{
    CONVERGED, CUSTOMERS, FLAGS, IDENTIFIED, ITERATIONS, answer, error, log_likelihood, model,
    parameter, weighted,
};
use crate::functions::groupwise::Groupwise;
use crate::functions::model::GAMMA_GAMMA;
use crate::functions::multiset::Counted;
use crate::functions::shape::{Answer, Shape};
use crate::kernel::gamma_gamma::{Spend, fit_weighted, has_infinite_mean};
use crate::kernel::{OutOfDomain, Weights};

pub(super) static FUNCTION: Groupwise<3> = Groupwise {
    name: "gamma_gamma_fit",
    summary: "Fits the Gamma-Gamma model of spend per purchase day by maximum likelihood.",
    arguments: [
        FREQUENCY,
        Argument {
            name: "monetary",
            meaning: "mean spend on the purchase days after the first",
            domain: Domain::Number(
                ">= 0; rows with 0, or with `frequency` 0, contain no information and are ignored",
            ),
            optional: false,
        },
        WEIGHT,
    ],
    returns: "a model to pass to `gamma_gamma_expected_spend`",
    shape: Shape::Struct(&[
        parameter("p", "shape of a customer's spend"),
        parameter("q", "shape of the spread between customers"),
        parameter("v", "scale of the spread between customers, in the unit of `monetary`"),
        error("p_se"),
        error("q_se"),
        error("v_se"),
        log_likelihood!("of the customers' mean spends, a density per unit of `monetary`"),
        CUSTOMERS,
        ITERATIONS,
        CONVERGED,
        IDENTIFIED,
        Field {
            meaning: "as in `bgnbd_fit`, and `infinite_mean` (q <= 1: the population's mean spend \
                      is not finite, and estimates that rest on it are NULL)",
            ..FLAGS
        },
        model(GAMMA_GAMMA.name),
    ]),
    source: "Fader, Hardie and Lee (2005), Journal of Marketing Research 42(4), 415–430",
    examples: &[Example::over(
        "gamma_gamma_fit(frequency, monetary)['customers']",
        "(VALUES (2, 22.35), (0, 0), (1, 11.77), (7, 73.74)) AS t(frequency, monetary)",
        "3",
    )],
    weights: Some(Weights::Counts),
    kernel,
};

fn kernel(rows: &[Counted<3>], weights: Weights) -> Result<Option<Answer>, OutOfDomain> {
    let read = |[frequency, monetary, _]: [f64; 3]| Spend::new(frequency, monetary);
    let spends = weighted(rows, weights, read, Spend::informs)?;
    let customers = spends.customers();
    Ok(fit_weighted(&spends).map(|maximum| {
        let infinite: &[&str] =
            if has_infinite_mean(maximum.parameters) { &["infinite_mean"] } else { &[] };
        answer(["p", "q", "v"], &maximum, customers, infinite)
    }))
}
