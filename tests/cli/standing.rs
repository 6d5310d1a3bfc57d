//! A run and what is published already: older, of another pipeline, left over.

use std::fs;

use insta::assert_snapshot;
use serde_json::{Value, json};

use super::{Ended, PIPELINE, Shop, files};

const OTHER: &str = "pipelines/other.yaml";
const CUSTOMERS: &str = "sql/core/customers.yaml";

impl Shop {
    fn record(&self, below: &str) -> Value {
        serde_json::from_str(&self.read(&format!("warehouse/_patronage/{below}"))).unwrap()
    }

    fn release(&self) -> Value {
        let number = self.record("current.json")["release"].as_u64().unwrap();
        self.record(&format!("releases/{number:09}.json"))
    }

    /// A second pipeline of the project that publishes only the activity.
    fn with_other(self) -> Self {
        let text = self.read(PIPELINE).replace("pipeline: shop", "pipeline: other");
        let text = text.split_once("headlines:").unwrap().0.to_owned();
        let text = text.replace("sql/core/*", "sql/other/*");
        self.with(OTHER, &text)
            .with("sql/other/buyers.sql", "select distinct customer_id from orders")
            .with(
                "sql/other/buyers.yaml",
                "
                description: Who bought.
                columns: {customer_id: {type: string, description: The customer.}}
                publish: {}
                ",
            )
    }

    fn other(&self, as_of: &str, options: &[&str]) -> Ended {
        self.patronage(&[&["run", OTHER, "--as-of", as_of], options].concat())
    }
}

/// What a run says that is refused before it builds anything.
fn refusal(ended: &Ended) -> &str {
    assert_eq!(ended.stdout, "");
    let (begun, error) = ended.stderr.split_once("error: ").expect("an error");
    assert!(!begun.contains("built"), "{begun}");
    error
}

#[test]
fn an_older_as_of_does_not_take_the_place_of_a_newer_one() {
    let shop = Shop::new();
    assert_eq!(shop.run("2026-03-01", &[]).code, 0);
    let before = shop.published();
    let ended = shop.run("2026-02-01", &[]);
    assert_eq!(ended.code, 2);
    assert_snapshot!(refusal(&ended), @r"
    as-of 2026-02-01T00:00:00Z is older than that of a table: `customers` is of 2026-03-01T00:00:00Z
    help: build past periods with the newest as-of and `--from`, `--to`, or declare `older_as_of: periods`; to put the older state in the place of the newer one, add `--restate`
    ");
    assert!(shop.published() == before && shop.staged().is_empty());
    let results = shop.results();
    assert_eq!((&results["failure_kind"], &results["stages"]), (&json!("project"), &json!([])));
}

#[test]
fn an_older_state_is_put_back_where_somebody_asks_for_it_and_told() {
    let shop = Shop::new();
    assert_eq!(shop.run("2026-03-01", &[]).code, 0);
    let ended = shop.run("2026-02-01", &["--restate"]);
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    let told = "of an older as-of than the newest table of the pipeline: \
                customers (2026-02-01T00:00:00Z)";
    assert!(ended.stderr.contains(&format!("warning: {told}")), "{}", ended.stderr);
    assert!(ended.stdout.contains(told), "{}", ended.stdout);
    let behind = json!([{"table": "customers", "as_of": "2026-02-01T00:00:00Z"}]);
    assert_eq!(shop.results()["behind"], behind);
    let current = shop.record("current.json");
    assert_eq!(current["behind"], json!({"customers": "2026-02-01T00:00:00Z"}));
    assert_eq!(current["tables"]["activity"], "2026-03-01T00:00:00Z");
    // The next night makes them equal.
    let ended = shop.run("2026-03-02", &[]);
    assert!(ended.code == 0 && !ended.stderr.contains("warning"), "{}", ended.stderr);
    assert_eq!(shop.record("current.json")["behind"], json!({}));
}

#[test]
fn periods_are_built_again_only_at_the_as_of_they_have_or_later() {
    let shop = Shop::new();
    let activity = ["--select", "activity"];
    assert_eq!(shop.run("2026-03-01", &[]).code, 0);
    // January is missing, and older than nothing.
    let ended = shop.run("2026-02-01", &activity);
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    assert_eq!(shop.run("2026-02-01", &activity).code, 0);
    assert_eq!(
        shop.release()["tables"]["activity"]["slices"],
        json!({
            "period=2026-01-01": "2026-02-01T00:00:00Z",
            "period=2026-02-01": "2026-03-01T00:00:00Z",
        })
    );
    let later = [&activity[..], &["--from", "2026-01-01", "--to", "2026-02-01"]].concat();
    assert_eq!(shop.run("2026-03-01", &later).code, 0);
    let ended = shop.run("2026-02-01", &activity);
    assert_eq!(ended.code, 2);
    assert!(
        refusal(&ended).contains("`activity/period=2026-01-01` is of 2026-03-01T00:00:00Z"),
        "{}",
        ended.stderr
    );
}

#[test]
fn a_cleared_task_builds_its_own_period_where_the_pipeline_says_so() {
    let shop = Shop::new().edit(PIPELINE, "params:", "older_as_of: periods\nparams:");
    assert_eq!(shop.run("2026-02-01", &[]).code, 0);
    assert_eq!(shop.run("2026-03-01", &[]).code, 0);
    let customers = |shop: &Shop| shop.read("warehouse/_patronage/current.json");
    let before = shop.patronage(&["show", PIPELINE, "customers"]).stdout;
    let pointer = customers(&shop);
    // An order of January arrives late, and the task of January is cleared.
    let shop = shop.edit("raw/orders/2026-03.csv", "o6,", "o7,cyd,2026-01-31 10:00:00,3.00\no6,");
    let ended = shop.run("2026-02-01", &[]);
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    let told = "newer than the run's as-of, so they stay as they are: \
                customers (2026-03-01T00:00:00Z)";
    assert!(ended.stderr.contains(&format!("warning: {told}")), "{}", ended.stderr);
    assert!(ended.stdout.contains(told), "{}", ended.stdout);
    let kept = json!([{"table": "customers", "as_of": "2026-03-01T00:00:00Z"}]);
    assert_eq!((&shop.results()["kept"], &shop.results()["behind"]), (&kept, &json!([])));
    assert_eq!(shop.patronage(&["show", PIPELINE, "customers"]).stdout, before);
    assert!(customers(&shop) != pointer);
    assert_snapshot!(shop.patronage(&["show", PIPELINE, "activity"]).stdout, @r"
    +------------+-------------+--------+-------+
    | period     | customer_id | orders | spend |
    +------------+-------------+--------+-------+
    | 2026-01-01 | ada         | 1      | 10.00 |
    | 2026-01-01 | bob         | 1      | 25.50 |
    | 2026-01-01 | cyd         | 1      | 3.00  |
    | 2026-02-01 | ada         | 2      | 19.25 |
    | 2026-02-01 | cyd         | 1      | 40.00 |
    +------------+-------------+--------+-------+
    ");
}

#[test]
fn a_selection_that_leaves_other_tables_behind_says_so() {
    let shop = Shop::new();
    assert_eq!(shop.run("2026-02-01", &[]).code, 0);
    let ended = shop.run("2026-03-01", &["--select", "customers"]);
    assert_eq!(ended.code, 0);
    let told = "warning: of an older as-of than the newest table of the pipeline: \
                activity (2026-02-01T00:00:00Z)";
    assert!(ended.stderr.contains(told), "{}", ended.stderr);
    let log = shop.run("2026-03-02", &["--select", "customers", "--log-format", "json"]).stderr;
    assert!(log.contains(r#""event":"tables_behind""#), "{log}");
}

#[test]
fn a_table_of_another_pipeline_is_not_overwritten() {
    let shop = Shop::new();
    assert_eq!(shop.run("2026-03-01", &[]).code, 0);
    let before = shop.published();
    let shop = shop.edit(PIPELINE, "pipeline: shop", "pipeline: market");
    let ended = shop.run("2026-03-02", &[]);
    assert_eq!(ended.code, 2);
    assert_snapshot!(refusal(&ended), @r"
    the warehouse has tables of another pipeline: `activity` belongs to `shop`, `customers` belongs to `shop`
    help: publish to another warehouse or under another name; if `shop` is what this pipeline was called before, run once with `--take-over shop`
    ");
    assert!(shop.published() == before && shop.staged().is_empty());
}

#[test]
fn two_pipelines_with_tables_of_their_own_share_a_warehouse() {
    let shop = Shop::new().with_other();
    assert_eq!(shop.run("2026-03-01", &[]).code, 0);
    let ended = shop.other("2026-02-01", &[]);
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    assert!(!ended.stderr.contains("warning"), "{}", ended.stderr);
    assert_eq!(shop.run("2026-03-01", &[]).code, 0);
    assert_eq!(shop.results()["unchanged"], true);
    let names: Vec<String> = shop.published().into_iter().map(|(name, _)| name).collect();
    assert_eq!(
        names,
        [
            "activity/period=2026-02-01/part-00000.parquet",
            "buyers/part-00000.parquet",
            "customers/part-00000.parquet",
            "quarantine/pipeline=other/source=raw_orders/part-00000.parquet",
            "quarantine/pipeline=shop/source=raw_orders/part-00000.parquet",
        ]
    );
    let release = shop.release();
    let owner = |table: &str| release["tables"][table]["pipeline"].clone();
    assert_eq!(["buyers", "customers"].map(owner), [json!("other"), json!("shop")]);
    assert_eq!(owner("quarantine"), Value::Null);
}

#[test]
fn what_another_pipeline_failed_over_stays_to_be_looked_at() {
    let failing = "\nchecks:\n  - row_count: {min: 100}\npublish:";
    let shop = Shop::new().with_other().edit("sql/other/buyers.yaml", "\npublish:", failing);
    assert_eq!(shop.other("2026-03-01", &[]).code, 1);
    assert_eq!(shop.run("2026-03-01", &[]).code, 0);
    let shown = shop.patronage(&["show", OTHER, "buyers", "--staged"]);
    assert!(shown.code == 0 && shown.stdout.contains("ada"), "{}", shown.stderr);
    let none = shop.patronage(&["show", PIPELINE, "customers", "--staged"]);
    assert_eq!(none.code, 4);
    let shop = shop.edit("sql/other/buyers.yaml", "min: 100", "min: 1");
    assert_eq!(shop.other("2026-03-01", &[]).code, 0);
    assert!(shop.staged().is_empty());
}

#[test]
fn a_renamed_pipeline_takes_its_tables_over_once() {
    let shop = Shop::new();
    assert_eq!(shop.run("2026-03-01", &[]).code, 0);
    let shop = shop.edit(PIPELINE, "pipeline: shop", "pipeline: market");
    let ended = shop.run("2026-03-02", &["--take-over", "shop"]);
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    assert_eq!(shop.release()["tables"]["customers"]["pipeline"], "market");
    let folders = files(&shop.path("warehouse/quarantine"));
    assert!(folders.iter().all(|path| path.to_string_lossy().contains("pipeline=market")));
    assert_eq!((folders.len(), shop.run("2026-03-03", &[]).code), (1, 0));
    // Nothing is left to take over.
    let ended = shop.run("2026-03-03", &["--take-over", "shop"]);
    assert_eq!(ended.code, 4);
    assert_snapshot!(refusal(&ended), @r"
    no table of the warehouse belongs to a pipeline `shop`
    help: there are tables of `market`
    ");
}

#[test]
fn a_table_that_left_the_project_is_told_until_it_is_dropped() {
    let shop = Shop::new();
    assert_eq!(shop.run("2026-03-01", &[]).code, 0);
    let shop = shop.edit(CUSTOMERS, "publish: {sort_by: [customer_id]}\n", "");
    let told = "in the warehouse, but not published by the pipeline any more: customers; \
                unless another pipeline does, `--drop customers` takes them out";
    for day in ["2026-03-01", "2026-03-02"] {
        let ended = shop.run(day, &[]);
        assert_eq!(ended.code, 0, "{}", ended.stderr);
        assert!(ended.stderr.contains(&format!("warning: {told}")), "{}", ended.stderr);
        assert!(ended.stdout.contains(told), "{}", ended.stdout);
        assert_eq!(shop.results()["left"], json!(["customers"]));
        assert_eq!(shop.results()["behind"], json!([]));
    }
    assert!(shop.path("warehouse/customers/part-00000.parquet").exists());
    let ended = shop.run("2026-03-02", &["--drop", "customers"]);
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    assert!(ended.stdout.contains("taken out of the warehouse: customers"), "{}", ended.stdout);
    let results = shop.results();
    assert_eq!((&results["dropped"], &results["left"]), (&json!(["customers"]), &json!([])));
    assert!(!shop.path("warehouse/customers/part-00000.parquet").exists());
    assert_eq!(shop.release()["tables"]["customers"], Value::Null);
    let ended = shop.run("2026-03-02", &["--drop", "customers"]);
    assert_eq!(ended.code, 4, "{}", ended.stderr);
}

#[test]
fn what_the_pipeline_publishes_cannot_be_dropped() {
    let shop = Shop::new();
    assert_eq!(shop.run("2026-03-01", &[]).code, 0);
    let ended = shop.run("2026-03-01", &["--drop", "customers"]);
    assert_eq!(ended.code, 2);
    assert_snapshot!(refusal(&ended), @r"
    `customers` cannot be dropped: the pipeline publishes it
    help: take `publish` out of its table file first; only a table by period that the run builds can be begun anew
    ");
    assert!(shop.path("warehouse/customers/part-00000.parquet").exists());
}

#[test]
fn rejects_of_a_source_that_left_the_pipeline_go() {
    let shop = Shop::new();
    assert_eq!(shop.run("2026-03-01", &[]).code, 0);
    let shop = shop.edit(PIPELINE, "  raw_orders:", "  raw_sales:").edit(
        "sql/staging/orders.sql",
        "raw_orders",
        "raw_sales",
    );
    assert_eq!(shop.run("2026-03-01", &["--select", "customers"]).code, 0);
    let folders = files(&shop.path("warehouse/quarantine"));
    let folder = "quarantine/pipeline=shop/source=raw_sales/part-00000.parquet";
    assert!(folders.len() == 1 && folders[0].ends_with(folder), "{folders:?}");
    assert_eq!(
        shop.release()["tables"]["quarantine"]["slices"],
        json!({"pipeline=shop/source=raw_sales": "2026-03-01T00:00:00Z"})
    );
}

#[test]
fn what_a_newer_as_of_rejected_stays() {
    let shop = Shop::new();
    let activity = ["--select", "activity"];
    assert_eq!(shop.run("2026-03-01", &[]).code, 0);
    let before = shop.release()["tables"]["quarantine"].clone();
    assert_eq!(shop.run("2026-02-01", &activity).code, 0);
    assert_eq!(shop.release()["tables"]["quarantine"], before);
}

#[test]
fn a_pipeline_s_name_may_be_one_that_its_folder_is_not_called() {
    for (name, folder) in
        [("größe", "größe"), ("our shop", "our%20shop"), ("50% & up", "50%25%20%26%20up")]
    {
        let shop = Shop::new().edit(PIPELINE, "pipeline: shop", &format!("pipeline: \"{name}\""));
        for as_of in ["2026-02-01", "2026-03-01"] {
            let ended = shop.run(as_of, &[]);
            assert_eq!(ended.code, 0, "{}", ended.stderr);
        }
        let published = files(&shop.path("warehouse/quarantine"));
        let folder = format!("quarantine/pipeline={folder}/source=raw_orders/part-00000.parquet");
        assert!(published.len() == 1 && published[0].ends_with(folder), "{published:?}");
    }
}

#[test]
fn a_warehouse_of_the_version_before_is_read_and_taken_over() {
    let shop = Shop::new();
    assert_eq!(shop.run("2026-02-01", &[]).code, 0);
    let before = shop.published();
    without_standing(&shop);
    // What was published at an as-of counts as built at it, for every pipeline.
    let ended = shop.run("2026-01-15", &[]);
    assert_eq!(ended.code, 2);
    assert!(refusal(&ended).contains("`customers` is of 2026-02-01T00:00:00Z"), "{}", ended.stderr);
    let quarantine = shop.patronage(&["show", PIPELINE, "quarantine"]);
    assert_eq!(quarantine.code, 0, "{}", quarantine.stderr);
    let ended = shop.run("2026-02-01", &[]);
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    assert!(shop.published() == before);
    let release = shop.release();
    assert_eq!(release["tables"]["customers"]["pipeline"], "shop");
    assert_eq!(release["tables"]["customers"]["as_of"], "2026-02-01T00:00:00Z");
}

#[test]
fn a_check_across_tables_sees_what_the_release_will_hold() {
    let shop = Shop::new().edit(PIPELINE, "params:", "older_as_of: periods\nparams:");
    assert_eq!(shop.run("2026-02-01", &[]).code, 0);
    assert_eq!(shop.run("2026-03-01", &[]).code, 0);
    let before = shop.published();
    // An order of a customer who is missing in March.
    let shop = shop.edit("raw/orders/2026-03.csv", "o6,", "o7,eve,2026-01-31 10:00:00,3.00\no6,");
    let orphan = "error: check failed: `activity`: 1 row breaks `references: customer_id in \
                  customers.customer_id`\n  period: 2026-01-01, customer_id: eve, orders: 1, spend: 3.00\n  \
                  `customers` is seen as it is published: the run does not replace it";
    let kept = shop.run("2026-02-01", &[]);
    assert_eq!(kept.code, 1, "{}", kept.stderr);
    assert!(kept.stderr.contains(orphan), "{}", kept.stderr);
    let selected = shop.run("2026-03-01", &["--select", "activity", "--from", "2026-01-01"]);
    assert_eq!(selected.code, 1, "{}", selected.stderr);
    assert!(selected.stderr.contains(orphan), "{}", selected.stderr);
    assert!(shop.published() == before);
    // Checks of one table are about what was built.
    let about = |name: &str| {
        let results = shop.results();
        let checks = results["checks"].as_array().unwrap().iter();
        let of = checks.filter(|check| check["check"].as_str().unwrap().starts_with(name));
        of.map(|check| check["as_published"].clone()).collect::<Vec<_>>()
    };
    assert_eq!(about("references"), [json!(["customers"])]);
    assert_eq!(about("accepted_range"), [json!([])]);
    // Built together, the two agree.
    let ended = shop.run("2026-03-01", &["--from", "2026-01-01"]);
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    assert_eq!(about("references"), [json!([])]);
}

#[test]
fn the_first_table_of_a_check_is_published_before_the_other() {
    let shop = Shop::new();
    let ended = shop.run("2026-03-01", &["--select", "activity"]);
    assert_eq!(ended.code, 0, "{}", ended.stderr);
}

const BY_QUARTER: &str = "period: quarter\nwarehouse:";
const ACTIVITY: &str = "sql/core/activity.yaml";

/// Orders by period as SQL finds them in the warehouse.
fn orders_by_period(shop: &Shop) -> Vec<(String, u64)> {
    let ended = shop.patronage(&["show", PIPELINE, "activity", "--format", "json"]);
    let mut periods = Vec::<(String, u64)>::new();
    for line in ended.stdout.lines() {
        let row: Value = serde_json::from_str(line).unwrap();
        let (period, orders) = (row["period"].as_str().unwrap(), row["orders"].as_u64().unwrap());
        match periods.last_mut().filter(|(known, _)| known == period) {
            Some((_, sum)) => *sum += orders,
            None => periods.push((period.to_owned(), orders)),
        }
    }
    periods
}

#[test]
fn periods_of_two_grains_do_not_stand_side_by_side() {
    let shop = Shop::new();
    assert_eq!(shop.run("2026-03-01", &["--from", "2026-01-01"]).code, 0);
    let (before, months) = (shop.published(), orders_by_period(&shop));
    assert_eq!(months, [("2026-01-01".to_owned(), 2), ("2026-02-01".to_owned(), 3)]);
    let shop = shop.edit(PIPELINE, "warehouse:", BY_QUARTER);
    let ended = shop.run("2026-03-01", &["--from", "2026-01-01"]);
    assert_eq!(ended.code, 2);
    assert_snapshot!(refusal(&ended), @r"
    `activity` has periods that the run does not build, and from which its new ones would differ: `period` was month and is quarter
    help: build all of its periods in one run, which `--drop activity --from 2026-01-01` does and takes out what it does not build, or publish under another name
    ");
    assert!(shop.published() == before && shop.staged().is_empty());
    // The way out that it names.
    let anew = ["--drop", "activity", "--from", "2026-01-01"];
    let ended = shop.run("2026-03-01", &anew);
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    assert_eq!(orders_by_period(&shop), [("2026-01-01".to_owned(), 5)]);
    let told = "taken out of the warehouse: the period 2026-02-01 of activity";
    assert!(ended.stdout.contains(told), "{}", ended.stdout);
    let dropped = json!([{"table": "activity", "periods": ["2026-02-01"]}]);
    let results = shop.results();
    assert_eq!((&results["dropped"], &results["dropped_periods"]), (&json!([]), &dropped));
    let slices = shop.release()["tables"]["activity"]["slices"].clone();
    assert_eq!(slices, json!({"period=2026-01-01": "2026-03-01T00:00:00Z"}));
    // Told twice it is done once, and from then on nothing is in the way.
    assert_eq!(shop.run("2026-03-01", &anew).code, 0);
    let results = shop.results();
    assert_eq!((&results["unchanged"], &results["dropped_periods"]), (&json!(true), &json!([])));
    assert_eq!(shop.run("2026-04-02", &[]).code, 0);
}

#[test]
fn days_of_two_zones_do_not_stand_side_by_side() {
    let shop = Shop::new().edit(PIPELINE, "warehouse:", "period: day\nwarehouse:");
    assert_eq!(shop.run("2026-03-01", &["--from", "2026-02-01"]).code, 0);
    let shop = shop.edit(PIPELINE, "period:", "time_zone: Pacific/Auckland\nperiod:");
    let ended = shop.run("2026-03-02", &[]);
    assert_eq!(ended.code, 2);
    let change = "and from which its new ones would differ: \
                  `time_zone` was UTC and is Pacific/Auckland";
    assert!(refusal(&ended).contains(change), "{}", ended.stderr);
    // What has no period has nothing that could stay.
    assert_eq!(shop.run("2026-03-02", &["--select", "customers"]).code, 0);
}

#[test]
fn periods_with_other_columns_or_folders_do_not_stand_side_by_side() {
    let edits = [
        ("{type: int64, description: Orders", "{type: float64, description: Orders"),
        ("publish: {sort_by: [customer_id]}", "publish: {partition_by: [customer_id]}"),
    ];
    let changes = [
        "`orders` was int64 and is float64",
        "`partition_by` was period and is period, customer_id",
    ];
    for ((from, to), change) in edits.into_iter().zip(changes) {
        let shop = Shop::new();
        assert_eq!(shop.run("2026-02-01", &[]).code, 0);
        let shop = shop.edit(ACTIVITY, from, to);
        let ended = shop.run("2026-03-01", &[]);
        assert_eq!(ended.code, 2, "{}", ended.stderr);
        assert!(refusal(&ended).contains(change), "{}", ended.stderr);
        // All of its periods in one run are of one shape.
        let ended = shop.run("2026-03-01", &["--from", "2026-01-01"]);
        assert_eq!(ended.code, 0, "{}", ended.stderr);
    }
    let shop = Shop::new();
    assert_eq!(shop.run("2026-02-01", &[]).code, 0);
    let shop = shop.edit("sql/core/activity.sql", "as spend", "as paid, 1 as one").edit(
        ACTIVITY,
        "  spend: ",
        "  one: {type: int64, description: One.}\n  paid: ",
    );
    let ended = shop.run("2026-03-01", &[]);
    let change = "the column `spend` is gone; the column `one` is new; the column `paid` is new";
    assert!(refusal(&ended).contains(change), "{}", ended.stderr);
}

#[test]
fn the_order_and_the_meaning_of_columns_may_change() {
    let shop = Shop::new();
    assert_eq!(shop.run("2026-02-01", &[]).code, 0);
    let shop = shop.edit(ACTIVITY, "What the customer paid.", "All that was paid.").edit(
        "sql/core/activity.sql",
        "count(*) as orders, sum(orders.amount) as spend",
        "sum(orders.amount) as spend, count(*) as orders",
    );
    let ended = shop.run("2026-03-01", &[]);
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    let expected = [("2026-01-01".to_owned(), 2), ("2026-02-01".to_owned(), 3)];
    assert_eq!(orders_by_period(&shop), expected);
}

#[test]
fn two_files_of_a_project_do_not_declare_the_same_pipeline() {
    let shop = Shop::new();
    let copy = shop.read(PIPELINE).replace("raw/orders/*.csv", "raw/orders/2026-01.csv");
    let shop = shop.with("pipelines/copy.yaml", &copy);
    assert_snapshot!(shop.mistakes(), @r"
    error[duplicate-pipeline]: `pipelines/shop.yaml` and `pipelines/copy.yaml` both declare the pipeline `shop`
     --> pipelines/shop.yaml:1:11
      |
    1 | pipeline: shop
      |           ^^^^
      |
      = help: give one of them another name: each would overwrite what the other publishes
    ");
    let ended = shop.run("2026-03-01", &[]);
    assert!(ended.code == 2 && shop.published().is_empty(), "{}", ended.stderr);
    let ended = shop.patronage(&["check", "pipelines/copy.yaml"]);
    assert_eq!(ended.code, 2, "{}", ended.stderr);
    // From within the folder, the file is still not a copy of itself.
    let within = |shop: &Shop| {
        let mut command = shop.command(&["check", "shop.yaml"]);
        super::ended(command.current_dir(shop.path("pipelines")).spawn().unwrap())
    };
    assert_eq!(within(&shop).code, 2);
    let shop = shop.edit("pipelines/copy.yaml", "pipeline: shop", "pipeline: copy");
    let ended = within(&shop);
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    // Files that are not pipelines, or cannot be read, are ignored.
    let shop = shop.with("pipelines/notes.yaml", "pipeline: [shop").with("pipelines/x.yml", "a: 1");
    assert_eq!(within(&shop).code, 0);
}

#[test]
fn the_pointer_says_how_new_the_newest_table_is() {
    let shop = Shop::new();
    assert_eq!(shop.run("2026-03-01", &[]).code, 0);
    assert_eq!(shop.record("current.json")["as_of"], "2026-03-01T00:00:00Z");
    // January is built as it was known then; every other table is newer.
    assert_eq!(shop.run("2026-02-01", &["--select", "activity"]).code, 0);
    let current = shop.record("current.json");
    assert_eq!(current["as_of"], "2026-03-01T00:00:00Z");
    assert_eq!(current["tables"]["activity"], "2026-03-01T00:00:00Z");
    assert_eq!(shop.release()["as_of"], current["as_of"]);
    assert_eq!(shop.results()["as_of"], "2026-02-01T00:00:00Z");
}

/// Makes the newest record what the version before wrote, and the quarantine what it published.
fn without_standing(shop: &Shop) {
    let path = shop.path("warehouse/_patronage/releases/000000001.json");
    let text = fs::read_to_string(&path).unwrap().replace("pipeline=shop/source", "source");
    let mut record: Value = serde_json::from_str(&text).unwrap();
    record["as_of"] = "2026-02-01T00:00:00".into();
    for table in record["tables"].as_object_mut().unwrap().values_mut() {
        let table = table.as_object_mut().unwrap();
        for field in ["pipeline", "as_of", "slices", "shape"] {
            table.remove(field);
        }
    }
    record["tables"]["quarantine"]["files"][0]["partition"] = json!(["raw_orders"]);
    fs::write(path, record.to_string()).unwrap();
    let quarantine = shop.path("warehouse/quarantine");
    let moved = quarantine.join("source=raw_orders");
    fs::rename(quarantine.join("pipeline=shop/source=raw_orders"), moved).unwrap();
    fs::remove_dir(quarantine.join("pipeline=shop")).unwrap();
}
