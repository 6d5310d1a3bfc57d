//! `survival_quantile(time, event, probability [, weight [, weights [, level]]])`

use datafusion::common::ScalarValue;

use super::spells::{EVENT, TIME, spells_of};
use crate::functions::answers::float;
use crate::functions::argument::{LIMITS_LEVEL, WEIGHT};
use crate::functions::document::{Argument, Example, Field, Kind};
use crate::functions::domain::Domain;
use crate::functions::shape::{Answer, Shape};
use crate::functions::tablewise::{Setup, Tablewise};
use crate::kernel::level::Level;
use crate::kernel::survival::{Spell, check_probability, events, kaplan_meier, quantile};
use crate::kernel::{OutOfDomain, Weighted, Weights};

pub(super) static FUNCTION: Tablewise = Tablewise {
    name: "survival_quantile",
    summary: "The time by which a share of spells has ended, read off a Kaplan–Meier curve.",
    arguments: &[
        TIME,
        EVENT,
        Argument::needed(
            "probability",
            "the share that has ended: 0.25 for the first quarter",
            Domain::Constant(&Domain::Inside(0.0, 1.0)),
        ),
        WEIGHT,
    ],
    returns: "the earliest time at which at most 1 - `probability` still last",
    shape: Shape::Struct(FIELDS),
    nulls: "rows with a NULL are ignored; NULL without rows of a weight above 0",
    source: "Brookmeyer and Crowley (1982), Biometrics 38(1), 29–41",
    examples: &[Example::over(
        "survival_quantile(months, left, 0.25)['value']",
        "(VALUES (3, true), (5, true), (8, false), (9, true)) AS t(months, left)",
        "3.0",
    )],
    weights: Some(Weights::Counts),
    settings: &[LIMITS_LEVEL],
    check: |setup| Ok(check_probability(probability(setup))?),
    kernel: |table| Ok(time(&spells_of(table)?, probability(table.setup), table.setup.level()?)?),
};

fn probability(setup: &Setup) -> f64 {
    setup.number(2).unwrap_or(f64::NAN)
}

pub(super) const FIELDS: &[Field] = &[
    float("value", "the time; NULL where fewer have ended so far"),
    float(
        "lower",
        "lower limit (Brookmeyer and Crowley); NULL where so few do not determine it, see `flags`",
    ),
    float("upper", "upper limit; NULL where it lies beyond what was watched"),
    float("n", "spells: the sum of the counts, or the effective number (Kish)"),
    float("events", "spells that ended"),
    Field {
        name: "flags",
        kind: Kind::Text,
        meaning: "what the curve does not determine, separated by commas; empty if nothing: `no_value` (fewer have \
                  ended so far), `no_lower` (so few are at risk, m of them (effective) when the first ends, that it may well \
                  come after the true time: (1 - probability)^m is above (1 - level) / 2; or no limit of the curve gets \
                  there), `no_upper` (it lies beyond what was watched), `too_few` (design weights leave not more than \
                  three effective spells, which have no limits)",
    },
];

/// The time by which a share of `probability` has ended, as [`FIELDS`].
pub(super) fn time(
    spells: &Weighted<Spell>,
    probability: f64,
    level: Level,
) -> Result<Option<Answer>, OutOfDomain> {
    let curve = kaplan_meier(spells, level);
    let quantile = quantile(&curve, probability, level)?;
    let Some(first) = curve.first() else { return Ok(None) };
    let few = spells.are_too_few();
    let flags: Vec<&str> = [
        (quantile.time.is_none(), "no_value"),
        (quantile.lower.is_none() && !few, "no_lower"),
        (quantile.upper.is_none() && !few, "no_upper"),
        (few, "too_few"),
    ]
    .into_iter()
    .filter_map(|(holds, flag)| holds.then_some(flag))
    .collect();
    Ok(Some(Answer::Fields(vec![
        ScalarValue::Float64(quantile.time),
        ScalarValue::Float64(quantile.lower),
        ScalarValue::Float64(quantile.upper),
        ScalarValue::from(first.at_risk),
        ScalarValue::from(events(&curve)),
        ScalarValue::from(flags.join(",")),
    ])))
}
