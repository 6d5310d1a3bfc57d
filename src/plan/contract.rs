//! What a query yields, held against what its table file promises.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono_tz::Tz;
use datafusion::arrow::datatypes::{DataType, Field, SchemaRef, TimeUnit};

use super::field::{arrow_type, shown_type};
use super::graph::{Draft, Drafts};
use super::history::HistoryPlan;
use super::{ColumnPlan, Layout, PERIOD_COLUMN, Stage, published_name, reader_columns};
use crate::declare::{Column, ColumnType, Pipeline, Publish, Spanned, TableFile};
use crate::diagnostic::{Diagnostic, Diagnostics, Place, SourceFile};
use crate::project::Project;
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
                // Goes with everything, so that the queries on it are not blamed.
                described(&name.value, DataType::Null, Some(written))
            });
        }
        tables.insert(canonical.name.clone(), columns);
    }
    tables
}

fn untyped(file: &Arc<SourceFile>, name: &Spanned<String>) -> Diagnostic {
    let message = format!("the canonical column `{}` has no type", name.value);
    Diagnostic::new("untyped", message, Place::of(file, name)).help("add `type: …` to it")
}

/// What a stage is part of.
pub(super) struct Of<'a> {
    pub(super) project: &'a Project,
    pub(super) pipeline: &'a Pipeline,
    pub(super) zone: Tz,
}

/// The stage as it will run: its columns in their promised types, its layout, its key.
pub(super) fn stage(
    of: &Of<'_>,
    draft: &Draft,
    (yields, history): (&SchemaRef, Option<HistoryPlan>),
    canonical: &BTreeMap<String, Vec<ColumnPlan>>,
    read_by: &BTreeMap<String, (usize, bool)>,
    wrong: &mut Diagnostics,
) -> Stage {
    reserved(draft, yields, wrong);
    let columns = match canonical.get(&draft.name) {
        Some(promised) => mapped(draft, yields, promised, wrong),
        None => columns(draft, of.zone, yields, wrong),
    };
    let table = draft.yaml.as_ref().map(|(_, table)| table);
    let key = key(draft, &columns, wrong);
    let publish = layout(of.project, of.pipeline, draft, &columns, &key, wrong);
    let kept = |of: &DataType| !holds(of, &|of| is_unkept(of, publish.is_some()));
    columns.iter().filter(|column| !kept(&column.data_type)).for_each(|column| {
        wrong.push(unkept(draft, column));
    });
    if let Some(layout) = &publish {
        let readers = reader_columns(draft.per_period, &columns);
        let place = |name: &str| output(draft, name);
        published_name::check(&draft.name, &readers, &layout.partition_by, place, wrong);
        columns.iter().filter(|column| !is_described(column)).for_each(|column| {
            wrong.push(undescribed(draft, column));
        });
    }
    let (readers, by_period) = read_by.get(&draft.name).copied().unwrap_or_default();
    let checked = table.is_some_and(|table| {
        !table.checks.is_empty() || !table.row_key(draft.per_period).is_empty()
    }) || canonical.contains_key(&draft.name);
    Stage {
        name: draft.name.clone(),
        path: draft.path.clone(),
        query: draft.query.clone(),
        history,
        inputs: draft.inputs.iter().cloned().collect(),
        per_period: draft.per_period,
        materialised: publish.is_some()
            || checked
            || readers != 1
            || (by_period && !draft.per_period),
        description: table.and_then(|table| table.description.clone()),
        columns,
        key,
        publish,
        checks: Vec::new(),
    }
}

/// Where a query names a column that it yields, or its first word.
fn output(draft: &Draft, column: &str) -> Place {
    draft.query.place_of_output(column).unwrap_or_else(|| draft.query.origin.start())
}

/// The engine writes `period` itself.
fn reserved(draft: &Draft, yields: &SchemaRef, wrong: &mut Diagnostics) {
    if draft.per_period && yields.column_with_name(PERIOD_COLUMN).is_some() {
        let message = format!("`{}` yields `{PERIOD_COLUMN}`, which every run adds", draft.name);
        let diagnostic = Diagnostic::new("reserved-column", message, output(draft, PERIOD_COLUMN));
        wrong.push(diagnostic.help("leave the column out, or give it another name"));
    }
}

/// The columns of a canonical table, each from the query's column of its name.
fn mapped(
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
            let place = output(draft, &column.name);
            let diagnostic = mismatch(&column.name, field.data_type(), &column.data_type, place);
            wrong.push(diagnostic.help("cast it: the canonical table says what it is"));
        }
    }
    promised.to_vec()
}

fn lacking(draft: &Draft, column: &str) -> Diagnostic {
    let message = format!("`{}` lacks the column `{column}` of the canonical table", draft.name);
    let help = format!("yield it; where it is unknown, as `null as {column}`");
    Diagnostic::new("missing-column", message, draft.query.origin.start()).help(help)
}

/// The columns of any other table: the query's, in the types its table file states.
fn columns(
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
            let diagnostic = Diagnostic::new("missing-column", message, Place::of(file, name));
            wrong.push(diagnostic.nearest_or_all(&name.value, known, "columns of the query"));
        }
    }
    let is_period = |name: &str| draft.per_period && name == PERIOD_COLUMN;
    let fields = yields.fields().iter().filter(|field| !is_period(field.name()));
    fields.map(|field| typed(file, zone, field, table.columns.get(field.name()), wrong)).collect()
}

/// No file holds months, days and seconds as one value, and readers take a length of time in a file
/// for a bare number.
fn is_unkept(of: &DataType, published: bool) -> bool {
    matches!(of, DataType::Interval(_)) || published && matches!(of, DataType::Duration(_))
}

/// Whether a type is, or has within it, such a one.
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
    Diagnostic::new("wrong-type", message, output(draft, column)).help(help)
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
        (output(draft, name), help)
    };
    Diagnostic::new("undescribed-column", message, place).help(help)
}

/// What a table file says of a column of a type, in braces; a type that it cannot name is left to
/// the query.
fn described_as(data_type: &DataType) -> String {
    let description = "description: …";
    match nearest_type(data_type).map(|found| found.to_string()) {
        Some(found) if found.contains(',') => format!("type: \"{found}\", {description}"),
        Some(found) => format!("type: {found}, {description}"),
        None => description.to_owned(),
    }
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
        // What has no zone has nothing that readers would not see.
        DataType::Timestamp(_, None) if promised.value == ColumnType::Timestamp => {
            ColumnPlan { within: None, ..shown }
        }
        _ => shown,
    }
}

/// A column as the query yields it; readers see what clocks show.
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
    ColumnPlan {
        description: written.and_then(|column| column.description.clone()),
        unit: written.and_then(|column| column.unit.clone()),
        ..ColumnPlan::new(name, data_type)
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
    Diagnostic::new("wrong-type", message, place).help(help)
}

/// The type of a table file that holds every value of this one, or stops the run at one it cannot.
fn nearest_type(data_type: &DataType) -> Option<ColumnType> {
    column_type(data_type).or_else(|| match data_type {
        DataType::Timestamp(_, None) => Some(ColumnType::Timestamp),
        other if other.is_integer() => Some(ColumnType::Int64),
        other if other.is_floating() => Some(ColumnType::Float64),
        _ => None,
    })
}

/// Whether values of one type become the other without losing anything: a value that does not fit
/// then stops the run, it is never cut.
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

fn key(draft: &Draft, columns: &[ColumnPlan], wrong: &mut Diagnostics) -> Vec<String> {
    let Some((file, table)) = &draft.yaml else { return Vec::new() };
    let names = || columns.iter().map(|column| column.name.as_str());
    let key = table.row_key(draft.per_period);
    for name in &key {
        let is_period = draft.per_period && name.value == PERIOD_COLUMN;
        let reported = is_period || promised(draft, &name.value);
        if !reported && !names().any(|known| known == name.value) {
            wrong.push(no_such_column(file, "key", name, names()));
        }
    }
    key.into_iter().map(|name| name.value).collect()
}

/// Whether the table file promises the column: if the query lacks it, that is said already.
fn promised(draft: &Draft, column: &str) -> bool {
    draft.yaml.as_ref().is_some_and(|(_, table)| table.columns.get(column).is_some())
}

fn no_such_column<'a>(
    file: &Arc<SourceFile>,
    what: &str,
    name: &Spanned<String>,
    known: impl Iterator<Item = &'a str>,
) -> Diagnostic {
    let message = format!("`{what}` names `{}`, which the table does not have", name.value);
    Diagnostic::new("unknown-column", message, Place::of(file, name)).nearest_or_all(
        &name.value,
        known,
        "columns",
    )
}

/// The layout of a published table, the pipeline's own if it gives one, its order made total.
fn layout(
    project: &Project,
    pipeline: &Pipeline,
    draft: &Draft,
    columns: &[ColumnPlan],
    key: &[String],
    wrong: &mut Diagnostics,
) -> Option<Layout> {
    let beside = draft.yaml.as_ref().and_then(|(file, table)| beside(file, table));
    let over = pipeline.publish.get(&draft.name).map(|publish| (&project.pipeline, publish));
    let (file, publish) = over.or(beside)?;
    for (what, names) in [("partition_by", &publish.partition_by), ("sort_by", &publish.sort_by)] {
        for name in names {
            let known = columns.iter().map(|column| column.name.as_str());
            if !promised(draft, &name.value) && !known.clone().any(|known| known == name.value) {
                wrong.push(no_such_column(file, what, name, known));
            }
        }
    }
    partitionable(file, publish, columns, wrong);
    once(file, publish, wrong);
    keeps_a_column(file, &draft.name, publish, columns, wrong);
    let period = draft.per_period.then(|| PERIOD_COLUMN.to_owned());
    let partitions = publish.partition_by.iter().map(|name| name.value.clone());
    let partition_by: Vec<String> = period.into_iter().chain(partitions).collect();
    let sort_by = total_order(publish, columns, key, &partition_by);
    Some(Layout { partition_by, sort_by })
}

fn beside<'a>(
    file: &'a Arc<SourceFile>,
    table: &'a TableFile,
) -> Option<(&'a Arc<SourceFile>, &'a Publish)> {
    table.publish.as_ref().map(|publish| (file, publish))
}

/// Folders are text: only values that read back from it exactly can be partitions.
fn partitionable(
    file: &Arc<SourceFile>,
    publish: &Publish,
    columns: &[ColumnPlan],
    wrong: &mut Diagnostics,
) {
    for name in &publish.partition_by {
        let column = columns.iter().find(|column| column.name == name.value);
        let Some(column) = column else { continue };
        let fits = matches!(
            column.data_type,
            DataType::Utf8View
                | DataType::Utf8
                | DataType::Int32
                | DataType::Int64
                | DataType::Date32
        );
        if !fits {
            let shown = type_name(&column.data_type);
            let message = format!("`{}` is {shown}, which cannot be a partition", name.value);
            let diagnostic = Diagnostic::new("wrong-type", message, Place::of(file, name));
            wrong.push(diagnostic.help("partition by a string, an integer or a date"));
        }
    }
}

/// A folder within one of the same name would say the same once more, or something else.
fn once(file: &Arc<SourceFile>, publish: &Publish, wrong: &mut Diagnostics) {
    let names = &publish.partition_by;
    let is_known = |at: usize| names[..at].iter().any(|name| name.value == names[at].value);
    for at in (0..names.len()).filter(|at| is_known(*at)) {
        let message = format!("`partition_by` names `{}` twice", names[at].value);
        let diagnostic = Diagnostic::new("duplicate-column", message, Place::of(file, &names[at]));
        wrong.push(diagnostic.help("keep one of the two"));
    }
}

/// Values of partition columns are in no file: without another column, readers would find no rows.
fn keeps_a_column(
    file: &Arc<SourceFile>,
    table: &str,
    publish: &Publish,
    columns: &[ColumnPlan],
    wrong: &mut Diagnostics,
) {
    let is_partition = |name: &str| publish.partition_by.iter().any(|known| known.value == name);
    let Some(first) = publish.partition_by.first() else { return };
    if columns.iter().all(|column| is_partition(&column.name)) {
        let message = format!(
            "`{table}` publishes nothing but partition columns: its files would have no column, and \
             readers would find no rows"
        );
        let diagnostic = Diagnostic::new("only-partitions", message, Place::of(file, first));
        wrong.push(diagnostic.help("take one out of `partition_by`, or yield another column"));
    }
}

/// The declared order, then the key, then, where there is no key, every other column: the same rows
/// are always written in the same order.
fn total_order(
    publish: &Publish,
    columns: &[ColumnPlan],
    key: &[String],
    partition_by: &[String],
) -> Vec<String> {
    let sorted = publish.sort_by.iter().map(|name| name.value.clone());
    let mut order: Vec<String> = sorted.chain(key.iter().cloned()).collect();
    // Two moments that clocks show alike are told apart by what else there is.
    let ties = columns.iter().any(|column| key.contains(&column.name) && column.shows_less());
    if key.is_empty() || ties {
        order.extend(columns.iter().map(|column| column.name.clone()));
    }
    let mut seen: Vec<String> = Vec::new();
    order.retain(|name| {
        let new = !seen.contains(name) && !partition_by.contains(name);
        seen.push(name.clone());
        new
    });
    order
}
