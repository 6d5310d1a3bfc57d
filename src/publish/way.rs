//! What is in the way of a release is told before it is built, as far as it is known where it will lie:
//! the records that follow, the folders of tables and periods, and the first file of each without folders
//! of values.

use std::collections::BTreeMap;

use super::{PublishError, Release, Warehouse};
use crate::store::RelativePath;

/// Where a table will be put.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The folders of periods that will be built, such as `period=2026-10-01`; `None` of a whole table.
    pub slices: Option<Vec<String>>,
    /// Whether the rows of each are divided into further folders, by their values.
    pub is_divided: bool,
}

/// Sees to it that a release after `base` can be put in place, as far as that is known before it is built.
///
/// # Errors
/// Something is in the way, or a folder leads out of the warehouse.
pub fn look_ahead(
    warehouse: &Warehouse,
    base: &Release,
    tables: &BTreeMap<String, Place>,
) -> Result<(), PublishError> {
    warehouse.records_are_free(base)?;
    for (table, place) in tables {
        let slices = place.slices.iter().flatten().map(|slice| format!("{table}/{slice}"));
        let whole = place.slices.is_none().then(|| table.clone());
        for folder in slices.chain(whole) {
            free(warehouse, base, place, &folder)?;
        }
    }
    Ok(())
}

/// Sees to it that a folder can have files.
fn free(
    warehouse: &Warehouse,
    base: &Release,
    place: &Place,
    folder: &str,
) -> Result<(), PublishError> {
    if let Some(published) = base.tables.get(folder.split('/').next().unwrap_or(folder)) {
        let files = published.files.iter().filter(|file| file.path.below(folder).is_some());
        files.map(|file| &file.path).try_for_each(|path| warehouse.unobstructed(path))?;
    }
    let first = RelativePath::new(format!("{folder}/part-00000.parquet"))?;
    // A name that a file had before is not given again, so that what has it by now is in nobody's way.
    if place.is_divided || base.retired.contains(&first) {
        return warehouse.unobstructed(&format!("{folder}/any"));
    }
    warehouse.unobstructed(&first)
}
