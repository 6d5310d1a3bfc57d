//! Samples of the files of a location: large ones of a few files, small ones of the
//! others.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use futures::stream::{StreamExt, TryStreamExt, iter};
use object_store::ObjectStore;

use super::InferError;
use crate::declare::{Format, FormatFeature};
use crate::plan::SourcePlan;
use crate::read::{InputFile, Inventory, ReadError, beginning, inventory};
use crate::store::{has_bytes, is_web, redact};

/// How many files have large samples, spread over the listing.
const FILES: usize = 8;
/// How many others are opened, spread over the listing as well.
const OTHERS: usize = 1_000;
/// The sample size of these, in decompressed bytes.
const HEAD: usize = 16 << 10;
/// How many of these are opened concurrently.
const AT_ONCE: usize = 16;
/// How large these may be where only a whole file can be read.
const SMALL: usize = 256 << 10;
/// The sample size of a text file, in decompressed bytes.
const TEXT: usize = 1 << 20;
/// The size limit of a typed file: only a complete one can be read.
const WHOLE: usize = 32 << 20;
/// The signatures of compressed files, and the required extensions.
const PACKED: [(&[u8], &str); 3] =
    [(b"\x1f\x8b", ".gz"), (b"\x28\xb5\x2f\xfd", ".zst"), (b"BZh", ".bz2")];

/// The beginning of one file.
#[derive(Debug, Clone)]
pub(super) struct Sample {
    /// The file as it was listed.
    pub(super) file: InputFile,
    /// Its first bytes, unpacked.
    pub(super) bytes: Vec<u8>,
    /// Whether there are more.
    pub(super) cut: bool,
}

/// Samples of a location.
#[derive(Debug)]
pub(super) struct Samples {
    /// The location that finds the files.
    pub(super) location: String,
    /// The names of all files.
    pub(super) names: Vec<String>,
    /// Where they lie.
    pub(super) store: Arc<dyn ObjectStore>,
    /// The beginnings of some of them that are not empty: first those of which much is there.
    pub(super) taken: Vec<Sample>,
    /// How many of these there are.
    pub(super) large: usize,
    /// A file that was not opened, and how many such there are.
    unseen: Option<(String, usize)>,
}

/// Lists the files of a location and takes samples of them.
pub(super) async fn take(location: &str, base: &Path) -> Result<Samples, InferError> {
    let (location, listed) = list(location, base).await?;
    let filled = listed.files.iter().filter(|file| file.meta.size > 0);
    let filled: Vec<&InputFile> = filled.collect();
    let mut taken = Vec::new();
    for file in spread(&filled, FILES) {
        taken.push(sample(&listed.store, file).await?);
    }
    taken.retain(|sample| !sample.bytes.is_empty());
    let Some(first) = taken.first() else {
        return Err(empty(&location, &listed));
    };
    let (large, whole) = (taken.len(), is_read_whole(&first.bytes));
    let looked: BTreeSet<&str> = spread(&filled, FILES).map(|file| file.name.as_str()).collect();
    let rest: Vec<&InputFile> =
        filled.into_iter().filter(|file| !looked.contains(file.name.as_str())).collect();
    let small = |file: &&InputFile| !whole || file.meta.size <= SMALL as u64;
    let others: Vec<&InputFile> = spread(&rest, OTHERS).filter(small).collect();
    taken.extend(heads(&listed.store, &others).await?);
    let opened: BTreeSet<&str> = others.iter().map(|file| file.name.as_str()).collect();
    let mut unseen = rest.iter().filter(|file| !opened.contains(file.name.as_str()));
    let unseen = unseen.next().map(|first| (first.name.clone(), rest.len() - others.len()));
    let names = listed.files.iter().map(|file| file.name.clone()).collect();
    Ok(Samples { location, names, store: listed.store, taken, large, unseen })
}

/// Why the files of a location, which are all empty, are not samples.
fn empty(location: &str, listed: &Inventory) -> InferError {
    let is_local = !location.contains("://") || location.starts_with("file://");
    let local = |file: &InputFile| format!("/{}", file.meta.location);
    let denies = |file: &&InputFile| is_local && has_bytes(Path::new(&local(file)));
    match listed.files.iter().take(FILES).find(denies) {
        Some(file) => {
            let problem =
                "it says that it is empty, and is not, as no file of data does".to_owned();
            InferError::Unclear { file: file.name.clone(), problem }
        }
        None => InferError::Empty { location: redact(location) },
    }
}

/// What the other files start with, in the order of the listing.
async fn heads(
    store: &Arc<dyn ObjectStore>,
    files: &[&InputFile],
) -> Result<Vec<Sample>, InferError> {
    let heads = files.iter().map(|file| head(store, file));
    let heads: Vec<Sample> = iter(heads).buffered(AT_ONCE).try_collect().await?;
    Ok(heads.into_iter().filter(|sample| !sample.bytes.is_empty()).collect())
}

async fn head(store: &Arc<dyn ObjectStore>, file: &InputFile) -> Result<Sample, InferError> {
    let (bytes, cut) = beginning(store, file, HEAD).await?;
    let (bytes, cut) = match is_read_whole(&bytes) && cut {
        true => beginning(store, file, SMALL).await?,
        false => (bytes, cut),
    };
    Ok(Sample { file: file.clone(), bytes, cut })
}

/// Whether the file that starts with these bytes says nothing before it is there to its end.
fn is_read_whole(bytes: &[u8]) -> bool {
    Format::of_magic(bytes).is_some_and(|format| format.has(FormatFeature::Directory))
}

/// The files of a location, or of the folder that it names, and the location that finds them.
async fn list(location: &str, base: &Path) -> Result<(String, Inventory), InferError> {
    let wild = location.contains(['*', '?', '[', '{']);
    let below = format!("{}/**", location.trim_end_matches('/'));
    let mut locations = vec![location.to_owned()];
    locations.extend((!wild && !is_web(location)).then_some(below));
    for location in locations {
        match inventory(&asked(&location), base).await {
            Ok(listed) if !listed.files.is_empty() => return Ok(narrowed(&location, listed)),
            Ok(_) | Err(ReadError::NothingMatched { .. }) => {}
            Err(ReadError::Pattern { problem, .. }) => {
                return Err(InferError::Unclear { file: redact(&location), problem });
            }
            Err(error) => return Err(error.into()),
        }
    }
    Err(InferError::Nothing { location: redact(location) })
}

fn asked(location: &str) -> SourcePlan {
    SourcePlan::new("infer", location, Format::Csv, Vec::new())
}

/// Of a folder, the files with the ending that most of them have, and the pattern that finds them:
/// notes often lie beside the data.
fn narrowed(location: &str, mut listed: Inventory) -> (String, Inventory) {
    let Some(folder) = location.strip_suffix("/**") else { return (location.to_owned(), listed) };
    let mut endings = BTreeMap::<String, (usize, u64)>::new();
    for file in &listed.files {
        let (count, bytes) = endings.entry(ending(&file.name).to_owned()).or_default();
        (*count, *bytes) = (*count + 1, bytes.saturating_add(file.meta.size));
    }
    let most = endings.into_iter().max_by_key(|(_, most)| *most);
    let Some((end, _)) = most.filter(|(end, _)| !end.is_empty()) else {
        return (location.to_owned(), listed);
    };
    listed.files.retain(|file| ending(&file.name) == end);
    let last = folder.rsplit('/').next();
    let flat = listed.files.iter().all(|file| file.name.rsplit('/').nth(1) == last);
    let pattern = if flat { format!("{folder}/*{end}") } else { format!("{folder}/**/*{end}") };
    (pattern, listed)
}

/// `.csv.gz` of `a/b.csv.gz`.
fn ending(name: &str) -> &str {
    let file = name.rsplit('/').next().unwrap_or_default();
    let unpacked = crate::read::unpacked_name(file);
    unpacked.rfind('.').map_or("", |point| &file[point..])
}

/// At most so many of the files: the first, the last and others evenly between them.
fn spread<'a>(files: &[&'a InputFile], most: usize) -> impl Iterator<Item = &'a InputFile> {
    let count = files.len().min(most);
    (0..count).map(move |at| files[at * (files.len() - 1) / (count - 1).max(1)])
}

async fn sample(store: &Arc<dyn ObjectStore>, file: &InputFile) -> Result<Sample, InferError> {
    let (bytes, cut) = beginning(store, file, TEXT).await?;
    let packed = PACKED.iter().find(|(mark, _)| bytes.starts_with(mark));
    if let Some((_, ending)) = packed {
        let problem = format!("it is packed, but its name does not end in `{ending}`");
        return Err(InferError::Unclear { file: file.name.clone(), problem });
    }
    let (bytes, cut) = match Format::of_magic(&bytes).is_some() && cut {
        true => beginning(store, file, WHOLE).await?,
        false => (bytes, cut),
    };
    Ok(Sample { file: file.clone(), bytes, cut })
}

impl Samples {
    /// The format of files that say their own types; nothing if these are text.
    pub(super) fn typed_format(&self) -> Result<Option<Format>, InferError> {
        let formats: Vec<Option<Format>> =
            self.taken.iter().map(|sample| Format::of_magic(&sample.bytes)).collect();
        match formats.iter().position(|format| *format != formats[0]) {
            None => Ok(formats[0]),
            Some(other) => Err(self.mixed(other)),
        }
    }

    /// The first sample and another are not of one format.
    pub(super) fn mixed(&self, other: usize) -> InferError {
        let name = |at: usize| self.taken[at].file.name.clone();
        InferError::Mixed { one: name(0), other: name(other) }
    }

    /// Files that have no column in common are not one source.
    pub(super) fn of_one_table(&self, columns: &[BTreeSet<String>]) -> Result<(), InferError> {
        let apart = |other: &BTreeSet<String>| other.is_disjoint(&columns[0]);
        let both = |other: &BTreeSet<String>| !other.is_empty() && !columns[0].is_empty();
        match columns.iter().position(|other| both(other) && apart(other)) {
            None => Ok(()),
            Some(other) => {
                let name = |at: usize| self.taken[at].file.name.clone();
                Err(InferError::Apart { one: name(0), other: name(other) })
            }
        }
    }

    /// What the files that were looked into are called.
    pub(super) fn called(&self) -> Vec<&str> {
        self.taken.iter().map(|sample| sample.file.name.as_str()).collect()
    }

    /// Two files have other numbers of lines before their headers.
    pub(super) fn preambles(&self, [one, other]: [(usize, usize); 2]) -> InferError {
        let name = |at: usize| self.taken[at].file.name.clone();
        InferError::Preambles {
            one: name(one.0),
            lines: one.1,
            other: name(other.0),
            other_lines: other.1,
        }
    }

    /// Two files have different delimiters.
    pub(super) fn delimiters(&self, [one, other]: [usize; 2], signs: &[String; 2]) -> InferError {
        let name = |at: usize| self.taken[at].file.name.clone();
        let [sign, other_sign] = signs.clone();
        InferError::Delimiters { one: name(one), sign, other: name(other), other_sign }
    }

    /// How many files were looked into.
    pub(super) fn files(&self) -> String {
        match (self.taken.len(), self.names.len()) {
            (1, 1) => "1 file".to_owned(),
            (taken, all) => format!("{taken} of {all} files"),
        }
    }

    /// What the block says of where it comes from, and of what was not seen.
    pub(super) fn origin(&self, rows: usize) -> Vec<String> {
        let rows = match rows {
            1 => "1 row".to_owned(),
            rows => format!("{rows} rows"),
        };
        let whole = self.taken.iter().all(|sample| !sample.cut);
        let part = if whole { "" } else { " at their beginnings" };
        let files = self.files();
        let first = format!(
            "Inferred from {rows} of {files}{part}. Look at what the comments say is unsure."
        );
        let short = self.taken[self.large..].iter().filter(|sample| sample.cut).count();
        let short = (short > 0).then(|| {
            let (head, text) = (HEAD >> 10, TEXT >> 20);
            format!("Of {short} files, the first {head} KiB were looked at; of {}, the first {text} MiB.", self.large)
        });
        std::iter::once(first).chain(short).chain(self.unseen()).collect()
    }

    /// What is said of files that were not opened.
    pub(super) fn unseen(&self) -> Option<String> {
        let (name, count) = self.unseen.as_ref()?;
        let files = if *count == 1 { "1 file was" } else { &format!("{count} files were") };
        Some(format!(
            "{files} not opened, such as {}: what only these have is not seen.",
            super::block::scalar(name)
        ))
    }
}
