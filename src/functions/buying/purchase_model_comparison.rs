//! `purchase_model_comparison(frequency, recency, age, holdout_frequency, holdout_length [, weight [, weights]])`

use datafusion::common::ScalarValue;

use crate::functions::argument::{AGE, FREQUENCY, RECENCY, WEIGHT};
use crate::functions::document::{Argument, Example, Field, Kind};
use crate::functions::domain::Domain;
use crate::functions::fitted::{CONVERGED, FLAGS, IDENTIFIED, LOG_LIKELIHOOD, flags, weighted};
use crate::functions::groupwise::Groupwise;
use crate::functions::multiset::Counted;
use crate::functions::shape::{Answer, Shape};
use crate::kernel::comparison::{Case, Contender, compare};
use crate::kernel::{History, OutOfDomain, Weights};

pub(super) const HOLDOUT_FREQUENCY: Argument = Argument::needed(
    "holdout_frequency",
    "purchase days after the cut-off, up to the end of the holdout",
    Domain::Whole,
);

pub(super) const HOLDOUT_LENGTH: Argument = Argument::needed(
    "holdout_length",
    "time from the cut-off to the end of the holdout, in the unit of `age`",
    Domain::NotNegative,
);

/// What is said about a model.
pub(super) const CONTENDER: &[Field] = &[
    Field { name: "model", kind: Kind::Text, meaning: "as in the names of its functions" },
    Field { name: "parameters", kind: Kind::Int32, meaning: "how many it has" },
    LOG_LIKELIHOOD,
    number("bic", "Bayesian information criterion of the fit; the smaller, the better"),
    number("holdout_predicted", "purchase days that the model expected in the holdout"),
    number("holdout_actual", "purchase days in the holdout"),
    number("holdout_mae", "mean absolute error per customer"),
    number("holdout_rmse", "root mean squared error per customer"),
    number(
        "holdout_correlation",
        "of predicted and actual purchase days; NULL where one of them does not vary",
    ),
    CONVERGED,
    IDENTIFIED,
    Field {
        meaning: "what to know before use, as in the flags of a fit; empty if nothing",
        ..FLAGS
    },
    Field {
        name: "rank",
        kind: Kind::Int32,
        meaning: "1 is the best: the smallest `bic` of the models whose squared errors in the \
                      holdout are not significantly larger than the smallest (5 %, customer by \
                      customer); then the others by `holdout_rmse`",
    },
];

pub(super) static FUNCTION: Groupwise<6> = Groupwise {
    name: "purchase_model_comparison",
    summary: "Fits NBD, BG/NBD, MBG/NBD and Pareto/NBD to the same customers, and compares what \
              they predict with what the customers did after the cut-off.",
    arguments: [FREQUENCY, RECENCY, AGE, HOLDOUT_FREQUENCY, HOLDOUT_LENGTH, WEIGHT],
    returns: "one struct per model, the best first; `f(...)[1]['model']` is its name",
    shape: Shape::Rows(CONTENDER),
    source: "Schwarz (1978), Annals of Statistics 6(2), 461–464 (bic); Batislam, Denizel and \
             Filiztekin (2007), International Journal of Research in Marketing 24(3), 201–209 \
             (comparison by customer); Diebold and Mariano (1995), Journal of Business & Economic \
             Statistics 13(3), 253–263 (comparison of errors)",
    examples: &[Example::over(
        "cardinality(purchase_model_comparison(frequency, recency, age, bought, 39))",
        "(VALUES (2, 30.4, 38.9, 1), (0, 0, 38.9, 0), (1, 1.7, 38.9, 0), (7, 29.4, 38.9, 8)) \
         AS t(frequency, recency, age, bought)",
        "4",
    )],
    weights: Some(Weights::Counts),
    kernel,
};

const fn number(name: &'static str, meaning: &'static str) -> Field {
    Field { name, kind: Kind::Float64, meaning }
}

fn kernel(rows: &[Counted<6>], weights: Weights) -> Result<Option<Answer>, OutOfDomain> {
    let cases = weighted(rows, weights, case, |_| true)?;
    let cases: Vec<_> = cases.rows().map(|(case, weight)| case.weighing(weight)).collect();
    Ok(table(&compare(&cases, None)?))
}

/// The ranked models as rows; NULL without customers.
pub(super) fn table(ranked: &[Contender]) -> Option<Answer> {
    let answers: Vec<_> = (1..).zip(ranked).map(|(rank, one)| answer(one, rank)).collect();
    (!answers.is_empty()).then_some(Answer::Rows(answers))
}

fn case([frequency, recency, age, purchases, length, _]: [f64; 6]) -> Result<Case, OutOfDomain> {
    Case::new(History::new(frequency, recency, age)?, purchases, length, 1.0)
}

fn answer(one: &Contender, rank: i32) -> Vec<ScalarValue> {
    let holdout = one.holdout;
    vec![
        ScalarValue::from(one.model),
        ScalarValue::Int32(i32::try_from(one.parameters).ok()),
        ScalarValue::from(one.log_likelihood),
        ScalarValue::from(one.bic),
        ScalarValue::from(holdout.predicted),
        ScalarValue::from(holdout.actual),
        ScalarValue::from(holdout.mean_absolute_error),
        ScalarValue::from(holdout.root_mean_squared_error),
        ScalarValue::Float64(holdout.correlation),
        ScalarValue::from(one.converged),
        ScalarValue::from(one.identified),
        ScalarValue::from(flags(
            one.bounds.iter().copied(),
            one.second_optimum,
            one.identified,
            &[],
        )),
        ScalarValue::from(rank),
    ]
}
