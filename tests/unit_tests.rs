//! The tests of the shipped stages, and many tests of one stage.

use std::fmt::Write;
use std::fs;

use crate::support::program::{Ended, command};
use crate::support::repository;
use crate::support::shop::{PIPELINE, Shop};

/// With the parameters of one pipeline, and with those of another that differ.
#[test]
fn the_tests_of_shipped_stages_pass() {
    for pipeline in ["pipelines/nightly.yaml", "pipelines/complete_journey.yaml"] {
        let output = command(repository()).args(["test", pipeline]).output().unwrap();
        let Ended { code, stdout, stderr } = Ended::of(&output);
        assert_eq!(code, 0, "{pipeline}:\n{stdout}{stderr}");
        assert!(stdout.ends_with(" passed\n"), "{stdout}");
    }
}

/// A stage whose plan keeps what it has once found: the rows of one side of a join, the answer of a subquery.
const KEEPING: &str = "
    select orders.customer_id, count(*) as orders, (select max(amount) from orders) as spend
    from orders
    left join refunds on refunds.order_id = orders.order_id
    where refunds.order_id is null and $period_start < $period_end
    group by orders.customer_id
    ";

/// Many tests of one stage, each with another answer: none of them sees the rows of another.
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
    let shop = Shop::new().with("sql/core/activity.sql", KEEPING);
    fs::write(shop.path("sql/core/activity.tests.yaml"), tests).unwrap();
    let ended = shop.patronage(&["test", PIPELINE]);
    assert!(
        ended.stdout.ends_with(&format!("{MANY} passed\n")),
        "{}{}",
        ended.stdout,
        ended.stderr
    );
}
