//! What explains satisfaction.

use maud::{Markup, html};

use crate::page::chart::{Estimate, Intervals, intervals};
use crate::page::grid::{Column, limits, table, value, where_any};
use crate::page::number::Kind;
use crate::page::question::DRIVER;
use crate::page::rows::{Row, Rows};
use crate::page::scene::Scene;
use crate::page::words::Word;

const COLUMNS: [Column; 10] = [
    value(Word::Driver, "driver", Kind::Name),
    value(Word::Lmg, "lmg", Kind::Share),
    limits(Word::Interval, ["lmg_lower", "lmg_upper"], Kind::Share),
    value(Word::LmgShare, "lmg_share", Kind::Share),
    value(Word::Coefficient, "coefficient", Kind::Decimals(3)),
    limits(Word::Interval, ["coefficient_lower", "coefficient_upper"], Kind::Decimals(3)),
    value(Word::RSquared, "r_squared", Kind::Share),
    value(Word::NResponses, "n", Kind::Count),
    value(Word::Incomplete, "incomplete", Kind::Count),
    where_any(value(Word::Flags, "flags", Kind::Text)),
];

pub(super) fn content(scene: &Scene) -> Markup {
    scene.with(&DRIVER, |rows| {
        html! { div.figures {
            (importance(scene, rows))
            (coefficients(scene, rows))
        } }
    })
}

fn importance(scene: &Scene, rows: &Rows) -> Markup {
    let all: Vec<Row<'_>> = rows.iter().collect();
    let about = scene.about("driver-importance", Word::Importance, Word::ImportanceText);
    let chart = chart(scene, &all, ["lmg", "lmg_lower", "lmg_upper"], Kind::Share);
    let numbers = table(scene.language, &about.title, &COLUMNS, &all);
    scene.figure(&about, &intervals(&about, &chart), &numbers)
}

fn coefficients(scene: &Scene, rows: &Rows) -> Markup {
    let all: Vec<Row<'_>> = rows.iter().collect();
    let about = scene.about("driver-coefficients", Word::Coefficients, Word::CoefficientsText);
    let columns = ["coefficient", "coefficient_lower", "coefficient_upper"];
    let chart = chart(scene, &all, columns, Kind::Decimals(2));
    let numbers = table(scene.language, &about.title, &COLUMNS, &all);
    scene.figure(&about, &intervals(&about, &chart), &numbers)
}

fn chart<'a>(
    scene: &'a Scene,
    rows: &[Row<'_>],
    [value, lower, upper]: [&str; 3],
    kind: Kind,
) -> Intervals<'a> {
    let estimates = rows.iter().map(|row| Estimate {
        label: scene.name(&row.code("driver")),
        value: row.number(value),
        limits: row.limits(lower, upper),
        beside: None,
    });
    Intervals {
        estimates: estimates.collect(),
        kind,
        legend: [scene.say(Word::Estimate), scene.say(Word::Interval), ""],
        unknown: scene.say(Word::Unknown),
    }
}
