//! Do a customer's visits come in clumps? A measure of one row of events.
//!
//! | symbol | meaning                                   | domain              |
//! |--------|-------------------------------------------|---------------------|
//! | `N`    | periods watched                           | a whole number ≥ 1  |
//! | `tᵢ`   | periods with an event, ascending          | 1 ≤ tᵢ ≤ N, distinct |
//! | `xᵢ`   | gaps: t₁, t₂−t₁, …, N+1−tₙ                | sum N+1             |
//!
//! ```text
//! Hp = 1 + Σ pᵢ ln pᵢ / ln(n+1)    pᵢ = xᵢ/(N+1)    0 (evenly spread) to 1 (one clump)
//! ```
//!
//! Whether a value is more than chance depends on n and N. So it comes with the
//! share of random placements of n events in N periods that clump as much. They
//! are drawn from a fixed seed, the same for every customer with the same n and
//! N, and the observed placement counts as one of them: no p-value is zero.
//!
//! Sources: Zhang, Bradlow and Small (2013), "New Measures of Clumpiness for
//! Incidence Data", J. Applied Statistics 40(11), 2533–2548; (2015), "Predicting
//! Customer Value Using Clumpiness: From RFM to RFMC", Marketing Science 34(2),
//! 195–208; Phipson and Smyth (2010), "Permutation P-values Should Never Be
//! Zero", Stat. Appl. Genet. Mol. Biol. 9(1), 39.

use std::collections::BTreeSet;

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};

use super::OutOfDomain;
use super::domain::{ensure, ensure_whole};

/// When the events were, and how long was watched.
#[derive(Debug, Clone, PartialEq)]
pub struct Events {
    /// Ascending and distinct, from 1 to `periods`.
    times: Vec<u32>,
    periods: u32,
}

/// More periods than this are watched by no shop: 273 years of days.
const MOST_PERIODS: u32 = 100_000;

impl Events {
    /// Checks events in `periods` periods. Their order does not matter.
    ///
    /// # Errors
    /// `periods` is not a whole number from 1 to 100,000, or a time is not a whole number from
    /// 1 to `periods`, or two are the same.
    pub fn new(times: &[f64], periods: f64) -> Result<Self, OutOfDomain> {
        ensure_whole("periods", periods)?;
        let inside = (1.0..=f64::from(MOST_PERIODS)).contains(&periods);
        ensure(inside, "periods", "between 1 and 100000", periods)?;
        let mut seen = BTreeSet::new();
        for &time in times {
            ensure_whole("times", time)?;
            ensure((1.0..=periods).contains(&time), "times", "between 1 and `periods`", time)?;
            ensure(seen.insert(to_period(time)), "times", "different from each other", time)?;
        }
        Ok(Self { times: seen.into_iter().collect(), periods: to_period(periods) })
    }

    /// How many there are, and in how many periods.
    #[must_use]
    pub fn size(&self) -> (u32, u32) {
        (count(&self.times), self.periods)
    }

    /// Hp, from 0 to 1. `None` without events, which clump in no way.
    #[must_use]
    pub fn clumpiness(&self) -> Option<f64> {
        (!self.times.is_empty()).then(|| clumpiness(&self.times, self.periods))
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a whole number from 1 to 100,000"
)]
fn to_period(number: f64) -> u32 {
    number as u32
}

fn count(times: &[u32]) -> u32 {
    u32::try_from(times.len()).unwrap_or(u32::MAX)
}

/// Hp of ascending times, of which there is at least one.
fn clumpiness(times: &[u32], periods: u32) -> f64 {
    let end = periods + 1;
    let ends = times.iter().copied().chain([end]);
    let starts = [0].into_iter().chain(times.iter().copied());
    let mut gaps: Vec<u32> = ends.zip(starts).map(|(end, start)| end - start).collect();
    // In ascending order, so that the same gaps give the same last digit.
    gaps.sort_unstable();
    let share = |gap: u32| f64::from(gap) / f64::from(end);
    let entropy: f64 = gaps.iter().map(|&gap| -share(gap) * share(gap).ln()).sum();
    (1.0 - entropy / f64::from(count(times) + 1).ln()).max(0.0)
}

/// What chance alone does: the clumpiness of random placements, ascending.
#[derive(Debug, Clone, PartialEq)]
pub struct Chance {
    ascending: Vec<f64>,
}

/// How many placements are drawn.
const PLACEMENTS: usize = 999;
/// Where the random numbers start. Part of the result: another seed gives other p-values.
const SEED: u64 = 2015;

impl Chance {
    /// Draws placements of `events` among `periods`. `None` without events.
    #[must_use]
    pub fn new((events, periods): (u32, u32)) -> Option<Self> {
        if events == 0 {
            return None;
        }
        let mut random = ChaCha8Rng::seed_from_u64(SEED);
        let mut ascending: Vec<f64> = (0..PLACEMENTS)
            .map(|_| clumpiness(&placement(&mut random, events, periods), periods))
            .collect();
        ascending.sort_by(f64::total_cmp);
        Some(Self { ascending })
    }

    /// The share of placements that clump as much as `observed`, itself included.
    #[must_use]
    pub fn p_value(&self, observed: f64) -> f64 {
        // The same gaps in another order may differ by rounding.
        let below = self.ascending.partition_point(|&drawn| drawn < observed - 1e-12);
        (self.ascending.len() - below + 1) as f64 / (self.ascending.len() + 1) as f64
    }
}

/// `events` different periods out of 1 to `periods`, each set equally likely (Floyd's method:
/// Bentley and Floyd 1987, "A Sample of Brilliance", Comm. ACM 30(9), 754–757).
fn placement(random: &mut ChaCha8Rng, events: u32, periods: u32) -> Vec<u32> {
    let mut chosen = BTreeSet::new();
    for last in periods - events + 1..=periods {
        let drawn = 1 + below(random, last);
        if !chosen.insert(drawn) {
            chosen.insert(last);
        }
    }
    chosen.into_iter().collect()
}

/// A whole number below `limit`, each equally likely.
fn below(random: &mut ChaCha8Rng, limit: u32) -> u32 {
    // What does not divide evenly is drawn again.
    let uneven = u32::MAX - u32::MAX % limit;
    loop {
        let drawn = random.next_u32();
        if drawn < uneven {
            return drawn % limit;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn of(times: &[f64], periods: f64) -> f64 {
        Events::new(times, periods).expect("in domain").clumpiness().expect("events")
    }

    fn p_value(times: &[f64], periods: f64) -> f64 {
        let events = Events::new(times, periods).expect("in domain");
        let chance = Chance::new(events.size()).expect("events");
        chance.p_value(events.clumpiness().expect("events"))
    }

    #[test]
    fn the_reference_cases_hold() {
        assert!(of(&[10.0, 20.0, 30.0], 39.0).abs() < 1e-15);
        assert!((of(&[1.0, 2.0, 3.0], 39.0) - 0.748_408_134_159_708_1).abs() < 1e-14);
        assert!((of(&[1.0, 2.0, 39.0], 39.0) - 0.748_408_134_159_708_1).abs() < 1e-14);
    }

    #[test]
    fn every_period_is_no_clump_and_nothing_is_unknown() {
        assert!(of(&[1.0, 2.0, 3.0, 4.0], 4.0).abs() < 1e-15);
        assert!((p_value(&[1.0, 2.0, 3.0, 4.0], 4.0) - 1.0).abs() < f64::EPSILON);
        assert_eq!(Events::new(&[], 10.0).expect("in domain").clumpiness(), None);
        assert_eq!(Chance::new((0, 10)), None);
    }

    #[test]
    fn one_event_among_few_periods_has_the_p_value_that_can_be_counted() {
        // Of 39 places, 1 and 39 clump most, 20 least.
        let chance = Chance::new((1, 39)).expect("events");
        let far = p_value(&[39.0], 39.0);
        assert!((far - 2.0 / 39.0).abs() < 0.02, "{far}");
        assert!((chance.p_value(of(&[20.0], 39.0)) - 1.0).abs() < f64::EPSILON);
        // 3 of 10 without order: 120 placements, of which 4 have gaps {1, 1, 1, 8}.
        let clump = p_value(&[1.0, 2.0, 3.0], 10.0);
        assert!((clump - 4.0 / 120.0).abs() < 0.017, "{clump}");
    }

    #[test]
    fn the_drawn_placements_are_even() {
        let mut random = ChaCha8Rng::seed_from_u64(1);
        let mut counts = [0_u32; 6];
        for _ in 0..20_000 {
            for period in placement(&mut random, 2, 6) {
                counts[usize::try_from(period).expect("small") - 1] += 1;
            }
        }
        for count in counts {
            assert!((f64::from(count) / 20_000.0 - 1.0 / 3.0).abs() < 0.015, "{counts:?}");
        }
    }

    #[test]
    fn events_that_cannot_be_name_the_rule() {
        for (times, periods, want) in [
            (vec![0.0], 9.0, "`times` must be between 1 and `periods`, got 0"),
            (vec![10.0], 9.0, "`times` must be between 1 and `periods`, got 10"),
            (vec![1.5], 9.0, "`times` must be a whole number >= 0, got 1.5"),
            (vec![2.0, 2.0], 9.0, "`times` must be different from each other, got 2"),
            (vec![], 0.0, "`periods` must be between 1 and 100000, got 0"),
        ] {
            assert_eq!(Events::new(&times, periods).expect_err("no").to_string(), want);
        }
    }

    proptest! {
        #[test]
        fn order_and_direction_do_not_matter_and_it_stays_a_share(
            times in prop::collection::btree_set(1_u32..200, 1..20),
        ) {
            let times: Vec<f64> = times.into_iter().map(f64::from).collect();
            let turned: Vec<f64> = times.iter().map(|time| 200.0 - time).collect();
            let got = of(&times, 199.0);
            prop_assert!((0.0..=1.0).contains(&got));
            prop_assert_eq!(got.to_bits(), of(&turned, 199.0).to_bits());
        }
    }
}
