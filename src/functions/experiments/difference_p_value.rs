//! `difference_p_value(value, lower, upper, other, other_lower, other_upper [, level])`

use super::two_estimates::{ARGUMENTS, SOURCE};
use crate::functions::argument::ROW_LEVEL;
use crate::functions::document::Example;
use crate::functions::rowwise::{Kernel, Rowwise, Shared};
use crate::kernel::difference::{estimates, p_value};
use crate::kernel::level::Level;

pub(super) static FUNCTION: Rowwise<7, ()> = {
    let [value, lower, upper, other, other_lower, other_upper] = ARGUMENTS;
    Rowwise {
        name: "difference_p_value",
        summary: "How often estimates of the same would be that far apart, from the limits of both.",
        shared: Shared::Nothing,
        arguments: [value, lower, upper, other, other_lower, other_upper, ROW_LEVEL],
        returns: "two-sided; below 0.05 exactly where `difference_lower` and `difference_upper` of limits of \
                  95 % leave 0 out. `level` is that of the limits. NULL where these have no width, which \
                  says nothing of chance. It supposes that estimates are normal, with the errors that their \
                  limits tell, and independent: where both go the same way, as they mostly do of the same \
                  people, it is too high, and where one goes up as the other goes down, too low",
        nulls: "NULL in any argument gives NULL; in `level` it is left out",
        source: SOURCE,
        examples: &[
            // Standard errors of 3 and 4 and a difference of 10: z = 2.
            Example::new(
                "CAST(difference_p_value(10, 10 - 3 * 1.959963984540054, 10 + 3 * 1.959963984540054, \
                 0, -4 * 1.959963984540054, 4 * 1.959963984540054) AS DECIMAL(12, 9))",
                "0.045500264",
            ),
            Example::new("difference_p_value(5, 4, 6, 5, 3, 7)", "1.0"),
            Example::new("difference_p_value(5, 5, 5, 4, 4, 4)", "NULL"),
        ],
        prepare: |_| Ok(()),
        kernel: Kernel::Lenient(|(), [a, b, c, d, e, f, level]| {
            let (Some(a), Some(b), Some(c), Some(d), Some(e), Some(f)) = (a, b, c, d, e, f) else {
                return Ok(None);
            };
            let [one, other] = estimates([a, b, c, d, e, f])?;
            Ok(p_value(one, other, Level::new(level)?))
        }),
    }
};
