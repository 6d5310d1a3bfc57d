//! Aggregates over tables: items with names, labels, and settings that are the
//! same for all rows.
//!
//! What an argument is follows from its [`Domain`]. Numbers, flags and items
//! become numbers; labels stay text; constants are settings of the call. Rows
//! with a NULL number or label are passed over; an item that is NULL is NaN, and
//! the kernel says what that means.

use std::cmp::Ordering;
use std::ops::Range;
use std::sync::Arc;

use datafusion::arrow::array::{
    Array, ArrayRef, AsArray, Float64Array, LargeListBuilder, PrimitiveBuilder, StringArray,
    StringBuilder,
};
use datafusion::arrow::buffer::NullBuffer;
use datafusion::arrow::datatypes::{DataType, Float64Type};
use datafusion::common::{Result, ScalarValue, exec_err, plan_err};
use datafusion::logical_expr::Expr;
use datafusion::logical_expr::function::AccumulatorArgs;

use super::aggregate::{Definition, aggregate, setting};
use super::argument::{LIMITS_LEVEL, literal, weights, weights_named};
use super::document::{Argument, Call, Example, Function};
use super::domain::Domain;
use super::multiset::{Multiset, Row};
use super::numbers::Numbers;
use super::refusal::Refusal;
use super::shape::{Answer, Shape};
use crate::kernel::level::Level;
use crate::kernel::weights::whole_weight;
use crate::kernel::{OutOfDomain, Weights};

/// An aggregate over a table.
#[derive(Debug)]
pub(super) struct Tablewise {
    pub(super) name: &'static str,
    pub(super) summary: &'static str,
    pub(super) arguments: &'static [Argument],
    pub(super) returns: &'static str,
    pub(super) shape: Shape,
    pub(super) nulls: &'static str,
    pub(super) source: &'static str,
    pub(super) examples: &'static [Example],
    /// What the argument `weight` is if nothing else is said; if there is one.
    pub(super) weights: Option<Weights>,
    /// What can be set after all other arguments.
    pub(super) settings: &'static [Argument],
    /// What can be said of a call before a row is read.
    pub(super) check: fn(&Setup) -> Result<(), Refusal>,
    pub(super) kernel: fn(&Table) -> Result<Option<Answer>, Refusal>,
}

/// For functions that have nothing to check beforehand.
#[expect(clippy::unnecessary_wraps, reason = "checks of other functions do fail")]
pub(super) fn nothing_to_check(_: &Setup) -> Result<(), Refusal> {
    Ok(())
}

/// One call: what is known without rows.
#[derive(Debug)]
pub(super) struct Setup {
    definition: &'static Tablewise,
    /// Of each argument that was passed.
    inputs: Vec<Input>,
    /// Numbers in a row.
    width: usize,
    /// Labels in a row.
    labels: usize,
}

#[derive(Debug)]
enum Input {
    Number(usize),
    Items { names: Vec<String>, places: Range<usize> },
    Label(usize),
    Setting(Option<ScalarValue>),
}

impl Setup {
    /// `setting` finds the constant that argument `i` is, if it is one yet.
    fn new<'a>(
        definition: &'static Tablewise,
        types: impl IntoIterator<Item = &'a DataType>,
        setting: impl Fn(usize) -> Option<ScalarValue>,
    ) -> Self {
        let mut setup = Self { definition, inputs: Vec::new(), width: 0, labels: 0 };
        for (i, (argument, given)) in definition.arguments().iter().zip(types).enumerate() {
            let input = match (argument.domain, given) {
                (domain, _) if domain.is_constant() => Input::Setting(setting(i)),
                (Domain::Label, _) => Input::Label(setup.labels),
                (Domain::Items(_), DataType::Struct(fields)) => Input::Items {
                    names: fields.iter().map(|field| field.name().clone()).collect(),
                    places: setup.width..setup.width + fields.len(),
                },
                _ => Input::Number(setup.width),
            };
            match &input {
                Input::Number(_) => setup.width += 1,
                Input::Items { places, .. } => setup.width = places.end,
                Input::Label(_) => setup.labels += 1,
                Input::Setting(_) => {}
            }
            setup.inputs.push(input);
        }
        setup
    }

    /// The names of the items in argument `i`.
    pub(super) fn names(&self, i: usize) -> &[String] {
        match self.inputs.get(i) {
            Some(Input::Items { names, .. }) => names,
            _ => &[],
        }
    }

    /// What the weights of this call are.
    pub(super) fn weights(&self) -> Weights {
        let asked = self.text(self.definition.arguments.len()).and_then(weights_named);
        asked.or(self.definition.weights).unwrap_or(Weights::Counts)
    }

    /// How sure the limits of this call are.
    pub(super) fn level(&self) -> Result<Level, OutOfDomain> {
        let arguments = self.definition.arguments();
        let place = arguments.iter().position(|argument| argument.name == LIMITS_LEVEL.name);
        Level::new(place.and_then(|place| self.number(place)))
    }

    /// The place among the numbers of a row at which its weight is.
    fn weight(&self) -> Option<usize> {
        self.definition.weights?;
        let arguments = self.definition.arguments.iter();
        match self.inputs.get(arguments.take_while(|argument| argument.name != "weight").count())? {
            Input::Number(place) => Some(*place),
            _ => None,
        }
    }

    /// The text that argument `i` is in all rows; `None` if it was left out.
    pub(super) fn text(&self, i: usize) -> Option<&str> {
        match self.inputs.get(i) {
            Some(Input::Setting(Some(ScalarValue::Utf8(Some(text))))) => Some(text),
            _ => None,
        }
    }

    /// The number that argument `i` is in all rows; `None` if it was left out.
    pub(super) fn number(&self, i: usize) -> Option<f64> {
        match self.inputs.get(i) {
            Some(Input::Setting(Some(ScalarValue::Float64(number)))) => *number,
            _ => None,
        }
    }
}

/// The rows of one group, ascending, equal ones once.
#[derive(Debug)]
pub(super) struct Table<'a> {
    pub(super) setup: &'a Setup,
    records: &'a [(Record, i64)],
}

impl<'a> Table<'a> {
    /// The distinct rows.
    pub(super) fn rows(&self) -> impl ExactSizeIterator<Item = TableRow<'a>> + Clone {
        let (setup, weight) = (self.setup, self.setup.weight());
        let counts = setup.weights() == Weights::Counts;
        self.records.iter().map(move |(record, count)| {
            let weight = weight.map_or(1.0, |place| record.numbers.at(place));
            let count = count.unsigned_abs();
            // That these weights are whole was checked before.
            match whole_weight(weight) {
                Ok(times) if counts && times > 0 => {
                    TableRow { setup, record, weight: 1.0, count: count.saturating_mul(times) }
                }
                _ => TableRow { setup, record, weight, count },
            }
        })
    }

    /// Counts are whole numbers.
    fn check(&self) -> Result<(), OutOfDomain> {
        let Some(place) = self.setup.weight() else { return Ok(()) };
        if self.setup.weights() == Weights::Design {
            return Ok(());
        }
        self.records
            .iter()
            .try_for_each(|(record, _)| whole_weight(record.numbers.at(place)).map(|_| ()))
    }
}

/// One row, and how often it occurs.
#[derive(Debug, Clone, Copy)]
pub(super) struct TableRow<'a> {
    setup: &'a Setup,
    record: &'a Record,
    /// What one of them weighs; of counts 1, or 0 where nobody is meant.
    pub(super) weight: f64,
    pub(super) count: u64,
}

impl<'a> TableRow<'a> {
    /// The number that argument `i` has here; `None` if it was left out.
    pub(super) fn number(self, i: usize) -> Option<f64> {
        match self.setup.inputs.get(i) {
            Some(Input::Number(place)) => Some(self.record.numbers.at(*place)),
            _ => None,
        }
    }

    /// The items that argument `i` has here; those that are NULL are NaN.
    pub(super) fn items(self, i: usize) -> impl ExactSizeIterator<Item = f64> + 'a {
        let places = match self.setup.inputs.get(i) {
            Some(Input::Items { places, .. }) => places.clone(),
            _ => 0..0,
        };
        let numbers = &self.record.numbers;
        places.map(|place| numbers.at(place))
    }

    /// The label that argument `i` has here; empty if it was left out.
    pub(super) fn label(self, i: usize) -> &'a str {
        match self.setup.inputs.get(i) {
            Some(Input::Label(place)) => &self.record.labels[*place],
            _ => "",
        }
    }
}

/// A row as it is gathered.
#[derive(Debug)]
pub(super) struct Record {
    labels: Box<[Box<str>]>,
    numbers: Numbers,
}

impl Row for Record {
    fn compare(&self, other: &Self) -> Ordering {
        self.labels.cmp(&other.labels).then_with(|| self.numbers.compare(&other.numbers))
    }

    fn heap(&self) -> usize {
        let text: usize = self.labels.iter().map(|label| label.len() + size_of::<Box<str>>()).sum();
        text + self.numbers.heap()
    }
}

impl From<&'static Tablewise> for Function {
    fn from(function: &'static Tablewise) -> Self {
        let Tablewise { name, summary, returns, shape, nulls, source, examples, weights, .. } =
            function;
        Self {
            name,
            summary,
            arguments: function.arguments(),
            returns,
            shape: *shape,
            nulls,
            source,
            examples,
            weights: *weights,
            call: Call::Aggregate(aggregate(function, summary, returns)),
        }
    }
}

impl Definition for Tablewise {
    type Row = Record;
    type Call = Arc<Setup>;

    fn name(&self) -> &'static str {
        self.name
    }

    fn arguments(&self) -> Vec<Argument> {
        let settings = self.settings.iter().copied();
        self.arguments.iter().copied().chain(self.weights.map(weights)).chain(settings).collect()
    }

    fn shape(&self) -> Shape {
        self.shape
    }

    fn call(&'static self, args: &AccumulatorArgs) -> Result<Self::Call> {
        let types = args.expr_fields.iter().map(|field| field.data_type());
        let mut settings = Vec::new();
        for (i, argument) in self.arguments().iter().enumerate() {
            let constant = argument.domain.is_constant();
            settings.push(if constant { setting(self.name, argument, args, i)? } else { None });
        }
        let setup = Setup::new(self, types, |i| settings.get(i).cloned().flatten());
        (self.check)(&setup).or_else(|error| plan_err!("{}: {error}", self.name))?;
        Ok(Arc::new(setup))
    }

    fn check(&'static self, arguments: &[Expr], types: &[Option<DataType>]) -> Result<()> {
        let Some(types) = types.iter().cloned().collect::<Option<Vec<_>>>() else { return Ok(()) };
        let setup = Setup::new(self, &types, |i| literal(&arguments[i]).cloned());
        let unset = |input: &Input| matches!(input, Input::Setting(None));
        if setup.inputs.iter().any(unset) {
            return Ok(());
        }
        (self.check)(&setup).or_else(|error| plan_err!("{}: {error}", self.name))
    }

    fn state_types(&self) -> Vec<DataType> {
        vec![
            DataType::new_large_list(DataType::Float64, true),
            DataType::new_large_list(DataType::Utf8, true),
        ]
    }

    fn read(
        call: &Self::Call,
        columns: &[ArrayRef],
        wanted: &dyn Fn(usize) -> bool,
        each: &mut dyn FnMut(usize, Self::Row),
    ) -> Result<()> {
        let columns = Columns::new(call, columns);
        let mut buffer = Vec::with_capacity(call.width);
        for row in (0..columns.rows).filter(|row| wanted(*row)) {
            if let Some(record) = columns.record(row, &mut buffer)? {
                each(row, record);
            }
        }
        Ok(())
    }

    fn states(groups: &mut [Multiset<Self::Row>]) -> Vec<ArrayRef> {
        let mut numbers = LargeListBuilder::new(PrimitiveBuilder::<Float64Type>::new());
        let mut labels = LargeListBuilder::new(StringBuilder::new());
        for group in groups {
            for (record, count) in group.rows() {
                for place in 0..record.numbers.len() {
                    numbers.values().append_value(record.numbers.at(place));
                }
                numbers.values().append_value(*count as f64);
                record.labels.iter().for_each(|label| labels.values().append_value(label));
            }
            numbers.append(true);
            labels.append(true);
        }
        vec![Arc::new(numbers.finish()), Arc::new(labels.finish())]
    }

    fn restore(
        call: &Self::Call,
        states: &[ArrayRef],
        each: &mut dyn FnMut(usize, Self::Row, i64),
    ) {
        let [numbers, labels] = [0, 1].map(|i| states[i].as_list::<i64>());
        for (group, (numbers, labels)) in numbers.iter().zip(labels.iter()).enumerate() {
            let (Some(numbers), Some(labels)) = (numbers, labels) else { continue };
            let labels = labels.as_string::<i32>();
            let numbers = numbers.as_primitive::<Float64Type>().values();
            for (row, numbers) in numbers.chunks_exact(call.width + 1).enumerate() {
                let label = |i| labels.value(row * call.labels + i).into();
                let record = Record {
                    labels: (0..call.labels).map(label).collect(),
                    numbers: Numbers::new(&numbers[..call.width]),
                };
                #[expect(
                    clippy::cast_possible_truncation,
                    reason = "it was a count before it was a float"
                )]
                each(group, record, numbers[call.width] as i64);
            }
        }
    }

    fn answer(call: &Self::Call, rows: &mut Multiset<Self::Row>) -> Result<ScalarValue> {
        let Tablewise { name, shape, kernel, .. } = call.definition;
        let table = Table { setup: call, records: rows.rows() };
        match table.check().map_err(Refusal::from).and_then(|()| kernel(&table)) {
            Ok(Some(answer)) => shape.value(answer),
            Ok(None) => shape.null(),
            Err(error) => exec_err!("{name}: {error}"),
        }
    }
}

/// One batch.
struct Columns<'a> {
    setup: &'a Setup,
    rows: usize,
    numbers: Vec<Column<'a>>,
    labels: Vec<&'a StringArray>,
}

/// A column of numbers.
struct Column<'a> {
    numbers: &'a Float64Array,
    /// If it is one of several items.
    item: Option<Item<'a>>,
}

struct Item<'a> {
    name: &'a str,
    /// Where all items are NULL, whatever lies below.
    nulls: Option<&'a NullBuffer>,
}

impl Column<'_> {
    fn number(&self, row: usize) -> Option<f64> {
        let inside = self.item.as_ref().and_then(|item| item.nulls);
        let valid = inside.is_none_or(|nulls| nulls.is_valid(row)) && self.numbers.is_valid(row);
        valid.then(|| self.numbers.value(row))
    }
}

impl<'a> Columns<'a> {
    fn new(setup: &'a Setup, columns: &'a [ArrayRef]) -> Self {
        let rows = columns.first().map_or(0, Array::len);
        let (mut numbers, mut labels) = (Vec::new(), Vec::new());
        for (input, column) in setup.inputs.iter().zip(columns) {
            match input {
                Input::Number(_) => {
                    numbers.push(Column { numbers: column.as_primitive(), item: None });
                }
                Input::Items { names, .. } => {
                    let items = column.as_struct();
                    numbers.extend(names.iter().zip(items.columns()).map(|(name, column)| {
                        Column {
                            numbers: column.as_primitive(),
                            item: Some(Item { name, nulls: items.nulls() }),
                        }
                    }));
                }
                Input::Label(_) => labels.push(column.as_string()),
                Input::Setting(_) => {}
            }
        }
        Self { setup, rows, numbers, labels }
    }

    /// The row, unless a number or label that it needs is NULL.
    ///
    /// # Errors
    /// An item is NaN, which here stands for NULL.
    fn record(&self, row: usize, buffer: &mut Vec<f64>) -> Result<Option<Record>> {
        let label = |column: &&StringArray| column.is_valid(row).then(|| column.value(row).into());
        let Some(labels) = self.labels.iter().map(label).collect::<Option<_>>() else {
            return Ok(None);
        };
        buffer.clear();
        for column in &self.numbers {
            match (column.number(row), &column.item) {
                (Some(number), Some(Item { name: item, .. })) if number.is_nan() => {
                    let name = self.setup.definition.name;
                    return exec_err!("{name}: `{item}` must be a number, got NaN");
                }
                (Some(number), _) => buffer.push(number),
                (None, Some(_)) => buffer.push(f64::NAN),
                (None, None) => return Ok(None),
            }
        }
        Ok(Some(Record { labels, numbers: Numbers::new(buffer) }))
    }
}

#[cfg(test)]
mod tests {
    use datafusion::prelude::{SessionConfig, SessionContext};

    use super::super::document::{Field, Kind};
    use super::super::testing::{error, planning_error, register, register_in, shown};
    use super::*;

    const FIELDS: &[Field] = &[
        Field { name: "label", kind: Kind::Text, meaning: "" },
        Field { name: "item", kind: Kind::Text, meaning: "" },
        Field { name: "total", kind: Kind::Float64, meaning: "" },
    ];

    /// Weighted totals of all items by label.
    static TOTALS: Tablewise = Tablewise {
        name: "totals",
        summary: "",
        arguments: &[
            Argument::needed("items", "", Domain::Items("")),
            Argument::needed("label", "", Domain::Label),
            Argument::needed("missing", "", Domain::Choice(&["zero", "error"])),
            Argument::optional("weight", "", Domain::NotNegative),
        ],
        returns: "",
        shape: Shape::Rows(FIELDS),
        nulls: "",
        source: "",
        examples: &[],
        weights: Some(Weights::Design),
        settings: &[],
        check: |setup| match setup.names(0).iter().find(|name| name.starts_with('_')) {
            Some(name) => Err(Refusal(format!("no item may be called `{name}`"))),
            None => Ok(()),
        },
        kernel,
    };

    fn kernel(table: &Table) -> Result<Option<Answer>, Refusal> {
        let mut answers = Vec::new();
        for row in table.rows() {
            let weight = row.weight * row.count as f64;
            for (name, item) in table.setup.names(0).iter().zip(row.items(0)) {
                if item.is_nan() && table.setup.text(2) == Some("error") {
                    return Err(Refusal(format!("`{name}` is NULL")));
                }
                let total = if item.is_nan() { 0.0 } else { weight * item };
                answers.push(vec![row.label(1).into(), name.as_str().into(), total.into()]);
            }
        }
        Ok(Some(Answer::Rows(answers)))
    }

    const ROWS: &str = "(VALUES (1, 2.5, 'x', 2), (1, 2.5, 'x', 2), (3, NULL, 'a', 1), \
                        (7, 7, NULL, 1)) AS t(p, q, l, w)";

    #[tokio::test]
    async fn names_labels_and_settings_reach_the_kernel_whatever_the_partitions() {
        for partitions in [1, 4] {
            let config = SessionConfig::new().with_target_partitions(partitions).with_batch_size(1);
            let session = register_in(SessionContext::new_with_config(config), (&TOTALS).into());
            let query = format!(
                "SELECT unnest(totals(named_struct('p', p, 'q', q), l, 'zero', w)) FROM {ROWS}"
            );
            let all = shown(&session, &query).await;
            assert!(all.starts_with("{label: a, item: p, total: 3.0}"), "{all}");
            let query = format!(
                "SELECT t['label'], t['item'], t['total'] FROM (SELECT \
                 unnest(totals(named_struct('p', p, 'q', q), l, 'zero', w)) AS t FROM {ROWS}) \
                 ORDER BY t['total'] DESC LIMIT 1"
            );
            assert_eq!(shown(&session, &query).await, "x | q | 10.0");
        }
    }

    #[tokio::test]
    async fn mistakes_that_need_no_row_are_found_without_one() {
        let session = register((&TOTALS).into());
        for (call, want) in [
            ("totals(named_struct('_p', p), l, 'zero')", "totals: no item may be called `_p`"),
            (
                "totals(named_struct('p', p), l, 'none')",
                "totals: `missing` must be one of zero, error, got `none`",
            ),
            (
                "totals(named_struct('p', p), l, l)",
                "totals: `missing` must be a constant, got `t.l`",
            ),
            ("totals(p, l, 'zero')", "totals: `items` must be a struct of numbers, got Int64"),
            ("totals(named_struct('p', l), l, 'zero')", "`items` must be a struct of numbers"),
            (
                "totals(l)",
                "totals(items, label, missing [, weight] [, weights]) takes 3 to 5 arguments, got 1",
            ),
        ] {
            let found = planning_error(&session, &format!("SELECT {call} FROM {ROWS}")).await;
            assert!(found.contains(want), "{call}: {found}");
        }
    }

    #[tokio::test]
    async fn a_refusal_names_the_function() {
        let session = register((&TOTALS).into());
        let query = format!("SELECT totals(named_struct('q', q), l, 'error') FROM {ROWS}");
        let found = error(&session, &query).await;
        assert!(found.contains("totals: `q` is NULL"), "{found}");
    }

    #[tokio::test]
    async fn windows_slide() {
        let session = register((&TOTALS).into());
        let query = "SELECT totals(named_struct('p', p), 'x', 'zero') OVER \
                     (ORDER BY p ROWS 1 PRECEDING) AS w FROM (VALUES (1), (2), (3)) AS t(p) \
                     ORDER BY p DESC LIMIT 1";
        let want = "[{label: x, item: p, total: 2.0}, {label: x, item: p, total: 3.0}]";
        assert_eq!(shown(&session, query).await, want);
    }
}
