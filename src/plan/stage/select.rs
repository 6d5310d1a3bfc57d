//! Which files of the project a pipeline's `stages:` mean.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::declare::{Pipeline, TableFile};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Place, SourceFile, nearest};
use crate::glob::Glob;
use crate::marts;
use crate::project::Project;

/// What a pattern begins with whose stages are left out.
const LEFT_OUT: char = '!';

/// A table of the pipeline, by the files that declare it.
#[derive(Debug)]
pub(in crate::plan) struct Found {
    pub(super) name: String,
    /// The path of the SQL, or of the YAML where there is no SQL.
    pub(super) path: String,
    pub(super) sql: Option<Arc<SourceFile>>,
    pub(super) yaml: Option<(Arc<SourceFile>, TableFile)>,
    /// The pattern or the family that found it.
    pub(super) place: Place,
    /// Which of the families, or of the patterns behind them, that is.
    pub(super) pattern: usize,
}

impl Found {
    /// What the files of a stem say, which a pattern or a family has found.
    pub(super) fn of(
        project: &Project,
        tables: &mut BTreeMap<String, TableFile>,
        stem: &str,
        (place, pattern): (Place, usize),
    ) -> Self {
        let sql = project.files.get(&format!("{stem}.sql")).cloned();
        let yaml_path = format!("{stem}.yaml");
        let yaml = project.files.get(&yaml_path).cloned().zip(tables.remove(&yaml_path));
        let path = if sql.is_some() { format!("{stem}.sql") } else { yaml_path };
        let name = stem.rsplit('/').next().unwrap_or(stem).to_owned();
        Self { name, path, sql, yaml, place, pattern }
    }
}

/// The tables that the patterns name, in the order of their paths. Patterns come after the families of the program.
pub(super) fn own(
    project: &Project,
    pipeline: &Pipeline,
    left_out: &BTreeSet<String>,
    tables: &mut BTreeMap<String, TableFile>,
    wrong: &mut Diagnostics,
) -> Vec<Found> {
    let mut stems = BTreeMap::new();
    for (at, pattern) in pipeline.stages.iter().enumerate() {
        if pattern.value.starts_with(LEFT_OUT) {
            continue;
        }
        let place = Place::of(&project.pipeline, pattern);
        let paths: Vec<&str> = own_paths(project).collect();
        let matched = wrong.keep(matching(&paths, &pattern.value, &place)).unwrap_or_default();
        for stem in matched {
            stems.entry(stem).or_insert_with(|| (place.clone(), marts::FAMILIES.len() + at));
        }
    }
    stems.retain(|stem, _| !left_out.contains(stem));
    let found = stems.into_iter().map(|(stem, by)| Found::of(project, tables, &stem, by));
    found.collect()
}

/// The files without their ending that patterns leave out, of the project and of the program.
pub(super) fn left_out(
    project: &Project,
    pipeline: &Pipeline,
    wrong: &mut Diagnostics,
) -> BTreeSet<String> {
    let paths: Vec<&str> = project.files.keys().map(String::as_str).collect();
    let mut left_out = BTreeSet::new();
    for pattern in &pipeline.stages {
        if let Some(meant) = pattern.value.strip_prefix(LEFT_OUT) {
            let place = Place::of(&project.pipeline, pattern);
            left_out.extend(wrong.keep(matching(&paths, meant, &place)).unwrap_or_default());
        }
    }
    left_out
}

/// The paths of the project's own files.
fn own_paths(project: &Project) -> impl Iterator<Item = &str> {
    project.files.keys().map(String::as_str).filter(|path| !marts::is_path(path))
}

/// The files without their ending that a pattern means: a glob, a folder, a file or a table's name.
fn matching(paths: &[&str], pattern: &str, place: &Place) -> Result<BTreeSet<String>, Diagnostic> {
    let glob = Glob::of_paths(pattern).map_err(|problem| {
        let message = format!("`{pattern}` is not a pattern: {problem}");
        let help = "use `*` within a folder's name, `**` for any folders";
        Diagnostic::new(Code::Pattern, message, place.clone()).help(help)
    })?;
    let folder = format!("{}/", pattern.trim_end_matches('/'));
    let stems = paths.iter().map(|path| (path, stem(path)));
    let matched: BTreeSet<String> = stems
        .filter(|(path, stem)| {
            glob.fits(path)
                || path.starts_with(&folder)
                || *stem == pattern
                || stem.rsplit('/').next() == Some(pattern)
        })
        .map(|(_, stem)| stem.to_owned())
        .collect();
    if matched.is_empty() { Err(nothing(paths, pattern, place)) } else { Ok(matched) }
}

fn nothing(paths: &[&str], pattern: &str, place: &Place) -> Diagnostic {
    let message = format!("`{pattern}` matches no stage");
    let diagnostic = Diagnostic::new(Code::NoStage, message, place.clone());
    let folders = paths.iter().filter_map(|path| path.rsplit_once('/')).map(|(to, _)| to);
    let known: BTreeSet<&str> = folders.chain(paths.iter().map(|path| stem(path))).collect();
    let written = pattern.trim_end_matches("/*");
    let folder = written.rsplit('/').next().unwrap_or_default();
    if marts::FAMILIES.iter().any(|family| family.name == folder) {
        let help = format!("`{folder}` comes with the program: write `use: [{folder}]`");
        return diagnostic.help(help);
    }
    match nearest(written, known.iter().copied()) {
        Some(near) => diagnostic.help(format!("did you mean `{near}`?")),
        None => diagnostic.help("name a folder, a glob or a file below `sql/`"),
    }
}

pub(super) fn stem(path: &str) -> &str {
    path.rsplit_once('.').map_or(path, |(stem, _)| stem)
}
