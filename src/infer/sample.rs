//! The beginnings of some files of a location.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use object_store::ObjectStore;

use super::InferError;
use crate::declare::Format;
use crate::plan::SourcePlan;
use crate::read::{InputFile, Inventory, ReadError, beginning, inventory};
use crate::store::redact;

/// How many files are looked into, spread over the listing.
const FILES: usize = 8;
/// How much of a text file is looked at, in bytes unpacked.
const TEXT: usize = 1 << 20;
/// How much of a file that says its own types is looked at: only a whole one can be read.
const WHOLE: usize = 32 << 20;
/// What files of such formats start with.
const MARKS: [(&[u8], Format); 3] =
    [(b"PAR1", Format::Parquet), (b"Obj\x01", Format::Avro), (b"PK\x03\x04", Format::Xlsx)];
/// What packed files start with, and the ending that such a name needs.
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
    /// The beginnings of some of them that are not empty.
    pub(super) taken: Vec<Sample>,
}

/// Lists the files of a location and takes samples of them.
pub(super) async fn take(location: &str, base: &Path) -> Result<Samples, InferError> {
    let (location, listed) = list(location, base).await?;
    let filled = listed.files.iter().filter(|file| file.meta.size > 0);
    let filled: Vec<&InputFile> = filled.collect();
    let mut taken = Vec::new();
    for file in spread(&filled) {
        let sample = sample(&listed.store, file).await?;
        if !sample.bytes.is_empty() {
            taken.push(sample);
        }
    }
    if taken.is_empty() {
        return Err(InferError::Empty { location: redact(&location) });
    }
    let names = listed.files.iter().map(|file| file.name.clone()).collect();
    Ok(Samples { location, names, store: listed.store, taken })
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

fn is_web(location: &str) -> bool {
    location.starts_with("http://") || location.starts_with("https://")
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
        (*count, *bytes) = (*count + 1, *bytes + file.meta.size);
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

/// Some of the files: the first, the last and others evenly between them.
fn spread<'a>(files: &[&'a InputFile]) -> Vec<&'a InputFile> {
    let count = files.len().min(FILES);
    (0..count).map(|at| files[at * (files.len() - 1) / (count - 1).max(1)]).collect()
}

async fn sample(store: &Arc<dyn ObjectStore>, file: &InputFile) -> Result<Sample, InferError> {
    let (bytes, cut) = beginning(store, file, TEXT).await?;
    let packed = PACKED.iter().find(|(mark, _)| bytes.starts_with(mark));
    if let Some((_, ending)) = packed {
        let problem = format!("it is packed, but its name does not end in `{ending}`");
        return Err(InferError::Unclear { file: file.name.clone(), problem });
    }
    let (bytes, cut) = match typed(&bytes) {
        Some(_) if cut => beginning(store, file, WHOLE).await?,
        _ => (bytes, cut),
    };
    Ok(Sample { file: file.clone(), bytes, cut })
}

fn typed(bytes: &[u8]) -> Option<Format> {
    MARKS.iter().find(|(mark, _)| bytes.starts_with(mark)).map(|(_, format)| *format)
}

impl Samples {
    /// The format of files that say their own types; nothing if these are text.
    pub(super) fn typed_format(&self) -> Result<Option<Format>, InferError> {
        let formats: Vec<Option<Format>> =
            self.taken.iter().map(|sample| typed(&sample.bytes)).collect();
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

    /// How many files were looked into.
    pub(super) fn files(&self) -> String {
        match (self.taken.len(), self.names.len()) {
            (1, 1) => "1 file".to_owned(),
            (taken, all) => format!("{taken} of {all} files"),
        }
    }

    /// What the block says of where it comes from.
    pub(super) fn origin(&self, rows: usize, whole: bool) -> String {
        let rows = match rows {
            1 => "1 row".to_owned(),
            rows => format!("{rows} rows"),
        };
        let files = self.files();
        let part = if whole { "" } else { " at their beginnings" };
        format!("Inferred from {rows} of {files}{part}. Look at what the comments say is unsure.")
    }
}
