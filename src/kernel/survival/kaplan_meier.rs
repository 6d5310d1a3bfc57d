//! Kaplan–Meier: the share that still lasts, time by time.
//!
//! ```text
//! S(t) = Π (1 − d/n) over the event times up to t
//! standard error   S · √v
//! v                the larger of  Σ wᵢ² hᵢ²  and  Σ d/(n−d) / m
//! limits           S^exp(±t √v / ln S)                            (log–log)
//! ```
//!
//! The first sum is the infinitesimal jackknife's: h is what a little more weight of a spell does
//! to ln S. A spell that was at risk at the event times s up to where it ended, or t, and ended
//! itself (or did not) has h = \[ended\]/(n−d) − Σ d/(n(n−d)). The second is Greenwood's with Kish's
//! effective number m at risk at each event. Where weights are counts both are Σ d/(n(n−d)),
//! Greenwood's. Under design weights the first holds also where a weight depends on how long a spell lasts,
//! and is too small of few spells; the second is right of few, where weights do not depend on it.
//!
//! t is the point of the normal distribution for counts. Under design weights it is Student's, with one
//! degree of freedom less than there are effective spells, and with two or less there are no limits.
//!
//! The log–log limits stay between 0 and 1 and are good for few spells. Where S is
//! 1 or 0 they are not defined, and neither is the standard error at 0.
//!
//! A quantile's limits are where those of the curve get to it. They start at the first end, which is no
//! lower limit where it is too likely to come after the true time.
//!
//! Sources: Therneau and Grambsch (2000), "Modeling Survival Data", 2.2 and 7.2 (the
//! infinitesimal jackknife); Kish (1965), "Survey Sampling", 8.2; Kaplan and Meier (1958), "Nonparametric Estimation from Incomplete
//! Observations", JASA 53(282), 457–481; Greenwood (1926), "The Natural Duration
//! of Cancer"; Kalbfleisch and Prentice (1980), "The Statistical Analysis of
//! Failure Time Data" (limits); Brookmeyer and Crowley (1982), "A Confidence
//! Interval for the Median Survival Time", Biometrics 38(1), 29–41.

use super::{Spell, Step, steps};
use crate::kernel::OutOfDomain;
use crate::kernel::domain::ensure;
use crate::kernel::level::Level;
use crate::kernel::weights::Weighted;

/// The curve from one time to the next.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Estimate {
    /// From this time on.
    pub time: f64,
    /// Spells at risk just before.
    pub at_risk: f64,
    /// Their effective number.
    pub effective: f64,
    /// Spells that end here.
    pub events: f64,
    /// Spells that are cut off here.
    pub censored: f64,
    /// The share that lasts longer.
    pub survival: f64,
    /// Greenwood's, for weights of any kind. `None` where nothing lasts.
    pub standard_error: Option<f64>,
    /// The limits. `None` where all or nothing lasts, and for too few under design weights.
    pub limits: Option<(f64, f64)>,
}

/// The time by which a share has ended.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Quantile {
    /// `None` where fewer have ended so far.
    pub time: Option<f64>,
    /// Lower limit. `None` where the curve's limits do not determine it, and where none of so few may well have
    /// ended until the true time.
    pub lower: Option<f64>,
    /// Upper limit. `None` if it is beyond the observed time.
    pub upper: Option<f64>,
}

/// All events of a curve.
#[must_use]
pub fn events(curve: &[Estimate]) -> f64 {
    curve.iter().map(|point| point.events).sum()
}

/// The curve at all times at which a spell ends or is cut off. Empty without weight.
#[must_use]
pub fn kaplan_meier(spells: &Weighted<Spell>, level: Level) -> Vec<Estimate> {
    let point = spells.point(level);
    let (mut pulls, mut survival) = (Pulls::default(), 1.0);
    steps(spells.masses())
        .into_iter()
        .map(|step| {
            survival *= step.left() / step.at_risk.weight;
            pulls.pass(&step);
            let variance = pulls.variance();
            Estimate {
                time: step.time,
                at_risk: step.at_risk.weight,
                effective: step.at_risk.effective(),
                events: step.ended.weight,
                censored: step.cut_off.weight,
                survival,
                standard_error: (survival > 0.0).then(|| survival * f64::sqrt(variance)),
                limits: point.and_then(|point| limits(survival, variance, point)),
            }
        })
        .collect()
}

/// How hard spells pull at ln S.
#[derive(Default)]
struct Pulls {
    /// Σ d/(n(n−d)).
    hazard: f64,
    /// Σ w²h² of those that have ended or were cut off.
    gone: f64,
    /// Σ w² of those that are still there.
    there: f64,
    /// Σ d/(n−d) by the effective number at risk.
    greenwood: f64,
}

impl Pulls {
    fn pass(&mut self, step: &Step) {
        let Step { at_risk, ended, cut_off, later, .. } = step;
        let left = step.left();
        // Where all end, nothing is left that has an error.
        if left > 0.0 {
            self.hazard += ended.weight / at_risk.weight / left;
            self.gone += ended.square * (1.0 / left - self.hazard).powi(2);
            self.gone += cut_off.square * self.hazard.powi(2);
            self.greenwood += ended.weight / left / at_risk.effective();
        }
        self.there = later.square;
    }

    fn variance(&self) -> f64 {
        (self.gone + self.there * self.hazard.powi(2)).max(self.greenwood)
    }
}

/// The log–log limits of a share whose logarithm has this variance, at a point of their distribution.
pub(super) fn limits(survival: f64, variance: f64, point: f64) -> Option<(f64, f64)> {
    let logarithm = survival.ln();
    let half = point * variance.sqrt() / logarithm;
    let power = |exponent: f64| (logarithm * exponent.exp()).exp();
    (survival > 0.0 && survival < 1.0).then(|| (power(-half), power(half)))
}

/// The earliest time by which a share of `probability` has ended, with the times at which the
/// curve's limits of that level get there.
///
/// There is no lower limit while the first of all ends comes too late for one: with m effective spells at
/// risk there, none has ended before the true time with a chance of (1 − p)^m.
///
/// # Errors
/// `probability` is not between 0 and 1.
pub fn quantile(
    curve: &[Estimate],
    probability: f64,
    level: Level,
) -> Result<Quantile, OutOfDomain> {
    check_probability(probability)?;
    // A product of shares may miss a half by rounding.
    let left = (1.0 - probability) * (1.0 + 1e-12);
    let first = |share: &dyn Fn(&Estimate) -> Option<f64>| {
        let there = |point: &&Estimate| share(point).is_some_and(|share| share <= left);
        curve.iter().find(there).map(|point| point.time)
    };
    let first_end = curve.iter().find(|point| point.events > 0.0);
    let is_told = |first: &Estimate| first.effective * (-probability).ln_1p() <= level.tail.ln();
    let lower = first(&|point| point.limits.map(|(lower, _)| lower));
    Ok(Quantile {
        time: first(&|point| Some(point.survival)),
        lower: lower.filter(|_| first_end.is_some_and(is_told)),
        upper: first(&|point| point.limits.map(|(_, upper)| upper)),
    })
}

/// Passes for a share that a curve may fall to.
///
/// # Errors
/// `probability` is not above 0 and below 1.
pub fn check_probability(probability: f64) -> Result<(), OutOfDomain> {
    let inside = probability > 0.0 && probability < 1.0;
    ensure(inside, "probability", "above 0 and below 1", probability)
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::*;
    use crate::kernel::maths::draws::Draws;
    use crate::kernel::weights::Weights;
    use proptest::prelude::*;

    fn close(got: f64, want: f64) {
        assert!((got - want).abs() < 1e-12, "got {got}, want {want}");
    }

    #[test]
    fn the_leukaemia_trial_gives_the_published_curve() {
        let curve = kaplan_meier(&once(&treated()), Level::USUAL);
        assert_eq!(curve.len(), 16);
        // Nine of the 21 treated had a relapse.
        close(events(&curve), 9.0);
        let events: Vec<_> = curve.iter().filter(|point| point.events > 0.0).collect();
        for (point, (time, survival, error)) in events.iter().zip(REMISSION) {
            assert!((point.time - time).abs() < f64::EPSILON);
            close(point.survival, survival);
            close(point.standard_error.expect("some last"), error);
        }
        let ends = [events[0], events[6]].map(|point| point.limits.expect("some end"));
        for (got, want) in ends.into_iter().zip([
            (0.619_717_955_265_984, 0.951_551_747_646_997),
            (0.188_052_005_959_232, 0.680_142_628_495_241),
        ]) {
            close(got.0, want.0);
            close(got.1, want.1);
        }
        let first = curve[0];
        assert_eq!((first.at_risk, first.events, first.censored), (21.0, 3.0, 1.0));
    }

    #[test]
    fn limits_of_other_levels_are_those_of_another_library() {
        // lifelines 0.30: KaplanMeierFitter(alpha=1 - level), at 6 and at 23, and the placebo's median.
        for (level, first, last, median) in [
            (
                0.9,
                (0.671_106_780_592_172_8, 0.942_159_405_720_121_2),
                (0.226_462_088_245_010_7, 0.648_113_584_140_293_3),
                (Some(4.0), Some(11.0)),
            ),
            (
                0.99,
                (0.505_077_229_699_314_3, 0.965_809_156_791_213_4),
                (0.121_954_259_851_875_94, 0.736_299_729_990_101),
                (Some(2.0), Some(12.0)),
            ),
        ] {
            let level = Level::of(level);
            let curve = kaplan_meier(&once(&treated()), level);
            let events: Vec<_> = curve.iter().filter(|point| point.events > 0.0).collect();
            for (point, want) in [(events[0], first), (events[6], last)] {
                let got = point.limits.expect("some end");
                close(got.0, want.0);
                close(got.1, want.1);
            }
            let curve = kaplan_meier(&once(&placebo()), level);
            let got = quantile(&curve, 0.5, level).expect("a share");
            assert_eq!((got.time, (got.lower, got.upper)), (Some(8.0), median));
        }
    }

    const REMISSION: [(f64, f64, f64); 7] = [
        (6.0, 0.857_142_857_142_857, 0.076_360_354_832_121_3),
        (7.0, 0.806_722_689_075_63, 0.086_935_285_180_057_2),
        (10.0, 0.752_941_176_470_588, 0.096_349_652_994_320_5),
        (13.0, 0.690_196_078_431_372, 0.106_814_707_775_010),
        (16.0, 0.627_450_980_392_157, 0.114_053_865_256_753),
        (22.0, 0.537_815_126_050_42, 0.128_233_751_693_034),
        (23.0, 0.448_179_271_708_683, 0.134_591_456_755_760),
    ];

    #[test]
    fn the_median_is_where_the_curve_falls_to_a_half() {
        let level = Level::USUAL;
        let [treated, placebo] = [treated(), placebo()].map(|arm| kaplan_meier(&once(&arm), level));
        let median = quantile(&treated, 0.5, level).expect("a share");
        assert_eq!((median.time, median.upper), (Some(23.0), None));
        let median = quantile(&placebo, 0.5, level).expect("a share");
        assert_eq!(median.time, Some(8.0));
        assert!(median.lower < median.time && median.time < median.upper);
        assert_eq!(quantile(&treated, 0.9, level).expect("a share").time, None);
    }

    #[test]
    fn there_is_a_lower_limit_as_soon_as_an_end_may_be_expected_before_the_true_time() {
        // .75^12 = .032 and .75^13 = .024; .5^5 = .031 and .5^6 = .016; .99^367 = .02501, ^368 = .02476.
        for (probability, fewest) in [(0.25, 13_u32), (0.5, 6), (0.01, 368)] {
            for (n, is_told) in [(fewest - 1, false), (fewest, true)] {
                let spells: Vec<_> = (1..=n).map(|i| spell(f64::from(i), true)).collect();
                let curve = kaplan_meier(&once(&spells), Level::USUAL);
                let got = quantile(&curve, probability, Level::USUAL).expect("a share");
                assert_eq!(got.lower.is_some(), is_told, "{n} at {probability}");
                assert!(got.time.is_some());
            }
        }
        // Those censored before any event are not informative; .75^6 = .178 is below .5/2.
        let spells: Vec<_> = (1..=30).map(|i| spell(f64::from(i), i > 24)).collect();
        let lower = |level| {
            quantile(&kaplan_meier(&once(&spells), level), 0.25, level).expect("a share").lower
        };
        assert_eq!(lower(Level::USUAL), None);
        assert!(lower(Level::of(0.5)).is_some());
        // Twenty of 1 and one of 10: (30)² / 120 = 7.5 effective.
        let weigh = |i: u32| (spell(f64::from(i), true), if i == 21 { 10.0 } else { 1.0 });
        let rows: Vec<_> = (1..=21).map(weigh).collect();
        let curve = kaplan_meier(&weighted(&rows, Weights::Design), Level::USUAL);
        assert_eq!(quantile(&curve, 0.25, Level::USUAL).expect("a share").lower, None);
        assert!(quantile(&curve, 0.5, Level::USUAL).expect("a share").lower.is_some());
    }

    #[test]
    fn the_lower_limit_lies_above_the_true_time_as_seldom_as_it_promises() {
        for (n, probability) in [(6, 0.25_f64), (20, 0.1), (20, 0.25), (100, 0.01), (100, 0.1)] {
            let mut draws = Draws::new(n);
            let truth = -(-probability).ln_1p();
            let is_above = |_: &u32| {
                let spells: Vec<_> = (0..n).map(|_| spell(draws.wait(1.0), true)).collect();
                let curve = kaplan_meier(&once(&spells), Level::USUAL);
                let lower = quantile(&curve, probability, Level::USUAL).expect("a share").lower;
                lower.is_some_and(|lower| lower > truth)
            };
            // 50 of 2,000 at .025, with a standard deviation of 7.
            let above = (0..2000).filter(is_above).count();
            assert!(above <= 85, "{above} of {n} at {probability}");
        }
    }

    #[test]
    fn where_all_or_nothing_lasts_there_are_no_limits() {
        let curve = kaplan_meier(&once(&[spell(1.0, false), spell(2.0, true)]), Level::USUAL);
        assert_eq!((curve[0].survival, curve[0].standard_error), (1.0, Some(0.0)));
        assert_eq!((curve[1].survival, curve[1].standard_error), (0.0, None));
        assert!(curve.iter().all(|point| point.limits.is_none()));
        assert_eq!(kaplan_meier(&once(&[]), Level::USUAL), []);
        let error = quantile(&curve, 1.0, Level::USUAL).expect_err("not a share");
        assert_eq!(error.to_string(), "`probability` must be above 0 and below 1, got 1");
    }

    #[test]
    fn errors_under_design_weights_are_those_of_thirty_digit_arithmetic() {
        let want = [
            // By Kish's numbers; the others by the jackknife.
            (0.866_666_666_666_667, 0.118_798_927_542_234_9),
            (0.653_333_333_333_333, 0.177_396_212_745_076),
            (0.49, 0.175_662_271_933_572),
            (0.267_272_727_272_727, 0.159_872_047_053_667),
            (0.178_181_818_181_818, 0.141_694_419_959_022),
        ];
        for scale in [1.0, 1.0 / 18.75, 1e6] {
            let rows: Vec<_> =
                surveyed(scale).rows().map(|((spell, _), weight)| (spell, weight)).collect();
            let curve = kaplan_meier(&weighted(&rows, Weights::Design), Level::USUAL);
            let ends: Vec<_> = curve.iter().filter(|point| point.events > 0.0).collect();
            for (point, (survival, error)) in ends.iter().zip(want) {
                close(point.survival, survival);
                close(point.standard_error.expect("some last"), error);
            }
        }
    }

    #[test]
    fn limits_under_design_weights_are_students_and_too_few_have_none() {
        // 8.19 effective spells; Student's point of SciPy 1.17 for 7.19 degrees of freedom, 2.35216.
        let rows: Vec<_> =
            surveyed(1.0).rows().map(|((spell, _), weight)| (spell, weight)).collect();
        let curve = kaplan_meier(&weighted(&rows, Weights::Design), Level::USUAL);
        for (point, want) in curve.iter().zip([
            (0.256_160_785_688_534_2, 0.985_076_785_911_939_4),
            (0.148_308_131_242_352_45, 0.909_425_786_465_493_9),
        ]) {
            let got = point.limits.expect("some end");
            close(got.0, want.0);
            close(got.1, want.1);
        }
        // One of a million weighs all, whether it is cut off first or lasts longest.
        for first in [true, false] {
            let weight = |i: u32| if (i == 1) == first && (i == 1 || i == 12) { 1e6 } else { 1.0 };
            let row = |i: u32| (spell(f64::from(i), i > 1), weight(i));
            let rows: Vec<_> = (1..=12).map(row).collect();
            let spells = weighted(&rows, Weights::Design);
            let curve = kaplan_meier(&spells, Level::USUAL);
            assert!(spells.are_too_few() && curve.iter().all(|point| point.limits.is_none()));
            assert!(curve[3].standard_error.is_some());
        }
    }

    #[test]
    fn limits_under_design_weights_hold_what_they_promise() {
        // Spells of mean 1, cut off after 2 on average; weights that do not depend on them.
        let samples = 1000;
        for (n, weigh) in [
            (25, (|draws| (1.5 * draws.normal()).exp()) as fn(&mut Draws) -> f64),
            (40, |draws| draws.normal().exp()),
            (50, |draws| if draws.chance(0.1) { 10.0 } else { 1.0 }),
        ] {
            let mut draws = Draws::new(n);
            let mut missed = [0; 3];
            for _ in 0..samples {
                let rows: Vec<_> = (0..n)
                    .map(|_| {
                        let (end, cut) = (draws.wait(1.0), draws.wait(0.5));
                        (spell(end.min(cut), end <= cut), weigh(&mut draws))
                    })
                    .collect();
                let curve = kaplan_meier(&weighted(&rows, Weights::Design), Level::USUAL);
                for (missed, time) in missed.iter_mut().zip([0.3_f64, 0.7, 1.2]) {
                    let before = curve.partition_point(|point| point.time <= time);
                    let limits = before.checked_sub(1).and_then(|last| curve[last].limits);
                    let truth = (-time).exp();
                    *missed += u32::from(limits.is_some_and(|(l, u)| truth < l || u < truth));
                }
            }
            // At .93 70 would be missed, with a standard deviation of 8.
            assert!(missed.iter().all(|missed| *missed <= 70), "{n}: {missed:?}");
        }
    }

    #[test]
    fn an_impossible_spell_names_the_argument_and_the_rule() {
        for ((time, event), want) in [
            ((-1.0, 1.0), "`time` must be finite and >= 0, got -1"),
            ((1.0, 2.0), "`event` must be 0 or 1, got 2"),
        ] {
            let error = Spell::new(time, event).expect_err("out of domain");
            assert_eq!(error.to_string(), want);
        }
    }

    proptest! {
        #[test]
        fn without_cut_off_spells_the_curve_is_the_share_that_lasts(
            times in prop::collection::vec(0_u32..30, 1..60),
        ) {
            let spells: Vec<_> = times.iter().map(|time| spell(f64::from(*time), true)).collect();
            let n = times.len() as f64;
            for point in kaplan_meier(&once(&spells), Level::USUAL) {
                let longer = times.iter().filter(|time| f64::from(**time) > point.time).count();
                let share = longer as f64 / n;
                prop_assert!((point.survival - share).abs() < 1e-12);
                if let Some(error) = point.standard_error {
                    prop_assert!((error - (share * (1.0 - share) / n).sqrt()).abs() < 1e-12);
                }
            }
        }

        #[test]
        fn order_and_repetition_do_not_change_the_curve(
            rows in prop::collection::vec((0_u32..20, any::<bool>(), 1_u8..4), 1..40),
        ) {
            let (weighted, repeated) = both(&rows);
            let [want, got] = [weighted, repeated]
                .map(|rows| kaplan_meier(&super::super::testing::weighted(&rows, Weights::Counts), Level::USUAL));
            prop_assert_eq!(&want, &got);
            prop_assert!(want.windows(2).all(|pair| pair[0].survival >= pair[1].survival));
            for point in want {
                prop_assert!((0.0..=1.0).contains(&point.survival));
                if let Some((lower, upper)) = point.limits {
                    prop_assert!(0.0 <= lower && lower <= point.survival * (1.0 + 1e-12));
                    prop_assert!(point.survival * (1.0 - 1e-12) <= upper && upper <= 1.0);
                }
            }
        }
    }
}
