//! Aggregates over tables: items with names, labels, and settings that are the
//! same for all rows.
//!
//! The kind of an argument follows from its [`Domain`]. Numbers, flags and
//! items become numbers; labels stay text; constants are settings of the call. Rows with a NULL
//! number or label are skipped; an item that is NULL is NaN, and the kernel defines its meaning.

use std::sync::Arc;

use datafusion::arrow::array::{
    ArrayRef, AsArray, LargeListBuilder, PrimitiveBuilder, StringBuilder,
};
use datafusion::arrow::datatypes::{DataType, Float64Type};
use datafusion::common::{Result, ScalarValue, exec_err, plan_err};
use datafusion::logical_expr::Expr;
use datafusion::logical_expr::function::AccumulatorArgs;

use self::record::{Columns, Record};
use self::setup::Input;
use super::aggregate::{Definition, aggregate, setting};
use super::argument::{literal, weights};
use super::document::{Argument, Call, Example, Function};
use super::multiset::Multiset;
use super::numbers::Numbers;
use super::refusal::Refusal;
use super::shape::{Answer, Shape};
use crate::kernel::Weights;

mod record;
mod setup;
mod table;

pub(super) use self::setup::Setup;
pub(super) use self::table::{Table, TableRow};

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

#[cfg(test)]
mod tests {
    use datafusion::prelude::{SessionConfig, SessionContext};

    use super::*;
    use crate::functions::document::{Field, Kind};
    use crate::functions::domain::Domain;
    use crate::functions::testing::{error, planning_error, register, register_in, shown};

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
