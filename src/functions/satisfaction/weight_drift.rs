//! `weight_drift(weights, weights_before)`

use datafusion::common::ScalarValue;

use super::complete::perhaps;
use crate::functions::answers::float;
use crate::functions::document::{Argument, Example};
use crate::functions::domain::Domain;
use crate::functions::shape::{Answer, Shape};
use crate::functions::valuewise::Valuewise;
use crate::kernel::weight_drift::weight_drift;

pub(super) static FUNCTION: Valuewise = Valuewise {
    name: "weight_drift",
    summary: "How far weights have moved from what they were.",
    arguments: &[
        Argument::needed("weights", "weights now", Domain::List("each >= 0")),
        Argument::needed(
            "weights_before",
            "weights before, in the same order",
            Domain::List("as many, each >= 0"),
        ),
    ],
    returns: "three distances between the two, each list divided by its sum",
    shape: Shape::Struct(&[
        float("drift", "half the sum of absolute differences: the share of weight that has moved"),
        float(
            "kullback_leibler",
            "divergence of now from before, in nats; NULL where infinite, because something that \
             had no weight has some",
        ),
        float("jensen_shannon", "divergence of both from their middle, in nats; at most ln 2"),
    ]),
    nulls: "NULL in any argument or in a list gives NULL, and so do lists that add up to 0",
    source: "Kullback and Leibler (1951), Annals of Mathematical Statistics 22(1), 79–86; Lin \
             (1991), IEEE Transactions on Information Theory 37(1), 145–151",
    examples: &[
        Example::new(
            "CAST(weight_drift([0.3, 0.3, 0.3, 0.1], [0.4, 0.3, 0.2, 0.1])['drift'] AS \
             DECIMAL(12, 10))",
            "0.1000000000",
        ),
        Example::new("weight_drift([1, 1], [1, 0])['kullback_leibler'] IS NULL", "true"),
    ],
    kernel: |values| {
        let drift = weight_drift(&values.list(0), &values.list(1))?;
        Ok(drift.map(|drift| {
            Answer::Fields(vec![
                ScalarValue::from(drift.drift),
                perhaps(drift.kullback_leibler),
                ScalarValue::from(drift.jensen_shannon),
            ])
        }))
    },
};
