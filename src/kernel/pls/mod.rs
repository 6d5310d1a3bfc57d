//! Partial least squares path models: satisfaction indices from 0 to 100, and
//! what drives them.
//!
//! A construct (image, quality, satisfaction) is a weighted sum of its items,
//! and the weights are those that let neighbouring constructs explain each
//! other best. All is worked out from means and covariances of the items; see
//! [`outer`] for the search.
//!
//! | symbol | meaning                                         | domain            |
//! |--------|-------------------------------------------------|-------------------|
//! | x      | answer to an item                               | on the scale      |
//! | w      | outer weight, of a construct of variance 1      |                   |
//! | σ      | standard deviation of an item                   | > 0               |
//! | v      | index weight: w/σ (raw metric: w) over the sum  | Σ v = 1           |
//! | index  | (Σ v · mean x − min) / (max − min) · 100        | 0 to 100 if v ≥ 0 |
//!
//! Sources: Wold (1982), "Soft Modeling", in Systems under Indirect
//! Observation II, 1–54; Lohmöller (1989), "Latent Variable Path Modeling with
//! Partial Least Squares"; Fornell, Johnson, Anderson, Cha and Bryant (1996),
//! "The American Customer Satisfaction Index", Journal of Marketing 60(4), 7–18
//! (the index); Tenenhaus, Vinzi, Chatelin and Lauro (2005), "PLS path
//! modeling", Computational Statistics & Data Analysis 48(1), 159–205 (raw
//! metric); Ringle and Sarstedt (2016), Industrial Management & Data Systems
//! 116(9), 1865–1886 (importance and performance).

mod bootstrap;
mod fit;
mod model;
mod notation;
mod outer;
mod reliability;
mod settings;

pub use self::model::{Construct, Mode, Path, PathModel};
pub use self::notation::{Fault, Malformed};
pub use self::reliability::Reliability;
pub use self::settings::{Metric, Scale, Scheme, Settings};

use self::bootstrap::{Bootstrap, bootstrap};
use self::fit::Fit;
use self::reliability::{goodness, htmt, reliability};
use super::OutOfDomain;
pub use super::resample::Spread;
use super::resample::Units;
use super::sample::Sample;

/// What answers say of a path model.
#[derive(Debug, Clone, PartialEq)]
pub struct Estimate {
    /// The fit; `None` if the answers do not identify it, and a flag says why.
    pub fitted: Option<Fitted>,
    /// People whose answers were used.
    pub n: u64,
    /// Kish's effective sample size.
    pub n_effective: f64,
    /// What to know before use.
    pub flags: Vec<Flag>,
}

/// A fitted model.
#[derive(Debug, Clone, PartialEq)]
pub struct Fitted {
    /// In the order of the model.
    pub constructs: Vec<ConstructEstimate>,
    /// Construct by construct.
    pub items: Vec<ItemEstimate>,
    /// In the order of the model.
    pub paths: Vec<PathEstimate>,
    /// Every construct with every other that moves it, directly or not.
    pub effects: Vec<Effect>,
    /// Every two constructs, each pair once.
    pub pairs: Vec<Pair>,
    /// Goodness of fit; `None` where every construct has one item.
    pub goodness: Option<f64>,
    /// Steps until the weights came to rest.
    pub iterations: i32,
    /// Whether they did.
    pub converged: bool,
    /// Resamples behind the intervals.
    pub resamples: u32,
    /// Resamples in which an item was the same for everybody.
    pub resamples_with_constants: u32,
}

/// A construct.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ConstructEstimate {
    /// Its place in the model.
    pub construct: usize,
    /// 0 to 100; `None` where index weights cancel each other.
    pub index: Option<f64>,
    /// The index in resamples.
    pub index_spread: Option<Spread>,
    /// Standard deviation of people's indices.
    pub deviation: Option<f64>,
    /// That over √n: the standard error of the index if weights were known.
    pub standard_error: Option<f64>,
    /// Explained share of variance; `None` where no path leads to it.
    pub r_squared: Option<f64>,
    /// The share in resamples.
    pub r_squared_spread: Option<Spread>,
    /// How well it is measured.
    pub reliability: Reliability,
}

/// An item.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ItemEstimate {
    /// Its place among the columns.
    pub item: usize,
    /// The place of its construct.
    pub construct: usize,
    /// Mean answer, on the scale.
    pub mean: f64,
    /// Outer weight; 0 for a constant.
    pub weight: f64,
    /// The weight in resamples.
    pub weight_spread: Option<Spread>,
    /// Share in the construct's index.
    pub index_weight: Option<f64>,
    /// Correlation with the construct; `None` for a constant.
    pub loading: Option<f64>,
    /// The loading in resamples.
    pub loading_spread: Option<Spread>,
}

/// A path.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PathEstimate {
    /// From where to where.
    pub path: Path,
    /// Standardised regression coefficient.
    pub coefficient: f64,
    /// The coefficient in resamples.
    pub spread: Option<Spread>,
    /// Along all paths between the two.
    pub total_effect: f64,
}

/// What a construct does to another along all paths.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Effect {
    /// What moves.
    pub from: usize,
    /// What is moved.
    pub to: usize,
    /// Total effect, in standard deviations: the importance.
    pub total: f64,
    /// The total effect in resamples.
    pub spread: Option<Spread>,
    /// By how many points the index of `to` goes with one point of `from`.
    pub points: Option<f64>,
    /// The index of `from`: the performance.
    pub performance: Option<f64>,
}

/// Two constructs side by side.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pair {
    /// The one that comes first in the model.
    pub left: usize,
    /// The other.
    pub right: usize,
    /// Correlation of the constructs.
    pub correlation: f64,
    /// Heterotrait-monotrait ratio of their items.
    pub htmt: Option<f64>,
}

/// What to know of an estimate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Flag {
    /// Fewer than two people's worth of answers.
    TooFew,
    /// There are not ten people for each part of the largest regression (Barclay, Higgins and
    /// Thompson 1995, "The partial least squares approach to causal modeling", Technology Studies
    /// 2(2), 285–309).
    SmallSample,
    /// An item that everybody answered alike; it was left out.
    Constant(String),
    /// Items of a formative construct, or what moves it, repeat each other.
    Collinear(String),
    /// Items that count against their construct.
    NegativeWeight(String),
    /// The weights did not come to rest.
    NotConverged,
    /// Resamples in which a construct had no variance were left out.
    FewerResamples,
}

impl std::fmt::Display for Flag {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::TooFew => write!(formatter, "too_few"),
            Self::SmallSample => write!(formatter, "small_sample"),
            Self::Constant(name) => write!(formatter, "constant:{name}"),
            Self::Collinear(name) => write!(formatter, "collinear:{name}"),
            Self::NegativeWeight(name) => write!(formatter, "negative_weight:{name}"),
            Self::NotConverged => write!(formatter, "not_converged"),
            Self::FewerResamples => write!(formatter, "fewer_resamples"),
        }
    }
}

/// Estimates a model. `None` where nobody answered.
///
/// # Errors
/// An answer lies off the scale.
pub fn estimate(
    sample: &Sample,
    model: &PathModel,
    settings: &Settings,
) -> Result<Option<Estimate>, OutOfDomain> {
    let Some(ranges) = sample.ranges() else { return Ok(None) };
    let mut flags = Vec::new();
    for &item in model.constructs.iter().flat_map(|construct| &construct.items) {
        let (least, greatest) = ranges[item];
        settings.scale.check(least)?;
        settings.scale.check(greatest)?;
        let constant = Flag::Constant(model.items[item].clone());
        flags.extend(Some(constant).filter(|_| least >= greatest));
    }
    let (Some(n_effective), Some(moments)) = (sample.effective_size(), sample.moments()) else {
        return Ok(None);
    };
    let largest = model.largest_regression() as f64;
    let enough = n_effective > largest + 2.0 - 1e-9;
    flags.extend((!enough).then_some(Flag::TooFew));
    flags.extend((enough && n_effective < 10.0 * largest).then_some(Flag::SmallSample));
    let fit = enough.then(|| Fit::new(model, &moments, n_effective, settings).ok()).flatten();
    let fitted = fit.map(|fit| {
        let units = (settings.resamples > 0).then(|| Units::new(sample)).flatten();
        let again = units.map(|units| bootstrap(model, &fit, &units, n_effective, settings));
        let fitted = Fitted::new(model, &fit, &moments.means, n_effective, again);
        flags.extend(warnings(model, &fit, &fitted, settings));
        fitted
    });
    Ok(Some(Estimate { fitted, n: sample.people(), n_effective, flags }))
}

/// What to know of a fit.
fn warnings(model: &PathModel, fit: &Fit, fitted: &Fitted, settings: &Settings) -> Vec<Flag> {
    let mut flags = Vec::new();
    for (place, construct) in model.constructs.iter().enumerate() {
        let name = || construct.name.clone();
        if fit.outer.collinear.contains(&place) || fit.collinear.contains(&place) {
            flags.push(Flag::Collinear(name()));
        }
        if construct.items.iter().any(|item| fit.standard_weights[*item] < 0.0) {
            flags.push(Flag::NegativeWeight(name()));
        }
    }
    flags.extend((!fitted.converged).then_some(Flag::NotConverged));
    flags.extend((fitted.resamples < settings.resamples).then_some(Flag::FewerResamples));
    flags
}

impl Fitted {
    fn new(model: &PathModel, fit: &Fit, means: &[f64], n: f64, again: Option<Bootstrap>) -> Self {
        let again = again.unwrap_or_default();
        let constructs = 0..model.constructs.len();
        Self {
            constructs: constructs.clone().map(|i| construct(model, fit, &again, n, i)).collect(),
            items: constructs.clone().flat_map(|i| items(model, fit, means, &again, i)).collect(),
            paths: paths(model, fit, &again),
            effects: constructs.clone().flat_map(|to| effects(model, fit, &again, to)).collect(),
            pairs: constructs.flat_map(|left| pairs(model, fit, left)).collect(),
            goodness: goodness(model, fit),
            iterations: fit.outer.iterations,
            converged: fit.outer.converged,
            resamples: again.used,
            resamples_with_constants: again.with_constants,
        }
    }
}

/// What resamples said of one value, if there were any.
fn of(spreads: &[Option<Spread>], place: usize) -> Option<Spread> {
    spreads.get(place).copied().flatten()
}

fn construct(
    model: &PathModel,
    fit: &Fit,
    again: &Bootstrap,
    n: f64,
    construct: usize,
) -> ConstructEstimate {
    ConstructEstimate {
        construct,
        index: fit.index[construct],
        index_spread: of(&again.index, construct),
        deviation: fit.deviation[construct],
        standard_error: fit.deviation[construct].map(|deviation| deviation / n.sqrt()),
        r_squared: fit.r_squared[construct],
        r_squared_spread: of(&again.r_squared, construct),
        reliability: reliability(model, fit, construct),
    }
}

fn items(
    model: &PathModel,
    fit: &Fit,
    means: &[f64],
    again: &Bootstrap,
    construct: usize,
) -> Vec<ItemEstimate> {
    let item = |item: &usize| ItemEstimate {
        item: *item,
        construct,
        mean: means[*item],
        weight: fit.weights[*item],
        weight_spread: of(&again.weights, *item),
        index_weight: fit.index_weights[*item],
        loading: fit.loadings[*item],
        loading_spread: of(&again.loadings, *item),
    };
    model.constructs[construct].items.iter().map(item).collect()
}

fn paths(model: &PathModel, fit: &Fit, again: &Bootstrap) -> Vec<PathEstimate> {
    let path = |(place, path): (usize, &Path)| PathEstimate {
        path: *path,
        coefficient: fit.coefficients[place],
        spread: of(&again.coefficients, place),
        total_effect: fit.effects[path.from][path.to],
    };
    model.paths.iter().enumerate().map(path).collect()
}

/// Everything that moves construct `to`.
fn effects(model: &PathModel, fit: &Fit, again: &Bootstrap, to: usize) -> Vec<Effect> {
    let all = model.constructs.len();
    let points = |from: usize| {
        let (from, here) = (fit.deviation[from]?, fit.deviation[to]?);
        (from > 0.0).then(|| here / from)
    };
    let effect = |from: usize| {
        let total = fit.effects[from][to];
        let spread = of(&again.effects, from * all + to);
        let (points, performance) = (points(from).map(|ratio| total * ratio), fit.index[from]);
        Effect { from, to, total, spread, points, performance }
    };
    (0..all).filter(|from| model.reaches(*from, to)).map(effect).collect()
}

/// A construct with all that come after it.
fn pairs(model: &PathModel, fit: &Fit, left: usize) -> Vec<Pair> {
    let pair = |right: usize| Pair {
        left,
        right,
        correlation: fit.constructs.at(left, right),
        htmt: htmt(model, fit, left, right),
    };
    (left + 1..model.constructs.len()).map(pair).collect()
}

/// One person's index, from 0 to 100.
#[must_use]
pub fn score(answers: &[f64], index_weights: &[f64], scale: Scale) -> f64 {
    scale.index(crate::kernel::maths::matrix::dot(answers, index_weights))
}

#[cfg(test)]
mod tests;
