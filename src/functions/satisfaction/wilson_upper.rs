//! `wilson_upper(numerator, denominator [, level])`

use crate::functions::argument::{DENOMINATOR, NUMERATOR, ROW_LEVEL};
use crate::functions::document::Example;
use crate::functions::rowwise::{Kernel, Rowwise, Shared};
use crate::kernel::level::Level;
use crate::kernel::proportion::share;

pub(super) static FUNCTION: Rowwise<3, ()> = Rowwise {
    name: "wilson_upper",
    summary: "Upper end of the Wilson interval of a rate, 95 % if nothing else is said.",
    shared: Shared::Nothing,
    arguments: [NUMERATOR, DENOMINATOR, ROW_LEVEL],
    returns: "a share from 0 to 1; NULL where the denominator is 0, for nothing is then known",
    nulls: "NULL in `numerator` or `denominator` gives NULL; in `level` it is left out",
    source: "Wilson (1927), Journal of the American Statistical Association 22(158), 209–212",
    examples: &[
        Example::new("CAST(wilson_upper(80, 100) AS DECIMAL(16, 15))", "0.866633066668968"),
        Example::new("CAST(wilson_upper(80, 100, 0.8) AS DECIMAL(16, 15))", "0.846229261413866"),
        Example::new("CAST(wilson_upper(0, 10) AS DECIMAL(16, 15))", "0.277532799862889"),
        Example::new("wilson_upper(0, 0) IS NULL", "true"),
    ],
    prepare: |_| Ok(()),
    kernel: Kernel::Lenient(|(), [numerator, denominator, level]| {
        let (Some(numerator), Some(denominator)) = (numerator, denominator) else {
            return Ok(None);
        };
        Ok(share(numerator, denominator, Level::new(level)?)?.map(|interval| interval.upper))
    }),
};
