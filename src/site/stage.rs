//! The page of a stage: what its table holds, how it is made and what is made of it.

use maud::{Markup, html};

use super::link::Address;
use super::table::table;
use super::text::{first_sentence, listed, said};
use super::{Documented, Page};
use crate::declare::Severity;
use crate::functions;
use crate::plan::{ColumnPlan, Plan, Stage};
use crate::project::TESTS;
use crate::session::type_name;

/// The pages of all stages.
pub(super) fn pages(documented: &Documented) -> impl Iterator<Item = Page> {
    documented.plan.stages.iter().map(|stage| page(documented, stage))
}

fn page(documented: &Documented, stage: &Stage) -> Page {
    let plan = &documented.plan;
    let at = Address::stage(&plan.name, &stage.name);
    let description = stage.description.as_deref().unwrap_or("No description.");
    let columns =
        if stage.publish.is_some() { stage.reader_columns() } else { stage.columns.clone() };
    let sql =
        documented.project.file(&stage.path).map(|file| file.text.clone()).unwrap_or_default();
    let body = html! {
        p { (said(description)) }
        (facts(&at, plan, stage))
        h2 id="columns" { "Columns" }
        (described(&columns))
        @if !stage.checks.is_empty() { h2 id="checks" { "Checks" } (checks(stage)) }
        h2 id="sql" { "SQL" }
        p { code { (stage.path) } (tests(documented, stage)) }
        (called(&at, &sql))
        pre tabindex="0" { code { (sql) } }
    };
    let words = columns.iter().map(|column| column.name.clone()).collect();
    Page { at, title: stage.name.clone(), about: first_sentence(description), words, body }
}

fn facts(at: &Address, plan: &Plan, stage: &Stage) -> Markup {
    let published = match &stage.publish {
        None => "no: only stages of the run read it".to_owned(),
        Some(layout) if layout.partition_by.is_empty() => "one folder".to_owned(),
        Some(layout) => format!("a folder for each {}", layout.partition_by.join(", ")),
    };
    let readers: Vec<&String> = plan
        .stages
        .iter()
        .filter(|reader| reader.inputs.contains(&stage.name))
        .map(|reader| &reader.name)
        .collect();
    html! { dl {
        dt { "Pipeline" } dd { a href=(at.to(&Address::Pipeline(plan.name.clone()))) { (plan.name) } }
        dt { "Published" } dd { (published) }
        dt { "Key" } dd { (listed(&stage.key)) }
        dt { "Parameters" } dd { (listed(&stage.parameters.iter().cloned().collect::<Vec<_>>())) }
        dt { "Reads" } dd { (linked(at, plan, stage.inputs.iter())) }
        dt { "Read by" } dd { (linked(at, plan, readers.into_iter())) }
    } }
}

/// Tables with links to those that have a page.
pub(super) fn linked<'a>(
    at: &Address,
    plan: &Plan,
    names: impl Iterator<Item = &'a String>,
) -> Markup {
    let address = |name: &str| {
        let stage = plan.stages.iter().any(|stage| stage.name == name);
        let source = plan.sources.iter().any(|source| source.name == name);
        match (stage, source) {
            (true, _) => Some(Address::stage(&plan.name, name)),
            (_, true) => Some(Address::source(&plan.name, name)),
            _ => None,
        }
    };
    let names: Vec<&String> = names.collect();
    html! {
        @if names.is_empty() { "–" }
        @for (place, name) in names.into_iter().enumerate() {
            @if place > 0 { ", " }
            @match address(name) {
                Some(there) => { a href=(at.to(&there)) { (name) } }
                None => { code { (name) } }
            }
        }
    }
}

fn described(columns: &[ColumnPlan]) -> Markup {
    let rows = html! { @for column in columns { tr id={ "column-" (column.name) } {
        th scope="row" { code { (column.name) } }
        td { (type_name(&column.data_type)) }
        td { (column.unit.as_deref().unwrap_or_default()) }
        td {
            (said(column.description.as_deref().unwrap_or_default()))
            @for (concept, why) in &column.approximates { " Near to " (concept.to_string()) ": " (said(why)) }
        }
        td { (column.concepts.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")) }
    } } };
    table("Columns", &["Column", "Type", "Unit", "Meaning", "Concepts"], &rows)
}

fn checks(stage: &Stage) -> Markup {
    let severity = |severity: Severity| match severity {
        Severity::Error => "stops the run",
        Severity::Warn => "warns",
    };
    html! { ul { @for check in &stage.checks {
        li { code { (check.name) } ": " (severity(check.severity)) }
    } } }
}

fn tests(documented: &Documented, stage: &Stage) -> Markup {
    let stem = stage.path.strip_suffix(".sql").unwrap_or(&stage.path);
    let path = format!("{stem}{TESTS}");
    html! {
        @if documented.project.tests.contains_key(&path) { ", with tests in " code { (path) } }
        @else { ", without tests" }
    }
}

/// The functions of the program that a query calls.
fn called(at: &Address, sql: &str) -> Markup {
    let calls = |name: &str| {
        sql.match_indices(name).any(|(start, _)| {
            let before = sql[..start].chars().next_back();
            let is_whole = before.is_none_or(|c| !c.is_alphanumeric() && c != '_');
            is_whole && sql[start + name.len()..].starts_with('(')
        })
    };
    let names: Vec<&str> =
        functions::all().iter().map(|it| it.name).filter(|it| calls(it)).collect();
    html! { @if !names.is_empty() { p {
        "Functions: "
        @for (place, name) in names.iter().enumerate() {
            @if place > 0 { ", " }
            a href={ (at.to(&Address::Functions)) "#" (name) } { (name) }
        }
    } } }
}
