//! The published tables of the mobile phone survey against what is published about it.
//!
//! The index model is that of Tenenhaus, Vinzi, Chatelin and Lauro (2005). The figures, carried to more
//! digits, come from independent programs: semPLS and relaimpo of R, and plspm of Python.

use tokio::sync::OnceCell;

use crate::support::playground::Playground;
use crate::support::tables::Tables;

/// Paths in the order of `PATHS`, explained variance and indices in that of `CONSTRUCTS`.
struct Fit {
    metric: &'static str,
    paths: [f64; 12],
    r_squared: [f64; 6],
    indices: [f64; 7],
}

const PATHS: [(&str, &str); 12] = [
    ("image", "expectation"),
    ("expectation", "quality"),
    ("expectation", "value"),
    ("quality", "value"),
    ("image", "satisfaction"),
    ("expectation", "satisfaction"),
    ("quality", "satisfaction"),
    ("value", "satisfaction"),
    ("satisfaction", "complaint"),
    ("image", "loyalty"),
    ("satisfaction", "loyalty"),
    ("complaint", "loyalty"),
];

/// Nothing moves the last one.
const CONSTRUCTS: [&str; 7] =
    ["expectation", "quality", "value", "satisfaction", "complaint", "loyalty", "image"];

/// In points of the scale, as the paper has it.
const RAW: Fit = Fit {
    metric: "raw",
    paths: [
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
    ],
    r_squared: [
        0.243_100_427_376_522,
        0.297_142_459_672_947,
        0.335_075_536_045_933,
        0.671_745_731_010_164,
        0.291_630_611_058_308,
        0.431_839_613_141_346,
    ],
    indices: [
        72.323_553_313_187,
        74.582_876_049_587,
        61.583_358_059_458,
        71.248_159_331_646,
        67.422_222_222_222,
        69.291_861_939_100,
        72.683_828_818_538,
    ],
};

/// In standard deviations, the default of programs for path models.
const STANDARDISED: Fit = Fit {
    metric: "standardised",
    paths: [
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
    ],
    r_squared: [
        0.254_727_781_640_259,
        0.310_525_173_102_720,
        0.344_609_874_092_232,
        0.680_281_094_510_400,
        0.276_778_376_577_802,
        0.457_286_052_330_999,
    ],
    indices: [
        72.471_432_187_392,
        74.985_300_582_068,
        62.297_926_007_122,
        72.542_802_300_492,
        67.422_222_222_222,
        70.610_666_095_863,
        73.520_850_770_627,
    ],
};

impl Fit {
    async fn publish(&self) -> Tables {
        let place = Playground::new().core();
        place.does(&format!(
            "run pipelines/ecsi_mobi.yaml --as-of 2005-02-01 --param index_metric={}",
            self.metric
        ));
        Tables::of(&place.path("warehouse")).await
    }

    async fn hold(&self, tables: &Tables) {
        for ((from, to), path) in PATHS.iter().zip(self.paths) {
            let query = format!(
                "select coefficient from fact_satisfaction_path \
                 where from_construct = '{from}' and to_construct = '{to}'"
            );
            within(tables, &query, path, 1e-10).await;
        }
        let figure = |figure: &str, construct: &str| {
            format!("select {figure} from fact_satisfaction_index where construct = '{construct}'")
        };
        for (construct, r_squared) in CONSTRUCTS.iter().zip(self.r_squared) {
            within(tables, &figure("r_squared", construct), r_squared, 1e-10).await;
        }
        for (construct, index) in CONSTRUCTS.iter().zip(self.indices) {
            within(tables, &figure("index_value", construct), index, 1e-9).await;
        }
        let whole = "select count(*), count(coefficient), count(distinct n), max(n), \
                     max(flags) from fact_satisfaction_path";
        assert_eq!(tables.row(whole).await, "21 12 1 250 ");
    }
}

async fn raw() -> &'static Tables {
    static TABLES: OnceCell<Tables> = OnceCell::const_new();
    TABLES.get_or_init(|| RAW.publish()).await
}

async fn standardised() -> &'static Tables {
    static TABLES: OnceCell<Tables> = OnceCell::const_new();
    TABLES.get_or_init(|| STANDARDISED.publish()).await
}

#[tokio::test]
async fn the_index_model_in_points_is_the_published_one() {
    RAW.hold(raw().await).await;
}

#[tokio::test]
async fn the_index_model_in_standard_deviations_is_the_published_one() {
    STANDARDISED.hold(standardised().await).await;
}

#[tokio::test]
async fn constructs_are_as_reliable_as_published() {
    let tables = standardised().await;
    for (construct, [alpha, rho_c, rho_a, ave]) in [
        ("image", [0.722_834_595_427, 0.818_926_490_784, 0.739_516_461_402, 0.478_348_117_741]),
        (
            "expectation",
            [0.451_902_555_978, 0.733_213_615_599, 0.461_687_892_869, 0.480_328_551_605],
        ),
        ("quality", [0.877_010_245_240, 0.904_692_150_273, 0.884_256_066_036, 0.576_659_457_298]),
        ("value", [0.823_631_979_353, 0.918_168_094_207, 0.848_785_230_942, 0.848_758_657_229]),
        (
            "satisfaction",
            [0.779_195_021_919, 0.871_457_160_078, 0.785_071_927_922, 0.693_408_313_722],
        ),
        ("loyalty", [0.472_398_962_898, 0.724_011_962_696, 0.745_621_656_440, 0.516_953_412_660]),
    ] {
        for (column, expected) in [
            ("alpha", alpha),
            ("rho_c", rho_c),
            ("rho_a", rho_a),
            ("average_variance_extracted", ave),
        ] {
            let query = format!(
                "select {column} from fact_satisfaction_index where construct = '{construct}'"
            );
            within(tables, &query, expected, 1e-9).await;
        }
    }
    let query = "select distinct goodness_of_fit from fact_satisfaction_index";
    within(tables, query, 0.471_466_828_085_942_2, 1e-9).await;
}

#[tokio::test]
async fn questions_count_as_published_and_effects_add_up() {
    let tables = standardised().await;
    for (question, weight, loading) in [
        ("CUSA1", 0.394_838_260_881, 0.799_025_895_874_621),
        ("CUSA2", 0.279_144_171_636, 0.846_210_706_810_578),
        ("CUSA3", 0.326_017_567_484, 0.851_886_141_786_241),
    ] {
        let figure = |figure: &str| {
            format!("select {figure} from fact_satisfaction_item where question_id = '{question}'")
        };
        within(tables, &figure("index_weight"), weight, 1e-9).await;
        within(tables, &figure("loading"), loading, 1e-10).await;
    }
    for (from, to, effect) in [
        ("image", "satisfaction", 0.390_477_856_803_013),
        ("expectation", "satisfaction", 0.419_342_203_212_795),
        ("quality", "satisfaction", 0.619_428_163_399_048),
        ("image", "loyalty", 0.398_779_103_899_814),
        ("expectation", "loyalty", 0.218_456_280_169_262),
        ("quality", "loyalty", 0.322_691_041_758_959),
        ("value", "loyalty", 0.099_926_351_781_254),
        ("satisfaction", "loyalty", 0.520_949_903_194_949),
    ] {
        let query = format!(
            "select total_effect from fact_satisfaction_path \
             where from_construct = '{from}' and to_construct = '{to}'"
        );
        within(tables, &query, effect, 1e-10).await;
    }
}

/// The mean of the customers' indices is the index, and the first five are known.
#[tokio::test]
async fn every_customer_has_the_published_index() {
    let tables = standardised().await;
    // The first line of the file has the names of the questions.
    for (line, index) in
        (2..).zip([52.974_769_157_9, 92.755_165_167_0, 71.053_758_454_2, 100.0, 86.551_961_352_9])
    {
        let query = format!(
            "select satisfaction_index from fact_customer_index where customer_id = 'P{line:04}'"
        );
        within(tables, &query, index, 1e-9).await;
    }
    let query = "select avg(satisfaction_index) from fact_customer_index";
    within(tables, query, 72.542_802_300_492, 1e-9).await;
    let query = "select stddev_samp(satisfaction_index) from fact_customer_index";
    within(tables, query, 14.348_929_183_073, 1e-9).await;
}

#[tokio::test]
async fn drivers_of_satisfaction_are_the_published_ones() {
    let tables = raw().await;
    // Penalties and rewards are published in marks of the scale, of which there are nine steps.
    for (driver, [coefficient, lmg, johnson, penalty, reward]) in [
        (
            "image",
            [
                0.152_178_357_901_064,
                0.115_634_667_280_487,
                0.116_080_836_262_070,
                -0.267_560_615_515,
                0.141_841_410_845,
            ],
        ),
        (
            "expectation",
            [
                0.181_633_608_910_625,
                0.096_377_025_826_535_3,
                0.102_445_765_380_614,
                -0.293_428_341_364,
                0.466_280_633_242,
            ],
        ),
        (
            "quality",
            [
                0.402_232_496_561_075,
                0.190_743_550_752_920,
                0.181_959_398_195_572,
                -0.598_403_539_028,
                0.626_480_061_966,
            ],
        ),
        (
            "value",
            [
                0.016_816_345_949_177_9,
                0.048_174_190_083_352_2,
                0.050_443_434_105_036_4,
                -0.264_915_347_048,
                0.199_965_499_521,
            ],
        ),
    ] {
        for (column, expected) in [
            ("coefficient", coefficient),
            ("lmg", lmg),
            ("johnson", johnson),
            ("penalty * 0.09", penalty),
            ("reward * 0.09", reward),
        ] {
            let query = format!("select {column} from fact_index_driver where driver = '{driver}'");
            within(tables, &query, expected, 1e-10).await;
        }
    }
    let query = "select distinct r_squared from fact_index_driver";
    within(tables, query, 0.450_929_433_943_293, 1e-10).await;
    let query = "select count(*), max(n), max(incomplete) from fact_index_driver";
    assert_eq!(tables.row(query).await, "4 250 0");
}

#[tokio::test]
async fn answers_are_counted_as_in_the_file() {
    let tables = raw().await;
    let query = "select csat_numerator, csat_denominator from fact_satisfaction \
                 where segment = 'all'";
    assert_eq!(tables.row(query).await, "67.0 250.0");
    let query = "select count(*), count(nps) from fact_satisfaction";
    // Recommendation was asked on a scale from 1 to 10, and nobody has a segment.
    assert_eq!(tables.row(query).await, "2 0");
    assert_eq!(tables.row("select count(*) from fact_customer_loyalty").await, "0");
}

async fn within(tables: &Tables, query: &str, expected: f64, tolerance: f64) {
    let found = tables.number(query).await;
    assert!((found - expected).abs() <= tolerance, "{query}: {found}, not {expected}");
}
