//! Cox's proportional hazards: what makes spells end sooner?
//!
//! One more unit of a covariate multiplies the hazard of ending, at every moment,
//! by exp(β). The baseline hazard over time is left unspecified: only the order of the events
//! counts. The ratio is assumed to be constant over time.
//!
//! ```text
//! ln L = Σ over event times  Σ_ended xβ − Σ_{l<d} ln( Σ_at risk e^{xβ} − f Σ_ended e^{xβ} )
//! f = l/d  (Efron)    f = 0  (Breslow)
//! ```
//!
//! With exact ties the sum over l is ln Σ Π e^{xβ} over all subsets of d at risk instead.
//!
//! The maximum is found by Newton's method on covariates brought to mean 0 and
//! standard deviation 1, halving steps that do not improve. Where a covariate
//! separates those that end first from the rest, its coefficient has no finite maximum;
//! that, and a covariate that is collinear with the ones before it, is a flag.
//!
//! Sources: Cox (1972), "Regression Models and Life-Tables", J. R. Stat. Soc. B 34(2),
//! 187–220; Breslow (1974), "Covariance Analysis of Censored Survival Data",
//! Biometrics 30(1), 89–99; Efron (1977), "The Efficiency of Cox's Likelihood Function
//! for Censored Data", JASA 72(359), 557–565.

mod ascent;
mod concordance;
mod partial_likelihood;
mod subsets;

use self::ascent::{Here, climb};
use self::concordance::concordance;
use self::partial_likelihood::{Data, Scale};
use crate::kernel::OutOfDomain;
use crate::kernel::domain::{ensure, ensure_not_negative};
use crate::kernel::level::Level;
use crate::kernel::maths::chi_square::upper_tail;
use crate::kernel::maths::maximise::Bound;

/// One spell with what is known of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Subject {
    time: f64,
    event: bool,
    covariates: Vec<f64>,
    count: u64,
}

/// What to do with events at the same time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ties {
    /// They came one after the other, in an order that is not known.
    Efron,
    /// All were at risk for each of them.
    Breslow,
    /// Time comes in steps, and events of one step have no order.
    Exact,
}

/// What a covariate does.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Coefficient {
    /// β. `None` if it has no finite maximum, or is collinear with others.
    pub value: Option<f64>,
    /// From the exact Hessian. `None` as `value`.
    pub standard_error: Option<f64>,
    /// Where β runs off, if it does.
    pub bound: Option<Bound>,
    /// Whether the covariate says something that those before it do not.
    pub identified: bool,
}

/// A fitted model.
#[derive(Debug, Clone, PartialEq)]
pub struct Cox {
    /// In the order of the covariates.
    pub coefficients: Vec<Coefficient>,
    /// ln L where no covariate matters.
    pub log_likelihood_null: f64,
    /// ln L at the maximum.
    pub log_likelihood: f64,
    /// Covariates that are not collinear.
    pub degrees_of_freedom: usize,
    /// The share of pairs in which the higher risk ends sooner. `None` where none compare.
    pub concordance: Option<f64>,
    /// Spells.
    pub n: u64,
    /// Events.
    pub events: u64,
    /// Newton steps taken.
    pub iterations: i32,
    /// Whether nothing was left to gain.
    pub converged: bool,
}

impl Subject {
    /// Checks one spell that occurs `count` times. `event` is 1 where it ended, 0 where it was
    /// cut off.
    ///
    /// # Errors
    /// `time` is negative or not finite, `event` is not 0 or 1, or a covariate is not finite.
    pub fn new(
        time: f64,
        event: f64,
        covariates: Vec<f64>,
        count: u64,
    ) -> Result<Self, OutOfDomain> {
        ensure_not_negative("time", time)?;
        ensure([0.0, 1.0].contains(&event), "event", "0 or 1", event)?;
        for &covariate in &covariates {
            ensure(covariate.is_finite(), "covariates", "finite", covariate)?;
        }
        Ok(Self { time, event: event > 0.5, covariates, count })
    }

    pub(super) fn time(&self) -> f64 {
        self.time
    }

    pub(super) fn ended(&self) -> bool {
        self.event
    }

    pub(super) fn count(&self) -> f64 {
        self.count as f64
    }
}

impl Coefficient {
    /// exp(β), with its limits. `None` where β is not known or too large.
    #[must_use]
    pub fn hazard_ratio(&self, level: Level) -> Option<(f64, f64, f64)> {
        let (value, error) = (self.value?, self.standard_error?);
        let at = |beta: f64| Some(beta.exp()).filter(|ratio| ratio.is_finite());
        Some((at(value)?, at(value - level.z * error)?, at(value + level.z * error)?))
    }

    /// z and its two-sided p-value.
    #[must_use]
    pub fn test(&self) -> Option<(f64, f64)> {
        let z = self.value? / self.standard_error?;
        z.is_finite().then(|| (z, upper_tail(z * z, 1.0)))
    }
}

impl Cox {
    /// Twice what the covariates add to ln L, and how often chance adds as much.
    #[must_use]
    pub fn likelihood_ratio(&self) -> Option<(f64, f64)> {
        let statistic = (2.0 * (self.log_likelihood - self.log_likelihood_null)).max(0.0);
        let freedom = self.degrees_of_freedom;
        (freedom > 0).then(|| (statistic, upper_tail(statistic, freedom as f64)))
    }
}

/// Fits the model. `None` without an event.
#[must_use]
pub fn cox(mut subjects: Vec<Subject>, ties: Ties) -> Option<Cox> {
    subjects.sort_by(|a, b| {
        let first = a.time.total_cmp(&b.time).then(b.event.cmp(&a.event));
        first.then_with(|| order(&a.covariates, &b.covariates)).then(a.count.cmp(&b.count))
    });
    let count = |chosen: &dyn Fn(&Subject) -> bool| {
        subjects.iter().filter(|s| chosen(s)).map(|s| s.count).sum::<u64>()
    };
    let (n, events) = (count(&|_| true), count(&Subject::ended));
    if events == 0 {
        return None;
    }
    let scales = Scale::all(&subjects);
    let data = Data::new(&subjects, &scales, ties);
    let start = Here::new(&data, vec![0.0; scales.len()], vec![false; scales.len()], 0);
    let (information, log_likelihood_null) = (start.information.clone(), start.local.value);
    let (end, converged) = climb(&data, start);
    let risks = data.scores(&end.beta);
    let coefficient = |(i, scale): (usize, &Scale)| end.coefficient(i, *scale, &information);
    Some(Cox {
        coefficients: scales.iter().enumerate().map(coefficient).collect(),
        log_likelihood_null,
        log_likelihood: end.local.value,
        degrees_of_freedom: information.rank(),
        concordance: concordance(&subjects, &risks),
        n,
        events,
        iterations: end.iterations,
        converged,
    })
}

fn order(a: &[f64], b: &[f64]) -> std::cmp::Ordering {
    let differ = a.iter().zip(b).map(|(a, b)| a.total_cmp(b));
    differ.into_iter().find(|order| order.is_ne()).unwrap_or(std::cmp::Ordering::Equal)
}

/// Most events at one time, and most steps of one evaluation, with exact ties.
const MOST_TIED: f64 = 500.0;
const MOST_STEPS: f64 = 2e7;

/// Checks that exact ties can be worked out in seconds.
///
/// # Errors
/// More than 500 events at one time, or too many for those at risk.
pub fn check_exact(subjects: &[Subject]) -> Result<(), OutOfDomain> {
    let mut subjects: Vec<&Subject> = subjects.iter().collect();
    subjects.sort_by(|a, b| b.time.total_cmp(&a.time));
    let (mut at_risk, mut most, mut steps) = (0.0, 0.0_f64, 0.0);
    for here in subjects.chunk_by(|a, b| a.time.total_cmp(&b.time).is_eq()) {
        at_risk += here.iter().map(|subject| subject.count()).sum::<f64>();
        let deaths: f64 = here.iter().filter(|s| s.event).map(|subject| subject.count()).sum();
        most = most.max(deaths);
        steps += at_risk * deaths;
    }
    ensure(most <= MOST_TIED, "ties", "`efron` with more than 500 events at one time", most)?;
    ensure(steps <= MOST_STEPS, "ties", "`efron` with so many at risk of so many ties", steps)
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::super::{Spell, log_rank};
    use super::*;
    use proptest::prelude::*;

    fn close(got: f64, want: f64) {
        assert!((got - want).abs() < 1e-10, "got {got}, want {want}");
    }

    fn subject(time: f64, event: bool, covariates: &[f64]) -> Subject {
        let event = f64::from(u8::from(event));
        Subject::new(time, event, covariates.to_vec(), 1).expect("in domain")
    }

    /// The trial, with 1 for treatment.
    fn trial() -> Vec<Subject> {
        let arm = |spells: Vec<Spell>, treatment: f64| {
            spells.into_iter().map(move |spell| subject(spell.time, spell.event, &[treatment]))
        };
        arm(treated(), 1.0).chain(arm(placebo(), 0.0)).collect()
    }

    #[test]
    fn the_leukaemia_trial_gives_the_published_coefficient() {
        let fit = cox(trial(), Ties::Efron).expect("events");
        let [treatment] = fit.coefficients[..] else { panic!("one covariate") };
        close(treatment.value.expect("finite"), -1.572_125_148_829_07);
        close(treatment.standard_error.expect("finite"), 0.412_396_717_709_455);
        close(fit.log_likelihood_null, -93.184_269_996_847_7);
        close(fit.log_likelihood, -85.008_424_577_371_6);
        let (statistic, p_value) = fit.likelihood_ratio().expect("one covariate");
        close(statistic, 2.0 * (93.184_269_996_847_7 - 85.008_424_577_371_6));
        assert!((p_value / 5.261e-5 - 1.0).abs() < 1e-3, "{p_value}");
        // R, summary(coxph): concordance .69, z -3.812, hazard ratio .2076 (.09251 to .4659).
        assert!((fit.concordance.expect("pairs") - 0.69).abs() < 5e-4);
        let (z, p_value) = treatment.test().expect("finite");
        assert!((z + 3.812).abs() < 5e-4 && (p_value - 0.000_138).abs() < 5e-7);
        let (ratio, lower, upper) = treatment.hazard_ratio(Level::USUAL).expect("finite");
        assert!((ratio - 0.2076).abs() < 5e-5);
        assert!((lower - 0.092_51).abs() < 5e-6 && (upper - 0.4659).abs() < 5e-5);
        assert!(fit.converged && fit.iterations < 8, "{}", fit.iterations);
        assert_eq!((fit.n, fit.events, fit.degrees_of_freedom), (42, 30, 1));
        // exp(β ± z·error) with quantiles of SciPy 1.17; lifelines 0.30 gives the same to eight digits.
        for (level, want) in [
            (0.9, [0.105_351_027_487_309_91, 0.409_101_121_788_508_94]),
            (0.99, [0.071_762_824_689_872_55, 0.600_578_693_953_122_1]),
        ] {
            let (_, lower, upper) = treatment.hazard_ratio(Level::of(level)).expect("finite");
            for (got, want) in [lower, upper].into_iter().zip(want) {
                assert!((got - want).abs() < 1e-9, "{level}: {got}, want {want}");
            }
        }
        let fit = cox(trial(), Ties::Breslow).expect("events");
        close(fit.coefficients[0].value.expect("finite"), -1.509_191_412_585_88);
        close(fit.coefficients[0].standard_error.expect("finite"), 0.409_564_406_366_741);
        let fit = cox(trial(), Ties::Exact).expect("events");
        close(fit.coefficients[0].value.expect("finite"), -1.628_243_951_592_06);
        close(fit.coefficients[0].standard_error.expect("finite"), 0.433_131_296_485_462);
    }

    #[test]
    fn without_ties_all_rules_are_the_same() {
        let apart = |(i, s): (usize, Subject)| Subject { time: s.time + i as f64 * 1e-3, ..s };
        let trial: Vec<Subject> = trial().into_iter().enumerate().map(apart).collect();
        let [efron, breslow, exact] = [Ties::Efron, Ties::Breslow, Ties::Exact].map(|ties| {
            let fit = cox(trial.clone(), ties).expect("events");
            [fit.coefficients[0].value.expect("finite"), fit.log_likelihood]
        });
        for i in 0..2 {
            close(efron[i], breslow[i]);
            close(exact[i], breslow[i]);
        }
    }

    #[test]
    fn more_exact_ties_than_can_be_worked_out_are_refused() {
        assert_eq!(check_exact(&trial()), Ok(()));
        let many = Subject::new(1.0, 1.0, vec![0.0], 501).expect("in domain");
        let error = check_exact(&[many]).expect_err("too many").to_string();
        assert!(error.starts_with("`ties` must be `efron` with more than 500 events"), "{error}");
    }

    /// Time, event, age and promotion of fifteen contracts, with ties in all ways.
    const CONTRACTS: [(f64, bool, f64, f64); 15] = [
        (2.0, true, 25.0, 1.0),
        (3.0, true, 61.0, 1.0),
        (3.0, true, 44.0, 0.0),
        (5.0, true, 33.0, 0.0),
        (5.0, true, 70.0, 1.0),
        (5.0, false, 52.0, 0.0),
        (8.0, false, 47.0, 1.0),
        (9.0, true, 52.0, 0.0),
        (9.0, true, 30.0, 1.0),
        (9.0, true, 58.0, 1.0),
        (11.0, true, 38.0, 1.0),
        (12.0, false, 29.0, 0.0),
        (12.0, true, 66.0, 0.0),
        (14.0, false, 35.0, 0.0),
        (15.0, true, 41.0, 1.0),
    ];

    #[test]
    fn two_covariates_with_ties_match_thirty_digit_arithmetic() {
        for (ties, betas, errors, null, maximum) in [
            (
                Ties::Efron,
                [0.020_064_400_223_861_387, 0.608_874_247_633_233_6],
                [0.023_979_062_770_909_082, 0.660_718_535_740_775_5],
                -21.607_702_244_282_57,
                -20.863_518_586_330_849,
            ),
            (
                Ties::Breslow,
                [0.018_005_914_578_662_953, 0.561_604_785_576_951],
                [0.023_839_997_953_167_16, 0.658_843_703_349_963],
                -22.190_035_058_502_227,
                -21.552_572_159_345_17,
            ),
        ] {
            let row = |&(time, event, age, promotion): &_| subject(time, event, &[age, promotion]);
            let fit = cox(CONTRACTS.iter().map(row).collect(), ties).expect("events");
            for (i, coefficient) in fit.coefficients.iter().enumerate() {
                close(coefficient.value.expect("finite"), betas[i]);
                close(coefficient.standard_error.expect("finite"), errors[i]);
            }
            close(fit.log_likelihood_null, null);
            close(fit.log_likelihood, maximum);
            assert_eq!(fit.concordance, Some(0.5625));
        }
    }

    #[test]
    fn the_score_test_of_one_arm_without_ties_is_the_log_rank_test() {
        let mut a: Vec<Spell> = [1, 4, 6, 9].map(|t| spell(f64::from(t), true)).to_vec();
        a.push(spell(7.0, false));
        let b: Vec<Spell> = [2, 3, 5, 12].map(|t| spell(f64::from(t), true)).to_vec();
        let subjects: Vec<Subject> = a
            .iter()
            .map(|s| subject(s.time, s.event, &[1.0]))
            .chain(b.iter().map(|s| subject(s.time, s.event, &[0.0])))
            .collect();
        let mut sorted = subjects;
        sorted.sort_by(|a, b| a.time.total_cmp(&b.time));
        let scales = Scale::all(&sorted);
        let here = Here::new(&Data::new(&sorted, &scales, Ties::Efron), vec![0.0], vec![false], 0);
        let arm = |spells: &[Spell], arm| {
            spells.iter().map(move |spell| (*spell, arm)).collect::<Vec<_>>()
        };
        let both = [arm(&a, 0), arm(&b, 1)].concat();
        close(here.decrement(), log_rank(2, &once(&both)).statistic.expect("two arms"));
    }

    #[test]
    fn perfect_separation_is_a_flag_and_the_other_covariate_is_still_found() {
        // Whoever has the first covariate ends before anyone else.
        let rows = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0];
        let other = [0.0, 1.0, 1.0, 0.0, 1.0, 0.0, 0.0, 1.0];
        let subjects: Vec<Subject> = rows
            .iter()
            .zip(other)
            .map(|(time, other)| subject(*time, true, &[f64::from(u8::from(*time < 4.5)), other]))
            .collect();
        let fit = cox(subjects, Ties::Efron).expect("events");
        assert_eq!(fit.coefficients[0].bound, Some(Bound::Upper), "{fit:?}");
        assert_eq!(fit.coefficients[0].value, None);
        assert!(fit.coefficients[1].value.is_some() && fit.converged, "{fit:?}");
        assert!(fit.likelihood_ratio().is_some_and(|(statistic, _)| statistic.is_finite()));
    }

    #[test]
    fn a_covariate_that_says_nothing_new_is_not_identified() {
        let doubled = |s: &Subject| {
            subject(s.time, s.event, &[s.covariates[0], 7.0, 3.0 - 2.0 * s.covariates[0]])
        };
        let fit = cox(trial().iter().map(doubled).collect(), Ties::Efron).expect("events");
        let identified: Vec<bool> = fit.coefficients.iter().map(|c| c.identified).collect();
        assert_eq!(identified, [true, false, false]);
        close(fit.coefficients[0].value.expect("finite"), -1.572_125_148_829_07);
        assert_eq!((fit.degrees_of_freedom, fit.coefficients[2].value), (1, None));
    }

    #[test]
    fn without_an_event_there_is_no_model_and_a_strange_event_is_refused() {
        assert_eq!(cox(vec![subject(1.0, false, &[1.0])], Ties::Efron), None);
        let error = Subject::new(1.0, 1.0, vec![f64::NAN], 1).expect_err("not finite");
        assert_eq!(error.to_string(), "`covariates` must be finite, got NaN");
        let error = Subject::new(1.0, 0.5, vec![], 1).expect_err("no event");
        assert_eq!(error.to_string(), "`event` must be 0 or 1, got 0.5");
    }

    fn rows() -> impl Strategy<Value = Vec<(u8, bool, i8, i8, u8)>> {
        prop::collection::vec((0_u8..12, any::<bool>(), -3_i8..3, -9_i8..9, 1_u8..4), 4..40)
            .prop_filter("an event", |rows| rows.iter().any(|row| row.1))
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(500))]

        #[test]
        fn a_count_is_the_same_as_repetition_and_units_change_the_coefficient_only(
            rows in rows(), breslow in any::<bool>(),
        ) {
            let ties = if breslow { Ties::Breslow } else { Ties::Efron };
            let row = |&(time, event, a, b, n): &(u8, bool, i8, i8, u8), unit: f64| {
                let event = f64::from(u8::from(event));
                let x = vec![f64::from(a), 5.0 + f64::from(b) * unit];
                Subject::new(f64::from(time), event, x, n.into()).expect("in domain")
            };
            let counted = cox(rows.iter().map(|r| row(r, 1.0)).collect(), ties).expect("events");
            let single = rows.iter().rev().flat_map(|r| {
                std::iter::repeat_n(Subject { count: 1, ..row(r, 1.0) }, usize::from(r.4))
            });
            let single = cox(single.collect(), ties).expect("events");
            let units = cox(rows.iter().map(|r| row(r, 1e6)).collect(), ties).expect("events");
            let fits = [&counted, &single, &units];
            prop_assert!(counted.log_likelihood >= counted.log_likelihood_null - 1e-9);
            // Without a finite maximum there is nothing to compare: how near to infinity a
            // climb ends depends on the units.
            // Risks in the very order of the events have none either, and then `converged` is false.
            let endless = |fit: &&Cox| {
                let separated = fit.concordance == Some(1.0) && !fit.converged;
                separated || fit.coefficients.iter().any(|c| c.value.is_none())
            };
            if fits.iter().any(endless) {
                return Ok(());
            }
            let near = |a: f64, b: f64| (a - b).abs() <= 1e-7 * a.abs().max(1.0);
            let value = |fit: &Cox, i: usize| fit.coefficients[i].value.unwrap_or(f64::NAN);
            prop_assert!(counted.converged, "{:?}", counted);
            for other in [&single, &units] {
                prop_assert!(near(counted.log_likelihood, other.log_likelihood));
                prop_assert!(near(value(&counted, 0), value(other, 0)));
            }
            prop_assert!(near(value(&counted, 1), value(&single, 1)));
            prop_assert!(near(value(&counted, 1), value(&units, 1) * 1e6));
        }

        #[test]
        fn the_derivatives_match_differences(rows in rows(), a in -1.0..1.0_f64, b in -1.0..1.0_f64) {
            let mut subjects: Vec<Subject> = rows
                .iter()
                .map(|r| {
                    let x = vec![f64::from(r.2), f64::from(r.3)];
                    Subject::new(f64::from(r.0), f64::from(u8::from(r.1)), x, r.4.into()).expect("in")
                })
                .collect();
            subjects.sort_by(|a, b| a.time.total_cmp(&b.time).then(b.event.cmp(&a.event)));
            let data = Data::new(&subjects, &Scale::all(&subjects), Ties::Efron);
            let (here, h) = (data.at(&[a, b]), 1e-5);
            let ahead = data.at(&[a + h, b]);
            let behind = data.at(&[a - h, b]);
            let slope = (ahead.value - behind.value) / (2.0 * h);
            prop_assert!((slope - here.gradient[0]).abs() < 1e-5 * slope.abs().max(1.0));
            for (i, element) in [(0, here.curvature[0][0]), (1, here.curvature[1][0])] {
                let bend = (ahead.gradient[i] - behind.gradient[i]) / (2.0 * h);
                prop_assert!((bend + element).abs() < 1e-5 * bend.abs().max(1.0));
            }
        }
    }
}
