//! Calls and chats: how many there are, how many were planned for, and how they were taken.

use super::super::draw::{Draw, nearest};
use super::super::orders::{Buyer, Order};
use super::super::window::{DAY, HOUR, Moment};

/// A way to reach the shop at once.
#[derive(Debug)]
pub(super) struct Line {
    pub(super) name: &'static str,
    /// Contacts per purchase.
    pub(super) per_purchase: f64,
    /// Mean seconds until an agent is free, until a customer hangs up, and of a call.
    seconds: (f64, f64, f64),
}

pub(super) const LINES: [Line; 2] = [
    Line { name: "phone", per_purchase: 0.10, seconds: (40.0, 240.0, 300.0) },
    Line { name: "chat", per_purchase: 0.05, seconds: (20.0, 180.0, 420.0) },
];
/// The plan is made for so many of the contacts that are to be expected.
pub(super) const PLANNED: f64 = 0.8;
/// The chance that a contact that is taken settles the matter.
pub(super) const SETTLED: f64 = 0.72;
/// A contact is to be taken within so many seconds.
pub(super) const ANSWER_WITHIN: u32 = 20;

/// A call or a chat.
#[derive(Clone, Debug)]
pub(super) struct Contact {
    pub(super) customer: Buyer,
    /// An index into [`LINES`].
    pub(super) line: usize,
    pub(super) offered_at: Moment,
    pub(super) waited: u32,
    pub(super) is_abandoned: bool,
    pub(super) handled: u32,
    pub(super) is_settled: bool,
}

/// Every contact of a customer, each on the day of a purchase.
pub(super) fn contacts(draw: &mut Draw, purchases: &[&Order]) -> Vec<Contact> {
    let mut all = Vec::new();
    for order in purchases {
        for (line, of) in LINES.iter().enumerate() {
            let offered_at = order.ordered_at / DAY * DAY + draw.whole(8 * HOUR, 22 * HOUR);
            if draw.chance(of.per_purchase) {
                all.push(Contact::take(draw, order.buyer, line, offered_at));
            }
        }
    }
    all
}

impl Contact {
    fn take(draw: &mut Draw, customer: Buyer, line: usize, offered_at: Moment) -> Self {
        let (free, patience, talk) = LINES[line].seconds;
        let (free, patience) = (draw.exponential() * free, draw.exponential() * patience);
        let is_abandoned = patience < free;
        Self {
            customer,
            line,
            offered_at,
            waited: nearest(free.min(patience)),
            is_abandoned,
            handled: nearest(talk * draw.gamma(2.0) / 2.0),
            is_settled: draw.chance(SETTLED),
        }
    }
}
