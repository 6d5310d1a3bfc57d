//! What goes wrong with the data, and how often.
//!
//! Dirt never takes from the process. A spoilt order or line is one too many:
//! the genuine one is sent as well, whole. So are cancelled and returned
//! orders. What a warehouse keeps after cleaning is exactly the purchases that
//! were drawn. Only answers are spoilt in place, for no model is fitted to them.

use serde::Serialize;

use super::customers::{Character, Setting};
use super::draw::Draw;
use super::orders::{Buyer, Cell, Line, Order, Status};
use super::points::PointEntry;
use super::programme::{Bought, Enrolment, Membership};
use super::relationship;
use super::surveys::{Answer, QUESTIONS};
use super::window::{DAY, HOUR, Moment};

/// A figure for every kind of dirt: a rate or a count.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct PerKind<T> {
    /// Orders whose `ordered_at` is no date. The rates of orders are per purchase.
    pub order_dates: T,
    /// Orders without a customer.
    pub order_customers_missing: T,
    /// Orders of an unknown customer.
    pub order_customers_unknown: T,
    /// Orders cancelled at once.
    pub orders_cancelled: T,
    /// Orders sent as completed and again, 3 to 20 days later, as returned.
    pub orders_returned: T,
    /// Orders sent again unchanged except `updated_at`.
    pub orders_resent: T,
    /// Lines whose quantity or unit price is no number. The rates of lines are per
    /// line of a purchase.
    pub line_numbers: T,
    /// Lines whose quantity is zero or less.
    pub line_quantities: T,
    /// Lines sent again unchanged except `updated_at`.
    pub lines_resent: T,
    /// Answers whose `answered_at` is no date. The rates of answers are per answer.
    pub answer_dates: T,
    /// Answers whose score is no number.
    pub answer_numbers: T,
    /// Answers without a customer.
    pub answer_customers_missing: T,
    /// Answers of an unknown customer.
    pub answer_customers_unknown: T,
    /// Answers whose score is above the question's scale.
    pub answer_scores: T,
    /// Memberships whose `joined_at` is no date. The rates of memberships are per membership.
    pub membership_dates: T,
    /// Memberships of an unknown customer.
    pub membership_customers_unknown: T,
    /// Entries whose points are no number. The rates of entries are per entry.
    pub entry_numbers: T,
    /// Entries of an unknown customer.
    pub entry_customers_unknown: T,
    /// Entries sent again unchanged except `updated_at`.
    pub entries_resent: T,
    /// Answers about the relationship whose score is no number. The rates are per answer.
    pub relationship_numbers: T,
    /// Answers about the relationship of an unknown customer.
    pub relationship_customers_unknown: T,
}

/// How often each kind of dirt occurs. What would be sent again after the window
/// closes is not sent again, so the counts of those kinds end a little lower.
pub const RATES: PerKind<f64> = PerKind {
    order_dates: 0.002,
    order_customers_missing: 0.002,
    order_customers_unknown: 0.002,
    orders_cancelled: 0.03,
    orders_returned: 0.04,
    orders_resent: 0.01,
    line_numbers: 0.002,
    line_quantities: 0.002,
    lines_resent: 0.01,
    answer_dates: 0.002,
    answer_numbers: 0.002,
    answer_customers_missing: 0.002,
    answer_customers_unknown: 0.002,
    answer_scores: 0.002,
    membership_dates: 0.002,
    membership_customers_unknown: 0.002,
    entry_numbers: 0.002,
    entry_customers_unknown: 0.002,
    entries_resent: 0.01,
    relationship_numbers: 0.002,
    relationship_customers_unknown: 0.002,
};

const NO_DATES: [&str; 4] = ["2023-02-31 10:00:00", "31/12/2023", "2024-13-01 00:00:00", "soon"];
const NO_NUMBERS: [&str; 4] = ["n/a", "--", "twelve", "1.2.3"];
/// Unknown ids come from a short list, as of accounts deleted long ago.
const UNKNOWN: u32 = 20;

/// Adds to a customer's purchases the orders and lines that are too many, and
/// what is sent again.
pub(super) fn spoil(
    draw: &mut Draw,
    setting: &Setting,
    character: &Character,
    orders: &mut Vec<Order>,
) {
    let mut extra = Vec::new();
    for order in &mut *orders {
        for fate in Fate::ALL {
            if draw.chance(fate.rate()) {
                extra.push(fate.order(draw, setting, character, order));
            }
        }
        resend(draw, setting, order);
        spoil_lines(draw, setting, order);
    }
    orders.append(&mut extra);
}

/// Why an order is one too many.
#[derive(Clone, Copy, Debug)]
enum Fate {
    Cancelled,
    Returned,
    NoDate,
    NoCustomer,
    UnknownCustomer,
}

impl Fate {
    const ALL: [Self; 5] =
        [Self::Cancelled, Self::Returned, Self::NoDate, Self::NoCustomer, Self::UnknownCustomer];

    fn rate(self) -> f64 {
        match self {
            Self::Cancelled => RATES.orders_cancelled,
            Self::Returned => RATES.orders_returned,
            Self::NoDate => RATES.order_dates,
            Self::NoCustomer => RATES.order_customers_missing,
            Self::UnknownCustomer => RATES.order_customers_unknown,
        }
    }

    /// An order of this fate, hours after `purchase`.
    fn order(
        self,
        draw: &mut Draw,
        setting: &Setting,
        character: &Character,
        purchase: &Order,
    ) -> Order {
        let at = setting.window.clip(purchase.ordered_at + draw.whole(HOUR, 36 * HOUR));
        let mut order = Order::place(draw, setting, character, purchase.buyer, at);
        order.genuine = false;
        match self {
            Self::Cancelled => order.sent.1 = Status::Cancelled,
            Self::Returned => give_back(draw, setting, &mut order),
            Self::NoDate => order.spoilt_date = Some(draw.pick(&NO_DATES)),
            Self::NoCustomer => order.buyer = Buyer::Missing,
            Self::UnknownCustomer => order.buyer = unknown(draw),
        }
        order
    }
}

/// Returns the order later, or cancels it where the window would close before.
fn give_back(draw: &mut Draw, setting: &Setting, order: &mut Order) {
    match later(draw, setting, order.sent.0, (3, 20)) {
        Some(at) => order.sent_again = Some((at, Status::Returned)),
        None => order.sent.1 = Status::Cancelled,
    }
}

fn resend(draw: &mut Draw, setting: &Setting, order: &mut Order) {
    let (landed, status) = order.sent;
    if draw.chance(RATES.orders_resent) {
        order.sent_again = later(draw, setting, landed, (1, 12)).map(|at| (at, status));
    }
}

fn spoil_lines(draw: &mut Draw, setting: &Setting, order: &mut Order) {
    let mut extra = Vec::new();
    for line in &mut order.lines {
        if draw.chance(RATES.line_numbers) {
            extra.push(without_number(draw, line));
        }
        if draw.chance(RATES.line_quantities) {
            let quantity = Cell::Value(-draw.whole(0, 3).cast_signed());
            extra.push(Line { quantity, ..line.clone() });
        }
        if draw.chance(RATES.lines_resent) {
            line.sent_again = later(draw, setting, order.sent.0, (1, 12));
        }
    }
    order.lines.append(&mut extra);
}

fn without_number(draw: &mut Draw, line: &Line) -> Line {
    let mut spoilt = Line { sent_again: None, ..line.clone() };
    let text = draw.pick(&NO_NUMBERS);
    if draw.chance(0.5) {
        spoilt.quantity = Cell::Rubbish(text);
    } else {
        spoilt.unit_price = Cell::Rubbish(text);
    }
    spoilt
}

/// Adds memberships and entries that are too many, and entries that are sent again.
pub(super) fn spoil_enrolment(draw: &mut Draw, setting: &Setting, enrolment: &mut Enrolment) {
    spoil_memberships(draw, &mut enrolment.memberships);
    spoil_entries(draw, setting, &mut enrolment.entries);
}

fn spoil_memberships(draw: &mut Draw, memberships: &mut Vec<Membership>) {
    let mut extra = Vec::new();
    for membership in &*memberships {
        let spoilt = Membership {
            genuine: false,
            effect: Bought::default(),
            left_at: None,
            ..membership.clone()
        };
        if draw.chance(RATES.membership_dates) {
            let spoilt_date = Some(draw.pick(&NO_DATES));
            extra.push(Membership { spoilt_date, ..spoilt.clone() });
        }
        if draw.chance(RATES.membership_customers_unknown) {
            extra.push(Membership { customer: unknown(draw), ..spoilt });
        }
    }
    memberships.append(&mut extra);
}

fn spoil_entries(draw: &mut Draw, setting: &Setting, entries: &mut Vec<PointEntry>) {
    let mut extra = Vec::new();
    for entry in &mut *entries {
        let spoilt = PointEntry { genuine: false, ..entry.clone() };
        if draw.chance(RATES.entry_numbers) {
            let points = Cell::Rubbish(draw.pick(&NO_NUMBERS));
            extra.push(PointEntry { points, ..spoilt.clone() });
        }
        if draw.chance(RATES.entry_customers_unknown) {
            extra.push(PointEntry { customer: unknown(draw), ..spoilt });
        }
        if draw.chance(RATES.entries_resent) {
            entry.sent_again = later(draw, setting, entry.booked_at, (1, 12));
        }
    }
    entries.append(&mut extra);
}

/// Spoils an answer in at most one way.
pub(super) fn spoil_answer(draw: &mut Draw, answer: &mut Answer) {
    let highest = QUESTIONS[answer.question].scale.1;
    match draw.weighted(&ANSWER_DIRT) {
        Spoilt::Nothing => {}
        Spoilt::Date => answer.spoilt_date = Some(draw.pick(&NO_DATES)),
        Spoilt::Number => answer.score = Cell::Rubbish(draw.pick(&NO_NUMBERS)),
        Spoilt::NoCustomer => answer.customer = Buyer::Missing,
        Spoilt::UnknownCustomer => answer.customer = unknown(draw),
        Spoilt::Scale => answer.score = Cell::Value(highest + draw.whole(1, 89)),
    }
}

/// Spoils an answer about the relationship in at most one way.
pub(super) fn spoil_relationship_answer(draw: &mut Draw, answer: &mut relationship::Answer) {
    if draw.chance(RATES.relationship_numbers) {
        answer.score = Cell::Rubbish(draw.pick(&NO_NUMBERS));
    } else if draw.chance(RATES.relationship_customers_unknown) {
        answer.customer = unknown(draw);
    }
}

/// How an answer is spoilt.
#[derive(Clone, Copy, Debug)]
enum Spoilt {
    Nothing,
    Date,
    Number,
    NoCustomer,
    UnknownCustomer,
    Scale,
}

const ANSWER_DIRT: [(Spoilt, f64); 6] = [
    (Spoilt::Date, RATES.answer_dates),
    (Spoilt::Number, RATES.answer_numbers),
    (Spoilt::NoCustomer, RATES.answer_customers_missing),
    (Spoilt::UnknownCustomer, RATES.answer_customers_unknown),
    (Spoilt::Scale, RATES.answer_scores),
    (
        Spoilt::Nothing,
        1.0 - RATES.answer_dates
            - RATES.answer_numbers
            - RATES.answer_customers_missing
            - RATES.answer_customers_unknown
            - RATES.answer_scores,
    ),
];

pub(super) fn no_date(draw: &mut Draw) -> &'static str {
    draw.pick(&NO_DATES)
}

pub(super) fn no_number(draw: &mut Draw) -> &'static str {
    draw.pick(&NO_NUMBERS)
}

pub(super) fn unknown(draw: &mut Draw) -> Buyer {
    Buyer::Unknown(draw.whole(0, UNKNOWN - 1))
}

/// From `first` to `last` days after `landed`, if the window is still open then.
fn later(
    draw: &mut Draw,
    setting: &Setting,
    landed: Moment,
    (first, last): (u32, u32),
) -> Option<Moment> {
    let at = landed + draw.whole(first * DAY, last * DAY);
    (at < setting.window.end()).then_some(at)
}
