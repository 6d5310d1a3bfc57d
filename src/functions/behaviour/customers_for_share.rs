//! `customers_for_share(value, share [, weight [, weights]])`

use datafusion::common::ScalarValue;

use super::concentrated::{N, NULLS, SHARE, VALUE, amounts_of, share};
use crate::functions::answers::float;
use crate::functions::argument::WEIGHT;
use crate::functions::document::{Example, Field, Kind};
use crate::functions::shape::{Answer, Shape};
use crate::functions::tablewise::Tablewise;
use crate::kernel::Weights;

pub(super) static FUNCTION: Tablewise = Tablewise {
    name: "customers_for_share",
    summary: "The fewest customers who together hold a share of a total: who brings 80 % of sales?",
    arguments: &[VALUE, SHARE, WEIGHT],
    returns: "how many they are, and which share of all",
    shape: Shape::Struct(&[
        Field {
            name: "customers",
            kind: Kind::Int64,
            meaning: "how many it takes; under design weights customers are divided, so that \
                      even equal ones need not give the number that none give",
        },
        float("share", "of all customers: `customers` / `n`"),
        N,
        float("held", "the share of the total that they hold; `share` or a little more"),
    ]),
    nulls: NULLS,
    source: "Lorenz (1905), Publications of the American Statistical Association 9(70), 209–219",
    examples: &[Example::over(
        "customers_for_share(value, 0.8)['customers']",
        "(VALUES (70), (15), (10), (5)) AS t(value)",
        "2",
    )],
    weights: Some(Weights::Counts),
    settings: &[],
    check: |setup| share(setup).map(|_| ()),
    kernel: |table| {
        let Some(amounts) = amounts_of(table)? else { return Ok(None) };
        let fewest = amounts.holders_of(share(table.setup)?)?;
        Ok(Some(Answer::Fields(vec![
            ScalarValue::Int64(i64::try_from(fewest.holders).ok()),
            ScalarValue::from(fewest.share),
            ScalarValue::from(amounts.n()),
            ScalarValue::from(fewest.held),
        ])))
    },
};
