//! Whether items measure what they are said to measure.
//!
//! | measure | of k reflective items, correlations S, loadings λ, weights w     |
//! |---------|------------------------------------------------------------------|
//! | alpha   | k/(k−1) · (1 − tr S / ΣS)                                        |
//! | `rho_a` | (w'w)² · w'(S − diag S)w / w'(ww' − diag ww')w                   |
//! | `rho_c` | (Σλ)² / ((Σλ)² + Σ(1 − λ²))                                      |
//! | AVE     | mean λ²                                                          |
//!
//! Sources: Cronbach (1951), Psychometrika 16(3), 297–334; Dijkstra and
//! Henseler (2015), MIS Quarterly 39(2), 297–316; Jöreskog (1971), Psychometrika
//! 36(2), 109–133; Fornell and Larcker (1981), Journal of Marketing Research
//! 18(1), 39–50; HTMT: Henseler, Ringle and Sarstedt (2015), Journal of the
//! Academy of Marketing Science 43(1), 115–135; goodness of fit:
//! Tenenhaus, Vinzi, Chatelin
//! and Lauro (2005), Computational Statistics & Data Analysis 48(1), 159–205.

use super::fit::Fit;
use super::model::{Mode, PathModel};
use crate::kernel::maths::matrix::{Symmetric, dot};

/// How well a construct is measured. Nothing is known of one item alone, and
/// items that make a construct need not agree.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Reliability {
    /// Cronbach's alpha, of standardised items.
    pub alpha: Option<f64>,
    /// Cronbach's alpha, of items as they are.
    pub alpha_raw: Option<f64>,
    /// Dijkstra and Henseler's reliability of the scores.
    pub rho_a: Option<f64>,
    /// Jöreskog's composite reliability.
    pub rho_c: Option<f64>,
    /// Average variance extracted.
    pub ave: Option<f64>,
}

/// How well construct number `construct` is measured.
pub(super) fn reliability(model: &PathModel, fit: &Fit, construct: usize) -> Reliability {
    let items = varying(model, fit, construct);
    if items.len() < 2 || model.constructs()[construct].mode == Mode::Formative {
        return Reliability::default();
    }
    let correlations = fit.items.part(&items);
    let weights: Vec<f64> = items.iter().map(|item| fit.standard_weights[*item]).collect();
    let loadings: Vec<f64> = items.iter().filter_map(|item| fit.loadings[*item]).collect();
    let squares = dot(&loadings, &loadings);
    let common = loadings.iter().sum::<f64>().powi(2);
    Reliability {
        alpha: alpha(&correlations),
        alpha_raw: alpha(&fit.covariance.part(&items)),
        rho_a: rho_a(&correlations, &weights),
        rho_c: quotient(common, common + items.len() as f64 - squares),
        ave: Some(squares / items.len() as f64),
    }
}

/// Cronbach's alpha of a matrix of covariances.
fn alpha(matrix: &Symmetric) -> Option<f64> {
    let k = matrix.size() as f64;
    quotient(matrix.trace(), matrix.sum()).map(|share| k / (k - 1.0) * (1.0 - share))
}

fn rho_a(correlations: &Symmetric, weights: &[f64]) -> Option<f64> {
    let length = dot(weights, weights);
    let fourths: f64 = weights.iter().map(|weight| weight.powi(4)).sum();
    let common = correlations.form(weights, weights) - length;
    quotient(length * length * common, length * length - fourths)
}

/// The heterotrait-monotrait ratio of two constructs: how much their items
/// correlate across, by how much they do within. One item agrees with itself.
pub(super) fn htmt(model: &PathModel, fit: &Fit, left: usize, right: usize) -> Option<f64> {
    let (left, right) = (varying(model, fit, left), varying(model, fit, right));
    let across = left.iter().flat_map(|row| right.iter().map(|column| (*row, *column)));
    let inside = within(fit, &left)? * within(fit, &right)?;
    quotient(mean_size(fit, across)?, inside.sqrt())
}

fn within(fit: &Fit, items: &[usize]) -> Option<f64> {
    let pairs = items.iter().enumerate();
    let pairs = pairs.flat_map(|(i, row)| items[..i].iter().map(|column| (*row, *column)));
    if items.len() == 1 { Some(1.0) } else { mean_size(fit, pairs) }
}

/// The mean absolute correlation of pairs of items.
fn mean_size(fit: &Fit, pairs: impl Iterator<Item = (usize, usize)>) -> Option<f64> {
    let sizes: Vec<f64> = pairs.map(|(row, column)| fit.items.at(row, column).abs()).collect();
    quotient(sizes.iter().sum(), sizes.len() as f64)
}

/// Goodness of fit: √(mean communality · mean R²), the first over all items of
/// constructs with several. `None` where no construct has several.
pub(super) fn goodness(model: &PathModel, fit: &Fit) -> Option<f64> {
    let blocks = (0..model.constructs().len()).map(|place| varying(model, fit, place));
    let items = blocks.filter(|items| items.len() > 1).flatten();
    let squares: Vec<f64> = items.filter_map(|i| fit.loadings[i]).map(|l| l * l).collect();
    let explained: Vec<f64> = fit.r_squared.iter().filter_map(|share| *share).collect();
    let communality = quotient(squares.iter().sum(), squares.len() as f64)?;
    let mean = quotient(explained.iter().sum(), explained.len() as f64)?;
    Some((communality * mean).sqrt())
}

/// The items of a construct that are not constant.
fn varying(model: &PathModel, fit: &Fit, construct: usize) -> Vec<usize> {
    let items = model.constructs()[construct].items.iter().copied();
    items.filter(|item| fit.loadings[*item].is_some()).collect()
}

/// `None` where the divisor is as good as zero or negative.
fn quotient(dividend: f64, divisor: f64) -> Option<f64> {
    let quotient = dividend / divisor;
    (divisor > 1e-13 * dividend.abs() && quotient.is_finite()).then_some(quotient)
}
