//! The level of the limits of an estimate.
//!
//! Limits from resamples are points that a share of them lies beyond, and need a resample there: of B the
//! share below the least is 1/(B + 1) on average, so that a tail of α takes B ≥ 1/α − 1.
//!
//! Source: Davison and Hinkley (1997), "Bootstrap Methods and their Application", 5.2.

use super::domain::{OutOfDomain, ensure};
use crate::kernel::maths::normal::quantile;

/// The 97.5 % point of the standard normal distribution.
pub(super) const Z: f64 = 1.959_963_984_540_054;

/// The share of samples whose limits contain the truth.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Level {
    /// The share of samples whose limits are to one side of it.
    pub(super) tail: f64,
    /// The point of the normal distribution that leaves that share above it.
    pub(super) z: f64,
}

impl Level {
    /// What is meant where nothing is said.
    pub const USUAL: Self = Self { tail: 0.025, z: Z };

    /// Checks a level; [`Self::USUAL`] where there is none.
    ///
    /// # Errors
    /// It is not from 0.5 to 0.999.
    pub fn new(level: Option<f64>) -> Result<Self, OutOfDomain> {
        let Some(level) = level else { return Ok(Self::USUAL) };
        ensure((0.5..=0.999).contains(&level), "level", "between 0.5 and 0.999", level)?;
        let tail = (1.0 - level) / 2.0;
        Ok(if level.total_cmp(&0.95).is_eq() {
            Self::USUAL
        } else {
            Self { tail, z: quantile(1.0 - tail) }
        })
    }

    /// The fewest resamples that have a point in each tail.
    #[must_use]
    pub fn fewest_resamples(self) -> u32 {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "from 3 to 1999, by the tails there are"
        )]
        // What 1 − level has lost by rounding is no resample more.
        let fewest = (1.0 / self.tail - 1.0 - 1e-6).ceil() as u32;
        fewest
    }
}

#[cfg(test)]
impl Level {
    /// A level that is one.
    pub(super) fn of(level: f64) -> Self {
        Self::new(Some(level)).expect("in domain")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tail_takes_a_resample_for_itself() {
        let fewest = |level| Level::of(level).fewest_resamples();
        assert_eq!([0.5, 0.9, 0.95, 0.99, 0.999].map(fewest), [3, 19, 39, 199, 1999]);
    }

    #[test]
    fn a_level_is_not_a_percentage_and_not_sure() {
        for level in [0.0, 0.499_999, 0.999_001, 1.0, 95.0, -0.95, f64::NAN, f64::INFINITY] {
            assert!(Level::new(Some(level)).is_err(), "{level}");
        }
        assert_eq!(Level::new(None), Level::new(Some(0.95)));
    }
}
