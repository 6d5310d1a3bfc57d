//! `gini(value [, weight [, weights]])`

use datafusion::common::ScalarValue;

use super::concentrated::{FLAGS, N, VALUE, amounts, flags};
use crate::functions::answers::float;
use crate::functions::argument::WEIGHT;
use crate::functions::document::Example;
use crate::functions::groupwise::Groupwise;
use crate::functions::shape::{Answer, Shape};
use crate::kernel::Weights;

pub(super) static FUNCTION: Groupwise<2> = Groupwise {
    name: "gini",
    summary: "Gini coefficient: how unevenly a total is spread.",
    arguments: [VALUE, WEIGHT],
    returns: "0 where all have the same, near 1 where one has everything; NULL where all values \
              are 0",
    shape: Shape::Struct(&[
        float(
            "value",
            "among exactly these: from 0 to 1 - 1/n; under design weights that of the population which they \
             stand for, from 0 to 1 less the share of it that the least weight stands for",
        ),
        float(
            "unbiased",
            "for the population that they are drawn from: `value` times n / (n - 1), from 0 to 1; \
             NULL unless n > 1, and where weights contain too little information",
        ),
        N,
        FLAGS,
    ]),
    source: "Gini (1912), Variabilità e mutabilità; Deltas (2003), Review of Economics and \
             Statistics 85(1), 226–234, for the correction; under design weights, Langel and Tillé (2013), \
             Journal of the Royal Statistical Society A 176(2), 521–540",
    examples: &[
        Example::over("gini(value)['value']", "(VALUES (1), (2), (3), (4)) AS t(value)", "0.25"),
        Example::over(
            "gini(value, weight)['unbiased']",
            "(VALUES (0, 3), (10, 1)) AS t(value, weight)",
            "1.0",
        ),
    ],
    weights: Some(Weights::Counts),
    kernel: |rows, weights| {
        let Some(amounts) = amounts(rows, weights)? else { return Ok(None) };
        Ok(amounts.gini().map(|gini| {
            Answer::Fields(vec![
                ScalarValue::from(gini.value),
                ScalarValue::Float64(gini.unbiased),
                ScalarValue::from(amounts.n()),
                flags(gini.unbiased),
            ])
        }))
    },
};
