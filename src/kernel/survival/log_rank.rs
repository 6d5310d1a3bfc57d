//! Log-rank test: do the arms last equally long?
//!
//! ```text
//! expected of an arm   Σ d · nᵢ/n over the event times
//! covariance           Σ d(n−d)/(n−1) · nᵢ/n · (δᵢⱼ − nⱼ/n)
//! χ² = (O − E)ᵀ V⁻¹ (O − E) over all arms but one
//! ```
//!
//! Under design weights V is the sum of w² u uᵀ over the spells, u being what a spell
//! adds to O − E per unit of its weight:
//!
//! ```text
//! uᵢ = [in arm i]([ended] − Σ d/n) − [ended] nᵢ/n + Σ d/n · nᵢ/n    sums up to its end
//! ```
//!
//! An arm without a spell at risk at any event time says nothing and takes no degree
//! of freedom.
//!
//! Sources: Mantel (1966), "Evaluation of Survival Data and Two New Rank Order
//! Statistics Arising in Its Consideration", Cancer Chemotherapy Reports 50(3),
//! 163–170; Peto and Peto (1972), "Asymptotically Efficient Rank Invariant Test
//! Procedures", J. R. Stat. Soc. A 135(2), 185–207; Lin and Wei (1989), "The Robust
//! Inference for the Cox Proportional Hazards Model", JASA 84(408), 1074–1078
//! (design weights).

use super::information::Information;
use super::{Spell, Step, steps};
use crate::kernel::chi_square::upper_tail;
use crate::kernel::sum::Sum;
use crate::kernel::weights::{Weighted, Weights};

/// What one arm shows.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Arm {
    /// Spells.
    pub n: f64,
    /// Events.
    pub observed: f64,
    /// Events it would have if it lasted as long as all arms together.
    pub expected: f64,
}

/// All arms, and how far they are from lasting equally long.
#[derive(Debug, Clone, PartialEq)]
pub struct Comparison {
    /// In the order given.
    pub arms: Vec<Arm>,
    /// χ². `None` where no two arms are at risk at one event.
    pub statistic: Option<f64>,
    /// Arms that tell something, less one.
    pub degrees_of_freedom: usize,
    /// How often equal arms would look as different. `None` as `statistic`.
    pub p_value: Option<f64>,
}

/// Compares so many arms; each spell comes with the number of its arm, from 0.
#[must_use]
pub fn log_rank(arms: usize, spells: &Weighted<(Spell, usize)>) -> Comparison {
    let of = |arm: usize| {
        let rows = spells.with_squares().filter(move |((_, its), ..)| *its == arm);
        Course::new(rows.map(|((spell, _), weight, square)| (spell, weight, square)))
    };
    let courses: Vec<Course> = (0..arms).map(of).collect();
    let everybody = spells.with_squares().map(|((spell, _), w, square)| (spell, w, square));
    let mut totals = Totals::new(arms);
    for step in steps(everybody).iter().filter(|step| step.events > 0.0) {
        totals.add(step, &courses);
    }
    if spells.kind() == Weights::Design {
        totals.covariance = totals.pulls(spells);
    }
    totals.comparison(&courses)
}

/// One arm by itself.
struct Course {
    steps: Vec<Step>,
}

impl Course {
    fn new(spells: impl Iterator<Item = (Spell, f64, f64)>) -> Self {
        Self { steps: steps(spells) }
    }

    fn at_risk(&self, time: f64) -> f64 {
        let place = self.steps.partition_point(|step| step.time < time);
        self.steps.get(place).map_or(0.0, |step| step.at_risk)
    }

    fn arm(&self, expected: f64) -> Arm {
        let observed: Sum = self.steps.iter().map(|step| step.events).collect();
        let n = self.steps.first().map_or(0.0, |step| step.at_risk);
        Arm { n, observed: observed.value(), expected }
    }
}

struct Totals {
    expected: Vec<Sum>,
    /// The lower triangle.
    covariance: Vec<Vec<f64>>,
    /// The event times so far, ascending.
    ends: Vec<End>,
}

/// A time at which spells end.
struct End {
    time: f64,
    /// The arms' shares of those at risk.
    shares: Vec<f64>,
    /// Σ d/n up to here.
    hazard: f64,
    /// The same, times the arms' shares.
    expected: Vec<f64>,
}

impl Totals {
    fn new(arms: usize) -> Self {
        let covariance = (1..=arms).map(|width| vec![0.0; width]).collect();
        Self { expected: vec![Sum::default(); arms], covariance, ends: Vec::new() }
    }

    fn add(&mut self, step: &Step, courses: &[Course]) {
        let Step { time, at_risk: n, events: d, .. } = *step;
        let shares: Vec<f64> = courses.iter().map(|course| course.at_risk(time) / n).collect();
        // A single spell at risk leaves no choice of who ends.
        let spread = if n > 1.0 { d * (n - d) / (n - 1.0) } else { 0.0 };
        for (i, row) in self.covariance.iter_mut().enumerate() {
            self.expected[i].add(d * shares[i]);
            for (j, element) in row.iter_mut().enumerate() {
                let same = f64::from(u8::from(i == j));
                *element += spread * shares[i] * (same - shares[j]);
            }
        }
        let before = self.ends.last();
        let expected = |(arm, share): (usize, &f64)| {
            before.map_or(0.0, |end| end.expected[arm]) + d / n * share
        };
        self.ends.push(End {
            time,
            expected: shares.iter().enumerate().map(expected).collect(),
            hazard: before.map_or(0.0, |end| end.hazard) + d / n,
            shares,
        });
    }

    /// The covariance of what single spells add, the lower triangle.
    fn pulls(&self, spells: &Weighted<(Spell, usize)>) -> Vec<Vec<f64>> {
        let mut rows: Vec<_> = spells.with_squares().collect();
        rows.sort_by(|((a, arm), weight, _), ((b, other), more, _)| {
            let times = a.time.total_cmp(&b.time).then(a.event.cmp(&b.event));
            times.then(arm.cmp(other)).then(weight.total_cmp(more))
        });
        let arms = self.covariance.len();
        let mut sums: Vec<Vec<Sum>> = (1..=arms).map(|width| vec![Sum::default(); width]).collect();
        for ((spell, own), _, square) in rows {
            let past = self.ends.partition_point(|end| end.time <= spell.time);
            let Some(end) = past.checked_sub(1).and_then(|last| self.ends.get(last)) else {
                continue;
            };
            let ended = f64::from(u8::from(spell.event));
            let pull = |arm: usize| {
                let same = if arm == own { ended - end.hazard } else { 0.0 };
                same - ended * end.shares[arm] + end.expected[arm]
            };
            let pull: Vec<f64> = (0..arms).map(pull).collect();
            for (i, row) in sums.iter_mut().enumerate() {
                row.iter_mut()
                    .zip(&pull)
                    .for_each(|(sum, other)| sum.add(square * pull[i] * other));
            }
        }
        sums.into_iter().map(|row| row.into_iter().map(Sum::value).collect()).collect()
    }

    fn comparison(self, courses: &[Course]) -> Comparison {
        let arms: Vec<Arm> = courses
            .iter()
            .zip(&self.expected)
            .map(|(course, expected)| course.arm(expected.value()))
            .collect();
        let excess: Vec<f64> = arms.iter().map(|arm| arm.observed - arm.expected).collect();
        // The last arm that tells something follows from the others, and gets no pivot.
        let information = Information::new(&self.covariance, &[]);
        let degrees_of_freedom = information.rank();
        let solved = information.solve(&excess);
        let square: f64 = solved.iter().zip(&excess).map(|(x, excess)| x * excess).sum();
        let statistic = (degrees_of_freedom > 0).then(|| square.max(0.0));
        let p_value = statistic.map(|square| upper_tail(square, degrees_of_freedom as f64));
        Comparison { arms, statistic, degrees_of_freedom, p_value }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::*;
    use proptest::prelude::*;

    fn close(got: f64, want: f64) {
        assert!((got - want).abs() < 1e-10, "got {got}, want {want}");
    }

    /// Arms of spells with weights.
    fn weighed(arms: &[Vec<(Spell, f64)>], kind: Weights) -> Comparison {
        let row = |arm: usize, (spell, weight): &(Spell, f64)| ((*spell, arm), *weight);
        let rows =
            arms.iter().enumerate().flat_map(|(i, arm)| arm.iter().map(move |it| row(i, it)));
        log_rank(arms.len(), &weighted(&rows.collect::<Vec<_>>(), kind))
    }

    fn compared(arms: &[Vec<Spell>]) -> Comparison {
        let ones = |arm: &Vec<Spell>| arm.iter().map(|spell| (*spell, 1.0)).collect();
        weighed(&arms.iter().map(ones).collect::<Vec<_>>(), Weights::Counts)
    }

    #[test]
    fn the_leukaemia_trial_gives_the_published_statistic() {
        let got = compared(&[treated(), placebo()]);
        close(got.statistic.expect("two arms"), 16.792_940_989_216_5);
        close(got.p_value.expect("two arms"), 4.168_809_109_334_615e-5);
        close(got.arms[0].expected, 19.250_500_948_031_1);
        close(got.arms[1].expected, 10.749_499_051_968_9);
        assert_eq!(got.degrees_of_freedom, 1);
        assert_eq!((got.arms[0].observed, got.arms[1].observed, got.arms[1].n), (9.0, 21.0, 21.0));
    }

    #[test]
    fn the_statistic_under_design_weights_is_that_of_thirty_digit_arithmetic() {
        for scale in [1.0, 1.0 / 18.75, 1e6] {
            let got = log_rank(2, &surveyed(scale));
            close(got.statistic.expect("two arms"), 0.241_250_247_481_729);
            assert_eq!(got.degrees_of_freedom, 1);
        }
    }

    #[test]
    fn arms_that_tell_nothing_take_no_degree_of_freedom() {
        let early = vec![spell(0.5, false); 4];
        let got = compared(&[early, treated(), placebo(), vec![]]);
        close(got.statistic.expect("two arms"), 16.792_940_989_216_5);
        assert_eq!(got.degrees_of_freedom, 1);
        let alone = compared(&[treated()]);
        assert_eq!((alone.statistic, alone.p_value, alone.degrees_of_freedom), (None, None, 0));
        assert_eq!(compared(&[]).statistic, None);
    }

    #[test]
    fn equal_arms_are_not_different() {
        let got = compared(&[placebo(), placebo(), placebo()]);
        close(got.statistic.expect("three arms"), 0.0);
        close(got.p_value.expect("three arms"), 1.0);
        assert_eq!(got.degrees_of_freedom, 2);
    }

    fn rows() -> impl Strategy<Value = Vec<(u32, bool, u8)>> {
        prop::collection::vec((0_u32..20, any::<bool>(), 1_u8..4), 1..25)
    }

    proptest! {
        #[test]
        fn repetition_and_order_do_not_matter_and_all_events_are_expected_of_somebody(
            a in rows(), b in rows(), c in rows(),
        ) {
            let arms = [a, b, c].map(|rows| both(&rows));
            let weighted = weighed(&arms.clone().map(|arm| arm.0), Weights::Counts);
            let repeated = weighed(&arms.clone().map(|arm| arm.1), Weights::Counts);
            prop_assert_eq!(&weighted, &repeated);
            let sum = |pick: fn(&Arm) -> f64| weighted.arms.iter().map(pick).sum::<f64>();
            prop_assert!((sum(|arm| arm.observed) - sum(|arm| arm.expected)).abs() < 1e-9);
            let [a, b, c] = arms.map(|arm| arm.0);
            let turned = weighed(&[c, a, b], Weights::Counts);
            match (weighted.statistic, turned.statistic) {
                (Some(x), Some(y)) => prop_assert!((x - y).abs() < 1e-8 * x.max(1.0)),
                (x, y) => prop_assert_eq!(x, y),
            }
            prop_assert!(weighted.p_value.is_none_or(|p| (0.0..=1.0).contains(&p)));
        }
    }
}
