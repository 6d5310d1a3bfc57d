//! Preferences that some customers have stated, and the services they received afterwards.

use std::collections::BTreeMap;

use serde::Serialize;

use super::super::draw::Draw;
use super::super::orders::Buyer;
use super::super::raw::Raw;
use super::super::value::orders_by_customer;
use super::super::window::{DAY, Moment};

/// Streams of preferences, one for each customer.
const STREAMS: u64 = 33 << 32;
/// The share of customers who are served in ways that are written down.
const SERVED: f64 = 0.25;
/// The probability that such a customer states a preference about a topic.
const TOLD: f64 = 0.8;
/// The chance that a preference that is known is met.
const MET: f64 = 0.75;
/// The chance that what was served is written down.
const RECORDED: f64 = 0.9;
/// Days from sign-up within which a preference is stated.
const TOLD_WITHIN: u32 = 60;
/// Rows of unknown customers, per row.
const UNKNOWN: (f64, u32) = (0.002, 20);
/// What preferences are about, and what they may be.
const TOPICS: [(&str, [&str; 3]); 2] =
    [("packaging", ["box", "bag", "gift_wrap"]), ("delivery", ["morning", "noon", "evening"])];

/// A row of the files.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub(super) customer: Buyer,
    pub(super) topic: &'static str,
    pub(super) value: &'static str,
    pub(super) is_served: bool,
    pub(super) recorded_at: Moment,
    /// Of what was served: whether a preference was known, and whether it was met.
    known: Option<bool>,
}

/// All of them, in order of time.
pub(super) fn tell(raw: &Raw) -> Vec<Entry> {
    let mut rows = Vec::new();
    for (number, orders) in (0..).zip(orders_by_customer(raw)) {
        let draw = &mut Draw::stream(raw.setting.seed, STREAMS + u64::from(number));
        let days = orders.iter().filter(|(_, order)| order.genuine);
        let times: Vec<Moment> = days.map(|(_, order)| order.ordered_at).collect();
        if draw.chance(SERVED) && !times.is_empty() {
            for (topic, values) in TOPICS {
                rows.extend(about(draw, raw, number, (topic, values), &times));
            }
        }
    }
    rows.sort_by_key(|row| row.recorded_at);
    rows
}

/// The preferences and services of a customer about a topic.
fn about(
    draw: &mut Draw,
    raw: &Raw,
    number: u32,
    (topic, values): (&'static str, [&'static str; 3]),
    times: &[Moment],
) -> Vec<Entry> {
    let customer = Buyer::Known(number);
    let entry = |value, recorded_at| Entry {
        customer,
        topic,
        value,
        is_served: false,
        recorded_at,
        known: None,
    };
    let told_at = raw.setting.window.clip(times[0] + draw.whole(1, TOLD_WITHIN * DAY));
    let told = draw.chance(TOLD).then(|| draw.pick(&values));
    let mut rows: Vec<Entry> = told.map(|value| entry(value, told_at)).into_iter().collect();
    for &at in times {
        let known = told.filter(|_| told_at < at);
        let met = known.filter(|_| draw.chance(MET));
        let value = met.unwrap_or_else(|| draw.pick(&values));
        if draw.chance(RECORDED) {
            let known = known.map(|known| known == value);
            rows.push(Entry { is_served: true, known, ..entry(value, at) });
        }
    }
    let strange: Vec<_> = rows.iter().filter(|_| draw.chance(UNKNOWN.0)).cloned().collect();
    rows.extend(
        strange
            .into_iter()
            .map(|row| Entry { customer: Buyer::Unknown(number % UNKNOWN.1), ..row }),
    );
    rows
}

/// What was served in each month, such as `2023-01`, to customers who are known.
#[derive(Debug, Serialize)]
pub(super) struct Truth {
    /// The chance that a preference is met; also by chance.
    matched: f64,
    months: BTreeMap<String, Month>,
}

#[derive(Debug, Default, Serialize)]
struct Month {
    served: u64,
    /// Services after a stated preference.
    known: u64,
    matched: u64,
}

impl Truth {
    pub(super) fn of(raw: &Raw, rows: &[Entry]) -> Self {
        let by_chance = 1.0 / TOPICS[0].1.len() as f64;
        let matched = MET + (1.0 - MET) * by_chance;
        let mut truth = Self { matched, months: BTreeMap::new() };
        let rows = rows.iter().filter(|row| row.is_served);
        for row in rows.filter(|row| matches!(row.customer, Buyer::Known(_))) {
            let name = raw.setting.window.label(row.recorded_at / DAY).get(..7);
            let month = truth.months.entry(name.unwrap_or_default().to_owned()).or_default();
            month.served += 1;
            month.known += u64::from(row.known.is_some());
            month.matched += u64::from(row.known == Some(true));
        }
        truth
    }
}
