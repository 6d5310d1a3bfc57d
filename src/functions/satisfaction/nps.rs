//! `nps(score [, weight [, weights [, level]]])`

use datafusion::common::ScalarValue;

use crate::functions::answers::{N, N_EFFECTIVE, answers, float, n};
use crate::functions::argument::WEIGHT;
use crate::functions::document::{Argument, Example, Field, Kind};
use crate::functions::domain::Domain;
use crate::functions::groupwise::{Groupwise, Limited};
use crate::functions::multiset::Counted;
use crate::functions::shape::{Answer, Shape};
use crate::kernel::level::Level;
use crate::kernel::survey::{Recommendation, recommendation};
use crate::kernel::{OutOfDomain, Weights};

pub(super) static FUNCTION: Groupwise<2, Limited<2>> = Groupwise {
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
    returns: "the score with its interval, adjusted Wald",
    shape: Shape::Struct(&[
        float("value", "from -100 to 100"),
        float("lower", "lower limit; NULL below five effective answers, where it would not hold"),
        float("upper", "upper limit; NULL below five effective answers"),
        float("promoters", "summed weight of 9 and 10"),
        float("passives", "summed weight of what lies between"),
        float("detractors", "summed weight of 0 to 6"),
        N,
        N_EFFECTIVE,
        Field {
            name: "flags",
            kind: Kind::Text,
            meaning: "what to know before use, separated by commas; empty if nothing: `too_few` \
                      (below five effective answers), `no_score_above_5` (is the scale 0 to 10? \
                      on one from 1 to 5 everybody would be a detractor)",
        },
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
    kernel: Limited(kernel),
};

fn kernel(rows: &[Counted<2>], _: Weights, level: Level) -> Result<Option<Answer>, OutOfDomain> {
    let answers = answers(rows, |[score, weight]| (score, weight))?;
    let result = recommendation(&answers, level)?;
    Ok(result.map(|result| {
        Answer::Fields(vec![
            ScalarValue::from(result.score),
            ScalarValue::Float64(result.limits.map(|(lower, _)| lower)),
            ScalarValue::Float64(result.limits.map(|(_, upper)| upper)),
            ScalarValue::from(result.promoters),
            ScalarValue::from(result.passives),
            ScalarValue::from(result.detractors),
            n(&answers),
            ScalarValue::from(result.n_effective),
            ScalarValue::from(flags(&result)),
        ])
    }))
}

fn flags(result: &Recommendation) -> String {
    let flags =
        [(result.limits.is_none(), "too_few"), (result.is_on_a_short_scale(), "no_score_above_5")];
    let raised: Vec<&str> = flags.iter().filter(|(is, _)| *is).map(|(_, flag)| *flag).collect();
    raised.join(",")
}
