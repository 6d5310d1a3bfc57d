//! Lengths of time, days and hours, and wall times.

use super::*;

/// 59 days 10:30, 1 day 10:30, 7 days and 45 minutes after the beginning of 2024; answers of `DuckDB` and
/// `PostgreSQL`.
const LATER: [&str; 4] = [
    "2024-02-29T10:30:00Z",
    "2024-01-02T10:30:00Z",
    "2024-01-08T00:00:00Z",
    "2024-01-01T00:45:00Z",
];

#[tokio::test]
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
}

#[tokio::test]
async fn lengths_of_time_between_rows_are_compared_as_such() {
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
