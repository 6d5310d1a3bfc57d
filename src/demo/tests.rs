//! The promises of the demo data, each held against the data itself.

use std::collections::BTreeMap;

use object_store::memory::InMemory;
use sha2::{Digest as _, Sha256};

use super::orders::{Cell, Order};
use super::value::Sheet;
use super::*;

mod programme;
mod relationship;
mod service;
mod value;

fn options(customers: u32, seed: u64) -> Options {
    let start = NaiveDate::from_ymd_opt(2023, 1, 1).unwrap();
    Options { customers, seed, start, months: 36 }
}

fn shop(customers: u32) -> Shop {
    Shop::simulate(&options(customers, 7), 2).unwrap()
}

/// Every file by its path, and the summary.
async fn written(options: &Options) -> (BTreeMap<String, Vec<u8>>, Summary) {
    let store = Arc::new(InMemory::new());
    let summary = write(options, Arc::clone(&store) as _, &Path::from("raw/demo")).await.unwrap();
    let mut files = BTreeMap::new();
    for object in store.list(None).try_collect::<Vec<_>>().await.unwrap() {
        let bytes = store.get(&object.location).await.unwrap().bytes().await.unwrap();
        files.insert(object.location.to_string(), bytes.to_vec());
    }
    (files, summary)
}

fn rows(files: &BTreeMap<String, Vec<u8>>, folder: &str) -> u64 {
    let files = files.iter().filter(|(path, _)| path.starts_with(folder));
    files.map(|(_, text)| String::from_utf8_lossy(text).lines().count() as u64 - 1).sum()
}

#[track_caller]
fn assert_near(what: &str, got: f64, expected: f64, tolerance: f64) {
    let error = (got / expected - 1.0).abs();
    assert!(error < tolerance, "{what}: {got} is not within {tolerance} of {expected}");
}

#[tokio::test]
async fn the_same_seed_gives_the_same_bytes_and_another_seed_others() {
    let (one, summary) = written(&options(200, 1)).await;
    assert_eq!((one.clone(), summary), written(&options(200, 1)).await);
    assert_ne!(one, written(&options(200, 2)).await.0);
}

/// Only the plain text: Parquet and gzip may change with the crates that write them.
#[tokio::test]
async fn a_seed_gives_the_same_text_on_every_machine() {
    let (mut files, _) = written(&options(200, 1)).await;
    files.retain(|path, _| Path::from(path.as_str()).extension() == Some("csv"));
    let kind = |path: &str| {
        let folder = path.split('/').nth(2).unwrap_or_default();
        match folder {
            "memberships" | "point_entries" => "programmes",
            "relationship_answers" | "relationship_questions" => "relationship",
            "complaints" | "contacts" | "contact_targets" | "win_back_contacts"
            | "advertised_prices" => "service",
            "promotions" | "birthdays" | "exposures" | "customisations" | "preferences"
            | "employee_answers" | "brand_ratings" => "marketing",
            _ if Sheet::ALL.iter().any(|sheet| sheet.folder() == folder) => "value",
            _ => "purchases",
        }
    };
    let digest = |of| {
        let files = files.iter().filter(|(path, _)| kind(path) == of);
        let text: Vec<u8> = files.flat_map(|(_, text)| text.clone()).collect();
        format!("{:x}", Sha256::digest(text))
    };
    // What came later changed nothing of what there was.
    assert_eq!(
        digest("purchases"),
        "469e22c9feb18b64d1765d55658e8e12289184b0ce04b310c94492ace4bb9977"
    );
    assert_eq!(
        digest("programmes"),
        "ed1bc607af067b5cc6e7bbf4dfa75f35c1f99b4603f0a9e46eeb7789bdab64d8"
    );
    assert_eq!(digest("value"), "b9492f3c581328a0437d7844611c137884b7fa616ad07b4194509b220b53796c");
    assert_eq!(
        digest("service"),
        "f18378383f5e9164305a65b1a6785b32ba126be748fc74c82a36b201b249f39e"
    );
    assert_eq!(
        digest("relationship"),
        "ab3c217fa98329d13fe3e761feec9cd24df0c4fc1c2367621d285c13f4b17470"
    );
    assert_eq!(
        digest("marketing"),
        "aa196fdee2d4f6d54aec3fa70f5f987d7391491d4ebf0606ed06844a1fc8048f"
    );
}

#[tokio::test]
async fn the_summary_counts_what_is_in_the_files() {
    let (files, summary) = written(&options(300, 1)).await;
    assert_eq!(rows(&files, "raw/demo/orders/"), summary.counts.order_rows);
    assert_eq!(rows(&files, "raw/demo/survey_answers/"), summary.counts.survey_answers);
    assert_eq!(rows(&files, "raw/demo/memberships/"), summary.counts.membership_rows);
    assert_eq!(rows(&files, "raw/demo/point_entries/"), summary.counts.point_entry_rows);
    let answers = rows(&files, "raw/demo/relationship_answers/");
    assert_eq!(answers, summary.counts.relationship_answers);
    assert_eq!(files.len() as u64, summary.files);
    assert_eq!(files.values().map(|file| file.len() as u64).sum::<u64>(), summary.bytes);
    for file in ["customers/customers.parquet", "questions/questions.csv", "truth.json"] {
        assert!(files.contains_key(&format!("raw/demo/{file}")), "{file}");
    }
}

#[tokio::test]
async fn no_customers_still_leave_products_and_questions() {
    let (files, summary) = written(&options(0, 1)).await;
    assert_eq!((files.len(), summary.counts.orders), (5, 0));
}

#[tokio::test]
async fn a_window_of_no_months_is_refused() {
    let nothing = Options { months: 0, ..options(1, 1) };
    let error = write(&nothing, Arc::new(InMemory::new()), &Path::default()).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "0 months from 2023-01-01 are not a window of 1 to 1200 months that ends before 9999"
    );
}

#[test]
fn the_number_of_threads_changes_nothing() {
    let render = |threads| {
        let shop = Shop::simulate(&options(100, 1), threads).unwrap();
        let files = files::all(&shop).unwrap().into_iter();
        files.map(|file| file.render(&shop).unwrap()).collect::<Vec<_>>()
    };
    assert_eq!(render(1), render(3));
}

#[test]
fn customers_do_not_depend_on_how_many_there_are() {
    let cost = |shop: &Shop| shop.raw.customers[9].acquisition_cost;
    assert_eq!(cost(&shop(10)), cost(&shop(20)));
}

#[test]
fn the_lines_that_are_not_spoilt_add_up_to_the_value_of_the_order() {
    for order in &shop(2_000).raw.orders {
        assert_eq!(kept_lines(order), u64::from(order.value));
    }
}

fn kept_lines(order: &Order) -> u64 {
    let amount = |line: &orders::Line| match (line.quantity, line.unit_price) {
        (Cell::Value(quantity @ 1..), Cell::Value(price)) => {
            assert!(price <= line.list_price);
            u64::from(quantity.unsigned_abs()) * u64::from(price)
        }
        _ => 0,
    };
    order.lines.iter().map(amount).sum()
}

#[test]
fn purchases_have_the_moments_of_their_models() {
    let shop = shop(20_000);
    let counts = Counts::of(&shop.raw, &shop.landings);
    let end = f64::from(shop.raw.setting.window.days());
    // Customers sign up on the day of their first purchase.
    let births = shop.raw.customers.iter().map(|customer| customer.signed_up_at / window::DAY);
    let expected: f64 = births.map(|day| expected_repeats((end - f64::from(day)) / 7.0)).sum();
    assert_near("repeat purchases", counts.repeat_purchases as f64, expected, 0.04);
    let spend = counts.purchases_cents as f64 / counts.purchases as f64 / 100.0;
    assert_near("mean order value", spend, SPEND.mean(), 0.03);
    assert_eq!(counts.purchases, counts.repeat_purchases + counts.customers);
}

/// E[X(t)] of the BG/NBD (Fader, Hardie & Lee 2005, equation 9).
fn expected_repeats(t: f64) -> f64 {
    let BgNbd { r, alpha, a, b } = PURCHASES;
    let z = t / (alpha + t);
    let (mut term, mut sum) = (1.0, 1.0);
    for n in (0..10_000).map(f64::from) {
        term *= (r + n) * (b + n) / ((a + b - 1.0 + n) * (n + 1.0)) * z;
        sum += term;
        if term < 1e-12 * sum {
            break;
        }
    }
    (a + b - 1.0) / (a - 1.0) * (1.0 - (alpha / (alpha + t)).powf(r) * sum)
}

#[test]
fn nobody_buys_twice_on_a_day() {
    let shop = shop(2_000);
    let genuine = shop.raw.orders.iter().filter(|order| order.genuine);
    let mut days: Vec<_> = genuine
        .map(|order| (format!("{:?}", order.buyer), order.ordered_at / window::DAY))
        .collect();
    let purchases = days.len();
    days.sort_unstable();
    days.dedup();
    assert_eq!(days.len(), purchases);
}

#[test]
fn dirt_comes_at_its_documented_rate() {
    let shop = shop(20_000);
    let counts = Counts::of(&shop.raw, &shop.landings);
    let PerKind { order_dates, order_customers_unknown, orders_cancelled, .. } = counts.dirty;
    let per_purchase = |count: u64| count as f64 / counts.purchases as f64;
    assert_near("order dates", per_purchase(order_dates), RATES.order_dates, 0.25);
    let unknown = per_purchase(order_customers_unknown);
    assert_near("unknown customers", unknown, RATES.order_customers_unknown, 0.25);
    assert_near("cancelled", per_purchase(orders_cancelled), RATES.orders_cancelled, 0.10);
    let returned = per_purchase(counts.dirty.orders_returned);
    assert_near("returned", returned, RATES.orders_returned, 0.10);
    let numbers = counts.dirty.line_numbers as f64 / counts.order_lines as f64;
    assert_near("line numbers", numbers, RATES.line_numbers, 0.25);
    let entries = counts.dirty.entry_numbers as f64 / counts.point_entries as f64;
    assert_near("entry numbers", entries, RATES.entry_numbers, 0.25);
    let resent = counts.dirty.entries_resent as f64 / counts.point_entries as f64;
    assert_near("entries resent", resent, RATES.entries_resent, 0.15);
    let scores = counts.dirty.answer_scores as f64 / counts.survey_answers as f64;
    assert_near("answer scores", scores, RATES.answer_scores, 0.25);
}

#[test]
fn a_returned_order_was_completed_first_and_nothing_lands_after_the_window() {
    let shop = shop(2_000);
    let end = shop.raw.setting.window.end();
    for order in &shop.raw.orders {
        assert!(order.sent.0 < end && order.sent.0 >= order.ordered_at);
        if let Some((at, status)) = order.sent_again {
            assert!(at < end && at > order.sent.0);
            assert!(status == orders::Status::Returned || order.genuine);
            assert_eq!(order.sent.1, orders::Status::Completed);
        }
    }
}
