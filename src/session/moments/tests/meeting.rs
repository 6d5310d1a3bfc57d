//! What meets a moment, and what becomes one.

use super::*;

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
