//! Predictions under (M)BG/CNBD-k models: what their functions share.
//!
//! Unlike in the models without a clock, what is ahead of a customer known to be
//! alive depends on the silence too, so few answers are the same; customers of
//! one frequency share what they can.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use datafusion::arrow::datatypes::DataType;
use datafusion::common::ScalarValue;

use crate::functions::document::{Argument, Field, Kind};
use crate::functions::domain::Domain;
use crate::functions::fitted::{answer_with, weighted};
use crate::functions::multiset::Counted;
use crate::functions::shape::Answer;

use crate::kernel::beta_geometric::Coin;
use crate::kernel::condensed::{self, Future, Law, Params, Silence, Spaced};
use crate::kernel::{
    End, History, OutOfDomain, Weights, check_purchases, check_same, perhaps_variance, quantile,
};

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

/// A model with what has been worked out for its customers so far.
#[derive(Debug)]
pub(super) struct Customers {
    model: Params,
    futures: HashMap<u64, Future>,
}

impl Customers {
    pub(super) fn new(model: Params) -> Self {
        Self { model, futures: HashMap::new() }
    }

    /// P(alive), and what is ahead of the customer if so.
    fn ahead(
        &mut self,
        [frequency, recency, age]: [f64; 3],
        horizon: f64,
    ) -> Result<(f64, Law), OutOfDomain> {
        let alive = self.model.p_alive(History::new(frequency, recency, age)?);
        let silence = Silence::new(recency, age)?;
        Ok((alive, self.future(frequency)?.within(silence, horizon)?))
    }

    fn future(&mut self, frequency: f64) -> Result<&mut Future, OutOfDomain> {
        match self.futures.entry(frequency.to_bits()) {
            Entry::Occupied(future) => Ok(future.into_mut()),
            Entry::Vacant(place) => Ok(place.insert(Future::new(self.model, frequency)?)),
        }
    }
}

/// `…_p_alive(model, frequency, recency, age)`
pub(super) fn p_alive(
    model: &mut Params,
    [frequency, recency, age]: [f64; 3],
) -> Result<f64, OutOfDomain> {
    Ok(model.p_alive(History::new(frequency, recency, age)?))
}

/// `…_p_alive_after(model, frequency, recency, age, horizon)`
pub(super) fn p_alive_after(
    customers: &mut Customers,
    [frequency, recency, age, horizon]: [f64; 4],
) -> Result<f64, OutOfDomain> {
    let (alive, law) = customers.ahead([frequency, recency, age], horizon)?;
    Ok(alive * law.survival())
}

/// `…_expected_purchases(model, frequency, recency, age, horizon)`
pub(super) fn expected_purchases(
    customers: &mut Customers,
    [frequency, recency, age, horizon]: [f64; 4],
) -> Result<f64, OutOfDomain> {
    let (alive, law) = customers.ahead([frequency, recency, age], horizon)?;
    Ok(alive * law.purchases())
}

/// `…_expected_purchases_new(model, horizon)`
pub(super) fn expected_purchases_new(
    customers: &mut Customers,
    [horizon]: [f64; 1],
) -> Result<f64, OutOfDomain> {
    expected_purchases(customers, [0.0, 0.0, 0.0, horizon])
}

/// `…_purchases_variance(model, frequency, recency, age, horizon)`
pub(super) fn purchases_variance(
    customers: &mut Customers,
    [frequency, recency, age, horizon]: [f64; 4],
) -> Result<f64, OutOfDomain> {
    let (alive, law) = customers.ahead([frequency, recency, age], horizon)?;
    let [mean, variance] = law.mean_and_variance();
    Ok(perhaps_variance(alive, mean, variance))
}

/// `…_purchases_probability(model, frequency, recency, age, horizon, n)`
pub(super) fn purchases_probability(
    customers: &mut Customers,
    [frequency, recency, age, horizon, n]: [f64; 5],
) -> Result<f64, OutOfDomain> {
    check_purchases(n)?;
    let (alive, law) = customers.ahead([frequency, recency, age], horizon)?;
    let left = if n == 0.0 { 1.0 - alive } else { 0.0 };
    Ok(left + alive * law.exactly(n))
}

/// `…_purchases_probability_new(model, horizon, n)`
pub(super) fn purchases_probability_new(
    customers: &mut Customers,
    [horizon, n]: [f64; 2],
) -> Result<f64, OutOfDomain> {
    purchases_probability(customers, [0.0, 0.0, 0.0, horizon, n])
}

/// `…_purchases_lower(model, frequency, recency, age, horizon, level)`
pub(super) fn purchases_lower(
    customers: &mut Customers,
    question: [f64; 5],
) -> Result<f64, OutOfDomain> {
    end(End::Lower, customers, question)
}

/// `…_purchases_upper(model, frequency, recency, age, horizon, level)`
pub(super) fn purchases_upper(
    customers: &mut Customers,
    question: [f64; 5],
) -> Result<f64, OutOfDomain> {
    end(End::Upper, customers, question)
}

fn end(
    end: End,
    customers: &mut Customers,
    [frequency, recency, age, horizon, level]: [f64; 5],
) -> Result<f64, OutOfDomain> {
    let above = end.above(level)?;
    let (alive, law) = customers.ahead([frequency, recency, age], horizon)?;
    quantile(above, |n| Ok(alive * law.at_least(n)))
}

/// `…_dert(model, frequency, recency, age, discount_rate)`
pub(super) fn dert(
    customers: &mut Customers,
    [frequency, recency, age, rate]: [f64; 4],
) -> Result<f64, OutOfDomain> {
    let alive = customers.model.p_alive(History::new(frequency, recency, age)?);
    let silence = Silence::new(recency, age)?;
    Ok(alive * customers.future(frequency)?.residual(silence, rate)?)
}
