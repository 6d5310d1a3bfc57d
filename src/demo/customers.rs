//! Who the customers are, and what they are like.

use super::draw::{Draw, nearest};
use super::process::{Habits, History, PURCHASES};
use super::products::{CATEGORIES, Catalogue, Cents};
use super::window::{HOUR, Moment, Window};

const REGIONS: [(&str, f64); 6] = [
    ("centre", 0.25),
    ("east", 0.18),
    ("islands", 0.05),
    ("north", 0.20),
    ("south", 0.17),
    ("west", 0.15),
];

/// Where customers come from, and what one costs on average, in cents.
const ACQUISITION: [(&str, f64); 6] = [
    ("affiliate", 2_200.0),
    ("organic", 200.0),
    ("referral", 900.0),
    ("search", 1_800.0),
    ("social", 1_400.0),
    ("store", 3_000.0),
];

/// Where orders are placed.
const CHANNELS: [(&str, f64); 4] = [("app", 0.3), ("phone", 0.05), ("store", 0.2), ("web", 0.45)];

/// What every story shares.
#[derive(Debug)]
pub(super) struct Setting {
    pub(super) seed: u64,
    pub(super) window: Window,
    pub(super) catalogue: Catalogue,
}

/// A row of the customer file, and what became of the customer.
#[derive(Debug)]
pub(super) struct Customer {
    pub(super) signed_up_at: Moment,
    pub(super) region: &'static str,
    pub(super) acquisition_channel: &'static str,
    pub(super) segment: &'static str,
    pub(super) birth_year: i32,
    pub(super) acquisition_cost: Cents,
    /// Purchases after the first.
    pub(super) repeats: u32,
    /// Still alive at the end of the window.
    pub(super) alive: bool,
}

/// What a customer is like, besides how often they buy and for how much.
#[derive(Debug)]
pub(super) struct Character {
    pub(super) habits: Habits,
    pub(super) segment: &'static str,
    /// In standard deviations from the average customer.
    pub(super) satisfaction: f64,
    /// The chance that a line is bought on promotion.
    pub(super) thrill_of_a_bargain: f64,
    /// An index into [`CATEGORIES`].
    pub(super) favourite: usize,
    pub(super) channel: &'static str,
}

impl Character {
    pub(super) fn draw(draw: &mut Draw) -> Self {
        let habits = Habits::draw(draw);
        let segment = segment(draw, &habits);
        let favourite = draw.index(CATEGORIES.len());
        Self {
            satisfaction: satisfaction(draw, &habits, segment, CATEGORIES[favourite].1),
            thrill_of_a_bargain: draw.beta(1.2, 4.0),
            channel: draw.weighted(&CHANNELS),
            habits,
            segment,
            favourite,
        }
    }

    /// A category: the favourite one half of the time.
    pub(super) fn category(&self, draw: &mut Draw) -> usize {
        if draw.chance(0.45) { self.favourite } else { draw.index(CATEGORIES.len()) }
    }

    /// A sales channel: mostly the usual one.
    pub(super) fn channel(&self, draw: &mut Draw) -> &'static str {
        if draw.chance(0.7) { self.channel } else { draw.weighted(&CHANNELS) }
    }
}

/// Businesses and professionals buy more often; rates keep their distribution,
/// because the segment is drawn given the rate and not the rate given the segment.
fn segment(draw: &mut Draw, habits: &Habits) -> &'static str {
    let mean = PURCHASES.r / PURCHASES.alpha / 7.0;
    let busy = habits.rate / (habits.rate + mean);
    let (business, professional) = (0.03 + 0.17 * busy, 0.12 + 0.20 * busy);
    draw.weighted(&[
        ("business", business),
        ("consumer", 1.0 - business - professional),
        ("professional", professional),
    ])
}

/// Those likely to leave are less satisfied; so are businesses, and buyers of
/// some categories.
fn satisfaction(draw: &mut Draw, habits: &Habits, segment: &str, category: f64) -> f64 {
    let (a, b) = (PURCHASES.a, PURCHASES.b);
    let mean = a / (a + b);
    let deviation = (mean * (1.0 - mean) / (a + b + 1.0)).sqrt();
    let staying = ((mean - habits.leaving) / deviation).max(-2.5);
    let demands = match segment {
        "business" => 0.30,
        "professional" => 0.10,
        _ => 0.0,
    };
    0.55 * staying + 0.75 * draw.normal() + category - demands
}

impl Customer {
    /// A customer who signs up minutes before the first order.
    pub(super) fn draw(
        draw: &mut Draw,
        character: &Character,
        history: &History,
        first: Moment,
    ) -> Self {
        let (acquisition_channel, cost) = acquisition(draw, character.habits.leaving);
        Self {
            signed_up_at: first - draw.whole(60, HOUR),
            region: draw.weighted(&REGIONS),
            acquisition_channel,
            segment: character.segment,
            birth_year: 2005 - draw.whole(0, 60).cast_signed(),
            acquisition_cost: nearest(cost * draw.gamma(8.0) / 8.0),
            repeats: u32::try_from(history.days.len() - 1).unwrap_or(u32::MAX),
            alive: history.alive,
        }
    }
}

/// Referred customers tend to stay and those from social media to leave.
fn acquisition(draw: &mut Draw, leaving: f64) -> (&'static str, f64) {
    let [affiliate, organic, referral, search, social, store] = ACQUISITION;
    draw.weighted(&[
        (affiliate, 0.08),
        (organic, 0.30),
        (referral, 0.15 * (1.0 - leaving)),
        (search, 0.22),
        (social, 0.10 + 0.80 * leaving),
        (store, 0.10),
    ])
}
