//! What is said of a customer who may have left.

use super::quantile;

/// The number of purchases of a customer who is alive with probability `p_alive`, and
/// buys no more otherwise. The arguments of each method are for one who is alive.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ZeroInflated {
    p_alive: f64,
}

impl ZeroInflated {
    /// Takes the probability that the customer is alive.
    #[must_use]
    pub fn new(p_alive: f64) -> Self {
        Self { p_alive }
    }

    /// The mean of a number, or a probability, that is 0 of who has left.
    #[must_use]
    pub fn mean(self, mean: f64) -> f64 {
        self.p_alive * mean
    }

    /// Whether nothing is exceeded with probability `above`, whatever those who are alive may do: who has left
    /// as likely as that does nothing.
    #[must_use]
    pub fn exceeds_nothing(self, above: f64) -> bool {
        self.p_alive <= above
    }

    /// The variance of a number of that mean and variance.
    #[must_use]
    pub fn variance(self, [mean, variance]: [f64; 2]) -> f64 {
        self.p_alive * (variance + (1.0 - self.p_alive) * mean * mean)
    }

    /// P(Y = n).
    #[must_use]
    pub fn exactly(self, n: f64, probability: f64) -> f64 {
        let left = if n == 0.0 { 1.0 - self.p_alive } else { 0.0 };
        left + self.p_alive * probability
    }

    /// The least n for which P(Y > n) ≤ `above`, where `at_least` gives P(Y ≥ n); see
    /// [`quantile`].
    ///
    /// # Errors
    /// What `at_least` finds.
    pub fn quantile<E>(
        self,
        above: f64,
        mut at_least: impl FnMut(f64) -> Result<f64, E>,
    ) -> Result<f64, E> {
        quantile(above, |n| Ok(self.p_alive * at_least(n)?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::OutOfDomain;

    /// Alive in one of four cases, and then as likely to buy once as not at all: one
    /// purchase in one of eight cases, none in the others.
    #[test]
    fn who_has_left_is_counted_among_those_who_buy_nothing() {
        let customer = ZeroInflated::new(0.25);
        let same = |got: f64, want: f64| assert_eq!(got.to_bits(), want.to_bits());
        same(customer.mean(0.5), 0.125);
        assert_eq!([0.24, 0.25].map(|above| customer.exceeds_nothing(above)), [false, true]);
        same(customer.variance([0.5, 0.25]), 0.125 - 0.125 * 0.125);
        same(customer.exactly(0.0, 0.5), 0.875);
        same(customer.exactly(1.0, 0.5), 0.125);
        let at_least = |n: f64| Ok::<_, OutOfDomain>(if n < 2.0 { 0.5_f64.powf(n) } else { 0.0 });
        for (above, want) in [(0.2, 0.0), (0.125, 0.0), (0.1, 1.0)] {
            assert_eq!(customer.quantile(above, at_least), Ok(want), "{above}");
        }
    }
}
