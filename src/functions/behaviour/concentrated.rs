//! What the measures of concentration share: reading amounts, and words for them.

use datafusion::common::ScalarValue;

use crate::functions::answers::float;
use crate::functions::document::{Argument, Field, Kind};
use crate::functions::domain::Domain;
use crate::functions::multiset::Counted;
use crate::functions::refusal::Refusal;
use crate::functions::tablewise::{Setup, Table, TableRow};
use crate::kernel::concentration::{Amounts, check_share};
use crate::kernel::{OutOfDomain, Weights};

pub(super) const VALUE: Argument = Argument::needed(
    "value",
    "the amount that each has: spend, purchases, customer lifetime value",
    Domain::NotNegative,
);

pub(super) const SHARE: Argument =
    Argument::needed("share", "0.2 for a fifth", Domain::Constant(&Domain::Share));

pub(super) const N: Field =
    float("n", "how many there are: the sum of the counts, or the effective number (Kish)");

/// Why a number that goes by a size is NULL.
pub(super) const FLAGS: Field = Field {
    name: "flags",
    kind: Kind::Text,
    meaning: "`too_few` where a number is NULL: there is only one, or design weights are so unequal that it \
              would leave the range that `n` people can be in; empty if nothing",
};

/// The value of [`FLAGS`].
pub(super) fn flags(number: Option<f64>) -> ScalarValue {
    ScalarValue::from(if number.is_none() { "too_few" } else { "" })
}

pub(super) const NULLS: &str = "rows with a NULL are ignored; NULL where all values are 0, for nothing is spread then, and \
     without rows";

/// Rows of value and weight.
pub(super) fn amounts(
    rows: &[Counted<2>],
    weights: Weights,
) -> Result<Option<Amounts>, OutOfDomain> {
    let rows =
        rows.iter().map(|Counted { values: [value, weight], count }| (*value, *weight, *count));
    Amounts::new(rows, weights)
}

/// Rows whose first argument is the value.
pub(super) fn amounts_of(table: &Table) -> Result<Option<Amounts>, OutOfDomain> {
    let value = |row: TableRow| row.number(0).unwrap_or(f64::NAN);
    Amounts::new(table.rows().map(|row| (value(row), row.weight, row.count)), table.setup.weights())
}

/// The second argument, a share of a whole.
pub(super) fn share(setup: &Setup) -> Result<f64, Refusal> {
    let share = setup.number(1).unwrap_or(f64::NAN);
    check_share(share)?;
    Ok(share)
}
