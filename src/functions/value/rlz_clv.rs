//! `rlz_clv(switching, last_brand, margin, discount_rate, purchases_per_year [, purchases])`

use super::lifetime::{RLZ, SWITCHING, amount, horizon};
use crate::functions::document::{Argument, Example};
use crate::functions::domain::Domain;
use crate::functions::shape::{Answer, Shape};
use crate::functions::valuewise::Valuewise;
use crate::kernel::brand_switching::Buyer;
use crate::kernel::transition::Transitions;

pub(super) static FUNCTION: Valuewise = Valuewise {
    name: "rlz_clv",
    summary: "Lifetime value of a buyer to each brand of a market, by how buyers switch between \
              brands.",
    arguments: &[
        SWITCHING,
        Argument::needed(
            "last_brand",
            "the brand that was bought last, as its place in the matrix",
            Domain::Number("a whole number from 1 to the number of brands"),
        ),
        amount(
            "margin",
            "contribution of one purchase; 1 gives discounted purchases, to be multiplied by the \
             margin of each brand",
        ),
        Argument::needed("discount_rate", "rate per year", Domain::NotNegative),
        Argument::needed("purchases_per_year", "in the category", Domain::Positive),
        Argument::optional(
            "purchases",
            "how many purchases to look ahead; for ever if left out, for which the discount rate \
             must be above 0",
            Domain::WholeBetween(0.0, 100_000.0),
        ),
    ],
    returns: "a list of amounts, one for each brand; the first purchase counted is the next one. \
              The mean over buyers times their number is the brand's customer equity",
    shape: Shape::Numbers,
    nulls: "NULL in any argument, or inside a list, gives NULL",
    source: RLZ,
    examples: &[
        Example::new(
            "CAST(rlz_clv([[0.7, 0.3], [0.2, 0.8]], 1, 10, 0.1, 1, 3)[1] AS DECIMAL(12, 9))",
            "14.477836213",
        ),
        Example::new(
            "CAST(rlz_clv([[0.7, 0.3], [0.2, 0.8]], 1, 10, 0.1, 2)[2] AS DECIMAL(12, 6))",
            "117.462147",
        ),
    ],
    kernel: |values| {
        let switching = Transitions::new("switching", values.matrix(0))?;
        let [last_brand, margin, discount_rate, per_year] = [1, 2, 3, 4].map(|i| values.number(i));
        let buyer = Buyer::new(last_brand, margin, discount_rate, per_year)?;
        let Some(horizon) = horizon(values, 5, "purchases")? else { return Ok(None) };
        Ok(Some(Answer::List(buyer.value(&switching, horizon)?)))
    },
};
