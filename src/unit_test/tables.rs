//! Tables whose rows are those of the current test, so that one plan runs many tests.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::catalog::streaming::StreamingTable;
use datafusion::error::Result;
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::streaming::PartitionStream;
use datafusion::prelude::SessionContext;

use crate::plan::UnitTest;

/// The rows of a test by table, as a task-local value.
#[derive(Debug)]
pub(super) struct Rows(pub(super) BTreeMap<String, RecordBatch>);

/// A table with the rows of the current task.
#[derive(Debug)]
struct Table {
    name: String,
    schema: SchemaRef,
}

impl PartitionStream for Table {
    fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    fn execute(&self, task: Arc<TaskContext>) -> SendableRecordBatchStream {
        let rows = task.session_config().get_extension::<Rows>();
        let rows = rows.and_then(|rows| rows.0.get(&self.name).cloned());
        let rows = futures::stream::iter(rows.map(Ok));
        Box::pin(RecordBatchStreamAdapter::new(Arc::clone(&self.schema), rows))
    }
}

/// Registers every table for which some test has rows.
pub(super) fn register(session: &SessionContext, tests: &[Arc<UnitTest>]) -> Result<()> {
    let mut known = BTreeSet::new();
    for (name, rows) in tests.iter().flat_map(|test| &test.given) {
        if known.insert(name) {
            let schema = rows.schema();
            let table = Table { name: name.clone(), schema: Arc::clone(&schema) };
            let table = StreamingTable::try_new(schema, vec![Arc::new(table)])?;
            session.register_table(name.as_str(), Arc::new(table))?;
        }
    }
    Ok(())
}

/// A task over the rows of a test.
pub(super) fn task(session: &SessionContext, test: &UnitTest) -> Arc<TaskContext> {
    let state = session.state_ref();
    let state = state.read();
    let rows = Arc::new(Rows(test.given.clone()));
    let usual = TaskContext::from(&*state);
    let config = usual.session_config().clone().with_extension(rows);
    Arc::new(usual.with_session_config(config))
}
