//! Invariants of path models of any survey.

use super::published::STANDARDISED_PATHS;
use super::*;

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
