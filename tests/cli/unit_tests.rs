//! Tests of stages, as `patronage test` runs them: what passes, what differs, what is wrong with a file.

use insta::assert_snapshot;

use super::{PIPELINE, Shop};

const FILE: &str = "sql/core/activity.tests.yaml";

/// A shop with these tests of the stage `activity`.
fn shop(tests: &str) -> Shop {
    Shop::new().with(FILE, tests)
}

/// What `patronage test` says, its exit code first.
fn tested(shop: &Shop, options: &[&str]) -> String {
    shop.patronage(&[&["test", PIPELINE], options].concat()).shown()
}

const TWO: &str = "
    missing_columns: null
    period: 2026-01-15 # The whole month.
    tests:
      orders_of_the_period_are_counted:
        given:
          orders:
            - {order_id: a, customer_id: ada, ordered_at: 2026-01-01 00:00:00, amount: 1.50}
            - {order_id: b, customer_id: ada, ordered_at: 2026-01-31 23:59:59, amount: 2.00}
            - {order_id: c, customer_id: ada, ordered_at: 2026-02-01 00:00:00, amount: 4.00}
        # Two of the three.
        expect:
          - {customer_id: ada, orders: 2, spend: 3.50} # paid
      what_was_given_back_is_no_order:
        parameters: {minimum_orders: 1}
        given:
          orders:
            - {order_id: a, customer_id: ada, ordered_at: 2026-01-01 00:00:00, amount: 1.50}
          refunds:
            - {order_id: a}
        expect: []
    ";

#[test]
fn what_comes_as_expected_passes() {
    let shop = shop(TWO);
    assert_snapshot!(tested(&shop, &[]), @r"
    exit: 0
    --- stdout
    ok      sql/core/activity.tests.yaml  2 passed

    2 passed
    --- stderr
    ");
    let one = tested(&shop, &["--select", "what_*", "--format", "json"]);
    assert_snapshot!(one, @r#"
    exit: 0
    --- stdout
    {
      "exit_code": 0,
      "failed": 0,
      "passed": 1,
      "pipeline": "shop",
      "tests": [
        {
          "failures": [],
          "file": "sql/core/activity.tests.yaml",
          "line": 13,
          "passed": true,
          "stage": "activity",
          "test": "what_was_given_back_is_no_order"
        }
      ]
    }
    --- stderr
    "#);
    let check = shop.patronage(&["check", PIPELINE]);
    assert!(check.stdout.ends_with(", 2 tests: no mistake found\n"), "{}", check.stdout);
}

#[test]
fn what_differs_is_shown_cell_by_cell_and_row_by_row() {
    let tests = TWO
        .replace("orders: 2, spend: 3.50}", "orders: 3, spend: 7.50}")
        .replace("expect: []", "expect: [{customer_id: bob, orders: 1}]");
    let tests = tests.replace("- {order_id: a}", "- {order_id: z}");
    let shop = shop(&tests);
    assert_snapshot!(tested(&shop, &[]), @r"
    exit: 1
    --- stdout
    FAILED  sql/core/activity.tests.yaml  0 passed, 2 failed

    activity: orders_of_the_period_are_counted
      --> sql/core/activity.tests.yaml:4
      row               column  expected  came
      customer_id: ada  orders  3         2
      customer_id: ada  spend   7.50      3.50

    activity: what_was_given_back_is_no_order
      --> sql/core/activity.tests.yaml:13
      did not come:  {customer_id: bob, orders: 1}
      unexpected:    {customer_id: ada, orders: 1}

    0 passed, 2 failed
    --- stderr
    ");
    assert_snapshot!(tested(&shop, &["--format", "json", "--select", "what*"]), @r#"
    exit: 1
    --- stdout
    {
      "exit_code": 1,
      "failed": 1,
      "passed": 0,
      "pipeline": "shop",
      "tests": [
        {
          "failures": [
            {
              "changed": [],
              "cte": null,
              "missing": [
                "{customer_id: bob, orders: 1}"
              ],
              "unexpected": [
                "{customer_id: ada, orders: 1}"
              ]
            }
          ],
          "file": "sql/core/activity.tests.yaml",
          "line": 13,
          "passed": false,
          "stage": "activity",
          "test": "what_was_given_back_is_no_order"
        }
      ]
    }
    --- stderr
    "#);
}

#[test]
fn an_update_writes_what_came_and_keeps_all_else() {
    let tests = TWO
        .replace("orders: 2, spend: 3.50}", "orders: 3, spend: 7.50}")
        .replace("- {order_id: a}", "- {order_id: z}");
    let shop = shop(&tests);
    assert_snapshot!(tested(&shop, &["--update"]), @r"
    exit: 0
    --- stdout
    updated sql/core/activity.tests.yaml
    --- stderr
    ");
    let lines = |text: &str| text.lines().map(str::trim).map(str::to_owned).collect::<Vec<_>>();
    let right = TWO
        .replace("- {order_id: a}", "- {order_id: z}")
        .replace("expect: []", "expect:\n- {customer_id: ada, orders: 1, spend: 1.50}");
    assert_eq!(
        lines(&shop.read(FILE)),
        lines(right.trim_start_matches('\n').trim_end_matches(' '))
    );
    assert_eq!(shop.patronage(&["test", PIPELINE]).code, 0);
    assert_snapshot!(tested(&shop, &["--update"]), @r"
    exit: 0
    --- stdout
    nothing to update in 2 tests
    --- stderr
    ");
}

#[test]
fn rows_may_stand_in_files_and_are_updated_there() {
    let shop = shop(
        "
        period: 2026-01-15
        tests:
          in_files:
            given:
              orders: {csv: sql/core/orders.csv}
            expect: {csv: sql/core/activity.csv, ordered: true}
        ",
    );
    let shop = shop
        .with(
            "sql/core/orders.csv",
            "order_id,customer_id,ordered_at,amount\na,\"x, y\",2026-01-01,1.5\n",
        )
        .with("sql/core/activity.csv", "customer_id,orders\n\"x, y\",2\n");
    assert_snapshot!(tested(&shop, &[]), @r#"
    exit: 1
    --- stdout
    FAILED  sql/core/activity.tests.yaml  0 passed, 1 failed

    activity: in_files
      --> sql/core/activity.tests.yaml:3
      row                  column  expected  came
      customer_id: "x, y"  orders  2         1

    0 passed, 1 failed
    --- stderr
    "#);
    assert_eq!(shop.patronage(&["test", PIPELINE, "--update"]).code, 0);
    assert_eq!(shop.read("sql/core/activity.csv"), "customer_id,orders\n\"x, y\",1\n");
    assert_eq!(shop.patronage(&["test", PIPELINE]).code, 0);
    std::fs::remove_file(shop.path("sql/core/orders.csv")).unwrap();
    assert_snapshot!(shop.mistakes(), @r"
    error[no-file]: cannot read `sql/core/orders.csv`: No such file or directory (os error 2)
     --> sql/core/activity.tests.yaml:5:21
      |
    5 |       orders: {csv: sql/core/orders.csv}
      |                     ^^^^^^^^^^^^^^^^^^^
      |
      = help: write its path from the folder of the project on, such as `sql/core/orders.csv`
    ");
}

/// Whoever gives a project could otherwise have any file of it written.
#[test]
fn rows_that_came_are_written_beside_the_tests_alone() {
    for file in ["raw/orders/2026-01.csv", "sql/core/.hidden/rows.csv", "sql/rows.csv"] {
        let tests = format!(
            "period: 2026-01-15\ntests:\n  one:\n    given:\n      orders: [{{order_id: a, customer_id: x, \
             ordered_at: 2026-01-01, amount: 1.5}}]\n    expect: {{csv: {file}}}\n"
        );
        let rows = "customer_id,orders\nx,2\n";
        let shop = shop(&tests).with(file, rows);
        let ended = shop.patronage(&["test", PIPELINE, "--update"]);
        assert_eq!(ended.code, 1, "{file}: {ended:?}");
        assert!(ended.stdout.contains("cannot be updated"), "{file}: {ended:?}");
        assert_eq!(shop.read(file), rows);
    }
}

#[test]
fn queries_of_with_have_rows_of_their_own() {
    let shop = shop(
        "
        missing_columns: null
        tests:
          each_step:
            given:
              orders:
                - {order_id: a, amount: 1.00}
                - {order_id: b, amount: 2.00}
            ctes:
              doubled: [{order_id: a, twice: 2.00}, {order_id: b, twice: 4.00}]
              large:
                ordered: true
                rows: [{twice: 3.00}]
        ",
    );
    let sql = "
        with doubled as (select order_id, amount * 2 as twice from orders),
        large as (select twice from doubled where twice > 3)
        select 'x' as customer_id, count(*) as orders, sum(twice) as spend
        from large
        where $period_start < $period_end
        ";
    let shop =
        shop.with("sql/core/activity.sql", sql).edit(FILE, "tests:", "period: 2026-01-01\ntests:");
    assert_snapshot!(tested(&shop, &[]), @r"
    exit: 1
    --- stdout
    FAILED  sql/core/activity.tests.yaml  0 passed, 1 failed

    activity: each_step
      --> sql/core/activity.tests.yaml:4
      of the query `large`:
      row      column  expected  came
      line 13  twice   3.00      4.00

    0 passed, 1 failed
    --- stderr
    ");
    let shop = shop.edit(FILE, "large:", "larger:");
    assert_snapshot!(shop.mistakes(), @r"
    error[test-expectation]: `activity` has no query `larger` in its `with`
      --> sql/core/activity.tests.yaml:11:7
       |
    11 |       larger:
       |       ^^^^^^
       |
       = help: did you mean `large`?
    ");
}

const GIVEN_WRONG: &str = "
        period: 2026-01-15
        tests:
          one:
            parameters: {minimum_order: 2}
            given:
              order: []
              orders:
                - {order_id: a, customer_id: ada, ordered_at: 2026-01-01, amount: 1.505}
              refunds:
                - {order_id: a}
            expect: []
          two:
            given:
              refunds: [{order_id: null, amount: a lot}]
              orders: [{order: a}]
            expect: []
        ";

#[test]
fn what_is_given_must_be_what_the_stage_reads() {
    let shop = shop(GIVEN_WRONG);
    assert_snapshot!(shop.mistakes(), @r"
    error[unknown-parameter]: `activity` names no parameter `$minimum_order`
     --> sql/core/activity.tests.yaml:4:18
      |
    4 |     parameters: {minimum_order: 2}
      |                  ^^^^^^^^^^^^^
      |
      = help: did you mean `minimum_orders`?

    error[test-input]: `activity` does not read `order`
     --> sql/core/activity.tests.yaml:6:7
      |
    6 |       order: []
      |       ^^^^^
      |
      = help: did you mean `orders`?

    error[wrong-type]: `amount` is decimal(18,2), not `1.505`
     --> sql/core/activity.tests.yaml:8:75
      |
    8 |         - {order_id: a, customer_id: ada, ordered_at: 2026-01-01, amount: 1.505}
      |                                                                           ^^^^^
      |
      = help: write a number with at most 16 digits before the point and 2 after it, or `null`

    error[test-row]: this row of `refunds` leaves out `amount`
      --> sql/core/activity.tests.yaml:10:11
       |
    10 |         - {order_id: a}
       |           ^^^^^^^^^^^^^
       |
       = help: write the columns, or `missing_columns: null` to have NULL there

    error[wrong-type]: `amount` is decimal(18,2), not `a lot`
      --> sql/core/activity.tests.yaml:14:42
       |
    14 |       refunds: [{order_id: null, amount: a lot}]
       |                                          ^^^^^
       |
       = help: write a number with at most 16 digits before the point and 2 after it, or `null`

    error[unknown-column]: `orders` has no column `order`
      --> sql/core/activity.tests.yaml:15:17
       |
    15 |       orders: [{order: a}]
       |                 ^^^^^
       |
       = help: the columns are `order_id`, `customer_id`, `ordered_at`, `amount`
    ");
}

#[test]
fn what_is_expected_must_be_what_can_come_and_at_some_time() {
    let shop = shop(
        "
        period: 2026-01-15
        tests:
          one:
            expect:
              - {customer_id: ada, order: 1}
          two:
            period: last month
            expect: []
          three: {}
          four:
            expect:
              - {customer_id: ada, orders: 1}
              - {customer_id: ada}
          five:
            as_of: 2026-01-01
            expect: []
        ",
    );
    assert_snapshot!(shop.mistakes(), @r"
    error[unknown-column]: no column `order` comes out
     --> sql/core/activity.tests.yaml:5:28
      |
    5 |       - {customer_id: ada, order: 1}
      |                            ^^^^^
      |
      = help: did you mean `orders`?

    error[test-time]: `last month` is not a day
     --> sql/core/activity.tests.yaml:7:13
      |
    7 |     period: last month
      |             ^^^^^^^^^^
      |
      = help: write any day of the period, such as 2025-12-01

    error[test-expectation]: `three` expects nothing
     --> sql/core/activity.tests.yaml:9:3
      |
    9 |   three: {}
      |   ^^^^^
      |
      = help: add `expect: []`; `--update` fills in what comes out

    error[test-row]: this row leaves out `orders`, which others expect
      --> sql/core/activity.tests.yaml:13:9
       |
    13 |       - {customer_id: ada}
       |         ^^^^^^^^^^^^^^^^^^
       |
       = help: let all rows of a table name the same columns: those are compared

    error[test-time]: the period of 2026-01-15 does not begin before 2026-01-01
      --> sql/core/activity.tests.yaml:15:12
       |
    15 |     as_of: 2026-01-01
       |            ^^^^^^^^^^
       |
       = help: name a later as-of or an earlier day: the last period is the one that is open at as-of
    ");
}

#[test]
fn files_that_say_nothing_or_belong_to_nothing_are_mistakes() {
    let nothing = "
        tests:
          one:
            given:
              orders:
            expect: []
        ";
    assert_snapshot!(shop(nothing).mistakes(), @r"
    error[no-value]: nothing stands behind this name
     --> sql/core/activity.tests.yaml:4:13
      |
    4 |       orders:
      |             ^
      |
      = help: write rows, or `[]` where there are none
    ");
    let none = Shop::new().with("sql/core/activty.tests.yaml", "tests: {one: {expect: []}}");
    assert_snapshot!(none.mistakes(), @r"
    error[test-stage]: these are tests of `sql/core/activty.sql`, which is not there
     --> sql/core/activty.tests.yaml:1:1
      |
    1 | tests: {one: {expect: []}}
      | ^^^^^^^^^^^^^^^^^^^^^^^^^^
      |
      = help: name the file `sql/core/activity.tests.yaml`
    ");
}

#[test]
fn a_query_that_breaks_off_fails_its_test_where_it_does() {
    let shop =
        shop(TWO).edit("sql/core/activity.sql", "count(*) as orders", "count(*) / 0 as orders");
    assert_snapshot!(tested(&shop, &["--select", "orders_of*"]), @r"
    exit: 1
    --- stdout
    FAILED  sql/core/activity.tests.yaml  0 passed, 1 failed

    activity: orders_of_the_period_are_counted
      --> sql/core/activity.tests.yaml:4
      error[out-of-range]: `2 / 0` divides by zero
       --> sql/core/activity.sql:1:28
        |
      1 | select orders.customer_id, count(*) / 0 as orders, sum(orders.amount) as spend
        |                            ^^^^^^^^^^^^
        |
        = help: divide by `nullif(…, 0)` where NULL is the answer to that; a condition beside it does not keep zeros away

    0 passed, 1 failed
    --- stderr
    ");
}

#[test]
fn nothing_to_test_is_told() {
    assert_snapshot!(tested(&Shop::new(), &[]), @r"
    exit: 4
    --- stdout
    --- stderr
    error: no stage of `shop` has a test: write some beside its SQL, those of `sql/core/orders.sql` in `sql/core/orders.tests.yaml`
    ");
    assert_snapshot!(tested(&shop(TWO), &["--select", "customers"]), @r"
    exit: 4
    --- stdout
    --- stderr
    error: `--select customers` selects no test; there are tests of activity
    ");
}

/// The locations of sources and of the warehouse need not be known.
#[test]
fn no_store_is_asked_and_no_variable_needed() {
    let shop = shop(TWO)
        .edit(PIPELINE, "${WAREHOUSE:-warehouse}", "s3://${BUCKET}/warehouse")
        .edit(PIPELINE, "raw/orders/*.csv", "${RAW_ORDERS}/*.csv");
    std::fs::remove_dir_all(shop.path("raw")).unwrap();
    assert_eq!(shop.patronage(&["test", PIPELINE]).code, 0);
    assert!(!shop.path("warehouse").exists());
}

/// Half past one comes twice that night: at 5:30 and at 6:30 in UTC.
#[test]
fn moments_are_wall_time_of_the_pipelines_zone() {
    let shop = Shop::new().edit(PIPELINE, "warehouse:", "time_zone: America/New_York\nwarehouse:");
    let shop = shop.with(
        "sql/core/customers.tests.yaml",
        "
        tests:
          the_first_of_two_hours_alike:
            given:
              orders:
                - {order_id: a, customer_id: ada, ordered_at: 2024-11-03T01:30:00-05:00, amount: 1}
                - {order_id: b, customer_id: ada, ordered_at: 2024-11-03 01:30:00, amount: 1}
                - {order_id: c, customer_id: bob, ordered_at: 2024-11-03T06:30:00Z, amount: 1}
            expect:
              - {customer_id: ada, first_order_at: 2024-11-03T05:30:00Z}
              - {customer_id: bob, first_order_at: 2024-11-03 01:30:00}
        ",
    );
    assert_snapshot!(tested(&shop, &[]), @r"
    exit: 1
    --- stdout
    FAILED  sql/core/customers.tests.yaml  0 passed, 1 failed

    customers: the_first_of_two_hours_alike
      --> sql/core/customers.tests.yaml:2
      row               column          expected             came
      customer_id: bob  first_order_at  2024-11-03 01:30:00  2024-11-03T01:30:00-05:00

    0 passed, 1 failed
    --- stderr
    ");
}

#[test]
fn a_history_is_expected_as_its_versions() {
    let shop = Shop::new()
        .with("sql/core/address.sql", "select customer_id, ordered_at, amount from orders");
    let shop = shop.with(
        "sql/core/address.yaml",
        "
        history: {key: [customer_id], at: ordered_at}
        ",
    );
    let shop = shop.with(
        "sql/core/address.tests.yaml",
        "
        missing_columns: null
        tests:
          what_stays_the_same_is_one_version:
            given:
              orders:
                - {customer_id: ada, ordered_at: 2026-01-03, amount: 2.00}
                - {customer_id: ada, ordered_at: 2026-01-01, amount: 1.00}
                - {customer_id: ada, ordered_at: 2026-01-02, amount: 1.00}
            expect:
              - {customer_id: ada, amount: 1.00, valid_from: 2026-01-01, valid_to: 2026-01-03, is_current: false}
              - {customer_id: ada, amount: 2.00, valid_from: 2026-01-03, valid_to: null, is_current: true}
        ",
    );
    let said = tested(&shop, &[]);
    assert!(said.contains("1 passed"), "{said}");
}

/// A stage whose query of `with` returns a list and a struct.
const GATHERED: &str = "
    with gathered as (
        select
            customer_id,
            array_agg(amount order by order_id) as amounts,
            named_struct('file', max(_file), 'line', max(_line)) as place,
            array_agg(amount) filter (where amount > 9) as nothing
        from raw_orders
        group by customer_id
    )
    select customer_id, 1 as orders, amounts[1] as spend
    from gathered
    where $period_start < $period_end
    ";

#[test]
fn rows_of_sources_have_a_place_and_lists_and_structs_are_values() {
    let tests = "
        period: 2026-01-15
        tests:
          all_of_them:
            given:
              raw_orders:
                - {order_id: a, customer_id: ada, ordered_at: 2026-01-01, amount: 1.00}
                - {order_id: b, customer_id: ada, ordered_at: 2026-01-02, amount: 2.00}
            ctes:
              gathered:
                - {customer_id: ada, amounts: [1.00, 2.00], place: {file: given, line: 2}, nothing: null}
        ";
    let shop = shop(tests).with("sql/core/activity.sql", GATHERED);
    assert_eq!(shop.patronage(&["test", PIPELINE]).code, 0);
    let shop = shop.edit(FILE, "[1.00, 2.00]", "[1.00, 2.001]");
    assert_snapshot!(shop.mistakes(), @r"
    error[wrong-type]: `amounts` is decimal(18,2), not `2.001`
      --> sql/core/activity.tests.yaml:10:46
       |
    10 |         - {customer_id: ada, amounts: [1.00, 2.001], place: {file: given, line: 2}, nothing: null}
       |                                              ^^^^^
       |
       = help: write a number with at most 16 digits before the point and 2 after it, or `null`
    ");
    let shop = shop.edit(FILE, "2.001", "3.00").edit(FILE, "line: 2}", "lin: 2}");
    assert_snapshot!(shop.mistakes(), @r"
    error[unknown-column]: `place` has no field `lin`
      --> sql/core/activity.tests.yaml:10:79
       |
    10 |         - {customer_id: ada, amounts: [1.00, 3.00], place: {file: given, lin: 2}, nothing: null}
       |                                                                               ^
       |
       = help: did you mean `line`?
    ");
    let shop = shop.edit(FILE, "lin: 2}", "line: 1}");
    assert_snapshot!(tested(&shop, &[]), @r"
    exit: 1
    --- stdout
    FAILED  sql/core/activity.tests.yaml  0 passed, 1 failed

    activity: all_of_them
      --> sql/core/activity.tests.yaml:3
      of the query `gathered`:
      row      column   expected                came
      line 10  amounts  [1.00, 3.00]            [1.00, 2.00]
      line 10  place    {file: given, line: 1}  {file: given, line: 2}

    0 passed, 1 failed
    --- stderr
    ");
    assert_eq!(shop.patronage(&["test", PIPELINE, "--update"]).code, 0);
    assert_eq!(shop.patronage(&["test", PIPELINE]).code, 0);
}

#[test]
fn rows_that_others_have_too_are_not_updated() {
    let shop = shop(
        "
        period: 2026-01-15
        missing_columns: null
        tests:
          one:
            expect: &same []
          two:
            description: Shares what it expects.
            given:
              orders: [{order_id: a, customer_id: ada, ordered_at: 2026-01-01, amount: 1.00}]
            expect: *same
        ",
    );
    assert_snapshot!(tested(&shop, &["--update"]), @r"
    exit: 1
    --- stdout
    cannot be updated:

    activity: two
      --> sql/core/activity.tests.yaml:6
      Shares what it expects.
      unexpected:    {customer_id: ada, orders: 1, spend: 1.00}
    --- stderr
    ");
}
