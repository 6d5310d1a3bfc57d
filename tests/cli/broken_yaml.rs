//! Mistakes in YAML, as `patronage check` shows them.

use insta::assert_snapshot;

use super::{PIPELINE, Shop};

#[test]
fn an_unknown_key_suggests_the_nearest() {
    let shop = Shop::new().edit(PIPELINE, "warehouse:", "warehose:");
    assert_snapshot!(shop.mistakes(), @r"
    error[unknown-key]: there is no key `warehose` here
     --> pipelines/shop.yaml:2:1
      |
    2 | warehose: ***********************
      | ^^^^^^^^
      |
      = help: did you mean `warehouse`?
    ");
}

#[test]
fn an_unknown_key_far_from_all_lists_them() {
    let shop =
        Shop::new().edit(PIPELINE, "    format: csv", "    language: french\n    format: csv");
    assert_snapshot!(shop.mistakes(), @r"
    error[unknown-key]: there is no key `language` here
     --> pipelines/shop.yaml:8:5
      |
    8 |     language: ******
      |     ^^^^^^^^
      |
      = help: the keys are `location`, `exclude`, `format`, `delimiter`, `quote`, `escape`, `comment`, `encoding`, `header`, `skip_rows`, `header_rows`, `names_row`, `footer_rows`, `missing_columns`, `extra_columns`, `nan` and others
    ");
}

#[test]
fn a_missing_key_names_itself() {
    let shop = Shop::new().edit(PIPELINE, "    format: csv\n", "");
    assert_snapshot!(shop.mistakes(), @r"
    error[missing-key]: the key `format` is missing before here
     --> pipelines/shop.yaml:9:5
      |
    9 |     columns:
      |     ^^^^^^^
      |
      = help: add `format: …`
    ");
}

#[test]
fn a_key_written_twice_is_refused() {
    let shop = Shop::new().edit(PIPELINE, "warehouse:", "pipeline: again\nwarehouse:");
    assert_snapshot!(shop.mistakes(), @r"
    error[duplicate-key]: the key `pipeline` is written twice
     --> pipelines/shop.yaml:2:1
      |
    2 | pipeline: again
      | ^^^^^^^^
      |
      = help: keep one of the two
    ");
}

#[test]
fn a_column_declared_twice_is_refused() {
    let shop = Shop::new().edit(
        PIPELINE,
        "      amount: ",
        "      order_id: {type: string}\n      amount: ",
    );
    assert_snapshot!(shop.mistakes(), @r"
    error[duplicate-key]: the key `order_id` is written twice
      --> pipelines/shop.yaml:14:7
       |
    14 |       order_id: {type: string}
       |       ^^^^^^^^
       |
       = help: keep one of the two
    ");
}

#[test]
fn a_boolean_that_is_none_is_told_how_to_be_one() {
    let shop =
        Shop::new().edit(PIPELINE, "    format: csv\n", "    format: csv\n    header: perhaps\n");
    assert_snapshot!(shop.mistakes(), @r"
    error[wrong-type]: this is not a boolean
     --> pipelines/shop.yaml:9:13
      |
    9 |     header: perhaps
      |             ^^^^^^^
      |
      = help: write `true` or `false`
    ");
}

#[test]
fn a_list_cannot_be_a_mapping() {
    let shop = Shop::new().edit(
        PIPELINE,
        "  - sql/canonical/*\n  - sql/staging/*\n  - sql/core/*\n",
        "  sql/core: all\n",
    );
    assert_snapshot!(shop.mistakes(), @r"
    error[wrong-type]: a list is expected here
      --> pipelines/shop.yaml:16:3
       |
    16 |   sql/core: ***
       |   ^^^^^^^^^^^^^
       |
       = help: write `[a, b]`, or `- a` line by line
    ");
}

#[test]
fn a_mapping_cannot_be_a_list() {
    let shop = Shop::new().edit(PIPELINE, "params:\n", "params: [\n");
    assert_snapshot!(shop.mistakes(), @r"
    error[wrong-type]: a mapping is expected here
     --> pipelines/shop.yaml:3:9
      |
    3 | params: [
      |         ^
      |
      = help: write `key: value` line by line
    ");
}

#[test]
fn an_unknown_type_lists_the_types() {
    let shop = Shop::new().edit(PIPELINE, r#""decimal(18,2)""#, "money");
    assert_snapshot!(shop.mistakes(), @r"
    error[unknown-value]: unknown type `money`
      --> pipelines/shop.yaml:14:27
       |
    14 |       amount:      {type: money, required: true}
       |                           ^^^^^
       |
       = help: use string, boolean, int32, int64, float64, date, timestamp, timestamptz or decimal(precision,scale)
    ");
}

#[test]
fn an_unknown_format_lists_the_formats() {
    let shop = Shop::new().edit(PIPELINE, "format: csv", "format: orc");
    assert_snapshot!(shop.mistakes(), @r"
    error[unknown-value]: `orc` is not known here
     --> pipelines/shop.yaml:8:13
      |
    8 |     format: orc
      |             ^^^
      |
      = help: the choices are `csv`, `whitespace`, `ndjson`, `json`, `parquet`, `avro`, `xlsx`
    ");
}

#[test]
fn an_unknown_check_suggests_the_nearest() {
    let shop = Shop::new().edit("sql/core/customers.yaml", "accepted_range:", "accepted_rnage:");
    assert_snapshot!(shop.mistakes(), @r"
    error[unknown-key]: there is no key `accepted_rnage` here
     --> sql/core/customers.yaml:8:5
      |
    8 |   - accepted_rnage: ******** ****** **** **
      |     ^^^^^^^^^^^^^^
      |
      = help: did you mean `accepted_range`?
    ");
}

#[test]
fn a_tab_is_no_indentation() {
    let shop = Shop::new().edit(PIPELINE, "    location:", "	location:");
    assert_snapshot!(shop.mistakes(), @r"
    error[yaml]: a tab cannot indent a line
     --> pipelines/shop.yaml:7:2
      |
    7 |     location: raw/orders/*.csv
      |     ^
      |
      = help: indent with spaces
    ");
}

#[test]
fn a_bracket_that_is_never_closed_is_malformed() {
    let shop =
        Shop::new().edit("sql/core/customers.yaml", "key: [customer_id]", "key: [customer_id");
    assert_snapshot!(shop.mistakes(), @r"
    error[yaml]: illegal placement of ':' indicator
     --> sql/core/customers.yaml:3:8
      |
    3 | columns:
      |        ^
      |
      = help: look here and just before for a sign that is missing or too many
    ");
}

#[test]
fn an_empty_pipeline_is_told_so() {
    let shop = Shop::new().with(
        PIPELINE,
        "

            ",
    );
    assert_snapshot!(shop.mistakes(), @r"
    error[yaml]: the file is empty
     --> pipelines/shop.yaml:1:2
      |
    1 |
      | ^
      |
      = help: write what the file is to say
    ");
}

#[test]
fn a_threshold_is_a_share_or_a_count() {
    let shop =
        Shop::new().edit(PIPELINE, "    format: csv\n", "    format: csv\n    max_rejects: lots\n");
    assert_snapshot!(shop.mistakes(), @r"
    error[wrong-type]: `lots` is neither a share such as `0.5%` nor a count
     --> pipelines/shop.yaml:9:18
      |
    9 |     max_rejects: lots
      |                  ^^^^
      |
      = help: say how many rows may be, such as `1%` or `20`
    ");
}

#[test]
fn a_missing_environment_variable_names_itself() {
    let shop = Shop::new().edit(PIPELINE, "${WAREHOUSE:-warehouse}", "${SHOP_WAREHOUSE}/x");
    assert_snapshot!(shop.mistakes(), @r"
    error[missing-variable]: the environment variable `SHOP_WAREHOUSE` is not set
     --> pipelines/shop.yaml:2:12
      |
    2 | warehouse: ${SHOP_WAREHOUSE}/x
      |            ^^^^^^^^^^^^^^^^^^^
      |
      = help: set it, or give a default: `${SHOP_WAREHOUSE:-…}`
    ");
}

#[test]
fn a_variable_whose_name_does_not_end_is_refused() {
    let shop = Shop::new().edit(PIPELINE, "${WAREHOUSE:-warehouse}", "${WAREHOUSE");
    assert_snapshot!(shop.mistakes(), @r"
    error[unclosed-variable]: `${` is never closed
     --> pipelines/shop.yaml:2:12
      |
    2 | warehouse: ${WAREHOUSE
      |            ^^^^^^^^^^^
      |
      = help: add the `}`
    ");
}

#[test]
fn an_unknown_time_zone_suggests_the_nearest() {
    let shop = Shop::new().edit(PIPELINE, "warehouse:", "time_zone: Europe/Berln\nwarehouse:");
    assert_snapshot!(shop.mistakes(), @r"
    error[time-zone]: `Europe/Berln` is not a time zone
     --> pipelines/shop.yaml:2:12
      |
    2 | time_zone: Europe/Berln
      |            ^^^^^^^^^^^^
      |
      = help: did you mean `Europe/Berlin`?
    ");
}

#[test]
fn an_unknown_time_zone_of_a_column_says_what_a_zone_is() {
    let shop = Shop::new().edit(
        PIPELINE,
        "{type: timestamp, required: true}",
        "{type: timestamp, time_zone: Mars, required: true}",
    );
    assert_snapshot!(shop.mistakes(), @r"
    error[time-zone]: `Mars` is not a time zone
      --> pipelines/shop.yaml:13:49
       |
    13 |       ordered_at:  {type: timestamp, time_zone: Mars, required: true}
       |                                                 ^^^^
       |
       = help: write a name of the IANA database, such as `Europe/Paris` or `UTC`
    ");
}

#[test]
fn a_pattern_without_stages_suggests_a_folder() {
    let shop = Shop::new().edit(PIPELINE, "sql/staging/*", "sql/stagin/*");
    assert_snapshot!(shop.mistakes(), @r"
    error[no-stage]: `sql/stagin/*` matches no stage
      --> pipelines/shop.yaml:17:5
       |
    17 |   - sql/stagin/*
       |     ^^^^^^^^^^^^
       |
       = help: did you mean `sql/staging`?
    ");
}

#[test]
fn a_pattern_that_cannot_be_read_says_why() {
    let shop = Shop::new().edit(PIPELINE, "sql/staging/*", "sql/[staging/*");
    assert_snapshot!(shop.mistakes(), @r"
    error[pattern]: `sql/[staging/*` is not a pattern: unclosed character class; missing ']'
      --> pipelines/shop.yaml:17:5
       |
    17 |   - sql/[staging/*
       |     ^^^^^^^^^^^^^^
       |
       = help: use `*` within a folder's name, `**` for any folders
    ");
}

#[test]
fn two_stages_cannot_have_one_name() {
    let shop = Shop::new().edit(PIPELINE, "sql/core/*", "sql/core").with(
        "sql/core/more/customers.sql",
        "
            select customer_id from orders
            ",
    );
    assert_snapshot!(shop.mistakes(), @r"
    error[duplicate-name]: `sql/core/more/customers.sql` and `sql/core/customers.sql` make the same table
      --> pipelines/shop.yaml:18:5
       |
    18 |   - sql/core
       |     ^^^^^^^^
       |
       = help: rename one of the files, or leave one out of `stages`

    error[unknown-column]: column `spend` not found
     --> sql/core/customers.yaml:8:5
      |
    8 |   - accepted_range: {column: spend, min: 0}
      |     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
      |
      = help: the columns are `customer_id`
    ");
}

#[test]
fn a_source_cannot_have_the_name_of_a_stage() {
    let shop = Shop::new().edit(PIPELINE, "raw_orders:", "orders:");
    assert_snapshot!(shop.mistakes(), @r"
    error[duplicate-name]: the source `orders` has the name of `sql/staging/orders.sql`
     --> pipelines/shop.yaml:6:3
      |
    6 |   orders:
      |   ^^^^^^
      |
      = help: name it `raw_orders`

    error[unknown-table]: `orders` reads `raw_orders`, which no source or stage makes
     --> sql/staging/orders.sql:2:6
      |
    2 | from raw_orders
      |      ^^^^^^^^^^
      |
      = help: the tables are `activity`, `customers`, `refunds`
    ");
}

#[test]
fn a_table_needs_a_name_that_sql_reads_without_quotes() {
    let shop = Shop::new().with(
        "sql/core/Big-Spenders.sql",
        "
            select customer_id from orders
            ",
    );
    assert_snapshot!(shop.mistakes(), @r"
    error[bad-name]: `Big-Spenders` is not a table name
      --> pipelines/shop.yaml:18:5
       |
    18 |   - sql/core/*
       |     ^^^^^^^^^^
       |
       = help: use lower-case letters, digits and `_`, so that SQL needs no quotes
    ");
}

#[test]
fn event_time_must_be_a_column() {
    let shop = Shop::new().edit(PIPELINE, "event_time: ordered_at", "event_time: orderd_at");
    assert_snapshot!(shop.mistakes(), @r"
    error[unknown-column]: `event_time` names `orderd_at`, which is not a column
     --> pipelines/shop.yaml:9:17
      |
    9 |     event_time: orderd_at
      |                 ^^^^^^^^^
      |
      = help: did you mean `ordered_at`?
    ");
}

#[test]
fn event_time_must_be_a_time() {
    let shop = Shop::new().edit(PIPELINE, "event_time: ordered_at", "event_time: amount");
    assert_snapshot!(shop.mistakes(), @r"
    error[wrong-type]: `amount` is decimal(18,2), not date or timestamp
     --> pipelines/shop.yaml:9:17
      |
    9 |     event_time: amount
      |                 ^^^^^^
      |
      = help: name the column that says when, or leave `event_time` out
    ");
}

#[test]
fn event_time_must_never_be_missing() {
    let shop = Shop::new().edit(PIPELINE, "{type: timestamp, required: true}", "{type: timestamp}");
    assert_snapshot!(shop.mistakes(), @r"
    error[event-time]: `ordered_at` may be missing, so as-of could not be kept
     --> pipelines/shop.yaml:9:17
      |
    9 |     event_time: ordered_at
      |                 ^^^^^^^^^^
      |
      = help: add `required: true` to the column `ordered_at`
    ");
}

#[test]
fn a_delimiter_is_one_character() {
    let shop =
        Shop::new().edit(PIPELINE, "    format: csv\n", "    format: csv\n    delimiter: '||'\n");
    assert_snapshot!(shop.mistakes(), @r"
    error[delimiter]: `||` is not one character
     --> pipelines/shop.yaml:9:16
      |
    9 |     delimiter: '||'
      |                ^^^^
      |
      = help: give one, such as `;` or `\t`
    ");
}

#[test]
fn a_delimiter_is_for_csv() {
    let shop =
        Shop::new().edit(PIPELINE, "    format: csv\n", "    format: ndjson\n    delimiter: ';'\n");
    assert_snapshot!(shop.mistakes(), @r"
    error[delimiter]: `delimiter` is for `format: csv`
     --> pipelines/shop.yaml:9:16
      |
    9 |     delimiter: ';'
      |                ^^^
      |
      = help: leave it out
    ");
}

#[test]
fn a_time_format_must_be_a_strftime_pattern() {
    let shop = Shop::new().edit(
        PIPELINE,
        "{type: timestamp, required: true}",
        "{type: timestamp, format: '%Q', required: true}",
    );
    assert_snapshot!(shop.mistakes(), @r"
    error[time-format]: `%Q` is not a strftime pattern
      --> pipelines/shop.yaml:13:46
       |
    13 |       ordered_at:  {type: timestamp, format: '%Q', required: true}
       |                                              ^^^^
       |
       = help: write it as in `%Y-%m-%d %H:%M:%S`, or one of `epoch`, `epoch_ms`, `epoch_us`, `epoch_ns`
    ");
}

#[test]
fn the_name_of_a_zone_is_no_offset() {
    let shop = Shop::new().edit(
        PIPELINE,
        "{type: timestamp, required: true}",
        "{type: timestamp, format: '%F %T %Z', required: true}",
    );
    assert_snapshot!(shop.mistakes(), @r"
    error[time-format]: `%Z` of `%F %T %Z` is a name, which says no offset
      --> pipelines/shop.yaml:13:46
       |
    13 |       ordered_at:  {type: timestamp, format: '%F %T %Z', required: true}
       |                                              ^^^^^^^^^^
       |
       = help: write the name itself, as in `%H:%M:%S CET`, and say `time_zone`
    ");
}

#[test]
fn no_word_is_both_true_and_false() {
    let shop = Shop::new().edit(
        PIPELINE,
        "      customer_id: {type: string",
        "      ok: {type: boolean, true_values: [Y, x], false_values: X}\n      customer_id: {type: string",
    );
    assert_snapshot!(shop.mistakes(), @r"
    error[boolean-words]: `X` cannot be both true and false
      --> pipelines/shop.yaml:12:62
       |
    12 |       ok: {type: boolean, true_values: [Y, x], false_values: X}
       |                                                              ^
       |
       = help: leave it to one of them
    ");
}

#[test]
fn a_time_format_is_for_times() {
    let shop = Shop::new().edit(
        PIPELINE,
        "customer_id: {type: string",
        "customer_id: {type: string, format: '%Y'",
    );
    assert_snapshot!(shop.mistakes(), @r"
    error[time-format]: `format` is for dates and timestamps, not string
      --> pipelines/shop.yaml:12:43
       |
    12 |       customer_id: {type: string, format: '%Y', required: true}
       |                                           ^^^^
       |
       = help: leave it out
    ");
}

#[test]
fn a_default_must_have_its_declared_type() {
    let shop = Shop::new().edit(PIPELINE, "default: 1,", "default: one,");
    assert_snapshot!(shop.mistakes(), @r"
    error[wrong-type]: `minimum_orders` must be int64, not `one`
     --> pipelines/shop.yaml:4:42
      |
    4 |   minimum_orders: {type: int64, default: one, description: Orders from which a customer is active.}
      |                                          ^^^
      |
      = help: write a whole number, such as `3`
    ");
}

#[test]
fn a_parameter_cannot_have_the_name_of_a_built_in_one() {
    let shop = Shop::new().edit(PIPELINE, "params:\n", "params:\n  as_of: {type: date}\n");
    assert_snapshot!(shop.mistakes(), @r"
    error[duplicate-name]: every run already has a parameter `as_of`
     --> pipelines/shop.yaml:4:3
      |
    4 |   as_of: {type: date}
      |   ^^^^^
      |
      = help: give it another name
    ");
}

#[test]
fn a_layout_for_no_table_suggests_the_nearest() {
    let shop = Shop::new().edit(
        PIPELINE,
        "headlines:",
        "publish:\n  customer: {sort_by: [customer_id]}\nheadlines:",
    );
    assert_snapshot!(shop.mistakes(), @r"
    error[unknown-table]: no stage makes the table `customer`
      --> pipelines/shop.yaml:20:3
       |
    20 |   customer: {sort_by: [customer_id]}
       |   ^^^^^^^^
       |
       = help: did you mean `customers`?
    ");
}

#[test]
fn mistakes_of_all_files_come_in_one_go() {
    let shop = Shop::new()
        .edit(PIPELINE, "warehouse:", "time_zone: Nowhere\nwarehouse:")
        .edit("sql/core/activity.yaml", "per: period", "per: perod")
        .edit("sql/core/customers.yaml", "key: [customer_id]", "key: [customer]")
        .edit("sql/core/activity.sql", "sum(orders.amount)", "sum(orders.amont)");
    assert_snapshot!(shop.mistakes(), @r"
    error[time-zone]: `Nowhere` is not a time zone
     --> pipelines/shop.yaml:2:12
      |
    2 | time_zone: Nowhere
      |            ^^^^^^^
      |
      = help: write a name of the IANA database, such as `Europe/Paris` or `UTC`

    error[unknown-column]: column `amont` not found in `orders`
     --> sql/core/activity.sql:1:52
      |
    1 | select orders.customer_id, count(*) as orders, sum(orders.amont) as spend
      |                                                    ^^^^^^^^^^^^
      |
      = help: did you mean `amount`?

    error[unknown-value]: `perod` is not known here
     --> sql/core/activity.yaml:2:6
      |
    2 | per: perod
      |      ^^^^^
      |
      = help: did you mean `period`?

    error[unknown-column]: `key` names `customer`, which the table does not have
     --> sql/core/customers.yaml:2:7
      |
    2 | key: [customer]
      |       ^^^^^^^^
      |
      = help: the columns are `customer_id`, `first_order_at`, `spend`
    ");
}

/// One mistake each, with its place and what is said.
#[test]
fn what_only_a_run_would_stumble_over_is_a_mistake() {
    for (from, to, told) in [
        (
            "amount:      {type: \"decimal(18,2)\"",
            "amount: {accepted_range: {max: 1.005}, type: \"decimal(18,2)\"",
            "[wrong-type]: `1.005` is not decimal(18,2)",
        ),
        (
            "amount:      {type: \"decimal(18,2)\"",
            "amount: {accepted_values: [1, 1.005], type: \"decimal(18,2)\"",
            "[wrong-type]: `1.005` is not decimal(18,2)",
        ),
        (
            "amount:      {type: \"decimal(18,2)\"",
            "amount: {accepted_range: {min: 5, max: 1}, type: \"decimal(18,2)\"",
            "[accepted-range]: nothing lies between `min: 5` and `max: 1`",
        ),
        ("amount:      {", "amount: {from: '', ", "[from]: `from` names nothing"),
        ("amount:      {", "amount: {from: [amount, ''], ", "[from]: `from` names nothing"),
        (
            "      amount:  ",
            "      '':  {type: string}\n      amount:  ",
            "[bad-name]: a column has no name",
        ),
        (
            "ordered_at:  {",
            "ordered_at: {accepted_range: {min: 2024-02-01T00:00:00, max: 2024-01-31T23:00:00}, ",
            "[accepted-range]: nothing lies between",
        ),
        (
            "warehouse: ${WAREHOUSE:-warehouse}",
            "warehouse: ''",
            "[location]: the location is empty",
        ),
        (
            "warehouse: ${WAREHOUSE:-warehouse}",
            "warehouse: ${WAREHOUSE:-}",
            "[location]: the location is empty",
        ),
        ("default: 1,", "default: 1.5,", "[wrong-type]: `minimum_orders` must be int64, not `1.5`"),
        (
            "type: int64, default: 1,",
            "type: \"decimal(9,2)\", default: 15.555,",
            "[wrong-type]: `minimum_orders` must be decimal(9,2), not `15.555`",
        ),
    ] {
        let mistakes = Shop::new().edit(PIPELINE, from, to).mistakes();
        assert!(mistakes.contains(&format!("error{told}")), "{to}\n{mistakes}");
    }
}

#[test]
fn a_time_that_clocks_skip_bounds_nothing() {
    let shop =
        Shop::new().edit(PIPELINE, "warehouse:", "time_zone: Europe/Berlin\nwarehouse:").edit(
            PIPELINE,
            "ordered_at:  {",
            "ordered_at: {accepted_range: {min: 2024-03-31T02:30:00}, ",
        );
    assert_snapshot!(shop.mistakes(), @r"
    error[wrong-type]: `2024-03-31T02:30:00` is not timestamp
      --> pipelines/shop.yaml:14:36
       |
    14 |       ordered_at: {accepted_range: {min: 2024-03-31T02:30:00}, type: timestamp, required: true}
       |                                    ^^^^^^^^^^^^^^^^^^^^^^^^^^
       |
       = help: clocks of Europe/Berlin skip it: write another
    ");
}

#[test]
fn a_key_with_nothing_behind_it_is_refused() {
    let customers = "sql/core/customers.yaml";
    let shop = Shop::new().edit(customers, "publish: {sort_by: [customer_id]}", "publish:");
    assert_snapshot!(shop.mistakes(), @r"
    error[no-value]: the key `publish` has nothing behind it
     --> sql/core/customers.yaml:9:1
      |
    9 | publish:
      | ^^^^^^^
      |
      = help: write `publish: {}`, or leave the key out
    ");
    for (from, to, key) in [
        ("event_time: ordered_at", "event_time:", "event_time"),
        ("default: 1,", "default: ,", "default"),
        ("amount:      {", "amount: {accepted_range: ~, ", "accepted_range"),
        ("params:", "publish: {customers: null}\nparams:", "customers"),
    ] {
        let mistakes = Shop::new().edit(PIPELINE, from, to).mistakes();
        let told = format!("error[no-value]: the key `{key}` has nothing behind it");
        assert!(mistakes.contains(&told), "{to}\n{mistakes}");
    }
    let choices =
        "    missing_columns: null\n    on_invalid: null\n    nan: null\n    format: csv\n";
    let shop = Shop::new().edit(PIPELINE, "    format: csv\n", choices);
    assert_eq!(shop.patronage(&["check", PIPELINE]).code, 0);
}

#[test]
fn a_text_that_yaml_takes_for_nothing_is_to_be_quoted() {
    let nulls = "    null_values: [NA, NULL]\n    format: csv\n";
    let shop = Shop::new().edit(PIPELINE, "    format: csv\n", nulls);
    assert_snapshot!(shop.mistakes(), @r#"
    error[no-value]: an item of this list is nothing: YAML reads `null`, `NULL` and `~` so
     --> pipelines/shop.yaml:8:23
      |
    8 |     null_values: [NA, NULL]
      |                       ^^^^
      |
      = help: quote it if it is a text, as in `"NULL"`, or leave it out
    "#);
    let shop = shop.edit(PIPELINE, "NULL]", "\"NULL\"]");
    assert_eq!(shop.patronage(&["check", PIPELINE]).code, 0);
}

#[test]
fn a_value_given_for_a_parameter_is_refused_as_its_default_is() {
    let shop = Shop::new()
        .edit(PIPELINE, "params:\n", "params:\n  level: {type: float64, default: 0.95}\n")
        .edit(
            "sql/core/customers.sql",
            "sum(amount) as spend",
            "sum(amount) + cast(wilson_lower(1, 2, $level) as bigint) as spend",
        );
    let given = shop.run("2026-03-01", &["--param", "level=1.5"]);
    assert_eq!(given.code, 2, "{}", given.stderr);
    assert!(given.stderr.contains("sql/core/customers.sql:1:"), "{}", given.stderr);
    assert!(!shop.path("warehouse").exists());
    assert_eq!(shop.run("2026-03-01", &["--param", "level=0.9"]).code, 0);
    let rounded = shop
        .edit(
            PIPELINE,
            "level: {type: float64, default: 0.95}",
            "level: {type: \"decimal(9,2)\", default: 0.95}",
        )
        .run("2026-03-01", &["--param", "level=0.125"]);
    assert_eq!(rounded.code, 2);
    assert!(
        rounded.stderr.contains("`level` must be decimal(9,2), not `0.125`"),
        "{}",
        rounded.stderr
    );
}
