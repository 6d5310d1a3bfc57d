//! What an analyst chooses besides the model.

use crate::kernel::OutOfDomain;
use crate::kernel::amount::ensure_amount;
use crate::kernel::domain::ensure;
use crate::kernel::level::Level;

/// How a construct listens to its neighbours while weights are sought.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Scheme {
    /// Only whether they rise or fall together (Wold 1982).
    #[default]
    Centroid,
    /// As much as they correlate (Lohmöller 1989).
    Factorial,
    /// By regression on what moves it, by correlation with what it moves.
    Path,
}

/// The unit in which items are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Metric {
    /// Each by its own standard deviation.
    #[default]
    Standardised,
    /// Points of the scale that all items share (Tenenhaus et al. 2005).
    Raw,
}

/// The ends of the scale that items are answered on.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Scale {
    min: f64,
    max: f64,
}

/// All of it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Settings {
    /// How a construct listens to its neighbours.
    pub scheme: Scheme,
    /// The unit in which items are compared.
    pub metric: Metric,
    /// The scale of the items, which an index runs along.
    pub scale: Scale,
    /// Resamples for intervals; 0 for none.
    pub resamples: u32,
    /// How sure the intervals are.
    pub level: Level,
}

impl Scheme {
    /// Every scheme by its name.
    pub const NAMES: [(&'static str, Self); 3] =
        [("centroid", Self::Centroid), ("factorial", Self::Factorial), ("path", Self::Path)];
}

impl Metric {
    /// Every metric by its name.
    pub const NAMES: [(&'static str, Self); 2] =
        [("standardised", Self::Standardised), ("raw", Self::Raw)];
}

impl Scale {
    /// A scale from `min` to `max`.
    ///
    /// # Errors
    /// An end is not finite or beyond 1e60, or they are not in order.
    pub fn new(min: f64, max: f64) -> Result<Self, OutOfDomain> {
        ensure_amount("scale_min", min)?;
        ensure_amount("scale_max", max)?;
        ensure(max > min, "scale_max", "> `scale_min`", max)?;
        Ok(Self { min, max })
    }

    /// The lower end.
    #[must_use]
    pub fn min(&self) -> f64 {
        self.min
    }

    /// The upper end.
    #[must_use]
    pub fn max(&self) -> f64 {
        self.max
    }

    /// Accepts an answer on the scale.
    ///
    /// # Errors
    /// It does not.
    pub fn check(&self, answer: f64) -> Result<(), OutOfDomain> {
        let inside = (self.min..=self.max).contains(&answer);
        ensure(inside, "items", "between `scale_min` and `scale_max`", answer)
    }

    /// A point of the scale as points from 0 to 100.
    pub(super) fn index(&self, point: f64) -> f64 {
        (point - self.min) / (self.max - self.min) * 100.0
    }

    /// A distance on the scale as a distance from 0 to 100.
    pub(super) fn index_distance(&self, distance: f64) -> f64 {
        distance / (self.max - self.min) * 100.0
    }
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            scheme: Scheme::default(),
            metric: Metric::default(),
            scale: Scale { min: 1.0, max: 10.0 },
            resamples: 500,
            level: Level::USUAL,
        }
    }
}
