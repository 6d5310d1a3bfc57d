//! Records as columns: whether the first line is names, and the texts of each column.

use std::collections::BTreeSet;

use super::block::{Column, Setting, scalar};
use super::first_row;
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
    /// Of each file that goes by position, the usual number of fields.
    pub(super) widths: Vec<usize>,
}

/// The table that delimited files make, each given as its records; whether the first of these are
/// names may be known.
pub(super) fn of_records(files: &[&[Record]], has_header: bool) -> Table {
    let files: Vec<&[Record]> = files.iter().copied().filter(|file| !file.is_empty()).collect();
    let (header, header_note) = if has_header { (true, None) } else { first_row::names(&files) };
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

fn kind(texts: &[&str]) -> ColumnType {
    let texts = texts.iter().map(|text| (*text).to_owned()).collect();
    let guess = guess(&Seen { texts, ..Seen::default() }, Habits::default());
    // Ids that look like numbers are not names either.
    let odd = guess.notes.iter().any(|note| note.contains("digits") || note.contains("numbers"));
    if odd && guess.data_type == ColumnType::String { ColumnType::Int64 } else { guess.data_type }
}

impl Table {
    /// The settings that say how files name their columns.
    pub(super) fn settings(&self) -> Vec<Setting> {
        let mut settings = Vec::new();
        if !self.header || self.header_note.is_some() {
            let (value, note) = (self.header.to_string(), self.header_note.clone());
            settings.push(Setting { key: "header", value, note });
        }
        if self.uneven {
            let note = Some("some files lack a column that others have".to_owned());
            settings.push(Setting { key: "missing_columns", value: "null".into(), note });
        }
        settings
    }

    /// What is said of columns that are left out, and of files of other widths.
    pub(super) fn doubts(&self) -> Vec<String> {
        let unnamed = self.unnamed.iter().map(|name| match name.as_str() {
            "" => "A column without a name is left out.".to_owned(),
            name => format!("The name {} is there twice and left out.", scalar(name)),
        });
        let other = self.widths.iter().find(|width| **width != self.widths[0]);
        let apart = other.map(|other| {
            let first = self.widths[0];
            format!(
                "Some files have {first} fields, others {other}, and nothing names them: make several \
                 sources of them."
            )
        });
        unnamed.chain(apart).collect()
    }

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
        self.widths.push(width);
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
            // A file without rows lacks a column as well.
            true => Guess { required: false, ..guess }
                .note(format!("in {} of {} files", seen.files, table.files)),
            false => guess,
        };
        Column { name, from, folder: false, optional: false, guess }
    });
    declared.collect()
}
