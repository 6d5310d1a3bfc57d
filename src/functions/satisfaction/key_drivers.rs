//! `key_drivers(target, drivers [, weight [, weights [, level]]])`

use datafusion::common::ScalarValue;

use super::complete::{Complete, INCOMPLETE, TARGET, perhaps};
use crate::functions::answers::{N, N_EFFECTIVE, float};
use crate::functions::argument::{LIMITS_LEVEL, WEIGHT};
use crate::functions::document::{Argument, Example, Field, Kind};
use crate::functions::domain::Domain;
use crate::functions::refusal::Refusal;
use crate::functions::shape::{Answer, Shape, rows};
use crate::functions::tablewise::{Table, Tablewise, nothing_to_check};
use crate::kernel::Weights;
use crate::kernel::drivers::{Driver, Flag, drivers};

/// Resamples behind the limits of `lmg`.
const RESAMPLES: u32 = 500;

pub(super) static FUNCTION: Tablewise = Tablewise {
    name: "key_drivers",
    summary: "How much of what is explained in a target each driver explains.",
    arguments: &[
        TARGET,
        Argument::needed(
            "drivers",
            "what may explain it; name them with `named_struct`",
            Domain::Items("one per driver; for `lmg` at most 20"),
        ),
        WEIGHT,
    ],
    returns: "the linear regression of the target on its drivers, and its R squared divided among \
              them in three ways: `lmg`, `johnson` and `pratt`, each of which adds up to it",
    shape: Shape::Struct(&[
        Field { name: "drivers", kind: Kind::Rows(DRIVERS), meaning: "in the order given" },
        float(
            "r_squared",
            "explained share of the target's variance; NULL for a constant target and too few people",
        ),
        float("intercept", "the target where all drivers are 0"),
        N,
        INCOMPLETE,
        N_EFFECTIVE,
        Field {
            name: "flags",
            kind: Kind::Text,
            meaning: "what to know before use, separated by commas; empty if nothing: \
                      `too_few` (not two people more than drivers: nothing is estimated), \
                      `small_sample` (not ten people for each driver), `constant_target`, `constant:x` (everybody gave driver `x` the same: \
                      nothing is known of it), `collinear` (drivers repeat each other), \
                      `no_limits` (people are not more than three more than drivers: nothing has limits), \
                      `no_lmg` (more than 20 drivers: use `johnson`), `no_lmg_limits` (more than 12, or fewer \
                      resamples than `level` takes)",
        },
    ]),
    nulls: "rows with a NULL are ignored, those with a NULL driver are counted; a group \
            without rows gives NULL",
    source: "lmg: Lindeman, Merenda and Gold (1980), Introduction to Bivariate and Multivariate \
             Analysis; Grömping (2006), Journal of Statistical Software 17(1), 1–27; johnson: \
             Johnson (2000), Multivariate Behavioral Research 35(1), 1–19; pratt: Pratt (1987), \
             Dividing the Indivisible",
    examples: &[
        Example::over(
            "CAST(key_drivers(y, named_struct('a', a, 'b', b))['drivers'][1]['lmg'] AS DECIMAL(9, 6))",
            "(VALUES (1, 0, 0), (3, 1, 0), (0, 0, 1), (2, 1, 1)) AS t(y, a, b)",
            "0.800000",
        ),
        Example::over(
            "key_drivers(y, named_struct('a', a, 'b', b))['drivers'][2]['coefficient']",
            "(VALUES (1, 0, 0), (3, 1, 0), (0, 0, 1), (2, 1, 1)) AS t(y, a, b)",
            "-1.0",
        ),
    ],
    weights: Some(Weights::Design),
    settings: &[LIMITS_LEVEL],
    check: nothing_to_check,
    kernel,
};

const DRIVERS: &[Field] = &[
    Field { name: "driver", kind: Kind::Text, meaning: "its name" },
    float("coefficient", "points of the target that go with a point of the driver"),
    float("standard_error", "of the coefficient; NULL where drivers repeat each other"),
    float(
        "lower",
        "lower limit of the coefficient; NULL as `standard_error`, and with `no_limits`",
    ),
    float("upper", "upper limit of the coefficient"),
    float("standardised", "the coefficient in standard deviations"),
    float("lmg", "what it adds to R squared, averaged over all orders of entry"),
    float(
        "lmg_lower",
        "lower limit of that, from 500 resamples, on the scale of artanh of the root, by Student's t; 0 \
         where it may explain nothing; NULL with `no_limits`, beyond 12 drivers, and beyond a `level` of \
         0.996, which takes more resamples",
    ),
    float("lmg_upper", "upper limit of that"),
    float("lmg_share", "`lmg` by R squared"),
    float("johnson", "Johnson's relative weight"),
    float("pratt", "standardised coefficient by correlation; may be negative"),
    float("first", "what it explains alone: the squared correlation"),
    float("last", "what R squared loses without it"),
];

fn kernel(table: &Table) -> Result<Option<Answer>, Refusal> {
    let names = table.setup.names(1);
    let people = Complete::drivers(table.rows(), names.len())?;
    let level = table.setup.level()?;
    let Some(result) = drivers(&people.sample, RESAMPLES, level) else { return Ok(None) };
    let driver =
        |(name, driver): (&String, &Driver)| values(name, driver, result.lmg_share(driver));
    let list: Vec<_> = names.iter().zip(&result.drivers).map(driver).collect();
    Ok(Some(Answer::Fields(vec![
        rows(DRIVERS, &list)?,
        perhaps(result.r_squared),
        perhaps(result.intercept),
        people.n(),
        people.incomplete(),
        ScalarValue::from(result.n_effective),
        ScalarValue::from(flags(&result.flags, names)),
    ])))
}

fn values(name: &str, driver: &Driver, lmg_share: Option<f64>) -> Vec<ScalarValue> {
    let numbers = [
        driver.coefficient,
        driver.standard_error,
        driver.limits.map(|(lower, _)| lower),
        driver.limits.map(|(_, upper)| upper),
        driver.standardised,
        driver.lmg,
        driver.lmg_spread.map(|spread| spread.lower),
        driver.lmg_spread.map(|spread| spread.upper),
        lmg_share,
        driver.johnson,
        driver.pratt,
        driver.first,
        driver.last,
    ];
    std::iter::once(ScalarValue::from(name)).chain(numbers.map(perhaps)).collect()
}

/// The flags of a regression, in words.
pub(super) fn flags(flags: &[Flag], names: &[String]) -> String {
    let word = |flag: &Flag| match flag {
        Flag::TooFew => "too_few".to_owned(),
        Flag::SmallSample => "small_sample".to_owned(),
        Flag::ConstantTarget => "constant_target".to_owned(),
        Flag::Constant(driver) => format!("constant:{}", names[*driver]),
        Flag::Collinear => "collinear".to_owned(),
        Flag::NoLimits => "no_limits".to_owned(),
        Flag::NoLmg => "no_lmg".to_owned(),
        Flag::NoLmgLimits => "no_lmg_limits".to_owned(),
    };
    flags.iter().map(word).collect::<Vec<_>>().join(",")
}
