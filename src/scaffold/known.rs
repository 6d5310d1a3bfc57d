//! Files that are known exports: the sources and stages of their templates.

use std::collections::{BTreeMap, BTreeSet};

use super::Found;
use super::draft::Draft;
use crate::exports::{self, Export};
use crate::infer::words;

/// Takes the files of known exports out of those found, and drafts what their templates have.
pub(super) fn take(found: Vec<Found>, draft: &mut Draft) -> Vec<Found> {
    let exports = exports::all();
    let mut open: Vec<Option<Found>> = found.into_iter().map(Some).collect();
    let mut recognised: BTreeMap<usize, BTreeMap<String, Found>> = BTreeMap::new();
    for slot in &mut open {
        let Some((export, source)) = slot.as_ref().and_then(|found| recognise(&exports, found))
        else {
            continue;
        };
        let files = recognised.entry(export).or_default();
        if files.contains_key(&source) {
            continue;
        }
        if let Some(found) = slot.take() {
            files.insert(source, found);
        }
    }
    let mut recognised: Vec<_> = recognised.into_iter().collect();
    recognised.sort_by_key(|(at, _)| !sells(&exports[*at]));
    let known = recognised.into_iter().flat_map(|(at, files)| add(&exports[at], files, draft));
    let known: Vec<Found> = known.collect();
    known.into_iter().chain(open.into_iter().flatten()).collect()
}

/// Whether an export has orders. Its customers come before those of others, who may know fewer.
fn sells(export: &Export) -> bool {
    export.stages().iter().any(|stage| stage.name == "orders")
}

/// The export and the source of it that a file is, by its headers: of several, the one that asks most.
fn recognise(exports: &[Export], found: &Found) -> Option<(usize, String)> {
    let headers: BTreeSet<&str> = found.proven.headers().into_iter().collect();
    let all = exports.iter().enumerate().flat_map(|(at, export)| {
        export.about.sources.iter().map(move |(name, source)| (at, name, &source.headers))
    });
    let fits = all.filter(|(.., asked)| asked.iter().all(|it| headers.contains(it.as_str())));
    let (at, name, _) = fits.max_by_key(|(.., asked)| asked.len())?;
    Some((at, name.clone()))
}

/// Drafts an export. Files of an export without stages are handed back, under the names of their sources.
fn add(export: &Export, files: BTreeMap<String, Found>, draft: &mut Draft) -> Vec<Found> {
    let title = export.about.title.split(" (").next().unwrap_or_default();
    for (source, found) in &files {
        draft.known.push(format!("`{}` is an export of {title}: `{source}`", found.group.pattern));
    }
    draft.known.extend(export.about.remarks.iter().map(|remark| format!("{title}: {remark}")));
    if export.stages().is_empty() {
        return files.into_iter().map(|(name, found)| told(export, name, found)).collect();
    }
    for (name, found) in &files {
        let declaration = export.source(name).unwrap_or_default();
        draft.declare(name, found, Some(&declaration), None);
    }
    let has = |name: &&String| !files.contains_key(*name);
    let missing: BTreeSet<&str> =
        export.about.sources.keys().filter(has).map(String::as_str).collect();
    for stage in export.stages_without(&missing) {
        let answers = stage.name == "survey_answers" && !draft.has(&stage.name);
        draft.provide(&stage.name, stage.files, title);
        draft.params.extend(export.about.params.clone().into_iter().filter(|_| answers));
    }
    Vec::new()
}

/// A file with what its export tells of its columns.
fn told(export: &Export, name: String, mut found: Found) -> Found {
    if let Some(source) = export.about.sources.get(&name) {
        found.means.clone_from(&source.means);
        found.keep.clone_from(&source.keep);
    }
    found.group.called = words(&name);
    found.group.name = name;
    found
}
