//! `--select` and `stages`: what is chosen, and what is left out.

use insta::assert_snapshot;

use super::{PIPELINE, Shop};

#[test]
fn a_selection_publishes_nothing_else() {
    for pattern in ["customers", "cust*", "sql/core/customers.sql", "customers,cust*"] {
        let shop = Shop::new();
        assert_eq!(shop.run("2026-03-01", &["--select", pattern]).code, 0, "{pattern}");
        let names: Vec<String> = shop.published().into_iter().map(|(name, _)| name).collect();
        let quarantine = "quarantine/pipeline=shop/source=raw_orders/part-00000.parquet";
        assert_eq!(names, ["customers/part-00000.parquet", quarantine], "{pattern}");
    }
}

#[test]
fn a_selection_by_folder_publishes_what_is_in_it() {
    let shop = Shop::new();
    assert_eq!(shop.run("2026-03-01", &["--select", "sql/core"]).code, 0);
    let tables = shop.results()["tables"].as_array().unwrap().clone();
    let names: Vec<_> = tables.iter().map(|table| table["table"].as_str().unwrap()).collect();
    assert_eq!(names, ["activity", "customers", "quarantine"]);
}

/// `customers` and `activity` are made of `orders`, `regulars` of `customers`.
fn with_regulars() -> Shop {
    Shop::new()
        .with("sql/core/regulars.sql", "select customer_id from customers where spend > 20")
        .with(
            "sql/core/regulars.yaml",
            r"
            description: Customers who came back.
            publish: {}
            columns:
              customer_id: {type: string, description: The customer.}
            ",
        )
}

fn selected(shop: &Shop, pattern: &str) -> Vec<String> {
    let ended = shop.run("2026-03-01", &["--select", pattern]);
    assert_eq!(ended.code, 0, "{pattern}: {}", ended.stderr);
    let results = shop.results();
    let tables = results["tables"].as_array().unwrap().iter();
    let names = tables.map(|table| table["table"].as_str().unwrap().to_owned());
    names.filter(|name| name != "quarantine").collect()
}

#[test]
fn a_selection_takes_what_a_table_is_made_of_or_what_is_made_of_it_or_leaves_it_out() {
    for (pattern, tables) in [
        ("regulars", &["regulars"][..]),
        ("+regulars", &["customers", "regulars"]),
        ("customers+", &["customers", "regulars"]),
        ("orders+", &["activity", "customers", "regulars"]),
        ("+activity+", &["activity"]),
        ("!regulars", &["activity", "customers"]),
        ("sql/core,!regulars,!act*", &["customers"]),
        ("*,!customers+", &["activity"]),
    ] {
        assert_eq!(selected(&with_regulars(), pattern), tables, "{pattern}");
    }
}

#[test]
fn a_selection_that_leaves_everything_out_or_nothing_fits_is_an_error() {
    for pattern in ["customers,!cust*", "!regular", "+nothing"] {
        let ended = Shop::new().run("2026-03-01", &["--select", pattern]);
        assert_eq!(ended.code, 4, "{pattern}: {}", ended.stderr);
        assert!(ended.stderr.contains("there are customers, activity"), "{}", ended.stderr);
    }
}

#[test]
fn stages_that_are_left_out_are_found_by_no_pattern() {
    for pattern in ["!sql/core/regulars.sql", "!regulars", "!sql/core/reg*"] {
        let shop = with_regulars();
        let shop = shop.edit(PIPELINE, "stages:", &format!("stages:\n  - \"{pattern}\""));
        assert_eq!(selected(&shop, "*"), ["activity", "customers"], "{pattern}");
    }
    let shop = Shop::new().edit(PIPELINE, "stages:", "stages:\n  - \"!sql/core/regulars.sql\"");
    assert_snapshot!(shop.mistakes(), @r#"
    error[no-stage]: `sql/core/regulars.sql` matches no stage
      --> pipelines/shop.yaml:16:5
       |
    16 |   - "!sql/core/regulars.sql"
       |     ^^^^^^^^^^^^^^^^^^^^^^^^
       |
       = help: name a folder, a glob or a file below `sql/`
    "#);
}
