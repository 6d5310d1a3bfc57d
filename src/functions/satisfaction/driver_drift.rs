//! `driver_drift(target, drivers, wave [, weight [, weights]])`

use datafusion::common::ScalarValue;

use super::complete::{Complete, INCOMPLETE, TARGET, count, perhaps};
use super::key_drivers::flags;
use crate::functions::answers::float;
use crate::functions::argument::WEIGHT;
use crate::functions::document::{Argument, Example, Field, Kind};
use crate::functions::domain::Domain;
use crate::functions::refusal::Refusal;
use crate::functions::shape::{Answer, Shape, rows};
use crate::functions::tablewise::{Table, Tablewise, nothing_to_check};
use crate::kernel::Weights;
use crate::kernel::drivers::{Change, drift};

/// Deals behind the p-value.
const PERMUTATIONS: u32 = 999;

/// The place of the wave.
const WAVE: usize = 2;

pub(super) static FUNCTION: Tablewise = Tablewise {
    name: "driver_drift",
    summary: "Whether drivers weigh the same in two waves of a survey, with a permutation test.",
    arguments: &[
        TARGET,
        Argument::needed(
            "drivers",
            "what may explain it; name them with `named_struct`",
            Domain::Items("one per driver"),
        ),
        Argument::needed(
            "wave",
            "which of two waves the row is of; the one that sorts first is the one before",
            Domain::Label,
        ),
        WEIGHT,
    ],
    returns: "weights of the drivers in both waves (shares of `lmg`, beyond 12 drivers of \
              Johnson's weights), and how far they are apart",
    shape: Shape::Struct(&[
        Field { name: "drivers", kind: Kind::Rows(DRIVERS), meaning: "in the order given" },
        float("drift", "half the sum of absolute differences: the share of weight that has moved"),
        float("jensen_shannon", "divergence of the weights, in nats; at most ln 2"),
        float(
            "kullback_leibler",
            "divergence of the weights now from those before, in nats; NULL where infinite",
        ),
        float("p_value", "how often waves that do not differ would drift as far"),
        Field {
            name: "permutations",
            kind: Kind::Int64,
            meaning: "random deals of people into waves behind `p_value`",
        },
        float("r_squared_before", "explained share of the target's variance, before"),
        float("r_squared", "the same now"),
        Field { name: "n_before", kind: Kind::Int64, meaning: "people before" },
        Field { name: "n", kind: Kind::Int64, meaning: "people now" },
        INCOMPLETE,
        Field {
            name: "flags",
            kind: Kind::Text,
            meaning: "what to know of either wave before use, as in `key_drivers`; empty if nothing: \
                      `too_few` (a wave has not two people more than drivers: neither it nor the drift is estimated), `small_sample`, `constant_target`, `constant:x`, `collinear`",
        },
    ]),
    nulls: "rows with a NULL are ignored, those with a NULL driver are counted; a group \
            without rows gives NULL, and one without two waves NULL as drift",
    source: "Good (2005), Permutation, Parametric and Bootstrap Tests of Hypotheses; weights: \
             Lindeman, Merenda and Gold (1980), Introduction to Bivariate and Multivariate \
             Analysis; divergence: Lin (1991), IEEE Transactions on Information Theory 37(1), \
             145–151",
    examples: &[Example::over(
        "round(driver_drift(y, named_struct('a', a, 'b', b), wave)['drift'], 12)",
        "(VALUES (0, 0, 0, 1), (1, 1, 0, 1), (0, 0, 1, 1), (1, 1, 1, 1), \
         (0, 0, 0, 2), (0, 1, 0, 2), (1, 0, 1, 2), (1, 1, 1, 2)) AS t(y, a, b, wave)",
        "1.0",
    )],
    weights: Some(Weights::Design),
    settings: &[],
    check: nothing_to_check,
    kernel,
};

const DRIVERS: &[Field] = &[
    Field { name: "driver", kind: Kind::Text, meaning: "its name" },
    float("weight_before", "share of what all drivers explain, before"),
    float("weight", "the same now"),
    float("change", "`weight` - `weight_before`"),
    Field {
        name: "event",
        kind: Kind::Text,
        meaning: "`vanished` (the 95 % interval of its coefficient lay off 0, and now holds 0), \
                  `appeared` (the other way round), `kept`, `absent` (it held 0 in both), or NULL \
                  where a wave is too small to decide",
    },
];

fn kernel(table: &Table) -> Result<Option<Answer>, Refusal> {
    let names = table.setup.names(1);
    let waves = waves(table)?;
    let of = |wave: usize| {
        let wave = waves.get(wave);
        let rows = table.rows().filter(move |row| Some(&row.label(WAVE)) == wave);
        Complete::drivers(rows, names.len())
    };
    let (before, now) = (of(0)?, of(1)?);
    if before.sample.people() + now.sample.people() == 0 {
        return Ok(None);
    }
    let result = drift(&now.sample, &before.sample, PERMUTATIONS);
    let list: Vec<_> = names.iter().zip(&result.drivers).map(values).collect();
    let flags = flags(&result.flags(), names);
    Ok(Some(Answer::Fields(vec![
        rows(DRIVERS, &list)?,
        perhaps(result.distance.map(|distance| distance.drift)),
        perhaps(result.distance.map(|distance| distance.jensen_shannon)),
        perhaps(result.distance.and_then(|distance| distance.kullback_leibler)),
        perhaps(result.p_value),
        ScalarValue::from(i64::from(result.permutations)),
        perhaps(result.before.and_then(|drivers| drivers.r_squared)),
        perhaps(result.now.and_then(|drivers| drivers.r_squared)),
        before.n(),
        now.n(),
        count(before.incomplete + now.incomplete),
        ScalarValue::from(flags),
    ])))
}

/// The waves there are, in order.
fn waves<'a>(table: &Table<'a>) -> Result<Vec<&'a str>, Refusal> {
    let mut waves: Vec<&str> = Vec::new();
    for row in table.rows() {
        let label = row.label(WAVE);
        if !waves.contains(&label) {
            waves.push(label);
        }
        if waves.len() > 2 {
            waves.sort_unstable();
            let rule = "one of two waves";
            return Err(Refusal(format!("`wave` must be {rule}, got {}", waves.join(", "))));
        }
    }
    waves.sort_unstable();
    Ok(waves)
}

fn values((name, change): (&String, &Change)) -> Vec<ScalarValue> {
    vec![
        ScalarValue::from(name.as_str()),
        perhaps(change.weight_before),
        perhaps(change.weight),
        perhaps(change.difference()),
        ScalarValue::Utf8(change.drift.map(|drift| drift.name().to_owned())),
    ]
}

#[cfg(test)]
mod tests {
    use datafusion::prelude::{SessionConfig, SessionContext};

    use super::*;
    use crate::functions::testing::{register_in, shown};

    #[tokio::test]
    async fn partitions_and_order_do_not_change_a_digit() {
        let mut answers = Vec::new();
        for (partitions, order) in [(1, "i"), (8, "i % 97"), (3, "-i")] {
            let config =
                SessionConfig::new().with_target_partitions(partitions).with_batch_size(100);
            let session = register_in(SessionContext::new_with_config(config), (&FUNCTION).into());
            let rows = format!(
                "SELECT i % 2 AS wave, i % 10 AS y, i * 7 % 11 * 0.9e0 AS a, 0.1e0 + i * i % 101 AS b, \
                 0.3e0 + i % 13 AS w FROM generate_series(1, 400) AS t(i) ORDER BY {order}"
            );
            let query = format!(
                "SELECT driver_drift(y, named_struct('a', a, 'b', b), wave, w) FROM ({rows})"
            );
            answers.push(shown(&session, &query).await);
        }
        assert_eq!(answers[0], answers[1]);
        assert_eq!(answers[0], answers[2]);
    }
}
