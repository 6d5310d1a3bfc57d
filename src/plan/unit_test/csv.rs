//! Rows of a CSV file (RFC 4180) with a header, each value with its place. An empty field is NULL,
//! `""` is the empty string.

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;

use super::written::{Row, Value, Written};
use crate::diagnostic::{Code, Diagnostic, Place, SourceFile};

/// A field: its bytes, quotes included.
type Field = Range<usize>;

/// The rows below the header.
///
/// # Errors
/// There is no header, a name occurs twice, a row has another number of fields, or quotes are not
/// closed.
pub(super) fn rows(file: &Arc<SourceFile>) -> Result<Vec<Row>, Diagnostic> {
    let mut records = records(file)?.into_iter();
    let Some(header) = records.next() else {
        let message = "this file has no header";
        let help = "name the columns in its first line, with commas between them";
        return Err(Diagnostic::new(Code::TestRow, message, Place::start_of(file)).help(help));
    };
    let names: Vec<String> =
        header.iter().map(|field| unquoted(&file.text[field.clone()])).collect();
    once(file, &header, &names)?;
    records.map(|fields| row(file, &header, &names, &fields)).collect()
}

fn once(file: &Arc<SourceFile>, header: &[Field], names: &[String]) -> Result<(), Diagnostic> {
    let mut seen = BTreeSet::new();
    let twice = header.iter().zip(names).find(|(_, name)| !seen.insert(name.as_str()));
    let Some((field, name)) = twice else { return Ok(()) };
    let place = Place::new(file, field.clone());
    let message = format!("the header names `{name}` twice");
    Err(Diagnostic::new(Code::DuplicateColumn, message, place).help("keep one of the two"))
}

fn row(
    file: &Arc<SourceFile>,
    header: &[Field],
    names: &[String],
    fields: &[Field],
) -> Result<Row, Diagnostic> {
    let bounds = fields.first().map_or(0, |it| it.start)..fields.last().map_or(0, |it| it.end);
    let place = Place::new(file, bounds);
    if fields.len() != names.len() {
        let message = format!("{} fields stand below {} names", fields.len(), names.len());
        let help = "write a field for each column; leave it without text for NULL";
        return Err(Diagnostic::new(Code::TestRow, message, place).help(help));
    }
    let cells = header.iter().zip(names).zip(fields).map(|((named, name), field)| {
        let text = &file.text[field.clone()];
        let value = if text.is_empty() { Value::Null } else { Value::Text(unquoted(text)) };
        let written = Written { value, place: Place::new(file, field.clone()) };
        (name.clone(), Place::new(file, named.clone()), written)
    });
    Ok(Row { place, cells: cells.collect() })
}

/// The records, skipping empty lines.
fn records(file: &Arc<SourceFile>) -> Result<Vec<Vec<Field>>, Diagnostic> {
    let text = &file.text;
    let (mut records, mut fields) = (Vec::new(), Vec::new());
    let (mut start, mut open) = (0, None);
    for (at, byte) in text.bytes().chain([b'\n']).enumerate() {
        match byte {
            b'"' if open.is_none() => open = Some(at),
            b'"' => open = None,
            b',' | b'\n' if open.is_none() => {
                let end = at - usize::from(byte == b'\n' && text[start..at].ends_with('\r'));
                fields.push(start..end);
                start = at + 1;
                if byte == b'\n' {
                    records.push(std::mem::take(&mut fields));
                }
            }
            _ => {}
        }
    }
    if let Some(open) = open {
        let message = "these quotes do not end";
        let help = "close them; a quote within a text is written twice";
        let place = Place::new(file, open..open + 1);
        return Err(Diagnostic::new(Code::TestRow, message, place).help(help));
    }
    let is_line = |fields: &Vec<Field>| fields.iter().any(|field| !field.is_empty());
    records.retain(|fields| fields.len() > 1 || is_line(fields));
    Ok(records)
}

/// A field without its quotes.
fn unquoted(field: &str) -> String {
    let within = field.strip_prefix('"').and_then(|it| it.strip_suffix('"'));
    within.map_or_else(|| field.to_owned(), |within| within.replace("\"\"", "\""))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::rows;
    use crate::diagnostic::SourceFile;
    use crate::plan::unit_test::written::Value;

    fn read(text: &str) -> Result<Vec<Vec<Option<String>>>, String> {
        let file = Arc::new(SourceFile::new("a.csv", text));
        let rows = rows(&file).map_err(|wrong| {
            let at = wrong.position().unwrap().1;
            format!("{}:{} {}", at.line, at.column, wrong.message)
        })?;
        let value = |value: &Value| match value {
            Value::Text(text) => Some(text.clone()),
            _ => None,
        };
        let row = |row: &super::Row| row.cells.iter().map(|(.., it)| value(&it.value)).collect();
        Ok(rows.iter().map(row).collect())
    }

    #[test]
    fn nothing_is_null_and_what_stands_in_quotes_is_text() {
        let some = |text: &str| Some(text.to_owned());
        let rows = read("a,b,c\r\n1,,\"\"\r\n\n\"x, \"\"y\"\"\n\",2,3").unwrap();
        assert_eq!(rows, [[some("1"), None, some("")], [some("x, \"y\"\n"), some("2"), some("3")]]);
    }

    #[test]
    fn what_is_no_table_is_a_mistake_at_its_place() {
        let wrong = |text: &str| read(text).unwrap_err();
        assert_eq!(wrong(""), "1:1 this file has no header");
        assert_eq!(wrong("a,a\n"), "1:3 the header names `a` twice");
        assert_eq!(wrong("a,b\n1,2\n3\n"), "3:1 1 fields stand below 2 names");
        assert_eq!(wrong("a\n\"x\n"), "2:1 these quotes do not end");
    }
}
