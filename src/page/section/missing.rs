//! The tables that have no rows, and where such data would come from.

use maud::{Markup, html};

use crate::page::grid::scrolled;
use crate::page::scene::{Scene, list};
use crate::page::standing::TableStanding;
use crate::page::tables::Standing;
use crate::page::words::Word;

pub(super) fn content(scene: &Scene) -> Markup {
    let is_missing = |table: &&TableStanding| table.standing != Standing::Filled;
    let missing: Vec<&TableStanding> = scene.standings.iter().filter(is_missing).collect();
    let (count, all) = (missing.len().to_string(), scene.standings.len().to_string());
    html! {
        p { (scene.fill(Word::MissingAre, &[&count, &all])) }
        @if !missing.is_empty() { (table(scene, &missing)) }
    }
}

fn table(scene: &Scene, missing: &[&TableStanding]) -> Markup {
    let headings = [Word::Table, Word::HowItStands, Word::Supply];
    let title = scene.say(Word::Missing);
    let content = html! { table {
        caption { (title) }
        thead { tr { @for word in headings { th scope="col" { (scene.say(word)) } } } }
        tbody { @for table in missing { tr {
            th scope="row" { code { (table.table) } }
            td { (scene.say(standing(table))) }
            td { (supply(scene, table)) }
        } } }
    } };
    scrolled(title, &content)
}

fn standing(table: &TableStanding) -> Word {
    match (table.standing, table.rows) {
        (Standing::Unpublished | Standing::Foreign, _) => Word::Unpublished,
        (_, Some(0) | None) => Word::Empty,
        _ => Word::EmptyInPeriod,
    }
}

/// What the pipeline has no data for; where it has all of it, no row of it led to one of the table.
fn supply(scene: &Scene, table: &TableStanding) -> String {
    match (table.standing, table.missing.is_empty()) {
        (Standing::Unpublished, _) => scene.say(Word::RunWouldSupply).to_owned(),
        (_, true) => scene.say(Word::RowsWouldSupply).to_owned(),
        (_, false) => list(&table.missing),
    }
}
