//! Errors of the SQL parser and planner, in this project's words and with a position.

use datafusion::common::SchemaError;
use datafusion::common::diagnostic::Diagnostic as Said;
use datafusion::error::DataFusionError;
use datafusion::sql::sqlparser::tokenizer::Location;

use super::Origin;
use super::wording::{self, Wording};
use crate::diagnostic::{Code, Diagnostic, Place, nearest};

/// What is wrong with a query, and where, if the planner knows.
#[derive(Debug)]
pub(super) struct Problem {
    wording: Wording,
    /// The place the planner names.
    pub(super) place: Option<Place>,
    /// The planner's own text.
    pub(super) text: String,
}

impl Problem {
    /// The mistake, shown at a place.
    pub(super) fn at(self, place: Place) -> Diagnostic {
        let Wording { code, message, help } = self.wording;
        let diagnostic = Diagnostic::new(code, message, place);
        match help {
            Some(help) => diagnostic.help(help),
            None => diagnostic,
        }
    }
}

/// The first thing wrong with the text of a query.
pub(super) fn syntax(origin: &Origin, sql: &str, error: &DataFusionError) -> Diagnostic {
    let text = plain(error);
    let (message, at) = match line_and_column(&text) {
        Some((message, at)) => (message, Some(at)),
        None => (text, None),
    };
    let place = match at {
        Some(at) => origin.place(at, at),
        None if message.ends_with("found: EOF") => origin.last(sql),
        None => origin.start(),
    };
    let Wording { code, message, help } = wording::of_syntax(&message);
    let diagnostic = Diagnostic::new(code, message, place);
    match help {
        Some(help) => diagnostic.help(help),
        None => diagnostic,
    }
}

/// The first thing wrong with the meaning of a query; `functions` are those it could call.
pub(super) fn planning(origin: &Origin, functions: &[String], error: &DataFusionError) -> Problem {
    if let DataFusionError::Collection(errors) = error
        && let Some(first) = errors.first()
    {
        return planning(origin, functions, first);
    }
    let said = error.diagnostic();
    let spans = said.into_iter().flat_map(|said| {
        said.span.into_iter().chain(said.notes.iter().filter_map(|note| note.span))
    });
    let place = spans.map(|span| origin.span(span)).next();
    let text = plain(error.find_root());
    let wording = of_schema(error, said).unwrap_or_else(|| wording::of_plan(&text, functions));
    Problem { wording, place, text }
}

/// What to do about two columns of one name.
const ALIKE: &str = "give one of the two another name with `as`; casts are no part of the names of what is grouped \
                     by: make them in a query below, and group by their names";

/// A column that does not exist, or exists twice.
fn of_schema(error: &DataFusionError, said: Option<&Said>) -> Option<Wording> {
    let DataFusionError::SchemaError(schema, _) = error.find_root() else { return None };
    let message = match (said, schema.as_ref()) {
        (Some(said), _) => said.message.clone(),
        (None, SchemaError::FieldNotFound { field, .. }) => {
            format!("column '{}' not found", field.name)
        }
        (None, _) => schema.to_string(),
    };
    let message = wording::quoted(&message);
    let (code, help) = match schema.as_ref() {
        SchemaError::FieldNotFound { field, valid_fields } => {
            let known: Vec<(&str, String)> = valid_fields
                .iter()
                .map(|column| (column.name.as_str(), column.flat_name()))
                .collect();
            (Code::UnknownColumn, column_help(&field.name, &known))
        }
        SchemaError::AmbiguousReference { .. } => (Code::AmbiguousColumn, said.and_then(choices)),
        _ => (Code::DuplicateColumn, Some(ALIKE.to_owned())),
    };
    Some(Wording { code, message, help })
}

/// The nearest column, the same column of another table, or the existing columns.
fn column_help(name: &str, known: &[(&str, String)]) -> Option<String> {
    if let Some((_, whole)) = known.iter().find(|(known, _)| *known == name) {
        return Some(format!("did you mean `{whole}`?"));
    }
    if let Some(near) = nearest(name, known.iter().map(|(known, _)| *known)) {
        return Some(format!("did you mean `{near}`?"));
    }
    crate::diagnostic::nearest_or_all(name, known.iter().map(|(known, _)| *known), "columns")
}

/// The columns that an ambiguous name may mean.
fn choices(said: &Said) -> Option<String> {
    let named = said.notes.iter().filter_map(|note| note.message.strip_prefix("possible column "));
    let named: Vec<String> = named.map(|name| format!("`{name}`")).collect();
    (!named.is_empty()).then(|| format!("write {}", named.join(" or ")))
}

/// The message without the names of the layers that wrapped it.
pub(crate) fn plain(error: &DataFusionError) -> String {
    let text = error.strip_backtrace();
    let mut message = text.as_str();
    let layers = [
        "Error during planning: ",
        "SQL error: ",
        "Schema error: ",
        "This feature is not implemented: ",
        "Internal error: ",
        "Execution error: ",
        "Arrow error: ",
        "Cast error: ",
        "Optimizer rule ",
        "Invalid argument error: ",
        "Compute error: ",
        "Parser error: ",
    ];
    while let Some(rest) = layers.iter().find_map(|layer| message.strip_prefix(layer)) {
        message = rest;
    }
    message.trim_start_matches("ParserError(\"").trim_end_matches("\")").to_owned()
}

/// `… at Line: 3, Column: 14` as its message and its place.
fn line_and_column(text: &str) -> Option<(String, Location)> {
    let (message, position) = text.rsplit_once(" at Line: ")?;
    let (line, column) = position.split_once(", Column: ")?;
    let digits = |text: &str| -> Option<u64> {
        let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
        text[..end].parse().ok()
    };
    Some((message.to_owned(), Location::new(digits(line)?, digits(column)?)))
}
