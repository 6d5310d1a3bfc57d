//! Dates and timestamps.

use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, NaiveTime, Offset, TimeZone};
use chrono_tz::Tz;

use super::epoch::{Epoch, within_years};
use super::pattern::Pattern;
use super::reason::Reason;
use crate::zone::instant;

/// Days from the first of January of the year 1 to the first of January 1970, plus one.
const EPOCH: i32 = 719_163;
const SECOND: i64 = 1_000_000;
const DAY: i64 = 86_400 * SECOND;

/// The pattern of most files.
const USUAL: &str = "%Y-%m-%d %H:%M:%S";

/// The zone a text is written in, and the one that its instants are shown in.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Zones {
    /// Of a text that does not say.
    pub(crate) from: Tz,
    /// Of the pipeline.
    pub(crate) to: Tz,
}

impl Zones {
    /// The instant, in microseconds since 1970, at which a clock showed `local` microseconds that is
    /// `offset` seconds ahead of UTC if stated.
    ///
    /// A wall time that occurs twice is the earlier instant; of skipped ones, only
    /// midnight is accepted, as the beginning of its day.
    pub(crate) fn place(self, local: i64, offset: Option<i32>) -> Result<i64, Reason> {
        let local = within_years(local)?;
        match offset {
            None if self.from == Tz::UTC => Ok(local),
            None => self.by_wall(naive(local)?),
            Some(seconds) => Ok(local - i64::from(seconds) * SECOND),
        }
    }

    fn by_wall(self, wall: NaiveDateTime) -> Result<i64, Reason> {
        match self.from.offset_from_local_datetime(&wall).earliest() {
            Some(offset) => Ok((wall - offset.fix()).and_utc().timestamp_micros()),
            None if wall.time() == NaiveTime::MIN => {
                Ok(instant(self.from, wall).timestamp_micros())
            }
            None => Err(Reason::SkippedTime),
        }
    }
}

fn naive(micros: i64) -> Result<NaiveDateTime, Reason> {
    DateTime::from_timestamp_micros(micros).map(|time| time.naive_utc()).ok_or(Reason::OutOfRange)
}

/// Whether a number of days since 1970 is a day of the years 1 to 9999.
pub(crate) fn is_known_day(days: i32) -> bool {
    (1 - EPOCH..=2_932_896).contains(&days)
}

/// How a column writes its days: the patterns in the order they are tried; `2024-02-29` if none.
#[derive(Debug)]
pub(crate) struct Days(Vec<Pattern>);

impl Days {
    /// By `strftime` patterns. The error is the one that cannot be read.
    pub(crate) fn new(patterns: &[String]) -> Result<Self, &str> {
        read(patterns).map(Self)
    }

    /// Days since 1970.
    pub(crate) fn parse(&self, text: &str) -> Result<i32, Reason> {
        let date = match self.0.as_slice() {
            [] => date(text.as_bytes()),
            patterns => patterns.iter().find_map(|pattern| pattern.date(text)),
        };
        let days = date.ok_or(Reason::BadDate)?.num_days_from_ce() - EPOCH;
        if is_known_day(days) { Ok(days) } else { Err(Reason::OutOfRange) }
    }
}

/// How a column writes its timestamps: the ways in the order they are tried; ISO 8601 if none.
#[derive(Debug)]
pub(crate) struct Moments {
    ways: Vec<Way>,
    zones: Zones,
}

/// One way to write a timestamp.
#[derive(Debug)]
enum Way {
    /// By a `strftime` pattern.
    Pattern(Pattern),
    /// By that of most files, which has a way of its own.
    Usual(Pattern),
    /// By a count from 1970.
    Count(Epoch),
}

/// Microseconds of the wall time, and its offset from UTC in seconds if stated.
type Moment = (i64, Option<i32>);

impl Moments {
    /// By `strftime` patterns and the names of counts. The error is the one that cannot be read.
    pub(crate) fn new(formats: &[String], zones: Zones) -> Result<Self, &str> {
        let way = |format| match Epoch::named(format) {
            Some(epoch) => Ok(Way::Count(epoch)),
            None if format == USUAL => Pattern::new(format).map(Way::Usual),
            None => Pattern::new(format).map(Way::Pattern),
        };
        let ways = formats.iter().map(|format| way(format.as_str()));
        Ok(Self { ways: ways.collect::<Result<_, _>>()?, zones })
    }

    /// The zone that the instants are shown in.
    pub(crate) fn zone(&self) -> Tz {
        self.zones.to
    }

    /// Microseconds since 1970 in UTC.
    pub(crate) fn parse(&self, text: &str) -> Result<i64, Reason> {
        let (local, offset) = match self.ways.as_slice() {
            [] => iso(text.as_bytes()).ok_or(Reason::BadTimestamp)?,
            ways => first(ways, text)?,
        };
        self.zones.place(local, offset)
    }
}

/// The result of the first format that fits a text.
fn first(ways: &[Way], text: &str) -> Result<Moment, Reason> {
    let mut wrong = Reason::BadTimestamp;
    for way in ways {
        let read = match way {
            Way::Pattern(pattern) => pattern.moment(text).ok_or(Reason::BadTimestamp),
            Way::Usual(pattern) => usual(text.as_bytes())
                .map(|local| (local, None))
                .or_else(|| pattern.moment(text))
                .ok_or(Reason::BadTimestamp),
            Way::Count(epoch) => epoch.parse(text).map(|micros| (micros, Some(0))),
        };
        match read {
            Ok(moment) => return Ok(moment),
            Err(Reason::OutOfRange) => wrong = Reason::OutOfRange,
            Err(_) => {}
        }
    }
    Err(wrong)
}

fn read(patterns: &[String]) -> Result<Vec<Pattern>, &str> {
    patterns.iter().map(|pattern| Pattern::new(pattern)).collect()
}

/// `2024-02-29 23:59:59`, exactly, in microseconds since 1970.
fn usual(text: &[u8]) -> Option<i64> {
    if text.len() != 19 || text[10] != b' ' {
        return None;
    }
    Some(midnight(&text[..10])? + clock(&text[11..])?)
}

/// `2024-02-29`, then perhaps `T` or a blank and a time, then perhaps a zone.
fn iso(text: &[u8]) -> Option<Moment> {
    let day = midnight(text.get(..10)?)?;
    let Some((part, rest)) = text[10..].split_first() else { return Some((day, None)) };
    if !matches!(part, b'T' | b't' | b' ') {
        return None;
    }
    let zone = rest.iter().position(|byte| matches!(byte, b'Z' | b'z' | b'+' | b'-'));
    let (time, zone) = rest.split_at(zone.unwrap_or(rest.len()));
    let (time, fraction) = match time.iter().position(|byte| *byte == b'.') {
        Some(point) => (&time[..point], micros(&time[point + 1..])?),
        None => (time, 0),
    };
    let ahead = if zone.is_empty() { None } else { Some(offset(zone)?) };
    Some((day + clock(time.trim_ascii_end())? + fraction, ahead))
}

fn midnight(text: &[u8]) -> Option<i64> {
    Some(i64::from(date(text)?.num_days_from_ce() - EPOCH) * DAY)
}

/// `2024-02-29`, exactly.
fn date(text: &[u8]) -> Option<NaiveDate> {
    let [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2] = *text else { return None };
    let year = two(y1, y2)? * 100 + two(y3, y4)?;
    NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, two(m1, m2)?, two(d1, d2)?)
}

/// `23:59` or `23:59:59`, in microseconds.
fn clock(text: &[u8]) -> Option<i64> {
    let (hour, minute, second) = match *text {
        [h1, h2, b':', m1, m2, b':', s1, s2] => (two(h1, h2)?, two(m1, m2)?, two(s1, s2)?),
        [h1, h2, b':', m1, m2] => (two(h1, h2)?, two(m1, m2)?, 0),
        _ => return None,
    };
    let valid = hour < 24 && minute < 60 && second < 60;
    valid.then(|| i64::from(hour * 3600 + minute * 60 + second) * SECOND)
}

/// One to nine digits of a second. Below a microsecond nothing is kept.
fn micros(text: &[u8]) -> Option<i64> {
    let text = text.trim_ascii_end();
    if text.is_empty() || text.len() > 9 || !text.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let digits = text.iter().chain(std::iter::repeat(&b'0')).take(6);
    Some(digits.fold(0, |value, digit| value * 10 + i64::from(digit - b'0')))
}

/// `Z`, `+02`, `+0200` or `+02:00`: seconds ahead of UTC.
fn offset(text: &[u8]) -> Option<i32> {
    let (sign, hours, minutes) = match *text {
        [b'Z' | b'z'] => return Some(0),
        [sign, h1, h2] => (sign, two(h1, h2)?, 0),
        [sign, h1, h2, m1, m2] | [sign, h1, h2, b':', m1, m2] => (sign, two(h1, h2)?, two(m1, m2)?),
        _ => return None,
    };
    let seconds = i32::try_from(hours * 3600 + minutes * 60).ok()?;
    let valid = hours < 24 && minutes < 60;
    valid.then_some(if sign == b'-' { -seconds } else { seconds })
}

fn two(tens: u8, ones: u8) -> Option<u32> {
    let both = tens.is_ascii_digit() && ones.is_ascii_digit();
    both.then(|| u32::from(tens - b'0') * 10 + u32::from(ones - b'0'))
}

#[cfg(test)]
mod tests {
    use super::{Days, Moments, Zones};
    use crate::value::reason::Reason;
    use chrono::DateTime;
    use chrono_tz::{Africa, Europe, Tz};
    use proptest::prelude::*;

    const UTC: Zones = Zones { from: Tz::UTC, to: Tz::UTC };

    fn read(pattern: Option<&str>, zones: Zones, text: &str) -> Result<String, Reason> {
        read_by(pattern.as_slice(), zones, text)
    }

    fn read_by(patterns: &[&str], zones: Zones, text: &str) -> Result<String, Reason> {
        let patterns: Vec<_> = patterns.iter().map(|&pattern| pattern.to_owned()).collect();
        let micros = Moments::new(&patterns, zones).unwrap().parse(text)?;
        Ok(DateTime::from_timestamp_micros(micros).unwrap().naive_utc().to_string())
    }

    #[test]
    fn iso_times_have_a_letter_or_a_blank_and_perhaps_a_fraction_and_a_zone() {
        for (text, expected) in [
            ("2024-02-29", "2024-02-29 00:00:00"),
            ("2024-02-29T23:59:59", "2024-02-29 23:59:59"),
            ("2024-02-29 23:59", "2024-02-29 23:59:00"),
            ("2024-02-29T23:59:59.5Z", "2024-02-29 23:59:59.500"),
            ("2024-02-29T23:59:59.123456789", "2024-02-29 23:59:59.123456"),
            ("2024-02-29T23:59:59+02:00", "2024-02-29 21:59:59"),
            ("2024-02-29 23:59:59 -0230", "2024-03-01 02:29:59"),
        ] {
            assert_eq!(read(None, UTC, text).unwrap(), expected, "{text}");
        }
    }

    #[test]
    fn what_is_no_time_is_refused() {
        for text in [
            "",
            "2024-02-30",
            "2024-2-3",
            "2024-02-29T24:00:00",
            "2024-02-29T10",
            "24-02-29",
            "2024-02-29X10:00:00",
            "2024-02-29T10:00:00.",
            "2024-02-29T10:00:00+25:00",
            "é",
        ] {
            assert_eq!(read(None, UTC, text), Err(Reason::BadTimestamp), "{text}");
        }
    }

    #[test]
    fn a_pattern_says_how_a_time_is_written() {
        for (pattern, text, expected) in [
            ("%Y-%m-%d %H:%M:%S", "2024-02-29 01:02:03", "2024-02-29 01:02:03"),
            ("%Y-%m-%d %H:%M:%S", "2024-2-9 1:02:03", "2024-02-09 01:02:03"),
            ("%d/%m/%Y", "29/02/2024", "2024-02-29 00:00:00"),
            ("%d.%m.%Y %H:%M", "29.02.2024 10:30", "2024-02-29 10:30:00"),
            ("%s", "86400", "1970-01-02 00:00:00"),
            ("epoch", "-1.5", "1969-12-31 23:59:58.500"),
            ("epoch_ms", "1704067200123", "2024-01-01 00:00:00.123"),
            ("epoch_us", "-1", "1969-12-31 23:59:59.999999"),
            ("epoch_ns", "1704067200123456789", "2024-01-01 00:00:00.123456"),
            ("%d.%m.%y %I:%M %p", "29.02.24 10:30 PM", "2024-02-29 22:30:00"),
            ("%Y%m%dT%H%M%S%z", "20240229T100000+0100", "2024-02-29 09:00:00"),
        ] {
            assert_eq!(read(Some(pattern), UTC, text).unwrap(), expected, "{pattern}");
        }
        assert_eq!(read(Some("%d/%m/%Y"), UTC, "2024-02-29"), Err(Reason::BadTimestamp));
        assert_eq!(read(Some("%Y-%m-%d"), UTC, "24-02-29"), Err(Reason::BadTimestamp));
        assert!(Moments::new(&["%Q".to_owned()], UTC).is_err());
    }

    #[test]
    fn of_several_patterns_the_first_that_fits_is_taken() {
        let patterns = ["%d-%m-%Y %H:%M", "%Y-%m-%d %H:%M:%S", "%m/%d/%Y"];
        for (text, expected) in [
            ("01-02-2024 10:30", "2024-02-01 10:30:00"),
            ("2024-02-01 10:30:59", "2024-02-01 10:30:59"),
            ("02/01/2024", "2024-02-01 00:00:00"),
        ] {
            assert_eq!(read_by(&patterns, UTC, text).unwrap(), expected, "{text}");
        }
        assert_eq!(read_by(&patterns, UTC, "13/13/2024"), Err(Reason::BadTimestamp));
        assert_eq!(read_by(&patterns, UTC, "2024-02-01T10:30:59"), Err(Reason::BadTimestamp));
    }

    #[test]
    fn a_time_without_offset_is_of_its_zone() {
        let zones = Zones { from: Europe::Stockholm, to: Tz::UTC };
        assert_eq!(read(None, zones, "2024-07-01 12:00:00").unwrap(), "2024-07-01 10:00:00");
        assert_eq!(read(None, zones, "2024-01-01 12:00:00+00:00").unwrap(), "2024-01-01 12:00:00");
        let shown = Zones { from: Tz::UTC, to: Europe::Stockholm };
        assert_eq!(read(None, shown, "2024-07-01 12:00:00").unwrap(), "2024-07-01 12:00:00");
    }

    #[test]
    fn a_day_without_a_midnight_begins_after_the_gap() {
        let cairo = Zones { from: Africa::Cairo, to: Africa::Cairo };
        assert_eq!(read(None, cairo, "2024-04-26").unwrap(), "2024-04-25 22:00:00");
        assert_eq!(read(None, cairo, "2024-04-26 00:30:00"), Err(Reason::SkippedTime));
    }

    #[test]
    fn an_instant_outside_of_the_years_that_people_mean_is_out_of_range() {
        for (pattern, text) in [("%s", "1704067200123"), ("%s", "-99999999999999")] {
            assert_eq!(read(Some(pattern), UTC, text), Err(Reason::OutOfRange), "{text}");
        }
        let either = ["%s", "epoch_ms"];
        for text in ["1704067200", "1704067200000"] {
            assert_eq!(read_by(&either, UTC, text).unwrap(), "2024-01-01 00:00:00");
        }
    }

    #[test]
    fn a_skipped_time_is_refused_and_a_repeated_one_is_the_earlier() {
        let zones = Zones { from: Europe::Stockholm, to: Tz::UTC };
        let same = Zones { from: Europe::Stockholm, to: Europe::Stockholm };
        for zones in [zones, same] {
            assert_eq!(read(None, zones, "2024-03-31 02:30:00"), Err(Reason::SkippedTime));
        }
        assert_eq!(read(None, zones, "2024-10-27 02:30:00").unwrap(), "2024-10-27 00:30:00");
        assert_eq!(read(None, same, "2024-10-27 02:30:00").unwrap(), "2024-10-27 00:30:00");
    }

    #[test]
    fn a_date_is_a_day_since_1970() {
        assert_eq!(Days::new(&[]).unwrap().parse("1970-01-02"), Ok(1));
        assert_eq!(Days::new(&["%Y%m%d".to_owned()]).unwrap().parse("19691231"), Ok(-1));
        assert_eq!(Days::new(&[]).unwrap().parse("1970-13-01"), Err(Reason::BadDate));
        assert_eq!(Days::new(&[]).unwrap().parse("0001-01-01"), Ok(-719_162));
        assert_eq!(Days::new(&[]).unwrap().parse("9999-12-31"), Ok(2_932_896));
        assert_eq!(Days::new(&[]).unwrap().parse("0000-12-31"), Err(Reason::OutOfRange));
    }

    proptest! {
        #[test]
        fn a_time_reads_back_as_it_is_written(micros in -62_135_596_800_000_000_i64..253_402_300_800_000_000) {
            let text = DateTime::from_timestamp_micros(micros).unwrap().naive_utc();
            let iso = text.format("%Y-%m-%dT%H:%M:%S%.6f").to_string();
            prop_assert_eq!(Moments::new(&[], UTC).unwrap().parse(&iso), Ok(micros));
            let usual = text.format("%Y-%m-%d %H:%M:%S").to_string();
            let patterns = ["%Y-%m-%d %H:%M:%S".to_owned()];
            let whole = Moments::new(&patterns, UTC).unwrap().parse(&usual);
            prop_assert_eq!(whole, Ok(micros.div_euclid(1_000_000) * 1_000_000));
        }

        #[test]
        fn no_text_makes_it_panic(text in ".*") {
            let _ = Moments::new(&[], UTC).unwrap().parse(&text);
            let _ = Days::new(&[]).unwrap().parse(&text);
        }
    }
}
