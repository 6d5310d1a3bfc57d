//! Years, months and days as names: the columns of a report go from one to the next.

use chrono::NaiveDate;

use super::habits::Order;
use super::moment;

/// Years that head columns; other numbers of four digits are numbers.
const YEARS: std::ops::RangeInclusive<i32> = 1900..=2100;
/// So many numbers that count up by one are hardly values.
const COUNTED: usize = 4;

/// Whether all texts are years, months or days.
pub(super) fn are_periods(texts: &[&str]) -> bool {
    !texts.is_empty() && texts.iter().all(|text| first_day(text, Order::Day).is_some())
}

/// Whether texts are several periods, each later than the one before it, or each earlier.
pub(super) fn ascend(texts: &[&str]) -> bool {
    texts.len() > 1 && [Order::Day, Order::Month].iter().any(|order| is_sorted(texts, *order))
}

fn is_sorted(texts: &[&str], order: Order) -> bool {
    let days: Option<Vec<NaiveDate>> = texts.iter().map(|text| first_day(text, order)).collect();
    days.is_some_and(|days| {
        let pairs = || days.windows(2);
        pairs().all(|pair| pair[0] < pair[1]) || pairs().all(|pair| pair[0] > pair[1])
    })
}

/// Whether texts are the numbers from 0 or 1 on, as of weeks, hours or questions.
pub(super) fn count_up(texts: &[&str]) -> bool {
    let counts =
        |first: usize| (first..).zip(texts).all(|(number, text)| *text == number.to_string());
    texts.len() >= COUNTED && (counts(0) || counts(1))
}

/// The day on which a period begins.
fn first_day(text: &str, order: Order) -> Option<NaiveDate> {
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    let part = |range: std::ops::Range<usize>| text.get(range)?.parse::<u32>().ok();
    let (year, month) = match text.len() {
        4 if digits => (part(0..4)?, 1),
        6 if digits => (part(0..4)?, part(4..6)?),
        6 | 7 if text.len() - 5 == text.find(['.', '/', '-']).unwrap_or(0) => {
            (part(text.len() - 4..text.len())?, part(0..text.len() - 5)?)
        }
        _ => return moment::day(text, order),
    };
    let year = i32::try_from(year).ok().filter(|year| YEARS.contains(year))?;
    NaiveDate::from_ymd_opt(year, month, 1)
}

#[cfg(test)]
mod tests {
    use super::{are_periods, ascend, count_up};

    #[test]
    fn periods_go_one_way() {
        for texts in [
            &["2023", "2024", "2025"][..],
            &["2025", "2024"],
            &["2024", "2025-01-01"],
            &["202411", "202412", "202501"],
            &["31.01.2025", "28.02.2025"],
            &["12.2024", "01.2025"],
            &["9/2024", "10/2024"],
            &["01/02/2025", "02/01/2025"],
            &["12/01/2024", "01/01/2025"],
            &["2025-01-01 00:00:00", "2025-02-01 00:00:00"],
            &["20250101", "20250201"],
        ] {
            assert!(ascend(texts) && are_periods(texts), "{texts:?}");
        }
        for texts in [
            &["2024"][..],
            &["2024", "2024"],
            &["2024", "2025", "2023"],
            &["5", "2025"],
            &["1899", "1950"],
            &["202413", "202501"],
            &["a", "b"],
        ] {
            assert!(!ascend(texts), "{texts:?}");
        }
    }

    #[test]
    fn numbers_count_up_from_their_beginning() {
        assert!(count_up(&["1", "2", "3", "4"]) && count_up(&["0", "1", "2", "3", "4"]));
        assert!(!count_up(&["1", "2", "3"]) && !count_up(&["2", "3", "4", "5"]));
        assert!(!count_up(&["1", "2", "3", "5"]) && !count_up(&["01", "02", "03", "04"]));
    }
}
