//! The promises of what the shop does besides selling, each held against the data itself.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use super::super::orders::Buyer;
use super::super::window::DAY;
use super::super::*;
use super::preferences;
use super::promotion::{DEALT, Promotion};

static SHOP: LazyLock<Shop> = LazyLock::new(|| {
    let start = NaiveDate::from_ymd_opt(2023, 1, 1).unwrap();
    let options = Options { customers: 5_000, seed: 5, start, months: 24 };
    Shop::simulate(&options, 2).unwrap()
});

fn told() -> &'static super::Marketing {
    &SHOP.marketing
}

/// Whether a share of `all` is what chance makes of `expected`.
#[track_caller]
fn assert_share(what: &str, share: u64, all: u64, expected: f64) {
    let error = (all as f64 * expected * (1.0 - expected)).sqrt();
    let off = (share as f64 - all as f64 * expected).abs() / error;
    assert!(off < 3.5, "{what}: {share} of {all} are not {expected}");
}

#[test]
fn every_promotion_is_held_back_from_one_half_and_from_nobody_before_signing_up() {
    let all: Vec<_> = told().offers.iter().flat_map(|offers| &offers.exposures).collect();
    for promotion in Promotion::ALL {
        let dealt: Vec<_> = all.iter().filter(|one| one.promotion == promotion).collect();
        let controls = dealt.iter().filter(|one| one.is_control).count() as u64;
        assert_share(promotion.id(), controls, dealt.len() as u64, 1.0 - DEALT);
        let (first, last) = promotion.days(&SHOP.raw.setting.window).unwrap();
        for one in dealt {
            assert!((first..=last).contains(&(one.exposed_at / DAY)), "{one:?}");
            if let Buyer::Known(number) = one.customer {
                assert!(SHOP.raw.customers[number as usize].signed_up_at < one.exposed_at);
            }
        }
    }
}

#[test]
fn a_short_window_has_no_promotions() {
    let start = NaiveDate::from_ymd_opt(2023, 1, 1).unwrap();
    let shop = Shop::simulate(&Options { customers: 50, seed: 5, start, months: 6 }, 1).unwrap();
    assert!(shop.marketing.offers.iter().all(|offers| offers.exposures.is_empty()));
}

#[test]
fn lines_are_made_to_measure_at_their_documented_rate() {
    let orders = SHOP.raw.orders.iter().filter(|order| order.genuine);
    let lines = orders.map(|order| order.lines.len() as u64).sum::<u64>();
    // Of 250 lines one is spoilt.
    let (lines, customised) = (lines - lines / 250, told().customisations.len() as u64);
    assert_share("lines", customised, lines, 0.15);
    let cosmetic = told().customisations.iter().filter(|one| one.kind == "cosmetic").count();
    assert_share("cosmetic", cosmetic as u64, customised, 0.40);
}

#[test]
fn what_is_served_is_what_the_customer_prefers_more_often_than_by_chance() {
    let truth =
        serde_json::to_value(preferences::Truth::of(&SHOP.raw, &told().preferences)).unwrap();
    let months = truth["months"].as_object().unwrap().values();
    let sum =
        |figure: &str| -> u64 { months.clone().map(|month| month[figure].as_u64().unwrap()).sum() };
    assert_share("met", sum("matched"), sum("known"), 0.75 + 0.25 / 3.0);
    assert!(sum("known") < sum("served"));
}

#[test]
fn chances_to_be_chosen_next_add_up_and_one_brand_was_the_last() {
    let mut sheets = BTreeMap::new();
    for one in &told().ratings {
        let sheet = sheets.entry(one.customer).or_insert((0, 0, 0));
        *sheet = (sheet.0 + one.chance, sheet.1 + u32::from(one.is_last), sheet.2 + 1);
        assert!(one.scores.iter().all(|score| (1..=7).contains(score)));
    }
    for (customer, (chances, last, brands)) in sheets {
        assert!((9_998..=10_002).contains(&chances), "{customer}: {chances}");
        assert_eq!((last, brands), (1, 4), "{customer}");
    }
}

#[test]
fn people_of_every_region_answer_every_year() {
    let answers = &told().employee_answers;
    assert_eq!(answers.len(), 2 * 6 * 30 * 3);
    assert!(answers.iter().all(|answer| (1..=5).contains(&answer.score)));
}
