//! The columns of a stage: those of the query, in the types that its table file declares.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono_tz::Tz;
use datafusion::arrow::datatypes::{DataType, Field, SchemaRef, TimeUnit};

use super::draft::{Draft, Drafts};
use crate::declare::{Column, ColumnType, Spanned};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Place, SourceFile};
use crate::plan::model::{ColumnPlan, PERIOD_COLUMN};
use crate::plan::source::{arrow_type, shown_type};
use crate::session::{column_type, type_name};

/// The columns of every canonical table.
pub(super) fn canonical(
    drafts: &Drafts,
    zone: Tz,
    wrong: &mut Diagnostics,
) -> BTreeMap<String, Vec<ColumnPlan>> {
    let mut tables = BTreeMap::new();
    for canonical in &drafts.canonical {
        let mut columns = Vec::new();
        for (name, written) in canonical.table.columns.iter() {
            columns.push(if let Some(promised) = &written.data_type {
                shown(&name.value, promised.value, zone, Some(written))
            } else {
                wrong.push(untyped(&canonical.file, name));
                // Is compatible with every type, so that queries on it have no errors.
                described(&name.value, DataType::Null, Some(written))
            });
        }
        tables.insert(canonical.name.clone(), columns);
    }
    tables
}

fn untyped(file: &Arc<SourceFile>, name: &Spanned<String>) -> Diagnostic {
    let message = format!("the canonical column `{}` has no type", name.value);
    Diagnostic::new(Code::Untyped, message, Place::of(file, name)).help("add `type: …` to it")
}

/// The columns of a canonical table, each from the query's column of its name.
pub(super) fn mapped(
    draft: &Draft,
    yields: &SchemaRef,
    promised: &[ColumnPlan],
    wrong: &mut Diagnostics,
) -> Vec<ColumnPlan> {
    for column in promised {
        let Ok(field) = yields.field_with_name(&column.name) else {
            wrong.push(lacking(draft, &column.name));
            continue;
        };
        if !converts(field.data_type(), &column.data_type) {
            let place = draft.place_of_output(&column.name);
            let diagnostic = mismatch(&column.name, field.data_type(), &column.data_type, place);
            wrong.push(diagnostic.help("cast it: the canonical table says what it is"));
        }
    }
    promised.to_vec()
}

fn lacking(draft: &Draft, column: &str) -> Diagnostic {
    let message = format!("`{}` lacks the column `{column}` of the canonical table", draft.name);
    let help = format!("yield it; where it is unknown, as `null as {column}`");
    Diagnostic::new(Code::MissingColumn, message, draft.query.origin.start()).help(help)
}

/// The columns of any other table: the query's, in the types its table file states.
pub(super) fn columns(
    draft: &Draft,
    zone: Tz,
    yields: &SchemaRef,
    wrong: &mut Diagnostics,
) -> Vec<ColumnPlan> {
    let Some((file, table)) = &draft.yaml else {
        let fields = yields.fields().iter();
        return fields.map(|field| as_it_is(field, zone, None)).collect();
    };
    for (name, _) in table.columns.iter() {
        if yields.column_with_name(&name.value).is_none() {
            let message = format!("the query does not yield `{}`", name.value);
            let known = yields.fields().iter().map(|field| field.name().as_str());
            let diagnostic = Diagnostic::new(Code::MissingColumn, message, Place::of(file, name));
            wrong.push(diagnostic.nearest_or_all(&name.value, known, "columns of the query"));
        }
    }
    let is_period = |name: &str| draft.per_period && name == PERIOD_COLUMN;
    let fields = yields.fields().iter().filter(|field| !is_period(field.name()));
    fields.map(|field| typed(file, zone, field, table.columns.get(field.name()), wrong)).collect()
}

fn typed(
    file: &Arc<SourceFile>,
    zone: Tz,
    field: &Field,
    written: Option<&Column>,
    wrong: &mut Diagnostics,
) -> ColumnPlan {
    let promised = written.and_then(|column| column.data_type.as_ref());
    let Some(promised) = promised else {
        return as_it_is(field, zone, written);
    };
    let shown = shown(field.name(), promised.value, zone, written);
    if !converts(field.data_type(), &shown.data_type) {
        let place = Place::of(file, promised);
        wrong.push(mismatch(field.name(), field.data_type(), &shown.data_type, place));
    }
    match field.data_type() {
        // A type without a zone loses nothing for readers.
        DataType::Timestamp(_, None) if promised.value == ColumnType::Timestamp => {
            ColumnPlan { within: None, ..shown }
        }
        _ => shown,
    }
}

/// A column as the query returns it; readers see wall time.
fn as_it_is(field: &Field, zone: Tz, written: Option<&Column>) -> ColumnPlan {
    match field.data_type() {
        DataType::Timestamp(_, Some(_)) => {
            shown(field.name(), ColumnType::Timestamp, zone, written)
        }
        other => described(field.name(), other.clone(), written),
    }
}

/// A column of a declared type.
fn shown(name: &str, declared: ColumnType, zone: Tz, written: Option<&Column>) -> ColumnPlan {
    let (data_type, within) = (shown_type(declared), arrow_type(declared, zone));
    let within = (within != data_type).then_some(within);
    ColumnPlan { within, ..described(name, data_type, written) }
}

fn described(name: &str, data_type: DataType, written: Option<&Column>) -> ColumnPlan {
    let plan = ColumnPlan::new(name, data_type);
    let Some(written) = written else { return plan };
    ColumnPlan {
        description: written.description.clone(),
        unit: written.unit.clone(),
        concepts: written.concept.0.clone(),
        approximates: written.approximates.0.clone(),
        ..plan
    }
}

fn mismatch(name: &str, yields: &DataType, promised: &DataType, place: Place) -> Diagnostic {
    let promised = type_name(promised);
    let message =
        format!("`{name}` is promised as {promised}, but the query yields {}", type_name(yields));
    let help = match nearest_type(yields) {
        Some(found) => format!("cast it in the query, or promise {found}"),
        None => format!("cast it in the query: `cast(… as {promised}) as {name}`"),
    };
    Diagnostic::new(Code::WrongType, message, place).help(help)
}

/// The type of a table file that represents every value of this one, or stops the run at one it
/// cannot.
pub(super) fn nearest_type(data_type: &DataType) -> Option<ColumnType> {
    column_type(data_type).or_else(|| match data_type {
        DataType::Timestamp(_, None) => Some(ColumnType::Timestamp),
        other if other.is_integer() => Some(ColumnType::Int64),
        other if other.is_floating() => Some(ColumnType::Float64),
        _ => None,
    })
}

/// Whether values of one type become the other without losing anything: a value that does not fit
/// then stops the run, it is never truncated.
fn converts(from: &DataType, to: &DataType) -> bool {
    let text = |data_type: &DataType| {
        matches!(data_type, DataType::Utf8 | DataType::Utf8View | DataType::LargeUtf8)
    };
    match (from, to) {
        (DataType::Null, _) => true,
        (from, to) if text(from) && text(to) => true,
        (from, DataType::Float64) => from.is_integer() || from.is_floating(),
        (DataType::Timestamp(..), DataType::Timestamp(TimeUnit::Microsecond, _)) => true,
        (DataType::Decimal128(_, from), DataType::Decimal128(_, to)) => from <= to,
        (from, DataType::Int32 | DataType::Int64 | DataType::Decimal128(_, _)) => from.is_integer(),
        (from, to) => from == to,
    }
}

/// A name of a column that the table does not have.
pub(super) fn no_such_column<'a>(
    file: &Arc<SourceFile>,
    what: &str,
    name: &Spanned<String>,
    known: impl Iterator<Item = &'a str>,
) -> Diagnostic {
    let message = format!("`{what}` names `{}`, which the table does not have", name.value);
    Diagnostic::new(Code::UnknownColumn, message, Place::of(file, name)).nearest_or_all(
        &name.value,
        known,
        "columns",
    )
}
