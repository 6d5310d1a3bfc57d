//! A declared column that files lack: a reason to stop if no file has it, a warning if some have.

use insta::assert_snapshot;

use super::{PIPELINE, Shop};

/// The shop, its orders as lines of JSON, of which the later file calls the amount as `name` says.
fn renamed(january: &str, february: &str) -> Shop {
    let order = |id: &str, day: &str, name: &str| {
        format!(r#"{{"order_id":"{id}","customer_id":"ada","ordered_at":"{day}","{name}":10.00}}"#)
    };
    Shop::new()
        .edit(PIPELINE, "raw/orders/*.csv", "raw/orders/*.ndjson")
        .edit(PIPELINE, "format: csv", "format: ndjson")
        .edit(
            PIPELINE,
            r#"amount:      {type: "decimal(18,2)", required: true}"#,
            "amount: {type: float64}",
        )
        .edit(
            "sql/staging/orders.sql",
            "amount",
            "coalesce(cast(amount as decimal(18,2)), 0) as amount",
        )
        .with("raw/orders/1.ndjson", &order("o1", "2026-01-05", january))
        .with("raw/orders/2.ndjson", &order("o2", "2026-02-05", february))
}

#[test]
fn a_column_that_no_file_has_stops_the_run() {
    let ended = renamed("Amount", "Amount").run("2026-03-01", &[]);
    assert_eq!(ended.code, 1, "{}", ended.stderr);
    let told: Vec<&str> = ended.stderr.lines().skip_while(|it| !it.starts_with("error")).collect();
    assert_snapshot!(told.join("\n"), @r"
    error: source `raw_orders`: no file has a column `amount`; did you mean `Amount`?
    help: say with `from` what the files call it; a column that they may lack is `optional: true`
    ");
}

#[test]
fn a_column_that_some_files_lack_is_told() {
    let shop = renamed("amount", "Amount");
    let ended = shop.run("2026-03-01", &[]);
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    let warning = ended.stderr.lines().find(|line| line.starts_with("warning: "));
    assert_snapshot!(warning.unwrap_or_default(), @"warning: source `raw_orders`: `raw/orders/2.ndjson` has no column `amount`; did you mean `Amount`?");
    let missing = &shop.results()["sources"][0]["missing_columns"][0];
    assert_snapshot!(missing.to_string(), @r#"{"column":"amount","everywhere":false,"examples":["raw/orders/2.ndjson"],"files":1,"nearest":"Amount","unclear":false}"#);
}

#[test]
fn a_column_that_files_may_lack_is_null() {
    let null = |shop: Shop| {
        shop.edit(PIPELINE, "    columns:\n", "    missing_columns: null\n    columns:\n")
    };
    let shop = null(renamed("Amount", "Amount"));
    let ended = shop.run("2026-03-01", &[]);
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    assert!(ended.stderr.contains("warning: source `raw_orders`: no file has"), "{}", ended.stderr);

    let shop = renamed("Amount", "Amount").edit(
        PIPELINE,
        "{type: float64}",
        "{type: float64, optional: true}",
    );
    let ended = shop.run("2026-03-01", &[]);
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    assert!(!ended.stderr.contains("warning"), "{}", ended.stderr);
    assert_eq!(shop.results()["sources"][0]["missing_columns"][0]["everywhere"], true);
}

#[test]
fn a_column_is_not_both_required_and_optional() {
    let shop = Shop::new().edit(
        PIPELINE,
        r#""decimal(18,2)", required: true"#,
        r#""decimal(18,2)", required: true, optional: true"#,
    );
    assert!(shop.mistakes().contains("error[optional]"));
}

/// The shop, its orders as lines of JSON with the amounts within `charge`.
fn charged(charges: [&str; 2]) -> Shop {
    let order = |id: &str, charge: &str| {
        format!(
            r#"{{"order_id":"{id}","customer_id":"ada","ordered_at":"2026-01-05","charge":{charge}}}"#
        )
    };
    renamed("amount", "amount")
        .edit(PIPELINE, "{type: float64}", "{type: float64, from: charge.amount}")
        .with("raw/orders/1.ndjson", &order("o1", charges[0]))
        .with("raw/orders/2.ndjson", &order("o2", charges[1]))
}

#[test]
fn a_missing_parent_does_not_hide_that_no_record_has_the_column() {
    let ended = charged([r#"{"Amount":1}"#, "null"]).run("2026-03-01", &[]);
    assert_eq!(ended.code, 1, "{}", ended.stderr);
    let told: Vec<&str> = ended.stderr.lines().filter(|it| it.starts_with("error")).collect();
    assert_snapshot!(told.join("\n"), @"error: source `raw_orders`: no file has a column `charge.amount`; did you mean `charge.Amount`?");
}

#[test]
fn a_column_whose_parents_are_all_missing_is_told() {
    let shop = charged(["null", "null"]);
    let ended = shop.run("2026-03-01", &[]);
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    let warning = ended.stderr.lines().find(|line| line.starts_with("warning: "));
    assert_snapshot!(warning.unwrap_or_default(), @"warning: source `raw_orders`: no record has the column `charge.amount`: all there is on the way to it is null or empty in 2 files, such as `raw/orders/1.ndjson`");
    let missing = &shop.results()["sources"][0]["missing_columns"][0];
    assert_snapshot!(missing.to_string(), @r#"{"column":"amount","everywhere":false,"examples":["raw/orders/1.ndjson","raw/orders/2.ndjson"],"files":2,"nearest":null,"unclear":true}"#);
    let quiet = shop.edit(PIPELINE, "from: charge.amount", "from: charge.amount, optional: true");
    let ended = quiet.run("2026-03-01", &[]);
    assert_eq!((ended.code, ended.stderr.contains("warning")), (0, false), "{}", ended.stderr);
}
