//! `cox(time, event, covariates [, ties [, level]])`

use datafusion::common::ScalarValue;

use super::spells::{EVENT, TIME};
use crate::functions::answers::float;
use crate::functions::argument::LIMITS_LEVEL;
use crate::functions::document::{Argument, Example, Field, Kind};
use crate::functions::domain::Domain;
use crate::functions::refusal::Refusal;
use crate::functions::shape::{Answer, Shape, rows};
use crate::functions::tablewise::{Table, Tablewise, nothing_to_check};
use crate::kernel::level::Level;
use crate::kernel::survival::{Coefficient, Cox, Subject, Ties, check_exact, cox};
use crate::kernel::{Bound, OutOfDomain};

const COEFFICIENTS: &[Field] = &[
    Field { name: "covariate", kind: Kind::Text, meaning: "which" },
    float(
        "coefficient",
        "what one more of it adds to the logarithm of the hazard; NULL where it is infinite or not identified, see `flags`",
    ),
    float("standard_error", "of the coefficient, from the exact Hessian"),
    float("hazard_ratio", "by how much one more of it multiplies the hazard"),
    float("lower", "lower limit of the hazard ratio"),
    float("upper", "upper limit of the hazard ratio"),
    float("z", "coefficient / standard error"),
    float("p_value", "two-sided, of no effect"),
];

pub(super) static FUNCTION: Tablewise = Tablewise {
    name: "cox",
    summary: "Cox's proportional hazards: what makes spells end sooner?",
    arguments: &[
        TIME,
        EVENT,
        Argument::needed(
            "covariates",
            "what is known of the spell at its start",
            Domain::Items("one field for each, such as named_struct('age', age, 'promo', promo)"),
        ),
        Argument::optional(
            "ties",
            "what to do with events at one time; efron if left out; exact for time in steps, and few ties",
            Domain::Choice(&["efron", "breslow", "exact"]),
        ),
    ],
    returns: "the fitted model; a ratio of hazards is taken to be the same at all times",
    shape: Shape::Struct(&[
        Field {
            name: "coefficients",
            kind: Kind::Rows(COEFFICIENTS),
            meaning: "as in `covariates`",
        },
        float(
            "log_likelihood_null",
            "partial: of which spells end, given when some end; where no covariate matters",
        ),
        float("log_likelihood", "the same at the maximum"),
        float("statistic", "of the likelihood-ratio test of all covariates: chi-square"),
        Field {
            name: "degrees_of_freedom",
            kind: Kind::Int64,
            meaning: "covariates that are identified",
        },
        float("p_value", "of that test; NULL where no covariate is identified"),
        float(
            "concordance",
            "the share of pairs of spells in which the one of higher risk ends first; 1/2 is chance",
        ),
        Field { name: "n", kind: Kind::Int64, meaning: "spells with all covariates" },
        Field { name: "events", kind: Kind::Int64, meaning: "spells that ended" },
        Field { name: "iterations", kind: Kind::Int32, meaning: "Newton steps taken" },
        Field {
            name: "converged",
            kind: Kind::Boolean,
            meaning: "whether nothing was left to gain",
        },
        Field {
            name: "flags",
            kind: Kind::Text,
            meaning: "what to know before use, separated by commas; empty if nothing: `x_upper` and \
                      `x_lower` (whoever has more of covariate `x` ends before, or after, all \
                      others: its coefficient is infinite), `x_not_identified` (it does not vary, or \
                      others determine it)",
        },
    ]),
    nulls: "rows with a NULL are ignored, also those where a covariate is NULL; NULL without \
            an event",
    source: "Cox (1972), Journal of the Royal Statistical Society B 34(2), 187–220; ties: Efron \
             (1977), Journal of the American Statistical Association 72(359), 557–565, and Breslow \
             (1974), Biometrics 30(1), 89–99, exact: Gail et al. (1981), Biometrika 68(3), 703–707; \
             concordance: Harrell et al. (1982), JAMA 247(18), \
             2543–2546",
    examples: &[
        Example::over(
            "cox(t, e, named_struct('x', x))['coefficients'][1]['hazard_ratio'] > 1",
            "(VALUES (1, true, 1), (2, true, 1), (3, true, 0), (4, true, 1), (5, false, 0)) AS t(t, e, x)",
            "true",
        ),
        Example::over(
            "cox(t, e, named_struct('x', x), 'breslow')['flags']",
            "(VALUES (1, true, 1), (2, true, 1), (3, true, 0), (4, true, 0)) AS t(t, e, x)",
            "x_upper",
        ),
    ],
    weights: None,
    settings: &[LIMITS_LEVEL],
    check: nothing_to_check,
    kernel,
};

fn kernel(table: &Table) -> Result<Option<Answer>, Refusal> {
    let ties = match table.setup.text(3) {
        Some("breslow") => Ties::Breslow,
        Some("exact") => Ties::Exact,
        _ => Ties::Efron,
    };
    let subjects = subjects(table)?;
    if ties == Ties::Exact {
        check_exact(&subjects)?;
    }
    let level = table.setup.level()?;
    let Some(fit) = cox(subjects, ties) else { return Ok(None) };
    let names = table.setup.names(2);
    let coefficients =
        names.iter().zip(&fit.coefficients).map(|(name, c)| coefficient(name, c, level));
    let coefficients = rows(COEFFICIENTS, &coefficients.collect::<Vec<_>>())?;
    let test = fit.likelihood_ratio();
    Ok(Some(Answer::Fields(vec![
        coefficients,
        fit.log_likelihood_null.into(),
        fit.log_likelihood.into(),
        ScalarValue::Float64(test.map(|(statistic, _)| statistic)),
        ScalarValue::Int64(i64::try_from(fit.degrees_of_freedom).ok()),
        ScalarValue::Float64(test.map(|(_, p_value)| p_value)),
        ScalarValue::Float64(fit.concordance),
        ScalarValue::Int64(i64::try_from(fit.n).ok()),
        ScalarValue::Int64(i64::try_from(fit.events).ok()),
        fit.iterations.into(),
        fit.converged.into(),
        flags(names, &fit).into(),
    ])))
}

/// Rows without a NULL covariate.
fn subjects(table: &Table) -> Result<Vec<Subject>, OutOfDomain> {
    let mut subjects = Vec::with_capacity(table.rows().len());
    for row in table.rows() {
        let [time, event] = [0, 1].map(|i| row.number(i).unwrap_or(f64::NAN));
        let covariates: Vec<f64> = row.items(2).collect();
        if !covariates.iter().any(|covariate| covariate.is_nan()) {
            subjects.push(Subject::new(time, event, covariates, row.count)?);
        }
    }
    Ok(subjects)
}

fn coefficient(name: &str, coefficient: &Coefficient, level: Level) -> Vec<ScalarValue> {
    let ratio = coefficient.hazard_ratio(level);
    let test = coefficient.test();
    let numbers = [
        coefficient.value,
        coefficient.standard_error,
        ratio.map(|(ratio, ..)| ratio),
        ratio.map(|(_, lower, _)| lower),
        ratio.map(|(.., upper)| upper),
        test.map(|(z, _)| z),
        test.map(|(_, p_value)| p_value),
    ];
    [name.into()].into_iter().chain(numbers.map(ScalarValue::Float64)).collect()
}

fn flags(names: &[String], fit: &Cox) -> String {
    let flag = |(name, coefficient): (&String, &Coefficient)| match coefficient.bound {
        Some(Bound::Lower) => Some(format!("{name}_lower")),
        Some(Bound::Upper) => Some(format!("{name}_upper")),
        None => (!coefficient.identified).then(|| format!("{name}_not_identified")),
    };
    names.iter().zip(&fit.coefficients).filter_map(flag).collect::<Vec<_>>().join(",")
}
