//! `least_squares(target, terms [, weight [, weights [, level]]])`

use datafusion::common::ScalarValue;

use super::complete::{Complete, INCOMPLETE, TARGET, perhaps};
use super::key_drivers::flags;
use crate::functions::answers::{N, N_EFFECTIVE, float};
use crate::functions::argument::{LIMITS_LEVEL, WEIGHT};
use crate::functions::document::{Argument, Example, Field, Kind};
use crate::functions::domain::Domain;
use crate::functions::refusal::Refusal;
use crate::functions::shape::{Answer, Shape, rows};
use crate::functions::tablewise::{Setup, Table, Tablewise};
use crate::kernel::Weights;
use crate::kernel::least_squares::{Coefficient, LeastSquares, least_squares};

/// The term that every regression has.
const INTERCEPT: &str = "intercept";

pub(super) static FUNCTION: Tablewise = Tablewise {
    name: "least_squares",
    summary: "Linear regression with errors that hold where answers scatter unevenly (HC3).",
    arguments: &[
        TARGET,
        Argument::needed(
            "terms",
            "what it is explained by; name them with `named_struct`. What one does to another is their \
             product, best of deviations from their means",
            Domain::Items("one per term; none may be called `intercept`"),
        ),
        WEIGHT,
    ],
    returns: "the coefficients of the line, with standard errors, tests and limits (Student's t)",
    shape: Shape::Struct(&[
        Field {
            name: "coefficients",
            kind: Kind::Rows(COEFFICIENTS),
            meaning: "that of `intercept`, then those of the terms in the order given",
        },
        float(
            "r_squared",
            "explained share of the target's variance; NULL for a constant target and too few people",
        ),
        float(
            "degrees_of_freedom",
            "of the tests: `n_effective` less one for each coefficient that is estimated; NULL as `r_squared`",
        ),
        N,
        INCOMPLETE,
        N_EFFECTIVE,
        Field {
            name: "flags",
            kind: Kind::Text,
            meaning: "what to know before use, separated by commas; empty if nothing: `too_few` (not two people more than \
                      terms: nothing is estimated), `small_sample` (not ten people for each term), `constant_target`, \
                      `constant:x` (term `x` is the same for everybody: nothing is known of it), `collinear` (terms repeat \
                      each other: no errors), `decided_by_one` (one person alone decides a coefficient: no errors), \
                      `no_limits` (people are not more than three more than terms: nothing has limits)",
        },
    ]),
    nulls: "rows with a NULL are ignored, those with a NULL term are counted; a group \
            without rows gives NULL",
    source: "MacKinnon and White (1985), Journal of Econometrics 29(3), 305–325; Long and Ervin (2000), The \
             American Statistician 54(3), 217–224",
    examples: &[
        Example::over(
            "CAST(least_squares(y, named_struct('x', x))['coefficients'][2]['coefficient'] AS DECIMAL(9, 6))",
            "(VALUES (1, 0), (3, 1), (2, 2), (5, 3), (4, 4)) AS t(y, x)",
            "0.800000",
        ),
        Example::over(
            "CAST(least_squares(y, named_struct('x', x))['coefficients'][2]['standard_error'] AS DECIMAL(9, 6))",
            "(VALUES (1, 0), (3, 1), (2, 2), (5, 3), (4, 4)) AS t(y, x)",
            "0.415270",
        ),
    ],
    weights: Some(Weights::Design),
    settings: &[LIMITS_LEVEL],
    check: |setup: &Setup| match setup.names(1).iter().any(|name| name == INTERCEPT) {
        true => Err(Refusal(format!("no term may be called `{INTERCEPT}`"))),
        false => Ok(()),
    },
    kernel,
};

const COEFFICIENTS: &[Field] = &[
    Field { name: "term", kind: Kind::Text, meaning: "its name" },
    float(
        "coefficient",
        "points of the target that go with a point of the term, the others as they are",
    ),
    float(
        "standard_error",
        "of the coefficient, robust; NULL with `collinear` and `decided_by_one`",
    ),
    float("t", "the coefficient by its error"),
    float("p_value", "how often chance alone goes as far; NULL as `lower`"),
    float(
        "lower",
        "lower limit of the coefficient; NULL as `standard_error`, and with `no_limits`",
    ),
    float("upper", "upper limit of the coefficient"),
];

fn kernel(table: &Table) -> Result<Option<Answer>, Refusal> {
    let names = table.setup.names(1);
    let people = Complete::drivers(table.rows(), names.len())?;
    let level = table.setup.level()?;
    let Some(result) = least_squares(&people.sample, level) else { return Ok(None) };
    let terms = std::iter::once(INTERCEPT).chain(names.iter().map(String::as_str));
    let coefficients = std::iter::once(&result.intercept).chain(&result.terms);
    let list: Vec<_> = terms.zip(coefficients).map(values).collect();
    Ok(Some(Answer::Fields(vec![
        rows(COEFFICIENTS, &list)?,
        perhaps(result.r_squared),
        perhaps(result.freedom),
        people.n(),
        people.incomplete(),
        ScalarValue::from(result.n_effective),
        ScalarValue::from(words(&result, names)),
    ])))
}

fn values((term, found): (&str, &Coefficient)) -> Vec<ScalarValue> {
    let numbers = [
        found.value,
        found.standard_error,
        found.t,
        found.p_value,
        found.limits.map(|(lower, _)| lower),
        found.limits.map(|(_, upper)| upper),
    ];
    std::iter::once(ScalarValue::from(term)).chain(numbers.map(perhaps)).collect()
}

fn words(result: &LeastSquares, names: &[String]) -> String {
    let known = flags(&result.flags, names);
    let decided = result.decided_by_one.then_some("decided_by_one");
    let all = Some(known.as_str()).filter(|known| !known.is_empty()).into_iter().chain(decided);
    all.collect::<Vec<_>>().join(",")
}
