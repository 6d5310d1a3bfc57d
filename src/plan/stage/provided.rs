//! What the stages of a pipeline provide of what its canonical tables promise: defaults and headlines rest on it.

use std::sync::Arc;

use super::draft::Drafts;
use crate::declare::Spanned;
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Place, SourceFile};

/// Whether a stage makes the table, or yields more than NULL in the column: `products`, `products.unit_cost`.
pub(super) fn is_provided(drafts: &Drafts, name: &str) -> bool {
    let (table, column) = parted(name);
    let Some(stage) = drafts.stages.iter().find(|stage| stage.name == table) else {
        return drafts.makes.contains(table);
    };
    column.is_none_or(|column| !stage.query.yields_null(column))
}

/// Says that a name is not that of a canonical table, or of a column of one.
pub(super) fn is_canonical(
    drafts: &Drafts,
    file: &Arc<SourceFile>,
    name: &Spanned<String>,
    wrong: &mut Diagnostics,
) {
    let (table, column) = parted(&name.value);
    let place = Place::of(file, name);
    let Some(canonical) = drafts.canonical.iter().find(|canonical| canonical.name == table) else {
        let message = format!("`{table}` is not a canonical table of the pipeline");
        let known = drafts.canonical.iter().map(|canonical| canonical.name.as_str());
        let diagnostic = Diagnostic::new(Code::UnknownTable, message, place);
        wrong.push(diagnostic.nearest_or_all(table, known, "canonical tables"));
        return;
    };
    let columns = &canonical.table.columns;
    if let Some(column) = column.filter(|column| columns.get(column).is_none()) {
        let message = format!("the canonical table `{table}` has no column `{column}`");
        let known = columns.iter().map(|(name, _)| name.value.as_str());
        let diagnostic = Diagnostic::new(Code::UnknownColumn, message, place);
        wrong.push(diagnostic.nearest_or_all(column, known, "columns"));
    }
}

fn parted(name: &str) -> (&str, Option<&str>) {
    name.split_once('.').map_or((name, None), |(table, column)| (table, Some(column)))
}
