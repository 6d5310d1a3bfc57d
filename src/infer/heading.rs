//! Headers of several rows: names, and rows that explain them.

use super::split::Record;
use super::table::is_typed;

/// How many rows of a file determine the type of a column.
const ROWS: usize = 100;
/// What Qualtrics writes in the last row of its headers.
const IMPORT_ID: &str = "{\"ImportId\"";
/// The column that exports of surveys have and no other table, by its letters.
const RESPONSE_IDS: [&str; 2] = ["responseid", "respondentid"];
/// What a question has below it in exports of `SurveyMonkey`, in lower case.
const ANSWER_LABELS: [&str; 3] = ["response", "open-ended response", "other (please specify)"];

/// Whether the first so many rows of all files are names and what explains them.
pub(super) fn is_header(files: &[&[Record]], rows: usize) -> bool {
    if files.iter().all(|file| file.len() < rows) {
        return false;
    }
    let import_ids: Vec<Option<usize>> = files.iter().map(|file| import_ids(file)).collect();
    if import_ids.iter().any(Option::is_some) {
        return import_ids.iter().all(|row| *row == Some(rows - 1));
    }
    let typed = typed_columns(files, rows);
    let same = |row: usize| {
        let fields = |file: &&[Record]| file.get(row).map(|record| record.fields.clone());
        files.len() > 1 && files.iter().all(|file| fields(file) == fields(&files[0]))
    };
    let explains = |row: usize| {
        let many = typed.len() > 1 || same(row);
        let mut there = files.iter().filter(|file| file.len() > row);
        there.all(|file| match explains(&file[row], &typed) {
            None => false,
            Some(words) => (many && words > 0) || is_survey(file, row),
        })
    };
    (1..rows).all(explains)
}

/// The row in which Qualtrics keeps the ids of its questions.
fn import_ids(file: &[Record]) -> Option<usize> {
    let has = |row: &Record| row.fields.iter().any(|it| it.trim_start().starts_with(IMPORT_ID));
    file.iter().take(super::margins::MOST_HEADER).position(has)
}

/// The columns whose values below so many rows are of a type, and these values.
fn typed_columns<'a>(files: &[&'a [Record]], rows: usize) -> Vec<(usize, Vec<&'a str>)> {
    let below = || files.iter().flat_map(|file| file.iter().skip(rows).take(ROWS));
    let width = below().map(|row| row.fields.len()).max().unwrap_or(0);
    let texts = |column| below().map(|row| cell(row, column)).filter(|it| !it.is_empty()).collect();
    let columns = (0..width).map(|column| (column, texts(column)));
    columns.filter(|(_, texts): &(usize, Vec<&str>)| is_typed(texts)).collect()
}

/// In how many of the columns that have values below it a row has words; nothing if it has a value in one.
fn explains(row: &Record, typed: &[(usize, Vec<&str>)]) -> Option<usize> {
    let mut words = 0;
    for (column, texts) in typed {
        let cell = cell(row, *column);
        if cell.is_empty() {
            continue;
        }
        let with: Vec<&str> = texts.iter().copied().chain([cell]).collect();
        if is_typed(&with) {
            return None;
        }
        words += 1;
    }
    Some(words)
}

/// Whether a row is of a survey's header, although all columns are text: it says the name of the column of
/// responses in other words or leaves it out, or goes on with names that the first row begins.
fn is_survey(file: &[Record], row: usize) -> bool {
    let (names, explained) = (&file[0], &file[row]);
    let is_id = |column: &usize| RESPONSE_IDS.contains(&letters(cell(names, *column)).as_str());
    let id = (0..names.fields.len()).find(is_id);
    let below = &file[row + 1..];
    let no_id = |column: usize| match cell(explained, column) {
        "" => !below.is_empty() && below.iter().all(|it| !cell(it, column).is_empty()),
        text => letters(text) == letters(cell(names, column)),
    };
    id.is_some_and(no_id) || (row == 1 && goes_on(names, explained) && has_choices(file, row))
}

/// Whether a row has a text below an empty name that is not the first.
fn goes_on(names: &Record, row: &Record) -> bool {
    let empty = |column: &usize| cell(names, *column).is_empty() && !cell(row, *column).is_empty();
    !cell(names, 0).is_empty() && (1..names.fields.len()).any(|column| empty(&column))
}

/// Whether a row has the labels of answers: of `SurveyMonkey`, or the one text below in a column.
fn has_choices(file: &[Record], row: usize) -> bool {
    let below = &file[row + 1..];
    (0..file[row].fields.len()).any(|column| {
        let label = cell(&file[row], column);
        let answers: Vec<&str> =
            below.iter().map(|it| cell(it, column)).filter(|it| !it.is_empty()).collect();
        let only = answers.len() > 1 && answers.len() < below.len();
        ANSWER_LABELS.contains(&label.to_lowercase().as_str())
            || (only && answers.iter().all(|answer| *answer == label))
    })
}

/// Whether the row below a header of so many rows looks like one more of it.
pub(super) fn looks_like_header(file: &[Record], rows: usize) -> bool {
    let Some((first, below)) = file.get(rows..).and_then(<[Record]>::split_first) else {
        return false;
    };
    let names = &file[0];
    if names.fields.iter().any(|name| is_typed(&[name.trim()])) {
        return false;
    }
    let question = |column: usize| {
        let asks = |row: &Record| cell(row, column).ends_with('?');
        below.len() > 1 && asks(first) && !below.iter().any(asks)
    };
    let again = |column: usize| {
        let (name, text) = (letters(cell(names, column)), letters(cell(first, column)));
        name.len() > 2 && name == text
    };
    let typed = typed_columns(&[file], rows + 1);
    let may = explains(first, &typed).is_some() && !below.is_empty();
    let signs = (0..names.fields.len()).any(|column| question(column) || again(column));
    may && (signs || goes_on(names, first))
}

/// Which rows of a header name the columns: the first in which every column has a name of its own, or else
/// the first two together. A first row that leaves out names goes on in the second.
pub(super) fn names_rows(header: &[Record]) -> Vec<usize> {
    let width = header.iter().map(|row| row.fields.len()).max().unwrap_or(0);
    let complete = |row: &Record| {
        let mut names: Vec<&str> = row.fields.iter().map(|name| name.trim()).collect();
        names.sort_unstable();
        let own = names.windows(2).all(|pair| pair[0] != pair[1]);
        names.len() == width && own && names.first().is_some_and(|first| !first.is_empty())
    };
    let named = header[0].fields.iter().filter(|name| !name.trim().is_empty()).count();
    let begins = header[0].fields.len() == width && 2 * named > width && named < width;
    match header.iter().position(complete) {
        Some(row) if !(row == 1 && begins) => vec![row + 1],
        _ if header.len() > 1 => vec![1, 2],
        _ => vec![1],
    }
}

fn cell(row: &Record, column: usize) -> &str {
    row.fields.get(column).map_or("", |cell| cell.trim())
}

/// The letters and digits of a name, in lower case.
fn letters(text: &str) -> String {
    text.chars().filter(|it| it.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}
