//! What the fits share: reading histories, and what is returned besides the
//! parameters.

use datafusion::common::ScalarValue;

use super::document::{Field, Kind};
use super::multiset::Counted;
use super::shape::Answer;
use crate::kernel::{Bound, History, Maximum, OutOfDomain, Weighted, Weights};

/// Rows of frequency, recency, age and weight as histories.
pub(super) fn histories(
    rows: &[Counted<4>],
    weights: Weights,
) -> Result<Weighted<History>, OutOfDomain> {
    let read = |[frequency, recency, age, _]: [f64; 4]| History::new(frequency, recency, age);
    weighted(rows, weights, read, |_| true)
}

/// Rows, whose last number is the weight, as parsed by `read`. Those that do
/// not `inform` are skipped.
pub(super) fn weighted<T: Copy, const N: usize>(
    rows: &[Counted<N>],
    weights: Weights,
    read: impl Fn([f64; N]) -> Result<T, OutOfDomain>,
    informs: impl Fn(&T) -> bool,
) -> Result<Weighted<T>, OutOfDomain> {
    let read = |Counted { values, count }: &Counted<N>| {
        read(*values).map(|value| (value, values[N - 1], *count))
    };
    let rows = rows.iter().map(read).collect::<Result<Vec<_>, _>>()?;
    Weighted::new(rows, weights, informs)
}

/// A parameter of a model.
pub(super) const fn parameter(name: &'static str, meaning: &'static str) -> Field {
    Field { name, kind: Kind::Float64, meaning }
}

/// The standard error of a parameter.
pub(super) const fn error(name: &'static str) -> Field {
    Field {
        name,
        kind: Kind::Float64,
        meaning: "its standard error: from the exact Hessian, under design weights the sandwich's; \
                  NULL where the data do not determine it",
    }
}

/// The log-likelihood, with what it is of.
macro_rules! log_likelihood {
    ($of:literal) => {
        $crate::functions::document::Field {
            name: "log_likelihood",
            kind: $crate::functions::document::Kind::Float64,
            meaning: concat!(
                $of,
                ", at the maximum; design weights are scaled to add up to the effective number"
            ),
        }
    };
}
pub(super) use log_likelihood;

/// That of a model of purchases.
pub(super) const LOG_LIKELIHOOD: Field =
    log_likelihood!("of the times of all purchases after the first, a density per unit of `age`");
pub(super) const CUSTOMERS: Field = Field {
    name: "customers",
    kind: Kind::Int64,
    meaning: "how many were used: the counts of the rows, or the rows where weights are design weights",
};
pub(super) const ITERATIONS: Field =
    Field { name: "iterations", kind: Kind::Int32, meaning: "Newton steps taken" };
pub(super) const CONVERGED: Field =
    Field { name: "converged", kind: Kind::Boolean, meaning: "whether nothing was left to gain" };
pub(super) const IDENTIFIED: Field = Field {
    name: "identified",
    kind: Kind::Boolean,
    meaning: "whether the data identify all parameters; if not, `flags` names those that are not identified",
};
pub(super) const FLAGS: Field = Field {
    name: "flags",
    kind: Kind::Text,
    meaning: "what to know before use, separated by commas; empty if nothing: `x_lower` and \
              `x_upper` (at a level of 95 % the data do not keep parameter `x` from zero, or from \
              infinity), `second_optimum` (parameters far from these are within the 95 % region \
              too), `not_identified` (any of these)",
};

/// The name of the field that distinguishes models with the same parameters.
pub(super) const MODEL: &str = "model";

/// The model's own name.
pub(super) const fn model(name: &'static str) -> Field {
    Field {
        name: MODEL,
        kind: Kind::Constant(name),
        meaning: "the model's name; functions for another model reject it",
    }
}

/// The fields of a fit: parameters, their errors, what `more` belongs to the model, and
/// what is said above.
pub(super) fn fields(
    parameters: &[Field],
    more: &[Field],
    likelihood: Field,
    name: &'static str,
) -> &'static [Field] {
    let errors = parameters.iter().map(|parameter| error(format!("{}_se", parameter.name).leak()));
    let rest = [likelihood, CUSTOMERS, ITERATIONS, CONVERGED, IDENTIFIED, FLAGS, model(name)];
    let parameters = parameters.iter().copied();
    parameters.chain(errors).chain(more.iter().copied()).chain(rest).collect::<Vec<_>>().leak()
}

/// The values of a fit: parameters, errors, and what is said above. The model's
/// name, a constant, is not among the values.
pub(super) fn answer<const N: usize>(
    names: [&str; N],
    maximum: &Maximum<N>,
    customers: u64,
    more_flags: &[&str],
) -> Answer {
    answer_with(names, maximum, Vec::new(), customers, more_flags)
}

/// The same, with what else belongs to the model after the errors.
pub(super) fn answer_with<const N: usize>(
    names: [&str; N],
    maximum: &Maximum<N>,
    more: Vec<ScalarValue>,
    customers: u64,
    more_flags: &[&str],
) -> Answer {
    let parameters = maximum.parameters.iter().map(|value| ScalarValue::from(*value));
    let errors = maximum.known_errors().map(ScalarValue::Float64);
    let rest = rest(names, maximum, customers, more_flags);
    Answer::Fields(parameters.chain(errors).chain(more).chain(rest).collect())
}

/// What is said of a fit besides parameters and errors.
pub(super) fn rest<const N: usize>(
    names: [&str; N],
    maximum: &Maximum<N>,
    customers: u64,
    more_flags: &[&str],
) -> [ScalarValue; 6] {
    let bounds = maximum.bounds().map(|(i, bound)| (names[i], bound));
    let flags = flags(bounds, maximum.second_optimum, maximum.identified, more_flags);
    [
        ScalarValue::from(maximum.log_likelihood),
        ScalarValue::Int64(i64::try_from(customers).ok()),
        ScalarValue::from(maximum.iterations),
        ScalarValue::from(maximum.converged),
        ScalarValue::from(maximum.identified),
        ScalarValue::from(flags),
    ]
}

/// What to know before use, of parameters and the bounds that the data leave open.
pub(super) fn flags<'a>(
    bounds: impl Iterator<Item = (&'a str, Bound)>,
    second_optimum: bool,
    identified: bool,
    more: &[&str],
) -> String {
    let bounds = bounds.map(|(name, bound)| match bound {
        Bound::Lower => format!("{name}_lower"),
        Bound::Upper => format!("{name}_upper"),
    });
    let second = second_optimum.then(|| String::from("second_optimum"));
    let unsure = (!identified).then(|| String::from("not_identified"));
    let more = more.iter().map(|flag| (*flag).to_string());
    bounds.chain(second).chain(unsure).chain(more).collect::<Vec<_>>().join(",")
}
