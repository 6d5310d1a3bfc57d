//! Two ways in which the same history can have come about, weighed.

/// What a log-odds says, without overflow at either end.
#[derive(Debug, Clone, Copy)]
pub(in crate::kernel) struct Odds {
    /// The probability that the odds speak for: that the customer has left.
    pub(in crate::kernel) left: f64,
    /// One minus the above, with its own digits.
    pub(in crate::kernel) stayed: f64,
    /// ln(1 + odds).
    pub(in crate::kernel) log_total: f64,
}

impl Odds {
    /// −∞ is no chance at all.
    pub(in crate::kernel) fn new(log_odds: f64) -> Self {
        let small = (-log_odds.abs()).exp();
        let (left, stayed) = if log_odds > 0.0 { (1.0, small) } else { (small, 1.0) };
        Self {
            left: left / (1.0 + small),
            stayed: stayed / (1.0 + small),
            log_total: log_odds.max(0.0) + small.ln_1p(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_ends_keep_their_digits() {
        for (log_odds, left, stayed) in [
            (0.0, 0.5, 0.5),
            (-800.0, 0.0, 1.0),
            (800.0, 1.0, 0.0),
            (40.0, 1.0, 4.248_354_255_291_589e-18),
            (f64::NEG_INFINITY, 0.0, 1.0),
        ] {
            let odds = Odds::new(log_odds);
            assert!((odds.left - left).abs() <= 1e-15 * left, "{odds:?}");
            assert!((odds.stayed - stayed).abs() <= 1e-15 * stayed, "{odds:?}");
        }
        assert!((Odds::new(800.0).log_total - 800.0).abs() < 1e-12);
    }
}
