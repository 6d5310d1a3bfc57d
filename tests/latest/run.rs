//! Sources whose rows are versions of things: a run uses the newest and counts the others.

use insta::assert_snapshot;

use crate::support::shop::{PIPELINE, Shop};

/// Orders that were sent again with a new amount, or taken back.
fn corrected() -> Shop {
    Shop::new()
        .edit(
            PIPELINE,
            "    event_time: ordered_at\n",
            "    event_time: sent_at\n    key: [order_id]\n    version: [sent_at]\n    \
             deleted: {column: op, values: [D]}\n",
        )
        .edit(
            PIPELINE,
            "      ordered_at:  {",
            "      op:          {type: string}\n      \
             sent_at:     {type: timestamp, required: true}\n      ordered_at:  {",
        )
        .with(
            "raw/orders/2026-01.csv",
            "
            order_id,customer_id,ordered_at,amount,sent_at,op
            o1,ada,2026-01-05 09:30:00,10.00,2026-01-05 09:30:00,
            o2,bob,2026-01-20 17:45:00,25.50,2026-01-20 17:45:00,
            o3,ada,2026-01-21 10:00:00,7.00,2026-01-21 10:00:00,
            ",
        )
        .with(
            "raw/orders/2026-02.csv",
            "
            order_id,customer_id,ordered_at,amount,sent_at,op
            o1,ada,2026-01-05 09:30:00,11.00,2026-02-02 00:00:00,
            o1,ada,2026-01-05 09:30:00,99.00,2026-01-06 00:00:00,
            o2,bob,2026-01-20 17:45:00,25.50,2026-02-03 00:00:00,D
            o4,cyd,2026-02-14 12:00:00,40.00,2026-02-14 12:00:00,
            ",
        )
        .with(
            "raw/orders/2026-03.csv",
            "
            order_id,customer_id,ordered_at,amount,sent_at,op
            o4,cyd,2026-02-14 12:00:00,1.00,2026-03-01 00:00:00,
            o4,cyd,2026-02-14 12:00:00,much,2026-02-20 00:00:00,
            ",
        )
        .edit(PIPELINE, "    event_time", "    max_rejects: 1\n    event_time")
}

#[test]
fn the_newest_row_before_as_of_wins_and_one_that_says_so_removes_the_key() {
    let shop = corrected();
    let ended = shop.run("2026-03-01", &[]);
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    assert_snapshot!(shop.patronage(&["show", PIPELINE, "customers"]).stdout, @r"
    +-------------+---------------------+-------+
    | customer_id | first_order_at      | spend |
    +-------------+---------------------+-------+
    | ada         | 2026-01-05T09:30:00 | 18.00 |
    | cyd         | 2026-02-14T12:00:00 | 40.00 |
    +-------------+---------------------+-------+
    ");
}

#[test]
fn an_earlier_as_of_sees_what_was_the_newest_then() {
    let shop = corrected();
    assert_eq!(shop.run("2026-02-01", &[]).code, 0);
    assert_snapshot!(shop.patronage(&["show", PIPELINE, "customers"]).stdout, @r"
    +-------------+---------------------+--------+
    | customer_id | first_order_at      | spend  |
    +-------------+---------------------+--------+
    | ada         | 2026-01-05T09:30:00 | 106.00 |
    | bob         | 2026-01-20T17:45:00 | 25.50  |
    +-------------+---------------------+--------+
    ");
}

#[test]
fn every_row_read_is_used_or_counted_as_something_else() {
    let shop = corrected();
    let ended = shop.run("2026-03-01", &[]);
    let line = ended.stdout.lines().find(|line| line.contains("raw_orders")).unwrap().to_owned();
    assert!(
        line.ends_with("8 accepted + 1 rejected, 1 after as-of, 3 superseded, 1 deleted"),
        "{line}"
    );
    let source = &shop.results()["sources"][0];
    let count = |name: &str| source[name].as_u64().unwrap();
    assert_eq!(count("rows"), 9);
    assert_eq!(count("rows"), count("accepted") + count("rejected"));
    assert_eq!(
        count("accepted"),
        count("used") + count("after_as_of") + count("superseded") + count("deleted")
    );
    assert_eq!((count("used"), count("superseded"), count("deleted")), (3, 3, 1));
}

#[test]
fn a_source_that_several_stages_read_is_settled_once() {
    let shop = corrected().with(
        "sql/core/amounts.sql",
        "select order_id, sum(amount) as amount from raw_orders group by order_id",
    );
    let shop = shop.with(
        "sql/core/amounts.yaml",
        "
        description: Amounts by order.
        key: [order_id]
        columns:
          order_id: {type: string, description: The order.}
          amount: {type: \"decimal(18,2)\", description: What it came to., unit: currency}
        publish: {sort_by: [order_id]}
        ",
    );
    assert_eq!(shop.run("2026-03-01", &[]).code, 0);
    assert_snapshot!(shop.patronage(&["show", PIPELINE, "amounts"]).stdout, @r"
    +----------+--------+
    | order_id | amount |
    +----------+--------+
    | o1       | 11.00  |
    | o3       | 7.00   |
    | o4       | 40.00  |
    +----------+--------+
    ");
    assert_eq!(shop.results()["sources"][0]["superseded"], 3);
}

#[test]
fn superseded_rows_can_be_kept_in_the_quarantine() {
    let shop = corrected().edit(
        PIPELINE,
        "    max_rejects: 1\n",
        "    max_rejects: 4\n    superseded: quarantine\n",
    );
    let ended = shop.run("2026-03-01", &[]);
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    let source = &shop.results()["sources"][0];
    let count = |name: &str| source[name].as_u64().unwrap();
    assert_eq!((count("rows"), count("accepted"), count("rejected")), (9, 5, 4));
    assert_eq!((count("used"), count("superseded"), count("deleted")), (3, 0, 1));
    let kept = shop.patronage(&["show", PIPELINE, "quarantine"]);
    assert!(kept.stdout.contains("duplicate_key"), "{}", kept.stdout);
    assert!(kept.stdout.contains(r#""amount":"99.00""#), "{}", kept.stdout);
}

#[test]
fn superseded_rows_in_the_quarantine_count_towards_max_rejects() {
    let shop = corrected().edit(
        PIPELINE,
        "    max_rejects: 1\n",
        "    max_rejects: 3\n    superseded: quarantine\n",
    );
    let ended = shop.run("2026-03-01", &[]);
    assert_eq!(ended.code, 1);
    assert!(ended.stderr.contains("3 × duplicate_key, first at "), "{}", ended.stderr);
}
