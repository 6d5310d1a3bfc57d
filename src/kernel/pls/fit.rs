//! What one set of means and covariances says of a model: the sample's own, or
//! a resample's.

use super::model::PathModel;
use super::outer::{Outer, outer};
use super::settings::{Metric, Settings};
use crate::kernel::maths::matrix::{Symmetric, dot};
use crate::kernel::sample::Moments;

/// A fitted model, in the order of its constructs, items and paths.
#[derive(Debug, Clone)]
pub(super) struct Fit {
    pub(super) outer: Outer,
    /// Correlations of the items; zeros for one that is constant.
    pub(super) items: Symmetric,
    /// Covariances of the items, with the divisor n − 1.
    pub(super) covariance: Symmetric,
    /// Correlations of the constructs.
    pub(super) constructs: Symmetric,
    /// By item: the weight in its construct.
    pub(super) weights: Vec<f64>,
    /// By item: the same, on standardised items.
    pub(super) standard_weights: Vec<f64>,
    /// By item: its correlation with its construct; `None` for a constant.
    pub(super) loadings: Vec<Option<f64>>,
    /// By item: its weight in the index, which add up to 1 in a construct.
    pub(super) index_weights: Vec<Option<f64>>,
    /// By path.
    pub(super) coefficients: Vec<f64>,
    /// By construct; `None` where nothing moves it.
    pub(super) r_squared: Vec<Option<f64>>,
    /// By construct: its index from 0 to 100.
    pub(super) index: Vec<Option<f64>>,
    /// By construct: the standard deviation of the index.
    pub(super) deviation: Vec<Option<f64>>,
    /// From construct to construct, along all paths.
    pub(super) effects: Vec<Vec<f64>>,
    /// Constructs whose predecessors repeat each other.
    pub(super) collinear: Vec<usize>,
}

impl Fit {
    /// Fits. `n` is the effective number of people, above 1.
    ///
    /// # Errors
    /// The place of a construct none of whose items varies.
    pub(super) fn new(
        model: &PathModel,
        moments: &Moments,
        n: f64,
        settings: &Settings,
    ) -> Result<Self, usize> {
        let covariance = moments.covariance.times_number(n / (n - 1.0));
        let items = covariance.correlation();
        let matrix = if settings.metric == Metric::Raw { &covariance } else { &items };
        let outer = outer(model, matrix, settings.scheme)?;
        let with: Vec<Vec<f64>> = outer.weights.iter().map(|each| matrix.times(each)).collect();
        let constructs = between(&outer, &with);
        let Inner { coefficients, r_squared, collinear } = inner(model, &constructs);
        let weight = |item: usize, construct: usize| outer.weights[construct][item];
        let loading = |item: usize, construct: usize| {
            let variance = matrix.at(item, item);
            (variance > 0.0).then(|| (with[construct][item] / variance.sqrt()).clamp(-1.0, 1.0))
        };
        let mut fit = Self {
            weights: by_item(model, weight),
            standard_weights: by_item(model, |item, construct| {
                weight(item, construct) * matrix.at(item, item).sqrt()
            }),
            loadings: by_item(model, loading),
            index_weights: vec![None; items.size()],
            index: Vec::new(),
            deviation: Vec::new(),
            effects: effects(model, &coefficients),
            outer,
            items,
            covariance,
            constructs,
            coefficients,
            r_squared,
            collinear,
        };
        fit.index(model, moments, settings);
        Ok(fit)
    }

    /// Index weights from those of standardised or raw items, and the indices.
    fn index(&mut self, model: &PathModel, moments: &Moments, settings: &Settings) {
        for construct in model.constructs() {
            let raw: Vec<f64> = construct.items.iter().map(|item| self.raw_weight(*item)).collect();
            let (sum, size) = (raw.iter().sum::<f64>(), raw.iter().map(|w| w.abs()).sum::<f64>());
            // Weights that cancel each other do not define a mean.
            let usable = sum > 1e-9 * size;
            let weights: Vec<f64> = raw.iter().map(|weight| weight / sum).collect();
            let means: Vec<f64> = construct.items.iter().map(|item| moments.means[*item]).collect();
            let variance = self.covariance.part(&construct.items).form(&weights, &weights);
            let deviation = settings.scale.index_distance(variance.max(0.0).sqrt());
            self.index.push(usable.then(|| settings.scale.index(dot(&weights, &means))));
            self.deviation.push(usable.then_some(deviation));
            for (item, weight) in construct.items.iter().zip(weights) {
                self.index_weights[*item] = usable.then_some(weight);
            }
        }
    }

    /// The weight of an item in points of its scale, up to a factor.
    fn raw_weight(&self, item: usize) -> f64 {
        let deviation = self.covariance.at(item, item).sqrt();
        if deviation > 0.0 { self.standard_weights[item] / deviation } else { 0.0 }
    }
}

/// A value for every item that has a construct, nothing for the others.
fn by_item<T: Default>(model: &PathModel, value: impl Fn(usize, usize) -> T) -> Vec<T> {
    let of = |item: usize| model.owner(item).map(|owner| value(item, owner)).unwrap_or_default();
    (0..model.items().len()).map(of).collect()
}

/// Correlations of the constructs, by their covariances with all items.
fn between(outer: &Outer, with: &[Vec<f64>]) -> Symmetric {
    Symmetric::new(with.len(), |j, k| match j == k {
        true => 1.0,
        false => dot(&outer.weights[j], &with[k]).clamp(-1.0, 1.0),
    })
}

/// What regressions among the constructs say.
struct Inner {
    coefficients: Vec<f64>,
    r_squared: Vec<Option<f64>>,
    collinear: Vec<usize>,
}

/// Regressions of every construct on those that move it.
fn inner(model: &PathModel, between: &Symmetric) -> Inner {
    let mut coefficients = vec![0.0; model.paths().len()];
    let (mut r_squared, mut collinear) = (vec![None; between.size()], Vec::new());
    for (construct, explained) in r_squared.iter_mut().enumerate() {
        let before = model.predecessors(construct);
        if before.is_empty() {
            continue;
        }
        let with: Vec<f64> = before.iter().map(|other| between.at(construct, *other)).collect();
        let solution = between.part(&before).solve(&with);
        *explained = Some(dot(&solution.values, &with).clamp(0.0, 1.0));
        collinear.extend((!solution.unique).then_some(construct));
        let of = |from: usize| before.iter().position(|other| *other == from);
        for (path, coefficient) in model.paths().iter().zip(&mut coefficients) {
            if let Some(place) = of(path.from).filter(|_| path.to == construct) {
                *coefficient = solution.values[place];
            }
        }
    }
    Inner { coefficients, r_squared, collinear }
}

/// Total effects, Σ P^k: from a construct directly and through all others.
fn effects(model: &PathModel, coefficients: &[f64]) -> Vec<Vec<f64>> {
    let size = model.constructs().len();
    let order = model.in_causal_order().unwrap_or_default();
    let mut effects = vec![vec![0.0; size]; size];
    for (from, reached) in effects.iter_mut().enumerate() {
        let mut along = vec![0.0; size];
        along[from] = 1.0;
        for to in order.iter().filter(|to| **to != from) {
            let steps = model.paths().iter().zip(coefficients).filter(|(path, _)| path.to == *to);
            along[*to] = steps.map(|(path, coefficient)| along[path.from] * coefficient).sum();
        }
        *reached = along;
        reached[from] = 0.0;
    }
    effects
}
