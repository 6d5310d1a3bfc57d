//! Which tests are selected: by the names and paths of their stages, or by their own names.

use std::sync::Arc;

use super::{Either, RequestError};
use crate::plan::{Plan, UnitTest};

/// The tests that match some pattern; all of them without patterns.
///
/// # Errors
/// There are none, or a pattern cannot be parsed or matches none.
pub fn unit_tests(
    plan: &Plan,
    tests: Vec<Arc<UnitTest>>,
    patterns: &[String],
) -> Result<Vec<Arc<UnitTest>>, RequestError> {
    if tests.is_empty() {
        return Err(RequestError::NoTests(plan.name.clone()));
    }
    let patterns = patterns.iter().flat_map(|patterns| patterns.split(','));
    let mut wanted = Vec::new();
    for pattern in patterns {
        let either = Either::of(pattern)?;
        let path = |test: &UnitTest| {
            let stage = plan.stages.iter().find(|stage| stage.name == test.stage);
            stage.map_or_else(String::new, |stage| stage.path.clone())
        };
        let chosen = |test: &Arc<UnitTest>| {
            either.fits(&test.stage) || either.fits(&path(test)) || either.fits(&test.name)
        };
        if !tests.iter().any(chosen) {
            let mut stages: Vec<&str> = tests.iter().map(|test| test.stage.as_str()).collect();
            stages.dedup();
            return Err(RequestError::NoTestSelected(pattern.to_owned(), stages.join(", ")));
        }
        wanted.push(tests.iter().map(chosen).collect::<Vec<bool>>());
    }
    let is_wanted = |at: usize| wanted.is_empty() || wanted.iter().any(|chosen| chosen[at]);
    Ok(tests.into_iter().enumerate().filter(|(at, _)| is_wanted(*at)).map(|(_, it)| it).collect())
}
