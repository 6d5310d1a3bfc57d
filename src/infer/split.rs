//! Text into records of fields, as the readers split it.

/// How fields are told apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fields {
    /// By one character, perhaps with quotes.
    Delimited {
        /// Between fields.
        delimiter: char,
        /// Around fields.
        quote: Option<char>,
        /// Before a quote within quotes; a quote is doubled if there is none.
        escape: Option<char>,
    },
    /// By runs of blanks.
    Blanks,
}

/// Fields, and lines that say nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Dialect {
    /// How fields are told apart.
    pub(super) fields: Fields,
    /// The character that starts a line to skip.
    pub(super) comment: Option<char>,
}

/// One record.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Record {
    /// The physical line on which it starts, from 1.
    pub(super) line: usize,
    /// Its fields, without quotes.
    pub(super) fields: Vec<String>,
    /// How many of them stand in quotes.
    pub(super) quoted: usize,
    /// Whether something follows a closing quote, or none closes.
    pub(super) broken: bool,
}

/// The records of a text, and the byte at which the last whole one ends.
///
/// Of a text that is `cut`, what follows the last line end is no record.
pub(super) fn records(
    text: &str,
    dialect: Dialect,
    cut: bool,
    most: usize,
) -> (Vec<Record>, usize) {
    let (mut found, mut at, mut line_number) = (Vec::new(), 0, 1);
    while at < text.len() && found.len() < most {
        let line = text[at..].split_inclusive('\n').next().unwrap_or_default();
        let skipped = dialect.comment.is_some_and(|comment| line.starts_with(comment));
        if skipped || line.trim_end_matches(['\r', '\n']).is_empty() {
            (at, line_number) = (at + line.len(), line_number + 1);
            continue;
        }
        let (record, length) = match dialect.fields {
            Fields::Blanks => (by_blanks(line), line.len()),
            Fields::Delimited { delimiter, quote, escape } => {
                Walk { text: &text[at..], at: 0, delimiter, quote, escape }.record()
            }
        };
        let whole = text.as_bytes().get(at + length - 1) == Some(&b'\n');
        if cut && !whole {
            break;
        }
        let lines = text[at..at + length].matches('\n').count();
        at += length;
        if !record.fields.is_empty() {
            found.push(Record { line: line_number, ..record });
        }
        line_number += lines;
    }
    (found, at)
}

fn by_blanks(line: &str) -> Record {
    let fields = line.split_ascii_whitespace().map(str::to_owned).collect();
    Record { fields, ..Record::default() }
}

/// A way through one record.
struct Walk<'a> {
    text: &'a str,
    at: usize,
    delimiter: char,
    quote: Option<char>,
    escape: Option<char>,
}

impl Walk<'_> {
    /// The record and its length in bytes, with the line end.
    fn record(mut self) -> (Record, usize) {
        let mut record = Record::default();
        loop {
            let field = self.field(&mut record);
            record.fields.push(field);
            match self.next() {
                Some(it) if it == self.delimiter => {}
                _ => return (record, self.at),
            }
        }
    }

    fn peek(&self) -> Option<char> {
        self.text[self.at..].chars().next()
    }

    fn next(&mut self) -> Option<char> {
        let next = self.peek()?;
        self.at += next.len_utf8();
        Some(next)
    }

    fn field(&mut self, record: &mut Record) -> String {
        if self.quote.is_none() || self.peek() != self.quote {
            return self.plain().trim_end_matches('\r').to_owned();
        }
        record.quoted += 1;
        self.next();
        let (value, closed) = self.quoted();
        let rest = self.plain();
        record.broken |= !closed || !matches!(rest, "" | "\r");
        value
    }

    /// What comes before the next delimiter or line end.
    fn plain(&mut self) -> &str {
        let rest = &self.text[self.at..];
        let length = rest.find([self.delimiter, '\n']).unwrap_or(rest.len());
        self.at += length;
        &rest[..length]
    }

    /// What comes before the closing quote, and whether there is one.
    fn quoted(&mut self) -> (String, bool) {
        let mut value = String::new();
        while let Some(next) = self.next() {
            if Some(next) == self.escape {
                value.extend(self.next());
            } else if Some(next) != self.quote {
                value.push(next);
            } else if self.escape.is_none() && self.peek() == self.quote {
                value.extend(self.next());
            } else {
                return (value, true);
            }
        }
        (value, false)
    }
}
