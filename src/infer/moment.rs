//! Dates and timestamps, as people write them.

use chrono::format::{Parsed, StrftimeItems, parse};
use chrono::{Datelike, NaiveDate};

use super::guess::Guess;
use super::habits::{Habits, Order, Tells};
use crate::declare::ColumnType;

/// Ways to write a day that need no pattern, and all others; of several that fit, the first.
const DAYS: [&str; 21] = [
    ISO_DAY,
    "%d/%m/%Y",
    "%d-%m-%Y",
    "%d.%m.%Y",
    "%m/%d/%Y",
    "%m-%d-%Y",
    "%m.%d.%Y",
    "%Y/%m/%d",
    "%Y.%m.%d",
    "%d/%m/%y",
    "%d-%m-%y",
    "%d.%m.%y",
    "%m/%d/%y",
    "%m-%d-%y",
    "%d %b %Y",
    "%d-%b-%Y",
    "%d-%b-%y",
    "%b %d %Y",
    "%b %d, %Y",
    "%d %B %Y",
    "%B %d, %Y",
];
const ISO_DAY: &str = "%Y-%m-%d";
/// The way that needs no more than digits.
const COMPACT_DAY: &str = "%Y%m%d";
/// Ways to write a time of day behind it.
const TIMES: [&str; 12] = [
    " %H:%M:%S",
    " %H:%M",
    "T%H:%M:%S",
    "T%H:%M",
    " %H:%M:%S%.f",
    "T%H:%M:%S%.f",
    " %I:%M %p",
    " %I:%M:%S %p",
    " %I:%M%p",
    "T%H:%M:%S%#z",
    "T%H:%M:%S%.f%#z",
    " %H:%M:%S%#z",
];
/// Patterns that mean another day where both fit: the day and the month change places.
const TWINS: [(&str, &str); 6] = [
    ("%d/%m/%Y", "%m/%d/%Y"),
    ("%d-%m-%Y", "%m-%d-%Y"),
    ("%d/%m/%y", "%m/%d/%y"),
    ("%d.%m.%Y", "%m.%d.%Y"),
    ("%d-%m-%y", "%m-%d-%y"),
    ("%d.%m.%y", "%m.%d.%y"),
];
/// Years that people write; others come of a pattern that does not fit.
const YEARS: std::ops::RangeInclusive<i32> = 1800..=2200;
/// Years of days without anything between their digits, which could be numbers as well.
const COMPACT_YEARS: std::ops::RangeInclusive<i32> = 1900..=2100;
/// How many patterns one column may mix.
const MOST: usize = 3;

/// Words in the names of columns that say when.
const WHEN: [&str; 13] = [
    "at",
    "ts",
    "time",
    "timestamp",
    "date",
    "datetime",
    "epoch",
    "unix",
    "utc",
    "created",
    "updated",
    "modified",
    "placed",
];
/// Counts from 1970, and the digits they have from 2001 to 2286.
const COUNTS: [(&str, usize, &str); 4] = [
    ("epoch", 10, "seconds"),
    ("epoch_ms", 13, "milliseconds"),
    ("epoch_us", 16, "microseconds"),
    ("epoch_ns", 19, "nanoseconds"),
];

/// Whether a column of this name says when.
pub(super) fn says_when(name: &str) -> bool {
    super::name::words(name).split('_').any(|word| WHEN.contains(&word))
}

/// Moments written as counts from 1970, in a column whose name says when.
pub(super) fn epoch(name: &str, texts: &[&str]) -> Option<Guess> {
    let (format, digits, unit) = count(texts).filter(|_| says_when(name))?;
    let guess = Guess { formats: vec![format.into()], ..Guess::of(ColumnType::Timestamp) };
    Some(guess.note(format!("numbers of {digits} digits, taken for {unit} from 1970")))
}

/// The same with a word about what its numbers may count, if they are large.
pub(super) fn perhaps(guess: Guess, texts: &[&str]) -> Guess {
    match count(texts) {
        Some((format, digits, unit)) if guess.data_type == ColumnType::Int64 && digits > 10 => {
            guess
                .note(format!("if these are {unit} from 1970: `type: timestamp, format: {format}`"))
        }
        _ => guess,
    }
}

fn count(texts: &[&str]) -> Option<(&'static str, usize, &'static str)> {
    let all = |digits: usize| {
        texts.iter().all(|text| text.len() == digits && text.bytes().all(|it| it.is_ascii_digit()))
    };
    COUNTS.into_iter().find(|(_, digits, _)| all(*digits))
}

/// Days written as eight digits.
pub(super) fn compact(texts: &[&str]) -> Option<Guess> {
    let is_day = |text: &&str| {
        text.len() == 8
            && text.bytes().all(|byte| byte.is_ascii_digit())
            && date(COMPACT_DAY, text).is_some_and(|date| COMPACT_YEARS.contains(&date.year()))
    };
    texts.iter().all(is_day).then(|| {
        let guess = Guess { formats: vec![COMPACT_DAY.into()], ..Guess::of(ColumnType::Date) };
        guess.note("numbers of eight digits that are all days")
    })
}

/// The dates or timestamps of the texts, with the fewest patterns that accept all of them. If
/// the day and the month are ambiguous, they are in the usual order.
pub(super) fn moment(texts: &[&str], usual: Option<Order>) -> Option<Guess> {
    // A text without two digits is not a date; most columns of words end here.
    if !texts.iter().all(|text| text.bytes().filter(u8::is_ascii_digit).count() >= 3) {
        return None;
    }
    let days = days(usual);
    if let Some(formats) = cover(texts, &days) {
        return Some(guess(ColumnType::Date, texts, formats, usual));
    }
    let times = days.iter().flat_map(|day| TIMES.map(|time| format!("{day}{time}")));
    let patterns: Vec<String> = days.iter().cloned().chain(times).collect();
    Some(guess(ColumnType::Timestamp, texts, cover(texts, &patterns)?, usual))
}

/// Ways to write a day, the usual order of day and month before the other.
fn days(usual: Option<Order>) -> Vec<String> {
    let mut days = DAYS.map(str::to_owned).to_vec();
    if usual == Some(Order::Month) {
        days.sort_by_key(|pattern| order(pattern) == Some(Order::Day));
    }
    days
}

/// What a pattern begins with, if it has a twin.
fn order(pattern: &str) -> Option<Order> {
    TWINS.iter().find_map(|(day, month)| match pattern {
        it if it.starts_with(day) => Some(Order::Day),
        it if it.starts_with(month) => Some(Order::Month),
        _ => None,
    })
}

/// The pattern in which day and month change places.
fn twin(pattern: &str) -> Option<String> {
    TWINS.iter().find_map(|(day, month)| {
        let other = |from: &str, to: &str| Some(format!("{to}{}", pattern.strip_prefix(from)?));
        other(day, month).or_else(|| other(month, day))
    })
}

/// The patterns that take all texts, each the first of those that take most of what is left.
fn cover(texts: &[&str], patterns: &[String]) -> Option<Vec<String>> {
    let mut left: Vec<&str> = texts.to_vec();
    let mut chosen = Vec::new();
    while !left.is_empty() && chosen.len() < MOST {
        let likely = patterns.iter().filter(|pattern| fits(pattern, left[0]));
        let count = |pattern: &String| left.iter().filter(|text| fits(pattern, text)).count();
        let mut best: Option<(&String, usize)> = None;
        for pattern in likely {
            let taken = count(pattern);
            if best.is_none_or(|(_, most)| taken > most) {
                best = Some((pattern, taken));
            }
        }
        let (best, _) = best?;
        left.retain(|text| !fits(best, text));
        chosen.push(best.clone());
    }
    (left.is_empty() && !contradictory(&chosen)).then_some(chosen)
}

/// A column that needs both the day and the month first is not to be read either way.
fn contradictory(chosen: &[String]) -> bool {
    let has = |start: &str| chosen.iter().any(|pattern| pattern.starts_with(start));
    TWINS.iter().any(|(one, other)| has(one) && has(other))
}

fn guess(
    data_type: ColumnType,
    texts: &[&str],
    formats: Vec<String>,
    usual: Option<Order>,
) -> Guess {
    let other = ambiguous(texts, &formats);
    let chosen = formats.iter().find_map(|format| order(format));
    let says = Habits { order: chosen.filter(|_| other.is_none()), ..Habits::default() };
    let tells = Tells { says, asks: other.is_some() };
    // What ISO 8601 allows needs no pattern, unless it stands beside others.
    let plain =
        formats.iter().all(|pattern| pattern.starts_with(ISO_DAY) && !pattern.contains("%I"));
    let formats = if plain { Vec::new() } else { formats };
    let guess = Guess { formats, tells, ..Guess::of(data_type) };
    match other.filter(|_| usual.is_none() || usual != chosen) {
        Some(other) => {
            guess.note(format!("day or month first? no day above 12 decides; the other is {other}"))
        }
        None => guess,
    }
}

/// The other pattern, where day and month could change places in every text.
fn ambiguous(texts: &[&str], formats: &[String]) -> Option<String> {
    formats.iter().find_map(|format| {
        let twin = twin(format)?;
        texts.iter().all(|text| !fits(format, text) || fits(&twin, text)).then_some(twin)
    })
}

/// The day that a text is, or on which it is, whichever way it is written.
pub(super) fn day(text: &str, order: Order) -> Option<NaiveDate> {
    if compact(&[text]).is_some() {
        return date(COMPACT_DAY, text);
    }
    let days = days(Some(order));
    let times = days.iter().flat_map(|day| TIMES.map(|time| format!("{day}{time}")));
    let fitting = days.iter().cloned().chain(times).find(|pattern| fits(pattern, text))?;
    date(&fitting, text)
}

fn fits(pattern: &str, text: &str) -> bool {
    date(pattern, text).is_some_and(|date| YEARS.contains(&date.year()))
}

/// The day of a text, if the whole of it is as the pattern says.
fn date(pattern: &str, text: &str) -> Option<NaiveDate> {
    // Days and months of one digit fit too; years do not.
    let mut parsed = Parsed::new();
    parse(&mut parsed, text, StrftimeItems::new(pattern)).ok()?;
    let offset = parsed.offset().unwrap_or(0);
    let date = if pattern.contains("%H") || pattern.contains("%I") {
        parsed.to_naive_datetime_with_offset(offset).ok()?.date()
    } else {
        parsed.to_naive_date().ok()?
    };
    let iso = pattern.starts_with(ISO_DAY);
    (!iso || strict(text)).then_some(date)
}

/// Whether an ISO day is written in full: `2024-02-09`.
fn strict(text: &str) -> bool {
    let bytes = text.as_bytes();
    let digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
    [0, 1, 2, 3, 5, 6, 8, 9].into_iter().all(digit)
        && bytes.get(4) == Some(&b'-')
        && bytes.get(7) == Some(&b'-')
}

#[cfg(test)]
mod tests {
    use super::{epoch, perhaps};
    use crate::declare::ColumnType;
    use crate::infer::guess::Guess;

    #[test]
    fn counts_from_1970_have_the_unit_that_their_digits_say_where_a_name_says_when() {
        for (name, text, format) in [
            ("created_at", "1704067200", "epoch"),
            ("eventTime", "1704067200123", "epoch_ms"),
            ("ts", "1704067200123456", "epoch_us"),
            ("Updated", "1704067200123456789", "epoch_ns"),
        ] {
            let guess = epoch(name, &[text]).unwrap();
            assert_eq!(
                (guess.data_type, guess.formats),
                (ColumnType::Timestamp, vec![format.into()])
            );
        }
        for (name, texts) in [
            ("ean", ["4006381333931", "4006381333948"]),
            ("created_at", ["1704067200", "1704067200123"]),
            ("amount", ["1704067200", "1704067201"]),
        ] {
            assert_eq!(epoch(name, &texts), None, "{name}");
        }
    }

    #[test]
    fn large_numbers_of_another_name_get_a_word() {
        let notes = |text| perhaps(Guess::of(ColumnType::Int64), &[text]).notes;
        assert!(notes("1704067200123")[0].contains("format: epoch_ms"));
        assert!(notes("1704067200").is_empty());
    }
}
