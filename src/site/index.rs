//! The first page, and those of a pipeline as a whole.

use maud::{Markup, html};

use super::link::Address;
use super::table::table;
use super::text::{first_sentence, said};
use super::{Documented, Page};
use crate::plan::{QUARANTINE, QUARANTINE_DESCRIPTION, Stage};
use crate::publish::Release;
use crate::store::redact;

/// All pipelines.
pub(super) fn page(pipelines: &[Documented]) -> Page {
    let at = Address::Index;
    let body = html! {
        (table(
            "Pipelines",
            &["Pipeline", "Tables", "Stages", "Sources", "Newest release"],
            &html! { @for documented in pipelines { (line(&at, documented)) } },
        ))
        p { a href=(at.to(&Address::Functions)) { "Functions of SQL" } " that the program adds." }
    };
    Page { at, title: "Pipelines".into(), about: String::new(), words: Vec::new(), body }
}

fn line(at: &Address, Documented { plan, releases, .. }: &Documented) -> Markup {
    let release = releases.first().map_or_else(
        || "none yet".to_owned(),
        |release| format!("{} as of {}", release.release, release.as_of),
    );
    html! { tr {
        th scope="row" { a href=(at.to(&Address::Pipeline(plan.name.clone()))) { (plan.name) } }
        td.number { (plan.stages.iter().filter(|stage| stage.publish.is_some()).count()) }
        td.number { (plan.stages.len()) }
        td.number { (plan.sources.len()) }
        td { (release) }
    } }
}

/// One pipeline.
pub(super) fn of_pipeline(documented: &Documented) -> Page {
    let Documented { plan, .. } = documented;
    let at = Address::Pipeline(plan.name.clone());
    let (published, others): (Vec<&Stage>, Vec<&Stage>) =
        plan.stages.iter().partition(|stage| stage.publish.is_some());
    let body = html! {
        dl {
            dt { "Period" } dd { (plan.unit.to_string()) }
            dt { "Time zone" } dd { (plan.time_zone.name()) }
            dt { "Warehouse" } dd { code { (redact(&plan.warehouse)) } }
        }
        p {
            a href=(at.to(&Address::Graph(plan.name.clone()))) { "The graph" } " · "
            a href=(at.to(&Address::Releases(plan.name.clone()))) { "Releases" }
        }
        h2 id="tables" { "Tables" }
        (stages("Tables", &at, &plan.name, &published))
        p { code { (QUARANTINE) } ": " (said(QUARANTINE_DESCRIPTION)) }
        @if !others.is_empty() {
            h2 id="stages" { "Stages that are not published" }
            (stages("Stages that are not published", &at, &plan.name, &others))
        }
        h2 id="sources" { "Sources" }
        ul { @for source in &plan.sources {
            li { a href=(at.to(&Address::source(&plan.name, &source.name))) { (source.name) } }
        } }
        (parameters(documented))
    };
    let title = format!("Pipeline {}", plan.name);
    Page { at, about: format!("{} tables", published.len()), title, words: Vec::new(), body }
}

fn stages(name: &str, at: &Address, pipeline: &str, stages: &[&Stage]) -> Markup {
    let mut stages = stages.to_vec();
    stages.sort_by(|one, other| one.name.cmp(&other.name));
    let rows = html! { @for stage in stages { tr {
        th scope="row" { a href=(at.to(&Address::stage(pipeline, &stage.name))) { (stage.name) } }
        td { (said(&first_sentence(stage.description.as_deref().unwrap_or("–")))) }
    } } };
    table(name, &["Name", "What it holds"], &rows)
}

fn parameters(Documented { plan, .. }: &Documented) -> Markup {
    let rows = html! { @for param in &plan.params { tr id={ "parameter-" (param.name) } {
        th scope="row" { code { (param.name) } }
        td { (param.data_type.to_string()) }
        td { code { @if param.is_secret() { "…" } @else { (param.value.as_deref().unwrap_or("–")) } } }
    } } };
    html! {
        @if !plan.params.is_empty() {
            h2 id="parameters" { "Parameters" }
            (table("Parameters", &["Name", "Type", "Value"], &rows))
        }
    }
}

/// What was published, release by release.
pub(super) fn releases(Documented { plan, releases, .. }: &Documented) -> Page {
    let at = Address::Releases(plan.name.clone());
    let body = html! {
        @if releases.is_empty() { p { "Nothing is published yet, or the site was made without the warehouse." } }
        @else { (table(
            "Releases",
            &["Release", "Pipeline", "As of", "Run", "Tables", "Rows", "Bytes"],
            &html! { @for release in releases { (release_line(release)) } },
        )) }
    };
    let title = format!("Releases of {}", plan.name);
    Page { at, title, about: "What was published, and when.".into(), words: Vec::new(), body }
}

fn release_line(release: &Release) -> Markup {
    let total = |of: fn(&crate::publish::TableRelease) -> u64| {
        release.tables.values().map(of).fold(0, u64::saturating_add)
    };
    html! { tr {
        th scope="row" { (release.release) }
        td { (release.pipeline) }
        td { (release.as_of) }
        td { code { (release.run) } }
        td.number { (release.tables.len()) }
        td.number { (total(|table| table.rows)) }
        td.number { (total(|table| table.bytes)) }
    } }
}
