//! How long until it happens: churn, reply, return, with spells that still last.
//!
//! | symbol | meaning                                             | domain |
//! |--------|-----------------------------------------------------|--------|
//! | `t`    | how long the spell was watched                      | t ≥ 0  |
//! | event  | whether it ended by what is studied, or was cut off | yes/no |
//! | `n`    | spells at risk just before a time                   |        |
//! | `d`    | events at a time                                    |        |
//!
//! A spell that is cut off when others end counts as at risk there: the event
//! comes first. A spell may stand for several: with weight w it counts as w equal
//! spells do. Why a spell was cut off must have nothing to do with how long it
//! would have lasted; no number here can tell whether that is so.

mod competing;
mod concordance;
mod cox;
mod information;
mod kaplan_meier;
mod log_rank;
mod subsets;

pub use self::competing::{Exit, Incidence, cumulative_incidence};
pub use self::cox::{Coefficient, Cox, Subject, Ties, check_exact, cox};
pub use self::kaplan_meier::{Estimate, Quantile, check_probability, kaplan_meier, quantile};
pub use self::log_rank::{Arm, Comparison, log_rank};

use super::OutOfDomain;
use super::domain::{check_weight, ensure, ensure_not_negative};
use super::sum::Sum;

/// One spell, and how many it stands for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Spell {
    time: f64,
    event: bool,
    weight: f64,
}

impl Spell {
    /// Checks one spell that occurs `count` times. `event` is 1 where it ended, 0 where it was
    /// cut off.
    ///
    /// # Errors
    /// `time` or `weight` is negative or not finite, or `event` is not 0 or 1.
    pub fn new(time: f64, event: f64, weight: f64, count: u64) -> Result<Self, OutOfDomain> {
        ensure_not_negative("time", time)?;
        ensure([0.0, 1.0].contains(&event), "event", "0 or 1", event)?;
        check_weight(weight)?;
        Ok(Self { time: time + 0.0, event: event > 0.5, weight: weight * count as f64 })
    }
}

/// What happens at one time.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Step {
    time: f64,
    at_risk: f64,
    events: f64,
    censored: f64,
}

/// All times, ascending, at which a spell with a weight ends or is cut off.
fn steps(spells: &[Spell]) -> Vec<Step> {
    let mut spells: Vec<Spell> = spells.iter().copied().filter(|s| s.weight > 0.0).collect();
    spells.sort_by(|a, b| {
        let times = a.time.total_cmp(&b.time);
        times.then(a.event.cmp(&b.event)).then(a.weight.total_cmp(&b.weight))
    });
    let mut at_risk = Sum::default();
    let mut steps: Vec<Step> = spells
        .chunk_by(|a, b| a.time.total_cmp(&b.time).is_eq())
        .rev()
        .map(|here| {
            let weight = |event| -> Sum {
                here.iter().filter(|s| s.event == event).map(|s| s.weight).collect()
            };
            let (events, censored) = (weight(true).value(), weight(false).value());
            at_risk.add(events);
            at_risk.add(censored);
            Step { time: here[0].time, at_risk: at_risk.value(), events, censored }
        })
        .collect();
    steps.reverse();
    steps
}

#[cfg(test)]
mod testing {
    //! The remission times of Freireich et al. (1963), and rows for properties.

    use super::Spell;

    pub(super) fn spell(time: f64, event: bool) -> Spell {
        Spell::new(time, f64::from(u8::from(event)), 1.0, 1).expect("in domain")
    }

    /// Weeks of remission under 6-mercaptopurine.
    pub(super) fn treated() -> Vec<Spell> {
        let ended = [6, 6, 6, 7, 10, 13, 16, 22, 23];
        let cut_off = [6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35];
        let ended = ended.map(|week| spell(f64::from(week), true));
        ended.into_iter().chain(cut_off.map(|week| spell(f64::from(week), false))).collect()
    }

    /// Weeks of remission under a placebo.
    pub(super) fn placebo() -> Vec<Spell> {
        [1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23]
            .map(|week| spell(f64::from(week), true))
            .to_vec()
    }

    /// Rows with weights, and as many rows without, in another order.
    pub(super) fn both(rows: &[(u32, bool, u8)]) -> (Vec<Spell>, Vec<Spell>) {
        let event = |event: bool| f64::from(u8::from(event));
        let weighted = rows.iter().map(|&(time, ended, n)| {
            Spell::new(f64::from(time), event(ended), f64::from(n), 1).expect("in domain")
        });
        let repeated = rows.iter().rev().flat_map(|&(time, ended, n)| {
            std::iter::repeat_n(spell(f64::from(time), ended), usize::from(n))
        });
        (weighted.collect(), repeated.collect())
    }
}
