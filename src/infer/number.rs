//! Numbers, as people write them.

use super::guess::{Guess, Seen};
use super::habits::{Habits, Tells};
use super::marks::{Written, written};
use crate::declare::ColumnType;

/// Signs that stand beside amounts.
const CURRENCIES: [&str; 22] = [
    "€", "$", "£", "¥", "₹", "₽", "US$", "R$", "zł", "kr", "Kč", "Ft", "EUR", "USD", "GBP", "CHF",
    "SEK", "NOK", "DKK", "PLN", "JPY", "CAD",
];
/// The last words of the names of columns that are identifiers rather than counts.
const IDENTIFIERS: [&str; 17] = [
    "id", "ids", "code", "no", "nr", "num", "number", "key", "sku", "upc", "ean", "isbn", "zip",
    "postcode", "phone", "ref", "account",
];
/// Objects whose members are ids, whatever these are called: `{"ref": {"order": 17}}`.
const REFERENCES: [&str; 9] =
    ["id", "ids", "key", "keys", "ref", "refs", "reference", "references", "identifiers"];
/// Whole numbers of so many digits that were floats are ids, whatever they are called.
const LONG: usize = 5;
/// Words in the names of columns of phones.
const PHONES: [&str; 8] =
    ["phone", "telephone", "tel", "telefon", "mobile", "cellphone", "msisdn", "fax"];
/// Words in the names of columns of postcodes, some of which begin with a 0 although none of a sample does.
const POSTCODES: [&str; 6] = ["zip", "zipcode", "postcode", "postal", "postleitzahl", "plz"];
/// The digits that phones have at least.
const PHONE: usize = 6;
/// The digits that postcodes have at least.
const POSTCODE: usize = 4;
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

/// The type of numbers that takes all texts; a string where they only look like numbers. What could
/// be read in two ways is read by the habits of the source.
pub(super) fn number(seen: &Seen, texts: &[&str], habits: Habits) -> Option<Guess> {
    let minus_behind = texts.iter().any(|text| behind(text) != *text);
    let texts: Vec<String> = texts.iter().map(|text| fronted(text)).collect();
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    let (bare, currency) = without_currency(&texts)?;
    // A number of the format itself always has a point, and says nothing about texts.
    let own = seen.numbers && bare.iter().all(|text| !text.contains(','));
    let written = written(&bare, if own { Some('.') } else { habits.decimal })?;
    if let Some(note) = phone(&seen.name, &bare, &written).filter(|_| currency.is_empty()) {
        return Some(Guess::of(ColumnType::String).note(note));
    }
    let parts: Vec<Parts> = written.plain.iter().map(|text| parts(text)).collect();
    let bare = currency.is_empty() && written.thousands.is_none();
    let guess = kind(&seen.name, &parts, seen.quoted && bare);
    if guess.data_type == ColumnType::String {
        return Some(guess);
    }
    let guess = Guess { currency, trailing_minus: minus_behind, ..guess };
    let written = if own { written.settled() } else { written };
    let guess = told(guess, &written, habits);
    Some(match minus_behind {
        true => guess.note("a minus behind a number makes it negative"),
        false => guess,
    })
}

/// The guess with the marks of its numbers, their evidence about the source, and what remains
/// ambiguous.
fn told(guess: Guess, written: &Written, habits: Habits) -> Guess {
    // Ids that were floats once say more about where they were than about who writes numbers.
    let decimal = written.says.filter(|_| !guess.float_notation);
    let says = Habits { decimal, ..Habits::default() };
    let guess = Guess {
        decimal_mark: (written.decimal != '.').then_some(written.decimal),
        thousands_mark: written.thousands,
        tells: Tells { says, asks: written.asks },
        ..guess
    };
    match written.either.filter(|_| habits.decimal.is_none()) {
        Some(mark) => guess.note(format!(
            "unsure: does `{mark}` group digits or stand before decimals? no other column decides"
        )),
        None => guess,
    }
}

/// Why digits are not a number: a `+` before them would be lost, and phone numbers are not
/// quantities.
fn phone(name: &str, bare: &[String], written: &Written) -> Option<&'static str> {
    let minus = bare.iter().any(|text| text.starts_with('-'));
    if minus || written.plain.iter().any(|text| text.contains(['.', 'e'])) {
        return None;
    }
    let name = super::name::words(name);
    let long = written.plain.iter().all(|text| text.len() >= PHONE);
    let has = |words: &[&str]| name.split('_').any(|word| words.contains(&word));
    if long && has(&PHONES) {
        return Some("digits of phones");
    }
    if has(&POSTCODES) && written.plain.iter().all(|text| text.len() >= POSTCODE) {
        return Some("digits of postcodes, which may begin with a 0");
    }
    let plus = bare.iter().any(|text| text.starts_with('+'));
    plus.then_some("digits behind a `+`, as phones have it")
}

/// A number without the minus behind it.
fn behind(text: &str) -> &str {
    let number = text.strip_suffix('-').map(str::trim_end);
    let digits = |text: &&str| text.ends_with(|it: char| it.is_ascii_digit());
    number.filter(digits).filter(|text| !text.starts_with('-')).unwrap_or(text)
}

/// The same with the minus in front of it.
fn fronted(text: &str) -> String {
    let number = behind(text);
    if number == text { text.to_owned() } else { format!("-{number}") }
}

/// The texts without currency signs, and those signs; nothing where a text is only a sign.
fn without_currency(texts: &[&str]) -> Option<(Vec<String>, Vec<String>)> {
    let mut signs: Vec<String> = Vec::new();
    let mut bare = Vec::new();
    for text in texts {
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
        let sign = match text.chars().next() {
            Some(sign @ ('+' | '-')) if !inner => Some(sign),
            _ => None,
        };
        bare.push(sign.into_iter().chain(number.chars()).collect());
    }
    Some((bare, signs))
}

fn is_part(character: char) -> bool {
    matches!(character, '.' | ',' | '+' | '-')
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
        if identifier {
            return text("digits with an `E` among them");
        }
        return Guess::of(ColumnType::Float64);
    }
    if scale == 0 {
        return match whole(parts, identifier) {
            guess if quoted => text(&format!("{} in quotes", guess.data_type)),
            guess => guess,
        };
    }
    let pointless = parts.iter().all(|it| it.decimals.bytes().all(|byte| byte == b'0'));
    if pointless && scale == 1 && tells_apart(name, digits) {
        let whole = whole(parts, true);
        if whole.data_type == ColumnType::String || quoted {
            return text("whole numbers written with `.0`, as ids are that were numbers once");
        }
        let note = "whole numbers written with `.0`, as ids are that were numbers once";
        return Guess { float_notation: true, ..Guess::of(ColumnType::Int64) }.note(note);
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

/// Whether whole numbers that are held or written as floats are ids, going by their name and by how many
/// digits the largest has.
pub(super) fn tells_apart(name: &str, digits: usize) -> bool {
    is_identifier(name) || digits >= LONG
}

/// Whether a name is one of an id: by its last word, or within an object of ids by its path.
fn is_identifier(name: &str) -> bool {
    let last = |name: &str| {
        let name = super::name::words(name);
        IDENTIFIERS.contains(&name.rsplit('_').next().unwrap_or_default())
    };
    let mut path = name.split('.').rev();
    let member = path.next().unwrap_or_default();
    let is_path = !member.is_empty() && !name.contains(' ');
    last(name) || (is_path && path.any(|it| REFERENCES.contains(&super::name::words(it).as_str())))
}

#[cfg(test)]
mod tests {
    use super::tells_apart;

    #[test]
    fn ids_are_told_by_name_by_path_or_by_length() {
        for name in ["id", "customer.id", "customerId", "ref.order", "order.refs.shop", "Inv. No"] {
            assert!(tells_apart(name, 1), "{name}");
        }
        for name in ["account.balance", "Ref. price", "ref_price", "price", "preference.x"] {
            assert!(!tells_apart(name, 4) && tells_apart(name, 5), "{name}");
        }
    }
}
