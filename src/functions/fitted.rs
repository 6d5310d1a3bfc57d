//! What every fit returns besides its parameters.

use datafusion::common::ScalarValue;

use super::document::{Field, Kind};
use super::groupwise::Answer;
use crate::kernel::{Bound, Maximum};

/// A parameter of a model.
pub(super) const fn parameter(name: &'static str, meaning: &'static str) -> Field {
    Field { name, kind: Kind::Float64, meaning }
}

/// The standard error of a parameter.
pub(super) const fn error(name: &'static str) -> Field {
    Field {
        name,
        kind: Kind::Float64,
        meaning: "its standard error, from the exact Hessian; NULL where the data do not tell",
    }
}

pub(super) const LOG_LIKELIHOOD: Field =
    Field { name: "log_likelihood", kind: Kind::Float64, meaning: "at the maximum" };
pub(super) const CUSTOMERS: Field =
    Field { name: "customers", kind: Kind::Int64, meaning: "rows that were used" };
pub(super) const ITERATIONS: Field =
    Field { name: "iterations", kind: Kind::Int32, meaning: "Newton steps taken" };
pub(super) const CONVERGED: Field =
    Field { name: "converged", kind: Kind::Boolean, meaning: "whether nothing was left to gain" };
pub(super) const FLAGS: Field = Field {
    name: "flags",
    kind: Kind::Text,
    meaning: "what to know before use, separated by commas; empty if nothing: `x_lower` and \
              `x_upper` (parameter `x` is as good as zero or infinite), `not_identified` (other \
              parameters explain the data as well)",
};

/// The fields of a fit: parameters, errors, and what is said above.
pub(super) fn answer<const N: usize>(
    names: [&str; N],
    maximum: &Maximum<N>,
    customers: u64,
    more_flags: &[&str],
) -> Answer {
    let parameters = maximum.parameters.iter().map(|value| ScalarValue::from(*value));
    let errors = maximum.standard_errors.iter().map(|error| ScalarValue::Float64(*error));
    let rest = [
        ScalarValue::from(maximum.log_likelihood),
        ScalarValue::Int64(i64::try_from(customers).ok()),
        ScalarValue::from(maximum.iterations),
        ScalarValue::from(maximum.converged),
        ScalarValue::from(flags(names, maximum, more_flags)),
    ];
    Answer::Fields(parameters.chain(errors).chain(rest).collect())
}

fn flags<const N: usize>(names: [&str; N], maximum: &Maximum<N>, more: &[&str]) -> String {
    let bounds = names.iter().zip(maximum.bounds).filter_map(|(name, bound)| match bound? {
        Bound::Lower => Some(format!("{name}_lower")),
        Bound::Upper => Some(format!("{name}_upper")),
    });
    let unsure = (!maximum.identified).then(|| String::from("not_identified"));
    let more = more.iter().map(|flag| (*flag).to_string());
    bounds.chain(unsure).chain(more).collect::<Vec<_>>().join(",")
}
