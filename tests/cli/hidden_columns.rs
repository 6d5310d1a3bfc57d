//! `_file` and `_line` are there for those who name them, and for nothing else.

use insta::assert_snapshot;

use super::{PIPELINE, Shop};

/// A shop whose points have a row twice, and what a query over them publishes.
fn points(sql: &str) -> String {
    let shop = Shop::new()
        .edit(
            "pipelines/shop.yaml",
            "stages:",
            "  raw_points:\n    location: raw/points.csv\n    format: csv\n    columns:\n      \
             customer_id: {type: string, required: true}\n      points: {type: int64}\nstages:",
        )
        .with("raw/points.csv", "customer_id,points\nada,1\nada,1\nbob,2\n")
        .with("sql/core/points.sql", sql)
        .with(
            "sql/core/points.yaml",
            "
            description: Points of customers.
            columns:
              name: {description: What is counted.}
              n: {description: How many there are.}
            publish: {}
            ",
        );
    let ended = shop.run("2026-03-01", &[]);
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    shop.patronage(&["show", PIPELINE, "points"]).stdout
}

#[test]
fn rows_that_are_alike_are_the_same_row() {
    let sql = "
        select 'distinct' as name, count(*) as n from (select distinct * from raw_points) as t
        union all
        select 'union', count(*) from (select * from raw_points union select * from raw_points) as t
        union all
        select 'except', count(*)
        from (select * from raw_points except select * from raw_points where points < 2) as t
        union all
        select 'natural join', count(*)
        from raw_points natural join (select customer_id, 1 as one from raw_points) as t
        union all
        select 'natural join of itself', count(*) from raw_points as a natural join raw_points as b
        union all
        (with raw_points as (select distinct * from raw_points)
        select 'with its name', count(*) from raw_points)
        union all
        select 'group by all', count(*) from (select * from raw_points group by all) as t
        union all
        select 'by line', count(*) from (select distinct customer_id, _line from raw_points) as t
        union all
        select 'by line beside all', count(*) from (select distinct *, _line from raw_points) as t
        union all
        select 'all in order of lines', count(*)
        from (select distinct * from (select * from raw_points order by _line) as t) as u
    ";
    assert_snapshot!(points(sql), @r"
    +------------------------+---+
    | name                   | n |
    +------------------------+---+
    | all in order of lines  | 2 |
    | by line                | 3 |
    | by line beside all     | 3 |
    | distinct               | 2 |
    | except                 | 1 |
    | group by all           | 2 |
    | natural join           | 5 |
    | natural join of itself | 5 |
    | union                  | 2 |
    | with its name          | 2 |
    +------------------------+---+
    ");
}
