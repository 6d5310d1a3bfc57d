//! Decimal and thousands separators of numbers.

/// Pairs of both; of several that fit, the first.
const MARKS: [(char, Option<char>); 14] = [
    ('.', None),
    ('.', Some(',')),
    (',', None),
    (',', Some('.')),
    (',', Some(' ')),
    (',', Some('\u{a0}')),
    (',', Some('\u{202f}')),
    ('.', Some(' ')),
    ('.', Some('\u{a0}')),
    ('.', Some('\u{202f}')),
    ('.', Some('\'')),
    ('.', Some('’')),
    (',', Some('\'')),
    (',', Some('’')),
];

/// How the numbers of a column are written, and what they are.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Written {
    /// What stands before decimals.
    pub(super) decimal: char,
    /// What groups digits.
    pub(super) thousands: Option<char>,
    /// The numbers with a point and without groups and signs.
    pub(super) plain: Vec<String>,
    /// What stands before decimals, where only one mark can.
    pub(super) says: Option<char>,
    /// Whether both a point and a comma could stand before decimals of numbers with marks.
    pub(super) asks: bool,
    /// The mark that may group digits as well as stand before decimals.
    pub(super) either: Option<char>,
}

impl Written {
    /// The same, without evidence and without ambiguity.
    pub(super) fn settled(self) -> Self {
        Self { says: None, asks: false, either: None, ..self }
    }
}

/// How the numbers are written, if there is a way; of two ways, the one with the usual mark before
/// decimals.
pub(super) fn written(bare: &[String], usual: Option<char>) -> Option<Written> {
    let found = |decimal: char| {
        let mut marks = MARKS.iter().filter(|(mark, _)| *mark == decimal);
        marks.find_map(|(_, thousands)| Some((*thousands, all(bare, decimal, *thousands)?)))
    };
    let is_marked = bare.iter().any(|text| text.contains(|it: char| !is_plain(it)));
    let point = found('.');
    let comma = if is_marked || point.is_none() { found(',') } else { None };
    let asks = point.is_some() && comma.is_some();
    let differ = asks && point.as_ref().map(|it| &it.1) != comma.as_ref().map(|it| &it.1);
    let either = if differ {
        bare.iter().find_map(|text| text.chars().find(|it| is_mark(*it)))
    } else {
        None
    };
    let decimal = match (&point, &comma) {
        (Some((one, _)), Some((other, _))) => usual.unwrap_or_else(|| first(*one, *other)),
        (Some(_), None) => '.',
        _ => ',',
    };
    let says = (is_marked && !asks).then_some(decimal);
    let (thousands, plain) = if decimal == '.' { point? } else { comma? };
    Some(Written { decimal, thousands, plain, says, asks, either })
}

/// Which of two pairs stands first.
fn first(with_point: Option<char>, with_comma: Option<char>) -> char {
    let pairs = [('.', with_point), (',', with_comma)];
    MARKS.iter().find(|pair| pairs.contains(pair)).map_or('.', |(decimal, _)| *decimal)
}

/// What percentages show of the mark before decimals; they are texts otherwise.
pub(super) fn of_percentages(texts: &[&str]) -> Option<char> {
    let bare = |text: &&str| Some(text.strip_suffix('%')?.trim_end().to_owned());
    let bare: Option<Vec<String>> = texts.iter().map(bare).collect();
    written(&bare?, None)?.says
}

fn is_plain(character: char) -> bool {
    character.is_ascii_digit() || matches!(character, '+' | '-' | 'e' | 'E')
}

fn is_mark(character: char) -> bool {
    matches!(character, '.' | ',')
}

fn all(bare: &[String], decimal: char, thousands: Option<char>) -> Option<Vec<String>> {
    bare.iter().map(|text| plain(text, decimal, thousands)).collect()
}

/// The text with a point and without groups, if its marks stand where they may.
fn plain(text: &str, decimal: char, thousands: Option<char>) -> Option<String> {
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

#[cfg(test)]
mod tests {
    use super::{of_percentages, written};

    /// What the numbers are, by the usual mark before decimals.
    fn read(texts: &[&str], usual: Option<char>) -> String {
        let bare: Vec<String> = texts.iter().map(|text| (*text).to_owned()).collect();
        written(&bare, usual).map_or_else(|| "none".to_owned(), |it| it.plain.join(" "))
    }

    /// What the numbers show, and what they leave open.
    fn told(texts: &[&str]) -> (Option<char>, Option<char>) {
        let bare: Vec<String> = texts.iter().map(|text| (*text).to_owned()).collect();
        written(&bare, None).map_or((None, None), |it| (it.says, it.either))
    }

    #[test]
    fn groups_of_three_are_read_as_the_rest_of_the_source_writes_numbers() {
        let both = ["1.234", "12"];
        assert_eq!(read(&both, None), "1.234 12");
        assert_eq!(read(&both, Some('.')), "1.234 12");
        assert_eq!(read(&both, Some(',')), "1234 12");
        assert_eq!(read(&["1,234"], None), "1234");
        assert_eq!(read(&["1,234"], Some('.')), "1234");
        assert_eq!(read(&["1,234"], Some(',')), "1.234");
        // What can be read in one way only is, whatever is usual.
        assert_eq!(read(&["1.5"], Some(',')), "1.5");
        assert_eq!(read(&["1.234.567"], Some('.')), "1234567");
        assert_eq!(read(&["1'234"], Some(',')), "1234");
        assert_eq!(read(&["1’234,5"], None), "1234.5");
        assert_eq!(read(&["1\u{202f}234.5"], None), "1234.5");
        assert_eq!(read(&["1.5", "1,5"], None), "none");
    }

    #[test]
    fn numbers_say_what_they_show_beyond_doubt() {
        for text in ["1.5", "0.234", "1234.567", "1,234.56", "1 234.5", "1'234.5"] {
            assert_eq!(told(&[text]), (Some('.'), None), "{text}");
        }
        for text in ["1,5", "0,234", "1.234.567", "1.234,56", "1 234,5"] {
            assert_eq!(told(&[text]), (Some(','), None), "{text}");
        }
        for text in ["1234", "1 234", "1'234", "1\u{a0}234"] {
            assert_eq!(told(&[text]), (None, None), "{text}");
        }
        assert_eq!(told(&["1.234", "5"]), (None, Some('.')));
        assert_eq!(told(&["5", "1,234"]), (None, Some(',')));
        assert_eq!(of_percentages(&["1,5%", "2 %"]), Some(','));
        assert_eq!(of_percentages(&["1.5%", "2"]), None);
    }
}
