//! Edges come from the SQL: a stage depends on the tables its query names.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::draft::{Canonical, Draft, Drafts};
use super::provided::is_canonical;
use super::select::Found;
use crate::declare::{Per, Pipeline};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Place, nearest};
use crate::folder::OWN;
use crate::plan::model::{QUARANTINE, SOURCE_COUNTS, SOURCE_REASONS, counts, reads_counts};
use crate::plan::param::OF_PERIOD;
use crate::plan::query::{Origin, Query, table_help};
use crate::plan::source::DeclaredSource;
use crate::project::Project;

/// Parses the queries, resolves their tables and orders them.
pub(in crate::plan) fn drafts(
    project: &Project,
    pipeline: &Pipeline,
    sources: &[DeclaredSource],
    found: Vec<Found>,
    wrong: &mut Diagnostics,
) -> Drafts {
    duplicates(sources, &found, wrong);
    let mut drafts = Drafts::default();
    let mut names: BTreeSet<String> = sources.iter().map(|it| it.name.value.clone()).collect();
    let with_sql = found.iter().filter(|found| found.sql.is_some());
    drafts.makes = with_sql.map(|found| found.name.clone()).collect();
    for found in found {
        names.insert(found.name.clone());
        match (found.sql, found.yaml) {
            (Some(sql), yaml) => {
                let query = Query::parse(Origin::Text(Arc::clone(&sql), 0), &sql.text);
                let Some(query) = wrong.keep(query) else { continue };
                let inputs = query.tables();
                let (name, path) = (found.name, found.path);
                let parameters = query.parameters().into_keys().collect();
                let per_period = false;
                drafts.stages.push(Draft {
                    name,
                    path,
                    query,
                    yaml,
                    inputs,
                    per_period,
                    parameters,
                });
            }
            (None, Some((file, table))) => {
                drafts.canonical.push(Canonical { name: found.name, file, table });
            }
            (None, None) => {}
        }
    }
    unknown_tables(&drafts.stages, &names, wrong);
    rest_on_canonical(&drafts, wrong);
    layouts(project, pipeline, &names, wrong);
    drafts.stages = ordered(drafts.stages, wrong);
    hand_on_parameters(&mut drafts.stages);
    mark_periods(&mut drafts.stages, wrong);
    drafts
}

/// Two things of one name, and names that SQL would need quotes for.
fn duplicates(sources: &[DeclaredSource], found: &[Found], wrong: &mut Diagnostics) {
    let mut stages: BTreeMap<&str, &str> = BTreeMap::new();
    for stage in found.iter().filter(|found| found.sql.is_some()) {
        well_named(&stage.name, &stage.place, wrong);
        taken(&stage.name, &stage.place, wrong);
        if let Some(first) = stages.insert(&stage.name, &stage.path) {
            let message = format!("`{}` and `{first}` make the same table", stage.path);
            let diagnostic = Diagnostic::new(Code::DuplicateName, message, stage.place.clone());
            wrong.push(diagnostic.help("rename one of the files, or leave one out of `stages`"));
        }
    }
    for source in sources {
        let (name, place) = (&source.name, source.place());
        well_named(&name.value, &place, wrong);
        taken(&name.value, &place, wrong);
        if let Some(path) = stages.get(name.value.as_str()) {
            let message = format!("the source `{}` has the name of `{path}`", name.value);
            let diagnostic = Diagnostic::new(Code::DuplicateName, message, place);
            wrong.push(diagnostic.help(format!("name it `raw_{}`", name.value)));
        }
    }
}

fn taken(name: &str, place: &Place, wrong: &mut Diagnostics) {
    let message = match name {
        QUARANTINE => format!("every pipeline already has a table `{name}`, of rejected rows"),
        SOURCE_COUNTS | SOURCE_REASONS => {
            format!(
                "every pipeline already has a table `{name}`, of what became of rows of sources"
            )
        }
        OWN => format!("every warehouse already has a folder `{name}`, of its records"),
        _ => return,
    };
    let diagnostic = Diagnostic::new(Code::DuplicateName, message, place.clone());
    wrong.push(diagnostic.help("give it another name"));
}

fn well_named(name: &str, place: &Place, wrong: &mut Diagnostics) {
    let starts = name.starts_with(|c: char| c.is_ascii_lowercase() || c == '_');
    let goes_on = name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
    if !starts || !goes_on {
        let message = format!("`{name}` is not a table name");
        let help = "use lower-case letters, digits and `_`, so that SQL needs no quotes";
        wrong.push(Diagnostic::new(Code::BadName, message, place.clone()).help(help));
    }
}

fn unknown_tables(stages: &[Draft], names: &BTreeSet<String>, wrong: &mut Diagnostics) {
    for stage in stages {
        let counts = counts().map(|(name, _)| name);
        let known = |input: &&String| names.contains(*input) || counts.contains(&input.as_str());
        for input in stage.inputs.iter().filter(|input| !known(input)) {
            let message =
                format!("`{}` reads `{input}`, which no source or stage makes", stage.name);
            let diagnostic =
                Diagnostic::new(Code::UnknownTable, message, stage.query.place_of_table(input));
            let known = names.iter().map(String::as_str).filter(|name| *name != stage.name);
            let near = nearest(input, known.clone().chain(counts)).filter(|_| input != QUARANTINE);
            let near = near.map(|near| format!("did you mean `{near}`?"));
            let rejected = (input == QUARANTINE).then(|| {
                format!(
                    "only checks and headlines read it, once all stages are built; what was rejected \
                     is counted in `{SOURCE_COUNTS}` and `{SOURCE_REASONS}`"
                )
            });
            wrong.push(match near.or(rejected).or_else(|| table_help(input, known)) {
                Some(help) => diagnostic.help(help),
                None => diagnostic,
            });
        }
    }
}

/// What a table rests on must be a canonical table, or a column of one.
fn rest_on_canonical(drafts: &Drafts, wrong: &mut Diagnostics) {
    for (file, table) in drafts.stages.iter().filter_map(|stage| stage.yaml.as_ref()) {
        if let Some(rests_on) = &table.rests_on {
            is_canonical(drafts, file, rests_on, wrong);
        }
    }
}

/// A layout of the pipeline's must be that of a stage.
fn layouts(
    project: &Project,
    pipeline: &Pipeline,
    names: &BTreeSet<String>,
    wrong: &mut Diagnostics,
) {
    for (name, _) in pipeline.publish.iter().filter(|(name, _)| !names.contains(&name.value)) {
        let message = format!("no stage makes the table `{}`", name.value);
        let place = Place::of(&project.pipeline, name);
        let known = names.iter().map(String::as_str);
        let diagnostic = Diagnostic::new(Code::UnknownTable, message, place);
        wrong.push(diagnostic.nearest_or_all(&name.value, known, "tables"));
    }
}

/// Each stage after its inputs; among those that could come next, the first by path, but what reads
/// the counts of sources last.
fn ordered(mut waiting: Vec<Draft>, wrong: &mut Diagnostics) -> Vec<Draft> {
    let mut done: Vec<Draft> = Vec::new();
    let behind = behind_counts(&waiting);
    loop {
        let open: BTreeSet<String> = waiting.iter().map(|stage| stage.name.clone()).collect();
        let ready = |last: bool| {
            let next =
                |it: &Draft| behind.contains(&it.name) == last && it.inputs.is_disjoint(&open);
            waiting.iter().position(next)
        };
        match ready(false).or_else(|| ready(true)) {
            Some(at) => done.push(waiting.remove(at)),
            None => break,
        }
    }
    if let Some(cycle) = cycle(&waiting) {
        wrong.push(cycle);
    }
    done
}

/// The stages that read the counts of sources, or a stage that does.
fn behind_counts(stages: &[Draft]) -> BTreeSet<String> {
    let mut behind = BTreeSet::new();
    loop {
        let reads = |it: &&Draft| reads_counts(it.inputs.iter()) || !it.inputs.is_disjoint(&behind);
        let more: Vec<String> = stages.iter().filter(reads).map(|it| it.name.clone()).collect();
        let before = behind.len();
        behind.extend(more);
        if behind.len() == before {
            return behind;
        }
    }
}

/// A cycle from a stage back to itself. The remaining stages are on one or after one.
fn cycle(waiting: &[Draft]) -> Option<Diagnostic> {
    let by_name: BTreeMap<&str, &Draft> =
        waiting.iter().map(|stage| (stage.name.as_str(), stage)).collect();
    let mut way = vec![*by_name.values().next()?];
    loop {
        let last = way.last()?;
        let next = by_name
            .get(last.inputs.iter().find(|name| by_name.contains_key(name.as_str()))?.as_str())?;
        if let Some(at) = way.iter().position(|stage| stage.name == next.name) {
            let names: Vec<&str> =
                way[at..].iter().chain([next]).map(|stage| stage.name.as_str()).collect();
            let message = format!("stages need each other: {}", names.join(" → "));
            let place = last.query.place_of_table(&next.name);
            let help = "split one of them so that the tables it reads come first";
            return Some(Diagnostic::new(Code::Cycle, message, place).help(help));
        }
        way.push(next);
    }
}

/// Adds to the parameters of each stage those of the stages that it reads, which come before it.
fn hand_on_parameters(stages: &mut [Draft]) {
    let mut known = BTreeMap::<&str, BTreeSet<String>>::new();
    for stage in stages {
        let read = stage.inputs.iter().filter_map(|input| known.get(input.as_str()));
        stage.parameters.extend(read.flatten().cloned());
        known.insert(&stage.name, stage.parameters.clone());
    }
}

/// A stage varies by period if it says so, names the period, or reads a stage that does.
fn mark_periods(stages: &mut [Draft], wrong: &mut Diagnostics) {
    let mut varying = BTreeSet::new();
    for stage in stages.iter_mut() {
        let parameters = stage.query.parameters();
        let names_period = OF_PERIOD.iter().any(|name| parameters.contains_key(*name));
        let says_so = stage.yaml.as_ref().is_some_and(|(_, table)| table.per == Some(Per::Period));
        let read = stage.inputs.intersection(&varying).next().cloned();
        stage.per_period = names_period || says_so || read.is_some();
        if stage.per_period {
            varying.insert(stage.name.clone());
        }
        if let Some((file, table)) = &stage.yaml
            && stage.per_period
            && table.publish.is_some()
            && !says_so
        {
            let why = match read {
                Some(table) if !names_period => format!("reads `{table}`, which varies by period"),
                _ => "names the period in its SQL".to_owned(),
            };
            let message = format!("`{}` {why}, but does not say so itself", stage.name);
            let diagnostic = Diagnostic::new(Code::PerPeriod, message, Place::start_of(file));
            wrong.push(diagnostic.help("add `per: period` to this file"));
        }
    }
}
