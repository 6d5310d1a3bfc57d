//! Key drivers: how much of what is explained in a target each driver explains.
//!
//! A regression coefficient is the effect of one driver with the others
//! held constant. Drivers of satisfaction are correlated, so their coefficients change order with
//! every sample; the shares below divide R² among drivers in ways that do not.
//!
//! | measure | of driver k, with standardised coefficient β and correlation r    |
//! |---------|-------------------------------------------------------------------|
//! | lmg     | what k adds to R², averaged over all orders of entry; see [`lmg`] |
//! | johnson | Σ over orthogonal counterparts of the drivers: Λ²β², Λ = R^½       |
//! | pratt   | β·r                                                               |
//! | first   | r²: what k explains alone                                         |
//! | last    | what R² loses without k                                           |
//!
//! The first three add up to R².
//!
//! Sources: Lindeman, Merenda and Gold (1980), "Introduction to Bivariate and
//! Multivariate Analysis"; Grömping (2006), "Relative Importance for Linear
//! Regression in R", Journal of Statistical Software 17(1), 1–27; Johnson
//! (2000), "A Heuristic Method for Estimating the Relative Weight of Predictor
//! Variables in Multiple Regression", Multivariate Behavioral Research 35(1),
//! 1–19; Pratt (1987), "Dividing the Indivisible", Proceedings of the Second
//! International Tampere Conference in Statistics, 245–260.

mod drift;
mod lmg;

pub use self::drift::{Change, Drift, DriverDrift, drift};
pub use self::lmg::MOST as MOST_FOR_LMG;

use super::level::Level;
use super::resample::{Spread, Units, spread_of_square};
use super::sample::{Moments, Sample};
use crate::kernel::maths::matrix::{Symmetric, dot};
use crate::kernel::maths::student::point;

/// With more drivers than this, the resamples go without [`lmg`].
const MOST_RESAMPLED: usize = 12;

/// What a regression of a target on its drivers says.
#[derive(Debug, Clone, PartialEq)]
pub struct Drivers {
    /// In the order given.
    pub drivers: Vec<Driver>,
    /// Explained share of the target's variance; `None` for a constant target and for too few people.
    pub r_squared: Option<f64>,
    /// What the regression expects where all drivers are 0.
    pub intercept: Option<f64>,
    /// People whose answers were used.
    pub n: u64,
    /// Kish's effective sample size.
    pub n_effective: f64,
    /// Resamples behind the intervals.
    pub resamples: u32,
    /// What to know before use.
    pub flags: Vec<Flag>,
}

/// A driver. Nothing is known of a constant one.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Driver {
    /// Points of the target that go with a point of the driver.
    pub coefficient: Option<f64>,
    /// Of the coefficient; `None` where drivers repeat each other or people are
    /// too few.
    pub standard_error: Option<f64>,
    /// Limits of the coefficient, by Student's t; `None` for no more than two degrees of freedom.
    pub limits: Option<(f64, f64)>,
    /// The coefficient in standard deviations.
    pub standardised: Option<f64>,
    /// Lindeman, Merenda and Gold's share; `None` for more than [`MOST_FOR_LMG`]
    /// drivers.
    pub lmg: Option<f64>,
    /// That in resamples; `None` as the limits, for more than twelve drivers, and for fewer resamples than
    /// the level takes.
    pub lmg_spread: Option<Spread>,
    /// Johnson's relative weight.
    pub johnson: Option<f64>,
    /// Pratt's product.
    pub pratt: Option<f64>,
    /// What it explains alone.
    pub first: Option<f64>,
    /// What it explains beyond all others.
    pub last: Option<f64>,
}

/// What to know of a regression.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flag {
    /// There are not two people more than drivers: any drivers would explain all.
    TooFew,
    /// There are not ten people for each driver.
    SmallSample,
    /// Everybody gave the target the same.
    ConstantTarget,
    /// Everybody gave this driver the same.
    Constant(usize),
    /// Drivers repeat each other.
    Collinear,
    /// There are not three people more than drivers: nothing has limits.
    NoLimits,
    /// There are more drivers than [`MOST_FOR_LMG`]: use Johnson's weights.
    NoLmg,
    /// There are more drivers than [`MOST_RESAMPLED`], or fewer resamples than the level takes: LMG has no
    /// limits.
    NoLmgLimits,
}

/// The target and the drivers that vary, in standard units.
struct Regression {
    /// Places of the drivers that vary, counted from 0.
    places: Vec<usize>,
    /// Their correlations.
    between: Symmetric,
    /// Their correlations with the target.
    with: Vec<f64>,
    /// Their standardised coefficients.
    standardised: Vec<f64>,
    unique: bool,
    r_squared: f64,
}

impl Regression {
    /// Of the first column on the others. `None` where the first is constant.
    fn new(moments: &Moments) -> Option<Self> {
        let all = moments.covariance.correlation();
        let varying: Vec<usize> = (1..all.size()).filter(|i| all.at(*i, *i) > 0.0).collect();
        let between = all.part(&varying);
        let with: Vec<f64> = varying.iter().map(|column| all.at(*column, 0)).collect();
        let solution = between.solve(&with);
        (all.at(0, 0) > 0.0).then(|| Self {
            places: varying.iter().map(|column| column - 1).collect(),
            r_squared: dot(&solution.values, &with).clamp(0.0, 1.0),
            standardised: solution.values,
            unique: solution.unique,
            between,
            with,
        })
    }

    /// Johnson's relative weights.
    fn johnson(&self) -> Vec<f64> {
        let parts = self.between.eigen();
        let size = self.places.len();
        let roots = parts.iter().map(|(value, vector)| (value.max(0.0).sqrt(), vector));
        let root = Symmetric::new(size, |row, column| {
            roots.clone().map(|(root, vector)| root * vector[row] * vector[column]).sum()
        });
        let stand_in = root.times(&self.standardised);
        (0..size)
            .map(|k| root.row(k).iter().zip(&stand_in).map(|(l, b)| l * l * b * b).sum())
            .collect()
    }

    /// What can be said of each driver without its unit.
    fn shares(&self) -> Vec<Driver> {
        let few = self.places.len() <= MOST_FOR_LMG;
        let lmg = few.then(|| lmg::lmg(&self.between, &self.with));
        let share = |(i, johnson): (usize, f64)| Driver {
            standardised: Some(self.standardised[i]),
            lmg: lmg.as_ref().map(|lmg| lmg[i]),
            johnson: Some(johnson),
            pratt: Some(self.standardised[i] * self.with[i]),
            first: Some(self.with[i] * self.with[i]),
            last: Some(self.last(i)),
            ..Driver::default()
        };
        self.johnson().into_iter().enumerate().map(share).collect()
    }

    /// The weights that are compared between samples, in the order given: LMG,
    /// or Johnson's where that would take too long. A constant driver has none.
    fn weights(&self, drivers: usize) -> Vec<f64> {
        let weights = match self.places.len() {
            0..=MOST_RESAMPLED => lmg::lmg(&self.between, &self.with),
            _ => self.johnson(),
        };
        let mut all = vec![0.0; drivers];
        for (place, weight) in self.places.iter().zip(weights) {
            all[*place] = weight;
        }
        all
    }

    /// Variances of the standardised coefficients, and degrees of freedom.
    fn errors(&self, n: f64) -> Option<(Vec<f64>, f64)> {
        let freedom = n - self.places.len() as f64 - 1.0;
        let scale = (1.0 - self.r_squared) / freedom;
        let inverse = self.between.inverse_diagonal().filter(|_| freedom > 1e-9)?;
        Some((inverse.iter().map(|diagonal| scale * diagonal).collect(), freedom))
    }

    /// What R² loses without the driver at `place` of those that vary.
    fn last(&self, place: usize) -> f64 {
        let others: Vec<usize> = (0..self.places.len()).filter(|other| *other != place).collect();
        let with: Vec<f64> = others.iter().map(|other| self.with[*other]).collect();
        let without = dot(&self.between.part(&others).solve(&with).values, &with);
        (self.r_squared - without).max(0.0)
    }
}

/// What is wrong with a regression of so many people on so many terms beside the intercept: with as many
/// parameters as people it explains everything, whatever they answered.
pub(super) fn size_flag(n_effective: f64, terms: f64) -> Option<Flag> {
    if n_effective < terms + 2.0 - 1e-9 {
        return Some(Flag::TooFew);
    }
    (n_effective < 10.0 * terms).then_some(Flag::SmallSample)
}

/// Drivers of the first column of a sample: all its other columns. `None`
/// without people.
#[must_use]
pub fn drivers(sample: &Sample, resamples: u32, level: Level) -> Option<Drivers> {
    let (moments, n_effective) = (sample.moments()?, sample.effective_size()?);
    let count = sample.width() - 1;
    let mut result = Drivers {
        drivers: vec![Driver::default(); count],
        r_squared: None,
        intercept: None,
        n: sample.people(),
        n_effective,
        resamples: 0,
        flags: Vec::new(),
    };
    let constant = |place: &usize| moments.covariance.at(place + 1, place + 1) <= 0.0;
    result.flags.extend((0..count).filter(constant).map(Flag::Constant));
    let varying = (count - result.flags.len()) as f64;
    let regression = Regression::new(&moments);
    result.flags.extend(regression.is_none().then_some(Flag::ConstantTarget));
    let size = size_flag(n_effective, varying);
    let told = size != Some(Flag::TooFew) && regression.is_some();
    result.flags.extend(size.filter(|size| told || *size == Flag::TooFew));
    if let Some(regression) = regression.filter(|_| told) {
        result.describe(&regression, &moments, level);
        result.resample(&regression, sample, resamples, level);
    }
    Some(result)
}

impl Drivers {
    /// The share of a driver in what all explain: LMG by R². `None` where nothing is explained.
    #[must_use]
    pub fn lmg_share(&self, driver: &Driver) -> Option<f64> {
        let explained = self.r_squared.filter(|explained| *explained > 0.0);
        driver.lmg.zip(explained).map(|(lmg, explained)| lmg / explained)
    }

    fn describe(&mut self, regression: &Regression, moments: &Moments, level: Level) {
        let deviation = |column: usize| moments.covariance.at(column, column).sqrt();
        let shares = regression.shares();
        let errors = regression.errors(self.n_effective);
        let point = errors.as_ref().and_then(|(_, freedom)| point(level, *freedom));
        let mut intercept = moments.means[0];
        for (i, place) in regression.places.iter().enumerate() {
            let ratio = deviation(0) / deviation(place + 1);
            let coefficient = regression.standardised[i] * ratio;
            let error = errors.as_ref().map(|(errors, _)| errors[i].sqrt() * ratio);
            let half = point.zip(error).map(|(point, error)| point * error);
            intercept -= coefficient * moments.means[place + 1];
            self.drivers[*place] = Driver {
                coefficient: Some(coefficient),
                standard_error: error,
                limits: half.map(|half| (coefficient - half, coefficient + half)),
                ..shares[i]
            };
        }
        self.r_squared = Some(regression.r_squared);
        self.intercept = Some(intercept);
        self.flags.extend((errors.is_some() && point.is_none()).then_some(Flag::NoLimits));
        self.flags.extend((!regression.unique).then_some(Flag::Collinear));
        self.flags.extend((shares.len() > MOST_FOR_LMG).then_some(Flag::NoLmg));
    }

    /// Intervals of LMG.
    fn resample(&mut self, regression: &Regression, sample: &Sample, resamples: u32, level: Level) {
        let (drivers, fewest) = (regression.places.len(), level.fewest_resamples());
        if drivers <= MOST_RESAMPLED && resamples >= fewest {
            self.limit_lmg(regression, sample, resamples, level);
        }
        let bare = drivers <= MOST_FOR_LMG && resamples > 0 && self.resamples < fewest;
        let bare = bare && !self.flags.contains(&Flag::NoLimits);
        self.flags.extend(bare.then_some(Flag::NoLmgLimits));
    }

    fn limit_lmg(
        &mut self,
        regression: &Regression,
        sample: &Sample,
        resamples: u32,
        level: Level,
    ) {
        let freedom = self.n_effective - regression.places.len() as f64 - 1.0;
        let Some((units, point)) = Units::new(sample).zip(point(level, freedom)) else { return };
        // Residuals of a fit are smaller than errors.
        let point = point * (self.n_effective / freedom).sqrt();
        let mut columns: Vec<Vec<f64>> = vec![Vec::new(); self.drivers.len()];
        for number in 0..u64::from(resamples) {
            let again = units.resample(number).and_then(|moments| Regression::new(&moments));
            let Some(again) = again else { continue };
            let weights = again.weights(columns.len());
            columns.iter_mut().zip(weights).for_each(|(column, weight)| column.push(weight));
            self.resamples += 1;
        }
        for place in &regression.places {
            let values = std::mem::take(&mut columns[*place]);
            let estimate = self.drivers[*place].lmg.unwrap_or_default();
            self.drivers[*place].lmg_spread = spread_of_square(estimate, values, level, point);
        }
    }
}

#[cfg(test)]
pub(super) mod tests;
