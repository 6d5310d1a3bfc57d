//! Records as columns: whether the first line is names, and the texts of each column.

use std::collections::BTreeSet;

use super::block::Column;
use super::guess::{Guess, Seen, guess, guesses};
use super::habits::Habits;
use super::json::{Kind, Value};
use super::name;
use super::split::Record;
use crate::declare::ColumnType;

/// More columns than anybody names: values that stand where names should.
const MOST: usize = 2_000;

/// What the records of all files together hold.
#[derive(Debug, Default)]
pub(super) struct Table {
    /// Whether files start with a line of names.
    pub(super) header: bool,
    /// What is unsure about that.
    pub(super) header_note: Option<String>,
    /// The columns in the order they were first seen.
    pub(super) seen: Vec<Seen>,
    /// Files that are not empty.
    pub(super) files: usize,
    /// Rows.
    pub(super) rows: usize,
    /// Records with another number of fields.
    pub(super) ragged: usize,
    /// Names that stand twice in a header, or are empty.
    pub(super) unnamed: BTreeSet<String>,
    /// Whether some file lacks a column that another has.
    pub(super) uneven: bool,
}

/// The table that delimited files make, each given as its records; whether the first of these are
/// names may be known.
pub(super) fn of_records(files: &[&[Record]], has_header: bool) -> Table {
    let files: Vec<&[Record]> = files.iter().copied().filter(|file| !file.is_empty()).collect();
    let (header, header_note) = if has_header { (true, None) } else { header(&files) };
    let mut table = Table { header, header_note, files: files.len(), ..Table::default() };
    for file in &files {
        match file.split_first() {
            Some((names, rows)) if header => table.named(names, rows),
            _ => table.by_position(file),
        }
    }
    table.uneven = header && table.seen.iter().any(|seen| seen.files < files.len());
    table
}

/// Whether texts are all of a type that is not text; ids that look like numbers count as such.
pub(super) fn is_typed(texts: &[&str]) -> bool {
    !texts.is_empty() && kind(texts) != ColumnType::String
}

/// The names that a file starts with.
pub(super) fn names(file: &[Record]) -> BTreeSet<String> {
    let first = file.iter().take(1).flat_map(|record| &record.fields);
    first.map(|name| name.trim().to_owned()).collect()
}

/// Whether the first records are names, and how sure that is.
fn header(files: &[&[Record]]) -> (bool, Option<String>) {
    let Some((names, rows)) = files.first().and_then(|file| file.split_first()) else {
        return (true, None);
    };
    let cells: Vec<&str> = names.fields.iter().map(|cell| cell.trim()).collect();
    let filled: Vec<&str> = cells.iter().copied().filter(|cell| !cell.is_empty()).collect();
    if filled.is_empty() || filled.iter().any(|cell| kind(&[cell]) != ColumnType::String) {
        return (false, None);
    }
    if files.len() > 1 && files[1..].iter().all(|file| file[0].fields == names.fields) {
        return (true, None);
    }
    let column = |at: usize| -> Vec<&str> {
        let cells = rows.iter().filter_map(|row| row.fields.get(at));
        cells.map(|cell| cell.trim()).filter(|cell| !cell.is_empty()).collect()
    };
    let columns: Vec<Vec<&str>> = (0..cells.len()).map(column).collect();
    if columns.iter().any(|texts| is_typed(texts)) {
        return (true, None);
    }
    let recurs = |(at, cell): (usize, &&str)| !cell.is_empty() && columns[at].contains(cell);
    if cells.iter().enumerate().any(recurs) {
        let note = "the first line holds values that come again below it";
        return (false, Some(note.to_owned()));
    }
    let note = "all columns are text, so the first line could be values as well";
    (true, (!rows.is_empty()).then(|| note.to_owned()))
}

fn kind(texts: &[&str]) -> ColumnType {
    let texts = texts.iter().map(|text| (*text).to_owned()).collect();
    let guess = guess(&Seen { texts, ..Seen::default() }, Habits::default());
    // Ids that look like numbers are no names either.
    let odd = guess.notes.iter().any(|note| note.contains("digits") || note.contains("numbers"));
    if odd && guess.data_type == ColumnType::String { ColumnType::Int64 } else { guess.data_type }
}

impl Table {
    fn named(&mut self, names: &Record, rows: &[Record]) {
        let names: Vec<&str> = names.fields.iter().map(|name| name.trim()).collect();
        let once = |name: &str| names.iter().filter(|other| **other == name).count() == 1;
        let mut targets: Vec<Option<usize>> = Vec::new();
        for name in &names {
            if name.is_empty() || !once(name) {
                self.unnamed.insert((*name).to_owned());
                targets.push(None);
            } else {
                targets.push(self.column(name));
            }
        }
        targets.iter().flatten().for_each(|column| self.seen[*column].files += 1);
        self.fill(&targets, rows);
    }

    fn by_position(&mut self, rows: &[Record]) {
        let width = super::dialect::usual_fields(rows);
        let names = (self.seen.len()..width).map(|at| format!("column_{}", at + 1));
        let new = names.map(|name| Seen { name, missing: self.rows, ..Seen::default() });
        let new: Vec<Seen> = new.collect();
        self.seen.extend(new);
        let targets: Vec<Option<usize>> = (0..width).map(Some).collect();
        self.fill(&targets, rows);
    }

    fn column(&mut self, name: &str) -> Option<usize> {
        if let Some(at) = self.seen.iter().position(|seen| seen.name == name) {
            return Some(at);
        }
        let (name, missing) = (name.to_owned(), self.rows);
        (self.seen.len() < MOST).then(|| {
            self.seen.push(Seen { name, missing, ..Seen::default() });
            self.seen.len() - 1
        })
    }

    fn fill(&mut self, targets: &[Option<usize>], rows: &[Record]) {
        for row in rows {
            if row.broken || row.fields.len() != targets.len() {
                self.ragged += 1;
                continue;
            }
            self.rows += 1;
            for (field, target) in row.fields.iter().zip(targets) {
                let Some(column) = target.filter(|_| !field.is_empty()) else { continue };
                self.seen[column].texts.push(field.clone());
            }
            self.count_missing();
        }
    }

    fn count_missing(&mut self) {
        for seen in &mut self.seen {
            seen.missing = self.rows - seen.texts.len();
        }
    }
}

/// The table that JSON objects make.
pub(super) fn of_objects(files: &[Vec<Vec<Value>>]) -> Table {
    let mut table = Table { header: true, ..Table::default() };
    for object in files.iter().flatten() {
        table.rows += 1;
        let mut met = BTreeSet::new();
        for value in object {
            let Some(column) = table.column(&value.path).filter(|it| met.insert(*it)) else {
                continue;
            };
            let seen = &mut table.seen[column];
            seen.quoted |= value.kind == Kind::Text;
            seen.numbers = !seen.quoted;
            seen.lists |= value.kind == Kind::List;
            if value.kind != Kind::Null && !value.text.is_empty() {
                seen.texts.push(value.text.clone());
            }
        }
    }
    table.count_missing();
    table
}

/// The columns as they will be declared.
pub(super) fn columns(table: &Table, taken: &mut BTreeSet<String>) -> Vec<Column> {
    let declared = table.seen.iter().zip(guesses(&table.seen)).map(|(seen, guess)| {
        let name = name::column(&seen.name, taken);
        let from = (name != seen.name && table.header).then(|| seen.name.clone());
        let guess = match (1..table.files).contains(&seen.files) {
            true => guess.note(format!("in {} of {} files", seen.files, table.files)),
            false => guess,
        };
        Column { name, from, folder: false, guess }
    });
    declared.collect()
}

/// The columns that the folders of the files are: `country=SE/`.
pub(super) fn folders(names: &[String], taken: &mut BTreeSet<String>) -> Vec<Column> {
    let mut found: Vec<Seen> = Vec::new();
    for (at, file) in names.iter().enumerate() {
        let folders = file.rsplit_once('/').map_or("", |(folders, _)| folders);
        for (key, value) in folders.split('/').filter_map(|folder| folder.split_once('=')) {
            if found.iter().all(|seen| seen.name != key) {
                found.push(Seen { name: key.to_owned(), missing: at, ..Seen::default() });
            }
            if let Some(seen) = found.iter_mut().find(|seen| seen.name == key) {
                seen.texts.push(value.to_owned());
            }
        }
    }
    let declared = found.into_iter().map(|seen| {
        let name = name::column(&seen.name, taken);
        let from = (name != seen.name).then(|| seen.name.clone());
        let in_all = seen.texts.len() == names.len();
        let guess = folder(guess(&seen, Habits::default()), in_all);
        Column { name, from, folder: true, guess }
    });
    declared.collect()
}

/// Values that are part of a path are texts, whole numbers or days.
fn folder(guess: Guess, in_all: bool) -> Guess {
    use ColumnType::{Date, Int32, Int64};
    let kept = matches!(guess.data_type, Date | Int32 | Int64) && guess.null_values.is_empty();
    let guess = if kept { guess } else { Guess::of(ColumnType::String) };
    Guess { required: in_all, notes: Vec::new(), ..guess }.note("from the path")
}
