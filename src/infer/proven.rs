//! A source that reads its samples, and what is in its columns.

use super::block::{Block, Column, Setting};
use super::facts::Facts;
use crate::declare::ColumnType;

/// A source as it was inferred, for others to name, place and describe further.
#[derive(Debug, Clone)]
pub struct Proven {
    pub(super) block: Block,
    /// Of each column of the block; none if the samples could not be read.
    pub(super) facts: Vec<Facts>,
}

/// A column of such a source.
#[derive(Debug, Clone, Copy)]
pub struct ProvenColumn<'a> {
    /// The name that SQL uses.
    pub name: &'a str,
    /// Its name in the files.
    pub written: &'a str,
    /// Its type.
    pub data_type: ColumnType,
    /// Whether no row lacks it.
    pub required: bool,
    /// What its values are like.
    pub facts: &'a Facts,
}

impl Proven {
    /// The columns; none if the samples could not be read.
    pub fn columns(&self) -> Vec<ProvenColumn<'_>> {
        let columns = self.block.columns.iter().zip(&self.facts);
        columns.map(|(column, facts)| shown(column, facts)).collect()
    }

    /// The names of the columns in the files.
    pub fn headers(&self) -> Vec<&str> {
        self.block.columns.iter().map(written).collect()
    }

    /// The source under another name and at another location, as YAML below `sources:`.
    ///
    /// As many rejected rows as the samples have are allowed, and the column that says when a row happened is
    /// declared as such.
    pub fn declared(&self, name: &str, location: &str, event_time: Option<&str>) -> String {
        let mut block = self.block.clone();
        name.clone_into(&mut block.name);
        location.clone_into(&mut block.location);
        let event_time = event_time.map(|column| Setting::new("event_time", column.to_owned()));
        block.settings.extend(event_time);
        let suggested = std::mem::take(&mut block.suggestions);
        block.settings.extend(suggested.iter().filter_map(|line| allowed(line)));
        block.to_string()
    }
}

/// The setting that a suggestion to allow rejected rows is about.
fn allowed(suggestion: &str) -> Option<Setting> {
    let (value, said) = suggestion.strip_prefix("max_rejects: ")?.split_once("  # ")?;
    Some(Setting { key: "max_rejects", value: value.to_owned(), note: Some(said.to_owned()) })
}

fn written(column: &Column) -> &str {
    column.from.as_ref().unwrap_or(&column.name)
}

fn shown<'a>(column: &'a Column, facts: &'a Facts) -> ProvenColumn<'a> {
    ProvenColumn {
        name: &column.name,
        written: written(column),
        data_type: column.guess.data_type,
        required: column.guess.required,
        facts,
    }
}
