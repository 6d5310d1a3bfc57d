//! How far a fitted model would move if other people had been asked.
//!
//! A resample's constructs are turned the way the sample's own point, so that
//! a sign does not pass for uncertainty. An item that is the same for everybody
//! in a resample is left out of that resample; if its construct has no other,
//! the resample is left out, and both are counted.

use super::fit::Fit;
use super::model::PathModel;
use super::settings::Settings;
use crate::kernel::level::Level;
use crate::kernel::maths::matrix::dot;
use crate::kernel::resample::{Spread, Units, spread, spread_of_maximum, spread_of_square};

/// What resamples gave, in the order of the fit's own values.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Bootstrap {
    pub(super) index: Vec<Option<Spread>>,
    pub(super) r_squared: Vec<Option<Spread>>,
    pub(super) coefficients: Vec<Option<Spread>>,
    pub(super) weights: Vec<Option<Spread>>,
    pub(super) loadings: Vec<Option<Spread>>,
    /// From construct to construct, row after row.
    pub(super) effects: Vec<Option<Spread>>,
    /// Resamples that were used.
    pub(super) used: u32,
    /// Resamples in which an item of the model was constant.
    pub(super) with_constants: u32,
}

/// The values of one resample, all in a row.
type Values = Vec<Option<f64>>;

/// Resamples and refits, as often as the settings say.
pub(super) fn bootstrap(
    model: &PathModel,
    fit: &Fit,
    units: &Units,
    n: f64,
    settings: &Settings,
) -> Bootstrap {
    let mut columns: Vec<Vec<f64>> = vec![Vec::new(); values(fit).len()];
    let (mut used, mut with_constants) = (0, 0);
    for number in 0..settings.resamples {
        let Some(moments) = units.resample(u64::from(number)) else { continue };
        let constant = |item: &usize| {
            let varied = fit.covariance.at(*item, *item) > 0.0;
            varied && moments.covariance.at(*item, *item) <= 0.0
        };
        let items = model.constructs().iter().flat_map(|construct| &construct.items);
        with_constants += u32::from(items.clone().any(constant));
        if let Ok(again) = Fit::new(model, &moments, n, settings) {
            used += 1;
            let values = values(&aligned(again, fit, model));
            columns.iter_mut().zip(values).for_each(|(column, value)| column.extend(value));
        }
    }
    let spreads = columns.into_iter().zip(values(fit)).zip(limits(fit));
    let spreads =
        spreads.map(|((column, estimate), limits)| limits(estimate?, column, settings.level));
    collect(model, fit, spreads, used, with_constants)
}

/// How limits are found from an estimate and what resamples gave.
type Limits = fn(f64, Vec<f64>, Level) -> Option<Spread>;

/// For each of the [`values`].
fn limits(fit: &Fit) -> Vec<Limits> {
    let percentiles: Limits = |_, values, level| spread(values, level);
    let effects = fit.effects.iter().map(Vec::len).sum();
    let parts = [
        (fit.index.len(), percentiles),
        (fit.r_squared.len(), |estimate, values, level| {
            spread_of_square(estimate, values, level, level.z)
        }),
        (fit.coefficients.len(), spread_of_maximum),
        (2 * fit.loadings.len(), percentiles),
        (effects, spread_of_maximum),
    ];
    parts.into_iter().flat_map(|(count, limits)| std::iter::repeat_n(limits, count)).collect()
}

/// All values of a fit, in a fixed order.
fn values(fit: &Fit) -> Values {
    let some = |values: &[f64]| values.iter().copied().map(Some).collect::<Vec<_>>();
    let weights = fit.loadings.iter().zip(&fit.weights);
    [
        fit.index.clone(),
        fit.r_squared.clone(),
        some(&fit.coefficients),
        weights.map(|(loading, weight)| loading.map(|_| *weight)).collect(),
        fit.loadings.clone(),
        some(&fit.effects.concat()),
    ]
    .concat()
}

/// The spreads of these values, under their names again.
fn collect(
    model: &PathModel,
    fit: &Fit,
    mut spreads: impl Iterator<Item = Option<Spread>>,
    used: u32,
    with_constants: u32,
) -> Bootstrap {
    let (constructs, items) = (model.constructs().len(), fit.weights.len());
    let mut take = |count: usize| spreads.by_ref().take(count).collect::<Vec<_>>();
    Bootstrap {
        index: take(constructs),
        r_squared: take(constructs),
        coefficients: take(model.paths().len()),
        weights: take(items),
        loadings: take(items),
        effects: take(constructs * constructs),
        used,
        with_constants,
    }
}

/// A resample's fit with every construct turned as the sample's own.
fn aligned(mut again: Fit, fit: &Fit, model: &PathModel) -> Fit {
    let against = |construct: usize| {
        let items = &model.constructs()[construct].items;
        let pick = |weights: &[f64]| items.iter().map(|item| weights[*item]).collect::<Vec<_>>();
        let (own, other) = (pick(&fit.standard_weights), pick(&again.standard_weights));
        dot(&own, &fit.items.part(items).times(&other)) < 0.0
    };
    let sign: Vec<f64> =
        (0..model.constructs().len()).map(|i| if against(i) { -1.0 } else { 1.0 }).collect();
    for (place, construct) in model.constructs().iter().enumerate() {
        for item in &construct.items {
            again.weights[*item] *= sign[place];
            again.loadings[*item] = again.loadings[*item].map(|loading| loading * sign[place]);
        }
    }
    for (path, coefficient) in model.paths().iter().zip(&mut again.coefficients) {
        *coefficient *= sign[path.from] * sign[path.to];
    }
    for (from, effects) in again.effects.iter_mut().enumerate() {
        effects.iter_mut().zip(&sign).for_each(|(effect, to)| *effect *= sign[from] * to);
    }
    again
}
