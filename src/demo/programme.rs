//! Two loyalty programmes: a randomly assigned gold card, and a club that customers join by choice.
//!
//! **Gold card.** It is offered from the middle day of the window to everybody who signed up
//! before. From the day after joining everybody has two potential histories: the one in the order
//! files, and another with the same distribution. For those whom the card affects, the history with
//! the higher spend is the one with the card, so the recorded history determines whether they have
//! one; as both histories have the same distribution, that is a fair coin independent of either.
//! The others are assigned by an actual coin, and their history is the same with and without. The
//! effect on a customer is the difference of the two histories, so it is known for each.
//!
//! **Club.** Its members choose it, frequent buyers most. It has no effect, so that any difference
//! between them and others existed before.

use super::customers::{Character, Setting};
use super::dirt;
use super::draw::Draw;
use super::orders::{Buyer, Order};
use super::points::{self, PointEntry};
use super::process::{Habits, History, PURCHASES};
use super::window::{DAY, HOUR, Moment, Window};

/// Streams of programmes begin after those of customers.
const STREAMS: u64 = 1 << 32;
/// The card is assigned with equal probabilities.
const DEALT_IN: f64 = 0.5;
/// The share of customers whom the card moves.
const MOVED: f64 = 0.5;
/// A card is taken up within so many days.
const TAKEN_UP_WITHIN: u32 = 30;
/// The chance that a member leaves the programme before the window closes.
const LEAVES: f64 = 0.10;

/// A loyalty programme.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Programme {
    GoldCard,
    Club,
}

/// A membership with everything ever sent about it; of a control, the one held back.
#[derive(Clone, Debug)]
pub(super) struct Membership {
    pub(super) programme: Programme,
    pub(super) customer: Buyer,
    pub(super) joined_at: Moment,
    /// What is sent in place of `joined_at`, where that is spoilt.
    pub(super) spoilt_date: Option<&'static str>,
    pub(super) left_at: Option<Moment>,
    pub(super) is_control: bool,
    /// What the programme adds, or would have added.
    pub(super) effect: Bought,
    /// Not a row too many.
    pub(super) genuine: bool,
}

/// What a customer buys after the day of joining, or more than without the programme.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Bought {
    /// In hundredths.
    pub(super) spend: i64,
    pub(super) purchase_days: i64,
}

/// What the programmes know of a customer.
#[derive(Debug, Default)]
pub(super) struct Enrolment {
    pub(super) memberships: Vec<Membership>,
    pub(super) entries: Vec<PointEntry>,
}

impl Programme {
    pub(super) const ALL: [Self; 2] = [Self::GoldCard, Self::Club];

    pub(super) fn id(self) -> &'static str {
        match self {
            Self::GoldCard => "gold_card",
            Self::Club => "club",
        }
    }

    /// The share of treated customers, if assignment is random.
    pub(super) fn treated_share(self) -> Option<f64> {
        (self == Self::GoldCard).then_some(DEALT_IN)
    }

    /// The only level of the programme.
    pub(super) fn level(self) -> &'static str {
        match self {
            Self::GoldCard => "gold",
            Self::Club => "basic",
        }
    }
}

impl Enrolment {
    /// The memberships of customer number `number`, drawn from a separate stream.
    pub(super) fn tell(
        setting: &Setting,
        number: u32,
        (character, history): (&Character, &History),
        orders: &[Order],
    ) -> Self {
        let draw = &mut Draw::stream(setting.seed, STREAMS + u64::from(number));
        let purchases: Vec<_> = orders.iter().filter(|order| order.genuine).collect();
        let card = gold_card(draw, &setting.window, (&character.habits, history), &purchases);
        let club = club(draw, &setting.window, &character.habits, &purchases);
        let mut enrolment = Self::default();
        for membership in [card, club].into_iter().flatten() {
            enrolment.entries.extend(points::book(draw, setting, &membership, &purchases));
            enrolment.memberships.push(membership);
        }
        dirt::spoil_enrolment(draw, setting, &mut enrolment);
        enrolment
    }
}

/// The first day of the gold card.
pub(super) fn offered_on(window: &Window) -> u32 {
    window.days() / 2
}

/// Dealt in or out, if the customer is eligible and the window does not close before.
fn gold_card(
    draw: &mut Draw,
    window: &Window,
    (habits, history): (&Habits, &History),
    purchases: &[&Order],
) -> Option<Membership> {
    let offered = offered_on(window);
    let first = purchases.first().filter(|first| first.ordered_at < offered * DAY)?;
    let joined = offered * DAY + draw.whole(0, TAKEN_UP_WITHIN * DAY - 1);
    let told = Bought::told(purchases, joined);
    let other = Bought::elsewhere(draw, (habits, history), joined / DAY, window.days());
    let is_moved = draw.chance(MOVED) && told.spend != other.spend;
    let is_control = if is_moved { told.spend < other.spend } else { draw.chance(DEALT_IN) };
    let mut card = Membership::new(Programme::GoldCard, first.buyer, joined);
    if is_moved {
        card.effect = if is_control { other.less(told) } else { told.less(other) };
    }
    card.leave(draw, window);
    card.left_at = card.left_at.filter(|_| !is_control);
    (joined < window.end()).then_some(Membership { is_control, ..card })
}

impl Bought {
    /// In the history in the order files.
    pub(super) fn told(purchases: &[&Order], joined: Moment) -> Self {
        let after = purchases.iter().filter(|order| is_after(order, joined));
        after.fold(Self::default(), |bought, order| bought.and(order.value))
    }

    /// In another life that could have come of what the customer had done by the day of joining.
    pub(super) fn elsewhere(
        draw: &mut Draw,
        (habits, history): (&Habits, &History),
        joined: u32,
        end: u32,
    ) -> Self {
        let before = history.days.partition_point(|day| *day <= joined);
        let has_left = before == history.days.len() && !history.alive;
        let last = history.days[..before].last().filter(|_| !has_left && joined < end);
        let days = last.map_or(vec![], |last| habits.future(draw, *last, joined, end).days);
        days.iter().fold(Self::default(), |bought, _| bought.and(habits.spend(draw)))
    }

    fn and(self, cents: u32) -> Self {
        Self { spend: self.spend + i64::from(cents), purchase_days: self.purchase_days + 1 }
    }

    fn less(self, other: Self) -> Self {
        Self {
            spend: self.spend - other.spend,
            purchase_days: self.purchase_days - other.purchase_days,
        }
    }
}

/// Joined at the second purchase, the busier the likelier.
fn club(
    draw: &mut Draw,
    window: &Window,
    habits: &Habits,
    purchases: &[&Order],
) -> Option<Membership> {
    let busy = habits.rate / (habits.rate + PURCHASES.r / PURCHASES.alpha / 7.0);
    let second = purchases.get(1).filter(|_| draw.chance(0.1 + 0.6 * busy))?;
    let joined = window.clip(second.ordered_at + draw.whole(60, HOUR));
    let mut club = Membership::new(Programme::Club, second.buyer, joined);
    club.leave(draw, window);
    Some(club)
}

/// Purchases on the day of joining count neither before nor after.
pub(super) fn is_after(order: &Order, joined: Moment) -> bool {
    order.ordered_at / DAY > joined / DAY
}

impl Membership {
    fn new(programme: Programme, customer: Buyer, joined_at: Moment) -> Self {
        Self {
            programme,
            customer,
            joined_at,
            spoilt_date: None,
            left_at: None,
            is_control: false,
            effect: Bought::default(),
            genuine: true,
        }
    }

    /// Some members leave, at any time after the first day.
    fn leave(&mut self, draw: &mut Draw, window: &Window) {
        let leaves = draw.chance(LEAVES);
        let at = draw.whole(self.joined_at + DAY, window.end());
        self.left_at = (leaves && at < window.end()).then_some(at);
    }
}
