//! Promotions that are shown to a random half of the customers and withheld from the others.
//!
//! - **A mailing.** For some weeks afterwards everybody has two potential histories, as with the
//!   gold card: the one in the order files, and another, drawn from the same state. The history
//!   with more spend is the one with the mailing.
//! - **Free delivery.** It has no effect while it lasts. In the weeks after its last day everybody
//!   has two potential histories again, and the one with less spend is that of a customer who lost
//!   it.
//! - **A birthday treat.** It changes the probability of a purchase on the birthday or soon after
//!   by a known amount ([`super::super::dealing`]).
//!
//! The days of the three do not overlap.

use std::collections::BTreeMap;

use chrono::{Datelike as _, NaiveDate};
use serde::Serialize;

use super::super::customers::{Character, Customer, Setting};
use super::super::dealing::{Lot, Return};
use super::super::draw::Draw;
use super::super::orders::{Buyer, Order};
use super::super::process::History;
use super::super::programme::Bought;
use super::super::window::{DAY, HOUR, Moment, Window};

/// Streams of promotions, one for each customer.
const STREAMS: u64 = 31 << 32;
/// Shorter windows have no promotions.
const SHORTEST: u32 = 360;
/// Days in which a mailing works.
const ANSWERED_WITHIN: u32 = 28;
/// Days of free delivery, and days in which its end is felt.
const DELIVERY: (u32, u32) = (84, 56);
/// Days from the treat to the birthday, and from the birthday on in which it works.
const BIRTHDAY: (u32, u32) = (7, 30);
/// The share of customers before whom each promotion is put.
pub(super) const DEALT: f64 = 0.5;
const TREAT: Lot = Lot { share: DEALT, strength: 0.9 };
/// The share of customers whose birthday is known.
const TOLD_BIRTHDAY: f64 = 0.9;
/// Exposures of unknown customers, per exposure.
const UNKNOWN: (f64, u32) = (0.002, 20);

/// A promotion that the files name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Promotion {
    FreeDelivery,
    Mailing,
    BirthdayTreat,
}

/// A promotion put before a customer; of a control, held back.
#[derive(Clone, Debug)]
pub(super) struct Exposure {
    pub(super) promotion: Promotion,
    pub(super) customer: Buyer,
    pub(super) exposed_at: Moment,
    pub(super) is_control: bool,
    /// What it changes, or would have changed: cents, or the chance of a purchase.
    effect: f64,
    /// Not a row too many.
    genuine: bool,
}

/// What was offered to a customer.
#[derive(Debug, Default)]
pub(in super::super) struct Offers {
    /// Unknown to the shop where there is none.
    pub(super) born_on: Option<NaiveDate>,
    pub(super) exposures: Vec<Exposure>,
}

impl Promotion {
    pub(super) const ALL: [Self; 3] = [Self::FreeDelivery, Self::Mailing, Self::BirthdayTreat];

    pub(super) fn id(self) -> &'static str {
        match self {
            Self::FreeDelivery => "free_delivery",
            Self::Mailing => "spring_mailing",
            Self::BirthdayTreat => "birthday_treat",
        }
    }

    pub(super) fn kind(self) -> &'static str {
        match self {
            Self::FreeDelivery => "benefit",
            Self::Mailing => "mailing",
            Self::BirthdayTreat => "birthday",
        }
    }

    /// Its first and its last day; none in a short window.
    pub(super) fn days(self, window: &Window) -> Option<(u32, u32)> {
        let all = window.days();
        (all >= SHORTEST).then(|| match self {
            Self::FreeDelivery => (all / 4 + 1 - DELIVERY.0, all / 4),
            Self::Mailing => (all * 5 / 12, all * 5 / 12 + ANSWERED_WITHIN),
            Self::BirthdayTreat => (all * 3 / 4, all - BIRTHDAY.1 - 1),
        })
    }
}

impl Offers {
    /// The promotions of customer number `number`, drawn from a separate stream.
    pub(in super::super) fn tell(
        setting: &Setting,
        (number, customer): (u32, &Customer),
        told: (&Character, &History),
        orders: &[Order],
    ) -> Self {
        let draw = &mut Draw::stream(setting.seed, STREAMS + u64::from(number));
        let buyer = Buyer::Known(number);
        let purchases: Vec<_> = orders.iter().filter(|order| order.genuine).collect();
        let born_on = born_on(draw, customer.birth_year).filter(|_| draw.chance(TOLD_BIRTHDAY));
        let mut offers = Self { born_on, ..Self::default() };
        let window = &setting.window;
        let delivery = Two { promotion: Promotion::FreeDelivery, felt: DELIVERY.1, is_lift: false };
        let mailing = Two { promotion: Promotion::Mailing, felt: ANSWERED_WITHIN, is_lift: true };
        for two in [delivery, mailing] {
            offers.exposures.extend(two.lives(draw, window, told, &purchases));
        }
        offers.exposures.extend(treat(draw, window, told, born_on));
        offers.exposures.retain(|one| one.exposed_at > customer.signed_up_at);
        offers.exposures.iter_mut().for_each(|one| one.customer = buyer);
        offers.spoil(draw);
        offers
    }

    fn spoil(&mut self, draw: &mut Draw) {
        for one in self.exposures.clone() {
            if draw.chance(UNKNOWN.0) {
                let customer = Buyer::Unknown(draw.whole(0, UNKNOWN.1 - 1));
                self.exposures.push(Exposure { customer, genuine: false, ..one });
            }
        }
    }
}

/// A day of the year, as likely as any other, also on the last of February of a leap year.
fn born_on(draw: &mut Draw, year: i32) -> Option<NaiveDate> {
    let days = NaiveDate::from_ymd_opt(year, 12, 31)?.ordinal();
    NaiveDate::from_yo_opt(year, draw.whole(1, days))
}

/// A promotion with which or without which customers live for some days.
#[derive(Debug)]
struct Two {
    promotion: Promotion,
    felt: u32,
    /// More spend, and not less.
    is_lift: bool,
}

impl Two {
    /// Put before the customer on its first day; felt from then on, or from its last day on.
    fn lives(
        self,
        draw: &mut Draw,
        window: &Window,
        (character, history): (&Character, &History),
        purchases: &[&Order],
    ) -> Option<Exposure> {
        let (first, last) = self.promotion.days(window)?;
        let exposed_at = first * DAY + draw.whole(6 * HOUR, 9 * HOUR);
        let from = if self.is_lift { first } else { last };
        let in_time = |order: &&&Order| order.ordered_at / DAY <= from + self.felt;
        let seen: Vec<_> = purchases.iter().filter(in_time).copied().collect();
        let told = Bought::told(&seen, from * DAY).spend;
        let life = (&character.habits, history);
        let other = Bought::elsewhere(draw, life, from, from + self.felt + 1).spend;
        let by_chance = draw.chance(DEALT);
        let is_lower = if told == other { by_chance } else { told < other };
        let effect = (told - other).abs() as f64;
        Some(Exposure {
            promotion: self.promotion,
            customer: Buyer::Missing,
            exposed_at,
            is_control: is_lower == self.is_lift,
            effect: if self.is_lift { effect } else { -effect },
            genuine: true,
        })
    }
}

/// Some days before the first birthday that lies in the days of the treat.
fn treat(
    draw: &mut Draw,
    window: &Window,
    (character, history): (&Character, &History),
    born_on: Option<NaiveDate>,
) -> Option<Exposure> {
    let (first, last) = Promotion::BirthdayTreat.days(window)?;
    let born_on = born_on?;
    let mut days = first + BIRTHDAY.0..last;
    let day = days.find(|day| is_birthday(window, *day, born_on))?;
    let told = (&character.habits, history);
    if history.days.first().is_none_or(|first| *first >= day - BIRTHDAY.0) {
        return None;
    }
    let back = Return::from_silence(draw, told, day - 1, (BIRTHDAY.1, window.days()));
    Some(Exposure {
        promotion: Promotion::BirthdayTreat,
        customer: Buyer::Missing,
        exposed_at: (day - BIRTHDAY.0) * DAY + 9 * HOUR,
        is_control: !TREAT.deal(draw, back),
        effect: TREAT.effect(back),
        genuine: true,
    })
}

/// Who was born on 29 February has the birthday on 28 February in other years.
fn is_birthday(window: &Window, day: u32, born_on: NaiveDate) -> bool {
    let is_last_of_february = window.label(day + 1).ends_with("-03-01");
    let is_leap_day = (born_on.month(), born_on.day()) == (2, 29);
    let same = born_on.format("-%m-%d").to_string();
    if is_leap_day { is_last_of_february } else { window.label(day).ends_with(&same) }
}

/// What is known of a promotion.
#[derive(Debug, Default, PartialEq, Serialize)]
struct Outcome {
    first_day: String,
    last_day: String,
    treated: u64,
    controls: u64,
    /// The mean over both of what it changes: money of a customer, or the chance of a purchase.
    effect: f64,
}

/// What was built into the promotions.
#[derive(Debug, Serialize)]
pub(super) struct Truth {
    /// Days after a mailing, days after the end of a benefit, and days from a birthday on.
    answered_within_days: u32,
    felt_days: u32,
    birthday_days: u32,
    #[serde(flatten)]
    outcomes: BTreeMap<&'static str, Outcome>,
}

impl Truth {
    pub(super) fn of(offers: &[Offers], window: &Window) -> Self {
        let outcome = |one: Promotion| Some((one.id(), Outcome::of(offers, window, one)?));
        Self {
            answered_within_days: ANSWERED_WITHIN,
            felt_days: DELIVERY.1,
            birthday_days: BIRTHDAY.1,
            outcomes: Promotion::ALL.into_iter().filter_map(outcome).collect(),
        }
    }
}

impl Outcome {
    fn of(offers: &[Offers], window: &Window, promotion: Promotion) -> Option<Self> {
        let (first, last) = promotion.days(window)?;
        let (first_day, last_day) = (window.label(first).to_owned(), window.label(last).to_owned());
        let mut outcome = Self { first_day, last_day, ..Self::default() };
        let all = offers.iter().flat_map(|one| &one.exposures);
        for one in all.filter(|one| one.genuine && one.promotion == promotion) {
            outcome.treated += u64::from(!one.is_control);
            outcome.controls += u64::from(one.is_control);
            outcome.effect += one.effect;
        }
        let cents = if promotion == Promotion::BirthdayTreat { 1.0 } else { 100.0 };
        outcome.effect /= cents * (outcome.treated + outcome.controls).max(1) as f64;
        Some(outcome)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_leap_day_is_kept_on_the_last_of_february() {
        let start = NaiveDate::from_ymd_opt(2023, 1, 1).unwrap();
        let window = Window::new(start, 24).unwrap();
        let born_on = NaiveDate::from_ymd_opt(2000, 2, 29).unwrap();
        let days: Vec<u32> =
            (0..window.days()).filter(|day| is_birthday(&window, *day, born_on)).collect();
        let labels: Vec<&str> = days.iter().map(|day| window.label(*day)).collect();
        assert_eq!(labels, ["2023-02-28", "2024-02-29"]);
    }
}
