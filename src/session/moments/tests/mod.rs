//! The engine's operations on moments, against values worked out by hand from the rules of the zones.

mod lengths;
mod meeting;

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
