//! `holm(p_values)`

use crate::functions::document::{Argument, Example};
use crate::functions::domain::Domain;
use crate::functions::shape::{Answer, Shape};
use crate::functions::valuewise::Valuewise;
use crate::kernel::multiple_testing::holm;

/// What is adjusted.
pub(super) const P_VALUES: Argument = Argument::needed(
    "p_values",
    "of all tests that were made together, as `array_agg` gathers them",
    Domain::ListWithNulls("each from 0 to 1"),
);

/// What NULLs do.
pub(super) const UNKNOWN: &str =
    "NULL in place of the list gives NULL; a NULL in it stays one and does not count as a test";

/// Numbers, and NULL for those that are unknown.
pub(super) fn numbers(adjusted: Vec<Option<f64>>) -> Answer {
    Answer::List(adjusted.into_iter().map(|p| p.unwrap_or(f64::NAN)).collect())
}

pub(super) static FUNCTION: Valuewise = Valuewise {
    name: "holm",
    summary: "p-values of several tests, adjusted so that a threshold holds for all of them together.",
    arguments: &[P_VALUES],
    returns: "a list in the order given: of all tests whose adjusted p-value is at most 0.05, with a chance \
              of at most 5 % any is a false alarm, however the tests depend on each other",
    shape: Shape::Numbers,
    nulls: UNKNOWN,
    source: "Holm (1979), Scandinavian Journal of Statistics 6(2), 65–70",
    examples: &[
        Example::new("holm([0.25, 0.125, 0.5])", "[0.5, 0.375, 0.5]"),
        Example::new("holm([0.125, NULL, 0.5])[1]", "0.25"),
        Example::new("holm([0.125, NULL, 0.5])[2] IS NULL", "true"),
        Example::new("holm([0.75, 0.5])", "[1.0, 1.0]"),
    ],
    kernel: |values| Ok(Some(numbers(holm(&values.perhaps_list(0))?))),
};
