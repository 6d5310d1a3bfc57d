//! `stationary_shares(switching)`

use super::lifetime::SWITCHING;
use crate::functions::document::Example;
use crate::functions::shape::{Answer, Shape};
use crate::functions::valuewise::Valuewise;
use crate::kernel::transition::Transitions;

pub(super) static FUNCTION: Valuewise = Valuewise {
    name: "stationary_shares",
    summary: "The shares of the brands in the long run, where buyers go on switching as they do.",
    arguments: &[SWITCHING],
    returns: "a list of shares that sum to 1, one for each brand. There must be one group of \
              brands that nobody leaves, or the long run depends on where buyers start",
    shape: Shape::Numbers,
    nulls: "NULL, or a NULL inside a list, gives NULL",
    source: "Grassmann, Taksar and Heyman (1985), Operations Research 33(5), 1107–1116",
    examples: &[
        Example::new(
            "CAST(stationary_shares([[0.7, 0.3], [0.2, 0.8]])[1] AS DECIMAL(16, 15))",
            "0.400000000000000",
        ),
        Example::new("stationary_shares([[0, 1], [1, 0]])", "[0.5, 0.5]"),
    ],
    kernel: |values| {
        let switching = Transitions::new("switching", values.matrix(0))?;
        Ok(Some(Answer::List(switching.stationary("switching")?)))
    },
};
