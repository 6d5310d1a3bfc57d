//! Student's t distribution: its tails, and the point that 97.5 % stay below.
//!
//! Sources: the tail as an incomplete beta function, DLMF 8.17; the expansion for
//! many degrees of freedom, Abramowitz and Stegun 26.7.5.

use super::incomplete_beta::incomplete_beta;
use super::proportion::Z;

/// From here on the expansion around the normal distribution is exact to 1e-13.
const MANY: f64 = 3000.0;

/// The 97.5 % point at `freedom` degrees of freedom, which may be fractional.
pub(super) fn quantile_975(freedom: f64) -> f64 {
    if freedom > MANY { near_normal(freedom) } else { bisect(freedom) }
}

fn near_normal(v: f64) -> f64 {
    let z = Z;
    let first = (z.powi(3) + z) / 4.0;
    let second = (5.0 * z.powi(5) + 16.0 * z.powi(3) + 3.0 * z) / 96.0;
    let third = (3.0 * z.powi(7) + 19.0 * z.powi(5) + 17.0 * z.powi(3) - 15.0 * z) / 384.0;
    z + first / v + second / (v * v) + third / (v * v * v)
}

/// Halves an interval of ln t until it has no inner point.
fn bisect(freedom: f64) -> f64 {
    let (mut low, mut high) = (0.0, 600.0);
    loop {
        let middle: f64 = f64::midpoint(low, high);
        if middle <= low || middle >= high {
            return middle.exp();
        }
        if upper_tail(middle.exp(), freedom) > 0.025 { low = middle } else { high = middle }
    }
}

/// P(|T| > |t|): the p-value of a two-sided test with `freedom` > 0, which may
/// be fractional.
pub(super) fn two_sided(t: f64, freedom: f64) -> f64 {
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
            let got = quantile_975(freedom);
            assert!((got / want - 1.0).abs() < 1e-11, "{freedom}: got {got}, want {want}");
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
            assert!((two_sided(t, 1e15) / super::super::normal::two_sided(t) - 1.0).abs() < 1e-12);
        }
    }

    #[test]
    fn the_two_ways_meet() {
        let (below, above) = (bisect(MANY), near_normal(MANY));
        assert!((below / above - 1.0).abs() < 1e-11, "{below} {above}");
    }

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
