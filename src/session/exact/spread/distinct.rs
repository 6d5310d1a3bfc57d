//! The distinct values of one column, which are summed at the end.

use std::collections::BTreeSet;
use std::marker::PhantomData;
use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, ArrowPrimitiveType, AsArray, PrimitiveArray};
use datafusion::arrow::datatypes::{Decimal128Type, FieldRef, Float64Type};
use datafusion::common::utils::SingleRowListArrayBuilder;
use datafusion::common::{Result, ScalarValue};
use datafusion::logical_expr::Accumulator;

use super::sums::{Answer, Lossless, Sums};

/// A key that is equal if the values are.
pub(super) trait Keyed: ArrowPrimitiveType {
    fn key(value: Self::Native) -> i128;
    fn value(key: i128) -> Self::Native;
}

impl Keyed for Decimal128Type {
    fn key(value: i128) -> i128 {
        value
    }

    fn value(key: i128) -> i128 {
        key
    }
}

impl Keyed for Float64Type {
    fn key(value: f64) -> i128 {
        (value + 0.0).to_bits().into()
    }

    fn value(key: i128) -> f64 {
        f64::from_bits(u64::try_from(key).unwrap_or_default())
    }
}

/// Distinct values, and the statistic computed from them.
#[derive(Debug)]
pub(super) struct Distinct<S> {
    answer: Answer,
    fields: Vec<FieldRef>,
    values: BTreeSet<i128>,
    sums: PhantomData<S>,
}

impl<S: Lossless<Of: Keyed>> Distinct<S> {
    pub(super) fn new(answer: Answer, fields: &[FieldRef]) -> Self {
        let fields = fields.to_vec();
        Self { answer, fields, values: BTreeSet::new(), sums: PhantomData }
    }

    fn array(&self) -> ArrayRef {
        let values = self.values.iter().map(|key| S::Of::value(*key));
        let values = PrimitiveArray::<S::Of>::from_iter_values(values);
        Arc::new(values.with_data_type(self.fields[0].data_type().clone()))
    }
}

impl<S: Lossless<Of: Keyed>> Accumulator for Distinct<S> {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        let values = values[0].as_primitive::<S::Of>().iter().flatten();
        self.values.extend(values.map(S::Of::key));
        Ok(())
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        Ok(vec![SingleRowListArrayBuilder::new(self.array()).build_list_scalar()])
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        states[0].as_list::<i32>().iter().flatten().try_for_each(|it| self.update_batch(&[it]))
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        let mut sums = Sums::<S>::new(self.answer, &self.fields);
        sums.update_batch(&[self.array()])?;
        sums.evaluate()
    }

    fn size(&self) -> usize {
        // A tree keeps its keys in nodes that are half full at the least.
        size_of::<Self>() + self.values.len() * 2 * size_of::<i128>()
    }
}
