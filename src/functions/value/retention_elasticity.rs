//! `retention_elasticity(retention, discount_rate)`

use super::lifetime::{RATE_PER_PERIOD, RETENTION};
use crate::functions::document::Example;
use crate::functions::rowwise::{Kernel, Rowwise, Shared};
use crate::kernel::retention::Stream;

pub(super) static FUNCTION: Rowwise<2, ()> = Rowwise {
    name: "retention_elasticity",
    summary: "By how many percent the lifetime value rises where retention rises by one percent: 1 \
              + r / (1 + i - r).",
    shared: Shared::Nothing,
    arguments: [RETENTION, RATE_PER_PERIOD],
    returns: "a ratio of percentages, at least 1; of the value that `margin_multiple` gives, \
              and NULL where that is",
    nulls: "NULL in any argument gives NULL",
    source: "Gupta, Lehmann and Stuart (2004), Journal of Marketing Research 41(1), 7–18",
    examples: &[Example::new(
        "CAST(retention_elasticity(0.8, 0.12) AS DECIMAL(16, 12))",
        "3.500000000000",
    )],
    prepare: |_| Ok(()),
    kernel: Kernel::Strict(|(), [retention, rate]| Ok(Stream::new(retention, rate)?.elasticity())),
};
