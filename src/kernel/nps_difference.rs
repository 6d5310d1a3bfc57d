//! Whether a net promoter score has moved.
//!
//! ```text
//! difference = s₁ − s₀,  se² = Var₁/n₁ + Var₀/n₀,  Var = p + d − (p − d)²,  z = difference / se
//! ```
//!
//! with p and d the shares of promoters and detractors and s = p − d. Figures
//! are on the scale from −100 to 100. Two samples in each of which everybody
//! answered alike have no error to speak of, and no test.
//!
//! Source: Rocks (2016), "Interval Estimation for the 'Net Promoter Score'", The
//! American Statistician 70(4), 365–372.

use super::OutOfDomain;
use super::domain::{ensure, ensure_not_negative};
use super::normal::two_sided;
use super::proportion::Z;

/// Who recommends, in one sample.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sample {
    promoters: f64,
    detractors: f64,
    n: f64,
}

/// A difference of two scores.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Difference {
    /// The score now minus that before, −200 to 200.
    pub value: f64,
    /// Of the difference.
    pub standard_error: f64,
    /// The test; `None` where the standard error is 0.
    pub test: Option<Test>,
}

/// A difference against its standard error.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Test {
    /// Lower 95 % limit of the difference.
    pub lower: f64,
    /// Upper 95 % limit of the difference.
    pub upper: f64,
    /// Difference by standard error.
    pub z: f64,
    /// How often scores that do not differ would be that far apart.
    pub p_value: f64,
}

impl Sample {
    /// `promoters` and `detractors` of `n` people. `None` without people.
    ///
    /// # Errors
    /// A number is negative or not finite, or there are more of them than people.
    pub fn new(promoters: f64, detractors: f64, n: f64) -> Result<Option<Self>, OutOfDomain> {
        ensure_not_negative("n", n)?;
        ensure_not_negative("promoters", promoters)?;
        ensure_not_negative("detractors", detractors)?;
        let both = promoters + detractors;
        // Sums of weights may be a rounding above what they are parts of.
        ensure(both <= n * (1.0 + 1e-9), "promoters", "at most `n` with the detractors", both)?;
        let sample = Self { promoters: promoters / n, detractors: detractors / n, n };
        Ok((n > 0.0).then_some(sample))
    }

    fn score(&self) -> f64 {
        100.0 * self.promoters - 100.0 * self.detractors
    }

    /// Squared standard error of the score.
    fn squared_error(&self) -> f64 {
        let difference = self.promoters - self.detractors;
        1e4 * (self.promoters + self.detractors - difference * difference).max(0.0) / self.n
    }
}

/// The score of one sample minus that of another.
#[must_use]
pub fn nps_difference(now: &Sample, before: &Sample) -> Difference {
    let value = now.score() - before.score();
    let standard_error = (now.squared_error() + before.squared_error()).sqrt();
    let z = value / standard_error;
    let test = (standard_error > 1e-12 && z.is_finite()).then(|| Test {
        lower: (value - Z * standard_error).max(-200.0),
        upper: (value + Z * standard_error).min(200.0),
        z,
        p_value: two_sided(z),
    });
    Difference { value, standard_error, test }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample(promoters: f64, detractors: f64, n: f64) -> Sample {
        Sample::new(promoters, detractors, n).expect("in domain").expect("people")
    }

    #[test]
    fn the_difference_is_the_published_one() {
        let got = nps_difference(&sample(50.0, 20.0, 100.0), &sample(40.0, 30.0, 100.0));
        assert!((got.value - 20.0).abs() < 1e-12);
        assert!((got.standard_error - 11.401_754_250_991_38).abs() < 1e-12);
        let test = got.test.expect("spread");
        assert!((test.z - 1.754_116_038_614_058_6).abs() < 1e-12);
        assert!((test.p_value - 0.079_410_625_998_942).abs() < 1e-10, "{test:?}");
        assert!((test.lower + 2.347_027_698).abs() < 1e-6, "{test:?}");
    }

    #[test]
    fn agreement_of_all_has_no_error_and_no_test() {
        let got = nps_difference(&sample(7.0, 0.0, 7.0), &sample(0.0, 9.0, 9.0));
        assert_eq!((got.value, got.standard_error, got.test), (200.0, 0.0, None));
        assert_eq!(Sample::new(0.0, 0.0, 0.0), Ok(None));
    }

    #[test]
    fn parts_above_the_whole_are_refused() {
        let error = Sample::new(6.0, 5.0, 10.0).expect_err("too many").to_string();
        assert_eq!(error, "`promoters` must be at most `n` with the detractors, got 11");
        let error = Sample::new(-1.0, 5.0, 10.0).expect_err("negative").to_string();
        assert_eq!(error, "`promoters` must be finite and >= 0, got -1");
    }
}
