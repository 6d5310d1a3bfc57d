//! Arguments that the lifetime models without a fit share.

use crate::functions::document::Argument;
use crate::functions::domain::Domain;
use crate::functions::valuewise::Values;
use crate::kernel::OutOfDomain;
use crate::kernel::retention::{Horizon, Periods};

pub(super) const RETENTION: Argument = Argument::needed(
    "retention",
    "share of customers that stay from one period to the next",
    Domain::Between(0.0, 1.0),
);

pub(super) const RATE_PER_PERIOD: Argument = Argument::needed(
    "discount_rate",
    "rate per period; 0.12 is 12 % a year where a period is a year",
    Domain::NotNegative,
);

pub(super) const PERIODS: Argument = Argument::needed(
    "periods",
    "how many periods to look ahead",
    Domain::WholeBetween(0.0, 100_000.0),
);

pub(super) const MARGIN: Argument =
    amount("margin", "contribution of a customer in a period, before spending to win and to keep");

pub(super) const CEILING: Argument =
    Argument::needed("ceiling", "the rate that no spending exceeds", Domain::Share);

pub(super) const RESPONSIVENESS: Argument = Argument::needed(
    "responsiveness",
    "how fast spending approaches the ceiling, per unit of money, as \
     `blattberg_deighton_responsiveness` gives it",
    Domain::Positive,
);

pub(super) const BLATTBERG_DEIGHTON: &str =
    "Blattberg and Deighton (1996), Harvard Business Review 74(4), 136–144";

pub(super) const KUMAR: &str = "Kumar, Aksoy, Donkers, Venkatesan, Wiesel and Tillmanns (2010), \
                                Journal of Service Research 13(3), 297–310";

pub(super) const RLZ: &str = "Rust, Lemon and Zeithaml (2004), Journal of Marketing 68(1), 109–127";

pub(super) const SWITCHING: Argument = Argument::needed(
    "switching",
    "share of those who bought the brand of a row last who buy the brand of a column next",
    Domain::Matrix("square, shares from 0 to 1, each row sums to 1"),
);

/// An amount of money.
pub(super) const fn amount(name: &'static str, meaning: &'static str) -> Argument {
    Argument::needed(name, meaning, Domain::Amount)
}

/// The horizon that argument `i` sets: for ever if it was left out, and `None`
/// if it is NULL.
pub(super) fn horizon(
    values: &Values,
    i: usize,
    name: &'static str,
) -> Result<Option<Horizon>, OutOfDomain> {
    match (values.value(i), values.perhaps(i)) {
        (_, Some(periods)) => Ok(Some(Horizon::Until(Periods::named(name, periods)?))),
        (None, None) => Ok(Some(Horizon::Forever)),
        (Some(_), None) => Ok(None),
    }
}
