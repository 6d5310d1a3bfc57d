//! `qini(score, outcome, treated [, level])`

use datafusion::common::ScalarValue;

use super::experiment::{N_CONTROL, N_TREATED, OUTCOME, SCORE, TREATED, number, subjects, whole};
use crate::functions::answers::float;
use crate::functions::document::{Example, Field, Kind};
use crate::functions::groupwise::{Groupwise, Limited};
use crate::functions::multiset::Counted;
use crate::functions::shape::{Answer, Shape};
use crate::kernel::experiment::{Arm, Estimate, qini};
use crate::kernel::level::Level;
use crate::kernel::{OutOfDomain, Weights};

pub(super) static FUNCTION: Groupwise<3, Limited<3>> = Groupwise {
    name: "qini",
    summary: "How well a score puts those first whom a treatment moves: the areas under the Qini \
              curve and the uplift curve.",
    arguments: [SCORE, OUTCOME, TREATED],
    returns: "areas over the share of subjects treated, highest scores first, in units of outcome \
              per subject, with intervals (jackknife). Subjects with the same score enter \
              together. A score without information has `qini` 0 and `auuc` half the uplift; they \
              are not divided by the area of a perfect score",
    shape: Shape::Struct(&[
        float("qini", "area between the Qini curve, per treated subject, and its chord"),
        float("qini_lower", "lower limit"),
        float("qini_upper", "upper limit"),
        float("qini_standard_error", "NULL where an arm cannot spare a subject"),
        float("auuc", "area under the uplift curve"),
        float("auuc_lower", "lower limit"),
        float("auuc_upper", "upper limit"),
        float("auuc_standard_error", "NULL where an arm cannot spare a subject"),
        float("auuc_random", "`auuc` of a score without information: half the uplift"),
        float("uplift", "mean outcome of the treated minus that of the others"),
        N_TREATED,
        N_CONTROL,
        Field {
            name: "flags",
            kind: Kind::Text,
            meaning: "what to know before use; empty if nothing: `no_treated` or `no_control` (an arm is \
                      empty: the areas are NULL), `too_few` (an arm cannot spare a subject, or there are three or less: the limits are \
                      NULL)",
        },
    ]),
    source: "Radcliffe (2007), Direct Marketing Analytics Journal 1, 14–21; Gutierrez and Gérardy \
             (2017), PMLR 67, 1–13; jackknife: Efron and Stein (1981), Annals of Statistics 9(3), \
             586–596",
    examples: &[
        Example::over(
            "qini(score, outcome, treated)['qini']",
            "(VALUES (2, 1, 1), (2, 1, 1), (2, 0, 0), (2, 0, 0), (1, 0, 1), (1, 0, 1), (1, 0, 0), \
             (1, 0, 0)) AS s(score, outcome, treated)",
            "0.125",
        ),
        Example::over(
            "qini(score, outcome, treated)['flags']",
            "(VALUES (2, 1, 1), (1, 0, 1)) AS s(score, outcome, treated)",
            "no_control",
        ),
    ],
    weights: None,
    kernel: Limited(kernel),
};

fn kernel(rows: &[Counted<3>], _: Weights, level: Level) -> Result<Option<Answer>, OutOfDomain> {
    let names = ["score", "outcome"];
    let subjects = subjects(rows, names, |[score, y, treated]| ([score, y], treated, 1.0))?;
    let found = qini(&subjects, level);
    let [treated, control] = Arm::sizes(&subjects);
    let mut values = Vec::new();
    values.extend(estimate(found.map(|found| found.qini)));
    values.extend(estimate(found.map(|found| found.auuc)));
    values.push(number(found.map(|found| found.auuc_random())));
    values.push(number(found.map(|found| found.uplift)));
    values.extend([whole(treated), whole(control)]);
    let flags = [(treated, "no_treated"), (control, "no_control")];
    let few = found.is_some_and(|found| {
        [found.qini, found.auuc].iter().any(|estimate| estimate.limits.is_none())
    });
    let few = if few { "too_few" } else { "" };
    let flag = flags.into_iter().find(|(n, _)| *n == 0).map_or(few, |(_, flag)| flag);
    values.push(ScalarValue::from(flag));
    Ok(Some(Answer::Fields(values)))
}

fn estimate(estimate: Option<Estimate>) -> [ScalarValue; 4] {
    let limits = estimate.and_then(|estimate| estimate.limits);
    [
        number(estimate.map(|estimate| estimate.value)),
        number(limits.map(|(lower, _)| lower)),
        number(limits.map(|(_, upper)| upper)),
        number(estimate.and_then(|estimate| estimate.standard_error)),
    ]
}
