//! `bdw_fit(periods, lost [, weight [, weights]])`

use super::renewal::{LOST, PERIODS, stays};
use crate::functions::argument::WEIGHT;
use crate::functions::document::Example;
use crate::functions::fitted::{
    CONVERGED, CUSTOMERS, FLAGS, IDENTIFIED, ITERATIONS, LOG_LIKELIHOOD, answer, error, model,
    parameter,
};
use crate::functions::groupwise::Groupwise;
use crate::functions::model::BDW;
use crate::functions::multiset::Counted;
use crate::functions::shape::{Answer, Shape};
use crate::kernel::renewal::fit_bdw_weighted;
use crate::kernel::{OutOfDomain, Weights};

pub(super) static FUNCTION: Groupwise<3> = Groupwise {
    name: "bdw_fit",
    summary: "Fits the BdW model of customers with a contract by maximum likelihood: sBG in which \
              the chance to be lost changes with time.",
    arguments: [PERIODS, LOST, WEIGHT],
    returns: "a model to pass to `bdw_survival` and the other functions of that prefix",
    shape: Shape::Struct(&[
        parameter("alpha", "first shape of the spread of the chances to be lost"),
        parameter("beta", "second shape of the spread of the chances to be lost"),
        parameter("c", "how chances change with time: below 1 they fall, above 1 they rise"),
        error("alpha_se"),
        error("beta_se"),
        error("c_se"),
        LOG_LIKELIHOOD,
        CUSTOMERS,
        ITERATIONS,
        CONVERGED,
        IDENTIFIED,
        FLAGS,
        model(BDW.name),
    ]),
    source: "Fader, Hardie, Liu, Davin and Steenburgh (2018), Journal of Interactive Marketing \
              43, 1–16",
    examples: &[
        Example::over(
            "CAST(bdw_fit(periods, lost, customers)['c'] AS DECIMAL(12, 9))",
            "(VALUES (1, 1, 369), (2, 1, 163), (3, 1, 86), (4, 1, 56), (5, 1, 37), (6, 1, 27), (7, \
             1, 21), (7, 0, 241)) AS t(periods, lost, customers)",
            "1.283451286",
        ),
        Example::over(
            "bdw_fit(periods, lost, customers)['flags']",
            "(VALUES (1, 1, 369), (1, 0, 631)) AS t(periods, lost, customers)",
            "alpha_lower,alpha_upper,beta_lower,beta_upper,c_lower,c_upper,not_identified",
        ),
    ],
    weights: Some(Weights::Counts),
    kernel,
};

fn kernel(rows: &[Counted<3>], weights: Weights) -> Result<Option<Answer>, OutOfDomain> {
    let stays = stays(rows, weights)?;
    let customers = stays.customers();
    Ok(fit_bdw_weighted(&stays)
        .map(|maximum| answer(["alpha", "beta", "c"], &maximum, customers, &[])))
}
