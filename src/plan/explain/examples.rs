//! An example of every mistake that a project can show.

use super::Example::{self, Canonical, Columns, Outside, Pipeline, Query, Source, Table, Tests};
use crate::diagnostic::Code;

/// The example of each code.
pub(super) fn of(code: Code) -> &'static Example {
    let found = EXAMPLES.iter().find(|(of, _)| *of == code);
    found.map_or(&NONE, |(_, example)| example)
}

const NONE: Example = Outside("There is none.");

/// All codes, in the order of their names.
pub(super) const EXAMPLES: &[(Code, Example)] = &[
    (Code::AcceptedRange, Columns("amount: {type: float64, accepted_range: {min: 5, max: 1}}")),
    (Code::AcceptedValues, Columns("amount: {type: float64, accepted_values: []}")),
    (
        Code::AmbiguousColumn,
        Query(
            "select order_id from raw_orders as one join raw_orders as other on one.order_id = other.order_id",
        ),
    ),
    (Code::BadName, Columns(r#""": {type: string}"#)),
    (Code::BooleanWords, Columns("paid: {type: boolean, true_values: [x], false_values: [X]}")),
    (Code::Comment, Source(r#"comment: "//""#)),
    (Code::Cycle, Query("select * from orders")),
    (Code::Deleted, Source("deleted: {column: order_id, values: [gone]}")),
    (Code::Delimiter, Source(r#"delimiter: ";;""#)),
    (Code::DuplicateColumn, Query("select order_id, amount as order_id from raw_orders")),
    (
        Code::DuplicateKey,
        Table(
            r"description: Orders.
description: All orders.",
            "select * from raw_orders",
        ),
    ),
    (
        Code::DuplicateName,
        Pipeline(
            r"params:
  as_of: {type: date}",
        ),
    ),
    (Code::DuplicatePipeline, Outside("Two files in `pipelines/` begin with `pipeline: shop`.")),
    (Code::Encoding, Source("encoding: latin-99")),
    (Code::Escape, Source(r#"escape: "\\\\""#)),
    (Code::EventTime, Source("event_time: ordered_at")),
    (Code::Exclude, Source(r#"exclude: "[a""#)),
    (Code::Freshness, Source("freshness: {warn_after: 1 day}")),
    (Code::From, Columns("amount: {type: float64, from: []}")),
    (
        Code::Headline,
        Pipeline(
            r"headlines:
  Orders: select count(*), sum(amount) from orders",
        ),
    ),
    (
        Code::History,
        Table(
            r"key: [order_id]
history: {key: [order_id], at: ordered_at}",
            "select * from raw_orders",
        ),
    ),
    (Code::Key, Source("key: [amount]")),
    (Code::LateAfter, Source("late_after: 2 days")),
    (Code::LinkOut, Outside("`sql/orders.sql` is a link to `/home/ada/orders.sql`.")),
    (Code::Location, Pipeline("warehouse: ftp://somewhere/warehouse")),
    (Code::Margins, Source("header_rows: 2000")),
    (Code::Mark, Columns(r#"amount: {type: float64, decimal_mark: "1"}"#)),
    (
        Code::MissingColumn,
        Table(
            r"columns:
  total: {type: float64}",
            "select * from raw_orders",
        ),
    ),
    (Code::MissingKey, Table("history: {key: [order_id]}", "select * from raw_orders")),
    (Code::MissingVariable, Pipeline("warehouse: ${NOWHERE_SET}/warehouse")),
    (Code::NoAnswer, Outside("`cast(name as int64)` met the text `ten` in the 3rd row.")),
    (Code::NoFamily, Pipeline("use: [loyalti]")),
    (
        Code::NoFile,
        Table(
            r"checks:
  - no_rows: {sql: sql/checks/nothing.sql}",
            "select * from raw_orders",
        ),
    ),
    (Code::NoSession, Outside("The process may not create any file.")),
    (Code::NoSourceFile, Pipeline("source_files: [sources/shpo.yaml]")),
    (Code::NoStage, Pipeline("stages: [sql/ordres/*]")),
    (Code::NoValue, Table("description:", "select * from raw_orders")),
    (
        Code::NotGrouped,
        Query("select order_id, sum(amount) as amount from raw_orders group by ordered_at"),
    ),
    (Code::NotOneQuery, Query("drop table raw_orders")),
    (Code::NotReproducible, Query("select now() as built_at from raw_orders")),
    (
        Code::OnlyPartitions,
        Table(
            r"columns: {order_id: {type: string, description: The order.}}
publish: {partition_by: [order_id]}",
            "select order_id from raw_orders",
        ),
    ),
    (Code::Optional, Columns("amount: {type: float64, required: true, optional: true}")),
    (Code::OutOfRange, Query("select 99999999999999999999999999 as many from raw_orders")),
    (Code::OwnOutput, Source("location: warehouse/quarantine/*.csv")),
    (Code::Pattern, Columns(r#"order_id: {type: string, pattern: "(["}"#)),
    (
        Code::PerPeriod,
        Table(
            r"columns: {order_id: {description: The order.}, ordered_at: {description: When.}}
publish: {}",
            "select order_id, ordered_at from raw_orders where ordered_at < $period_end",
        ),
    ),
    (Code::Quote, Source(r#"quote: "<<""#)),
    (Code::RecordPath, Source("record_path: data")),
    (Code::ReservedColumn, Query("select order_id, $period_start as period from raw_orders")),
    (
        Code::SharedColumn,
        Query(
            "select order_id from raw_orders as one full join raw_orders as other using (order_id)",
        ),
    ),
    (Code::Sheet, Source("sheet: Orders")),
    (Code::Sql, Query("select sum(sum(amount)) as twice from raw_orders")),
    (
        Code::Subquery,
        Query(
            "select case when amount < any (select amount from raw_orders) then 1 else 2 end as one from raw_orders",
        ),
    ),
    (Code::Superseded, Source("superseded: quarantine")),
    (Code::Syntax, Query("select order_id from where amount > 1")),
    (
        Code::TestExpectation,
        Tests("tests:\n  no_orders:\n    given: {raw_orders: []}", "select * from raw_orders"),
    ),
    (
        Code::TestInput,
        Tests(
            "tests:\n  no_orders:\n    given: {raw_order: []}\n    expect: []",
            "select * from raw_orders",
        ),
    ),
    (
        Code::TestRow,
        Tests(
            "tests:\n  one_order:\n    given:\n      raw_orders:\n        - {order_id: a, amount: 2.50}\n    expect: []",
            "select * from raw_orders",
        ),
    ),
    (
        Code::TestStage,
        Outside(
            "`sql/order.tests.yaml` stands beside `sql/orders.sql`, and there is no `sql/order.sql`.",
        ),
    ),
    (
        Code::TestTime,
        Tests(
            "tests:\n  no_orders:\n    expect: []",
            "select * from raw_orders where ordered_at < $as_of",
        ),
    ),
    (Code::ThousandsMark, Columns(r#"amount: {type: float64, thousands_mark: "."}"#)),
    (Code::TimeFormat, Columns("ordered_at: {type: timestamp, format: YYYY-MM-DD}")),
    (Code::TimeZone, Pipeline("time_zone: Paris")),
    (
        Code::TooDeep,
        Query(
            "select (((((((((((((((((((((((((((((((((((((((((((((((((((1))))))))))))))))))))))))))))))))))))))))))))))))))) as one",
        ),
    ),
    (
        Code::TooLarge,
        Query(
            "select count(*) as orders from raw_orders group by cube (a, b, c, d, e, f, g, h, i, j, k, l, m)",
        ),
    ),
    (Code::UnclosedVariable, Pipeline("warehouse: ${WAREHOUSE")),
    (Code::UndescribedColumn, Table("publish: {}", "select order_id from raw_orders")),
    (Code::UnknownClause, Query("select order_id from raw_orders limit 10 by order_id")),
    (Code::UnknownColumn, Query("select amuont from raw_orders")),
    (
        Code::UnknownConcept,
        Table(
            r"columns:
  order_id: {concept: L99}",
            "select * from raw_orders",
        ),
    ),
    (Code::UnknownFunction, Query("select lenght(order_id) as size from raw_orders")),
    (Code::UnknownKey, Table("descriptoin: Orders.", "select * from raw_orders")),
    (Code::UnknownParameter, Query("select order_id from raw_orders where amount > $least")),
    (Code::UnknownTable, Query("select order_id from raw_ordres")),
    (Code::UnknownValue, Source("missing_columns: whatever")),
    (Code::Unreadable, Outside("`pipelines/shop.yaml` is not there.")),
    (
        Code::Untyped,
        Canonical(
            r"columns:
  product_id: {description: The product.}",
        ),
    ),
    (
        Code::Version,
        Source(
            r"key: [order_id]
version: [ordered_at]",
        ),
    ),
    (
        Code::Window,
        Query(
            "select sum(amount) over (w partition by ordered_at) as total from raw_orders window w as (partition by order_id)",
        ),
    ),
    (Code::WrongArgument, Query("select round(ordered_at) as rounded from raw_orders")),
    (
        Code::WrongCheck,
        Table(
            r"checks:
  - {not_null: [order_id], unique: [order_id]}",
            "select * from raw_orders",
        ),
    ),
    (Code::WrongType, Query("select order_id + 1 as next from raw_orders")),
    (Code::Yaml, Table("key: [order_id", "select * from raw_orders")),
    (
        Code::ZeroPadding,
        Source(
            r"format: avro
zero_padding: true",
        ),
    ),
];
