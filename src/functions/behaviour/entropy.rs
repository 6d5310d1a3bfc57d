//! `entropy(amount)`

use datafusion::common::ScalarValue;

use crate::functions::answers::float;
use crate::functions::document::{Argument, Example, Field, Kind};
use crate::functions::domain::Domain;
use crate::functions::groupwise::Groupwise;
use crate::functions::shape::{Answer, Shape};
use crate::kernel::diversity::diversity;

pub(super) static FUNCTION: Groupwise<1> = Groupwise {
    name: "entropy",
    summary: "Shannon's entropy: how evenly an amount is spread over categories.",
    arguments: [Argument::needed(
        "amount",
        "lines, units or money of one category; a row per category",
        Domain::NotNegative,
    )],
    returns: "the entropy in nats, and how many equal categories it amounts to; NULL where all \
              amounts are 0",
    shape: Shape::Struct(&[
        float("value", "from 0, one category, to ln n, all alike"),
        float("effective_number", "so many equal categories would be as diverse, from 1 to n"),
        Field { name: "n", kind: Kind::Int64, meaning: "categories with an amount above 0" },
    ]),
    source: "Shannon (1948), Bell System Technical Journal 27, 379–423; Hill (1973), Ecology \
             54(2), 427–432, for the effective number",
    examples: &[
        Example::over(
            "entropy(lines)['value']",
            "(VALUES ('books', 7)) AS t(category, lines)",
            "0.0",
        ),
        Example::over(
            "round(entropy(lines)['effective_number'], 12)",
            "(VALUES ('books', 5), ('music', 5), ('toys', 0)) AS t(category, lines)",
            "2.0",
        ),
    ],
    weights: None,
    kernel: |rows, _| {
        let amounts: Vec<_> = rows.iter().map(|row| (row.values[0], row.count)).collect();
        Ok(diversity(&amounts)?.map(|diversity| {
            Answer::Fields(vec![
                ScalarValue::from(diversity.entropy),
                ScalarValue::from(diversity.effective_number),
                ScalarValue::Int64(i64::try_from(diversity.categories).ok()),
            ])
        }))
    },
};
