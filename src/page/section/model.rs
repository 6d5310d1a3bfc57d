//! How the models were fitted, and how well they predict.

use maud::{Markup, html};

use crate::page::chart::{Estimate, Intervals, Line, Lines, intervals, lines};
use crate::page::grid::{Column, limits, table, value, where_any};
use crate::page::number::Kind;
use crate::page::question::{DECILE, MODEL, WEEK};
use crate::page::rows::{Row, Rows};
use crate::page::scene::Scene;
use crate::page::words::Word;

const PARAMETERS: [Column; 9] = [
    value(Word::Model, "model", Kind::Name),
    value(Word::Parameter, "parameter", Kind::Text),
    value(Word::Estimate, "estimate", Kind::Decimals(4)),
    value(Word::StandardError, "standard_error", Kind::Decimals(4)),
    value(Word::Customers, "customers", Kind::Count),
    value(Word::Converged, "converged", Kind::Truth),
    value(Word::Identified, "identified", Kind::Truth),
    value(Word::LogLikelihood, "log_likelihood", Kind::Decimals(2)),
    where_any(value(Word::Flags, "flags", Kind::Text)),
];

const WEEKS: [Column; 6] = [
    value(Word::Week, "week", Kind::Text),
    value(Word::Customers, "customers", Kind::Count),
    value(Word::Actual, "actual_purchases", Kind::Count),
    value(Word::Expected, "expected_purchases", Kind::Decimals(1)),
    value(Word::ActualSoFar, "actual_purchases_so_far", Kind::Count),
    value(Word::ExpectedSoFar, "expected_purchases_so_far", Kind::Decimals(1)),
];

const DECILES: [Column; 5] = [
    value(Word::Decile, "decile", Kind::Count),
    value(Word::Customers, "customers", Kind::Count),
    value(Word::Actual, "actual_purchases", Kind::Count),
    value(Word::Expected, "expected_purchases", Kind::Decimals(1)),
    limits(
        Word::IntervalOfExpected,
        ["expected_purchases_lower", "expected_purchases_upper"],
        Kind::Decimals(1),
    ),
];

pub(super) fn content(scene: &Scene) -> Markup {
    html! {
        (scene.with(&MODEL, |rows| parameters(scene, rows)))
        div.figures {
            (scene.with(&WEEK, |rows| weeks(scene, rows)))
            (scene.with(&DECILE, |rows| deciles(scene, rows)))
        }
    }
}

fn parameters(scene: &Scene, rows: &Rows) -> Markup {
    let all: Vec<Row<'_>> = rows.iter().collect();
    table(scene.language, scene.say(Word::Parameters), &PARAMETERS, &all)
}

fn weeks(scene: &Scene, rows: &Rows) -> Markup {
    let all: Vec<Row<'_>> = rows.iter().collect();
    let line = |name, column| Line {
        name: scene.say(name).to_owned(),
        points: all.iter().enumerate().map(|(at, row)| (at as f64, row.number(column))).collect(),
    };
    let day = |at: usize| all.get(at).map(|row| row.code("week")).unwrap_or_default();
    let chart = Lines {
        drawn: vec![
            line(Word::Actual, "actual_purchases"),
            line(Word::Expected, "expected_purchases"),
        ],
        kind: Kind::Count,
        below: vec![day(0), day(all.len() / 2), day(all.len().saturating_sub(1))],
    };
    let about = scene.about("model-weeks", Word::Weeks, Word::WeeksText);
    let numbers = table(scene.language, &about.title, &WEEKS, &all);
    scene.figure(&about, &lines(&about, &chart), &numbers)
}

fn deciles(scene: &Scene, rows: &Rows) -> Markup {
    let all: Vec<Row<'_>> = rows.iter().collect();
    let estimates = all.iter().map(|row| Estimate {
        label: scene.fill(Word::DecileIs, &[&row.code("decile")]),
        value: row.number("actual_purchases"),
        limits: row.limits("expected_purchases_lower", "expected_purchases_upper"),
        beside: row.number("expected_purchases"),
    });
    let chart = Intervals {
        estimates: estimates.collect(),
        kind: Kind::Count,
        legend: [Word::Actual, Word::Interval, Word::Expected].map(|it| scene.say(it)),
        unknown: scene.say(Word::Unknown),
    };
    let about = scene.about("model-deciles", Word::Deciles, Word::DecilesText);
    let numbers = table(scene.language, &about.title, &DECILES, &all);
    scene.figure(&about, &intervals(&about, &chart), &numbers)
}
