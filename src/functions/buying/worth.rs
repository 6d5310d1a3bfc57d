//! Customers' lifetime values: a model of purchases and one of spend together,
//! with what has been asked of them so far.

use std::sync::Arc;

use super::gamma_gamma_expected_spend::spend;
use crate::functions::model::{SPEND, gamma_gamma};
use crate::functions::prospects::{Kept, Prospects};
use crate::functions::rowwise::PerhapsUnknown;
use crate::kernel::gamma_gamma::{Params as SpendModel, expected_spend};
use crate::kernel::lifetime_value::{Worth, check_margin, continuous_rate, endless_rate};
use crate::kernel::{Ahead, Chances, End, Foresight, History, OutOfDomain, Outlook};

/// A model of purchases with what has been asked of it, and one of spend.
#[derive(Debug)]
pub(super) struct Customers<P> {
    purchases: P,
    spend: SpendModel,
    /// Ends of intervals. Customers without repeat purchase, often the most,
    /// have the same if they are of one age.
    ends: Kept<[u64; 8], f64>,
}

/// What [`clv`] asks.
pub(super) type Values<M> = Customers<Prospects<M, 2>>;
/// What [`clv_lower`] and [`clv_upper`] ask.
pub(super) type Outcomes<M> = Customers<Prospects<M, 3, Arc<Worth>>>;

impl<M: Outlook, const K: usize, A: Clone> Customers<Prospects<M, K, A>> {
    /// Takes the parameters of both models, those of spend last.
    pub(super) fn new(
        parameters: &[f64],
        purchases: fn(&[f64]) -> Result<M, OutOfDomain>,
    ) -> Result<Self, OutOfDomain> {
        let place = parameters.len().saturating_sub(SPEND.parameters.len());
        let (first, second) = parameters.split_at(place);
        let (purchases, spend) = (Prospects::new(purchases(first)?), gamma_gamma(second)?);
        Ok(Self { purchases, spend, ends: Kept::new() })
    }
}

/// `…_clv(model, spend_model, frequency, recency, age, monetary, margin,
/// annual_discount_rate, units_per_year)`
pub(super) fn clv<M: Outlook>(
    customers: &mut Values<M>,
    [frequency, recency, age, monetary, margin, annual, units]: [Option<f64>; 7],
) -> PerhapsUnknown {
    let row = (frequency, recency, age, margin, annual, units);
    let (Some(x), Some(recency), Some(age), Some(margin), Some(annual), Some(units)) = row else {
        return Ok(None);
    };
    let history = History::new(x, recency, age)?;
    let rate = endless_rate(annual, units)?;
    check_margin(margin)?;
    let Some(spend) = spend(frequency, monetary)? else { return Ok(None) };
    let purchases =
        customers.purchases.expect(history, [age, rate], |future| future.residual(age, rate))?;
    Ok(expected_spend(customers.spend, spend).map(|spend| margin * spend * purchases))
}

/// `…_clv_lower(model, spend_model, frequency, recency, age, monetary, margin,
/// annual_discount_rate, units_per_year, horizon, level)`
pub(super) fn clv_lower<M>(customers: &mut Outcomes<M>, row: [Option<f64>; 9]) -> PerhapsUnknown
where
    M: Outlook<Future: Chances>,
{
    clv_end(customers, row, End::Lower)
}

/// `…_clv_upper(model, spend_model, frequency, recency, age, monetary, margin,
/// annual_discount_rate, units_per_year, horizon, level)`
pub(super) fn clv_upper<M>(customers: &mut Outcomes<M>, row: [Option<f64>; 9]) -> PerhapsUnknown
where
    M: Outlook<Future: Chances>,
{
    clv_end(customers, row, End::Upper)
}

fn clv_end<M>(
    customers: &mut Outcomes<M>,
    [frequency, recency, age, monetary, margin, annual, units, horizon, level]: [Option<f64>; 9],
    end: End,
) -> PerhapsUnknown
where
    M: Outlook<Future: Chances>,
{
    let (past, money) = ((frequency, recency, age), (margin, annual, units));
    let (Some(x), Some(recency), Some(age)) = past else { return Ok(None) };
    let (Some(margin), Some(annual), Some(units)) = money else { return Ok(None) };
    let (Some(horizon), Some(level)) = (horizon, level) else { return Ok(None) };
    let history = History::new(x, recency, age)?;
    let (ahead, rate) = (Ahead::new(age, horizon)?, continuous_rate(annual, units)?);
    let above = end.above(level)?;
    check_margin(margin)?;
    let Some(spend) = spend(frequency, monetary)? else { return Ok(None) };
    let p_alive = customers.purchases.p_alive(history);
    let [shape, scale] = customers.spend.given(spend);
    let question = [x, p_alive, shape, scale, age, horizon, rate, above].map(f64::to_bits);
    let end = if let Some(end) = customers.ends.get(&question) {
        end
    } else {
        let model = customers.spend;
        let worth = customers.purchases.if_alive(history, [age, horizon, rate], |future| {
            Ok(Arc::new(Worth::new(future, ahead, rate, model)))
        })?;
        worth.exceeded(p_alive, model, spend, above)
    };
    customers.ends.keep(question, end);
    Ok(Some(margin * end))
}
