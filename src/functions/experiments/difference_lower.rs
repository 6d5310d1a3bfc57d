//! `difference_lower(value, lower, upper, other, other_lower, other_upper)`

use super::two_estimates::{ARGUMENTS, NULLS, SOURCE, difference_of};
use crate::functions::document::Example;
use crate::functions::rowwise::{Kernel, Rowwise, Shared};

pub(super) static FUNCTION: Rowwise<6, ()> = Rowwise {
    name: "difference_lower",
    summary: "Lower limit of an estimate minus another, from the limits of both.",
    shared: Shared::Nothing,
    arguments: ARGUMENTS,
    returns: "in the unit of the estimates, at the level of their limits as far as these hold, which may lie \
              unevenly about the estimates, as Wilson's do. The two are supposed to be independent: where \
              both go the same way, as they mostly do of the same people, the limits are too wide, and where \
              one goes up as the other goes down, too narrow",
    nulls: NULLS,
    source: SOURCE,
    examples: &[
        Example::new("difference_lower(10, 7, 13, 2, -2, 6)", "3.0"),
        Example::new(
            "CAST(difference_lower(0.8, wilson_lower(56, 70), wilson_upper(56, 70), 0.6, \
             wilson_lower(48, 80), wilson_upper(48, 80)) AS DECIMAL(9, 4))",
            "0.0524",
        ),
        Example::new("difference_lower(10, 7, 13, 2, NULL, 6)", "NULL"),
    ],
    prepare: |_| Ok(()),
    kernel: Kernel::Strict(|(), numbers| Ok(difference_of(numbers)?.lower)),
};
