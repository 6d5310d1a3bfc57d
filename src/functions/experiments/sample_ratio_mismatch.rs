//! `sample_ratio_mismatch(treated, expected_share [, level])`

use datafusion::common::ScalarValue;

use super::experiment::{TREATED, count, interval, subjects, whole};
use crate::functions::answers::float;
use crate::functions::document::{Argument, Example, Field, Kind};
use crate::functions::domain::Domain;
use crate::functions::groupwise::{Groupwise, Limited};
use crate::functions::multiset::Counted;
use crate::functions::shape::{Answer, Shape};
use crate::kernel::experiment::sample_ratio_mismatch;
use crate::kernel::level::Level;
use crate::kernel::{OutOfDomain, Weights, check_same};

pub(super) static FUNCTION: Groupwise<2, Limited<2>> = Groupwise {
    name: "sample_ratio_mismatch",
    summary: "Whether as many subjects were treated as the experiment intended: a check to make \
              before any other figure is read.",
    arguments: [
        TREATED,
        Argument::needed(
            "expected_share",
            "share of the treated that was intended, the same in every row",
            Domain::Inside(0.0, 1.0),
        ),
    ],
    returns: "the share of the treated with its interval (Wilson), and the test; p below \
              0.001 is the usual alarm",
    shape: Shape::Struct(&[
        float("value", "share of the treated"),
        float("lower", "lower limit"),
        float("upper", "upper limit"),
        count("numerator", "the treated"),
        count("denominator", "all subjects"),
        float("statistic", "chi-square"),
        float("degrees_of_freedom", "1"),
        float("p_value", "how often chance alone would deal as unevenly"),
        Field {
            name: "flags",
            kind: Kind::Text,
            meaning: "`small` where fewer than 5 are expected in an arm, too few for chi-square",
        },
    ]),
    source: "Fabijan et al. (2019), KDD '19, 2156–2164",
    examples: &[
        Example::over(
            "sample_ratio_mismatch(treated, 0.5)['statistic']",
            "(VALUES (1), (1), (1), (1), (1), (1), (0), (0), (0), (0)) AS s(treated)",
            "0.4",
        ),
        Example::over(
            "sample_ratio_mismatch(i % 3 = 0, 0.5)['p_value'] < 0.001",
            "generate_series(1, 300) AS s(i)",
            "true",
        ),
    ],
    weights: None,
    kernel: Limited(kernel),
};

fn kernel(rows: &[Counted<2>], _: Weights, level: Level) -> Result<Option<Answer>, OutOfDomain> {
    let Some(expected) = rows.first().map(|row| row.values[1]) else { return Ok(None) };
    for row in rows {
        check_same("expected_share", expected, row.values[1])?;
    }
    let subjects = subjects(rows, [], |[treated, _]| ([], treated, 1.0))?;
    Ok(sample_ratio_mismatch(&subjects, expected, level)?.map(|found| {
        let mut values = interval(Some(found.share)).to_vec();
        values.extend([
            whole(found.treated),
            whole(found.n),
            ScalarValue::from(found.statistic),
            ScalarValue::from(1.0),
            ScalarValue::from(found.p_value),
            ScalarValue::from(if found.is_small { "small" } else { "" }),
        ]);
        Answer::Fields(values)
    }))
}
