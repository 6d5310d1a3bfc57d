//! The promises of service, each held against the data itself.

use super::super::service::Truth;
use super::super::*;

fn figures(customers: u32) -> (Shop, serde_json::Value) {
    let shop = super::shop(customers);
    let truth = Truth::of(&shop.service, &shop.raw.setting.window);
    let truth = serde_json::to_value(truth).unwrap();
    (shop, truth)
}

/// The rows of a folder, without its headers.
fn rows(shop: &Shop, folder: &str) -> Vec<String> {
    let files = shop.service.files(&shop.raw).unwrap().into_iter();
    let files = files.filter(|(path, _)| path.starts_with(folder));
    files
        .flat_map(|(_, text)| {
            let text = String::from_utf8(text).unwrap();
            text.lines().skip(1).map(str::to_owned).collect::<Vec<_>>()
        })
        .collect()
}

#[test]
fn the_truth_counts_what_is_in_the_files() {
    let (shop, truth) = figures(2_000);
    assert_eq!(rows(&shop, "complaints/").len() as u64, truth["complaint_rows"].as_u64().unwrap());
    let contacts = truth["months"].as_object().unwrap().values();
    let contacts: Option<u64> = contacts.map(|month| month["contacts"].as_u64()).sum();
    assert_eq!(Some(rows(&shop, "contacts/").len() as u64), contacts);
    let won = &truth["win_back"];
    let drawn = won["treated"].as_u64().unwrap() + won["controls"].as_u64().unwrap();
    assert_eq!(rows(&shop, "win_back_contacts/").len() as u64, drawn);
    let advertised = rows(&shop, "advertised_prices/").len() as u64;
    assert_eq!(advertised, truth["advertisements"].as_u64().unwrap());
}

/// The number that a complaint gives is that of an order of the customer.
#[test]
fn a_complaint_names_an_order_of_the_customer() {
    let (shop, _) = figures(500);
    let mut named = 0;
    for row in rows(&shop, "complaints/") {
        let cells: Vec<&str> = row.split(',').collect();
        if cells[2].is_empty() || cells[1].starts_with('X') {
            continue;
        }
        let number: usize = cells[2][1..].parse().unwrap();
        let order = &shop.raw.orders[number - 1];
        let mut buyer = Vec::new();
        order.buyer.write(&mut buyer).unwrap();
        assert_eq!(String::from_utf8(buyer).unwrap(), cells[1]);
        assert!(order.genuine);
        named += 1;
    }
    assert!(named > 100, "{named}");
}
