//! Fitting models of customers who buy regularly, (M)BG/CNBD-k: what both share.

use datafusion::arrow::datatypes::DataType;
use datafusion::common::ScalarValue;

use crate::functions::document::{Argument, Field, Kind};
use crate::functions::domain::Domain;
use crate::functions::fitted::{answer_with, weighted};
use crate::functions::multiset::Counted;
use crate::functions::shape::Answer;
use crate::kernel::beta_geometric::Coin;
use crate::kernel::condensed::{self, Spaced};
use crate::kernel::{History, OutOfDomain, Weights, check_same};

pub(super) const SUM_LOG_GAPS: Argument = Argument {
    name: "sum_log_gaps",
    meaning: "sum of the natural logarithms of the times between purchases, in the unit of `age`",
    domain: Domain::Number(
        "finite; 0 where `frequency` is 0; at most `frequency` * ln(`recency` / `frequency`)",
    ),
    optional: false,
};

pub(super) const K: Argument = Argument {
    name: "k",
    meaning: "how regular purchases are: every k-th tick of a random clock is one; 1 is by chance; the same in all rows of a group",
    domain: Domain::WholeBetween(1.0, 100.0),
    optional: false,
};

/// k among the fields of a fit.
pub(super) const K_FIELD: Field =
    Field { name: "k", kind: Kind::Int32, meaning: "how regular purchases are, as given" };

/// `…_fit(frequency, recency, age, sum_log_gaps, k [, weight, weights])`
pub(super) fn fit(
    coin: Coin,
    rows: &[Counted<6>],
    weights: Weights,
) -> Result<Option<Answer>, OutOfDomain> {
    let k = rows.first().map_or(1.0, |row| row.values[4]);
    let read = |[frequency, recency, age, gaps, row_k, _]: [f64; 6]| {
        check_same("k", k, row_k)?;
        Spaced::new(History::new(frequency, recency, age)?, gaps)
    };
    let histories = weighted(rows, weights, read, |_| true)?;
    let (names, customers) = (["r", "alpha", "a", "b"], histories.customers());
    let fitted = condensed::fit_weighted(coin, k, &histories)?;
    let regularity =
        ScalarValue::from(k).cast_to(&DataType::Int32).unwrap_or(ScalarValue::Int32(None));
    Ok(fitted.map(|maximum| answer_with(names, &maximum, vec![regularity], customers, &[])))
}
