//! Tables that keep history: what they publish, and what is wrong with those that cannot.

use insta::assert_snapshot;

use crate::support::shop::{PIPELINE, Shop};

const YAML: &str = "
    description: What was known of each customer, and when.
    history: {key: [customer_id], at: changed_at, track: [segment, region]}
    columns:
      customer_id: {type: string, description: The customer.}
      segment: {type: string, description: How the customer is treated.}
      region: {type: string, description: Where the customer lives.}
      valid_from: {type: timestamp, description: Since when this has been so.}
      valid_to: {type: timestamp, description: Until when; NULL while it is so.}
      is_current: {type: boolean, description: Whether it is so.}
    publish: {sort_by: [customer_id, valid_from]}
    ";

/// A shop with profiles of its customers, sent in any order.
fn shop(profiles: &str) -> Shop {
    Shop::new()
        .edit(
            PIPELINE,
            "sources:\n",
            "
sources:
  raw_profiles:
    location: raw/profiles/*.csv
    format: csv
    event_time: changed_at
    columns:
      customer_id: {type: string}
      segment:     {type: string}
      region:      {type: string}
      note:        {type: string}
      changed_at:  {type: timestamp, required: true}
",
        )
        .with("raw/profiles/all.csv", profiles)
        .with(
            "sql/core/customer_versions.sql",
            "select customer_id, segment, region, note, changed_at from raw_profiles",
        )
        .with("sql/core/customer_versions.yaml", YAML)
}

fn changes() -> Shop {
    shop(
        "
        customer_id,segment,region,note,changed_at
        ada,gold,north,d,2026-02-01 00:00:00
        ada,iron,north,a,2026-01-01 00:00:00
        ada,gold,north,c,2026-01-20 00:00:00
        ada,gold,north,c,2026-01-20 00:00:00
        bob,iron,,x,2026-01-01 00:00:00
        bob,iron,south,y,2026-02-01 00:00:00
        bob,iron,,z,2026-02-14 00:00:00
        cyd,lead,west,q,2026-03-05 00:00:00
        ",
    )
}

fn shown(shop: &Shop) -> String {
    shop.patronage(&["show", PIPELINE, "customer_versions"]).stdout
}

#[test]
fn changes_in_any_order_become_versions() {
    let shop = changes();
    let ended = shop.run("2026-03-01", &[]);
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    assert_snapshot!(shown(&shop), @r"
    +-------------+---------+--------+---------------------+---------------------+------------+
    | customer_id | segment | region | valid_from          | valid_to            | is_current |
    +-------------+---------+--------+---------------------+---------------------+------------+
    | ada         | iron    | north  | 2026-01-01T00:00:00 | 2026-01-20T00:00:00 | false      |
    | ada         | gold    | north  | 2026-01-20T00:00:00 |                     | true       |
    | bob         | iron    |        | 2026-01-01T00:00:00 | 2026-02-01T00:00:00 | false      |
    | bob         | iron    | south  | 2026-02-01T00:00:00 | 2026-02-14T00:00:00 | false      |
    | bob         | iron    |        | 2026-02-14T00:00:00 |                     | true       |
    +-------------+---------+--------+---------------------+---------------------+------------+
    ");
}

#[test]
fn what_is_missing_from_a_snapshot_is_closed_where_the_table_says_so() {
    let shop =
        changes().edit("sql/core/customer_versions.yaml", "region]}", "region], missing: close}");
    assert_eq!(shop.run("2026-03-01", &[]).code, 0);
    assert_snapshot!(shown(&shop), @r"
    +-------------+---------+--------+---------------------+---------------------+------------+
    | customer_id | segment | region | valid_from          | valid_to            | is_current |
    +-------------+---------+--------+---------------------+---------------------+------------+
    | ada         | iron    | north  | 2026-01-01T00:00:00 | 2026-01-20T00:00:00 | false      |
    | ada         | gold    | north  | 2026-01-20T00:00:00 | 2026-02-14T00:00:00 | false      |
    | bob         | iron    |        | 2026-01-01T00:00:00 | 2026-01-20T00:00:00 | false      |
    | bob         | iron    | south  | 2026-02-01T00:00:00 | 2026-02-14T00:00:00 | false      |
    | bob         | iron    |        | 2026-02-14T00:00:00 |                     | true       |
    +-------------+---------+--------+---------------------+---------------------+------------+
    ");
}

#[test]
fn two_rows_that_contradict_each_other_stop_the_run() {
    let shop = shop(
        "
        customer_id,segment,region,note,changed_at
        ada,gold,north,a,2026-01-01 00:00:00
        ada,gold,north,a,2026-01-20 00:00:00
        ada,iron,north,a,2026-01-20 00:00:00
        ",
    );
    let ended = shop.run("2026-03-01", &[]);
    assert_eq!(ended.code, 1);
    let error = ended.stderr.split_once("error: ").unwrap().1;
    assert_snapshot!(error, @r"
    check failed: `customer_versions`: 2 rows break `unique: customer_id, valid_from`
      customer_id: ada, valid_from: 2026-01-20T00:00:00Z, segment: gold, region: north, valid_to: 2026-01-20T00:00:00Z, is_current: false
      customer_id: ada, valid_from: 2026-01-20T00:00:00Z, segment: iron, region: north, valid_to: NULL, is_current: true
    help: see every row that breaks them with `patronage show pipelines/shop.yaml --failed`
    ");
}

#[test]
fn a_row_without_key_stops_the_run() {
    for missing in ["", ", missing: close"] {
        let shop = shop(
            "
            customer_id,segment,region,note,changed_at
            ,gold,north,a,2026-01-01 00:00:00
            ",
        )
        .edit(
            "sql/core/customer_versions.yaml",
            "region]}",
            &format!("region]{missing}}}"),
        );
        let ended = shop.run("2026-03-01", &[]);
        assert_eq!(ended.code, 1);
        assert!(ended.stderr.contains("breaks `not_null: customer_id, valid_from`"), "{missing}");
    }
}

#[test]
fn without_track_every_other_column_is_tracked() {
    let shop = changes()
        .edit("sql/core/customer_versions.yaml", ", track: [segment, region]", "")
        .edit("sql/core/customer_versions.sql", "note, ", "")
        .edit("sql/core/customer_versions.sql", "region", "upper(region) as region");
    assert_eq!(shop.run("2026-03-01", &[]).code, 0);
    assert!(shown(&shop).contains("| iron    | SOUTH  | 2026-02-01"), "{}", shown(&shop));
}

#[test]
fn columns_that_are_not_there_are_named() {
    let shop = changes().edit(
        "sql/core/customer_versions.yaml",
        "key: [customer_id], at: changed_at, track: [segment, region]",
        "key: [customer], at: region, track: [segments, region]",
    );
    assert_snapshot!(shop.mistakes(), @r"
    error[unknown-column]: `key` of the history names `customer`, which the query does not yield
     --> sql/core/customer_versions.yaml:2:17
      |
    2 | history: {key: [customer], at: region, track: [segments, region]}
      |                 ^^^^^^^^
      |
      = help: the columns of the query are `customer_id`, `segment`, `region`, `note`, `changed_at`

    error[wrong-type]: `region` is string, not date or timestamp
     --> sql/core/customer_versions.yaml:2:32
      |
    2 | history: {key: [customer], at: region, track: [segments, region]}
      |                                ^^^^^^
      |
      = help: name the column that says when a row was true

    error[unknown-column]: `track` of the history names `segments`, which the query does not yield
     --> sql/core/customer_versions.yaml:2:48
      |
    2 | history: {key: [customer], at: region, track: [segments, region]}
      |                                                ^^^^^^^^
      |
      = help: did you mean `segment`?

    error[duplicate-name]: `track` of the history names `region` once more
     --> sql/core/customer_versions.yaml:2:58
      |
    2 | history: {key: [customer], at: region, track: [segments, region]}
      |                                                          ^^^^^^
      |
      = help: a column is part of the key, the time or tracked, and named once
    ");
}

#[test]
fn the_columns_of_a_history_are_described_and_its_key_is_its_own() {
    let shop = changes()
        .edit(
            "sql/core/customer_versions.yaml",
            "  is_current: {type: boolean, description: Whether it is so.}\n",
            "",
        )
        .edit(
            "sql/core/customer_versions.yaml",
            "valid_to: {type: timestamp",
            "valid_to: {type: date",
        );
    assert_snapshot!(shop.mistakes(), @r"
    error[undescribed-column]: `customer_versions` publishes `is_current` without describing it
     --> sql/core/customer_versions.sql:1:1
      |
    1 | select customer_id, segment, region, note, changed_at from raw_profiles
      | ^^^^^^
      |
      = help: add `is_current: {type: boolean, description: …}` to `columns` in `sql/core/customer_versions.yaml`

    error[wrong-type]: `valid_to` is promised as date, but the query yields timestamp
     --> sql/core/customer_versions.yaml:8:20
      |
    8 |   valid_to: {type: date, description: Until when; NULL while it is so.}
      |                    ^^^^
      |
      = help: cast it in the query, or promise timestamp
    ");
    let shop = changes().edit(
        "sql/core/customer_versions.yaml",
        "columns:",
        "key: [customer_id]\ncolumns:",
    );
    assert_snapshot!(shop.mistakes(), @r"
    error[history]: the key of a history is its own key and `valid_from`
     --> sql/core/customer_versions.yaml:3:7
      |
    3 | key: [customer_id]
      |       ^^^^^^^^^^^
      |
      = help: leave `key` out
    ");
}
