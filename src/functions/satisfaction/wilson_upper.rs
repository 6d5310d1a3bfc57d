//! `wilson_upper(numerator, denominator)`

use crate::functions::argument::{DENOMINATOR, NUMERATOR};
use crate::functions::document::Example;
use crate::functions::rowwise::{Kernel, Rowwise, Shared};
use crate::kernel::proportion::share;

pub(super) static FUNCTION: Rowwise<2, ()> = Rowwise {
    name: "wilson_upper",
    summary: "Upper end of the 95 % Wilson interval of a rate.",
    shared: Shared::Nothing,
    arguments: [NUMERATOR, DENOMINATOR],
    returns: "a share from 0 to 1; NULL where the denominator is 0, for nothing is then known",
    nulls: "NULL in any argument gives NULL",
    source: "Wilson (1927), Journal of the American Statistical Association 22(158), 209–212",
    examples: &[
        Example::new("CAST(wilson_upper(80, 100) AS DECIMAL(16, 15))", "0.866633066668968"),
        Example::new("CAST(wilson_upper(0, 10) AS DECIMAL(16, 15))", "0.277532799862889"),
        Example::new("wilson_upper(0, 0) IS NULL", "true"),
    ],
    prepare: |_| Ok(()),
    kernel: Kernel::Lenient(|(), [numerator, denominator]| {
        let (Some(numerator), Some(denominator)) = (numerator, denominator) else {
            return Ok(None);
        };
        Ok(share(numerator, denominator)?.map(|interval| interval.upper))
    }),
};
