//! The results of tests of stages: a line per file, and below it the values that differ.

use std::collections::BTreeMap;
use std::fmt::Write;

use datafusion::arrow::array::RecordBatch;
use serde_json::{Value, json};

use crate::plan::ExpectedRows;
use crate::unit_test::{Answer, Verdict, yaml};

/// How many differences of a kind are shown for one test.
const SHOWN: usize = 20;

/// Passed and failed tests by file, the failed ones with what differs, and how many there are of both.
pub fn unit_tests(verdicts: &[Verdict]) -> String {
    let mut text = files(verdicts);
    for verdict in verdicts.iter().filter(|verdict| !verdict.passed()) {
        let _ = write!(text, "\n{}", failed(verdict));
    }
    let _ = write!(text, "\n{}", counts(verdicts));
    text
}

/// Tests that stay as they are, although they failed.
pub fn unit_tests_left(verdicts: &[&Verdict]) -> String {
    let told: Vec<String> = verdicts.iter().map(|verdict| failed(verdict)).collect();
    format!("cannot be updated:\n\n{}", told.join("\n").trim_end())
}

fn counts(verdicts: &[Verdict]) -> String {
    let passed = verdicts.iter().filter(|verdict| verdict.passed()).count();
    match verdicts.len() - passed {
        0 => format!("{passed} passed"),
        failed => format!("{passed} passed, {failed} failed"),
    }
}

fn files(verdicts: &[Verdict]) -> String {
    let mut files: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for verdict in verdicts {
        let (passed, failed) = files.entry(verdict.test.place.path()).or_default();
        *if verdict.passed() { passed } else { failed } += 1;
    }
    let width = files.keys().map(|path| path.chars().count()).max().unwrap_or(0);
    let line = |(path, (passed, failed)): (&str, (usize, usize))| match failed {
        0 => format!("ok      {path:width$}  {passed} passed\n"),
        _ => format!("FAILED  {path:width$}  {passed} passed, {failed} failed\n"),
    };
    files.into_iter().map(line).collect()
}

fn failed(verdict: &Verdict) -> String {
    let test = &verdict.test;
    let line = test.place.range().start.line;
    let mut text = format!("{}: {}\n", test.stage, test.name);
    let _ = writeln!(text, "  --> {}:{line}", test.place.path());
    if let Some(description) = &test.description {
        let _ = writeln!(text, "  {}", description.trim());
    }
    for (expected, answer) in verdict.answers().filter(|(_, answer)| !answer.is_right()) {
        if let Some((cte, _)) = &expected.cte {
            let _ = writeln!(text, "  of the query `{cte}`:");
        }
        match &answer.came {
            Ok(came) => text.push_str(&differences(expected, answer, came)),
            Err(said) => {
                let _ = writeln!(text, "  {}", said.replace('\n', "\n  "));
            }
        }
    }
    text
}

fn differences(expected: &ExpectedRows, answer: &Answer, came: &RecordBatch) -> String {
    let found = &answer.differences;
    let rows = |rows: &[usize], of: &RecordBatch, sign: &str| {
        let shown = rows.iter().take(SHOWN).map(|row| format!("  {sign}  {}\n", mapping(of, *row)));
        shown.collect::<String>() + &more(rows.len())
    };
    cells(expected, answer, came)
        + &rows(&found.missing, &expected.rows, "did not come:")
        + &rows(&found.unexpected, came, "unexpected:  ")
}

fn more(all: usize) -> String {
    match all.checked_sub(SHOWN) {
        Some(more @ 1..) => format!("  and {more} more\n"),
        _ => String::new(),
    }
}

/// A table of the values that differ.
fn cells(expected: &ExpectedRows, answer: &Answer, came: &RecordBatch) -> String {
    let cells: Vec<[String; 4]> = changed(expected, answer, came).collect();
    if cells.is_empty() {
        return String::new();
    }
    let head = ["row", "column", "expected", "came"].map(str::to_owned);
    let lines: Vec<&[String; 4]> = [&head].into_iter().chain(cells.iter().take(SHOWN)).collect();
    let width = |at: usize| lines.iter().map(|it| it[at].chars().count()).max().unwrap_or(0);
    let [row, column, value] = [width(0), width(1), width(2)];
    let line = |[a, b, c, d]: &[String; 4]| format!("  {a:row$}  {b:column$}  {c:value$}  {d}\n");
    lines.into_iter().map(line).collect::<String>() + &more(cells.len())
}

/// Each value that differs: its row, its column, the expected and the actual value.
fn changed<'a>(
    expected: &'a ExpectedRows,
    answer: &'a Answer,
    came: &'a RecordBatch,
) -> impl Iterator<Item = [String; 4]> + 'a {
    answer.differences.changed.iter().flat_map(move |row| {
        row.columns.iter().map(move |column| {
            [
                named(expected, row.expected),
                came.schema().field(*column).name().clone(),
                yaml(expected.rows.column(*column), row.expected),
                yaml(came.column(*column), row.came),
            ]
        })
    })
}

/// A row by its key or, if it has none, by its line.
fn named(expected: &ExpectedRows, row: usize) -> String {
    let key = expected.key.iter().filter_map(|name| {
        Some(format!("{name}: {}", yaml(expected.rows.column_by_name(name)?, row)))
    });
    match key.collect::<Vec<_>>() {
        key if !key.is_empty() => key.join(", "),
        _ => expected
            .places
            .get(row)
            .map_or_else(String::new, |(place, _)| format!("line {}", place.range().start.line)),
    }
}

/// A row as it would be written.
fn mapping(rows: &RecordBatch, row: usize) -> String {
    let schema = rows.schema();
    let cells = schema.fields().iter().zip(rows.columns());
    let cells = cells.map(|(field, column)| format!("{}: {}", field.name(), yaml(column, row)));
    format!("{{{}}}", cells.collect::<Vec<_>>().join(", "))
}

/// The same for programs: values as in a file of tests.
pub fn unit_tests_json(pipeline: &str, verdicts: &[Verdict], exit_code: u8) -> String {
    let passed = verdicts.iter().filter(|verdict| verdict.passed()).count();
    let all = json!({
        "pipeline": pipeline,
        "passed": passed,
        "failed": verdicts.len() - passed,
        "tests": verdicts.iter().map(verdict_json).collect::<Vec<_>>(),
        "exit_code": exit_code,
    });
    serde_json::to_string_pretty(&all).unwrap_or_default()
}

fn verdict_json(verdict: &Verdict) -> Value {
    let test = &verdict.test;
    let wrong = verdict.answers().filter(|(_, answer)| !answer.is_right());
    json!({
        "stage": test.stage,
        "test": test.name,
        "file": test.place.path(),
        "line": test.place.range().start.line,
        "passed": verdict.passed(),
        "failures": wrong.map(failure_json).collect::<Vec<_>>(),
    })
}

fn failure_json((expected, answer): (&ExpectedRows, &Answer)) -> Value {
    let cte = expected.cte.as_ref().map(|(name, _)| name);
    let came = match &answer.came {
        Err(said) => return json!({ "cte": cte, "error": said }),
        Ok(came) => came,
    };
    let found = &answer.differences;
    let rows = |rows: &[usize], of| rows.iter().map(|row| mapping(of, *row)).collect::<Vec<_>>();
    let changed = changed(expected, answer, came).map(|[row, column, expected, came]| {
        json!({ "row": row, "column": column, "expected": expected, "came": came })
    });
    json!({
        "cte": cte,
        "changed": changed.collect::<Vec<_>>(),
        "missing": rows(&found.missing, &expected.rows),
        "unexpected": rows(&found.unexpected, came),
    })
}
