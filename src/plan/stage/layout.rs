//! How the files of a published table are laid out.

use std::sync::Arc;

use datafusion::arrow::datatypes::DataType;

use super::columns::no_such_column;
use super::draft::Draft;
use crate::declare::{Named, Publish};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Place, SourceFile};
use crate::plan::model::{ColumnPlan, Layout, PERIOD_COLUMN};
use crate::session::type_name;

/// The layouts that a pipeline gives, in its file.
#[derive(Clone, Copy)]
pub(super) struct Layouts<'a> {
    pub(super) file: &'a Arc<SourceFile>,
    pub(super) declared: &'a Named<Publish>,
}

impl Layouts<'_> {
    /// The layout of a published table, the pipeline's own if it gives one, its order made total.
    pub(super) fn of(
        &self,
        draft: &Draft,
        columns: &[ColumnPlan],
        key: &[String],
        wrong: &mut Diagnostics,
    ) -> Option<Layout> {
        let (file, publish) = self.written(draft)?;
        columns_exist(file, publish, draft, columns, wrong);
        partitionable(file, publish, columns, wrong);
        once(file, publish, wrong);
        keeps_a_column(file, &draft.name, publish, columns, wrong);
        let period = draft.per_period.then(|| PERIOD_COLUMN.to_owned());
        let partitions = publish.partition_by.iter().map(|name| name.value.clone());
        let partition_by: Vec<String> = period.into_iter().chain(partitions).collect();
        let sort_by = total_order(publish, columns, key, &partition_by);
        Some(Layout { partition_by, sort_by })
    }

    /// What is written, and where.
    fn written<'a>(&'a self, draft: &'a Draft) -> Option<(&'a Arc<SourceFile>, &'a Publish)> {
        let over = self.declared.get(&draft.name).map(|publish| (self.file, publish));
        over.or_else(|| {
            let (file, table) = draft.yaml.as_ref()?;
            table.publish.as_ref().map(|publish| (file, publish))
        })
    }
}

fn columns_exist(
    file: &Arc<SourceFile>,
    publish: &Publish,
    draft: &Draft,
    columns: &[ColumnPlan],
    wrong: &mut Diagnostics,
) {
    for (what, names) in [("partition_by", &publish.partition_by), ("sort_by", &publish.sort_by)] {
        for name in names {
            let known = columns.iter().map(|column| column.name.as_str());
            let reported = draft.promises(&name.value);
            if !reported && !known.clone().any(|known| known == name.value) {
                wrong.push(no_such_column(file, what, name, known));
            }
        }
    }
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
            let diagnostic = Diagnostic::new(Code::WrongType, message, Place::of(file, name));
            wrong.push(diagnostic.help("partition by a string, an integer or a date"));
        }
    }
}

/// A folder within one of the same name would repeat or contradict it.
fn once(file: &Arc<SourceFile>, publish: &Publish, wrong: &mut Diagnostics) {
    let names = &publish.partition_by;
    let is_known = |at: usize| names[..at].iter().any(|name| name.value == names[at].value);
    for at in (0..names.len()).filter(|at| is_known(*at)) {
        let message = format!("`partition_by` names `{}` twice", names[at].value);
        let diagnostic =
            Diagnostic::new(Code::DuplicateColumn, message, Place::of(file, &names[at]));
        wrong.push(diagnostic.help("keep one of the two"));
    }
}

/// Values of partition columns are not in files: without another column, readers would find no
/// rows.
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
        let diagnostic = Diagnostic::new(Code::OnlyPartitions, message, Place::of(file, first));
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
    // Two instants with the same wall time are ordered by the remaining columns.
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
