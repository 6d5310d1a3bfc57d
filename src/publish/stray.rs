//! Orphan files: files, and folders that are called like files, in a table's folder that no release names, and that readers of the folder read all the same.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path as LocalPath;

use super::{PublishError, Release, Warehouse};

/// The extensions of files that readers of a table's folder read, in any case.
const PARTS: [&str; 3] = [".parquet", ".parq", ".pq"];

/// The Parquet files in the folders of some tables, and of those of a release, that the release does not
/// name, sorted.
///
/// # Errors
/// The store refuses.
pub async fn strays<'a>(
    warehouse: &Warehouse,
    release: &Release,
    tables: impl IntoIterator<Item = &'a str>,
) -> Result<Vec<String>, PublishError> {
    let files = release.tables.values().flat_map(|table| &table.files);
    let named: BTreeSet<&str> = files.map(|file| &*file.path).collect();
    let mut tables: BTreeSet<&str> = tables.into_iter().collect();
    tables.extend(release.tables.keys().map(String::as_str));
    let mut found = BTreeSet::new();
    for table in tables {
        match warehouse.on_disk(&format!("{table}/any"))? {
            Some(file) => walk(file.parent().unwrap_or(&file), table, &mut found),
            None => found.extend(listed(warehouse, table).await?),
        }
    }
    found.retain(|path| is_part(path) && !is_named(&named, path));
    Ok(found.into_iter().collect())
}

/// Whether a path is that of a file that the release names, or of a folder that contains one:
/// values may look like names of files.
fn is_named(named: &BTreeSet<&str>, path: &str) -> bool {
    let next = named.range(path..).next();
    named.contains(path) || (path.ends_with('/') && next.is_some_and(|next| next.starts_with(path)))
}

fn is_part(path: &str) -> bool {
    let path = path.trim_end_matches('/').to_ascii_lowercase();
    PARTS.iter().any(|ending| path.ends_with(ending))
}

/// The files and folders below a folder of this machine, whatever their names are; those of folders end in `/`.
fn walk(folder: &LocalPath, below: &str, found: &mut BTreeSet<String>) {
    // What cannot be read here cannot be read by readers either.
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = format!("{below}/{}", entry.file_name().to_string_lossy());
        match entry.file_type() {
            Ok(kind) if kind.is_dir() => {
                walk(&entry.path(), &path, found);
                found.insert(path + "/");
            }
            _ => drop(found.insert(path)),
        }
    }
}

async fn listed(warehouse: &Warehouse, table: &str) -> Result<Vec<String>, PublishError> {
    let root = warehouse.location.path.as_ref();
    let objects = warehouse.list(table).await?.into_iter().map(|object| {
        let path = object.location.as_ref();
        let below = path.strip_prefix(root).unwrap_or(path);
        below.trim_start_matches('/').to_owned()
    });
    Ok(objects.collect())
}
