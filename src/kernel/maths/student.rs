//! Student's t distribution: its tails, the points of limits, and the tail of the
//! noncentral one, which a true difference gives.
//!
//! The noncentral variable is (Z + δ)/s, with s² a χ² variable by its degrees of
//! freedom v; given s, its tail is that of the normal distribution, and s has the
//! density 2 (v/2)^(v/2) / Γ(v/2) · s^(v−1) e^(−v s²/2).
//!
//! Limits take more than two degrees of freedom: only then has Student's t a variance. With fewer, so
//! three effective answers or less, they lie where nothing was measured, and with a fraction of one,
//! which weights can leave, anywhere.
//!
//! Sources: the tail as an incomplete beta function, DLMF 8.17; the expansion for
//! many degrees of freedom, Abramowitz and Stegun 26.7.5; the noncentral t:
//! Johnson, Kotz and Balakrishnan (1995), "Continuous Univariate Distributions",
//! vol. 2, 2nd ed., chapter 31.

use crate::kernel::level::Level;
use crate::kernel::maths::gamma::ln_gamma;
use crate::kernel::maths::incomplete_beta::incomplete_beta;
use crate::kernel::maths::normal;

/// From here on the expansion around the normal distribution is exact to 1e-13.
const MANY: f64 = 3000.0;

/// Steps of an integral over s.
const STEPS: u32 = 2000;

/// So many degrees of freedom are too few for limits; rounding may leave whole ones a trace above.
const TOO_FEW: f64 = 2.0 + 1e-9;

/// The point that limits of a level are at, at `freedom` degrees of freedom, which may be fractional.
/// `None` for so few that limits say nothing, which is so for every estimate whose limits are Student's.
pub(in crate::kernel) fn point(level: Level, freedom: f64) -> Option<f64> {
    (freedom > TOO_FEW).then(|| critical(level, freedom))
}

/// The point beyond which a test rejects, at any degrees of freedom above zero.
pub(in crate::kernel) fn critical(level: Level, freedom: f64) -> f64 {
    if freedom > MANY { near_normal(level.z, freedom) } else { bisect(level.tail, freedom) }
}

/// P(T > t) where the normal variable above the line has the mean `shift`.
pub(in crate::kernel) fn shifted_upper_tail(t: f64, shift: f64, freedom: f64) -> f64 {
    let half = freedom / 2.0;
    let constant = 2.0_f64.ln() + half * half.ln() - ln_gamma(half);
    let weighed = |s: f64| {
        let density = (constant + (freedom - 1.0) * s.ln() - half * s * s).exp();
        density * normal::upper_tail(t * s - shift)
    };
    // Twelve deviations of s, which is about 1/√(2v), to each side of 1.
    let reach = 12.0 / (2.0 * freedom).sqrt();
    let (first, last) = ((1.0 - reach).max(1e-12), 1.0 + reach);
    let step = (last - first) / f64::from(STEPS);
    // Simpson's rule.
    let inner: f64 = (1..STEPS)
        .map(|i| if i % 2 == 1 { 4.0 } else { 2.0 } * weighed(first + f64::from(i) * step))
        .sum();
    (weighed(first) + inner + weighed(last)) * step / 3.0
}

fn near_normal(z: f64, v: f64) -> f64 {
    let first = (z.powi(3) + z) / 4.0;
    let second = (5.0 * z.powi(5) + 16.0 * z.powi(3) + 3.0 * z) / 96.0;
    let third = (3.0 * z.powi(7) + 19.0 * z.powi(5) + 17.0 * z.powi(3) - 15.0 * z) / 384.0;
    z + first / v + second / (v * v) + third / (v * v * v)
}

/// Halves an interval of ln t until it has no inner point.
fn bisect(tail: f64, freedom: f64) -> f64 {
    let (mut low, mut high) = (-600.0, 600.0);
    loop {
        let middle: f64 = f64::midpoint(low, high);
        if middle <= low || middle >= high {
            return middle.exp();
        }
        if upper_tail(middle.exp(), freedom) > tail { low = middle } else { high = middle }
    }
}

/// P(|T| > |t|): the p-value of a two-sided test with `freedom` > 0, which may
/// be fractional.
pub(in crate::kernel) fn two_sided(t: f64, freedom: f64) -> f64 {
    // t² may overflow; the shares that it leaves do not.
    let ratio = (t / freedom.sqrt()).powi(2);
    let (near, far) = (1.0 / (1.0 + 1.0 / ratio), 1.0 / (1.0 + ratio));
    incomplete_beta(far, near, freedom / 2.0, 0.5).min(1.0)
}

/// P(T > t) for t ≥ 0.
fn upper_tail(t: f64, freedom: f64) -> f64 {
    0.5 * two_sided(t, freedom)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_quantile_matches_fifty_digit_arithmetic() {
        for (freedom, want) in QUANTILES {
            let got = critical(Level::USUAL, freedom);
            assert!((got / want - 1.0).abs() < 1e-11, "{freedom}: got {got}, want {want}");
            let told = point(Level::USUAL, freedom);
            assert_eq!(told, (freedom > 2.0).then_some(got), "{freedom}");
        }
    }

    #[test]
    fn points_of_all_levels_match_another_library() {
        for (freedom, points) in POINTS {
            for (level, want) in [0.5, 0.6, 0.9, 0.99, 0.999].into_iter().zip(points) {
                let level = Level::of(level);
                let got = critical(level, freedom);
                assert!((got / want - 1.0).abs() < 1e-11, "{freedom} {level:?}: {got} {want}");
            }
        }
    }

    #[test]
    fn p_values_match_forty_digit_arithmetic() {
        for (t, freedom, want) in TWO_SIDED {
            let got = two_sided(-t, freedom);
            assert!((got / want - 1.0).abs() < 1e-12, "{t} {freedom}: got {got:e}, want {want:e}");
        }
        assert!((two_sided(0.0, 3.0) - 1.0).abs() < 1e-15);
        assert!(two_sided(1e300, 3.0) >= 0.0);
    }

    #[test]
    fn with_many_degrees_of_freedom_it_is_the_normal_distribution() {
        for t in [0.3, 1.0, 2.5, 6.0] {
            assert!((two_sided(t, 1e15) / normal::two_sided(t) - 1.0).abs() < 1e-12);
        }
    }

    #[test]
    fn a_shifted_tail_is_the_power_that_r_gives() {
        for (freedom, shift, want) in SHIFTED {
            let got = shifted_upper_tail(critical(Level::USUAL, freedom), shift, freedom);
            assert!((got - want).abs() < 1e-8, "{freedom} {shift}: {got}");
        }
        assert!((shifted_upper_tail(2.0, 0.0, 7.0) - upper_tail(2.0, 7.0)).abs() < 1e-10);
    }

    #[test]
    fn the_two_ways_meet() {
        let (below, above) = (bisect(0.025, MANY), near_normal(Level::USUAL.z, MANY));
        assert!((below / above - 1.0).abs() < 1e-11, "{below} {above}");
    }

    /// Degrees of freedom, shift, and what 30-digit quadrature gives.
    const SHIFTED: [(f64, f64, f64); 6] = [
        (1.0, 3.0, 0.186_108_074_246_285),
        (3.0, 2.0, 0.288_548_666_670_809),
        (8.0, 3.2, 0.799_777_352_008_33),
        (8.0, 0.5, 0.064_680_445_433_122_9),
        (48.0, 2.8, 0.783_368_361_584_491),
        (2998.0, 2.8, 0.799_304_334_527_101),
    ];

    const QUANTILES: [(f64, f64); 8] = [
        (0.5, 164.557_673_480_488_53),
        (1.0, 12.706_204_736_174_705),
        (1.7, 5.118_838_988_253_06),
        (2.0, 4.302_652_729_749_464),
        (5.0, 2.570_581_835_636_315_5),
        (9.25, 2.252_871_560_216_631_6),
        (29.0, 2.045_229_642_132_704_3),
        (249.0, 1.969_536_867_640_350_9),
    ];

    /// `scipy.stats.t.ppf` of `SciPy` 1.17.
    const POINTS: [(f64, [f64; 5]); 4] = [
        (
            1.0,
            [
                1.0,
                1.376_381_920_471_173_8,
                6.313_751_514_675_037,
                63.656_741_162_871_526,
                636.619_248_768_789_7,
            ],
        ),
        (
            5.0,
            [
                0.726_686_843_800_422_6,
                0.919_543_780_240_827_1,
                2.015_048_373_333_023_3,
                4.032_142_983_555_228,
                6.868_826_625_881_276,
            ],
        ),
        (
            249.0,
            [
                0.675_476_312_752_674_2,
                0.843_067_153_917_895_9,
                1.650_996_151_677_464,
                2.595_717_758_273_491_6,
                3.330_026_913_264_230_6,
            ],
        ),
        (
            4000.0,
            [
                0.674_551_088_895_668_7,
                0.841_711_103_031_878_8,
                1.645_234_658_016_413_2,
                2.577_058_992_810_986_4,
                3.292_960_798_302_605,
            ],
        ),
    ];

    const TWO_SIDED: [(f64, f64, f64); 19] = [
        (0.1, 1.0, 0.936_548_965_138_892_9),
        (12.5, 1.0, 0.050_821_347_332_231_794),
        (100_000.0, 1.0, 6.366_197_723_463_607e-6),
        (2.0, 0.5, 0.445_514_890_183_131_23),
        (3.0, 1.7, 0.115_730_992_931_743_84),
        (40.0, 2.0, 0.000_624_414_672_184_740_6),
        (2.5, 5.0, 0.054_490_099_342_376_24),
        (60.0, 9.25, 2.648_281_813_716_681_5e-13),
        (1.2, 29.0, 0.239_851_127_264_625_37),
        (9.0, 29.0, 6.809_904_625_746_178e-10),
        (1.5, 249.0, 0.134_881_254_049_149_47),
        (20.0, 249.0, 1.022_775_030_086_159_8e-53),
        (0.001, 7.0, 0.999_230_017_244_998_8),
        (0.7, 10_000.0, 0.483_943_588_180_116_46),
        (5.0, 10_000.0, 5.830_326_613_662_647e-7),
        (30.0, 10_000.0, 2.044_327_047_425_570_7e-189),
        (2.0, 100_000_000.0, 0.045_500_266_595_906_75),
        (8.0, 100_000_000.0, 1.244_205_250_822_954e-15),
        (1.0, 1_000_000_000_000.0, 0.317_310_507_863_156_07),
    ];
}
