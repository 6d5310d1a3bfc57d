//! Path models against values that other programs gave, and against
//! what must hold of any survey.

use proptest::prelude::*;
use rand::Rng;

use super::*;

/// 250 customers of mobile phone providers, 24 items from 1 to 10.
const MOBI: &str = include_str!("../../../tests/data/ecsi_mobi/mobi.csv");

/// The European customer satisfaction index.
const ECSI: &str = "
    Image        =~ IMAG1 + IMAG2 + IMAG3 + IMAG4 + IMAG5
    Expectation  =~ CUEX1 + CUEX2 + CUEX3
    Quality      =~ PERQ1 + PERQ2 + PERQ3 + PERQ4 + PERQ5 + PERQ6 + PERQ7
    Value        =~ PERV1 + PERV2
    Satisfaction =~ CUSA1 + CUSA2 + CUSA3
    Complaints   =~ CUSCO
    Loyalty      =~ CUSL1 + CUSL2 + CUSL3
    Expectation  ~ Image
    Quality      ~ Expectation
    Value        ~ Expectation + Quality
    Satisfaction ~ Image + Expectation + Quality + Value
    Complaints   ~ Satisfaction
    Loyalty      ~ Image + Satisfaction + Complaints";

const NAMES: [&str; 7] =
    ["Image", "Expectation", "Quality", "Value", "Satisfaction", "Complaints", "Loyalty"];

fn mobi() -> (Vec<String>, Vec<Vec<f64>>) {
    let mut lines = MOBI.lines();
    let names = lines.next().expect("a header").replace('"', "");
    let number = |text: &str| text.parse().expect("a number");
    let rows = lines.map(|line| line.split(',').map(number).collect()).collect();
    (names.split(',').map(String::from).collect(), rows)
}

fn sample_of(rows: &[Vec<f64>]) -> Sample {
    let mut sample = Sample::new(rows[0].len());
    for row in rows {
        sample.push(row, 1.0, 1).expect("finite");
    }
    sample
}

fn ecsi(metric: Metric) -> (PathModel, Fitted) {
    let (names, rows) = mobi();
    let model = PathModel::parse(ECSI, &names).expect("a model");
    let settings = Settings { metric, resamples: 0, ..Settings::default() };
    let estimate = estimate(&sample_of(&rows), &model, &settings).expect("on the scale");
    let estimate = estimate.expect("people");
    assert_eq!((estimate.n, estimate.flags), (250, vec![]));
    (model, estimate.fitted.expect("fitted"))
}

fn close(name: &str, got: impl IntoIterator<Item = f64>, want: &[f64], tolerance: f64) {
    let got: Vec<f64> = got.into_iter().collect();
    assert_eq!(got.len(), want.len(), "{name}: {got:?}");
    for (got, want) in got.iter().zip(want) {
        assert!((got - want).abs() < tolerance, "{name}: got {got}, want {want}");
    }
}

/// A path by the names of its ends.
fn coefficient(fitted: &Fitted, from: &str, to: &str) -> f64 {
    let place = |name| NAMES.iter().position(|known| *known == name);
    let named = |path: &&PathEstimate| {
        (Some(path.path.from), Some(path.path.to)) == (place(from), place(to))
    };
    fitted.paths.iter().find(named).expect("a path").coefficient
}

fn coefficients(fitted: &Fitted) -> Vec<f64> {
    [
        ("Image", "Expectation"),
        ("Expectation", "Quality"),
        ("Expectation", "Value"),
        ("Quality", "Value"),
        ("Image", "Satisfaction"),
        ("Expectation", "Satisfaction"),
        ("Quality", "Satisfaction"),
        ("Value", "Satisfaction"),
        ("Satisfaction", "Complaints"),
        ("Image", "Loyalty"),
        ("Satisfaction", "Loyalty"),
        ("Complaints", "Loyalty"),
    ]
    .map(|(from, to)| coefficient(fitted, from, to))
    .to_vec()
}

fn r_squared(fitted: &Fitted) -> Vec<f64> {
    fitted.constructs.iter().filter_map(|construct| construct.r_squared).collect()
}

fn indices(fitted: &Fitted) -> Vec<f64> {
    fitted.constructs.iter().filter_map(|construct| construct.index).collect()
}

/// `semPLS` of R gives the same to fifteen digits.
#[test]
fn the_standardised_solution_is_the_published_one() {
    let (_, fitted) = ecsi(Metric::Standardised);
    assert!(fitted.converged);
    close("paths", coefficients(&fitted), &STANDARDISED_PATHS, 1e-10);
    let want = [
        0.254_727_781_640_259,
        0.310_525_173_102_720,
        0.344_609_874_092_232,
        0.680_281_094_510_400,
        0.276_778_376_577_802,
        0.457_286_052_330_999,
    ];
    close("r squared", r_squared(&fitted), &want, 1e-10);
    let want = [
        73.520_850_770_627,
        72.471_432_187_392,
        74.985_300_582_068,
        62.297_926_007_122,
        72.542_802_300_492,
        67.422_222_222_222,
        70.610_666_095_863,
    ];
    close("indices", indices(&fitted), &want, 1e-10);
    let satisfaction = fitted.constructs[4];
    close("deviation", satisfaction.deviation, &[14.348_929_183_073], 1e-10);
    close("standard error", satisfaction.standard_error, &[0.907_505_964_059_4], 1e-10);
    close("goodness", fitted.goodness, &[0.471_466_828_085_942_2], 1e-10);
}

/// Tenenhaus et al. (2005) print these to three digits, plspm of Python to
/// thirteen. Programs that mean to standardise and do not end up here as well.
#[test]
fn the_raw_solution_is_another_one() {
    let (_, fitted) = ecsi(Metric::Raw);
    let want = [
        0.493_052_154_823_932,
        0.545_107_750_516_306,
        0.065_901_114_844_773,
        0.540_291_209_967_628,
        0.152_689_112_466_390,
        0.037_086_229_002_403,
        0.544_404_314_474_910,
        0.199_708_449_549_095,
        0.540_028_342_828_696,
        0.212_258_513_855_481,
        0.465_496_478_195_984,
        0.049_996_046_258_940,
    ];
    close("paths", coefficients(&fitted), &want, 1e-10);
    let want = [
        0.243_100_427_376_522,
        0.297_142_459_672_947,
        0.335_075_536_045_933,
        0.671_745_731_010_164,
        0.291_630_611_058_308,
        0.431_839_613_141_346,
    ];
    close("r squared", r_squared(&fitted), &want, 1e-10);
    let want = [
        72.683_828_818_538,
        72.323_553_313_187,
        74.582_876_049_587,
        61.583_358_059_458,
        71.248_159_331_646,
        67.422_222_222_222,
        69.291_861_939_100,
    ];
    close("indices", indices(&fitted), &want, 1e-10);
    let alphas = fitted.constructs.iter().filter_map(|each| each.reliability.alpha_raw);
    let want = [
        0.714_446_802_043,
        0.432_596_843_807,
        0.872_406_371_430,
        0.816_694_539_035,
        0.770_113_108_282,
        0.441_717_198_383,
    ];
    close("alpha", alphas, &want, 1e-11);
    let distance = coefficients(&fitted)[4] - STANDARDISED_PATHS[4];
    assert!(distance.abs() > 0.02, "the metrics differ in the second digit");
}

/// A known program divides all items by the standard deviation of all answers
/// together and calls that scaled.
#[test]
fn one_divisor_for_all_items_is_not_standardising() {
    let (names, mut rows) = mobi();
    let model = PathModel::parse(ECSI, &names).expect("a model");
    rows.iter_mut().flatten().for_each(|answer| *answer /= 1.873);
    let fit = |metric| {
        let scale = Scale::new(0.1, 10.0).expect("a scale");
        let settings = Settings { metric, scale, resamples: 0, ..Settings::default() };
        let estimate = estimate(&sample_of(&rows), &model, &settings).expect("on the scale");
        estimate.and_then(|estimate| estimate.fitted).expect("fitted")
    };
    let raw = coefficients(&ecsi(Metric::Raw).1);
    close("raw", coefficients(&fit(Metric::Raw)), &raw, 1e-10);
    close("paths", coefficients(&fit(Metric::Standardised)), &STANDARDISED_PATHS, 1e-10);
}

#[test]
fn index_weights_and_scores_are_the_published_ones() {
    let (names, rows) = mobi();
    let (_, fitted) = ecsi(Metric::Standardised);
    let of_satisfaction = || fitted.items.iter().filter(|item| item.construct == 4);
    let weights: Vec<f64> = of_satisfaction().filter_map(|item| item.index_weight).collect();
    close(
        "weights",
        weights.clone(),
        &[0.394_838_260_881, 0.279_144_171_636, 0.326_017_567_484],
        1e-11,
    );
    let scores = rows[..5].iter().map(|row| {
        let answers: Vec<f64> = of_satisfaction().map(|item| row[item.item]).collect();
        score(&answers, &weights, Settings::default().scale)
    });
    let want = [52.974_769_157_9, 92.755_165_167_0, 71.053_758_454_2, 100.0, 86.551_961_352_9];
    close("scores", scores, &want, 1e-10);
    assert_eq!(names[3], "CUSA1");
}

#[test]
fn loadings_and_total_effects_are_the_published_ones() {
    let (_, fitted) = ecsi(Metric::Standardised);
    let loadings = fitted.items.iter().filter(|item| item.construct != 5);
    close("loadings", loadings.filter_map(|item| item.loading), &LOADINGS, 1e-10);
    let effects = |to: usize| fitted.effects.iter().filter(move |effect| effect.to == to);
    let want = [
        0.390_477_856_803_013,
        0.419_342_203_212_795,
        0.619_428_163_399_048,
        0.191_815_664_363_142,
    ];
    close("on satisfaction", effects(4).map(|effect| effect.total), &want, 1e-10);
    let want = [
        0.398_779_103_899_814,
        0.218_456_280_169_262,
        0.322_691_041_758_959,
        0.099_926_351_781_254,
        0.520_949_903_194_949,
        0.071_232_412_429_900,
    ];
    close("on loyalty", effects(6).map(|effect| effect.total), &want, 1e-10);
}

#[test]
fn reliability_is_the_published_one() {
    let (_, fitted) = ecsi(Metric::Standardised);
    for (construct, want) in RELIABILITY {
        let Reliability { alpha, rho_c, rho_a, ave, .. } = fitted.constructs[construct].reliability;
        close(NAMES[construct], [alpha, rho_c, rho_a, ave].into_iter().flatten(), &want, 1e-11);
    }
    assert_eq!(fitted.constructs[5].reliability, Reliability::default());
    let ratio = |left, right| {
        let pair = |pair: &&Pair| pair.left == left && pair.right == right;
        fitted.pairs.iter().find(pair).and_then(|pair| pair.htmt)
    };
    close("quality, satisfaction", ratio(2, 4), &[0.953_636_011_933], 1e-11);
    close("value, satisfaction", ratio(3, 4), &[0.740_808_927_759], 1e-11);
    close("image, satisfaction", ratio(0, 4), &[0.910_100_923_783], 1e-11);
    close("satisfaction, loyalty", ratio(4, 6), &[0.956_645_674_591], 1e-11);
}

/// `tests/reference/pls.py` works on people's scores, not on covariances.
#[test]
fn every_scheme_and_mode_agrees_with_a_fit_on_peoples_scores() {
    let (names, rows) = mobi();
    let sample = sample_of(&rows);
    for (scheme, metric, formative, want) in ON_SCORES {
        let operator = if formative { "Image <~" } else { "Image =~" };
        let text = ECSI.replace("Image        =~", operator);
        let model = PathModel::parse(&text, &names).expect("a model");
        let settings = Settings { scheme, metric, resamples: 0, ..Settings::default() };
        let estimate = estimate(&sample, &model, &settings).expect("on the scale");
        let fitted = estimate.and_then(|estimate| estimate.fitted).expect("fitted");
        assert!(fitted.converged && fitted.iterations < 100, "{scheme:?} {metric:?}");
        let coefficients = coefficients(&fitted);
        let index = fitted.constructs[4].index.expect("weights that add up");
        let name = format!("{scheme:?} {metric:?} {formative}");
        close(&name, [coefficients[4], coefficients[7], index], &want, 1e-10);
    }
}

#[test]
fn intervals_hold_the_estimate_and_repeat() {
    let (names, rows) = mobi();
    let model = PathModel::parse(ECSI, &names).expect("a model");
    let settings = Settings { resamples: 300, ..Settings::default() };
    let run = || estimate(&sample_of(&rows), &model, &settings).expect("on the scale");
    let fitted = run().and_then(|estimate| estimate.fitted).expect("fitted");
    assert_eq!(fitted.resamples, 300);
    for construct in &fitted.constructs {
        let (index, spread) = (construct.index.expect("one"), construct.index_spread.expect("one"));
        assert!(spread.lower < index && index < spread.upper);
        // Weights that are estimated add little to the error of a mean.
        let ratio = spread.standard_error / construct.standard_error.expect("one");
        assert!((0.8..1.6).contains(&ratio), "{ratio}");
    }
    for path in &fitted.paths {
        let spread = path.spread.expect("resamples");
        assert!(spread.lower < path.coefficient && path.coefficient < spread.upper);
        // Larger would mean constructs that changed sides.
        assert!(spread.standard_error < 0.15, "{path:?}");
    }
    assert_eq!(run().and_then(|estimate| estimate.fitted), Some(fitted));
}

#[test]
fn a_constant_item_is_left_out_and_flagged() {
    let (names, mut rows) = mobi();
    for row in &mut rows {
        row[3] = 8.0;
    }
    let model = PathModel::parse(ECSI, &names).expect("a model");
    let settings = Settings { resamples: 50, ..Settings::default() };
    let estimate = estimate(&sample_of(&rows), &model, &settings).expect("on the scale");
    let estimate = estimate.expect("people");
    assert_eq!(estimate.flags, [Flag::Constant("CUSA1".into())]);
    let fitted = estimate.fitted.expect("fitted");
    let item = fitted.items.iter().find(|item| item.item == 3).expect("there");
    assert_eq!((item.weight, item.loading, item.index_weight), (0.0, None, Some(0.0)));
    assert_eq!((fitted.resamples, fitted.resamples_with_constants), (50, 0));
}

#[test]
fn a_resample_with_a_constant_is_counted_and_gives_no_nonsense() {
    // One person of twenty differs in `rare`, and is missing from a third of the resamples.
    let rows: Vec<Vec<f64>> = (0..20_u32)
        .map(|i| vec![f64::from(i % 7), f64::from(u8::from(i == 3)), f64::from(i * 3 % 5)])
        .collect();
    let names = ["a", "rare", "b"].map(String::from);
    let settings =
        Settings { scale: Scale::new(0.0, 10.0).expect("a scale"), ..Settings::default() };
    for (text, all_used) in
        [("X =~ a + rare; Y =~ b; Y ~ X", true), ("X =~ rare; Y =~ b; Y ~ X", false)]
    {
        let model = PathModel::parse(text, &names).expect("a model");
        let estimate = estimate(&sample_of(&rows), &model, &settings).expect("on the scale");
        let estimate = estimate.expect("people");
        let fitted = estimate.fitted.expect("fitted");
        assert!((100..300).contains(&fitted.resamples_with_constants), "{fitted:?}");
        assert_eq!(fitted.resamples == 500, all_used);
        assert_eq!(estimate.flags.contains(&Flag::FewerResamples), !all_used);
        let spread = fitted.paths[0].spread.expect("resamples");
        assert!(spread.lower.is_finite() && spread.standard_error.is_finite());
    }
}

#[test]
fn nothing_to_learn_is_said_and_not_guessed() {
    let names = ["a", "b"].map(String::from);
    let model = PathModel::parse("X =~ a; Y =~ b; Y ~ X", &names).expect("a model");
    let run = |rows: &[Vec<f64>]| {
        let estimate = estimate(&sample_of(rows), &model, &Settings::default());
        let estimate = estimate.expect("on the scale").expect("people");
        let flags: Vec<_> = estimate.flags.iter().map(ToString::to_string).collect();
        (estimate.fitted.is_some(), flags.join(","))
    };
    assert_eq!(run(&[vec![1.0, 2.0]]), (false, "constant:a,constant:b,too_few".into()));
    assert_eq!(run(&[vec![1.0, 2.0], vec![1.0, 3.0]]), (false, "constant:a,too_few".into()));
    let none = estimate(&Sample::new(2), &model, &Settings::default());
    assert_eq!(none, Ok(None));
    let off = estimate(&sample_of(&[vec![0.0, 2.0]]), &model, &Settings::default());
    let error = off.expect_err("off the scale").to_string();
    assert_eq!(error, "`items` must be between `scale_min` and `scale_max`, got 0");
}

#[test]
fn items_that_repeat_or_cancel_each_other_are_no_obstacle() {
    let rows: Vec<Vec<f64>> = (0..30_u32)
        .map(|i| {
            let (a, y) = (f64::from(i % 7), f64::from((i * 5 + i % 7) % 9));
            vec![a, a, 10.0 - a, y]
        })
        .collect();
    let names = ["a", "same", "opposite", "y"].map(String::from);
    let settings = Settings {
        scale: Scale::new(0.0, 10.0).expect("a scale"),
        resamples: 40,
        ..Settings::default()
    };
    for (text, flag) in [
        ("X <~ a + same; Y =~ y; Y ~ X", Some(Flag::Collinear("X".into()))),
        ("X =~ a + opposite; Y =~ y; Y ~ X", Some(Flag::NegativeWeight("X".into()))),
        ("X =~ a; Z =~ same; Y =~ y; Y ~ X + Z", Some(Flag::Collinear("Y".into()))),
        ("X =~ a + same; Y =~ y; Y ~ X", None),
    ] {
        let model = PathModel::parse(text, &names).expect("a model");
        let estimate = estimate(&sample_of(&rows), &model, &settings).expect("on the scale");
        let estimate = estimate.expect("people");
        assert_eq!(estimate.flags.first(), flag.as_ref(), "{text}");
        let fitted = estimate.fitted.expect("fitted");
        assert!(fitted.converged && fitted.paths.iter().all(|path| path.coefficient.is_finite()));
    }
}

/// Two constructs of three items each, one moving the other by `path`.
fn two_constructs(set: u64, people: u32, path: f64) -> Sample {
    let mut stream = crate::kernel::resample::stream(2000 + set);
    let mut normal =
        || crate::kernel::maths::normal::quantile(stream.random_range(1e-9..1.0 - 1e-9));
    let mut sample = Sample::new(6);
    for _ in 0..people {
        let mover = normal();
        let moved = path * mover + (1.0 - path * path).sqrt() * normal();
        let mut item = |construct: f64| 5.0 + 0.7 * construct + 0.51_f64.sqrt() * normal();
        let row = [mover, mover, mover, moved, moved, moved].map(&mut item);
        sample.push(&row, 1.0, 1).expect("finite");
    }
    sample
}

#[test]
fn limits_of_a_path_hold_what_is_not_there() {
    let names: Vec<String> = ["a", "b", "c", "d", "e", "f"].map(str::to_owned).to_vec();
    let model = PathModel::parse("X =~ a + b + c\nY =~ d + e + f\nY ~ X", &names).expect("a model");
    let scale = Scale::new(-100.0, 100.0).expect("a scale");
    let settings = Settings { scale, resamples: 200, ..Settings::default() };
    let held = (0..40).filter(|set| {
        let estimate = estimate(&two_constructs(*set, 100, 0.0), &model, &settings);
        let fitted = estimate.expect("on the scale").expect("people").fitted.expect("fitted");
        let spread = fitted.paths[0].spread.expect("resamples");
        spread.lower <= 0.0 && 0.0 <= spread.upper
    });
    // By percentiles alone it is 33.
    assert!(held.count() >= 37);
}

#[test]
fn too_few_people_fit_no_model() {
    let names: Vec<String> = ["a", "b", "c", "d", "e", "f"].map(str::to_owned).to_vec();
    let model = PathModel::parse("X =~ a + b + c\nY =~ d + e + f\nY ~ X", &names).expect("a model");
    let scale = Scale::new(-100.0, 100.0).expect("a scale");
    let settings = Settings { scale, resamples: 0, ..Settings::default() };
    let of = |people| {
        let estimate = estimate(&two_constructs(1, people, 0.5), &model, &settings);
        let estimate = estimate.expect("on the scale").expect("people");
        (estimate.fitted.is_some(), estimate.flags)
    };
    assert_eq!(of(2), (false, vec![Flag::TooFew]));
    assert_eq!(of(40), (true, vec![]));
    assert!(of(5).1.contains(&Flag::SmallSample));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn any_unit_of_an_item_gives_the_same_standardised_solution(
        shift in prop::collection::vec(-50.0..50.0_f64, 24),
        scale in prop::collection::vec(0.01..40.0_f64, 24),
    ) {
        let (names, rows) = mobi();
        let model = PathModel::parse(ECSI, &names).expect("a model");
        let changed: Vec<Vec<f64>> = rows
            .iter()
            .map(|row| row.iter().zip(&shift).zip(&scale).map(|((x, a), b)| a + b * x).collect())
            .collect();
        let settings = Settings {
            scale: Scale::new(-1000.0, 1000.0).expect("a scale"),
            resamples: 0,
            ..Settings::default()
        };
        let estimate = estimate(&sample_of(&changed), &model, &settings).expect("on the scale");
        let fitted = estimate.and_then(|estimate| estimate.fitted).expect("fitted");
        close("paths", coefficients(&fitted), &STANDARDISED_PATHS, 1e-10);
    }

    #[test]
    fn a_weight_is_as_good_as_repetition_and_order_does_not_matter(
        times in prop::collection::vec(1_u32..4, 250), first in 0_usize..250,
    ) {
        let (names, mut rows) = mobi();
        let model = PathModel::parse(ECSI, &names).expect("a model");
        let settings = Settings { resamples: 0, ..Settings::default() };
        let mut weighted = Sample::new(24);
        for (row, times) in rows.iter().zip(&times) {
            weighted.push(row, f64::from(*times), 1).expect("finite");
        }
        let mut repeated: Vec<_> = rows
            .drain(..)
            .zip(&times)
            .flat_map(|(row, times)| vec![row; *times as usize])
            .collect();
        let count = repeated.len();
        repeated.rotate_left(first % count);
        let fit = |sample: &Sample| {
            let estimate = estimate(sample, &model, &settings).expect("on the scale");
            estimate.and_then(|estimate| estimate.fitted).expect("fitted")
        };
        let (weighted, repeated) = (fit(&weighted), fit(&sample_of(&repeated)));
        close("paths", coefficients(&weighted), &coefficients(&repeated), 1e-10);
        close("indices", indices(&weighted), &indices(&repeated), 1e-9);
    }
}

proptest! {
    /// Few people, coarse answers: constants, ties and copies all the time.
    #[test]
    fn whatever_is_answered_no_number_is_nonsense(
        rows in prop::collection::vec(prop::collection::vec((1..4_u8).prop_map(f64::from), 5), 1..12),
        scheme in 0..3_usize, metric in 0..2_usize, formative in any::<bool>(),
    ) {
        let names = ["a", "b", "c", "d", "e"].map(String::from);
        let operator = if formative { "<~" } else { "=~" };
        let text = format!("X {operator} a + b; Y {operator} c; Z =~ d + e; Y ~ X; Z ~ X + Y");
        let model = PathModel::parse(&text, &names).expect("a model");
        let (scheme, metric) = (Scheme::NAMES[scheme].1, Metric::NAMES[metric].1);
        let settings = Settings { scheme, metric, resamples: 50, ..Settings::default() };
        let estimate = estimate(&sample_of(&rows), &model, &settings).expect("on the scale");
        let estimate = estimate.expect("people");
        let Some(fitted) = estimate.fitted else {
            prop_assert!(!estimate.flags.is_empty());
            return Ok(());
        };
        prop_assert!(fitted.converged || estimate.flags.contains(&Flag::NotConverged));
        for construct in &fitted.constructs {
            prop_assert!(construct.r_squared.is_none_or(|share| (0.0..=1.0).contains(&share)));
            let Reliability { alpha, alpha_raw, rho_a, rho_c, ave } = construct.reliability;
            let numbers = [construct.index, construct.deviation, alpha, alpha_raw, rho_a, rho_c, ave];
            prop_assert!(numbers.into_iter().flatten().all(f64::is_finite), "{construct:?}");
        }
        for item in &fitted.items {
            prop_assert!(item.weight.is_finite() && item.index_weight.is_none_or(f64::is_finite));
            prop_assert!(item.loading.is_none_or(|loading| (-1.0..=1.0).contains(&loading)));
        }
        for effect in &fitted.effects {
            prop_assert!(effect.total.is_finite() && effect.points.is_none_or(f64::is_finite));
            let spread = effect.spread.map(|spread| [spread.lower, spread.upper, spread.standard_error]);
            prop_assert!(spread.into_iter().flatten().all(f64::is_finite));
        }
        for pair in &fitted.pairs {
            prop_assert!(pair.correlation.is_finite() && pair.htmt.is_none_or(f64::is_finite));
        }
    }
}

/// Paths from image and value to satisfaction, and its index; image formative or
/// not.
const ON_SCORES: [(Scheme, Metric, bool, [f64; 3]); 10] = [
    (
        Scheme::Centroid,
        Metric::Standardised,
        true,
        [0.182_625_903_664, 0.194_574_049_607, 72.549_501_082_924],
    ),
    (
        Scheme::Centroid,
        Metric::Raw,
        true,
        [0.168_448_026_927, 0.204_720_098_061, 71.261_495_904_104],
    ),
    (
        Scheme::Factorial,
        Metric::Standardised,
        false,
        [0.178_592_671_860, 0.191_445_259_990, 72.546_271_921_590],
    ),
    (
        Scheme::Factorial,
        Metric::Standardised,
        true,
        [0.183_942_605_096, 0.193_930_326_629, 72.553_437_450_268],
    ),
    (
        Scheme::Factorial,
        Metric::Raw,
        false,
        [0.152_664_520_960, 0.199_612_198_635, 71.242_426_647_101],
    ),
    (
        Scheme::Factorial,
        Metric::Raw,
        true,
        [0.169_934_965_405, 0.204_359_508_564, 71.256_808_836_225],
    ),
    (
        Scheme::Path,
        Metric::Standardised,
        false,
        [0.178_739_500_130, 0.194_765_104_189, 72.454_117_930_910],
    ),
    (
        Scheme::Path,
        Metric::Standardised,
        true,
        [0.183_926_534_845, 0.197_350_284_647, 72.457_296_912_803],
    ),
    (Scheme::Path, Metric::Raw, false, [0.152_873_197_983, 0.202_176_792_116, 71.169_247_082_836]),
    (Scheme::Path, Metric::Raw, true, [0.169_939_547_859, 0.207_036_764_069, 71.175_704_881_238]),
];

const STANDARDISED_PATHS: [f64; 12] = [
    0.504_705_638_605_573,
    0.557_247_856_077_275,
    0.050_787_551_560_125,
    0.557_216_857_956_411,
    0.178_833_482_336_231,
    0.064_425_339_220_908,
    0.512_545_241_595_797,
    0.191_815_664_363_142,
    0.526_097_307_137_950,
    0.195_359_702_198_514,
    0.483_474_722_834_639,
    0.071_232_412_429_900,
];

/// All but that of the one complaint item, which is 1.
const LOADINGS: [f64; 23] = [
    0.743_369_951_781_093,
    0.600_729_639_582_712,
    0.577_617_362_368_517,
    0.768_362_373_272_140,
    0.744_475_016_134_747,
    0.771_492_261_435_590,
    0.686_625_951_899_039,
    0.611_825_258_990_867,
    0.803_339_999_234_665,
    0.637_391_200_153_433,
    0.783_535_067_860_161,
    0.769_115_944_657_667,
    0.755_773_716_084_745,
    0.775_158_005_929_686,
    0.779_399_205_612_580,
    0.904_344_649_405_723,
    0.937_911_546_762_227,
    0.799_025_895_874_621,
    0.846_210_706_810_578,
    0.851_886_141_786_241,
    0.813_810_914_746_360,
    0.219_142_423_269_744,
    0.916_814_393_072_315,
];

/// Alpha, composite reliability, `rho_a` and AVE by construct.
const RELIABILITY: [(usize, [f64; 4]); 6] = [
    (0, [0.722_834_595_427, 0.818_926_490_784, 0.739_516_461_402, 0.478_348_117_741]),
    (1, [0.451_902_555_978, 0.733_213_615_599, 0.461_687_892_869, 0.480_328_551_605]),
    (2, [0.877_010_245_240, 0.904_692_150_273, 0.884_256_066_036, 0.576_659_457_298]),
    (3, [0.823_631_979_353, 0.918_168_094_207, 0.848_785_230_942, 0.848_758_657_229]),
    (4, [0.779_195_021_919, 0.871_457_160_078, 0.785_071_927_922, 0.693_408_313_722]),
    (6, [0.472_398_962_898, 0.724_011_962_696, 0.745_621_656_440, 0.516_953_412_660]),
];
