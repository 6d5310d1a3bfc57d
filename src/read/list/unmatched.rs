//! What exists where a source found no files: the difference between a folder that has not been
//! made yet and a name that is misspelled.

use std::collections::BTreeSet;
use std::path::Path;

use futures::{StreamExt, TryStreamExt};

use super::disk;
use super::filter::PassedOver;
use super::inventory::{below, unlisted};
use super::pattern::Pattern;
use crate::read::ReadError;
use crate::store::Location;

/// How many names are shown.
const SHOWN: usize = 3;
/// How many objects are listed; a bucket can have too many to wait for.
const LOOKED_AT: usize = 1000;

/// Why existing files are not read.
const HIDDEN: &str = "names that begin with `_`, `.` or `~$`, or end in `#` and a number, are ignored unless the location writes them";

/// What there is instead of the files of a source.
pub(in crate::read) struct Unmatched {
    /// Whether nothing exists.
    pub(super) is_nothing: bool,
    /// Whether the folder is there. Only disks have empty folders; in an object store, every folder
    /// of a bucket counts as existing.
    pub(super) has_folder: bool,
    /// In words.
    pub(in crate::read) text: String,
}

/// Inspects a place where no file matched `pattern` except skipped ones, or that is not a
/// file itself. Paths below `base` are reported relative to it.
pub(in crate::read) async fn unmatched(
    place: &Location,
    pattern: Option<&Pattern>,
    passed: &PassedOver,
    base: &Path,
) -> Result<Unmatched, ReadError> {
    let files = files(place).await?;
    let seen = |path: &str| pattern.is_none_or(|pattern| pattern.sees(path));
    let seen: Vec<String> = files.iter().filter(|path| seen(path)).cloned().collect();
    let has_folder = place.local.as_ref().is_none_or(|folder| folder.is_dir());
    let text = match (seen.is_empty(), pattern) {
        _ if passed.excluded.count > 0 => {
            format!(
                "`{}` holds {}, which `exclude` leaves out",
                shown(place, base),
                passed.excluded
            )
        }
        _ if passed.own.count > 0 => format!(
            "`{}` holds {}, which the pipeline's own runs have written",
            shown(place, base),
            passed.own
        ),
        _ if passed.hidden.count > 0 => {
            format!("`{}` holds {}, but {HIDDEN}", shown(place, base), passed.hidden)
        }
        (false, None) => format!("`{}` is a folder; end it in `/*`", shown(place, base)),
        (false, Some(_)) => format!("`{}` holds {}", shown(place, base), named(&seen)),
        (true, Some(_)) if !files.is_empty() => {
            format!("`{}` holds {}, but {HIDDEN}", shown(place, base), named(&files))
        }
        (true, Some(_)) if has_folder && place.local.is_some() => {
            format!("`{}` is empty", shown(place, base))
        }
        (true, _) => above(place, base).await?,
    };
    Ok(Unmatched { is_nothing: seen.is_empty(), has_folder, text })
}

/// The nearest folder above that holds anything, and what it holds.
async fn above(place: &Location, base: &Path) -> Result<String, ReadError> {
    let mut place = place.clone();
    let missing = shown(&place, base);
    while let Some(parent) = parent(&place) {
        place = parent;
        let names = entries(&place).await?;
        if !names.is_empty() {
            return Ok(format!("`{}` holds {}", shown(&place, base), named(&names)));
        }
    }
    Ok(format!("there is nothing in or above `{missing}`"))
}

fn shown(place: &Location, base: &Path) -> String {
    let base = base.canonicalize().unwrap_or_else(|_| base.to_owned());
    let below = place.local.as_ref().and_then(|path| path.strip_prefix(base).ok());
    match below {
        Some(below) if below.as_os_str().is_empty() => ".".to_owned(),
        Some(below) => below.display().to_string(),
        None => place.shown(),
    }
}

fn parent(place: &Location) -> Option<Location> {
    let local = match &place.local {
        Some(path) => Some(path.parent()?.to_owned()),
        None => None,
    };
    let mut parts: Vec<_> = place.path.parts().collect();
    parts.pop()?;
    Some(Location { path: parts.into_iter().collect(), local, ..place.clone() })
}

/// The first files below a place, by their path below it.
async fn files(place: &Location) -> Result<Vec<String>, ReadError> {
    if let Some(folder) = &place.local {
        return Ok(disk::names(folder, LOOKED_AT));
    }
    let listed = place.store.list(Some(&place.path)).take(LOOKED_AT);
    let listed: Result<Vec<_>, _> = listed.try_collect().await;
    let listed = listed.map_err(|error| unlisted(place, &error))?;
    let mut names: Vec<String> =
        listed.iter().filter_map(|meta| below(place, &meta.location)).collect();
    names.sort();
    Ok(names)
}

/// What lies in a folder itself; folders end in `/`.
async fn entries(place: &Location) -> Result<Vec<String>, ReadError> {
    if let Some(folder) = &place.local {
        let Ok(entries) = std::fs::read_dir(folder) else { return Ok(Vec::new()) };
        let mut names: Vec<String> = entries
            .flatten()
            .map(|entry| {
                let end = if entry.path().is_dir() { "/" } else { "" };
                format!("{}{end}", entry.file_name().to_string_lossy())
            })
            .collect();
        names.sort();
        return Ok(names);
    }
    let files = files(place).await?;
    let first = |path: String| match path.split_once('/') {
        Some((folder, _)) => format!("{folder}/"),
        None => path,
    };
    let names: BTreeSet<String> = files.into_iter().map(first).collect();
    Ok(names.into_iter().collect())
}

fn named(names: &[String]) -> String {
    let shown: Vec<String> = names.iter().take(SHOWN).map(|name| format!("`{name}`")).collect();
    let shown = shown.join(", ");
    match names.len() {
        LOOKED_AT.. => format!("{LOOKED_AT} files or more, such as {shown}"),
        count if count > SHOWN => format!("{shown} and {} more", count - SHOWN),
        _ => shown,
    }
}
