//! Aggregates over rows of a few numbers.
//!
//! Everything DataFusion needs is in [`super::aggregate`]; here is what such a
//! row is. Rows with a NULL are passed over.

use std::sync::Arc;

use datafusion::arrow::array::{
    Array, ArrayRef, AsArray, Float64Array, LargeListBuilder, PrimitiveBuilder,
};
use datafusion::arrow::datatypes::{DataType, Float64Type};
use datafusion::common::{Result, ScalarValue, exec_err};
use datafusion::logical_expr::function::AccumulatorArgs;

use super::aggregate::{Definition, aggregate};
use super::document::{Argument, Call, Example, Function};
use super::multiset::{Counted, Multiset, to_bits, to_number};
use super::shape::{Answer, Shape};
use crate::kernel::OutOfDomain;

/// An aggregate over rows of `N` numbers. An optional last argument that is
/// left out is 1 in every row.
#[derive(Debug)]
pub(super) struct Groupwise<const N: usize> {
    pub(super) name: &'static str,
    pub(super) summary: &'static str,
    pub(super) arguments: [Argument; N],
    pub(super) returns: &'static str,
    pub(super) shape: Shape,
    pub(super) source: &'static str,
    pub(super) examples: &'static [Example],
    pub(super) kernel: fn(&[Counted<N>]) -> Result<Option<Answer>, OutOfDomain>,
}

impl<const N: usize> From<&'static Groupwise<N>> for Function {
    fn from(function: &'static Groupwise<N>) -> Self {
        let Groupwise { name, summary, arguments, returns, shape, source, examples, .. } = function;
        Self {
            name,
            summary,
            arguments: arguments.to_vec(),
            returns,
            shape: *shape,
            nulls: "rows with a NULL are passed over; a group without rows gives NULL",
            source,
            examples,
            call: Call::Aggregate(aggregate(function, summary, returns)),
        }
    }
}

impl<const N: usize> Definition for Groupwise<N> {
    type Row = [u64; N];
    type Call = &'static Self;

    fn name(&self) -> &'static str {
        self.name
    }

    fn arguments(&self) -> &[Argument] {
        &self.arguments
    }

    fn shape(&self) -> Shape {
        self.shape
    }

    fn call(&'static self, _: &AccumulatorArgs) -> Result<Self::Call> {
        Ok(self)
    }

    fn state_types(&self) -> Vec<DataType> {
        vec![DataType::new_large_list(DataType::Float64, true)]
    }

    fn read(_: &Self::Call, columns: &[ArrayRef], each: &mut dyn FnMut(usize, Self::Row)) {
        let columns: Vec<&Float64Array> = columns.iter().map(AsArray::as_primitive).collect();
        for row in 0..columns.first().map_or(0, Array::len) {
            if columns.iter().all(|column| column.is_valid(row)) {
                let number = |i: usize| columns.get(i).map_or(1.0, |column| column.value(row));
                each(row, std::array::from_fn(|i| to_bits(number(i))));
            }
        }
    }

    /// One list per group, the numbers of a row and then its count, row after
    /// row. Counts below 2⁵³ are exact.
    fn states(groups: &mut [Multiset<Self::Row>]) -> Vec<ArrayRef> {
        let mut lists = LargeListBuilder::new(PrimitiveBuilder::<Float64Type>::new());
        for group in groups {
            for (bits, count) in group.rows() {
                lists.values().append_slice(&bits.map(to_number));
                lists.values().append_value(*count as f64);
            }
            lists.append(true);
        }
        vec![Arc::new(lists.finish())]
    }

    fn restore(_: &Self::Call, states: &[ArrayRef], each: &mut dyn FnMut(usize, Self::Row, i64)) {
        for (group, state) in states[0].as_list::<i64>().iter().enumerate() {
            let Some(state) = state else { continue };
            for row in state.as_primitive::<Float64Type>().values().chunks_exact(N + 1) {
                #[expect(
                    clippy::cast_possible_truncation,
                    reason = "it was a count before it was a float"
                )]
                each(group, std::array::from_fn(|i| to_bits(row[i])), row[N] as i64);
            }
        }
    }

    fn answer(call: &Self::Call, rows: &mut Multiset<Self::Row>) -> Result<ScalarValue> {
        match (call.kernel)(&rows.counted()) {
            Ok(Some(answer)) => call.shape.value(answer),
            Ok(None) => call.shape.null(),
            Err(error) => exec_err!("{}: {error}", call.name),
        }
    }
}
