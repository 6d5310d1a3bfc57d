//! `difference_upper(value, lower, upper, other, other_lower, other_upper)`

use super::two_estimates::{ARGUMENTS, NULLS, SOURCE, difference_of};
use crate::functions::document::Example;
use crate::functions::rowwise::{Kernel, Rowwise, Shared};

pub(super) static FUNCTION: Rowwise<6, ()> = Rowwise {
    name: "difference_upper",
    summary: "Upper limit of an estimate minus another, from the limits of both.",
    shared: Shared::Nothing,
    arguments: ARGUMENTS,
    returns: "as `difference_lower`, which says what is supposed",
    nulls: NULLS,
    source: SOURCE,
    examples: &[
        Example::new("difference_upper(10, 7, 13, 2, -2, 6)", "13.0"),
        Example::new(
            "CAST(difference_upper(0.8, wilson_lower(56, 70), wilson_upper(56, 70), 0.6, \
             wilson_lower(48, 80), wilson_upper(48, 80)) AS DECIMAL(9, 4))",
            "0.3339",
        ),
    ],
    prepare: |_| Ok(()),
    kernel: Kernel::Strict(|(), numbers| Ok(difference_of(numbers)?.upper)),
};
