//! Which tests are selected: by the names and paths of their stages, or by their own names.

use std::sync::Arc;

use super::RequestError;
use super::selector::{Meant, Selectors};
use crate::plan::{Plan, UnitTest};

/// The tests that match some pattern; all of them without patterns.
///
/// # Errors
/// There are none, or a pattern cannot be parsed or matches none.
pub fn unit_tests(
    plan: &Plan,
    tests: &[Arc<UnitTest>],
    patterns: &[String],
) -> Result<Vec<Arc<UnitTest>>, RequestError> {
    if tests.is_empty() {
        return Err(RequestError::NoTests(plan.name.clone()));
    }
    let fits = |meant: &Meant, test: &Arc<UnitTest>| {
        meant.has_stage(&test.stage) || meant.has_name(&test.name)
    };
    let nothing = |pattern| {
        let mut stages: Vec<&str> = tests.iter().map(|test| test.stage.as_str()).collect();
        stages.dedup();
        RequestError::NoTestSelected(pattern, stages.join(", "))
    };
    let chosen = Selectors::of(patterns)?.among(plan, tests, fits).map_err(nothing)?;
    if chosen.is_empty() {
        return Err(nothing(patterns.join(",")));
    }
    Ok(chosen.into_iter().map(|at| Arc::clone(&tests[at])).collect())
}
