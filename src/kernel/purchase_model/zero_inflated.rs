//! What is said of a customer who may have left.

use super::quantile;

/// The number of purchases of a customer who is alive with probability `p_alive`, and
/// buys no more otherwise. What each method is given holds of one who is alive.
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
