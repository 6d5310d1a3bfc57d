//! `mbgnbd_fit(frequency, recency, age [, weight [, weights]])`

use crate::functions::argument::{AGE, FREQUENCY, RECENCY, WEIGHT};
use crate::functions::document::Example;
use crate::functions::fitted::{
    CONVERGED, CUSTOMERS, FLAGS, IDENTIFIED, ITERATIONS, LOG_LIKELIHOOD, answer, error, histories,
    model, parameter,
};
use crate::functions::groupwise::Groupwise;
use crate::functions::model::MBGNBD;
use crate::functions::multiset::Counted;
use crate::functions::shape::{Answer, Shape};
use crate::kernel::beta_geometric::{Coin, fit_weighted};
use crate::kernel::{OutOfDomain, Weights};

pub(super) static FUNCTION: Groupwise<4> = Groupwise {
    name: "mbgnbd_fit",
    summary: "Fits the MBG/NBD model by maximum likelihood: BG/NBD in which customers can also leave right \
              after their first purchase.",
    arguments: [FREQUENCY, RECENCY, AGE, WEIGHT],
    returns: "a model to pass to `mbgnbd_p_alive` and the other functions of that prefix",
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
        model(MBGNBD.name),
    ]),
    source: "Batislam, Denizel and Filiztekin (2007), International Journal of Research in Marketing \
             24(3), 201–209; independently Hoppe and Wagner (2007), Marketing ZFP 29, 75–90",
    examples: &[
        Example::over(
            "mbgnbd_fit(frequency, recency, age)['customers']",
            "(VALUES (2, 30.4, 38.9), (0, 0, 38.9), (1, 1.7, 38.9)) AS t(frequency, recency, age)",
            "3",
        ),
        Example::over(
            "mbgnbd_fit(frequency, recency, age)['model']",
            "(VALUES (2, 30.4, 38.9), (0, 0, 38.9)) AS t(frequency, recency, age)",
            "mbgnbd",
        ),
    ],
    weights: Some(Weights::Counts),
    kernel,
};

fn kernel(rows: &[Counted<4>], weights: Weights) -> Result<Option<Answer>, OutOfDomain> {
    let histories = histories(rows, weights)?;
    let customers = histories.customers();
    let names = ["r", "alpha", "a", "b"];
    Ok(fit_weighted(Coin::AfterAll, &histories)
        .map(|maximum| answer(names, &maximum, customers, &[])))
}
