//! `cumulative_incidence(time, cause [, weight [, weights [, level]]])`

use datafusion::common::ScalarValue;

use super::spells::{TIME, limits, limits_flag};
use crate::functions::answers::float;
use crate::functions::argument::WEIGHT;
use crate::functions::document::{Argument, Example, Field, Kind};
use crate::functions::domain::Domain;
use crate::functions::fitted::weighted;
use crate::functions::groupwise::{Groupwise, Limited};
use crate::functions::multiset::Counted;
use crate::functions::shape::{Answer, Shape};
use crate::kernel::level::Level;
use crate::kernel::survival::{Exit, Incidence, cumulative_incidence};
use crate::kernel::{OutOfDomain, Weights};

pub(super) static FUNCTION: Groupwise<3, Limited<3>> = Groupwise {
    name: "cumulative_incidence",
    summary: "The share of spells that has ended by each of several causes.",
    arguments: [
        TIME,
        Argument::needed(
            "cause",
            "what ended it: 1, 2, …; 0 where it was cut off and still lasts",
            Domain::Whole,
        ),
        WEIGHT,
    ],
    returns: "a list by cause and time, with an entry per cause for every time at which a spell \
              ends; the incidences of all causes and the share that lasts add up to 1; empty where \
              nothing ends",
    shape: Shape::Rows(&[
        Field { name: "cause", kind: Kind::Int64, meaning: "which" },
        float("time", "in the unit of the argument"),
        float("at_risk", "spells that were watched until just before"),
        float("events", "spells that end at this time by this cause"),
        float("incidence", "the share that has ended by this cause"),
        float(
            "standard_error",
            "of `incidence`, by the delta method, Greenwood's for one cause; under design weights the larger \
             of that with the effective numbers at risk and the infinitesimal jackknife's",
        ),
        float(
            "lower",
            "lower limit, log-log of what is left; NULL at 0 and 1, and for too few; under design weights \
             at Student's point for the effective number, so that even equal ones give wider limits than none",
        ),
        float("upper", "upper limit; NULL at 0 and 1, and for too few"),
        Field {
            name: "flags",
            kind: Kind::Text,
            meaning: "why there are no limits; empty if there are: `none_ended`, `all_ended` (by this cause), \
                      `too_few` (design weights leave not more than three effective spells)",
        },
    ]),
    source: "Aalen and Johansen (1978), Scandinavian Journal of Statistics 5, 141–150; Marubini \
             and Valsecchi (1995), Analysing Survival Data from Clinical Trials and Observational \
             Studies, 10.3",
    examples: &[Example::over(
        "cumulative_incidence(months, cause)[2]['incidence']",
        "(VALUES (3, 1), (5, 2), (8, 0), (9, 0)) AS t(months, cause)",
        "0.25",
    )],
    weights: Some(Weights::Counts),
    kernel: Limited(kernel),
};

fn kernel(
    rows: &[Counted<3>],
    weights: Weights,
    level: Level,
) -> Result<Option<Answer>, OutOfDomain> {
    let read = |[time, cause, _]: [f64; 3]| Exit::new(time, cause);
    let exits = weighted(rows, weights, read, |_| true)?;
    Ok(Some(Answer::Rows(cumulative_incidence(&exits, level).iter().map(fields).collect())))
}

fn fields(incidence: &Incidence) -> Vec<ScalarValue> {
    let Incidence { cause, time, at_risk, events, incidence: share, standard_error, .. } =
        *incidence;
    let numbers = [time, at_risk, events, share, standard_error].map(ScalarValue::from);
    let cause = ScalarValue::Int64(i64::try_from(cause).ok());
    let flag = limits_flag(incidence.limits, share, ["none_ended", "all_ended"]);
    [cause].into_iter().chain(numbers).chain(limits(incidence.limits)).chain([flag]).collect()
}
