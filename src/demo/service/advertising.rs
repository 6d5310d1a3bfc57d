//! Advertised prices, some of which are not kept.
//!
//! An advertisement is valid for two weeks and one product. Mostly its price is the highest that
//! was charged in that time, so that everybody paid the advertised price or less; the others name
//! the lowest, so that those who paid more paid above it.

use super::super::draw::Draw;
use super::super::orders::{Cell, Line};
use super::super::products::Cents;
use super::super::raw::Raw;
use super::super::window::{DAY, Moment};

/// The stream of the advertisements; no customer has this number.
const STREAM: u64 = u64::MAX - 11;
/// A product is advertised once in so many days at most.
const EVERY: u32 = 60;
/// Days for which an advertisement is valid.
const HOLDS: u32 = 14;
/// The chance that a product is advertised, and that the advertisement is not kept.
const ADVERTISED: f64 = 0.3;
const NOT_KEPT: f64 = 0.2;

/// A price advertised to everybody.
#[derive(Clone, Debug)]
pub(super) struct Advertisement {
    /// An index into the catalogue.
    pub(super) product: usize,
    pub(super) valid_from: Moment,
    pub(super) valid_to: Moment,
    pub(super) price: Cents,
    /// When each line was sold while it held, and whether at a higher price.
    pub(super) sales: Vec<(Moment, bool)>,
}

pub(super) fn advertisements(raw: &Raw) -> Vec<Advertisement> {
    let draw = &mut Draw::stream(raw.setting.seed, STREAM);
    let charged = charged(raw);
    let mut all = Vec::new();
    for (product, charged) in charged.iter().enumerate() {
        let days = raw.setting.window.days();
        for start in (0..days).step_by(EVERY as usize) {
            let first = start + draw.whole(0, EVERY - HOLDS);
            let (is_advertised, is_kept) = (draw.chance(ADVERTISED), !draw.chance(NOT_KEPT));
            if is_advertised && first + HOLDS <= days {
                all.extend(Advertisement::of(product, first, charged, is_kept));
            }
        }
    }
    all.sort_by_key(|one| (one.valid_from, one.product));
    all
}

/// What was charged for each product, and when, in order of time.
fn charged(raw: &Raw) -> Vec<Vec<(Moment, Cents)>> {
    let mut charged = vec![Vec::new(); raw.setting.catalogue.products().len()];
    for order in raw.orders.iter().filter(|order| order.genuine) {
        for (product, price) in order.lines.iter().filter_map(sold) {
            charged[product].push((order.ordered_at, price));
        }
    }
    charged
}

/// What a line charges, if it is not spoilt.
fn sold(line: &Line) -> Option<(usize, Cents)> {
    match (line.quantity, line.unit_price) {
        (Cell::Value(1..), Cell::Value(price)) => Some((line.product as usize, price)),
        _ => None,
    }
}

impl Advertisement {
    /// `None` if nothing was sold, since then there is no price to advertise.
    fn of(product: usize, first: u32, charged: &[(Moment, Cents)], is_kept: bool) -> Option<Self> {
        let (valid_from, valid_to) = (first * DAY, (first + HOLDS) * DAY);
        let begin = charged.partition_point(|(at, _)| *at < valid_from);
        let end = charged.partition_point(|(at, _)| *at < valid_to);
        let sold = &charged[begin..end];
        let prices = sold.iter().map(|(_, price)| *price);
        let price = if is_kept { prices.max()? } else { prices.min()? };
        let sales = sold.iter().map(|(at, charged)| (*at, *charged > price)).collect();
        Some(Self { product, valid_from, valid_to, price, sales })
    }
}
