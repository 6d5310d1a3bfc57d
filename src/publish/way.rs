//! What blocks the paths of a release is reported before it is built, as far as the paths
//! are known: the next records, the folders of tables and periods, and the first file of each. The
//! partition values are not known by then; only existing folders of values are checked.

use std::collections::BTreeMap;

use super::{PublishError, Release, Warehouse};
use crate::store::RelativePath;

/// Where a table will be put.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The folders of periods that will be built, such as `period=2026-10-01`; `None` of a whole table.
    pub slices: Option<Vec<String>>,
    /// The columns by whose values the rows of each are divided into further folders, outermost first.
    pub divided_by: Vec<String>,
}

/// Ensures that a release after `base` can be published, as far as that is known before it is
/// built.
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

/// Ensures that a folder can have files.
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
    divided(warehouse, base, &place.divided_by, folder)
}

/// Ensures that a folder, and those of values that are in it, can have files.
fn divided(
    warehouse: &Warehouse,
    base: &Release,
    columns: &[String],
    folder: &str,
) -> Result<(), PublishError> {
    let any = format!("{folder}/any");
    warehouse.unobstructed(&any)?;
    warehouse.writable(&any)?;
    let Some((column, inner)) = columns.split_first() else {
        let first = RelativePath::new(format!("{folder}/part-00000.parquet"))?;
        // The name of a removed file is not reused, so that whatever has it now does no harm.
        return match base.retired.contains(&first) {
            true => Ok(()),
            false => warehouse.unobstructed(&first),
        };
    };
    let Some(file) = warehouse.on_disk(&any)? else { return Ok(()) };
    let names = warehouse.names_on_disk(file.parent().unwrap_or(&file), |_| true)?;
    let start = format!("{column}=");
    let values = names.into_iter().filter(|name| name.starts_with(&start));
    // Anything without a name of our folders does no harm.
    let folders = values.map(|name| format!("{folder}/{name}"));
    let mut ours = folders.filter(|below| RelativePath::new(below).is_ok());
    ours.try_for_each(|below| divided(warehouse, base, inner, &below))
}
