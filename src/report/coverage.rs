//! Which concepts of the catalogue a pipeline's warehouse measures, for people and for programs.

use std::fmt::Write;

use serde_json::{Value, json};

use crate::coverage::{Coverage, Covered, Measure, State};

/// A line per concept: how far it is measured, and where, or what would supply it.
pub fn coverage(coverage: &Coverage) -> String {
    let mut text = String::new();
    for covered in &coverage.concepts {
        let (concept, state) = (covered.concept, state(covered.state()));
        let (term, detail) = (concept.term(), detail(covered));
        let _ = writeln!(text, "{:4} {state:12}  {term}: {detail}", concept.number());
    }
    let count = |state| count(coverage, state);
    let _ = write!(
        text,
        "\n{}: {} known, {} approximated, {} missing",
        coverage.pipeline,
        count(State::Known),
        count(State::Approximated),
        count(State::Missing),
    );
    text
}

/// The same as JSON.
pub fn coverage_json(coverage: &Coverage) -> String {
    let all = json!({
        "pipeline": coverage.pipeline,
        "known": count(coverage, State::Known),
        "approximated": count(coverage, State::Approximated),
        "missing": count(coverage, State::Missing),
        "concepts": coverage.concepts.iter().map(covered_json).collect::<Vec<_>>(),
    });
    serde_json::to_string_pretty(&all).unwrap_or_default()
}

fn covered_json(covered: &Covered) -> Value {
    json!({
        "concept": covered.concept,
        "term": covered.concept.term(),
        "state": covered.state(),
        "columns": covered.deciding().collect::<Vec<_>>(),
        "missing_inputs": covered.missing_inputs(),
    })
}

fn count(coverage: &Coverage, state: State) -> usize {
    coverage.concepts.iter().filter(|covered| covered.state() == state).count()
}

fn state(state: State) -> &'static str {
    match state {
        State::Known => "known",
        State::Approximated => "approximated",
        State::Missing => "missing",
    }
}

fn detail(covered: &Covered) -> String {
    let missing = covered.missing_inputs().join(", ");
    let named: Vec<String> = covered.deciding().map(named).collect();
    match (covered.state(), named.is_empty(), missing.is_empty()) {
        (State::Missing, false, false) => format!("missing input: {missing}"),
        (State::Missing, false, true) => format!("always NULL: {}", named.join(", ")),
        (State::Missing, true, false) => format!("no table measures it; it is made of {missing}"),
        (State::Missing, true, true) => "no table measures it".to_owned(),
        _ => named.join(", "),
    }
}

/// A column, with the reason why it is only an approximation.
fn named(measure: &Measure) -> String {
    match &measure.reason {
        Some(reason) => format!("{}.{} ({reason})", measure.table, measure.column),
        None => format!("{}.{}", measure.table, measure.column),
    }
}
