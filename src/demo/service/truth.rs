//! What was built into complaints, contacts, the offer and the promises.

use std::collections::BTreeMap;

use serde::Serialize;

use super::super::window::{DAY, Moment, Window};
use super::Service;
use super::complaints::{Complaint, VOICE, WITHIN};
use super::contacts::{Contact, PLANNED, SETTLED};
use super::win_back::{OFFER, WinBack, offered_on};

/// What `truth.json` says of service.
#[derive(Debug, Default, PartialEq, Serialize)]
pub(in super::super) struct Truth {
    /// Days in which a purchase counts as a return, in all that follows.
    within_days: u32,
    complaints: u64,
    complaint_rows: u64,
    /// Rows whose `opened_at` is no date.
    complaint_dates: u64,
    complaint_customers_unknown: u64,
    complaints_resent: u64,
    quality_incidents: u64,
    /// The first quality incident of each customer who had one, and the mean of what such an
    /// incident changes in the chance of a return.
    first_incidents: u64,
    incident_effect: f64,
    /// The mean over complaints of what putting them right changes in that chance.
    recovery_effect: f64,
    /// The chance that a dissatisfied answer is followed by a complaint.
    voice_rate: f64,
    /// Contacts to be expected for one that was planned.
    volume_ratio: f64,
    /// The chance that a contact that is taken settles the matter.
    first_contact_resolution: f64,
    win_back: WinBackTruth,
    advertisements: u64,
    /// By month, such as `2023-01`.
    months: BTreeMap<String, Month>,
}

/// What happened in a month.
#[derive(Debug, Default, PartialEq, Serialize)]
pub(in super::super) struct Month {
    contacts: u64,
    contacts_abandoned: u64,
    contacts_resolved: u64,
    /// Lines sold while an advertisement held, and those of them at a higher price.
    advertised_lines: u64,
    breached_lines: u64,
}

/// What is known of the offer.
#[derive(Debug, Default, PartialEq, Serialize)]
pub(in super::super) struct WinBackTruth {
    offered_on: String,
    treated: u64,
    controls: u64,
    treated_share: f64,
    /// The mean over both of what the offer adds to the chance of a return.
    uplift: f64,
}

impl Truth {
    pub(in super::super) fn of(service: &Service, window: &Window) -> Self {
        let mut truth = Self {
            within_days: WITHIN,
            voice_rate: VOICE,
            volume_ratio: 1.0 / PLANNED,
            first_contact_resolution: SETTLED,
            win_back: WinBackTruth::of(&service.win_backs, window),
            ..Self::default()
        };
        service.complaints.iter().for_each(|one| truth.complain(one, window.end()));
        truth.incident_effect /= truth.first_incidents.max(1) as f64;
        truth.recovery_effect /= truth.complaints.max(1) as f64;
        for contact in &service.contacts {
            truth.month(window, contact.offered_at).contact(contact);
        }
        for advertisement in &service.advertisements {
            truth.advertisements += 1;
            for &(at, is_breach) in &advertisement.sales {
                let month = truth.month(window, at);
                month.advertised_lines += 1;
                month.breached_lines += u64::from(is_breach);
            }
        }
        truth
    }

    fn complain(&mut self, complaint: &Complaint, end: Moment) {
        self.complaint_rows += complaint.sent(end).count() as u64;
        self.complaints_resent += u64::from(complaint.sent_again.is_some());
        if !complaint.genuine {
            let is_spoilt = complaint.spoilt_date.is_some();
            self.complaint_dates += u64::from(is_spoilt);
            self.complaint_customers_unknown += u64::from(!is_spoilt);
            return;
        }
        self.complaints += 1;
        self.quality_incidents += u64::from(complaint.is_quality_incident);
        self.recovery_effect += complaint.recovery_effect;
        if let Some(effect) = complaint.incident_effect {
            self.first_incidents += 1;
            self.incident_effect += effect;
        }
    }

    fn month(&mut self, window: &Window, at: Moment) -> &mut Month {
        let name = window.label(at / DAY).get(..7).unwrap_or_default();
        self.months.entry(name.to_owned()).or_default()
    }
}

impl Month {
    fn contact(&mut self, contact: &Contact) {
        self.contacts += 1;
        self.contacts_abandoned += u64::from(contact.is_abandoned);
        self.contacts_resolved += u64::from(!contact.is_abandoned && contact.is_settled);
    }
}

impl WinBackTruth {
    fn of(drawn: &[WinBack], window: &Window) -> Self {
        let controls = drawn.iter().filter(|one| one.is_control).count() as u64;
        let all = drawn.len() as u64;
        Self {
            offered_on: window.label(offered_on(window)).to_owned(),
            treated: all - controls,
            controls,
            treated_share: OFFER.share,
            uplift: drawn.iter().map(|one| one.effect).sum::<f64>() / all.max(1) as f64,
        }
    }
}
