//! `kano(functional, dysfunctional [, weight [, weights [, level]]])`

use datafusion::common::ScalarValue;

use super::complete::{count, perhaps};
use super::kano_pair::{DYSFUNCTIONAL, FUNCTIONAL};
use crate::functions::answers::{N, N_EFFECTIVE, float};
use crate::functions::argument::WEIGHT;
use crate::functions::document::{Example, Field, Kind};
use crate::functions::groupwise::{Groupwise, Limited};
use crate::functions::multiset::Counted;
use crate::functions::shape::{Answer, Shape};
use crate::kernel::kano::{Class, Votes};
use crate::kernel::level::Level;
use crate::kernel::proportion::Interval;
use crate::kernel::{OutOfDomain, Weights};

pub(super) static FUNCTION: Groupwise<3, Limited<3>> = Groupwise {
    name: "kano",
    summary: "What an attribute is to most people, by Kano's pair of questions.",
    arguments: [FUNCTIONAL, DYSFUNCTIONAL, WEIGHT],
    returns: "the class that most name, and how much the attribute satisfies if there and \
              dissatisfies if not, with intervals (Wilson)",
    shape: Shape::Struct(&[
        Field {
            name: "class",
            kind: Kind::Text,
            meaning: "the class with most weight; of equal ones the first of `must_be`, \
                      `one_dimensional`, `attractive`, `indifferent`, `reverse`, `questionable`",
        },
        float("better", "(A + O) / (A + O + M + I), from 0 to 1; NULL where nobody is in these"),
        float("better_lower", "lower limit"),
        float("better_upper", "upper limit"),
        float("worse", "-(O + M) / (A + O + M + I), from -1 to 0"),
        float("worse_lower", "lower limit"),
        float("worse_upper", "upper limit"),
        float("must_be", "summed weight of M"),
        float("one_dimensional", "summed weight of O"),
        float("attractive", "summed weight of A"),
        float("indifferent", "summed weight of I"),
        float("reverse", "summed weight of R"),
        float("questionable", "summed weight of Q"),
        N,
        N_EFFECTIVE,
    ]),
    source: "Kano et al. (1984), Journal of the Japanese Society for Quality Control 14(2), 39–48; \
             better and worse: Berger et al. (1993), Center for Quality Management Journal 2(4), \
             3–36; interval: Wilson (1927), Journal of the American Statistical Association \
             22(158), 209–212",
    examples: &[
        Example::over(
            "kano(f, d)['class']",
            "(VALUES (1, 5), (1, 3), (2, 5)) AS t(f, d)",
            "must_be",
        ),
        Example::over(
            "kano(f, d)['better']",
            "(VALUES (1, 5), (1, 3), (2, 5), (3, 3)) AS t(f, d)",
            "0.5",
        ),
    ],
    weights: Some(Weights::Design),
    kernel: Limited(kernel),
};

fn kernel(rows: &[Counted<3>], _: Weights, level: Level) -> Result<Option<Answer>, OutOfDomain> {
    let mut votes = Votes::default();
    for Counted { values: [functional, dysfunctional, weight], count } in rows {
        votes.add(Class::new(*functional, *dysfunctional)?, *weight, *count)?;
    }
    Ok(votes.kano(level).map(|kano| {
        let intervals = [kano.better, kano.worse].into_iter().flat_map(interval);
        let mut values = vec![ScalarValue::from(kano.class.name())];
        values.extend(intervals);
        values.extend(kano.weights.map(ScalarValue::from));
        values.extend([count(kano.n), ScalarValue::from(kano.n_effective)]);
        Answer::Fields(values)
    }))
}

fn interval(interval: Option<Interval>) -> [ScalarValue; 3] {
    [
        interval.map(|interval| interval.value),
        interval.map(|interval| interval.lower),
        interval.map(|interval| interval.upper),
    ]
    .map(perhaps)
}
