//! The results of stages for given rows. Tests of one query with the same parameters share one
//! physical plan, whose tables have the rows of the current test.

use std::collections::BTreeMap;
use std::sync::Arc;

use datafusion::arrow::array::{RecordBatch, RecordBatchOptions};
use datafusion::arrow::compute::{cast, concat_batches};
use datafusion::arrow::datatypes::Schema;
use datafusion::error::{DataFusionError, Result};
use datafusion::execution::SessionState;
use datafusion::physical_plan::execution_plan::reset_plan_states;
use datafusion::physical_plan::{ExecutionPlan, collect};
use datafusion::prelude::SessionContext;
use tokio::task::JoinSet;

use super::tables::{register, task};
use crate::plan::{ExpectedRows, Plan, Stage, UnitTest};
use crate::run::Failure;
use crate::session;
use crate::transform::{BuildError, logical};

/// How many tests one plan runs, one after the other, so that cores share the tests of a stage.
const SHARED: usize = 32;

/// The actual rows, in the expected columns, or the engine's error.
pub(super) type Came = std::result::Result<RecordBatch, String>;

/// One thing that a test expects: which of all tests it is, and which of its expectations.
#[derive(Debug, Clone)]
struct Question {
    place: (usize, usize),
    test: Arc<UnitTest>,
}

impl Question {
    fn expected(&self) -> &ExpectedRows {
        &self.test.expected[self.place.1]
    }

    /// What queries have in common that share a plan.
    fn plan(&self) -> (String, Option<String>, String) {
        let bindings = self.test.bindings.iter().map(|(name, value)| format!("{name}={value};"));
        let cte = self.expected().cte.as_ref().map(|(name, _)| name.clone());
        (self.test.stage.clone(), cte, bindings.collect())
    }
}

/// The actual rows for each expectation of each test.
///
/// # Errors
/// The engine cannot be started.
pub(super) async fn all(plan: &Plan, tests: &[Arc<UnitTest>]) -> Result<Vec<Vec<Came>>> {
    let session = session::in_memory(plan.time_zone)?;
    register(&session, tests)?;
    let mut running = JoinSet::new();
    for questions in groups(tests) {
        let stage = plan.stages.iter().find(|stage| stage.name == questions[0].test.stage);
        let stage = stage.cloned().ok_or_else(|| lost("a test has no stage"))?;
        running.spawn(answered(session.clone(), stage, questions));
    }
    let mut found = BTreeMap::new();
    while let Some(group) = running.join_next().await {
        found.extend(group.map_err(|error| DataFusionError::External(Box::new(error)))?);
    }
    let came = |test: usize, at| found.remove(&(test, at)).ok_or_else(|| lost("a test was lost"));
    in_order(tests, came)
}

fn in_order(
    tests: &[Arc<UnitTest>],
    mut came: impl FnMut(usize, usize) -> Result<Came>,
) -> Result<Vec<Vec<Came>>> {
    let all = tests.iter().enumerate().map(|(test, asked)| {
        (0..asked.expected.len()).map(|at| came(test, at)).collect::<Result<Vec<_>>>()
    });
    all.collect()
}

fn lost(what: &str) -> DataFusionError {
    DataFusionError::Internal(what.to_owned())
}

/// All queries, grouped by plan.
fn groups(tests: &[Arc<UnitTest>]) -> Vec<Vec<Question>> {
    let mut alike: BTreeMap<_, Vec<Question>> = BTreeMap::new();
    for (place, test) in tests.iter().enumerate() {
        for at in 0..test.expected.len() {
            let question = Question { place: (place, at), test: Arc::clone(test) };
            alike.entry(question.plan()).or_default().push(question);
        }
    }
    let parts = alike
        .into_values()
        .flat_map(|all| all.chunks(SHARED).map(<[Question]>::to_vec).collect::<Vec<_>>());
    parts.collect()
}

/// The results of one plan for some queries.
async fn answered(
    session: SessionContext,
    stage: Stage,
    questions: Vec<Question>,
) -> Vec<((usize, usize), Came)> {
    let state = session.state();
    let plan = planned(&state, &stage, &questions[0]).await.map_err(|error| said(&stage, error));
    let mut answers = Vec::new();
    for question in questions {
        let came = match &plan {
            Err(said) => Err(said.clone()),
            Ok(plan) => {
                answer(&session, plan, &question).await.map_err(|error| said(&stage, error))
            }
        };
        answers.push((question.place, came));
    }
    answers
}

async fn planned(
    state: &SessionState,
    stage: &Stage,
    question: &Question,
) -> Result<Arc<dyn ExecutionPlan>> {
    let bindings = &question.test.bindings;
    let plan = match &question.expected().cte {
        None => logical(state, stage, bindings).await?,
        Some((_, query)) => query.planned(state, bindings).await?,
    };
    state.create_physical_plan(&plan).await
}

/// The result for the rows of a test.
async fn answer(
    session: &SessionContext,
    plan: &Arc<dyn ExecutionPlan>,
    question: &Question,
) -> Result<RecordBatch> {
    let plan = reset_plan_states(Arc::clone(plan))?;
    let schema = plan.schema();
    let batches = collect(plan, task(session, &question.test)).await?;
    let rows = concat_batches(&schema, &batches)?;
    let wanted = question.expected().rows.schema();
    let columns = wanted.fields().iter().map(|field| {
        let column = rows.column(schema.index_of(field.name())?);
        Ok(cast(column, field.data_type())?)
    });
    let columns = columns.collect::<Result<Vec<_>>>()?;
    let whole = RecordBatchOptions::new().with_row_count(Some(rows.num_rows()));
    let nullable = wanted.fields().iter().map(|field| field.as_ref().clone().with_nullable(true));
    let schema = Arc::new(Schema::new(nullable.collect::<Vec<_>>()));
    Ok(RecordBatch::try_new_with_options(schema, columns, &whole)?)
}

/// The engine's error, at its position in the query.
fn said(stage: &Stage, error: DataFusionError) -> String {
    Failure::from(BuildError::of(stage)(error)).to_string()
}
