//! `bgcnbd_fit(frequency, recency, age, sum_log_gaps, k [, weight [, weights]])`

use super::regular::{K, K_FIELD, SUM_LOG_GAPS, fit};
use crate::functions::argument::{AGE, FREQUENCY, RECENCY, WEIGHT};
use crate::functions::document::Example;
use crate::functions::fitted::{
    CONVERGED, CUSTOMERS, FLAGS, IDENTIFIED, ITERATIONS, LOG_LIKELIHOOD, error, model, parameter,
};
use crate::functions::groupwise::Groupwise;
use crate::functions::model::BGCNBD;
use crate::functions::shape::Shape;
use crate::kernel::Weights;
use crate::kernel::beta_geometric::Coin;

pub(super) static FUNCTION: Groupwise<6> = Groupwise {
    name: "bgcnbd_fit",
    summary: "Fits the BG/CNBD-k model by maximum likelihood: BG/NBD for customers who buy more \
              regularly than by chance, with every k-th tick of a random clock a purchase.",
    arguments: [FREQUENCY, RECENCY, AGE, SUM_LOG_GAPS, K, WEIGHT],
    returns: "a model to pass to `bgcnbd_p_alive` and the other functions of that prefix; of \
              several `k`, the one with the highest `log_likelihood` explains the data best",
    shape: Shape::Struct(&[
        parameter("r", "shape of the spread of tick rates"),
        parameter("alpha", "scale of the spread of tick rates, in the unit of `age`"),
        parameter("a", "first shape of the spread of drop-out chances"),
        parameter("b", "second shape of the spread of drop-out chances"),
        error("r_se"),
        error("alpha_se"),
        error("a_se"),
        error("b_se"),
        K_FIELD,
        LOG_LIKELIHOOD,
        CUSTOMERS,
        ITERATIONS,
        CONVERGED,
        IDENTIFIED,
        FLAGS,
        model(BGCNBD.name),
    ]),
    source: "Reutterer, Platzer and Schröder (2021), International Journal of Research in \
              Marketing 38(1), 194–215; Platzer and Reutterer (2016), Marketing Science 35(5), \
              779–799, for the clock",
    examples: &[
        Example::over(
            "bgcnbd_fit(frequency, recency, age, gaps, 2)['customers']",
            "(VALUES (2, 20, 38.9, 2 * ln(10)), (0, 0, 38.9, 0), (1, 9, 38.9, ln(9))) \
             AS t(frequency, recency, age, gaps)",
            "3",
        ),
        Example::over(
            "bgcnbd_fit(frequency, recency, age, gaps, 3)['k']",
            "(VALUES (2, 20, 38.9, 2 * ln(10)), (0, 0, 38.9, 0)) \
             AS t(frequency, recency, age, gaps)",
            "3",
        ),
    ],
    weights: Some(Weights::Counts),
    kernel: |rows, weights| fit(Coin::AfterRepeats, rows, weights),
};
