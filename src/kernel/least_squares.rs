//! Linear regression by least squares, with heteroscedasticity-robust errors.
//!
//! ```text
//! β    = (X'WX)⁻¹ X'Wy
//! eᵢ   = yᵢ − xᵢ'β                          residual
//! hᵢ   = wᵢ·xᵢ'(X'WX)⁻¹xᵢ                   leverage: the influence of this person on the line
//! V(β) = Σ uᵢuᵢ'·[wᵢeᵢ/(1 − hᵢ)]²,  uᵢ = (X'WX)⁻¹xᵢ      HC3
//! ```
//!
//! The usual errors assume equal variances, which answers on a bounded scale do not have; HC3 is
//! valid in either case, and better than its variants in small samples. Limits and tests use
//! Student's t. Columns are centred first, for numerical accuracy.
//!
//! Sources: MacKinnon and White (1985), "Some Heteroskedasticity-Consistent Covariance Matrix Estimators with
//! Improved Finite Sample Properties", Journal of Econometrics 29(3), 305–325; Long and Ervin (2000), "Using
//! Heteroscedasticity Consistent Standard Errors in the Linear Regression Model", The American Statistician
//! 54(3), 217–224.

use super::drivers::{Flag, size_flag};
use super::level::Level;
use super::sample::{Moments, Sample};
use crate::kernel::maths::matrix::dot;
use crate::kernel::maths::student::{point, two_sided};

/// Whoever the line goes after by more than this decides a coefficient alone.
const WHOLE: f64 = 1.0 - 1e-9;

/// A regression.
#[derive(Debug, Clone, PartialEq)]
pub struct LeastSquares {
    /// What is expected where all terms are 0.
    pub intercept: Coefficient,
    /// In the order given.
    pub terms: Vec<Coefficient>,
    /// Explained share of the target's variance; `None` if it is not identified.
    pub r_squared: Option<f64>,
    /// People.
    pub n: u64,
    /// Kish's effective sample size.
    pub n_effective: f64,
    /// Of the tests: effective people less coefficients. `None` if it is not identified.
    pub freedom: Option<f64>,
    /// What to know before use.
    pub flags: Vec<Flag>,
    /// Whether one person alone decides a coefficient, so that there are no errors.
    pub decided_by_one: bool,
}

/// A coefficient. Nothing is known of that of a constant term.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Coefficient {
    /// Points of the target that go with a point of the term.
    pub value: Option<f64>,
    /// Robust; `None` where terms repeat each other, or one person decides.
    pub standard_error: Option<f64>,
    /// The coefficient by its error.
    pub t: Option<f64>,
    /// How often chance alone goes as far, where there are limits.
    pub p_value: Option<f64>,
    /// By Student's t; `None` for no more than two degrees of freedom.
    pub limits: Option<(f64, f64)>,
}

/// Regresses the first column of a sample on all others. `None` without people.
#[must_use]
pub fn least_squares(sample: &Sample, level: Level) -> Option<LeastSquares> {
    let (moments, n_effective) = (sample.moments()?, sample.effective_size()?);
    let varies = |column: &usize| moments.covariance.at(*column, *column) > 0.0;
    let places: Vec<usize> = (1..sample.width()).filter(varies).collect();
    let mut found = LeastSquares {
        intercept: Coefficient::default(),
        terms: vec![Coefficient::default(); sample.width() - 1],
        r_squared: None,
        n: sample.people(),
        n_effective,
        freedom: None,
        flags: (1..sample.width())
            .filter(|column| !varies(column))
            .map(|column| Flag::Constant(column - 1))
            .collect(),
        decided_by_one: false,
    };
    let size = size_flag(n_effective, places.len() as f64);
    let constant = !varies(&0);
    found.flags.extend(constant.then_some(Flag::ConstantTarget));
    found.flags.extend(size);
    if !constant && size != Some(Flag::TooFew) {
        Line::new(&moments, places).describe(sample, level, &mut found);
    }
    Some(found)
}

/// The line through the means.
struct Line {
    /// Columns of the terms that vary.
    places: Vec<usize>,
    /// Of the target, then of those terms.
    means: Vec<f64>,
    slopes: Vec<f64>,
    /// Rows of the inverse of their covariances. `None` where terms repeat each other.
    inverse: Option<Vec<Vec<f64>>>,
}

/// What goes through all people.
struct Sums {
    weight: f64,
    residual: f64,
    total: f64,
    /// Of the intercept, then of the slopes.
    variances: Vec<f64>,
    leverage: f64,
}

impl Line {
    fn new(moments: &Moments, places: Vec<usize>) -> Self {
        let between = moments.covariance.part(&places);
        let with: Vec<f64> = places.iter().map(|at| moments.covariance.at(*at, 0)).collect();
        let solution = between.solve(&with);
        let unit = |i| (0..places.len()).map(|j| f64::from(u8::from(i == j))).collect::<Vec<_>>();
        let row = |i| between.solve(&unit(i)).values;
        let inverse = solution.unique.then(|| (0..places.len()).map(row).collect());
        let means = std::iter::once(&0).chain(&places).map(|at| moments.means[*at]).collect();
        Self { places, means, slopes: solution.values, inverse }
    }

    /// Distances from the means, the target's first.
    fn distances(&self, row: &[f64]) -> Vec<f64> {
        let columns = std::iter::once(&0).chain(&self.places);
        columns.zip(&self.means).map(|(at, mean)| row[*at] - mean).collect()
    }

    fn sums(&self, sample: &Sample) -> Sums {
        let weight = sample.rows().map(|(_, weight, count)| weight * count as f64).sum();
        let variances = vec![0.0; self.places.len() + 1];
        let mut sums = Sums { weight, residual: 0.0, total: 0.0, variances, leverage: 0.0 };
        for (row, weight, count) in sample.rows() {
            let distances = self.distances(row);
            let residual = distances[0] - dot(&self.slopes, &distances[1..]);
            sums.residual += weight * count as f64 * residual * residual;
            sums.total += weight * count as f64 * distances[0] * distances[0];
            if let Some(inverse) = &self.inverse {
                self.add(&mut sums, inverse, (&distances[1..], residual, weight, count as f64));
            }
        }
        sums
    }

    /// What people add to the variances: distances, residual, weight and how many they are.
    fn add(
        &self,
        sums: &mut Sums,
        inverse: &[Vec<f64>],
        (distances, residual, weight, count): (&[f64], f64, f64, f64),
    ) {
        let share = weight / sums.weight;
        let moved: Vec<f64> = inverse.iter().map(|row| dot(row, distances)).collect();
        let leverage = share * (1.0 + dot(&moved, distances));
        sums.leverage = sums.leverage.max(leverage);
        let pull = share * residual / (1.0 - leverage);
        let centre = 1.0 - dot(&moved, &self.means[1..]);
        for (sum, moved) in sums.variances.iter_mut().zip(std::iter::once(&centre).chain(&moved)) {
            *sum += count * (pull * moved) * (pull * moved);
        }
    }

    fn describe(&self, sample: &Sample, level: Level, found: &mut LeastSquares) {
        let sums = self.sums(sample);
        let freedom = found.n_effective - self.places.len() as f64 - 1.0;
        let (unique, decided) = (self.inverse.is_some(), sums.leverage > WHOLE);
        let limits = point(level, freedom);
        let coefficient = |value: f64, variance: f64| {
            let error = (unique && !decided && freedom > 1e-9).then(|| variance.sqrt());
            let t = error.map(|error| value / error).filter(|t| t.is_finite());
            Coefficient {
                value: Some(value),
                standard_error: error,
                t,
                p_value: limits.and(t).map(|t| two_sided(t, freedom)),
                limits: limits.zip(error).map(|(z, error)| (value - z * error, value + z * error)),
            }
        };
        let intercept = self.means[0] - dot(&self.slopes, &self.means[1..]);
        found.intercept = coefficient(intercept, sums.variances[0]);
        for (i, place) in self.places.iter().enumerate() {
            found.terms[place - 1] = coefficient(self.slopes[i], sums.variances[i + 1]);
        }
        found.r_squared = Some((1.0 - sums.residual / sums.total).clamp(0.0, 1.0));
        found.freedom = Some(freedom);
        found.decided_by_one = unique && decided;
        found.flags.extend((!unique).then_some(Flag::Collinear));
        found.flags.extend(limits.is_none().then_some(Flag::NoLimits));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::drivers::tests::sample_of;
    use crate::kernel::sample::tests::sample;
    use crate::kernel::testing::assert_close;
    use proptest::prelude::*;

    const SWISS: &str = include_str!("../../tests/data/swiss/swiss.csv");

    fn swiss() -> Vec<Vec<f64>> {
        let number = |text: &str| text.parse().expect("a number");
        SWISS.lines().skip(1).map(|line| line.split(',').map(number).collect()).collect()
    }

    fn assert_coefficient(got: Coefficient, want: [f64; 5]) {
        let [value, error, p_value, low, high] = want;
        assert_close(got.value.expect("told"), value, 1e-10);
        assert_close(got.standard_error.expect("told"), error, 1e-10);
        assert_close(got.p_value.expect("told"), p_value, 1e-8);
        let limits = got.limits.expect("told");
        assert_close(limits.0, low, 1e-9);
        assert_close(limits.1, high, 1e-9);
        assert_close(got.t.expect("told"), value / error, 1e-10);
    }

    #[test]
    fn the_swiss_regression_has_the_errors_of_statsmodels() {
        // statsmodels: OLS(fertility, all others).fit(cov_type="HC3", use_t=True).
        let found = least_squares(&sample_of(&swiss()), Level::USUAL).expect("people");
        let all = std::iter::once(&found.intercept).chain(&found.terms);
        all.zip(COEFFICIENTS).for_each(|(got, want)| assert_coefficient(*got, want));
        assert_close(found.r_squared.expect("told"), R_SQUARED, 1e-12);
        assert_eq!(
            (found.n, found.freedom, &found.flags[..]),
            (47, Some(41.0), &[Flag::SmallSample][..])
        );
    }

    #[test]
    fn weights_make_the_errors_of_weighted_least_squares() {
        // statsmodels: WLS(fertility, [1, agriculture, education], weights=examination), HC3; limits by the
        // effective size.
        let mut weighted = Sample::new(3);
        for row in swiss() {
            weighted.push(&[row[0], row[1], row[3]], row[2], 1).expect("finite");
        }
        let found = least_squares(&weighted, Level::USUAL).expect("people");
        let all = std::iter::once(&found.intercept).chain(&found.terms);
        for (got, [value, error]) in all.zip(WEIGHTED) {
            assert_close(got.value.expect("told"), value, 1e-10);
            assert_close(got.standard_error.expect("told"), error, 1e-10);
        }
        assert_close(found.r_squared.expect("told"), WEIGHTED_R_SQUARED, 1e-12);
        assert_close(found.freedom.expect("told"), found.n_effective - 3.0, 1e-15);
    }

    #[test]
    fn a_count_is_that_many_people() {
        let rows = [[1.0, 0.0], [3.0, 1.0], [2.0, 2.0], [5.0, 3.0], [4.0, 4.0]];
        let (mut counted, mut single) = (Sample::new(2), Sample::new(2));
        for (row, count) in rows.iter().zip([3, 1, 2, 4, 1]) {
            counted.push(row, 1.0, count).expect("finite");
            (0..count).for_each(|_| single.push(row, 1.0, 1).expect("finite"));
        }
        let [counted, single] =
            [counted, single].map(|sample| least_squares(&sample, Level::USUAL).expect("people"));
        assert_eq!((counted.n, counted.freedom), (single.n, single.freedom));
        for (got, want) in
            [(counted.intercept, single.intercept), (counted.terms[0], single.terms[0])]
        {
            assert_close(got.value.expect("told"), want.value.expect("told"), 1e-13);
            let errors = [got, want].map(|found| found.standard_error.expect("told"));
            assert_close(errors[0], errors[1], 1e-13);
        }
    }

    #[test]
    fn what_cannot_be_told_is_a_flag() {
        let of = |rows: &[[f64; 3]]| least_squares(&sample(rows), Level::USUAL).expect("people");
        let same = of(&[[2.0, 1.0, 0.0], [2.0, 0.0, 1.0], [2.0, 1.0, 1.0], [2.0, 2.0, 5.0]]);
        assert_eq!(same.flags, [Flag::ConstantTarget, Flag::SmallSample]);
        assert_eq!((same.intercept.value, same.r_squared), (None, None));
        let few = of(&[[2.0, 1.0, 0.0], [3.0, 0.0, 1.0], [4.0, 1.0, 1.0]]);
        assert_eq!((&few.flags[..], few.r_squared), (&[Flag::TooFew][..], None));
        let twice: Vec<[f64; 3]> =
            (0..30).map(f64::from).map(|x| [x + (x * x) % 7.0, x, 2.0 * x]).collect();
        let twice = of(&twice);
        assert_eq!(twice.flags, [Flag::Collinear]);
        assert!(twice.terms[0].value.is_some() && twice.terms[0].standard_error.is_none());
        let fixed: Vec<[f64; 3]> =
            (0..30).map(f64::from).map(|x| [x + (x * x) % 7.0, x, 4.0]).collect();
        let fixed = of(&fixed);
        assert_eq!(
            (&fixed.flags[..], fixed.terms[1]),
            (&[Flag::Constant(1)][..], Coefficient::default())
        );
        // One person alone has the second term.
        let alone: Vec<[f64; 3]> = (0..30)
            .map(f64::from)
            .map(|x| [x + (x * x) % 7.0, x, f64::from(u8::from(x > 28.0))])
            .collect();
        let alone = of(&alone);
        assert!(alone.decided_by_one && alone.flags.is_empty(), "{alone:?}");
        assert!(alone.terms[1].value.is_some() && alone.terms[0].standard_error.is_none());
        assert_eq!(least_squares(&Sample::new(2), Level::USUAL), None);
    }

    proptest! {
        #[test]
        fn a_shift_or_another_unit_of_a_term_changes_its_coefficient_alone(
            rows in prop::collection::vec([-5.0..5.0_f64, -5.0..5.0, -5.0..5.0], 8..40),
            shift in -1e3..1e3_f64, unit in 0.01..100.0_f64,
        ) {
            let moved: Vec<_> = rows.iter().map(|[y, a, b]| [*y, unit * a + shift, *b]).collect();
            let [before, after] =
                [rows, moved].map(|rows| least_squares(&sample(&rows), Level::USUAL).expect("people"));
            let of = |found: &LeastSquares, i: usize| {
                (found.terms[i].value.expect("told"), found.terms[i].standard_error.expect("told"))
            };
            for (i, unit) in [(0, unit), (1, 1.0)] {
                let ((value, error), (again, its)) = (of(&before, i), of(&after, i));
                prop_assert!((again * unit - value).abs() < 1e-7 * error);
                prop_assert!((its * unit / error - 1.0).abs() < 1e-7);
            }
        }
    }

    /// Value, standard error, p-value and limits.
    const COEFFICIENTS: [[f64; 5]; 6] = [
        [
            66.915_181_678_968_72,
            11.517_417_070_285_457,
            8.062_125_633_859_982e-7,
            43.655_286_031_866_36,
            90.175_077_326_071_09,
        ],
        [
            -0.172_113_970_941_455_14,
            0.071_596_806_855_559_26,
            0.020_823_960_747_734_332,
            -0.316_706_655_739_035,
            -0.027_521_286_143_875_25,
        ],
        [
            -0.258_008_239_834_722_43,
            0.273_378_342_953_844_56,
            0.350_812_102_961_689_3,
            -0.810_107_003_861_384_9,
            0.294_090_524_191_940_04,
        ],
        [
            -0.870_940_062_939_423_9,
            0.210_120_414_967_705_67,
            0.000_166_090_984_951_070_12,
            -1.295_286_849_692_849,
            -0.446_593_276_185_999_03,
        ],
        [
            0.104_115_330_743_767_66,
            0.032_756_195_147_932_4,
            0.002_815_191_082_042_702_4,
            0.037_962_852_606_745_19,
            0.170_267_808_880_790_13,
        ],
        [
            1.077_048_140_690_986_4,
            0.458_734_715_205_377_56,
            0.023_787_361_047_379_423,
            0.150_614_588_769_970_03,
            2.003_481_692_612_002_7,
        ],
    ];
    const R_SQUARED: f64 = 0.706_735_001_592_725_4;
    const WEIGHTED: [[f64; 2]; 3] = [
        [79.875_300_261_106_77, 4.664_376_585_336_996],
        [-0.041_382_714_602_774_734, 0.071_489_333_063_966_85],
        [-0.830_749_904_221_615, 0.137_155_583_572_287_74],
    ];
    const WEIGHTED_R_SQUARED: f64 = 0.519_976_862_651_373;
}
