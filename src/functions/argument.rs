//! Arguments that several functions share, and the check of what is passed.

use datafusion::arrow::datatypes::DataType;
use datafusion::common::{Result, ScalarValue, plan_err};
use datafusion::logical_expr::{Expr, Signature, Volatility};

use super::document::{Argument, signature};
use super::domain::Domain;
use crate::kernel::Weights;

pub(super) const FREQUENCY: Argument = Argument {
    name: "frequency",
    meaning: "purchase days after the first",
    domain: Domain::Whole,
    optional: false,
};

pub(super) const RECENCY: Argument = Argument {
    name: "recency",
    meaning: "time from the first to the last purchase",
    domain: Domain::Number("between 0 and `age`; 0 where `frequency` is 0"),
    optional: false,
};

pub(super) const AGE: Argument = Argument {
    name: "age",
    meaning: "time from the first purchase to the cut-off, in the unit of `recency`",
    domain: Domain::NotNegative,
    optional: false,
};

pub(super) const HORIZON: Argument = Argument {
    name: "horizon",
    meaning: "how far to look ahead, in the unit of time that the model was fitted in",
    domain: Domain::NotNegative,
    optional: false,
};

pub(super) const DISCOUNT_RATE: Argument = Argument {
    name: "discount_rate",
    meaning: "continuous rate per unit of the model's time: ln(1 + yearly rate) divided by the \
              units in a year",
    domain: Domain::Positive,
    optional: false,
};

pub(super) const STEPS: Argument = Argument {
    name: "steps",
    meaning: "how many steps to look ahead",
    domain: Domain::WholeBetween(0.0, 100_000.0),
    optional: false,
};

pub(super) const STEP_LENGTH: Argument = Argument {
    name: "step_length",
    meaning: "length of a step, in the unit of time that the model was fitted in",
    domain: Domain::NotNegative,
    optional: false,
};

pub(super) const RATE_PER_STEP: Argument = Argument {
    name: "discount_rate",
    meaning: "rate per step; 0.01 is 1 % a month if a step is a month",
    domain: Domain::Above(-1.0),
    optional: false,
};

pub(super) const PURCHASES: Argument = Argument {
    name: "n",
    meaning: "how many purchase days",
    domain: Domain::Whole,
    optional: false,
};

pub(super) const LEVEL: Argument = Argument {
    name: "level",
    meaning: "probability that the interval holds; the rest lies in equal tails; 0.95 is usual",
    domain: Domain::Inside(0.0, 1.0),
    optional: false,
};

pub(super) const MONETARY: Argument = Argument {
    name: "monetary",
    meaning: "mean spend on the purchase days after the first",
    domain: Domain::Number(
        ">= 0; not looked at where `frequency` is 0, and unknown to the model where it is 0 itself",
    ),
    optional: false,
};

pub(super) const MARGIN: Argument = Argument {
    name: "margin",
    meaning: "share of spend that is kept; 1 for revenue",
    domain: Domain::NotNegative,
    optional: false,
};

pub(super) const ANNUAL_DISCOUNT_RATE: Argument = Argument {
    name: "annual_discount_rate",
    meaning: "rate per year: 0.15 makes 1.15 in a year worth 1 today",
    domain: Domain::Number("> 0; 0 too where there is a horizon"),
    optional: false,
};

pub(super) const UNITS_PER_YEAR: Argument = Argument {
    name: "units_per_year",
    meaning: "how many of the model's units of time a year has: 365.25 / 7 of weeks, 365.25 of days",
    domain: Domain::Positive,
    optional: false,
};

pub(super) const NUMERATOR: Argument = Argument {
    name: "numerator",
    meaning: "how many cases, or how much weight of them, the rate counts",
    domain: Domain::Number("from 0 to the denominator"),
    optional: false,
};

pub(super) const DENOMINATOR: Argument = Argument {
    name: "denominator",
    meaning: "how many cases there are; of weighted ones, the effective number",
    domain: Domain::NotNegative,
    optional: false,
};

pub(super) const WEIGHT: Argument = Argument {
    name: "weight",
    meaning: "what the row weighs, whole numbers as counts; 1 if left out; rows of weight 0 are ignored",
    domain: Domain::NotNegative,
    optional: true,
};

/// The last argument of every function that takes a [`WEIGHT`]: what it is.
pub(super) const fn weights(default: Weights) -> Argument {
    Argument {
        name: "weights",
        meaning: match default {
            Weights::Counts => "what a weight is; `counts` if left out",
            Weights::Design => "what a weight is; `design` if left out",
        },
        domain: Domain::Choice(&["counts", "design"]),
        optional: true,
    }
}

/// How sure limits are.
pub(super) const LIMITS_LEVEL: Argument = Argument {
    name: "level",
    meaning: "share of samples whose limits hold the truth; 0.95 if left out",
    domain: Domain::Constant(&Domain::Between(0.5, 0.999)),
    optional: true,
};

/// The same where each row may have its own.
pub(super) const ROW_LEVEL: Argument =
    Argument { domain: Domain::Between(0.5, 0.999), ..LIMITS_LEVEL };

/// The kind of weights that a call asks for.
pub(super) fn weights_named(name: &str) -> Option<Weights> {
    match name {
        "counts" => Some(Weights::Counts),
        "design" => Some(Weights::Design),
        _ => None,
    }
}

/// What a call looks like: arguments by place, or by name after `=>`.
pub(super) fn named(arguments: &[Argument]) -> Signature {
    let signature = Signature::user_defined(Volatility::Immutable);
    let names = arguments.iter().map(|argument| argument.name).collect();
    // Names that cannot be distinguished, which no function has, are not accepted.
    signature.clone().with_parameter_names(names).unwrap_or(signature)
}

/// Checks how many arguments a call has.
pub(super) fn check_count(name: &str, arguments: &[Argument], given: usize) -> Result<()> {
    let most = arguments.len();
    let fewest = arguments.iter().filter(|argument| !argument.optional).count();
    if (fewest..=most).contains(&given) {
        return Ok(());
    }
    let wanted = match most - fewest {
        0 => most.to_string(),
        1 => format!("{fewest} or {most}"),
        _ => format!("{fewest} to {most}"),
    };
    plan_err!("{} takes {wanted} arguments, got {given}", signature(name, arguments))
}

/// The type that an argument is used in.
pub(super) fn coerce(name: &str, argument: &Argument, given: &DataType) -> Result<DataType> {
    argument.domain.coerce(given).map_or_else(
        || {
            let wanted = argument.domain.wanted();
            plan_err!("{name}: `{}` must be {wanted}, got {given}", argument.name)
        },
        Ok,
    )
}

/// Refuses constants that no row could make right.
pub(super) fn check_constants(name: &str, arguments: &[Argument], given: &[Expr]) -> Result<()> {
    for (argument, given) in arguments.iter().zip(given) {
        match literal(given) {
            Some(value) => check_constant(name, argument, value)?,
            // A parameter or a folding is still to come where it is not a column.
            None if argument.domain.is_constant() && given.any_column_refs() => {
                let argument = argument.name;
                return plan_err!("{name}: `{argument}` must be a constant, got `{given}`");
            }
            None => {}
        }
    }
    Ok(())
}

/// Refuses a constant that no row could make right.
pub(super) fn check_constant(name: &str, argument: &Argument, value: &ScalarValue) -> Result<()> {
    match argument.domain.broken_by(value) {
        Some(rule) => plan_err!("{name}: `{}` must be {rule}", argument.name),
        None => Ok(()),
    }
}

/// The value of an expression that is nothing else.
pub(super) fn literal(expression: &Expr) -> Option<&ScalarValue> {
    match expression {
        Expr::Literal(value, _) => Some(value),
        Expr::Alias(alias) => literal(&alias.expr),
        _ => None,
    }
}
