//! `bgnbd_fit(frequency, recency, age [, weight [, weights]])`

use crate::functions::argument::{AGE, FREQUENCY, RECENCY, WEIGHT};
use crate::functions::document::Example;
use crate::functions::fitted::{
    CONVERGED, CUSTOMERS, FLAGS, IDENTIFIED, ITERATIONS, LOG_LIKELIHOOD, answer, error, histories,
    model, parameter,
};
use crate::functions::groupwise::Groupwise;
use crate::functions::model::BGNBD;
use crate::functions::multiset::Counted;
use crate::functions::shape::{Answer, Shape};
use crate::kernel::beta_geometric::{Coin, fit_weighted};
use crate::kernel::{OutOfDomain, Weights};

pub(super) static FUNCTION: Groupwise<4> = Groupwise {
    name: "bgnbd_fit",
    summary: "Fits the BG/NBD model of repeat buying and leaving by maximum likelihood.",
    arguments: [FREQUENCY, RECENCY, AGE, WEIGHT],
    returns: "a model to pass to `bgnbd_p_alive` and the other functions of that prefix",
    shape: Shape::Struct(&[
        parameter("r", "shape of the spread of purchase rates"),
        parameter("alpha", "scale of the spread of purchase rates, in the unit of `age`"),
        parameter("a", "first shape of the spread of drop-out chances"),
        parameter("b", "second shape of the spread of drop-out chances"),
        error("r_se"),
        error("alpha_se"),
        error("a_se"),
        error("b_se"),
        LOG_LIKELIHOOD,
        CUSTOMERS,
        ITERATIONS,
        CONVERGED,
        IDENTIFIED,
        FLAGS,
        model(BGNBD.name),
    ]),
    source: "Fader, Hardie and Lee (2005), Marketing Science 24(2), 275–284",
    examples: &[
        Example::over(
            "bgnbd_fit(frequency, recency, age)['customers']",
            "(VALUES (2, 30.4, 38.9), (0, 0, 38.9), (1, 1.7, 38.9)) AS t(frequency, recency, age)",
            "3",
        ),
        Example::over(
            "bgnbd_fit(frequency, recency, age)['flags']",
            "(VALUES (0, 0, 10), (0, 0, 20)) AS t(frequency, recency, age)",
            "r_lower,r_upper,alpha_lower,alpha_upper,a_lower,a_upper,b_lower,b_upper,not_identified",
        ),
    ],
    weights: Some(Weights::Counts),
    kernel,
};

fn kernel(rows: &[Counted<4>], weights: Weights) -> Result<Option<Answer>, OutOfDomain> {
    let histories = histories(rows, weights)?;
    let customers = histories.customers();
    let names = ["r", "alpha", "a", "b"];
    Ok(fit_weighted(Coin::AfterRepeats, &histories)
        .map(|maximum| answer(names, &maximum, customers, &[])))
}
