//! Totals of floats: added up without rounding, whatever their order, and rounded once.

use std::collections::HashMap;
use std::mem::size_of_val;
use std::sync::Arc;

use datafusion::arrow::array::{
    Array, ArrayRef, AsArray, BinaryArray, BooleanArray, Float64Array, UInt64Array,
};
use datafusion::arrow::datatypes::{DataType, Float64Type, UInt64Type};
use datafusion::common::utils::SingleRowListArrayBuilder;
use datafusion::common::{DataFusionError, Result, ScalarValue, internal_datafusion_err};
use datafusion::logical_expr::{Accumulator, EmitTo, GroupsAccumulator};
use num_bigint::BigInt;

use super::answer::Kind;
use crate::session::exact::superaccumulator::{Superaccumulator, Total};

/// A total for exchange between partitions.
pub(super) const STATE: DataType = DataType::Binary;

/// Bytes that the digits of a total take beside it: few need more.
const DIGITS: usize = 64;

/// The total of one group.
#[derive(Debug)]
pub(super) struct One {
    kind: Kind,
    total: Superaccumulator,
    count: u64,
}

impl One {
    pub(super) fn new(kind: Kind) -> Self {
        Self { kind, total: Superaccumulator::default(), count: 0 }
    }
}

impl Kind {
    /// Without values there is no total: NULL, not zero.
    fn of_floats(self, total: &Superaccumulator, count: u64) -> Option<f64> {
        match (self, count) {
            (_, 0) => None,
            (Self::Sum, _) => Some(total.value()),
            (Self::Average, _) => Some(
                total
                    .not_finite()
                    .unwrap_or_else(|| total.total().over(&Total::from(BigInt::from(count)))),
            ),
        }
    }
}

impl Accumulator for One {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        for value in values[0].as_primitive::<Float64Type>().iter().flatten() {
            self.total.add(value, 1);
            self.count += 1;
        }
        Ok(())
    }

    fn retract_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        for value in values[0].as_primitive::<Float64Type>().iter().flatten() {
            self.total.add(value, -1);
            self.count -= 1;
        }
        Ok(())
    }

    fn supports_retract_batch(&self) -> bool {
        true
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        Ok(vec![ScalarValue::from(self.count), ScalarValue::Binary(Some(self.total.to_bytes()))])
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        let counts = states[0].as_primitive::<UInt64Type>();
        for (count, total) in counts.values().iter().zip(states[1].as_binary::<i32>()) {
            self.count += count;
            self.total.merge(&read(total)?);
        }
        Ok(())
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        Ok(ScalarValue::Float64(self.kind.of_floats(&self.total, self.count)))
    }

    fn size(&self) -> usize {
        size_of_val(self) + self.total.allocated()
    }
}

fn read(total: Option<&[u8]>) -> Result<Superaccumulator, DataFusionError> {
    total
        .and_then(Superaccumulator::of_bytes)
        .ok_or_else(|| internal_datafusion_err!("a state that is no total"))
}

/// The distinct values of one group, by their bits, and how many rows of a window have each.
#[derive(Debug)]
pub(super) struct Distinct {
    kind: Kind,
    values: HashMap<u64, u64>,
}

impl Distinct {
    pub(super) fn new(kind: Kind) -> Self {
        Self { kind, values: HashMap::new() }
    }
}

impl Accumulator for Distinct {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        for value in values[0].as_primitive::<Float64Type>().iter().flatten() {
            *self.values.entry((value + 0.0).to_bits()).or_default() += 1;
        }
        Ok(())
    }

    fn retract_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        for value in values[0].as_primitive::<Float64Type>().iter().flatten() {
            let bits = (value + 0.0).to_bits();
            let count = self.values.entry(bits).or_default();
            *count = count.saturating_sub(1);
            if *count == 0 {
                self.values.remove(&bits);
            }
        }
        Ok(())
    }

    fn supports_retract_batch(&self) -> bool {
        true
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        let mut values: Vec<f64> = self.values.keys().map(|bits| f64::from_bits(*bits)).collect();
        values.sort_unstable_by(f64::total_cmp);
        let values: ArrayRef = Arc::new(Float64Array::from(values));
        Ok(vec![SingleRowListArrayBuilder::new(values).build_list_scalar()])
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        states[0].as_list::<i32>().iter().flatten().try_for_each(|it| self.update_batch(&[it]))
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        let mut total = Superaccumulator::default();
        self.values.keys().for_each(|bits| total.add(f64::from_bits(*bits), 1));
        Ok(ScalarValue::Float64(self.kind.of_floats(&total, self.values.len() as u64)))
    }

    fn size(&self) -> usize {
        size_of_val(self) + self.values.capacity() * size_of::<(u64, u64)>()
    }
}

/// The totals of all groups of a GROUP BY.
pub(super) struct Many {
    kind: Kind,
    totals: Vec<Superaccumulator>,
    counts: Vec<u64>,
}

impl Many {
    pub(super) fn new(kind: Kind) -> Self {
        Self { kind, totals: Vec::new(), counts: Vec::new() }
    }

    fn grow(&mut self, groups: usize) {
        self.totals.resize_with(groups, Superaccumulator::default);
        self.counts.resize(groups, 0);
    }
}

impl GroupsAccumulator for Many {
    fn update_batch(
        &mut self,
        values: &[ArrayRef],
        group_indices: &[usize],
        filter: Option<&BooleanArray>,
        total_num_groups: usize,
    ) -> Result<()> {
        self.grow(total_num_groups);
        let values = values[0].as_primitive::<Float64Type>().iter().zip(group_indices);
        for (row, (value, group)) in values.enumerate() {
            let kept = filter.is_none_or(|filter| filter.is_valid(row) && filter.value(row));
            if let Some(value) = value.filter(|_| kept) {
                self.totals[*group].add(value, 1);
                self.counts[*group] += 1;
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
        self.grow(total_num_groups);
        let counts = states[0].as_primitive::<UInt64Type>().values();
        let totals = states[1].as_binary::<i32>();
        for ((count, total), group) in counts.iter().zip(totals).zip(group_indices) {
            self.counts[*group] += count;
            self.totals[*group].merge(&read(total)?);
        }
        Ok(())
    }

    fn evaluate(&mut self, emit_to: EmitTo) -> Result<ArrayRef> {
        let counts = emit_to.take_needed(&mut self.counts);
        let totals = emit_to.take_needed(&mut self.totals);
        let answers = totals.iter().zip(counts).map(|(it, count)| self.kind.of_floats(it, count));
        Ok(Arc::new(answers.collect::<Float64Array>()))
    }

    fn state(&mut self, emit_to: EmitTo) -> Result<Vec<ArrayRef>> {
        let counts = UInt64Array::from(emit_to.take_needed(&mut self.counts));
        let totals = emit_to.take_needed(&mut self.totals);
        let totals = totals.iter().map(Superaccumulator::to_bytes);
        Ok(vec![Arc::new(counts), Arc::new(BinaryArray::from_iter_values(totals))])
    }

    fn convert_to_state(
        &self,
        values: &[ArrayRef],
        filter: Option<&BooleanArray>,
    ) -> Result<Vec<ArrayRef>> {
        let rows: Vec<usize> = (0..values[0].len()).collect();
        let mut single = Self::new(self.kind);
        single.update_batch(values, &rows, filter, rows.len())?;
        single.state(EmitTo::All)
    }

    fn size(&self) -> usize {
        self.totals.capacity() * (size_of::<Superaccumulator>() + DIGITS)
            + self.counts.capacity() * size_of::<u64>()
    }
}
