//! Arguments that the lifetime models without a fit share.

use super::document::Argument;

pub(super) const RETENTION: Argument = Argument {
    name: "retention",
    meaning: "share of customers that stay from one period to the next",
    domain: "between 0 and 1",
    optional: false,
};

pub(super) const RATE_PER_PERIOD: Argument = Argument {
    name: "discount_rate",
    meaning: "rate per period; 0.12 is 12 % a year where a period is a year",
    domain: ">= 0",
    optional: false,
};

pub(super) const PERIODS: Argument = Argument {
    name: "periods",
    meaning: "how many periods to look ahead",
    domain: "a whole number from 0 to 100000",
    optional: false,
};

pub(super) const MARGIN: Argument = Argument {
    name: "margin",
    meaning: "contribution of a customer in a period, before the spending on winning and keeping",
    domain: "finite",
    optional: false,
};

pub(super) const CEILING: Argument = Argument {
    name: "ceiling",
    meaning: "the rate that no spending exceeds",
    domain: "above 0 and at most 1",
    optional: false,
};

pub(super) const RESPONSIVENESS: Argument = Argument {
    name: "responsiveness",
    meaning: "how fast spending approaches the ceiling, per unit of money, as \
              `blattberg_deighton_responsiveness` gives it",
    domain: "> 0",
    optional: false,
};

pub(super) const BLATTBERG_DEIGHTON: &str =
    "Blattberg and Deighton (1996), Harvard Business Review 74(4), 136–144";

pub(super) const KUMAR: &str = "Kumar, Aksoy, Donkers, Venkatesan, Wiesel and Tillmanns (2010), Journal of Service Research \
     13(3), 297–310";

/// An amount of money.
pub(super) const fn amount(name: &'static str, meaning: &'static str) -> Argument {
    Argument { name, meaning, domain: "finite", optional: false }
}
