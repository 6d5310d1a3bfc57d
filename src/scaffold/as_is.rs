//! Files that have the columns of a canonical table under their own names.

use std::sync::Arc;

use super::sales::stage;
use super::source::{Source, cast, sample, sql_type};
use super::stage::{Stage, Value};
use crate::declare::{self, ColumnType};
use crate::diagnostic::SourceFile;
use crate::infer::{ProvenColumn, words};
use crate::marts;

/// A canonical table: its columns, each with its type and whether it has to be there.
#[derive(Debug)]
pub(super) struct Canonical {
    pub(super) name: String,
    columns: Vec<(String, ColumnType, bool)>,
}

/// All canonical tables.
pub(super) fn canonical() -> Vec<Canonical> {
    let tables = marts::files("canonical").filter_map(|(path, text)| {
        let name = marts::name_of(&path)?.to_owned();
        let table = declare::table(&Arc::new(SourceFile::new(&path, text))).ok()?;
        let columns = table.columns.iter().filter_map(|(name, column)| {
            Some((name.value.clone(), column.data_type.as_ref()?.value, column.required))
        });
        Some(Canonical { name, columns: columns.collect() })
    });
    tables.collect()
}

impl Canonical {
    /// How many columns of a source it takes, if all that have to be there are, and the file's name tells or
    /// most columns do.
    pub(super) fn fit(&self, source: &Source<'_>) -> Option<usize> {
        let found = |name: &str, data_type| column(source, name, data_type).is_some();
        let count = self.columns.iter().filter(|(name, it, _)| found(name, *it)).count();
        let whole = self.columns.iter().all(|(name, it, required)| !required || found(name, *it));
        let called = source.name.trim_start_matches("raw_") == self.name;
        (whole && count > 1 && (called || count * 2 > self.columns.len())).then_some(count)
    }

    /// The stage that takes the columns as they are.
    pub(super) fn stage(&self, source: &Source<'_>) -> Stage {
        let columns = self.columns.iter().map(|(name, data_type, _)| {
            let to = sql_type(*data_type);
            let value = column(source, name, *data_type).map(|it| Value::of(cast(&it, &to)));
            (name.as_str(), value.unwrap_or_else(|| Value::null(&to)))
        });
        let about = format!("one row of {} each.", source.pattern);
        let mut stage = stage(&self.name, about, columns.collect(), source, Vec::new());
        let first = self.columns.iter().find(|(_, it, _)| *it == ColumnType::String);
        let first = first.and_then(|(name, it, _)| column(source, name, *it));
        let row = first.map(|it| format!("{{{}: {}}}", words(it.written), sample(&it)));
        stage.expect.extend(row);
        stage
    }
}

/// The column of a source that is called as a canonical one and has values of its type.
fn column<'a>(source: &Source<'a>, name: &str, data_type: ColumnType) -> Option<ProvenColumn<'a>> {
    use ColumnType::{
        Boolean, Date, Decimal, Float64, Int32, Int64, String, Timestamp, Timestamptz,
    };
    let fits = |it: ColumnType| match data_type {
        String => true,
        Timestamp | Timestamptz => matches!(it, Date | Timestamp),
        Int32 | Int64 => matches!(it, Int32 | Int64),
        Float64 | Decimal(..) => matches!(it, Int32 | Int64 | Float64 | Decimal(..)),
        Boolean | Date => it == data_type,
    };
    let named = |it: &&ProvenColumn<'a>| words(it.written) == name && fits(it.data_type);
    source.columns.iter().find(named).copied()
}
