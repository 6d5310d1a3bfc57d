//! The engine's operations on moments, against values worked out by hand from the rules of the zones.

use std::sync::Arc;

use chrono_tz::{Africa, America, Asia, Europe, Tz};
use datafusion::arrow::array::{
    ArrayRef, Date32Array, Int64Array, RecordBatch, TimestampMicrosecondArray,
};
use datafusion::arrow::util::display::array_value_to_string;
use datafusion::prelude::SessionContext;
use regex::Regex;

use crate::session::for_planning;
use crate::zone;

/// A table `t` with one row for each moment, `at`.
fn table(zone: Tz, moments: &[&str]) -> SessionContext {
    let session = for_planning(zone).unwrap();
    let micros = moments.iter().map(|text| zone::parse(zone, text).unwrap().timestamp_micros());
    let at: TimestampMicrosecondArray = micros.map(Some).collect();
    let at = Arc::new(at.with_timezone(zone.name())) as ArrayRef;
    session.register_batch("t", RecordBatch::try_from_iter([("at", at)]).unwrap()).unwrap();
    session
}

/// What an expression makes of each moment, and of the same ones as constants.
async fn of(zone: Tz, moments: &[&str], expression: &str) -> Vec<String> {
    let session = table(zone, moments);
    let rows = session.sql(&format!("select {expression} as it from t")).await.unwrap();
    let batches = rows.collect().await.unwrap_or_else(|error| panic!("{expression}: {error}"));
    let texts = batches.iter().flat_map(|batch| {
        (0..batch.num_rows()).map(|row| array_value_to_string(batch.column(0), row).unwrap())
    });
    let found: Vec<String> = texts.collect();
    let name = Regex::new(r"\bat\b").unwrap();
    for (moment, text) in moments.iter().zip(&found) {
        let instant =
            zone::parse(zone, moment).unwrap().naive_utc().format("%Y-%m-%dT%H:%M:%S%.6fZ");
        let literal =
            format!("arrow_cast('{instant}', 'Timestamp(Microsecond, Some(\"{zone}\"))')");
        if expression.contains("from t") {
            continue;
        }
        let sql = format!("select {} as it", name.replace_all(expression, literal.as_str()));
        let constant = session.sql(&sql).await.unwrap().collect().await.unwrap();
        assert_eq!(array_value_to_string(constant[0].column(0), 0).unwrap(), *text, "{sql}");
    }
    found
}

const TWICE: [&str; 2] = ["2024-11-03T05:30:00Z", "2024-11-03T06:30:00Z"];

#[tokio::test]
async fn a_moment_has_the_date_and_the_wall_time_of_its_zone() {
    let moments = ["2024-05-01T02:59:59Z", "2024-05-01T03:00:00Z", "1969-12-31T23:59:59.5Z"];
    let days = of(America::Sao_Paulo, &moments, "cast(at as date)").await;
    assert_eq!(days, ["2024-04-30", "2024-05-01", "1969-12-31"]);
    let wall = of(America::Sao_Paulo, &moments, "to_local_time(at)").await;
    assert_eq!(wall, ["2024-04-30T23:59:59", "2024-05-01T00:00:00", "1969-12-31T20:59:59.500"]);
    let shown = of(America::New_York, &TWICE, "to_char(at, '%Y-%m-%d %H:%M')").await;
    assert_eq!(shown, ["2024-11-03 01:30", "2024-11-03 01:30"]);
    let text = of(America::New_York, &TWICE, "cast(at as string)").await;
    assert_eq!(text, ["2024-11-03T01:30:00-04:00", "2024-11-03T01:30:00-05:00"]);
    let local = of(America::New_York, &TWICE, "to_local_time(at)").await;
    assert_eq!(local, ["2024-11-03T01:30:00", "2024-11-03T01:30:00"]);
}

#[tokio::test]
async fn parts_are_those_of_the_wall_time_and_the_epoch_that_of_the_instant() {
    let moments = ["2024-11-03T05:30:00Z", "1968-02-29T03:30:00.25Z", "2024-01-01T04:59:00Z"];
    for (part, expected) in [
        ("year", ["2024", "1968", "2023"]),
        ("month", ["11", "2", "12"]),
        ("day", ["3", "28", "31"]),
        ("hour", ["1", "22", "23"]),
        ("dow", ["0", "3", "0"]),
        ("doy", ["308", "59", "365"]),
        ("epoch", ["1730611800.0", "-58048199.75", "1704085140.0"]),
    ] {
        let found = of(America::New_York, &moments, &format!("date_part('{part}', at)")).await;
        assert_eq!(found, expected, "{part}");
    }
    let years = "extract(year from at) = 2024";
    assert_eq!(of(America::New_York, &moments, years).await, ["true", "false", "false"]);
}

#[tokio::test]
async fn truncation_gives_the_first_instant_of_what_the_clock_shows() {
    for (zone, unit, moment, expected) in [
        (America::New_York, "hour", TWICE[0], "2024-11-03T01:00:00-04:00"),
        (America::New_York, "hour", TWICE[1], "2024-11-03T01:00:00-05:00"),
        (America::New_York, "minute", TWICE[1], "2024-11-03T01:30:00-05:00"),
        (America::New_York, "day", TWICE[1], "2024-11-03T00:00:00-04:00"),
        (America::New_York, "week", "2024-11-04T04:59:00Z", "2024-10-28T00:00:00-04:00"),
        (Asia::Kathmandu, "hour", "2024-01-01T00:00:00Z", "2024-01-01T05:00:00+05:45"),
        (Africa::Cairo, "day", "2024-04-26T12:00:00Z", "2024-04-26T01:00:00+03:00"),
        // Clocks go back to midnight: the day begins when they first show it, for all of its hours.
        (America::Havana, "day", "2024-11-03T04:30:00Z", "2024-11-03T00:00:00-04:00"),
        (America::Havana, "day", "2024-11-03T18:00:00Z", "2024-11-03T00:00:00-04:00"),
        (Europe::Paris, "month", "1968-03-15T12:00:00Z", "1968-03-01T00:00:00+01:00"),
        (Europe::Paris, "quarter", "2024-06-30T23:00:00Z", "2024-07-01T00:00:00+02:00"),
        (Europe::Paris, "year", "2023-12-31T23:30:00Z", "2024-01-01T00:00:00+01:00"),
        (Tz::UTC, "month", "2024-12-31T23:30:00Z", "2024-12-01T00:00:00Z"),
    ] {
        let found = of(zone, &[moment], &format!("date_trunc('{unit}', at)")).await;
        assert_eq!(found, [expected], "{zone} {unit} {moment}");
    }
}

#[tokio::test]
async fn bins_of_days_are_of_the_calendar_and_shorter_ones_of_the_clock() {
    for (zone, bin, moment, expected) in [
        (
            America::New_York,
            "interval '15 minutes', at",
            "2024-11-03T06:40:00Z",
            "2024-11-03T01:30:00-05:00",
        ),
        (
            Asia::Kathmandu,
            "interval '1 hour', at",
            "2024-01-01T00:00:00Z",
            "2024-01-01T05:00:00+05:45",
        ),
        (
            America::Sao_Paulo,
            "interval '1 day', at",
            "2024-05-01T02:00:00Z",
            "2024-04-30T00:00:00-03:00",
        ),
        (
            America::Sao_Paulo,
            "interval '1 month', at",
            "2024-05-01T02:00:00Z",
            "2024-04-01T00:00:00-03:00",
        ),
        (
            Europe::Paris,
            "interval '7 days', at, timestamp '2024-01-01'",
            "2024-03-31T22:30:00Z",
            "2024-04-01T00:00:00+02:00",
        ),
    ] {
        let found = of(zone, &[moment], &format!("date_bin({bin})")).await;
        assert_eq!(found, [expected], "{zone} {bin} {moment}");
    }
}

#[tokio::test]
async fn days_and_months_keep_the_time_of_day_and_hours_pass() {
    for (zone, moment, shift, expected) in [
        (
            America::New_York,
            "2024-11-02T05:30:00Z",
            "at + interval '1 day'",
            "2024-11-03T01:30:00-04:00",
        ),
        (
            America::New_York,
            "2024-11-04T06:30:00Z",
            "at - interval '1 day'",
            "2024-11-03T01:30:00-05:00",
        ),
        (
            America::New_York,
            "2024-11-02T16:00:00Z",
            "at + interval '1 day'",
            "2024-11-03T12:00:00-05:00",
        ),
        (
            America::New_York,
            "2024-11-02T16:00:00Z",
            "at + interval '24 hours'",
            "2024-11-03T11:00:00-05:00",
        ),
        (
            Europe::Paris,
            "2024-03-30T01:30:00Z",
            "interval '1 day' + at",
            "2024-03-31T03:00:00+02:00",
        ),
        (
            Europe::Paris,
            "2024-01-31T11:00:00Z",
            "at + interval '1 month'",
            "2024-02-29T12:00:00+01:00",
        ),
        (
            Africa::Cairo,
            "2024-04-25T22:00:00Z",
            "at - interval '1 microsecond'",
            "2024-04-25T23:59:59.999999+02:00",
        ),
        (Tz::UTC, "1970-01-01T00:00:00Z", "at - interval '1 year'", "1969-01-01T00:00:00Z"),
    ] {
        assert_eq!(of(zone, &[moment], shift).await, [expected], "{zone} {moment} {shift}");
    }
}

#[tokio::test]
async fn comparisons_go_by_the_instant_and_dates_and_plain_timestamps_by_the_zone() {
    let moments = ["2024-05-01T02:59:59Z", "2024-05-01T03:00:00Z"];
    for condition in [
        "at >= date '2024-05-01'",
        "at >= timestamp '2024-05-01 00:00:00'",
        "at >= '2024-05-01'",
        "at >= '2024-05-01T00:00:00'",
        "at >= '2024-05-01T03:00:00Z'",
        "at >= '2024-05-01 05:00:00+02:00'",
        "at >= timestamptz '2024-05-01T00:00:00'",
        "at >= to_timestamp('2024-05-01T03:00:00Z')",
        "at >= to_timestamp_seconds(1714532400)",
        "at >= from_unixtime(1714532400)",
        "at >= arrow_cast('2024-05-01', 'Timestamp(Nanosecond, Some(\"America/Sao_Paulo\"))')",
        "at in (timestamp '2024-05-01 00:00:00', timestamp '2020-01-01 00:00:00')",
        "at between '2024-05-01' and '2024-05-02'",
        "cast(at as timestamp) >= timestamp '2024-05-01 00:00:00'",
        "coalesce(at, timestamp '2020-01-01 00:00:00') >= date '2024-05-01'",
        "date_trunc('day', at) = date '2024-05-01'",
        "at = (select max(at) from t)",
    ] {
        assert_eq!(
            of(America::Sao_Paulo, &moments, condition).await,
            ["false", "true"],
            "{condition}"
        );
    }
    let order = "at < timestamp '2024-11-03 01:30:01'";
    assert_eq!(of(America::New_York, &TWICE, order).await, ["true", "false"]);
    // The first moment of a day without a midnight: a date beside it is met on the wall.
    for condition in [
        "at >= date '2024-04-26'",
        "date '2024-04-26' <= at",
        "cast(at as date) = date '2024-04-26'",
    ] {
        let found = of(Africa::Cairo, &["2024-04-25T21:59:59Z", "2024-04-25T22:00:00Z"], condition);
        assert_eq!(found.await, ["false", "true"], "{condition}");
    }
    assert_eq!(of(Africa::Cairo, &["2024-04-25T22:00:00Z"], "at = '2024-04-26'").await, ["true"]);
}

#[tokio::test]
async fn a_filter_means_what_its_condition_says() {
    let moments = ["2024-05-01T02:59:59Z", "2024-05-01T03:00:00Z"];
    let session = table(America::Sao_Paulo, &moments);
    for condition in [
        "at >= date '2024-05-01'",
        "at >= timestamp '2024-05-01 00:00:00'",
        "cast(at as timestamp) >= timestamp '2024-05-01 00:00:00'",
        "cast(at as date) = date '2024-05-01'",
        "date_part('month', at) = 5",
    ] {
        let rows = session.sql(&format!("select at from t where {condition}")).await.unwrap();
        assert_eq!(rows.count().await.unwrap(), 1, "{condition}");
    }
    let sql = "select * from t as a inner join (select cast(at as timestamp) as wall from t) as b \
               on a.at = b.wall";
    assert_eq!(session.sql(sql).await.unwrap().count().await.unwrap(), 2);
}

#[tokio::test]
async fn a_difference_is_the_time_that_passed_and_a_unit_is_cut_downwards() {
    let session = table(America::New_York, &["2024-11-03T05:50:00Z", "2024-11-03T06:10:00Z"]);
    let sql = "select date_part('epoch', max(at) - min(at)) from t";
    let gap = session.sql(sql).await.unwrap().collect().await.unwrap();
    assert_eq!(array_value_to_string(gap[0].column(0), 0).unwrap(), "1200.0");
    let cut = "arrow_cast(at, 'Timestamp(Second, Some(\"UTC\"))')";
    let found = of(Tz::UTC, &["1969-12-31T23:59:58.5Z"], cut).await;
    assert_eq!(found, ["1969-12-31T23:59:58Z"]);
    let text = "try_cast('no time' as timestamptz)";
    assert_eq!(of(Tz::UTC, &["2024-01-01"], text).await, [""]);
}

/// What a query says of a table with `id`, `at` and `d`, a date.
async fn rows(zone: Tz, sql: &str) -> Vec<String> {
    let session = for_planning(zone).unwrap();
    let at = [("2024-11-03T05:30:00Z", 20030), ("2024-11-03T06:30:00Z", 20030)];
    let micros = at.iter().map(|(text, _)| zone::parse(zone, text).unwrap().timestamp_micros());
    let micros: TimestampMicrosecondArray = micros.map(Some).collect();
    let columns: [(&str, ArrayRef); 3] = [
        ("id", Arc::new(Int64Array::from(vec![1, 2]))),
        ("at", Arc::new(micros.with_timezone(zone.name()))),
        ("d", Arc::new(Date32Array::from(at.map(|(_, day)| day).to_vec()))),
    ];
    session.register_batch("t", RecordBatch::try_from_iter(columns).unwrap()).unwrap();
    let found = session.sql(sql).await.unwrap().collect().await;
    let batches = found.unwrap_or_else(|error| panic!("{sql}: {error}"));
    let texts = batches.iter().flat_map(|batch| {
        (0..batch.num_rows()).map(|row| array_value_to_string(batch.column(0), row).unwrap())
    });
    let mut texts: Vec<String> = texts.collect();
    texts.sort();
    texts
}

/// The first moment of 2024-11-03 in New York is 04:00Z; 01:30 comes at 05:30Z and at 06:30Z.
#[tokio::test]
async fn a_date_that_meets_a_moment_is_the_first_moment_of_its_day() {
    let [day, first, second] =
        ["2024-11-03T00:00:00-04:00", "2024-11-03T01:30:00-04:00", "2024-11-03T01:30:00-05:00"];
    for (sql, expected) in [
        ("select case when id = 2 then at else d end from t", vec![day, second]),
        ("select case when id = 2 then d else at end from t", vec![day, first]),
        ("select at as v from t union all select d from t", vec![day, day, first, second]),
        ("select d as v from t union all select at from t", vec![day, day, first, second]),
        ("select at as v from t union select d from t", vec![day, first, second]),
        ("select coalesce(at, d) from t", vec![first, second]),
        ("select coalesce(nullif(at, at), d) from t", vec![day, day]),
        ("select nvl(at, d) from t", vec![first, second]),
        ("select nvl2(at, at, d) from t", vec![first, second]),
        ("select least(d, at) from t", vec![day, day]),
        ("select greatest(d, at) from t", vec![first, second]),
        ("select nullif(at, d) from t", vec![first, second]),
        ("select [at, d][1] from t", vec![first, second]),
        ("select [d, at][1] from t", vec![day, day]),
        ("select lag(at, 1, date '2024-11-03') over (order by at) from t", vec![day, first]),
        ("select extract(epoch from at - date '2024-11-03') from t", vec!["5400.0", "9000.0"]),
        ("select extract(epoch from at - cast(at as date)) from t", vec!["5400.0", "9000.0"]),
        ("select extract(epoch from d - at) from t", vec!["-5400.0", "-9000.0"]),
        ("select at from t where at in (d, timestamp '2024-11-03 01:30:00')", vec![first]),
        ("select at from t where at in (select d + interval '0 days' from t)", vec![]),
        ("select at from t where d in (select date_trunc('day', at) from t)", vec![first, second]),
        ("select id from t where at between d and date '2024-11-04'", vec!["1", "2"]),
        (
            "select a.id from t as a join t as b on date_trunc('day', a.at) = b.d and a.id = b.id",
            vec!["1", "2"],
        ),
        (
            "select case at when timestamp '2024-11-03 01:30:00' then 'x' else 'y' end from t",
            vec!["x", "y"],
        ),
        ("select array_position([at, at], date '2024-11-03') from t", vec!["", ""]),
        ("select at as v from t intersect select d from t", vec![]),
    ] {
        assert_eq!(rows(America::New_York, sql).await, expected, "{sql}");
    }
}

#[tokio::test]
async fn text_with_an_offset_is_an_instant_and_whole_numbers_count_seconds_in_utc() {
    let instant = "2024-11-03T01:30:00-04:00";
    for value in [
        "cast('2024-11-03T05:30:00Z' as timestamp)",
        "cast('2024-11-03T05:30:00Z' as timestamptz)",
        "try_cast('2024-11-03T05:30:00Z' as timestamp)",
        "cast('2024-11-03T14:30:00+09:00' as timestamp)",
        "timestamp '2024-11-03T05:30:00Z'",
        "timestamp '2024-11-03 01:30:00'",
        "cast('2024-11-03 01:30:00' as timestamp)",
        "to_timestamp('2024-11-03 01:30:00')",
        "to_timestamp('2024-11-03T05:30:00Z')",
        "to_timestamp('03/11/2024 01:30', '%Y', '%d/%m/%Y %H:%M')",
        "to_timestamp('03/11/2024 05:30 +0000', '%d/%m/%Y %H:%M %z')",
        "to_timestamp_seconds('2024-11-03 01:30:00')",
        "to_timestamp_nanos('2024-11-03 01:30:00')",
        "to_timestamp(1730611800)",
        "to_timestamp(1730611800.0)",
        "to_timestamp(cast(1730611800 as decimal(20,3)))",
        "to_timestamp_seconds(1730611800)",
        "to_timestamp_millis(1730611800000)",
        "to_timestamp_micros(1730611800000000)",
        "to_timestamp_nanos(1730611800000000999)",
        "from_unixtime(1730611800)",
        "cast(1730611800 as timestamp)",
        "cast(cast(1730611800 as int) as timestamp)",
        "cast(cast(at as varchar) as timestamp)",
        "cast(at as timestamp)",
        "to_timestamp(at)",
        "cast(to_local_time(at) as timestamp)",
    ] {
        let moment = [TWICE[0]];
        assert_eq!(of(America::New_York, &moment, value).await, [instant], "{value}");
        let same = format!("at = {value}");
        assert_eq!(of(America::New_York, &moment, &same).await, ["true"], "{same}");
    }
    let later = "cast(cast(at as varchar) as timestamp) = at";
    assert_eq!(of(America::New_York, &TWICE, later).await, ["true", "true"]);
    for (value, expected) in [
        ("extract(epoch from timestamp '2024-06-01 00:00:00')", "1717214400.0"),
        ("to_unixtime('2024-06-01 00:00:00')", "1717214400"),
        ("to_unixtime('2024-06-01T00:00:00Z')", "1717200000"),
        ("to_unixtime(date '2024-06-01')", "1717214400"),
        ("to_unixtime(7)", "7"),
        ("to_unixtime('2024-11-03 01:30:00')", "1730611800"),
        // Skipped, so that it is the end of the gap.
        ("to_unixtime('2024-03-10 02:30:00')", "1710054000"),
        ("to_timestamp('2024-03-10 02:30:00')", "2024-03-10T03:00:00-04:00"),
        ("to_timestamp_seconds('2024-03-10 02:30:00')", "2024-03-10T03:00:00-04:00"),
        ("cast('2024-03-10 02:30:00' as timestamp)", "2024-03-10T03:00:00-04:00"),
        ("to_timestamp(date '2024-11-03')", "2024-11-03T00:00:00-04:00"),
        ("cast(date '2024-11-03' as timestamp)", "2024-11-03T00:00:00-04:00"),
        ("to_timestamp('x', null)", ""),
        ("to_timestamp(null)", ""),
    ] {
        assert_eq!(of(America::New_York, &TWICE[..1], value).await, [expected], "{value}");
    }
}

#[tokio::test]
async fn all_years_from_1_to_9999_are_known_and_no_others() {
    let moments = ["9999-12-31T04:00:00Z", "0001-01-02T12:00:00Z"];
    for (expression, expected) in [
        ("date_trunc('month', at)", ["9999-12-01T00:00:00-05:00", "0001-01-01T00:00:00-04:56"]),
        ("date_trunc('hour', at)", ["9999-12-30T23:00:00-05:00", "0001-01-02T07:00:00-04:56"]),
        (
            "date_bin(interval '1 month', at)",
            ["9999-12-01T00:00:00-05:00", "0001-01-01T00:00:00-04:56"],
        ),
        ("at + interval '1 day'", ["9999-12-31T23:00:00-05:00", "0001-01-03T07:03:58-04:56"]),
        ("extract(year from at)", ["9999", "1"]),
        ("to_char(at, '%Y-%m-%d %H:%M:%S%.f')", ["9999-12-30 23:00:00", "0001-01-02 07:03:58"]),
        ("date_format(at, '%d.%m.')", ["30.12.", "02.01."]),
        ("to_char(to_timestamp(99999999999), '%Y-%m-%d')", ["5138-11-16"; 2]),
        ("at AT TIME ZONE 'Asia/Tokyo'", ["9999-12-31T13:00:00", "0001-01-02T21:18:59"]),
        ("extract(hour from at AT TIME ZONE 'UTC')", ["4", "12"]),
        ("extract(year from at AT TIME ZONE 'UTC') = 9999", ["true", "false"]),
        ("at < '9999-12-31'", ["true", "true"]),
        ("at < date '9999-12-31'", ["true", "true"]),
        (
            "extract(epoch from at - timestamp '1970-01-01T00:00:00Z')",
            ["253402228800.0", "-62135467200.0"],
        ),
        ("extract(epoch from at - date '1970-01-01')", ["253402210800.0", "-62135485200.0"]),
        ("date_trunc('month', cast(at as date))", ["9999-12-01T00:00:00", "0001-01-01T00:00:00"]),
        (
            "at - (at - timestamp '2024-01-01')",
            ["2024-01-01T00:00:00-05:00", "2024-01-01T00:00:00-05:00"],
        ),
    ] {
        assert_eq!(of(America::New_York, &moments, expression).await, expected, "{expression}");
    }
    let session = table(America::New_York, &moments);
    for beyond in [
        "at + interval '1 year'",
        "at - interval '2 days'",
        "at + (timestamp '9999-01-01' - at)  + (timestamp '2024-01-01' - timestamp '1970-01-01')",
        "to_timestamp_seconds(extract(epoch from at) * 2)",
    ] {
        let sql = format!("select {beyond} from t");
        let error = session.sql(&sql).await.unwrap().collect().await.unwrap_err().to_string();
        assert!(error.contains("the years 1 to 9999"), "{sql}: {error}");
    }
}

#[tokio::test]
async fn what_takes_the_instant_from_a_moment_is_refused_when_planned() {
    let session = table(America::New_York, &TWICE);
    for (expression, said) in [
        ("cast(at as int)", "would become a number"),
        ("cast(at as bigint)", "would become a number"),
        ("arrow_cast(at, 'Int64')", "would become a number"),
        ("extract(timezone from at)", "knows no"),
        ("extract(century from cast(at as date))", "knows no"),
        ("date_trunc('fortnight', at)", "cannot cut to"),
        ("to_timestamp(true)", "makes no moment"),
        ("to_timestamp('2024', 5)", "text and patterns"),
        ("cast('2024-01-01' as timestamp(9))", "digits of a second"),
        ("cast(at - at as int)", "write `extract(epoch from"),
        ("try_cast(at - at as bigint)", "write `extract(epoch from"),
        ("cast(interval '1 day' as int)", "write `extract(epoch from"),
        ("extract(month from at - at)", "has no 'month'"),
        ("extract(week from at - at)", "has no 'week'"),
        ("date_part('dow', at - at)", "has no 'dow'"),
        ("least(at - at, interval '1 month')", "A month has no one length"),
        ("max(case when at > at then interval '1 day' end)", "neither sorted nor grouped"),
        (
            "count(distinct case when at > at then interval '1 day' end)",
            "neither sorted nor grouped",
        ),
        (
            "row_number() over (order by case when at > at then interval '1 day' end)",
            "neither sorted nor grouped",
        ),
        ("distinct case when at > at then interval '1 day' end", "neither sorted nor grouped"),
        ("at - at in (select interval '1 day')", "not compared with rows"),
    ] {
        let sql = format!("select {expression} from t");
        let planned = match session.sql(&sql).await {
            Ok(rows) => rows.create_physical_plan().await.map(|_| ()),
            Err(error) => Err(error),
        };
        let error = planned.unwrap_err().to_string();
        assert!(error.contains(said), "{sql}: {error}");
    }
}

/// 59 days 10:30, 1 day 10:30, 7 days and 45 minutes after the beginning of 2024; answers of `DuckDB` and
/// `PostgreSQL`.
const LATER: [&str; 4] = [
    "2024-02-29T10:30:00Z",
    "2024-01-02T10:30:00Z",
    "2024-01-08T00:00:00Z",
    "2024-01-01T00:45:00Z",
];

#[tokio::test]
#[expect(clippy::too_many_lines, reason = "a table of cases")]
async fn lengths_of_time_are_compared_as_such() {
    let (yes, no) = ("true", "false");
    for (condition, expected) in [
        ("gap > interval '30 days'", [yes, no, no, no]),
        ("gap < interval '7 days'", [no, yes, no, yes]),
        ("interval '7 days' > gap", [no, yes, no, yes]),
        ("gap = interval '7 days'", [no, no, yes, no]),
        ("gap >= interval '7 days'", [yes, no, yes, no]),
        ("gap <= interval '1 week'", [no, yes, yes, yes]),
        ("gap > interval '1 month'", [yes, no, no, no]),
        ("gap between interval '1 day' and interval '30 days'", [no, yes, yes, no]),
        ("gap in (interval '7 days', interval '45 minutes')", [no, no, yes, yes]),
        ("gap is distinct from interval '168 hours'", [yes, yes, no, yes]),
        ("not (gap < interval '1 day')", [yes, yes, yes, no]),
        ("nullif(gap, interval '7 days') is null", [no, no, yes, no]),
        ("least(gap, interval '2 days') = interval '48 hours'", [yes, no, yes, no]),
        ("coalesce(gap, interval '0 days') > interval '3 days'", [yes, no, yes, no]),
        ("nvl(gap, interval '1 month') > interval '3 days'", [yes, no, yes, no]),
        ("case gap when interval '1 week' then true else false end", [no, no, yes, no]),
        ("case when gap < interval '2 days' then true else false end", [no, yes, no, yes]),
        (
            "case when gap > interval '2 days' then interval '36 hours' else interval '1 day' end \
             > interval '24 hours'",
            [yes, no, yes, no],
        ),
        ("-1 * gap < interval '-30 days'", [yes, no, no, no]),
        ("gap > 2 * interval '15 days'", [yes, no, no, no]),
        ("gap * 3 > interval '7 days'", [yes, no, yes, no]),
        ("interval '36 hours' > interval '1 day'", [yes; 4]),
        ("interval '24 hours' = interval '1 day'", [yes; 4]),
        ("interval '40 days' > interval '1 month'", [yes; 4]),
        ("interval '1 month' = interval '30 days'", [yes; 4]),
        ("interval '1 year' = interval '12 months'", [yes; 4]),
        ("greatest(interval '36 hours', interval '1 day') = interval '36 hours'", [yes; 4]),
        // Parts, of what is negative too.
        ("extract(day from gap)", ["59", "1", "7", "0"]),
        ("extract(hour from gap)", ["10", "10", "0", "0"]),
        ("extract(minute from gap)", ["30", "30", "0", "45"]),
        ("date_part('second', gap)", ["0", "0", "0", "0"]),
        ("extract(hour from gap * -1)", ["-10", "-10", "0", "0"]),
        ("extract(epoch from gap)", ["5135400.0", "124200.0", "604800.0", "2700.0"]),
        ("extract(microsecond from gap + interval '1.5 seconds')", ["1500000"; 4]),
    ] {
        let condition = condition.replace("gap", "(at - timestamp '2024-01-01T00:00:00Z')");
        for zone in [Tz::UTC, America::New_York] {
            assert_eq!(of(zone, &LATER, &condition).await, expected, "{condition}");
        }
    }
    for (sql, expected) in [
        // The clocks go back between them.
        (
            "select id from t where at - timestamp '2024-11-02 01:30:00' = interval '1 day'",
            vec!["1"],
        ),
        ("select id from t where at - d > interval '2 hours'", vec!["2"]),
        ("select count(*) filter (where at - d < interval '1 day') from t group by d", vec!["2"]),
        (
            "select a.id from (select id, at - d as gap from t) as a join (select interval '90 minutes' \
             as gap) as b on a.gap = b.gap",
            vec!["1"],
        ),
        ("select id from t where at - d > (select interval '2 hours')", vec!["2"]),
    ] {
        assert_eq!(rows(America::New_York, sql).await, expected, "{sql}");
    }
}

#[tokio::test]
async fn a_date_and_hours_are_a_moment_and_a_date_and_days_a_date() {
    for (expression, expected) in [
        ("DAY + interval '1 day'", "2024-11-04"),
        ("DAY - interval '1 month 1 day'", "2024-10-02"),
        ("interval '2 weeks' + DAY", "2024-11-17"),
        ("DAY + 5", "2024-11-08"),
        ("5 + DAY", "2024-11-08"),
        ("DAY - 5", "2024-10-29"),
        ("DAY + 3 * interval '1 day'", "2024-11-06"),
        ("DAY + cast('3 days' as interval)", "2024-11-06"),
        (
            "DAY + case when at > DAY then interval '1 day' else interval '1 month' end",
            "2024-11-04",
        ),
        // Midnight is at 04:00Z, and the clocks go back at 06:00Z.
        ("DAY + interval '1 hour'", "2024-11-03T01:00:00-04:00"),
        ("DAY + interval '2 hours'", "2024-11-03T01:00:00-05:00"),
        ("DAY - interval '1 hour'", "2024-11-02T23:00:00-04:00"),
        ("DAY + interval '36 hours'", "2024-11-04T11:00:00-05:00"),
        ("DAY + interval '1.5 days'", "2024-11-04T12:00:00-05:00"),
        ("DAY + 2 * interval '30 minutes'", "2024-11-03T01:00:00-04:00"),
        ("DAY + (at - DAY)", "2024-11-03T01:30:00-04:00"),
        ("DAY + interval '1 hour' = DAY", "false"),
        ("at < DAY + interval '2 hours'", "true"),
        ("at >= DAY + interval '90 minutes'", "true"),
        ("at between DAY and DAY + interval '89 minutes'", "false"),
        ("to_char(DAY + interval '90 minutes', '%H:%M')", "01:30"),
        ("extract(hour from DAY + interval '5 hours')", "4"),
        ("cast(DAY + interval '23 hours' as date)", "2024-11-03"),
    ] {
        let expression = expression.replace("DAY", "cast(at as date)");
        assert_eq!(
            of(America::New_York, &TWICE[..1], &expression).await,
            [expected],
            "{expression}"
        );
    }
    let session = table(America::New_York, &TWICE[..1]);
    for (expression, said) in [
        ("cast(at as date) + cast(cast(at as string) as interval)", "write `cast("),
        (
            "cast(at as date) + case when true then interval '1 day' else interval '1 hour' end",
            "write `cast(",
        ),
        ("date '9999-12-31' + 1", "beyond the years 1 to 9999"),
        ("cast(at as date) + 3000000", "`2024-11-03 + 3000000` is beyond the years 1 to 9999"),
        ("cast(at as date) + 9223372036854775807", "beyond the years 1 to 9999"),
        ("cast(at as date) - interval '2024 years'", "beyond the years 1 to 9999"),
        ("date '0001-01-01' - interval '1 day'", "beyond the years 1 to 9999"),
        ("date '9999-12-31' + interval '24 hours'", "beyond the years 1 to 9999"),
        ("9223372036854775807 * interval '1 day'", "longer than any"),
        ("interval '1 day' * 1.5", "multiply by a whole number"),
        ("(at - at) / 2", "multiply by a whole number"),
    ] {
        let sql = format!("select {expression} from t");
        let failed = match session.sql(&sql).await {
            Ok(rows) => rows.collect().await.map(|_| ()),
            Err(error) => Err(error),
        };
        let error = failed.expect_err(&sql).to_string();
        assert!(error.contains(said), "{sql}: {error}");
    }
}

#[tokio::test]
async fn at_time_zone_is_the_wall_time_of_a_moment_and_the_moment_of_a_wall_time() {
    // In New York it is the last evening of June, four hours behind UTC.
    let july = ["2024-07-01T02:00:00Z"];
    for (expression, expected) in [
        ("at AT TIME ZONE 'America/New_York'", "2024-06-30T22:00:00"),
        ("at AT TIME ZONE 'America/New_York' >= timestamp '2024-07-01'", "false"),
        ("at AT TIME ZONE 'America/New_York' < date '2024-07-01'", "true"),
        ("date_trunc('day', at AT TIME ZONE 'America/New_York')", "2024-06-30T00:00:00"),
        ("date_trunc('month', at AT TIME ZONE 'Asia/Tokyo')", "2024-07-01T00:00:00"),
        ("cast(at AT TIME ZONE 'America/New_York' as date)", "2024-06-30"),
        ("extract(hour from at AT TIME ZONE 'America/New_York')", "22"),
        ("to_char(at AT TIME ZONE 'America/New_York', '%d.%m. %H:%M')", "30.06. 22:00"),
        ("to_local_time(at AT TIME ZONE 'America/New_York')", "2024-06-30T22:00:00"),
        ("at AT TIME ZONE 'America/New_York' + interval '1 month 1 hour'", "2024-07-30T23:00:00"),
        (
            "at AT TIME ZONE 'Asia/Tokyo' AT TIME ZONE 'America/New_York' = at + interval '13 hours'",
            "true",
        ),
        ("to_local_time(at) AT TIME ZONE 'America/New_York' = at + interval '4 hours'", "true"),
        ("'2024-06-30 22:00:00' AT TIME ZONE 'America/New_York' = at", "true"),
        ("date '2024-07-01' AT TIME ZONE 'America/New_York' = at + interval '2 hours'", "true"),
    ] {
        assert_eq!(of(Tz::UTC, &july, expression).await, [expected], "{expression}");
    }
    let error = refused(Tz::UTC, "at AT TIME ZONE 'Mars/Olympus'").await;
    assert!(error.contains("'Mars/Olympus' is no time zone"), "{error}");
}

/// What is said of an expression, when planned or in the run.
async fn refused(zone: Tz, expression: &str) -> String {
    let sql = format!("select {expression} from t");
    let failed = match table(zone, &TWICE).sql(&sql).await {
        Ok(rows) => rows.collect().await.map(|_| ()),
        Err(error) => Err(error),
    };
    failed.expect_err(&sql).to_string()
}

#[tokio::test]
async fn dates_are_of_the_years_1_to_9999_whatever_makes_them() {
    for (expression, expected) in [
        ("to_date('0001-01-01')", "0001-01-01"),
        ("make_date(9999, 12, 31)", "9999-12-31"),
        ("to_date(19000)", "2022-01-08"),
        ("to_date('20240131', '%Y%m%d')", "2024-01-31"),
        ("to_date(at)", "2024-11-03"),
        ("try_cast('0000-12-31' as date)", ""),
        ("try_cast(99999999 as date)", ""),
        ("try_cast('2024-02-29' as date)", "2024-02-29"),
    ] {
        let found = of(America::New_York, &TWICE[..1], expression).await;
        assert_eq!(found, [expected], "{expression}");
    }
    for expression in [
        "to_date(20240131)",
        "to_date(1706659200)",
        "to_date(extract(day from at) + 20240131)",
        "make_date(12024, 1, 31)",
        "make_date(extract(year from at) + 10000, 1, 31)",
        "make_date(0, 1, 31)",
        "to_date('0000-01-01')",
        "to_date(concat('0000-01-0', extract(day from at)))",
        "cast('0000-12-31' as date)",
        "cast(concat('0000-01-0', extract(day from at)) as date)",
        "date '0000-12-31'",
        "cast(99999999 as date)",
        "arrow_cast('0000-12-31', 'Date32')",
    ] {
        let error = refused(America::New_York, expression).await;
        assert!(error.contains("the years 1 to 9999"), "{expression}: {error}");
    }
}

#[tokio::test]
async fn a_text_by_a_pattern_is_told_by_its_pattern() {
    let error = refused(Tz::UTC, "to_timestamp('2024-12-31 10', '%Y-%m-%d %H')").await;
    assert!(error.contains("`2024-12-31 10` is no timestamp by `%Y-%m-%d %H`"), "{error}");
    let error = refused(Tz::UTC, "to_timestamp(cast(at as string), '%Q')").await;
    assert!(error.contains("`%Q` is not a strftime pattern"), "{error}");
}

/// What a sum over a frame gives for each row, by its number.
async fn sums(zone: Tz, frame: &str) -> Result<Vec<String>, datafusion::error::DataFusionError> {
    let rows = "(1, timestamp '2024-10-20T00:30:00Z', 100), (3, timestamp '2024-10-25T00:30:00Z', 50), \
                (2, timestamp '2024-11-03T01:30:00Z', 6)";
    let sql = format!(
        "select sum(v) over (order by {frame}) from (values {rows}) as t (id, at, v) order by id"
    );
    let batches = for_planning(zone)?.sql(&sql).await?.collect().await?;
    let texts = batches.iter().flat_map(|batch| {
        (0..batch.num_rows()).map(|row| array_value_to_string(batch.column(0), row).unwrap())
    });
    Ok(texts.collect())
}

#[tokio::test]
async fn frames_by_days_over_moments_are_of_zones_whose_clocks_stay() {
    let days = "at range between interval '7 days' preceding and current row";
    assert_eq!(sums(Tz::UTC, days).await.unwrap(), ["100", "6", "150"]);
    assert_eq!(sums(Asia::Tokyo, days).await.unwrap(), ["100", "6", "150"]);
    let hours = "at range between interval '168 hours' preceding and current row";
    assert_eq!(sums(Europe::Berlin, hours).await.unwrap(), ["100", "6", "150"]);
    let dates = "cast(at as date) range between 9 preceding and current row";
    assert_eq!(sums(Europe::Berlin, dates).await.unwrap(), ["100", "56", "150"]);
    for frame in [
        days,
        "at range between interval '1 month' preceding and current row",
        "at range between interval '1 day 2 hours' preceding and current row",
        "at desc range between current row and interval '1 day' following",
        "at range between unbounded preceding and interval '1 day' preceding",
    ] {
        for zone in [Europe::Berlin, America::New_York, Africa::Cairo] {
            let error = sums(zone, frame).await.expect_err(frame).to_string();
            assert!(error.contains("may end in an hour that comes twice"), "{frame}: {error}");
        }
    }
}
