//! An order: its lines add up to the value drawn for it, to the cent.
//!
//! The value comes first, from the process; lines, prices and products are
//! found to fit it. A line's `list_price` is the price of its day, so it is
//! near its product's list price and not equal to it.

use std::io::Write as _;

use super::customers::{Character, Setting};
use super::draw::{Draw, nearest};
use super::products::Cents;
use super::window::{DAY, HOUR, Moment};

/// How many lines an order has.
const LINES: [(usize, f64); 6] = [(1, 0.15), (2, 0.22), (3, 0.24), (4, 0.18), (5, 0.12), (6, 0.09)];
/// How many pieces a line has.
const QUANTITIES: [(u32, f64); 4] = [(1, 0.60), (2, 0.25), (3, 0.10), (4, 0.05)];
/// What promotions take off, in percent.
const DISCOUNTS: [u32; 6] = [10, 15, 20, 25, 30, 40];
/// Promotions that run at the same time, and for how many days.
const PROMOTIONS: (u32, u32) = (3, 30);

/// Whose order or answer a row says it is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Buyer {
    /// A customer, by number.
    Known(u32),
    /// An id no customer has.
    Unknown(u32),
    /// No id at all.
    Missing,
}

/// A cell of a row as it is sent.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Cell<T> {
    /// A readable value.
    Value(T),
    /// Text that is no value of the column's type.
    Rubbish(&'static str),
}

/// What became of an order.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Status {
    Completed,
    Cancelled,
    Returned,
}

/// One order with everything ever sent about it.
#[derive(Debug)]
pub(super) struct Order {
    pub(super) buyer: Buyer,
    pub(super) ordered_at: Moment,
    /// What is sent in place of `ordered_at`, where that is spoilt.
    pub(super) spoilt_date: Option<&'static str>,
    pub(super) channel: &'static str,
    /// The sum of quantity × unit price over the lines that are not spoilt.
    pub(super) value: Cents,
    /// A purchase of the process, not an order too many.
    pub(super) genuine: bool,
    pub(super) sent: (Moment, Status),
    pub(super) sent_again: Option<(Moment, Status)>,
    pub(super) lines: Vec<Line>,
}

/// One line of an order.
#[derive(Clone, Debug)]
pub(super) struct Line {
    /// An index into the catalogue.
    pub(super) product: u32,
    pub(super) quantity: Cell<i32>,
    pub(super) list_price: Cents,
    pub(super) unit_price: Cell<Cents>,
    pub(super) promotion: Option<Promotion>,
    pub(super) sent_again: Option<Moment>,
}

/// A promotion, by number.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Promotion(pub(super) u32);

impl Buyer {
    /// Appends the id; nothing if it is missing.
    pub(super) fn write(self, out: &mut Vec<u8>) -> std::io::Result<()> {
        match self {
            Self::Known(number) => write!(out, "C{:07}", number + 1),
            Self::Unknown(number) => write!(out, "X{:07}", number + 1),
            Self::Missing => Ok(()),
        }
    }
}

impl Status {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Completed => "completed",
            Self::Cancelled => "cancelled",
            Self::Returned => "returned",
        }
    }
}

impl Order {
    /// A completed order of the value the customer's habits give it.
    pub(super) fn place(
        draw: &mut Draw,
        setting: &Setting,
        character: &Character,
        buyer: Buyer,
        ordered_at: Moment,
    ) -> Self {
        let value = character.habits.spend(draw);
        let landed = setting.window.clip(ordered_at + draw.whole(HOUR / 6, 4 * HOUR));
        Self {
            buyer,
            ordered_at,
            spoilt_date: None,
            channel: character.channel(draw),
            value,
            genuine: true,
            sent: (landed, Status::Completed),
            sent_again: None,
            lines: lines(draw, setting, character, value, ordered_at / DAY),
        }
    }
}

fn lines(
    draw: &mut Draw,
    setting: &Setting,
    character: &Character,
    value: Cents,
    day: u32,
) -> Vec<Line> {
    let parts = share(draw, value);
    parts.into_iter().map(|part| line(draw, setting, character, part, day)).collect()
}

/// Splits `value` into (quantity, unit price) of 1 to 6 lines. The last line is
/// one piece at whatever is left, so nothing is lost to rounding; no line is
/// worth less than a sixteenth, so with a unit of money a line something is left.
fn share(draw: &mut Draw, value: Cents) -> Vec<(u32, Cents)> {
    let count = draw.weighted(&LINES).min((value / 100).max(1) as usize);
    let weights: Vec<f64> = (0..count).map(|_| draw.between(0.5, 2.0)).collect();
    let unit = f64::from(value) / weights.iter().sum::<f64>();
    let mut left = value;
    let mut parts = Vec::with_capacity(count);
    for weight in weights.iter().skip(1) {
        let quantity = draw.weighted(&QUANTITIES);
        let price = nearest(unit * weight / f64::from(quantity)).max(1);
        left -= quantity * price;
        parts.push((quantity, price));
    }
    parts.push((1, left));
    parts
}

fn line(
    draw: &mut Draw,
    setting: &Setting,
    character: &Character,
    (quantity, unit_price): (u32, Cents),
    day: u32,
) -> Line {
    let promotion =
        draw.chance(character.thrill_of_a_bargain).then(|| Promotion::running(draw, day));
    let list_price = promotion.map_or(unit_price, |promotion| promotion.undo(unit_price));
    let category = character.category(draw);
    Line {
        product: setting.catalogue.near(draw, category, list_price),
        quantity: Cell::Value(quantity.cast_signed()),
        list_price,
        unit_price: Cell::Value(unit_price),
        promotion,
        sent_again: None,
    }
}

impl Promotion {
    /// One of the promotions that run on `day`.
    fn running(draw: &mut Draw, day: u32) -> Self {
        Self(day / PROMOTIONS.1 * PROMOTIONS.0 + draw.whole(1, PROMOTIONS.0))
    }

    /// The price before the discount.
    fn undo(self, price: Cents) -> Cents {
        let discount = DISCOUNTS[self.0 as usize % DISCOUNTS.len()];
        nearest(f64::from(price) * 100.0 / f64::from(100 - discount)).max(price)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_add_up_to_any_value() {
        let mut draw = Draw::stream(1, 0);
        for value in (1..2_000).chain([9_999, 1_234_567, u32::MAX]) {
            let parts = share(&mut draw, value);
            let sum: u64 = parts.iter().map(|&(n, price)| u64::from(n) * u64::from(price)).sum();
            assert_eq!(sum, u64::from(value));
            assert!((1..=6).contains(&parts.len()));
            assert!(parts.iter().all(|&(n, price)| n > 0 && price > 0), "{parts:?}");
        }
    }

    #[test]
    fn a_promotion_takes_from_10_to_40_percent_off() {
        for number in 0..60 {
            let before = f64::from(Promotion(number).undo(10_000));
            let discount = 1.0 - 10_000.0 / before;
            assert!((0.0999..0.4001).contains(&discount), "{discount}");
        }
    }
}
