//! What is kept of rows that break checks, and how strictly a check is meant.

use insta::assert_snapshot;

use super::{PIPELINE, Shop, files};

/// A shop with orders that break checks of `orders`, a canonical table, and of nothing else.
fn with_bad_orders() -> Shop {
    Shop::new()
        .with(
            "raw/orders/2026-04.csv",
            "
            order_id,customer_id,ordered_at,amount
            o9,fay,2026-02-03 11:00:00,-4.00
            o7,eve,2026-02-03 10:00:00,-3.00
            o8,eve,2026-02-03 10:00:00,-3.00
            ",
        )
        .with("sql/checks/positive.sql", "select amount, order_id from orders where amount < 0")
        .edit(
            "sql/canonical/orders.yaml",
            "columns:",
            "key: [order_id]\nchecks:\n  - {no_rows: {sql: sql/checks/positive.sql}}\ncolumns:",
        )
}

#[test]
fn every_row_that_breaks_a_check_can_be_seen_key_first_and_in_order() {
    let shop = with_bad_orders();
    assert_snapshot!(shop.run("2026-03-01", &[]).shown(), @r"
    exit: 1
    --- stdout
    --- stderr
    run [run] 3 stages
    built orders: 8 rows, [size] KiB, [time] s
    check FAILED: orders: no_rows: sql/checks/positive.sql
    error: check failed: `orders`: 3 rows break `no_rows: sql/checks/positive.sql`
      order_id: o7, amount: -3.00
      order_id: o8, amount: -3.00
      order_id: o9, amount: -4.00
    not built on what failed: customers, activity
    help: see every row that breaks them with `patronage show pipelines/shop.yaml --failed`
    ");
    assert_snapshot!(shop.patronage(&["show", PIPELINE, "--failed"]).shown(), @r"
    exit: 0
    --- stdout
    shop in run [run]

    failed   orders: 3 rows break `no_rows: sql/checks/positive.sql`

    name a table to see its rows
    --- stderr
    ");
    assert_snapshot!(shop.patronage(&["show", PIPELINE, "orders", "--failed"]).shown(), @r"
    exit: 0
    --- stdout
    3 rows break `no_rows: sql/checks/positive.sql`
    +----------+--------+
    | order_id | amount |
    +----------+--------+
    | o7       | -3.00  |
    | o8       | -3.00  |
    | o9       | -4.00  |
    +----------+--------+
    --- stderr
    ");
    let two = ["show", PIPELINE, "orders", "--failed", "--limit", "2", "--format", "json"];
    assert_snapshot!(shop.patronage(&two).shown(), @r#"
    exit: 0
    --- stdout
    {"_check":"no_rows: sql/checks/positive.sql","order_id":"o7","amount":-3.00}
    {"_check":"no_rows: sql/checks/positive.sql","order_id":"o8","amount":-3.00}
    --- stderr
    "#);
    assert_snapshot!(shop.patronage(&["show", PIPELINE, "customers", "--failed"]).shown(), @r"
    exit: 4
    --- stdout
    --- stderr
    error: no kept row broke a check of `customers`
    help: leave the table out to see which tables failed a check
    ");
    let check = &shop.results()["checks"][2];
    assert_eq!((&check["status"], &check["failed_rows"]), (&"failed".into(), &3.into()));
}

#[test]
fn what_is_kept_does_not_depend_on_threads() {
    let kept = |threads: &str| {
        let shop = with_bad_orders();
        assert_eq!(shop.run("2026-03-01", &["--threads", threads]).code, 1);
        let kept = files(&shop.path("warehouse/_patronage/failed"));
        let rows = kept.iter().filter(|path| !path.ends_with("failed.json"));
        rows.map(|path| std::fs::read(path).unwrap()).collect::<Vec<_>>()
    };
    let one = kept("1");
    assert_eq!(one.len(), 2, "Parquet and JSON");
    assert!(one == kept("8"));
}

#[test]
fn a_warning_is_told_its_rows_are_kept_and_the_run_goes_on() {
    let shop = with_bad_orders().edit(
        "sql/canonical/orders.yaml",
        "{sql: sql/checks/positive.sql}",
        "{sql: sql/checks/positive.sql}, severity: warn",
    );
    let shop = shop.edit("sql/core/customers.yaml", "min: 0", "min: -100");
    let ended = shop.run("2026-03-01", &[]);
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    assert!(ended.stderr.contains("warning: `orders`: 3 rows break"), "{}", ended.stderr);
    assert!(ended.stdout.contains("3 rows break `no_rows: sql/checks/positive.sql`"));
    assert_eq!(shop.results()["checks"][2]["status"], "warned");
    assert_snapshot!(shop.patronage(&["show", PIPELINE, "--failed"]).shown(), @r"
    exit: 0
    --- stdout
    shop in run [run]

    warned   orders: 3 rows break `no_rows: sql/checks/positive.sql`

    name a table to see its rows
    --- stderr
    ");
    // The evidence is that of the newest run.
    std::fs::remove_file(shop.path("raw/orders/2026-04.csv")).unwrap();
    assert_eq!(shop.run("2026-03-01", &[]).code, 0);
    assert_snapshot!(shop.patronage(&["show", PIPELINE, "--failed"]).shown(), @r"
    exit: 4
    --- stdout
    --- stderr
    error: no kept row broke a check
    help: rows are kept by a run in which a check fails or warns
    ");
}

#[test]
fn a_check_may_allow_a_number_or_a_share_of_rows() {
    let run = |allowed: &str| {
        let shop = with_bad_orders()
            .edit(
                "sql/canonical/orders.yaml",
                "sql}",
                &format!("sql}}, max_failed_rows: {allowed}"),
            )
            .edit("sql/core/customers.yaml", "min: 0", "min: -100");
        let ended = shop.run("2026-03-01", &[]);
        (ended.code, shop.results()["checks"][2]["status"].clone(), ended.stderr)
    };
    // Three of eight rows are 37.5 %.
    for allowed in ["3", "38%"] {
        let (code, status, stderr) = run(allowed);
        assert_eq!((code, status), (0, "passed".into()), "{allowed}: {stderr}");
    }
    for allowed in ["2", "37%"] {
        let (code, status, stderr) = run(allowed);
        assert_eq!((code, status), (1, "failed".into()), "{allowed}");
        assert!(stderr.contains(&format!("positive.sql`, {allowed} allowed")), "{stderr}");
    }
}

#[test]
fn a_check_has_one_condition() {
    let shop = Shop::new().edit(
        "sql/core/customers.yaml",
        "checks:",
        "checks:\n  - {severity: warn}\n  - {not_null: [spend], unique: [spend]}\n",
    );
    assert_snapshot!(shop.mistakes(), @r"
    error[wrong-check]: a check has one condition
     --> sql/core/customers.yaml:8:5
      |
    8 |   - {severity: warn}
      |     ^^^^^^^^^^^^^^^^
      |
      = help: write one of `not_null`, `unique`, `accepted_values`, `accepted_range`, `references`, `row_count` and `no_rows`, and each other as a check of its own
    ");
}

#[test]
fn rows_that_share_a_key_are_kept_all_and_alone() {
    let shop = Shop::new()
        .with(
            "raw/orders/2026-04.csv",
            "
            order_id,customer_id,ordered_at,amount
            o8,eve,2026-02-03 10:00:00,3.00
            o8,fay,2026-02-04 10:00:00,4.00
            ",
        )
        .edit("sql/canonical/orders.yaml", "columns:", "checks:\n  - unique: [order_id]\ncolumns:");
    assert_eq!(shop.run("2026-03-01", &[]).code, 1);
    let shown = ["show", PIPELINE, "orders", "--failed", "--format", "json"];
    let shown = shop.patronage(&shown).stdout;
    let unique: Vec<serde_json::Value> = shown
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .filter(|row: &serde_json::Value| row["_check"] == "unique: order_id")
        .collect();
    let customers: Vec<&str> =
        unique.iter().map(|row| row["customer_id"].as_str().unwrap()).collect();
    assert_eq!(customers, ["eve", "fay"], "{shown}");
}
