//! `blattberg_deighton_acquisition_spending(margin, ceiling, responsiveness)`

use super::lifetime::{BLATTBERG_DEIGHTON, CEILING, MARGIN, RESPONSIVENESS};
use crate::functions::document::Example;
use crate::functions::rowwise::{Kernel, Rowwise, Shared};
use crate::kernel::blattberg_deighton::Response;

pub(super) static FUNCTION: Rowwise<3, ()> = Rowwise {
    name: "blattberg_deighton_acquisition_spending",
    summary: "The spending per prospect at which the first margin of those won, less the spending, \
              is highest.",
    shared: Shared::Nothing,
    arguments: [MARGIN, CEILING, RESPONSIVENESS],
    returns: "an amount of money per prospect; 0 where no spending pays",
    nulls: "NULL in any argument gives NULL",
    source: BLATTBERG_DEIGHTON,
    examples: &[Example::new(
        "CAST(blattberg_deighton_acquisition_spending(100, 0.4, 0.07133498878774648) AS \
         DECIMAL(16, 10))",
        "14.6984127472",
    )],
    prepare: |_| Ok(()),
    kernel: Kernel::Strict(|(), [margin, ceiling, responsiveness]| {
        Response::new(ceiling, responsiveness)?.acquisition_spending(margin)
    }),
};
