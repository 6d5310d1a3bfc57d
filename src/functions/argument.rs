//! Arguments that several functions share, and the check of what is passed.

use datafusion::arrow::datatypes::DataType;
use datafusion::common::{Result, plan_err};

use super::document::{Argument, signature};

pub(super) const FREQUENCY: Argument = Argument {
    name: "frequency",
    meaning: "purchase days after the first",
    domain: "a whole number >= 0",
    optional: false,
};

pub(super) const RECENCY: Argument = Argument {
    name: "recency",
    meaning: "time from the first to the last purchase",
    domain: "between 0 and `age`; 0 where `frequency` is 0",
    optional: false,
};

pub(super) const AGE: Argument = Argument {
    name: "age",
    meaning: "time from the first purchase to the cut-off, in the unit of `recency`",
    domain: ">= 0",
    optional: false,
};

pub(super) const HORIZON: Argument = Argument {
    name: "horizon",
    meaning: "how far to look ahead, in the unit of time that the model was fitted in",
    domain: ">= 0",
    optional: false,
};

pub(super) const DISCOUNT_RATE: Argument = Argument {
    name: "discount_rate",
    meaning: "continuous rate per unit of the model's time: ln(1 + yearly rate) divided by the \
              units in a year",
    domain: "> 0",
    optional: false,
};

pub(super) const NUMERATOR: Argument = Argument {
    name: "numerator",
    meaning: "how many cases, or how much weight of them, the rate counts",
    domain: "from 0 to the denominator",
    optional: false,
};

pub(super) const DENOMINATOR: Argument = Argument {
    name: "denominator",
    meaning: "how many cases there are; of weighted ones, the effective number",
    domain: ">= 0",
    optional: false,
};

pub(super) const WEIGHT: Argument = Argument {
    name: "weight",
    meaning: "how many the row stands for; 1 if left out",
    domain: ">= 0; rows of weight 0 are passed over",
    optional: true,
};

/// Checks how many arguments a call has.
pub(super) fn check_count(name: &str, arguments: &[Argument], given: usize) -> Result<()> {
    let most = arguments.len();
    let fewest = arguments.iter().filter(|argument| !argument.optional).count();
    if (fewest..=most).contains(&given) {
        return Ok(());
    }
    let wanted = if fewest == most { most.to_string() } else { format!("{fewest} or {most}") };
    plan_err!("{} takes {wanted} arguments, got {given}", signature(name, arguments))
}

/// The type that a numeric argument is used in.
pub(super) fn number(name: &str, argument: Argument, given: &DataType) -> Result<DataType> {
    if given.is_numeric() || given.is_null() {
        return Ok(DataType::Float64);
    }
    plan_err!("{name}: `{}` must be a number, got {given}", argument.name)
}
