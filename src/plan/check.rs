//! Checks as queries that must return no rows; the rows they return are the evidence.

use std::sync::Arc;

use super::query::{Origin, Query};
use super::{PERIOD_COLUMN, Stage};
use crate::declare::{AcceptedRange, AcceptedValues, Check, RowCount, Spanned, TableFile};
use crate::diagnostic::{Diagnostic, Diagnostics, Place, SourceFile};
use crate::project::Project;

/// A condition on a staged table, as the query for what breaks it.
#[derive(Debug, Clone)]
pub struct CheckPlan {
    /// What must hold, as the table file says it.
    pub name: String,
    /// The query that must return nothing.
    pub query: Query,
    /// The tables it looks at besides its own.
    pub reads: Vec<String>,
    /// Whether it looks at its own table only.
    pub(super) own: bool,
}

/// The checks of a stage: its key first, then those it lists.
pub(super) fn queries(
    project: &Project,
    stage: &Stage,
    file: &Arc<SourceFile>,
    table: &TableFile,
    wrong: &mut Diagnostics,
) -> Vec<CheckPlan> {
    let mut checks = Vec::new();
    if let [first, ..] = table.key.as_slice() {
        let place = Place::of(file, first);
        for check in [Check::NotNull(table.key.clone()), Check::Unique(table.key.clone())] {
            checks.extend(wrong.keep(query(project, stage, file, &check, &place)));
        }
    }
    for check in &table.checks {
        let place = Place::of(file, check);
        checks.extend(wrong.keep(query(project, stage, file, &check.value, &place)));
    }
    checks
}

fn query(
    project: &Project,
    stage: &Stage,
    file: &Arc<SourceFile>,
    check: &Check,
    place: &Place,
) -> Result<CheckPlan, Diagnostic> {
    columns_exist(stage, file, check)?;
    if let Check::NoRows(no_rows) = check {
        return own_query(project, stage, file, &no_rows.sql);
    }
    let query = Query::parse(Origin::Value(place.clone()), &sql(&stage.name, check))?;
    let reads: Vec<String> = others(&query, &stage.name);
    Ok(CheckPlan { name: name(check), own: reads.is_empty(), reads, query })
}

fn own_query(
    project: &Project,
    stage: &Stage,
    file: &Arc<SourceFile>,
    path: &Spanned<String>,
) -> Result<CheckPlan, Diagnostic> {
    let Some(sql) = project.files.get(&path.value) else {
        let message = format!("there is no file `{}`", path.value);
        let known = project.files.keys().map(String::as_str);
        return Err(
            Diagnostic::new("no-file", message, Place::of(file, path)).nearest(&path.value, known)
        );
    };
    let query = Query::parse(Origin::Text(Arc::clone(sql), 0), &sql.text)?;
    let reads = others(&query, &stage.name);
    Ok(CheckPlan { name: format!("no_rows: {}", path.value), own: reads.is_empty(), reads, query })
}

fn others(query: &Query, own: &str) -> Vec<String> {
    query.tables().into_iter().filter(|table| table != own).collect()
}

/// A column that a check names must be one of the table's.
fn columns_exist(stage: &Stage, file: &Arc<SourceFile>, check: &Check) -> Result<(), Diagnostic> {
    let named: Vec<&Spanned<String>> = match check {
        Check::NotNull(columns) | Check::Unique(columns) => columns.iter().collect(),
        Check::AcceptedValues(check) => vec![&check.column],
        Check::AcceptedRange(check) => vec![&check.column],
        Check::References(check) => vec![&check.column],
        Check::RowCount(_) | Check::NoRows(_) => Vec::new(),
    };
    let known = || stage.columns.iter().map(|column| column.name.as_str());
    let is_period = |name: &str| stage.per_period && name == PERIOD_COLUMN;
    let missing = named
        .into_iter()
        .find(|name| !is_period(&name.value) && !known().any(|known| known == name.value));
    let Some(name) = missing else { return Ok(()) };
    let message = format!("a check names `{}`, which `{}` does not have", name.value, stage.name);
    Err(Diagnostic::new("unknown-column", message, Place::of(file, name))
        .nearest(&name.value, known()))
}

fn sql(table: &str, check: &Check) -> String {
    match check {
        Check::NotNull(columns) => {
            let broken: Vec<String> =
                columns.iter().map(|column| format!("{} is null", quoted(&column.value))).collect();
            format!("select * from {table} where {}", broken.join(" or "))
        }
        Check::Unique(columns) => {
            let columns: Vec<String> = columns.iter().map(|column| quoted(&column.value)).collect();
            let columns = columns.join(", ");
            format!(
                "select {columns}, count(*) as rows from {table} group by {columns} having count(*) > 1"
            )
        }
        Check::AcceptedValues(AcceptedValues { column, values }) => {
            let values: Vec<String> =
                values.iter().map(|value| format!("'{}'", value.replace('\'', "''"))).collect();
            let column = quoted(&column.value);
            format!(
                "select * from {table} where cast({column} as string) not in ({})",
                values.join(", ")
            )
        }
        Check::AcceptedRange(range) => out_of_range(table, range),
        Check::References(check) => format!(
            "select * from {table} as here where {0} is not null and not exists \
             (select 1 from {1} as there where there.{2} = here.{0})",
            quoted(&check.column.value),
            check.table.value,
            quoted(&check.to.value),
        ),
        Check::RowCount(RowCount { min, max }) => {
            let (min, max) = (min.unwrap_or(0), max.unwrap_or(i64::MAX.unsigned_abs()));
            format!(
                "select count(*) as rows from {table} having count(*) not between {min} and {max}"
            )
        }
        Check::NoRows(_) => String::new(),
    }
}

/// Not a number is in no range.
fn out_of_range(table: &str, range: &AcceptedRange) -> String {
    let column = quoted(&range.column.value);
    let mut broken = vec![format!("isnan(cast({column} as double))")];
    broken.extend(range.min.map(|min| format!("{column} < {min:?}")));
    broken.extend(range.max.map(|max| format!("{column} > {max:?}")));
    format!("select * from {table} where {}", broken.join(" or "))
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

fn name(check: &Check) -> String {
    let list = |names: &[Spanned<String>]| {
        let names: Vec<&str> = names.iter().map(|name| name.value.as_str()).collect();
        names.join(", ")
    };
    let bound = |value: Option<String>| value.unwrap_or_else(|| "…".into());
    match check {
        Check::NotNull(columns) => format!("not_null: {}", list(columns)),
        Check::Unique(columns) => format!("unique: {}", list(columns)),
        Check::AcceptedValues(check) => {
            format!("accepted_values: {} in {}", check.column.value, check.values.join(", "))
        }
        Check::AcceptedRange(check) => format!(
            "accepted_range: {} from {} to {}",
            check.column.value,
            bound(check.min.map(|min| min.to_string())),
            bound(check.max.map(|max| max.to_string())),
        ),
        Check::References(check) => {
            format!(
                "references: {} in {}.{}",
                check.column.value, check.table.value, check.to.value
            )
        }
        Check::RowCount(check) => format!(
            "row_count: from {} to {}",
            bound(check.min.map(|min| min.to_string())),
            bound(check.max.map(|max| max.to_string())),
        ),
        Check::NoRows(check) => format!("no_rows: {}", check.sql.value),
    }
}
