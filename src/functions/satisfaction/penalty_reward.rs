//! `penalty_reward(target, drivers [, weight [, weights]])`

use datafusion::common::ScalarValue;

use super::complete::{Complete, INCOMPLETE, TARGET, count, perhaps};
use super::key_drivers::flags;
use crate::functions::answers::{N, N_EFFECTIVE, float};
use crate::functions::argument::WEIGHT;
use crate::functions::document::{Argument, Example, Field, Kind};
use crate::functions::domain::Domain;
use crate::functions::refusal::Refusal;
use crate::functions::shape::{Answer, Shape, rows};
use crate::functions::tablewise::{Table, Tablewise, nothing_to_check};
use crate::kernel::Weights;
use crate::kernel::penalty_reward::{Contrast, penalty_reward};

pub(super) static FUNCTION: Tablewise = Tablewise {
    name: "penalty_reward",
    summary: "Penalty-reward contrasts: what a bad and what a good answer does to a target.",
    arguments: &[
        TARGET,
        Argument::needed(
            "drivers",
            "answers that may explain it; name them with `named_struct`",
            Domain::Items("one per driver"),
        ),
        WEIGHT,
    ],
    returns: "the regression of the target on two dummies per driver: low, for answers below the \
              first quartile, and high, for answers above the third",
    shape: Shape::Struct(&[
        Field { name: "drivers", kind: Kind::Rows(DRIVERS), meaning: "in the order given" },
        float(
            "r_squared",
            "explained share of the target's variance; NULL for a constant target and too few people",
        ),
        float("intercept", "the target where every answer is neither low nor high"),
        N,
        INCOMPLETE,
        N_EFFECTIVE,
        Field {
            name: "flags",
            kind: Kind::Text,
            meaning: "what to know before use, separated by commas; empty if nothing: `constant_target`, \
                      `too_few` (not two people more than low and high groups: no effect is estimated), \
                      `small_sample` (not ten people for each of those), `collinear` \
                      (low or high answers to several drivers are the same people's)",
        },
    ]),
    nulls: "rows with a NULL are ignored, those with a NULL driver are counted; a group \
            without rows gives NULL",
    source: "Brandt (1987), in Add Value to Your Service, American Marketing Association, 61–65; \
             Mikulić and Prebežac (2011), Managing Service Quality 21(1), 46–66",
    examples: &[Example::over(
        "CAST(penalty_reward(y, named_struct('a', a))['drivers'][1]['penalty'] AS DECIMAL(9, 6))",
        "(VALUES (2, 1), (5, 3), (5, 3), (5, 3), (6, 5)) AS t(y, a)",
        "-3.000000",
    )],
    weights: Some(Weights::Design),
    settings: &[],
    check: nothing_to_check,
    kernel,
};

const DRIVERS: &[Field] = &[
    Field { name: "driver", kind: Kind::Text, meaning: "its name" },
    float(
        "low_cut",
        "first quartile (type 7; of the weighted answers, those of equal weight as they are): answers below it are low",
    ),
    float("high_cut", "third quartile: answers above it are high"),
    Field { name: "n_low", kind: Kind::Int64, meaning: "how many answered low" },
    Field { name: "n_high", kind: Kind::Int64, meaning: "how many answered high" },
    float("penalty", "what a low answer adds to the target; NULL where nobody gave one"),
    float("reward", "what a high answer adds"),
    float("impact_range", "`reward` - `penalty`: how much the driver can do"),
    float(
        "asymmetry",
        "`reward` + `penalty`: above 0 the driver delights, below 0 it is taken for granted",
    ),
];

fn kernel(table: &Table) -> Result<Option<Answer>, Refusal> {
    let names = table.setup.names(1);
    let people = Complete::drivers(table.rows(), names.len())?;
    let Some(result) = penalty_reward(&people.sample) else { return Ok(None) };
    let list: Vec<_> = names.iter().zip(&result.drivers).map(values).collect();
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

fn values((name, contrast): (&String, &Contrast)) -> Vec<ScalarValue> {
    vec![
        ScalarValue::from(name.as_str()),
        ScalarValue::from(contrast.low_cut),
        ScalarValue::from(contrast.high_cut),
        count(contrast.n_low),
        count(contrast.n_high),
        perhaps(contrast.penalty),
        perhaps(contrast.reward),
        perhaps(contrast.range),
        perhaps(contrast.asymmetry),
    ]
}
