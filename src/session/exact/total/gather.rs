//! Accumulation of totals: of one group, of its distinct values, of all groups.

use std::collections::HashMap;
use std::mem::size_of_val;
use std::sync::Arc;

use datafusion::arrow::array::{
    Array, ArrayRef, ArrowPrimitiveType, AsArray, BooleanArray, PrimitiveArray, UInt64Array,
};
use datafusion::arrow::datatypes::{DataType, Decimal128Type, Int64Type, UInt64Type, i256};
use datafusion::common::utils::SingleRowListArrayBuilder;
use datafusion::common::{Result, ScalarValue, internal_err};
use datafusion::logical_expr::{Accumulator, EmitTo, GroupsAccumulator};

use super::answer::Answer;
use super::number::Sum;

/// The total of one group.
#[derive(Debug)]
pub(super) struct One<T: Sum> {
    pub(super) answer: Answer,
    pub(super) total: T,
    pub(super) count: u64,
}

impl<T: Sum> Accumulator for One<T> {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        let Self { total, count, .. } = self;
        *count += (values[0].len() - values[0].null_count()) as u64;
        each(&values[0], |_, value| total.add(value))
    }

    fn retract_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        let Self { total, count, .. } = self;
        let gone = (values[0].len() - values[0].null_count()) as u64;
        let Some(left) = count.checked_sub(gone) else {
            return internal_err!("more rows leave a window than it has");
        };
        *count = left;
        each(&values[0], |_, value| total.add(-value))
    }

    fn supports_retract_batch(&self) -> bool {
        true
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        let total = ScalarValue::new_primitive::<T::Arrow>(Some(self.total), &self.answer.total)?;
        Ok(vec![ScalarValue::UInt64(Some(self.count)), total])
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        self.count += states[0].as_primitive::<UInt64Type>().iter().flatten().sum::<u64>();
        let totals = states[1].as_primitive::<T::Arrow>();
        totals.iter().flatten().for_each(|total| self.total.merge(total));
        Ok(())
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        self.answer.of(self.total, self.count)
    }

    fn size(&self) -> usize {
        size_of_val(self)
    }
}

/// The distinct values of one group, and how many rows of a window have each.
#[derive(Debug)]
pub(super) struct Distinct {
    pub(super) answer: Answer,
    pub(super) values: HashMap<i128, u64>,
}

impl Accumulator for Distinct {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        let counts = &mut self.values;
        each(&values[0], |_, value| *counts.entry(value).or_default() += 1)
    }

    fn retract_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        let counts = &mut self.values;
        each(&values[0], |_, value| {
            let count = counts.entry(value).or_default();
            *count = count.saturating_sub(1);
            if *count == 0 {
                counts.remove(&value);
            }
        })
    }

    fn supports_retract_batch(&self) -> bool {
        true
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        let mut values: Vec<i128> = self.values.keys().copied().collect();
        values.sort_unstable();
        let values = self.answer.values(values.into_iter())?;
        Ok(vec![SingleRowListArrayBuilder::new(values).build_list_scalar()])
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        for values in states[0].as_list::<i32>().iter().flatten() {
            self.update_batch(&[values])?;
        }
        Ok(())
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        let mut total = i256::ZERO;
        self.values.keys().for_each(|value| total.add(*value));
        self.answer.of(total, self.values.len() as u64)
    }

    fn size(&self) -> usize {
        size_of_val(self) + self.values.capacity() * size_of::<(i128, u64)>()
    }
}

/// The totals of all groups of a GROUP BY.
pub(super) struct Many<T: Sum> {
    answer: Answer,
    totals: Vec<T>,
    counts: Vec<u64>,
}

impl<T: Sum> Many<T> {
    pub(super) fn new(answer: Answer) -> Self {
        Self { answer, totals: Vec::new(), counts: Vec::new() }
    }

    fn grow(&mut self, groups: usize) {
        self.totals.resize(groups, T::default());
        self.counts.resize(groups, 0);
    }
}

impl<T: Sum> GroupsAccumulator for Many<T> {
    fn update_batch(
        &mut self,
        values: &[ArrayRef],
        group_indices: &[usize],
        filter: Option<&BooleanArray>,
        total_num_groups: usize,
    ) -> Result<()> {
        self.grow(total_num_groups);
        let Self { totals, counts, .. } = self;
        let mut add = |row: usize, value: i128| {
            let group = group_indices[row];
            totals[group].add(value);
            counts[group] += 1;
        };
        match filter {
            None => each(&values[0], add),
            Some(filter) => each(&values[0], |row, value| {
                if filter.is_valid(row) && filter.value(row) {
                    add(row, value);
                }
            }),
        }
    }

    fn merge_batch(
        &mut self,
        states: &[ArrayRef],
        group_indices: &[usize],
        total_num_groups: usize,
    ) -> Result<()> {
        self.grow(total_num_groups);
        let counts = states[0].as_primitive::<UInt64Type>();
        let totals = states[1].as_primitive::<T::Arrow>();
        for (row, group) in group_indices.iter().enumerate() {
            self.counts[*group] += counts.value(row);
            self.totals[*group].merge(totals.value(row));
        }
        Ok(())
    }

    fn evaluate(&mut self, emit_to: EmitTo) -> Result<ArrayRef> {
        let counts = emit_to.take_needed(&mut self.counts);
        let totals = emit_to.take_needed(&mut self.totals);
        self.answer.all(totals, counts)
    }

    fn state(&mut self, emit_to: EmitTo) -> Result<Vec<ArrayRef>> {
        let counts = UInt64Array::from(emit_to.take_needed(&mut self.counts));
        let totals = emit_to.take_needed(&mut self.totals);
        let totals = PrimitiveArray::<T::Arrow>::new(totals.into(), None);
        Ok(vec![Arc::new(counts), Arc::new(totals.with_data_type(self.answer.total.clone()))])
    }

    fn convert_to_state(
        &self,
        values: &[ArrayRef],
        filter: Option<&BooleanArray>,
    ) -> Result<Vec<ArrayRef>> {
        let rows: Vec<usize> = (0..values[0].len()).collect();
        let mut single = Self::new(self.answer.clone());
        single.update_batch(values, &rows, filter, rows.len())?;
        single.state(EmitTo::All)
    }

    fn size(&self) -> usize {
        self.totals.capacity() * size_of::<T>() + self.counts.capacity() * size_of::<u64>()
    }
}

/// Passes on the values of a batch, each with its row.
fn each(values: &ArrayRef, each: impl FnMut(usize, i128)) -> Result<()> {
    match values.data_type() {
        DataType::Int64 => known::<Int64Type>(values, each),
        DataType::UInt64 => known::<UInt64Type>(values, each),
        DataType::Decimal128(..) => known::<Decimal128Type>(values, each),
        other => return internal_err!("a total of {other}"),
    }
    Ok(())
}

/// The values that are not NULL.
fn known<T: ArrowPrimitiveType<Native: Into<i128>>>(
    values: &ArrayRef,
    mut each: impl FnMut(usize, i128),
) {
    let array = values.as_primitive::<T>();
    let values = array.values().iter().enumerate();
    match array.nulls().filter(|nulls| nulls.null_count() > 0) {
        None => values.for_each(|(row, value)| each(row, (*value).into())),
        Some(nulls) => {
            let known = values.filter(|(row, _)| nulls.is_valid(*row));
            known.for_each(|(row, value)| each(row, (*value).into()));
        }
    }
}
