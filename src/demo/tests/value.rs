//! The promises of what is known besides orders, each held against the data itself.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use super::super::value::{Sheet, Truth};
use super::super::*;
use super::assert_near;

/// Further off than this happens once in 2,000 times.
const STANDARD_ERRORS: f64 = 3.5;

static SHOP: LazyLock<Shop> = LazyLock::new(|| {
    let start = NaiveDate::from_ymd_opt(2023, 1, 1).unwrap();
    let options = Options { customers: 6_000, seed: 3, start, months: 36 };
    Shop::simulate(&options, 2).unwrap()
});

fn truth() -> serde_json::Value {
    serde_json::to_value(Truth::of(&SHOP.raw, &SHOP.value)).unwrap()
}

/// The fields of every row of a sheet.
fn rows(sheet: Sheet) -> Vec<Vec<String>> {
    let numbers = 0..sheet.moments(&SHOP.value).len();
    let fields = |number| {
        let mut out = Vec::new();
        sheet.write((&SHOP.raw, &SHOP.value), number, &mut out).unwrap();
        String::from_utf8(out).unwrap().split(',').map(str::to_owned).collect()
    };
    let rows: Vec<Vec<String>> = numbers.map(fields).collect();
    let width = sheet.header().split(',').count();
    assert!(rows.iter().all(|row| row.len() == width), "{sheet:?}");
    rows
}

#[track_caller]
fn assert_share(what: &str, hits: f64, all: f64, share: f64) {
    let off = (hits / all - share).abs() / (share * (1.0 - share) / all).sqrt();
    assert!(off < STANDARD_ERRORS, "{what}: {hits} of {all} are not {share}");
}

#[test]
fn every_referred_customer_was_brought_by_one_who_came_before() {
    let signed_up_at = |id: &str| {
        let number: usize = id[1..].parse().unwrap();
        SHOP.raw.customers[number - 1].signed_up_at
    };
    let mut brought = BTreeMap::new();
    for row in rows(Sheet::Referrals) {
        let (referrer, referred) = (&row[1], &row[2]);
        if referrer.starts_with('C') && signed_up_at(referrer) < signed_up_at(referred) {
            brought.entry(referred.clone()).or_insert_with(Vec::new).push(row);
        }
    }
    let of_the_register =
        SHOP.raw.customers.iter().filter(|one| one.acquisition_channel == "referral");
    let truth = truth();
    let referred = truth["referrals"]["referred"].as_u64().unwrap();
    assert_eq!(brought.len() as u64, referred);
    assert!(of_the_register.count() as u64 - referred <= 1, "only the first has nobody before");
    let would_have_come = truth["referrals"]["would_have_come"].as_f64().unwrap();
    assert_share("would have come", would_have_come, referred as f64, 0.35);
    for kind in ["self_referrals", "loops", "second_claims"] {
        assert!(truth["referrals"][kind].as_u64().unwrap() > 0, "{kind}");
    }
}

#[test]
fn serving_costs_what_it_is_to_cost_and_some_customers_bring_losses() {
    let truth = truth();
    let mut costs: BTreeMap<&str, Vec<f64>> = BTreeMap::new();
    for row in rows(Sheet::Costs).iter().filter(|row| row[1].starts_with('C')) {
        let number: usize = row[1][1..].parse().unwrap();
        if let (Ok(amount), "service") = (row[4].parse::<f64>(), row[3].as_str()) {
            costs.entry(SHOP.raw.customers[number - 1].segment).or_default().push(amount);
        }
    }
    for (segment, amounts) in costs {
        let mean = amounts.iter().sum::<f64>() / amounts.len() as f64;
        let expected = truth["profit"]["service_cost_per_order"][segment].as_f64().unwrap();
        // Demanding customers make costs of one customer alike, so orders say less than their number.
        assert_near(segment, mean, expected, 0.15);
        let sum = truth["profit"]["service_cost_cents"][segment].as_f64().unwrap() / 100.0;
        assert!((amounts.iter().sum::<f64>() - sum).abs() < 0.01, "{segment}");
    }
    assert!(truth["profit"]["peak_share"].as_f64().unwrap() > 1.05);
}

#[test]
fn a_suggestion_is_sent_when_it_is_made_and_when_it_is_taken_up() {
    let (mut made, mut taken_up) = (BTreeSet::new(), BTreeSet::new());
    for row in rows(Sheet::Suggestions) {
        let ids = if row[3].is_empty() { &mut made } else { &mut taken_up };
        assert!(ids.insert(row[0].clone()), "{row:?} comes twice");
        assert!(row[3].is_empty() || row[3] > row[2], "{row:?}");
    }
    assert!(taken_up.is_subset(&made));
    let truth = truth();
    assert_eq!(truth["contributions"]["suggestions"].as_u64().unwrap(), made.len() as u64);
    assert!(!taken_up.is_empty());
}

#[test]
fn visits_with_an_order_begin_before_it_but_for_wrong_clocks() {
    let (mut late, mut all) = (0.0, 0.0);
    for row in rows(Sheet::Sessions).iter().filter(|row| !row[4].is_empty()) {
        let order = &SHOP.raw.orders[row[4][1..].parse::<usize>().unwrap() - 1];
        let mut ordered_at = Vec::new();
        SHOP.raw.setting.window.write(order.ordered_at, &mut ordered_at).unwrap();
        assert!(order.genuine && ["app", "web"].contains(&order.channel));
        late += f64::from(row[2] > String::from_utf8(ordered_at).unwrap());
        all += 1.0;
    }
    assert_share("wrong clocks", late, all, 0.01);
}

#[test]
fn shares_of_a_wallet_add_up_and_ranks_go_by_them() {
    let mut wallets: BTreeMap<String, Vec<(u32, f64)>> = BTreeMap::new();
    for row in rows(Sheet::WalletAnswers).iter().filter(|row| !row[7].is_empty()) {
        let answer = (row[6].parse().unwrap(), row[7].parse().unwrap());
        wallets.entry(row[1].clone()).or_default().push(answer);
    }
    for (customer, mut wallet) in wallets {
        let sum: f64 = wallet.iter().map(|(_, share)| share).sum();
        assert!((sum - 1.0).abs() < 1e-9, "{customer}: {sum}");
        wallet.sort_by_key(|(rank, _)| *rank);
        assert!(wallet.is_sorted_by(|one, next| one.1 >= next.1), "{customer}: {wallet:?}");
    }
}
