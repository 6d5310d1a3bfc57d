//! Customer equity by segment, and the bridge from the start of the period to its end.

use maud::{Markup, html};

use crate::page::chart::{Bar, Step, bars, waterfall};
use crate::page::grid::{Column, limits, table, value, value_of, where_any};
use crate::page::number::Kind;
use crate::page::question::{BRIDGE, EQUITY};
use crate::page::rows::{Row, Rows};
use crate::page::scene::Scene;
use crate::page::words::Word;

const COLUMNS: [Column; 15] = [
    value(Word::Segment, "segment", Kind::Name),
    value(Word::CustomerEquity, "customer_equity", Kind::Money),
    value(Word::MeanClv, "mean_clv", Kind::Money),
    value(Word::CustomersValued, "customers_valued", Kind::Count),
    value(Word::Customers, "customers", Kind::Count),
    value(Word::ExpectedAlive, "expected_customers_alive", Kind::Decimals(1)),
    value(Word::RepeatCustomers, "repeat_customers", Kind::Count),
    value(Word::RepurchaseRate, "repurchase_rate", Kind::Share),
    limits(Word::Interval, ["repurchase_rate_lower", "repurchase_rate_upper"], Kind::Share),
    value(Word::Platinum, "platinum_customers", Kind::Count),
    value(Word::Gold, "gold_customers", Kind::Count),
    value(Word::Iron, "iron_customers", Kind::Count),
    value(Word::Lead, "lead_customers", Kind::Count),
    value(Word::PurchaseModelIdentified, "purchase_model_identified", Kind::Truth),
    value(Word::SpendModelIdentified, "spend_model_identified", Kind::Truth),
];

const BRIDGE_COLUMNS: [Column; 15] = [
    value(Word::Segment, "segment", Kind::Name),
    value(Word::EquityAtStart, "equity_at_start", Kind::Money),
    value(Word::ModelChange, "model_change", Kind::Money),
    value(Word::TimeChange, "time_change", Kind::Money),
    value(Word::LostEquity, "lost_equity", Kind::Money),
    value(Word::ShrunkEquity, "shrunk_equity", Kind::Money),
    value(Word::GrownEquity, "grown_equity", Kind::Money),
    value(Word::AcquiredEquity, "acquired_equity", Kind::Money),
    value(Word::EquityAtEnd, "equity_at_end", Kind::Money),
    value(Word::CustomersAtStart, "customers_at_start", Kind::Count),
    value(Word::LostCustomers, "lost_customers", Kind::Count),
    value(Word::ShrunkCustomers, "shrunk_customers", Kind::Count),
    value(Word::GrownCustomers, "grown_customers", Kind::Count),
    value(Word::AcquiredCustomers, "acquired_customers", Kind::Count),
    where_any(value(Word::Reason, "bridge_reason", Kind::Name)),
];

/// The steps from the start of the period to its end.
const STEPS: [(Word, &str); 6] = [
    (Word::ModelChange, "model_change"),
    (Word::TimeChange, "time_change"),
    (Word::LostEquity, "lost_equity"),
    (Word::ShrunkEquity, "shrunk_equity"),
    (Word::GrownEquity, "grown_equity"),
    (Word::AcquiredEquity, "acquired_equity"),
];

pub(super) fn content(scene: &Scene) -> Markup {
    html! { div.figures {
        (scene.with(&EQUITY, |rows| by_segment(scene, rows)))
        (scene.with(&BRIDGE, |rows| bridge(scene, rows)))
    } }
}

fn by_segment(scene: &Scene, rows: &Rows) -> Markup {
    let all: Vec<Row<'_>> = rows.iter().collect();
    let segments = all.iter().filter(|row| all.len() == 1 || row.code("segment") != "all");
    let drawn: Vec<Bar> = segments
        .map(|row| Bar {
            label: scene.name(&row.code("segment")),
            value: row.number("customer_equity"),
            written: amount(scene, row, "customer_equity"),
        })
        .collect();
    let about = scene.about("equity-segments", Word::EquityBySegment, Word::EquityBySegmentText);
    let numbers = table(scene.language, &about.title, &COLUMNS, &all);
    scene.figure(&about, &bars(&about, &drawn), &numbers)
}

fn bridge(scene: &Scene, rows: &Rows) -> Markup {
    let all: Vec<Row<'_>> = rows.iter().collect();
    let steps = all.first().map(|row| steps(scene, row)).unwrap_or_default();
    let about = scene.about("equity-bridge", Word::Bridge, Word::BridgeText);
    let numbers = table(scene.language, &about.title, &BRIDGE_COLUMNS, &all);
    scene.figure(&about, &waterfall(&about, &steps), &numbers)
}

/// The bars of the bridge; a step that is unknown has none, nor has one after it.
fn steps(scene: &Scene, row: &Row<'_>) -> Vec<Step> {
    let mut reached = row.number("equity_at_start");
    let total = |word, column| Step {
        label: scene.say(word).to_owned(),
        span: row.number(column).map(|amount| (0.0, amount)),
        is_total: true,
        written: amount(scene, row, column),
    };
    let mut steps = vec![total(Word::EquityAtStart, "equity_at_start")];
    for (word, column) in STEPS {
        let span = reached.zip(row.number(column)).map(|(from, by)| (from, from + by));
        reached = span.map(|(_, to)| to);
        let label = scene.say(word).to_owned();
        let sign = if row.number(column).is_some_and(|by| by > 0.0) { "+" } else { "" };
        let written = format!("{sign}{}", amount(scene, row, column));
        steps.push(Step { label, span, is_total: false, written });
    }
    steps.push(total(Word::EquityAtEnd, "equity_at_end"));
    steps
}

fn amount(scene: &Scene, row: &Row<'_>, column: &str) -> String {
    let written = value_of(scene.language, row, column, Kind::Money);
    written.unwrap_or_else(|| scene.say(Word::Unknown).to_owned())
}
