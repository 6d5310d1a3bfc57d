//! The stages that a pipeline uses of the program, and the files of the project that stand in for theirs.

use std::collections::{BTreeMap, BTreeSet};

use super::select::{Found, left_out, own, stem};
use crate::declare::{Pipeline, Spanned, TableFile, Use};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Place};
use crate::marts::{self, FAMILIES, Family};
use crate::plan::model::StandIn;
use crate::project::{Project, TESTS};

/// The tables of a pipeline: those of the program, those of the project, and what of the latter stands in for
/// what of the former.
pub(in crate::plan) fn found(
    project: &Project,
    pipeline: &Pipeline,
    mut tables: BTreeMap<String, TableFile>,
    wrong: &mut Diagnostics,
) -> (Vec<Found>, Vec<StandIn>) {
    let left_out = left_out(project, pipeline, wrong);
    let mut own = own(project, pipeline, &left_out, &mut tables, wrong);
    let files = project.files.keys().chain(project.tests.keys());
    let files: Vec<&String> = files.filter(|path| !marts::is_path(path)).collect();
    let mut stand_ins = Vec::new();
    let mut all = Vec::new();
    for program in of_program(project, pipeline, &left_out, &mut tables, wrong) {
        let (same, others) = own.into_iter().partition(|own| replaces(own, &program));
        own = others;
        let stands_in = Chosen { project, files: &files, own: same, program };
        stand_ins.extend(stands_in.told());
        all.extend(stands_in.found(wrong));
    }
    all.extend(own);
    all.sort_by(|a, b| below(&a.path).cmp(below(&b.path)));
    (all, stand_ins)
}

/// Whether a table of the project has the place of one of the program. A query that provides a canonical table
/// has not.
fn replaces(own: &Found, program: &Found) -> bool {
    own.name == program.name && (program.sql.is_some() || own.sql.is_none())
}

/// The path within the folder of all SQL.
fn below(path: &str) -> &str {
    path.split_once('/').map_or(path, |(_, below)| below)
}

/// The tables of the families that the pipeline uses.
fn of_program(
    project: &Project,
    pipeline: &Pipeline,
    left_out: &BTreeSet<String>,
    tables: &mut BTreeMap<String, TableFile>,
    wrong: &mut Diagnostics,
) -> Vec<Found> {
    let Some(uses) = &pipeline.uses else { return Vec::new() };
    let names = Use::names(uses);
    for name in &names {
        is_known(project, name, wrong);
    }
    let place = Place::of(&project.pipeline, uses);
    let mut found = Vec::new();
    for family in marts::brought(names.iter().map(|name| name.value.as_str())) {
        let by = (place.clone(), position(family));
        let stems = stems(project, family).into_iter().filter(|stem| !left_out.contains(*stem));
        found.extend(stems.map(|stem| Found::of(project, tables, stem, by.clone())));
    }
    found
}

fn is_known(project: &Project, name: &Spanned<String>, wrong: &mut Diagnostics) {
    let known = FAMILIES.iter().map(|family| family.name);
    if known.clone().any(|known| known == name.value) {
        return;
    }
    let message = format!("the program has no family of tables `{}`", name.value);
    let place = Place::of(&project.pipeline, name);
    let diagnostic = Diagnostic::new(Code::NoFamily, message, place);
    wrong.push(diagnostic.nearest_or_all(&name.value, known, "families"));
}

fn position(family: &Family) -> usize {
    FAMILIES.iter().take_while(|other| other.name != family.name).count()
}

fn stems<'a>(project: &'a Project, family: &Family) -> BTreeSet<&'a str> {
    let is_of = |path: &&String| marts::family_of(path) == Some(family);
    project.files.keys().filter(is_of).map(|path| stem(path)).collect()
}

/// A table of the program and the files of the project for the same table, as far as `stages` names them.
struct Chosen<'a> {
    project: &'a Project,
    /// All files of the project, tests among them.
    files: &'a [&'a String],
    own: Vec<Found>,
    program: Found,
}

impl Chosen<'_> {
    /// The table with what is the project's of it. Two queries of the project are reported elsewhere.
    fn found(self, wrong: &mut Diagnostics) -> Vec<Found> {
        self.two_table_files(wrong);
        if self.own.iter().filter(|own| own.sql.is_some()).count() > 1 {
            return self.own;
        }
        let mut found = self.program;
        for own in self.own {
            found.place = own.place;
            if own.sql.is_some() {
                (found.sql, found.path) = (own.sql, own.path);
            }
            found.yaml = own.yaml.or(found.yaml);
        }
        vec![found]
    }

    fn two_table_files(&self, wrong: &mut Diagnostics) {
        let mut files = self.own.iter().filter_map(|own| Some((&own.yaml.as_ref()?.0, own)));
        let Some((first, _)) = files.next() else { return };
        for (file, own) in files {
            let (program, path, first) = (&self.program.name, &file.path, &first.path);
            let message = format!("`{first}` and `{path}` both replace the program's `{program}`");
            let diagnostic = Diagnostic::new(Code::DuplicateName, message, own.place.clone());
            wrong.push(diagnostic.help("remove one of them, or leave one out of `stages`"));
        }
    }

    /// The files of the project that are for this table, and whether they are used.
    fn told(&self) -> Vec<StandIn> {
        let chosen: BTreeSet<&str> = self.own.iter().map(|own| stem(&own.path)).collect();
        let files = self.files.iter().filter(|path| self.is_meant(path, &chosen));
        let stand_in = |path: &&String| StandIn {
            table: self.program.name.clone(),
            own: (*path).clone(),
            program: self.program_file(path),
            used: path.ends_with(TESTS) || chosen.contains(stem(path)),
        };
        files.map(stand_in).collect()
    }

    /// Whether a file of the project has the name of this table and another meaning is not known of it: a query
    /// that provides a canonical table has one, and so has what stands beside it.
    fn is_meant(&self, path: &str, chosen: &BTreeSet<&str>) -> bool {
        if marts::name_of(path) != Some(&self.program.name) {
            return false;
        }
        let sql = match path.strip_suffix(TESTS) {
            Some(stem) => format!("{stem}.sql"),
            None => format!("{}.sql", stem(path)),
        };
        let has_query = self.project.files.contains_key(&sql);
        match path.ends_with(TESTS) {
            true => !has_query || chosen.contains(stem(&sql)),
            false => !has_query || self.program.sql.is_some(),
        }
    }

    /// The file of the program that a file of the project is in the place of.
    fn program_file(&self, path: &str) -> String {
        let ending = [TESTS, ".sql"].into_iter().find(|ending| path.ends_with(ending));
        format!("{}{}", stem(&self.program.path), ending.unwrap_or(".yaml"))
    }
}
