//! The points of a member, as booked by the programme.
//!
//! A point is issued for every whole unit of money paid after the day of joining, and is worth a
//! hundredth of one. With a purchase, a member who has a hundred points may redeem as many
//! hundreds as there are, the oldest first. Points expire after 365 days, or when the member leaves.

use std::collections::VecDeque;

use super::customers::Setting;
use super::draw::Draw;
use super::orders::{Buyer, Cell, Order};
use super::programme::{Membership, Programme, is_after};
use super::window::{DAY, Moment};

/// How long points are good for.
const GOOD_FOR: Moment = 365 * DAY;
/// Points are handed in by the hundred.
const LOT: u32 = 100;
/// The chance that a member who could hand in points does so with a purchase.
const HANDED_IN: f64 = 0.30;

/// What points are handed in for, and what binds by it (Berry and Parasuraman 1991).
const REWARDS: [(Reward, f64); 3] = [
    (Reward { name: "voucher", benefit: "financial" }, 0.70),
    (Reward { name: "tasting", benefit: "social" }, 0.15),
    (Reward { name: "express_delivery", benefit: "structural" }, 0.15),
];

/// What points are handed in for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Reward {
    pub(super) name: &'static str,
    pub(super) benefit: &'static str,
}

/// Which way points go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Issued,
    Redeemed(Reward),
    Expired,
}

/// An entry with everything ever sent about it. A point is worth a hundredth of a unit of money.
#[derive(Clone, Debug)]
pub(super) struct PointEntry {
    pub(super) programme: Programme,
    pub(super) customer: Buyer,
    pub(super) booked_at: Moment,
    pub(super) kind: Kind,
    pub(super) points: Cell<u32>,
    /// Not a row too many.
    pub(super) genuine: bool,
    pub(super) sent_again: Option<Moment>,
}

impl Kind {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Issued => "issued",
            Self::Redeemed(_) => "redeemed",
            Self::Expired => "expired",
        }
    }

    pub(super) fn reward(self) -> Option<Reward> {
        if let Self::Redeemed(reward) = self { Some(reward) } else { None }
    }
}

/// Every entry of a membership, in order of time; none of a control.
pub(super) fn book(
    draw: &mut Draw,
    setting: &Setting,
    membership: &Membership,
    purchases: &[&Order],
) -> Vec<PointEntry> {
    let end = membership.left_at.unwrap_or(setting.window.end());
    let mut account = Account { membership, lots: VecDeque::new(), entries: Vec::new() };
    for order in purchases.iter().filter(|_| !membership.is_control) {
        let at = order.sent.0;
        if is_after(order, membership.joined_at) && at < end {
            account.expire(at);
            account.redeem(draw, at);
            account.issue(order.value / 100, at);
        }
    }
    account.expire(end - 1);
    if let Some(left_at) = membership.left_at {
        account.close(left_at);
    }
    account.entries
}

/// An account of points, the oldest first.
#[derive(Debug)]
struct Account<'a> {
    membership: &'a Membership,
    lots: VecDeque<(Moment, u32)>,
    entries: Vec<PointEntry>,
}

impl Account<'_> {
    fn issue(&mut self, points: u32, at: Moment) {
        if points > 0 {
            self.lots.push_back((at, points));
            self.enter(Kind::Issued, points, at);
        }
    }

    fn redeem(&mut self, draw: &mut Draw, at: Moment) {
        let points = self.balance() / LOT * LOT;
        let reward = draw.weighted(&REWARDS);
        if draw.chance(HANDED_IN) && points > 0 {
            self.take(points);
            self.enter(Kind::Redeemed(reward), points, at);
        }
    }

    fn balance(&self) -> u32 {
        self.lots.iter().map(|(_, points)| points).sum()
    }

    fn take(&mut self, mut points: u32) {
        while let Some((_, oldest)) = self.lots.front_mut() {
            let taken = points.min(*oldest);
            *oldest -= taken;
            points -= taken;
            if *oldest > 0 {
                break;
            }
            self.lots.pop_front();
        }
    }

    /// Points that are no longer valid at `now` expire at their time.
    fn expire(&mut self, now: Moment) {
        while let Some(&(issued_at, points)) = self.lots.front()
            && issued_at + GOOD_FOR <= now
        {
            self.lots.pop_front();
            self.enter(Kind::Expired, points, issued_at + GOOD_FOR);
        }
    }

    fn close(&mut self, left_at: Moment) {
        let points = self.balance();
        if points > 0 {
            self.lots.clear();
            self.enter(Kind::Expired, points, left_at);
        }
    }

    fn enter(&mut self, kind: Kind, points: u32, booked_at: Moment) {
        self.entries.push(PointEntry {
            programme: self.membership.programme,
            customer: self.membership.customer,
            booked_at,
            kind,
            points: Cell::Value(points),
            genuine: true,
            sent_again: None,
        });
    }
}
