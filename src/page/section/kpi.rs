//! The headline measures, with intervals and what they were in the period before.

use maud::{Markup, html};

use crate::page::chart::{Estimate, Intervals, intervals};
use crate::page::grid::{
    Column, change, change_limits, interval, limits, table, value, value_of, where_any,
};
use crate::page::number::Kind;
use crate::page::question::KPI;
use crate::page::rows::{Row, Rows};
use crate::page::scene::Scene;
use crate::page::words::Word;

const COLUMNS: [Column; 15] = [
    value(Word::Measure, "kpi", Kind::Name),
    value(Word::Segment, "segment", Kind::Name),
    value(Word::Value, "value", Kind::Unit),
    where_any(limits(Word::Interval, ["lower", "upper"], Kind::Unit)),
    where_any(value(Word::Numerator, "numerator", Kind::Decimals(2))),
    where_any(value(Word::Denominator, "denominator", Kind::Decimals(2))),
    value(Word::N, "n", Kind::Count),
    value(Word::Before, "previous_value", Kind::Unit),
    value(Word::NBefore, "previous_n", Kind::Count),
    change(Word::Change, "change", Kind::Unit),
    where_any(change_limits(Word::IntervalOfChange, ["change_lower", "change_upper"], Kind::Unit)),
    where_any(value(Word::AdjustedP, "adjusted_p_value", Kind::Decimals(3))),
    where_any(value(Word::IsChanged, "is_changed", Kind::Truth)),
    where_any(value(Word::Target, "target", Kind::Unit)),
    value(Word::Status, "status", Kind::Name),
];

pub(super) fn content(scene: &Scene) -> Markup {
    scene.with(&KPI, |rows| {
        let of_all = rows.of("segment", "all");
        html! {
            ul.cards { @for row in &of_all { (card(scene, row)) } }
            (shares(scene, &of_all))
            (by_segment(scene, rows))
        }
    })
}

/// A measure of everybody.
fn card(scene: &Scene, row: &Row<'_>) -> Markup {
    let kind = Kind::of_unit(&row.code("unit"));
    let value = value_of(scene.language, row, "value", kind);
    let limits = row.limits("lower", "upper");
    let count = |column| value_of(scene.language, row, column, Kind::Count);
    html! { li.card {
        h3 { (scene.name(&row.code("kpi"))) }
        p.value { (value.as_deref().unwrap_or(scene.say(Word::Unknown))) }
        @if let Some((lower, upper)) = limits {
            p { (scene.fill(Word::IntervalIs, &[&interval(lower, upper, |it| kind.written(it))])) }
        }
        (moved(scene, row, kind))
        @if let Some(n) = count("n") { p.small { (scene.fill(Word::NIs, &[&n])) } }
    } }
}

/// How a measure has moved since the period before, and whether chance moves one as far.
fn moved(scene: &Scene, row: &Row<'_>, kind: Kind) -> Markup {
    let Some(change) = row.number("change") else {
        return html! { p { (scene.say(Word::ChangeUnknown)) } };
    };
    let verdict = match row.text("is_changed").as_deref() {
        Some("true") => Some(Word::Changed),
        Some(_) => Some(Word::WithinChance),
        None => None,
    };
    html! { p {
        (scene.fill(Word::ChangeIs, &[&kind.change(change)]))
        @if let Some(verdict) = verdict { " " (scene.say(verdict)) }
    } }
}

/// The measures that are shares, on one scale.
fn shares(scene: &Scene, of_all: &[Row<'_>]) -> Markup {
    let shares = of_all.iter().filter(|row| row.code("unit") == "share");
    let estimates = shares.map(|row| Estimate {
        label: scene.name(&row.code("kpi")),
        value: row.number("value"),
        limits: row.limits("lower", "upper"),
        beside: row.number("previous_value"),
    });
    let chart = Intervals {
        estimates: estimates.collect(),
        kind: Kind::Share,
        legend: [Word::ThisPeriod, Word::Interval, Word::PeriodBefore].map(|it| scene.say(it)),
        unknown: scene.say(Word::Unknown),
    };
    let about = scene.about("kpi-shares", Word::Shares, Word::SharesText);
    let numbers = table(scene.language, &about.title, &COLUMNS, of_all);
    scene.figure(&about, &intervals(&about, &chart), &numbers)
}

fn by_segment(scene: &Scene, rows: &Rows) -> Markup {
    let rows: Vec<Row<'_>> = rows.iter().filter(|row| row.code("segment") != "all").collect();
    let title = scene.say(Word::KpisBySegment);
    html! { @if !rows.is_empty() {
        details {
            summary { (title) }
            (table(scene.language, title, &COLUMNS, &rows))
        }
    } }
}
