//! ln L of the order in which spells end, and its derivatives.

use super::subsets::Subsets;
use super::{Subject, Ties};
use crate::kernel::maths::sum::Sum;

/// What brings a covariate to mean 0 and standard deviation 1.
#[derive(Debug, Clone, Copy)]
pub(super) struct Scale {
    mean: f64,
    /// Zero for a covariate that does not vary.
    pub(super) per_deviation: f64,
}

impl Scale {
    pub(super) fn all(subjects: &[Subject]) -> Vec<Self> {
        let width = subjects.first().map_or(0, |subject| subject.covariates.len());
        (0..width).map(|i| Self::new(subjects, i)).collect()
    }

    fn new(subjects: &[Subject], i: usize) -> Self {
        let n: Sum = subjects.iter().map(Subject::count).collect();
        let mut sum = Sum::default();
        for subject in subjects {
            sum.add_product(subject.count() / n.value(), subject.covariates[i]);
        }
        let mean = sum.value();
        let largest = subjects.iter().map(|s| (s.covariates[i] - mean).abs()).fold(0.0, f64::max);
        let squares: Sum = subjects
            .iter()
            .map(|s| s.count() / n.value() * ((s.covariates[i] - mean) / largest).powi(2))
            .collect();
        let deviation = largest * squares.value().sqrt();
        // Rounding error of the mean is not variation.
        let varies = deviation > 1e-13 * mean.abs() && (1.0 / deviation).is_finite();
        Self { mean, per_deviation: if varies { 1.0 / deviation } else { 0.0 } }
    }
}

/// Subjects by time, in standard units.
pub(super) struct Data {
    /// Descending by time; events first within a time.
    rows: Vec<Standard>,
    width: usize,
    ties: Ties,
}

struct Standard {
    time: f64,
    event: bool,
    count: f64,
    x: Vec<f64>,
}

/// ln L and its derivatives.
pub(super) struct Local {
    pub(super) value: f64,
    pub(super) gradient: Vec<f64>,
    /// The negative Hessian, lower triangle.
    pub(super) curvature: Vec<Vec<f64>>,
    /// What the diagonal of the curvature is a difference of.
    pub(super) squares: Vec<f64>,
}

/// Σ e^{xβ}, Σ x e^{xβ}, Σ x xᵀ e^{xβ} over some subjects.
#[derive(Debug, Clone)]
pub(super) struct Moments {
    pub(super) zeroth: f64,
    pub(super) first: Vec<f64>,
    pub(super) second: Vec<Vec<f64>>,
}

impl Moments {
    pub(super) fn new(width: usize) -> Self {
        let second = (1..=width).map(|row| vec![0.0; row]).collect();
        Self { zeroth: 0.0, first: vec![0.0; width], second }
    }

    pub(super) fn add(&mut self, x: &[f64], weight: f64) {
        self.zeroth += weight;
        for (i, row) in self.second.iter_mut().enumerate() {
            self.first[i] += weight * x[i];
            row.iter_mut().zip(x).for_each(|(element, x_j)| *element += weight * x[i] * x_j);
        }
    }

    fn add_all(&mut self, other: &Self) {
        self.zeroth += other.zeroth;
        self.first.iter_mut().zip(&other.first).for_each(|(sum, more)| *sum += more);
        let rows = self.second.iter_mut().zip(&other.second);
        rows.for_each(|(row, more)| row.iter_mut().zip(more).for_each(|(sum, m)| *sum += m));
    }
}

impl Local {
    /// Takes off `times` the logarithm of what is left at risk without a share of the ended.
    fn subtract(&mut self, at_risk: &Moments, ended: &Moments, share: f64, times: f64) {
        let left = at_risk.zeroth - share * ended.zeroth;
        self.value -= times * left.ln();
        let mean: Vec<f64> = at_risk
            .first
            .iter()
            .zip(&ended.first)
            .map(|(all, ended)| (all - share * ended) / left)
            .collect();
        for (i, row) in self.curvature.iter_mut().enumerate() {
            self.gradient[i] -= times * mean[i];
            self.squares[i] += times * mean[i] * mean[i];
            for (j, element) in row.iter_mut().enumerate() {
                let second = at_risk.second[i][j] - share * ended.second[i][j];
                *element += times * (second / left - mean[i] * mean[j]);
            }
        }
    }
}

impl Data {
    pub(super) fn new(subjects: &[Subject], scales: &[Scale], ties: Ties) -> Self {
        let standard = |subject: &Subject| {
            let values = subject.covariates.iter().zip(scales);
            Standard {
                time: subject.time,
                event: subject.event,
                count: subject.count(),
                x: values.map(|(x, scale)| (x - scale.mean) * scale.per_deviation).collect(),
            }
        };
        Self { rows: subjects.iter().map(standard).collect(), width: scales.len(), ties }
    }

    /// xβ of every subject.
    pub(super) fn scores(&self, beta: &[f64]) -> Vec<f64> {
        let score = |row: &Standard| row.x.iter().zip(beta).map(|(x, beta)| x * beta).sum();
        self.rows.iter().map(score).collect()
    }

    pub(super) fn at(&self, beta: &[f64]) -> Local {
        let scores = self.scores(beta);
        // The largest score is taken out, so that nothing overflows.
        let most = scores.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let rows: Vec<(&Standard, f64)> =
            self.rows.iter().zip(scores).map(|(row, score)| (row, score - most)).collect();
        let mut at_risk = Moments::new(self.width);
        let Moments { first: gradient, second: curvature, .. } = at_risk.clone();
        let squares = gradient.clone();
        let mut local = Local { value: 0.0, gradient, curvature, squares };
        let mut start = rows.len();
        for here in rows.chunk_by(|a, b| a.0.time.total_cmp(&b.0.time).is_eq()).rev() {
            start -= here.len();
            let events = here.partition_point(|(row, _)| row.event);
            let mut ended = Moments::new(self.width);
            for (row, score) in &here[..events] {
                ended.add(&row.x, row.count * score.exp());
                local.value += row.count * score;
                local.gradient.iter_mut().zip(&row.x).for_each(|(sum, x)| *sum += row.count * x);
            }
            for (row, score) in &here[events..] {
                at_risk.add(&row.x, row.count * score.exp());
            }
            at_risk.add_all(&ended);
            let deaths: f64 = here[..events].iter().map(|(row, _)| row.count).sum();
            match self.ties {
                Ties::Exact => self.subtract_subsets(&mut local, &rows[start..], &at_risk, deaths),
                _ => self.subtract(&mut local, &at_risk, &ended, deaths),
            }
        }
        local
    }

    /// Takes off the logarithm of all ways to choose `deaths` of those at risk.
    fn subtract_subsets(
        &self,
        local: &mut Local,
        rows: &[(&Standard, f64)],
        at_risk: &Moments,
        deaths: f64,
    ) {
        if deaths == 0.0 {
            return;
        }
        // On this scale subsets of all sizes are numbers of a middling size.
        let scale = deaths / at_risk.zeroth;
        let mut subsets = Subsets::new(nearest(deaths), self.width);
        for (row, score) in rows {
            (0..nearest(row.count)).for_each(|_| subsets.add(&row.x, score.exp() * scale));
        }
        if let Some(chosen) = subsets.largest() {
            local.subtract(chosen, &Moments::new(self.width), 0.0, 1.0);
            local.value += deaths * scale.ln();
        }
    }

    fn subtract(&self, local: &mut Local, at_risk: &Moments, ended: &Moments, deaths: f64) {
        match self.ties {
            _ if deaths == 0.0 => {}
            Ties::Breslow | Ties::Exact => local.subtract(at_risk, ended, 0.0, deaths),
            Ties::Efron => {
                let mut before = 0.0;
                while before < deaths {
                    local.subtract(at_risk, ended, before / deaths, 1.0);
                    before += 1.0;
                }
            }
        }
    }
}

/// A count that is kept as a float.
fn nearest(count: f64) -> usize {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "it was a count before it was a float"
    )]
    {
        count.round() as usize
    }
}
