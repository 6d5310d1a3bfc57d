//! `benjamini_hochberg(p_values)`

use super::holm::{P_VALUES, UNKNOWN, numbers};
use crate::functions::document::Example;
use crate::functions::shape::Shape;
use crate::functions::valuewise::Valuewise;
use crate::kernel::multiple_testing::benjamini_hochberg;

pub(super) static FUNCTION: Valuewise = Valuewise {
    name: "benjamini_hochberg",
    summary: "p-values of several tests, adjusted so that a threshold holds the share of false alarms among \
              all alarms.",
    arguments: &[P_VALUES],
    returns: "a list in the order given: of those tests whose adjusted p-value is at most 0.05, at most 5 % \
              are false alarms on average, where tests are independent or all related positively. It finds \
              more than `holm` and promises less",
    shape: Shape::Numbers,
    nulls: UNKNOWN,
    source: "Benjamini and Hochberg (1995), Journal of the Royal Statistical Society B 57(1), 289–300; tests \
             that depend on each other: Benjamini and Yekutieli (2001), Annals of Statistics 29(4), 1165–1188",
    examples: &[
        Example::new(
            "benjamini_hochberg([0.5, 0.125, 0.25, 1])",
            "[0.6666666666666666, 0.5, 0.5, 1.0]",
        ),
        Example::new("benjamini_hochberg([0.125, NULL, 0.5])[1]", "0.25"),
        Example::new("benjamini_hochberg([0.125, NULL, 0.5])[2] IS NULL", "true"),
    ],
    kernel: |values| Ok(Some(numbers(benjamini_hochberg(&values.perhaps_list(0))?))),
};
