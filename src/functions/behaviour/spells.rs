//! What the functions of survival share: arguments, and reading spells.

use datafusion::common::ScalarValue;

use crate::functions::answers::float;
use crate::functions::argument::WEIGHT;
use crate::functions::document::{Argument, Field};
use crate::functions::domain::Domain;
use crate::functions::fitted::weighted;
use crate::functions::multiset::Counted;
use crate::functions::tablewise::{Table, TableRow};
use crate::kernel::survival::{Spell, Unlimited};
use crate::kernel::{OutOfDomain, Weighted, Weights};

pub(super) const TIME: Argument = Argument::needed(
    "time",
    "how long the spell was watched: days from joining to leaving, or to the cut-off",
    Domain::NotNegative,
);

pub(super) const EVENT: Argument = Argument::needed(
    "event",
    "whether it ended then; otherwise it was cut off and still lasts",
    Domain::YesNo,
);

pub(super) const CURVE: [Argument; 3] = [TIME, EVENT, WEIGHT];

pub(super) const LOWER: Field = float(
    "lower",
    "lower limit, log-log; NULL where all or nothing lasts, and for too few; under design weights \
     at Student's point for the effective number, so that even equal ones give wider limits than none",
);
pub(super) const UPPER: Field =
    float("upper", "upper limit, log-log; NULL where all or nothing lasts, and for too few");

/// Why limits of a share are NULL, in words for a share of 0 and for one of 1.
pub(super) fn limits_flag(
    limits: Option<(f64, f64)>,
    share: f64,
    [none, all]: [&'static str; 2],
) -> ScalarValue {
    ScalarValue::from(match limits.is_none().then(|| Unlimited::why(share)) {
        None => "",
        Some(Unlimited::None) => none,
        Some(Unlimited::All) => all,
        Some(Unlimited::TooFew) => "too_few",
    })
}

/// Rows of time, event and weight.
pub(super) fn spells(
    rows: &[Counted<3>],
    weights: Weights,
) -> Result<Weighted<Spell>, OutOfDomain> {
    weighted(rows, weights, |[time, event, _]| Spell::new(time, event), |_| true)
}

/// Rows whose first arguments are time and event.
pub(super) fn spells_of(table: &Table) -> Result<Weighted<Spell>, OutOfDomain> {
    let spell = |row: TableRow| {
        let [time, event] = [0, 1].map(|i| row.number(i).unwrap_or(f64::NAN));
        Spell::new(time, event).map(|spell| (spell, row.weight, row.count))
    };
    let spells = table.rows().map(spell).collect::<Result<Vec<_>, _>>()?;
    Weighted::new(spells, table.setup.weights(), |_| true)
}

/// Limits as two fields.
pub(super) fn limits(limits: Option<(f64, f64)>) -> [ScalarValue; 2] {
    [limits.map(|(lower, _)| lower), limits.map(|(_, upper)| upper)].map(ScalarValue::Float64)
}
