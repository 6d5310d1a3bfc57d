//! Cumulative incidence: the share that has ended by each of several causes.
//!
//! ```text
//! S(t)   the share not ended by any cause (Kaplan–Meier)
//! Fₖ(t)  Σ S(just before) · dₖ/n over the event times up to t      (Aalen–Johansen)
//! ```
//!
//! One minus a Kaplan–Meier curve that treats other causes as cut off is not this: it
//! tells what would be if the other causes did not exist, and is larger. Here the
//! incidences of all causes and the share that lasts add up to 1.
//!
//! The variance is that of the delta method, which for a single cause is Greenwood's;
//! the 95 % limits are log–log ones of 1 − Fₖ, those of Kaplan–Meier then.
//!
//! Sources: Aalen and Johansen (1978), "An Empirical Transition Matrix for
//! Non-homogeneous Markov Chains Based on Censored Observations", Scand. J. Statist.
//! 5, 141–150; Marubini and Valsecchi (1995), "Analysing Survival Data from Clinical
//! Trials and Observational Studies", 10.3 (variance).

use std::collections::BTreeMap;

use super::kaplan_meier::limits;
use super::{Spell, Step, steps};
use crate::kernel::OutOfDomain;
use crate::kernel::domain::ensure_whole;

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
    /// The 95 % limits. `None` at an incidence of 0 or 1.
    pub limits: Option<(f64, f64)>,
}

impl Exit {
    /// Checks one spell that occurs `count` times. `cause` is 0 where it was cut off.
    ///
    /// # Errors
    /// `time` or `weight` is negative or not finite, or `cause` is not a whole number.
    pub fn new(time: f64, cause: f64, weight: f64, count: u64) -> Result<Self, OutOfDomain> {
        ensure_whole("cause", cause)?;
        let event = f64::from(u8::from(cause > 0.0));
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a whole number that is not negative"
        )]
        let cause = cause as u64;
        Ok(Self { spell: Spell::new(time, event, weight, count)?, cause })
    }
}

/// The incidence of every cause at every time at which a spell ends, by cause and time.
#[must_use]
pub fn cumulative_incidence(exits: &[Exit]) -> Vec<Incidence> {
    let everybody: Vec<Spell> = exits.iter().map(|exit| exit.spell).collect();
    let ends: Vec<Step> = steps(&everybody).into_iter().filter(|step| step.events > 0.0).collect();
    let mut causes: BTreeMap<u64, Vec<Spell>> = BTreeMap::new();
    for exit in exits.iter().filter(|exit| exit.spell.event && exit.spell.weight > 0.0) {
        causes.entry(exit.cause).or_default().push(exit.spell);
    }
    causes.into_iter().flat_map(|(cause, spells)| course(cause, &ends, &steps(&spells))).collect()
}

/// The incidence of one cause, whose own ends are `own`, at the ends by any cause.
fn course(cause: u64, ends: &[Step], own: &[Step]) -> Vec<Incidence> {
    let mut own = own.iter().peekable();
    let mut survival = 1.0;
    let mut sums = Sums::default();
    let mut at = |end: &Step| {
        let Step { time, at_risk, events: all, .. } = *end;
        let events = own.next_if(|own| own.time <= time).map_or(0.0, |own| own.events);
        sums.add(at_risk, all, events, survival);
        survival *= (at_risk - all) / at_risk;
        let (incidence, variance) = (sums.incidence.min(1.0), sums.variance());
        let left = 1.0 - incidence;
        Incidence {
            cause,
            time,
            at_risk,
            events,
            incidence,
            standard_error: variance.sqrt(),
            limits: limits(left, variance / (left * left))
                .map(|(low, high)| (1.0 - high, 1.0 - low)),
        }
    };
    ends.iter().map(&mut at).collect()
}

/// Sums over the ends so far, of which the variance at any later time is made: with F the
/// incidence then, Fⱼ, Sⱼ, nⱼ, dⱼ the ones at an end and dₖ those by the cause,
///
/// ```text
/// Σ (F−Fⱼ)² dⱼ/(nⱼ(nⱼ−dⱼ)) + Σ Sⱼ² (nⱼ−dₖ) dₖ/nⱼ³ − 2 Σ (F−Fⱼ) Sⱼ dₖ/nⱼ²
/// ```
#[derive(Debug, Clone, Copy, Default)]
struct Sums {
    incidence: f64,
    /// Σ aⱼ, Σ aⱼFⱼ, Σ aⱼFⱼ² with aⱼ = dⱼ/(nⱼ(nⱼ−dⱼ)).
    hazard: [f64; 3],
    own: f64,
    /// Σ bⱼ, Σ bⱼFⱼ with bⱼ = Sⱼdₖ/nⱼ².
    cross: [f64; 2],
}

impl Sums {
    fn add(&mut self, at_risk: f64, all: f64, events: f64, survival: f64) {
        self.incidence += survival * events / at_risk;
        let f = self.incidence;
        // Where all end, nothing can follow, and F − Fⱼ is 0 for ever.
        let left = at_risk - all;
        let a = if left > 0.0 { all / at_risk / left } else { 0.0 };
        let b = survival * events / at_risk / at_risk;
        for (sum, more) in self.hazard.iter_mut().zip([a, a * f, a * f * f]) {
            *sum += more;
        }
        for (sum, more) in self.cross.iter_mut().zip([b, b * f]) {
            *sum += more;
        }
        self.own += survival * b * (at_risk - events) / at_risk;
    }

    fn variance(&self) -> f64 {
        let f = self.incidence;
        let [a, af, aff] = self.hazard;
        let [b, bf] = self.cross;
        ((a * f - 2.0 * af) * f + aff + self.own - 2.0 * (b * f - bf)).max(0.0)
    }
}

#[cfg(test)]
mod tests {
    use super::super::kaplan_meier;
    use super::super::testing::*;
    use super::*;
    use proptest::prelude::*;

    fn exit(time: u32, cause: u8, weight: u8) -> Exit {
        Exit::new(f64::from(time), f64::from(cause), f64::from(weight), 1).expect("in domain")
    }

    #[test]
    fn a_small_case_worked_by_hand() {
        // Five spells: cause 1 at 1, cut off at 2, cause 2 at 3, cause 1 at 4, cut off at 5.
        let exits = [exit(1, 1, 1), exit(2, 0, 1), exit(3, 2, 1), exit(4, 1, 1), exit(5, 0, 1)];
        let got = cumulative_incidence(&exits);
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
    fn without_exits_there_is_nothing_and_a_broken_cause_is_refused() {
        assert_eq!(cumulative_incidence(&[]), []);
        assert_eq!(cumulative_incidence(&[exit(3, 0, 1)]), []);
        let error = Exit::new(1.0, 1.5, 1.0, 1).expect_err("half a cause");
        assert_eq!(error.to_string(), "`cause` must be a whole number >= 0, got 1.5");
    }

    proptest! {
        #[test]
        fn a_single_cause_is_one_minus_kaplan_meier_with_greenwoods_error(
            rows in prop::collection::vec((0_u32..20, any::<bool>(), 1_u8..4), 1..40),
        ) {
            let exits: Vec<Exit> =
                rows.iter().map(|&(time, event, n)| exit(time, u8::from(event), n)).collect();
            let curve = kaplan_meier(&both(&rows).0);
            let ends = curve.iter().filter(|point| point.events > 0.0);
            for (got, want) in cumulative_incidence(&exits).iter().zip(ends) {
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
            let exits: Vec<Exit> = rows.iter().map(|&(t, cause, n)| exit(t, cause, n)).collect();
            let spells: Vec<Spell> = exits.iter().map(|exit| exit.spell).collect();
            let got = cumulative_incidence(&exits);
            for point in kaplan_meier(&spells).iter().filter(|point| point.events > 0.0) {
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
            let exits: Vec<Exit> = rows.iter().map(|&(time, cause)| exit(time, cause, 1)).collect();
            let n = rows.len() as f64;
            for got in cumulative_incidence(&exits) {
                let want = (got.incidence * (1.0 - got.incidence) / n).sqrt();
                prop_assert!((got.standard_error - want).abs() < 1e-7, "{} {want}", got.standard_error);
            }
        }
    }
}
