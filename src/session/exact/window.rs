//! Aggregates over windows that move.
//!
//! The engine subtracts values that leave a window from a running sum. After a large value has
//! passed, the rest is wrong: for 1e16, 1, 1, the sums of single rows are 1e16, 0, 0, and after an
//! infinity everything is NaN; and some aggregates, such as `bool_and`, cannot remove values. Here
//! a window keeps its rows, and each result is recomputed from them.

use std::collections::VecDeque;
use std::fmt::{self, Debug};
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef};
use datafusion::arrow::compute::concat;
use datafusion::arrow::datatypes::{DataType, FieldRef, Schema};
use datafusion::common::{Result, ScalarValue, internal_err, plan_err};
use datafusion::functions_aggregate::{approx_distinct, bit_and_or_xor, bool_and_or};
use datafusion::logical_expr::function::{AccumulatorArgs, StateFieldsArgs};
use datafusion::logical_expr::utils::AggregateOrderSensitivity;
use datafusion::logical_expr::{
    Accumulator, AggregateUDF, AggregateUDFImpl, Documentation, GroupsAccumulator, ReversedUDAF,
    Signature,
};
use datafusion::physical_expr::PhysicalSortExpr;
use datafusion::physical_plan::PhysicalExpr;

/// The number of pieces of a window before they are concatenated.
const PIECES: usize = 64;

/// The engine's aggregates that no other file replaces, except those that only collect values.
pub(super) fn all() -> Vec<AggregateUDF> {
    let engine = [
        approx_distinct::approx_distinct_udaf(),
        bit_and_or_xor::bit_and_udaf(),
        bit_and_or_xor::bit_or_udaf(),
        bool_and_or::bool_and_udaf(),
        bool_and_or::bool_or_udaf(),
    ];
    engine.into_iter().map(|engine| AggregateUDF::new_from_impl(Windowed(engine))).collect()
}

/// The engine's aggregate with windows of its own.
struct Windowed(Arc<AggregateUDF>);

impl AggregateUDFImpl for Windowed {
    fn name(&self) -> &str {
        self.0.name()
    }

    fn aliases(&self) -> &[String] {
        self.0.aliases()
    }

    fn signature(&self) -> &Signature {
        self.0.signature()
    }

    fn coerce_types(&self, given: &[DataType]) -> Result<Vec<DataType>> {
        self.0.coerce_types(given)
    }

    fn return_type(&self, types: &[DataType]) -> Result<DataType> {
        // The engine finds out in the run.
        if self.name() == "approx_distinct" && types.iter().any(DataType::is_floating) {
            return plan_err!("`approx_distinct` takes no floats: write `count(distinct …)`");
        }
        self.0.return_type(types)
    }

    fn is_nullable(&self) -> bool {
        self.0.is_nullable()
    }

    fn default_value(&self, of: &DataType) -> Result<ScalarValue> {
        self.0.default_value(of)
    }

    fn state_fields(&self, args: StateFieldsArgs) -> Result<Vec<FieldRef>> {
        self.0.state_fields(args)
    }

    fn accumulator(&self, args: AccumulatorArgs) -> Result<Box<dyn Accumulator>> {
        self.0.accumulator(args)
    }

    fn create_sliding_accumulator(&self, args: AccumulatorArgs) -> Result<Box<dyn Accumulator>> {
        Ok(Box::new(Window::new(&self.0, &args)))
    }

    fn groups_accumulator_supported(&self, args: AccumulatorArgs) -> bool {
        self.0.groups_accumulator_supported(args)
    }

    fn create_groups_accumulator(
        &self,
        args: AccumulatorArgs,
    ) -> Result<Box<dyn GroupsAccumulator>> {
        self.0.create_groups_accumulator(args)
    }

    fn order_sensitivity(&self) -> AggregateOrderSensitivity {
        self.0.order_sensitivity()
    }

    fn reverse_expr(&self) -> ReversedUDAF {
        ReversedUDAF::Identical
    }

    fn documentation(&self) -> Option<&Documentation> {
        self.0.documentation()
    }
}

impl PartialEq for Windowed {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}

impl Eq for Windowed {}

impl Hash for Windowed {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }
}

impl Debug for Windowed {
    fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        write!(formatter, "windowed {}", self.0.name())
    }
}

/// The rows of a window, from which every result is computed.
#[derive(Debug)]
pub(super) struct Window {
    engine: Arc<AggregateUDF>,
    call: Call,
    pieces: VecDeque<Vec<ArrayRef>>,
}

/// The arguments of an accumulator, kept.
#[derive(Debug)]
struct Call {
    return_field: FieldRef,
    schema: Schema,
    ignore_nulls: bool,
    order_bys: Vec<PhysicalSortExpr>,
    is_reversed: bool,
    name: String,
    is_distinct: bool,
    exprs: Vec<Arc<dyn PhysicalExpr>>,
    expr_fields: Vec<FieldRef>,
}

impl Window {
    pub(super) fn new(engine: &Arc<AggregateUDF>, args: &AccumulatorArgs) -> Self {
        let call = Call {
            return_field: Arc::clone(&args.return_field),
            schema: args.schema.clone(),
            ignore_nulls: args.ignore_nulls,
            order_bys: args.order_bys.to_vec(),
            is_reversed: args.is_reversed,
            name: args.name.to_owned(),
            is_distinct: args.is_distinct,
            exprs: args.exprs.to_vec(),
            expr_fields: args.expr_fields.to_vec(),
        };
        Self { engine: Arc::clone(engine), call, pieces: VecDeque::new() }
    }

    fn accumulator(&self) -> Result<Box<dyn Accumulator>> {
        self.engine.accumulator(AccumulatorArgs {
            return_field: Arc::clone(&self.call.return_field),
            schema: &self.call.schema,
            ignore_nulls: self.call.ignore_nulls,
            order_bys: &self.call.order_bys,
            is_reversed: self.call.is_reversed,
            name: &self.call.name,
            is_distinct: self.call.is_distinct,
            exprs: &self.call.exprs,
            expr_fields: &self.call.expr_fields,
        })
    }

    /// Makes many pieces one.
    fn join(&mut self) -> Result<()> {
        let Some(first) = self.pieces.front().filter(|_| self.pieces.len() > PIECES) else {
            return Ok(());
        };
        let columns = 0..first.len();
        let joined = columns.map(|column| {
            let parts: Vec<&dyn Array> =
                self.pieces.iter().map(|piece| piece[column].as_ref()).collect();
            concat(&parts)
        });
        let joined = joined.collect::<Result<Vec<_>, _>>()?;
        self.pieces = VecDeque::from([joined]);
        Ok(())
    }
}

impl Accumulator for Window {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        self.pieces.push_back(values.to_vec());
        self.join()
    }

    /// What came first leaves first.
    fn retract_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        let mut gone = values[0].len();
        while gone > 0 {
            let Some(piece) = self.pieces.front_mut() else {
                return internal_err!("more rows leave a window than it has");
            };
            let rows = piece[0].len();
            if rows <= gone {
                self.pieces.pop_front();
            } else {
                for column in piece.iter_mut() {
                    *column = column.slice(gone, rows - gone);
                }
            }
            gone = gone.saturating_sub(rows);
        }
        Ok(())
    }

    fn supports_retract_batch(&self) -> bool {
        true
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        let mut accumulator = self.accumulator()?;
        self.pieces.iter().try_for_each(|piece| accumulator.update_batch(piece))?;
        accumulator.evaluate()
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        internal_err!("a window that moves has no state to hand over")
    }

    fn merge_batch(&mut self, _: &[ArrayRef]) -> Result<()> {
        internal_err!("windows that move are not merged")
    }

    fn size(&self) -> usize {
        let arrays = self.pieces.iter().flatten();
        size_of::<Self>() + arrays.map(Array::get_array_memory_size).sum::<usize>()
    }
}
