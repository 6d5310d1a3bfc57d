//! What was simulated, for comparison with what is estimated from it.

use std::collections::BTreeMap;

use serde::Serialize;

use super::Options;
use super::dirt::{PerKind, RATES};
use super::landings::Landings;
use super::marketing;
use super::orders::{Buyer, Cell, Order, Status};
use super::points::{Kind, PointEntry};
use super::process::{BgNbd, GammaGamma, PURCHASES, SPEND};
use super::programme::{Membership, Programme, offered_on};
use super::raw::Raw;
use super::relationship;
use super::service;
use super::shop::Shop;
use super::surveys::{Answer, QUESTIONS};
use super::value;

/// How much there is of everything, and what became of the customers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// Customers, each with at least one purchase.
    pub customers: u64,
    /// Customers who have not left by the end of the window.
    pub customers_alive: u64,
    /// Purchases of the process: completed orders of known customers that stay so.
    pub purchases: u64,
    /// Those of them that are not a customer's first.
    pub repeat_purchases: u64,
    /// What the purchases are worth, in hundredths.
    pub purchases_cents: u64,
    /// Distinct orders, those too many included.
    pub orders: u64,
    /// Rows of the order files.
    pub order_rows: u64,
    /// Distinct lines, those too many included.
    pub order_lines: u64,
    /// Rows of the order line files.
    pub order_line_rows: u64,
    /// Filled-in surveys.
    pub responses: u64,
    /// Rows of the survey files.
    pub survey_answers: u64,
    /// Distinct memberships, those held back and those too many included.
    pub memberships: u64,
    /// Rows of the membership files.
    pub membership_rows: u64,
    /// Distinct entries of points, those too many included.
    pub point_entries: u64,
    /// Rows of the point entry files.
    pub point_entry_rows: u64,
    /// Filled-in surveys about the relationship.
    pub relationship_responses: u64,
    /// Rows of the files of answers about the relationship.
    pub relationship_answers: u64,
    /// Dirty rows of each kind.
    pub dirty: PerKind<u64>,
}

impl Counts {
    pub(super) fn of(raw: &Raw, landings: &Landings) -> Self {
        let [
            order_rows,
            order_line_rows,
            survey_answers,
            membership_rows,
            point_entry_rows,
            relationship_answers,
        ] = landings.rows().map(|n| n as u64);
        let mut counts = Self {
            customers: raw.customers.len() as u64,
            orders: raw.orders.len() as u64,
            order_rows,
            order_line_rows,
            responses: raw.responses.len() as u64,
            survey_answers,
            memberships: raw.memberships.len() as u64,
            membership_rows,
            point_entries: raw.point_entries.len() as u64,
            point_entry_rows,
            relationship_responses: raw.relationship.len() as u64,
            relationship_answers,
            ..Self::default()
        };
        for customer in &raw.customers {
            counts.customers_alive += u64::from(customer.alive);
            counts.repeat_purchases += u64::from(customer.repeats);
        }
        raw.orders.iter().for_each(|order| counts.add_order(order));
        let answers = raw.responses.iter().flat_map(|response| &response.answers);
        answers.for_each(|answer| counts.dirty.add_answer(answer));
        raw.memberships.iter().for_each(|membership| counts.dirty.add_membership(membership));
        raw.point_entries.iter().for_each(|entry| counts.dirty.add_entry(entry));
        let answers = raw.relationship.iter().flat_map(|response| &response.answers);
        answers.for_each(|answer| counts.dirty.add_relationship_answer(answer));
        counts
    }

    fn add_order(&mut self, order: &Order) {
        self.order_lines += order.lines.len() as u64;
        if order.genuine {
            self.purchases += 1;
            self.purchases_cents += u64::from(order.value);
        }
        self.dirty.add_order(order);
        self.dirty.add_lines(order);
    }
}

impl PerKind<u64> {
    fn add_order(&mut self, order: &Order) {
        let again = order.sent_again.map(|(_, status)| status);
        self.order_dates += u64::from(order.spoilt_date.is_some());
        self.order_customers_missing += u64::from(order.buyer == Buyer::Missing);
        self.order_customers_unknown += u64::from(matches!(order.buyer, Buyer::Unknown(_)));
        self.orders_cancelled += u64::from(order.sent.1 == Status::Cancelled);
        self.orders_returned += u64::from(again == Some(Status::Returned));
        self.orders_resent += u64::from(again == Some(Status::Completed));
    }

    fn add_lines(&mut self, order: &Order) {
        for line in &order.lines {
            let rubbish = matches!(line.quantity, Cell::Rubbish(_))
                || matches!(line.unit_price, Cell::Rubbish(_));
            self.line_numbers += u64::from(rubbish);
            self.line_quantities += u64::from(matches!(line.quantity, Cell::Value(..=0)));
            self.lines_resent += u64::from(line.sent_again.is_some());
        }
    }

    fn add_answer(&mut self, answer: &Answer) {
        let highest = QUESTIONS[answer.question].scale.1;
        self.answer_dates += u64::from(answer.spoilt_date.is_some());
        self.answer_numbers += u64::from(matches!(answer.score, Cell::Rubbish(_)));
        self.answer_customers_missing += u64::from(answer.customer == Buyer::Missing);
        self.answer_customers_unknown += u64::from(matches!(answer.customer, Buyer::Unknown(_)));
        self.answer_scores +=
            u64::from(matches!(answer.score, Cell::Value(score) if score > highest));
    }

    fn add_relationship_answer(&mut self, answer: &relationship::Answer) {
        let unknown = matches!(answer.customer, Buyer::Unknown(_));
        self.relationship_numbers += u64::from(matches!(answer.score, Cell::Rubbish(_)));
        self.relationship_customers_unknown += u64::from(unknown);
    }

    fn add_membership(&mut self, membership: &Membership) {
        let unknown = matches!(membership.customer, Buyer::Unknown(_));
        self.membership_dates += u64::from(membership.spoilt_date.is_some());
        self.membership_customers_unknown += u64::from(unknown);
    }

    fn add_entry(&mut self, entry: &PointEntry) {
        self.entry_numbers += u64::from(matches!(entry.points, Cell::Rubbish(_)));
        self.entry_customers_unknown += u64::from(matches!(entry.customer, Buyer::Unknown(_)));
        self.entries_resent += u64::from(entry.sent_again.is_some());
    }
}

/// What became of a programme, and what it changed.
#[derive(Debug, Default, PartialEq, Serialize)]
pub(super) struct Outcome {
    /// The first day on which the card was assigned; none for a programme that customers choose.
    pub(super) offered_on: Option<String>,
    /// Customers who joined, whether they have left or not.
    pub(super) members: u64,
    /// Those of them who have left.
    pub(super) members_left: u64,
    /// Customers from whom the programme was held back by chance.
    pub(super) controls: u64,
    /// Mean of what it adds, or would have added, to the spend of members and controls between
    /// the day of joining and the end of the window.
    pub(super) spend_effect: f64,
    /// The same of purchase days.
    pub(super) purchase_day_effect: f64,
    pub(super) points_issued: u64,
    pub(super) points_redeemed: u64,
    pub(super) points_expired: u64,
}

impl Outcome {
    pub(super) fn of(raw: &Raw, programme: Programme) -> Self {
        let window = &raw.setting.window;
        let offered = window.label(offered_on(window)).to_owned();
        let offered_on = (programme == Programme::GoldCard).then_some(offered);
        let mut outcome = Self { offered_on, ..Self::default() };
        let genuine = |one: &&Membership| one.genuine && one.programme == programme;
        raw.memberships.iter().filter(genuine).for_each(|one| outcome.add(one));
        let enrolled = (outcome.members + outcome.controls).max(1) as f64;
        outcome.spend_effect /= 100.0 * enrolled;
        outcome.purchase_day_effect /= enrolled;
        let genuine = |entry: &&PointEntry| entry.genuine && entry.programme == programme;
        raw.point_entries.iter().filter(genuine).for_each(|entry| outcome.book(entry));
        outcome
    }

    fn add(&mut self, membership: &Membership) {
        self.members += u64::from(!membership.is_control);
        self.members_left += u64::from(membership.left_at.is_some());
        self.controls += u64::from(membership.is_control);
        self.spend_effect += membership.effect.spend as f64;
        self.purchase_day_effect += membership.effect.purchase_days as f64;
    }

    fn book(&mut self, entry: &PointEntry) {
        if let Cell::Value(points) = entry.points {
            *match entry.kind {
                Kind::Issued => &mut self.points_issued,
                Kind::Redeemed(_) => &mut self.points_redeemed,
                Kind::Expired => &mut self.points_expired,
            } += u64::from(points);
        }
    }
}

/// The content of `truth.json`.
#[derive(Debug, Serialize)]
struct Truth<'a> {
    seed: u64,
    start: String,
    months: u32,
    time_unit: &'static str,
    bgnbd: BgNbd,
    gamma_gamma: GammaGamma,
    mean_order_value: f64,
    dirt_rates: PerKind<f64>,
    programmes: BTreeMap<&'static str, Outcome>,
    relationship: relationship::Truth,
    value: value::Truth,
    service: service::Truth,
    marketing: marketing::Truth,
    counts: &'a Counts,
}

/// The bytes of `truth.json`.
pub(super) fn render(
    options: &Options,
    shop: &Shop,
    counts: &Counts,
) -> Result<Vec<u8>, serde_json::Error> {
    let Shop { raw, value, service, marketing, .. } = shop;
    let truth = Truth {
        seed: options.seed,
        start: options.start.to_string(),
        months: options.months,
        time_unit: "week",
        bgnbd: PURCHASES,
        gamma_gamma: SPEND,
        mean_order_value: SPEND.mean(),
        dirt_rates: RATES,
        programmes: Programme::ALL.map(|one| (one.id(), Outcome::of(raw, one))).into(),
        relationship: relationship::Truth::of(&raw.setting.window),
        value: value::Truth::of(raw, value),
        service: service::Truth::of(service, &raw.setting.window),
        marketing: marketing::Truth::of(raw, marketing),
        counts,
    };
    let mut text = serde_json::to_vec_pretty(&truth)?;
    text.push(b'\n');
    Ok(text)
}
