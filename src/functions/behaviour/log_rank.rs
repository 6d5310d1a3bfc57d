//! `log_rank(time, event, arm [, weight [, weights]])`

use std::collections::BTreeSet;

use datafusion::common::ScalarValue;

use super::spells::{EVENT, TIME};
use crate::functions::answers::float;
use crate::functions::argument::WEIGHT;
use crate::functions::document::{Argument, Example, Field, Kind};
use crate::functions::domain::Domain;
use crate::functions::refusal::Refusal;
use crate::functions::shape::{Answer, Shape, rows};
use crate::functions::tablewise::{Table, TableRow, Tablewise, nothing_to_check};
use crate::kernel::survival::{Spell, log_rank};
use crate::kernel::{Weighted, Weights};

const ARMS: &[Field] = &[
    Field { name: "arm", kind: Kind::Text, meaning: "which" },
    float(
        "n",
        "spells: the sum of the counts, or of design weights scaled to the effective number",
    ),
    float("observed", "events"),
    float("expected", "events it would have if it lasted as long as all arms together"),
];

pub(super) static FUNCTION: Tablewise = Tablewise {
    name: "log_rank",
    summary: "Log-rank test: do the arms last equally long?",
    arguments: &[
        TIME,
        EVENT,
        Argument::needed("arm", "which group the spell is in", Domain::Label),
        WEIGHT,
    ],
    returns: "the test, and what each arm shows",
    shape: Shape::Struct(&[
        float(
            "statistic",
            "chi-square; under design weights with the variance that who ends has at equal arms, so that equal \
             weights give the same; NULL where there is no test",
        ),
        Field {
            name: "degrees_of_freedom",
            kind: Kind::Int64,
            meaning: "arms at risk at an event, less one",
        },
        float("p_value", "how often equal arms would look as different; NULL as `statistic`"),
        Field { name: "arms", kind: Kind::Rows(ARMS), meaning: "by name" },
        Field {
            name: "flags",
            kind: Kind::Text,
            meaning: "why there is no test; empty if there is: `no_comparison` (no two arms are at risk at one \
                      event), `too_few` (design weights leave not more than three effective spells)",
        },
    ]),
    nulls: "rows with a NULL are ignored",
    source: "Mantel (1966), Cancer Chemotherapy Reports 50(3), 163–170; Peto and Peto (1972), \
             Journal of the Royal Statistical Society A 135(2), 185–207; under design weights Xie \
             and Liu (2005), Statistics in Medicine 24(20), 3089–3110",
    examples: &[
        Example::over(
            "log_rank(months, left, plan)['arms'][2]['arm']",
            "(VALUES (3, true, 'monthly'), (5, true, 'yearly'), (9, false, 'yearly')) \
             AS t(months, left, plan)",
            "yearly",
        ),
        Example::over(
            "round(log_rank(months, left, plan)['statistic'], 6)",
            "(VALUES (3, true, 'monthly'), (5, true, 'yearly'), (9, false, 'yearly')) \
             AS t(months, left, plan)",
            "2.0",
        ),
    ],
    weights: Some(Weights::Counts),
    settings: &[],
    check: nothing_to_check,
    kernel,
};

fn kernel(table: &Table) -> Result<Option<Answer>, Refusal> {
    let labels: BTreeSet<&str> = table.rows().map(|row| row.label(2)).collect();
    let names: Vec<&str> = labels.into_iter().collect();
    let spell = |row: TableRow| {
        let [time, event] = [0, 1].map(|i| row.number(i).unwrap_or(f64::NAN));
        let arm = names.binary_search(&row.label(2)).unwrap_or_default();
        Spell::new(time, event).map(|spell| ((spell, arm), row.weight, row.count))
    };
    let spells = table.rows().map(spell).collect::<Result<Vec<_>, _>>()?;
    let spells = Weighted::new(spells, table.setup.weights(), |_| true)?;
    let comparison = log_rank(names.len(), &spells);
    let arms: Vec<Vec<ScalarValue>> = names
        .into_iter()
        .zip(&comparison.arms)
        .map(|(name, arm)| {
            vec![name.into(), arm.n.into(), arm.observed.into(), arm.expected.into()]
        })
        .collect();
    Ok(Some(Answer::Fields(vec![
        ScalarValue::Float64(comparison.statistic),
        ScalarValue::Int64(i64::try_from(comparison.degrees_of_freedom).ok()),
        ScalarValue::Float64(comparison.p_value),
        rows(ARMS, &arms)?,
        comparison.flag.into(),
    ])))
}
