//! `return_on_marketing(equity_change, expenditure)`

use super::lifetime::amount;
use crate::functions::document::{Argument, Example};
use crate::functions::domain::Domain;
use crate::functions::rowwise::{Kernel, Rowwise, Shared};
use crate::kernel::brand_switching::return_on_marketing;

pub(super) static FUNCTION: Rowwise<2, ()> = Rowwise {
    name: "return_on_marketing",
    summary: "Return on an expenditure that raises customer equity: (change - expenditure) / \
              expenditure.",
    shared: Shared::Nothing,
    arguments: [
        amount(
            "equity_change",
            "customer equity after the improvement less customer equity before",
        ),
        Argument::needed(
            "expenditure",
            "discounted cost of the improvement",
            Domain::Number("> 0, and large enough to divide by"),
        ),
    ],
    returns: "a share; 0.4 is 40 %, below 0 where the change is smaller than the expenditure",
    nulls: "NULL in any argument gives NULL",
    source: "Rust, Lemon and Zeithaml (2004), Journal of Marketing 68(1), 109–127",
    examples: &[Example::new("CAST(return_on_marketing(101.29, 70) AS DECIMAL(9, 6))", "0.447000")],
    prepare: |_| Ok(()),
    kernel: Kernel::Strict(|(), [change, expenditure]| return_on_marketing(change, expenditure)),
};
