//! The standard normal distribution: its tails and its quantiles.
//!
//! Sources: the first guess of a quantile, Abramowitz and Stegun (1964), "Handbook
//! of Mathematical Functions", 26.2.23; its refinement, Halley's method.

use std::f64::consts::{FRAC_1_SQRT_2, PI};

/// What the nearest double leaves of 1/√2.
const FRAC_1_SQRT_2_REST: f64 = -4.833_646_656_726_457e-17;

/// P(Z > z); P(Z < z) is the same of −z.
///
/// Relative error 1e-15, also where hardly anything is left.
pub(in crate::kernel) fn upper_tail(z: f64) -> f64 {
    let x = z * FRAC_1_SQRT_2;
    // Far out, rounding x shows 2x² times as large in the tail.
    let lost = z.mul_add(FRAC_1_SQRT_2, -x) + z * FRAC_1_SQRT_2_REST;
    let correction = if x > 1.0 { -2.0 * x * lost } else { 0.0 };
    0.5 * libm::erfc(x) * (1.0 + correction)
}

/// P(|Z| > |z|): the p-value of a two-sided test.
pub(in crate::kernel) fn two_sided(z: f64) -> f64 {
    (2.0 * upper_tail(z.abs())).min(1.0)
}

/// The point that a share of `p` stays below, for 0 < p < 1.
pub(in crate::kernel) fn quantile(p: f64) -> f64 {
    if (0.2..0.8).contains(&p) {
        return central(p - 0.5);
    }
    if p < 0.5 { -upper_quantile(p) } else { upper_quantile(1.0 - p) }
}

/// The density.
fn density(z: f64) -> f64 {
    (-0.5 * z * z).exp() / (2.0 * PI).sqrt()
}

/// The point that `tail` < ½ lies above.
fn upper_quantile(tail: f64) -> f64 {
    (0..2).fold(guess(tail), |z, _| {
        let step = (upper_tail(z) - tail) / density(z);
        z + step / (1.0 - 0.5 * z * step)
    })
}

/// The point that a share of ½ + `offset` stays below: next to the middle the
/// offset, not the share, has all the digits.
fn central(offset: f64) -> f64 {
    (0..2).fold(guess(0.5 - offset.abs()).copysign(offset), |z, _| {
        let step = (0.5 * libm::erf(z * FRAC_1_SQRT_2) - offset) / density(z);
        z - step / (1.0 + 0.5 * z * step)
    })
}

/// The upper quantile to three digits, for 0 < tail <= ½.
fn guess(tail: f64) -> f64 {
    let t = (-2.0 * tail.ln()).sqrt();
    let above = 2.515_517 + t * (0.802_853 + t * 0.010_328);
    let below = 1.0 + t * (1.432_788 + t * (0.189_269 + t * 0.001_308));
    t - above / below
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn near(got: f64, want: f64, tolerance: f64) {
        assert!((got / want - 1.0).abs() < tolerance, "got {got:e}, want {want:e}");
    }

    #[test]
    fn tails_match_fifty_digit_arithmetic() {
        for (z, want) in TAILS {
            near(upper_tail(z), want, 2e-15);
            near(upper_tail(-z), 1.0 - want, 2e-15);
            near(two_sided(z), 2.0 * want.min(0.5), 2e-15);
        }
    }

    #[test]
    fn quantiles_match_fifty_digit_arithmetic() {
        for (p, want) in QUANTILES {
            near(quantile(p), want, 1e-15);
        }
        assert!(quantile(0.5).abs() < 1e-20);
        near(quantile(0.975), crate::kernel::level::Z, 1e-15);
    }

    proptest! {
        #[test]
        fn a_quantile_is_where_its_tail_begins(exponent in -280.0..-0.31_f64) {
            let p = 10.0_f64.powf(exponent);
            let back = upper_tail(-quantile(p));
            // The tail at z changes z² times as fast as z.
            prop_assert!((back / p - 1.0).abs() < 1e-15 * (4.0 - exponent * 10.0), "{p:e} {back:e}");
        }
    }

    const TAILS: [(f64, f64); 12] = [
        (0.1, 0.460_172_162_722_971),
        (0.5, 0.308_537_538_725_986_9),
        (1.0, 0.158_655_253_931_457_05),
        (1.7, 0.044_565_462_758_543_04),
        (2.5, 0.006_209_665_325_776_135),
        (3.3, 0.000_483_424_142_383_777_5),
        (5.0, 2.866_515_718_791_939e-7),
        (8.0, 6.220_960_574_271_784e-16),
        (12.5, 3.732_564_298_877_713e-36),
        (20.0, 2.753_624_118_606_233_7e-89),
        (30.0, 4.906_713_927_148_187e-198),
        (37.0, 5.725_571_222_524_577e-300),
    ];

    const QUANTILES: [(f64, f64); 19] = [
        (1.0e-300, -37.047_096_299_361_2),
        (1.0e-100, -21.273_453_560_965_326),
        (1.0e-20, -9.262_340_089_798_407),
        (1.0e-9, -5.997_807_015_007_686_5),
        (0.001, -3.090_232_306_167_813_6),
        (0.025, -1.959_963_984_540_054_3),
        (0.1, -1.281_551_565_544_600_4),
        (0.199_99, -0.841_656_953_253_292_6),
        (0.2, -0.841_621_233_572_914_2),
        (0.3, -0.524_400_512_708_040_8),
        (0.45, -0.125_661_346_855_074_02),
        (0.49, -0.025_068_908_258_711_057),
        (0.500_000_1, 2.506_628_273_311_648e-7),
        (0.51, 0.025_068_908_258_711_057),
        (0.7, 0.524_400_512_708_040_7),
        (0.8, 0.841_621_233_572_914_4),
        (0.9, 1.281_551_565_544_600_6),
        (0.99, 2.326_347_874_040_840_8),
        (0.999_999_9, 5.199_337_582_290_661),
    ];
}
