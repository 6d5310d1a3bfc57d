//! The shop: all customers' stories, and what follows from them.
//!
//! Stories are written in parallel and gathered in the order of the customers, so that nothing
//! depends on the number of threads.

use std::ops::Range;
use std::thread;

use super::customers::Setting;
use super::landings::Landings;
use super::marketing::Marketing;
use super::raw::Raw;
use super::service::Service;
use super::story::Story;
use super::value::Value;

/// Everything simulated, ready to be written.
#[derive(Debug)]
pub(super) struct Shop {
    pub(super) raw: Raw,
    pub(super) value: Value,
    pub(super) service: Service,
    pub(super) marketing: Marketing,
    pub(super) landings: Landings,
}

impl Shop {
    /// Tells the stories of `customers` customers on `threads` threads.
    pub(super) fn tell(setting: Setting, customers: u32, threads: u32) -> Self {
        let parts = parts(&setting, customers, threads.max(1));
        let mut raw = Raw::from(setting);
        let (mut service, mut marketing) = (Service::default(), Marketing::default());
        for story in parts.into_iter().flatten() {
            raw.customers.push(story.customer);
            raw.orders.extend(story.orders);
            raw.responses.extend(story.responses);
            raw.memberships.extend(story.enrolment.memberships);
            raw.point_entries.extend(story.enrolment.entries);
            raw.relationship.extend(story.relationship);
            service.add(story.service);
            marketing.add(story.offers);
        }
        raw.settle();
        service.settle(&raw);
        marketing.settle(&raw);
        let (value, landings) = (Value::tell(&raw), Landings::of(&raw));
        Self { raw, value, service, marketing, landings }
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
