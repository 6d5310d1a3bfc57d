//! Aggregates: all of DataFusion's side, written once.
//!
//! Rows are gathered as [`Multiset`]s and handed to a kernel in ascending order
//! when the group is complete. Rows with a NULL are passed over, and a group
//! without rows gives NULL: unknown, not zero.

use std::hash::{Hash, Hasher};
use std::mem::size_of_val;
use std::sync::Arc;

use datafusion::arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, Float64Array, LargeListArray, LargeListBuilder,
    ListArray, PrimitiveBuilder, StructArray, new_empty_array,
};
use datafusion::arrow::datatypes::{DataType, Field as ArrowField, FieldRef, Fields, Float64Type};
use datafusion::common::{Result, ScalarValue, exec_err, internal_err, not_impl_err, plan_err};
use datafusion::logical_expr::function::{AccumulatorArgs, StateFieldsArgs};
use datafusion::logical_expr::{
    Accumulator, AggregateUDF, AggregateUDFImpl, Documentation, EmitTo, GroupsAccumulator,
    Signature, Volatility,
};

use super::argument::{check_count, number};
use super::document::{Argument, Call, Example, Field, Function, Kind, documentation};
use super::multiset::{Counted, Multiset};
use crate::kernel::OutOfDomain;

/// An aggregate over rows of `N` numbers. An optional last argument that is
/// left out is 1 in every row.
#[derive(Debug)]
pub(super) struct Groupwise<const N: usize> {
    pub(super) name: &'static str,
    pub(super) summary: &'static str,
    pub(super) arguments: [Argument; N],
    pub(super) returns: &'static str,
    /// Empty where what comes back is a list of doubles.
    pub(super) fields: &'static [Field],
    pub(super) source: &'static str,
    pub(super) examples: &'static [Example],
    pub(super) kernel: fn(&[Counted<N>]) -> Result<Option<Answer>, OutOfDomain>,
}

/// What a kernel says about a group.
#[derive(Debug)]
pub(super) enum Answer {
    /// In the order of [`Groupwise::fields`], without constants.
    Fields(Vec<ScalarValue>),
    List(Vec<f64>),
}

impl<const N: usize> From<&'static Groupwise<N>> for Function {
    fn from(function: &'static Groupwise<N>) -> Self {
        let Groupwise { name, summary, arguments, returns, fields, source, examples, .. } =
            function;
        let bound = Bound {
            function,
            signature: Signature::user_defined(Volatility::Immutable),
            documentation: documentation(name, summary, returns, arguments),
        };
        Self {
            name,
            summary,
            arguments: arguments.to_vec(),
            returns,
            fields,
            nulls: "rows with a NULL are passed over; a group without rows gives NULL",
            source,
            examples,
            call: Call::Aggregate(AggregateUDF::new_from_impl(bound)),
        }
    }
}

impl<const N: usize> Groupwise<N> {
    fn data_type(&self) -> DataType {
        if self.fields.is_empty() {
            DataType::List(list_item())
        } else {
            DataType::Struct(self.arrow_fields())
        }
    }

    fn arrow_fields(&self) -> Fields {
        self.fields.iter().map(arrow_field).collect()
    }

    /// Asks the kernel about one complete group.
    fn answer(&self, rows: &mut Multiset<N>) -> Result<ScalarValue> {
        let rows = rows.rows();
        if rows.is_empty() {
            return ScalarValue::try_from(&self.data_type());
        }
        match (self.kernel)(&rows) {
            Ok(Some(Answer::Fields(values))) => self.structure(&values),
            Ok(Some(Answer::List(values))) => Ok(list(values)),
            Ok(None) => ScalarValue::try_from(&self.data_type()),
            Err(error) => exec_err!("{}: {error}", self.name),
        }
    }

    fn structure(&self, values: &[ScalarValue]) -> Result<ScalarValue> {
        let mut values = values.iter();
        let columns = self
            .fields
            .iter()
            .map(|field| match (field.kind, values.as_slice()) {
                (Kind::Constant(text), _) => ScalarValue::from(text).to_array(),
                (_, []) => internal_err!("{}: no value for `{}`", self.name, field.name),
                (_, [value, rest @ ..]) => {
                    values = rest.iter();
                    value.to_array()
                }
            })
            .collect::<Result<Vec<_>>>()?;
        let structure = StructArray::try_new(self.arrow_fields(), columns, None)?;
        Ok(ScalarValue::Struct(Arc::new(structure)))
    }

    /// The numbers of row `row`, unless one is NULL.
    fn row(columns: &[&Float64Array], row: usize) -> Option<[f64; N]> {
        let complete = columns.iter().all(|column| column.is_valid(row));
        let value = |i: usize| columns.get(i).map_or(1.0, |column| column.value(row));
        complete.then(|| std::array::from_fn(value))
    }
}

/// The key under which a constant field carries its text.
const CONSTANT: &str = "constant";

/// The text that all values of a field have, as far as its type tells.
pub(super) fn constant(field: &ArrowField) -> Option<&str> {
    field.metadata().get(CONSTANT).map(String::as_str)
}

fn arrow_field(field: &Field) -> ArrowField {
    let arrow = ArrowField::new(field.name, data_type(field.kind), true);
    match field.kind {
        Kind::Constant(text) => arrow.with_metadata([(CONSTANT.into(), text.into())].into()),
        _ => arrow,
    }
}

fn data_type(kind: Kind) -> DataType {
    match kind {
        Kind::Float64 => DataType::Float64,
        Kind::Int64 => DataType::Int64,
        Kind::Int32 => DataType::Int32,
        Kind::Boolean => DataType::Boolean,
        Kind::Text | Kind::Constant(_) => DataType::Utf8,
    }
}

fn list_item() -> FieldRef {
    Arc::new(ArrowField::new_list_field(DataType::Float64, true))
}

fn list(values: Vec<f64>) -> ScalarValue {
    let values = values.into_iter().map(Some);
    let list = ListArray::from_iter_primitive::<Float64Type, _, _>([Some(values)]);
    ScalarValue::List(Arc::new(list))
}

fn numbers(columns: &[ArrayRef]) -> Vec<&Float64Array> {
    columns.iter().map(AsArray::as_primitive).collect()
}

#[derive(Debug)]
struct Bound<const N: usize> {
    function: &'static Groupwise<N>,
    signature: Signature,
    documentation: Documentation,
}

impl<const N: usize> AggregateUDFImpl for Bound<N> {
    fn name(&self) -> &str {
        self.function.name
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn documentation(&self) -> Option<&Documentation> {
        Some(&self.documentation)
    }

    fn coerce_types(&self, given: &[DataType]) -> Result<Vec<DataType>> {
        let Groupwise { name, arguments, .. } = self.function;
        check_count(name, arguments, given.len())?;
        given
            .iter()
            .zip(arguments)
            .map(|(given, argument)| number(name, *argument, given))
            .collect()
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(self.function.data_type())
    }

    fn state_fields(&self, args: StateFieldsArgs) -> Result<Vec<FieldRef>> {
        let item = Arc::new(ArrowField::new_list_field(DataType::Float64, true));
        let name = format!("{}[rows]", args.name);
        Ok(vec![Arc::new(ArrowField::new(name, DataType::LargeList(item), true))])
    }

    fn accumulator(&self, args: AccumulatorArgs) -> Result<Box<dyn Accumulator>> {
        let rows = Multiset::default();
        self.refuse_distinct(&args)?;
        Ok(Box::new(One { function: self.function, rows }))
    }

    fn groups_accumulator_supported(&self, args: AccumulatorArgs) -> bool {
        !args.is_distinct
    }

    fn create_groups_accumulator(
        &self,
        args: AccumulatorArgs,
    ) -> Result<Box<dyn GroupsAccumulator>> {
        self.refuse_distinct(&args)?;
        Ok(Box::new(Many { function: self.function, groups: Vec::new(), bytes: 0 }))
    }
}

impl<const N: usize> Bound<N> {
    /// Two customers with the same numbers are two customers.
    fn refuse_distinct(&self, args: &AccumulatorArgs) -> Result<()> {
        if args.is_distinct {
            return plan_err!("{} does not take DISTINCT", self.function.name);
        }
        Ok(())
    }
}

// A function is its name: DataFusion compares and hashes plans with these.
impl<const N: usize> PartialEq for Bound<N> {
    fn eq(&self, other: &Self) -> bool {
        self.function.name == other.function.name
    }
}

impl<const N: usize> Eq for Bound<N> {}

impl<const N: usize> Hash for Bound<N> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.function.name.hash(state);
    }
}

/// Multisets on their way between partitions: one list per group, the numbers
/// of a row and then its count, row after row. Counts below 2⁵³ are exact.
fn states<'a, const N: usize>(
    groups: impl IntoIterator<Item = &'a mut Multiset<N>>,
) -> LargeListArray {
    let mut lists = LargeListBuilder::new(PrimitiveBuilder::<Float64Type>::new());
    for group in groups {
        for Counted { values, count } in group.rows() {
            lists.values().append_slice(&values);
            lists.values().append_value(count as f64);
        }
        lists.append(true);
    }
    lists.finish()
}

/// The rows of a state, each with its count.
fn restored<const N: usize>(state: &Float64Array) -> impl Iterator<Item = ([f64; N], u64)> {
    state.values().chunks_exact(N + 1).map(|row| {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "it was a count before it was a float"
        )]
        (std::array::from_fn(|i| row[i]), row[N] as u64)
    })
}

/// One group.
#[derive(Debug)]
struct One<const N: usize> {
    function: &'static Groupwise<N>,
    rows: Multiset<N>,
}

impl<const N: usize> Accumulator for One<N> {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        let columns = numbers(values);
        for row in 0..columns[0].len() {
            if let Some(values) = Groupwise::row(&columns, row) {
                self.rows.add(values, 1);
            }
        }
        Ok(())
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        self.function.answer(&mut self.rows)
    }

    fn size(&self) -> usize {
        size_of_val(self) + self.rows.size()
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        Ok(vec![ScalarValue::LargeList(Arc::new(states([&mut self.rows])))])
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        for state in states[0].as_list::<i64>().iter().flatten() {
            for (values, count) in restored(state.as_primitive()) {
                self.rows.add(values, count);
            }
        }
        Ok(())
    }
}

/// All groups of a GROUP BY.
struct Many<const N: usize> {
    function: &'static Groupwise<N>,
    groups: Vec<Multiset<N>>,
    /// Bytes held by the groups; kept, because counting is asked for often.
    bytes: usize,
}

impl<const N: usize> Many<N> {
    fn grow(&mut self, groups: usize) {
        self.groups.resize_with(groups.max(self.groups.len()), Multiset::default);
    }

    fn take(&mut self, emit_to: EmitTo) -> Vec<Multiset<N>> {
        let taken = emit_to.take_needed(&mut self.groups);
        let bytes: usize = taken.iter().map(Multiset::size).sum();
        self.bytes = self.bytes.saturating_sub(bytes);
        taken
    }
}

impl<const N: usize> GroupsAccumulator for Many<N> {
    fn update_batch(
        &mut self,
        values: &[ArrayRef],
        group_indices: &[usize],
        filter: Option<&BooleanArray>,
        total_num_groups: usize,
    ) -> Result<()> {
        self.grow(total_num_groups);
        let columns = numbers(values);
        for (row, group) in group_indices.iter().enumerate() {
            let chosen = filter.is_none_or(|filter| filter.is_valid(row) && filter.value(row));
            if let Some(values) = Groupwise::row(&columns, row).filter(|_| chosen) {
                self.bytes += self.groups[*group].add(values, 1);
            }
        }
        Ok(())
    }

    fn evaluate(&mut self, emit_to: EmitTo) -> Result<ArrayRef> {
        let answers = self
            .take(emit_to)
            .iter_mut()
            .map(|group| self.function.answer(group))
            .collect::<Result<Vec<_>>>()?;
        if answers.is_empty() {
            return Ok(new_empty_array(&self.function.data_type()));
        }
        ScalarValue::iter_to_array(answers)
    }

    fn state(&mut self, emit_to: EmitTo) -> Result<Vec<ArrayRef>> {
        Ok(vec![Arc::new(states(&mut self.take(emit_to)))])
    }

    fn merge_batch(
        &mut self,
        values: &[ArrayRef],
        group_indices: &[usize],
        total_num_groups: usize,
    ) -> Result<()> {
        self.grow(total_num_groups);
        for (state, group) in values[0].as_list::<i64>().iter().zip(group_indices) {
            let Some(state) = state else { continue };
            for (values, count) in restored(state.as_primitive()) {
                self.bytes += self.groups[*group].add(values, count);
            }
        }
        Ok(())
    }

    fn convert_to_state(
        &self,
        values: &[ArrayRef],
        filter: Option<&BooleanArray>,
    ) -> Result<Vec<ArrayRef>> {
        let Some(rows) = values.first().map(Array::len) else {
            return not_impl_err!("{} without arguments", self.function.name);
        };
        let mut singles = Self { function: self.function, groups: Vec::new(), bytes: 0 };
        singles.update_batch(values, &(0..rows).collect::<Vec<_>>(), filter, rows)?;
        singles.state(EmitTo::All)
    }

    fn size(&self) -> usize {
        self.bytes + self.groups.capacity() * size_of::<Multiset<N>>()
    }
}
