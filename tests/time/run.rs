//! Moments are instants: in the hour that clocks go through twice, on days without a midnight, and
//! where numbers count from 1970.

use std::path::Path;

use datafusion::arrow::datatypes::{DataType, TimeUnit};
use datafusion::parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use insta::assert_snapshot;

use crate::support::program::Ended;
use crate::support::shop::{PIPELINE, Shop};

/// A project of one table, in place of the shop's.
fn project(zone: &str, source: &str, raw: &str, sql: &str, columns: &[(&str, &str)]) -> Shop {
    let shop = Shop::new();
    for folder in ["sql", "raw"] {
        std::fs::remove_dir_all(shop.path(folder)).unwrap();
    }
    let column = |(name, kind): &(&str, &str)| {
        format!("  {name}: {{type: {kind}, description: Column {name}.}}\n")
    };
    let columns = columns.iter().map(column).collect::<Vec<_>>().concat();
    shop.with(
        PIPELINE,
        &format!(
            "pipeline: shop\ntime_zone: {zone}\nperiod: day\nwarehouse: warehouse\nsources:\n  raw:\n    \
             location: raw/raw.csv\n    format: csv\n{source}\nstages: [sql/*]\n"
        ),
    )
    .with("raw/raw.csv", raw)
    .with("sql/t.sql", sql)
    .with("sql/t.yaml", &format!("description: A table.\ncolumns:\n{columns}publish: {{}}\n"))
}

fn built(shop: &Shop, as_of: &str, options: &[&str]) -> String {
    let Ended { code, stderr, .. } = shop.run(as_of, options);
    assert_eq!(code, 0, "{stderr}");
    shop.patronage(&["show", PIPELINE, "t"]).stdout
}

const UPDATES: &str = "id,status,at\n\
    A,placed,2024-11-03T05:50:00Z\n\
    A,cancelled,2024-11-03T06:10:00Z\n\
    B,placed,2024-11-03T04:10:00Z\n";
const COLUMNS: &str = "    columns: {id: {type: string, required: true}, status: {type: string}, \
    at: {type: timestamp, required: true}}";

#[test]
fn the_newest_row_is_the_one_of_the_latest_instant() {
    let source = format!("    key: [id]\n    version: [at]\n{COLUMNS}");
    let columns =
        [("id", "string"), ("status", "string"), ("at", "timestamp"), ("utc", "timestamptz")];
    let sql = "select id, status, at, at as utc from raw";
    let shop = project("America/New_York", &source, UPDATES, sql, &columns);
    assert_snapshot!(built(&shop, "2025-01-01", &[]), @r"
    +----+-----------+---------------------+----------------------+
    | id | status    | at                  | utc                  |
    +----+-----------+---------------------+----------------------+
    | A  | cancelled | 2024-11-03T01:10:00 | 2024-11-03T06:10:00Z |
    | B  | placed    | 2024-11-03T00:10:00 | 2024-11-03T04:10:00Z |
    +----+-----------+---------------------+----------------------+
    ");
}

#[test]
fn as_of_goes_by_the_instant_in_the_hour_that_comes_twice() {
    let source = format!("    event_time: at\n{COLUMNS}");
    let raw = "id,status,at\nearly,x,2024-11-03T05:30:00Z\nlate,x,2024-11-03T06:20:00Z\n";
    let shop = project("America/New_York", &source, raw, "select id from raw", &[("id", "string")]);
    for (as_of, used) in [
        ("2024-11-03T05:30:00Z", 0),
        ("2024-11-03T05:45:00Z", 1),
        ("2024-11-03T06:00:00Z", 1),
        ("2024-11-03T06:20:01Z", 2),
    ] {
        built(&shop, as_of, &["--exact-as-of"]);
        assert_eq!(shop.results()["sources"][0]["used"], used, "{as_of}");
    }
}

#[test]
fn a_history_and_a_gap_know_the_order_of_instants() {
    let shop = project("America/New_York", COLUMNS, UPDATES, "select id, status, at from raw", &[])
        .with(
            "sql/t.yaml",
            "
            description: A history.
            history: {key: [id], at: at}
            columns:
              id: {type: string, description: Key.}
              status: {type: string, description: State.}
              valid_from: {type: timestamp, description: From.}
              valid_to: {type: timestamp, description: To.}
              is_current: {type: boolean, description: Now.}
            publish: {}
            ",
        )
        .with(
            "sql/gap.sql",
            "select id, date_part('epoch', max(valid_from) - min(valid_from)) / 60 as minutes
             from t group by id",
        )
        .with(
            "sql/gap.yaml",
            "
            description: What later stages see of a published table.
            columns:
              id: {type: string, description: Key.}
              minutes: {type: float64, description: Between the first and the last.}
            publish: {}
            ",
        );
    assert_snapshot!(built(&shop, "2025-01-01", &[]), @r"
    +----+-----------+---------------------+---------------------+------------+
    | id | status    | valid_from          | valid_to            | is_current |
    +----+-----------+---------------------+---------------------+------------+
    | A  | cancelled | 2024-11-03T01:10:00 |                     | true       |
    | A  | placed    | 2024-11-03T01:50:00 | 2024-11-03T01:10:00 | false      |
    | B  | placed    | 2024-11-03T00:10:00 |                     | true       |
    +----+-----------+---------------------+---------------------+------------+
    ");
    assert_snapshot!(shop.patronage(&["show", PIPELINE, "gap"]).stdout, @r"
    +----+---------+
    | id | minutes |
    +----+---------+
    | A  | 20.0    |
    | B  | 0.0     |
    +----+---------+
    ");
}

#[test]
fn a_day_without_a_midnight_is_a_day() {
    let raw = "id,at\n1,2024-04-25 23:30:00\n2,2024-04-26\n3,2024-04-26 22:00:00\n4,2024-04-27 00:00:00\n";
    let source = "    event_time: at\n    columns: {id: {type: int64}, at: {type: timestamp, required: true}}";
    let sql = "select $period_start as starts, $period_end as ends, count(*) as n, min(id) as least \
               from raw where at >= $period_start and at < $period_end";
    let columns =
        [("starts", "timestamp"), ("ends", "timestamp"), ("n", "int64"), ("least", "int64")];
    let shop = project("Africa/Cairo", source, raw, sql, &columns).edit(
        "sql/t.yaml",
        "description: A table.",
        "description: A table.\nper: period",
    );
    let of_the_25th = built(&shop, "2024-04-25T22:00:00Z", &[]);
    assert_snapshot!(of_the_25th, @r"
    +------------+---------------------+---------------------+---+-------+
    | period     | starts              | ends                | n | least |
    +------------+---------------------+---------------------+---+-------+
    | 2024-04-25 | 2024-04-25T00:00:00 | 2024-04-26T01:00:00 | 1 | 1     |
    +------------+---------------------+---------------------+---+-------+
    ");
    assert_eq!(built(&shop, "2024-04-26", &[]), of_the_25th);
    assert_snapshot!(built(&shop, "2024-04-28", &["--from", "2024-04-25"]), @r"
    +------------+---------------------+---------------------+---+-------+
    | period     | starts              | ends                | n | least |
    +------------+---------------------+---------------------+---+-------+
    | 2024-04-25 | 2024-04-25T00:00:00 | 2024-04-26T01:00:00 | 1 | 1     |
    | 2024-04-26 | 2024-04-26T01:00:00 | 2024-04-27T00:00:00 | 2 | 2     |
    | 2024-04-27 | 2024-04-27T00:00:00 | 2024-04-28T00:00:00 | 1 | 4     |
    +------------+---------------------+---------------------+---+-------+
    ");
}

#[test]
fn numbers_from_1970_are_declared_with_their_unit() {
    let raw = "id,s,ms,us,ns,wrong\n1,1704067200,1704067200123,1704067200123456,1704067200123456789,1704067200\n\
               2,-1,-1,-1,-1,1704067200123\n";
    let source = "    max_rejects: 1\n    columns: {id: {type: int64}, s: {type: timestamp, format: epoch}, \
                  ms: {type: timestamp, format: epoch_ms}, us: {type: timestamp, format: epoch_us}, \
                  ns: {type: timestamp, format: epoch_ns}, wrong: {type: timestamp, format: \"%s\"}}";
    let sql = "select id, s, ms, us, ns from raw";
    let columns = ["s", "ms", "us", "ns"].map(|name| (name, "timestamp"));
    let columns: Vec<_> = [("id", "int64")].into_iter().chain(columns).collect();
    let shop = project("UTC", source, raw, sql, &columns);
    assert_snapshot!(built(&shop, "2025-01-01", &[]), @r"
    +----+---------------------+-------------------------+----------------------------+----------------------------+
    | id | s                   | ms                      | us                         | ns                         |
    +----+---------------------+-------------------------+----------------------------+----------------------------+
    | 1  | 2024-01-01T00:00:00 | 2024-01-01T00:00:00.123 | 2024-01-01T00:00:00.123456 | 2024-01-01T00:00:00.123456 |
    +----+---------------------+-------------------------+----------------------------+----------------------------+
    ");
    let rejects = &shop.results()["sources"][0]["rejects"][0];
    assert_eq!((&rejects["reason"], &rejects["column"]), (&"out_of_range".into(), &"wrong".into()));
}

#[test]
fn readers_find_wall_time_or_an_instant_as_the_column_is_declared() {
    let columns = [("wall", "timestamp"), ("instant", "timestamptz")];
    let sql = "select at as wall, at as instant from raw";
    for zone in ["UTC", "America/New_York"] {
        let shop = project(zone, COLUMNS, UPDATES, sql, &columns);
        built(&shop, "2025-01-01", &[]);
        let types = types(&shop.path("warehouse/t/part-00000.parquet"));
        let micros =
            |zone: Option<&str>| DataType::Timestamp(TimeUnit::Microsecond, zone.map(Into::into));
        assert_eq!(types, [micros(None), micros(Some("UTC"))], "{zone}");
    }
}

fn types(path: &Path) -> Vec<DataType> {
    let file = std::fs::File::open(path).unwrap();
    let schema = ParquetRecordBatchReaderBuilder::try_new(file).unwrap().schema().clone();
    schema.fields().iter().map(|field| field.data_type().clone()).collect()
}

#[test]
fn a_range_of_a_table_takes_what_one_of_a_source_takes() {
    // Ada buys at 1:30 before the clocks go back and bob an hour later, when they show 1:30 again.
    let orders = "order_id,customer_id,ordered_at,amount\n\
                  o1,ada,2024-11-03T05:30:00Z,0.10\no2,bob,2024-11-03T06:30:00Z,0.30\n";
    let head = "time_zone: America/New_York\nwarehouse:";
    let mut shop = Shop::new()
        .edit(PIPELINE, "warehouse:", head)
        .edit(PIPELINE, "raw/orders/*.csv", "raw/orders.csv")
        .with("raw/orders.csv", orders);
    let mut written = "{column: spend, min: 0}".to_owned();
    for (range, rows) in [
        ("{column: first_order_at, min: '2024-11-03T05:45:00Z'}", 1),
        ("{column: first_order_at, max: '2024-11-03T05:30:00Z'}", 1),
        ("{column: first_order_at, min: '2024-11-03T01:30:00-05:00'}", 1),
        // Of a wall time that comes twice, the earlier.
        ("{column: first_order_at, min: '2024-11-03 01:45:00'}", 1),
        ("{column: first_order_at, min: 2024-11-03}", 0),
        ("{column: first_order_at, max: 2024-11-03}", 2),
        // Exact in decimals, which 0.1 + 0.2 is not in floats.
        ("{column: spend, min: 0.1, max: 0.3}", 0),
        ("{column: spend, min: 0.105, max: 3e-1}", 1),
    ] {
        let warned = format!("{range}\n    severity: warn");
        shop = shop.edit("sql/core/customers.yaml", &written, &warned);
        written = warned;
        let ended = shop.run("2024-12-01", &[]);
        assert_eq!(ended.code, 0, "{range}\n{}", ended.stderr);
        let results = shop.results();
        let mut checks = results["checks"].as_array().unwrap().iter();
        let check = checks.find(|it| it["check"].as_str().unwrap().starts_with("accepted_range"));
        assert_eq!(check.unwrap()["failed_rows"], rows, "{range}");
    }
}

const TWICE: &str = "id,at,d\n\
    1,2024-11-03T05:30:00Z,2024-11-03\n\
    2,2024-11-03T06:30:00Z,2024-11-03\n";
const DAYS: &str = "    columns: {id: {type: int64}, at: {type: timestamp, required: true}, \
    d: {type: date}}";

#[test]
fn a_date_beside_moments_is_published_as_the_first_moment_of_its_day() {
    let sql = "select at as v, at as utc from raw union all select d, d as e from raw";
    let columns = [("v", "timestamp"), ("utc", "timestamptz")];
    let shop = project("America/New_York", DAYS, TWICE, sql, &columns);
    assert_eq!(shop.patronage(&["check", PIPELINE]).code, 0);
    assert_snapshot!(built(&shop, "2025-01-01", &[]), @r"
    +---------------------+----------------------+
    | v                   | utc                  |
    +---------------------+----------------------+
    | 2024-11-03T00:00:00 | 2024-11-03T04:00:00Z |
    | 2024-11-03T00:00:00 | 2024-11-03T04:00:00Z |
    | 2024-11-03T01:30:00 | 2024-11-03T05:30:00Z |
    | 2024-11-03T01:30:00 | 2024-11-03T06:30:00Z |
    +---------------------+----------------------+
    ");
    let sql = "select case when id = 2 then at else d end as utc, coalesce(at, d) as v from raw";
    let columns = [("utc", "timestamptz"), ("v", "timestamp")];
    let shop = project("America/New_York", DAYS, TWICE, sql, &columns);
    assert_snapshot!(built(&shop, "2025-01-01", &[]), @r"
    +----------------------+---------------------+
    | utc                  | v                   |
    +----------------------+---------------------+
    | 2024-11-03T04:00:00Z | 2024-11-03T01:30:00 |
    | 2024-11-03T06:30:00Z | 2024-11-03T01:30:00 |
    +----------------------+---------------------+
    ");
}

#[test]
fn a_moment_beyond_the_year_9999_is_pointed_at() {
    let raw = "id,at,d\n1,9999-12-31T12:00:00Z,2024-11-03\n";
    let sql = "select id,\n    at + interval '1 day' as v\nfrom raw";
    let columns = [("id", "int64"), ("v", "timestamp")];
    let shop = project("America/New_York", DAYS, raw, sql, &columns);
    assert_eq!(shop.patronage(&["check", PIPELINE]).code, 0);
    let ended = shop.run("2025-01-01", &[]);
    assert_eq!(ended.code, 1, "{}", ended.stderr);
    let at = ended.stderr.find("error").unwrap();
    assert_snapshot!(ended.stderr[at..], @r"
    error[out-of-range]: `9999-12-31T07:00:00-05:00 + 1 days` is beyond the years 1 to 9999
     --> sql/t.sql:2:5
      |
    2 |     at + interval '1 day' as v
      |     ^^^^^^^^^^^^^^^^^^^^^
      |
      = help: leave such values as they are: `case when … < '9999-01-01' then … end`
    ");
}

#[test]
fn what_has_no_answer_for_moments_is_a_mistake() {
    let mistake = |expression: &str| {
        let sql = format!("select id,\n    {expression} as v\nfrom raw");
        let columns = [("id", "int64"), ("v", "int64")];
        let shop = project("America/New_York", DAYS, TWICE, &sql, &columns);
        let ended = shop.patronage(&["check", PIPELINE]);
        assert_eq!(ended.code, 2, "{}", ended.stderr);
        ended.stderr
    };
    assert_snapshot!(mistake("cast(at as bigint)"), @r"
    error[wrong-type]: `raw.at` would become a number
     --> sql/t.sql:2:10
      |
    2 |     cast(at as bigint) as v
      |          ^^
      |
      = help: seconds since 1970 are `to_unixtime(…)`, with a fraction `extract(epoch from …)`
    ");
    assert_snapshot!(mistake("extract(timezone from at)"), @r"
    error[sql]: `date_part` knows no `TIMEZONE`
     --> sql/t.sql:2:27
      |
    2 |     extract(timezone from at) as v
      |                           ^^
    ");
    assert_snapshot!(mistake("to_unixtime(id = 1)"), @r"
    error[wrong-argument]: `to_unixtime` makes no moment of boolean
     --> sql/t.sql:2:5
      |
    2 |     to_unixtime(id = 1) as v
      |     ^^^^^^^^^^^^^^^^^^
    ");
}

#[test]
#[expect(clippy::too_many_lines, reason = "a table of cases")]
fn what_lengths_of_time_have_no_answer_for_is_a_mistake() {
    let mistakes = |expressions: &[&str]| {
        let said = expressions.iter().map(|expression| {
            let sql = format!("select id,\n    {expression} as v\nfrom raw");
            let columns = [("id", "int64"), ("v", "int64")];
            let shop = project("America/New_York", DAYS, TWICE, &sql, &columns);
            let ended = shop.patronage(&["check", PIPELINE]);
            assert_eq!(ended.code, 2, "{expression}: {}", ended.stderr);
            ended.stderr
        });
        said.collect::<Vec<_>>().join("\n")
    };
    assert_snapshot!(mistakes(&[
        "cast(at - at as int)",
        "extract(month from at - at)",
        "at - at > 30",
        "cast(at as date) - cast(at as date) > interval '30 days'",
        "(at - at) / 2",
        "max(interval '1 day') over ()",
        "cast(at as date) + cast(cast(id as string) as interval)",
        "at + interval '1 quarter'",
        "lag(id, 1, id) over (order by id)",
        "nvl(id = 1, 'true')",
        "case when id = 1 then id else cast(id as string) end",
    ]), @r"
    error[sql]: A length of time as a number does not say of what: write `extract(epoch from …)` for its seconds, `extract(day from …)` for whole days
     --> sql/t.sql:2:10
      |
    2 |     cast(at - at as int) as v
      |          ^^

    error[sql]: A difference of moments has no `month`: it has days, and hours, minutes and seconds besides, and `extract(epoch from …)` is all of it in seconds
     --> sql/t.sql:2:24
      |
    2 |     extract(month from at - at) as v
      |                        ^^

    error[wrong-type]: `>` cannot compare duration with int64
     --> sql/t.sql:2:5
      |
    2 |     at - at > 30 as v
      |     ^^^^^^^^^^^^
      |
      = help: a difference of dates is a number of days, one of moments is compared with an interval such as `interval '7 days'`

    error[wrong-type]: `>` cannot compare int64 with interval
     --> sql/t.sql:2:10
      |
    2 |     cast(at as date) - cast(at as date) > interval '30 days' as v
      |          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
      |
      = help: a difference of dates is a number of days, one of moments is compared with an interval such as `interval '7 days'`

    error[sql]: `/` does not go with a length of time and int64: multiply by a whole number, or compute with its seconds, `extract(epoch from …)`
     --> sql/t.sql:2:6
      |
    2 |     (at - at) / 2 as v
      |      ^^

    error[sql]: Intervals are neither sorted nor grouped: take the seconds of each, `extract(epoch from …)`
     --> sql/t.sql:2:18
      |
    2 |     max(interval '1 day') over () as v
      |                  ^^^^^^^

    error[sql]: Whether `raw.at` becomes another date or a moment depends on the hours of the interval: write `cast(raw.at as timestamp)` for a moment, or a number of days
     --> sql/t.sql:2:34
      |
    2 |     cast(at as date) + cast(cast(id as string) as interval) as v
      |                                  ^^

    error[wrong-argument]: `1 quarter` is no interval
     --> sql/t.sql:2:5
      |
    2 |     at + interval '1 quarter' as v
      |     ^^^^^^^^^^^^^^^^^^^^^^^^^
      |
      = help: write a number and `year`, `month`, `week`, `day`, `hour`, `minute`, `second` or a part of it; a quarter is `3 months`

    error[sql]: `lag` takes constants for the distance and for where there is no such row: write `case when lag(true) over (…) then lag(…) over (…) else … end`
     --> sql/t.sql:2:16
      |
    2 |     lag(id, 1, id) over (order by id) as v
      |                ^^

    error[wrong-argument]: `nvl` finds no common type of boolean, string: cast them
     --> sql/t.sql:2:5
      |
    2 |     nvl(id = 1, 'true') as v
      |     ^^^^^^^^^^^^^^^^^^

    error[wrong-type]: `raw.id` is text, but used as int64
     --> sql/t.sql:2:40
      |
    2 |     case when id = 1 then id else cast(id as string) end as v
      |                                        ^^
      |
      = help: cast the other side to text with `cast(… as string)`; where the text always is a value of type int64, cast it: `cast(raw.id as …)`
    ");
}

#[test]
fn a_count_beside_other_parts_of_a_pattern_is_a_mistake() {
    let source = "    columns: {at: {type: timestamp, format: '%Y-%m-%d %s'}}";
    let raw = "at\n2023-01-01 5\n";
    let shop = project("UTC", source, raw, "select at from raw", &[("at", "timestamp")]);
    let ended = shop.patronage(&["check", PIPELINE]);
    assert_eq!(ended.code, 2);
    assert_snapshot!(ended.stderr, @r"
    error[time-format]: `%s` of `%Y-%m-%d %s` counts all seconds since 1970 by itself
     --> pipelines/shop.yaml:9:45
      |
    9 |     columns: {at: {type: timestamp, format: '%Y-%m-%d %s'}}
      |                                             ^^^^^^^^^^^^^
      |
      = help: write `epoch`, which takes a fraction too, or the pattern without `%s`
    ");
}

/// What `check` says of each query, in a zone whose clocks are changed.
fn mistakes(queries: &[&str]) -> String {
    let said = queries.iter().map(|sql| {
        let columns = [("id", "int64"), ("v", "int64")];
        let shop = project("America/New_York", DAYS, TWICE, sql, &columns);
        let ended = shop.patronage(&["check", PIPELINE]);
        assert_eq!(ended.code, 2, "{sql}: {}", ended.stderr);
        ended.stderr
    });
    said.collect::<Vec<_>>().join("\n")
}

#[test]
fn a_date_meets_no_number_and_no_time_of_day() {
    assert_snapshot!(mistakes(&[
        "select id, 1 as v from raw\nwhere d >= 20240101",
        "select id,\n    lag(d, 1, 0) over (order by id) as v\nfrom raw",
        "select id as v, id from raw\nunion all\nselect d, id from raw",
        "select raw.id, 1 as v from raw\njoin (select 20240131 as key) as k on k.key = raw.d",
        "select id, 1 as v from raw\nwhere d >= '2024-01-31 12:00:00'",
    ]), @r"
    error[wrong-type]: `20240101` is a number, but used as date
     --> sql/t.sql:2:7
      |
    2 | where d >= 20240101
      |       ^^^^^^^^^^^^^
      |
      = help: a date and a number meet only in `+` and `-`: write a date, such as `date '2024-01-01'` or `make_date(2024, 1, 1)`; a key such as 20240131 is read with `to_date(cast(… as string), '%Y%m%d')`

    error[wrong-type]: `0` is a number, but used as date
     --> sql/t.sql:2:5
      |
    2 |     lag(d, 1, 0) over (order by id) as v
      |     ^^^^^^^^^^^
      |
      = help: a date and a number meet only in `+` and `-`: write a date, such as `date '2024-01-01'` or `make_date(2024, 1, 1)`; a key such as 20240131 is read with `to_date(cast(… as string), '%Y%m%d')`

    error[wrong-type]: `raw.id` is a number, but used as date
     --> sql/t.sql:1:8
      |
    1 | select id as v, id from raw
      |        ^^
      |
      = help: a date and a number meet only in `+` and `-`: write a date, such as `date '2024-01-01'` or `make_date(2024, 1, 1)`; a key such as 20240131 is read with `to_date(cast(… as string), '%Y%m%d')`

    error[wrong-type]: `k.key` is a number, but used as date
     --> sql/t.sql:2:39
      |
    2 | join (select 20240131 as key) as k on k.key = raw.d
      |                                       ^^^^^
      |
      = help: a date and a number meet only in `+` and `-`: write a date, such as `date '2024-01-01'` or `make_date(2024, 1, 1)`; a key such as 20240131 is read with `to_date(cast(… as string), '%Y%m%d')`

    error[wrong-type]: `2024-01-31 12:00:00` is a day and a time, but used as date
     --> sql/t.sql:2:7
      |
    2 | where d >= '2024-01-31 12:00:00'
      |       ^^^^^^^^^^^^^^^^^^^^^^^^^^
      |
      = help: write a date alone, or `timestamp '…'`, with which the first moment of the date is compared
    ");
}

#[test]
fn a_frame_by_days_over_moments_is_refused_where_clocks_change() {
    assert_snapshot!(mistakes(&[
        "select id,\n    sum(id) over (order by at range between interval '7 days' preceding and current row) as v\nfrom raw",
    ]), @r"
    error[sql]: A frame of 7 days over `raw.at` may end in an hour that comes twice: count its hours, or order by `cast(raw.at as date)`
     --> sql/t.sql:2:28
      |
    2 |     sum(id) over (order by at range between interval '7 days' preceding and current row) as v
      |                            ^^
    ");
}

#[test]
fn a_length_of_time_is_no_column_of_a_published_table() {
    for length in ["at - d", "make_array(at - d)", "interval '1 day'"] {
        let sql = format!("select id, {length} as v from raw");
        let shop = project("UTC", DAYS, TWICE, &sql, &[("id", "int64"), ("v", "int64")]);
        let shop = shop.edit("sql/t.yaml", "v: {type: int64, ", "v: {");
        let ended = shop.patronage(&["check", PIPELINE]);
        let said = "error[wrong-type]: `t` yields `v`, a length of time, which readers do not know";
        assert_eq!((ended.code, ended.stderr.contains(said)), (2, true), "{}", ended.stderr);
    }
    // Between stages it is one.
    let sql = "select id, cast(extract(epoch from w) as int) as v from waits";
    let shop = project("UTC", DAYS, TWICE, sql, &[("id", "int64"), ("v", "int64")]);
    let shop = shop.with("sql/waits.sql", "select id, at - d as w from raw");
    assert_eq!(shop.patronage(&["check", PIPELINE]).code, 0);
    // 05:30Z and 06:30Z after midnight.
    assert_snapshot!(built(&shop, "2025-01-01", &[]), @r"
    +----+-------+
    | id | v     |
    +----+-------+
    | 1  | 19800 |
    | 2  | 23400 |
    +----+-------+
    ");
}

#[test]
fn what_constants_have_no_answer_for_is_a_mistake() {
    assert_snapshot!(mistakes(&[
        "select id,\n    make_date(2023, 2, 29) as v\nfrom raw",
        "select id,\n    to_char(d, '%Q') as v\nfrom raw",
        "select id,\n    regexp_replace(cast(id as string), '(', '') as v\nfrom raw",
        "select id,\n    to_date(20240131) as v\nfrom raw",
        "select id,\n    to_timestamp('2024-12-31 10', '%Y-%m-%d %H') as v\nfrom raw",
        "select id,\n    version() as v\nfrom raw",
        "select id,\n    at at time zone 'Europe/Stokholm' as v\nfrom raw",
    ]), @r"
    error[sql]: Unable to parse date from 2023, 2, 29
     --> sql/t.sql:2:5
      |
    2 |     make_date(2023, 2, 29) as v
      |     ^^^^^^^^^^^^^^^^^^^^^

    error[sql]: `to_char` cannot read its pattern: Arrow error: Cast error: Format error
     --> sql/t.sql:2:5
      |
    2 |     to_char(d, '%Q') as v
      |     ^^^^^^^^^^^^^^^

    error[sql]: `regexp_replace` cannot read its pattern: error: unclosed group
     --> sql/t.sql:2:5
      |
    2 |     regexp_replace(cast(id as string), '(', '') as v
      |     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^

    error[sql]: `+57385-08-06` is no date of the years 1 to 9999
     --> sql/t.sql:2:5
      |
    2 |     to_date(20240131) as v
      |     ^^^^^^^^^^^^^^^^

    error[sql]: `2024-12-31 10` is no timestamp by `%Y-%m-%d %H`: it has a day of the years 1 to 9999, and an hour only with its minute
     --> sql/t.sql:2:5
      |
    2 |     to_timestamp('2024-12-31 10', '%Y-%m-%d %H') as v
      |     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^

    error[not-reproducible]: `version` gives another answer in every run
     --> sql/t.sql:2:5
      |
    2 |     version() as v
      |     ^^^^^^^
      |
      = help: use `$as_of`, `$previous_start`, `$period_start` or `$period_end`

    error[sql]: `Europe/Stokholm` is no time zone: write a name such as `Europe/Berlin`
     --> sql/t.sql:2:5
      |
    2 |     at at time zone 'Europe/Stokholm' as v
      |     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
    ");
}
