//! `ces(score [, weight [, weights [, level]]])`

use datafusion::common::ScalarValue;

use crate::functions::answers::{N, N_EFFECTIVE, answers, float, n};
use crate::functions::argument::WEIGHT;
use crate::functions::document::{Argument, Example, Field, Kind};
use crate::functions::domain::Domain;
use crate::functions::groupwise::{Groupwise, Limited};
use crate::functions::multiset::Counted;
use crate::functions::shape::{Answer, Shape};
use crate::kernel::level::Level;
use crate::kernel::survey::effort;
use crate::kernel::{OutOfDomain, Weights};

pub(super) static FUNCTION: Groupwise<2, Limited<2>> = Groupwise {
    name: "ces",
    summary: "Customer effort score: the mean answer. Whether more is better is up to the question: \
              of one that asks how much effort it took (CES 1.0) less is better, of one that asks \
              whether it was made easy (CES 2.0) more.",
    arguments: [
        Argument {
            name: "score",
            meaning: "the answer, on any scale; all in one direction",
            domain: Domain::Finite,
            optional: false,
        },
        WEIGHT,
    ],
    returns: "the mean with its interval (Student's t), in the direction of the answers",
    shape: Shape::Struct(&[
        float("value", "the weighted mean, on the scale of the answers"),
        float("lower", "lower limit; NULL where all answers are the same or too few"),
        float("upper", "upper limit; NULL where all answers are the same or too few"),
        float("numerator", "summed weight times score"),
        float("denominator", "summed weight"),
        N,
        N_EFFECTIVE,
        float("standard_deviation", "of a single answer; NULL if there is only one"),
        Field {
            name: "flags",
            kind: Kind::Text,
            meaning: "why there are no limits; empty if there are: `no_spread` (all answers are the same, as \
                      one is), `too_few` (not more than three effective answers: with two degrees of freedom or less Student's t \
                      has no variance)",
        },
    ]),
    source: "Dixon, Freeman and Toman (2010), Harvard Business Review 88(7/8), 116–122; effective \
             size: Kish (1965), Survey Sampling",
    examples: &[
        Example::over("ces(score)['value']", "(VALUES (7), (6), (2)) AS t(score)", "5.0"),
        Example::over("ces(score)['lower']", "(VALUES (7)) AS t(score)", "NULL"),
    ],
    weights: Some(Weights::Design),
    kernel: Limited(kernel),
};

fn kernel(rows: &[Counted<2>], _: Weights, level: Level) -> Result<Option<Answer>, OutOfDomain> {
    let answers = answers(rows, |[score, weight]| (score, weight))?;
    Ok(effort(&answers, level).map(|mean| {
        Answer::Fields(vec![
            ScalarValue::from(mean.value),
            ScalarValue::Float64(mean.limits.map(|(lower, _)| lower)),
            ScalarValue::Float64(mean.limits.map(|(_, upper)| upper)),
            ScalarValue::from(mean.numerator),
            ScalarValue::from(mean.denominator),
            n(&answers),
            ScalarValue::from(mean.n_effective),
            ScalarValue::Float64(mean.standard_deviation),
            ScalarValue::from(mean.flag()),
        ])
    }))
}
