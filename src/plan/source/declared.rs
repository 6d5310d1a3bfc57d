//! Where the sources of a pipeline are declared: in its own file, or in one that several pipelines name.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::declare::{self, Named, Pipeline, Source, Spanned};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Place, SourceFile, nearest};
use crate::glob::Glob;
use crate::project::Project;

/// A source as its file declares it.
#[derive(Debug)]
pub(in crate::plan) struct DeclaredSource {
    pub(in crate::plan) file: Arc<SourceFile>,
    pub(in crate::plan) name: Spanned<String>,
    pub(in crate::plan) source: Source,
    /// Whether pipelines that do not read it may name its file.
    pub(in crate::plan) is_shared: bool,
}

impl DeclaredSource {
    /// The place of its name.
    pub(in crate::plan) fn place(&self) -> Place {
        Place::of(&self.file, &self.name)
    }
}

/// The sources of a pipeline's own file.
pub(in crate::plan) fn own_sources(
    file: &Arc<SourceFile>,
    pipeline: &Pipeline,
) -> Vec<DeclaredSource> {
    declared(file, &pipeline.sources, false).collect()
}

/// The same and those of the files that it names, each name once.
pub(in crate::plan) fn declared_sources(
    project: &Project,
    pipeline: &Pipeline,
    wrong: &mut Diagnostics,
) -> Vec<DeclaredSource> {
    let mut all = own_sources(&project.pipeline, pipeline);
    for file in shared_files(project, pipeline, wrong) {
        if let Some(sources) = wrong.keep(declare::sources(file)) {
            all.extend(declared(file, &sources, true));
        }
    }
    each_once(all, wrong)
}

fn declared(
    file: &Arc<SourceFile>,
    sources: &Named<Source>,
    is_shared: bool,
) -> impl Iterator<Item = DeclaredSource> {
    sources.iter().map(move |(name, source)| DeclaredSource {
        file: Arc::clone(file),
        name: name.clone(),
        source: source.clone(),
        is_shared,
    })
}

/// The files that `source_files` names, in the order of their paths.
fn shared_files<'a>(
    project: &'a Project,
    pipeline: &Pipeline,
    wrong: &mut Diagnostics,
) -> Vec<&'a Arc<SourceFile>> {
    let mut paths = BTreeSet::new();
    for pattern in &pipeline.source_files {
        let place = Place::of(&project.pipeline, pattern);
        paths.extend(wrong.keep(matching(project, &pattern.value, place)).unwrap_or_default());
    }
    paths.into_iter().map(|path| &project.sources[path]).collect()
}

fn matching<'a>(
    project: &'a Project,
    pattern: &str,
    place: Place,
) -> Result<Vec<&'a str>, Diagnostic> {
    let glob = Glob::of_paths(pattern).map_err(|problem| {
        let message = format!("`{pattern}` is not a pattern: {problem}");
        Diagnostic::new(Code::Pattern, message, place.clone())
            .help("name a file, such as `sources/shop.yaml`")
    })?;
    let folder = format!("{}/", pattern.trim_end_matches('/'));
    let paths = project.sources.keys().map(String::as_str);
    let matched: Vec<&str> =
        paths.clone().filter(|path| glob.fits(path) || path.starts_with(&folder)).collect();
    if !matched.is_empty() {
        return Ok(matched);
    }
    let message = format!("`{pattern}` matches no file of sources");
    let help = match nearest(pattern, paths) {
        Some(near) => format!("did you mean `{near}`?"),
        None => "name a file below `sources/` that holds `sources:`".to_owned(),
    };
    Err(Diagnostic::new(Code::NoSourceFile, message, place).help(help))
}

/// Without those whose name another has.
fn each_once(all: Vec<DeclaredSource>, wrong: &mut Diagnostics) -> Vec<DeclaredSource> {
    let mut first: BTreeMap<String, String> = BTreeMap::new();
    let mut once = Vec::new();
    for declared in all {
        match first.get(&declared.name.value) {
            None => {
                first.insert(declared.name.value.clone(), declared.file.path.clone());
                once.push(declared);
            }
            Some(path) => {
                let message = format!("`{path}` declares the source `{}` too", declared.name.value);
                let diagnostic = Diagnostic::new(Code::DuplicateName, message, declared.place());
                wrong.push(diagnostic.help("declare it once, or give one of them another name"));
            }
        }
    }
    once
}
