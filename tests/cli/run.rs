//! Runs that go well: what they say, what they write, what they leave alone.

use insta::assert_snapshot;
use serde_json::Value;

use super::{PIPELINE, Shop};

#[test]
fn a_run_tells_what_it_read_and_published() {
    let shop = Shop::new();
    assert_snapshot!(shop.run("2026-03-01", &[]).shown(), @r"
    exit: 0
    --- stdout
    shop as of 2026-03-01T00:00:00Z

    read
      raw_orders: 6 rows in 3 files [size] B) = 6 accepted + 0 rejected, 1 after as-of
        newest row of 2026-02-27T08:15:00Z, 39 hours before as-of; newest file of [moment]

    published as release 1 in warehouse
      activity               2 rows    [size] KiB  1 file
      customers              3 rows    [size] KiB  1 file
      quarantine             0 rows    [size] KiB  1 file

    headlines
      Customers                   3

    7 checks passed; [time] s
    --- stderr
    run [run] 3 stages
    built orders: 5 rows, [size] KiB, [time] s
    built customers: 3 rows, [size] KiB, [time] s
    built activity for 2026-02-01: 2 rows, [size] KiB, [time] s
    published release 1
    ");
}

#[test]
fn a_second_run_with_the_same_as_of_changes_no_byte_and_says_so() {
    let shop = Shop::new();
    assert_eq!(shop.run("2026-03-01", &[]).code, 0);
    let before = shop.published();
    let again = shop.run("2026-03-01", &[]);
    assert_eq!(again.code, 0);
    assert!(again.stdout.contains("unchanged as release 1"), "{}", again.stdout);
    assert!(again.stderr.contains("nothing changed: release 1 stays"), "{}", again.stderr);
    assert_eq!(shop.results()["unchanged"], true);
    assert!(!before.is_empty() && shop.published() == before);
    assert_eq!(shop.staged(), Vec::<std::path::PathBuf>::new());
}

#[test]
fn a_backfill_builds_every_period_between_its_days() {
    let shop = Shop::new();
    let ended = shop.run("2026-03-15", &["--from", "2026-01-31", "--to", "2026-03-01"]);
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    assert_eq!(
        shop.results()["periods"],
        serde_json::json!(["2026-01-01", "2026-02-01", "2026-03-01"])
    );
    let ended = shop.patronage(&["show", PIPELINE, "activity"]);
    assert_snapshot!(ended.stdout, @r"
    +------------+-------------+--------+-------+
    | period     | customer_id | orders | spend |
    +------------+-------------+--------+-------+
    | 2026-01-01 | ada         | 1      | 10.00 |
    | 2026-01-01 | bob         | 1      | 25.50 |
    | 2026-02-01 | ada         | 2      | 19.25 |
    | 2026-02-01 | cyd         | 1      | 40.00 |
    | 2026-03-01 | bob         | 1      | 5.00  |
    +------------+-------------+--------+-------+
    ");
}

#[test]
fn a_period_that_is_built_again_leaves_the_others_alone() {
    let shop = Shop::new();
    assert_eq!(shop.run("2026-02-01", &[]).code, 0);
    let january: Vec<_> = shop.published();
    assert_eq!(shop.run("2026-03-01", &[]).code, 0);
    let folder = "activity/period=2026-01-01/";
    let (name, bytes) = january.iter().find(|(name, _)| name.starts_with(folder)).unwrap();
    assert!(shop.published().iter().any(|(other, now)| other == name && now == bytes));
    assert_eq!(shop.results()["release"], 2);
}

#[test]
fn a_parameter_can_be_given_another_value() {
    let shop = Shop::new();
    assert_eq!(shop.run("2026-03-01", &["--param", "minimum_orders=2"]).code, 0);
    let ended = shop.patronage(&["show", PIPELINE, "activity"]);
    assert_snapshot!(ended.stdout, @r"
    +------------+-------------+--------+-------+
    | period     | customer_id | orders | spend |
    +------------+-------------+--------+-------+
    | 2026-02-01 | ada         | 2      | 19.25 |
    +------------+-------------+--------+-------+
    ");
}

#[test]
fn as_of_is_a_date_a_timestamp_or_one_with_an_offset() {
    let shop = Shop::new().edit(PIPELINE, "warehouse:", "time_zone: Europe/Paris\nwarehouse:");
    for (written, meant) in [
        ("2026-03-01", "2026-03-01T00:00:00+01:00"),
        ("2026-03-01T06:30:00", "2026-03-01T06:30:00+01:00"),
        ("2026-03-01 06:30:00", "2026-03-01T06:30:00+01:00"),
        ("2026-03-01T06:30:00Z", "2026-03-01T07:30:00+01:00"),
        ("2026-03-01T06:30:00-05:00", "2026-03-01T12:30:00+01:00"),
    ] {
        let plan = ["plan", PIPELINE, "--exact-as-of", "--as-of", written, "--format", "json"];
        let ended = shop.patronage(&plan);
        let plan: Value = serde_json::from_str(&ended.stdout).unwrap();
        assert_eq!(plan["as_of"], meant, "{written}");
    }
}

#[test]
fn rows_at_or_after_as_of_are_not_used() {
    let shop = Shop::new();
    assert_eq!(shop.run("2026-02-01", &[]).code, 0);
    // One order was placed at that very instant, three after it.
    let source = &shop.results()["sources"][0];
    assert_eq!((&source["rows"], &source["used"]), (&6.into(), &2.into()));
    assert_eq!(source["after_as_of"], 4);
    let ended = shop.patronage(&["show", PIPELINE, "customers"]);
    assert_snapshot!(ended.stdout, @r"
    +-------------+---------------------+-------+
    | customer_id | first_order_at      | spend |
    +-------------+---------------------+-------+
    | ada         | 2026-01-05T09:30:00 | 10.00 |
    | bob         | 2026-01-20T17:45:00 | 25.50 |
    +-------------+---------------------+-------+
    ");
}

#[test]
fn show_prints_no_more_rows_than_asked_for() {
    let shop = Shop::new();
    assert_eq!(shop.run("2026-03-01", &[]).code, 0);
    let ended = shop.patronage(&["show", PIPELINE, "customers", "--limit", "1"]);
    assert_snapshot!(ended.stdout, @r"
    +-------------+---------------------+-------+
    | customer_id | first_order_at      | spend |
    +-------------+---------------------+-------+
    | ada         | 2026-01-05T09:30:00 | 29.25 |
    +-------------+---------------------+-------+
    ");
}

#[test]
fn a_log_for_machines_is_one_json_object_a_line() {
    let shop = Shop::new();
    let ended = shop.run("2026-03-01", &["--log-format", "json"]);
    assert_eq!((ended.code, ended.stdout.as_str()), (0, ""));
    let lines: Vec<Value> =
        ended.stderr.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let events: Vec<&str> = lines.iter().filter_map(|line| line["event"].as_str()).collect();
    assert_eq!(
        (events[0], &events[events.len() - 2..]),
        ("run_started", &["published", "run_ended"][..])
    );
    assert_eq!(lines.last().unwrap()["exit_code"], 0);
    assert!(lines.iter().all(|line| line["level"] == "INFO"), "{}", ended.stderr);
}

#[test]
fn a_log_for_machines_tells_a_failure_as_json_too() {
    let shop = Shop::new().edit("sql/core/customers.sql", "from orders", "from ordres");
    let ended = shop.run("2026-03-01", &["--log-format", "json"]);
    let lines: Vec<Value> =
        ended.stderr.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let [line, end] = &lines[lines.len() - 2..] else { panic!("{lines:?}") };
    assert_eq!((&end["event"], &end["exit_code"]), (&"run_ended".into(), &2.into()));
    assert_eq!((&line["level"], &line["exit_code"]), (&"ERROR".into(), &2.into()));
    assert_eq!(line["kind"], "project");
    assert!(line["message"].as_str().unwrap().contains("did you mean `orders`?"));
}

#[test]
fn what_is_piped_has_no_escape_codes() {
    let shop = Shop::new();
    // So little memory that there is a warning too.
    let ended = shop.run("2026-03-01", &["--memory", "1KiB"]);
    assert!(ended.stderr.contains("is tried again with joins that spill"), "{}", ended.stderr);
    let whole = shop.run("2026-03-01", &[]);
    for text in [ended.stdout, ended.stderr, whole.stdout, whole.stderr] {
        assert!(!text.contains('\u{1b}'), "{text}");
    }
}

#[test]
fn a_check_reads_no_rows_and_touches_no_storage() {
    let shop = Shop::new()
        .edit(PIPELINE, "raw/orders/*.csv", "s3://no-such-bucket/orders/*.csv")
        .edit(PIPELINE, "${WAREHOUSE:-warehouse}", "raw/orders/2026-01.csv/warehouse");
    assert_snapshot!(shop.patronage(&["check", PIPELINE]).shown(), @r"
    exit: 0
    --- stdout
    shop: 1 source, 3 stages, 2 published tables, 7 checks: no mistake found
    --- stderr
    ");
    let plan = shop.patronage(&["plan", PIPELINE, "--as-of", "2026-03-01"]);
    assert_eq!(plan.code, 0, "{}", plan.stderr);
    assert!(!shop.path("warehouse").exists() && !shop.path("run_results.json").exists());
}

#[test]
fn a_plan_tells_what_a_run_would_do() {
    let shop = Shop::new();
    let ended = shop.patronage(&["plan", PIPELINE, "--as-of", "2026-03-01"]);
    assert_snapshot!(ended.shown(), @r"
    exit: 0
    --- stdout
    shop as of 2026-03-01T00:00:00Z
    periods: 2026-02-01

    sources
      raw_orders  raw/orders/*.csv

    stages, in order
      orders (kept for the run) reads raw_orders
      customers (published) reads orders
      activity (published, per period) reads orders, refunds

    publishes to warehouse
    --- stderr
    ");
}

#[test]
fn a_plan_for_machines_is_json() {
    let shop = Shop::new();
    let arguments =
        ["plan", PIPELINE, "--as-of", "2026-03-01", "--select", "customers", "--format", "json"];
    assert_snapshot!(shop.patronage(&arguments).stdout, @r#"
    {
      "as_of": "2026-03-01T00:00:00Z",
      "periods": [
        {
          "end": "2026-03-01T00:00:00Z",
          "period": "2026-02-01"
        }
      ],
      "pipeline": "shop",
      "sources": [
        {
          "location": "raw/orders/*.csv",
          "source": "raw_orders"
        }
      ],
      "stages": [
        {
          "checks": [
            "not_null: order_id, customer_id, ordered_at"
          ],
          "inputs": [
            "raw_orders"
          ],
          "materialised": true,
          "partition_by": null,
          "per_period": false,
          "published": false,
          "sort_by": null,
          "sql": "sql/staging/orders.sql",
          "stage": "orders"
        },
        {
          "checks": [
            "not_null: customer_id",
            "unique: customer_id",
            "accepted_range: spend from 0 to …"
          ],
          "inputs": [
            "orders"
          ],
          "materialised": true,
          "partition_by": [],
          "per_period": false,
          "published": true,
          "sort_by": [
            "customer_id"
          ],
          "sql": "sql/core/customers.sql",
          "stage": "customers"
        }
      ],
      "stand_ins": [],
      "warehouse": "warehouse"
    }
    "#);
}

/// `refunds` is declared, and no stage of the shop provides it: it is there, and empty.
#[test]
fn a_check_looks_at_a_canonical_table_that_nobody_provides() {
    let (file, check) =
        ("sql/checks/refunds.sql", "checks:\n  - no_rows: {sql: sql/checks/refunds.sql}");
    let shop = Shop::new()
        .edit("sql/core/customers.yaml", "checks:", check)
        .with(file, "select * from refunds");
    let sound = shop.run("2026-03-01", &[]);
    assert_eq!(sound.code, 0, "{}", sound.stderr);
    let shop = shop.with(file, "select * from customers where (select count(*) from refunds) = 0");
    let broken = shop.run("2026-03-01", &[]);
    assert_eq!(broken.code, 1, "{}", broken.stderr);
    assert!(broken.stderr.contains("refunds.sql"), "{}", broken.stderr);
}
