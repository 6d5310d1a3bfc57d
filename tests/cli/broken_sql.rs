//! Mistakes in SQL, as `patronage check` shows them.

use insta::assert_snapshot;

use super::Shop;

#[test]
fn an_unknown_table_suggests_the_nearest() {
    let shop = Shop::new().edit("sql/core/customers.sql", "from orders", "from ordres");
    assert_snapshot!(shop.mistakes(), @r"
    error[unknown-table]: `customers` reads `ordres`, which no source or stage makes
     --> sql/core/customers.sql:2:6
      |
    2 | from ordres
      |      ^^^^^^
      |
      = help: did you mean `orders`?
    ");
}

#[test]
fn a_table_has_no_schema() {
    let shop = Shop::new().edit("sql/core/customers.sql", "from orders", "from shop.orders");
    assert_snapshot!(shop.mistakes(), @r"
    error[unknown-table]: `customers` reads `shop.orders`, which no source or stage makes
     --> sql/core/customers.sql:2:6
      |
    2 | from shop.orders
      |      ^^^^^^^^^^^
      |
      = help: tables have no schema: write `orders`
    ");
}

#[test]
fn a_file_is_not_a_table() {
    let shop = Shop::new().edit(
        "sql/core/customers.sql",
        "from orders",
        "from read_csv('raw/orders/2026-01.csv')",
    );
    assert_snapshot!(shop.mistakes(), @r"
    error[unknown-table]: `customers` reads `read_csv`, which no source or stage makes
     --> sql/core/customers.sql:2:6
      |
    2 | from read_csv('raw/orders/2026-01.csv')
      |      ^^^^^^^^
      |
      = help: the tables are `activity`, `orders`, `raw_orders`, `refunds`
    ");
}

#[test]
fn stages_that_need_each_other_are_named_in_a_circle() {
    let shop = Shop::new()
        .with(
            "sql/core/regulars.sql",
            "
            select * from customers
            ",
        )
        .edit("sql/core/customers.sql", "from orders", "from regulars");
    assert_snapshot!(shop.mistakes(), @r"
    error[cycle]: stages need each other: customers → regulars → customers
     --> sql/core/regulars.sql:1:15
      |
    1 | select * from customers
      |               ^^^^^^^^^
      |
      = help: split one of them so that the tables it reads come first
    ");
}

#[test]
fn a_stage_is_one_query() {
    let shop = Shop::new().edit(
        "sql/core/customers.sql",
        "group by customer_id",
        "group by customer_id;\nselect 1",
    );
    assert_snapshot!(shop.mistakes(), @r"
    error[not-one-query]: this is not exactly one `select`
     --> sql/core/customers.sql:1:1
      |
    1 | select customer_id, min(ordered_at) as first_order_at, sum(amount) as spend
      | ^^^^^^
      |
      = help: write one query here, and nothing else: it only says what rows there are
    ");
}

#[test]
fn a_stage_only_queries() {
    let shop = Shop::new().with(
        "sql/core/customers.sql",
        "
            create table customers as select 1 as customer_id
            ",
    );
    assert_snapshot!(shop.mistakes(), @r"
    error[not-one-query]: this is not exactly one `select`
     --> sql/core/customers.sql:1:1
      |
    1 | create table customers as select 1 as customer_id
      | ^^^^^^
      |
      = help: write one query here, and nothing else: it only says what rows there are
    ");
}

#[test]
fn a_file_of_comments_is_no_query() {
    let shop = Shop::new().with(
        "sql/core/customers.sql",
        "
            -- later
            ",
    );
    assert_snapshot!(shop.mistakes(), @r"
    error[not-one-query]: this is not exactly one `select`
     --> sql/core/customers.sql:1:1
      |
    1 | -- later
      | ^
      |
      = help: write one query here, and nothing else: it only says what rows there are
    ");
}

#[test]
fn a_misspelt_keyword_is_pointed_at() {
    let shop = Shop::new().edit("sql/core/customers.sql", "group by", "group bye");
    assert_snapshot!(shop.mistakes(), @r"
    error[syntax]: expected end of statement, found `group`
     --> sql/core/customers.sql:3:1
      |
    3 | group bye customer_id
      | ^^^^^
      |
      = help: look just before it for a word, comma or bracket that is missing or too many
    ");
}

#[test]
fn a_query_that_breaks_off_is_pointed_at_its_end() {
    let shop =
        Shop::new().edit("sql/core/customers.sql", "group by customer_id", "where (amount > 1");
    assert_snapshot!(shop.mistakes(), @r"
    error[syntax]: expected `)`, but the query ends
     --> sql/core/customers.sql:3:17
      |
    3 | where (amount > 1
      |                 ^
      |
      = help: finish the expression, or close what is open
    ");
}

#[test]
fn something_else_than_sql_is_told_how_to_begin() {
    let shop = Shop::new().edit("sql/core/customers.sql", "select", "selct");
    assert_snapshot!(shop.mistakes(), @r"
    error[syntax]: expected an SQL statement, found `selct`
     --> sql/core/customers.sql:1:1
      |
    1 | selct customer_id, min(ordered_at) as first_order_at, sum(amount) as spend
      | ^^^^^
      |
      = help: start the query with `select` or `with`
    ");
}

#[test]
fn an_unknown_column_suggests_the_nearest() {
    let shop = Shop::new().edit("sql/core/customers.sql", "sum(amount)", "sum(amont)");
    assert_snapshot!(shop.mistakes(), @r"
    error[unknown-column]: column `amont` not found
     --> sql/core/customers.sql:1:60
      |
    1 | select customer_id, min(ordered_at) as first_order_at, sum(amont) as spend
      |                                                            ^^^^^
      |
      = help: did you mean `amount`?
    ");
}

#[test]
fn an_unknown_column_far_from_all_lists_them() {
    let shop = Shop::new().edit("sql/core/customers.sql", "sum(amount)", "sum(price)");
    assert_snapshot!(shop.mistakes(), @r"
    error[unknown-column]: column `price` not found
     --> sql/core/customers.sql:1:60
      |
    1 | select customer_id, min(ordered_at) as first_order_at, sum(price) as spend
      |                                                            ^^^^^
      |
      = help: the columns are `order_id`, `customer_id`, `ordered_at`, `amount`
    ");
}

#[test]
fn a_column_of_the_wrong_table_suggests_the_right_one() {
    let shop =
        Shop::new().edit("sql/core/activity.sql", "sum(orders.amount)", "sum(refunds.customer_id)");
    assert_snapshot!(shop.mistakes(), @r"
    error[unknown-column]: column `customer_id` not found in `refunds`
     --> sql/core/activity.sql:1:52
      |
    1 | select orders.customer_id, count(*) as orders, sum(refunds.customer_id) as spend
      |                                                    ^^^^^^^^^^^^^^^^^^^
      |
      = help: did you mean `orders.customer_id`?
    ");
}

#[test]
fn a_column_of_two_tables_lists_both() {
    let shop = Shop::new().with(
        "sql/core/customers.sql",
        "
            select customer_id, min(one.ordered_at) as first_order_at, sum(one.amount) as spend
            from orders as one
            join orders as two on one.order_id = two.order_id
            group by customer_id
            ",
    );
    assert_snapshot!(shop.mistakes(), @r"
    error[ambiguous-column]: column `customer_id` is ambiguous
     --> sql/core/customers.sql:1:8
      |
    1 | select customer_id, min(one.ordered_at) as first_order_at, sum(one.amount) as spend
      |        ^^^^^^^^^^^
      |
      = help: write `one.customer_id` or `two.customer_id`
    ");
}

#[test]
fn a_column_outside_group_by_is_told_what_to_do() {
    let shop = Shop::new().edit("sql/core/customers.sql", "min(ordered_at)", "ordered_at");
    assert_snapshot!(shop.mistakes(), @r"
    error[not-grouped]: `orders.ordered_at` is neither grouped by nor aggregated
     --> sql/core/customers.sql:1:21
      |
    1 | select customer_id, ordered_at as first_order_at, sum(amount) as spend
      |                     ^^^^^^^^^^
      |
      = help: add `orders.ordered_at` to `group by`, or use an aggregate such as `max(orders.ordered_at)`
    ");
}

#[test]
fn a_column_yielded_twice_is_pointed_at() {
    let shop =
        Shop::new().edit("sql/core/customers.sql", "as spend", "as spend, max(amount) as spend");
    assert_snapshot!(shop.mistakes(), @r"
    error[duplicate-column]: the column `spend` is yielded twice
     --> sql/core/customers.sql:1:93
      |
    1 | select customer_id, min(ordered_at) as first_order_at, sum(amount) as spend, max(amount) as spend
      |                                                                                             ^^^^^
      |
      = help: give one of the two another name with `as`
    ");
}

#[test]
fn a_star_that_yields_a_column_twice_is_refused() {
    let shop = Shop::new().with(
        "sql/core/pairs.sql",
        "
            select *
            from orders
            join refunds on orders.order_id = refunds.order_id
            ",
    );
    assert_snapshot!(shop.mistakes(), @r"
    error[duplicate-column]: `pairs` yields the column `order_id` twice
     --> sql/core/pairs.sql:1:1
      |
    1 | select *
      | ^^^^^^
      |
      = help: name the columns instead of `*`, each once
    ");
}

#[test]
fn an_unknown_function_suggests_the_nearest() {
    let shop = Shop::new().edit("sql/core/customers.sql", "min(", "mim(");
    assert_snapshot!(shop.mistakes(), @r"
    error[unknown-function]: there is no function `mim`
     --> sql/core/customers.sql:1:21
      |
    1 | select customer_id, mim(ordered_at) as first_order_at, sum(amount) as spend
      |                     ^^^
      |
      = help: did you mean `min`?
    ");
}

#[test]
fn an_unknown_function_suggests_one_of_this_program() {
    let shop = Shop::new().edit("sql/core/customers.sql", "sum(amount)", "bgnbd_dertt(amount)");
    assert_snapshot!(shop.mistakes(), @r"
    error[unknown-function]: there is no function `bgnbd_dertt`
     --> sql/core/customers.sql:1:56
      |
    1 | select customer_id, min(ordered_at) as first_order_at, bgnbd_dertt(amount) as spend
      |                                                        ^^^^^^^^^^^
      |
      = help: did you mean `bgnbd_dert`?
    ");
}

#[test]
fn a_wrong_argument_of_a_model_function_says_what_it_takes() {
    let shop = Shop::new().edit("sql/core/customers.sql", "sum(amount)", "nps(customer_id)");
    assert_snapshot!(shop.mistakes(), @r"
    error[wrong-argument]: nps: `score` must be a number, got string
     --> sql/core/customers.sql:1:60
      |
    1 | select customer_id, min(ordered_at) as first_order_at, nps(customer_id) as spend
      |                                                            ^^^^^^^^^^^
      |
      = help: it takes `nps(score [, weight] [, weights] [, level])`
    ");
}

#[test]
fn too_few_arguments_of_a_model_function_are_counted() {
    let shop = Shop::new().edit("sql/core/customers.sql", "sum(amount)", "sum(bgnbd_dert(1, 2))");
    assert_snapshot!(shop.mistakes(), @r"
    error[wrong-argument]: bgnbd_dert(model, frequency, recency, age, discount_rate) takes 5 arguments, got 2
     --> sql/core/customers.sql:1:60
      |
    1 | select customer_id, min(ordered_at) as first_order_at, sum(bgnbd_dert(1, 2)) as spend
      |                                                            ^^^^^^^^^^^^^^^
      |
      = help: it takes `bgnbd_dert(model, frequency, recency, age, discount_rate)`
    ");
}

#[test]
fn a_struct_of_another_model_is_refused() {
    let shop = Shop::new().edit(
        "sql/core/customers.sql",
        "sum(amount)",
        "bgnbd_p_alive(gamma_gamma_fit(1, amount), 1, 1, 1)",
    );
    assert_snapshot!(shop.mistakes(), @r"
    error[wrong-argument]: bgnbd_p_alive: `model` must be what `bgnbd_fit` returns, a struct with the numbers r, alpha, a, b; got the model of `gamma_gamma_fit`
     --> sql/core/customers.sql:1:70
      |
    1 | select customer_id, min(ordered_at) as first_order_at, bgnbd_p_alive(gamma_gamma_fit(1, amount), 1, 1, 1) as spend
      |                                                                      ^^^^^^^^^^^^^^^^^^^^^^^^^
      |
      = help: it takes `bgnbd_p_alive(model, frequency, recency, age)`
    ");
}

#[test]
fn a_wrong_argument_of_a_built_in_function_says_what_it_takes() {
    let shop = Shop::new().edit("sql/core/customers.sql", "sum(amount)", "sum(customer_id)");
    assert_snapshot!(shop.mistakes(), @r"
    error[wrong-argument]: `sum` cannot take string
     --> sql/core/customers.sql:1:56
      |
    1 | select customer_id, min(ordered_at) as first_order_at, sum(customer_id) as spend
      |                                                        ^^^^^^^^^^^^^^^
      |
      = help: it takes sum(decimal) or sum(uint64) or sum(int64) or sum(float64) or sum(Duration) or sum(Interval)
    ");
}

#[test]
fn the_call_within_a_call_is_pointed_at() {
    let shop = Shop::new().edit(
        "sql/core/customers.sql",
        "sum(amount)",
        "sum(date_trunc(amount, ordered_at))",
    );
    assert_snapshot!(shop.mistakes(), @r"
    error[wrong-argument]: `date_trunc` cannot take decimal(18,2)
     --> sql/core/customers.sql:1:60
      |
    1 | select customer_id, min(ordered_at) as first_order_at, sum(date_trunc(amount, ordered_at)) as spend
      |                                                            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
      |
      = help: it takes date_trunc(string, timestamp) or date_trunc(string, Time)
    ");
}

#[test]
fn too_many_arguments_of_a_built_in_function_are_counted() {
    let shop = Shop::new().edit("sql/core/customers.sql", "sum(amount)", "sum(amount, 2)");
    assert_snapshot!(shop.mistakes(), @r"
    error[wrong-argument]: `sum` takes 1 argument, got 2
     --> sql/core/customers.sql:1:56
      |
    1 | select customer_id, min(ordered_at) as first_order_at, sum(amount, 2) as spend
      |                                                        ^^^^^^^^^^^^^
      |
      = help: it takes sum(decimal) or sum(uint64) or sum(int64) or sum(float64) or sum(Duration) or sum(Interval)
    ");
}

#[test]
fn a_number_cannot_be_compared_with_a_word() {
    let shop =
        Shop::new().edit("sql/core/customers.sql", "group by", "where amount > 'many'\ngroup by");
    assert_snapshot!(shop.mistakes(), @r"
    error[wrong-type]: `many` cannot be read as decimal(38,10)
     --> sql/core/customers.sql:3:7
      |
    3 | where amount > 'many'
      |       ^^^^^^^^^^^^^^^
      |
      = help: write a value of type decimal(38,10), or cast the other side
    ");
}

#[test]
fn a_time_cannot_be_compared_with_a_boolean() {
    let shop = Shop::new().edit(
        "sql/core/customers.sql",
        "group by",
        "where amount > 1 and ordered_at = true\ngroup by",
    );
    assert_snapshot!(shop.mistakes(), @r"
    error[wrong-type]: `=` cannot compare timestamp with boolean
     --> sql/core/customers.sql:3:22
      |
    3 | where amount > 1 and ordered_at = true
      |                      ^^^^^^^^^^^^^^^^^
      |
      = help: cast one side to the type of the other
    ");
}

#[test]
fn a_time_and_an_amount_cannot_be_added() {
    let shop = Shop::new().edit(
        "sql/core/customers.sql",
        "group by",
        "where ordered_at + amount > 3\ngroup by",
    );
    assert_snapshot!(shop.mistakes(), @r"
    error[wrong-type]: `+` cannot be used with timestamp and decimal(18,2)
     --> sql/core/customers.sql:3:7
      |
    3 | where ordered_at + amount > 3
      |       ^^^^^^^^^^^^^^^^^^^
      |
      = help: cast one side to the type of the other
    ");
}

#[test]
fn an_amount_is_not_a_condition() {
    let shop = Shop::new().edit("sql/core/customers.sql", "group by", "where amount\ngroup by");
    assert_snapshot!(shop.mistakes(), @r"
    error[wrong-type]: `orders.amount` is decimal(18,2), not a condition
     --> sql/core/customers.sql:3:7
      |
    3 | where amount
      |       ^^^^^^
      |
      = help: compare it with something
    ");
}

#[test]
fn now_is_not_reproducible() {
    let shop = Shop::new().edit(
        "sql/core/customers.sql",
        "group by",
        "where ordered_at < now()\ngroup by",
    );
    assert_snapshot!(shop.mistakes(), @r"
    error[not-reproducible]: `now` gives another answer in every run
     --> sql/core/customers.sql:3:20
      |
    3 | where ordered_at < now()
      |                    ^^^
      |
      = help: use `$as_of`, `$previous_start`, `$period_start` or `$period_end`
    ");
}

#[test]
fn a_random_number_is_not_reproducible() {
    let shop =
        Shop::new().edit("sql/core/customers.sql", "group by", "where random() < 0.5\ngroup by");
    assert_snapshot!(shop.mistakes(), @r"
    error[not-reproducible]: `random` gives another answer in every run
     --> sql/core/customers.sql:3:7
      |
    3 | where random() < 0.5
      |       ^^^^^^
      |
      = help: use `$as_of`, `$previous_start`, `$period_start` or `$period_end`
    ");
}

#[test]
fn quotes_do_not_make_it_reproducible() {
    for call in ["\"now\"()", "\"random\"()", "\"uuid\"()", "\"NOW\"()"] {
        let condition = format!("where {call} is null\ngroup by");
        let shop = Shop::new().edit("sql/core/customers.sql", "group by", &condition);
        let told = shop.mistakes();
        assert!(told.starts_with("error[not-reproducible]"), "{call}: {told}");
    }
}

#[test]
fn an_unknown_parameter_suggests_the_nearest() {
    let shop = Shop::new().edit(
        "sql/core/customers.sql",
        "group by",
        "where amount > $minimun_orders\ngroup by",
    );
    assert_snapshot!(shop.mistakes(), @r"
    error[unknown-parameter]: nobody declares the parameter `$minimun_orders`
     --> sql/core/customers.sql:3:16
      |
    3 | where amount > $minimun_orders
      |                ^^^^^^^^^^^^^^^
      |
      = help: did you mean `$minimum_orders`?
    ");
}

#[test]
fn a_parameter_has_a_name() {
    let shop =
        Shop::new().edit("sql/core/customers.sql", "group by", "where amount > $1\ngroup by");
    assert_snapshot!(shop.mistakes(), @r"
    error[unknown-parameter]: nobody declares the parameter `$1`
     --> sql/core/customers.sql:3:16
      |
    3 | where amount > $1
      |                ^^
      |
      = help: name a parameter as `$name`, and add it to the pipeline's `params`
    ");
}

#[test]
fn a_mistake_is_found_under_windows_line_ends() {
    let shop = Shop::new().edit("sql/core/customers.sql", "\nfrom orders\n", "\r\nfrom ordres\r\n");
    assert_snapshot!(shop.mistakes(), @r"
    error[unknown-table]: `customers` reads `ordres`, which no source or stage makes
     --> sql/core/customers.sql:2:6
      |
    2 | from ordres
      |      ^^^^^^
      |
      = help: did you mean `orders`?
    ");
}

#[test]
fn a_caret_is_below_the_argument_that_is_wrong() {
    let shop = Shop::new().edit(
        "sql/core/customers.sql",
        "sum(amount)",
        "csat(amount, 5, 1, 'design')['value'] + csat(amount, 5, 1, 'all')['value']",
    );
    assert_snapshot!(shop.mistakes(), @r"
    error[wrong-argument]: csat: `weights` must be one of counts, design, got `all`
     --> sql/core/customers.sql:1:115
      |
    1 | select customer_id, min(ordered_at) as first_order_at, csat(amount, 5, 1, 'design')['value'] + csat(amount, 5, 1, 'all')['value'] as ...
      |                                                                                                                   ^^^^^
      |
      = help: it takes `csat(score, scale_max [, weight] [, weights] [, level] [, boxes])`
    ");
    let shop =
        Shop::new().edit("sql/core/customers.sql", "sum(amount)", "csat(-1, 5, amount, 'all')");
    assert_snapshot!(shop.mistakes(), @r"
    error[wrong-argument]: csat: `weights` must be one of counts, design, got `all`
     --> sql/core/customers.sql:1:76
      |
    1 | select customer_id, min(ordered_at) as first_order_at, csat(-1, 5, amount, 'all') as spend
      |                                                                            ^^^^^
      |
      = help: it takes `csat(score, scale_max [, weight] [, weights] [, level] [, boxes])`
    ");
}

#[test]
fn a_caret_is_below_a_level_that_is_none() {
    let shop = Shop::new().edit(
        "sql/core/customers.sql",
        "sum(amount)",
        "cardinality(kaplan_meier(amount, amount > 0, level => 95))",
    );
    assert_snapshot!(shop.mistakes(), @r"
    error[wrong-argument]: kaplan_meier: `level` must be between 0.5 and 0.999, got 95
     --> sql/core/customers.sql:1:110
      |
    1 | select customer_id, min(ordered_at) as first_order_at, cardinality(kaplan_meier(amount, amount > 0, level => 95)) as spend
      |                                                                                                              ^^
      |
      = help: it takes `kaplan_meier(time, event [, weight] [, weights] [, level])`
    ");
    let shop = Shop::new().edit(
        "sql/core/customers.sql",
        "sum(amount)",
        "two_proportions(1, 2, 3, sum(amount), 0.4)['lower']",
    );
    assert_snapshot!(shop.mistakes(), @r"
    error[wrong-argument]: two_proportions: `level` must be between 0.5 and 0.999, got 0.4
     --> sql/core/customers.sql:1:94
      |
    1 | select customer_id, min(ordered_at) as first_order_at, two_proportions(1, 2, 3, sum(amount), 0.4)['lower'] as spend
      |                                                                                              ^^^
      |
      = help: it takes `two_proportions(successes, n, successes_other, n_other [, level])`
    ");
    let shop = Shop::new().edit(
        "sql/core/customers.sql",
        "sum(amount)",
        "pls_path(named_struct('a', amount, 'b', amount), 'X =~ a; Y =~ b; Y ~ X', level => 0.999)['gof']",
    );
    assert_snapshot!(shop.mistakes(), @r"
    error[wrong-argument]: pls_path: `level` must be lower, or come with `resamples => 1999`: 500 are too few for it
     --> sql/core/customers.sql:1:139
      |
    1 | ...('a', amount, 'b', amount), 'X =~ a; Y =~ b; Y ~ X', level => 0.999)['gof'] as spend
      |                                                                  ^^^^^
      |
      = help: it takes `pls_path(items, model [, scale_min] [, scale_max] [, metric] [, scheme] [, resamples] [, weight] [, weights] [, level])`
    ");
}

#[test]
fn a_subquery_that_no_join_can_answer_is_refused() {
    let shop = Shop::new().with(
        "sql/core/customers.sql",
        "
        select customer_id, min(ordered_at) as first_order_at, sum(amount) as spend
        from orders
        where 2 in (
            select row_number() over (order by other.ordered_at) from orders as other
            where other.customer_id = orders.customer_id
        )
        group by customer_id
        ",
    );
    assert_snapshot!(shop.mistakes(), @r"
    error[subquery]: the subquery reads the query around it from below a window function
     --> sql/core/customers.sql:4:12
      |
    4 |     select row_number() over (order by other.ordered_at) from orders as other
      |            ^^^^^^^^^^
      |
      = help: join with a query that yields what is asked for, grouped by what both have in common
    ");
}

#[test]
fn rows_are_compared_by_size_in_conditions_only() {
    let shop = Shop::new().with(
        "sql/core/customers.sql",
        "
        select customer_id, min(ordered_at) as first_order_at,
            case when sum(amount) < any (select amount from orders) then 1.00 else 2.00 end as spend
        from orders
        group by customer_id
        ",
    );
    assert_snapshot!(shop.mistakes(), @r"
    error[subquery]: the subquery reads rows to compare by `<`, and not in a condition on rows
     --> sql/core/customers.sql:2:15
      |
    2 |     case when sum(amount) < any (select amount from orders) then 1.00 else 2.00 end as spend
      |               ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
      |
      = help: join with a query that yields what is asked for, grouped by what both have in common
    ");
}

#[test]
fn clauses_that_would_be_passed_over_are_refused() {
    let told = |query: &str| {
        let sql = format!(
            "select customer_id, min(ordered_at) as first_order_at, sum(amount) as spend {query}"
        );
        Shop::new().with("sql/core/customers.sql", &sql).mistakes()
    };
    for query in [
        "from orders prewhere amount > 10 group by customer_id",
        "from orders tablesample bernoulli (1) group by customer_id",
        "from (select * from orders) as t tablesample (1 rows) group by customer_id",
        "from orders partition (p0) group by customer_id",
        "from orders with (nolock) group by customer_id",
        "from orders group by customer_id with rollup",
        "from orders group by all with totals",
        "from orders start with amount = 1 connect by prior amount = amount group by customer_id",
        "from orders group by customer_id for update",
        "from orders group by customer_id settings max_threads = 1",
        "from orders group by customer_id format JSON",
        "from orders group by customer_id for json auto",
        "from orders group by customer_id limit 1 by customer_id",
        "from orders group by customer_id fetch first 3 rows only",
        "from orders global join orders as o on true group by customer_id",
        "from orders where (select count(distinct *) from orders) > 0 group by customer_id",
        "from orders where (select count(distinct orders.*) from orders) > 0 group by customer_id",
        "from orders where (select count(distinct customer_id, amount) from orders) > 0 group by customer_id",
    ] {
        let told = told(query);
        assert!(told.contains("error[unknown-clause]"), "{query}: {told}");
    }
    assert_snapshot!(told("from orders tablesample (1 percent) group by customer_id"), @r"
    error[unknown-clause]: `tablesample` is no clause that is known here
     --> sql/core/customers.sql:1:82
      |
    1 | select customer_id, min(ordered_at) as first_order_at, sum(amount) as spend from orders tablesample (1 percent) group by customer_id
      |                                                                                  ^^^^^^
      |
      = help: choose rows by a condition that is the same in every run
    ");
    assert_snapshot!(told("from orders group by customer_id with rollup"), @r"
    error[unknown-clause]: `with` after `group by` is no clause that is known here
     --> sql/core/customers.sql:1:1
      |
    1 | select customer_id, min(ordered_at) as first_order_at, sum(amount) as spend from orders group by customer_id with rollup
      | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
      |
      = help: write `group by rollup (…)`, `cube (…)` or `grouping sets (…)`
    ");
}

#[test]
fn a_window_that_goes_on_says_no_more_than_it_may() {
    let told = |window: &str| {
        let sql = format!(
            "select customer_id, ordered_at as first_order_at, sum(amount) over ({window}) as spend
            from orders window w as (partition by customer_id order by ordered_at)"
        );
        Shop::new().with("sql/core/customers.sql", &sql).mistakes()
    };
    assert_snapshot!(told("v order by amount"), @r"
    error[window]: there is no window `v` before here
     --> sql/core/customers.sql:1:69
      |
    1 | select customer_id, ordered_at as first_order_at, sum(amount) over (v order by amount) as spend
      |                                                                     ^
      |
      = help: name it after `from` and `where`: `window w as (partition by … order by …)`
    ");
    assert_snapshot!(told("w partition by amount"), @r"
    error[window]: the window `w` has its partitions already
     --> sql/core/customers.sql:1:69
      |
    1 | select customer_id, ordered_at as first_order_at, sum(amount) over (w partition by amount) as spend
      |                                                                     ^
      |
      = help: write the whole window in brackets
    ");
    assert_snapshot!(told("w order by amount"), @r"
    error[window]: the window `w` has its order already
     --> sql/core/customers.sql:1:69
      |
    1 | select customer_id, ordered_at as first_order_at, sum(amount) over (w order by amount) as spend
      |                                                                     ^
      |
      = help: write the whole window in brackets
    ");
}

#[test]
fn a_series_is_of_numbers_or_days_between_constants() {
    let series = |ends: &str| {
        let sql = format!(
            "select customer_id, min(ordered_at) as first_order_at, sum(amount) as spend
            from orders cross join generate_series({ends}) as days (day)
            group by customer_id"
        );
        Shop::new().with("sql/core/customers.sql", &sql).mistakes()
    };
    let moments = "timestamp '2024-03-30', timestamp '2024-04-02', interval '1 day'";
    assert_snapshot!(series(moments), @r"
    error[wrong-argument]: there is no series of moments
     --> sql/core/customers.sql:1:1
      |
    1 | select customer_id, min(ordered_at) as first_order_at, sum(amount) as spend
      | ^^^^^^
      |
      = help: count days, `generate_series(date '…', date '…', interval '1 day')`, or numbers and add `n * interval '1 hour'` to the first moment
    ");
    assert_snapshot!(series("orders.amount, 10"), @r"
    error[wrong-argument]: a series of rows begins and ends at constants
     --> sql/core/customers.sql:2:52
      |
    2 |             from orders cross join generate_series(orders.amount, 10) as days (day)
      |                                                    ^^^^^^^^^^^^^
      |
      = help: write numbers or days, wide enough for every row, and keep those up to yours by a condition
    ");
}

#[test]
fn a_shared_column_that_would_be_missing_is_refused() {
    let shop = Shop::new().with(
        "sql/core/customers.sql",
        "
        select customer_id, min(orders.ordered_at) as first_order_at, sum(orders.amount) as spend
        from (select * from orders where amount > 10) as large
        right join orders using (customer_id)
        group by customer_id
        ",
    );
    assert_snapshot!(shop.mistakes(), @r"
    error[shared-column]: after `right join … using` the column of the left side alone would be read
     --> sql/core/customers.sql:3:12
      |
    3 | right join orders using (customer_id)
      |            ^^^^^^
      |
      = help: join with `on`, and read the column of the right side, or of a full join `coalesce` of both
    ");
}

#[test]
fn a_function_of_another_dialect_is_answered_with_what_to_write() {
    let shop = Shop::new().edit(
        "sql/core/customers.sql",
        "sum(amount) as spend",
        "sum(amount) as spend, datediff(day, min(ordered_at), max(ordered_at)) as days",
    );
    assert_snapshot!(shop.mistakes(), @r"
    error[unknown-function]: there is no function `datediff`
     --> sql/core/customers.sql:1:78
      |
    1 | select customer_id, min(ordered_at) as first_order_at, sum(amount) as spend, datediff(day, min(ordered_at), max(ordered_at)) as days
      |                                                                              ^^^^^^^^
      |
      = help: `later - earlier` of two dates is a number of days; of two moments, `date_part('epoch', ended_at - begun_at)` is a number of seconds
    ");
}
