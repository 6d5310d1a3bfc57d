//! `sbg_fit(periods, lost [, weight [, weights]])`

use super::renewal::{LOST, PERIODS, stays};
use crate::functions::argument::WEIGHT;
use crate::functions::document::Example;
use crate::functions::fitted::{
    CONVERGED, CUSTOMERS, FLAGS, IDENTIFIED, ITERATIONS, LOG_LIKELIHOOD, answer, error, model,
    parameter,
};
use crate::functions::groupwise::Groupwise;
use crate::functions::model::SBG;
use crate::functions::multiset::Counted;
use crate::functions::shape::{Answer, Shape};
use crate::kernel::renewal::fit_sbg_weighted;
use crate::kernel::{OutOfDomain, Weights};

pub(super) static FUNCTION: Groupwise<3> = Groupwise {
    name: "sbg_fit",
    summary: "Fits the sBG model of customers with a contract by maximum likelihood: each renews, \
              or is lost, with a chance of their own.",
    arguments: [PERIODS, LOST, WEIGHT],
    returns: "a model to pass to `sbg_survival` and the other functions of that prefix",
    shape: Shape::Struct(&[
        parameter("alpha", "first shape of the spread of the chances to be lost"),
        parameter("beta", "second shape of the spread of the chances to be lost"),
        error("alpha_se"),
        error("beta_se"),
        LOG_LIKELIHOOD,
        CUSTOMERS,
        ITERATIONS,
        CONVERGED,
        IDENTIFIED,
        FLAGS,
        model(SBG.name),
    ]),
    source: "Fader and Hardie (2007), Journal of Interactive Marketing 21(1), 76–90",
    examples: &[
        Example::over(
            "CAST(sbg_fit(periods, lost, customers)['alpha'] AS DECIMAL(12, 9))",
            "(VALUES (1, 1, 369), (2, 1, 163), (3, 1, 86), (4, 1, 56), (5, 1, 37), (6, 1, 27), (7, \
             1, 21), (7, 0, 241)) AS t(periods, lost, customers)",
            "0.704077298",
        ),
        Example::over(
            "sbg_fit(periods, lost, customers)['flags']",
            "(VALUES (1, 1, 369), (1, 0, 631)) AS t(periods, lost, customers)",
            "alpha_lower,alpha_upper,beta_lower,beta_upper,not_identified",
        ),
    ],
    weights: Some(Weights::Counts),
    kernel,
};

fn kernel(rows: &[Counted<3>], weights: Weights) -> Result<Option<Answer>, OutOfDomain> {
    let stays = stays(rows, weights)?;
    let customers = stays.customers();
    Ok(fit_sbg_weighted(&stays).map(|maximum| answer(["alpha", "beta"], &maximum, customers, &[])))
}
