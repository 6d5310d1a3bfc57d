//! Batches that hold nothing but their own rows.
//!
//! The engine charges a batch with all memory behind it, and again the next one that shares it. What a join takes from
//! its build side has the texts of that whole side behind it; windows and aggregates yield slices of one batch of all
//! their rows. A sort of such batches was charged with gigabytes for megabytes, and could not free any of it by spilling.
//! Here batches are cut to size, and copied where they hold much more than they show. Batches of a scan share the
//! dictionaries of their file: to copy all of these costs a tenth of a run's time, and is done only for a plan that
//! ran out of memory before, which does without hash joins.

use std::fmt;
use std::sync::Arc;

use datafusion::arrow::array::{
    Array, ArrayRef, AsArray, BinaryViewArray, RecordBatch, StringViewArray, UInt64Array,
};
use datafusion::arrow::compute::take;
use datafusion::common::Result;
use datafusion::common::tree_node::{Transformed, TransformedResult, TreeNode, TreeNodeRecursion};
use datafusion::config::ConfigOptions;
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::physical_optimizer::PhysicalOptimizerRule;
use datafusion::physical_plan::aggregates::AggregateExec;
use datafusion::physical_plan::joins::{
    CrossJoinExec, HashJoinExec, NestedLoopJoinExec, SortMergeJoinExec,
};
use datafusion::physical_plan::repartition::RepartitionExec;
use datafusion::physical_plan::sorts::sort::SortExec;
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::windows::WindowAggExec;
use datafusion::physical_plan::{
    ChildrenPropertiesMode, DisplayAs, DisplayFormatType, ExecutionPlan, PhysicalExpr,
    PlanProperties, ReplaceChildrenOptions,
};
use futures::{StreamExt, TryStreamExt, stream};

/// Memory behind a column that is not worth a copy.
const SMALL: usize = 64 << 10;

/// The rule for a session, after those that arrange its steps.
pub(super) fn rule() -> Arc<dyn PhysicalOptimizerRule + Send + Sync> {
    Arc::new(Rule)
}

#[derive(Debug)]
struct Rule;

impl PhysicalOptimizerRule for Rule {
    fn optimize(
        &self,
        plan: Arc<dyn ExecutionPlan>,
        options: &ConfigOptions,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let is_tight = !options.optimizer.prefer_hash_join;
        let cut = plan.transform_up(|step| {
            if shares(step.as_ref()) {
                return Ok(Transformed::yes(cut(step)));
            }
            match is_tight && keeps(step.as_ref()) {
                true => {
                    let inputs = step.children().into_iter().map(|input| cut(Arc::clone(input)));
                    let inputs = inputs.collect();
                    let same = ReplaceChildrenOptions::new(ChildrenPropertiesMode::Keep);
                    Ok(Transformed::yes(step.replace_children(inputs, same)?))
                }
                false => Ok(Transformed::no(step)),
            }
        });
        cut.data()
    }

    fn name(&self) -> &'static str {
        "batches_hold_their_own_rows"
    }

    fn schema_check(&self) -> bool {
        true
    }
}

/// The step with batches cut to size, unless they are.
fn cut(step: Arc<dyn ExecutionPlan>) -> Arc<dyn ExecutionPlan> {
    match step.is::<OwnRowsExec>() {
        true => step,
        false => Arc::new(OwnRowsExec(step)),
    }
}

/// Whether a step keeps the batches of its input.
fn keeps(step: &dyn ExecutionPlan) -> bool {
    step.is::<SortExec>() || step.is::<RepartitionExec>()
}

/// Whether a step may yield batches that share memory.
fn shares(step: &dyn ExecutionPlan) -> bool {
    step.is::<HashJoinExec>()
        || step.is::<NestedLoopJoinExec>()
        || step.is::<CrossJoinExec>()
        || step.is::<SortMergeJoinExec>()
        || step.is::<WindowAggExec>()
        || step.is::<AggregateExec>()
}

/// The rows of a step, in batches that share no memory.
#[derive(Debug)]
struct OwnRowsExec(Arc<dyn ExecutionPlan>);

impl DisplayAs for OwnRowsExec {
    fn fmt_as(&self, _: DisplayFormatType, formatter: &mut fmt::Formatter) -> fmt::Result {
        write!(formatter, "OwnRowsExec")
    }
}

impl ExecutionPlan for OwnRowsExec {
    fn name(&self) -> &'static str {
        "OwnRowsExec"
    }

    fn properties(&self) -> &Arc<PlanProperties> {
        self.0.properties()
    }

    fn maintains_input_order(&self) -> Vec<bool> {
        vec![true]
    }

    fn children(&self) -> Vec<&Arc<dyn ExecutionPlan>> {
        vec![&self.0]
    }

    fn apply_expressions(
        &self,
        _: &mut dyn FnMut(&Arc<dyn PhysicalExpr>) -> Result<TreeNodeRecursion>,
    ) -> Result<TreeNodeRecursion> {
        Ok(TreeNodeRecursion::Continue)
    }

    fn replace_children(
        self: Arc<Self>,
        mut children: Vec<Arc<dyn ExecutionPlan>>,
        _: ReplaceChildrenOptions,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        Ok(children.pop().map_or(self, |step| Arc::new(Self(step))))
    }

    fn with_new_children(
        self: Arc<Self>,
        mut children: Vec<Arc<dyn ExecutionPlan>>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        Ok(children.pop().map_or(self, |step| Arc::new(Self(step))))
    }

    fn execute(&self, part: usize, context: Arc<TaskContext>) -> Result<SendableRecordBatchStream> {
        let rows = context.session_config().batch_size().max(1);
        let batches = self.0.execute(part, context)?;
        let cut = batches.map_ok(move |batch| stream::iter(pieces(batch, rows))).try_flatten();
        Ok(Box::pin(RecordBatchStreamAdapter::new(self.0.schema(), cut.boxed())))
    }
}

/// A batch in pieces of at most this many rows, each made when it is wanted.
fn pieces(batch: RecordBatch, rows: usize) -> impl Iterator<Item = Result<RecordBatch>> {
    let starts = (0..batch.num_rows()).step_by(rows);
    starts.map(move |start| {
        let piece = batch.slice(start, rows.min(batch.num_rows() - start));
        if piece.num_columns() == 0 {
            return Ok(piece);
        }
        let columns = piece.columns().iter().map(own).collect::<Result<_>>()?;
        Ok(RecordBatch::try_new(piece.schema(), columns)?)
    })
}

/// A column without the memory of other rows, if that is most of what it holds.
fn own(column: &ArrayRef) -> Result<ArrayRef> {
    let (texts, bytes) = (column.as_string_view_opt(), column.as_binary_view_opt());
    let viewed = texts.map_or(0, StringViewArray::total_buffer_bytes_used)
        + bytes.map_or(0, BinaryViewArray::total_buffer_bytes_used);
    let shown = column.to_data().get_slice_memory_size()? + viewed;
    if column.get_buffer_memory_size() <= 2 * shown + SMALL {
        return Ok(Arc::clone(column));
    }
    if let Some(texts) = texts {
        return Ok(Arc::new(texts.gc()));
    }
    if let Some(bytes) = bytes {
        return Ok(Arc::new(bytes.gc()));
    }
    let rows = UInt64Array::from_iter_values(0..column.len() as u64);
    Ok(take(column, &rows, None)?)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use datafusion::arrow::array::{
        ArrayRef, AsArray, Int64Array, RecordBatch, StringViewArray, UInt64Array,
    };
    use datafusion::arrow::compute::{concat_batches, take_record_batch};

    use super::pieces;

    /// Rows of a number and a text of forty bytes.
    fn rows(count: i64) -> RecordBatch {
        let texts = (0..count).map(|row| Some(format!("{row:040}")));
        let columns: [(&str, ArrayRef); 2] = [
            ("number", Arc::new(Int64Array::from_iter_values(0..count))),
            ("text", Arc::new(texts.collect::<StringViewArray>())),
        ];
        RecordBatch::try_from_iter(columns).unwrap()
    }

    fn bytes(batches: &[RecordBatch]) -> usize {
        batches.iter().map(RecordBatch::get_array_memory_size).sum()
    }

    fn cut(batch: &RecordBatch, rows: usize) -> Vec<RecordBatch> {
        pieces(batch.clone(), rows).collect::<Result<_, _>>().unwrap()
    }

    #[test]
    fn slices_of_one_batch_hold_together_what_it_holds() {
        let whole = rows(100_000);
        let cut = cut(&whole, 1_000);
        assert_eq!(cut.len(), 100);
        assert!(bytes(&cut) < 2 * bytes(std::slice::from_ref(&whole)), "{}", bytes(&cut));
        assert_eq!(concat_batches(&whole.schema(), &cut).unwrap(), whole);
    }

    #[test]
    fn some_rows_of_a_table_do_not_hold_its_texts() {
        let whole = rows(100_000);
        let every = UInt64Array::from_iter_values((0..100_000).step_by(100));
        let some = take_record_batch(&whole, &every).unwrap();
        let cut = cut(&some, 8_192);
        assert_eq!(cut, std::slice::from_ref(&some));
        assert!(20 * bytes(&cut) < bytes(std::slice::from_ref(&some)), "{}", bytes(&cut));
    }

    #[test]
    fn rows_without_columns_are_counted() {
        let none = rows(10).project(&[]).unwrap();
        let counts: Vec<usize> = cut(&none, 4).iter().map(RecordBatch::num_rows).collect();
        assert_eq!(counts, [4, 4, 2]);
    }

    #[test]
    fn a_batch_that_holds_its_own_rows_is_not_copied() {
        let whole = rows(8_000);
        let cut = cut(&whole, 8_192);
        let text =
            |batch: &RecordBatch| batch.column(1).as_string_view().data_buffers()[0].as_ptr();
        assert_eq!(text(&cut[0]), text(&whole));
    }
}
