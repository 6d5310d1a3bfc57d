//! `pls_path(items, model [, scale_min [, scale_max [, metric [, scheme [, resamples [, weight]]]]]])`

use datafusion::common::ScalarValue;

use super::answers::{N, N_EFFECTIVE, float};
use super::argument::WEIGHT;
use super::complete::{Complete, INCOMPLETE, perhaps};
use super::document::{Argument, Example, Field, Kind};
use super::domain::Domain;
use super::refusal::Refusal;
use super::shape::{Answer, Shape, rows};
use super::tablewise::{Setup, Table, Tablewise};
use crate::kernel::pls::{
    ConstructEstimate, Effect, Estimate, Fitted, ItemEstimate, Metric, Pair, PathEstimate,
    PathModel, Scale, Scheme, Settings, Spread, estimate,
};

/// The places of the arguments.
const ITEMS: usize = 0;
const MODEL: usize = 1;
const SCALE_MIN: usize = 2;
const SCALE_MAX: usize = 3;
const METRIC: usize = 4;
const SCHEME: usize = 5;
const RESAMPLES: usize = 6;
const ROW_WEIGHT: usize = 7;

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
            Domain::Constant(&Domain::Finite),
        ),
        Argument::optional(
            "scale_max",
            "the highest answer; 10 if left out",
            Domain::Constant(&Domain::Number("finite and > `scale_min`")),
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
            "bootstrap resamples for the limits; 500 if left out, 0 for no limits",
            Domain::Constant(&Domain::Number("a whole number from 0 to 100000")),
        ),
        WEIGHT,
    ],
    returns: "the fitted model; limits are the 2.5 % and 97.5 % points of resamples",
    shape: Shape::Struct(&[
        Field {
            name: "constructs",
            kind: Kind::Rows(CONSTRUCTS),
            meaning: "the constructs, in the order of the model; NULL where nothing was fitted, \
                      and `flags` say why",
        },
        Field {
            name: "items",
            kind: Kind::Rows(ITEM_FIELDS),
            meaning: "the items, construct by construct",
        },
        Field { name: "paths", kind: Kind::Rows(PATHS), meaning: "the paths of the model" },
        Field {
            name: "importance_performance",
            kind: Kind::Rows(EFFECTS),
            meaning: "every construct with every other that it moves, directly or not",
        },
        Field {
            name: "htmt",
            kind: Kind::Rows(PAIRS),
            meaning: "every two constructs, each pair once",
        },
        float(
            "gof",
            "goodness of fit, the root of mean communality by mean R squared; NULL where no \
             construct has several items",
        ),
        Field { name: "iterations", kind: Kind::Int32, meaning: "steps until weights rested" },
        Field { name: "converged", kind: Kind::Boolean, meaning: "whether they did, to 1e-12" },
        Field { name: "resamples", kind: Kind::Int64, meaning: "resamples behind the limits" },
        Field {
            name: "resamples_with_constants",
            kind: Kind::Int64,
            meaning: "resamples in which an item was the same for everybody; it was left out of \
                      them, and they of `resamples` if its construct has no other item",
        },
        float("scale_min", "the lowest answer"),
        float("scale_max", "the highest answer"),
        N,
        INCOMPLETE,
        N_EFFECTIVE,
        Field {
            name: "flags",
            kind: Kind::Text,
            meaning: "what to know before use, separated by commas; empty if nothing: \
                      `too_few` (people), `constant:x` (everybody gave item `x` the same: it was \
                      left out), `collinear:x` (what makes or moves construct `x` repeats \
                      itself), `negative_weight:x` (an item counts against its construct `x`), \
                      `not_converged`, `fewer_resamples` (than asked for)",
        },
    ]),
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
            "pls_path(named_struct('q', q, 's', s), 'Q =~ q; S =~ s; S ~ Q', 1, 5)\
             ['paths'][1]['coefficient']",
            "(VALUES (1, 1), (2, 3), (3, 2), (4, 4)) AS t(q, s)",
            "0.8",
        ),
        Example::over(
            "pls_path(named_struct('q', q, 's', s), 'Q =~ q; S =~ s; S ~ Q', 1, 5)\
             ['constructs'][2]['index']",
            "(VALUES (1, 1), (2, 3), (3, 2), (4, 4)) AS t(q, s)",
            "37.5",
        ),
    ],
    check: |setup| {
        model(setup)?;
        settings(setup).map(|_| ())
    },
    kernel,
};

const CONSTRUCTS: &[Field] = &[
    text("construct", "its name in the model"),
    float("index", "from 0 to 100; NULL where index weights cancel each other"),
    float("lower", "lower limit of the index"),
    float("upper", "upper limit of the index"),
    float("standard_error", "of the index, were its weights known: `standard_deviation` by root n"),
    float("standard_deviation", "of people's indices"),
    float("r_squared", "share of its variance that is explained; NULL where nothing moves it"),
    float("r_squared_lower", "lower limit of that"),
    float("r_squared_upper", "upper limit of that"),
    float(
        "alpha",
        "Cronbach's alpha of standardised items; NULL, like all four below, for one item and for \
         mode B",
    ),
    float("alpha_raw", "Cronbach's alpha of items as they are"),
    float("rho_a", "reliability by Dijkstra and Henseler"),
    float("rho_c", "composite reliability by Jöreskog"),
    float("ave", "average variance extracted"),
];

const ITEM_FIELDS: &[Field] = &[
    text("construct", "the construct that it belongs to"),
    text("item", "its name"),
    float("mean", "mean answer, on the scale"),
    float("weight", "outer weight; 0 for a constant"),
    float("weight_lower", "lower limit of that"),
    float("weight_upper", "upper limit of that"),
    float("index_weight", "its share in the construct's index; shares add up to 1"),
    float("loading", "correlation with the construct; NULL for a constant"),
    float("loading_lower", "lower limit of that"),
    float("loading_upper", "upper limit of that"),
];

const PATHS: &[Field] = &[
    text("from", "what moves"),
    text("to", "what is moved"),
    float("coefficient", "in standard deviations"),
    float("lower", "lower limit"),
    float("upper", "upper limit"),
    float("standard_error", "of the coefficient, by resamples"),
    float("total_effect", "along all paths from one to the other"),
];

const EFFECTS: &[Field] = &[
    text("target", "what is moved"),
    text("construct", "what moves it"),
    float("importance", "total effect, in standard deviations"),
    float("lower", "lower limit of that"),
    float("upper", "upper limit of that"),
    float("points", "by how many points the target's index goes with one point of the construct's"),
    float("performance", "the construct's index, from 0 to 100"),
];

const PAIRS: &[Field] = &[
    text("construct", "the one that comes first in the model"),
    text("other", "the other"),
    float("correlation", "of the two"),
    float(
        "htmt",
        "heterotrait-monotrait ratio of their items: near 1 they are one construct by two names",
    ),
];

const fn text(name: &'static str, meaning: &'static str) -> Field {
    Field { name, kind: Kind::Text, meaning }
}

/// The model of the items that it uses, and their places among all.
fn model(setup: &Setup) -> Result<(PathModel, Vec<usize>), Refusal> {
    let (text, names) = (setup.text(MODEL).unwrap_or_default(), setup.names(ITEMS));
    let parse = |names: &[String]| {
        PathModel::parse(text, names).map_err(|error| Refusal(format!("`model`: {error}")))
    };
    let used = parse(names)?.used();
    let names: Vec<String> = used.iter().map(|item| names[*item].clone()).collect();
    Ok((parse(&names)?, used))
}

fn settings(setup: &Setup) -> Result<Settings, Refusal> {
    let default = Settings::default();
    let (min, max) = (setup.number(SCALE_MIN), setup.number(SCALE_MAX));
    let scale = default.scale;
    Ok(Settings {
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
    })
}

fn named<T: Copy>(names: &[(&str, T)], name: Option<&str>) -> Option<T> {
    names.iter().find(|(known, _)| Some(*known) == name).map(|(_, value)| *value)
}

fn kernel(table: &Table) -> Result<Option<Answer>, Refusal> {
    let (model, used) = model(table.setup)?;
    let settings = settings(table.setup)?;
    let mut people = Complete::new(used.len(), "items");
    for row in table.rows() {
        let all: Vec<f64> = row.items(ITEMS).collect();
        let answers: Vec<f64> = used.iter().map(|item| all[*item]).collect();
        people.add(&answers, row.number(ROW_WEIGHT), row.count)?;
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

/// What is said once.
fn numbers(estimate: &Estimate) -> [ScalarValue; 5] {
    let fitted = estimate.fitted.as_ref();
    [
        perhaps(fitted.and_then(|fitted| fitted.goodness)),
        ScalarValue::Int32(fitted.map(|fitted| fitted.iterations)),
        ScalarValue::Boolean(fitted.map(|fitted| fitted.converged)),
        ScalarValue::Int64(fitted.map(|fitted| fitted.resamples.into())),
        ScalarValue::Int64(fitted.map(|fitted| fitted.resamples_with_constants.into())),
    ]
}

fn flags(estimate: &Estimate) -> String {
    estimate.flags.iter().map(ToString::to_string).collect::<Vec<_>>().join(",")
}

/// What is said of every construct, item, path and pair.
fn lists(model: &PathModel, fitted: Option<&Fitted>) -> Result<Vec<ScalarValue>, Refusal> {
    let Some(fitted) = fitted else {
        let kinds = [CONSTRUCTS, ITEM_FIELDS, PATHS, EFFECTS, PAIRS];
        return Ok(kinds
            .into_iter()
            .map(|kind| Shape::Rows(kind).null())
            .collect::<Result<_, _>>()?);
    };
    Ok(vec![
        rows(CONSTRUCTS, &constructs(model, fitted))?,
        rows(ITEM_FIELDS, &items(model, fitted))?,
        rows(PATHS, &paths(model, fitted))?,
        rows(EFFECTS, &effects(model, fitted))?,
        rows(PAIRS, &pairs(model, fitted))?,
    ])
}

fn construct(model: &PathModel, place: usize) -> ScalarValue {
    ScalarValue::from(model.constructs()[place].name.as_str())
}

/// Both limits, or two NULLs.
fn limits(spread: Option<Spread>) -> [ScalarValue; 2] {
    [spread.map(|spread| spread.lower), spread.map(|spread| spread.upper)].map(perhaps)
}

fn constructs(model: &PathModel, fitted: &Fitted) -> Vec<Vec<ScalarValue>> {
    let row = |each: &ConstructEstimate| {
        let [lower, upper] = limits(each.index_spread);
        let [r_squared_lower, r_squared_upper] = limits(each.r_squared_spread);
        let known = each.reliability;
        vec![
            construct(model, each.construct),
            perhaps(each.index),
            lower,
            upper,
            perhaps(each.standard_error),
            perhaps(each.deviation),
            perhaps(each.r_squared),
            r_squared_lower,
            r_squared_upper,
            perhaps(known.alpha),
            perhaps(known.alpha_raw),
            perhaps(known.rho_a),
            perhaps(known.rho_c),
            perhaps(known.ave),
        ]
    };
    fitted.constructs.iter().map(row).collect()
}

fn items(model: &PathModel, fitted: &Fitted) -> Vec<Vec<ScalarValue>> {
    let row = |each: &ItemEstimate| {
        let [weight_lower, weight_upper] = limits(each.weight_spread);
        let [loading_lower, loading_upper] = limits(each.loading_spread);
        vec![
            construct(model, each.construct),
            ScalarValue::from(model.items()[each.item].as_str()),
            ScalarValue::from(each.mean),
            ScalarValue::from(each.weight),
            weight_lower,
            weight_upper,
            perhaps(each.index_weight),
            perhaps(each.loading),
            loading_lower,
            loading_upper,
        ]
    };
    fitted.items.iter().map(row).collect()
}

fn paths(model: &PathModel, fitted: &Fitted) -> Vec<Vec<ScalarValue>> {
    let row = |each: &PathEstimate| {
        let [lower, upper] = limits(each.spread);
        vec![
            construct(model, each.path.from),
            construct(model, each.path.to),
            ScalarValue::from(each.coefficient),
            lower,
            upper,
            perhaps(each.spread.map(|spread| spread.standard_error)),
            ScalarValue::from(each.total_effect),
        ]
    };
    fitted.paths.iter().map(row).collect()
}

fn effects(model: &PathModel, fitted: &Fitted) -> Vec<Vec<ScalarValue>> {
    let row = |each: &Effect| {
        let [lower, upper] = limits(each.spread);
        vec![
            construct(model, each.to),
            construct(model, each.from),
            ScalarValue::from(each.total),
            lower,
            upper,
            perhaps(each.points),
            perhaps(each.performance),
        ]
    };
    fitted.effects.iter().map(row).collect()
}

fn pairs(model: &PathModel, fitted: &Fitted) -> Vec<Vec<ScalarValue>> {
    let row = |each: &Pair| {
        vec![
            construct(model, each.left),
            construct(model, each.right),
            ScalarValue::from(each.correlation),
            perhaps(each.htmt),
        ]
    };
    fitted.pairs.iter().map(row).collect()
}
