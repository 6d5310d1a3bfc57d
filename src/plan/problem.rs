//! What the SQL planner says, as a diagnostic with a place.

use datafusion::common::diagnostic::Diagnostic as Said;
use datafusion::error::DataFusionError;
use datafusion::sql::sqlparser::tokenizer::Location;

use super::query::{Origin, Query};
use crate::diagnostic::{Diagnostic, Place, nearest};

/// The first thing wrong with a query.
///
/// The planner attaches a span to most mistakes, the parser writes it into its text, and a wrong
/// argument has none: then the function's name in the text leads to its call.
pub(super) fn of(origin: &Origin, query: Option<&Query>, error: &DataFusionError) -> Diagnostic {
    if let DataFusionError::Collection(errors) = error
        && let Some(first) = errors.first()
    {
        return of(origin, query, first);
    }
    if let Some(said) = error.diagnostic() {
        return with_span(origin, query, error, said);
    }
    let text = plain(error);
    match line_and_column(&text) {
        Some((message, at)) => Diagnostic::new("sql", message, origin.place(at, at)),
        None => without_span(origin, query, &text),
    }
}

fn with_span(
    origin: &Origin,
    query: Option<&Query>,
    error: &DataFusionError,
    said: &Said,
) -> Diagnostic {
    let span = said.span.or_else(|| said.notes.iter().find_map(|note| note.span));
    let place = match span {
        Some(span) => origin.span(span),
        None => return without_span(origin, query, &plain(error)),
    };
    let (code, message) = match error.find_root() {
        DataFusionError::SchemaError(..) => ("unknown-column", said.message.clone()),
        DataFusionError::SQL(..) => ("sql", without_position(&said.message)),
        _ => ("sql", said.message.clone()),
    };
    let help = said.helps.first().map(|help| help.message.clone());
    let diagnostic = Diagnostic::new(code, quoted(&message), place);
    match column_help(error) {
        Some(help) => diagnostic.help(help),
        None => match help {
            Some(help) => diagnostic.help(help),
            None => diagnostic,
        },
    }
}

/// The nearest column, or the columns there are.
fn column_help(error: &DataFusionError) -> Option<String> {
    use datafusion::common::SchemaError;
    let DataFusionError::SchemaError(schema, _) = error.find_root() else { return None };
    let SchemaError::FieldNotFound { field, valid_fields } = schema.as_ref() else { return None };
    let names: Vec<&str> = valid_fields.iter().map(|column| column.name.as_str()).collect();
    if let Some(near) = nearest(&field.name, names.iter().copied()) {
        return Some(format!("did you mean `{near}`?"));
    }
    let listed: Vec<String> = names.iter().take(12).map(|name| format!("`{name}`")).collect();
    (!listed.is_empty()).then(|| format!("the columns are {}", listed.join(", ")))
}

fn without_span(origin: &Origin, query: Option<&Query>, text: &str) -> Diagnostic {
    let call = query.and_then(|query| named_call(query, text));
    let code = if call.is_some() { "wrong-argument" } else { "sql" };
    let place = call.unwrap_or_else(|| origin.start());
    let message = text.lines().next().unwrap_or(text);
    let diagnostic = Diagnostic::new(code, message, place);
    match text.split_once("Candidate functions:") {
        Some((_, candidates)) => {
            let forms: Vec<&str> = candidates.split_whitespace().collect();
            diagnostic.help(format!("it takes {}", forms.join(" ").replace(") ", "), or ")))
        }
        None => diagnostic,
    }
}

/// The call of the function that the text speaks of.
fn named_call(query: &Query, text: &str) -> Option<Place> {
    let lower = text.to_lowercase();
    let spoken_of = |name: &str| {
        lower.match_indices(name).any(|(at, _)| {
            let part_of_word = |c: char| c.is_alphanumeric() || c == '_';
            !lower[..at].ends_with(part_of_word)
                && !lower[at + name.len()..].starts_with(part_of_word)
        })
    };
    query.find_function(spoken_of).map(|(_, place)| place)
}

/// The message without the names of the layers it came through.
fn plain(error: &DataFusionError) -> String {
    let text = error.strip_backtrace();
    let mut message = text.as_str();
    loop {
        let layers = [
            "Error during planning: ",
            "SQL error: ",
            "type_coercion",
            "caused by",
            "Schema error: ",
            "This feature is not implemented: ",
            "Internal error: ",
            "Execution error: ",
            "Arrow error: ",
            "Optimizer rule ",
            "\n",
            "Invalid argument error: ",
        ];
        match layers.iter().find_map(|layer| message.strip_prefix(layer)) {
            Some(rest) => message = rest,
            None => break,
        }
    }
    let message = message.trim_start_matches("ParserError(\"").trim_end_matches("\")");
    message.to_owned()
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

fn without_position(message: &str) -> String {
    message.split(" at Line: ").next().unwrap_or(message).to_owned()
}

/// Names in backticks, as everywhere else.
fn quoted(message: &str) -> String {
    message.replace('\'', "`")
}
