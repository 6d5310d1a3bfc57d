//! The outcomes of the rows of the sources: reported at the end of a run, and read by SQL as
//! tables.

use insta::assert_snapshot;
use serde_json::json;

use super::{PIPELINE, Shop, steady};

const DIRT: &str = "raw/orders/2026-02.csv";

/// A shop whose months have a title and a total, the second also an invalid amount and a row
/// without its order.
fn dirty() -> Shop {
    let settings = "max_rejects: 1\n    on_invalid: null\n    skip_rows: 1\n    footer_rows: 1";
    let shop = Shop::new()
        .edit(DIRT, "40.00", "forty")
        .edit(DIRT, "o5,ada,", ",ada,")
        .edit(PIPELINE, "\"decimal(18,2)\", required: true", "\"decimal(18,2)\"")
        .edit(
            PIPELINE,
            "event_time: ordered_at",
            &format!("event_time: ordered_at\n    {settings}"),
        );
    for month in 1..=3 {
        let path = format!("raw/orders/2026-0{month}.csv");
        let text = format!("Orders of the month\n{}Total,,,1\n", shop.read(&path));
        std::fs::write(shop.path(&path), text).unwrap();
    }
    shop
}

const COUNTS: &str = "select source, files, rows, accepted, rejected, used, after_as_of, late, \
                      nullified, skipped from source_counts";

/// A stage that publishes the counts.
fn counting(shop: Shop) -> Shop {
    let columns =
        ["source: {type: string, description: The source.}"].into_iter().map(str::to_owned).chain(
            "files rows accepted rejected used after_as_of late nullified skipped"
                .split(' ')
                .map(|name| format!("{name}: {{type: int64, description: A count.}}")),
        );
    let columns: Vec<String> = columns.map(|line| format!("  {line}\n")).collect();
    let yaml = format!(
        "description: Counts.\nkey: [source]\ncolumns:\n{}publish: {{}}\n",
        columns.concat()
    );
    shop.with("sql/core/a_counts.sql", COUNTS).with("sql/core/a_counts.yaml", &yaml)
}

#[test]
fn what_is_left_out_and_what_became_null_is_told() {
    let shop = dirty();
    let ended = shop.run("2026-03-01", &[]);
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    let (_, read) = ended.stdout.split_once("read\n").unwrap();
    let (read, _) = read.split_once("\n\n").unwrap();
    assert_snapshot!(steady(read), @r"
    raw_orders: 6 rows in 3 files [size] B) = 5 accepted + 1 rejected, 1 after as-of
      newest row of 2026-02-14T12:00:00Z, 14 days before as-of; newest file of [moment]
      1 cells are NULL: 1 bad_number in `amount`
      3 left out by `skip_rows`, first raw/orders/2026-01.csv:1: `Orders of the month`
      3 left out by `footer_rows`, first raw/orders/2026-01.csv:5: `Total,,,1`
    ");
    let source = &shop.results()["sources"][0];
    let nullified = json!([{
        "column": "amount", "reason": "bad_number", "rows": 1, "example": "raw/orders/2026-02.csv:4: `forty`",
    }]);
    assert_eq!(source["nullified"], nullified);
    let skipped = json!([
        {"setting": "skip_rows", "rows": 3, "example": "raw/orders/2026-01.csv:1: `Orders of the month`"},
        {"setting": "footer_rows", "rows": 3, "example": "raw/orders/2026-01.csv:5: `Total,,,1`"},
    ]);
    assert_eq!(source["skipped"], skipped);
}

#[test]
fn a_stage_that_reads_the_counts_comes_after_all_that_reads_the_sources() {
    let shop = counting(dirty());
    let ended = shop.run("2026-03-01", &[]);
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    let counts = shop.patronage(&["show", PIPELINE, "a_counts"]).stdout;
    assert_snapshot!(counts, @r"
    +------------+-------+------+----------+----------+------+-------------+------+-----------+---------+
    | source     | files | rows | accepted | rejected | used | after_as_of | late | nullified | skipped |
    +------------+-------+------+----------+----------+------+-------------+------+-----------+---------+
    | raw_orders | 3     | 6    | 5        | 1        | 4    | 1           |      | 1         | 6       |
    +------------+-------+------+----------+----------+------+-------------+------+-----------+---------+
    ");
    let published = shop.published();
    let ended = shop.run("2026-03-01", &["--threads", "1"]);
    assert_eq!((ended.code, shop.published()), (0, published.clone()), "{}", ended.stderr);
    // Asked for alone, it says the same.
    let ended = shop.run("2026-03-01", &["--select", "a_counts"]);
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    assert_eq!(shop.patronage(&["show", PIPELINE, "a_counts"]).stdout, counts);
}

#[test]
fn checks_and_headlines_read_reasons_as_a_table() {
    let headline = "  Unread: select sum(rows) from source_reasons where outcome = 'nullified' and reason = 'bad_number'\n";
    let check = "select * from source_counts where rows != accepted + rejected or rejected > 0";
    let shop = counting(dirty()).edit(PIPELINE, "headlines:\n", &format!("headlines:\n{headline}"));
    let yaml = format!(
        "{}checks:\n  - no_rows: {{sql: sql/checks/clean.sql}}\n",
        shop.read("sql/core/a_counts.yaml")
    );
    let shop = shop.with("sql/checks/clean.sql", check).with("sql/core/a_counts.yaml", &yaml);
    assert_eq!(shop.run("2026-03-01", &[]).code, 1);
    let shop = shop.edit("sql/checks/clean.sql", " or rejected > 0", "");
    let ended = shop.run("2026-03-01", &[]);
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    assert_eq!(shop.results()["headlines"][0]["value"], "1");
}

#[test]
fn no_table_of_a_project_can_be_the_counts() {
    for name in ["source_counts", "source_reasons"] {
        let shop = Shop::new().edit(PIPELINE, "  raw_orders:\n", &format!("  {name}:\n"));
        let mistakes = shop.patronage(&["check", PIPELINE]).stderr;
        assert!(mistakes.contains(&format!("already has a table `{name}`")), "{mistakes}");
    }
}

#[test]
fn margins_that_cannot_be_are_mistakes() {
    let shop = Shop::new().edit(
        PIPELINE,
        "event_time: ordered_at",
        "event_time: ordered_at\n    header_rows: 0\n    names_row: 2\n    footer_rows: 5000\n    record_path: a..b",
    );
    assert_snapshot!(shop.mistakes(), @r"
    error[margins]: `0` is not between 1 and 1000
      --> pipelines/shop.yaml:10:18
       |
    10 |     header_rows: 0
       |                  ^
       |
       = help: write `header: false` where no row names the columns

    error[margins]: these are no rows of a header of 1
      --> pipelines/shop.yaml:11:16
       |
    11 |     names_row: 2
       |                ^
       |
       = help: count them from 1, upwards, and say `header_rows`

    error[margins]: `5000` is not between 0 and 1000
      --> pipelines/shop.yaml:12:18
       |
    12 |     footer_rows: 5000
       |                  ^^^^
       |
       = help: give the number of rows that every file has there

    error[record-path]: `record_path` is for `format: json`
      --> pipelines/shop.yaml:13:18
       |
    13 |     record_path: a..b
       |                  ^^^^
       |
       = help: leave it out
    ");
}
