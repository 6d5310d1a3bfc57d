//! Limits for functions whose result size depends on an argument.
//!
//! The engine does not account for the memory of their results; and if all arguments are constant,
//! the result is computed while the query is planned, in `check` too. So the size of each result is
//! computed first.

use std::any::Any;
use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, FieldRef, Int64Type, IntervalMonthDayNanoType};
use datafusion::common::config::{ConfigEntry, ConfigExtension, ExtensionOptions};
use datafusion::common::{ExprSchema, Result, exec_err, resources_err};
use datafusion::logical_expr::simplify::{ExprSimplifyResult, SimplifyContext};
use datafusion::logical_expr::{
    ColumnarValue, Documentation, Expr, ReturnFieldArgs, ScalarFunctionArgs, ScalarUDF,
    ScalarUDFImpl, Signature,
};
use datafusion::prelude::SessionContext;

/// The largest result of one call with constants.
const MOST: usize = 16 << 20;
/// The most pairs of parts of constants that one call compares.
const MOST_PAIRS: f64 = (1 << 28) as f64;
/// The largest result of one call for the rows of a batch, however much memory there is.
const MOST_OF_A_BATCH: usize = 512 << 20;
/// The part of a run's memory that one call may use for a batch: calls may be nested, or side by
/// side in a struct.
const SHARE: usize = 4;
/// The minimum size of an item of a list.
const ITEM: f64 = 8.0;

/// How large an answer is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Size {
    /// The first text, repeated as often as the second argument says.
    Repeated,
    /// A text of the length of the second argument.
    Padded,
    /// A list of the length of the second argument.
    Resized,
    /// From the first number or moment to the last, in steps.
    Stepped,
    /// The first value, repeated as often as the second argument says.
    Filled,
    /// The first text with the third in place of each second.
    Replaced,
    /// The items of a list with the second argument after each.
    Joined,
    /// All arguments one after the other.
    Together,
    /// The same with the first between the others.
    Parted,
    /// Small; but each part of one argument is compared with each of the other.
    Compared,
}

/// The functions and how large their answers are.
const FUNCTIONS: [(&str, Size); 16] = [
    ("repeat", Size::Repeated),
    ("lpad", Size::Padded),
    ("rpad", Size::Padded),
    ("range", Size::Stepped),
    ("generate_series", Size::Stepped),
    ("array_repeat", Size::Filled),
    ("array_resize", Size::Resized),
    ("replace", Size::Replaced),
    ("regexp_replace", Size::Replaced),
    ("array_to_string", Size::Joined),
    ("concat", Size::Together),
    ("concat_ws", Size::Parted),
    ("levenshtein", Size::Compared),
    ("strpos", Size::Compared),
    ("array_has_all", Size::Compared),
    ("array_has_any", Size::Compared),
];

/// Replaces the functions by bounded ones.
pub(super) fn register(session: &SessionContext) {
    for (name, size) in FUNCTIONS {
        let known = session.state_ref().read().scalar_functions().get(name).cloned();
        if let Some(inner) = known {
            session.register_udf(ScalarUDF::new_from_impl(Bounded { inner, size }));
        }
    }
}

/// A function of the engine whose result size is checked first.
#[derive(Debug, PartialEq, Eq, Hash)]
struct Bounded {
    inner: Arc<ScalarUDF>,
    size: Size,
}

/// The session option for how many bytes one call may produce for the rows of a batch.
#[derive(Debug, Clone)]
pub(super) struct OfABatch(usize);

impl OfABatch {
    /// In a run with so many bytes of memory.
    pub(super) fn of(memory: usize) -> Self {
        Self((memory / SHARE).min(MOST_OF_A_BATCH))
    }
}

impl ConfigExtension for OfABatch {
    const PREFIX: &'static str = "bytes_of_a_batch";
}

impl ExtensionOptions for OfABatch {
    fn as_any(&self) -> &dyn Any {
        self
    }

    fn as_any_mut(&mut self) -> &mut dyn Any {
        self
    }

    fn cloned(&self) -> Box<dyn ExtensionOptions> {
        Box::new(self.clone())
    }

    fn set(&mut self, key: &str, _: &str) -> Result<()> {
        exec_err!("`{key}` is not for a query to set")
    }

    fn entries(&self) -> Vec<ConfigEntry> {
        Vec::new()
    }
}

/// Whether concatenated texts are not too large.
pub(super) fn together(name: &str, arguments: &ScalarFunctionArgs) -> Result<()> {
    ask(name, Size::Together, arguments)
}

fn ask(name: &str, size: Size, asked: &ScalarFunctionArgs) -> Result<()> {
    let arguments = &asked.args;
    let constant = arguments.iter().all(|it| matches!(it, ColumnarValue::Scalar(_)));
    let of_a_batch = asked.config_options.extensions.get::<OfABatch>();
    let most = match constant {
        true => MOST,
        false => of_a_batch.map_or(MOST_OF_A_BATCH, |it| it.0),
    };
    // Rows are compared in the run, which a signal can end.
    if size == Size::Compared && !constant {
        return Ok(());
    }
    let arguments = arguments.iter().map(Argument::of).collect::<Result<Vec<_>>>()?;
    let rows = arguments.iter().map(|argument| argument.0.len()).max().unwrap_or(0);
    if size == Size::Compared {
        return compared(name, &arguments);
    }
    let bytes: f64 = match size {
        // Every `||` calls this, but not for every row.
        Size::Together => arguments.iter().map(|argument| argument.bytes(rows)).sum(),
        size => (0..rows).map(|row| size.of(&arguments, row)).sum(),
    };
    if bytes <= most as f64 {
        return Ok(());
    }
    let (of, shown) = (most < MOST_OF_A_BATCH && !constant, most >> 20);
    let said = format!("`{name}` would make {bytes:.0} bytes at once, of {shown} MiB that it may");
    // If more memory helps, the error is a lack of memory.
    if of { resources_err!("{said}") } else { exec_err!("{said}") }
}

/// Whether two constants are short enough to be compared part by part.
fn compared(name: &str, arguments: &[Argument]) -> Result<()> {
    let pairs: f64 = arguments.iter().map(Argument::parts).product();
    if pairs <= MOST_PAIRS {
        return Ok(());
    }
    exec_err!(
        "`{name}` would make {pairs:.0} comparisons of constants, of {MOST_PAIRS} that it may"
    )
}

impl Size {
    fn of(self, arguments: &[Argument], row: usize) -> f64 {
        let number = |at: usize| arguments.get(at).map_or(0.0, |it| it.number(row));
        let length = |at: usize| arguments.get(at).map_or(0.0, |it| it.length(row));
        match self {
            Self::Repeated => length(0) * number(1).max(0.0),
            Self::Padded => number(1).max(0.0),
            Self::Resized => number(1).max(0.0) * ITEM,
            Self::Filled => (length(0) + ITEM) * number(1).max(0.0),
            Self::Replaced => {
                let times = length(0) / length(1).max(1.0) + 1.0;
                length(0) + times * length(2)
            }
            Self::Joined => {
                let items = arguments.first().map_or(0.0, |it| it.items(row));
                length(0) + items * (length(1) + length(2))
            }
            Self::Together => arguments.iter().map(|it| it.length(row)).sum(),
            Self::Parted => {
                let between = length(0) * arguments.len() as f64;
                between + arguments.iter().map(|it| it.length(row)).sum::<f64>()
            }
            Self::Compared => 0.0,
            Self::Stepped => {
                let (from, to) = match arguments.len() {
                    1 => (0.0, number(0)),
                    _ => (number(0), number(1)),
                };
                let step = arguments.get(2).map_or(1.0, |step| step.number(row));
                let scale = arguments.first().map_or(1.0, Argument::unit);
                ((to - from) * scale / step).max(0.0) * ITEM
            }
        }
    }
}

/// An argument: one value for all rows, or one for each.
struct Argument(ArrayRef);

impl Argument {
    fn of(value: &ColumnarValue) -> Result<Self> {
        Ok(Self(match value {
            ColumnarValue::Array(array) => Arc::clone(array),
            ColumnarValue::Scalar(value) => value.to_array()?,
        }))
    }

    fn at(&self, row: usize) -> Option<ArrayRef> {
        let row = if self.0.len() == 1 { 0 } else { row };
        (row < self.0.len() && !self.0.is_null(row)).then(|| self.0.slice(row, 1))
    }

    /// Nanoseconds in what a moment counts by, beside an interval; 1 for numbers.
    fn unit(&self) -> f64 {
        use datafusion::arrow::datatypes::TimeUnit::{Microsecond, Millisecond, Second};
        match self.0.data_type() {
            DataType::Date32 => 86_400e9,
            DataType::Timestamp(Second, _) => 1e9,
            DataType::Timestamp(Millisecond, _) | DataType::Date64 => 1e6,
            DataType::Timestamp(Microsecond, _) => 1e3,
            _ => 1.0,
        }
    }

    /// A number or moment as it counts; of an interval its nanoseconds.
    fn number(&self, row: usize) -> f64 {
        let Some(value) = self.at(row) else { return 0.0 };
        if let Some(intervals) = value.as_primitive_opt::<IntervalMonthDayNanoType>() {
            let it = intervals.value(0);
            let days = f64::from(it.months) * 28.0 + f64::from(it.days);
            return days * 86_400e9 + it.nanoseconds as f64;
        }
        let whole = cast(&value, &DataType::Int64).ok();
        let whole = whole.filter(|it| !it.is_null(0));
        whole.map_or(0.0, |it| it.as_primitive::<Int64Type>().value(0) as f64)
    }

    /// How many items a list has.
    fn items(&self, row: usize) -> f64 {
        let Some(value) = self.at(row) else { return 0.0 };
        let items = match value.data_type() {
            DataType::List(_) => value.as_list::<i32>().value(0).len(),
            DataType::LargeList(_) => value.as_list::<i64>().value(0).len(),
            DataType::FixedSizeList(..) => value.as_fixed_size_list().value(0).len(),
            _ => 1,
        };
        items as f64
    }

    /// The letters of a text or the items of a list.
    fn parts(&self) -> f64 {
        match self.0.data_type() {
            text if text.is_string() => self.length(0),
            _ => self.items(0),
        }
    }

    /// The bytes of the texts of all rows.
    fn bytes(&self, rows: usize) -> f64 {
        let bytes = match self.0.data_type() {
            DataType::Utf8 => Some(f64::from(between(self.0.as_string::<i32>().value_offsets()))),
            DataType::LargeUtf8 => Some(between(self.0.as_string::<i64>().value_offsets()) as f64),
            DataType::Utf8View => Some(self.0.as_string_view().lengths().map(f64::from).sum()),
            _ => None,
        };
        let bytes = bytes.unwrap_or_else(|| (0..self.0.len()).map(|row| self.length(row)).sum());
        if self.0.len() == 1 { bytes * rows as f64 } else { bytes }
    }

    /// The bytes of a text, or what any other value takes.
    fn length(&self, row: usize) -> f64 {
        let Some(value) = self.at(row) else { return 0.0 };
        let bytes = match value.data_type() {
            DataType::Utf8 => value.as_string::<i32>().value(0).len(),
            DataType::LargeUtf8 => value.as_string::<i64>().value(0).len(),
            DataType::Utf8View => value.as_string_view().value(0).len(),
            DataType::List(_) => value.as_list::<i32>().value(0).get_slice_memory(),
            DataType::LargeList(_) => value.as_list::<i64>().value(0).get_slice_memory(),
            _ => 16,
        };
        bytes as f64
    }
}

/// From the first of some offsets to the last.
fn between<T: Copy + Default + std::ops::Sub<Output = T>>(offsets: &[T]) -> T {
    let ends = offsets.first().zip(offsets.last());
    ends.map_or(T::default(), |(first, last)| *last - *first)
}

/// What the rows of a slice take.
trait SliceMemory {
    fn get_slice_memory(&self) -> usize;
}

impl SliceMemory for ArrayRef {
    fn get_slice_memory(&self) -> usize {
        self.to_data().get_slice_memory_size().unwrap_or_else(|_| self.get_array_memory_size())
    }
}

impl ScalarUDFImpl for Bounded {
    fn name(&self) -> &str {
        self.inner.name()
    }

    fn aliases(&self) -> &[String] {
        self.inner.aliases()
    }

    fn signature(&self) -> &Signature {
        self.inner.signature()
    }

    fn return_type(&self, types: &[DataType]) -> Result<DataType> {
        self.inner.inner().return_type(types)
    }

    fn return_field_from_args(&self, arguments: ReturnFieldArgs) -> Result<FieldRef> {
        self.inner.return_field_from_args(arguments)
    }

    #[expect(deprecated, reason = "what the engine's own function says is passed on")]
    fn is_nullable(&self, arguments: &[Expr], schema: &dyn ExprSchema) -> bool {
        self.inner.inner().is_nullable(arguments, schema)
    }

    fn coerce_types(&self, types: &[DataType]) -> Result<Vec<DataType>> {
        self.inner.coerce_types(types)
    }

    fn documentation(&self) -> Option<&Documentation> {
        self.inner.documentation()
    }

    fn simplify(&self, arguments: Vec<Expr>, info: &SimplifyContext) -> Result<ExprSimplifyResult> {
        match self.size {
            // The engine would replace this function by its own.
            Size::Together | Size::Parted => Ok(ExprSimplifyResult::Original(arguments)),
            _ => self.inner.simplify(arguments, info),
        }
    }

    fn invoke_with_args(&self, arguments: ScalarFunctionArgs) -> Result<ColumnarValue> {
        ask(self.name(), self.size, &arguments)?;
        self.inner.invoke_with_args(arguments)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use crate::session::for_planning;

    async fn asked(sql: &str) -> Result<(), String> {
        let session = for_planning(chrono_tz::UTC).unwrap();
        let answered = async { session.sql(sql).await?.collect().await };
        answered.await.map(drop).map_err(|error| error.to_string())
    }

    #[tokio::test]
    async fn what_would_be_too_large_is_refused_at_once() {
        for sql in [
            "select length(repeat('x', 1000000000))",
            "select length(lpad('x', 1000000000))",
            "select length(rpad('x', 1000000000, 'ab'))",
            "select cardinality(range(1, 10000000000))",
            "select cardinality(generate_series(1, 10000000000))",
            "select cardinality(generate_series(10000000000, 1, -1))",
            "select cardinality(array_repeat(1, 1000000000))",
            "select cardinality(array_resize([1], 1000000000))",
            "select length(replace(repeat('x', 1000000), 'x', repeat('y', 1000000)))",
            "select length(regexp_replace(repeat('x', 1000000), 'x', repeat('y', 1000000), 'g'))",
            "select length(repeat(repeat('x', 60000), 60000))",
            "select length(concat(repeat('x', 9000000), repeat('y', 9000000)))",
            "select length(repeat('x', 9000000) || repeat('y', 9000000))",
            "select length(concat_ws(repeat('x', 9000000), 'a', 'b', 'c'))",
            "select length(array_to_string(range(1, 100000), repeat('x', 100000)))",
            "select length(array_to_string(array_repeat(cast(null as int), 100000), ',', repeat('x', 100000)))",
            "select cardinality(range(date '0001-01-01', date '9999-12-31', interval '1 second'))",
            "select levenshtein(repeat('x', 10000000), repeat('y', 10000000))",
            "select array_has_any(range(1, 100000), range(200000, 300000))",
            "select array_has_all(range(1, 100000), range(1, 100000))",
            "select length(repeat(s, 1000000)) from (select 'x' as s union all select 'y') \
             cross join range(1, 5000)",
        ] {
            let started = Instant::now();
            let error = asked(sql).await.expect_err(sql);
            assert!(
                error.contains("would make") || error.contains("no function"),
                "{sql}: {error}"
            );
            assert!(started.elapsed().as_secs() < 5, "{sql}");
        }
    }

    #[tokio::test]
    async fn what_is_not_large_is_answered() {
        for sql in [
            "select length(repeat('x', 1000000)), repeat('x', -1), repeat(null, 3)",
            "select lpad('x', 5, '0'), rpad('x', 5), replace('abc', 'b', 'xx')",
            "select range(1, 10), range(5), generate_series(1, 10, 2), range(10, 1, -1)",
            "select generate_series(date '2026-01-01', date '2026-12-01', interval '1 month')",
            "select levenshtein(repeat('x', 1000), repeat('y', 1000)), array_has_any([1], [2])",
            "select array_repeat('x', 3), array_resize([1], 3), array_to_string([1, 2], ',')",
            "select regexp_replace('abc', 'b', 'x', 'g')",
        ] {
            assert_eq!(asked(sql).await, Ok(()), "{sql}");
        }
    }
}
