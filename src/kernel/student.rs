//! Student's t distribution: the point that 97.5 % stay below.
//!
//! Sources: the tail as an incomplete beta function, DLMF 8.17; its continued
//! fraction by Lentz's method, Thompson and Barnett (1986), "Coulomb and Bessel
//! Functions of Complex Arguments and Order", J. Comput. Phys. 64, 490–509; the
//! expansion for many degrees of freedom, Abramowitz and Stegun 26.7.5.

use super::gamma::ln_gamma;
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

/// P(T > t) = ½ I(v/(v+t²); v/2, ½).
fn upper_tail(t: f64, v: f64) -> f64 {
    // t² may overflow; the share that it leaves does not.
    let share = 1.0 / (1.0 + (t / v.sqrt()).powi(2));
    0.5 * incomplete_beta(share, v / 2.0, 0.5)
}

/// The regularised incomplete beta function I(x; a, b).
fn incomplete_beta(x: f64, a: f64, b: f64) -> f64 {
    if x > (a + 1.0) / (a + b + 2.0) {
        return 1.0 - incomplete_beta(1.0 - x, b, a);
    }
    if x <= 0.0 {
        return 0.0;
    }
    let front = ln_gamma(a + b) - ln_gamma(a) - ln_gamma(b) + a * x.ln() + b * (-x).ln_1p();
    front.exp() * fraction(x, a, b) / a
}

/// The continued fraction of the incomplete beta function.
fn fraction(x: f64, a: f64, b: f64) -> f64 {
    let away = |value: f64| if value.abs() < 1e-300 { 1e-300 } else { value };
    let (mut c, mut d) = (1.0, 1.0 / away(1.0 - (a + b) * x / (a + 1.0)));
    let mut result = d;
    let mut m = 1.0;
    while m < 10_000.0 {
        let even = m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m));
        let odd = -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0));
        let before = result;
        for term in [even, odd] {
            d = 1.0 / away(1.0 + term * d);
            c = away(1.0 + term / c);
            result *= d * c;
        }
        if (result - before).abs() <= f64::EPSILON * result.abs() {
            break;
        }
        m += 1.0;
    }
    result
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
}
