//! What tells a total from a row.

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
/// Whether a text, in lower case, is what a total begins with.
pub(super) fn is_total(text: &str) -> bool {
    TOTALS.iter().any(|word| {
        let rest = text.strip_prefix(word).map(str::trim_start);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with([':', '-', '–', '(']))
    })
}

/// Whether a row has the sum of the rows before it in some column.
pub(super) fn sums_up(records: &[Record], at: usize) -> bool {
    (0..records[at].fields.len()).any(|column| is_sum(records, at, column))
}

fn is_sum(records: &[Record], at: usize, column: usize) -> bool {
    let number = |record: &Record| amount(record.fields.get(column)?);
    let Some(total) = number(&records[at]) else { return false };
    let above: Vec<f64> = records[..at].iter().filter_map(number).collect();
    let sum: f64 = above.iter().sum();
    above.len() > 1 && total != 0.0 && (sum - total).abs() <= 1e-9 * total.abs().max(1.0)
}

/// A number with a point, and commas between thousands.
fn amount(text: &str) -> Option<f64> {
    text.trim().replace(',', "").parse().ok().filter(|number: &f64| number.is_finite())
}
