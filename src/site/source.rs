//! The page of a source: where its files are and what their columns must be.

use maud::{Markup, html};

use super::link::Address;
use super::stage::linked;
use super::table::table;
use super::{Documented, Page};
use crate::plan::{SourceField, SourcePlan};
use crate::store::redact;

/// The pages of all sources.
pub(super) fn pages(documented: &Documented) -> impl Iterator<Item = Page> {
    documented.plan.sources.iter().map(|source| page(documented, source))
}

fn page(Documented { plan, .. }: &Documented, source: &SourcePlan) -> Page {
    let at = Address::source(&plan.name, &source.name);
    let readers = plan.stages.iter().filter(|stage| stage.inputs.contains(&source.name));
    let body = html! {
        dl {
            dt { "Pipeline" } dd { a href=(at.to(&Address::Pipeline(plan.name.clone()))) { (plan.name) } }
            dt { "Location" } dd { code { (redact(&source.location)) } }
            dt { "Format" } dd { (source.format.facts().word) }
            dt { "Event time" } dd { (source.event_time.as_deref().unwrap_or("–")) }
            dt { "Rows that may be rejected" } dd { (source.max_rejects.to_string()) }
            dt { "Read by" } dd { (linked(&at, plan, readers.map(|stage| &stage.name))) }
        }
        h2 id="columns" { "Columns" }
        (columns(&source.columns))
    };
    let words = source.columns.iter().map(|column| column.name.clone()).collect();
    let about = format!("Raw rows from {}", redact(&source.location));
    Page { at, title: source.name.clone(), about, words, body }
}

fn columns(columns: &[SourceField]) -> Markup {
    let rows = html! { @for column in columns { tr {
        th scope="row" { code { (column.name) } }
        td { (column.data_type.to_string()) }
        td { @if column.required { "the row is rejected" } @else { "NULL" } }
    } } };
    table("Columns", &["Column", "Type", "Without a value"], &rows)
}
