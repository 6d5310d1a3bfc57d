//! The search for outer weights: Wold's iteration on a matrix of covariances.
//!
//! ```text
//! c_k  = S w_k                    covariances of the items with construct k
//! r_jk = w_j' c_k                 correlations of constructs, of variance 1
//! e_jk                            inner weights, by the scheme
//! z_j  = Σ_k e_jk c_k             covariances of the items with j's neighbours
//! w_j ∝ z_j (mode A)  or  S_jj⁻¹ z_j (mode B),  with w_j' S_jj w_j = 1
//! ```
//!
//! Nothing here looks at people: a survey of ten and one of ten million cost
//! the same.

use super::model::{Mode, PathModel};
use super::settings::Scheme;
use crate::kernel::maths::matrix::{Symmetric, dot};

/// Weights that move less than this, in standard units, have come to rest.
const AT_REST: f64 = 1e-12;

/// More steps than any survey has needed by far.
const STEPS: i32 = 1000;

/// Outer weights, and how they were found.
#[derive(Debug, Clone)]
pub(super) struct Outer {
    /// For each construct a weight for every item, 0 where it has none.
    pub(super) weights: Vec<Vec<f64>>,
    pub(super) iterations: i32,
    pub(super) converged: bool,
    /// Constructs of mode B whose items repeat each other.
    pub(super) collinear: Vec<usize>,
}

/// All that the steps share.
struct Search<'a> {
    model: &'a PathModel,
    scheme: Scheme,
    matrix: &'a Symmetric,
    /// The items of each construct that vary, and their covariances.
    blocks: Vec<(Vec<usize>, Symmetric)>,
}

/// Weights for the constructs of a model.
///
/// # Errors
/// The place of a construct none of whose items varies.
pub(super) fn outer(model: &PathModel, matrix: &Symmetric, scheme: Scheme) -> Result<Outer, usize> {
    let varying = |item: &&usize| matrix.at(**item, **item) > 0.0;
    let blocks: Vec<_> = model
        .constructs()
        .iter()
        .map(|construct| construct.items.iter().filter(varying).copied().collect::<Vec<_>>())
        .map(|items| (items.clone(), matrix.part(&items)))
        .collect();
    match blocks.iter().position(|(items, _)| items.is_empty()) {
        Some(constant) => Err(constant),
        None => Ok(Search { model, scheme, matrix, blocks }.run()),
    }
}

impl Search<'_> {
    fn run(&self) -> Outer {
        let mut weights: Vec<_> = (0..self.blocks.len()).map(|place| self.start(place)).collect();
        let (mut iterations, mut converged) = (0, false);
        while iterations < STEPS && !converged {
            let next = self.step(&weights);
            converged = self.distance(&weights, &next) < AT_REST;
            (weights, iterations) = (next, iterations + 1);
        }
        let weights = weights.into_iter().map(|weights| self.turned(weights)).collect();
        Outer { weights, iterations, converged, collinear: self.collinear() }
    }

    /// All items alike; the first alone where they cancel each other.
    fn start(&self, construct: usize) -> Vec<f64> {
        let count = self.blocks[construct].0.len();
        let first = || {
            let mut alone = vec![0.0; count];
            alone[0] = self.blocks[construct].1.at(0, 0).sqrt().recip();
            self.spread(construct, &alone)
        };
        self.normalised(construct, &vec![1.0; count]).unwrap_or_else(first)
    }

    fn step(&self, weights: &[Vec<f64>]) -> Vec<Vec<f64>> {
        let with: Vec<Vec<f64>> = weights.iter().map(|each| self.matrix.times(each)).collect();
        let between = Symmetric::new(with.len(), |j, k| dot(&weights[j], &with[k]));
        let next = |construct: usize| {
            let (items, block) = &self.blocks[construct];
            let inner = self.inner(construct, &between);
            let proxy = |item: &usize| inner.iter().map(|(k, e)| e * with[*k][*item]).sum();
            let proxies: Vec<f64> = items.iter().map(proxy).collect();
            let raw = match self.model.constructs()[construct].mode {
                Mode::Reflective => proxies,
                Mode::Formative => block.solve(&proxies).values,
            };
            // Neighbours without any correlation say nothing new.
            self.normalised(construct, &raw).unwrap_or_else(|| weights[construct].clone())
        };
        (0..weights.len()).map(next).collect()
    }

    /// The neighbours of a construct, each with its inner weight.
    fn inner(&self, construct: usize, between: &Symmetric) -> Vec<(usize, f64)> {
        let before = self.model.predecessors(construct);
        let after = self.model.successors(construct);
        let correlation = |k: &usize| between.at(construct, *k);
        match self.scheme {
            Scheme::Centroid => {
                before.iter().chain(&after).map(|k| (*k, sign(correlation(k)))).collect()
            }
            Scheme::Factorial => {
                before.iter().chain(&after).map(|k| (*k, correlation(k))).collect()
            }
            Scheme::Path => {
                let with: Vec<f64> = before.iter().map(correlation).collect();
                let regression = between.part(&before).solve(&with).values;
                let after = after.iter().map(|k| (*k, correlation(k)));
                before.iter().copied().zip(regression).chain(after).collect()
            }
        }
    }

    /// Weights of a block, of all items, so that the construct has variance 1.
    fn normalised(&self, construct: usize, weights: &[f64]) -> Option<Vec<f64>> {
        let (_, block) = &self.blocks[construct];
        let (variance, parts) = (block.form(weights, weights), square_sum(block, weights));
        let scale = variance.sqrt().recip();
        let varies = variance > 1e-14 * parts && scale.is_finite();
        let scaled: Vec<f64> = weights.iter().map(|weight| weight * scale).collect();
        varies.then(|| self.spread(construct, &scaled))
    }

    /// The weights of a block among those of all items.
    fn spread(&self, construct: usize, weights: &[f64]) -> Vec<f64> {
        let mut all = vec![0.0; self.matrix.size()];
        for (item, weight) in self.blocks[construct].0.iter().zip(weights) {
            all[*item] = *weight;
        }
        all
    }

    /// The furthest that a weight has moved, in standard units.
    fn distance(&self, before: &[Vec<f64>], after: &[Vec<f64>]) -> f64 {
        let moved = before.iter().flatten().zip(after.iter().flatten());
        let items = (0..self.matrix.size()).cycle();
        moved
            .zip(items)
            .map(|((before, after), item)| {
                (after - before).abs() * self.matrix.at(item, item).sqrt()
            })
            .fold(0.0, f64::max)
    }

    /// The sign rule: a construct goes with its items, not against them.
    fn turned(&self, weights: Vec<f64>) -> Vec<f64> {
        let with = self.matrix.times(&weights);
        let loading = |item: usize| match weights[item] {
            0.0 => 0.0,
            _ => with[item] / self.matrix.at(item, item).sqrt(),
        };
        let sum: f64 = (0..weights.len()).map(loading).sum();
        if sum < 0.0 { weights.iter().map(|weight| -weight).collect() } else { weights }
    }

    fn collinear(&self) -> Vec<usize> {
        let formative = |place: &usize| self.model.constructs()[*place].mode == Mode::Formative;
        let repeats = |place: &usize| {
            let (items, block) = &self.blocks[*place];
            !block.solve(&vec![0.0; items.len()]).unique
        };
        (0..self.blocks.len()).filter(formative).filter(repeats).collect()
    }
}

/// −1, 0 or 1.
fn sign(value: f64) -> f64 {
    if value == 0.0 { 0.0 } else { value.signum() }
}

/// What the variance would be if the items had nothing in common.
fn square_sum(block: &Symmetric, weights: &[f64]) -> f64 {
    weights.iter().enumerate().map(|(i, weight)| weight * weight * block.at(i, i)).sum()
}
