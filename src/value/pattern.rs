//! One `strftime` pattern, as it is read.
//!
//! A pattern of digits in fixed places is read from those places; what does not fit there, such as
//! `2024-2-9`, and every other pattern goes through chrono, which decides.

use chrono::format::{Fixed, Item, Numeric, Pad, Parsed, StrftimeItems, parse};
use chrono::{NaiveDate, NaiveDateTime, NaiveTime, Timelike};

/// Years as people write them.
const FOUR_DIGITS: std::ops::RangeInclusive<i32> = 1000..=9999;

/// How one pattern is read.
#[derive(Debug)]
pub(crate) struct Pattern {
    /// Every part, in order.
    items: Vec<Item<'static>>,
    /// The same, where each part has a fixed width.
    places: Option<Vec<Place>>,
}

/// A part of fixed width.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// This byte.
    Byte(u8),
    Year,
    Month,
    Day,
    Hour,
    Minute,
    Second,
}

/// What the places of a text say.
struct Found {
    date: Option<NaiveDate>,
    time: NaiveTime,
}

impl Pattern {
    /// A pattern; the error is the pattern itself.
    pub(crate) fn new(pattern: &str) -> Result<Self, &str> {
        let items = StrftimeItems::new(pattern).parse_to_owned().map_err(|_| pattern)?;
        // A name such as `CET` is not an offset, and chrono would skip it unread.
        if items.contains(&Item::Fixed(Fixed::TimezoneName)) || counts_beside_others(&items) {
            return Err(pattern);
        }
        let places = places(&items);
        Ok(Self { items, places })
    }

    /// The day that a text says.
    pub(crate) fn date(&self, text: &str) -> Option<NaiveDate> {
        let found = self.found(text).and_then(|found| found.date);
        found.or_else(|| self.parsed(text)?.to_naive_date().ok())
    }

    /// Microseconds since 1970 in the text's wall time, and its offset from UTC in
    /// seconds if stated. Without a time of day it is midnight; `%s` counts from 1970 in UTC.
    pub(crate) fn moment(&self, text: &str) -> Option<(i64, Option<i32>)> {
        let found = self.found(text).and_then(|found| Some(found.date?.and_time(found.time)));
        let (time, offset) = found.map(|time| (time, None)).or_else(|| self.by_items(text))?;
        Some((time.and_utc().timestamp_micros(), offset))
    }

    fn by_items(&self, text: &str) -> Option<(NaiveDateTime, Option<i32>)> {
        let parsed = self.parsed(text)?;
        let offset = parsed.offset().or(parsed.timestamp().map(|_| 0));
        let time = match parsed.to_naive_datetime_with_offset(offset.unwrap_or(0)) {
            Ok(time) => time,
            Err(_) if parsed.hour_mod_12().is_none() && parsed.minute().is_none() => {
                parsed.to_naive_date().ok()?.and_time(NaiveTime::MIN)
            }
            Err(_) => return None,
        };
        // chrono keeps the 60th second as a second of 2,000 milliseconds.
        (time.nanosecond() < 1_000_000_000).then_some((time, offset))
    }

    fn parsed(&self, text: &str) -> Option<Parsed> {
        let mut parsed = Parsed::new();
        parse(&mut parsed, text, self.items.iter()).ok()?;
        // chrono takes `24` for the year 24, which is never meant.
        let four_digits = parsed.year().is_none_or(|year| FOUR_DIGITS.contains(&year));
        four_digits.then_some(parsed)
    }

    /// The parts at fixed positions; `None` if the text has others.
    fn found(&self, text: &str) -> Option<Found> {
        let mut rest = text.as_bytes();
        let [mut year, mut month, mut day, mut hour, mut minute, mut second] = [0; 6];
        for place in self.places.as_ref()? {
            match place {
                Place::Byte(byte) => rest = rest.strip_prefix(std::slice::from_ref(byte))?,
                Place::Year => year = two(&mut rest)? * 100 + two(&mut rest)?,
                Place::Month => month = two(&mut rest)?,
                Place::Day => day = two(&mut rest)?,
                Place::Hour => hour = two(&mut rest)?,
                Place::Minute => minute = two(&mut rest)?,
                Place::Second => second = two(&mut rest)?,
            }
        }
        let year = i32::try_from(year).ok().filter(|year| FOUR_DIGITS.contains(year))?;
        let date = NaiveDate::from_ymd_opt(year, month, day);
        let time = NaiveTime::from_hms_opt(hour, minute, second)?;
        rest.is_empty().then_some(Found { date, time })
    }
}

/// Whether a pattern has a count since 1970 and another part that would have to agree with it: one
/// of the two would not be read.
pub(crate) fn counts_beside_others(pattern: &[Item]) -> bool {
    let says = |item: &&Item| matches!(item, Item::Numeric(..) | Item::Fixed(_));
    let counts = |item: &Item| matches!(item, Item::Numeric(Numeric::Timestamp, _));
    pattern.iter().any(counts) && pattern.iter().filter(says).count() > 1
}

fn two(rest: &mut &[u8]) -> Option<u32> {
    let (digits, after) = rest.split_first_chunk::<2>()?;
    *rest = after;
    let all = digits.iter().all(u8::is_ascii_digit);
    all.then(|| u32::from(digits[0] - b'0') * 10 + u32::from(digits[1] - b'0'))
}

/// The places of a pattern that names each part once at most, a day completely and a time of day
/// from the hour down; nothing for others.
fn places(items: &[Item]) -> Option<Vec<Place>> {
    let mut places = Vec::new();
    for item in items {
        match item {
            Item::OwnedLiteral(text) | Item::OwnedSpace(text) => {
                places.extend(text.bytes().map(Place::Byte));
            }
            Item::Literal(text) | Item::Space(text) => {
                places.extend(text.bytes().map(Place::Byte));
            }
            Item::Numeric(part, Pad::Zero) => places.push(place(part)?),
            _ => return None,
        }
    }
    let count = |place| places.iter().filter(|other| **other == place).count();
    let once = [Place::Year, Place::Month, Place::Day].into_iter().all(|part| count(part) == 1);
    let time = [count(Place::Hour), count(Place::Minute), count(Place::Second)];
    let whole = matches!(time, [0, 0, 0] | [1, 1, 0 | 1]);
    (once && whole).then_some(places)
}

fn place(part: &Numeric) -> Option<Place> {
    Some(match part {
        Numeric::Year => Place::Year,
        Numeric::Month => Place::Month,
        Numeric::Day => Place::Day,
        Numeric::Hour => Place::Hour,
        Numeric::Minute => Place::Minute,
        Numeric::Second => Place::Second,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::Pattern;
    use chrono::DateTime;
    use proptest::prelude::*;

    const FIXED: [&str; 6] = [
        "%Y-%m-%d %H:%M:%S",
        "%d-%m-%Y %H:%M",
        "%d/%m/%Y",
        "%Y%m%d",
        "%d.%m.%Y, %H:%M Uhr",
        "%FT%T",
    ];

    #[test]
    fn patterns_of_fixed_width_are_read_from_their_places() {
        for pattern in FIXED {
            assert!(Pattern::new(pattern).unwrap().places.is_some(), "{pattern}");
        }
        for pattern in ["%y-%m-%d", "%Y-%j", "%I:%M %p", "%s", "%H:%M", "%Y-%m-%d %H", "%e.%m.%Y"] {
            let layout = Pattern::new(pattern).unwrap();
            assert!(layout.places.is_none(), "{pattern}");
        }
    }

    #[test]
    fn the_name_of_a_zone_is_no_offset() {
        assert_eq!(Pattern::new("%Y-%m-%d %H:%M %Z").err(), Some("%Y-%m-%d %H:%M %Z"));
    }

    #[test]
    fn a_count_stands_alone_in_its_pattern() {
        for pattern in ["%Y-%m-%d %s", "%s.%f", "%s%.f", "%s%z", "%S:%s"] {
            assert_eq!(Pattern::new(pattern).err(), Some(pattern));
        }
        let counted = Pattern::new("[%s]").unwrap().moment("[1700000000]");
        assert_eq!(counted, Some((1_700_000_000_000_000, Some(0))));
    }

    #[test]
    fn a_minute_has_no_60th_second() {
        for pattern in ["%Y%m%d%H%M%S", "%Y-%m-%d %H:%M:%S", "%FT%T%.f"] {
            let layout = Pattern::new(pattern).unwrap();
            let text = |second| format!("2024-02-29T23:59:{second}");
            let text = |second| match pattern {
                "%Y%m%d%H%M%S" => text(second).replace(['-', 'T', ':'], ""),
                "%Y-%m-%d %H:%M:%S" => text(second).replace('T', " "),
                _ => text(second),
            };
            assert_eq!(layout.moment(&text(59)), Some((1_709_251_199_000_000, None)), "{pattern}");
            assert_eq!(layout.moment(&text(60)), None, "{pattern}");
        }
    }

    proptest! {
        /// Places are only a shorter way: chrono finds the same.
        #[test]
        fn the_places_say_what_chrono_says(
            seconds in -30_610_224_000_i64..253_402_300_800,
            pattern in 0..FIXED.len(),
            wrong in prop::option::of((0_usize..24, "[0-9 :./é-]")),
        ) {
            let layout = Pattern::new(FIXED[pattern]).unwrap();
            let time = DateTime::from_timestamp(seconds, 0).unwrap().naive_utc();
            let mut text = time.format(FIXED[pattern]).to_string();
            if let Some((at, other)) = &wrong {
                let at = at % text.len();
                text.replace_range(at..=at, other);
            }
            let found = layout.found(&text).and_then(|found| found.date?.and_time(found.time).into());
            if let Some(found) = found {
                prop_assert_eq!(layout.by_items(&text), Some((found, None)), "{}", text);
            } else {
                prop_assert!(wrong.is_some(), "{}", text);
            }
        }
    }
}
