//! Memory accounting for the results of windows.
//!
//! The engine does not account for the memory of the results of a window. For `string_agg(id, ',')
//! over (order by id)` each is a little longer than the one before, and twenty thousand short names
//! need gigabytes. Here memory is reserved for each result before the next is computed, and
//! released when its batch has been processed: the function ([`Charged`]) uses the reservation of
//! the node around it ([`ChargedExec`]).

use std::cell::RefCell;
use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use datafusion::arrow::array::{Array, ArrayRef, AsArray, RecordBatch};
use datafusion::arrow::datatypes::{DataType, FieldRef, SchemaRef};
use datafusion::common::tree_node::{Transformed, TransformedResult, TreeNode, TreeNodeRecursion};
use datafusion::common::{Result, ScalarValue};
use datafusion::config::ConfigOptions;
use datafusion::execution::memory_pool::{MemoryConsumer, MemoryReservation};
use datafusion::execution::{RecordBatchStream, SendableRecordBatchStream, TaskContext};
use datafusion::logical_expr::function::{AccumulatorArgs, StateFieldsArgs};
use datafusion::logical_expr::planner::RawWindowExpr;
use datafusion::logical_expr::utils::AggregateOrderSensitivity;
use datafusion::logical_expr::{
    Accumulator, AggregateUDF, AggregateUDFImpl, Documentation, ReversedUDAF, SetMonotonicity,
    Signature, WindowFrameBound, WindowFrameUnits, WindowFunctionDefinition,
};
use datafusion::physical_expr::window::{
    PlainAggregateWindowExpr, SlidingAggregateWindowExpr, WindowExpr,
};
use datafusion::physical_optimizer::PhysicalOptimizerRule;
use datafusion::physical_plan::windows::{BoundedWindowAggExec, WindowAggExec};
use datafusion::physical_plan::{
    DisplayAs, DisplayFormatType, ExecutionPlan, PhysicalExpr, PlanProperties,
    ReplaceChildrenOptions,
};
use futures::{Stream, StreamExt};

/// What the pool calls the answers.
const NAME: &str = "answers of a window";
/// Memory is reserved in pieces of this many bytes.
const PIECE: usize = 1 << 20;
/// A result is in memory three times: by itself, in the column of all results, and while that
/// grows.
const HELD: usize = 3;
/// Aggregates whose results are as large as their input.
const GATHER: [&str; 7] =
    ["array_agg", "string_agg", "min", "max", "first_value", "last_value", "nth_value"];

thread_local! {
    /// The reservation of the node that runs on this thread.
    static TAKEN: RefCell<Option<Taken>> = const { RefCell::new(None) };
}

/// Memory of results that are not passed on yet.
#[derive(Debug)]
struct Taken {
    memory: MemoryReservation,
    bytes: usize,
}

/// Reserves the memory of a result for a number of rows.
fn take(answer: &ScalarValue, rows: usize) -> Result<()> {
    TAKEN.with_borrow_mut(|taken| {
        let Some(taken) = taken else { return Ok(()) };
        let bytes = size(answer).saturating_mul(HELD).saturating_mul(rows.max(1));
        taken.bytes = taken.bytes.saturating_add(bytes);
        match taken.bytes.saturating_sub(taken.memory.size()) {
            0 => Ok(()),
            more => taken.memory.try_grow(more.saturating_add(PIECE)),
        }
    })
}

/// The bytes of an answer. A list may be a part of a batch, which is held once for all that are parts of it.
fn size(answer: &ScalarValue) -> usize {
    /// What a list takes beside its items.
    const LIST: usize = 512;
    let ScalarValue::List(list) = answer else { return answer.size() };
    let items = list.value(0);
    if items.data_type().is_nested() {
        return answer.size();
    }
    let texts = items.as_string_view_opt().map_or(0, |it| it.lengths().map(|it| it as usize).sum());
    let own = items.to_data().get_slice_memory_size();
    own.map_or_else(|_| answer.size(), |own| LIST.saturating_add(own).saturating_add(texts))
}

/// The aggregate of a window, with one that takes memory for its answers if they may be large.
pub(super) fn charged(expr: &mut RawWindowExpr) {
    if let WindowFunctionDefinition::AggregateUDF(inner) = &expr.func_def
        && GATHER.contains(&inner.name())
    {
        let charged = Charged { inner: Arc::clone(inner), shared: is_shared(expr) };
        let charged = Arc::new(AggregateUDF::new_from_impl(charged));
        expr.func_def = WindowFunctionDefinition::AggregateUDF(charged);
    }
}

/// Whether all rows of a partition have one answer.
fn is_shared(expr: &RawWindowExpr) -> bool {
    let frame = &expr.window_frame;
    let by_peers = frame.units == WindowFrameUnits::Range && expr.order_by.is_empty();
    let is_end = |bound: &WindowFrameBound| {
        bound.is_unbounded() || (by_peers && *bound == WindowFrameBound::CurrentRow)
    };
    is_end(&frame.start_bound) && is_end(&frame.end_bound)
}

/// An aggregate whose answers take memory.
#[derive(Debug, PartialEq, Eq, Hash)]
struct Charged {
    inner: Arc<AggregateUDF>,
    shared: bool,
}

impl Charged {
    fn charging(&self, inner: Box<dyn Accumulator>, answers: &DataType) -> Box<dyn Accumulator> {
        match answers.primitive_width() {
            Some(_) => inner,
            None => Box::new(Charging { inner, shared: self.shared, rows: 0 }),
        }
    }
}

impl AggregateUDFImpl for Charged {
    fn name(&self) -> &str {
        self.inner.name()
    }

    fn aliases(&self) -> &[String] {
        self.inner.aliases()
    }

    fn signature(&self) -> &Signature {
        self.inner.signature()
    }

    fn coerce_types(&self, given: &[DataType]) -> Result<Vec<DataType>> {
        self.inner.coerce_types(given)
    }

    fn return_type(&self, types: &[DataType]) -> Result<DataType> {
        self.inner.return_type(types)
    }

    fn return_field(&self, given: &[FieldRef]) -> Result<FieldRef> {
        self.inner.return_field(given)
    }

    fn is_nullable(&self) -> bool {
        self.inner.is_nullable()
    }

    fn default_value(&self, of: &DataType) -> Result<ScalarValue> {
        self.inner.default_value(of)
    }

    fn state_fields(&self, args: StateFieldsArgs) -> Result<Vec<FieldRef>> {
        self.inner.state_fields(args)
    }

    fn accumulator(&self, args: AccumulatorArgs) -> Result<Box<dyn Accumulator>> {
        let answers = args.return_field.data_type().clone();
        Ok(self.charging(self.inner.accumulator(args)?, &answers))
    }

    fn create_sliding_accumulator(&self, args: AccumulatorArgs) -> Result<Box<dyn Accumulator>> {
        let answers = args.return_field.data_type().clone();
        Ok(self.charging(self.inner.create_sliding_accumulator(args)?, &answers))
    }

    fn order_sensitivity(&self) -> AggregateOrderSensitivity {
        self.inner.order_sensitivity()
    }

    fn with_beneficial_ordering(
        self: Arc<Self>,
        beneficial: bool,
    ) -> Result<Option<Arc<dyn AggregateUDFImpl>>> {
        let inner = self.inner.as_ref().clone().with_beneficial_ordering(beneficial)?;
        let shared = self.shared;
        Ok(inner.map(|inner| Arc::new(Self { inner: Arc::new(inner), shared }) as _))
    }

    fn reverse_expr(&self) -> ReversedUDAF {
        match self.inner.reverse_udf() {
            ReversedUDAF::Reversed(inner) => {
                let reversed = Self { inner, shared: self.shared };
                ReversedUDAF::Reversed(Arc::new(AggregateUDF::new_from_impl(reversed)))
            }
            other => other,
        }
    }

    fn is_descending(&self) -> Option<bool> {
        self.inner.is_descending()
    }

    fn supports_null_handling_clause(&self) -> bool {
        self.inner.supports_null_handling_clause()
    }

    fn supports_within_group_clause(&self) -> bool {
        self.inner.supports_within_group_clause()
    }

    fn set_monotonicity(&self, of: &DataType) -> SetMonotonicity {
        self.inner.inner().set_monotonicity(of)
    }

    fn documentation(&self) -> Option<&Documentation> {
        self.inner.documentation()
    }
}

/// Rows of a window whose answers take memory.
#[derive(Debug)]
struct Charging {
    inner: Box<dyn Accumulator>,
    shared: bool,
    rows: usize,
}

impl Accumulator for Charging {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        self.rows += values.first().map_or(0, Array::len);
        self.inner.update_batch(values)
    }

    fn retract_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        self.inner.retract_batch(values)
    }

    fn supports_retract_batch(&self) -> bool {
        self.inner.supports_retract_batch()
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        let answer = self.inner.evaluate()?;
        take(&answer, if self.shared { self.rows } else { 1 })?;
        Ok(answer)
    }

    fn size(&self) -> usize {
        self.inner.size()
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        self.inner.state()
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        self.inner.merge_batch(states)
    }
}

/// The rule for a session, after all others.
pub(super) fn rule() -> Arc<dyn PhysicalOptimizerRule + Send + Sync> {
    Arc::new(Rule)
}

#[derive(Debug)]
struct Rule;

impl PhysicalOptimizerRule for Rule {
    fn optimize(
        &self,
        plan: Arc<dyn ExecutionPlan>,
        _: &ConfigOptions,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let charged = plan.transform_up(|step| {
            Ok(match asks(step.as_ref()) {
                true => Transformed::yes(Arc::new(ChargedExec(step)) as Arc<dyn ExecutionPlan>),
                false => Transformed::no(step),
            })
        });
        charged.data()
    }

    fn name(&self) -> &'static str {
        "answers_of_windows_take_memory"
    }

    fn schema_check(&self) -> bool {
        true
    }
}

/// Whether a step is a window with a function that takes memory.
fn asks(step: &dyn ExecutionPlan) -> bool {
    let whole = step.downcast_ref::<WindowAggExec>().map(WindowAggExec::window_expr);
    let bounded = step.downcast_ref::<BoundedWindowAggExec>();
    let exprs = whole.or_else(|| bounded.map(BoundedWindowAggExec::window_expr));
    exprs.is_some_and(|exprs| exprs.iter().any(is_charged))
}

fn is_charged(expr: &Arc<dyn WindowExpr>) -> bool {
    let plain = expr.as_any().downcast_ref().map(PlainAggregateWindowExpr::get_aggregate_expr);
    let sliding = expr.as_any().downcast_ref::<SlidingAggregateWindowExpr>();
    let function = plain.or_else(|| sliding.map(SlidingAggregateWindowExpr::get_aggregate_expr));
    function.is_some_and(|function| function.fun().inner().is::<Charged>())
}

/// A window whose functions find the memory of the run.
#[derive(Debug)]
struct ChargedExec(Arc<dyn ExecutionPlan>);

impl DisplayAs for ChargedExec {
    fn fmt_as(&self, _: DisplayFormatType, formatter: &mut fmt::Formatter) -> fmt::Result {
        write!(formatter, "ChargedExec")
    }
}

impl ExecutionPlan for ChargedExec {
    fn name(&self) -> &'static str {
        "ChargedExec"
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
        Ok(children.pop().map_or(self, |window| Arc::new(Self(window))))
    }

    fn with_new_children(
        self: Arc<Self>,
        mut children: Vec<Arc<dyn ExecutionPlan>>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        Ok(children.pop().map_or(self, |window| Arc::new(Self(window))))
    }

    fn execute(&self, part: usize, context: Arc<TaskContext>) -> Result<SendableRecordBatchStream> {
        let memory = MemoryConsumer::new(NAME).register(context.memory_pool());
        let window = self.0.execute(part, context)?;
        let taken = Some(Taken { memory, bytes: 0 });
        Ok(Box::pin(ChargedStream { window, taken, handed_on: false }))
    }
}

/// The batches of a window. Its functions work while it is polled, on the thread that polls.
struct ChargedStream {
    window: SendableRecordBatchStream,
    taken: Option<Taken>,
    handed_on: bool,
}

impl Stream for ChargedStream {
    type Item = Result<RecordBatch>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context) -> Poll<Option<Self::Item>> {
        if std::mem::take(&mut self.handed_on)
            && let Some(taken) = &mut self.taken
        {
            taken.memory.free();
            taken.bytes = 0;
        }
        let outer = TAKEN.replace(self.taken.take());
        let polled = self.window.poll_next_unpin(context);
        self.taken = TAKEN.replace(outer);
        self.handed_on = polled.is_ready();
        polled
    }
}

impl RecordBatchStream for ChargedStream {
    fn schema(&self) -> SchemaRef {
        self.window.schema()
    }
}

#[cfg(test)]
mod tests {
    use datafusion::arrow::util::pretty::pretty_format_batches;

    use crate::session::for_planning;

    #[tokio::test]
    async fn windows_answer_what_they_are_asked() {
        let session = for_planning(chrono_tz::UTC).unwrap();
        let sql = "select i, string_agg(s, ',') over (order by i) as running, \
                   array_agg(s) filter (where i > 1) over () as most, \
                   max(s) over (order by i rows 1 preceding) as last_two, \
                   string_agg(s, ',') over (partition by i % 2 order by i desc) as parted \
                   from (values (1, 'b'), (2, 'a'), (3, 'c')) as t (i, s) order by i";
        let rows = session.sql(sql).await.unwrap().collect().await.unwrap();
        let shown = pretty_format_batches(&rows).unwrap().to_string();
        let lines: Vec<&str> = shown.lines().skip(3).take(3).collect();
        let cells = lines.iter().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "));
        let expected = [
            "| 1 | b | [a, c] | b | c,b |",
            "| 2 | b,a | [a, c] | b | a |",
            "| 3 | b,a,c | [a, c] | c | c |",
        ];
        assert_eq!(cells.collect::<Vec<_>>(), expected);
    }
}
