//! `patronage upgrade-notes`: how the tables of a pipeline differ from those that are published.

use std::collections::BTreeSet;

use bytes::Bytes;
use datafusion::parquet::file::reader::{FileReader, SerializedFileReader};
use insta::assert_snapshot;

use super::{PIPELINE, Shop};

fn notes(shop: &Shop) -> String {
    let ended = shop.patronage(&["upgrade-notes", PIPELINE]);
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    ended.stdout.replace(env!("CARGO_PKG_VERSION"), "VERSION")
}

/// A shop whose two tables have other columns than those that were published, and one more table.
fn changed() -> Shop {
    let shop = Shop::new();
    assert_eq!(shop.run("2026-03-01", &[]).code, 0);
    let customers = "select customer_id, sum(amount) as spend, count(*) as orders from orders group by customer_id";
    shop.with("sql/core/customers.sql", customers)
        .edit(
            "sql/core/customers.yaml",
            "first_order_at: {type: timestamp, description: When the first order was placed.}",
            "orders: {type: int64, description: How many orders.}",
        )
        .edit("sql/core/activity.sql", "count(*) as orders", "cast(count(*) as int) as orders")
        .edit("sql/core/activity.yaml", "type: int64", "type: int32")
        .with("sql/core/regulars.sql", "select customer_id from customers where orders > 1")
        .with(
            "sql/core/regulars.yaml",
            "publish: {}\ncolumns:\n  customer_id: {type: string, description: The customer.}\n",
        )
}

#[test]
fn columns_that_are_new_changed_or_gone_are_named() {
    assert_snapshot!(notes(&changed()), @r"
    patronage VERSION beside release 1 of `warehouse`, as of 2026-03-01T00:00:00Z:

    activity (sql/core/activity.sql) changes; all of its periods must be built in one run, with `--from`
      `orders` was int64 and is int32
    customers (sql/core/customers.sql) changes
      the column `first_order_at` is gone
      the column `orders` is new
    regulars (sql/core/regulars.sql) is new
    3 tables differ
    ");
}

#[test]
fn what_a_run_publishes_differs_no_more() {
    let shop = changed();
    let all = ["--from", "2026-01-01", "--drop", "activity"];
    let ended = shop.run("2026-03-01", &all);
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    assert_snapshot!(notes(&shop), @r"
    patronage VERSION beside release 2 of `warehouse`, as of 2026-03-01T00:00:00Z:

    no table differs
    ");
    let json = shop.patronage(&["upgrade-notes", PIPELINE, "--format", "json"]);
    let json: serde_json::Value = serde_json::from_str(&json.stdout).unwrap();
    assert_eq!((&json["release"], &json["tables"]), (&2.into(), &serde_json::json!([])));
}

#[test]
fn a_table_that_no_stage_makes_any_more_is_gone() {
    let shop = Shop::new();
    assert_snapshot!(notes(&shop), @r"
    nothing is published in `warehouse` yet
    ");
    assert_eq!(shop.run("2026-03-01", &[]).code, 0);
    let shop = shop.edit(PIPELINE, "stages:", "stages:\n  - \"!activity\"");
    assert_snapshot!(notes(&shop), @r"
    patronage VERSION beside release 1 of `warehouse`, as of 2026-03-01T00:00:00Z:

    activity is no longer made by any stage: its rows remain until `--drop activity` removes them
    1 table differs
    ");
}

#[test]
fn a_release_of_an_earlier_program_says_that_it_does_not_know() {
    let shop = Shop::new();
    assert_eq!(shop.run("2026-03-01", &[]).code, 0);
    let newest = shop.path("warehouse/_patronage/releases");
    let records = crate::support::files::files(&newest);
    for record in records {
        let text = std::fs::read_to_string(&record).unwrap();
        if record.extension().is_none_or(|ending| ending != "json") {
            continue;
        }
        let mut release: serde_json::Value = serde_json::from_str(&text).unwrap();
        release["tables"]["customers"].as_object_mut().unwrap().remove("shape");
        std::fs::write(&record, release.to_string()).unwrap();
    }
    assert_snapshot!(notes(&shop), @r"
    patronage VERSION beside release 1 of `warehouse`, as of 2026-03-01T00:00:00Z:

    customers (sql/core/customers.sql) was published before columns were recorded: the next run records them
    1 table differs
    ");
}

/// The columns of the files of a published table, each once.
fn stored(shop: &Shop, table: &str) -> BTreeSet<Vec<String>> {
    let files = shop.published().into_iter().filter(|(path, _)| path.starts_with(table));
    let columns = files.map(|(_, bytes)| {
        let file = SerializedFileReader::new(Bytes::from(bytes)).unwrap();
        let schema = file.metadata().file_metadata().schema_descr_ptr();
        schema.columns().iter().map(|column| column.name().to_owned()).collect()
    });
    columns.collect()
}

#[test]
fn a_table_of_an_earlier_layout_keeps_it_until_all_of_its_periods_are_built() {
    let shop = Shop::new().edit(PIPELINE, "params:", "partition_columns: folders\nparams:");
    assert_eq!(shop.run("2026-03-01", &["--from", "2026-01-01"]).code, 0);
    let [before, after] = ["customer_id orders spend", "period customer_id orders spend"]
        .map(|names| BTreeSet::from([names.split(' ').map(str::to_owned).collect::<Vec<_>>()]));
    assert_eq!(stored(&shop, "activity"), before);
    let shop = shop.edit(PIPELINE, "partition_columns: folders\n", "");
    assert_snapshot!(notes(&shop), @r"
    patronage VERSION beside release 1 of `warehouse`, as of 2026-03-01T00:00:00Z:

    activity (sql/core/activity.sql) changes
      once all of its periods are built in one run, its partition columns are in its files too
    1 table differs
    ");
    // What stays and what is built are alike; a table that is built as a whole has the new layout at once.
    for unchanged in [false, true] {
        assert_eq!(shop.run("2026-03-01", &[]).code, 0);
        assert_eq!(shop.results()["unchanged"], unchanged);
        assert_eq!(stored(&shop, "activity"), before);
        let [columns] =
            stored(&shop, "quarantine").into_iter().collect::<Vec<_>>().try_into().unwrap();
        assert_eq!(columns[..2], ["pipeline", "source"]);
    }
    assert_eq!(shop.run("2026-03-01", &["--from", "2026-01-01"]).code, 0);
    assert_eq!(stored(&shop, "activity"), after);
    assert!(notes(&shop).contains("no table differs"), "{}", notes(&shop));
    // The other way round, `--drop` removes the period that is not built.
    let shop = shop.edit(PIPELINE, "params:", "partition_columns: folders\nparams:");
    assert_eq!(shop.run("2026-03-01", &[]).code, 0);
    assert_eq!(stored(&shop, "activity"), after);
    assert_eq!(shop.run("2026-03-01", &["--drop", "activity"]).code, 0);
    assert_eq!(stored(&shop, "activity"), before);
}
