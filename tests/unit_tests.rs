//! The tests of the shipped stages, by every shipped pipeline that has such a stage.

use std::fmt::Write;
use std::fs;

use crate::support::program::command;
use crate::support::repository;
use crate::support::shop::{PIPELINE, Shop};

#[test]
fn the_tests_of_shipped_stages_pass_in_every_pipeline() {
    for entry in fs::read_dir(repository().join("pipelines")).unwrap() {
        let pipeline = entry.unwrap().path();
        let output = command(repository()).arg("test").arg(&pipeline).output().unwrap();
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let said = text(&output.stdout) + &text(&output.stderr);
        assert!(output.status.success(), "{}:\n{said}", pipeline.display());
    }
}

/// Many tests of one stage, each with another answer, in one pipeline: none of them sees the rows of another.
#[test]
fn many_tests_share_a_plan_and_nothing_else() {
    const MANY: usize = 200;
    let mut tests = String::from("period: 2026-01-15\nmissing_columns: null\ntests:\n");
    for number in 0..MANY {
        let _ = write!(
            tests,
            "  test_{number}:\n    given:\n      orders:\n        - {{order_id: a, customer_id: c{number}, ordered_at: 2026-01-01, amount: {number}}}\n    expect:\n      - {{customer_id: c{number}, orders: 1, spend: {number}}}\n"
        );
    }
    let shop = Shop::new();
    fs::write(shop.path("sql/core/activity.tests.yaml"), tests).unwrap();
    let ended = shop.patronage(&["test", PIPELINE]);
    assert!(
        ended.stdout.ends_with(&format!("{MANY} passed\n")),
        "{}{}",
        ended.stdout,
        ended.stderr
    );
}
