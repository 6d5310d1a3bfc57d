//! Cumulative incidence: the share that has ended by each of several causes.
//!
//! ```text
//! S(t)   the share not ended by any cause (Kaplan–Meier)
//! Fₖ(t)  Σ S(just before) · dₖ/n over the event times up to t      (Aalen–Johansen)
//! ```
//!
//! One minus a Kaplan–Meier curve that treats other causes as cut off is different: it
//! estimates the incidence if the other causes did not exist, and is larger. Here the
//! incidences of all causes and the share that lasts add up to 1.
//!
//! The variance is the larger of two, as that of Kaplan–Meier: Σ w²u² over the spells, u being
//! what a little more weight of a spell does to Fₖ (see [`Pulls`]), and the delta method's with
//! Kish's effective number at risk at each event (see [`Delta`]). Where weights are counts both
//! are the delta method's, which for a single cause is Greenwood's. The limits are log–log
//! ones of 1 − Fₖ, at the point of those of Kaplan–Meier.
//!
//! Sources: Aalen and Johansen (1978), "An Empirical Transition Matrix for
//! Non-homogeneous Markov Chains Based on Censored Observations", Scand. J. Statist.
//! 5, 141–150; Marubini and Valsecchi (1995), "Analysing Survival Data from Clinical
//! Trials and Observational Studies", 10.3 (variance); Therneau and Grambsch (2000),
//! "Modeling Survival Data", 7.2 (the infinitesimal jackknife).

use std::collections::BTreeMap;

use super::kaplan_meier::limits;
use super::{Spell, Step, steps};
use crate::kernel::OutOfDomain;
use crate::kernel::domain::ensure_whole;
use crate::kernel::level::Level;
use crate::kernel::weights::{Mass, Weighted};

/// A spell, and what ended it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Exit {
    spell: Spell,
    /// 0 where it was cut off.
    cause: u64,
}

/// The incidence of one cause from one time to the next.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Incidence {
    /// Of this cause.
    pub cause: u64,
    /// From this time on.
    pub time: f64,
    /// Spells at risk just before.
    pub at_risk: f64,
    /// Spells that end here by this cause.
    pub events: f64,
    /// The share that has ended by this cause.
    pub incidence: f64,
    /// Of the incidence.
    pub standard_error: f64,
    /// The limits. `None` at an incidence of 0 or 1, and for too few under design weights.
    pub limits: Option<(f64, f64)>,
}

impl Exit {
    /// Checks one spell. `cause` is 0 where it was cut off.
    ///
    /// # Errors
    /// `time` is negative or not finite, or `cause` is not a whole number.
    pub fn new(time: f64, cause: f64) -> Result<Self, OutOfDomain> {
        ensure_whole("cause", cause)?;
        let event = f64::from(u8::from(cause > 0.0));
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a whole number that is not negative"
        )]
        let cause = cause as u64;
        Ok(Self { spell: Spell::new(time, event)?, cause })
    }
}

/// The incidence of every cause at every time at which a spell ends, by cause and time.
#[must_use]
pub fn cumulative_incidence(exits: &Weighted<Exit>, level: Level) -> Vec<Incidence> {
    let all = steps(exits.masses().map(|(exit, mass)| (exit.spell, mass)));
    let mut causes: BTreeMap<u64, Vec<(Spell, Mass)>> = BTreeMap::new();
    for (exit, mass) in exits.masses().filter(|(exit, _)| exit.spell.event) {
        causes.entry(exit.cause).or_default().push((exit.spell, mass));
    }
    let point = exits.point(level);
    let course = |(cause, spells)| course(cause, &all, &steps(spells), point);
    causes.into_iter().flat_map(course).collect()
}

/// The incidence of one cause, whose own ends are `own`, at the ends by any cause.
fn course(cause: u64, all: &[Step], own: &[Step], point: Option<f64>) -> Vec<Incidence> {
    let mut own = own.iter().peekable();
    let mut pulls = Pulls { survival: 1.0, ..Pulls::default() };
    let at = |step: &Step| {
        let own = own.next_if(|own| own.time <= step.time);
        pulls.pass(step, own);
        let (incidence, variance) = (pulls.incidence.min(1.0), pulls.variance());
        let left = 1.0 - incidence;
        (step.ended.weight > 0.0).then(|| Incidence {
            cause,
            time: step.time,
            at_risk: step.at_risk.weight,
            events: own.map_or(0.0, |own| own.ended.weight),
            incidence,
            standard_error: variance.sqrt(),
            limits: point
                .and_then(|point| limits(left, variance / (left * left), point))
                .map(|(low, high)| (1.0 - high, 1.0 - low)),
        })
    };
    all.iter().filter_map(at).collect()
}

/// How hard spells pull at the incidence F of a cause. With S, n, d and dₖ those at an
/// event time and G = Σ d/(n(n−d)) up to it (G₋ up to before it), a spell that was at
/// risk until s and then ended, or did not, has at any later time
///
/// ```text
/// u = A(s) + [ended by k] S₋/n − h (F − F(s))
/// A = Σ S₋ (G₋ dₖ/n − dₖ/n²)          h = [ended]/(n−d) − G(s)
/// ```
///
/// and A alone while it is still there. So u is c − hF with a c of its own, and sums
/// of c², ch and h² are all that has to be kept.
#[derive(Debug, Clone, Copy, Default)]
struct Pulls {
    incidence: f64,
    survival: f64,
    hazard: f64,
    /// A.
    common: f64,
    /// Σ w²c², Σ w²ch, Σ w²h² of those that have left.
    gone: [f64; 3],
    /// Σ w² of those that are still there.
    there: f64,
    delta: Delta,
}

impl Pulls {
    fn pass(&mut self, step: &Step, own: Option<&Step>) {
        let (n, left) = (step.at_risk.weight, step.left());
        let own = own.map_or_else(Mass::default, |own| own.ended);
        let each = self.survival / n;
        self.common += each * own.weight * (self.hazard - 1.0 / n);
        self.incidence += each * own.weight;
        // Where all end, nothing can follow, and F stays as it is.
        let leaving = if left > 0.0 { 1.0 / left } else { 0.0 };
        self.hazard += step.ended.weight / n * leaving;
        let (jump, odds) = (each * own.weight, step.ended.weight * leaving);
        let spread = self.survival * jump * (1.0 - own.weight / n);
        self.delta.pass(self.incidence, [spread, jump, odds], step.at_risk.effective());
        self.survival *= left / n;
        self.add(own.square, each, leaving);
        self.add(step.ended.square - own.square, 0.0, leaving);
        self.add(step.cut_off.square, 0.0, 0.0);
        self.there = step.later.square;
    }

    /// Those that are gone now, with what their end added to u and to h.
    fn add(&mut self, square: f64, jump: f64, leaving: f64) {
        let h = leaving - self.hazard;
        let c = self.common + jump + h * self.incidence;
        for (sum, product) in self.gone.iter_mut().zip([c * c, c * h, h * h]) {
            *sum += square * product;
        }
    }

    fn variance(&self) -> f64 {
        let (f, [cc, ch, hh]) = (self.incidence, self.gone);
        let there = self.there * self.common.powi(2);
        ((hh * f - 2.0 * ch) * f + cc + there).max(self.delta.variance(f)).max(0.0)
    }
}

/// The delta method: with S, n, d and dₖ as of [`Pulls`] and the effective number m at risk,
///
/// ```text
/// Σ ( S₋² dₖ/n (1 − dₖ/n) − 2 S₋ dₖ/n (F − F(s)) + d/(n−d) (F − F(s))² ) / m
/// ```
///
/// a polynomial in F, of which the coefficients are kept.
#[derive(Debug, Clone, Copy, Default)]
struct Delta([f64; 3]);

impl Delta {
    /// At an event: F there, the first of the three parts, S₋ dₖ/n and d/(n−d).
    fn pass(&mut self, f: f64, [spread, jump, odds]: [f64; 3], effective: f64) {
        let powers = [spread + (2.0 * jump + odds * f) * f, -2.0 * (jump + odds * f), odds];
        self.0.iter_mut().zip(powers).for_each(|(sum, power)| *sum += power / effective);
    }

    fn variance(&self, f: f64) -> f64 {
        let [constant, linear, square] = self.0;
        (square * f + linear) * f + constant
    }
}

#[cfg(test)]
mod tests {
    use super::super::kaplan_meier;
    use super::super::testing::*;
    use super::*;
    use crate::kernel::weights::Weights;
    use proptest::prelude::*;

    fn exit(time: u32, cause: u8) -> Exit {
        Exit::new(f64::from(time), f64::from(cause)).expect("in domain")
    }

    #[test]
    fn a_small_case_worked_by_hand() {
        // Five spells: cause 1 at 1, cut off at 2, cause 2 at 3, cause 1 at 4, cut off at 5.
        let exits = [exit(1, 1), exit(2, 0), exit(3, 2), exit(4, 1), exit(5, 0)];
        let got = cumulative_incidence(&once(&exits), Level::USUAL);
        let shares: Vec<_> = got.iter().map(|i| (i.cause, i.time, i.incidence)).collect();
        let fifth = 1.0 / 5.0;
        // S is 4/5 before 3 and 8/15 before 4.
        let want = [
            (1, 1.0, fifth),
            (1, 3.0, fifth),
            (1, 4.0, fifth + 8.0 / 30.0),
            (2, 1.0, 0.0),
            (2, 3.0, 4.0 / 15.0),
            (2, 4.0, 4.0 / 15.0),
        ];
        assert_eq!(got.len(), want.len());
        for (got, want) in shares.iter().zip(want) {
            assert_eq!((got.0, got.1), (want.0, want.1));
            assert!((got.2 - want.2).abs() < 1e-15);
        }
        let first = got[0].standard_error;
        assert!((first - (0.2_f64 * 0.8 / 5.0).sqrt()).abs() < 1e-15);
        assert_eq!(got[3].limits, None);
    }

    #[test]
    fn errors_under_design_weights_are_those_of_thirty_digit_arithmetic() {
        let exits = SURVEYED.map(|(time, cause, _, weight)| (exit(u32::from(time), cause), weight));
        let want = [
            // The first and the last by Kish's numbers, the others by the jackknife.
            (0.08, 0.094_810_407_304_964_86),
            (0.293_333_333_333_333, 0.178_788_946_547_06),
            (0.347_777_777_777_778, 0.177_715_248_016_517),
            (0.570_505_050_505_051, 0.177_606_904_047_277),
            (0.659_595_959_595_96, 0.170_164_520_219_699_8),
        ];
        for (got, (incidence, error)) in
            cumulative_incidence(&weighted(&exits, Weights::Design), Level::USUAL).iter().zip(want)
        {
            assert_eq!(got.cause, 1);
            assert!((got.incidence - incidence).abs() < 1e-12);
            assert!((got.standard_error - error).abs() < 1e-12, "{got:?}");
        }
    }

    #[test]
    fn without_exits_there_is_nothing_and_a_broken_cause_is_refused() {
        assert_eq!(cumulative_incidence(&once(&[]), Level::USUAL), []);
        assert_eq!(cumulative_incidence(&once(&[exit(3, 0)]), Level::USUAL), []);
        let error = Exit::new(1.0, 1.5).expect_err("half a cause");
        assert_eq!(error.to_string(), "`cause` must be a whole number >= 0, got 1.5");
    }

    proptest! {
        #[test]
        fn a_single_cause_is_one_minus_kaplan_meier_with_greenwoods_error(
            rows in prop::collection::vec((0_u32..20, any::<bool>(), 1_u8..4), 1..40),
            kind in prop::sample::select(vec![Weights::Counts, Weights::Design]),
        ) {
            let row = |&(time, event, n): &(u32, bool, u8)| (exit(time, u8::from(event)), f64::from(n));
            let exits = weighted(&rows.iter().map(row).collect::<Vec<_>>(), kind);
            let curve = kaplan_meier(&weighted(&both(&rows).0, kind), Level::USUAL);
            let ends = curve.iter().filter(|point| point.events > 0.0);
            for (got, want) in cumulative_incidence(&exits, Level::USUAL).iter().zip(ends) {
                prop_assert!((got.incidence + want.survival - 1.0).abs() < 1e-12);
                if let Some(error) = want.standard_error {
                    prop_assert!((got.standard_error - error).abs() < 1e-8, "{got:?} {want:?}");
                }
                if let (Some(got), Some(want)) = (got.limits, want.limits) {
                    prop_assert!((got.0 + want.1 - 1.0).abs() < 1e-6);
                    prop_assert!((got.1 + want.0 - 1.0).abs() < 1e-6);
                }
            }
        }

        #[test]
        fn the_incidences_and_the_share_that_lasts_add_up_to_one(
            rows in prop::collection::vec((0_u32..20, 0_u8..4, 1_u8..4), 1..50),
        ) {
            let exits: Vec<_> = rows.iter().map(|&(t, cause, n)| (exit(t, cause), f64::from(n))).collect();
            let spells: Vec<_> = exits.iter().map(|(exit, n)| (exit.spell, *n)).collect();
            let got = cumulative_incidence(&weighted(&exits, Weights::Counts), Level::USUAL);
            for point in kaplan_meier(&weighted(&spells, Weights::Counts), Level::USUAL).iter().filter(|point| point.events > 0.0) {
                let here = got.iter().filter(|i| i.time.total_cmp(&point.time).is_eq());
                let ended: f64 = here.map(|incidence| incidence.incidence).sum();
                prop_assert!((ended + point.survival - 1.0).abs() < 1e-12);
            }
            prop_assert!(got.iter().all(|i| i.standard_error.is_finite()));
            for row in got {
                if let Some((lower, upper)) = row.limits {
                    prop_assert!(lower <= row.incidence + 1e-12 && row.incidence <= upper + 1e-12);
                }
            }
        }

        #[test]
        fn without_cut_off_spells_the_error_is_that_of_a_share(
            rows in prop::collection::vec((0_u32..20, 1_u8..3), 1..40),
        ) {
            let exits: Vec<Exit> = rows.iter().map(|&(time, cause)| exit(time, cause)).collect();
            let n = rows.len() as f64;
            for got in cumulative_incidence(&once(&exits), Level::USUAL) {
                let want = (got.incidence * (1.0 - got.incidence) / n).sqrt();
                prop_assert!((got.standard_error - want).abs() < 1e-7, "{} {want}", got.standard_error);
            }
        }
    }
}
