//! `top_share(value, share [, weight [, weights]])`

use datafusion::common::ScalarValue;

use super::concentrated::{NULLS, SHARE, VALUE, amounts_of, share};
use crate::functions::answers::float;
use crate::functions::argument::WEIGHT;
use crate::functions::document::{Example, Field, Kind};
use crate::functions::shape::{Answer, Shape};
use crate::functions::tablewise::Tablewise;
use crate::kernel::Weights;

pub(super) static FUNCTION: Tablewise = Tablewise {
    name: "top_share",
    summary: "What the largest hold: the share of a total that belongs to the best customers.",
    arguments: &[VALUE, SHARE, WEIGHT],
    returns: "the share of the total, and what it is made of",
    shape: Shape::Struct(&[
        float("share", "of the total: `numerator` / `denominator`"),
        Field {
            name: "customers",
            kind: Kind::Int64,
            meaning: "how many hold it: `share` of all, rounded up",
        },
        float("numerator", "what they hold"),
        float("denominator", "what all hold"),
    ]),
    nulls: NULLS,
    source: "Lorenz (1905), Publications of the American Statistical Association 9(70), 209–219",
    examples: &[
        Example::over(
            "top_share(value, 0.2)['share']",
            "(VALUES (8), (1), (1), (0), (0)) AS t(value)",
            "0.8",
        ),
        Example::over(
            "top_share(value, 0.5)['customers']",
            "(VALUES (3), (2), (1)) AS t(value)",
            "2",
        ),
    ],
    weights: Some(Weights::Counts),
    settings: &[],
    check: |setup| share(setup).map(|_| ()),
    kernel: |table| {
        let Some(amounts) = amounts_of(table)? else { return Ok(None) };
        let top = amounts.top_share(share(table.setup)?)?;
        Ok(Some(Answer::Fields(vec![
            ScalarValue::from(top.share),
            ScalarValue::Int64(i64::try_from(top.holders).ok()),
            ScalarValue::from(top.numerator),
            ScalarValue::from(top.denominator),
        ])))
    },
};
