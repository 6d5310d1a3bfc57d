//! Path models against values that other programs gave.

use super::*;

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

pub(super) const STANDARDISED_PATHS: [f64; 12] = [
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
