//! `nps_difference(now, before [, level])`

use datafusion::arrow::array::{Array, ArrayRef, AsArray};
use datafusion::arrow::datatypes::Float64Type;
use datafusion::common::ScalarValue;

use super::complete::perhaps;
use crate::functions::answers::float;
use crate::functions::argument::ROW_LEVEL;
use crate::functions::document::{Argument, Example, Field, Kind};
use crate::functions::domain::Domain;
use crate::functions::refusal::Refusal;
use crate::functions::shape::{Answer, Shape};
use crate::functions::valuewise::Valuewise;
use crate::kernel::level::Level;
use crate::kernel::nps_difference::{Sample, nps_difference};

pub(super) static FUNCTION: Valuewise = Valuewise {
    name: "nps_difference",
    summary: "Whether a net promoter score has moved.",
    arguments: &[
        Argument::needed("now", "what `nps` gave", SCORE),
        Argument::needed("before", "what `nps` gave for other people", SCORE),
        ROW_LEVEL,
    ],
    returns: "the difference of the two scores, with its interval and test",
    shape: Shape::Struct(&[
        float("value", "the score now minus the score before, from -200 to 200"),
        float(
            "lower",
            "lower limit, from those of both scores; NULL, like all below it, with fewer than five \
             effective answers in either",
        ),
        float("upper", "upper limit"),
        float(
            "standard_error",
            "of the difference, with three more answers imagined in each, as for `nps`",
        ),
        float("z", "the difference with those answers, by `standard_error`"),
        float("p_value", "how often scores that do not differ would be that far apart"),
        Field {
            name: "flags",
            kind: Kind::Text,
            meaning: "what to know before use; empty if nothing: `too_few` (below five effective answers \
                      now or before: no limits and no test)",
        },
    ]),
    nulls: "NULL in `now` or `before`, or nobody in it, gives NULL; in `level` it is left out",
    source: "Rocks (2016), The American Statistician 70(4), 365–372; limits: Newcombe (1998), Statistics in \
             Medicine 17(8), 873–890",
    examples: &[
        Example::new(
            "CAST(nps_difference(named_struct('promoters', 50, 'passives', 30, 'detractors', 20), \
             named_struct('promoters', 40, 'passives', 30, 'detractors', 30))['z'] AS \
             DECIMAL(14, 12))",
            "1.732324132696",
        ),
        Example::over(
            "nps_difference(nps(a), nps(b))['value']",
            "(VALUES (9, 9), (9, 7), (8, 6), (9, 9)) AS t(a, b)",
            "50.0",
        ),
    ],
    kernel: |values| {
        let (Some(now), Some(before)) = (sample(values.value(0))?, sample(values.value(1))?) else {
            return Ok(None);
        };
        let difference = nps_difference(&now, &before, Level::new(values.perhaps(2))?);
        let test = difference.test;
        Ok(Some(Answer::Fields(vec![
            ScalarValue::from(difference.value),
            perhaps(test.map(|test| test.lower)),
            perhaps(test.map(|test| test.upper)),
            perhaps(test.map(|test| test.standard_error)),
            perhaps(test.map(|test| test.z)),
            perhaps(test.map(|test| test.p_value)),
            ScalarValue::from(if test.is_none() { "too_few" } else { "" }),
        ])))
    },
};

const SCORE: Domain = Domain::Answer(
    "with `promoters`, `passives` and `detractors`, and `n_effective` where they are weights and \
     not people",
);

/// Who recommends, by the fields of a struct. `None` where one is NULL.
fn sample(value: Option<ArrayRef>) -> Result<Option<Sample>, Refusal> {
    let Some(value) = value else { return Ok(None) };
    let structure = value.as_struct();
    let field = |name: &'static str| {
        let column = structure.column_by_name(name)?.as_primitive_opt::<Float64Type>()?;
        Some(column.is_valid(0).then(|| column.value(0)))
    };
    let needed = |name| {
        field(name).ok_or_else(|| Refusal(format!("`now` and `before` must have a field `{name}`")))
    };
    let (promoters, passives) = (needed("promoters")?, needed("passives")?);
    let detractors = needed("detractors")?;
    let (Some(promoters), Some(passives), Some(detractors)) = (promoters, passives, detractors)
    else {
        return Ok(None);
    };
    let effective = field("n_effective");
    if effective == Some(None) {
        return Ok(None);
    }
    Ok(Sample::of_weights([promoters, passives, detractors], effective.flatten())?)
}
