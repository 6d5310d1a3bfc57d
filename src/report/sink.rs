//! The only output: everything the program prints goes through here, with secrets redacted and, for
//! people, with characters escaped that affect a terminal.
//!
//! Text for people is escaped: names in data must neither move the cursor nor reverse the line.
//! JSON is exact, since JSON has its own escapes: what was escaped within a message for people is
//! unescaped.

use std::io::{ErrorKind, Write};

use tracing_subscriber::fmt::MakeWriter;

use super::LogFormat;
use crate::store::redact_text;
use crate::text::{as_it_was, printable, spelt_out};

/// A text of several lines for people.
pub(crate) fn for_people(text: &str) -> String {
    let lines: Vec<String> = text.split('\n').map(printable).collect();
    spelt_out(&redact_text(&lines.join("\n")))
}

/// JSON, exact except for secrets in its texts.
pub(crate) fn for_machines(json: &str) -> String {
    let mut shown = String::with_capacity(json.len());
    let mut rest = json;
    while let Some(start) = rest.find('"') {
        let end = literal(&rest[start..]) + start;
        shown.push_str(&rest[..start]);
        shown.push_str(&text(&rest[start..end]));
        rest = &rest[end..];
    }
    shown.push_str(rest);
    shown
}

/// Where a text of JSON ends that starts here.
fn literal(json: &str) -> usize {
    let mut escaped = false;
    for (at, byte) in json.bytes().enumerate().skip(1) {
        match byte {
            b'"' if !escaped => return at + 1,
            _ => escaped = byte == b'\\' && !escaped,
        }
    }
    json.len()
}

fn text(literal: &str) -> String {
    let Ok(said) = serde_json::from_str::<String>(literal) else { return literal.to_owned() };
    match exact(redact_text(&said)) {
        shown if shown == said => literal.to_owned(),
        shown => serde_json::Value::from(shown).to_string(),
    }
}

/// Quotations in a message, as they are. A secret of several lines is recognized only here.
fn exact(message: String) -> String {
    match as_it_was(&message) {
        text if text == message => message,
        text => redact_text(&text),
    }
}

/// Standard error, whether or not it can be written: a failure to write
/// it is ignored.
#[derive(Debug, Clone, Copy)]
pub(super) struct Stderr(pub(super) LogFormat);

impl Write for Stderr {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let said = String::from_utf8_lossy(bytes);
        let shown = match self.0 {
            LogFormat::Text => for_people(&said),
            LogFormat::Json => for_machines(&said),
        };
        let _ = std::io::stderr().write_all(shown.as_bytes());
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for Stderr {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        *self
    }
}

/// A line for people who watch.
pub fn stderr(text: &str) {
    let _ = Stderr(LogFormat::Text).write_all(format!("{text}\n").as_bytes());
}

/// A line for people who read what a command has done.
pub fn stdout(text: &str) {
    told(&for_people(text));
}

/// The same for machines.
pub fn stdout_json(json: &str) {
    told(&for_machines(json));
}

fn told(shown: &str) {
    if let Err(error) = answer(shown) {
        stderr(&format!("warning: cannot write to standard output: {error}"));
    }
}

/// The complete output of a command, verbatim.
///
/// # Errors
/// It cannot be written. A reader that closes the pipe, as `head` does, is not an error.
pub fn answer(text: &str) -> std::io::Result<()> {
    match writeln!(std::io::stdout(), "{text}") {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        written => written,
    }
}

#[cfg(test)]
mod tests {
    use super::{for_machines, for_people};
    use crate::text::printable;

    #[test]
    fn people_see_lines_and_nothing_that_acts() {
        assert_eq!(for_people("a\nb\r\u{1b}"), "a\nb\\r\\u{1b}");
    }

    #[test]
    fn json_is_exact_but_for_secrets() {
        let exact = "{\"a\": \"x\\u001b \\\" \\\\\", \"b\": [1.50, \"\u{202e}\"]}\n";
        assert_eq!(for_machines(exact), exact);
        assert_eq!(
            for_machines("{\"a\": \"no \\\"https://host/a?sig=1\\\" there\", \"b\": \"c\"}"),
            "{\"a\": \"no \\\"https://host/a\\\" there\", \"b\": \"c\"}"
        );
        assert_eq!(for_machines("\"open"), "\"open");
        let message =
            serde_json::json!({ "m": format!("`{}`", printable("a\n\u{1b}\\n\u{202e}")) });
        let shown: serde_json::Value =
            serde_json::from_str(&for_machines(&message.to_string())).unwrap();
        assert_eq!(shown["m"], "`a\n\u{1b}\\n\u{202e}`");
    }
}
