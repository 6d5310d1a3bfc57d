//! The chi-square distribution: how often chance alone goes so far.
//!
//! A small tail is computed directly and not as one minus the other, so that a
//! p-value of 1e-80 has as many digits as one of a half.
//!
//! ```text
//! P(a, x) = γ(a, x)/Γ(a)    lower tail of a chi-square with 2a degrees of freedom, at 2x
//! Q(a, x) = Γ(a, x)/Γ(a)    upper tail
//! ```
//!
//! Sources: DLMF 8.7.1 (series), 8.9.2 (continued fraction, by Lentz's method:
//! Thompson and Barnett 1986, "Coulomb and Bessel Functions of Complex Arguments
//! and Order", J. Comput. Phys. 64, 490–509), 8.2 (definitions); Wilson and Hilferty (1931), "The
//! Distribution of Chi-Square", PNAS 17(12), 684–688 (where the search for a point starts).

use crate::kernel::maths::gamma::{ln_gamma, stirling};
use crate::kernel::maths::normal::quantile;

/// P(X > `statistic`) at `freedom` degrees of freedom, which may be fractional.
///
/// A `statistic` of zero or less gives 1; `freedom` is above zero.
pub(in crate::kernel) fn upper_tail(statistic: f64, freedom: f64) -> f64 {
    upper(freedom / 2.0, statistic / 2.0)
}

/// Newton steps to the last digit, with room for halvings.
const MOST_STEPS: u32 = 200;

/// The statistic that is exceeded with probability `tail`, which is above 0 and below 1.
pub(in crate::kernel) fn point(tail: f64, freedom: f64) -> f64 {
    let a = freedom / 2.0;
    let (mut low, mut high) = (0.0, f64::INFINITY);
    let mut x = start(tail, a);
    for _ in 0..MOST_STEPS {
        let excess = upper(a, x) - tail;
        if excess > 0.0 {
            low = x;
        } else {
            high = x;
        }
        let next = x + excess * x / (a * density(a, x));
        let next = match next > low && next < high {
            true => next,
            false if high.is_infinite() => 2.0 * x,
            false => f64::midpoint(low, high),
        };
        if (next - x).abs() <= 2.0 * f64::EPSILON * x {
            return 2.0 * next;
        }
        x = next;
    }
    2.0 * x
}

/// Near the point: Wilson and Hilferty's where it is above 0, or by the first term of the series.
fn start(tail: f64, a: f64) -> f64 {
    let spread = 1.0 / (9.0 * a);
    let root = 1.0 - spread + quantile(1.0 - tail) * spread.sqrt();
    match root > 0.3 {
        true => a * root.powi(3),
        false => (((-tail).ln_1p() + ln_gamma(a + 1.0)) / a).exp(),
    }
}

/// Q(a, x) for a > 0.
fn upper(a: f64, x: f64) -> f64 {
    if x <= 0.0 {
        return 1.0;
    }
    if x < a + 1.0 { (1.0 - series(a, x)).max(0.0) } else { fraction(a, x).min(1.0) }
}

/// More terms than any tail needs that is not zero or one.
const MOST_TERMS: u32 = 1_000_000;

/// P(a, x) where x is small: Σ xᵏ/((a+1)…(a+k)), all terms positive.
fn series(a: f64, x: f64) -> f64 {
    let (mut term, mut sum, mut below) = (1.0, 1.0, a);
    for _ in 0..MOST_TERMS {
        below += 1.0;
        term *= x / below;
        sum += term;
        if term <= sum * f64::EPSILON * 0.25 {
            break;
        }
    }
    sum * density(a, x)
}

/// Q(a, x) where x is large, by its continued fraction.
fn fraction(a: f64, x: f64) -> f64 {
    if x.is_infinite() {
        return 0.0;
    }
    let mut b = x + 1.0 - a;
    let (mut c, mut d) = (f64::MAX, 1.0 / b);
    let mut product = d;
    for k in 1..MOST_TERMS {
        let k = f64::from(k);
        let numerator = k * (a - k);
        b += 2.0;
        d = 1.0 / away(numerator * d + b);
        c = away(b + numerator / c);
        product *= c * d;
        if (c * d - 1.0).abs() <= f64::EPSILON {
            break;
        }
    }
    product * density(a, x) * a
}

fn away(value: f64) -> f64 {
    if value.abs() < 1e-300 { 1e-300 } else { value }
}

/// xᵃ e⁻ˣ/Γ(a+1), also where both factors are out of range.
fn density(a: f64, x: f64) -> f64 {
    if a < 10.0 {
        return (a * x.ln() - x - ln_gamma(a + 1.0)).exp();
    }
    // Around the mode, where the large terms of the logarithm cancel.
    let away = (x - a) / a;
    (a * log_less(away) - stirling(a)).exp() / (2.0 * std::f64::consts::PI * a).sqrt()
}

/// ln(1+u) − u without cancellation, for u > −1.
fn log_less(u: f64) -> f64 {
    if u.abs() > 0.5 {
        return u.ln_1p() - u;
    }
    // ln(1+u) = 2 artanh(r), and u − 2r = r·u.
    let r = u / (2.0 + u);
    let (mut power, mut sum, mut odd) = (2.0 * r * r * r, 0.0, 3.0);
    while f64::abs(power) > f64::MIN_POSITIVE && odd < 60.0 {
        sum += power / odd;
        power *= r * r;
        odd += 2.0;
    }
    sum - r * u
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn close(got: f64, want: f64, tolerance: f64) {
        assert!((got / want - 1.0).abs() < tolerance, "got {got:e}, want {want:e}");
    }

    #[test]
    fn the_tail_matches_fifty_digit_arithmetic() {
        for (statistic, freedom, upper) in TAILS {
            close(upper_tail(statistic, freedom), upper, 2e-13);
        }
    }

    #[test]
    fn points_are_those_of_another_library() {
        // scipy 1.17, chi2.isf.
        for (tail, freedom, want) in POINTS {
            close(point(tail, freedom), want, 1e-12);
        }
    }

    #[test]
    fn two_degrees_of_freedom_are_the_exponential_distribution() {
        for statistic in [1e-9, 0.1, 1.0, 3.0, 20.0, 700.0_f64] {
            close(upper_tail(statistic, 2.0), (-statistic / 2.0).exp(), 1e-13);
        }
    }

    #[test]
    fn the_ends_are_zero_and_one() {
        assert_eq!(upper_tail(0.0, 3.0).to_bits(), 1.0_f64.to_bits());
        assert_eq!(upper_tail(1e9, 3.0).to_bits(), 0);
        assert_eq!(upper_tail(f64::INFINITY, 1.0).to_bits(), 0);
    }

    proptest! {
        #[test]
        fn a_point_leaves_its_tail(tail in 0.0005..0.9995_f64, freedom in 0.05..1e5_f64) {
            let left = upper_tail(point(tail, freedom), freedom);
            prop_assert!((left / tail - 1.0).abs() < 1e-10, "{left}, not {tail}");
        }

        #[test]
        fn the_tail_is_a_share_and_falls(
            statistic in 0.0..1e4_f64, more in 0.0..100.0_f64, freedom in 0.01..5e3_f64,
        ) {
            let upper = upper_tail(statistic, freedom);
            prop_assert!((0.0..=1.0).contains(&upper));
            prop_assert!(upper_tail(statistic + more, freedom) <= upper * (1.0 + 1e-12));
        }

        #[test]
        fn two_more_degrees_of_freedom_add_one_term(
            statistic in 0.01..200.0_f64, freedom in 0.1..300.0_f64,
        ) {
            // Q(a+1, x) − Q(a, x) = xᵃ e⁻ˣ/Γ(a+1).
            let step = density(freedom / 2.0, statistic / 2.0);
            let sum = upper_tail(statistic, freedom) + step;
            prop_assert!((upper_tail(statistic, freedom + 2.0) / sum - 1.0).abs() < 1e-11);
        }
    }

    const POINTS: [(f64, f64, f64); 11] = [
        (0.025, 2.0, 7.377_758_908_227_872_5),
        (0.975, 2.0, 0.050_635_615_968_579_795),
        (0.025, 1.0, 5.023_886_187_314_89),
        (0.975, 1.0, 0.000_982_069_117_175_258_3),
        (0.9995, 2.0, 0.001_000_250_083_364_485_7),
        (0.0005, 0.3, 8.733_355_328_577_79),
        (0.5, 7.5, 6.844_905_469_601_071),
        (0.025, 88.0, 115.841_435_620_767_24),
        (0.975, 88.0, 63.940_934_716_288_67),
        (0.1, 10_000.0, 10_181.661_613_830_378),
        (0.9995, 2_000_000.0, 1_993_425.497_547_074),
    ];

    const TAILS: [(f64, f64, f64); 20] = [
        (0.000_001, 1.0, 0.999_202_115_572_177_9),
        (0.003_9, 1.0, 0.950_204_494_328_728_9),
        (3.841_458_820_694_124, 1.0, 0.050_000_000_000_000_06),
        (16.792_940_989_216_5, 1.0, 4.168_809_109_334_615e-5),
        (400.0, 1.0, 5.507_248_237_212_467_5e-89),
        (1_400.0, 2.0, 9.859_676_543_759_77e-305),
        (5.0, 5.0, 0.415_880_186_995_507_94),
        (0.01, 5.0, 0.999_999_469_972_995_7),
        (60.0, 20.0, 7.121_750_862_815_577e-6),
        (2.0, 20.0, 0.999_999_888_574_521_7),
        (300.0, 249.5, 0.015_645_535_618_135_7),
        (180.0, 249.5, 0.999_696_022_044_851_4),
        (1_000.0, 1_000.0, 0.494_052_853_829_239_64),
        (800.0, 1_000.0, 0.999_999_189_061_892_1),
        (1_300.0, 1_000.0, 3.889_736_499_486_852_6e-10),
        (20_000.0, 20_000.0, 0.498_670_191_660_044_8),
        (20_500.0, 20_000.0, 0.006_517_863_488_342_559),
        (1_000_000.0, 1_000_000.0, 0.499_811_936_803_394_5),
        (1_004_000.0, 1_000_000.0, 0.002_363_028_238_683_892),
        (0.5, 0.3, 0.156_049_167_096_862_03),
    ];
}
