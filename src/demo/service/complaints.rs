//! Complaints: why, how they were handled, and what that changed.
//!
//! With some purchases goes something wrong with what was bought, a quality incident; about others
//! there is something else to complain of; and some of those who say in a survey that they are
//! dissatisfied complain as well. An incident makes a purchase within [`WITHIN`] days less likely and
//! a complaint put right makes it more likely again, each by a known amount ([`super::super::dealing`]).

use super::super::customers::{Character, Setting};
use super::super::dealing::{Lot, Return};
use super::super::draw::{Draw, nearest};
use super::super::orders::{Buyer, Cell, Order};
use super::super::process::History;
use super::super::products::Cents;
use super::super::surveys::Response;
use super::super::window::{DAY, HOUR, Moment};

/// Days in which a purchase counts as a return.
pub(super) const WITHIN: u32 = 90;
/// A quality incident with a purchase.
const INCIDENT: Lot = Lot { share: 0.06, strength: -0.9 };
/// A complaint about a purchase that is put right.
const PUT_RIGHT: Lot = Lot { share: 0.5, strength: 0.9 };
/// The chance that there is something else to complain of.
const SOMETHING_ELSE: f64 = 0.03;
/// The chance that somebody who says to be dissatisfied complains.
pub(super) const VOICE: f64 = 0.30;
/// The highest score of somebody dissatisfied, on the scale of the first question.
const DISSATISFIED: u32 = 2;
/// How often there is an additional invalid complaint: with an invalid date, of an unknown
/// customer; how often one is sent again unchanged.
const DIRT: (f64, f64, f64) = (0.002, 0.002, 0.01);
/// Ids nobody knows.
const UNKNOWN: u32 = 20;
const NO_DATES: [&str; 4] = ["2023-02-31 10:00:00", "31/12/2023", "2024-13-01 00:00:00", "soon"];

/// Why customers switch (Keaveney 1995); empty if not recorded.
pub(super) const CAUSES: [(&str, f64); 9] = [
    ("pricing", 0.16),
    ("inconvenience", 0.14),
    ("core_service_failure", 0.20),
    ("service_encounter_failure", 0.16),
    ("response_to_service_failure", 0.10),
    ("competition", 0.06),
    ("ethical_problems", 0.04),
    ("involuntary_switching", 0.02),
    ("", 0.12),
];
const CHANNELS: [(&str, f64); 4] =
    [("email", 0.35), ("phone", 0.40), ("chat", 0.15), ("store", 0.10)];

/// A complaint with everything ever sent about it.
#[derive(Clone, Debug)]
pub(super) struct Complaint {
    pub(super) customer: Buyer,
    /// Whose purchase it is about and when that was made, if it names one.
    pub(super) purchase: Option<(Buyer, Moment)>,
    pub(super) opened_at: Moment,
    /// What is sent in place of `opened_at`, where that is spoilt.
    pub(super) spoilt_date: Option<&'static str>,
    pub(super) first_response_at: Moment,
    pub(super) resolved_at: Moment,
    pub(super) channel: &'static str,
    pub(super) cause: &'static str,
    pub(super) is_quality_incident: bool,
    pub(super) loss: Cents,
    pub(super) compensation: Cents,
    pub(super) is_put_right: bool,
    pub(super) sent_again: Option<Moment>,
    /// What it changes in the chance of a return, if it is the first incident of the customer.
    pub(super) incident_effect: Option<f64>,
    /// What putting it right changes, or would have changed.
    pub(super) recovery_effect: f64,
    /// Not a row too many.
    pub(super) genuine: bool,
}

/// Everything a customer complains of.
pub(super) fn complaints(
    draw: &mut Draw,
    setting: &Setting,
    (character, history): (&Character, &History),
    purchases: &[&Order],
    responses: &[Response],
) -> Vec<Complaint> {
    let end = setting.window.days();
    let mut all = Vec::new();
    let mut has_had_one = false;
    for (place, order) in purchases.iter().enumerate() {
        let told = (&character.habits, history);
        let back = Return::after_purchase(draw, told, place, (WITHIN, end));
        let complaint = about(draw, order, back);
        let complaint = complaint.filter(|one| one.opened_at < setting.window.end());
        all.extend(complaint.map(|mut one| {
            one.incident_effect = one.incident_effect.filter(|_| !has_had_one);
            has_had_one |= one.is_quality_incident;
            one
        }));
    }
    let voiced = responses.iter().filter_map(|response| voiced(draw, response));
    all.extend(voiced.filter(|one| one.opened_at < setting.window.end()));
    spoil(draw, setting, &mut all);
    all
}

/// What there is to complain of with a purchase.
fn about(draw: &mut Draw, order: &Order, before: Return) -> Option<Complaint> {
    let opened_at = order.ordered_at + draw.whole(HOUR, 48 * HOUR);
    let is_incident = INCIDENT.deal(draw, before);
    if !draw.chance(SOMETHING_ELSE) && !is_incident {
        return None;
    }
    let back = if is_incident { INCIDENT.known(before) } else { before };
    let put_right = PUT_RIGHT.deal(draw, back);
    let loss = nearest(f64::from(order.value) * draw.between(0.2, 1.0));
    let mut complaint = Complaint::open(draw, order.buyer, opened_at, (loss, put_right));
    complaint.purchase = Some((order.buyer, order.ordered_at));
    complaint.recovery_effect = PUT_RIGHT.effect(back);
    if is_incident {
        complaint.cause = "core_service_failure";
        complaint.is_quality_incident = true;
        complaint.incident_effect = Some(INCIDENT.effect(before));
    }
    Some(complaint)
}

/// What somebody complains of who has said to be dissatisfied. Nothing follows from it.
fn voiced(draw: &mut Draw, response: &Response) -> Option<Complaint> {
    let answer = response.answers.iter().find(|answer| answer.question == 0)?;
    let is_low = matches!(answer.score, Cell::Value(..=DISSATISFIED));
    let is_known = matches!(answer.customer, Buyer::Known(_)) && answer.spoilt_date.is_none();
    if !(is_low && is_known && draw.chance(VOICE)) {
        return None;
    }
    let opened_at = response.answered_at + draw.whole(HOUR, 10 * DAY);
    let put_right = draw.chance(PUT_RIGHT.share);
    let loss = draw.whole(0, 4_000);
    Some(Complaint::open(draw, answer.customer, opened_at, (loss, put_right)))
}

impl Complaint {
    fn open(
        draw: &mut Draw,
        customer: Buyer,
        opened_at: Moment,
        (loss, is_put_right): (Cents, bool),
    ) -> Self {
        let first_response_at = opened_at + HOUR / 6 + hours(draw, 8.0);
        let share = if is_put_right { draw.between(0.3, 1.1) } else { 0.0 };
        Self {
            customer,
            purchase: None,
            opened_at,
            spoilt_date: None,
            first_response_at,
            resolved_at: first_response_at + HOUR / 6 + hours(draw, 60.0),
            channel: draw.weighted(&CHANNELS),
            cause: draw.weighted(&CAUSES),
            is_quality_incident: false,
            loss,
            compensation: nearest(f64::from(loss) * share),
            is_put_right,
            sent_again: None,
            incident_effect: None,
            recovery_effect: 0.0,
            genuine: true,
        }
    }

    /// When each version of it is sent: opened, answered, closed, and perhaps closed again.
    pub(super) fn sent(&self, end: Moment) -> impl Iterator<Item = (Moment, Stage)> {
        let again = self.sent_again.map(|at| (at, Stage::Closed));
        let versions = [
            (self.opened_at, Stage::Opened),
            (self.first_response_at, Stage::Answered),
            (self.resolved_at, Stage::Closed),
        ];
        let sent = if self.genuine { 3 } else { 1 };
        versions.into_iter().take(sent).chain(again).filter(move |(at, _)| *at < end)
    }
}

/// How far a complaint has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Stage {
    Opened,
    Answered,
    Closed,
}

/// Exponential, of the mean given in hours.
fn hours(draw: &mut Draw, mean: f64) -> Moment {
    nearest(draw.exponential() * mean * f64::from(HOUR))
}

/// Adds complaints that are too many, and has some sent again.
fn spoil(draw: &mut Draw, setting: &Setting, all: &mut Vec<Complaint>) {
    let (no_date, unknown, again) = DIRT;
    let mut extra = Vec::new();
    for complaint in &mut *all {
        let spoilt = Complaint { genuine: false, incident_effect: None, ..complaint.clone() };
        if draw.chance(no_date) {
            extra.push(Complaint { spoilt_date: Some(draw.pick(&NO_DATES)), ..spoilt.clone() });
        }
        if draw.chance(unknown) {
            let customer = Buyer::Unknown(draw.whole(0, UNKNOWN - 1));
            extra.push(Complaint { customer, ..spoilt });
        }
        let at = complaint.resolved_at + draw.whole(DAY, 12 * DAY);
        let is_sent = draw.chance(again) && at < setting.window.end();
        complaint.sent_again = is_sent.then_some(at);
    }
    all.append(&mut extra);
}
