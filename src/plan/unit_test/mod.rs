//! Tests of stages, resolved: rows in the types of their tables, parameters as literals, time as instants.
//!
//! ```text
//! written ─▶ typed ─▶ given ────▶ UnitTest
//! cells of   values   expected     what a stage is given, what is to come of it
//! YAML, CSV  by type  clock
//! ```
//!
//! Names in a test are checked against the plan: tables that the stage reads, their columns,
//! parameters that the query uses. Nothing is run here.

mod clock;
mod csv;
mod expected;
mod given;
mod typed;
mod written;

use std::collections::BTreeMap;
use std::sync::Arc;

use datafusion::arrow::array::RecordBatch;

use self::expected::Expectations;
pub use self::expected::ExpectedRows;
use super::model::{Plan, Stage};
use super::param::Bindings;
use crate::declare::{self, Spanned, TestsFile};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Place, SourceFile, nearest};
use crate::marts;
use crate::project::{Project, TESTS};

/// A test of a stage, ready to run.
#[derive(Debug)]
pub struct UnitTest {
    /// Its name.
    pub name: String,
    /// Where it stands.
    pub place: Place,
    /// What it shows, for people.
    pub description: Option<String>,
    /// The table that the stage makes.
    pub stage: String,
    /// The parameters that the stage names, with the values of the test.
    pub bindings: Bindings,
    /// Rows of every table that the stage reads, by the name of the table.
    pub given: BTreeMap<String, RecordBatch>,
    /// The expected rows: of the stage, of queries of its `with`, or both.
    pub expected: Vec<ExpectedRows>,
}

/// A file of tests.
#[derive(Clone, Copy)]
struct Suite<'a> {
    project: &'a Project,
    plan: &'a Plan,
    stage: &'a Stage,
    file: &'a Arc<SourceFile>,
    written: &'a TestsFile,
}

/// All tests of the stages of a plan, in the order of their files, and all their mistakes.
/// Tests of stages that the plan does not have belong to other pipelines.
pub async fn unit_tests(project: &Project, plan: &Plan) -> (Vec<UnitTest>, Diagnostics) {
    let mut wrong = Diagnostics::default();
    let mut tests = Vec::new();
    let mut expectations = Expectations::default();
    for (path, file) in &project.tests {
        let Some(stage) = stage_of(project, plan, path, file, &mut wrong) else { continue };
        let Some(written) = wrong.keep(declare::tests(file)) else { continue };
        let suite = Suite { project, plan, stage, file, written: &written };
        for (name, test) in written.tests.iter() {
            tests.extend(resolved(suite, name, test, &mut expectations, &mut wrong).await);
        }
    }
    (tests, wrong.sorted())
}

/// The stage whose SQL is beside a file of tests, if it is in the plan. Tests of the project replace those of the
/// program.
fn stage_of<'a>(
    project: &Project,
    plan: &'a Plan,
    path: &str,
    file: &Arc<SourceFile>,
    wrong: &mut Diagnostics,
) -> Option<&'a Stage> {
    if plan.stand_ins.iter().any(|it| it.program == path && it.used) {
        return None;
    }
    if let Some(instead) = plan.stand_ins.iter().find(|it| it.own == path) {
        return plan.stages.iter().find(|stage| stage.name == instead.table);
    }
    let sql = path.strip_suffix(TESTS).map(|stem| format!("{stem}.sql"))?;
    let name = marts::name_of(&sql).unwrap_or_default();
    if !project.files.contains_key(&sql) && marts::files_of(name).is_empty() {
        let message = format!("these are tests of `{sql}`, which is not there");
        let stems = project.files.keys().filter_map(|path| path.strip_suffix(".sql"));
        let near = nearest(sql.trim_end_matches(".sql"), stems);
        let near = near.map(|near| format!("{near}{TESTS}"));
        let help = near.map_or_else(
            || "name the file as the SQL that stands beside it".to_owned(),
            |near| format!("name the file `{near}`"),
        );
        wrong.push(Diagnostic::new(Code::TestStage, message, Place::start_of(file)).help(help));
    }
    plan.stages.iter().find(|stage| stage.path == sql)
}

async fn resolved(
    suite: Suite<'_>,
    name: &Spanned<String>,
    test: &declare::UnitTest,
    expectations: &mut Expectations,
    wrong: &mut Diagnostics,
) -> Option<UnitTest> {
    let bindings = clock::bindings(suite, name, test, wrong);
    let given = given::tables(suite, test, wrong);
    let expected = expectations.of(suite, name, test, bindings.as_ref(), wrong).await;
    Some(UnitTest {
        name: name.value.clone(),
        place: Place::of(suite.file, name),
        description: test.description.clone(),
        stage: suite.stage.name.clone(),
        bindings: bindings?,
        given: given?,
        expected: expected?,
    })
}
