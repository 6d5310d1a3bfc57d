//! Functions of the numbers of a row.
//!
//! Each takes an argument that most rows share (a model, two of them, or cuts)
//! and `N` numbers. What can be worked out from the shared argument alone is
//! prepared once and kept for the batches to come, so that a constant model
//! costs nothing per row, and a model per segment little.

use std::fmt::Debug;
use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError};

use datafusion::arrow::array::{Array, ArrayRef, AsArray, Float64Array, Float64Builder, ListArray};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, Float64Type};
use datafusion::common::{Result, exec_err, plan_err};

use super::argument::coerce;
use super::document::{Argument, Example, Function};
use super::model::Model;
use super::scalar::{Definition, scalar};
use super::shape::{Shape, finite};
use crate::kernel::OutOfDomain;
use crate::kernel::proportion::probability;

/// A function of one shared argument, prepared as a `P`, and `N` numbers.
#[derive(Debug)]
pub(super) struct Rowwise<const N: usize, P: 'static> {
    pub(super) name: &'static str,
    pub(super) summary: &'static str,
    pub(super) shared: Shared,
    pub(super) arguments: [Argument; N],
    pub(super) returns: &'static str,
    pub(super) nulls: &'static str,
    pub(super) source: &'static str,
    pub(super) examples: &'static [Example],
    pub(super) prepare: fn(&[f64]) -> Result<P, OutOfDomain>,
    pub(super) kernel: Kernel<N, P>,
}

/// A number, NULL, or the rule that was broken.
pub(super) type PerhapsUnknown = Result<Option<f64>, OutOfDomain>;

/// The formula.
#[derive(Debug)]
pub(super) enum Kernel<const N: usize, P: 'static> {
    /// NULL in any argument gives NULL.
    Strict(fn(&mut P, [f64; N]) -> Result<f64, OutOfDomain>),
    /// As `Strict`, for a probability or share: what rounding puts a trace outside of 0 to 1 lies at its end.
    Probability(fn(&mut P, [f64; N]) -> Result<f64, OutOfDomain>),
    /// The formula has its own answer to NULL, and may have none to numbers.
    Lenient(fn(&mut P, [Option<f64>; N]) -> PerhapsUnknown),
    /// As `Strict`, for whole numbers, where there is one.
    Whole(fn(&mut P, [f64; N]) -> Option<i32>),
}

/// The argument that most rows share.
#[derive(Debug, Clone, Copy)]
pub(super) enum Shared {
    /// A struct, as an aggregate returns it; the first argument.
    Model(Model),
    /// Two structs; the first two arguments. Both are prepared as one, the
    /// parameters of the second after those of the first.
    Models(Model, Model),
    /// A list of numbers; the last argument.
    List(Argument),
    /// None: the numbers say it all.
    Nothing,
}

impl Shared {
    fn arguments(self) -> Vec<Argument> {
        match self {
            Self::Model(model) => vec![model.argument],
            Self::Models(first, second) => vec![first.argument, second.argument],
            Self::List(argument) => vec![argument],
            Self::Nothing => Vec::new(),
        }
    }

    /// Where among `count` arguments they stand.
    fn places(self, count: usize) -> Range<usize> {
        match self {
            Self::Model(_) => 0..1,
            Self::Models(..) => 0..2,
            Self::List(_) => count - 1..count,
            Self::Nothing => 0..0,
        }
    }

    /// The type that shared argument `which` is used in.
    fn coerce(self, name: &str, which: usize, given: &DataType) -> Result<DataType> {
        match (self, given) {
            (_, DataType::Null) | (Self::Nothing, _) => Ok(DataType::Null),
            (Self::Model(model), _) => model.coerce(name, given),
            (Self::Models(first, second), _) => [first, second][which].coerce(name, given),
            (
                Self::List(_),
                DataType::List(item) | DataType::LargeList(item) | DataType::FixedSizeList(item, _),
            ) if item.data_type().is_numeric() || item.data_type().is_null() => {
                Ok(DataType::new_list(DataType::Float64, true))
            }
            (Self::List(argument), _) => {
                plan_err!("{name}: `{}` must be a list of numbers, got {given}", argument.name)
            }
        }
    }
}

impl<const N: usize, P: Debug + Send + 'static> From<&'static Rowwise<N, P>> for Function {
    fn from(function: &'static Rowwise<N, P>) -> Self {
        let Rowwise { name, summary, returns, nulls, source, examples, .. } = function;
        Self {
            name,
            summary,
            arguments: function.all_arguments(),
            returns,
            shape: Shape::Number,
            nulls,
            source,
            examples,
            weights: None,
            call: scalar(function, summary, returns),
        }
    }
}

impl<const N: usize, P> Rowwise<N, P> {
    fn all_arguments(&self) -> Vec<Argument> {
        let mut arguments = self.arguments.to_vec();
        let shared = self.shared.arguments();
        let place = self.shared.places(N + shared.len()).start;
        arguments.splice(place..place, shared);
        arguments
    }

    /// The answer to one row, or NULL.
    fn row(&self, prepared: &mut P, row: [Option<f64>; N]) -> PerhapsUnknown {
        let complete = || {
            let numbers = row.map(Option::unwrap_or_default);
            row.iter().all(Option::is_some).then_some(numbers)
        };
        match self.kernel {
            Kernel::Strict(kernel) => complete().map(|row| kernel(prepared, row)).transpose(),
            Kernel::Probability(kernel) => {
                complete().map(|row| kernel(prepared, row).map(probability)).transpose()
            }
            Kernel::Lenient(kernel) => kernel(prepared, row),
            Kernel::Whole(kernel) => {
                Ok(complete().and_then(|row| kernel(prepared, row)).map(f64::from))
            }
        }
    }
}

impl<const N: usize, P: Debug + Send + 'static> Definition for Rowwise<N, P> {
    /// What was prepared for earlier batches. A batch takes what it needs out
    /// and puts it back, so threads never wait for each other's formulas.
    type Memory = Mutex<Vec<Prepared<P>>>;

    fn name(&self) -> &'static str {
        self.name
    }

    fn arguments(&self) -> Vec<Argument> {
        self.all_arguments()
    }

    fn data_type(&self) -> DataType {
        match self.kernel {
            Kernel::Whole(_) => DataType::Int32,
            _ => DataType::Float64,
        }
    }

    fn coerce(&self, place: usize, count: usize, given: &DataType) -> Result<DataType> {
        let shared = self.shared.places(count);
        if shared.contains(&place) {
            return self.shared.coerce(self.name, place - shared.start, given);
        }
        coerce(self.name, &self.all_arguments()[place], given)
    }

    fn answer(
        &self,
        memory: &Self::Memory,
        mut columns: Vec<ArrayRef>,
        lenient: bool,
    ) -> Result<ArrayRef> {
        let rows = columns.first().map_or(0, Array::len);
        let shared: Vec<_> = columns.drain(self.shared.places(columns.len())).collect();
        let shared = SharedColumn::new(self.name, self.shared, &shared)?;
        // What is left out at the end is NULL.
        let columns: [Option<&Float64Array>; N] =
            std::array::from_fn(|i| columns.get(i).map(AsArray::as_primitive::<Float64Type>));
        let mut answers = Float64Builder::with_capacity(rows);
        let mut pool =
            Pool { function: self, memory, taken: Vec::new(), current: 0, key: Vec::new() };
        for row in 0..rows {
            let known = |column: &Float64Array| column.is_valid(row).then(|| column.value(row));
            let numbers = columns.map(|column| column.and_then(known));
            let answer = pool.prepared(&shared, row).and_then(|prepared| match prepared {
                Some(prepared) => self.row(prepared, numbers),
                None => Ok(None),
            });
            match answer {
                Ok(answer) => answers.append_option(answer.and_then(finite)),
                Err(_) if lenient => answers.append_null(),
                Err(error) => return exec_err!("{}: {error}", self.name),
            }
        }
        pool.put_back();
        let answers: ArrayRef = Arc::new(answers.finish());
        Ok(cast(&answers, &self.data_type())?)
    }
}

/// The shared argument's numbers, and what was made of them.
#[derive(Debug)]
pub(super) struct Prepared<P> {
    key: Vec<u64>,
    value: P,
}

/// Prepared values that are kept: enough for a model per segment and thread.
const KEPT: usize = 64;

/// The shared argument of a batch, row by row.
enum SharedColumn {
    Models(Vec<Models>),
    List(ListArray),
    Null,
    Nothing,
}

/// A column of models.
struct Models {
    structs: ArrayRef,
    parameters: Vec<Float64Array>,
}

impl SharedColumn {
    fn new(name: &str, shared: Shared, columns: &[ArrayRef]) -> Result<Self> {
        let models = |models: &[Model]| {
            let pairs = models.iter().zip(columns);
            let read = pairs.map(|(model, structs)| Models::new(name, *model, structs));
            read.collect::<Result<_>>().map(Self::Models)
        };
        match (shared, columns) {
            _ if columns.iter().any(|column| column.data_type().is_null()) => Ok(Self::Null),
            (Shared::List(_), [list, ..]) => Ok(Self::List(list.as_list().clone())),
            (Shared::Model(model), _) => models(&[model]),
            (Shared::Models(first, second), _) => models(&[first, second]),
            _ => Ok(Self::Nothing),
        }
    }

    /// The numbers of one row, unless one of them is NULL.
    fn read(&self, row: usize, into: &mut Vec<u64>) -> bool {
        into.clear();
        match self {
            Self::Models(models) => models.iter().all(|models| models.read(row, into)),
            Self::List(lists) if lists.is_valid(row) => {
                let numbers = lists.value(row);
                let numbers = numbers.as_primitive::<Float64Type>();
                into.extend(numbers.values().iter().map(|number| number.to_bits()));
                numbers.null_count() == 0
            }
            Self::Nothing => true,
            Self::List(_) | Self::Null => false,
        }
    }
}

impl Models {
    fn new(name: &str, model: Model, structs: &ArrayRef) -> Result<Self> {
        let parameters = model.read(name, structs.as_struct())?;
        Ok(Self { structs: Arc::clone(structs), parameters })
    }

    /// Adds the parameters of one row, unless one of them is NULL.
    fn read(&self, row: usize, into: &mut Vec<u64>) -> bool {
        into.extend(self.parameters.iter().map(|parameter| parameter.value(row).to_bits()));
        self.structs.is_valid(row)
            && self.parameters.iter().all(|parameter| parameter.is_valid(row))
    }
}

/// What one batch has taken out of the memory.
struct Pool<'a, const N: usize, P: 'static> {
    function: &'a Rowwise<N, P>,
    memory: &'a Mutex<Vec<Prepared<P>>>,
    taken: Vec<Prepared<P>>,
    /// Which of them the last row used.
    current: usize,
    /// The numbers of the current row.
    key: Vec<u64>,
}

impl<const N: usize, P> Pool<'_, N, P> {
    /// What belongs to the shared argument of `row`; `None` where it is NULL.
    fn prepared(
        &mut self,
        shared: &SharedColumn,
        row: usize,
    ) -> Result<Option<&mut P>, OutOfDomain> {
        if !shared.read(row, &mut self.key) {
            return Ok(None);
        }
        if self.taken.get(self.current).is_none_or(|last| last.key != self.key) {
            let found = self.taken.iter().position(|taken| taken.key == self.key);
            self.current = match found {
                Some(found) => found,
                None => self.take()?,
            };
        }
        Ok(self.taken.get_mut(self.current).map(|prepared| &mut prepared.value))
    }

    /// Takes what an earlier batch has left, or prepares it.
    fn take(&mut self) -> Result<usize, OutOfDomain> {
        let left = {
            let mut kept = self.memory.lock().unwrap_or_else(PoisonError::into_inner);
            kept.iter().position(|kept| kept.key == self.key).map(|at| kept.swap_remove(at))
        };
        let prepared = match left {
            Some(left) => left,
            None => self.prepare()?,
        };
        self.taken.push(prepared);
        Ok(self.taken.len() - 1)
    }

    fn prepare(&self) -> Result<Prepared<P>, OutOfDomain> {
        let numbers: Vec<f64> = self.key.iter().map(|bits| f64::from_bits(*bits)).collect();
        Ok(Prepared { key: self.key.clone(), value: (self.function.prepare)(&numbers)? })
    }

    fn put_back(self) {
        let mut kept = self.memory.lock().unwrap_or_else(PoisonError::into_inner);
        kept.extend(self.taken);
        let surplus = kept.len().saturating_sub(KEPT);
        kept.drain(..surplus);
    }
}
