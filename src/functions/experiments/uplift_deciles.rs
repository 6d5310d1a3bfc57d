//! `uplift_deciles(score, outcome, treated [, level])`

use datafusion::common::ScalarValue;

use super::experiment::{N_CONTROL, N_TREATED, SCORE, TREATED, count, interval, subjects, whole};
use crate::functions::answers::float;
use crate::functions::document::{Argument, Example, Field, Kind};
use crate::functions::domain::Domain;
use crate::functions::groupwise::{Groupwise, Limited};
use crate::functions::multiset::Counted;
use crate::functions::shape::{Answer, Shape};
use crate::kernel::experiment::{Decile, uplift_deciles};
use crate::kernel::level::Level;
use crate::kernel::{OutOfDomain, Weights};

pub(super) static FUNCTION: Groupwise<3, Limited<3>> = Groupwise {
    name: "uplift_deciles",
    summary: "What a treatment did to those for whom a score promised more and less: the uplift \
              in each tenth of the subjects.",
    arguments: [
        SCORE,
        Argument::needed(
            "outcome",
            "whether what the treatment aims at happened, one row per subject",
            Domain::YesNo,
        ),
        TREATED,
    ],
    returns: "a list of structs, the highest scores first. Subjects with the same score stay \
              together, where the middle of them falls, so tenths may differ in size or be missing",
    shape: Shape::Rows(&[
        Field { name: "decile", kind: Kind::Int32, meaning: "1 for the highest scores, to 10" },
        float("score_min", "the lowest score in it"),
        float("score_max", "the highest score in it"),
        N_TREATED,
        N_CONTROL,
        count("successes_treated", "treated subjects with the outcome"),
        count("successes_control", "other subjects with the outcome"),
        float("rate_treated", "share of the treated with the outcome; NULL without any"),
        float("rate_treated_lower", "its lower limit (Wilson)"),
        float("rate_treated_upper", "its upper limit (Wilson)"),
        float("rate_control", "share of the others with the outcome; NULL without any"),
        float("rate_control_lower", "its lower limit (Wilson)"),
        float("rate_control_upper", "its upper limit (Wilson)"),
        float("uplift", "difference of the rates; NULL where one is"),
        float("uplift_lower", "its lower limit (Newcombe)"),
        float("uplift_upper", "its upper limit (Newcombe)"),
    ]),
    source: "Radcliffe (2007), Direct Marketing Analytics Journal 1, 14–21; interval: Newcombe \
             (1998), Statistics in Medicine 17(8), 873–890",
    examples: &[
        Example::over(
            "cardinality(uplift_deciles(i, i % 7 = 0, i % 2 = 0))",
            "generate_series(1, 1000) AS s(i)",
            "10",
        ),
        Example::over(
            "uplift_deciles(score, outcome, treated)[1]['uplift']",
            "(VALUES (0.9, 1, 1), (0.9, 0, 0), (0.1, 0, 1), (0.1, 0, 0)) \
             AS s(score, outcome, treated)",
            "1.0",
        ),
    ],
    weights: None,
    kernel: Limited(kernel),
};

fn kernel(rows: &[Counted<3>], _: Weights, level: Level) -> Result<Option<Answer>, OutOfDomain> {
    let names = ["score", "outcome"];
    let subjects = subjects(rows, names, |[score, y, treated]| ([score, y], treated, 1.0))?;
    let rows = uplift_deciles(&subjects)?;
    Ok(Some(Answer::Rows(rows.iter().map(|decile| row(decile, level)).collect())))
}

fn row(decile: &Decile, level: Level) -> Vec<ScalarValue> {
    let Decile { decile: number, score_min, score_max, treated, control } = decile;
    let mut row = vec![
        ScalarValue::from(*number),
        ScalarValue::from(*score_min),
        ScalarValue::from(*score_max),
        whole(treated.n),
        whole(control.n),
        whole(treated.successes),
        whole(control.successes),
    ];
    for rate in [treated.rate(level), control.rate(level), decile.uplift(level)] {
        row.extend(interval(rate));
    }
    row
}
