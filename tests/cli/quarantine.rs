//! Rows that are not accepted: kept with their reason, and taken back corrected.

use insta::assert_snapshot;

use super::{Ended, PIPELINE, Shop};

const DIRT: &str = "raw/orders/2026-02.csv";

/// Two rows that cannot be used, and a source that allows it.
fn dirty() -> Shop {
    Shop::new().edit(DIRT, "40.00", "forty").edit(DIRT, "o5,ada,", "o5,,").edit(
        PIPELINE,
        "event_time: ordered_at",
        "event_time: ordered_at\n    max_rejects: 2",
    )
}

impl Shop {
    fn quarantine(&self) -> String {
        self.patronage(&["show", PIPELINE, "quarantine"]).stdout
    }

    fn replay(&self, corrections: &str) -> Ended {
        let first = ["replay", PIPELINE, "--as-of", "2026-03-01", "--corrections"];
        self.patronage(&[&first[..], &[corrections]].concat())
    }

    fn counts(&self) -> [u64; 4] {
        let source = &self.results()["sources"][0];
        let count = |name: &str| source[name].as_u64().unwrap();
        [count("rows"), count("accepted"), count("rejected"), count("corrected")]
    }
}

#[test]
fn rejected_rows_are_a_table_with_their_place_and_reason() {
    let shop = dirty();
    assert_eq!(shop.run("2026-03-01", &[]).code, 0);
    assert_eq!(shop.counts(), [6, 4, 2, 0]);
    assert_snapshot!(shop.quarantine(), @r"
    +----------+------------+---------------------------+------------------------+------+-------------+------------------+-------+----------------------------------+
    | pipeline | source     | run                       | file                   | line | column      | reason           | value | raw                              |
    +----------+------------+---------------------------+------------------------+------+-------------+------------------+-------+----------------------------------+
    | shop     | raw_orders | shop@2026-03-01T00:00:00Z | raw/orders/2026-02.csv | 3    | amount      | bad_number       | forty | o4,cyd,2026-02-14 12:00:00,forty |
    | shop     | raw_orders | shop@2026-03-01T00:00:00Z | raw/orders/2026-02.csv | 4    | customer_id | missing_required |       | o5,,2026-02-27 08:15:00,12.00    |
    +----------+------------+---------------------------+------------------------+------+-------------+------------------+-------+----------------------------------+
    ");
}

#[test]
fn a_source_without_rejects_leaves_its_quarantine_empty() {
    let shop = dirty();
    assert_eq!(shop.run("2026-03-01", &[]).code, 0);
    let shop = shop.edit(DIRT, "forty", "40.00").edit(DIRT, "o5,,", "o5,ada,");
    assert_eq!(shop.run("2026-03-01", &[]).code, 0);
    assert_snapshot!(shop.quarantine(), @r"
    +----------+--------+-----+------+------+--------+--------+-------+-----+
    | pipeline | source | run | file | line | column | reason | value | raw |
    +----------+--------+-----+------+------+--------+--------+-------+-----+
    +----------+--------+-----+------+------+--------+--------+-------+-----+
    ");
}

#[test]
fn too_many_rejects_stop_the_run_and_can_be_looked_at() {
    let shop = dirty().edit(PIPELINE, "max_rejects: 2", "max_rejects: 10%");
    let ended = shop.run("2026-03-01", &[]);
    assert_eq!(ended.code, 1);
    assert!(shop.published().is_empty());
    let (_, error) = ended.stderr.split_once("error: ").unwrap();
    assert_snapshot!(error, @r"
    source `raw_orders`: 2 of 6 rows rejected, 10% allowed
      1 × bad_number in `amount`, first at raw/orders/2026-02.csv:3: `forty`
      1 × missing_required in `customer_id`, first at raw/orders/2026-02.csv:4: ``
    help: mend the files, or raise `max_rejects` of the source
    ");
    let staged = shop.patronage(&["show", PIPELINE, "quarantine", "--staged"]).stdout;
    assert!(staged.contains("o4,cyd,2026-02-14 12:00:00,forty"), "{staged}");
}

#[test]
fn corrected_rows_come_back_exactly_once() {
    let mended = format!(
        "source,file,line,raw\n\
         raw_orders,{DIRT},3,\"o4,cyd,2026-02-14 12:00:00,40.00\"\n\
         raw_orders,{DIRT},4,\"o5,,2026-02-27 08:15:00,12.00\"\n"
    );
    let shop = dirty().with("mended.csv", &mended);
    assert_eq!(shop.run("2026-03-01", &[]).code, 0);
    let ended = shop.replay("mended.csv");
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    assert!(ended.stderr.contains("1 rows corrected, 1 as before"), "{}", ended.stderr);
    assert_eq!(shop.counts(), [6, 5, 1, 1]);
    let once = shop.published();

    assert_eq!(shop.replay("mended.csv").code, 0);
    assert_eq!(shop.results()["unchanged"], true);
    assert_eq!(shop.run("2026-03-01", &[]).code, 0);
    assert_eq!((shop.counts(), shop.published()), ([6, 5, 1, 1], once));
    let customers = shop.patronage(&["show", PIPELINE, "customers"]).stdout;
    assert!(customers.contains("| cyd         | 2026-02-14T12:00:00 | 40.00 |"), "{customers}");
}

#[test]
fn a_correction_that_is_wrong_too_stays_in_the_quarantine_until_it_is_right() {
    let line = |amount: &str| {
        format!(
            "source,file,line,raw\nraw_orders,{DIRT},3,\"o4,cyd,2026-02-14 12:00:00,{amount}\"\n"
        )
    };
    let shop = dirty().with("mended.csv", &line("4O.00"));
    assert_eq!(shop.run("2026-03-01", &[]).code, 0);
    assert_eq!(shop.replay("mended.csv").code, 0);
    assert_eq!(shop.counts(), [6, 4, 2, 1]);
    let shop = shop.with("mended.csv", &line("40.00"));
    assert_eq!(shop.replay("mended.csv").code, 0);
    assert_eq!(shop.counts(), [6, 5, 1, 1]);
}

#[test]
fn a_correction_of_a_line_that_says_something_else_now_is_not_used() {
    let shop = dirty().with(
        "mended.csv",
        "source,file,line,raw\nraw_orders,raw/orders/2026-02.csv,3,\"o4,cyd,2026-02-14 12:00:00,40.00\"\n",
    );
    assert_eq!(shop.run("2026-03-01", &[]).code, 0);
    assert_eq!(shop.replay("mended.csv").code, 0);
    let shop = shop.edit(DIRT, "forty", "fifty");
    assert_eq!(shop.run("2026-03-01", &[]).code, 0);
    assert_eq!(shop.counts(), [6, 4, 2, 0]);
}

#[test]
fn rows_that_are_not_in_the_quarantine_cannot_be_replayed() {
    let shop = dirty()
        .with("mended.csv", "source,file,line,raw\nraw_orders,raw/orders/2026-01.csv,2,x\n")
        .with("short.csv", "source,file,line\nraw_orders,raw/orders/2026-01.csv,2\n")
        .with("mended.txt", "nothing\n");
    assert_eq!(shop.run("2026-03-01", &[]).code, 0);
    let ended = shop.replay("mended.csv");
    assert_eq!(ended.code, 1);
    assert_snapshot!(ended.stderr, @r"
    error: rows that are not in the quarantine: 1, the first `raw_orders`, raw/orders/2026-01.csv:2
    help: export the rows again: a later run may have accepted them, or the file has changed
    ");
    assert_snapshot!(shop.replay("short.csv").stderr, @r"
    error: `short.csv` has no column `raw`; it has `source`, `file`, `line`
    help: correct the name, or let `missing_columns: null` allow what is not required
    ");
    assert_snapshot!(shop.replay("mended.txt").stderr, @r"
    error: `mended.txt` is neither `.csv`, `.ndjson` nor `.parquet`
    help: export rows of the table `quarantine` to such a file
    ");
}

#[test]
fn no_table_of_a_project_can_be_the_quarantine() {
    let shop = Shop::new().edit(PIPELINE, "  raw_orders:\n", "  quarantine:\n");
    let mistakes = shop.patronage(&["check", PIPELINE]).stderr;
    assert!(mistakes.contains("every pipeline already has a table `quarantine`"), "{mistakes}");
    let records = Shop::new().edit(PIPELINE, "  raw_orders:\n", "  _patronage:\n");
    let mistakes = records.patronage(&["check", PIPELINE]).stderr;
    assert!(mistakes.contains("every warehouse already has a folder `_patronage`"), "{mistakes}");
}

#[test]
fn a_pipeline_has_a_name_that_its_rejected_rows_can_go_by() {
    for (name, told) in [("''", "the pipeline has no name"), (&"n".repeat(250), "259 bytes")] {
        let shop = Shop::new().edit(PIPELINE, "pipeline: shop", &format!("pipeline: {name}"));
        let mistakes = shop.mistakes();
        assert!(mistakes.contains("error[bad-name]") && mistakes.contains(told), "{mistakes}");
    }
}

#[test]
fn headlines_and_checks_can_look_at_the_quarantine() {
    let headline = "  Rejected: select count(*) from quarantine where reason = 'bad_number'\n";
    let shop = dirty().edit(PIPELINE, "headlines:\n", &format!("headlines:\n{headline}"));
    assert_eq!(shop.run("2026-03-01", &[]).code, 0);
    assert_eq!(shop.results()["headlines"][0]["value"], "1");
}

#[test]
fn rows_of_a_run_that_failed_are_exported_mended_and_replayed_with_the_documented_commands() {
    let shop = dirty().edit(PIPELINE, "max_rejects: 2", "max_rejects: 1");
    assert_eq!(shop.run("2026-03-01", &[]).code, 1);
    let show = ["show", PIPELINE, "quarantine", "--staged", "--limit", "100000"];
    let rows = shop.patronage(&[&show[..], &["--format", "json"]].concat()).stdout;
    let shop = shop.with("mended.ndjson", &rows.replace("12:00:00,forty", "12:00:00,40.00"));
    let ended = shop.replay("mended.ndjson");
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    assert_eq!(shop.counts(), [6, 5, 1, 1]);
}
