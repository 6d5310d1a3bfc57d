//! The gamma function's logarithm, its derivatives, and their differences.
//!
//! ```text
//! symbol  function   meaning             domain
//! lnΓ(z)  ln_gamma   logarithm of gamma  z > 0
//! ψ(z)    digamma    first derivative    z > 0
//! ψ′(z)   trigamma   second derivative   z > 0
//! ```
//!
//! Source of the asymptotic series: Abramowitz and Stegun (1964), "Handbook of
//! Mathematical Functions", 6.3.18 and 6.4.12; ten or above they are exact to
//! rounding with the terms kept here.

/// lnΓ(z) for z > 0.
pub(in crate::kernel) fn ln_gamma(z: f64) -> f64 {
    libm::lgamma(z)
}

/// ψ(z) for z > 0.
pub(in crate::kernel) fn digamma(z: f64) -> f64 {
    let (z, below) = shift(z, |step| -1.0 / step);
    below + z.ln() - 0.5 / z - series(DIGAMMA, z) / (z * z)
}

/// ψ′(z) for z > 0.
pub(in crate::kernel) fn trigamma(z: f64) -> f64 {
    let (z, below) = shift(z, |step| 1.0 / (step * step));
    below + 1.0 / z + 0.5 / (z * z) + series(TRIGAMMA, z) / (z * z * z)
}

/// Coefficients of the series in 1/z² that follow the leading terms.
type Series = [f64; 7];
const STIRLING: Series = [
    1.0 / 12.0,
    -1.0 / 360.0,
    1.0 / 1260.0,
    -1.0 / 1680.0,
    1.0 / 1188.0,
    -691.0 / 360_360.0,
    1.0 / 156.0,
];
const DIGAMMA: Series = [
    1.0 / 12.0,
    -1.0 / 120.0,
    1.0 / 252.0,
    -1.0 / 240.0,
    1.0 / 132.0,
    -691.0 / 32_760.0,
    1.0 / 12.0,
];
const TRIGAMMA: Series =
    [1.0 / 6.0, -1.0 / 30.0, 1.0 / 42.0, -1.0 / 30.0, 5.0 / 66.0, -691.0 / 2730.0, 7.0 / 6.0];

fn series(coefficients: Series, z: f64) -> f64 {
    let s = 1.0 / (z * z);
    coefficients.into_iter().rev().fold(0.0, |sum, coefficient| sum * s + coefficient)
}

/// What zᵏ times a series, its leading power z⁻ᵏ, changes by from z to z + x.
///
/// Written as the change of 1/z times a divided difference, so that it has all its digits however
/// small x is: the two values are alike then, and of their rounding nothing must be left.
fn change(coefficients: Series, power: u8, z: f64, x: f64) -> f64 {
    let (here, there) = (1.0 / z, 1.0 / (z + x));
    let (mut value, mut divided) = (0.0, 0.0);
    for coefficient in coefficients.into_iter().rev() {
        divided = divided * there * there + value * (here + there);
        value = value * here * here + coefficient;
    }
    for _ in 0..power {
        divided = divided * there + value;
        value *= here;
    }
    -x * here * there * divided
}

/// Steps up by the recurrence to where the asymptotic series is exact.
fn shift(mut z: f64, term: impl Fn(f64) -> f64) -> (f64, f64) {
    let mut sum = 0.0;
    while z < 10.0 {
        sum += term(z);
        z += 1.0;
    }
    (z, sum)
}

/// What lnΓ(z) exceeds (z − ½) ln z − z + ½ ln 2π by, for z ≥ 10.
pub(in crate::kernel) fn stirling(z: f64) -> f64 {
    series(STIRLING, z) / z
}

/// lnΓ(z + x) − lnΓ(z) with its first and second derivative by z.
#[derive(Debug, Clone, Copy, Default)]
pub(in crate::kernel) struct Rising {
    /// The logarithm of the rising factorial.
    pub(in crate::kernel) value: f64,
    /// ψ(z + x) − ψ(z).
    pub(in crate::kernel) slope: f64,
    /// ψ′(z + x) − ψ′(z).
    pub(in crate::kernel) curvature: f64,
}

/// A gap in the counts that is summed term by term; wider ones use asymptotics.
const WIDEST_GAP: f64 = 512.0;
/// From here on a step of one is lost.
const LARGEST_STEP: f64 = 4_503_599_627_370_496.0;

/// [`Rising`] at each of the whole, ascending `counts`.
///
/// Summing term by term loses no digits, however large `z` is, and costs one
/// logarithm per step for all customers together.
pub(in crate::kernel) fn rising(z: f64, counts: impl IntoIterator<Item = f64>) -> Vec<Rising> {
    let (mut at, mut sum) = (0.0, Rising::default());
    counts
        .into_iter()
        .map(|count| {
            if count - at > WIDEST_GAP || count > LARGEST_STEP {
                sum = leap(sum, z + at, z + count);
                at = count;
            }
            while at < count {
                let term = z + at;
                sum.value += term.ln();
                sum.slope += 1.0 / term;
                sum.curvature -= 1.0 / (term * term);
                at += 1.0;
            }
            sum
        })
        .collect()
}

fn leap(sum: Rising, from: f64, to: f64) -> Rising {
    Rising {
        value: sum.value + ln_gamma(to) - ln_gamma(from),
        slope: sum.slope + digamma(to) - digamma(from),
        curvature: sum.curvature + trigamma(to) - trigamma(from),
    }
}

/// [`Rising`] at any x > 0, not only whole ones: the derivatives are by z.
///
/// A difference between neighbours keeps its digits: far up it is the terms of the asymptotic series
/// that are subtracted one by one, and below the recurrence leads there.
pub(in crate::kernel) fn rise(z: f64, x: f64) -> Rising {
    match () {
        () if z >= 10.0 => far_rise(z, x),
        () if x >= 1.0 => leap(Rising::default(), z, z + x),
        () => near_rise(z, x),
    }
}

fn far_rise(z: f64, x: f64) -> Rising {
    let top = z + x;
    let log = (x / z).ln_1p();
    Rising {
        value: x * top.ln() + (z - 0.5) * log - x + change(STIRLING, 1, z, x),
        slope: log + x / (2.0 * z * top) - change(DIGAMMA, 2, z, x),
        curvature: -x / (z * top) * (1.0 + 0.5 * (1.0 / z + 1.0 / top)) + change(TRIGAMMA, 3, z, x),
    }
}

/// Γ(z+x)/Γ(z) = Γ(z+1+x)/Γ(z+1) · z/(z+x).
fn near_rise(mut z: f64, x: f64) -> Rising {
    let mut below = Rising::default();
    while z < 10.0 {
        let (share, top) = (x / z, z + x);
        below.value -= share.ln_1p();
        below.slope += share / top;
        below.curvature -= share / top * (1.0 / z + 1.0 / top);
        z += 1.0;
    }
    let far = far_rise(z, x);
    Rising {
        value: below.value + far.value,
        slope: below.slope + far.slope,
        curvature: below.curvature + far.curvature,
    }
}

/// ln of B(a, b+x)/B(a, b), which is E[(1−p)ˣ] of p ~ Beta(a, b).
pub(in crate::kernel) fn ln_stays(a: f64, b: f64, x: f64) -> f64 {
    stays(a, b, x).value
}

/// [`ln_stays`] with its first and second derivative by b, written from the side on which less is
/// subtracted.
pub(in crate::kernel) fn stays(a: f64, b: f64, x: f64) -> Rising {
    let (less, more) = if x <= a { (x, a) } else { (a, x) };
    if b >= 10.0 {
        return far_stays(b, less, more);
    }
    let (low, high) = (rise(b, less), rise(b + more, less));
    Rising {
        value: low.value - high.value,
        slope: low.slope - high.slope,
        curvature: low.curvature - high.curvature,
    }
}

/// Where b may be far larger than both, its leading terms are written as what is left after subtracting:
/// with p = a/(b+a) and q = x/(b+x)
///
/// ```text
/// ln b − ln(b+a) − ln(b+x) + ln(b+a+x)      = ln(1 − pq)
/// 1/b − 1/(b+a) − 1/(b+x) + 1/(b+a+x)       = pq [1/b + 1/(b+a+x)]
/// ```
fn far_stays(b: f64, less: f64, more: f64) -> Rising {
    let second = |coefficients, power| {
        change(coefficients, power, b + more, less) - change(coefficients, power, b, less)
    };
    let [start, one, other, both] = [b, b + less, b + more, b + less + more];
    let (p, q) = (less / one, more / other);
    let logs = if p * q < 0.5 { -(-p * q).ln_1p() } else { -(start / one * (both / other)).ln() };
    let inverses = p * q * (1.0 / start + 1.0 / both);
    let squares = inverses * (1.0 / start + 1.0 / other)
        + more / one / both * (p / start + less / other / both);
    let powers = less * ((more / one).ln_1p() + ln_1p_ratio(less / other) - ln_1p_ratio(less / b));
    Rising {
        value: -powers - 0.5 * logs - second(STIRLING, 1),
        slope: logs + 0.5 * inverses + second(DIGAMMA, 2),
        curvature: -inverses - 0.5 * squares - second(TRIGAMMA, 3),
    }
}

/// ln(1+y)/y − 1 for y ≥ 0.
fn ln_1p_ratio(y: f64) -> f64 {
    if y > 0.1 {
        return y.ln_1p() / y - 1.0;
    }
    (2_u8..18).rev().fold(0.0, |sum, k| -y * (1.0 / f64::from(k) + sum))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_derivatives_match_fifty_digit_arithmetic() {
        for (z, first, second) in [
            (0.001, -1_000.575_571_931_810_3, 1_000_001.642_533_195_4),
            (0.25, -4.227_453_533_376_265, 17.197_329_154_507_11),
            (1.0, -0.577_215_664_901_532_9, 1.644_934_066_848_226_4),
            (3.7, 1.167_153_539_361_511_4, 0.310_037_857_670_038_3),
            (10.0, 2.251_752_589_066_721, 0.105_166_335_681_685_75),
            (1234.5, 7.118_016_231_827_998, 0.000_810_372_727_126_966_7),
        ] {
            assert!((digamma(z) / first - 1.0).abs() < 2e-15, "ψ({z}) = {}", digamma(z));
            assert!((trigamma(z) / second - 1.0).abs() < 2e-15, "ψ′({z}) = {}", trigamma(z));
        }
    }

    #[test]
    fn who_stays_long_is_known_to_all_digits() {
        // a = 1: b/(b+x). a = 2: b(b+1)/((b+x)(b+x+1)).
        for (b, x) in [(0.3_f64, 1e6_f64), (2.0, 1e12), (40.0, 0.5), (1e9, 3.0)] {
            let once = (b / (b + x)).ln();
            assert!((ln_stays(1.0, b, x) - once).abs() < 1e-14 * (1.0 - once), "{b} {x}");
            let twice = once + ((b + 1.0) / (b + x + 1.0)).ln();
            assert!((ln_stays(2.0, b, x) - twice).abs() < 1e-14 * (1.0 - twice), "{b} {x}");
        }
        assert_eq!(ln_stays(0.7, 1.2, 0.0).to_bits(), 0.0_f64.to_bits());
    }

    #[test]
    fn who_stays_has_all_digits_of_its_derivatives_however_large_b_is() {
        // a = 2, as the sum of two fractions.
        let cases = [(0.3, 5.0), (9.0, 1e4), (11.0, 0.5), (40.0, 3e3), (1e9, 3.0), (1e30, 1e28)];
        for (b, x) in cases.into_iter().chain([(1e50, 1e55), (1e50, 1e33)]) {
            let first = |b: f64| x / b / (b + x);
            let second = |b: f64| -first(b) * (1.0 / b + 1.0 / (b + x));
            let value = |b: f64| -(x / b).ln_1p();
            let got = stays(2.0, b, x);
            for (got, want) in [
                (got.value, value(b) + value(b + 1.0)),
                (got.slope, first(b) + first(b + 1.0)),
                (got.curvature, second(b) + second(b + 1.0)),
            ] {
                assert!((got / want - 1.0).abs() < 1e-12, "{b} {x}: {got}, not {want}");
            }
        }
    }

    #[test]
    fn a_wide_gap_gives_what_the_single_steps_give() {
        let stepwise = rising(0.3, (0..=2000).map(f64::from));
        let leaping = rising(0.3, [1.0, 2000.0]);
        let (want, got) = (stepwise[2000], leaping[1]);
        assert!((got.value / want.value - 1.0).abs() < 1e-13);
        assert!((got.slope / want.slope - 1.0).abs() < 1e-13);
        assert!((got.curvature / want.curvature - 1.0).abs() < 1e-13);
    }

    #[test]
    fn a_rise_is_the_difference_of_the_functions() {
        for (z, x) in [(0.3, 4.7), (9.9, 0.01), (10.0, 3.5), (25.0, 1e5), (400.0, 0.7)] {
            let (got, want) = (rise(z, x), leap(Rising::default(), z, z + x));
            assert!((got.value - want.value).abs() < 1e-12 * want.value.abs().max(100.0));
            assert!((got.slope - want.slope).abs() < 1e-14);
            assert!((got.curvature - want.curvature).abs() < 1e-14);
        }
        // From either side of where the branches meet.
        for (left, right) in
            [((9.999_999_999, 0.5), (10.0, 0.5)), ((0.3, 0.999_999_999), (0.3, 1.0))]
        {
            let (got, want) = (rise(left.0, left.1), rise(right.0, right.1));
            assert!((got.value - want.value).abs() < 1e-8);
            assert!((got.slope - want.slope).abs() < 1e-8);
            assert!((got.curvature - want.curvature).abs() < 1e-8);
        }
        // Γ(z+1)/Γ(z) = z, ψ(z+1) − ψ(z) = 1/z, where plain differences lose all digits.
        let far = rise(1e12, 1.0);
        assert!((far.value / 1e12_f64.ln() - 1.0).abs() < 1e-15);
        assert!((far.slope * 1e12 - 1.0).abs() < 1e-15);
        assert!((far.curvature * 1e24 + 1.0).abs() < 1e-11);
    }

    /// z, x, value, slope and curvature, by arithmetic with 250 digits.
    const RISES: [[f64; 5]; 7] = [
        [1.6e32, 4.9e-59, 3.633_483_603_647_704_7e-57, 3.0625e-91, -1.914_062_5e-123],
        [1e12, 1e-9, 2.763_102_111_592_804_8e-8, 1e-21, -1e-33],
        [
            25.0,
            1e-12,
            3.198_742_512_851_994e-12,
            4.081_066_325_722_475e-14,
            -1.665_279_318_422_4e-15,
        ],
        [
            10.0,
            1e-3,
            0.002_251_805_170_393_019_4,
            1.051_608_111_508_201_5e-4,
            -1.104_867_514_179_237_1e-5,
        ],
        [
            3.7,
            1e-10,
            1.167_153_539_377_013_3e-10,
            3.100_378_576_652_685_5e-11,
            -9.539_530_872_564_008e-12,
        ],
        [
            0.02,
            1e-7,
            -5.054_466_423_096_694e-6,
            2.501_585_618_140_415e-4,
            -0.025_000_040_406_640_418,
        ],
        [
            0.3,
            1e-40,
            -3.502_524_222_200_133e-40,
            1.224_536_454_610_773e-39,
            -7.527_253_658_872_603e-39,
        ],
    ];
    /// a, b, x, value, slope and curvature, likewise.
    const STAYS: [[f64; 6]; 6] = [
        [0.9, 1.6e32, 4.9e-59, -2.756_25e-91, 1.722_656_25e-123, -2.153_320_312_5e-155],
        [
            0.9,
            12.0,
            1e-12,
            -7.530_547_035_210_044e-14,
            6.300_319_870_450_917e-15,
            -1.054_097_838_021_269e-15,
        ],
        [
            1e-6,
            15.0,
            1e-7,
            -6.893_822_523_485_244e-15,
            4.750_602_356_587_703e-16,
            -6.544_797_039_248_39e-17,
        ],
        [
            0.9,
            0.4,
            1e-9,
            -2.392_193_652_647_765e-9,
            6.141_103_140_012_645e-9,
            -3.104_066_599_202_928e-8,
        ],
        [
            2.0,
            9.9,
            1e-30,
            -1.927_532_202_761_560_6e-31,
            1.861_984_043_873_641e-32,
            -3.605_587_264_378_858e-33,
        ],
        [
            1e-7,
            2.0,
            0.3,
            -1.772_555_401_456_722_2e-8,
            1.023_966_023_837_902e-8,
            -1.159_835_532_621_361_4e-8,
        ],
    ];

    #[test]
    fn the_smallest_steps_have_all_their_digits() {
        for [z, x, value, slope, curvature] in RISES {
            assert_rising(rise(z, x), [value, slope, curvature], &format!("{z} {x}"));
        }
        for [a, b, x, value, slope, curvature] in STAYS {
            assert_rising(stays(a, b, x), [value, slope, curvature], &format!("{a} {b} {x}"));
        }
    }

    fn assert_rising(got: Rising, want: [f64; 3], case: &str) {
        for (got, want) in [got.value, got.slope, got.curvature].into_iter().zip(want) {
            assert!((got / want - 1.0).abs() < 1e-11, "{case}: {got}, not {want}");
        }
    }
}
