//! `herfindahl(value [, weight [, weights]])`

use datafusion::common::ScalarValue;

use super::concentrated::{N, VALUE, amounts};
use crate::functions::answers::float;
use crate::functions::argument::WEIGHT;
use crate::functions::document::Example;
use crate::functions::groupwise::Groupwise;
use crate::functions::shape::{Answer, Shape};
use crate::kernel::Weights;

pub(super) static FUNCTION: Groupwise<2> = Groupwise {
    name: "herfindahl",
    summary: "Herfindahl–Hirschman index: the summed squares of the shares of a total.",
    arguments: [VALUE, WEIGHT],
    returns: "the index and how many equal shares it amounts to; NULL where all values are 0",
    shape: Shape::Struct(&[
        float("value", "from 1/n, all alike, to 1, one has everything; times 10000 in antitrust"),
        float("effective_number", "so many equal shares would be as concentrated: 1 / `value`"),
        N,
    ]),
    source: "Herfindahl (1950), Concentration in the Steel Industry; Adelman (1969), Review of \
             Economics and Statistics 51(1), 99–101, for the effective number",
    examples: &[Example::over(
        "herfindahl(value)['effective_number']",
        "(VALUES (5), (5), (5), (5), (0)) AS t(value)",
        "4.0",
    )],
    weights: Some(Weights::Counts),
    kernel: |rows, weights| {
        let Some(amounts) = amounts(rows, weights)? else { return Ok(None) };
        Ok(amounts.herfindahl().map(|index| {
            Answer::Fields(vec![
                ScalarValue::from(index.value),
                ScalarValue::from(index.effective_number),
                ScalarValue::from(amounts.n()),
            ])
        }))
    },
};
