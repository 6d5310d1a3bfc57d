//! SQL and YAML that do not agree, as `patronage check` shows it.

use insta::assert_snapshot;

use super::{PIPELINE, Shop};

#[test]
fn a_promised_column_that_the_query_lacks_is_named() {
    let shop = Shop::new().edit("sql/core/customers.sql", ", sum(amount) as spend", "");
    assert_snapshot!(shop.mistakes(), @r#"
    error[missing-column]: the query does not yield `spend`
     --> sql/core/customers.yaml:6:3
      |
    6 |   spend:          {type: "decimal(18,2)", description: What the customer paid., unit: currency}
      |   ^^^^^
      |
      = help: the columns of the query are `customer_id`, `first_order_at`
    "#);
}

#[test]
fn a_published_column_must_be_described() {
    let shop =
        Shop::new().edit("sql/core/customers.sql", "as spend", "as spend, count(*) as orders");
    assert_snapshot!(shop.mistakes(), @r"
    error[undescribed-column]: `customers` publishes `orders` without describing it
     --> sql/core/customers.sql:1:90
      |
    1 | select customer_id, min(ordered_at) as first_order_at, sum(amount) as spend, count(*) as orders
      |                                                                                          ^^^^^^
      |
      = help: add `orders: {type: int64, description: …}` to `columns` in `sql/core/customers.yaml`
    ");
}

#[test]
fn a_promised_type_must_be_the_type_of_the_query() {
    let shop = Shop::new().edit("sql/core/customers.yaml", "{type: timestamp,", "{type: date,");
    assert_snapshot!(shop.mistakes(), @r"
    error[wrong-type]: `first_order_at` is promised as date, but the query yields timestamp
     --> sql/core/customers.yaml:5:26
      |
    5 |   first_order_at: {type: date, description: When the first order was placed.}
      |                          ^^^^
      |
      = help: cast it in the query, or promise timestamp
    ");
}

#[test]
fn an_amount_does_not_become_a_count_by_itself() {
    let shop = Shop::new().edit("sql/core/customers.yaml", r#""decimal(18,2)""#, "int64");
    assert_snapshot!(shop.mistakes(), @r"
    error[wrong-type]: `spend` is promised as int64, but the query yields decimal(28,2)
     --> sql/core/customers.yaml:6:26
      |
    6 |   spend:          {type: int64, description: What the customer paid., unit: currency}
      |                          ^^^^^
      |
      = help: cast it in the query, or promise decimal(28,2)
    ");
}

#[test]
fn a_key_names_columns() {
    let shop = Shop::new().edit("sql/core/customers.yaml", "key: [customer_id]", "key: [customer]");
    assert_snapshot!(shop.mistakes(), @r"
    error[unknown-column]: `key` names `customer`, which the table does not have
     --> sql/core/customers.yaml:2:7
      |
    2 | key: [customer]
      |       ^^^^^^^^
      |
      = help: the columns are `customer_id`, `first_order_at`, `spend`
    ");
}

#[test]
fn sort_by_names_columns() {
    let shop = Shop::new().edit(
        "sql/core/customers.yaml",
        "sort_by: [customer_id]",
        "sort_by: [custmer_id]",
    );
    assert_snapshot!(shop.mistakes(), @r"
    error[unknown-column]: `sort_by` names `custmer_id`, which the table does not have
     --> sql/core/customers.yaml:9:21
      |
    9 | publish: {sort_by: [custmer_id]}
      |                     ^^^^^^^^^^
      |
      = help: did you mean `customer_id`?
    ");
}

#[test]
fn partition_by_names_columns() {
    let shop = Shop::new().edit(
        "sql/core/customers.yaml",
        "sort_by: [customer_id]",
        "partition_by: [segment]",
    );
    assert_snapshot!(shop.mistakes(), @r"
    error[unknown-column]: `partition_by` names `segment`, which the table does not have
     --> sql/core/customers.yaml:9:26
      |
    9 | publish: {partition_by: [segment]}
      |                          ^^^^^^^
      |
      = help: the columns are `customer_id`, `first_order_at`, `spend`
    ");
}

#[test]
fn an_amount_cannot_be_a_folder() {
    let shop = Shop::new().edit(
        "sql/core/customers.yaml",
        "sort_by: [customer_id]",
        "partition_by: [spend]",
    );
    assert_snapshot!(shop.mistakes(), @r"
    error[wrong-type]: `spend` is decimal(18,2), which cannot be a partition
     --> sql/core/customers.yaml:9:26
      |
    9 | publish: {partition_by: [spend]}
      |                          ^^^^^
      |
      = help: partition by a string, an integer or a date
    ");
}

#[test]
fn a_layout_of_the_pipeline_names_columns() {
    let shop = Shop::new().edit(
        PIPELINE,
        "headlines:",
        "publish:\n  customers: {sort_by: [customer]}\nheadlines:",
    );
    assert_snapshot!(shop.mistakes(), @r"
    error[unknown-column]: `sort_by` names `customer`, which the table does not have
      --> pipelines/shop.yaml:20:25
       |
    20 |   customers: {sort_by: [customer]}
       |                         ^^^^^^^^
       |
       = help: the columns are `customer_id`, `first_order_at`, `spend`
    ");
}

#[test]
fn a_check_names_columns() {
    let shop = Shop::new().edit("sql/core/customers.yaml", "column: spend", "column: spent");
    assert_snapshot!(shop.mistakes(), @r"
    error[unknown-column]: a check names `spent`, which `customers` does not have
     --> sql/core/customers.yaml:8:30
      |
    8 |   - accepted_range: {column: spent, min: 0}
      |                              ^^^^^
      |
      = help: did you mean `spend`?
    ");
}

#[test]
fn only_numbers_and_moments_have_a_range() {
    let shop = Shop::new().edit("sql/core/customers.yaml", "column: spend", "column: customer_id");
    assert_snapshot!(shop.mistakes(), @r"
    error[wrong-type]: `customer_id` is string, which has no range
     --> sql/core/customers.yaml:8:30
      |
    8 |   - accepted_range: {column: customer_id, min: 0}
      |                              ^^^^^^^^^^^
      |
      = help: check a number, a date or a timestamp, or use `accepted_values` or `no_rows`
    ");
}

#[test]
fn a_bound_is_a_value_of_its_column() {
    for (edit, expected) in [
        ("column: spend, min: some", "`some` is not decimal(18,2)"),
        ("column: first_order_at, min: 0", "`0` is not timestamp"),
        ("column: first_order_at, max: 2026-02-30", "`2026-02-30` is not timestamp"),
    ] {
        let shop = Shop::new().edit("sql/core/customers.yaml", "column: spend, min: 0", edit);
        let mistakes = shop.mistakes();
        assert!(mistakes.contains(&format!("error[wrong-type]: {expected}")), "{mistakes}");
    }
}

#[test]
fn bounds_leave_something_between_them() {
    for (check, told) in [
        ("accepted_range: {column: spend, min: 5, max: 1}", "`min: 5` and `max: 1`"),
        (
            "accepted_range: {column: first_order_at, min: 2024-02-01, max: 2024-01-31}",
            "`min: 2024-02-01`",
        ),
        ("row_count: {min: 5, max: 1}", "`min: 5` and `max: 1`"),
    ] {
        let shop = Shop::new();
        let shop =
            shop.edit("sql/core/customers.yaml", "accepted_range: {column: spend, min: 0}", check);
        let mistakes = shop.mistakes();
        let told = format!("error[accepted-range]: nothing lies between {told}");
        assert!(mistakes.contains(&told), "{mistakes}");
    }
}

#[test]
fn no_row_breaks_a_count_of_rows() {
    let shop = Shop::new().edit(
        "sql/core/customers.yaml",
        "accepted_range: {column: spend, min: 0}",
        "row_count: {max: 99}\n    max_failed_rows: 1",
    );
    assert_snapshot!(shop.mistakes(), @r"
    error[wrong-check]: `max_failed_rows` means nothing beside `row_count`, which the table breaks and no row of it
     --> sql/core/customers.yaml:8:5
      |
    8 |   - row_count: {max: 99}
      |     ^^^^^^^^^^^^^^^^^^^^
      |
      = help: widen `min` or `max`, or say `severity: warn`
    ");
}

#[test]
fn a_column_is_a_folder_once() {
    let shop = Shop::new().edit(
        "sql/core/customers.yaml",
        "{sort_by: [customer_id]}",
        "{partition_by: [customer_id, customer_id]}",
    );
    assert_snapshot!(shop.mistakes(), @r"
    error[duplicate-column]: `partition_by` names `customer_id` twice
     --> sql/core/customers.yaml:9:39
      |
    9 | publish: {partition_by: [customer_id, customer_id]}
      |                                       ^^^^^^^^^^^
      |
      = help: keep one of the two
    ");
}

#[test]
fn a_table_has_a_column_beside_its_partitions() {
    let shop = Shop::new()
        .edit(
            "sql/core/customers.sql",
            ", min(ordered_at) as first_order_at, sum(amount) as spend",
            "",
        )
        .with(
            "sql/core/customers.yaml",
            "
            description: Who bought.
            columns: {customer_id: {type: string, description: The customer.}}
            publish: {partition_by: [customer_id]}
            ",
        );
    assert_snapshot!(shop.mistakes(), @r"
    error[only-partitions]: `customers` publishes nothing but partition columns: its files would have no column, and readers would find no rows
     --> sql/core/customers.yaml:3:26
      |
    3 | publish: {partition_by: [customer_id]}
      |                          ^^^^^^^^^^^
      |
      = help: take one out of `partition_by`, or yield another column
    ");
    // Said of the layout that counts, also where it is the pipeline's.
    let shop = shop.edit("sql/core/customers.yaml", "{partition_by: [customer_id]}", "{}").edit(
        PIPELINE,
        "headlines:",
        "publish: {customers: {partition_by: [customer_id]}}\nheadlines:",
    );
    assert!(shop.mistakes().contains("pipelines/shop.yaml"));
}

#[test]
fn a_reference_names_a_table() {
    let shop = Shop::new().edit("sql/core/activity.yaml", "table: customers", "table: custmers");
    assert_snapshot!(shop.mistakes(), @r"
    error[unknown-table]: no stage makes the table `custmers`
     --> sql/core/activity.yaml:9:46
      |
    9 |   - references: {column: customer_id, table: custmers, to: customer_id}
      |                                              ^^^^^^^^
      |
      = help: did you mean `customers`?
    ");
}

#[test]
fn a_reference_names_a_column_of_the_table() {
    let shop = Shop::new().edit("sql/core/activity.yaml", "to: customer_id", "to: id");
    assert_snapshot!(shop.mistakes(), @r"
    error[unknown-column]: `customers` has no column `id`
     --> sql/core/activity.yaml:9:61
      |
    9 |   - references: {column: customer_id, table: customers, to: id}
      |                                                             ^^
      |
      = help: the columns are `customer_id`, `first_order_at`, `spend`
    ");
}

#[test]
fn a_check_finds_its_file() {
    let shop = Shop::new().edit(
        "sql/core/customers.yaml",
        "accepted_range: {column: spend, min: 0}",
        "no_rows: {sql: sql/checks/spend.sql}",
    );
    assert_snapshot!(shop.mistakes(), @r"
    error[no-file]: there is no file `sql/checks/spend.sql`
     --> sql/core/customers.yaml:8:20
      |
    8 |   - no_rows: {sql: sql/checks/spend.sql}
      |                    ^^^^^^^^^^^^^^^^^^^^
      |
      = help: write its path from the project's folder on, such as `sql/checks/name.sql`
    ");
}

#[test]
fn a_check_in_sql_is_checked_too() {
    let shop = Shop::new()
        .edit(
            "sql/core/customers.yaml",
            "accepted_range: {column: spend, min: 0}",
            "no_rows: {sql: sql/checks/spend.sql}",
        )
        .with(
            "sql/checks/spend.sql",
            "
            select *
            from customers
            where spent < 0
            ",
        );
    assert_snapshot!(shop.mistakes(), @r"
    error[unknown-column]: column `spent` not found
     --> sql/checks/spend.sql:3:7
      |
    3 | where spent < 0
      |       ^^^^^
      |
      = help: did you mean `spend`?
    ");
}

#[test]
fn a_check_cannot_look_at_rows_that_nobody_keeps() {
    let shop = Shop::new()
        .edit(
            "sql/core/activity.yaml",
            "table: customers, to: customer_id",
            "table: first_orders, to: customer_id",
        )
        .with(
            "sql/core/first_orders.sql",
            "
            select customer_id, min(ordered_at) as first_order_at from orders group by customer_id
            ",
        )
        .with(
            "sql/core/newcomers.sql",
            "
            select * from first_orders
            ",
        );
    assert_snapshot!(shop.mistakes(), @r"
    error[unknown-table]: no rows of `first_orders` are kept: one query alone reads it
     --> sql/core/activity.yaml:9:46
      |
    9 |   - references: {column: customer_id, table: first_orders, to: customer_id}
      |                                              ^^^^^^^^^^^^
      |
      = help: give the table a `key` or a check, and its rows are kept
    ");
}

#[test]
fn the_column_period_is_taken() {
    let shop = Shop::new().edit(
        "sql/core/activity.sql",
        "count(*) as orders",
        "count(*) as orders, $period_start as period",
    );
    assert_snapshot!(shop.mistakes(), @r"
    error[reserved-column]: `activity` yields `period`, which every run adds
     --> sql/core/activity.sql:1:65
      |
    1 | select orders.customer_id, count(*) as orders, $period_start as period, sum(orders.amount) as spend
      |                                                                 ^^^^^^
      |
      = help: leave the column out, or give it another name
    ");
}

#[test]
fn a_table_that_varies_by_period_must_say_so() {
    let shop = Shop::new().edit("sql/core/activity.yaml", "per: period\n", "");
    assert_snapshot!(shop.mistakes(), @r"
    error[per-period]: `activity` names the period in its SQL, but does not say so itself
     --> sql/core/activity.yaml:1:1
      |
    1 | description: What each customer did in a period.
      | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
      |
      = help: add `per: period` to this file
    ");
}

#[test]
fn a_table_that_reads_one_that_varies_by_period_must_say_so() {
    let shop = Shop::new().edit("sql/core/customers.sql", "min(ordered_at) as first_order_at, sum(amount) as spend\nfrom orders\ngroup by customer_id", "cast('2026-01-01' as timestamp) as first_order_at, spend\nfrom activity");
    assert_snapshot!(shop.mistakes(), @r"
    error[per-period]: `customers` reads `activity`, which varies by period, but does not say so itself
     --> sql/core/customers.yaml:1:1
      |
    1 | description: One row per customer.
      | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
      |
      = help: add `per: period` to this file
    ");
}

#[test]
fn a_canonical_table_must_be_provided_whole() {
    let shop = Shop::new().edit("sql/staging/orders.sql", ", amount", "");
    assert_snapshot!(shop.mistakes(), @r"
    error[missing-column]: `orders` lacks the column `amount` of the canonical table
     --> sql/staging/orders.sql:1:1
      |
    1 | select order_id, customer_id, ordered_at
      | ^^^^^^
      |
      = help: yield it; where it is unknown, as `null as amount`
    ");
}

#[test]
fn a_canonical_table_keeps_its_types() {
    let shop = Shop::new().edit("sql/staging/orders.sql", "amount", "order_id as amount");
    assert_snapshot!(shop.mistakes(), @r"
    error[wrong-type]: `amount` is promised as decimal(18,2), but the query yields string
     --> sql/staging/orders.sql:1:55
      |
    1 | select order_id, customer_id, ordered_at, order_id as amount
      |                                                       ^^^^^^
      |
      = help: cast it: the canonical table says what it is
    ");
}

#[test]
fn a_canonical_column_needs_a_type() {
    let shop = Shop::new().edit(
        "sql/canonical/refunds.yaml",
        "{type: string, required: true}",
        "{required: true}",
    );
    assert_snapshot!(shop.mistakes(), @r"
    error[untyped]: the canonical column `order_id` has no type
     --> sql/canonical/refunds.yaml:3:3
      |
    3 |   order_id: {required: true}
      |   ^^^^^^^^
      |
      = help: add `type: …` to it
    ");
}

#[test]
fn a_headline_is_one_value() {
    let shop = Shop::new().edit(
        PIPELINE,
        "select count(*) from customers",
        "select count(*), sum(spend) from customers",
    );
    assert_snapshot!(shop.mistakes(), @r"
    error[headline]: a headline is one value, not 2 columns
      --> pipelines/shop.yaml:20:14
       |
    20 |   Customers: select count(*), sum(spend) from customers
       |              ^^^^^^
       |
       = help: select one column, and write a headline for each
    ");
}

#[test]
fn a_headline_is_checked_where_it_stands() {
    let shop = Shop::new().edit(
        PIPELINE,
        "select count(*) from customers",
        "select sum(spent) from customers",
    );
    assert_snapshot!(shop.mistakes(), @r"
    error[unknown-column]: column `spent` not found
      --> pipelines/shop.yaml:20:25
       |
    20 |   Customers: select sum(spent) from customers
       |                         ^^^^^
       |
       = help: did you mean `spend`?
    ");
}

#[test]
fn a_quoted_headline_is_pointed_at_as_a_whole() {
    let shop = Shop::new().edit(
        PIPELINE,
        "select count(*) from customers",
        r#""select sum(spent) from customers""#,
    );
    assert_snapshot!(shop.mistakes(), @r#"
    error[unknown-column]: column `spent` not found
      --> pipelines/shop.yaml:20:14
       |
    20 |   Customers: "select sum(spent) from customers"
       |              ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
       |
       = help: did you mean `spend`?
    "#);
}

#[test]
fn a_headline_reads_a_table_that_is_there() {
    let shop = Shop::new().edit(PIPELINE, "from customers", "from custmers");
    assert_snapshot!(shop.mistakes(), @r"
    error[unknown-table]: no stage makes the table `custmers`
      --> pipelines/shop.yaml:20:35
       |
    20 |   Customers: select count(*) from custmers
       |                                   ^^^^^^^^
       |
       = help: did you mean `customers`?
    ");
}

#[test]
fn what_is_advised_of_an_undescribed_column_can_be_pasted() {
    // A type that tables have, one that they have not, one that only the query can change.
    for (column, sql) in [
        ("active", "count(*) > 1"),
        ("quartile", "ntile(4) over (order by sum(amount))"),
        ("amounts", "array_agg(amount order by order_id)"),
        // Names that YAML reads as something else.
        ("\"Total: Amount\"", "count(*)"),
        ("\"- x #y\"", "count(*)"),
        ("\"null\"", "count(*)"),
        ("\"[k]\"", "count(*)"),
        ("\"*a\"", "count(*)"),
    ] {
        let query = "first_order_at, sum(amount) as spend";
        let shop = Shop::new().edit(
            "sql/core/customers.sql",
            query,
            &format!("first_order_at, sum(amount) as spend, {sql} as {column}"),
        );
        let mistakes = shop.mistakes();
        let advice = mistakes.split("add `").nth(1).unwrap().split('`').next().unwrap().to_owned();
        let shop = shop.edit("sql/core/customers.yaml", "checks:", &format!("  {advice}\nchecks:"));
        let checked = shop.patronage(&["check", PIPELINE]);
        assert_eq!(checked.code, 0, "{advice}: {}", checked.stderr);
    }
}

#[test]
fn a_published_column_has_a_description_wherever_it_is_declared_and_published() {
    let shop = Shop::new().edit(
        "sql/core/customers.yaml",
        "{type: string, description: The customer.}",
        "{type: string, description: ' '}",
    );
    assert_snapshot!(shop.mistakes(), @r"
    error[undescribed-column]: `customers` publishes `customer_id` without describing it
     --> sql/core/customers.yaml:4:3
      |
    4 |   customer_id:    {type: string, description: ' '}
      |   ^^^^^^^^^^^
      |
      = help: add `description: …` to it
    ");
    let shop = Shop::new().edit("sql/core/customers.yaml", "publish:", "# publish:").edit(
        PIPELINE,
        "stages:",
        "publish: {orders: {}, customers: {}}\nstages:",
    );
    assert_snapshot!(shop.mistakes(), @r#"
    error[undescribed-column]: `orders` publishes `order_id` without describing it
     --> sql/staging/orders.sql:1:8
      |
    1 | select order_id, customer_id, ordered_at, amount
      |        ^^^^^^^^
      |
      = help: add `order_id: {type: string, description: …}` to `columns` in `sql/staging/orders.yaml`

    error[undescribed-column]: `orders` publishes `customer_id` without describing it
     --> sql/staging/orders.sql:1:18
      |
    1 | select order_id, customer_id, ordered_at, amount
      |                  ^^^^^^^^^^^
      |
      = help: add `customer_id: {type: string, description: …}` to `columns` in `sql/staging/orders.yaml`

    error[undescribed-column]: `orders` publishes `ordered_at` without describing it
     --> sql/staging/orders.sql:1:31
      |
    1 | select order_id, customer_id, ordered_at, amount
      |                               ^^^^^^^^^^
      |
      = help: add `ordered_at: {type: timestamp, description: …}` to `columns` in `sql/staging/orders.yaml`

    error[undescribed-column]: `orders` publishes `amount` without describing it
     --> sql/staging/orders.sql:1:43
      |
    1 | select order_id, customer_id, ordered_at, amount
      |                                           ^^^^^^
      |
      = help: add `amount: {type: "decimal(18,2)", description: …}` to `columns` in `sql/staging/orders.yaml`
    "#);
}

/// The customers with another column and name.
fn named(name: &str) -> Shop {
    let query = format!(r#"as spend, count(*) as "{name}""#);
    let column = format!("columns:\n  {name:?}: {{type: int64, description: Orders placed.}}");
    Shop::new().edit("sql/core/customers.sql", "as spend", &query).edit(
        "sql/core/customers.yaml",
        "columns:",
        &column,
    )
}

#[test]
fn published_columns_differ_by_more_than_capitals() {
    assert_snapshot!(named("Spend").mistakes(), @r#"
    error[duplicate-name]: `customers` publishes `spend` and `Spend`, which most readers cannot distinguish
     --> sql/core/customers.sql:1:90
      |
    1 | select customer_id, min(ordered_at) as first_order_at, sum(amount) as spend, count(*) as "Spend"
      |                                                                                          ^^^^^^^
      |
      = help: give one of them a name that differs by more than capitals
    "#);
    assert_snapshot!(named("CUSTOMER_ID").mistakes(), @r#"
    error[duplicate-name]: `customers` publishes `customer_id` and `CUSTOMER_ID`, which most readers cannot distinguish
     --> sql/core/customers.sql:1:90
      |
    1 | select customer_id, min(ordered_at) as first_order_at, sum(amount) as spend, count(*) as "CUSTOMER_ID"
      |                                                                                          ^^^^^^^^^^^^^
      |
      = help: give one of them a name that differs by more than capitals
    "#);
}

#[test]
fn a_published_column_may_not_look_like_the_period() {
    let shop = Shop::new()
        .edit("sql/core/activity.sql", "count(*) as orders", r#"count(*) as "Period""#)
        .edit("sql/core/activity.yaml", "  orders: ", "  Period: ");
    assert_snapshot!(shop.mistakes(), @r#"
    error[duplicate-name]: `activity` publishes `period` and `Period`, which most readers cannot distinguish
     --> sql/core/activity.sql:1:40
      |
    1 | select orders.customer_id, count(*) as "Period", sum(orders.amount) as spend
      |                                        ^^^^^^^^
      |
      = help: give one of them a name that differs by more than capitals
    "#);
}

#[test]
fn a_published_column_has_a_name_that_readers_keep() {
    assert_snapshot!(named("").mistakes(), @r#"
    error[bad-name]: `customers` publishes a column ``, which has no name
     --> sql/core/customers.sql:1:90
      |
    1 | select customer_id, min(ordered_at) as first_order_at, sum(amount) as spend, count(*) as ""
      |                                                                                          ^^
      |
      = help: name it with `as`: letters, digits and `_` are the same for every reader
    "#);
    assert_snapshot!(named(" orders").mistakes(), @r#"
    error[bad-name]: `customers` publishes a column ` orders`, which begins or ends with a blank
     --> sql/core/customers.sql:1:90
      |
    1 | select customer_id, min(ordered_at) as first_order_at, sum(amount) as spend, count(*) as " orders"
      |                                                                                          ^^^^^^^^^
      |
      = help: name it with `as`: letters, digits and `_` are the same for every reader
    "#);
    for name in ["order count", "orders.placed", "Käufe €"] {
        let checked = named(name).patronage(&["check", PIPELINE]);
        assert_eq!(checked.code, 0, "{}", checked.stderr);
    }
}

#[test]
fn the_name_of_a_partition_column_is_one_that_paths_can_have() {
    let shop = named("a/b").edit(
        "sql/core/customers.yaml",
        "publish: {",
        "publish: {partition_by: [a/b], ",
    );
    assert_snapshot!(shop.mistakes(), @r#"
    error[bad-name]: `customers` publishes a column `a/b`, which cannot be the name of a folder that every reader understands
     --> sql/core/customers.sql:1:90
      |
    1 | select customer_id, min(ordered_at) as first_order_at, sum(amount) as spend, count(*) as "a/b"
      |                                                                                          ^^^^^
      |
      = help: name it with `as`: letters, digits and `_` are the same for every reader
    "#);
}
