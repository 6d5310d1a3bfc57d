//! Whether a net promoter score has moved.
//!
//! ```text
//! test    z = (s̃₁ − s̃₀) / se,  se² = Var₁ + Var₀
//! limits  d − √((s₁ − l₁)² + (u₀ − s₀)²)  to  d + √((u₁ − s₁)² + (s₀ − l₀)²),  d = s₁ − s₀
//! ```
//!
//! with s a score from −100 to 100, l and u its limits, and s̃ and Var the score and its
//! variance with three pseudo-answers added, as for the limits of one
//! score ([`net_promoter_limits`]). Few equal answers are not certain. If one sample is too small
//! for limits, there are none for the difference and no test.
//!
//! Over all pairs of scores on a grid of tenths, of 5 to 30 answers each, the limits contain the
//! true value 95 % of the time, at worst 82 %, and the test rejects at most 7 % of equal scores at
//! 5 %.
//!
//! Sources: Rocks (2016), "Interval Estimation for the 'Net Promoter Score'", The
//! American Statistician 70(4), 365–372; Newcombe (1998), "Interval Estimation for the
//! Difference Between Independent Proportions", Statistics in Medicine 17(8), 873–890 (limits from those
//! of two samples).

use super::OutOfDomain;
use super::difference::difference;
use super::domain::{ensure, ensure_not_negative};
use super::level::Level;
use super::proportion::{Interval, imagined_net_promoters, net_promoter_limits};
use crate::kernel::maths::normal::two_sided;

/// Who recommends, in one sample.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sample {
    promoters: f64,
    detractors: f64,
    n: f64,
}

/// A difference of two scores.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Difference {
    /// The score now minus that before, −200 to 200.
    pub value: f64,
    /// The test; `None` where a sample is too small.
    pub test: Option<Test>,
}

/// A difference against its standard error.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Test {
    /// Lower limit of the difference.
    pub lower: f64,
    /// Upper limit of the difference.
    pub upper: f64,
    /// Of the difference, three more answers imagined in each sample.
    pub standard_error: f64,
    /// The difference with those answers, by its standard error.
    pub z: f64,
    /// How often scores that do not differ would be that far apart.
    pub p_value: f64,
}

impl Sample {
    /// `promoters` and `detractors` of `n` people. `None` without people.
    ///
    /// # Errors
    /// A number is negative or not finite, or there are more of them than people.
    pub fn new(promoters: f64, detractors: f64, n: f64) -> Result<Option<Self>, OutOfDomain> {
        ensure_not_negative("n", n)?;
        ensure_not_negative("promoters", promoters)?;
        ensure_not_negative("detractors", detractors)?;
        let both = promoters + detractors;
        // Sums of weights may be a rounding above what they are parts of.
        ensure(both <= n * (1.0 + 1e-9), "promoters", "at most `n` with the detractors", both)?;
        let sample = Self { promoters: promoters / n, detractors: detractors / n, n };
        Ok((n > 0.0).then_some(sample))
    }

    /// The sample that says of how many, or of what weight, are those who recommend, those in between and
    /// those who advise against; `n_effective` are the people behind weights, if they are not those. `None`
    /// without anybody.
    ///
    /// # Errors
    /// As [`Sample::new`].
    pub fn of_weights(
        [promoters, passives, detractors]: [f64; 3],
        n_effective: Option<f64>,
    ) -> Result<Option<Self>, OutOfDomain> {
        let all = promoters + passives + detractors;
        if all <= 0.0 {
            return Ok(None);
        }
        let n = n_effective.unwrap_or(all);
        Self::new(promoters / all * n, detractors / all * n, n)
    }

    fn score(&self) -> f64 {
        100.0 * self.promoters - 100.0 * self.detractors
    }

    fn interval(&self, level: Level) -> Option<Interval> {
        let (lower, upper) = net_promoter_limits(self.promoters, self.detractors, self.n, level)?;
        Some(Interval { value: self.score(), lower, upper })
    }

    /// The score with more answers imagined, and its variance.
    fn imagined(&self) -> (f64, f64) {
        let (score, variance) = imagined_net_promoters(self.promoters, self.detractors, self.n);
        (100.0 * score, 1e4 * variance)
    }
}

/// The score of one sample minus that of another.
#[must_use]
pub fn nps_difference(now: &Sample, before: &Sample, level: Level) -> Difference {
    let value = now.score() - before.score();
    Difference { value, test: test(now, before, level) }
}

fn test(now: &Sample, before: &Sample, level: Level) -> Option<Test> {
    let Interval { lower, upper, .. } = difference(now.interval(level)?, before.interval(level)?);
    let (score_now, variance_now) = now.imagined();
    let (score_before, variance_before) = before.imagined();
    let standard_error = (variance_now + variance_before).sqrt();
    let z = (score_now - score_before) / standard_error;
    Some(Test { lower, upper, standard_error, z, p_value: two_sided(z) })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample(promoters: f64, detractors: f64, n: f64) -> Sample {
        Sample::new(promoters, detractors, n).expect("in domain").expect("people")
    }

    #[test]
    fn differences_match_the_reference_values() {
        for (now, before, value, lower, upper, standard_error, z, p_value) in [
            (
                [50.0, 20.0, 100.0],
                [40.0, 30.0, 100.0],
                20.0,
                -2.372_396_453_796_5,
                41.597_517_756_334_5,
                11.208_916_023_086_053,
                1.732_324_132_696_044,
                0.083_215_867_531_571,
            ),
            // All of few: the limits are wide, and end where scores do.
            (
                [7.0, 0.0, 7.0],
                [0.0, 9.0, 9.0],
                200.0,
                112.130_742_959_663,
                200.0,
                24.908_164_658_735_227,
                5.821_384_352_746_717,
                5.836_218_232_366_643e-9,
            ),
        ] {
            let [now, before] = [now, before].map(|[p, d, n]| sample(p, d, n));
            let got = nps_difference(&now, &before, Level::USUAL);
            let test = got.test.expect("enough");
            for (got, want) in [
                (got.value, value),
                (test.lower, lower),
                (test.upper, upper),
                (test.standard_error, standard_error),
                (test.z, z),
                (test.p_value, p_value),
            ] {
                assert!((got - want).abs() < 1e-10, "{got}, want {want}");
            }
            let back = nps_difference(&before, &now, Level::USUAL).test.expect("enough");
            assert!((back.lower + test.upper).abs() < 1e-12 && (back.z + test.z).abs() < 1e-12);
        }
    }

    #[test]
    fn limits_of_other_levels_are_those_of_another_library() {
        // The adjusted Wald limits and Newcombe's rule in numpy, with quantiles of SciPy 1.17.
        let (now, before) = (sample(50.0, 20.0, 100.0), sample(40.0, 30.0, 100.0));
        for (level, lower, upper) in [
            (0.9, 1.156_723_757_111_080_9, 38.068_632_527_359_334),
            (0.99, -9.271_899_147_582_584, 48.496_784_657_424_64),
        ] {
            let test = nps_difference(&now, &before, Level::of(level)).test.expect("enough");
            assert!((test.lower - lower).abs() < 1e-10, "{level}: {test:?}");
            assert!((test.upper - upper).abs() < 1e-10, "{level}: {test:?}");
        }
    }

    #[test]
    fn few_who_agree_are_not_certain() {
        let many = sample(50.0, 20.0, 100.0);
        let got = nps_difference(&sample(1.0, 0.0, 1.0), &many, Level::USUAL);
        assert_eq!((got.value, got.test), (70.0, None));
        assert_eq!(nps_difference(&many, &sample(0.0, 4.0, 4.0), Level::USUAL).test, None);
        assert!(nps_difference(&many, &sample(0.0, 5.0, 5.0), Level::USUAL).test.is_some());
        // Nobody moved.
        let same = nps_difference(&sample(10.0, 0.0, 10.0), &sample(10.0, 0.0, 10.0), Level::USUAL);
        let test = same.test.expect("enough");
        assert_eq!((same.value, test.z, test.p_value), (0.0, 0.0, 1.0));
        assert!(test.lower < -30.0 && test.upper > 30.0, "{test:?}");
        assert_eq!(Sample::new(0.0, 0.0, 0.0), Ok(None));
    }

    #[test]
    fn limits_hold_the_difference_as_often_as_they_say() {
        let ways = |all: [u64; 3]| {
            let factorial = |k: u64| (1..=k).map(|i| i as f64).product::<f64>();
            factorial(all.iter().sum()) / all.map(factorial).iter().product::<f64>()
        };
        let samples = |n: u64| -> Vec<[u64; 3]> {
            (0..=n).flat_map(|p| (0..=n - p).map(move |d| [p, d, n - p - d])).collect()
        };
        let chance = |[p, d, rest]: [u64; 3], [x, y, z]: [f64; 3]| {
            let power = |base: f64, times: u64| (0..times).map(|_| base).product::<f64>();
            ways([p, d, rest]) * power(x, p) * power(y, d) * power(z, rest)
        };
        let tenths =
            [[9.0, 1.0, 0.0], [5.0, 2.0, 3.0], [1.0, 0.0, 9.0], [1.0, 9.0, 0.0], [0.0, 8.0, 2.0]];
        let populations = tenths.map(|shares| shares.map(|share: f64| share / 10.0));
        let size = |[p, d, rest]: [u64; 3]| sample(p as f64, d as f64, (p + d + rest) as f64);
        for (now, before) in populations.iter().flat_map(|now| populations.map(|then| (*now, then)))
        {
            let truth = 100.0 * (now[0] - now[1] - before[0] + before[1]);
            let (mut held, mut rejected) = (0.0, 0.0);
            for (here, there) in samples(5)
                .into_iter()
                .flat_map(|here| samples(8).into_iter().map(move |there| (here, there)))
            {
                let test =
                    nps_difference(&size(here), &size(there), Level::USUAL).test.expect("enough");
                let chance = chance(here, now) * chance(there, before);
                let inside = (test.lower - 1e-9..=test.upper + 1e-9).contains(&truth);
                held += if inside { chance } else { 0.0 };
                rejected += if test.p_value < 0.05 { chance } else { 0.0 };
            }
            assert!(held > 0.82, "{now:?} {before:?}: {held}");
            assert!(truth.abs() > 1e-9 || rejected < 0.08, "{now:?} {before:?}: {rejected}");
        }
    }

    #[test]
    fn weights_count_as_many_people_as_they_are_worth() {
        assert_eq!(Sample::of_weights([5.0, 3.0, 2.0], None), Sample::new(5.0, 2.0, 10.0));
        assert_eq!(Sample::of_weights([5.0, 2.0, 1.0], Some(4.0)), Sample::new(2.5, 0.5, 4.0));
        assert_eq!(Sample::of_weights([0.0; 3], Some(4.0)), Ok(None));
        let error = Sample::of_weights([5.0, -1.0, 2.0], None).expect_err("negative").to_string();
        assert!(error.starts_with("`promoters` must be at most `n`"), "{error}");
    }

    #[test]
    fn parts_above_the_whole_are_refused() {
        let error = Sample::new(6.0, 5.0, 10.0).expect_err("too many").to_string();
        assert_eq!(error, "`promoters` must be at most `n` with the detractors, got 11");
        let error = Sample::new(-1.0, 5.0, 10.0).expect_err("negative").to_string();
        assert_eq!(error, "`promoters` must be finite and >= 0, got -1");
    }
}
