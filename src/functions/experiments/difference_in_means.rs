//! `difference_in_means(outcome, treated [, weight [, weights [, level]]])`

use super::experiment::{DIFFERENCE, OUTCOME, TREATED, difference, subjects};
use crate::functions::argument::WEIGHT;
use crate::functions::document::Example;
use crate::functions::groupwise::{Groupwise, Limited};
use crate::functions::multiset::Counted;
use crate::functions::shape::{Answer, Shape};
use crate::kernel::experiment::difference_in_means;
use crate::kernel::level::Level;
use crate::kernel::{OutOfDomain, Weights};

pub(super) static FUNCTION: Groupwise<3, Limited<3>> = Groupwise {
    name: "difference_in_means",
    summary: "Mean outcome of the treated minus that of the others, with Welch's test.",
    arguments: [OUTCOME, TREATED, WEIGHT],
    returns: "the difference with its interval (Student's t)",
    shape: Shape::Struct(&DIFFERENCE),
    source: "Welch (1947), Biometrika 34(1/2), 28–35; effective size: Kish (1965), Survey \
             Sampling",
    examples: &[
        Example::over(
            "CAST(difference_in_means(y, t)['p_value'] AS DECIMAL(12, 9))",
            "(VALUES (1, 1), (2, 1), (4, 1), (9, 1), (0, 0), (1, 0), (1, 0), (2, 0), (3, 0)) \
             AS s(y, t)",
            "0.242492693",
        ),
        Example::over(
            "difference_in_means(y, t)['flags']",
            "(VALUES (1, true), (2, true)) AS s(y, t)",
            "no_control",
        ),
    ],
    weights: Some(Weights::Design),
    kernel: Limited(kernel),
};

fn kernel(rows: &[Counted<3>], _: Weights, level: Level) -> Result<Option<Answer>, OutOfDomain> {
    let subjects =
        subjects(rows, ["outcome"], |[outcome, treated, weight]| ([outcome], treated, weight))?;
    let found = difference_in_means(&subjects, level);
    Ok(difference(&found).map(Answer::Fields))
}
