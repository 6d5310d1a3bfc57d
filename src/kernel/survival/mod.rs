//! How long until it happens: churn, reply, return, with spells that still last.
//!
//! | symbol | meaning                                             | domain |
//! |--------|-----------------------------------------------------|--------|
//! | `t`    | how long the spell was watched                      | t ≥ 0  |
//! | event  | whether it ended by what is studied, or was cut off | yes/no |
//! | `n`    | spells at risk just before a time                   |        |
//! | `d`    | events at a time                                    |        |
//!
//! A spell that is censored when others end counts as at risk there: the
//! event comes first. Censoring must be independent of how long the spell would have lasted; no
//! number here can show whether that is so.

mod competing;
mod cox;
mod information;
mod kaplan_meier;
mod log_rank;

pub use self::competing::{Exit, Incidence, cumulative_incidence};
pub use self::cox::{Coefficient, Cox, Subject, Ties, check_exact, cox};
pub use self::kaplan_meier::{
    Estimate, Quantile, check_probability, events, kaplan_meier, quantile,
};
pub use self::log_rank::{Arm, Comparison, log_rank};

use super::OutOfDomain;
use super::domain::{ensure, ensure_not_negative};
use super::weights::{Mass, MassSum};

/// One spell.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Spell {
    time: f64,
    event: bool,
}

impl Spell {
    /// Checks one spell. `event` is 1 where it ended, 0 where it was cut off.
    ///
    /// # Errors
    /// `time` is negative or not finite, or `event` is not 0 or 1.
    pub fn new(time: f64, event: f64) -> Result<Self, OutOfDomain> {
        ensure_not_negative("time", time)?;
        ensure([0.0, 1.0].contains(&event), "event", "0 or 1", event)?;
        Ok(Self { time: time + 0.0, event: event > 0.5 })
    }
}

/// Why a share of a curve has no limits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unlimited {
    /// It is 0, or too small to leave less than all.
    None,
    /// It is 1.
    All,
    /// There are too few spells.
    TooFew,
}

impl Unlimited {
    /// Of a `share` that has none.
    #[must_use]
    pub fn why(share: f64) -> Self {
        match share {
            _ if 1.0 - share >= 1.0 => Self::None,
            _ if share >= 1.0 => Self::All,
            _ => Self::TooFew,
        }
    }
}

/// What happens at one time.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Step {
    time: f64,
    /// Until just before.
    at_risk: Mass,
    ended: Mass,
    cut_off: Mass,
    /// Those that last longer.
    later: Mass,
}

impl Step {
    /// The weight of those that do not end here.
    fn left(&self) -> f64 {
        self.cut_off.weight + self.later.weight
    }
}

/// All times, ascending, at which a spell ends or is cut off; each spell comes with
/// what it stands for.
fn steps(spells: impl IntoIterator<Item = (Spell, Mass)>) -> Vec<Step> {
    let mut spells: Vec<_> = spells.into_iter().collect();
    spells.sort_by(|(a, mass), (b, other)| {
        let times = a.time.total_cmp(&b.time);
        times.then(a.event.cmp(&b.event)).then(mass.weight.total_cmp(&other.weight))
    });
    let mut there = MassSum::default();
    let mut steps: Vec<Step> = spells
        .chunk_by(|(a, _), (b, _)| a.time.total_cmp(&b.time).is_eq())
        .rev()
        .map(|here| {
            let of = |event| here.iter().filter(move |row| row.0.event == event).map(|row| row.1);
            let [ended, cut_off]: [Mass; 2] = [true, false].map(|event| of(event).sum());
            let later = there.value();
            there.add(ended);
            there.add(cut_off);
            Step { time: here[0].0.time, at_risk: there.value(), ended, cut_off, later }
        })
        .collect();
    steps.reverse();
    steps
}

#[cfg(test)]
mod testing {
    //! The remission times of Freireich et al. (1963), and rows for properties.

    use super::Spell;
    use crate::kernel::weights::{Weighted, Weights};

    pub(super) fn spell(time: f64, event: bool) -> Spell {
        Spell::new(time, f64::from(u8::from(event))).expect("in domain")
    }

    /// Things with weights of a kind.
    pub(super) fn weighted<T: Copy>(rows: &[(T, f64)], kind: Weights) -> Weighted<T> {
        let rows = rows.iter().map(|(value, weight)| (*value, *weight, 1));
        Weighted::new(rows, kind, |_| true).expect("in domain")
    }

    /// Things that are there once each.
    pub(super) fn once<T: Copy>(things: &[T]) -> Weighted<T> {
        let rows: Vec<_> = things.iter().map(|thing| (*thing, 1.0)).collect();
        weighted(&rows, Weights::Counts)
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

    /// Spells with their causes, 0 where they were cut off, their arms and design weights.
    pub(super) const SURVEYED: [(u8, u8, usize, f64); 12] = [
        (1, 1, 0, 1.5),
        (2, 0, 0, 0.25),
        (3, 2, 0, 2.0),
        (3, 1, 0, 1.0),
        (5, 0, 0, 3.0),
        (6, 1, 0, 0.5),
        (1, 2, 1, 1.0),
        (2, 1, 1, 4.0),
        (3, 0, 1, 0.75),
        (4, 1, 1, 1.25),
        (4, 1, 1, 2.5),
        (7, 0, 1, 1.0),
    ];

    /// The spells of [`SURVEYED`], with their arms.
    pub(super) fn surveyed(scale: f64) -> Weighted<(Spell, usize)> {
        let row = |&(time, cause, arm, weight): &(u8, u8, usize, f64)| {
            ((spell(f64::from(time), cause > 0), arm), scale * weight)
        };
        weighted(&SURVEYED.iter().map(row).collect::<Vec<_>>(), Weights::Design)
    }

    type Rows = Vec<(Spell, f64)>;

    /// Rows with weights, and as many rows without, in another order.
    pub(super) fn both(rows: &[(u32, bool, u8)]) -> (Rows, Rows) {
        let spell = |&(time, ended, _): &(u32, bool, u8)| spell(f64::from(time), ended);
        let weighted = rows.iter().map(|row| (spell(row), f64::from(row.2)));
        let repeated = rows
            .iter()
            .rev()
            .flat_map(|row| std::iter::repeat_n((spell(row), 1.0), usize::from(row.2)));
        (weighted.collect(), repeated.collect())
    }
}

#[cfg(test)]
mod tests {
    use super::Unlimited;

    #[test]
    fn a_share_without_limits_has_a_reason() {
        for (share, why) in [
            (0.0, Unlimited::None),
            (1e-17, Unlimited::None),
            (1.0, Unlimited::All),
            (0.5, Unlimited::TooFew),
            (1.0 - 1e-15, Unlimited::TooFew),
        ] {
            assert_eq!(Unlimited::why(share), why, "{share}");
        }
    }
}
