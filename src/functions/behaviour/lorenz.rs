//! `lorenz(value, groups [, weight [, weights]])`

use datafusion::common::ScalarValue;

use super::concentrated::{NULLS, VALUE, amounts_of};
use crate::functions::answers::float;
use crate::functions::argument::WEIGHT;
use crate::functions::document::{Argument, Example};
use crate::functions::domain::Domain;
use crate::functions::refusal::Refusal;
use crate::functions::shape::{Answer, Shape};
use crate::functions::tablewise::{Setup, Tablewise};
use crate::kernel::Weights;
use crate::kernel::quantile::check_groups;

pub(super) static FUNCTION: Tablewise = Tablewise {
    name: "lorenz",
    summary: "Lorenz curve: which share of a total the poorest share of all hold.",
    arguments: &[
        VALUE,
        Argument::needed(
            "groups",
            "how many equal steps to take; 10 for deciles",
            Domain::Constant(&Domain::WholeBetween(1.0, 10_000.0)),
        ),
        WEIGHT,
    ],
    returns: "a list of `groups` + 1 points from (0, 0) to (1, 1), straight between two customers",
    shape: Shape::Rows(&[
        float("population_share", "this share of all, those with least first"),
        float("value_share", "holds this share of the total"),
    ]),
    nulls: NULLS,
    source: "Lorenz (1905), Publications of the American Statistical Association 9(70), 209–219",
    examples: &[Example::over(
        "lorenz(value, 2)[2]['value_share']",
        "(VALUES (1), (2), (3), (4)) AS t(value)",
        "0.3",
    )],
    weights: Some(Weights::Counts),
    settings: &[],
    check: |setup| groups(setup).map(|_| ()),
    kernel: |table| {
        let (Some(amounts), Some(groups)) = (amounts_of(table)?, groups(table.setup)?) else {
            return Ok(None);
        };
        let points = amounts.lorenz(groups).into_iter().map(|point| {
            vec![ScalarValue::from(point.population_share), ScalarValue::from(point.value_share)]
        });
        Ok(Some(Answer::Rows(points.collect())))
    },
};

fn groups(setup: &Setup) -> Result<Option<u32>, Refusal> {
    Ok(check_groups([[0.0, setup.number(1).unwrap_or(f64::NAN)]])?)
}
