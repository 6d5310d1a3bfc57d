//! Where a function that falls crosses zero.
//!
//! Sources: Ridders (1979), "A New Algorithm for Computing a Single Root of a
//! Real Continuous Function", IEEE Transactions on Circuits and Systems 26(11),
//! 979–980. It takes two values per step and doubles the digits with each. Where the slope is
//! known, Newton's method does so with one; it bisects where it would leave what it knows, as in
//! Press, Teukolsky, Vetterling and Flannery (2007), "Numerical Recipes", 3rd ed., 9.4.

/// A negligible difference in x.
const EXACT: f64 = 1e-9;
const MOST_STEPS: usize = 60;

/// A place and the function's value there.
type Point = (f64, f64);

/// The x of `from` to `to` where `f`, which falls, is zero, or the nearer of them
/// where it is not; `start` is not far from it. NaN where `f` has no value.
pub(in crate::kernel) fn falling(start: f64, [from, to]: [f64; 2], f: impl Fn(f64) -> f64) -> f64 {
    let at = |x: f64| (x, f(x));
    let start = if start.is_nan() { f64::midpoint(from, to) } else { start.clamp(from, to) };
    let (mut low, mut high) = surround(start, [from, to], at);
    if low.1.is_nan() || high.1.is_nan() {
        return f64::NAN;
    }
    if low.1 < 0.0 || high.1 > 0.0 {
        return if low.1 < 0.0 { low.0 } else { high.0 };
    }
    for _ in 0..MOST_STEPS {
        let middle = at(f64::midpoint(low.0, high.0));
        let root = (middle.1 * middle.1 - low.1 * high.1).sqrt();
        if root.is_nan() || root == 0.0 || high.0 - low.0 < EXACT {
            return if root.is_nan() { root } else { middle.0 };
        }
        let next = at((middle.0 + (middle.0 - low.0) * middle.1 / root).clamp(low.0, high.0));
        if next.0 - low.0 < EXACT || high.0 - next.0 < EXACT {
            return next.0;
        }
        (low, high) = crossing([low, middle, next, high]);
    }
    f64::midpoint(low.0, high.0)
}

/// As [`falling`], of a function that gives its slope as well.
pub(in crate::kernel) fn falling_with_slope(
    start: f64,
    [from, to]: [f64; 2],
    f: impl Fn(f64) -> [f64; 2],
) -> f64 {
    let (mut low, mut high) = (from, to);
    let mut x = if start.is_nan() { f64::midpoint(from, to) } else { start.clamp(from, to) };
    for _ in 0..MOST_STEPS {
        let [value, slope] = f(x);
        if value.is_nan() {
            return f64::NAN;
        }
        if value > 0.0 {
            low = x;
        } else {
            high = x;
        }
        let newton = x - value / slope;
        let next = if newton > low && newton < high { newton } else { f64::midpoint(low, high) };
        if (next - x).abs() < EXACT {
            return next;
        }
        x = next;
    }
    x
}

/// Two places, the function positive at the first and negative at the second,
/// unless an end of the range comes before.
fn surround(start: f64, [from, to]: [f64; 2], at: impl Fn(f64) -> Point) -> (Point, Point) {
    let (mut low, mut high, mut width) = (at(start), at(start), 0.5);
    while low.1 < 0.0 && low.0 > from {
        (high, low) = (low, at((low.0 - width).max(from)));
        width *= 2.0;
    }
    while high.1 > 0.0 && high.0 < to {
        (low, high) = (high, at((high.0 + width).min(to)));
        width *= 2.0;
    }
    (low, high)
}

/// The neighbours between which the function changes its sign.
fn crossing(mut points: [Point; 4]) -> (Point, Point) {
    points.sort_by(|left, right| left.0.total_cmp(&right.0));
    let [first, second, third, last] = points;
    if second.1 < 0.0 {
        (first, second)
    } else if third.1 < 0.0 {
        (second, third)
    } else {
        (third, last)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn without_a_crossing_it_is_the_nearer_end() {
        let ends = [-2.0, 3.0];
        assert!((falling(0.0, ends, |_| 1.0) - 3.0).abs() < 1e-8);
        assert!((falling(0.0, ends, |_| -1.0) + 2.0).abs() < 1e-8);
        assert!((falling(9.0, ends, |x| 1.0 - x) - 1.0).abs() < 1e-8);
        assert!((falling(f64::NAN, ends, |x| 1.0 - x) - 1.0).abs() < 1e-8);
        for (value, nearer) in [(1.0, 3.0), (-1.0, -2.0)] {
            let found = falling_with_slope(0.0, ends, |_| [value, 0.0]);
            assert!((found - nearer).abs() < 1e-8, "{found}");
        }
    }

    #[test]
    fn a_function_without_values_has_no_root() {
        assert!(falling(0.0, [-1.0, 1.0], |_| f64::NAN).is_nan());
        assert!(falling_with_slope(0.0, [-1.0, 1.0], |_| [f64::NAN, -1.0]).is_nan());
        assert!(falling(-1.0, [-1.0, 1.0], |x| if x.abs() < 1.0 { f64::NAN } else { -x }).is_nan());
    }

    proptest! {
        #[test]
        fn it_is_found_from_afar_and_however_steep(
            root in -20.0..20.0_f64, start in -20.0..20.0_f64, steep in 0.01..50.0_f64,
        ) {
            let f = |x: f64| -libm::tanh(steep * (x - root)) - 0.1 * (x - root).powi(3);
            prop_assert!((falling(start, [-30.0, 30.0], f) - root).abs() < 1e-7);
            let slope = |x: f64| {
                -steep / libm::cosh(steep * (x - root)).powi(2) - 0.3 * (x - root).powi(2)
            };
            let found = falling_with_slope(start, [-30.0, 30.0], |x| [f(x), slope(x)]);
            prop_assert!((found - root).abs() < 1e-7);
        }
    }
}
