//! `pls_path(items, model [, scale_min [, scale_max [, metric [, scheme [, resamples [, weight [, weights [, level]]]]]]]])`

use datafusion::common::ScalarValue;

use super::complete::Complete;
use super::pls_estimate::{ESTIMATE, flags, lists, numbers};
use crate::diagnostic::nearest;
use crate::functions::argument::{LIMITS_LEVEL, WEIGHT};
use crate::functions::document::{Argument, Example};
use crate::functions::domain::Domain;
use crate::functions::refusal::Refusal;
use crate::functions::shape::{Answer, Shape};
use crate::functions::tablewise::{Setup, Table, Tablewise};
use crate::kernel::Weights;
use crate::kernel::pls::{Malformed, Metric, PathModel, Scale, Scheme, Settings, estimate};

/// The places of the arguments.
const ITEMS: usize = 0;
const MODEL: usize = 1;
const SCALE_MIN: usize = 2;
const SCALE_MAX: usize = 3;
const METRIC: usize = 4;
const SCHEME: usize = 5;
const RESAMPLES: usize = 6;

pub(super) static FUNCTION: Tablewise = Tablewise {
    name: "pls_path",
    summary: "Partial least squares path model: satisfaction indices from 0 to 100, and what \
              drives them.",
    arguments: &[
        Argument::needed(
            "items",
            "answers to the questions, all on one scale; name them with `named_struct`",
            Domain::Items("one per question"),
        ),
        Argument::needed(
            "model",
            "which items show a construct and what moves it: `Quality =~ q1 + q2` (mode A: the \
             construct shows in its items), `Value <~ v1 + v2` (mode B: the items make it), \
             `Satisfaction ~ Quality + Value` (what moves satisfaction); a line each, or split by \
             semicolons",
            Domain::Text("lines with `=~`, `<~` and `~`"),
        ),
        Argument::optional(
            "scale_min",
            "the lowest answer; 1 if left out",
            Domain::Constant(&Domain::Amount),
        ),
        Argument::optional(
            "scale_max",
            "the highest answer; 10 if left out",
            Domain::Constant(&Domain::Number("above `scale_min`, and at most 1e60")),
        ),
        Argument::optional(
            "metric",
            "whether items are compared by their standard deviations (if left out) or in points \
             of the scale",
            Domain::Choice(&["standardised", "raw"]),
        ),
        Argument::optional(
            "scheme",
            "how a construct listens to its neighbours while weights are sought: by the sign of \
             correlations (if left out), by correlations, or by regression on what moves it",
            Domain::Choice(&["centroid", "factorial", "path"]),
        ),
        Argument::optional(
            "resamples",
            "bootstrap resamples for the limits; 500 if left out, 0 for no limits; otherwise 39 or more, \
             at a `level` of 0.99 199 or more, at 0.999 1999 or more",
            Domain::Constant(&Domain::WholeBetween(0.0, 100_000.0)),
        ),
        WEIGHT,
    ],
    returns: "the fitted model; limits are points of resamples, the 2.5 % and the 97.5 % one if no `level` is said",
    shape: Shape::Struct(ESTIMATE),
    nulls: "rows in which an item of the model is NULL are left out and counted; a group without \
            rows gives NULL",
    source: "Wold (1982), Soft Modeling; Lohmöller (1989), Latent Variable Path Modeling with \
             Partial Least Squares; index: Fornell et al. (1996), Journal of Marketing 60(4), 7–18; \
             raw metric and goodness of fit: Tenenhaus et al. (2005), Computational Statistics & \
             Data Analysis 48(1), 159–205; `rho_a`: Dijkstra and Henseler (2015), MIS Quarterly \
             39(2), 297–316; HTMT: Henseler et al. (2015), Journal of the Academy of Marketing \
             Science 43(1), 115–135; importance and performance: Ringle and Sarstedt (2016), \
             Industrial Management & Data Systems 116(9), 1865–1886",
    examples: &[
        Example::over(
            "CAST(pls_path(named_struct('q', q, 's', s), 'Q =~ q; S =~ s; S ~ Q', 1, 5)\
             ['paths'][1]['coefficient'] AS DECIMAL(9, 6))",
            "(VALUES (1, 1), (2, 3), (3, 2), (4, 4)) AS t(q, s)",
            "0.800000",
        ),
        Example::over(
            "pls_path(named_struct('q', q, 's', s), 'Q =~ q; S =~ s; S ~ Q', 1, 5)\
             ['constructs'][2]['index']",
            "(VALUES (1, 1), (2, 3), (3, 2), (4, 4)) AS t(q, s)",
            "37.5",
        ),
    ],
    weights: Some(Weights::Design),
    settings: &[LIMITS_LEVEL],
    check: |setup| {
        model(setup)?;
        settings(setup).map(|_| ())
    },
    kernel,
};

/// The model of the items that it uses, and their places among all.
fn model(setup: &Setup) -> Result<(PathModel, Vec<usize>), Refusal> {
    let (text, names) = (setup.text(MODEL).unwrap_or_default(), setup.names(ITEMS));
    let parse = |names: &[String]| PathModel::parse(text, names).map_err(|error| refusal(&error));
    let used = parse(names)?.used();
    let names: Vec<String> = used.iter().map(|item| names[*item].clone()).collect();
    Ok((parse(&names)?, used))
}

/// What is wrong with the text, and the name that may have been meant.
fn refusal(error: &Malformed) -> Refusal {
    let nearest = |(name, known): (&str, &[String])| {
        nearest(name, known.iter().map(String::as_str)).map(str::to_owned)
    };
    Refusal(match error.unknown().and_then(nearest) {
        Some(near) => format!("`model`: {error}; did you mean `{near}`?"),
        None => format!("`model`: {error}"),
    })
}

fn settings(setup: &Setup) -> Result<Settings, Refusal> {
    let default = Settings::default();
    let (min, max) = (setup.number(SCALE_MIN), setup.number(SCALE_MAX));
    let scale = default.scale;
    let settings = Settings {
        scale: Scale::new(min.unwrap_or(scale.min()), max.unwrap_or(scale.max()))?,
        metric: named(&Metric::NAMES, setup.text(METRIC)).unwrap_or_default(),
        scheme: named(&Scheme::NAMES, setup.text(SCHEME)).unwrap_or_default(),
        resamples: match setup.number(RESAMPLES) {
            Some(number) => (0..=100_000)
                .find(|count| f64::from(*count).total_cmp(&number).is_eq())
                .ok_or_else(|| {
                    let rule = "a whole number from 0 to 100000";
                    Refusal(format!("`resamples` must be {rule}, got {number}"))
                })?,
            None => default.resamples,
        },
        level: setup.level()?,
    };
    check_resamples(&settings, setup.number(RESAMPLES).is_some())?;
    Ok(settings)
}

/// Refuses fewer resamples than have a point in each tail.
fn check_resamples(settings: &Settings, given: bool) -> Result<(), Refusal> {
    let (resamples, fewest) = (settings.resamples, settings.level.fewest_resamples());
    if resamples == 0 || resamples >= fewest {
        return Ok(());
    }
    Err(Refusal(match given {
        true => {
            format!("`resamples` must be 0, or {fewest} or more at this `level`, got {resamples}")
        }
        false => format!(
            "`level` must be lower, or come with `resamples => {fewest}`: {resamples} are too few for it"
        ),
    }))
}

fn named<T: Copy>(names: &[(&str, T)], name: Option<&str>) -> Option<T> {
    names.iter().find(|(known, _)| Some(*known) == name).map(|(_, value)| *value)
}

fn kernel(table: &Table) -> Result<Option<Answer>, Refusal> {
    let (model, used) = model(table.setup)?;
    let settings = settings(table.setup)?;
    let mut people = Complete::new(used.len(), "items");
    let (mut all, mut answers) = (Vec::new(), Vec::new());
    for row in table.rows() {
        all.clear();
        all.extend(row.items(ITEMS));
        answers.clear();
        answers.extend(used.iter().map(|item| all[*item]));
        people.add(&answers, row.weight, row.count)?;
    }
    let Some(estimate) = estimate(&people.sample, &model, &settings)? else { return Ok(None) };
    let mut values = lists(&model, estimate.fitted.as_ref())?;
    values.extend(numbers(&estimate));
    values.extend([
        ScalarValue::from(settings.scale.min()),
        ScalarValue::from(settings.scale.max()),
        people.n(),
        people.incomplete(),
        ScalarValue::from(estimate.n_effective),
        ScalarValue::from(flags(&estimate)),
    ]);
    Ok(Some(Answer::Fields(values)))
}

#[cfg(test)]
mod tests {
    use datafusion::prelude::{SessionConfig, SessionContext};

    use super::*;
    use crate::functions::testing::{register_in, shown};

    #[tokio::test]
    async fn partitions_and_order_do_not_change_a_digit() {
        let mut answers = Vec::new();
        for (partitions, order) in [(1, "i"), (8, "i % 97"), (3, "-i")] {
            let config =
                SessionConfig::new().with_target_partitions(partitions).with_batch_size(100);
            let session = register_in(SessionContext::new_with_config(config), (&FUNCTION).into());
            // More than are resampled one by one, so that they are assigned to groups.
            let rows = format!(
                "SELECT i % 10 + 1 AS a, i * 7 % 11 * 0.9e0 + 1 AS b, 0.1e0 + i * i % 101 / 11e0 AS c, \
                 0.3e0 + i % 13 AS w FROM generate_series(1, 5000) AS t(i) ORDER BY {order}"
            );
            let query = format!(
                "SELECT pls_path(named_struct('a', a, 'b', b, 'c', c), 'X =~ a + b; Y =~ c; Y ~ X', \
                 0, 11, 'standardised', 'path', 50, w) FROM ({rows})"
            );
            answers.push(shown(&session, &query).await);
        }
        assert_eq!(answers[0], answers[1]);
        assert_eq!(answers[0], answers[2]);
        assert!(answers[0].contains("resamples: 50"), "{}", answers[0]);
    }
}
