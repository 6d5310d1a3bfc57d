//! Arithmetic that has no answer, and text beside numbers: where it was written, and the exit code.

use insta::assert_snapshot;

use super::Shop;

/// A shop that also adds up points, of which two customers have the maximum of an int64.
fn points(sql: &str) -> Shop {
    Shop::new()
        .edit(
            "pipelines/shop.yaml",
            "stages:",
            "  raw_points:\n    location: raw/points.csv\n    format: csv\n    columns:\n      \
             customer_id: {type: string, required: true}\n      points: {type: int64}\n      \
             price: {type: \"decimal(18,2)\"}\nstages:",
        )
        .with(
            "raw/points.csv",
            "
            customer_id,points,price
            ada,9223372036854775807,10.00
            bob,9223372036854775807,0.00
            ",
        )
        .with("sql/core/points.sql", sql)
        .with(
            "sql/core/points.yaml",
            "
            description: Points of all customers.
            columns:
              points: {description: The points.}
            publish: {}
            ",
        )
}

/// What a run that fails in arithmetic says, from the error on.
fn error(shop: &Shop) -> String {
    let ended = shop.run("2026-03-01", &[]);
    assert_eq!((ended.code, ended.stdout.as_str()), (1, ""), "{}", ended.stderr);
    assert_eq!(shop.results()["failure_kind"], "contract");
    assert!(shop.published().is_empty());
    let at = ended.stderr.find("error").expect("an error");
    ended.stderr[at..].to_owned()
}

#[test]
fn an_operator_without_an_answer_is_pointed_at() {
    let shop =
        points("select max(price) as price,\n    max(points + 1) as points\nfrom raw_points");
    let shop =
        shop.edit("sql/core/points.yaml", "columns:", "columns:\n  price: {description: A price.}");
    assert_snapshot!(error(&shop), @r"
    error[out-of-range]: `9223372036854775807 + 1` is beyond int64
     --> sql/core/points.sql:2:9
      |
    2 |     max(points + 1) as points
      |         ^^^^^^^^^^
      |
      = help: cast to a wider decimal before, or to float64 where digits may be lost
    ");
}

#[test]
fn a_sum_without_an_answer_is_pointed_at() {
    let shop = points("select sum(points) as points from raw_points");
    assert_snapshot!(error(&shop), @r"
    error[out-of-range]: the sum, 18446744073709551614, is beyond int64
     --> sql/core/points.sql:1:8
      |
    1 | select sum(points) as points from raw_points
      |        ^^^^^^^^^^
      |
      = help: cast to a wider decimal before, or to float64 where digits may be lost
    ");
}

#[test]
fn a_running_sum_without_an_answer_is_pointed_at() {
    let shop = points(
        "select max(so_far) as points\nfrom (select sum(points) over (order by customer_id) as so_far from raw_points)",
    );
    assert_snapshot!(error(&shop), @r"
    error[out-of-range]: the sum, 18446744073709551614, is beyond int64
     --> sql/core/points.sql:2:14
      |
    2 | from (select sum(points) over (order by customer_id) as so_far from raw_points)
      |              ^^^^^^^^^^
      |
      = help: cast to a wider decimal before, or to float64 where digits may be lost
    ");
}

#[test]
fn an_operator_of_a_stage_that_is_folded_into_its_reader_is_pointed_at_in_its_own_file() {
    let shop = points("select max(points) as points from doubled")
        .with("sql/core/doubled.sql", "\n-- Twice.\nselect points * 2 as points from raw_points\n");
    assert_snapshot!(error(&shop), @r"
    error[out-of-range]: `9223372036854775807 * 2` is beyond int64
     --> sql/core/doubled.sql:2:8
      |
    2 | select points * 2 as points from raw_points
      |        ^^^^^^^^^^
      |
      = help: cast to a wider decimal before, or to float64 where digits may be lost
    ");
}

#[test]
fn a_division_by_zero_is_pointed_at() {
    let shop = points("select max(10 / price) as points from raw_points");
    assert_snapshot!(error(&shop), @r"
    error[out-of-range]: `10 / 0.00` divides by zero
     --> sql/core/points.sql:1:12
      |
    1 | select max(10 / price) as points from raw_points
      |            ^^^^^^^^^^
      |
      = help: divide by `nullif(…, 0)` where NULL is the answer to that; a condition beside it does not keep zeros away
    ");
}

#[test]
fn a_headline_without_an_answer_is_pointed_at() {
    let shop = points("select max(points) as points from raw_points");
    let shop = shop.edit(
        "pipelines/shop.yaml",
        "headlines:",
        "headlines:\n  Points: select points + points from points",
    );
    assert_snapshot!(error(&shop), @r"
    error[out-of-range]: `9223372036854775807 + 9223372036854775807` is beyond int64
      --> pipelines/shop.yaml:27:18
       |
    27 |   Points: select points + points from points
       |                  ^^^^^^^^^^^^^^^
       |
       = help: cast to a wider decimal before, or to float64 where digits may be lost
    ");
}

#[test]
fn a_check_without_an_answer_is_pointed_at() {
    let shop = points("select max(points) as points from raw_points")
        .edit(
            "sql/core/points.yaml",
            "publish",
            "checks:\n  - no_rows: {sql: sql/checks/points.sql}\npublish",
        )
        .with("sql/checks/points.sql", "\nselect * from points where points * points < 0\n");
    assert_snapshot!(error(&shop), @r"
    error[out-of-range]: `9223372036854775807 * 9223372036854775807` is beyond int64
     --> sql/checks/points.sql:1:28
      |
    1 | select * from points where points * points < 0
      |                            ^^^^^^^^^^^^^^^
      |
      = help: cast to a wider decimal before, or to float64 where digits may be lost
    ");
}

#[test]
fn constants_without_an_answer_are_mistakes() {
    let shop = points("select max(points) + 9223372036854775807 * 2 as points from raw_points");
    assert_snapshot!(shop.mistakes(), @r"
    error[out-of-range]: `9223372036854775807 * 2` is beyond int64
     --> sql/core/points.sql:1:22
      |
    1 | select max(points) + 9223372036854775807 * 2 as points from raw_points
      |                      ^^^^^^^^^^^^^^^^^^^^^^^
      |
      = help: cast to a wider decimal before, or to float64 where digits may be lost
    ");
}

#[test]
fn a_whole_number_beyond_64_bits_is_a_mistake() {
    let shop = points("select max(points) - 99999999999999999999 as points from raw_points");
    assert_snapshot!(shop.mistakes(), @r"
    error[out-of-range]: `99999999999999999999` is beyond every integer and float
     --> sql/core/points.sql:1:22
      |
    1 | select max(points) - 99999999999999999999 as points from raw_points
      |                      ^^^^^^^^^^^^^^^^^^^^
      |
      = help: write `cast('99999999999999999999' as decimal(38,0))`, or a float such as `1e20`
    ");
}

#[test]
fn an_approximation_is_a_mistake() {
    let shop = points("select approx_median(points) as points from raw_points");
    assert_snapshot!(shop.mistakes(), @r"
    error[not-reproducible]: `approx_median` may give another answer in every run
     --> sql/core/points.sql:1:8
      |
    1 | select approx_median(points) as points from raw_points
      |        ^^^^^^^^^^^^^
      |
      = help: use `percentile_cont` or `median`, which are exact
    ");
}

#[test]
fn text_beside_a_number_is_a_mistake() {
    let shop = points(
        "select max(points) as points\nfrom raw_points\njoin orders on orders.order_id = raw_points.points",
    );
    assert_snapshot!(shop.mistakes(), @r"
    error[wrong-type]: `orders.order_id` is text, but used as int64
     --> sql/core/points.sql:3:16
      |
    3 | join orders on orders.order_id = raw_points.points
      |                ^^^^^^^^^^^^^^^
      |
      = help: cast the other side to text with `cast(… as string)`; where the text always is a value of type int64, cast it: `cast(orders.order_id as …)`
    ");
}

#[test]
fn text_as_a_moment_in_an_argument_is_a_mistake() {
    let shop = points(
        "select max(points) as points\nfrom raw_points\nwhere date_trunc('month', customer_id) is null",
    );
    assert_snapshot!(shop.mistakes(), @r"
    error[wrong-type]: `raw_points.customer_id` is text, but used as timestamp
     --> sql/core/points.sql:3:27
      |
    3 | where date_trunc('month', customer_id) is null
      |                           ^^^^^^^^^^^
      |
      = help: cast the other side to text with `cast(… as string)`; where the text always is a value of type timestamp, cast it: `cast(raw_points.customer_id as …)`
    ");
}

#[test]
fn money_beside_a_distinct_count_is_added_up() {
    let shop = points(
        "select sum(price) as points, count(distinct customer_id) as customers, sum(distinct price) as prices\n\
         from raw_points\nhaving count(distinct customer_id) > 1",
    );
    let shop = shop.edit(
        "sql/core/points.yaml",
        "columns:",
        "columns:\n  customers: {description: Customers.}\n  prices: {description: Prices.}",
    );
    assert_eq!(shop.run("2026-03-01", &[]).code, 0);
    let shown = shop.patronage(&["show", super::PIPELINE, "points"]);
    assert_snapshot!(shown.stdout, @r"
    +--------+-----------+--------+
    | points | customers | prices |
    +--------+-----------+--------+
    | 10.00  | 2         | 10.00  |
    +--------+-----------+--------+
    ");
}

/// What has no operator is shown where its query starts.
#[test]
fn a_value_that_a_cast_or_a_function_has_no_answer_for_is_told_with_its_query() {
    for (sql, value) in [
        ("select max(cast(customer_id as bigint)) as points from raw_points", "'ada'"),
        ("select max(factorial(points)) as points from raw_points", "9223372036854775807"),
        ("select max(abs(-points - 1)) as points from raw_points", "overflow"),
        (
            "select max(coalesce(cast(points as decimal(38,2)), cast(1 as decimal(38,20)))) as points from raw_points",
            "9223372036854775807",
        ),
    ] {
        let said = error(&points(sql));
        assert!(said.starts_with("error[no-answer]: stage `points`: "), "{said}");
        assert!(said.contains(" --> sql/core/points.sql:1:1\n"), "{said}");
        assert!(said.to_lowercase().contains(value), "{said}");
        assert_eq!(said.contains("`try_cast`"), sql.contains("cast("), "{said}");
    }
}

#[test]
fn types_that_no_file_holds_and_no_arithmetic_guards_are_refused_by_check() {
    for (sql, said, at) in [
        (
            "select sum(interval '1 day') as points from raw_points",
            "a length of time, which readers do not know",
            "1:33",
        ),
        (
            "select sum(cast(points as decimal(76,0))) as points from raw_points",
            "decimals have at most 38 digits",
            "1:",
        ),
        (
            "select max(n) as points\nfrom (select count(*) over (order by customer_id range between 1 preceding and current row) as n from raw_points)",
            "cannot be counted over",
            "2:38",
        ),
        (
            "select percentile_cont(1.5) within group (order by points) as points from raw_points",
            "from 0 to 1, not 1.5",
            "1:",
        ),
        (
            "select max(n) as points from (select grouping(points) over (order by points) as n from raw_points)",
            "has no window",
            "1:",
        ),
    ] {
        let checked = points(sql).patronage(&["check", "pipelines/shop.yaml"]);
        assert_eq!(checked.code, 2, "{}", checked.stderr);
        assert!(checked.stderr.contains(said), "{}", checked.stderr);
        assert!(
            checked.stderr.contains(&format!("sql/core/points.sql:{at}")),
            "{}",
            checked.stderr
        );
    }
}
