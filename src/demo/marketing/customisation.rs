//! Lines made to measure, and in which of the four ways (Gilmore & Pine 1997).

use std::collections::BTreeMap;

use serde::Serialize;

use super::super::draw::Draw;
use super::super::orders::{Cell, Line};
use super::super::raw::Raw;
use super::super::value::orders_by_customer;
use super::super::window::{DAY, Moment};

/// Streams of customisation, one for each customer.
const STREAMS: u64 = 32 << 32;
/// The share of lines that are made to measure.
const MADE_TO_MEASURE: f64 = 0.15;
/// In which way.
const KINDS: [(&str, f64); 4] =
    [("collaborative", 0.10), ("adaptive", 0.25), ("cosmetic", 0.40), ("transparent", 0.25)];

/// A line that was made to measure.
#[derive(Debug)]
pub(super) struct Customisation {
    /// Places of the order and of the line in it.
    pub(super) line: (usize, usize),
    pub(super) kind: &'static str,
    /// When the order was sent.
    pub(super) recorded_at: Moment,
    ordered_at: Moment,
}

/// All of them, in order of time.
pub(super) fn tell(raw: &Raw) -> Vec<Customisation> {
    let mut rows = Vec::new();
    for (number, orders) in (0..).zip(orders_by_customer(raw)) {
        let draw = &mut Draw::stream(raw.setting.seed, STREAMS + number);
        for (place, order) in orders.into_iter().filter(|(_, order)| order.genuine) {
            for (line, _) in sold(&order.lines) {
                let kind = draw.weighted(&KINDS);
                if draw.chance(MADE_TO_MEASURE) {
                    let (recorded_at, ordered_at) = (order.sent.0, order.ordered_at);
                    rows.push(Customisation { line: (place, line), kind, recorded_at, ordered_at });
                }
            }
        }
    }
    rows.sort_by_key(|row| row.recorded_at);
    rows
}

/// The lines that are not spoilt, with their places.
fn sold(lines: &[Line]) -> impl Iterator<Item = (usize, &Line)> {
    let is_sold = |line: &Line| {
        matches!((line.quantity, line.unit_price), (Cell::Value(1..), Cell::Value(_)))
    };
    lines.iter().enumerate().filter(move |(_, line)| is_sold(line))
}

/// What was made to measure in each month, such as `2023-01`.
#[derive(Debug, Serialize)]
pub(super) struct Truth {
    /// Shares of the four ways.
    mix: BTreeMap<&'static str, f64>,
    months: BTreeMap<String, Month>,
}

#[derive(Debug, Default, Serialize)]
struct Month {
    lines: u64,
    customised: BTreeMap<&'static str, u64>,
}

impl Truth {
    pub(super) fn of(raw: &Raw, rows: &[Customisation]) -> Self {
        let mut truth = Self { mix: KINDS.into(), months: BTreeMap::new() };
        for order in raw.orders.iter().filter(|order| order.genuine) {
            truth.month(raw, order.ordered_at).lines += sold(&order.lines).count() as u64;
        }
        for row in rows {
            *truth.month(raw, row.ordered_at).customised.entry(row.kind).or_default() += 1;
        }
        truth
    }

    fn month(&mut self, raw: &Raw, at: Moment) -> &mut Month {
        let name = raw.setting.window.label(at / DAY).get(..7).unwrap_or_default();
        self.months.entry(name.to_owned()).or_default()
    }
}
