//! Which row is sent when: a row lands in the file of the day or month it is sent in, so an order
//! sent again is in two files.

use super::raw::Raw;
use super::window::Moment;

/// Every row that lands day by day or month by month, in the order of landing.
#[derive(Debug)]
pub(super) struct Landings {
    pub(super) orders: Vec<(Moment, OrderRow)>,
    pub(super) order_lines: Vec<(Moment, LineRow)>,
    pub(super) survey_answers: Vec<(Moment, AnswerRow)>,
    pub(super) memberships: Vec<(Moment, MembershipRow)>,
    pub(super) point_entries: Vec<(Moment, usize)>,
    pub(super) relationship: Vec<(Moment, AnswerRow)>,
}

/// An order, and whether it is sent again.
pub(super) type OrderRow = (usize, bool);
/// An order and a place among its lines.
pub(super) type LineRow = (usize, usize);
/// A membership, and whether it is over.
pub(super) type MembershipRow = (usize, bool);
/// A response and a place among its answers.
pub(super) type AnswerRow = (usize, usize);

impl Landings {
    pub(super) fn of(raw: &Raw) -> Self {
        Self {
            orders: orders(raw),
            order_lines: order_lines(raw),
            survey_answers: answers(raw),
            memberships: memberships(raw),
            point_entries: point_entries(raw),
            relationship: relationship(raw),
        }
    }

    /// How many rows land: orders, lines, answers, memberships, entries and answers
    /// about the relationship.
    pub(super) fn rows(&self) -> [usize; 6] {
        [
            self.orders.len(),
            self.order_lines.len(),
            self.survey_answers.len(),
            self.memberships.len(),
            self.point_entries.len(),
            self.relationship.len(),
        ]
    }
}

fn orders(raw: &Raw) -> Vec<(Moment, OrderRow)> {
    let mut rows = Vec::new();
    for (number, order) in raw.orders.iter().enumerate() {
        rows.push((order.sent.0, (number, false)));
        rows.extend(order.sent_again.map(|(at, _)| (at, (number, true))));
    }
    rows.sort_unstable();
    rows
}

fn order_lines(raw: &Raw) -> Vec<(Moment, LineRow)> {
    let mut rows = Vec::new();
    for (number, order) in raw.orders.iter().enumerate() {
        for (place, line) in order.lines.iter().enumerate() {
            rows.push((order.sent.0, (number, place)));
            rows.extend(line.sent_again.map(|at| (at, (number, place))));
        }
    }
    rows.sort_unstable();
    rows
}

/// Already in the order of landing, because responses are.
fn answers(raw: &Raw) -> Vec<(Moment, AnswerRow)> {
    let responses = raw.responses.iter().enumerate();
    responses
        .flat_map(|(number, response)| {
            (0..response.answers.len()).map(move |place| (response.answered_at, (number, place)))
        })
        .collect()
}

/// A membership is sent when it begins and when it ends.
fn memberships(raw: &Raw) -> Vec<(Moment, MembershipRow)> {
    let mut rows = Vec::new();
    for (number, membership) in raw.memberships.iter().enumerate() {
        rows.push((membership.joined_at, (number, false)));
        rows.extend(membership.left_at.map(|at| (at, (number, true))));
    }
    rows.sort_unstable();
    rows
}

fn point_entries(raw: &Raw) -> Vec<(Moment, usize)> {
    let mut rows = Vec::new();
    for (number, entry) in raw.point_entries.iter().enumerate() {
        rows.push((entry.booked_at, number));
        rows.extend(entry.sent_again.map(|at| (at, number)));
    }
    rows.sort_unstable();
    rows
}

/// Already in the order of landing, because responses are.
fn relationship(raw: &Raw) -> Vec<(Moment, AnswerRow)> {
    let responses = raw.relationship.iter().enumerate();
    responses
        .flat_map(|(number, response)| {
            (0..response.answers.len()).map(move |place| (response.answered_at, (number, place)))
        })
        .collect()
}
