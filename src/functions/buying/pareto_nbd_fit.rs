//! `pareto_nbd_fit(frequency, recency, age [, weight [, weights]])`

use crate::functions::argument::{AGE, FREQUENCY, RECENCY, WEIGHT};
use crate::functions::document::Example;
use crate::functions::fitted::{
    CONVERGED, CUSTOMERS, FLAGS, IDENTIFIED, ITERATIONS, LOG_LIKELIHOOD, answer, error, histories,
    model, parameter,
};
use crate::functions::groupwise::Groupwise;
use crate::functions::model::PARETO_NBD;
use crate::functions::multiset::Counted;
use crate::functions::shape::{Answer, Shape};
use crate::kernel::pareto_nbd::fit_weighted;
use crate::kernel::{OutOfDomain, Weights};

pub(super) static FUNCTION: Groupwise<4> = Groupwise {
    name: "pareto_nbd_fit",
    summary: "Fits the Pareto/NBD model of repeat buying, in which customers leave at any moment, by \
              maximum likelihood.",
    arguments: [FREQUENCY, RECENCY, AGE, WEIGHT],
    returns: "a model to pass to `pareto_nbd_p_alive` and the other functions of that prefix",
    shape: Shape::Struct(&[
        parameter("r", "shape of the spread of purchase rates"),
        parameter("alpha", "scale of the spread of purchase rates, in the unit of `age`"),
        parameter("s", "shape of the spread of rates of leaving"),
        parameter("beta", "scale of the spread of rates of leaving, in the unit of `age`"),
        error("r_se"),
        error("alpha_se"),
        error("s_se"),
        error("beta_se"),
        LOG_LIKELIHOOD,
        CUSTOMERS,
        ITERATIONS,
        CONVERGED,
        IDENTIFIED,
        FLAGS,
        model(PARETO_NBD.name),
    ]),
    source: "Schmittlein, Morrison and Colombo (1987), Management Science 33(1), 1–24",
    examples: &[
        Example::over(
            "pareto_nbd_fit(frequency, recency, age)['customers']",
            "(VALUES (2, 30.4, 38.9), (0, 0, 38.9), (1, 1.7, 38.9)) AS t(frequency, recency, age)",
            "3",
        ),
        Example::over(
            "pareto_nbd_fit(frequency, recency, age)['model']",
            "(VALUES (2, 30.4, 38.9), (0, 0, 38.9)) AS t(frequency, recency, age)",
            "pareto_nbd",
        ),
    ],
    weights: Some(Weights::Counts),
    kernel,
};

fn kernel(rows: &[Counted<4>], weights: Weights) -> Result<Option<Answer>, OutOfDomain> {
    let histories = histories(rows, weights)?;
    let customers = histories.customers();
    let names = ["r", "alpha", "s", "beta"];
    Ok(fit_weighted(&histories).map(|maximum| answer(names, &maximum, customers, &[])))
}
