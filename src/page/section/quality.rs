//! The checks of the release, and the rows that were rejected.

use maud::{Markup, html};

use crate::page::grid::{Column, scrolled, table, value, where_any};
use crate::page::language::shown;
use crate::page::number::Kind;
use crate::page::question::REJECT;
use crate::page::rows::Row;
use crate::page::scene::Scene;
use crate::page::words::Word;
use crate::publish::Evidence;

const REJECTS: [Column; 5] = [
    value(Word::Source, "source", Kind::Text),
    value(Word::Reason, "reason", Kind::Text),
    where_any(value(Word::Column, "column", Kind::Text)),
    value(Word::RejectedRows, "rejected_rows", Kind::Count),
    value(Word::Files, "files", Kind::Count),
];

pub(super) fn content(scene: &Scene) -> Markup {
    html! { (checks(scene)) (warned(scene)) (rejects(scene)) }
}

fn checks(scene: &Scene) -> Markup {
    let checks: usize = scene.standings.iter().map(|table| table.checks).sum();
    let (checks, tables) = (checks.to_string(), scene.standings.len().to_string());
    html! {
        h3 { (scene.say(Word::Checks)) }
        p { (scene.fill(Word::ChecksPassed, &[&checks, &tables])) }
    }
}

/// What broke checks that do not stop a run.
fn warned(scene: &Scene) -> Markup {
    let broken = scene.warned.as_ref().filter(|evidence| !evidence.checks.is_empty());
    html! { @match broken {
        None => p { (scene.say(Word::NothingWarned)) },
        Some(evidence) => (warnings(scene, evidence)),
    } }
}

fn warnings(scene: &Scene, evidence: &Evidence) -> Markup {
    let headings = [Word::Table, Word::Check, Word::RowsThatBreakIt];
    let title = scene.say(Word::Warned);
    let content = html! { table {
        caption { (title) }
        thead { tr { @for word in headings { th scope="col" { (scene.say(word)) } } } }
        tbody { @for check in &evidence.checks { tr {
            th scope="row" { (check.table) }
            td { (shown(&check.check)) }
            td.number { (Kind::Count.written(check.rows as f64)) }
        } } }
    } };
    scrolled(title, &content)
}

fn rejects(scene: &Scene) -> Markup {
    html! {
        h3 { (scene.say(Word::Rejects)) }
        @match scene.rows(&REJECT) {
            Some(rows) => {
                @let all: Vec<Row<'_>> = rows.iter().collect();
                @let count = all.iter().filter_map(|row| row.number("rejected_rows")).sum();
                p { (scene.fill(Word::RejectsAre, &[&Kind::Count.written(count)])) }
                (scene.details(scene.say(Word::Rejects), &table(scene.language, scene.say(Word::Rejects), &REJECTS, &all)))
            }
            None => p { (scene.say(Word::NoRejects)) },
        }
    }
}
