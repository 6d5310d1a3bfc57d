//! `survival_median(time, event [, weight [, weights [, level]]])`

use super::spells::{CURVE, spells};
use super::survival_quantile::{FIELDS, time};
use crate::functions::document::Example;
use crate::functions::groupwise::{Groupwise, Limited};
use crate::functions::multiset::Counted;
use crate::functions::shape::{Answer, Shape};
use crate::kernel::level::Level;
use crate::kernel::{OutOfDomain, Weights};

pub(super) static FUNCTION: Groupwise<3, Limited<3>> = Groupwise {
    name: "survival_median",
    summary: "The time by which half of the spells have ended, read off a Kaplan–Meier curve.",
    arguments: CURVE,
    returns: "the earliest time at which at most half still last",
    shape: Shape::Struct(FIELDS),
    source: "Brookmeyer and Crowley (1982), Biometrics 38(1), 29–41",
    examples: &[Example::over(
        "survival_median(months, left)['value']",
        "(VALUES (3, true), (5, true), (8, false), (9, true)) AS t(months, left)",
        "5.0",
    )],
    weights: Some(Weights::Counts),
    kernel: Limited(kernel),
};

fn kernel(
    rows: &[Counted<3>],
    weights: Weights,
    level: Level,
) -> Result<Option<Answer>, OutOfDomain> {
    time(&spells(rows, weights)?, 0.5, level)
}
