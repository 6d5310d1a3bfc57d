//! `patronage show`: rows of stages and sources that nobody has published, and columns.

use insta::assert_snapshot;

use super::{PIPELINE, Shop};

fn shown(shop: &Shop, arguments: &[&str]) -> String {
    let ended = shop.patronage(&[&["show", PIPELINE], arguments].concat());
    assert_eq!(ended.code, 0, "{arguments:?}: {}", ended.stderr);
    ended.stdout
}

#[test]
fn a_stage_that_is_not_published_is_computed_from_the_sources() {
    let shop = Shop::new();
    assert_snapshot!(shown(&shop, &["orders", "--limit", "2"]), @r"
    +----------+-------------+----------------------+--------+
    | order_id | customer_id | ordered_at           | amount |
    +----------+-------------+----------------------+--------+
    | o1       | ada         | 2026-01-05T09:30:00Z | 10.00  |
    | o2       | bob         | 2026-01-20T17:45:00Z | 25.50  |
    +----------+-------------+----------------------+--------+
    ");
    assert!(!shop.path("warehouse").exists(), "a preview writes nothing");
}

#[test]
fn a_source_is_shown_as_its_rows_are_read() {
    assert_snapshot!(shown(&Shop::new(), &["raw_orders", "--as-of", "2026-02-01"]), @r"
    +----------+-------------+----------------------+--------+------------------------+-------+
    | order_id | customer_id | ordered_at           | amount | _file                  | _line |
    +----------+-------------+----------------------+--------+------------------------+-------+
    | o1       | ada         | 2026-01-05T09:30:00Z | 10.00  | raw/orders/2026-01.csv | 2     |
    | o2       | bob         | 2026-01-20T17:45:00Z | 25.50  | raw/orders/2026-01.csv | 3     |
    +----------+-------------+----------------------+--------+------------------------+-------+
    ");
}

#[test]
fn a_table_is_computed_as_of_any_moment_whatever_is_published() {
    let shop = Shop::new();
    assert_eq!(shop.run("2026-03-01", &[]).code, 0);
    let published = shown(&shop, &["activity"]);
    assert_snapshot!(shown(&shop, &["activity", "--as-of", "2026-02-01"]), @r"
    +-------------+--------+-------+
    | customer_id | orders | spend |
    +-------------+--------+-------+
    | ada         | 1      | 10.00 |
    | bob         | 1      | 25.50 |
    +-------------+--------+-------+
    ");
    assert_eq!(shown(&shop, &["activity"]), published);
}

#[test]
fn what_is_computed_without_a_moment_is_as_of_the_newest_release() {
    let shop = Shop::new();
    assert_eq!(shop.run("2026-02-01", &[]).code, 0);
    let of_release = shown(&shop, &["orders", "--limit", "100"]);
    assert_eq!(of_release, shown(&shop, &["orders", "--limit", "100", "--as-of", "2026-02-01"]));
    assert_ne!(of_release, shown(&shop, &["orders", "--limit", "100", "--as-of", "2026-03-01"]));
}

#[test]
fn columns_are_shown_of_tables_stages_and_sources() {
    let shop = Shop::new();
    assert_snapshot!(shown(&shop, &["activity", "--columns"]), @r"
    +-------------+---------------+----------+------------------------------+
    | column      | type          | unit     | description                  |
    +-------------+---------------+----------+------------------------------+
    | period      | date          |          | The first day of the period. |
    | customer_id | string        |          | The customer.                |
    | orders      | int64         | orders   | Orders placed.               |
    | spend       | decimal(18,2) | currency | What the customer paid.      |
    +-------------+---------------+----------+------------------------------+
    ");
    assert_snapshot!(shown(&shop, &["raw_orders", "--columns", "--format", "json"]), @r#"
    {"column":"order_id","type":"string","unit":null,"description":"Rows without a value are rejected."}
    {"column":"customer_id","type":"string","unit":null,"description":"Rows without a value are rejected."}
    {"column":"ordered_at","type":"timestamp","unit":null,"description":"Rows without a value are rejected."}
    {"column":"amount","type":"decimal(18,2)","unit":null,"description":"Rows without a value are rejected."}
    "#);
    assert!(shown(&shop, &["orders", "--columns"]).contains("amount"));
    assert!(shown(&shop, &["quarantine", "--columns"]).contains("reason"));
}
