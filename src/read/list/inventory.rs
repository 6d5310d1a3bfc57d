//! The files of a source, listed once per run.

use std::collections::BTreeSet;
use std::path::Path as LocalPath;
use std::sync::Arc;

use datafusion::execution::object_store::ObjectStoreUrl;
use futures::{StreamExt, TryStreamExt, stream};
use object_store::local::LocalFileSystem;
use object_store::path::Path;
use object_store::{Error, ObjectMeta, ObjectStore, ObjectStoreExt};

use super::disk;
use super::filter::{Filter, PassedOver, Verdict};
use super::leave_out::leave_out;
use super::pattern::{Pattern, alternatives, split};
use super::unmatched::unmatched;
use crate::plan::{Exclude, SourcePlan};
use crate::read::ReadError;
use crate::store::{Address, Location, StoreError, is_web, open, redact};
use crate::text::printable;

/// How many files are looked up concurrently.
const AT_ONCE: usize = 8;

/// What a source consists of in this run.
#[derive(Debug, Clone)]
pub struct Inventory {
    /// The name under which a session knows the store.
    pub url: ObjectStoreUrl,
    /// Where the files lie.
    pub store: Arc<dyn ObjectStore>,
    /// The files, sorted by name.
    pub files: Vec<InputFile>,
    /// Files that match the location and are not read.
    pub passed: PassedOver,
}

/// A file as it was listed: path in the store, size, time of change and etag.
#[derive(Debug, Clone)]
pub struct InputFile {
    /// What `_file` says: the path in the bucket, or from the base folder of a local project.
    pub name: String,
    /// What the store says about it.
    pub meta: ObjectMeta,
}

impl Inventory {
    /// The bytes of all files as they are stored.
    pub fn bytes(&self) -> u64 {
        self.files.iter().fold(0, |sum, file| sum.saturating_add(file.meta.size))
    }

    /// Lists the files below `place` that match `pattern` and none of `exclude`, or the one file that
    /// `place` is.
    ///
    /// # Errors
    /// The store cannot be listed, a link leads out of the folder or in a circle, or the pattern
    /// makes no sense. A place without files gives an empty inventory.
    pub async fn list(
        place: &Location,
        pattern: Option<&str>,
        exclude: &Exclude,
        base: &LocalPath,
    ) -> Result<Self, ReadError> {
        let Some(pattern) = pattern else {
            if let Some(path) = &place.local {
                disk::is_a_file(path)?;
            }
            let found = one(place, &place.path).await?.into_iter().collect();
            return Ok(Self::of(place, found, base));
        };
        let pattern = compiled(pattern)?;
        let mut filter = Filter::new(&pattern, exclude);
        let warehouse = exclude.warehouse(base);
        let warehouse = warehouse.as_ref();
        let found = match &place.local {
            Some(folder) => on_this_disk(place, folder, warehouse, &mut filter).await?,
            None => in_store(place, warehouse, &mut filter).await?,
        };
        let passed = filter.passed;
        Ok(Self { passed, ..Self::of(place, found, base) })
    }

    fn of(place: &Location, found: Vec<ObjectMeta>, base: &LocalPath) -> Self {
        let base = base.canonicalize().unwrap_or_else(|_| base.to_owned());
        let named =
            found.into_iter().map(|meta| InputFile { name: name(place, &meta, &base), meta });
        let mut files: Vec<InputFile> = named.collect();
        files.sort_by(|a, b| a.name.cmp(&b.name));
        let (url, store) = (place.url.clone(), Arc::clone(&place.store));
        Self { url, store, files, passed: PassedOver::default() }
    }
}

/// Lists the files of `source`. Relative locations start at `base`.
///
/// # Errors
/// The location cannot be opened or listed, or there are no files and the source does not
/// allow that.
pub async fn inventory(source: &SourcePlan, base: &LocalPath) -> Result<Inventory, ReadError> {
    let found = if is_web(&source.location) {
        named(source, base).await
    } else {
        listed(source, base).await
    };
    found.map_err(|error| match error {
        ReadError::Pattern { problem, .. } => ReadError::Pattern {
            table: source.name.clone(),
            location: redact(&source.location),
            problem,
        },
        other => other,
    })
}

/// The files in a store that can list.
async fn listed(source: &SourcePlan, base: &LocalPath) -> Result<Inventory, ReadError> {
    let (folder, pattern) = split(&source.location);
    let place = open(folder, base)?;
    let found = Inventory::list(&place, pattern, &source.exclude, base).await?;
    if found.files.is_empty() {
        let pattern = pattern.map(compiled).transpose()?;
        let unmatched = unmatched(&place, pattern.as_ref(), &found.passed, base).await?;
        if !(source.optional && unmatched.is_nothing || source.allow_empty && unmatched.has_folder)
        {
            return Err(nothing(source, &source.location, &unmatched.text));
        }
    }
    Ok(found)
}

/// The files on a web server, all of them named: each must be there, unless there may be none.
async fn named(source: &SourcePlan, base: &LocalPath) -> Result<Inventory, ReadError> {
    let place = open(&source.location, base)?;
    let mut passed = PassedOver::default();
    let mut names = alternatives(place.path.as_ref()).map_err(unusable)?;
    names.retain(|name| {
        let excluded = source.exclude.leaves_out(name);
        if excluded {
            passed.excluded.add(name);
        }
        !excluded
    });
    let paths = names.iter().map(|name| Path::parse(name).map_err(|_| unusable(name.clone())));
    let paths = paths.collect::<Result<Vec<Path>, _>>()?;
    let asked = stream::iter(paths).map(|path| {
        let place = &place;
        async move {
            match one(place, &path).await? {
                None if !(source.optional || source.allow_empty) => {
                    let file = format!("{}{path}", place.url);
                    Err(nothing(source, &file, "the server has no such file"))
                }
                found => Ok(found),
            }
        }
    });
    let found: Vec<Option<ObjectMeta>> = asked.buffered(AT_ONCE).try_collect().await?;
    let found = Inventory::of(&place, found.into_iter().flatten().collect(), base);
    Ok(Inventory { passed, ..found })
}

fn nothing(source: &SourcePlan, location: &str, nearest: &str) -> ReadError {
    ReadError::NothingMatched {
        table: source.name.clone(),
        location: redact(location),
        nearest: nearest.to_owned(),
        help: allowance(source).to_owned(),
    }
}

/// A setting that the source has already is not suggested.
fn allowance(source: &SourcePlan) -> &'static str {
    match (source.optional, source.allow_empty) {
        (false, false) => {
            "correct the location; or declare the source `optional: true` if nothing may be there \
             at all, `allow_empty: true` if other files may be"
        }
        (true, false) => {
            "correct the location; `optional: true` allows that nothing is there at all, and \
             `allow_empty: true` beside it that other files are"
        }
        (false, true) => {
            "correct the location; `allow_empty: true` allows that the folder holds no such file, \
             and `optional: true` beside it that there is no folder"
        }
        (true, true) => "correct the location, or make the folder",
    }
}

/// Why a folder of a store cannot be listed.
pub(super) fn unlisted(place: &Location, error: &Error) -> ReadError {
    match error {
        Error::InvalidPath { source } => {
            let problem = printable(&source.to_string());
            ReadError::ObjectName { folder: place.shown(), problem }
        }
        other => StoreError::access(&place.shown(), other).into(),
    }
}

fn compiled(pattern: &str) -> Result<Pattern, ReadError> {
    Pattern::new(pattern).map_err(unusable)
}

fn unusable(problem: String) -> ReadError {
    ReadError::Pattern { table: String::new(), location: String::new(), problem }
}

async fn one(place: &Location, path: &Path) -> Result<Option<ObjectMeta>, ReadError> {
    match place.store.head(path).await {
        Ok(meta) => Ok(Some(meta)),
        Err(Error::NotFound { .. }) => Ok(None),
        Err(error) => {
            let shown = Location { path: path.clone(), ..place.clone() }.shown();
            Err(StoreError::access(&shown, &error).into())
        }
    }
}

/// The files of a folder of this machine.
async fn on_this_disk(
    place: &Location,
    folder: &LocalPath,
    warehouse: Option<&Address>,
    filter: &mut Filter<'_>,
) -> Result<Vec<ObjectMeta>, ReadError> {
    let warehouse = warehouse.and_then(Address::on_disk);
    let paths = disk::files(folder, warehouse, filter)?;
    let locations = paths.iter().map(|path| {
        let unusable = |_| ReadError::FileName { file: path.display().to_string(), pattern: None };
        Path::from_absolute_path(path).map_err(unusable)
    });
    there(place, locations.collect::<Result<_, _>>()?).await
}

/// The files of a store.
///
/// A folder that was made in a console is an empty object whose name ends in `/`. A listing
/// does not show that end, but nothing can be found under the name without it.
async fn in_store(
    place: &Location,
    warehouse: Option<&Address>,
    filter: &mut Filter<'_>,
) -> Result<Vec<ObjectMeta>, ReadError> {
    let listed = Address::of_location(place);
    let own = warehouse.zip(listed.as_ref()).and_then(|(own, listed)| own.below(listed));
    own.filter(|own| !own.is_empty()).into_iter().for_each(|own| filter.owns(own));
    let listed: Result<Vec<_>, _> = place.store.list(Some(&place.path)).try_collect().await;
    let listed = listed.map_err(|error| unlisted(place, &error))?;
    let fits = |meta: &ObjectMeta| {
        below(place, &meta.location).is_some_and(|path| filter.pattern.fits(&path))
    };
    let paths: BTreeSet<String> = listed.iter().map(|meta| meta.location.to_string()).collect();
    let (empty, mut found): (Vec<_>, Vec<_>) =
        listed.into_iter().filter(fits).partition(|meta| meta.size == 0);
    let empty = empty.into_iter().map(|meta| meta.location);
    let unclear = empty.filter(|path| !is_marker(path, &paths));
    found.extend(there(place, unclear.collect()).await?);
    let mut meant = |meta: &ObjectMeta| {
        below(place, &meta.location).is_some_and(|path| filter.judge(&path) == Verdict::Meant)
    };
    found.retain(|meta| meant(meta));
    match found.iter().find(|meta| meta.location.as_ref().contains(|it: char| it.is_control())) {
        None => Ok(found),
        Some(meta) => {
            let name = below(place, &meta.location).unwrap_or_default();
            let others = found.iter().filter(|other| other.location != meta.location);
            let others: Vec<String> =
                others.filter_map(|other| below(place, &other.location)).collect();
            let pattern = leave_out(&name, others.iter().map(String::as_str));
            Err(ReadError::FileName { file: printable(&name), pattern })
        }
    }
}

/// Whether an object of no bytes is a folder: others lie below it, or it is named as Hadoop names them.
fn is_marker(path: &Path, paths: &BTreeSet<String>) -> bool {
    let below = format!("{path}/");
    let next = paths.range(below.clone()..).next();
    path.as_ref().ends_with("_$folder$") || next.is_some_and(|next| next.starts_with(&below))
}

/// Those of the files that are there.
async fn there(place: &Location, paths: Vec<Path>) -> Result<Vec<ObjectMeta>, ReadError> {
    let asked = stream::iter(paths).map(|path| async move { one(place, &path).await });
    let found: Vec<Option<ObjectMeta>> = asked.buffered(AT_ONCE).try_collect().await?;
    Ok(found.into_iter().flatten().collect())
}

/// A path relative to the place, as its owner wrote it.
pub(in crate::read) fn below(place: &Location, location: &Path) -> Option<String> {
    match &place.local {
        Some(folder) => relative(&on_disk(location)?, folder),
        None if place.path.is_root() => Some(location.to_string()),
        None => {
            Some(location.as_ref().strip_prefix(place.path.as_ref())?.strip_prefix('/')?.into())
        }
    }
}

fn name(place: &Location, meta: &ObjectMeta, base: &LocalPath) -> String {
    let local = place.local.as_ref().and_then(|_| on_disk(&meta.location));
    local.map_or_else(
        || meta.location.to_string(),
        |path| relative(&path, base).unwrap_or_else(|| path.to_string_lossy().into_owned()),
    )
}

/// The store writes `#`, `%` and the like in its own way; disks do not.
fn on_disk(location: &Path) -> Option<std::path::PathBuf> {
    LocalFileSystem::new().path_to_filesystem(location).ok()
}

fn relative(path: &LocalPath, folder: &LocalPath) -> Option<String> {
    path.strip_prefix(folder).ok()?.to_str().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use object_store::path::Path;

    use super::unlisted;
    use crate::store::open;

    #[test]
    fn a_name_that_is_no_path_is_told_with_what_to_do() {
        let place = open("raw", std::path::Path::new("/")).unwrap();
        for key in ["raw//junk.txt", "raw/x/../y.txt", "raw/./z.txt", "raw/ctl\u{1}.txt"] {
            let error = unlisted(&place, &Path::parse(key).unwrap_err().into());
            let (told, help) = (error.to_string(), error.help().unwrap());
            assert!(told.starts_with("nothing in `/raw` can be listed, for an object"), "{told}");
            assert!(
                !told.contains('\u{1}')
                    && told.contains("Path \"")
                    && help.starts_with("rename or remove"),
                "{told}"
            );
        }
    }
}
