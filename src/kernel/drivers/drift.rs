//! Whether drivers weigh the same in two waves of a survey.
//!
//! The weights are shares of [`lmg`](super::lmg) (of Johnson's weights for more
//! than twelve drivers). Under the hypothesis that nothing has changed it does
//! not matter who answered in which wave, so waves are permuted at random,
//! and the p-value is the share of permutations whose weights are at least as far apart as the
//! observed ones, including the observed. Above 4,096 people, random blocks of people from one wave
//! are permuted instead of people.
//!
//! A driver has vanished if its coefficient's 95 % interval excluded zero
//! before and contains zero now, and appeared in the opposite case.
//!
//! Source: Good (2005), "Permutation, Parametric and Bootstrap Tests of
//! Hypotheses", 3rd ed., chapter 3.

use super::{Drivers, Flag, Regression, drivers};
use crate::kernel::level::Level;
use crate::kernel::resample::{dealt, shuffle, stream};
use crate::kernel::sample::{Moments, Sample, Sums};
use crate::kernel::weight_drift::{WeightDrift, weight_drift};

/// How many blocks of people are permuted.
const MOST: usize = 4096;

/// Streams of random numbers: one for each wave's blocks, then one per deal.
const FIRST_DEAL: u64 = 1 << 32;

/// Deals whose weights differ from the observed by rounding only are as far.
const ROUNDING: f64 = 1e-12;

/// How the weights of drivers have moved between two waves.
#[derive(Debug, Clone, PartialEq)]
pub struct DriverDrift {
    /// In the order given.
    pub drivers: Vec<Change>,
    /// How far apart the waves are; `None` where one of them has no weights.
    pub distance: Option<WeightDrift>,
    /// How often waves that do not differ would be that far apart.
    pub p_value: Option<f64>,
    /// Deals behind the p-value.
    pub permutations: u32,
    /// The drivers now.
    pub now: Option<Drivers>,
    /// The drivers before.
    pub before: Option<Drivers>,
}

impl DriverDrift {
    /// What to know of either wave before use, each once.
    #[must_use]
    pub fn flags(&self) -> Vec<Flag> {
        let mut flags = Vec::new();
        for wave in [&self.before, &self.now] {
            let of = wave.as_ref().map_or(vec![Flag::TooFew], |drivers| drivers.flags.clone());
            flags.extend(of.into_iter().filter(|flag| !flags.contains(flag)).collect::<Vec<_>>());
        }
        flags
    }
}

/// A driver in two waves.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Change {
    /// Share of what all drivers explain, before.
    pub weight_before: Option<f64>,
    /// The same now.
    pub weight: Option<f64>,
    /// Its change; `None` if a wave is too small to know.
    pub drift: Option<Drift>,
}

impl Change {
    /// By how much the share has grown. `None` where a wave has no weights.
    #[must_use]
    pub fn difference(&self) -> Option<f64> {
        self.weight.zip(self.weight_before).map(|(now, before)| now - before)
    }
}

/// What has become of a driver.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Drift {
    /// It mattered, and does.
    Kept,
    /// It mattered, and does no longer.
    Vanished,
    /// It did not matter, and does now.
    Appeared,
    /// It did not matter, and does not.
    Absent,
}

impl Drift {
    /// In a word.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Kept => "kept",
            Self::Vanished => "vanished",
            Self::Appeared => "appeared",
            Self::Absent => "absent",
        }
    }
}

/// Compares two waves: samples with the target in the first column and the same
/// drivers in the others.
#[must_use]
pub fn drift(now: &Sample, before: &Sample, permutations: u32) -> DriverDrift {
    let (drivers_now, drivers_before) =
        (drivers(now, 0, Level::USUAL), drivers(before, 0, Level::USUAL));
    let count = now.width() - 1;
    let shares = |drivers: Option<&Drivers>, sample: &Sample| {
        drivers.filter(|drivers| !drivers.flags.contains(&Flag::TooFew))?;
        weights(&sample.moments()?)
    };
    let weights_now = shares(drivers_now.as_ref(), now);
    let weights_before = shares(drivers_before.as_ref(), before);
    let change = |driver: usize| Change {
        weight_before: weights_before.as_ref().map(|weights| weights[driver]),
        weight: weights_now.as_ref().map(|weights| weights[driver]),
        drift: became(
            matters(drivers_before.as_ref(), driver),
            matters(drivers_now.as_ref(), driver),
        ),
    };
    let distance = weights_now.as_ref().zip(weights_before.as_ref());
    let distance = distance.and_then(|(now, before)| weight_drift(now, before).ok().flatten());
    let deals = distance.map(|distance| deal(now, before, permutations, distance.drift));
    DriverDrift {
        drivers: (0..count).map(change).collect(),
        distance,
        p_value: deals
            .filter(|(_, deals)| *deals > 0)
            .map(|(far, deals)| f64::from(far + 1) / f64::from(deals + 1)),
        permutations: deals.map_or(0, |(_, deals)| deals),
        now: drivers_now,
        before: drivers_before,
    }
}

/// Whether the coefficient of a driver lies off zero; a constant driver's does
/// not.
fn matters(drivers: Option<&Drivers>, driver: usize) -> Option<bool> {
    let driver = drivers?.drivers[driver];
    match (driver.coefficient, driver.limits) {
        (None, _) => Some(false),
        (Some(_), limits) => limits.map(|(lower, upper)| lower > 0.0 || upper < 0.0),
    }
}

fn became(before: Option<bool>, now: Option<bool>) -> Option<Drift> {
    Some(match (before?, now?) {
        (true, true) => Drift::Kept,
        (true, false) => Drift::Vanished,
        (false, true) => Drift::Appeared,
        (false, false) => Drift::Absent,
    })
}

/// The share of every driver in what all explain. `None` where that is nothing.
fn weights(moments: &Moments) -> Option<Vec<f64>> {
    let drivers = moments.means.len() - 1;
    let weights = Regression::new(moments)?.weights(drivers);
    let sum: f64 = weights.iter().sum();
    (sum > 1e-14).then(|| weights.iter().map(|weight| weight.max(0.0) / sum).collect())
}

/// How many permutations are at least as far apart, of how many.
fn deal(now: &Sample, before: &Sample, permutations: u32, observed: f64) -> (u32, u32) {
    let people = now.people() + before.people();
    let size = usize::try_from(people).unwrap_or(usize::MAX).div_ceil(MOST);
    // One centre for all, or sums could not be added.
    let Some(empty) = before.centre().map(Sums::around) else { return (0, 0) };
    let mut blocks = blocks(now, size, 0, &empty);
    let first = blocks.len();
    blocks.extend(self::blocks(before, size, 1, &empty));
    let (mut far, mut deals) = (0, 0);
    for number in 0..u64::from(permutations) {
        let mut order: Vec<usize> = (0..blocks.len()).collect();
        shuffle(&mut order, &mut stream(FIRST_DEAL + number));
        let (now, before) = order.split_at(first);
        let dealt = sum(now, &blocks, &empty).zip(sum(before, &blocks, &empty));
        let distance = dealt.and_then(|(now, before)| weight_drift(&now, &before).ok().flatten());
        if let Some(distance) = distance {
            deals += 1;
            far += u32::from(distance.drift >= observed - ROUNDING);
        }
    }
    (far, deals)
}

/// The weights among the people of some blocks.
fn sum(chosen: &[usize], blocks: &[Sums], empty: &Sums) -> Option<Vec<f64>> {
    let mut sums = empty.clone();
    for block in chosen {
        sums.add_sums(blocks[*block].values(), 1.0);
    }
    weights(&sums.moments()?)
}

/// The people of a wave in random blocks.
fn blocks(sample: &Sample, size: usize, wave: u64, empty: &Sums) -> Vec<Sums> {
    dealt(sample, FIRST_DEAL - 1 - wave)
        .chunks(size.max(1))
        .map(|block| {
            let mut sums = empty.clone();
            for place in block {
                let (values, weight, _) = sample.row(*place);
                sums.add(values, weight);
            }
            sums
        })
        .collect()
}
