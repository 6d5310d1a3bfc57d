//! The first rows of a stage or a source as a run would have them; nothing is staged or published.

use datafusion::arrow::array::RecordBatch;

use super::leftovers::Scratch;
use super::work::Work;
use super::{Failure, stages};
use crate::plan::Plan;
use crate::publish::Warehouse;
use crate::request::Request;

/// At most `limit` rows of the last table of a request that publishes nothing; of its last period, if it
/// varies by period.
///
/// # Errors
/// A source cannot be read, or a stage before it cannot be built.
pub async fn preview(
    plan: &Plan,
    request: &Request,
    name: &str,
    limit: usize,
) -> Result<Vec<RecordBatch>, Failure> {
    let warehouse = Warehouse::open(&plan.warehouse, &plan.root)?;
    let base = warehouse.current().await?.completed(plan.time_zone);
    let scratch = Scratch::new()?;
    let work = Work::open((plan, request), (&warehouse, &base), scratch.path(), &|_| ())?;
    stages::first_rows(&work, name, limit).await
}
