//! The end of a run in words.

use std::fmt::Write;

use super::standing;
use crate::record::{
    CheckResult, CheckStatus, NullifiedResult, RunResults, SourceResult, age, rows_break,
};
use crate::text::{grouped, human_bytes, printable};

/// Columns and reasons to show, the most frequent first.
const REASONS: usize = 5;
/// Periods of late rows to show, the newest first.
const PERIODS: usize = 3;

/// What was read, what was published and where, and the pipeline's headlines.
pub fn run_summary(results: &RunResults) -> String {
    let mut text = String::new();
    let _ =
        writeln!(text, "{} as of {}", results.pipeline, results.as_of.as_deref().unwrap_or("-"));
    let _ = writeln!(text, "\nread");
    for source in &results.sources {
        let _ = writeln!(text, "  {}", source_line(source));
        let lines = [times_line(source), late_line(source), passed_line(source)];
        let lines = lines.into_iter().flatten();
        for line in lines.chain(nullified_line(source)).chain(skipped_lines(source)) {
            let _ = writeln!(text, "    {line}");
        }
    }
    let warehouse = results.warehouse.as_deref().unwrap_or("-");
    let release = results.release.unwrap_or_default();
    let state = if results.unchanged { "unchanged" } else { "published" };
    let _ = writeln!(text, "\n{state} as release {release} in {warehouse}");
    let width = results.tables.iter().map(|table| table.table.len()).max().unwrap_or(0);
    for table in &results.tables {
        let size = human_bytes(table.bytes);
        let _ = writeln!(
            text,
            "  {:width$}  {:>12} rows  {size:>9}  {} {}",
            table.table,
            grouped(&table.rows.to_string()),
            table.files,
            if table.files == 1 { "file" } else { "files" },
        );
    }
    standing_of_tables(&mut text, results);
    headlines(&mut text, results);
    checks(&mut text, results);
    text
}

/// What readers of several tables must know.
fn standing_of_tables(text: &mut String, results: &RunResults) {
    if !results.dropped.is_empty() {
        let _ = writeln!(text, "\ntaken out of the warehouse: {}", results.dropped.join(", "));
    }
    if !results.dropped_periods.is_empty() {
        let _ = writeln!(text, "\n{}", standing::dropped_periods(&results.dropped_periods));
    }
    if !results.kept.is_empty() {
        let _ = writeln!(text, "\n{}", standing::kept(&results.kept));
    }
    if !results.left.is_empty() {
        let _ = writeln!(text, "\n{}", standing::left(&results.left));
    }
    if !results.behind.is_empty() {
        let _ = writeln!(text, "\n{}", standing::behind(&results.behind));
    }
}

/// The checks that warned, and how many passed.
fn checks(text: &mut String, results: &RunResults) {
    let (warned, passed): (Vec<_>, Vec<_>) =
        results.checks.iter().partition(|check| check.status == CheckStatus::Warned);
    if !warned.is_empty() {
        let _ = writeln!(text, "\nwarnings");
    }
    for CheckResult { table, check, failed_rows, .. } in &warned {
        let _ = writeln!(text, "  `{table}`: {} `{check}`", rows_break(*failed_rows));
    }
    let passed = passed.len();
    let _ = write!(text, "\n{passed} checks passed; {:.1} s", results.seconds);
}

fn headlines(text: &mut String, results: &RunResults) {
    if results.headlines.is_empty() {
        return;
    }
    let _ = writeln!(text, "\nheadlines");
    let width = results.headlines.iter().map(|headline| headline.title.len()).max().unwrap_or(0);
    for headline in &results.headlines {
        let value = headline.value.as_deref();
        let value = value.map_or_else(|| "unknown".to_owned(), |value| shown(&printable(value)));
        let _ = writeln!(text, "  {:width$}  {value:>18}", headline.title);
    }
}

fn source_line(source: &SourceResult) -> String {
    let mut line = format!(
        "{}: {} rows in {} {} ({}) = {} accepted + {} rejected",
        source.source,
        grouped(&source.rows.to_string()),
        source.files,
        if source.files == 1 { "file" } else { "files" },
        human_bytes(source.bytes),
        grouped(&source.accepted.to_string()),
        grouped(&source.rejected.to_string()),
    );
    let others = [
        (source.corrected, "corrected"),
        (source.after_as_of, "after as-of"),
        (source.superseded, "superseded"),
        (source.deleted, "deleted"),
    ];
    for (rows, what) in others.into_iter().filter(|(rows, _)| *rows > 0) {
        let _ = write!(line, ", {} {what}", grouped(&rows.to_string()));
    }
    line
}

/// How new the newest row and file are.
fn times_line(source: &SourceResult) -> Option<String> {
    let file = source.newest_file.as_ref()?;
    let newest = source.newest_event.as_ref().zip(source.event_age_seconds);
    let row = newest
        .map(|(event, seconds)| format!("newest row of {event}, {} before as-of; ", age(seconds)));
    Some(format!("{}newest file of {file}", row.unwrap_or_default()))
}

/// How many rows arrived late, and their periods.
fn late_line(source: &SourceResult) -> Option<String> {
    let late = source.late.as_ref().filter(|late| !late.is_empty())?;
    let rows: u64 = late.iter().map(|late| late.rows).sum();
    let periods: Vec<String> = late
        .iter()
        .rev()
        .take(PERIODS)
        .map(|late| format!("{} of {}", grouped(&late.rows.to_string()), late.period))
        .collect();
    let more = if late.len() > PERIODS { ", …" } else { "" };
    Some(format!("{} came late: {}{more}", grouped(&rows.to_string()), periods.join(", ")))
}

/// Which columns have cells that were replaced by NULL, and why.
fn nullified_line(source: &SourceResult) -> Option<String> {
    let cells: u64 = source.nullified.iter().map(|cells| cells.rows).sum();
    let of = |it: &NullifiedResult| {
        format!("{} {} in `{}`", grouped(&it.rows.to_string()), it.reason, it.column)
    };
    let reasons: Vec<String> = source.nullified.iter().take(REASONS).map(of).collect();
    let more = if source.nullified.len() > REASONS { ", …" } else { "" };
    let (cells, reasons) = (grouped(&cells.to_string()), reasons.join(", "));
    (!reasons.is_empty()).then(|| format!("{cells} cells are NULL: {reasons}{more}"))
}

/// What was skipped as declared, with the first line of each kind.
fn skipped_lines(source: &SourceResult) -> impl Iterator<Item = String> {
    source.skipped.iter().map(|skipped| {
        let rows = grouped(&skipped.rows.to_string());
        let line = |text: &String| text.split_whitespace().collect::<Vec<_>>().join(" ");
        let example = skipped.example.as_ref().map(|text| format!(", first {}", line(text)));
        format!("{rows} left out by `{}`{}", skipped.setting, example.unwrap_or_default())
    })
}

/// Which files were skipped although they match the location.
fn passed_line(source: &SourceResult) -> Option<String> {
    let passed = [
        (&source.hidden_files, "hidden by their names"),
        (&source.excluded_files, "excluded"),
        (&source.warehouse_files, "in the warehouse"),
    ];
    let told: Vec<String> = passed
        .into_iter()
        .filter(|(files, _)| files.files > 0)
        .map(|(files, why)| {
            let more = if files.files > files.examples.len() as u64 { ", …" } else { "" };
            let count = grouped(&files.files.to_string());
            let names = printable(&files.examples.join("`, `"));
            format!("{count} {why} (`{names}`{more})")
        })
        .collect();
    (!told.is_empty()).then(|| format!("files ignored: {}", told.join(", ")))
}

/// A number with its thousands grouped; a long fraction truncated to four digits.
fn shown(value: &str) -> String {
    match value.split_once('.') {
        Some((whole, fraction))
            if fraction.len() > 4 && fraction.bytes().all(|b| b.is_ascii_digit()) =>
        {
            let number: f64 = value.parse().unwrap_or_default();
            let rounded = format!("{number:.4}");
            let fraction = rounded.split_once('.').map_or("", |(_, fraction)| fraction);
            let whole = rounded.split_once('.').map_or(whole, |(whole, _)| whole);
            format!("{}.{fraction}", grouped(whole))
        }
        Some((whole, fraction)) => format!("{}.{fraction}", grouped(whole)),
        None => grouped(value),
    }
}

#[cfg(test)]
mod tests {
    use super::{human_bytes, shown};

    #[test]
    fn numbers_are_grouped_and_long_fractions_cut() {
        assert_eq!(shown("1234567.89"), "1,234,567.89");
        assert_eq!(shown("-1234.567891"), "-1,234.5679");
        assert_eq!(shown("0.242594522430157"), "0.2426");
        assert_eq!(shown("north"), "north");
    }

    #[test]
    fn bytes_have_the_unit_that_suits_them() {
        assert_eq!(human_bytes(999), "999 B");
        assert_eq!(human_bytes(1536), "1.5 KiB");
    }
}
