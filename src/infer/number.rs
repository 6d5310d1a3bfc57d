//! Numbers, as people write them.

use super::guess::Guess;
use crate::declare::ColumnType;

/// Signs that stand beside amounts.
const CURRENCIES: [&str; 22] = [
    "€", "$", "£", "¥", "₹", "₽", "US$", "R$", "zł", "kr", "Kč", "Ft", "EUR", "USD", "GBP", "CHF",
    "SEK", "NOK", "DKK", "PLN", "JPY", "CAD",
];
/// What stands before decimals and what groups digits; of several that fit, the first.
const MARKS: [(char, Option<char>); 12] = [
    ('.', None),
    ('.', Some(',')),
    (',', None),
    (',', Some('.')),
    (',', Some(' ')),
    (',', Some('\u{a0}')),
    (',', Some('\u{202f}')),
    ('.', Some(' ')),
    ('.', Some('\u{a0}')),
    ('.', Some('\'')),
    ('.', Some('’')),
    (',', Some('\'')),
];
/// The last words of the names of columns that tell things apart rather than count them.
const IDENTIFIERS: [&str; 17] = [
    "id", "ids", "code", "no", "nr", "num", "number", "key", "sku", "upc", "ean", "isbn", "zip",
    "postcode", "phone", "ref", "account",
];
/// Whole numbers up to here are `int32`, which leaves room for twenty times as much.
const SMALL: u64 = 100_000_000;
/// Amounts have up to so many decimals; numbers with more are measured.
const MONEY_SCALE: usize = 4;

/// A number, taken apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Parts<'a> {
    whole: &'a str,
    decimals: &'a str,
    exponent: bool,
}

/// The type of numbers that takes all texts; a string where they only look like numbers.
pub(super) fn number(name: &str, texts: &[&str], quoted: bool) -> Option<Guess> {
    let (bare, currency) = without_currency(texts)?;
    let fits = |(decimal, thousands): &&(char, Option<char>)| {
        bare.iter().all(|text| normal(text, *decimal, *thousands).is_some())
    };
    let mut fitting = MARKS.iter().filter(fits);
    let (decimal, thousands) = *fitting.next()?;
    let normal: Vec<String> =
        bare.iter().filter_map(|text| normal(text, decimal, thousands)).collect();
    let parts: Vec<Parts> = normal.iter().map(|text| parts(text)).collect();
    let mut guess = kind(name, &parts, quoted && currency.is_empty());
    if guess.data_type == ColumnType::String {
        return Some(guess);
    }
    guess.currency = currency;
    guess.decimal_mark = (decimal != '.').then_some(decimal);
    guess.thousands_mark = thousands;
    Some(match unsure(&bare, decimal, thousands) {
        Some(note) => guess.note(note),
        None => guess,
    })
}

/// Whether digits in groups of three could be decimals as well.
fn unsure(bare: &[String], decimal: char, thousands: Option<char>) -> Option<String> {
    let other = match (decimal, thousands) {
        ('.', Some(',')) => ',',
        (',', Some('.')) => '.',
        _ => return None,
    };
    let also = bare.iter().all(|text| normal(text, other, None).is_some());
    also.then(|| format!("`{other}` groups digits, or are they decimals?"))
}

/// The texts without currency signs, and those signs; nothing where a text is only a sign.
fn without_currency(texts: &[&str]) -> Option<(Vec<String>, Vec<String>)> {
    let mut signs: Vec<String> = Vec::new();
    let mut bare = Vec::new();
    for text in texts {
        let minus = text.starts_with('-');
        let unsigned = text.trim_start_matches(['+', '-']);
        let number = unsigned.trim_matches(|it: char| !it.is_ascii_digit() && !is_part(it));
        let sign = unsigned.replacen(number, "", 1);
        let sign = sign.trim();
        if number.is_empty() || (!sign.is_empty() && !CURRENCIES.contains(&sign)) {
            return None;
        }
        if !sign.is_empty() && !signs.iter().any(|known| known == sign) {
            signs.push(sign.to_owned());
        }
        let inner = number.starts_with(['+', '-']);
        if inner && unsigned.len() < text.len() {
            return None;
        }
        bare.push(if minus { format!("-{number}") } else { number.to_owned() });
    }
    Some((bare, signs))
}

fn is_part(character: char) -> bool {
    matches!(character, '.' | ',' | '+' | '-')
}

/// The text with a point and without groups, if its marks stand where they may.
fn normal(text: &str, decimal: char, thousands: Option<char>) -> Option<String> {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let (number, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((number, exponent)) => (number, Some(exponent)),
        None => (unsigned, None),
    };
    let (whole, decimals) = match number.split_once(decimal) {
        Some((whole, decimals)) => (whole, Some(decimals)),
        None => (number, None),
    };
    let whole = match thousands {
        Some(mark) => ungrouped(whole, mark)?,
        None => whole.to_owned(),
    };
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let decimals_fit = decimals.is_none_or(|it| digits(it) && !it.is_empty());
    let exponent_fits = exponent.is_none_or(|it| it.parse::<i8>().is_ok());
    if whole.is_empty() || !digits(&whole) || !decimals_fit || !exponent_fits {
        return None;
    }
    let point = decimals.map(|it| format!(".{it}")).unwrap_or_default();
    Some(format!("{whole}{point}{}", exponent.map(|it| format!("e{it}")).unwrap_or_default()))
}

/// Digits without the marks between groups of three.
fn ungrouped(whole: &str, mark: char) -> Option<String> {
    let mut groups = whole.split(mark);
    let first = groups.next()?;
    let rest: Vec<&str> = groups.collect();
    let fits = rest.is_empty()
        || ((1..=3).contains(&first.len())
            && !first.starts_with('0')
            && rest.iter().all(|group| group.len() == 3));
    fits.then(|| format!("{first}{}", rest.concat()))
}

fn parts(normal: &str) -> Parts<'_> {
    let (number, exponent) = match normal.split_once('e') {
        Some((number, _)) => (number, true),
        None => (normal, false),
    };
    let (whole, decimals) = number.split_once('.').unwrap_or((number, ""));
    Parts { whole, decimals, exponent }
}

fn kind(name: &str, parts: &[Parts], quoted: bool) -> Guess {
    let text = |note: &str| Guess::of(ColumnType::String).note(note);
    let zero = |it: &Parts| it.whole.len() > 1 && it.whole.starts_with('0');
    let identifier = is_identifier(name);
    let scale = parts.iter().map(|it| it.decimals.len()).max().unwrap_or(0);
    let digits = parts.iter().map(|it| it.whole.len()).max().unwrap_or(0);
    if parts.iter().any(zero) {
        return text("digits with leading zeros");
    }
    if parts.iter().any(|it| it.exponent) {
        return Guess::of(ColumnType::Float64);
    }
    if scale == 0 {
        return match whole(parts, identifier) {
            guess if quoted => text(&format!("{} in quotes", guess.data_type)),
            guess => guess,
        };
    }
    let pointless = parts.iter().all(|it| it.decimals.bytes().all(|byte| byte == b'0'));
    if pointless && scale == 1 && (identifier || digits >= 5) {
        return text("whole numbers written with `.0`, as ids are that were numbers once");
    }
    measured(digits, scale)
}

fn whole(parts: &[Parts], identifier: bool) -> Guess {
    let largest =
        parts.iter().map(|it| it.whole.parse::<u64>().ok()).max_by_key(|it| it.unwrap_or(u64::MAX));
    match largest.flatten() {
        Some(largest) if largest <= 1 && parts.len() > 2 => {
            Guess::of(ColumnType::Int32).note("only 0 and 1: perhaps boolean")
        }
        Some(largest) if largest <= SMALL && !identifier => Guess::of(ColumnType::Int32),
        Some(largest) if i64::try_from(largest).is_ok() => Guess::of(ColumnType::Int64),
        _ => Guess::of(ColumnType::String).note("digits too many for int64"),
    }
}

/// Amounts are exact, with two decimals at least and room before the point.
fn measured(digits: usize, scale: usize) -> Guess {
    if scale > MONEY_SCALE || digits > 30 {
        return Guess::of(ColumnType::Float64);
    }
    let kept = i8::try_from(scale.max(2)).unwrap_or(4);
    let precision = if digits + 4 <= 18 - scale.max(2) { 18 } else { 38 };
    let note = format!("up to {scale} {}", if scale == 1 { "decimal" } else { "decimals" });
    Guess::of(ColumnType::Decimal(precision, kept)).note(note)
}

/// Whether a name is one of an id.
pub(super) fn is_identifier(name: &str) -> bool {
    let name = super::name::words(name);
    name.rsplit('_').next().is_some_and(|last| IDENTIFIERS.contains(&last))
}
