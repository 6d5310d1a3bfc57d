//! Tests of stages, as `patronage test` runs them: what passes, what differs, what is wrong with a file.

use insta::assert_snapshot;

use super::{PIPELINE, Shop};

const FILE: &str = "sql/core/activity.tests.yaml";

/// A shop with these tests of the stage `activity`.
fn shop(tests: &str) -> Shop {
    Shop::new().with(FILE, tests)
}

/// What `patronage test` says, its exit code first.
fn tested(shop: &Shop, options: &[&str]) -> String {
    shop.patronage(&[&["test", PIPELINE], options].concat()).shown()
}

const TWO: &str = "
    missing_columns: null
    period: 2026-01-15 # The whole month.
    tests:
      orders_of_the_period_are_counted:
        given:
          orders:
            - {order_id: a, customer_id: ada, ordered_at: 2026-01-01 00:00:00, amount: 1.50}
            - {order_id: b, customer_id: ada, ordered_at: 2026-01-31 23:59:59, amount: 2.00}
            - {order_id: c, customer_id: ada, ordered_at: 2026-02-01 00:00:00, amount: 4.00}
        # Two of the three.
        expect:
          - {customer_id: ada, orders: 2, spend: 3.50} # paid
      what_was_given_back_is_no_order:
        parameters: {minimum_orders: 1}
        given:
          orders:
            - {order_id: a, customer_id: ada, ordered_at: 2026-01-01 00:00:00, amount: 1.50}
          refunds:
            - {order_id: a}
        expect: []
    ";

#[test]
fn what_comes_as_expected_passes() {
    let shop = shop(TWO);
    assert_snapshot!(tested(&shop, &[]), @"");
    let one = tested(&shop, &["--select", "what_*", "--format", "json"]);
    assert_snapshot!(one, @"");
    let check = shop.patronage(&["check", PIPELINE]);
    assert!(check.stdout.ends_with(", 2 tests: no mistake found\n"), "{}", check.stdout);
}

#[test]
fn what_differs_is_shown_cell_by_cell_and_row_by_row() {
    let tests = TWO
        .replace("orders: 2, spend: 3.50}", "orders: 3, spend: 7.50}")
        .replace("expect: []", "expect: [{customer_id: bob, orders: 1}]");
    let tests = tests.replace("- {order_id: a}", "- {order_id: z}");
    let shop = shop(&tests);
    assert_snapshot!(tested(&shop, &[]), @"");
    assert_snapshot!(tested(&shop, &["--format", "json", "--select", "what*"]), @"");
}

#[test]
fn an_update_writes_what_came_and_keeps_all_else() {
    let tests = TWO
        .replace("orders: 2, spend: 3.50}", "orders: 3, spend: 7.50}")
        .replace("- {order_id: a}", "- {order_id: z}");
    let shop = shop(&tests);
    assert_snapshot!(tested(&shop, &["--update"]), @"");
    let lines = |text: &str| text.lines().map(str::trim).map(str::to_owned).collect::<Vec<_>>();
    let right = TWO
        .replace("- {order_id: a}", "- {order_id: z}")
        .replace("expect: []", "expect:\n- {customer_id: ada, orders: 1, spend: 1.50}");
    assert_eq!(lines(&shop.read(FILE)), lines(right.trim_start_matches('\n').trim_end_matches(' ')));
    assert_eq!(shop.patronage(&["test", PIPELINE]).code, 0);
    assert_snapshot!(tested(&shop, &["--update"]), @"");
}

#[test]
fn rows_may_stand_in_files_and_are_updated_there() {
    let shop = shop(
        "
        period: 2026-01-15
        tests:
          in_files:
            given:
              orders: {csv: sql/core/orders.csv}
            expect: {csv: sql/core/activity.csv, ordered: true}
        ",
    );
    let shop = shop
        .with("sql/core/orders.csv", "order_id,customer_id,ordered_at,amount\na,\"x, y\",2026-01-01,1.5\n")
        .with("sql/core/activity.csv", "customer_id,orders\n\"x, y\",2\n");
    assert_snapshot!(tested(&shop, &[]), @"");
    assert_eq!(shop.patronage(&["test", PIPELINE, "--update"]).code, 0);
    assert_eq!(shop.read("sql/core/activity.csv"), "customer_id,orders\n\"x, y\",1\n");
    assert_eq!(shop.patronage(&["test", PIPELINE]).code, 0);
    std::fs::remove_file(shop.path("sql/core/orders.csv")).unwrap();
    assert_snapshot!(shop.mistakes(), @"");
}

#[test]
fn queries_of_with_have_rows_of_their_own() {
    let shop = shop(
        "
        missing_columns: null
        tests:
          each_step:
            given:
              orders:
                - {order_id: a, amount: 1.00}
                - {order_id: b, amount: 2.00}
            ctes:
              doubled: [{order_id: a, twice: 2.00}, {order_id: b, twice: 4.00}]
              large:
                ordered: true
                rows: [{twice: 3.00}]
        ",
    );
    let sql = "
        with doubled as (select order_id, amount * 2 as twice from orders),
        large as (select twice from doubled where twice > 3)
        select 'x' as customer_id, count(*) as orders, sum(twice) as spend
        from large
        where $period_start < $period_end
        ";
    let shop = shop.with("sql/core/activity.sql", sql).edit(FILE, "tests:", "period: 2026-01-01\ntests:");
    assert_snapshot!(tested(&shop, &[]), @"");
    let shop = shop.edit(FILE, "large:", "larger:");
    assert_snapshot!(shop.mistakes(), @"");
}

#[test]
fn what_is_wrong_with_a_file_is_found_by_check() {
    let tests = "
        period: 2026-01-15
        tests:
          one:
            parameters: {minimum_order: 2}
            given:
              order: []
              orders:
                - {order_id: a, customer_id: ada, ordered_at: 2026-01-01, amount: 1.505}
              refunds:
                - {order_id: a}
            expect:
              - {customer_id: ada, order: 1}
          two:
            period: last month
            expect: []
          three: {}
          four:
            given:
              refunds: [{order_id: null, amount: a lot}]
            expect:
              - {customer_id: ada, orders: 1}
              - {customer_id: ada}
          five:
            given:
              orders:
            expect: []
        ";
    assert_snapshot!(shop(&tests.replace("orders:\n            expect", "orders: []\n            expect")).mistakes(), @"");
    assert_snapshot!(shop(tests).mistakes(), @"");
    let none = Shop::new().with("sql/core/activty.tests.yaml", "tests: {one: {expect: []}}");
    assert_snapshot!(none.mistakes(), @"");
}

#[test]
fn a_query_that_breaks_off_fails_its_test_where_it_does() {
    let shop = shop(TWO).edit("sql/core/activity.sql", "count(*) as orders", "count(*) / 0 as orders");
    assert_snapshot!(tested(&shop, &["--select", "orders_of*"]), @"");
}

#[test]
fn nothing_to_test_is_told() {
    assert_snapshot!(tested(&Shop::new(), &[]), @"");
    assert_snapshot!(tested(&shop(TWO), &["--select", "customers"]), @"");
}

/// Neither what the pipeline reads nor where it publishes need be known.
#[test]
fn no_store_is_asked_and_no_variable_needed() {
    let shop = shop(TWO)
        .edit(PIPELINE, "${WAREHOUSE:-warehouse}", "s3://${BUCKET}/warehouse")
        .edit(PIPELINE, "raw/orders/*.csv", "${RAW_ORDERS}/*.csv");
    std::fs::remove_dir_all(shop.path("raw")).unwrap();
    assert_eq!(shop.patronage(&["test", PIPELINE]).code, 0);
    assert!(!shop.path("warehouse").exists());
}
