//! Every way a run can fail, the code it leaves and what readers then see.

use std::fs;

use insta::assert_snapshot;

use super::{PIPELINE, Shop};

/// A shop that published February, and then got a file that violates the contract.
fn published_then(file: &str) -> Shop {
    let shop = Shop::new();
    assert_eq!(shop.run("2026-03-01", &[]).code, 0);
    shop.with("raw/orders/2026-04.csv", file)
}

#[test]
fn a_failed_check_is_1_and_its_rows_can_be_looked_at() {
    let shop = published_then(
        "
        order_id,customer_id,ordered_at,amount
        o7,eve,2026-02-03 10:00:00,-3.00
        ",
    );
    let before = shop.published();
    assert_snapshot!(shop.run("2026-03-01", &[]).shown(), @r"
    exit: 1
    --- stdout
    --- stderr
    run [run] 3 stages
    built orders: 6 rows, [size] KiB, [time] s
    built customers: 4 rows, [size] KiB, [time] s
    check FAILED: customers: accepted_range: spend from 0 to …
    built activity for 2026-02-01: 3 rows, [size] KiB, [time] s
    error: check failed: `customers`: 1 row breaks `accepted_range: spend from 0 to …`
      customer_id: eve, first_order_at: 2026-02-03T10:00:00Z, spend: -3.00
    help: see every row that breaks them with `patronage show pipelines/shop.yaml --failed`
    ");
    assert!(shop.published() == before);
    let staged = shop.patronage(&["show", PIPELINE, "customers", "--staged"]);
    assert_snapshot!(staged.shown(), @r"
    exit: 0
    --- stdout
    +-------------+---------------------+-------+
    | customer_id | first_order_at      | spend |
    +-------------+---------------------+-------+
    | ada         | 2026-01-05T09:30:00 | 29.25 |
    | bob         | 2026-01-20T17:45:00 | 25.50 |
    | cyd         | 2026-02-14T12:00:00 | 40.00 |
    | eve         | 2026-02-03T10:00:00 | -3.00 |
    +-------------+---------------------+-------+
    --- stderr
    ");
    let published = shop.patronage(&["show", PIPELINE, "customers"]);
    assert!(!published.stdout.contains("eve"), "{}", published.stdout);
    assert_eq!(shop.results()["failure_kind"], "contract");
}

#[test]
fn a_promise_of_a_canonical_table_is_checked_on_the_stage_that_provides_it() {
    let shop = Shop::new().edit(
        "sql/staging/orders.sql",
        "customer_id,",
        "nullif(customer_id, 'cyd') as customer_id,",
    );
    assert_snapshot!(shop.run("2026-03-01", &[]).shown(), @r"
    exit: 1
    --- stdout
    --- stderr
    run [run] 3 stages
    built orders: 5 rows, [size] KiB, [time] s
    check FAILED: orders: not_null: order_id, customer_id, ordered_at
    error: check failed: `orders`: 1 row breaks `not_null: order_id, customer_id, ordered_at`
      order_id: o4, customer_id: NULL, ordered_at: 2026-02-14T12:00:00Z, amount: 40.00
    not built on what failed: customers, activity
    help: see every row that breaks them with `patronage show pipelines/shop.yaml --failed`
    ");
}

#[test]
fn too_many_rejected_rows_are_1_with_reasons_and_examples() {
    let shop = published_then(
        "
        order_id,customer_id,ordered_at,amount
        o7,eve,2026-02-03 10:00:00,ten
        o8,,2026-02-03 11:00:00,4.00
        o9,eve,the third of February,4.00
        ",
    );
    let before = shop.published();
    assert_snapshot!(shop.run("2026-03-01", &[]).shown(), @r"
    exit: 1
    --- stdout
    --- stderr
    run [run] 3 stages
    built orders: 5 rows, [size] KiB, [time] s
    built customers: 3 rows, [size] KiB, [time] s
    built activity for 2026-02-01: 2 rows, [size] KiB, [time] s
    error: source `raw_orders`: 3 of 9 rows rejected, 0 allowed
      1 × bad_number in `amount`, first at raw/orders/2026-04.csv:2: `ten`
      1 × missing_required in `customer_id`, first at raw/orders/2026-04.csv:3: ``
      1 × bad_timestamp in `ordered_at`, first at raw/orders/2026-04.csv:4: `the third of February`
    help: mend the files, or raise `max_rejects` of the source
    ");
    assert!(shop.published() == before);
    assert_eq!(shop.results()["sources"][0]["rejected"], 3);
}

#[test]
fn rejected_rows_within_the_threshold_are_counted_and_left_out() {
    let shop = Shop::new()
        .edit(PIPELINE, "    format: csv\n", "    format: csv\n    max_rejects: 1\n")
        .with(
            "raw/orders/2026-04.csv",
            "
            order_id,customer_id,ordered_at,amount
            o7,eve,2026-02-03 10:00:00,ten
            ",
        );
    let ended = shop.run("2026-03-01", &[]);
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    assert!(ended.stdout.contains("7 rows in 4 files"), "{}", ended.stdout);
    assert!(ended.stdout.contains("1 rejected"), "{}", ended.stdout);
}

#[test]
fn a_source_without_files_is_1() {
    let shop = Shop::new().edit(PIPELINE, "raw/orders/*.csv", "raw/order/*.csv");
    assert_snapshot!(shop.run("2026-03-01", &[]).shown(), @r"
    exit: 1
    --- stdout
    --- stderr
    run [run] 3 stages
    error: source `raw_orders`: nothing matches `raw/order/*.csv`; `raw` holds `orders/`
    help: correct the location; or declare the source `optional: true` if nothing may be there at all, `allow_empty: true` if other files may be
    ");
}

#[test]
fn an_optional_source_without_files_is_empty() {
    let shop = Shop::new().edit(PIPELINE, "raw/orders/*.csv", "raw/order/*.csv").edit(
        PIPELINE,
        "    format: csv\n",
        "    format: csv\n    optional: true\n",
    );
    let ended = shop.run("2026-03-01", &[]);
    assert_eq!(ended.code, 0, "{}", ended.stderr);
}

#[test]
fn a_wrong_project_is_2_before_anything_is_touched() {
    let shop = Shop::new().edit("sql/core/customers.sql", "from orders", "from ordres");
    assert_snapshot!(shop.run("2026-03-01", &[]).shown(), @r"
    exit: 2
    --- stdout
    --- stderr
    error[unknown-table]: `customers` reads `ordres`, which no source or stage makes
     --> sql/core/customers.sql:2:6
      |
    2 | from ordres
      |      ^^^^^^
      |
      = help: did you mean `orders`?
    ");
    assert!(!shop.path("warehouse").exists());
    assert_eq!(shop.results()["failure_kind"], "project");
}

#[test]
fn a_project_that_is_not_there_is_2() {
    let shop = Shop::new();
    assert_snapshot!(shop.patronage(&["check", "pipelines/shoe.yaml"]).shown(), @r"
    exit: 2
    --- stdout
    --- stderr
    error[unreadable]: cannot read `pipelines/shoe.yaml`: No such file or directory (os error 2)
     |
     = help: give the path of a file in `pipelines/`
    ");
}

#[test]
fn a_file_that_is_not_utf_8_is_2() {
    let shop = Shop::new();
    fs::write(shop.path("sql/core/customers.sql"), b"select '\xff' as name").unwrap();
    assert_snapshot!(shop.patronage(&["check", PIPELINE]).shown(), @r"
    exit: 2
    --- stdout
    --- stderr
    error[unreadable]: cannot read `sql/core/customers.sql`: stream did not contain valid UTF-8
     |
     = help: save the file as UTF-8
    ");
}

#[test]
fn a_location_that_no_store_understands_is_2() {
    let shop = Shop::new().edit(PIPELINE, "${WAREHOUSE:-warehouse}", "ftp://bucket/warehouse");
    assert_snapshot!(shop.run("2026-03-01", &[]).shown(), @r"
    exit: 2
    --- stdout
    --- stderr
    error[location]: locations starting with `ftp://` are not supported
     --> pipelines/shop.yaml:2:12
      |
    2 | warehouse: ftp://bucket/warehouse
      |            ^^^^^^^^^^^^^^^^^^^^^^
      |
      = help: use a path, `file://`, `s3://`, `gs://`, `az://`, `abfss://` or `https://`
    ");
}

#[test]
fn a_misspelt_scheme_is_2_and_makes_no_folder() {
    for location in ["s3:/bucket/wh", "s3:bucket/wh", "C:/wh", "gs:/b"] {
        let shop =
            Shop::new().edit(PIPELINE, "${WAREHOUSE:-warehouse}", &format!("\"{location}\""));
        let run = shop.run("2026-03-01", &[]);
        assert_eq!(run.code, 2, "{location}\n{}", run.stderr);
        assert!(run.stderr.contains("is no start of a URL"), "{}", run.stderr);
        assert!(!shop.path(location).exists());
        let demo =
            shop.patronage(&["demo", "--customers", "5", "--months", "1", "--out", location]);
        assert_eq!(demo.code, 2, "{}", demo.stderr);
        assert!(!shop.path(location).exists());
    }
}

#[test]
fn a_wrong_command_line_is_2_and_says_what_was_wrong() {
    let shop = Shop::new();
    let told = |arguments: &[&str]| {
        let ended = shop.patronage(arguments);
        assert_eq!((ended.code, ended.stdout.as_str()), (2, ""), "{arguments:?}");
        ended.stderr.lines().next().unwrap().to_owned()
    };
    let run =
        |options: &[&str]| told(&[&["run", PIPELINE, "--as-of", "2026-03-01"], options].concat());
    let all = [
        told(&["run", PIPELINE]),
        told(&["runn"]),
        told(&["run", PIPELINE, "--as-of", "yesterday"]),
        run(&["--from", "2026-02-30"]),
        run(&["--memory", "much"]),
        run(&["--param", "minimum_orders"]),
        run(&["--param", "minimum_order=2"]),
        run(&["--param", "year=2"]),
        run(&["--param", "minimum_orders=two"]),
        run(&["--select", "[a"]),
        told(&["show", PIPELINE, "custmers"]),
        told(&["functions", "npss"]),
        told(&["schema", "warehouse"]),
    ];
    assert_snapshot!(all.join("\n"), @r"
    error: the following required arguments were not provided:
    error: unrecognized subcommand 'runn'
    error: `yesterday` is neither a date nor a timestamp: write 2026-11-01 or 2026-11-01T06:00:00
    error: invalid value '2026-02-30' for '--from <DATE>': input is out of range
    error: `much` is not a size such as `4GiB`
    error: `--param minimum_orders` is not `name=value`
    error: the pipeline has no parameter `minimum_order`; did you mean `minimum_orders`?
    error: the pipeline has no parameter `year`; the parameters are `minimum_orders`
    error: `minimum_orders` must be int64, not `two`
    error: `[a` is not a usable pattern: unclosed character class; missing ']'
    error: the pipeline has no table, stage or source `custmers`
    error: there is no function `npss`
    error: invalid value 'warehouse' for '[KIND]'
    ");
}

#[test]
fn a_selection_of_nothing_is_4() {
    let shop = Shop::new();
    assert_snapshot!(shop.run("2026-03-01", &["--select", "customer"]).shown(), @r"
    exit: 4
    --- stdout
    --- stderr
    error: `--select customer` selects no published table; there are customers, activity
    ");
    assert_eq!(shop.results()["failure_kind"], "empty");
}

#[test]
fn an_empty_interval_is_4() {
    let shop = Shop::new();
    assert_snapshot!(shop.run("2026-03-01", &["--from", "2026-03-01"]).shown(), @r"
    exit: 4
    --- stdout
    --- stderr
    error: no period from 2026-03-01 to as-of begins before 2026-03-01T00:00:00Z
    ");
    // The wrong way round is empty within one period as well.
    for (from, to) in [("2026-02-01", "2026-01-01"), ("2026-02-15", "2026-02-10")] {
        let backwards = shop.run("2026-03-01", &["--from", from, "--to", to]);
        assert_eq!(backwards.code, 4);
        let told = format!("error: `--from {from}` is after `--to {to}`: no period lies between");
        assert!(backwards.stderr.contains(&told), "{}", backwards.stderr);
    }
    assert_eq!(shop.results()["failure_kind"], "empty");
    let one_day = ["--from", "2026-02-10", "--to", "2026-02-10"];
    assert_eq!(shop.run("2026-03-01", &one_day).code, 0);
}

#[test]
fn a_table_that_is_not_published_yet_is_4() {
    let shop = Shop::new();
    assert_snapshot!(shop.patronage(&["show", PIPELINE, "customers"]).shown(), @r"
    exit: 4
    --- stdout
    --- stderr
    error: `customers` has not been published yet
    help: publish it with `patronage run`
    ");
    let staged = shop.patronage(&["show", PIPELINE, "customers", "--staged"]);
    assert_snapshot!(staged.shown(), @r"
    exit: 4
    --- stdout
    --- stderr
    error: no failed run left staged rows of `customers`
    help: rows stay staged only when a check fails
    ");
}

#[test]
fn a_memory_budget_that_is_too_small_is_71_and_names_the_way_out() {
    let shop = Shop::new();
    let ended = shop.run("2026-03-01", &["--memory", "1KiB"]);
    assert_eq!(ended.code, 71, "{}", ended.stderr);
    assert!(ended.stderr.contains("stage `"), "{}", ended.stderr);
    assert!(ended.stderr.contains("help: give the run more with `--memory`"), "{}", ended.stderr);
    assert_eq!(shop.results()["failure_kind"], "memory");
    assert!(shop.published().is_empty() && shop.staged().is_empty());
}

#[test]
fn a_warehouse_that_is_a_file_is_74() {
    let shop = Shop::new().with("warehouse", "not a folder");
    assert_snapshot!(shop.run("2026-03-01", &[]).shown().replace(&in_full(&shop), "[shop]"), @r"
    exit: 74
    --- stdout
    --- stderr
    run [run] 3 stages
    error: `[shop]/warehouse` is no folder where a folder belongs
    help: move it away and run again
    ");
}

#[test]
fn a_warehouse_that_refuses_rows_is_74() {
    // The run has no folder to stage anything in, which is found before anything is built.
    let shop = Shop::new().with("warehouse/_patronage/stage", "not a folder");
    let ended = shop.run("2026-03-01", &[]);
    assert_eq!(ended.code, 74, "{}", ended.stderr);
    assert!(ended.stderr.contains("warehouse/_patronage/stage"), "{}", ended.stderr);
    assert!(!ended.stderr.contains("built"), "{}", ended.stderr);
    assert_eq!(shop.results()["failure_kind"], "storage");
}

#[test]
fn results_that_cannot_be_written_are_74() {
    let shop = Shop::new();
    let ended = shop.run("2026-03-01", &["--results", "raw/nowhere/results.json"]);
    assert_eq!(ended.code, 74);
    assert!(ended.stderr.contains("cannot write `raw/nowhere/results.json`"), "{}", ended.stderr);
}

#[test]
fn results_that_cannot_be_written_are_found_out_before_anything_is_published() {
    for path in ["raw/nowhere/results.json", "raw", "/dev/full"] {
        let shop = Shop::new();
        let ended = shop.run("2026-03-01", &["--results", path]);
        assert_eq!(ended.code, 74, "{}", ended.stderr);
        assert!(ended.stderr.contains("help: let `--results` name a file"), "{}", ended.stderr);
        assert!(!shop.path("warehouse").exists(), "{path}");
    }
}

#[test]
fn results_go_to_devices_and_to_pipes_that_are_read() {
    let shop = Shop::new();
    let ended = shop.run("2026-03-01", &["--results", "/dev/stdout"]);
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    let mut found = serde_json::Deserializer::from_str(&ended.stdout).into_iter();
    let results: serde_json::Value = found.next().unwrap().unwrap();
    assert_eq!((&results["exit_code"], &results["release"]), (&0.into(), &1.into()));
    assert_eq!(shop.run("2026-03-01", &["--results", "/dev/null"]).code, 0);
}

#[test]
fn a_run_that_is_killed_leaves_a_record_that_says_so() {
    let shop = Shop::new().with("sql/core/slow.sql", "select count(*) as pairs from (select value from generate_series(1, 10000000) as s(value)) as a cross join (select value from generate_series(1, 10000000) as s(value)) as b where a.value * b.value % 7 = 3");
    let shop = shop.with(
        "sql/core/slow.yaml",
        "
        columns: {pairs: {type: int64, description: A number that takes its time.}}
        publish: {}
        ",
    );
    let mut child = shop.command(&["run", PIPELINE, "--as-of", "2026-03-01"]).spawn().unwrap();
    let started = std::time::Instant::now();
    let begun =
        || fs::read_to_string(shop.path("run_results.json")).is_ok_and(|it| it.ends_with("}\n"));
    while !begun() && started.elapsed().as_secs() < 60 {
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    std::thread::sleep(std::time::Duration::from_millis(500));
    child.kill().unwrap();
    child.wait().unwrap();
    let results = shop.results();
    assert_eq!((&results["exit_code"], &results["release"]), (&137.into(), &().into()));
    assert_eq!(results["message"], "the run has not ended: it goes on, or it was killed");
}

#[test]
fn a_folder_for_temporary_files_that_is_none_is_74() {
    let shop = Shop::new();
    let run = ["run", PIPELINE, "--as-of", "2026-03-01"];
    let child = shop.command(&run).env("TMPDIR", "/dev/null/nowhere").spawn().unwrap();
    let ended = super::ended(child);
    assert_eq!(ended.code, 74, "{}", ended.stderr);
    assert_eq!(shop.results()["failure_kind"], "storage");
}

#[test]
fn a_missing_credential_is_77_within_seconds() {
    let shop = Shop::new();
    let started = std::time::Instant::now();
    let run = ["run", PIPELINE, "--as-of", "2026-03-01"];
    let child = shop.command(&run).env("WAREHOUSE", "s3://bucket/warehouse").spawn().unwrap();
    assert_snapshot!(super::ended(child).shown(), @r"
    exit: 77
    --- stdout
    --- stderr
    run [run] 3 stages
    error: no credentials for `s3://bucket/warehouse`; looked for AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY; AWS_WEB_IDENTITY_TOKEN_FILE and AWS_ROLE_ARN; keys or a web identity in the profile AWS_PROFILE or `default` of ~/.aws/credentials and ~/.aws/config; AWS_CONTAINER_CREDENTIALS_RELATIVE_URI; AWS_CONTAINER_CREDENTIALS_FULL_URI and AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE; the metadata of the instance; AWS_SKIP_SIGNATURE=true for a public bucket
    help: give one of these, and run `patronage doctor`
    ");
    assert!(started.elapsed().as_secs() < 10);
    assert_eq!(shop.results()["failure_kind"], "permission");
}

fn in_full(shop: &Shop) -> String {
    shop.path("").canonicalize().unwrap().to_string_lossy().trim_end_matches('/').to_owned()
}

#[test]
fn a_pipeline_that_publishes_nothing_is_4_and_check_says_so() {
    let shop = Shop::new().edit("sql/core/customers.yaml", "publish:", "# publish:").edit(
        "sql/core/activity.yaml",
        "publish:",
        "# publish:",
    );
    assert_snapshot!(shop.patronage(&["check", PIPELINE]).shown(), @r"
    exit: 4
    --- stdout
    --- stderr
    error: the pipeline publishes no table: add `publish: {}` to the YAML beside a stage
    ");
    assert_eq!(shop.run("2026-03-01", &[]).code, 4);
}

#[test]
fn a_partition_value_that_no_folder_can_be_named_after_is_told() {
    let name = |letters: usize| "书".repeat(letters);
    let shop = |letters| {
        let orders = "order_id,customer_id,ordered_at,amount\n";
        let order = format!("o1,{},2026-01-05 09:30:00,10.00\n", name(letters));
        Shop::new().with("raw/orders/2026-01.csv", &format!("{orders}{order}")).edit(
            "sql/core/customers.yaml",
            "{sort_by",
            "{partition_by: [customer_id], sort_by",
        )
    };
    let long = shop(90);
    let ended = long.run("2026-03-01", &[]);
    assert_eq!((ended.code, long.results()["failure_kind"].as_str()), (1, Some("contract")));
    let (_, error) = ended.stderr.split_once("error: ").unwrap();
    assert_snapshot!(error, @r"
    table `customers`: the partition column `customer_id` has the value `书书书书书书书书书书书书书书书书书书书书书书书书书书书书书书书书书书书书书书书书书书书书书书书书书书书书书书书书书书书书…` (90 letters), whose folder would have a name of 282 bytes; file systems take 255
    help: partition by a short code, and keep the long text in a column
    ");
    assert!(long.published().is_empty() && long.staged().is_empty());
    // A name that fits without percent signs is published so.
    let short = shop(33);
    assert_eq!(short.run("2026-03-01", &[]).code, 0);
    let folder = format!("warehouse/customers/customer_id={}", name(33));
    assert!(short.path(&folder).exists());
}
