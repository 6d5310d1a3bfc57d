//! The distribution of the value of a customer's
//! future purchases.
//!
//! Within a horizon the customer buys Y times, at times that matter because
//! later money is worth less, and spends Gamma(p, ν) each time:
//!
//! ```text
//! value = Σ dᵢ Mᵢ,  dᵢ = exp(−δ tᵢ),  Mᵢ | ν ~ Gamma(p, ν),  ν ~ Gamma(q, v)
//! ```
//!
//! with p, q and v those of a Gamma-Gamma model given the customer's past. For
//! each Y = n, how often is exact, and so are the mean and variance of Σ dᵢ Mᵢ
//! given ν: purchases are spread evenly over the time until the customer leaves
//! or the horizon ends, and that time is integrated over. A Gamma variable with
//! the same two moments approximates the sum; over ν it is then scaled
//! BetaPrime(k, q). Without discounting k = pn and nothing is approximated. With
//! it only the shape of a sum of p-Gammas with unequal weights is.
//!
//! Beyond [`SINGLY`] purchases, neighbouring numbers share a component, whose
//! variance contains that they differ. Amounts that one in forty exceeds move by a
//! few thousandths at most for it, and by two ten-thousandths on average.
//!
//! Sources: Fader, Hardie and Lee (2005), "RFM and CLV: Using Iso-Value Curves
//! for Customer Base Analysis", Journal of Marketing Research 42(4), 415–430, for
//! the two models together; Johnson, Kotz and Balakrishnan (1994), "Continuous
//! Univariate Distributions" 1, 2nd ed., 17.8, for moments of Gamma sums.

use super::OutOfDomain;
use super::domain::{ensure_not_negative, ensure_positive};
use super::gamma_gamma::{Params as SpendModel, Spend};
use crate::kernel::maths::beta_prime::BetaPrime;
use crate::kernel::maths::root::falling_with_slope;
use crate::kernel::purchase_model::{MOST_PURCHASES, Timed, Ways};

/// The continuous rate per unit of time of a yearly rate.
///
/// # Errors
/// The yearly rate is negative or not finite, or `units_per_year` is not
/// positive and finite.
pub fn continuous_rate(annual_discount_rate: f64, units_per_year: f64) -> Result<f64, OutOfDomain> {
    ensure_not_negative("annual_discount_rate", annual_discount_rate)?;
    ensure_positive("units_per_year", units_per_year)?;
    Ok(annual_discount_rate.ln_1p() / units_per_year)
}

/// As [`continuous_rate`], for sums without end, which need not be finite
/// without discounting.
///
/// # Errors
/// The yearly rate or `units_per_year` is not positive and finite.
pub fn endless_rate(annual_discount_rate: f64, units_per_year: f64) -> Result<f64, OutOfDomain> {
    ensure_positive("annual_discount_rate", annual_discount_rate)?;
    continuous_rate(annual_discount_rate, units_per_year)
}

/// A share of spend that is kept.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Margin(f64);

impl Margin {
    /// Checks the share.
    ///
    /// # Errors
    /// `margin` is negative or not finite.
    pub fn new(margin: f64) -> Result<Self, OutOfDomain> {
        ensure_not_negative("margin", margin).map(|()| Self(margin))
    }

    /// What is kept of an amount.
    #[must_use]
    pub fn of(self, amount: f64) -> f64 {
        self.0 * amount
    }

    /// The expected value of a customer who spends `spend` on each of so many `purchases` to come, which
    /// are discounted already: margin · E[M] · DERT (Fader, Hardie and Lee 2005).
    #[must_use]
    pub fn of_purchases(self, spend: f64, purchases: f64) -> f64 {
        self.of(spend) * purchases
    }
}

/// The distribution of what purchases of customers of one frequency and age, known
/// to be alive, are worth: a mixture over their number.
#[derive(Debug, Clone)]
pub struct LifetimeValue {
    components: Vec<Component>,
    /// The probability of more purchases than can be distinguished.
    beyond: f64,
}

/// Some number of purchases: how likely, and the Gamma variable at ν = 1 that
/// their discounted spend is.
#[derive(Debug, Clone, Copy)]
struct Component {
    chance: f64,
    shape: f64,
    scale: f64,
}

/// Up to here every number of purchases is a separate component.
const SINGLY: f64 = 8.0;
/// Beyond, a component spans this share of its number.
const SPAN: f64 = 1.0 / 5.0;
/// Numbers of purchases that together are less likely than this are left out.
const NEGLIGIBLE: f64 = 1e-7;
/// Logarithms of amounts, at v = 1, among which is the one that is looked for.
const LOGS: [f64; 2] = [-700.0, 700.0];

impl LifetimeValue {
    /// All that may happen within the law's horizon, discounted at the continuous
    /// rate `discount_rate`, which is zero or more.
    pub fn new(law: &impl Timed, discount_rate: f64, spend: SpendModel) -> Self {
        let mut components = Vec::new();
        let (mut n, mut tail) = (1.0, law.at_least(1.0));
        while tail > NEGLIGIBLE && n < MOST_PURCHASES {
            let width = if n > SINGLY { (n * SPAN).ceil() } else { 1.0 };
            let rest = law.at_least(n + width);
            let rest = if rest > NEGLIGIBLE { rest } else { 0.0 };
            // Where hardly anything happens, the difference is rounding.
            if tail - rest > NEGLIGIBLE * SPAN {
                let middle = n + centre(law, n, width);
                let ways = law.ways(middle);
                let sums = Sums::new(&ways, law.horizon(), discount_rate, middle);
                let spread = (width * width - 1.0) / (12.0 * middle * middle);
                components.push(sums.component(tail - rest, spend, spread));
            }
            (n, tail) = (n + width, rest);
        }
        Self { components, beyond: tail }
    }

    /// The amount that is exceeded with probability `above` by a customer who
    /// is alive with probability `p_alive` and has spent `spend`. NaN if doubles are not
    /// accurate enough.
    pub fn exceeded(&self, p_alive: f64, model: SpendModel, spend: Spend, above: f64) -> f64 {
        let [q, v] = model.given(spend);
        if self.beyond.is_nan() || self.beyond * p_alive > NEGLIGIBLE {
            return f64::NAN;
        }
        if p_alive * self.components.iter().map(|one| one.chance).sum::<f64>() <= above {
            return 0.0;
        }
        let sums: Vec<_> = self.components.iter().map(|one| BetaPrime::new(one.shape, q)).collect();
        // On the scale of logarithms the chance hardly bends.
        let difference = |log: f64| {
            let [chance, density] = self.exceeds(log.exp(), &sums);
            [(p_alive * chance / above).ln(), -density / chance]
        };
        v * falling_with_slope(self.typical(q), LOGS, difference).exp()
    }

    /// P(value > `value`) at v = 1, and its density there times the value.
    fn exceeds(&self, value: f64, sums: &[BetaPrime]) -> [f64; 2] {
        self.components.iter().zip(sums).fold([0.0; 2], |[chance, density], (one, sum)| {
            let ([_, above], front) = sum.shares(value / one.scale);
            [chance + one.chance * above, density + one.chance * front]
        })
    }

    /// Logarithm of an amount to begin the search at.
    fn typical(&self, q: f64) -> f64 {
        let total: f64 = self.components.iter().map(|one| one.chance).sum();
        let sum: f64 = self.components.iter().map(|one| one.chance * one.shape * one.scale).sum();
        (sum / total / q).ln()
    }
}

/// Sums over n purchases of their discount factors d, averaged over when they
/// may be.
#[derive(Default)]
struct Sums {
    /// Of d.
    first: f64,
    /// Of d².
    second: f64,
    /// Of products of two different ones.
    cross: f64,
}

impl Sums {
    fn new(ways: &Ways, horizon: f64, discount_rate: f64, n: f64) -> Self {
        let stays = Self::until(discount_rate * horizon, n, false);
        let (mut total, mut sums) = (0.0, Self::default());
        sums.add(ways.stays, &stays);
        total += ways.stays;
        for (time, weight) in &ways.leaves {
            sums.add(*weight, &Self::until(discount_rate * time, n, ways.leaves_buying));
            total += weight;
        }
        let Self { first, second, cross } = sums;
        Self { first: first / total, second: second / total, cross: cross / total }
    }

    /// Of n purchases spread evenly over a time, given as the exponent of its
    /// discount factor, or of n − 1 and one at its end.
    fn until(exponent: f64, n: f64, ends_buying: bool) -> Self {
        let (mean, square) = (evenly(exponent), evenly(2.0 * exponent));
        let (n, last) = if ends_buying { (n - 1.0, (-exponent).exp()) } else { (n, 0.0) };
        Self {
            first: n * mean + last,
            second: n * square + last * last,
            cross: n * (n - 1.0) * mean * mean + 2.0 * n * mean * last,
        }
    }

    fn add(&mut self, weight: f64, other: &Self) {
        self.first += weight * other.first;
        self.second += weight * other.second;
        self.cross += weight * other.cross;
    }

    /// The Gamma variable with these moments; `spread` is the relative variance
    /// of the number of purchases within the component.
    fn component(&self, chance: f64, spend: SpendModel, spread: f64) -> Component {
        let p = spend.shape();
        let mean = p * self.first;
        let square = p * (1.0 + p) * self.second + p * p * self.cross;
        let variance = square - mean * mean + spread * mean * mean;
        Component { chance, shape: mean * mean / variance, scale: variance / mean }
    }
}

/// How far beyond `n` the mean of `n`, `n` + 1, … `n` + `width` − 1 purchases lies,
/// if their probabilities fall or rise evenly.
fn centre(law: &impl Timed, n: f64, width: f64) -> f64 {
    let last = width - 1.0;
    if last == 0.0 {
        return 0.0;
    }
    let [first, end] = [n, n + last].map(|n| law.exactly(n).max(f64::MIN_POSITIVE));
    let slope = (end / first).ln() / last;
    (0.5 * last + slope * (width * width - 1.0) / 12.0).clamp(0.0, last)
}

/// The mean of exp(−u) for u spread evenly over (0, `whole`).
fn evenly(whole: f64) -> f64 {
    if whole == 0.0 { 1.0 } else { -(-whole).exp_m1() / whole }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::maths::draws::Draws;
    use crate::kernel::purchase_model::testing::*;
    use crate::kernel::purchase_model::{Dated, Law, PurchaseModel};
    use crate::kernel::testing::assert_close;
    use crate::kernel::{beta_geometric, nbd, pareto_nbd};

    const AGE: f64 = 272.0 / 7.0;
    const YEAR: f64 = 365.25 / 7.0;

    fn law<F: Dated>(future: &F, horizon: f64) -> impl Timed {
        future.dated(window(AGE, horizon))
    }

    fn spend_model() -> SpendModel {
        SpendModel::new(6.25, 3.74, 15.44).expect("in domain")
    }

    fn bgnbd() -> beta_geometric::Params {
        let coin = beta_geometric::Coin::AfterRepeats;
        beta_geometric::Params::new(coin, 0.243, 4.414, 0.793, 2.426).expect("in domain")
    }

    fn pareto() -> pareto_nbd::Params {
        pareto_nbd::Params::new(0.553, 10.578, 0.606, 11.669).expect("in domain")
    }

    /// When a customer who is alive buys, and for how much.
    fn discounted(
        draws: &mut Draws,
        mut next: impl FnMut(&mut Draws, f64) -> Option<f64>,
        horizon: f64,
        rate: f64,
        [q, v]: [f64; 2],
    ) -> f64 {
        let nu = draws.gamma(q, v);
        let (mut now, mut value) = (0.0, 0.0);
        while let Some(time) = next(draws, now) {
            if time > horizon {
                break;
            }
            now = time;
            value += (-rate * now).exp() * draws.gamma(spend_model().shape(), nu);
        }
        value
    }

    const CUSTOMERS: usize = 40_000;

    /// The share of simulated values above each of the amounts that should be
    /// exceeded with the given probabilities.
    fn assert_exceeded(worth: &LifetimeValue, spend: Spend, values: &[f64]) {
        for above in [0.975, 0.9, 0.5, 0.1, 0.025] {
            let amount = worth.exceeded(1.0, spend_model(), spend, above);
            let count = values.iter().filter(|value| **value > amount).count();
            let (share, n) = (count as f64 / values.len() as f64, values.len() as f64);
            let error = 4.0 * (above * (1.0 - above) / n).sqrt();
            let none = amount == 0.0 && share <= above + error;
            assert!(none || (share - above).abs() < error, "{above} at {amount}: {share}");
        }
    }

    #[test]
    fn simulated_customers_who_leave_after_purchases_exceed_as_often_as_they_should() {
        let (x, b, horizon, rate) = (7.0, 2.426 + 7.0, 2.0 * YEAR, 0.3_f64.ln_1p() / YEAR);
        let spend = Spend::new(x, 73.74).expect("in domain");
        let future = bgnbd().future(x).expect("in domain");
        let worth = LifetimeValue::new(&law(&future, horizon), rate, spend_model());
        let mut draws = Draws::new(1);
        let values: Vec<f64> = (0..CUSTOMERS)
            .map(|_| {
                let lambda = draws.gamma(0.243 + x, 4.414 + AGE);
                let p = draws.beta(0.793, b);
                let mut left = false;
                let next = |draws: &mut Draws, now: f64| {
                    let time = (!left).then(|| now + draws.wait(lambda));
                    left = draws.chance(p);
                    time
                };
                discounted(&mut draws, next, horizon, rate, spend_model().given(spend))
            })
            .collect();
        assert_exceeded(&worth, spend, &values);
    }

    #[test]
    fn simulated_customers_who_leave_at_any_time_exceed_as_often_as_they_should() {
        for (x, m, horizon, annual, seed) in
            [(2.0, 22.35, 0.75 * YEAR, 0.15_f64, 2), (29.0, 40.0, 3.0 * YEAR, 0.5, 3)]
        {
            let rate = annual.ln_1p() / YEAR;
            let spend = Spend::new(x, m).expect("in domain");
            let future = pareto().future(x).expect("in domain");
            let worth = LifetimeValue::new(&law(&future, horizon), rate, spend_model());
            let mut draws = Draws::new(seed);
            let values: Vec<f64> = (0..CUSTOMERS)
                .map(|_| {
                    let lambda = draws.gamma(0.553 + x, 10.578 + AGE);
                    let mu = draws.gamma(0.606, 11.669 + AGE);
                    let leaves = draws.wait(mu);
                    let next = |draws: &mut Draws, now: f64| {
                        let time = now + draws.wait(lambda);
                        (time <= leaves).then_some(time)
                    };
                    discounted(&mut draws, next, horizon, rate, spend_model().given(spend))
                })
                .collect();
            assert_exceeded(&worth, spend, &values);
        }
    }

    #[test]
    fn the_expected_value_is_what_is_kept_of_all_purchases_to_come() {
        let margin = Margin::new(0.25).expect("in domain");
        assert_eq!(margin.of_purchases(24.0, 12.5).to_bits(), 75.0_f64.to_bits());
        assert_eq!(margin.of_purchases(24.0, 0.0).to_bits(), 0.0_f64.to_bits());
    }

    #[test]
    fn without_discounting_every_component_is_exact() {
        let future = nbd::Params::new(0.385, 12.072).expect("in domain").future(3.0);
        let future = future.expect("in domain");
        let worth = LifetimeValue::new(&law(&future, 39.0), 0.0, spend_model());
        for (n, one) in (1_u32..=8).zip(&worth.components) {
            assert_close(one.shape, 6.25 * f64::from(n), 1e-10);
            assert_close(one.scale, 1.0, 1e-10);
            assert_close(one.chance, law(&future, 39.0).exactly(f64::from(n)), 1e-7);
        }
    }

    #[test]
    fn the_components_have_the_mean_of_discounted_purchases() {
        assert_mean(&bgnbd().future(9.0).expect("in domain"));
        assert_mean(&pareto().future(9.0).expect("in domain"));
    }

    /// Against many short steps in place of continuous discounting.
    fn assert_mean(future: &impl Dated) {
        let (rate, horizon, steps) = (0.2_f64.ln_1p() / YEAR, 156.0, 20_000);
        let worth = LifetimeValue::new(&law(future, horizon), rate, spend_model());
        let mean = |one: &Component| one.chance * one.shape * one.scale / 6.25;
        let got: f64 = worth.components.iter().map(mean).sum();
        let width = horizon / f64::from(steps);
        let (mut before, mut want) = (0.0, 0.0);
        for step in (1..=steps).map(f64::from) {
            let until = law(future, width * step).purchases();
            want += (until - before) * (-rate * width * (step - 0.5)).exp();
            before = until;
        }
        assert_close(got, want, 3e-4);
    }

    #[test]
    fn amounts_grow_with_their_probability_and_begin_at_zero() {
        let future = pareto().future(1.0).expect("in domain");
        let worth = LifetimeValue::new(&law(&future, 52.0), 0.003, spend_model());
        let spend = Spend::new(1.0, 20.0).expect("in domain");
        let at = |above| worth.exceeded(0.6, spend_model(), spend, above);
        assert_eq!(at(0.7).to_bits(), 0.0_f64.to_bits());
        let amounts = [0.3, 0.1, 0.025, 1e-4, 1e-9].map(at);
        assert!(amounts.is_sorted() && amounts[0] > 0.0, "{amounts:?}");
        for (above, amount) in [0.3, 0.1, 0.025, 1e-4].into_iter().zip(amounts) {
            let [q, v] = spend_model().given(spend);
            let sums: Vec<_> =
                worth.components.iter().map(|one| BetaPrime::new(one.shape, q)).collect();
            assert_close(0.6 * worth.exceeds(amount / v, &sums)[0], above, 1e-7);
        }
        // Nothing can happen in no time.
        let now = LifetimeValue::new(&law(&future, 0.0), 0.003, spend_model());
        assert_eq!(now.exceeded(1.0, spend_model(), spend, 0.01).to_bits(), 0.0_f64.to_bits());
    }
}
