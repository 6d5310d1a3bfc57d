//! `herfindahl(value [, weight [, weights]])`

use datafusion::common::ScalarValue;

use super::concentrated::{FLAGS, N, VALUE, amounts, flags};
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
        float(
            "value",
            "from 1/n, all alike, to 1, one has everything; times 10000 in antitrust. Design weights do not say how many there are: it is then that of `n` people among whom the total is spread as in the \
             population, and NULL where weights contain too little information",
        ),
        float(
            "effective_number",
            "so many equal shares would be as concentrated: 1 / `value`, from 1 to n",
        ),
        N,
        FLAGS,
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
                ScalarValue::Float64(index.value),
                ScalarValue::Float64(index.effective_number),
                ScalarValue::from(amounts.n()),
                flags(index.value),
            ])
        }))
    },
};
