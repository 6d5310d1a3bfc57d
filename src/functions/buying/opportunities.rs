//! Arguments of BG/BB, where customers take opportunities.

use crate::functions::document::Argument;
use crate::functions::domain::Domain;

pub(super) const TAKEN: Argument = Argument {
    name: "frequency",
    meaning: "opportunities that the customer took",
    domain: Domain::Whole,
    optional: false,
};

pub(super) const LAST_TAKEN: Argument = Argument {
    name: "recency",
    meaning: "number of the last opportunity taken, counted from 1",
    domain: Domain::Number(
        "a whole number from `frequency` to `opportunities`; 0 where `frequency` is 0",
    ),
    optional: false,
};

pub(super) const OPPORTUNITIES: Argument = Argument {
    name: "opportunities",
    meaning: "opportunities that the customer had",
    domain: Domain::WholeBetween(0.0, 100_000.0),
    optional: false,
};

pub(super) const TO_COME: Argument = Argument {
    name: "horizon",
    meaning: "how many opportunities to look ahead",
    domain: Domain::WholeBetween(0.0, 100_000.0),
    optional: false,
};

pub(super) const TO_TAKE: Argument = Argument {
    name: "n",
    meaning: "how many of the opportunities to come are taken",
    domain: Domain::Whole,
    optional: false,
};

pub(super) const RATE: Argument = Argument {
    name: "discount_rate",
    meaning: "rate per opportunity; 0.1 is 10 % a year if there is one a year",
    domain: Domain::Positive,
    optional: false,
};
