//! `difference_in_differences(before, after, treated [, weight [, weights [, level]]])`

use super::experiment::{DIFFERENCE, TREATED, difference, subjects};
use crate::functions::argument::WEIGHT;
use crate::functions::document::{Argument, Example};
use crate::functions::domain::Domain;
use crate::functions::groupwise::{Groupwise, Limited};
use crate::functions::multiset::Counted;
use crate::functions::shape::{Answer, Shape};
use crate::kernel::experiment::difference_in_differences;
use crate::kernel::level::Level;
use crate::kernel::{OutOfDomain, Weights};

pub(super) static FUNCTION: Groupwise<4, Limited<4>> = Groupwise {
    name: "difference_in_differences",
    summary: "Mean change of the treated minus that of the others, with Welch's test.",
    arguments: [
        Argument::needed(
            "before",
            "the outcome before the treatment, one row per subject",
            Domain::Amount,
        ),
        Argument::needed("after", "the same subject's outcome after it", Domain::Amount),
        TREATED,
        WEIGHT,
    ],
    returns: "the difference with its interval (Student's t); means and variances are those \
              of the changes",
    shape: Shape::Struct(&DIFFERENCE),
    source: "Angrist and Pischke (2009), Mostly Harmless Econometrics, 5.2; Welch (1947), \
             Biometrika 34(1/2), 28–35",
    examples: &[Example::over(
        "difference_in_differences(before, after, treated)['difference']",
        "(VALUES (10, 15, 1), (20, 28, 1), (10, 11, 0), (20, 22, 0)) AS s(before, after, treated)",
        "5.0",
    )],
    weights: Some(Weights::Design),
    kernel: Limited(kernel),
};

fn kernel(rows: &[Counted<4>], _: Weights, level: Level) -> Result<Option<Answer>, OutOfDomain> {
    let subjects = subjects(rows, ["before", "after"], |[before, after, treated, weight]| {
        ([before, after], treated, weight)
    })?;
    let found = difference_in_differences(&subjects, level);
    Ok(difference(&found).map(Answer::Fields))
}
