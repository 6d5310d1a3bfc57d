//! `blattberg_deighton_rate(spending, ceiling, responsiveness)`

use super::lifetime::{BLATTBERG_DEIGHTON, CEILING, RESPONSIVENESS};
use crate::functions::document::{Argument, Example};
use crate::functions::domain::Domain;
use crate::functions::rowwise::{Kernel, Rowwise, Shared};
use crate::kernel::blattberg_deighton::Response;

pub(super) static FUNCTION: Rowwise<3, ()> = Rowwise {
    name: "blattberg_deighton_rate",
    summary: "The rate of acquisition or retention that a spending per head gives.",
    shared: Shared::Nothing,
    arguments: [
        Argument::needed("spending", "money spent per head", Domain::NotNegative),
        CEILING,
        RESPONSIVENESS,
    ],
    returns: "ceiling (1 - e^(-k spending)), from 0 to the ceiling",
    nulls: "NULL in any argument gives NULL",
    source: BLATTBERG_DEIGHTON,
    examples: &[Example::new(
        "CAST(blattberg_deighton_rate(5, 0.4, 0.07133498878774648) AS DECIMAL(16, 15))",
        "0.120000000000000",
    )],
    prepare: |_| Ok(()),
    kernel: Kernel::Strict(|(), [spending, ceiling, responsiveness]| {
        Response::new(ceiling, responsiveness)?.rate(spending)
    }),
};
