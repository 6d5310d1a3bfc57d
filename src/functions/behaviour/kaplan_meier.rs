//! `kaplan_meier(time, event [, weight [, weights [, level]]])`

use datafusion::common::ScalarValue;

use super::spells::{CURVE, LOWER, UPPER, limits, limits_flag, spells};
use crate::functions::answers::float;
use crate::functions::document::{Example, Field, Kind};
use crate::functions::groupwise::{Groupwise, Limited};
use crate::functions::multiset::Counted;
use crate::functions::shape::{Answer, Shape};
use crate::kernel::level::Level;
use crate::kernel::survival::{Estimate, kaplan_meier};
use crate::kernel::{OutOfDomain, Weights};

pub(super) static FUNCTION: Groupwise<3, Limited<3>> = Groupwise {
    name: "kaplan_meier",
    summary: "Kaplan–Meier curve: the share of spells that still last, where some are cut off.",
    arguments: CURVE,
    returns: "a list with an entry for every time at which a spell ends or is cut off, ascending; \
              empty where all weights are 0",
    shape: Shape::Rows(&[
        float("time", "in the unit of the argument"),
        float("at_risk", "spells that were watched until just before"),
        float("events", "spells that end at this time"),
        float("censored", "spells that are cut off at this time"),
        float("survival", "the share that lasts longer"),
        float(
            "standard_error",
            "of `survival`, Greenwood's; under design weights the larger of Greenwood's with the \
             effective numbers at risk and the infinitesimal jackknife's; NULL where nothing lasts",
        ),
        LOWER,
        UPPER,
        Field {
            name: "flags",
            kind: Kind::Text,
            meaning: "why there are no limits; empty if there are: `all_last`, `none_last`, `too_few` (design \
                      weights leave not more than three effective spells)",
        },
    ]),
    source: "Kaplan and Meier (1958), Journal of the American Statistical Association 53(282), \
             457–481; Greenwood (1926), The Natural Duration of Cancer; limits: Kalbfleisch and \
             Prentice (1980), The Statistical Analysis of Failure Time Data",
    examples: &[
        Example::over(
            "kaplan_meier(months, left)[1]['survival']",
            "(VALUES (3, true), (5, false), (8, false), (9, false)) AS t(months, left)",
            "0.75",
        ),
        Example::over("cardinality(kaplan_meier(t, 1))", "generate_series(1, 5) AS t(t)", "5"),
    ],
    weights: Some(Weights::Counts),
    kernel: Limited(kernel),
};

fn kernel(
    rows: &[Counted<3>],
    weights: Weights,
    level: Level,
) -> Result<Option<Answer>, OutOfDomain> {
    let curve = kaplan_meier(&spells(rows, weights)?, level);
    Ok(Some(Answer::Rows(curve.iter().map(fields).collect())))
}

fn fields(point: &Estimate) -> Vec<ScalarValue> {
    let Estimate { time, at_risk, events, censored, survival, .. } = *point;
    let numbers = [time, at_risk, events, censored, survival].map(ScalarValue::from);
    let error = ScalarValue::Float64(point.standard_error);
    let flag = limits_flag(point.limits, survival, ["none_last", "all_last"]);
    numbers.into_iter().chain([error]).chain(limits(point.limits)).chain([flag]).collect()
}
