//! Which share of the customers won in a month still bought, period by period.

use std::collections::BTreeSet;

use maud::Markup;

use crate::page::chart::{HeatMap, heat_map};
use crate::page::grid::{Column, limits, table, value};
use crate::page::number::Kind;
use crate::page::question::COHORT;
use crate::page::rows::{Row, Rows};
use crate::page::scene::Scene;
use crate::page::words::Word;

const COLUMNS: [Column; 8] = [
    value(Word::Cohort, "cohort", Kind::Text),
    value(Word::Period, "period", Kind::Text),
    value(Word::Customers, "customers", Kind::Count),
    value(Word::Buyers, "active_customers", Kind::Count),
    value(Word::Share, "cohort_survival", Kind::Share),
    limits(Word::Interval, ["cohort_survival_lower", "cohort_survival_upper"], Kind::Share),
    value(Word::SpendToDate, "spend_to_date", Kind::Money),
    value(Word::SpendPerCustomer, "spend_per_customer", Kind::Money),
];

/// How many periods are drawn, and cohorts; the table has all.
const PERIODS: usize = 12;
const COHORTS: usize = 36;

pub(super) fn content(scene: &Scene) -> Markup {
    scene.with(&COHORT, |rows| cohorts(scene, rows))
}

fn cohorts(scene: &Scene, rows: &Rows) -> Markup {
    let all: Vec<Row<'_>> = rows.iter().collect();
    let (cohorts, periods) = (newest(&all, "cohort", COHORTS), newest(&all, "period", PERIODS));
    // Nobody has bought before the first purchase, which is no share.
    let share = |cohort: &String, period: &String| {
        let mut rows = all.iter().filter(|row| cohort <= period && row.code("cohort") == *cohort);
        rows.find(|row| row.code("period") == *period).and_then(|row| row.number("cohort_survival"))
    };
    let shares = cohorts.iter().map(|cohort| periods.iter().map(|it| share(cohort, it)).collect());
    let shares = shares.collect();
    let month = |days: Vec<String>| days.iter().map(|day| month(day)).collect();
    let map = HeatMap { shares, rows: month(cohorts), columns: month(periods) };
    let about = scene.about("cohort-survival", Word::CohortMap, Word::CohortMapText);
    let numbers = table(scene.language, &about.title, &COLUMNS, &all);
    scene.figure(&about, &heat_map(&about, &map), &numbers)
}

/// The newest days of a column, the oldest of them first.
fn newest(rows: &[Row<'_>], column: &str, most: usize) -> Vec<String> {
    let days: BTreeSet<String> = rows.iter().map(|row| row.code(column)).collect();
    let from = days.len().saturating_sub(most);
    days.into_iter().skip(from).collect()
}

/// A first day of a month as its month; another day as it is.
fn month(day: &str) -> String {
    day.strip_suffix("-01").unwrap_or(day).to_owned()
}
