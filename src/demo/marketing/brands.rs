//! How customers rate the shop and its rivals, and which they mean to choose next (Rust, Lemon & Zeithaml
//! 2004).
//!
//! What is rated makes a utility, the last choice adds inertia, and the chances of the next choice
//! are those of a logit of these answers as they were given, with noise.

use std::collections::BTreeMap;

use serde::Serialize;

use super::super::draw::{Draw, nearest};
use super::super::products::Cents;
use super::super::raw::Raw;
use super::super::window::{DAY, Moment};

/// Streams of ratings, one for each customer.
const STREAMS: u64 = 35 << 32;
/// The chance that a customer is asked.
const ASKED: f64 = 0.15;
/// What is rated, and what a point of seven adds to utility.
const DRIVERS: [(&str, f64); 3] = [("value", 0.35), ("brand", 0.15), ("relationship", 0.25)];
/// What the last choice adds to utility.
const INERTIA: f64 = 0.9;
/// How much utility differs besides.
const NOISE: f64 = 0.3;
/// The shop and its rivals, with the middle of their ratings and how often they were the last choice.
const BRANDS: [(&str, f64, f64); 4] =
    [("own", 5.0, 0.6), ("Bergson", 4.5, 0.2), ("Calder", 4.0, 0.1), ("Dovecot", 4.0, 0.1)];
/// The highest rating; the lowest is 1.
const HIGHEST: u32 = 7;

/// A row of the files: one brand, rated by one customer.
#[derive(Debug)]
pub(super) struct Rating {
    pub(super) customer: u32,
    pub(super) asked_at: Moment,
    pub(super) brand: &'static str,
    pub(super) is_own: bool,
    pub(super) is_last: bool,
    /// Of value, brand and relationship.
    pub(super) scores: [u32; 3],
    /// Chance of being chosen next, in ten thousandths.
    pub(super) chance: u32,
    /// In the category, of any brand.
    pub(super) purchases_per_year: u32,
    pub(super) spend: Cents,
}

/// All of them, in order of time.
pub(super) fn tell(raw: &Raw) -> Vec<Rating> {
    let mut rows = Vec::new();
    for (number, customer) in (0..).zip(&raw.customers) {
        let draw = &mut Draw::stream(raw.setting.seed, STREAMS + u64::from(number));
        let asked_at = customer.signed_up_at + draw.whole(DAY, 180 * DAY);
        if draw.chance(ASKED) && asked_at < raw.setting.window.end() {
            rows.extend(ratings(draw, number, asked_at));
        }
    }
    rows.sort_by_key(|row| row.asked_at);
    rows
}

fn ratings(draw: &mut Draw, customer: u32, asked_at: Moment) -> [Rating; 4] {
    let last = draw.weighted(&BRANDS.map(|(brand, _, share)| (brand, share)));
    let purchases_per_year = draw.whole(4, 24);
    let spend = draw.whole(2_000, 16_000);
    let sheet = BRANDS.map(|(brand, middle, _)| {
        let opinion = middle + 0.8 * draw.normal();
        (brand, DRIVERS.map(|_| nearest(opinion + 0.8 * draw.normal()).clamp(1, HIGHEST)))
    });
    let odds = sheet.map(|(brand, scores)| {
        let inertia = if brand == last { INERTIA } else { 0.0 };
        libm::exp(utility(scores) + inertia + NOISE * draw.normal())
    });
    let all = odds.iter().sum::<f64>();
    let mut chances = odds.map(|one| nearest(10_000.0 * one / all)).into_iter();
    sheet.map(|(brand, scores)| Rating {
        customer,
        asked_at,
        brand,
        is_own: brand == BRANDS[0].0,
        is_last: brand == last,
        scores,
        chance: chances.next().unwrap_or_default(),
        purchases_per_year,
        spend,
    })
}

fn utility(scores: [u32; 3]) -> f64 {
    let parts = scores.into_iter().zip(DRIVERS);
    parts.map(|(score, (_, weight))| weight * f64::from(score)).sum()
}

/// What was built into the ratings.
#[derive(Debug, Serialize)]
pub(super) struct Truth {
    rows: u64,
    /// What a rating adds to utility, from the lowest to the highest.
    coefficients: BTreeMap<&'static str, f64>,
    inertia: f64,
}

impl Truth {
    pub(super) fn of(rows: &[Rating]) -> Self {
        let range = f64::from(HIGHEST - 1);
        Self {
            rows: rows.len() as u64,
            coefficients: DRIVERS.map(|(driver, weight)| (driver, weight * range)).into(),
            inertia: INERTIA,
        }
    }
}
