//! `isotonic_fit(x, y [, weight [, weights]])`

use datafusion::common::ScalarValue;

use super::complete::count;
use crate::functions::answers::float;
use crate::functions::argument::WEIGHT;
use crate::functions::document::{Argument, Example, Field, Kind};
use crate::functions::domain::Domain;
use crate::functions::groupwise::{Groupwise, Kernel};
use crate::functions::multiset::Counted;
use crate::functions::shape::{Answer, Shape};
use crate::kernel::isotonic::{Step, isotonic};
use crate::kernel::sample::Sample;
use crate::kernel::{OutOfDomain, Weights};

pub(super) static FUNCTION: Groupwise<3> = Groupwise {
    name: "isotonic_fit",
    summary: "The line that never falls and lies closest to the answers, whatever its form.",
    arguments: [
        Argument::needed("x", "what it rises with, such as satisfaction", Domain::Amount),
        Argument::needed("y", "what rises, such as loyalty; 0 and 1 make shares", Domain::Amount),
        WEIGHT,
    ],
    returns: "the steps of the line, from left to right: level within each, straight between two if it is drawn. \
              It has the least squares of all lines that do not fall",
    shape: Shape::Rows(&[
        float("x_from", "where the step begins, in the unit of `x`"),
        float("x_to", "where it ends; `x_from` where one value of `x` is a step of its own"),
        float("fitted", "the height of the line: the weighted mean of `y`, in its unit"),
        Field { name: "n", kind: Kind::Int64, meaning: "rows with a weight above 0 in it" },
    ]),
    source: "Ayer, Brunk, Ewing, Reid and Silverman (1955), Annals of Mathematical Statistics 26(4), 641–647",
    examples: &[
        Example::over(
            "isotonic_fit(x, y)[2]",
            "(VALUES (1, 1), (2, 4), (3, 2), (4, 6)) AS t(x, y)",
            "{x_from: 2.0, x_to: 3.0, fitted: 3.0, n: 2}",
        ),
        Example::over(
            "cardinality(isotonic_fit(x, y))",
            "(VALUES (1, 3), (2, 2), (3, 1)) AS t(x, y)",
            "1",
        ),
    ],
    weights: Some(Weights::Design),
    kernel: kernel as Kernel<3>,
};

fn kernel(rows: &[Counted<3>], _: Weights) -> Result<Option<Answer>, OutOfDomain> {
    let mut sample = Sample::named(2, "x and y");
    for Counted { values: [x, y, weight], count } in rows {
        sample.push(&[*x, *y], *weight, *count)?;
    }
    let steps: Vec<_> = isotonic(&sample).iter().map(values).collect();
    Ok((!steps.is_empty()).then_some(Answer::Rows(steps)))
}

fn values(step: &Step) -> Vec<ScalarValue> {
    vec![step.from.into(), step.to.into(), step.fitted.into(), count(step.n)]
}
