//! `blattberg_deighton_responsiveness(spending, rate, ceiling)`

use super::lifetime::{BLATTBERG_DEIGHTON, CEILING};
use crate::functions::document::{Argument, Example};
use crate::functions::domain::Domain;
use crate::functions::rowwise::{Kernel, Rowwise, Shared};
use crate::kernel::blattberg_deighton::Response;

pub(super) static FUNCTION: Rowwise<3, ()> = Rowwise {
    name: "blattberg_deighton_responsiveness",
    summary: "How fast spending approaches the ceiling of a rate, from one known point of the \
              curve.",
    shared: Shared::Nothing,
    arguments: [
        Argument::needed(
            "spending",
            "money spent per head at the point that is known",
            Domain::Positive,
        ),
        Argument::needed(
            "rate",
            "the rate of acquisition or retention that this spending gives",
            Domain::Number("above 0 and below `ceiling`"),
        ),
        CEILING,
    ],
    returns: "k of rate = ceiling (1 - e^(-k spending)), per unit of money",
    nulls: "NULL in any argument gives NULL",
    source: BLATTBERG_DEIGHTON,
    examples: &[Example::new(
        "CAST(blattberg_deighton_responsiveness(5, 0.12, 0.4) AS DECIMAL(16, 15))",
        "0.071334988787746",
    )],
    prepare: |_| Ok(()),
    kernel: Kernel::Strict(|(), [spending, rate, ceiling]| {
        Ok(Response::through(spending, rate, ceiling)?.responsiveness())
    }),
};
