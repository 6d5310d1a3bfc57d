//! What distinguishes a total from a row.

use super::split::Record;

/// What the first field of a total says, in lower case, alone or before a sign.
const TOTALS: [&str; 16] = [
    "total",
    "totals",
    "grand total",
    "sub total",
    "subtotal",
    "sum",
    "summe",
    "gesamt",
    "gesamtsumme",
    "gesamtergebnis",
    "insgesamt",
    "somme",
    "totale",
    "totaal",
    "suma",
    "итого",
];
/// What stands before decimals: the one or the other.
const DECIMALS: [char; 2] = ['.', ','];

/// Whether a text, in lower case, is what a total begins with.
pub(super) fn is_total(text: &str) -> bool {
    TOTALS.iter().any(|word| {
        let rest = text.strip_prefix(word).map(str::trim_start);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with([':', '-', '–', '(']))
    })
}

/// Whether a row has the sum of the rows before it in some column.
pub(super) fn sums_up(records: &[Record], at: usize) -> bool {
    let columns = 0..records[at].fields.len();
    columns.into_iter().any(|column| DECIMALS.iter().any(|mark| is_sum(records, at, column, *mark)))
}

fn is_sum(records: &[Record], at: usize, column: usize, decimal: char) -> bool {
    let number = |record: &Record| amount(record.fields.get(column)?, decimal);
    let Some(total) = number(&records[at]) else { return false };
    let above: Vec<f64> = records[..at].iter().filter_map(number).collect();
    let sum: f64 = above.iter().sum();
    above.len() > 1 && total != 0.0 && (sum - total).abs() <= 1e-9 * total.abs().max(1.0)
}

/// A number with this mark before decimals, and the other between thousands.
fn amount(text: &str, decimal: char) -> Option<f64> {
    let digits = text.trim().chars().filter(|it| *it == decimal || !DECIMALS.contains(it));
    let plain: String = digits.map(|it| if it == decimal { '.' } else { it }).collect();
    plain.parse().ok().filter(|number: &f64| number.is_finite())
}

#[cfg(test)]
mod tests {
    use super::amount;

    #[test]
    fn totals_are_read_with_a_point_and_with_a_comma() {
        assert_eq!(amount("1,234.5", '.'), Some(1234.5));
        assert_eq!(amount("1.234,5", ','), Some(1234.5));
        assert_eq!(amount("1.246", ','), Some(1246.0));
        assert_eq!(amount("all", ','), None);
    }
}
