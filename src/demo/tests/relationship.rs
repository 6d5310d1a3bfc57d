//! The promises of the yearly survey, each held against the data itself.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use super::super::orders::{Buyer, Cell};
use super::super::questionnaire::{Question, TOPICS};
use super::super::window::DAY;
use super::super::*;
use super::assert_near;

static SHOP: LazyLock<Shop> = LazyLock::new(|| {
    let start = NaiveDate::from_ymd_opt(2023, 1, 1).unwrap();
    let options = Options { customers: 20_000, seed: 3, start, months: 36 };
    Shop::simulate(&options, 2).unwrap()
});

#[test]
fn every_wave_is_answered_in_december() {
    let window = &SHOP.raw.setting.window;
    let moments = SHOP.raw.relationship.iter().map(|response| response.answered_at);
    let months: BTreeSet<_> = moments.map(|at| window.label(at / DAY)[..7].to_owned()).collect();
    assert_eq!(Vec::from_iter(months), ["2023-12", "2024-12", "2025-12"]);
}

/// One customer in ten, of whom 85 % answer: on average a third, two thirds and all have signed up.
#[test]
fn the_panel_answers_at_its_documented_rate() {
    let responses = SHOP.raw.relationship.len() as f64;
    assert_near(
        "responses",
        responses,
        20_000.0 * 0.1 * 0.85 * (335.0 + 700.0 + 1_065.0) / 1_096.0,
        0.06,
    );
}

#[test]
fn nobody_answers_before_signing_up_or_off_the_scale() {
    for response in &SHOP.raw.relationship {
        for answer in &response.answers {
            let (low, high) = answer.question.about().scale;
            if let Cell::Value(score) = answer.score {
                assert!((low..=high).contains(&score), "{answer:?}");
            }
            if let Buyer::Known(number) = answer.customer {
                let customer = &SHOP.raw.customers[number as usize];
                assert!(customer.signed_up_at < response.answered_at);
            }
        }
    }
}

#[test]
fn every_question_has_a_name_and_needs_no_quotes() {
    let mut ids = BTreeSet::new();
    for question in Question::all() {
        let mut id = Vec::new();
        question.write_id(&mut id).unwrap();
        assert!(ids.insert(id), "{question:?}");
        assert!(!question.wording().contains([',', '"']), "{question:?}");
    }
    assert_eq!(ids.len(), 88);
    assert!(TOPICS.iter().all(|topic| topic.scale.0 < topic.scale.1));
}

#[test]
fn answers_are_spoilt_at_their_documented_rate() {
    let counts = Counts::of(&SHOP.raw, &SHOP.landings);
    let answers = counts.relationship_answers as f64;
    let numbers = counts.dirty.relationship_numbers as f64 / answers;
    assert_near("numbers", numbers, RATES.relationship_numbers, 0.25);
    let unknown = counts.dirty.relationship_customers_unknown as f64 / answers;
    assert_near("customers", unknown, RATES.relationship_customers_unknown, 0.25);
}
