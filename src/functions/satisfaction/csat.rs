//! `csat(score, scale_max [, weight [, weights]])`

use datafusion::common::ScalarValue;

use crate::functions::answers::{N, N_EFFECTIVE, answers, float, n};
use crate::functions::argument::WEIGHT;
use crate::functions::document::{Argument, Example};
use crate::functions::domain::Domain;
use crate::functions::groupwise::Groupwise;
use crate::functions::multiset::Counted;
use crate::functions::shape::{Answer, Shape};
use crate::kernel::survey::{same_scale, satisfaction};
use crate::kernel::{OutOfDomain, Weights};

pub(super) static FUNCTION: Groupwise<3> = Groupwise {
    name: "csat",
    summary: "Customer satisfaction score: the share of answers in the top two boxes of the scale.",
    arguments: [
        Argument {
            name: "score",
            meaning: "satisfaction, higher is better",
            domain: Domain::Number("at most `scale_max`"),
            optional: false,
        },
        Argument {
            name: "scale_max",
            meaning: "the best score that could be given; 5 on a scale from 1 to 5",
            domain: Domain::Number("finite, the same in every row"),
            optional: false,
        },
        WEIGHT,
    ],
    returns: "the share with its 95 % interval (Wilson)",
    shape: Shape::Struct(&[
        float("value", "from 0 to 1"),
        float("lower", "lower 95 % limit"),
        float("upper", "upper 95 % limit"),
        float("numerator", "summed weight of scores of `scale_max` - 1 and above"),
        float("denominator", "summed weight of all answers"),
        N,
        N_EFFECTIVE,
    ]),
    source: "interval: Wilson (1927), Journal of the American Statistical Association 22(158), \
             209–212; effective size: Kish (1965), Survey Sampling",
    examples: &[
        Example::over("csat(score, 5)['value']", "(VALUES (5), (4), (3), (1)) AS t(score)", "0.5"),
        Example::over(
            "csat(score, 5, weight)['numerator']",
            "(VALUES (5, 2.5), (3, 1.0)) AS t(score, weight)",
            "2.5",
        ),
    ],
    weights: Some(Weights::Design),
    kernel,
};

fn kernel(rows: &[Counted<3>], _: Weights) -> Result<Option<Answer>, OutOfDomain> {
    let answers = answers(rows, |[score, _, weight]| (score, weight))?;
    let Some(scale_max) = same_scale(rows.iter().map(|row| row.values[1]))? else {
        return Ok(None);
    };
    Ok(satisfaction(&answers, scale_max)?.map(|result| {
        Answer::Fields(vec![
            ScalarValue::from(result.share.value),
            ScalarValue::from(result.share.lower),
            ScalarValue::from(result.share.upper),
            ScalarValue::from(result.numerator),
            ScalarValue::from(result.denominator),
            n(&answers),
            ScalarValue::from(result.n_effective),
        ])
    }))
}
