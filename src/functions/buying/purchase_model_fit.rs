//! `purchase_model_fit(model, frequency, recency, age [, weight])`

use datafusion::common::ScalarValue;

use super::model::Choice;
use crate::functions::argument::{AGE, FREQUENCY, RECENCY, WEIGHT};
use crate::functions::document::{Argument, Example, Field, Kind};
use crate::functions::domain::Domain;
use crate::functions::fitted::{
    CONVERGED, CUSTOMERS, FLAGS, IDENTIFIED, ITERATIONS, LOG_LIKELIHOOD, MODEL, error, parameter,
    rest,
};
use crate::functions::model::{BGNBD, MBGNBD, Model, PARETO_NBD};
use crate::functions::refusal::Refusal;
use crate::functions::shape::{Answer, Shape};
use crate::functions::tablewise::{Table, Tablewise, nothing_to_check};
use crate::kernel::beta_geometric::Coin;
use crate::kernel::{History, Maximum, OutOfDomain, Weighted, Weights, beta_geometric, pareto_nbd};

/// The parameters of all models, in the order of the fields.
const PARAMETERS: [&str; 6] = ["r", "alpha", "a", "b", "s", "beta"];

pub(super) static FUNCTION: Tablewise = Tablewise {
    name: "purchase_model_fit",
    summary: "Fits the purchase model of this name by maximum likelihood, so that which one it is \
              can be a parameter.",
    arguments: &[
        Argument::needed(
            "model",
            "bgnbd, mbgnbd or pareto_nbd: as in the names of their functions",
            Domain::Choice(&[BGNBD.name, MBGNBD.name, PARETO_NBD.name]),
        ),
        FREQUENCY,
        RECENCY,
        AGE,
        WEIGHT,
    ],
    returns: "a model to pass to `purchase_model_p_alive` and the other functions of that prefix, \
              and to those of the model's own; parameters that the model does not have are NULL",
    shape: Shape::Struct(&[
        Field { name: MODEL, kind: Kind::Text, meaning: "the model's name" },
        parameter("r", "shape of the spread of purchase rates"),
        parameter("alpha", "scale of the spread of purchase rates, in the unit of `age`"),
        parameter("a", "first shape of the spread of drop-out chances; NULL under Pareto/NBD"),
        parameter("b", "second shape of the spread of drop-out chances; NULL under Pareto/NBD"),
        parameter("s", "shape of the spread of lifetimes; NULL but under Pareto/NBD"),
        parameter("beta", "scale of the spread of lifetimes; NULL but under Pareto/NBD"),
        error("r_se"),
        error("alpha_se"),
        error("a_se"),
        error("b_se"),
        error("s_se"),
        error("beta_se"),
        LOG_LIKELIHOOD,
        CUSTOMERS,
        ITERATIONS,
        CONVERGED,
        IDENTIFIED,
        FLAGS,
    ]),
    nulls: "rows with a NULL are ignored; a group without rows gives NULL, and so does a NULL in \
            `model`",
    source: "those of `bgnbd_fit`, `mbgnbd_fit` and `pareto_nbd_fit`",
    examples: &[
        Example::over(
            "purchase_model_fit('pareto_nbd', frequency, recency, age)['model']",
            "(VALUES (2, 30.4, 38.9), (0, 0, 38.9), (1, 1.7, 38.9)) AS t(frequency, recency, age)",
            "pareto_nbd",
        ),
        Example::over(
            "purchase_model_fit('mbgnbd', frequency, recency, age)['s']",
            "(VALUES (2, 30.4, 38.9), (0, 0, 38.9), (1, 1.7, 38.9)) AS t(frequency, recency, age)",
            "NULL",
        ),
    ],
    weights: Some(Weights::Counts),
    settings: &[],
    check: nothing_to_check,
    kernel,
};

fn kernel(table: &Table) -> Result<Option<Answer>, Refusal> {
    let histories = histories(table)?;
    let Some(choice) = table.setup.text(0).and_then(Choice::named) else { return Ok(None) };
    let fit = match choice {
        Choice::Bg => beta_geometric::fit_weighted(Coin::AfterRepeats, &histories),
        Choice::Mbg => beta_geometric::fit_weighted(Coin::AfterAll, &histories),
        Choice::Pareto => pareto_nbd::fit_weighted(&histories),
    };
    Ok(fit.map(|fit| named(choice.model(), &fit, histories.customers())))
}

fn histories(table: &Table) -> Result<Weighted<History>, Refusal> {
    let rows = table.rows().map(|row| {
        let [frequency, recency, age] = [1, 2, 3].map(|i| row.number(i).unwrap_or(f64::NAN));
        let history = History::new(frequency, recency, age)?;
        Ok((history, row.weight, row.count))
    });
    let rows = rows.collect::<Result<Vec<_>, OutOfDomain>>()?;
    Ok(Weighted::new(rows, table.setup.weights(), |_| true)?)
}

/// The answer of the model's own fit, with parameters and errors where all models have theirs.
fn named(model: Model, fit: &Maximum<4>, customers: u64) -> Answer {
    let names: [&str; 4] = std::array::from_fn(|i| model.parameters[i]);
    let placed = |values: [Option<f64>; 4]| {
        PARAMETERS.map(|name| {
            let place = names.iter().position(|own| *own == name);
            ScalarValue::Float64(place.and_then(|place| values[place]))
        })
    };
    let mut fields = vec![ScalarValue::from(model.name)];
    fields.extend(placed(fit.parameters.map(Some)));
    fields.extend(placed(fit.known_errors()));
    fields.extend(rest(names, fit, customers, &[]));
    Answer::Fields(fields)
}
