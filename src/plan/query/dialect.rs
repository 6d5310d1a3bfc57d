//! Functions of other dialects, and what to write here.
//!
//! Only names that do not exist here. The text in backticks is SQL over columns named by their
//! contents, which the tests plan.

/// Names with the same meaning elsewhere, and the message about them.
type Entry = (&'static [&'static str], &'static str);

/// What to write in place of a function that other engines have.
pub(crate) fn instead(name: &str) -> Option<&'static str> {
    let name = name.to_lowercase();
    ELSEWHERE.iter().find(|(names, _)| names.contains(&name.as_str())).map(|(_, said)| *said)
}

const ELSEWHERE: &[Entry] = &[
    (
        &["datediff", "date_diff", "timestampdiff", "timestamp_diff", "days_between", "datesub"],
        "`later - earlier` of two dates is a number of days; of two moments, `date_part('epoch', ended_at - begun_at)` \
         is a number of seconds",
    ),
    (
        &["dateadd", "date_add", "adddate", "timestampadd", "timestamp_add", "date_sub", "subdate"],
        "write `day + 5`, `day - interval '1 month'` or `begun_at + n * interval '1 hour'`",
    ),
    (&["add_months"], "write `day + interval '3 months'`, which keeps to the last day of a month"),
    (
        &["months_between"],
        "write `12 * (date_part('year', later) - date_part('year', earlier)) + date_part('month', later) - \
         date_part('month', earlier)` for calendar months",
    ),
    (
        &["last_day", "eomonth"],
        "write `cast(date_trunc('month', day) + interval '1 month' - interval '1 day' as date)`",
    ),
    (
        &["getdate", "sysdate", "curdate", "systimestamp", "unix_timestamp", "utc_timestamp"],
        "a run has no clock: write `$as_of`, which is the same in every run of one as-of",
    ),
    (
        &["year", "month", "day", "hour", "minute", "second", "quarter", "week", "weekofyear"],
        "write `date_part('year', day)`, and so for other parts",
    ),
    (
        &["dayofweek", "weekday", "day_of_week", "dayname"],
        "write `date_part('isodow', day)`, 1 for Monday to 7 for Sunday",
    ),
    (&["dayofyear", "day_of_year"], "write `date_part('doy', day)`"),
    (
        &[
            "monthname",
            "strftime",
            "format_date",
            "format_datetime",
            "format_timestamp",
            "dateformat",
        ],
        "write `to_char(day, '%Y-%m')`",
    ),
    (
        &["strptime", "parse_date", "str_to_date", "safe_cast", "try_to_date", "try_to_timestamp"],
        "write `to_date(text, '%d.%m.%Y')`; `try_cast(text as date)` gives NULL for any other text",
    ),
    (&["datename", "date_extract"], "write `date_part('year', day)`"),
    (&["trunc_date", "timestamp_trunc", "date_truncate"], "write `date_trunc('month', day)`"),
    (
        &["to_epoch", "epoch", "epoch_ms", "timestamp_seconds", "timestamp_millis"],
        "write `to_timestamp(n)` of seconds, `to_timestamp_millis(n)` of milliseconds, and `date_part('epoch', begun_at)` \
         the other way",
    ),
    (
        &["convert_timezone", "from_utc_timestamp", "to_utc_timestamp", "timezone"],
        "write `begun_at at time zone 'Asia/Tokyo'`",
    ),
    (&["datefromparts", "date_from_parts"], "write `make_date(2024, 1, 31)`"),
    (&["iff", "if", "iif"], "write `case when condition then value else other end`"),
    (&["isnull", "ifnotnull", "zeroifnull"], "write `coalesce(value, other)`, or `value is null`"),
    (&["nullifzero"], "write `nullif(value, 0)`"),
    (
        &["safe_divide", "div0", "try_divide", "divide"],
        "write `value / nullif(other, 0)`: what nothing is known of is NULL",
    ),
    (&["mod", "modulo"], "write `n % 2`"),
    (&["truncate"], "write `trunc(value, 2)`"),
    (&["ceiling"], "write `ceil(value)`"),
    (&["pow_int", "square"], "write `power(value, 2)`"),
    (
        &[
            "to_number",
            "to_decimal",
            "try_to_number",
            "try_to_decimal",
            "try_to_numeric",
            "tonumber",
            "int",
            "integer",
        ],
        "write `cast(text as decimal(18, 2))`, or `try_cast(text as decimal(18, 2))` for NULL where the text is not a number",
    ),
    (
        &["to_varchar", "tostring", "to_string", "str", "string", "convert", "try_convert"],
        "write `cast(value as varchar)`, or with `try_cast` for NULL where it cannot be",
    ),
    (&["len", "datalength", "lengthb"], "write `length(text)`"),
    (&["charindex", "locate", "patindex"], "write `strpos(text, 'a')`, the text first"),
    (&["mid"], "write `substr(text, 1, 3)`"),
    (&["startswith", "startwith"], "write `starts_with(text, 'a')`"),
    (&["endswith"], "write `ends_with(text, 'a')`"),
    (&["str_contains", "contains_substr"], "write `contains(text, 'a')`"),
    (
        &[
            "regexp_extract",
            "regexp_substr",
            "regexp_contains",
            "rlike",
            "regexp_matches",
            "regexp",
        ],
        "write `regexp_like(text, 'a.')`, `regexp_replace(text, 'a.', '')` or `regexp_match(text, 'a.')`",
    ),
    (&["replicate"], "write `repeat(text, 3)`"),
    (&["ucase"], "write `upper(text)`"),
    (&["lcase"], "write `lower(text)`"),
    (&["space"], "write `repeat(' ', 3)`"),
    (&["split"], "write `string_to_array(text, ',')`, or `split_part(text, ',', 1)` for one part"),
    (
        &["group_concat", "listagg", "string_concat_agg", "wm_concat"],
        "write `string_agg(text, ',' order by text)`",
    ),
    (
        &["collect_list", "collect_set", "list", "array_concat_agg"],
        "write `array_agg(text order by text)`, or `array_agg(distinct text order by text)`",
    ),
    (&["count_if", "countif"], "write `count(*) filter (where condition)`"),
    (&["sumif", "sum_if"], "write `sum(value) filter (where condition)`"),
    (&["averageif", "avg_if", "avgif"], "write `avg(value) filter (where condition)`"),
    (
        &["arbitrary", "first", "last", "any_first"],
        "write `first_value(text order by day)`, so that it is the same in every run",
    ),
    (
        &["argmax", "arg_max", "max_by", "argmin", "arg_min", "min_by"],
        "write `first_value(text order by value desc)`, without `desc` for the least",
    ),
    (&["approx_count_distinct", "hll"], "write `count(distinct text)`"),
    (
        &["quantile", "percentile", "approx_quantile", "approx_percentile"],
        "write `percentile_cont(0.5) within group (order by value)`",
    ),
    (&["logical_or", "boolor_agg", "some_true"], "write `bool_or(condition)`"),
    (&["logical_and", "booland_agg", "every"], "write `bool_and(condition)`"),
    (
        &["variance", "stdevp", "stdev", "stddev_sample"],
        "write `stddev(value)` or `var_samp(value)`",
    ),
    (&["explode"], "write `unnest([1, 2])`"),
    (&["array_size", "size", "len_array"], "write `array_length([1, 2])`"),
    (&["array_get"], "write `[1, 2][1]`, counted from 1"),
    (&["isnumeric", "is_number"], "write `try_cast(text as double) is not null`"),
    (
        &[
            "sha2",
            "md5",
            "sha1",
            "hash",
            "checksum",
            "crc32",
            "farm_fingerprint",
            "sha256",
            "sha512",
        ],
        "there are no hashes here: keep a key as it is, or join its parts with `concat_ws('|', text, text)`",
    ),
    (
        &["newid", "generate_uuid", "uuid_string"],
        "a run gives the same rows every time: number them with `row_number() over (order by text)`",
    ),
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{ELSEWHERE, instead};
    use crate::session;

    /// Columns called as what they hold.
    const ROWS: &str = "select date '2024-03-31' as later, date '2024-01-31' as earlier, \
        date '2024-01-31' as day, timestamp '2024-01-31 10:00:00' as begun_at, \
        timestamp '2024-01-31 12:00:00' as ended_at, 'a,b' as text, 3 as n, \
        cast(1.5 as decimal(18, 2)) as value, cast(2 as decimal(18, 2)) as other, true as condition";

    #[tokio::test]
    async fn what_is_to_be_written_can_be() {
        let session = session::for_planning(chrono_tz::Tz::UTC).unwrap();
        for (_, said) in ELSEWHERE {
            let written = said.split('`').skip(1).step_by(2);
            for sql in written.filter(|sql| !["desc", "try_cast"].contains(sql)) {
                let sql = sql.replace("$as_of", "timestamp '2024-01-31'");
                let query = format!("select {sql} from ({ROWS}) as rows");
                let planned = async { session.sql(&query).await?.create_physical_plan().await };
                assert!(planned.await.is_ok(), "{sql}");
            }
        }
    }

    #[test]
    fn a_name_stands_once_and_nothing_here_has_it() {
        let session = session::for_planning(chrono_tz::Tz::UTC).unwrap();
        let state = session.state();
        let mut seen = BTreeSet::new();
        for name in ELSEWHERE.iter().flat_map(|(names, _)| *names) {
            assert!(seen.insert(*name), "{name} twice");
            assert!(!state.scalar_functions().contains_key(*name), "{name} is known");
            assert!(!state.aggregate_functions().contains_key(*name), "{name} is known");
            assert!(!state.window_functions().contains_key(*name), "{name} is known");
        }
    }

    #[test]
    fn names_are_known_in_any_case() {
        assert!(instead("DateDiff").is_some_and(|said| said.contains("later - earlier")));
        assert_eq!(instead("days"), None);
    }
}
