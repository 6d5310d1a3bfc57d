//! All customers' histories, combined and numbered.
//!
//! Histories are simulated in parallel and collected in the order of the customers;
//! orders and responses are then numbered by time. Neither depends on the
//! number of threads.

use std::mem::take;
use std::ops::Range;
use std::thread;

use super::customers::{Customer, Setting, Story};
use super::marketing::Marketing;
use super::orders::Order;
use super::points::PointEntry;
use super::programme::Membership;
use super::relationship;
use super::service::Service;
use super::surveys::Response;
use super::value::Value;

/// Everything the files say.
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
    pub(super) value: Value,
    pub(super) service: Service,
    pub(super) marketing: Marketing,
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
            value: Value::default(),
            service: Service::default(),
            marketing: Marketing::default(),
        }
    }
}

impl Raw {
    /// Tells the stories of `customers` customers on `threads` threads.
    pub(super) fn simulate(setting: Setting, customers: u32, threads: u32) -> Self {
        let parts = parts(&setting, customers, threads.max(1));
        let mut raw = Self::from(setting);
        for story in parts.into_iter().flatten() {
            raw.customers.push(story.customer);
            raw.orders.extend(story.orders);
            raw.responses.extend(story.responses);
            raw.memberships.extend(story.enrolment.memberships);
            raw.point_entries.extend(story.enrolment.entries);
            raw.relationship.extend(story.relationship);
            raw.service.add(story.service);
            raw.marketing.add(story.offers);
        }
        raw.orders.sort_by_key(|order| order.ordered_at);
        raw.responses.sort_by_key(|response| response.answered_at);
        raw.memberships.sort_by_key(|membership| membership.joined_at);
        raw.point_entries.sort_by_key(|entry| entry.booked_at);
        raw.relationship.sort_by_key(|response| response.answered_at);
        raw.value = Value::tell(&raw);
        let mut service = take(&mut raw.service);
        service.settle(&raw);
        let mut marketing = take(&mut raw.marketing);
        marketing.settle(&raw);
        Self { service, marketing, ..raw }
    }
}

fn parts(setting: &Setting, customers: u32, threads: u32) -> Vec<Vec<Story>> {
    let bound = |part| u64::from(customers) * u64::from(part) / u64::from(threads);
    thread::scope(|scope| {
        let spawn = |part| scope.spawn(move || tell(setting, bound(part)..bound(part + 1)));
        let workers: Vec<_> = (0..threads).map(spawn).collect();
        let join = |worker: thread::ScopedJoinHandle<'_, _>| worker.join();
        workers
            .into_iter()
            .map(|worker| join(worker).unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
            .collect()
    })
}

fn tell(setting: &Setting, numbers: Range<u64>) -> Vec<Story> {
    let numbers = numbers.filter_map(|number| u32::try_from(number).ok());
    numbers.map(|number| Story::tell(setting, number)).collect()
}
