//! Log-rank test: do the arms last equally long?
//!
//! ```text
//! expected of an arm   Σ d · nᵢ/n over the event times
//! covariance           Σ d(n−d)/(n−1) · nᵢ/n · (δᵢⱼ − nⱼ/n)
//! χ² = (O − E)ᵀ V⁻¹ (O − E) over all arms but one
//! ```
//!
//! Under design weights nᵢ, n and d are sums of weights w, and V is what O − E varies by where arms
//! last equally long: the spell that ends adds w (\[in arm i\] − nᵢ/n), and any of the N at risk
//! might have been it, or any D of them.
//!
//! ```text
//! covariance   Σ d/n (N−D)/(N−1) Σ w² ([in arm i] − nᵢ/n) ([in arm j] − nⱼ/n)   inner sum: at risk
//! ```
//!
//! With all weights 1 that is the covariance above. Unlike one from how hard single spells pull
//! (Lin and Wei 1989) it does not need many spells: of 6 to 100 effective ones in equal arms it
//! rejects in 5 to 7 of 100 samples at 5 %, as the test of so many counts does.
//!
//! An arm without a spell at risk at any event time says nothing and takes no degree
//! of freedom.
//!
//! Sources: Mantel (1966), "Evaluation of Survival Data and Two New Rank Order
//! Statistics Arising in Its Consideration", Cancer Chemotherapy Reports 50(3),
//! 163–170; Peto and Peto (1972), "Asymptotically Efficient Rank Invariant Test
//! Procedures", J. R. Stat. Soc. A 135(2), 185–207; for weights that differ between spells
//! Xie and Liu (2005), "Adjusted Kaplan–Meier Estimator and Log-rank Test with Inverse
//! Probability of Treatment Weighting", Statistics in Medicine 24(20), 3089–3110.

use super::information::Information;
use super::{Spell, Step, steps};
use crate::kernel::maths::chi_square::upper_tail;
use crate::kernel::maths::sum::Sum;
use crate::kernel::weights::{Mass, Weighted};

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
    /// χ². `None` where no two arms are at risk at one event, and for too few under design weights.
    pub statistic: Option<f64>,
    /// Informative arms, less one.
    pub degrees_of_freedom: usize,
    /// How often equal arms would look as different. `None` as `statistic`.
    pub p_value: Option<f64>,
    /// Why there is no test; empty where there is.
    pub flag: &'static str,
}

/// Compares so many arms; each spell comes with the number of its arm, from 0.
#[must_use]
pub fn log_rank(arms: usize, spells: &Weighted<(Spell, usize)>) -> Comparison {
    let of = |arm: usize| {
        let rows = spells.masses().filter(move |((_, its), _)| *its == arm);
        Course { steps: steps(rows.map(|((spell, _), mass)| (spell, mass))) }
    };
    let courses: Vec<Course> = (0..arms).map(of).collect();
    let mut totals = Totals::new(arms);
    let everybody = steps(spells.masses().map(|((spell, _), mass)| (spell, mass)));
    for step in everybody.iter().filter(|step| step.ended.weight > 0.0) {
        totals.add(step, &courses);
    }
    totals.comparison(&courses, spells.are_too_few())
}

/// One arm by itself.
struct Course {
    steps: Vec<Step>,
}

impl Course {
    fn at_risk(&self, time: f64) -> Mass {
        let place = self.steps.partition_point(|step| step.time < time);
        self.steps.get(place).map_or_else(Mass::default, |step| step.at_risk)
    }

    fn arm(&self, expected: f64) -> Arm {
        let observed: Sum = self.steps.iter().map(|step| step.ended.weight).collect();
        let n = self.steps.first().map_or(0.0, |step| step.at_risk.weight);
        Arm { n, observed: observed.value(), expected }
    }
}

struct Totals {
    expected: Vec<Sum>,
    /// The lower triangle.
    covariance: Vec<Vec<f64>>,
}

impl Totals {
    fn new(arms: usize) -> Self {
        let covariance = (1..=arms).map(|width| vec![0.0; width]).collect();
        Self { expected: vec![Sum::default(); arms], covariance }
    }

    fn add(&mut self, step: &Step, courses: &[Course]) {
        let Step { at_risk: all, ended, .. } = step;
        let arms: Vec<Mass> = courses.iter().map(|course| course.at_risk(step.time)).collect();
        let share = |arm: usize| arms[arm].weight / all.weight;
        // A single spell at risk leaves no choice of who ends.
        let choice =
            if all.count > 1.0 { (all.count - ended.count) / (all.count - 1.0) } else { 0.0 };
        let spread = ended.weight / all.weight * choice;
        for (i, row) in self.covariance.iter_mut().enumerate() {
            self.expected[i].add(ended.weight * share(i));
            for (j, element) in row.iter_mut().enumerate() {
                let (p, q) = (share(i), share(j));
                let (own, other) = (arms[i].square, arms[j].square);
                *element += spread
                    * if i == j {
                        own * (1.0 - p) * (1.0 - p) + (all.square - own) * p * p
                    } else {
                        (all.square - own - other) * p * q
                            - own * (1.0 - p) * q
                            - other * p * (1.0 - q)
                    };
            }
        }
    }

    fn comparison(self, courses: &[Course], too_few: bool) -> Comparison {
        let arms: Vec<Arm> = courses
            .iter()
            .zip(&self.expected)
            .map(|(course, expected)| course.arm(expected.value()))
            .collect();
        let excess: Vec<f64> = arms.iter().map(|arm| arm.observed - arm.expected).collect();
        // The last informative arm follows from the others, and gets no pivot.
        let information = Information::new(&self.covariance, &[]);
        let degrees_of_freedom = information.rank();
        let solved = information.solve(&excess);
        let square: f64 = solved.iter().zip(&excess).map(|(x, excess)| x * excess).sum();
        let flag = match (degrees_of_freedom, too_few) {
            (0, _) => "no_comparison",
            (_, true) => "too_few",
            _ => "",
        };
        let statistic = flag.is_empty().then(|| square.max(0.0));
        let p_value = statistic.map(|square| upper_tail(square, degrees_of_freedom as f64));
        Comparison { arms, statistic, degrees_of_freedom, p_value, flag }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::*;
    use crate::kernel::maths::draws::Draws;
    use crate::kernel::weights::Weights;
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
    fn the_statistic_under_design_weights_is_that_of_all_who_might_have_ended() {
        // Thirty-digit arithmetic, over all that might have ended in place of those that did.
        for scale in [1.0, 1.0 / 18.75, 1e6] {
            let got = log_rank(2, &surveyed(scale));
            close(got.statistic.expect("two arms"), 0.203_850_288_749_339_67);
            assert_eq!(got.degrees_of_freedom, 1);
        }
    }

    #[test]
    fn equal_design_weights_give_the_log_rank_test() {
        let early = (1..=4).map(|i| (spell(f64::from(i), i > 1), 1.0)).collect::<Vec<_>>();
        let late = (5..=12).map(|i| (spell(f64::from(i), true), 1.0)).collect::<Vec<_>>();
        for kind in [Weights::Counts, Weights::Design] {
            let got = weighed(&[early.clone(), late.clone()], kind);
            close(got.statistic.expect("two arms"), 12.771_115_317_310_095);
            close(got.p_value.expect("two arms"), 0.000_352_012_888_524_422_8);
            let ones = [treated(), placebo()]
                .map(|arm| arm.iter().map(|spell| (*spell, 0.37)).collect::<Vec<_>>());
            let ones = if kind == Weights::Counts { continue } else { weighed(&ones, kind) };
            close(ones.statistic.expect("two arms"), 16.792_940_989_216_5);
        }
    }

    #[test]
    fn equal_arms_are_told_apart_as_seldom_as_promised() {
        let samples = 2000;
        for (n, weights) in [(8, 0.0), (20, 0.0), (40, 1.0), (40, 1.5)] {
            let mut draws = Draws::new(n);
            let mut apart = 0;
            for _ in 0..samples {
                let row = |i: u64| {
                    let (end, cut) = (draws.wait(1.0), draws.wait(0.5));
                    let weight = (weights * draws.normal()).exp();
                    ((spell(end.min(cut), end <= cut), (i % 2) as usize), weight)
                };
                let rows: Vec<_> = (0..n).map(row).collect();
                let got = log_rank(2, &weighted(&rows, Weights::Design));
                apart += u32::from(got.p_value.is_some_and(|p| p < 0.05));
            }
            // 100 are expected at 5 %; of counts as few reject in up to 7.3 %.
            assert!((80..=150).contains(&apart), "{n} {weights}: {apart}");
        }
    }

    #[test]
    fn one_spell_that_weighs_all_is_no_test() {
        let rows = |first: f64| {
            (1..=12_u32).map(move |i| {
                let weight = if i == 1 { first } else { 1.0 };
                ((spell(f64::from(i), i > 1), (i % 2) as usize), weight)
            })
        };
        let of = |first| log_rank(2, &weighted(&rows(first).collect::<Vec<_>>(), Weights::Design));
        let alone = of(1e6);
        assert_eq!((alone.statistic, alone.p_value, alone.flag), (None, None, "too_few"));
        assert_eq!((of(1.0).statistic.is_some(), of(1.0).flag), (true, ""));
    }

    #[test]
    fn arms_that_tell_nothing_take_no_degree_of_freedom() {
        let early = vec![spell(0.5, false); 4];
        let got = compared(&[early, treated(), placebo(), vec![]]);
        close(got.statistic.expect("two arms"), 16.792_940_989_216_5);
        assert_eq!(got.degrees_of_freedom, 1);
        let alone = compared(&[treated()]);
        assert_eq!((alone.statistic, alone.p_value, alone.degrees_of_freedom), (None, None, 0));
        assert_eq!(alone.flag, "no_comparison");
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
