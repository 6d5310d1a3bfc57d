//! What a fitted path model looks like in SQL.

use datafusion::common::ScalarValue;

use super::complete::{INCOMPLETE, perhaps};
use crate::functions::answers::{N, N_EFFECTIVE, float};
use crate::functions::document::{Field, Kind};
use crate::functions::refusal::Refusal;
use crate::functions::shape::{Shape, rows};
use crate::kernel::pls::{
    ConstructEstimate, Effect, Estimate, Fitted, ItemEstimate, Pair, PathEstimate, PathModel,
    Spread,
};

/// All of it.
pub(super) const ESTIMATE: &[Field] = &[
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
                  `too_few` (not two people more than terms in the largest regression: nothing is estimated), \
                  `small_sample` (not ten for each of its terms), `constant:x` (everybody gave item `x` the same: it was \
                  left out), `collinear:x` (what makes or moves construct `x` repeats \
                  itself), `negative_weight:x` (an item counts against its construct `x`), \
                  `not_converged`, `fewer_resamples` (than asked for; limits that they are too few for are NULL)",
    },
];

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
    float(
        "lower",
        "lower limit: the widest of percentiles, percentiles corrected for bias, and percentiles \
         turned around the estimate, since weights are chosen to make paths large",
    ),
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

/// What is said once.
pub(super) fn numbers(estimate: &Estimate) -> [ScalarValue; 5] {
    let fitted = estimate.fitted.as_ref();
    [
        perhaps(fitted.and_then(|fitted| fitted.goodness)),
        ScalarValue::Int32(fitted.map(|fitted| fitted.iterations)),
        ScalarValue::Boolean(fitted.map(|fitted| fitted.converged)),
        ScalarValue::Int64(fitted.map(|fitted| fitted.resamples.into())),
        ScalarValue::Int64(fitted.map(|fitted| fitted.resamples_with_constants.into())),
    ]
}

pub(super) fn flags(estimate: &Estimate) -> String {
    estimate.flags.iter().map(ToString::to_string).collect::<Vec<_>>().join(",")
}

/// What is said of every construct, item, path and pair.
pub(super) fn lists(
    model: &PathModel,
    fitted: Option<&Fitted>,
) -> Result<Vec<ScalarValue>, Refusal> {
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
