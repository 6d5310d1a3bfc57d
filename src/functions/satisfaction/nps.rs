//! `nps(score [, weight [, weights]])`

use datafusion::common::ScalarValue;

use crate::functions::answers::{N, N_EFFECTIVE, answers, float, n};
use crate::functions::argument::WEIGHT;
use crate::functions::document::{Argument, Example};
use crate::functions::domain::Domain;
use crate::functions::groupwise::Groupwise;
use crate::functions::shape::{Answer, Shape};
use crate::kernel::Weights;
use crate::kernel::survey::recommendation;

pub(super) static FUNCTION: Groupwise<2> = Groupwise {
    name: "nps",
    summary: "Net promoter score: the share of 9s and 10s minus the share of 0s to 6s.",
    arguments: [
        Argument {
            name: "score",
            meaning: "likelihood to recommend",
            domain: Domain::Between(0.0, 10.0),
            optional: false,
        },
        WEIGHT,
    ],
    returns: "the score with its 95 % interval, adjusted Wald",
    shape: Shape::Struct(&[
        float("value", "from -100 to 100"),
        float("lower", "lower 95 % limit"),
        float("upper", "upper 95 % limit"),
        float("promoters", "summed weight of 9 and 10"),
        float("passives", "summed weight of what lies between"),
        float("detractors", "summed weight of 0 to 6"),
        N,
        N_EFFECTIVE,
    ]),
    source: "Reichheld (2003), Harvard Business Review 81(12), 46–54; interval: Rocks (2016), The \
             American Statistician 70(4), 365–372",
    examples: &[
        Example::over("nps(score)['value']", "(VALUES (10), (9), (8), (3)) AS t(score)", "25.0"),
        Example::over(
            "nps(score, weight)['value']",
            "(VALUES (10, 3), (3, 1)) AS t(score, weight)",
            "50.0",
        ),
    ],
    weights: Some(Weights::Design),
    kernel: |rows, _| {
        let answers = answers(rows, |[score, weight]| (score, weight))?;
        Ok(recommendation(&answers)?.map(|result| {
            Answer::Fields(vec![
                ScalarValue::from(result.score.value),
                ScalarValue::from(result.score.lower),
                ScalarValue::from(result.score.upper),
                ScalarValue::from(result.promoters),
                ScalarValue::from(result.passives),
                ScalarValue::from(result.detractors),
                n(&answers),
                ScalarValue::from(result.n_effective),
            ])
        }))
    },
};
