//! What customers did, combined and numbered: orders and responses by time, customers as they came.

use super::customers::{Customer, Setting};
use super::orders::Order;
use super::points::PointEntry;
use super::programme::Membership;
use super::relationship;
use super::surveys::Response;

/// The combined stories of all customers.
#[derive(Debug)]
pub(super) struct Raw {
    pub(super) setting: Setting,
    pub(super) customers: Vec<Customer>,
    /// In order of time; an order's number is its place.
    pub(super) orders: Vec<Order>,
    /// In order of time; a response's number is its place.
    pub(super) responses: Vec<Response>,
    /// In order of time.
    pub(super) memberships: Vec<Membership>,
    /// In order of time; an entry's number is its place.
    pub(super) point_entries: Vec<PointEntry>,
    /// In order of time; a response's number is its place.
    pub(super) relationship: Vec<relationship::Response>,
}

impl From<Setting> for Raw {
    fn from(setting: Setting) -> Self {
        Self {
            setting,
            customers: vec![],
            orders: vec![],
            responses: vec![],
            memberships: vec![],
            point_entries: vec![],
            relationship: vec![],
        }
    }
}

impl Raw {
    /// Sorts everything by time.
    pub(super) fn settle(&mut self) {
        self.orders.sort_by_key(|order| order.ordered_at);
        self.responses.sort_by_key(|response| response.answered_at);
        self.memberships.sort_by_key(|membership| membership.joined_at);
        self.point_entries.sort_by_key(|entry| entry.booked_at);
        self.relationship.sort_by_key(|response| response.answered_at);
    }
}
