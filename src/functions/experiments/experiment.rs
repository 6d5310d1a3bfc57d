//! What the functions of experiments share: arguments, fields, reading subjects.

use datafusion::common::ScalarValue;

use crate::functions::answers::float;
use crate::functions::document::{Argument, Field, Kind};
use crate::functions::domain::Domain;
use crate::functions::multiset::Counted;
use crate::kernel::OutOfDomain;
use crate::kernel::experiment::{Difference, Subject, Test};
use crate::kernel::proportion::Interval;

pub(super) const TREATED: Argument = Argument::needed(
    "treated",
    "whether the subject was in the treated arm, not whether the treatment was taken up",
    Domain::YesNo,
);

pub(super) const OUTCOME: Argument =
    Argument::needed("outcome", "what is compared, one row per subject", Domain::Amount);

pub(super) const SCORE: Argument = Argument::needed(
    "score",
    "the higher, the sooner the subject would be treated",
    Domain::Amount,
);

pub(super) const POWER: Argument = Argument::needed(
    "power",
    "how surely the effect shall be found, by a two-sided test at 5 %; 0.8 is usual",
    Domain::Between(0.5, 0.999_999),
);

pub(super) const N_TREATED: Field = count("n_treated", "subjects in the treated arm");
pub(super) const N_CONTROL: Field = count("n_control", "subjects in the control arm");
pub(super) const FLAGS: Field = Field {
    name: "flags",
    kind: Kind::Text,
    meaning: "what prevents a test: `no_treated`, `no_control` (arm empty), \
              `one_treated`, `one_control` (no spread known), `no_spread` (all alike), `too_few` (less than two \
              effective subjects in an arm, or two degrees of freedom or less)",
};

/// What a difference of means comes with.
pub(super) const DIFFERENCE: [Field; 16] = [
    float("difference", "treated minus control; NULL where an arm is empty"),
    float("lower", "lower limit of the difference"),
    float("upper", "upper limit of the difference"),
    float("standard_error", "of the difference"),
    float("statistic", "difference by standard error (Welch's t)"),
    float("degrees_of_freedom", "Welch's, usually not whole and above 2"),
    float("p_value", "two-sided"),
    N_TREATED,
    N_CONTROL,
    float("n_effective_treated", "how many of equal weight would be as precise (Kish)"),
    float("n_effective_control", "how many of equal weight would be as precise (Kish)"),
    float("mean_treated", "weighted mean of the treated"),
    float("mean_control", "weighted mean of the others"),
    float("variance_treated", "of a single treated subject"),
    float("variance_control", "of a single other subject"),
    FLAGS,
];

/// A count among the returned fields.
pub(super) const fn count(name: &'static str, meaning: &'static str) -> Field {
    Field { name, kind: Kind::Int64, meaning }
}

/// The subjects of a group, of each row as `pick` reads it: values, whether
/// treated, weight.
pub(super) fn subjects<const N: usize, const M: usize>(
    rows: &[Counted<N>],
    names: [&'static str; M],
    pick: impl Fn([f64; N]) -> ([f64; M], f64, f64),
) -> Result<Vec<Subject<M>>, OutOfDomain> {
    rows.iter()
        .map(|Counted { values, count }| {
            let (values, treated, weight) = pick(*values);
            Subject::new(names, values, treated, weight, *count)
        })
        .collect()
}

/// The values of [`DIFFERENCE`]. `None` without a subject.
pub(super) fn difference(found: &Difference) -> Option<Vec<ScalarValue>> {
    let Difference { treated, control, value, standard_error, test } = found;
    let of = |pick: fn(&Test) -> f64| number(test.as_ref().map(pick));
    (treated.n + control.n > 0).then(|| {
        vec![
            number(*value),
            of(|test| test.lower),
            of(|test| test.upper),
            number(*standard_error),
            of(|test| test.statistic),
            of(|test| test.degrees_of_freedom),
            of(|test| test.p_value),
            whole(treated.n),
            whole(control.n),
            ScalarValue::from(treated.n_effective),
            ScalarValue::from(control.n_effective),
            number(treated.mean),
            number(control.mean),
            number(treated.variance),
            number(control.variance),
            ScalarValue::from(found.flags().join(",")),
        ]
    })
}

/// A double that may be unknown.
pub(super) fn number(value: Option<f64>) -> ScalarValue {
    ScalarValue::Float64(value)
}

/// A count.
pub(super) fn whole(count: u64) -> ScalarValue {
    ScalarValue::Int64(i64::try_from(count).ok())
}

/// An estimate and its limits, all three unknown where it is.
pub(super) fn interval(interval: Option<Interval>) -> [ScalarValue; 3] {
    [
        number(interval.map(|interval| interval.value)),
        number(interval.map(|interval| interval.lower)),
        number(interval.map(|interval| interval.upper)),
    ]
}
