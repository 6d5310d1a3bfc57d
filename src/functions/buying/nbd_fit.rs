//! `nbd_fit(frequency, recency, age [, weight [, weights]])`

use crate::functions::argument::{AGE, FREQUENCY, RECENCY, WEIGHT};
use crate::functions::document::{Argument, Example};
use crate::functions::fitted::{
    CONVERGED, CUSTOMERS, FLAGS, IDENTIFIED, ITERATIONS, LOG_LIKELIHOOD, answer, error, histories,
    model, parameter,
};
use crate::functions::groupwise::Groupwise;
use crate::functions::model::NBD;
use crate::functions::multiset::Counted;
use crate::functions::shape::{Answer, Shape};
use crate::kernel::nbd::fit_weighted;
use crate::kernel::{OutOfDomain, Weights};

pub(super) static FUNCTION: Groupwise<4> = Groupwise {
    name: "nbd_fit",
    summary: "Fits the NBD model of repeat buying, in which nobody leaves, by maximum likelihood.",
    arguments: [FREQUENCY, Argument { meaning: UNUSED, ..RECENCY }, AGE, WEIGHT],
    returns: "a model to pass to `nbd_expected_purchases` and the other functions of that prefix; \
              its `log_likelihood` is what a model with customers that leave has to beat",
    shape: Shape::Struct(&[
        parameter("r", "shape of the spread of purchase rates"),
        parameter("alpha", "scale of the spread of purchase rates, in the unit of `age`"),
        error("r_se"),
        error("alpha_se"),
        LOG_LIKELIHOOD,
        CUSTOMERS,
        ITERATIONS,
        CONVERGED,
        IDENTIFIED,
        FLAGS,
        model(NBD.name),
    ]),
    source: "Ehrenberg (1959), Applied Statistics 8(1), 26–41; for histories of unequal length, \
             Fader, Hardie and Lee (2005), Marketing Science 24(2), 275–284",
    examples: &[
        Example::over(
            "nbd_fit(frequency, recency, age)['customers']",
            "(VALUES (2, 30.4, 38.9), (0, 0, 38.9), (1, 1.7, 27)) AS t(frequency, recency, age)",
            "3",
        ),
        Example::over(
            "nbd_fit(frequency, recency, age)['flags']",
            "(VALUES (4, 20, 30), (4, 25, 30)) AS t(frequency, recency, age)",
            "r_upper,alpha_upper,not_identified",
        ),
    ],
    weights: Some(Weights::Counts),
    kernel,
};

const UNUSED: &str = "time from the first to the last purchase, as the models with customers that \
                      leave need it; not looked at here, so 0 will do";

fn kernel(rows: &[Counted<4>], weights: Weights) -> Result<Option<Answer>, OutOfDomain> {
    let histories = histories(rows, weights)?;
    let customers = histories.customers();
    Ok(fit_weighted(&histories).map(|maximum| answer(["r", "alpha"], &maximum, customers, &[])))
}
