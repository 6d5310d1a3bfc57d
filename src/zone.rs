//! Instants and their wall time in a zone.
//!
//! When clocks go back, an hour of wall time occurs twice; when they go forward, one is skipped.
//! One rule applies wherever a wall time is converted to an instant: one that occurs twice is the
//! earlier instant, one that is skipped is the first instant after the gap. So the first instant of
//! a day is that of its midnight, also if clocks skip it.

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Offset, SecondsFormat, TimeZone, Utc};
use chrono_tz::{GapInfo, Tz};

/// The instant of a wall time: the earlier of two, or the first after the gap.
pub fn instant(zone: Tz, wall: NaiveDateTime) -> DateTime<Tz> {
    let here = zone.from_local_datetime(&wall).earliest();
    let after = || GapInfo::new(&wall, &zone).and_then(|gap| gap.end);
    here.or_else(after).unwrap_or_else(|| zone.from_utc_datetime(&wall))
}

/// The first instant of a day.
pub fn first_instant(zone: Tz, day: NaiveDate) -> DateTime<Tz> {
    instant(zone, day.and_time(NaiveTime::MIN))
}

/// Whether the clocks of a zone were or will be changed at some time since 1970.
pub fn changes(zone: Tz) -> bool {
    let ahead = |week: i64| {
        let at = DateTime::from_timestamp(week * 604_800, 0).unwrap_or_default();
        zone.offset_from_utc_datetime(&at.naive_utc()).fix()
    };
    (1..52 * 70).any(|week| ahead(week) != ahead(0))
}

/// A date, a wall time of the zone, or a timestamp with an offset.
pub fn parse(zone: Tz, text: &str) -> Option<DateTime<Tz>> {
    let text = text.trim();
    if let Ok(stated) = DateTime::parse_from_rfc3339(&text.replacen(' ', "T", 1)) {
        return Some(stated.with_timezone(&zone));
    }
    wall(text).map(|wall| instant(zone, wall))
}

/// A date, or a timestamp with `T` or a blank.
fn wall(text: &str) -> Option<NaiveDateTime> {
    let day = text.parse::<NaiveDate>().ok().map(|day| day.and_time(NaiveTime::MIN));
    let text = text.replacen(' ', "T", 1);
    let to_the_minute = || NaiveDateTime::parse_from_str(&text, "%Y-%m-%dT%H:%M").ok();
    day.or_else(|| text.parse().ok()).or_else(to_the_minute)
}

/// An instant after all others: the as-of if everything is used.
pub fn never() -> DateTime<Tz> {
    DateTime::<Utc>::MAX_UTC.with_timezone(&Tz::UTC)
}

/// An instant in the format of RFC 3339, in its zone.
pub fn written(instant: DateTime<Tz>) -> String {
    instant.to_rfc3339_opts(SecondsFormat::AutoSi, true)
}

#[cfg(test)]
mod tests {
    use super::{first_instant, instant, parse, written};
    use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
    use chrono_tz::{Africa, America, Europe, Pacific, TZ_VARIANTS, Tz};
    use proptest::prelude::*;

    fn utc(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn a_day_begins_at_its_first_instant_also_where_midnight_is_skipped_or_comes_twice() {
        for (zone, date, expected) in [
            (Africa::Cairo, "2024-04-26", "2024-04-25T22:00:00Z"),
            (America::Santiago, "2024-09-08", "2024-09-08T04:00:00Z"),
            (America::Havana, "2024-11-03", "2024-11-03T04:00:00Z"),
            (America::Sao_Paulo, "2024-05-01", "2024-05-01T03:00:00Z"),
            (Europe::Paris, "2024-03-31", "2024-03-30T23:00:00Z"),
            // The whole day is skipped: it begins where the next one does.
            (Pacific::Apia, "2011-12-30", "2011-12-30T10:00:00Z"),
            (Pacific::Apia, "2011-12-31", "2011-12-30T10:00:00Z"),
        ] {
            assert_eq!(first_instant(zone, day(date)), utc(expected), "{zone} {date}");
        }
    }

    #[test]
    fn a_wall_time_that_comes_twice_is_the_earlier_and_a_skipped_one_the_end_of_the_gap() {
        let wall = |text: &str| text.parse().unwrap();
        let twice = instant(America::New_York, wall("2024-11-03T01:30:00"));
        assert_eq!(twice, utc("2024-11-03T05:30:00Z"));
        let skipped = instant(Europe::Paris, wall("2024-03-31T02:30:00"));
        assert_eq!(skipped, utc("2024-03-31T01:00:00Z"));
    }

    #[test]
    fn a_text_says_an_instant_with_an_offset_or_by_the_zone() {
        for text in [
            "2024-05-01",
            "2024-05-01 00:00",
            "2024-05-01T00:00:00",
            "2024-05-01T03:00:00Z",
            "2024-05-01 05:00:00+02:00",
        ] {
            let found = parse(America::Sao_Paulo, text).unwrap();
            assert_eq!(written(found), "2024-05-01T00:00:00-03:00", "{text}");
        }
        assert_eq!(parse(Tz::UTC, "20240501"), None);
        assert_eq!(written(parse(Tz::UTC, "2024-05-01").unwrap()), "2024-05-01T00:00:00Z");
    }

    proptest! {
        /// Found by trying all instants around, without any knowledge of gaps.
        #[test]
        fn the_first_instant_of_a_day_is_the_first_that_has_its_date(
            zone in 0..TZ_VARIANTS.len(), days in 0_i64..20_000
        ) {
            let zone = TZ_VARIANTS[zone];
            let day = NaiveDate::default() + TimeDelta::days(days);
            let from = day.and_hms_opt(0, 0, 0).unwrap().and_utc() - TimeDelta::hours(27);
            let date = |minutes: i64| {
                (from + TimeDelta::minutes(minutes)).with_timezone(&zone).date_naive()
            };
            // Offsets of these years are whole minutes everywhere except in Liberia until 1972.
            prop_assume!(zone != Africa::Monrovia);
            let first = (0..54 * 60).find(|minutes| date(*minutes) >= day).unwrap();
            prop_assert_eq!(first_instant(zone, day), from + TimeDelta::minutes(first));
        }
    }
}
