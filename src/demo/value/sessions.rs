//! Visits to the shop, on its site and in its app.
//!
//! Every order placed there ends a visit, of which most are recorded. How long the customer took to decide
//! is log-normal about a median that falls by the same share from each order to the next. As many visits
//! again end without an order, and some of those are anonymous. Bots come, too, and some
//! clocks are wrong: such a visit begins after its order.

use serde::Serialize;

use super::super::draw::{Draw, nearest};
use super::super::orders::{Buyer, Order};
use super::super::raw::Raw;
use super::super::window::{DAY, HOUR, Moment};

/// Streams of visits, one for each customer.
const STREAMS: u64 = 19 << 32;
/// The share of orders on the site or in the app whose visit is recorded.
const RECORDED: f64 = 0.85;
/// The median time to decide upon the first order, in minutes.
const FIRST_DECISION: f64 = 40.0;
/// What is left of that median from one order to the next.
const LEARNING: f64 = 0.94;
/// The standard deviation of its logarithm.
const SPREAD: f64 = 0.6;
/// Visits that end without an order, for each order.
const BROWSING: f64 = 0.9;
/// The share of those without a login.
const ANONYMOUS: f64 = 0.25;
/// Visits of bots for each order.
const BOTS: f64 = 0.05;
/// The share of visits with an order that begin after it.
const SKEWED: f64 = 0.01;

/// A row of the session files.
#[derive(Clone, Debug)]
pub(super) struct Session {
    pub(super) customer: Buyer,
    pub(super) started_at: Moment,
    pub(super) touch_point: &'static str,
    /// By number.
    pub(super) order: Option<usize>,
    pub(super) is_bot: bool,
    is_skewed: bool,
}

/// All visits, in order of time.
pub(super) fn tell(raw: &Raw) -> Vec<Session> {
    let mut rows = Vec::new();
    for (number, orders) in (0..).zip(super::orders_by_customer(raw)) {
        let draw = &mut Draw::stream(raw.setting.seed, STREAMS + u64::from(number));
        let genuine = orders.iter().filter(|(_, order)| order.genuine);
        for (place, (order_number, order)) in genuine.enumerate() {
            rows.extend(order_visit(draw, (number, place), (*order_number, order)));
            rows.extend(others(draw, raw, number, order));
        }
    }
    rows.sort_by_key(|row| row.started_at);
    rows
}

/// The visit in which an order was placed, if it is recorded.
fn order_visit(
    draw: &mut Draw,
    (customer, place): (u32, usize),
    (number, order): (usize, &Order),
) -> Option<Session> {
    let median = FIRST_DECISION * libm::pow(LEARNING, place as f64);
    let seconds = nearest(60.0 * median * libm::exp(SPREAD * draw.normal()));
    let (is_recorded, is_skewed) = (draw.chance(RECORDED), draw.chance(SKEWED));
    let started_at = if is_skewed {
        order.ordered_at + 60
    } else {
        order.ordered_at.saturating_sub(seconds.max(1))
    };
    let is_visit = matches!(order.channel, "web" | "app");
    (is_recorded && is_visit).then_some(Session {
        customer: Buyer::Known(customer),
        started_at,
        touch_point: order.channel,
        order: Some(number),
        is_bot: false,
        is_skewed,
    })
}

/// Visits that end without an order, in the 20 days around one.
fn others(draw: &mut Draw, raw: &Raw, customer: u32, order: &Order) -> Vec<Session> {
    let mut rows = Vec::new();
    for (chance, is_bot) in [(BROWSING, false), (BOTS, true)] {
        let anonymous = draw.chance(ANONYMOUS) || is_bot;
        let session = Session {
            customer: if anonymous { Buyer::Missing } else { Buyer::Known(customer) },
            started_at: raw.setting.window.clip(order.ordered_at + draw.whole(HOUR, 20 * DAY)),
            touch_point: draw.pick(&["app", "web"]),
            order: None,
            is_bot,
            is_skewed: false,
        };
        rows.extend(draw.chance(chance).then_some(session));
    }
    rows
}

/// How customers visit.
#[derive(Debug, Default, Serialize)]
pub(super) struct Truth {
    /// Rows of the files.
    rows: u64,
    bots: u64,
    anonymous: u64,
    /// Visits that end with an order, those with a wrong clock among them.
    with_order: u64,
    skewed: u64,
    /// The median time to decide upon the first order, in minutes.
    first_decision_minutes: f64,
    /// What is left of it from one order to the next.
    learning: f64,
}

impl Truth {
    pub(super) fn of(rows: &[Session]) -> Self {
        let mut truth =
            Self { first_decision_minutes: FIRST_DECISION, learning: LEARNING, ..Self::default() };
        for row in rows {
            truth.rows += 1;
            truth.bots += u64::from(row.is_bot);
            truth.anonymous += u64::from(!row.is_bot && row.customer == Buyer::Missing);
            truth.with_order += u64::from(row.order.is_some());
            truth.skewed += u64::from(row.is_skewed);
        }
        truth
    }
}
