//! The rejected rows of a source as a table that SQL can read.

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, Int64Array, RecordBatch, StringArray};
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::catalog::TableProvider;
use datafusion::catalog::streaming::StreamingTable;
use datafusion::common::{DataFusionError, Result};
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::streaming::PartitionStream;
use futures::StreamExt;
use futures::stream;

use super::quarantine::Quarantined;
use super::spool::{Page, Spool};
use crate::plan::{quarantine_columns, schema};

/// The rejected rows of some pages, page by page.
pub(super) fn rejected_rows(
    run: &str,
    spool: Spool,
    pages: Vec<Page>,
) -> Result<Arc<dyn TableProvider>> {
    let schema = schema(&quarantine_columns());
    let rows = RejectedRows { run: run.to_owned(), schema: Arc::clone(&schema), spool, pages };
    Ok(Arc::new(StreamingTable::try_new(schema, vec![Arc::new(rows)])?))
}

#[derive(Debug)]
struct RejectedRows {
    run: String,
    schema: SchemaRef,
    spool: Spool,
    pages: Vec<Page>,
}

impl PartitionStream for RejectedRows {
    fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    fn execute(&self, _: Arc<TaskContext>) -> SendableRecordBatchStream {
        let (run, schema, spool) = (self.run.clone(), Arc::clone(&self.schema), self.spool.clone());
        let batches = stream::iter(self.pages.clone()).then(move |page| {
            let (run, schema, spool) = (run.clone(), Arc::clone(&schema), spool.clone());
            async move { batch(&run, &schema, &spool.rows(&page).await?) }
        });
        Box::pin(RecordBatchStreamAdapter::new(Arc::clone(&self.schema), batches))
    }
}

fn batch(run: &str, schema: &SchemaRef, rows: &[Quarantined]) -> Result<RecordBatch> {
    let some = |text: fn(&Quarantined) -> &str| -> ArrayRef {
        Arc::new(StringArray::from_iter_values(rows.iter().map(text)))
    };
    let perhaps = |text: fn(&Quarantined) -> Option<&str>| -> ArrayRef {
        Arc::new(rows.iter().map(text).collect::<StringArray>())
    };
    let columns = vec![
        Arc::new(StringArray::from_iter_values(rows.iter().map(|_| run))) as ArrayRef,
        some(|row| &row.file),
        Arc::new(Int64Array::from_iter_values(rows.iter().map(|row| row.line))),
        perhaps(|row| row.column.as_deref()),
        some(|row| &row.reason),
        perhaps(|row| row.value.as_deref()),
        some(|row| &row.raw),
    ];
    RecordBatch::try_new(Arc::clone(schema), columns).map_err(DataFusionError::from)
}
