//! What the functions of survival share: arguments, and reading spells.

use datafusion::common::ScalarValue;

use crate::functions::answers::float;
use crate::functions::argument::WEIGHT;
use crate::functions::document::{Argument, Field};
use crate::functions::domain::Domain;
use crate::functions::multiset::Counted;
use crate::functions::tablewise::{Table, TableRow};
use crate::kernel::OutOfDomain;
use crate::kernel::survival::Spell;

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

pub(super) const LOWER: Field =
    float("lower", "lower 95 % limit, log-log; NULL where all or nothing lasts");
pub(super) const UPPER: Field =
    float("upper", "upper 95 % limit, log-log; NULL where all or nothing lasts");

/// Rows of time, event and weight.
pub(super) fn spells(rows: &[Counted<3>]) -> Result<Vec<Spell>, OutOfDomain> {
    let spell = |row: &Counted<3>| {
        let [time, event, weight] = row.values;
        Spell::new(time, event, weight, row.count)
    };
    rows.iter().map(spell).collect()
}

/// Rows whose first arguments are time and event, and whose fourth is the weight.
pub(super) fn spells_of(table: &Table) -> Result<Vec<Spell>, OutOfDomain> {
    let spell = |row: TableRow| {
        let [time, event] = [0, 1].map(|i| row.number(i).unwrap_or(f64::NAN));
        Spell::new(time, event, row.number(3).unwrap_or(1.0), row.count)
    };
    table.rows().map(spell).collect()
}

/// Limits as two fields.
pub(super) fn limits(limits: Option<(f64, f64)>) -> [ScalarValue; 2] {
    [limits.map(|(lower, _)| lower), limits.map(|(_, upper)| upper)].map(ScalarValue::Float64)
}
