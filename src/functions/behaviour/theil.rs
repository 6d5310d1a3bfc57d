//! `theil(value [, weight [, weights]])`

use datafusion::common::ScalarValue;

use super::concentrated::{FLAGS, N, VALUE, amounts, flags};
use crate::functions::answers::float;
use crate::functions::argument::WEIGHT;
use crate::functions::document::Example;
use crate::functions::groupwise::Groupwise;
use crate::functions::shape::{Answer, Shape};
use crate::kernel::Weights;

pub(super) static FUNCTION: Groupwise<2> = Groupwise {
    name: "theil",
    summary: "Theil's index T: how far a total is from being spread evenly, in nats.",
    arguments: [VALUE, WEIGHT],
    returns: "0 where all have the same, ln n where one has everything; NULL where all values are 0",
    shape: Shape::Struct(&[
        float(
            "value",
            "from 0 to ln n; under design weights that of the population which they stand for, from 0 to the \
             logarithm of all weights by the least",
        ),
        float(
            "relative",
            "as a share of ln n, from 0 to 1; NULL unless n > 1, and where weights contain too little information",
        ),
        N,
        FLAGS,
    ]),
    source: "Theil (1967), Economics and Information Theory",
    examples: &[Example::over(
        "theil(value)['relative']",
        "(VALUES (0), (0), (10)) AS t(value)",
        "1.0",
    )],
    weights: Some(Weights::Counts),
    kernel: |rows, weights| {
        let Some(amounts) = amounts(rows, weights)? else { return Ok(None) };
        Ok(amounts.theil().map(|theil| {
            Answer::Fields(vec![
                ScalarValue::from(theil.value),
                ScalarValue::Float64(theil.relative),
                ScalarValue::from(amounts.n()),
                flags(theil.relative),
            ])
        }))
    },
};
