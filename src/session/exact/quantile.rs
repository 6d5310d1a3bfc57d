//! `percentile_cont` and `median`, exact between two values.
//!
//! The engine truncates the interpolation fraction to millionths, and so the ninth decile
//! of sums of money is off by a few units; its median of two decimals drops the last half cent.
//! Here the percentile is the fraction that was written, so that 0.9 is nine tenths, and a median
//! of decimals has one more digit.

use std::fmt::{self, Debug};
use std::hash::{Hash, Hasher};
use std::mem::size_of_val;
use std::sync::Arc;

use datafusion::arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, ListArray, PrimitiveArray, RecordBatch, new_empty_array,
};
use datafusion::arrow::buffer::OffsetBuffer;
use datafusion::arrow::datatypes::{
    DataType, Decimal128Type, Field, FieldRef, Float64Type, Schema,
};
use datafusion::common::{Result, ScalarValue, plan_err};
use datafusion::functions_aggregate::median::median_udaf;
use datafusion::functions_aggregate::percentile_cont::percentile_cont_udaf;
use datafusion::logical_expr::function::{AccumulatorArgs, StateFieldsArgs};
use datafusion::logical_expr::simplify::SimplifyContext;
use datafusion::logical_expr::utils::AggregateOrderSensitivity;
use datafusion::logical_expr::{
    Accumulator, AggregateUDF, AggregateUDFImpl, ColumnarValue, Documentation, EmitTo, Expr,
    GroupsAccumulator, Signature, Volatility,
};
use datafusion::optimizer::simplify_expressions::ExprSimplifier;

use super::between::Value;
use super::decimal::DIGITS;
use super::fraction::Fraction;

/// Both, replacing the engine's.
pub(super) fn all() -> [AggregateUDF; 2] {
    let signature = || Signature::user_defined(Volatility::Immutable);
    let quantile = |kind, engine| Quantile { kind, engine, signature: signature() };
    [
        AggregateUDF::new_from_impl(quantile(Kind::Percentile, percentile_cont_udaf())),
        AggregateUDF::new_from_impl(quantile(Kind::Median, median_udaf())),
    ]
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Kind {
    Percentile,
    Median,
}

struct Quantile {
    kind: Kind,
    engine: Arc<AggregateUDF>,
    signature: Signature,
}

impl AggregateUDFImpl for Quantile {
    fn name(&self) -> &str {
        self.engine.name()
    }

    fn aliases(&self) -> &[String] {
        self.engine.aliases()
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, given: &[DataType]) -> Result<Vec<DataType>> {
        let number = |of: &DataType| of.is_numeric() || of.is_null();
        match (self.kind, given) {
            (Kind::Median, [DataType::Decimal128(..)]) => Ok(given.to_vec()),
            (Kind::Median, [of]) if number(of) => Ok(vec![DataType::Float64]),
            (Kind::Percentile, [of, at]) if number(of) && number(at) => {
                Ok(vec![DataType::Float64, DataType::Float64])
            }
            _ => plan_err!("{} takes numbers", self.name()),
        }
    }

    fn return_type(&self, types: &[DataType]) -> Result<DataType> {
        Ok(match &types[0] {
            DataType::Decimal128(precision, scale) if *precision < DIGITS => {
                DataType::Decimal128(precision + 1, scale + 1)
            }
            DataType::Decimal128(precision, scale) => DataType::Decimal128(*precision, *scale),
            _ => DataType::Float64,
        })
    }

    fn state_fields(&self, args: StateFieldsArgs) -> Result<Vec<FieldRef>> {
        let item = Field::new_list_field(args.input_fields[0].data_type().clone(), true);
        Ok(vec![Field::new_list(format!("{}[values]", args.name), item, true).into()])
    }

    fn accumulator(&self, args: AccumulatorArgs) -> Result<Box<dyn Accumulator>> {
        let call = self.call(&args)?;
        Ok(match call.of {
            DataType::Decimal128(..) => {
                Box::new(One::<Decimal128Type> { call, values: Vec::new() })
            }
            _ => Box::new(One::<Float64Type> { call, values: Vec::new() }),
        })
    }

    fn groups_accumulator_supported(&self, _: AccumulatorArgs) -> bool {
        true
    }

    fn create_groups_accumulator(
        &self,
        args: AccumulatorArgs,
    ) -> Result<Box<dyn GroupsAccumulator>> {
        let call = self.call(&args)?;
        Ok(match call.of {
            DataType::Decimal128(..) => {
                Box::new(Many::<Decimal128Type> { call, groups: Vec::new(), held: 0 })
            }
            _ => Box::new(Many::<Float64Type> { call, groups: Vec::new(), held: 0 }),
        })
    }

    fn order_sensitivity(&self) -> AggregateOrderSensitivity {
        AggregateOrderSensitivity::Insensitive
    }

    fn supports_within_group_clause(&self) -> bool {
        self.kind == Kind::Percentile
    }

    fn documentation(&self) -> Option<&Documentation> {
        self.engine.documentation()
    }
}

impl Quantile {
    fn call(&self, args: &AccumulatorArgs) -> Result<Call> {
        let percentile = match self.kind {
            Kind::Median => 0.5,
            Kind::Percentile => percentile(args)?,
        };
        let descending = args.order_bys.first().is_some_and(|order| order.options.descending);
        Ok(Call {
            at: Fraction::of(percentile),
            descending: descending && self.kind == Kind::Percentile,
            distinct: args.is_distinct,
            of: args.expr_fields[0].data_type().clone(),
            returns: args.return_type().clone(),
        })
    }
}

/// Rejects a call with an invalid percentile, as far as that follows from the text of a query.
pub(super) fn constant(function: &str, args: &[Expr]) -> Result<()> {
    let (true, Some(at)) = (matches!(function, "percentile_cont" | "quantile_cont"), args.last())
    else {
        return Ok(());
    };
    if at.any_column_refs() {
        return plan_err!("`percentile_cont` takes a number from 0 to 1, not a column");
    }
    let Expr::Literal(at, _) = constant_of(at)? else { return Ok(()) };
    match at.cast_to(&DataType::Float64)? {
        ScalarValue::Float64(Some(number)) if (0.0..=1.0).contains(&number) => Ok(()),
        _ => plan_err!("`percentile_cont` takes a number from 0 to 1, not {at}"),
    }
}

/// The value of an expression without columns.
pub(super) fn constant_of(expr: &Expr) -> Result<Expr> {
    ExprSimplifier::new(SimplifyContext::default()).simplify(expr.clone())
}

/// The percentile, which is the same for all rows.
fn percentile(args: &AccumulatorArgs) -> Result<f64> {
    let nothing = RecordBatch::new_empty(Arc::new(Schema::empty()));
    match args.exprs[1].evaluate(&nothing) {
        Ok(ColumnarValue::Scalar(ScalarValue::Float64(Some(at)))) if (0.0..=1.0).contains(&at) => {
            Ok(at)
        }
        Ok(ColumnarValue::Scalar(at)) => {
            plan_err!("`percentile_cont` takes a number from 0 to 1, not {at}")
        }
        _ => plan_err!("`percentile_cont` takes a number from 0 to 1, not a column"),
    }
}

impl PartialEq for Quantile {
    fn eq(&self, other: &Self) -> bool {
        self.kind == other.kind
    }
}

impl Eq for Quantile {}

impl Hash for Quantile {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.kind.hash(state);
    }
}

impl Debug for Quantile {
    fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        write!(formatter, "exact {}", self.name())
    }
}

#[derive(Debug, Clone)]
pub(super) struct Call {
    pub(super) at: Fraction,
    descending: bool,
    distinct: bool,
    pub(super) of: DataType,
    pub(super) returns: DataType,
}

impl Call {
    fn answer<T: Value>(&self, values: &mut Vec<T::Native>) -> Option<T::Native> {
        values.sort_unstable_by(|a, b| T::order(*a, *b));
        if self.distinct {
            values.dedup_by(|a, b| T::order(*a, *b).is_eq());
        }
        if self.descending {
            values.reverse();
        }
        let last = values.len().checked_sub(1)?;
        let (place, rest) = self.at.place(values.len());
        let next = values[(place + 1).min(last)];
        Some(T::between(self, values[place], next, rest))
    }

    /// Lists of values, one for each group.
    fn lists<T: Value>(&self, groups: Vec<Vec<T::Native>>) -> ListArray {
        let lengths: Vec<usize> = groups.iter().map(Vec::len).collect();
        let values: Vec<T::Native> = groups.into_iter().flatten().collect();
        let values = PrimitiveArray::<T>::new(values.into(), None).with_data_type(self.of.clone());
        let item = Arc::new(Field::new_list_field(self.of.clone(), true));
        ListArray::new(item, OffsetBuffer::from_lengths(lengths), Arc::new(values), None)
    }
}

/// The values of one group.
#[derive(Debug)]
struct One<T: Value> {
    call: Call,
    values: Vec<T::Native>,
}

impl<T: Value> Accumulator for One<T> {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        self.values.extend(values[0].as_primitive::<T>().iter().flatten());
        Ok(())
    }

    fn retract_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        for gone in values[0].as_primitive::<T>().iter().flatten() {
            let mut held = self.values.iter();
            if let Some(at) = held.position(|value| T::order(*value, gone).is_eq()) {
                self.values.swap_remove(at);
            }
        }
        Ok(())
    }

    fn supports_retract_batch(&self) -> bool {
        true
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        let lists = self.call.lists::<T>(vec![std::mem::take(&mut self.values)]);
        Ok(vec![ScalarValue::List(Arc::new(lists))])
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        for values in states[0].as_list::<i32>().iter().flatten() {
            self.update_batch(&[values])?;
        }
        Ok(())
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        let answer = self.call.answer::<T>(&mut self.values);
        ScalarValue::new_primitive::<T>(answer, &self.call.returns)
    }

    fn size(&self) -> usize {
        size_of_val(self) + self.values.capacity() * size_of::<T::Native>()
    }
}

/// The values of all groups of a GROUP BY.
struct Many<T: Value> {
    call: Call,
    groups: Vec<Vec<T::Native>>,
    /// The number of values in all groups; cached, because it is needed often.
    held: usize,
}

impl<T: Value> Many<T> {
    fn take(&mut self, emit_to: EmitTo) -> Vec<Vec<T::Native>> {
        let taken = emit_to.take_needed(&mut self.groups);
        self.held -= taken.iter().map(Vec::len).sum::<usize>();
        taken
    }
}

impl<T: Value> GroupsAccumulator for Many<T> {
    fn update_batch(
        &mut self,
        values: &[ArrayRef],
        group_indices: &[usize],
        filter: Option<&BooleanArray>,
        total_num_groups: usize,
    ) -> Result<()> {
        self.groups.resize(total_num_groups, Vec::new());
        for (row, value) in values[0].as_primitive::<T>().iter().enumerate() {
            let kept = filter.is_none_or(|filter| filter.is_valid(row) && filter.value(row));
            if let Some(value) = value.filter(|_| kept) {
                self.groups[group_indices[row]].push(value);
                self.held += 1;
            }
        }
        Ok(())
    }

    fn merge_batch(
        &mut self,
        states: &[ArrayRef],
        group_indices: &[usize],
        total_num_groups: usize,
    ) -> Result<()> {
        self.groups.resize(total_num_groups, Vec::new());
        for (list, group) in states[0].as_list::<i32>().iter().zip(group_indices) {
            let Some(list) = list else { continue };
            self.held += list.len();
            self.groups[*group].extend_from_slice(list.as_primitive::<T>().values());
        }
        Ok(())
    }

    fn evaluate(&mut self, emit_to: EmitTo) -> Result<ArrayRef> {
        let mut groups = self.take(emit_to);
        if groups.is_empty() {
            return Ok(new_empty_array(&self.call.returns));
        }
        let answers = groups.iter_mut().map(|values| self.call.answer::<T>(values));
        let answers: PrimitiveArray<T> = answers.collect();
        Ok(Arc::new(answers.with_data_type(self.call.returns.clone())))
    }

    fn state(&mut self, emit_to: EmitTo) -> Result<Vec<ArrayRef>> {
        let groups = self.take(emit_to);
        Ok(vec![Arc::new(self.call.lists::<T>(groups))])
    }

    fn convert_to_state(
        &self,
        values: &[ArrayRef],
        filter: Option<&BooleanArray>,
    ) -> Result<Vec<ArrayRef>> {
        let rows: Vec<usize> = (0..values[0].len()).collect();
        let mut single = Self { call: self.call.clone(), groups: Vec::new(), held: 0 };
        single.update_batch(values, &rows, filter, rows.len())?;
        single.state(EmitTo::All)
    }

    fn size(&self) -> usize {
        self.held * size_of::<T::Native>() + self.groups.capacity() * size_of::<Vec<T::Native>>()
    }
}
