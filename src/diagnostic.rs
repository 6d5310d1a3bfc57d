//! One way to show a mistake: what it is, where it stands, what to do.
//!
//! Problems found before data is read are collected and shown together, YAML and SQL alike.

use std::fmt;
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};
use serde_yaml::{Location, Spanned};

use crate::declare::{Quoted, masked_values};

/// How many names a help text lists.
const LISTED: usize = 16;

/// A file of the project, as it was read.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct SourceFile {
    /// Its path as a user would type it.
    pub path: String,
    /// Its whole text.
    pub text: String,
}

impl SourceFile {
    /// The text as it may be quoted: a line may hold a location with a key in it, or a value that is
    /// nobody's.
    fn shown(&self) -> String {
        let text = crate::store::masked(&self.text);
        let path = Path::new(&self.path);
        let is_beside_sql = path.components().any(|folder| folder.as_os_str() == "sql");
        match path.extension().is_some_and(|it| it == "sql") {
            true => text,
            false if is_beside_sql => masked_values(&text, Quoted::Table),
            false => masked_values(&text, Quoted::Pipeline),
        }
    }
}

/// Bytes of a file of the project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    file: Arc<SourceFile>,
    span: Range<usize>,
}

impl Place {
    /// The bytes `span` of `file`, moved inside it if they are not.
    pub fn new(file: &Arc<SourceFile>, span: Range<usize>) -> Self {
        let end = file.text.len();
        let start = floor_boundary(&file.text, span.start.min(end));
        let stop = ceil_boundary(&file.text, span.end.clamp(start, end));
        Self { file: Arc::clone(file), span: start..stop }
    }

    /// The first character of `file`.
    pub fn start_of(file: &Arc<SourceFile>) -> Self {
        Self::new(file, 0..1)
    }

    /// Where the YAML reader saw a value.
    pub fn of<T>(file: &Arc<SourceFile>, value: &Spanned<T>) -> Self {
        Self::in_yaml(file, &value.referenced)
    }

    /// A location of the YAML reader.
    pub fn in_yaml(file: &Arc<SourceFile>, location: &Location) -> Self {
        let span = location.span();
        let number = |value: Option<_>| value.and_then(|value| usize::try_from(value).ok());
        let start = number(span.byte_offset()).unwrap_or_else(|| {
            let at = |value| usize::try_from(value).unwrap_or(1);
            offset(&file.text, at(location.line()), at(location.column()))
        });
        let length = number(span.byte_len()).unwrap_or(1).max(1);
        let line = file.text[floor_boundary(&file.text, start.min(file.text.len()))..]
            .find('\n')
            .unwrap_or(length);
        Self::new(file, start..start + length.min(line.max(1)))
    }

    /// From one line and column to another, exclusive, both counted from 1 at byte `base`; where
    /// the two are the same, the word that starts there.
    pub fn between(file: &Arc<SourceFile>, base: usize, from: (u64, u64), to: (u64, u64)) -> Self {
        let text = &file.text[base..];
        let number = |value| usize::try_from(value).unwrap_or(1);
        let at = |(line, column)| offset(text, number(line), number(column));
        let start = at(from);
        let stop = if from == to { start + word(&text[start..]) } else { at(to) };
        Self::new(file, base + start..base + stop.max(start + 1))
    }

    /// The byte where `text` begins, if it stands here to the letter.
    pub fn starts_with(&self, text: &str) -> Option<usize> {
        self.file.text[self.span.start..].starts_with(text).then_some(self.span.start)
    }

    fn line_and_column(&self) -> (usize, usize) {
        let before = &self.file.text[..self.span.start];
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
        (line, column)
    }
}

/// The byte where line and column (in characters, both from 1) stand.
fn offset(text: &str, line: usize, column: usize) -> usize {
    let start = match line {
        0 | 1 => 0,
        _ => text.match_indices('\n').nth(line - 2).map_or(text.len(), |(at, _)| at + 1),
    };
    text[start..]
        .char_indices()
        .nth(column.saturating_sub(1))
        .map_or(text.len(), |(at, _)| start + at)
}

/// The length of the word that `text` starts with, at least one byte.
fn word(text: &str) -> usize {
    let part_of_word = |character: char| character.is_alphanumeric() || character == '_';
    text.find(|character| !part_of_word(character)).unwrap_or(text.len()).max(1)
}

fn floor_boundary(text: &str, mut at: usize) -> usize {
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

fn ceil_boundary(text: &str, mut at: usize) -> usize {
    while !text.is_char_boundary(at) {
        at += 1;
    }
    at
}

/// One mistake in a project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// A stable name to search for and match on.
    pub code: &'static str,
    /// What is wrong, as a fact.
    pub message: String,
    /// Where it stands, unless it is on the command line.
    pub place: Option<Place>,
    /// The next thing to do, as an instruction.
    pub help: Option<String>,
}

impl Diagnostic {
    /// A mistake in a file.
    pub fn new(code: &'static str, message: impl Into<String>, place: Place) -> Self {
        Self { code, message: message.into(), place: Some(place), help: None }
    }

    /// A mistake that stands in no file.
    pub fn nowhere(code: &'static str, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), place: None, help: None }
    }

    /// Adds the next thing to do.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Adds the nearest of the `known` names, if one is near.
    #[must_use]
    pub fn nearest<'a>(self, name: &str, known: impl IntoIterator<Item = &'a str>) -> Self {
        match nearest(name, known) {
            Some(near) => self.help(format!("did you mean `{near}`?")),
            None => self,
        }
    }

    /// Adds the nearest of the `known` names or, where none is near, says what `things` there are.
    #[must_use]
    pub fn nearest_or_all<'a>(
        self,
        name: &str,
        known: impl IntoIterator<Item = &'a str>,
        things: &str,
    ) -> Self {
        match nearest_or_all(name, known, things) {
            Some(help) => self.help(help),
            None => self,
        }
    }

    /// What is wrong, without where.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// The file, line and column, for sorting and for machines.
    pub fn position(&self) -> Option<(&str, usize, usize)> {
        let place = self.place.as_ref()?;
        let (line, column) = place.line_and_column();
        Some((&place.file.path, line, column))
    }
}

/// The known name closest in spelling, if one is close. Upper and lower case are nearly the same.
pub fn nearest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let limit = (name.chars().count() / 3).max(1);
    let lower = name.to_lowercase();
    known
        .into_iter()
        .map(|candidate| {
            let letters = strsim::damerau_levenshtein(&lower, &candidate.to_lowercase());
            (letters, strsim::damerau_levenshtein(name, candidate), candidate)
        })
        .filter(|(letters, ..)| *letters <= limit)
        .min()
        .map(|(.., candidate)| candidate)
}

/// The nearest of the `known` names as a question or, where none is near, what `things` there are.
pub fn nearest_or_all<'a>(
    name: &str,
    known: impl IntoIterator<Item = &'a str>,
    things: &str,
) -> Option<String> {
    let known: Vec<&str> = known.into_iter().collect();
    if let Some(near) = nearest(name, known.iter().copied()) {
        return Some(format!("did you mean `{near}`?"));
    }
    let listed: Vec<String> = known.iter().take(LISTED).map(|name| format!("`{name}`")).collect();
    let more = if known.len() > LISTED { " and others" } else { "" };
    (!listed.is_empty()).then(|| format!("the {things} are {}{more}", listed.join(", ")))
}

/// Everything that is wrong with a project; never empty.
#[derive(Debug, Clone, Default, thiserror::Error)]
pub struct Diagnostics(Vec<Diagnostic>);

impl Diagnostics {
    /// Notes one more mistake, unless the same one is noted already.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        if !self.0.contains(&diagnostic) {
            self.0.push(diagnostic);
        }
    }

    /// Keeps the value, or notes the mistake.
    pub fn keep<T>(&mut self, result: Result<T, Diagnostic>) -> Option<T> {
        result.map_err(|diagnostic| self.push(diagnostic)).ok()
    }

    /// Whether nothing is wrong.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The mistakes in the order of files and lines.
    pub fn sorted(mut self) -> Self {
        self.0.sort_by(|a, b| a.position().cmp(&b.position()));
        self
    }

    /// The mistakes one by one.
    pub fn iter(&self) -> impl Iterator<Item = &Diagnostic> {
        self.0.iter()
    }

    /// The value, or all that is wrong.
    ///
    /// # Errors
    /// Something was noted.
    pub fn into_result<T>(self, value: T) -> Result<T, Self> {
        if self.is_empty() { Ok(value) } else { Err(self.sorted()) }
    }
}

impl From<Diagnostic> for Diagnostics {
    fn from(diagnostic: Diagnostic) -> Self {
        Self(vec![diagnostic])
    }
}

impl fmt::Display for Diagnostics {
    fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        let rendered: Vec<String> = self.0.iter().map(ToString::to_string).collect();
        formatter.write_str(&rendered.join("\n\n"))
    }
}

impl fmt::Display for Diagnostic {
    /// Rendered over the file it is about, as rustc would.
    fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        let text = self.place.as_ref().map(|place| place.file.shown());
        let mut group = Level::ERROR.primary_title(&self.message).id(self.code).elements(
            self.place.as_ref().zip(text.as_ref()).map(|(place, text)| {
                Snippet::source(text)
                    .path(&place.file.path)
                    .annotation(AnnotationKind::Primary.span(place.span.clone()))
            }),
        );
        if let Some(help) = &self.help {
            group = group.element(Level::HELP.message(help));
        }
        formatter.write_str(&Renderer::plain().render(&[group]))
    }
}

#[cfg(test)]
mod tests {
    use super::{Diagnostic, Place, SourceFile, nearest};
    use std::sync::Arc;

    #[test]
    fn a_mistake_is_shown_with_file_line_column_caret_and_help() {
        let file = Arc::new(SourceFile {
            path: "sql/a.sql".into(),
            text: "select *\nfrom ordres\n".into(),
        });
        let shown = Diagnostic::new(
            "unknown-table",
            "nobody makes `ordres`",
            Place::between(&file, 0, (2, 6), (2, 6)),
        )
        .nearest("ordres", ["orders", "customers"])
        .to_string();
        insta::assert_snapshot!(shown, @r"
        error[unknown-table]: nobody makes `ordres`
         --> sql/a.sql:2:6
          |
        2 | from ordres
          |      ^^^^^^
          |
          = help: did you mean `orders`?
        ");
    }

    #[test]
    fn a_name_far_from_all_others_has_no_nearest() {
        assert_eq!(nearest("zzz", ["orders", "customers"]), None);
    }

    #[test]
    fn a_place_beyond_the_end_points_at_the_end() {
        let file = Arc::new(SourceFile { path: "é.sql".into(), text: "é".into() });
        assert!(
            Diagnostic::new("x", "y", Place::between(&file, 0, (9, 9), (9, 9)))
                .to_string()
                .contains("é.sql")
        );
    }
}
