//! Service: complaints, calls, a win-back offer, and advertised prices. All
//! of it is drawn from separate streams and is in separate files; the other files are the same with
//! and without it.

mod advertising;
mod complaints;
mod contacts;
mod files;
mod truth;
mod win_back;

use std::io;

use super::customers::{Character, Setting};
use super::draw::Draw;
use super::orders::Order;
use super::process::History;
use super::raw::Raw;
use super::surveys::Response;
use advertising::Advertisement;
use complaints::Complaint;
use contacts::Contact;
use win_back::WinBack;

pub(super) use files::monthly;
pub(super) use truth::Truth;

/// Streams of service begin after those of customers and programmes.
const STREAMS: u64 = 11 << 32;

/// What service knows of a customer, or of all; rows are numbered in order of time.
#[derive(Debug, Default)]
pub(super) struct Service {
    complaints: Vec<Complaint>,
    contacts: Vec<Contact>,
    win_backs: Vec<WinBack>,
    advertisements: Vec<Advertisement>,
}

impl Service {
    /// The service events of customer number `number`, drawn from a separate stream.
    pub(super) fn tell(
        setting: &Setting,
        number: u32,
        told: (&Character, &History),
        orders: &[Order],
        responses: &[Response],
    ) -> Self {
        let draw = &mut Draw::stream(setting.seed, STREAMS + u64::from(number));
        let purchases: Vec<_> = orders.iter().filter(|order| order.genuine).collect();
        Self {
            complaints: complaints::complaints(draw, setting, told, &purchases, responses),
            win_backs: win_back::win_back(draw, setting, told, &purchases).into_iter().collect(),
            contacts: contacts::contacts(draw, &purchases),
            advertisements: vec![],
        }
    }

    pub(super) fn add(&mut self, other: Self) {
        self.complaints.extend(other.complaints);
        self.contacts.extend(other.contacts);
        self.win_backs.extend(other.win_backs);
    }

    /// Puts all in order of time, and advertises what was sold.
    pub(super) fn settle(&mut self, raw: &Raw) {
        self.complaints.sort_by_key(|complaint| complaint.opened_at);
        self.contacts.sort_by_key(|contact| contact.offered_at);
        self.win_backs.sort_by_key(|one| one.contacted_at);
        self.advertisements = advertising::advertisements(raw);
    }

    /// The path of each file, and what is in it.
    pub(super) fn files(&self, raw: &Raw) -> io::Result<Vec<(String, Vec<u8>)>> {
        files::all(raw, self)
    }
}
