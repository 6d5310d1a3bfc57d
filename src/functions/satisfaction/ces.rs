//! `ces(score [, weight [, weights]])`

use datafusion::common::ScalarValue;

use crate::functions::answers::{N, N_EFFECTIVE, answers, float, n};
use crate::functions::argument::WEIGHT;
use crate::functions::document::{Argument, Example};
use crate::functions::domain::Domain;
use crate::functions::groupwise::Groupwise;
use crate::functions::shape::{Answer, Shape};
use crate::kernel::Weights;
use crate::kernel::survey::effort;

pub(super) static FUNCTION: Groupwise<2> = Groupwise {
    name: "ces",
    summary: "Customer effort score: the mean answer.",
    arguments: [
        Argument {
            name: "score",
            meaning: "effort, on any scale",
            domain: Domain::Finite,
            optional: false,
        },
        WEIGHT,
    ],
    returns: "the mean with its 95 % interval (Student's t)",
    shape: Shape::Struct(&[
        float("value", "the weighted mean, on the scale of the answers"),
        float("lower", "lower 95 % limit; NULL for a single answer"),
        float("upper", "upper 95 % limit; NULL for a single answer"),
        float("numerator", "summed weight times score"),
        float("denominator", "summed weight"),
        N,
        N_EFFECTIVE,
        float("standard_deviation", "of a single answer; NULL if there is only one"),
    ]),
    source: "Dixon, Freeman and Toman (2010), Harvard Business Review 88(7/8), 116–122; effective \
             size: Kish (1965), Survey Sampling",
    examples: &[
        Example::over("ces(score)['value']", "(VALUES (7), (6), (2)) AS t(score)", "5.0"),
        Example::over("ces(score)['lower']", "(VALUES (7)) AS t(score)", "NULL"),
    ],
    weights: Some(Weights::Design),
    kernel: |rows, _| {
        let answers = answers(rows, |[score, weight]| (score, weight))?;
        Ok(effort(&answers).map(|mean| {
            Answer::Fields(vec![
                ScalarValue::from(mean.value),
                ScalarValue::Float64(mean.limits.map(|(lower, _)| lower)),
                ScalarValue::Float64(mean.limits.map(|(_, upper)| upper)),
                ScalarValue::from(mean.numerator),
                ScalarValue::from(mean.denominator),
                n(&answers),
                ScalarValue::from(mean.n_effective),
                ScalarValue::Float64(mean.standard_deviation),
            ])
        }))
    },
};
