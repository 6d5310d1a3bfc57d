//! The result of a query, checked against the contract in its table file.

use chrono_tz::Tz;
use datafusion::arrow::datatypes::{DataType, SchemaRef};

use super::columns::{columns, mapped, nearest_type, no_such_column};
use super::draft::Draft;
use super::history::row_key;
use super::layout::Layouts;
use super::published_name;
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Place};
use crate::plan::model::{ColumnPlan, HistoryPlan, Layout, PERIOD_COLUMN, Stage, reader_columns};

/// A stage whose query is typed, and its contract.
pub(super) struct Contract<'a> {
    pub(super) draft: &'a Draft,
    /// Its columns, as versions if it keeps history.
    pub(super) yields: &'a SchemaRef,
    /// The columns of the canonical table that it provides.
    pub(super) canonical: Option<&'a [ColumnPlan]>,
    /// The layouts of the pipeline.
    pub(super) layouts: Layouts<'a>,
    pub(super) read_by: Readers,
    pub(super) zone: Tz,
}

/// The stages that read a table.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Readers {
    pub(super) count: usize,
    /// Whether one of them varies by period.
    pub(super) by_period: bool,
}

impl Contract<'_> {
    /// The stage as it will run: its columns in their declared types, its layout, its key.
    pub(super) fn stage(&self, history: Option<HistoryPlan>, wrong: &mut Diagnostics) -> Stage {
        let draft = self.draft;
        reserved(draft, self.yields, wrong);
        let columns = match self.canonical {
            Some(promised) => mapped(draft, self.yields, promised, wrong),
            None => columns(draft, self.zone, self.yields, wrong),
        };
        let key = key(draft, &columns, wrong);
        let publish = self.layouts.of(draft, &columns, &key, wrong);
        lengths_of_time(draft, &columns, publish.is_some(), wrong);
        if let Some(layout) = &publish {
            published(draft, &columns, layout, wrong);
        }
        let table = draft.yaml.as_ref().map(|(_, table)| table);
        Stage {
            name: draft.name.clone(),
            path: draft.path.clone(),
            query: draft.query.clone(),
            history,
            inputs: draft.inputs.iter().cloned().collect(),
            per_period: draft.per_period,
            parameters: draft.parameters.clone(),
            materialised: publish.is_some() || self.is_read_apart(),
            description: table.and_then(|table| table.description.clone()),
            columns,
            key,
            publish,
            checks: Vec::new(),
        }
    }

    /// Whether the rows are needed separately, without being published.
    fn is_read_apart(&self) -> bool {
        let draft = self.draft;
        let checked = draft.yaml.as_ref().is_some_and(|(_, table)| {
            !table.checks.is_empty() || !row_key(table, draft.per_period).is_empty()
        });
        let Readers { count, by_period } = self.read_by;
        checked || self.canonical.is_some() || count != 1 || (by_period && !draft.per_period)
    }
}

/// Columns of a published table must be described.
fn published(draft: &Draft, columns: &[ColumnPlan], layout: &Layout, wrong: &mut Diagnostics) {
    let readers = reader_columns(draft.per_period, columns);
    let place = |name: &str| draft.place_of_output(name);
    published_name::check(&draft.name, &readers, &layout.partition_by, place, wrong);
    for column in columns.iter().filter(|column| !is_described(column)) {
        wrong.push(undescribed(draft, column));
    }
}

/// The engine writes `period` itself.
fn reserved(draft: &Draft, yields: &SchemaRef, wrong: &mut Diagnostics) {
    if draft.per_period && yields.column_with_name(PERIOD_COLUMN).is_some() {
        let message = format!("`{}` yields `{PERIOD_COLUMN}`, which every run adds", draft.name);
        let diagnostic =
            Diagnostic::new(Code::ReservedColumn, message, draft.place_of_output(PERIOD_COLUMN));
        wrong.push(diagnostic.help("leave the column out, or give it another name"));
    }
}

fn lengths_of_time(
    draft: &Draft,
    columns: &[ColumnPlan],
    published: bool,
    wrong: &mut Diagnostics,
) {
    let unkept = |column: &&ColumnPlan| holds(&column.data_type, &|of| is_unkept(of, published));
    for column in columns.iter().filter(unkept) {
        wrong.push(self::unkept(draft, column));
    }
}

/// No file format stores months, days and seconds as one value, and readers take a duration in a
/// file for a plain number.
fn is_unkept(of: &DataType, published: bool) -> bool {
    matches!(of, DataType::Interval(_)) || published && matches!(of, DataType::Duration(_))
}

/// Whether a type is, or contains, such a type.
fn holds(data_type: &DataType, such: &dyn Fn(&DataType) -> bool) -> bool {
    match data_type {
        DataType::List(item) | DataType::LargeList(item) | DataType::FixedSizeList(item, _) => {
            holds(item.data_type(), such)
        }
        DataType::Struct(fields) => fields.iter().any(|field| holds(field.data_type(), such)),
        of => such(of),
    }
}

fn unkept(draft: &Draft, column: &ColumnPlan) -> Diagnostic {
    let (name, column) = (&draft.name, &column.name);
    let message =
        format!("`{name}` yields `{column}`, a length of time, which readers do not know");
    let help = "yield a number: days between dates, or seconds, `extract(epoch from …)`";
    Diagnostic::new(Code::WrongType, message, draft.place_of_output(column)).help(help)
}

fn is_described(column: &ColumnPlan) -> bool {
    column.description.as_ref().is_some_and(|description| !description.trim().is_empty())
}

fn undescribed(draft: &Draft, column: &ColumnPlan) -> Diagnostic {
    let name = &column.name;
    let message = format!("`{}` publishes `{name}` without describing it", draft.name);
    let written = draft.yaml.as_ref().and_then(|(file, table)| {
        table.columns.iter().find(|(known, _)| known.value == *name).map(|(name, _)| (file, name))
    });
    let (place, help) = if let Some((file, written)) = written {
        (Place::of(file, written), "add `description: …` to it".to_owned())
    } else {
        let yaml = draft.path.replace(".sql", ".yaml");
        let written = described_as(&column.data_type);
        let key = crate::declare::yaml_text::scalar(name);
        let help = format!("add `{key}: {{{written}}}` to `columns` in `{yaml}`");
        (draft.place_of_output(name), help)
    };
    Diagnostic::new(Code::UndescribedColumn, message, place).help(help)
}

/// The declaration of a column of a type in a table file, in braces; a type that it cannot name is
/// left to the query.
fn described_as(data_type: &DataType) -> String {
    let description = "description: …";
    match nearest_type(data_type).map(|found| found.to_string()) {
        Some(found) if found.contains(',') => format!("type: \"{found}\", {description}"),
        Some(found) => format!("type: {found}, {description}"),
        None => description.to_owned(),
    }
}

fn key(draft: &Draft, columns: &[ColumnPlan], wrong: &mut Diagnostics) -> Vec<String> {
    let Some((file, table)) = &draft.yaml else { return Vec::new() };
    let names = || columns.iter().map(|column| column.name.as_str());
    let key = row_key(table, draft.per_period);
    for name in &key {
        let is_period = draft.per_period && name.value == PERIOD_COLUMN;
        let reported = is_period || draft.promises(&name.value);
        if !reported && !names().any(|known| known == name.value) {
            wrong.push(no_such_column(file, "key", name, names()));
        }
    }
    key.into_iter().map(|name| name.value).collect()
}
