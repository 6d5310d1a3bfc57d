//! `rate(hit [, weight [, weights [, level]]])`

use datafusion::common::ScalarValue;

use crate::functions::answers::{N, N_EFFECTIVE, answers, float, n};
use crate::functions::argument::WEIGHT;
use crate::functions::document::{Argument, Example};
use crate::functions::domain::Domain;
use crate::functions::groupwise::{Groupwise, Limited};
use crate::functions::multiset::Counted;
use crate::functions::shape::{Answer, Shape};
use crate::kernel::level::Level;
use crate::kernel::survey::rate;
use crate::kernel::{OutOfDomain, Weights};

pub(super) static FUNCTION: Groupwise<2, Limited<2>> = Groupwise {
    name: "rate",
    summary: "Share of rows in which something holds, with its interval.",
    arguments: [Argument::needed("hit", "whether it holds", Domain::YesNo), WEIGHT],
    returns: "the share with its interval (Wilson)",
    shape: Shape::Struct(&[
        float("value", "from 0 to 1"),
        float("lower", "lower limit"),
        float("upper", "upper limit"),
        float("numerator", "summed weight of rows in which it holds"),
        float("denominator", "summed weight of all rows"),
        N,
        N_EFFECTIVE,
    ]),
    source: "Wilson (1927), Journal of the American Statistical Association 22(158), 209–212; \
             effective size: Kish (1965), Survey Sampling",
    examples: &[
        Example::over("rate(x > 2)['value']", "(VALUES (1), (2), (3), (4)) AS t(x)", "0.5"),
        Example::over(
            "CAST(rate(x > 2, 1, 'counts', 0.9)['lower'] AS DECIMAL(9, 6))",
            "(VALUES (1), (2), (3), (4)) AS t(x)",
            "0.182400",
        ),
        Example::over("rate(x, w)['value']", "(VALUES (1, 3), (0, 1)) AS t(x, w)", "0.75"),
    ],
    weights: Some(Weights::Design),
    kernel: Limited(kernel),
};

fn kernel(rows: &[Counted<2>], _: Weights, level: Level) -> Result<Option<Answer>, OutOfDomain> {
    let answers = answers(rows, |[hit, weight]| (hit, weight))?;
    Ok(rate(&answers, level)?.map(|result| {
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
