//! Drivers compared with results of other programs, and invariants.

use proptest::prelude::*;

use rand::Rng;

use super::*;

mod drift;

const MOBI: &str = include_str!("../../../../tests/data/ecsi_mobi/mobi.csv");
const SWISS: &str = include_str!("../../../../tests/data/swiss/swiss.csv");

pub(in super::super) fn sample_of(rows: &[Vec<f64>]) -> Sample {
    let mut sample = Sample::new(rows[0].len());
    for row in rows {
        sample.push(row, 1.0, 1).expect("finite");
    }
    sample
}

/// Names and rows of a file of numbers.
fn table(text: &str) -> (Vec<&str>, Vec<Vec<f64>>) {
    let mut lines = text.lines();
    let names = lines.next().expect("a header").split(',').map(|name| name.trim_matches('"'));
    let number = |text: &str| text.parse().expect("a number");
    (names.collect(), lines.map(|line| line.split(',').map(number).collect()).collect())
}

/// Satisfaction, and the means of the items on image, expectation, quality and
/// value.
fn mobi_rows() -> Vec<Vec<f64>> {
    let (names, rows) = table(MOBI);
    let mean = |row: &[f64], block: &str| {
        let answers = names.iter().zip(row).filter(|(name, _)| name.starts_with(block));
        let answers: Vec<f64> = answers.map(|(_, answer)| *answer).collect();
        answers.iter().sum::<f64>() / answers.len() as f64
    };
    let blocks = |row: &Vec<f64>| {
        let means = ["IMAG", "CUEX", "PERQ", "PERV"].map(|block| mean(row, block));
        std::iter::once(row[3]).chain(means).collect()
    };
    rows.iter().map(blocks).collect()
}

pub(in super::super) fn mobi_blocks() -> Sample {
    sample_of(&mobi_rows())
}

fn close(name: &str, got: impl IntoIterator<Item = Option<f64>>, want: &[f64]) {
    let got: Vec<f64> = got.into_iter().flatten().collect();
    assert_eq!(got.len(), want.len(), "{name}: {got:?}");
    for (got, want) in got.iter().zip(want) {
        assert!((got - want).abs() < 1e-10, "{name}: got {got}, want {want}");
    }
}

/// R: `lm` and relaimpo 2.2.
#[test]
fn the_drivers_of_the_mobile_phone_survey_are_the_published_ones() {
    let got = drivers(&mobi_blocks(), 0, Level::USUAL).expect("people");
    let of = |value: fn(&Driver) -> Option<f64>| got.drivers.iter().map(value);
    close("intercept", [got.intercept], &[2.264_242_137_150_03]);
    close("r squared", [got.r_squared], &[0.450_929_433_943_293]);
    let want = [
        0.152_178_357_901_064,
        0.181_633_608_910_625,
        0.402_232_496_561_075,
        0.016_816_345_949_177_9,
    ];
    close("coefficients", of(|driver| driver.coefficient), &want);
    let want = [
        0.115_634_667_280_487,
        0.096_377_025_826_353,
        0.190_743_550_752_920,
        0.048_174_190_083_352_2,
    ];
    close("lmg", of(|driver| driver.lmg), &want);
    let want = [
        0.116_080_836_262_070,
        0.102_445_765_380_614,
        0.181_959_398_195_572,
        0.050_443_434_105_036_4,
    ];
    close("johnson", of(|driver| driver.johnson), &want);
    let want = [
        0.310_979_508_578_519,
        0.246_781_829_559_969,
        0.408_432_285_849_714,
        0.161_307_005_124_517,
    ];
    close("first", of(|driver| driver.first), &want);
    let want = [
        0.010_183_153_125_738_7,
        0.023_543_711_797_778_1,
        0.065_476_315_810_596_8,
        0.000_423_693_264_407_331,
    ];
    close("last", of(|driver| driver.last), &want);
    let want = [
        0.084_332_648_521_087_7,
        0.092_600_082_323_976_3,
        0.263_830_145_357_325,
        0.010_166_557_740_904_9,
    ];
    close("pratt", of(|driver| driver.pratt), &want);
}

/// R: relaimpo 2.2 on `swiss`.
#[test]
fn the_drivers_of_swiss_fertility_are_the_published_ones() {
    let got = drivers(&sample_of(&table(SWISS).1), 0, Level::USUAL).expect("people");
    let want = [
        0.057_091_220_768_091_3,
        0.171_173_028_900_234,
        0.260_134_678_624_385,
        0.105_570_150_373_494,
        0.112_765_922_926_522,
    ];
    close("lmg", got.drivers.iter().map(|driver| driver.lmg), &want);
    let want = [
        0.048_416_895_811_900_6,
        0.154_708_249_806_160,
        0.271_964_104_645_999,
        0.114_680_029_947_562,
        0.116_965_721_381_105,
    ];
    close("johnson", got.drivers.iter().map(|driver| driver.johnson), &want);
    close("r squared", [got.r_squared], &[0.706_735_001_592_726]);
    // summary(lm(Fertility ~ ., swiss))
    let errors = got.drivers.iter().filter_map(|driver| driver.standard_error);
    for (error, want) in errors.zip([0.070_30, 0.253_88, 0.183_03, 0.035_26, 0.381_72]) {
        assert!((error - want).abs() < 6e-6, "{error} {want}");
    }
}

#[test]
fn intervals_hold_the_share_and_repeat() {
    let got = drivers(&mobi_blocks(), 200, Level::USUAL).expect("people");
    assert_eq!(got.resamples, 200);
    for driver in &got.drivers {
        let (lmg, spread) = (driver.lmg.expect("few"), driver.lmg_spread.expect("few"));
        assert!(0.0 <= spread.lower && spread.lower < lmg && lmg < spread.upper);
    }
    assert_eq!(drivers(&mobi_blocks(), 200, Level::USUAL), Some(got));
}

#[test]
fn limits_of_other_levels_are_those_of_another_library() {
    // statsmodels 0.15: OLS(…).fit().conf_int(1 - level)
    let y = [2.0, 3.0, 5.0, 4.0, 7.0, 8.0, 8.0, 12.0];
    let a = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0];
    let b = [2.0, 1.0, 4.0, 3.0, 6.0, 5.0, 9.0, 7.0];
    let rows: Vec<Vec<f64>> = (0..8).map(|i| vec![y[i], a[i], b[i]]).collect();
    for (level, want) in [
        (
            0.9,
            [
                0.615_683_749_196_510_6,
                2.148_342_653_443_753_7,
                -0.815_443_355_704_377_9,
                0.591_020_913_460_152_1,
            ],
        ),
        (
            0.99,
            [
                -0.151_423_893_473_280_1,
                2.915_450_296_113_544_5,
                -1.519_389_606_907_605,
                1.294_967_164_663_379_1,
            ],
        ),
    ] {
        let got = drivers(&sample_of(&rows), 0, Level::of(level)).expect("people");
        let limits = got.drivers.iter().filter_map(|driver| driver.limits);
        let got: Vec<f64> = limits.flat_map(|(lower, upper)| [lower, upper]).collect();
        assert_eq!(got.len(), 4);
        for (got, want) in got.iter().zip(want) {
            assert!((got - want).abs() < 1e-10, "{level}: {got}, want {want}");
        }
    }
}

#[test]
fn resamples_that_are_too_few_for_the_level_leave_shares_without_limits() {
    for (level, resamples, told) in
        [(0.95, 38, false), (0.95, 39, true), (0.99, 198, false), (0.99, 199, true)]
    {
        let got = drivers(&mobi_blocks(), resamples, Level::of(level)).expect("people");
        assert_eq!(got.flags.contains(&Flag::NoLmgLimits), !told, "{level} {resamples}");
        for driver in &got.drivers {
            assert_eq!(driver.lmg_spread.is_some(), told, "{level} {resamples}");
            assert!(driver.limits.is_some() && driver.lmg.is_some());
        }
    }
}

#[test]
fn a_driver_that_repeats_another_shares_with_it() {
    let rows: Vec<Vec<f64>> = mobi_rows();
    let doubled: Vec<Vec<f64>> =
        rows.iter().map(|row| vec![row[0], row[1], 3.0 - 2.0 * row[1], row[3], 7.0]).collect();
    let got = drivers(&sample_of(&doubled), 50, Level::USUAL).expect("people");
    assert_eq!(got.flags, [Flag::Constant(3), Flag::Collinear]);
    assert_eq!(got.drivers[3], Driver::default());
    let [one, same] = [got.drivers[0], got.drivers[1]];
    let single: Vec<Vec<f64>> = rows.iter().map(|row| vec![row[0], row[1], row[3]]).collect();
    let alone = drivers(&sample_of(&single), 0, Level::USUAL).expect("people");
    assert!((got.r_squared.expect("some") - alone.r_squared.expect("some")).abs() < 1e-12);
    for share in [|driver: Driver| driver.lmg, |driver: Driver| driver.johnson] {
        assert!((share(one).expect("some") - share(same).expect("some")).abs() < 1e-12);
    }
    assert_eq!((one.standard_error, one.last.map(|last| last < 1e-12)), (None, Some(true)));
}

#[test]
fn many_drivers_have_johnsons_weights_only() {
    let value = |i: u32, k: u32| f64::from(i * (k + 3) * 7919 % 101);
    let rows = |width: u32| -> Vec<Vec<f64>> {
        (1..300).map(|i| (0..width).map(|k| value(i, k) + value(i, k + 1)).collect()).collect()
    };
    let got = drivers(&sample_of(&rows(22)), 100, Level::USUAL).expect("people");
    assert_eq!((got.flags.as_slice(), got.resamples), (&[Flag::NoLmg][..], 0));
    assert_eq!(got.drivers[0].lmg, None);
    let sum: f64 = got.drivers.iter().filter_map(|driver| driver.johnson).sum();
    assert!((sum - got.r_squared.expect("some")).abs() < 1e-10);
}

#[test]
fn nothing_to_learn_is_said_and_not_guessed() {
    assert_eq!(drivers(&Sample::new(2), 10, Level::USUAL), None);
    let got =
        drivers(&sample_of(&[vec![1.0, 2.0], vec![1.0, 3.0]]), 10, Level::USUAL).expect("people");
    assert_eq!(
        (got.r_squared, got.flags.as_slice()),
        (None, &[Flag::ConstantTarget, Flag::TooFew][..])
    );
    let got = drivers(&sample_of(&[vec![1.0, 2.0]]), 10, Level::USUAL).expect("people");
    assert_eq!(got.flags, [Flag::Constant(0), Flag::ConstantTarget, Flag::TooFew]);
    // Two people are always on a line, three on a plane of two drivers: everything is unknown.
    for rows in [
        vec![vec![1.0, 2.0], vec![2.0, 4.0]],
        vec![vec![1.0, 2.0, 1.0], vec![2.0, 4.0, 7.0], vec![3.0, 1.0, 1.0]],
    ] {
        let got = drivers(&sample_of(&rows), 10, Level::USUAL).expect("people");
        assert_eq!((got.r_squared, got.flags.as_slice()), (None, &[Flag::TooFew][..]));
        assert_eq!(got.drivers, vec![Driver::default(); rows[0].len() - 1]);
    }
    let rows = [vec![1.0, 2.0], vec![2.0, 4.0], vec![2.5, 4.0]];
    let got = drivers(&sample_of(&rows), 0, Level::USUAL).expect("people");
    assert!(got.r_squared.is_some());
    assert_eq!(got.lmg_share(&got.drivers[0]), Some(1.0), "one driver explains what is explained");
    let nothing = Drivers { r_squared: Some(0.0), ..got.clone() };
    assert_eq!(nothing.lmg_share(&got.drivers[0]), None);
    assert_eq!(got.flags, [Flag::SmallSample, Flag::NoLimits]);
}

#[test]
fn limits_hold_what_explains_nothing_and_lie_around_the_share() {
    // Of sets in which a driver has nothing to do with the target, 95 in 100 on average.
    let sets = 60;
    let held = (0..sets).filter(|set| {
        let mut stream = crate::kernel::resample::stream(1000 + set);
        let mut normal =
            || crate::kernel::maths::normal::quantile(stream.random_range(1e-9..1.0 - 1e-9));
        let rows: Vec<Vec<f64>> = (0..100)
            .map(|_| {
                let (driver, other) = (normal(), normal());
                vec![other + normal(), driver, other]
            })
            .collect();
        let got = drivers(&sample_of(&rows), 200, Level::USUAL).expect("people");
        for driver in &got.drivers {
            let (lmg, spread) = (driver.lmg.expect("some"), driver.lmg_spread.expect("some"));
            assert!(spread.lower <= lmg && lmg <= spread.upper, "{driver:?}");
        }
        got.drivers[0].lmg_spread.expect("some").lower <= 0.0
    });
    assert!((54..=60).contains(&held.count()));
}

fn random_rows() -> impl Strategy<Value = Vec<Vec<f64>>> {
    (2..6_usize).prop_flat_map(|width| {
        prop::collection::vec(
            prop::collection::vec((0..11_i32).prop_map(f64::from), width),
            width + 3..60,
        )
    })
}

proptest! {
    #[test]
    fn lmg_johnson_and_pratt_add_up_to_what_is_explained(rows in random_rows()) {
        let got = drivers(&sample_of(&rows), 3, Level::USUAL).expect("people");
        if let Some(explained) = got.r_squared {
            prop_assert!((0.0..=1.0).contains(&explained));
            for share in [|d: &Driver| d.lmg, |d: &Driver| d.johnson, |d: &Driver| d.pratt] {
                let sum: f64 = got.drivers.iter().filter_map(share).sum();
                prop_assert!((sum - explained).abs() < 1e-9, "{sum} {explained}");
            }
            for driver in got.drivers.iter().filter(|driver| driver.lmg.is_some()) {
                let [lmg, first, last] = [driver.lmg, driver.first, driver.last].map(Option::unwrap);
                prop_assert!(lmg > -1e-12 && first <= 1.0 + 1e-12 && last <= explained + 1e-12);
            }
        }
    }

    #[test]
    fn units_do_not_matter_and_weights_repeat(
        rows in random_rows(), shift in -9.0..9.0_f64, scale in 0.1..9.0_f64,
    ) {
        let base = drivers(&sample_of(&rows), 0, Level::USUAL).expect("people");
        let changed: Vec<Vec<f64>> =
            rows.iter().map(|row| row.iter().map(|x| shift + scale * x).collect()).collect();
        let mut weighted = Sample::new(rows[0].len());
        for row in &changed {
            weighted.push(row, 2.5, 1).expect("finite");
        }
        let got = drivers(&weighted, 0, Level::USUAL).expect("people");
        prop_assert_eq!(&got.flags, &base.flags);
        for (got, base) in got.drivers.iter().zip(&base.drivers) {
            let pairs = [(got.lmg, base.lmg), (got.johnson, base.johnson), (got.coefficient, base.coefficient)];
            for (got, base) in pairs.into_iter().filter_map(|(got, base)| got.zip(base)) {
                prop_assert!((got - base).abs() < 1e-7, "{got} {base}");
            }
        }
    }

    #[test]
    fn lmg_is_the_average_over_all_orders(rows in random_rows()) {
        let moments = sample_of(&rows).moments().expect("people");
        if let Some(regression) = Regression::new(&moments) {
            let got = lmg::lmg(&regression.between, &regression.with);
            let want = over_orders(&regression);
            for (got, want) in got.iter().zip(&want) {
                prop_assert!((got - want).abs() < 1e-9, "{got} {want}");
            }
        }
    }
}

/// The definition itself: every order of entry, one after the other.
fn over_orders(regression: &Regression) -> Vec<f64> {
    let size = regression.places.len();
    let explained = |set: &[usize]| {
        let with: Vec<f64> = set.iter().map(|driver| regression.with[*driver]).collect();
        dot(&regression.between.part(set).solve(&with).values, &with)
    };
    let (mut sums, mut orders) = (vec![0.0; size], 0.0);
    let mut open: Vec<Vec<usize>> = vec![Vec::new()];
    while let Some(order) = open.pop() {
        if order.len() == size {
            orders += 1.0;
            for (place, driver) in order.iter().enumerate() {
                sums[*driver] += explained(&order[..=place]) - explained(&order[..place]);
            }
        }
        let rest = (0..size).filter(|driver| !order.contains(driver));
        open.extend(rest.map(|driver| [order.as_slice(), &[driver]].concat()));
    }
    sums.iter().map(|sum| sum / orders).collect()
}
