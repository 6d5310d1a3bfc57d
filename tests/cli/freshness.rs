//! Freshness of sources: reported in every run, a warning, and a reason to stop.

use insta::assert_snapshot;

use super::{PIPELINE, Shop};

/// A shop whose newest order before March is 39 hours and 45 minutes old at its first moment.
fn limited(freshness: &str) -> Shop {
    let with = format!("    event_time: ordered_at\n    freshness: {freshness}\n");
    Shop::new().edit(PIPELINE, "    event_time: ordered_at\n", &with)
}

#[test]
fn rows_that_are_new_enough_are_not_worth_a_word() {
    let shop = limited("{warn_after: 40h, error_after: 3days}");
    let ended = shop.run("2026-03-01", &[]);
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    assert!(!ended.stderr.contains("stale"), "{}", ended.stderr);
    let source = &shop.results()["sources"][0];
    assert_eq!(source["newest_event"], "2026-02-27T08:15:00Z");
    assert_eq!(source["event_age_seconds"], 39 * 3600 + 45 * 60);
    assert!(source["newest_file"].is_string(), "{source}");
}

#[test]
fn older_rows_than_warn_after_are_told_and_published() {
    let shop = limited("{warn_after: 26h, error_after: 3days}");
    let ended = shop.run("2026-03-01", &[]);
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    let warning = ended.stderr.lines().find(|line| line.starts_with("warning: "));
    assert_snapshot!(warning.unwrap(), @"warning: source `raw_orders` is stale: its newest row is of 2026-02-27T08:15:00Z, 39 hours before as-of; `warn_after: 26h`");
    assert!(!shop.published().is_empty());
}

#[test]
fn a_machine_reads_the_warning_as_json() {
    let shop = limited("{warn_after: 26h}");
    let ended = shop.run("2026-03-01", &["--log-format", "json"]);
    let lines = ended.stderr.lines().map(|line| serde_json::from_str(line).unwrap());
    let lines: Vec<serde_json::Value> = lines.collect();
    let warning = lines.iter().find(|line| line["event"] == "source_stale").unwrap();
    assert_eq!((&warning["level"], &warning["source"]), (&"WARN".into(), &"raw_orders".into()));
}

#[test]
fn older_rows_than_error_after_stop_the_run_and_all_such_sources_are_told() {
    let shop = limited("{warn_after: 1h, error_after: 1day}")
        .edit(
            PIPELINE,
            "sources:\n",
            "
sources:
  raw_visits:
    location: raw/visits/*.csv
    format: csv
    optional: true
    event_time: day
    freshness: {error_after: 2days}
    columns:
      day: {type: date, required: true}
",
        )
        .with("sql/core/visits.sql", "select day, count(*) as visits from raw_visits group by day")
        .with(
            "sql/core/visits.yaml",
            "
            description: Visits by day.
            key: [day]
            columns:
              day: {type: date, description: The day.}
              visits: {type: int64, description: Visits on it., unit: visits}
            publish: {sort_by: [day]}
            ",
        );
    let ended = shop.run("2026-03-01", &[]);
    let told = ended.stderr.lines().filter(|line| !line.starts_with("built "));
    assert_snapshot!(told.skip(1).collect::<Vec<_>>().join("\n"), @r"
    error: source `raw_visits` is stale: it has no row before as-of; `error_after: 2days`
    source `raw_orders` is stale: its newest row is of 2026-02-27T08:15:00Z, 39 hours before as-of; `error_after: 1day`
    help: let the missing files come and run again, or raise `error_after` of the source
    ");
    assert_eq!(ended.code, 1);
    assert_eq!(shop.results()["failure_kind"], "contract");
    assert_eq!(shop.published(), Vec::new());
    assert_eq!(shop.staged(), Vec::<std::path::PathBuf>::new());
}

#[test]
fn a_file_that_no_query_needed_is_read_for_its_times() {
    let shop = limited("{error_after: 2days}").edit(
        "sql/staging/orders.sql",
        "from raw_orders",
        "from raw_orders where false",
    );
    assert_eq!(shop.run("2026-03-01", &[]).code, 0);
    assert_eq!(shop.results()["sources"][0]["newest_event"], "2026-02-27T08:15:00Z");
}

#[test]
fn late_rows_are_counted_by_the_period_in_which_they_happened() {
    let shop = Shop::new()
        .edit(
            PIPELINE,
            "    event_time: ordered_at\n",
            "    event_time: ordered_at\n    arrival_time: loaded_at\n    late_after: 3days\n",
        )
        .edit(
            PIPELINE,
            "      ordered_at:  {",
            "      loaded_at:   {type: timestamp, required: true}\n      ordered_at:  {",
        )
        .with(
            "raw/orders/2026-01.csv",
            "
            order_id,customer_id,ordered_at,amount,loaded_at
            o1,ada,2026-01-05 09:30:00,10.00,2026-01-08 09:30:00
            o2,bob,2026-01-20 17:45:00,25.50,2026-01-23 17:45:01
            ",
        )
        .with(
            "raw/orders/2026-02.csv",
            "
            order_id,customer_id,ordered_at,amount,loaded_at
            o3,ada,2026-01-31 23:59:59,7.25,2026-02-14 00:00:00
            o4,cyd,2026-02-14 12:00:00,40.00,2026-02-25 12:00:00
            o5,ada,2026-02-27 08:15:00,12.00,2026-02-27 08:15:00
            ",
        )
        .with(
            "raw/orders/2026-03.csv",
            "
            order_id,customer_id,ordered_at,amount,loaded_at
            o6,bob,2026-03-01 00:00:00,5.00,2026-04-01 00:00:00
            ",
        );
    let ended = shop.run("2026-03-01", &[]);
    assert!(
        ended.stdout.contains("\n    3 came late: 1 of 2026-02-01, 2 of 2026-01-01\n"),
        "{}",
        ended.stdout
    );
    assert_eq!(
        shop.results()["sources"][0]["late"],
        serde_json::json!([
            {"period": "2026-01-01", "rows": 2},
            {"period": "2026-02-01", "rows": 1},
        ])
    );
}

#[test]
fn a_row_without_arrival_time_arrived_with_its_file() {
    let shop = Shop::new().edit(
        PIPELINE,
        "    event_time: ordered_at\n",
        "    event_time: ordered_at\n    late_after: 3days\n",
    );
    let landed: chrono::DateTime<chrono::Utc> = "2026-02-27T00:00:00Z".parse().unwrap();
    for month in ["2026-01", "2026-02", "2026-03"] {
        let file = shop.path(&format!("raw/orders/{month}.csv"));
        std::fs::File::options()
            .write(true)
            .open(file)
            .unwrap()
            .set_modified(landed.into())
            .unwrap();
    }
    assert_eq!(shop.run("2026-03-01", &[]).code, 0);
    let source = &shop.results()["sources"][0];
    assert_eq!(source["newest_file"], "2026-02-27T00:00:00Z");
    assert_eq!(
        source["late"],
        serde_json::json!([
            {"period": "2026-01-01", "rows": 2},
            {"period": "2026-02-01", "rows": 2},
        ])
    );
}
