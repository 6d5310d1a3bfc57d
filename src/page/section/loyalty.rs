//! Kinds of loyal customers, and their moves between the stages of a customer's life.

use maud::{Markup, html};

use crate::page::chart::{HeatMap, Quadrant, Quadrants, heat_map, quadrants};
use crate::page::grid::{Column, limits, table, value, value_of, where_any};
use crate::page::number::Kind;
use crate::page::question::{KIND, TRANSITION};
use crate::page::rows::{Row, Rows};
use crate::page::scene::Scene;
use crate::page::words::Word;

const KINDS: [Column; 6] = [
    value(Word::Cell, "cell", Kind::Name),
    where_any(value(Word::Reason, "reason", Kind::Name)),
    value(Word::Customers, "customers", Kind::Count),
    where_any(value(Word::OfKnown, "customers_known", Kind::Count)),
    where_any(value(Word::Share, "share", Kind::Share)),
    where_any(limits(Word::Interval, ["share_lower", "share_upper"], Kind::Share)),
];

const MOVES: [Column; 6] = [
    value(Word::StageAtStart, "stage_at_start", Kind::Name),
    value(Word::StageAtEnd, "stage_at_end", Kind::Name),
    value(Word::Customers, "customers", Kind::Count),
    value(Word::CustomersAtStart, "customers_at_start", Kind::Count),
    value(Word::Share, "transition_share", Kind::Share),
    limits(Word::Interval, ["transition_share_lower", "transition_share_upper"], Kind::Share),
];

/// A scheme of four cells: the upper left one first, then the one to its right.
struct Scheme {
    name: &'static str,
    id: &'static str,
    title: Word,
    text: Word,
    cells: [&'static str; 4],
    rows: [Word; 2],
    columns: [Word; 2],
}

const SCHEMES: [Scheme; 2] = [
    Scheme {
        name: "dick_basu",
        id: "loyalty-dick-basu",
        title: Word::DickBasu,
        text: Word::DickBasuText,
        cells: ["latent_loyalty", "true_loyalty", "no_loyalty", "spurious_loyalty"],
        rows: [Word::HighAttitude, Word::LowAttitude],
        columns: [Word::LowBehaviour, Word::HighBehaviour],
    },
    Scheme {
        name: "jones_sasser",
        id: "loyalty-jones-sasser",
        title: Word::JonesSasser,
        text: Word::JonesSasserText,
        cells: ["mercenary", "apostle", "defector", "hostage"],
        rows: [Word::Satisfied, Word::Dissatisfied],
        columns: [Word::LowAttitude, Word::HighAttitude],
    },
];

pub(super) fn content(scene: &Scene) -> Markup {
    html! { div.figures {
        (scene.with(&KIND, |rows| html! {
            @for scheme in &SCHEMES { (kinds(scene, scheme, rows)) }
        }))
        (scene.with(&TRANSITION, |rows| moves(scene, rows)))
    } }
}

fn kinds(scene: &Scene, scheme: &Scheme, rows: &Rows) -> Markup {
    let rows = rows.of("scheme", scheme.name);
    let cells = scheme.cells.map(|cell| quadrant(scene, cell, &rows));
    let chart = Quadrants {
        cells,
        rows: scheme.rows.map(|word| scene.say(word)),
        columns: scheme.columns.map(|word| scene.say(word)),
    };
    let about = scene.about(scheme.id, scheme.title, scheme.text);
    let numbers = table(scene.language, &about.title, &KINDS, &rows);
    let figure = html! { (quadrants(&about, &chart)) (unknown(scene, &rows)) };
    scene.figure(&about, &figure, &numbers)
}

/// A cell; nobody is in one that has no row where others have some.
fn quadrant(scene: &Scene, cell: &str, rows: &[Row<'_>]) -> Quadrant {
    let row = rows.iter().find(|row| row.code("cell") == cell);
    let is_known = rows.iter().any(|row| row.code("cell") != "unknown");
    let nobody = || if is_known { "0".to_owned() } else { scene.say(Word::Unknown).to_owned() };
    let number = |column, kind| row.and_then(|row| value_of(scene.language, row, column, kind));
    let share = number("share", Kind::Share)
        .unwrap_or_else(|| if is_known { Kind::Share.written(0.0) } else { nobody() });
    let customers = number("customers", Kind::Count).unwrap_or_else(nobody);
    Quadrant {
        name: scene.name(cell),
        share: row.and_then(|row| row.number("share")),
        written: [share, scene.fill(Word::CustomersIs, &[&customers])],
    }
}

/// How many customers are in no cell.
fn unknown(scene: &Scene, rows: &[Row<'_>]) -> Markup {
    let in_none = rows.iter().filter(|row| row.code("cell") == "unknown");
    html! { @for row in in_none {
        @let customers = row.number("customers").map(|it| Kind::Count.written(it));
        p.small { (scene.fill(Word::InNoCell, &[
            &customers.unwrap_or_default(),
            &scene.name(&row.code("reason")),
        ])) }
    } }
}

fn moves(scene: &Scene, rows: &Rows) -> Markup {
    let all: Vec<Row<'_>> = rows.iter().collect();
    let (starts, ends) = (codes(&all, "stage_at_start"), codes(&all, "stage_at_end"));
    let share = |start: &String, end: &String| {
        let is_move = |row: &&Row<'_>| {
            row.code("stage_at_start") == *start && row.code("stage_at_end") == *end
        };
        all.iter().find(is_move).and_then(|row| row.number("transition_share"))
    };
    let names = |codes: &[String]| codes.iter().map(|code| scene.name(code)).collect();
    let map = HeatMap {
        rows: names(&starts),
        columns: names(&ends),
        shares: starts.iter().map(|row| ends.iter().map(|end| share(row, end)).collect()).collect(),
    };
    let about = scene.about("loyalty-moves", Word::Moves, Word::MovesText);
    let numbers = table(scene.language, &about.title, &MOVES, &all);
    scene.figure(&about, &heat_map(&about, &map), &numbers)
}

/// The values of a column, in the order in which they come.
fn codes(rows: &[Row<'_>], column: &str) -> Vec<String> {
    let mut codes: Vec<String> = Vec::new();
    for row in rows {
        let code = row.code(column);
        if !codes.contains(&code) {
            codes.push(code);
        }
    }
    codes
}
