//! What customers are worth besides what they buy: ideas that were taken up, and what partners pay.
//!
//! After some purchases a customer makes a suggestion; one in four is taken up 10 to 60 days later and is
//! worth 20 to 400. A partner pays 2 % of some orders, sold together with the shop, and another a fixed
//! amount a month to reach all customers.

use serde::Serialize;

use super::super::draw::Draw;
use super::super::products::Cents;
use super::super::raw::Raw;
use super::super::window::{DAY, Moment};

/// Streams of contributions, one for each customer.
const STREAMS: u64 = 18 << 32;
/// The chance that a purchase is followed by a suggestion.
const SUGGESTS: f64 = 0.03;
/// The chance that a suggestion is taken up.
const TAKEN_UP: f64 = 0.25;
/// The chance that an order is sold together with a partner.
const JOINT: f64 = 0.05;
/// What reaching the customers is worth a month.
const ACCESS: Cents = 25_000;

/// A suggestion as sent: when it is made, and when it is taken up.
#[derive(Clone, Debug)]
pub(super) struct Suggestion {
    pub(super) number: usize,
    pub(super) customer: u32,
    pub(super) made_at: Moment,
    /// When it was taken up, and what it is worth.
    pub(super) accepted: Option<(Moment, Cents)>,
}

/// What a partner paid.
#[derive(Clone, Debug)]
pub(super) struct PartnerRevenue {
    pub(super) customer: Option<u32>,
    pub(super) booked_at: Moment,
    pub(super) amount: Cents,
}

impl Suggestion {
    pub(super) fn sent_at(&self) -> Moment {
        self.accepted.map_or(self.made_at, |(at, _)| at)
    }
}

/// All rows of both kinds, in order of time.
pub(super) fn tell(raw: &Raw) -> (Vec<Suggestion>, Vec<PartnerRevenue>) {
    let (mut suggestions, mut revenues) = (Vec::new(), access(raw));
    for (number, orders) in (0..).zip(super::orders_by_customer(raw)) {
        let draw = &mut Draw::stream(raw.setting.seed, STREAMS + u64::from(number));
        for (_, order) in orders.iter().filter(|(_, order)| order.genuine) {
            let made_at = raw.setting.window.clip(order.sent.0 + draw.whole(0, 14 * DAY));
            let accepted = (made_at + draw.whole(10 * DAY, 60 * DAY), draw.whole(2_000, 40_000));
            let is_taken_up = draw.chance(TAKEN_UP) && accepted.0 < raw.setting.window.end();
            if draw.chance(SUGGESTS) {
                suggest(&mut suggestions, (number, made_at), is_taken_up.then_some(accepted));
            }
            if draw.chance(JOINT) {
                let (booked_at, amount) = (order.sent.0, order.value.div_ceil(50));
                revenues.push(PartnerRevenue { customer: Some(number), booked_at, amount });
            }
        }
    }
    suggestions.sort_by_key(Suggestion::sent_at);
    revenues.sort_by_key(|row| row.booked_at);
    (suggestions, revenues)
}

fn suggest(
    rows: &mut Vec<Suggestion>,
    (customer, made_at): (u32, Moment),
    accepted: Option<(Moment, Cents)>,
) {
    let number = rows.last().map_or(0, |last| last.number + 1);
    rows.push(Suggestion { number, customer, made_at, accepted: None });
    rows.extend(accepted.map(|accepted| Suggestion {
        number,
        customer,
        made_at,
        accepted: Some(accepted),
    }));
}

/// A fixed amount on the first of every 30 days.
fn access(raw: &Raw) -> Vec<PartnerRevenue> {
    let days = (0..raw.setting.window.days()).step_by(30);
    days.filter(|_| !raw.customers.is_empty())
        .map(|day| PartnerRevenue { customer: None, booked_at: day * DAY, amount: ACCESS })
        .collect()
}

/// What customers contributed by the end of the window, amounts in hundredths.
#[derive(Debug, Default, Serialize)]
pub(super) struct Truth {
    suggestions: u64,
    accepted_suggestions: u64,
    knowledge_value_cents: u64,
    joint_sale_cents: u64,
    market_access_cents: u64,
}

impl Truth {
    pub(super) fn of(suggestions: &[Suggestion], revenues: &[PartnerRevenue]) -> Self {
        let mut truth = Self::default();
        for row in suggestions {
            match row.accepted {
                None => truth.suggestions += 1,
                Some((_, value)) => {
                    truth.accepted_suggestions += 1;
                    truth.knowledge_value_cents += u64::from(value);
                }
            }
        }
        for row in revenues {
            *match row.customer {
                Some(_) => &mut truth.joint_sale_cents,
                None => &mut truth.market_access_cents,
            } += u64::from(row.amount);
        }
        truth
    }
}
