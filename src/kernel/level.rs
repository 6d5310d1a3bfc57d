//! How sure the limits of an estimate are.

use super::domain::{OutOfDomain, ensure};
use super::normal::quantile;
use super::proportion::Z;

/// The share of samples whose limits hold the truth.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Level {
    /// The share of samples whose limits lie to one side of it.
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
}
