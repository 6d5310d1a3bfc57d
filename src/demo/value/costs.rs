//! What customers cost besides the goods, and what is left of them.
//!
//! Serving an order costs a mean by segment, and with customers who ask for much four times as much, so
//! that some of them bring a loss. Businesses are called once a year to keep them.

use std::collections::BTreeMap;

use serde::Serialize;

use super::super::dirt;
use super::super::draw::{Draw, nearest};
use super::super::orders::{Buyer, Cell, Order};
use super::super::products::Cents;
use super::super::raw::Raw;
use super::super::window::{DAY, Moment};

/// Streams of costs, one for each customer.
const STREAMS: u64 = 17 << 32;
/// The share of customers who ask for much, whatever their segment.
const DEMANDING: f64 = 0.15;
/// How many times as much they cost.
const DEMANDS: f64 = 4.0;
/// What a yearly call to a business costs.
const CALL: Cents = 1_500;
/// Rows with an invalid amount, and of an unknown customer; per row.
const SPOILT: f64 = 0.002;

/// A row of the cost files.
#[derive(Clone, Debug)]
pub(super) struct Cost {
    pub(super) customer: Buyer,
    pub(super) booked_at: Moment,
    pub(super) kind: &'static str,
    pub(super) amount: Cell<Cents>,
    genuine: bool,
}

/// What serving one order of an easy customer costs on average, in hundredths.
fn mean_service_cost(segment: &str) -> f64 {
    match segment {
        "business" => 1_500.0,
        "professional" => 900.0,
        _ => 600.0,
    }
}

/// All rows, in order of time.
pub(super) fn tell(raw: &Raw) -> Vec<Cost> {
    let mut rows = Vec::new();
    for ((number, customer), orders) in
        (0..).zip(&raw.customers).zip(super::orders_by_customer(raw))
    {
        let draw = &mut Draw::stream(raw.setting.seed, STREAMS + u64::from(number));
        let demands = if draw.chance(DEMANDING) { DEMANDS } else { 1.0 };
        let mean = demands * mean_service_cost(customer.segment);
        for (_, order) in orders.iter().filter(|(_, order)| order.genuine) {
            let amount = nearest(mean * draw.gamma(4.0) / 4.0);
            rows.extend(book(draw, number, ("service", amount), order.sent.0));
        }
        let years = (1..).map(|year| customer.signed_up_at + year * 365 * DAY);
        let calls = years.take_while(|at| *at < raw.setting.window.end());
        for at in calls.filter(|_| customer.segment == "business") {
            rows.extend(book(draw, number, ("retention", CALL), at));
        }
    }
    rows.sort_by_key(|row| row.booked_at);
    rows
}

/// A row, and at times one too many.
fn book(
    draw: &mut Draw,
    customer: u32,
    (kind, amount): (&'static str, Cents),
    booked_at: Moment,
) -> Vec<Cost> {
    let customer = Buyer::Known(customer);
    let row = Cost { customer, booked_at, kind, amount: Cell::Value(amount), genuine: true };
    let spoilt = Cost { genuine: false, ..row.clone() };
    let mut rows = vec![row];
    if draw.chance(SPOILT) {
        rows.push(Cost { amount: Cell::Rubbish(dirt::no_number(draw)), ..spoilt.clone() });
    }
    if draw.chance(SPOILT) {
        rows.push(Cost { customer: dirt::unknown(draw), ..spoilt });
    }
    rows
}

/// What customers brought and cost by the end of the window.
#[derive(Debug, Default, Serialize)]
pub(super) struct Truth {
    /// Rows of the files.
    rows: u64,
    /// Rows with an invalid amount.
    no_numbers: u64,
    /// What was paid for goods less what they cost, in hundredths.
    margin_cents: i64,
    /// What an order of each segment costs to serve on average.
    service_cost_per_order: BTreeMap<&'static str, f64>,
    /// What serving each segment cost, in hundredths.
    service_cost_cents: BTreeMap<&'static str, i64>,
    retention_cost_cents: i64,
    /// Customers who cost more than they brought, excluding acquisition.
    unprofitable_customers: u64,
    /// The profit of those who brought some, as a share of the profit of all.
    peak_share: f64,
}

impl Truth {
    pub(super) fn of(raw: &Raw, rows: &[Cost]) -> Self {
        let mut truth = Self::default();
        for segment in ["business", "consumer", "professional"] {
            let mean = mean_service_cost(segment) / 100.0;
            let mean = mean * (1.0 + DEMANDING * (DEMANDS - 1.0));
            truth.service_cost_per_order.insert(segment, mean);
        }
        let mut profits: Vec<i64> = Vec::with_capacity(raw.customers.len());
        for orders in super::orders_by_customer(raw) {
            let genuine = orders.iter().filter(|(_, order)| order.genuine);
            profits.push(genuine.map(|(_, order)| margin(raw, order)).sum());
        }
        truth.margin_cents = profits.iter().sum();
        for row in rows {
            truth.add(raw, row, &mut profits);
        }
        let total: i64 = profits.iter().sum();
        let gained: i64 = profits.iter().filter(|profit| **profit > 0).sum();
        truth.unprofitable_customers = profits.iter().filter(|profit| **profit < 0).count() as u64;
        truth.peak_share = gained as f64 / total as f64;
        truth
    }

    fn add(&mut self, raw: &Raw, row: &Cost, profits: &mut [i64]) {
        self.rows += 1;
        self.no_numbers += u64::from(matches!(row.amount, Cell::Rubbish(_)));
        if let (true, Cell::Value(amount), Buyer::Known(customer)) =
            (row.genuine, row.amount, row.customer)
        {
            let segment = raw.customers[customer as usize].segment;
            profits[customer as usize] -= i64::from(amount);
            *if row.kind == "service" {
                self.service_cost_cents.entry(segment).or_default()
            } else {
                &mut self.retention_cost_cents
            } += i64::from(amount);
        }
    }
}

/// What was paid for the lines that are not spoilt less what the goods cost, in hundredths.
fn margin(raw: &Raw, order: &Order) -> i64 {
    let products = raw.setting.catalogue.products();
    let kept = order.lines.iter().filter_map(|line| match (line.quantity, line.unit_price) {
        (Cell::Value(quantity @ 1..), Cell::Value(price)) => {
            let cost = products[line.product as usize].unit_cost;
            Some(i64::from(quantity) * (i64::from(price) - i64::from(cost)))
        }
        _ => None,
    });
    kept.sum()
}
