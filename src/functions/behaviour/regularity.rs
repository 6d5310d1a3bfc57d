//! `regularity(last_gap, previous_gap [, weight [, weights [, level]]])`

use datafusion::common::ScalarValue;

use crate::functions::answers::{N_EFFECTIVE, float, n};
use crate::functions::argument::WEIGHT;
use crate::functions::document::{Argument, Example, Field, Kind};
use crate::functions::domain::Domain;
use crate::functions::groupwise::{Groupwise, Limited};
use crate::functions::multiset::Counted;
use crate::functions::shape::{Answer, Shape};
use crate::kernel::level::Level;
use crate::kernel::regularity::{distance, regularity};
use crate::kernel::{OutOfDomain, Weights};

pub(super) static FUNCTION: Groupwise<3, Limited<3>> = Groupwise {
    name: "regularity",
    summary: "How regularly customers return: the shape k of their gaps between purchases.",
    arguments: [
        Argument::needed(
            "last_gap",
            "time from the purchase before the last to the last",
            Domain::Positive,
        ),
        Argument::needed("previous_gap", "the gap before that, in the same unit", Domain::Positive),
        WEIGHT,
    ],
    returns: "k with its interval, which allows for customers of different k: 1 is a Poisson process, more is clockwork, less is bursts. \
              One row per customer with three purchases or more; which of the two gaps is the \
              later one does not matter",
    shape: Shape::Struct(&[
        float(
            "v",
            "mean of (M - 1/2)² over customers, M = last_gap / (last_gap + previous_gap): from 0 to \
             1/4, 1/12 for a Poisson process",
        ),
        float("k", "(1 - 4v) / (8v); NULL where v is 0, for no number is then large enough"),
        float(
            "lower",
            "lower limit of k, by the beta distribution that v has; NULL for too few customers",
        ),
        float("upper", "upper limit of k; NULL for too few customers"),
        Field { name: "n", kind: Kind::Int64, meaning: "customers with a weight above 0" },
        N_EFFECTIVE,
        Field {
            name: "flags",
            kind: Kind::Text,
            meaning: "why a limit is NULL; empty if none is: `no_spread` (all customers are as regular as each \
                      other, as one is), `too_few` (not more than three effective customers)",
        },
    ]),
    source: "Wheat and Morrison (1990), Journal of Marketing Research 27(1), 87–93, taken around \
             1/2, so that nothing is drawn at random",
    examples: &[
        Example::over(
            "regularity(last_gap, previous_gap)['k']",
            "(VALUES (1, 3), (3, 1)) AS t(last_gap, previous_gap)",
            "1.5",
        ),
        Example::over(
            "regularity(last_gap, previous_gap)['k'] IS NULL",
            "(VALUES (7, 7)) AS t(last_gap, previous_gap)",
            "true",
        ),
    ],
    weights: Some(Weights::Design),
    kernel: Limited(kernel),
};

fn kernel(rows: &[Counted<3>], _: Weights, level: Level) -> Result<Option<Answer>, OutOfDomain> {
    let mut distances = Vec::with_capacity(rows.len());
    for Counted { values: [last, previous, weight], count } in rows {
        let distance = distance(*last, *previous, *weight, *count)?;
        if distance.informs() {
            distances.push(distance);
        }
    }
    Ok(regularity(&distances, level).map(|regularity| {
        Answer::Fields(vec![
            ScalarValue::from(regularity.v),
            ScalarValue::Float64(regularity.k),
            ScalarValue::Float64(regularity.lower),
            ScalarValue::Float64(regularity.upper),
            n(&distances),
            ScalarValue::from(regularity.n_effective),
            ScalarValue::from(regularity.flag),
        ])
    }))
}
