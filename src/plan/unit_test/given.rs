//! Rows of the tables that a stage reads: those that a test gives; other tables are empty.

use std::collections::BTreeMap;
use std::sync::Arc;

use datafusion::arrow::array::{
    ArrayRef, Int64Array, RecordBatch, RecordBatchOptions, StringArray,
};
use datafusion::arrow::datatypes::{Field, SchemaRef};

use super::Suite;
use super::typed::column;
use super::written::{Row, Value, Written, rows};
use crate::declare::{Given, LeftOut, Spanned, UnitTest};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Place};
use crate::plan::model::{Plan, Stage, counts, schema};
use crate::plan::source::{FILE_COLUMN, LINE_COLUMN, SourcePlan};

/// The columns of a table as stages see them.
pub(super) fn schema_of(plan: &Plan, table: &str) -> Option<SchemaRef> {
    let source = || plan.sources.iter().find(|it| it.name == table).map(SourcePlan::schema);
    let stage = || plan.stages.iter().find(|it| it.name == table).map(Stage::schema);
    let absent = || plan.absent.iter().find(|it| it.name == table).map(|it| Arc::clone(&it.schema));
    let counted = || {
        let found = counts().into_iter().find(|(name, _)| *name == table);
        found.map(|(_, columns)| schema(&columns))
    };
    source().or_else(stage).or_else(absent).or_else(counted)
}

/// The rows of every table that the stage of a test reads.
pub(super) fn tables(
    suite: Suite<'_>,
    test: &UnitTest,
    wrong: &mut Diagnostics,
) -> Option<BTreeMap<String, RecordBatch>> {
    let mut whole = true;
    let mut tables = BTreeMap::new();
    for input in &suite.stage.inputs {
        let empty = schema_of(suite.plan, input).map(RecordBatch::new_empty);
        tables.extend(empty.map(|empty| (input.clone(), empty)));
    }
    for (name, given) in test.given.iter() {
        let missing =
            given.missing_columns.or(test.missing_columns).or(suite.written.missing_columns);
        let table = wrong.keep(table(suite, name, given, missing));
        whole &= table.is_some();
        tables.extend(table.map(|table| (name.value.clone(), table)));
    }
    whole.then_some(tables)
}

fn table(
    suite: Suite<'_>,
    name: &Spanned<String>,
    given: &Given,
    missing: LeftOut,
) -> Result<RecordBatch, Diagnostic> {
    let inputs = &suite.stage.inputs;
    let schema = schema_of(suite.plan, &name.value).filter(|_| inputs.contains(&name.value));
    let schema = schema.ok_or_else(|| not_read(suite, name))?;
    let (rows, _) = rows(suite.project, suite.file, &given.rows)?;
    let table = Table { name: &name.value, schema: &schema, rows: &rows, missing };
    table.known()?;
    table.batch(suite.plan.time_zone)
}

fn not_read(suite: Suite<'_>, name: &Spanned<String>) -> Diagnostic {
    let message = format!("`{}` does not read `{}`", suite.stage.name, name.value);
    let inputs = suite.stage.inputs.iter().map(String::as_str);
    let diagnostic = Diagnostic::new(Code::TestInput, message, Place::of(suite.file, name));
    match suite.stage.inputs.is_empty() {
        true => diagnostic.help("leave it out: the query reads no table"),
        false => diagnostic.nearest_or_all(&name.value, inputs, "tables that it reads"),
    }
}

/// The rows of one table.
struct Table<'a> {
    name: &'a str,
    schema: &'a SchemaRef,
    rows: &'a [Row],
    missing: LeftOut,
}

impl Table<'_> {
    /// Whether all columns that rows name exist.
    fn known(&self) -> Result<(), Diagnostic> {
        let mut named = self.rows.iter().flat_map(|row| &row.cells);
        let unknown = named.find(|(name, ..)| self.schema.column_with_name(name).is_none());
        let Some((name, place, _)) = unknown else { return Ok(()) };
        let message = format!("`{}` has no column `{name}`", self.name);
        let known = self.schema.fields().iter().map(|field| field.name().as_str());
        let diagnostic = Diagnostic::new(Code::UnknownColumn, message, place.clone());
        Err(diagnostic.nearest_or_all(name, known, "columns"))
    }

    fn batch(&self, zone: chrono_tz::Tz) -> Result<RecordBatch, Diagnostic> {
        let columns = self.schema.fields().iter().map(|field| {
            let cells: Vec<_> = self.rows.iter().map(|row| row.cell(field.name())).collect();
            if let Some(hidden) = hidden(field, &cells) {
                return Ok(hidden);
            }
            self.all_there(field, &cells)?;
            column(field.name(), &cells, field.data_type(), zone)
        });
        let columns = columns.collect::<Result<Vec<ArrayRef>, Diagnostic>>()?;
        let options = RecordBatchOptions::new().with_row_count(Some(self.rows.len()));
        RecordBatch::try_new_with_options(Arc::clone(self.schema), columns, &options)
            .map_err(|error| Diagnostic::nowhere(Code::TestRow, error.to_string()))
    }

    /// Whether no row lacks a required column, and none is NULL where the source rejects
    /// NULL.
    fn all_there(&self, field: &Field, cells: &[Option<&Written>]) -> Result<(), Diagnostic> {
        for (row, cell) in self.rows.iter().zip(cells) {
            let is_null = cell.is_none_or(|cell| matches!(cell.value, Value::Null));
            if cell.is_none() && self.missing != LeftOut::Null {
                return Err(self.left_out(row));
            }
            if is_null && !field.is_nullable() {
                let message = format!("`{}` of `{}` is never NULL", field.name(), self.name);
                let place = cell.map_or(&row.place, |cell| &cell.place).clone();
                let help = "write a value: the source requires one";
                return Err(Diagnostic::new(Code::TestRow, message, place).help(help));
            }
        }
        Ok(())
    }

    /// All columns that a row lacks, at once.
    fn left_out(&self, row: &Row) -> Diagnostic {
        let is_hidden = |name: &str| [FILE_COLUMN, LINE_COLUMN].contains(&name);
        let names = self.schema.fields().iter().map(|field| field.name().as_str());
        let left: Vec<String> = names
            .filter(|name| row.cell(name).is_none() && !is_hidden(name))
            .map(|name| format!("`{name}`"))
            .collect();
        let message = format!("this row of `{}` leaves out {}", self.name, left.join(", "));
        let help = "write the columns, or `missing_columns: null` to have NULL there";
        Diagnostic::new(Code::TestRow, message, row.place.clone()).help(help)
    }
}

/// The default position of rows in a source: the rows of a file `given`, one per line.
fn hidden(field: &Field, cells: &[Option<&Written>]) -> Option<ArrayRef> {
    let rows = i64::try_from(cells.len()).unwrap_or_default();
    match field.name().as_str() {
        _ if cells.iter().any(Option::is_some) => None,
        FILE_COLUMN => Some(Arc::new(StringArray::from(vec!["given"; cells.len()]))),
        LINE_COLUMN => Some(Arc::new(Int64Array::from_iter_values(1..=rows))),
        _ => None,
    }
}
