//! A source as YAML, with comments on what is uncertain.

use std::fmt::{self, Display, Formatter};

use super::guess::Guess;
pub(super) use crate::declare::yaml_text::scalar;
use crate::declare::yaml_text::{is_word, printable, quoted};
use crate::declare::{ColumnType, Format};

/// A source as it will be declared.
#[derive(Debug, Clone)]
pub(super) struct Block {
    /// What is said before it.
    pub(super) head: Vec<String>,
    /// The name the SQL will use.
    pub(super) name: String,
    /// The location, as it was typed.
    pub(super) location: String,
    /// The format.
    pub(super) format: Format,
    /// Further settings: a key, its value as YAML, and a comment on what is uncertain.
    pub(super) settings: Vec<Setting>,
    /// Settings that could be made, as comments.
    pub(super) suggestions: Vec<String>,
    /// The columns.
    pub(super) columns: Vec<Column>,
}

/// A setting of the source.
#[derive(Debug, Clone)]
pub(super) struct Setting {
    pub(super) key: &'static str,
    pub(super) value: String,
    pub(super) note: Option<String>,
}

impl Setting {
    /// A setting beyond doubt.
    pub(super) fn new(key: &'static str, value: String) -> Self {
        Self { key, value, note: None }
    }
}

/// A column as it will be declared.
#[derive(Debug, Clone)]
pub(super) struct Column {
    /// The name the SQL will use.
    pub(super) name: String,
    /// Its name in the files, if it differs.
    pub(super) from: Option<String>,
    /// Whether it is in the path.
    pub(super) folder: bool,
    /// Whether some paths lack it.
    pub(super) optional: bool,
    /// What it is.
    pub(super) guess: Guess,
}

impl Display for Block {
    /// Ready to be pasted below `sources:`.
    fn fmt(&self, formatter: &mut Formatter) -> fmt::Result {
        for line in &self.head {
            writeln!(formatter, "  # {}", one_line(line))?;
        }
        writeln!(formatter, "  {}:", scalar(&self.name))?;
        writeln!(formatter, "    location: {}", path(&self.location))?;
        writeln!(formatter, "    format: {}", self.format.facts().word)?;
        for Setting { key, value, note } in &self.settings {
            writeln!(formatter, "    {key}: {value}{}", comment(note.as_slice()))?;
        }
        for line in &self.suggestions {
            writeln!(formatter, "    # {}", one_line(line))?;
        }
        writeln!(formatter, "    columns:")?;
        self.columns.iter().try_for_each(|column| write!(formatter, "      {column}"))
    }
}

impl Display for Column {
    fn fmt(&self, formatter: &mut Formatter) -> fmt::Result {
        let keys = self.keys().into_iter().map(|(key, value)| format!("{key}: {value}"));
        let keys: Vec<String> = keys.collect();
        let (name, notes) = (scalar(&self.name), comment(&self.guess.notes));
        writeln!(formatter, "{name}: {{{}}}{notes}", keys.join(", "))
    }
}

impl Column {
    fn keys(&self) -> Vec<(&'static str, String)> {
        let guess = &self.guess;
        let mut keys = vec![("type", data_type(guess.data_type))];
        if guess.required {
            keys.push(("required", "true".to_owned()));
        }
        if self.folder {
            keys.push(("folder", "true".to_owned()));
        }
        if self.optional {
            keys.push(("optional", "true".to_owned()));
        }
        keys.extend(self.from.iter().map(|from| ("from", scalar(from))));
        match guess.formats.as_slice() {
            [] => {}
            [only] => keys.push(("format", scalar(only))),
            several => keys.push(("format", list(several))),
        }
        let mark = |mark: char| scalar(&mark.to_string());
        keys.extend(guess.decimal_mark.map(|it| ("decimal_mark", mark(it))));
        keys.extend(guess.thousands_mark.map(|it| ("thousands_mark", mark(it))));
        if !guess.currency.is_empty() {
            keys.push(("currency", list(&guess.currency)));
        }
        let flags =
            [("trailing_minus", guess.trailing_minus), ("float_notation", guess.float_notation)];
        let flags = flags.into_iter().filter(|(_, set)| *set);
        keys.extend(flags.map(|(key, _)| (key, "true".to_owned())));
        if let Some((yes, no)) = &guess.truths {
            keys.push(("true_values", list(std::slice::from_ref(yes))));
            keys.push(("false_values", list(std::slice::from_ref(no))));
        }
        if !guess.null_values.is_empty() {
            keys.push(("null_values", list(&guess.null_values)));
        }
        keys
    }
}

/// A type within braces, where a comma ends a value.
fn data_type(data_type: ColumnType) -> String {
    let written = data_type.to_string();
    if written.contains(',') { format!("\"{written}\"") } else { written }
}

fn comment(notes: &[String]) -> String {
    if notes.is_empty() {
        return String::new();
    }
    format!("  # {}", one_line(&notes.join("; ")))
}

/// A comment ends with its line, and contains no control characters.
fn one_line(text: &str) -> String {
    text.chars().map(|it| if printable(it) { it } else { ' ' }).collect()
}

fn list(texts: &[String]) -> String {
    let texts: Vec<String> = texts.iter().map(|text| scalar(text)).collect();
    format!("[{}]", texts.join(", "))
}

/// A location, without quotes where it needs none.
fn path(text: &str) -> String {
    let plain = |it: char| it.is_ascii_alphanumeric() || matches!(it, '/' | '.' | '_' | '-' | '*');
    let starts = text.starts_with(|it: char| it.is_ascii_alphabetic() || it == '/');
    if starts && text.chars().all(plain) && !is_word(text) {
        return text.to_owned();
    }
    quoted(text)
}
