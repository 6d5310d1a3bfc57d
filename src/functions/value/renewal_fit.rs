//! `…_fit(periods, lost [, weight [, weights]])`: which parameters make what the customers
//! did most likely?

use super::renewal::{Bdw, LOST, PERIODS, Sbg, stays};
use crate::functions::argument::WEIGHT;
use crate::functions::document::{Example, Field};
use crate::functions::family::{Definition, Fit, Row, names};
use crate::functions::fitted::{answer, log_likelihood, parameter};
use crate::functions::multiset::Counted;
use crate::functions::shape::Answer;
use crate::kernel::renewal::{Stay, fit_bdw_weighted, fit_sbg_weighted};
use crate::kernel::{Maximum, OutOfDomain, Weighted, Weights};

const LIKELIHOOD: Field = log_likelihood!(
    "of the renewal at which each customer was lost, and of the renewals of those who are there"
);

const SBG: Fit = Fit {
    summary: "Fits the sBG model of customers with a contract by maximum likelihood: each \
              renews, or is lost, with a chance of their own.",
    returns: "a model to pass to `{prefix}_survival` and the other functions of that prefix",
    source: "{source}",
    parameters: &[
        parameter("alpha", "first shape of the spread of the chances to be lost"),
        parameter("beta", "second shape of the spread of the chances to be lost"),
    ],
    more: &[],
    likelihood: LIKELIHOOD,
    examples: &[
        Example::over(
            "CAST({prefix}_fit(periods, lost, customers)['alpha'] AS DECIMAL(12, 9))",
            "(VALUES (1, 1, 369), (2, 1, 163), (3, 1, 86), (4, 1, 56), (5, 1, 37), (6, 1, \
             27), (7, 1, 21), (7, 0, 241)) AS t(periods, lost, customers)",
            "0.704077298",
        ),
        Example::over(
            "{prefix}_fit(periods, lost, customers)['flags']",
            "(VALUES (1, 1, 369), (1, 0, 631)) AS t(periods, lost, customers)",
            "alpha_lower,alpha_upper,beta_lower,beta_upper,not_identified",
        ),
    ],
};

const BDW: Fit = Fit {
    summary: "Fits the BdW model of customers with a contract by maximum likelihood: sBG in \
              which the chance to be lost changes with time.",
    returns: "a model to pass to `{prefix}_survival` and the other functions of that prefix",
    source: "{source}",
    parameters: &[
        parameter("alpha", "first shape of the spread of the chances to be lost"),
        parameter(
            "beta",
            "second shape of the spread of the chances to be lost; NULL where it is larger than a number can be, \
             and the model then predicts nothing",
        ),
        parameter("c", "how chances change with time: below 1 they fall, above 1 they rise"),
    ],
    more: &[],
    likelihood: LIKELIHOOD,
    examples: &[
        Example::over(
            "CAST({prefix}_fit(periods, lost, customers)['c'] AS DECIMAL(12, 9))",
            "(VALUES (1, 1, 369), (2, 1, 163), (3, 1, 86), (4, 1, 56), (5, 1, 37), (6, 1, \
             27), (7, 1, 21), (7, 0, 241)) AS t(periods, lost, customers)",
            "1.283451286",
        ),
        Example::over(
            "{prefix}_fit(periods, lost, customers)['flags']",
            "(VALUES (1, 1, 369), (1, 0, 631)) AS t(periods, lost, customers)",
            "alpha_lower,alpha_upper,beta_lower,beta_upper,c_lower,c_upper,not_identified",
        ),
    ],
};

/// The fit of both models.
pub(super) fn all() -> Vec<Definition> {
    let arguments = [PERIODS, LOST, WEIGHT];
    vec![
        SBG.of::<Sbg, 3>(arguments, |rows, weights| {
            kernel::<Sbg, 2>(rows, weights, fit_sbg_weighted)
        }),
        BDW.of::<Bdw, 3>(arguments, |rows, weights| {
            kernel::<Bdw, 3>(rows, weights, fit_bdw_weighted)
        }),
    ]
}

fn kernel<R: Row, const P: usize>(
    rows: &[Counted<3>],
    weights: Weights,
    fit: fn(&Weighted<Stay>) -> Option<Maximum<P>>,
) -> Result<Option<Answer>, OutOfDomain> {
    let stays = stays(rows, weights)?;
    let customers = stays.customers();
    Ok(fit(&stays).map(|maximum| answer(names::<R, P>(), &maximum, customers, &[])))
}
