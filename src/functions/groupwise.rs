//! Aggregates over rows of a few numbers.
//!
//! Everything DataFusion needs is in [`super::aggregate`]; here is the definition
//! of a row. Rows with a NULL are skipped.

use std::fmt::Debug;
use std::sync::Arc;

use datafusion::arrow::array::{
    Array, ArrayRef, AsArray, Float64Array, LargeListBuilder, PrimitiveBuilder,
};
use datafusion::arrow::datatypes::{DataType, Float64Type};
use datafusion::common::{Result, ScalarValue, exec_err, plan_err};
use datafusion::logical_expr::Expr;
use datafusion::logical_expr::function::AccumulatorArgs;

use super::aggregate::{Definition, aggregate, setting};
use super::argument::{LIMITS_LEVEL, literal, weights, weights_named};
use super::document::{Argument, Call, Example, Function};
use super::multiset::{Counted, Multiset, to_bits, to_number};
use super::shape::{Answer, Shape};
use crate::kernel::level::Level;
use crate::kernel::weights::whole_weight;
use crate::kernel::{OutOfDomain, Weights};

/// An aggregate over rows of `N` numbers. The last of them may be a weight, which
/// is 1 in every row where it is left out.
#[derive(Debug)]
pub(super) struct Groupwise<const N: usize, S = Kernel<N>> {
    pub(super) name: &'static str,
    pub(super) summary: &'static str,
    pub(super) arguments: [Argument; N],
    pub(super) returns: &'static str,
    pub(super) shape: Shape,
    pub(super) source: &'static str,
    pub(super) examples: &'static [Example],
    /// What the last argument is, if it is a weight and nothing else is said.
    pub(super) weights: Option<Weights>,
    pub(super) kernel: S,
}

/// The statistic. Counts are whole here, and counted: weights are then 1, or 0
/// where nobody is meant.
pub(super) type Kernel<const N: usize> =
    fn(&[Counted<N>], Weights) -> Result<Option<Answer>, OutOfDomain>;

/// A statistic that also takes settings: numbers that are the same for all rows,
/// after all other arguments.
#[derive(Debug)]
pub(super) struct Adjustable<const N: usize> {
    pub(super) settings: &'static [Argument],
    /// What the constants among all arguments alone make impossible.
    pub(super) check: Option<Judge>,
    /// Of the rows, what a weight is, and the settings; one that is left out is `None`.
    pub(super) kernel: Adjusted<N>,
}

/// A rule for the constants of a call, in the order of its arguments; `None` for a non-constant
/// argument.
type Judge = fn(&[Option<f64>]) -> Result<(), OutOfDomain>;

type Adjusted<const N: usize> =
    fn(&[Counted<N>], Weights, &[Option<f64>]) -> Result<Option<Answer>, OutOfDomain>;

/// A statistic with limits, whose only setting is how sure they are.
#[derive(Debug)]
pub(super) struct Limited<const N: usize>(pub(super) LimitedKernel<N>);

type LimitedKernel<const N: usize> =
    fn(&[Counted<N>], Weights, Level) -> Result<Option<Answer>, OutOfDomain>;

/// What is asked of a group.
pub(super) trait Statistic<const N: usize>: Debug + Send + Sync + 'static {
    /// What can be set.
    fn settings(&self) -> &'static [Argument] {
        &[]
    }

    /// What the constants among all arguments alone make impossible.
    fn check(&self, _constants: &[Option<f64>]) -> Result<(), OutOfDomain> {
        Ok(())
    }

    /// The answer for complete rows.
    fn answer(
        &self,
        rows: &[Counted<N>],
        weights: Weights,
        settings: &[Option<f64>],
    ) -> Result<Option<Answer>, OutOfDomain>;
}

impl<const N: usize> Statistic<N> for Kernel<N> {
    fn answer(
        &self,
        rows: &[Counted<N>],
        weights: Weights,
        _: &[Option<f64>],
    ) -> Result<Option<Answer>, OutOfDomain> {
        self(rows, weights)
    }
}

impl<const N: usize> Statistic<N> for Limited<N> {
    fn settings(&self) -> &'static [Argument] {
        &[LIMITS_LEVEL]
    }

    fn answer(
        &self,
        rows: &[Counted<N>],
        weights: Weights,
        settings: &[Option<f64>],
    ) -> Result<Option<Answer>, OutOfDomain> {
        (self.0)(rows, weights, Level::new(settings.first().copied().flatten())?)
    }
}

impl<const N: usize> Statistic<N> for Adjustable<N> {
    fn settings(&self) -> &'static [Argument] {
        self.settings
    }

    fn check(&self, constants: &[Option<f64>]) -> Result<(), OutOfDomain> {
        self.check.map_or(Ok(()), |check| check(constants))
    }

    fn answer(
        &self,
        rows: &[Counted<N>],
        weights: Weights,
        settings: &[Option<f64>],
    ) -> Result<Option<Answer>, OutOfDomain> {
        (self.kernel)(rows, weights, settings)
    }
}

/// One call.
#[derive(Debug)]
pub(super) struct Asked<const N: usize, S: 'static> {
    function: &'static Groupwise<N, S>,
    weights: Weights,
    settings: Vec<Option<f64>>,
}

impl<const N: usize, S> Clone for Asked<N, S> {
    fn clone(&self) -> Self {
        Self { settings: self.settings.clone(), ..*self }
    }
}

impl<const N: usize, S: Statistic<N>> From<&'static Groupwise<N, S>> for Function {
    fn from(function: &'static Groupwise<N, S>) -> Self {
        let Groupwise { name, summary, returns, shape, source, examples, weights, .. } = function;
        Self {
            name,
            summary,
            arguments: function.arguments(),
            returns,
            shape: *shape,
            nulls: "rows with a NULL are ignored; a group without rows gives NULL",
            source,
            examples,
            weights: *weights,
            call: Call::Aggregate(aggregate(function, summary, returns)),
        }
    }
}

impl<const N: usize, S: Statistic<N>> Definition for Groupwise<N, S> {
    type Row = [u64; N];
    type Call = Asked<N, S>;

    fn name(&self) -> &'static str {
        self.name
    }

    fn arguments(&self) -> Vec<Argument> {
        let settings = self.kernel.settings().iter().copied();
        self.arguments.into_iter().chain(self.weights.map(weights)).chain(settings).collect()
    }

    fn shape(&self) -> Shape {
        self.shape
    }

    fn check(&'static self, arguments: &[Expr], _: &[Option<DataType>]) -> Result<()> {
        let constants: Vec<Option<f64>> =
            arguments.iter().map(|argument| literal(argument).and_then(number)).collect();
        match self.kernel.check(&constants) {
            Ok(()) => Ok(()),
            Err(error) => plan_err!("{}: {error}", self.name),
        }
    }

    fn call(&'static self, args: &AccumulatorArgs) -> Result<Self::Call> {
        let asked = self.weights.map(|usual| setting(self.name, &weights(usual), args, N));
        let asked = asked.transpose()?.flatten();
        let asked = asked.and_then(|asked| weights_named(asked.try_as_str()??));
        let first = N + usize::from(self.weights.is_some());
        let settings = self.kernel.settings().iter().enumerate().map(|(i, argument)| {
            Ok(setting(self.name, argument, args, first + i)?.and_then(|value| number(&value)))
        });
        Ok(Asked {
            function: self,
            weights: asked.or(self.weights).unwrap_or(Weights::Counts),
            settings: settings.collect::<Result<_>>()?,
        })
    }

    fn state_types(&self) -> Vec<DataType> {
        vec![DataType::new_large_list(DataType::Float64, true)]
    }

    fn read(
        _: &Self::Call,
        columns: &[ArrayRef],
        wanted: &dyn Fn(usize) -> bool,
        each: &mut dyn FnMut(usize, Self::Row),
    ) -> Result<()> {
        let columns: Vec<&Float64Array> =
            columns.iter().take(N).map(AsArray::as_primitive).collect();
        for row in (0..columns.first().map_or(0, Array::len)).filter(|row| wanted(*row)) {
            if columns.iter().all(|column| column.is_valid(row)) {
                let number = |i: usize| columns.get(i).map_or(1.0, |column| column.value(row));
                each(row, std::array::from_fn(|i| to_bits(number(i))));
            }
        }
        Ok(())
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
        let Groupwise { name, shape, weights, kernel, .. } = call.function;
        let rows = match (weights, call.weights) {
            (Some(_), Weights::Counts) => repeated(&rows.counted()),
            _ => Ok(rows.counted()),
        };
        match rows.and_then(|rows| kernel.answer(&rows, call.weights, &call.settings)) {
            Ok(Some(answer)) => shape.value(answer),
            Ok(None) => shape.null(),
            Err(error) => exec_err!("{name}: {error}"),
        }
    }
}

fn number(value: &ScalarValue) -> Option<f64> {
    match value.cast_to(&DataType::Float64) {
        Ok(ScalarValue::Float64(number)) => number,
        _ => None,
    }
}

/// Rows with the weights, their last numbers, moved into their counts.
fn repeated<const N: usize>(rows: &[Counted<N>]) -> Result<Vec<Counted<N>>, OutOfDomain> {
    let mut repeated: Vec<Counted<N>> = Vec::with_capacity(rows.len());
    for Counted { mut values, count } in rows.iter().copied() {
        let times = whole_weight(values[N - 1])?;
        values[N - 1] = if times > 0 { 1.0 } else { 0.0 };
        let count = if times > 0 { count.saturating_mul(times) } else { count };
        match repeated.last_mut() {
            Some(last) if last.values.map(f64::to_bits) == values.map(f64::to_bits) => {
                last.count = last.count.saturating_add(count);
            }
            _ => repeated.push(Counted { values, count }),
        }
    }
    Ok(repeated)
}
