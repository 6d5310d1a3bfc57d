//! The position of a mistake: a range of a file.

use std::ops::Range;
use std::sync::Arc;

use serde_yaml::{Location, Spanned};

use super::extent::extent;

/// A file of the project, as it was read.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct SourceFile {
    /// Its path as a user would type it.
    pub path: String,
    /// Its whole text.
    pub text: String,
    /// Whether it is part of the program, so that it cannot be changed where it is.
    pub of_program: bool,
    /// The text as it may be quoted, with the same positions.
    shown: String,
    /// The byte with which each line begins.
    lines: Vec<usize>,
    /// The byte with which each [`STRIDE`]th character begins: a query asks for the places of all its words.
    marks: Vec<usize>,
}

/// The distance in characters between indexed bytes.
const STRIDE: usize = 64;

/// A line and a column of a file, both in characters and from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// The line.
    pub line: usize,
    /// The column.
    pub column: usize,
}

impl SourceFile {
    /// A file of this text, which is quoted without the keys of locations.
    pub fn new(path: impl Into<String>, text: impl Into<String>) -> Self {
        let text = text.into();
        let shown = crate::store::masked(&text);
        Self::showing(shown, path.into(), text)
    }

    /// A file that is part of the program, in which nothing is secret.
    pub fn of_program(path: impl Into<String>, text: impl Into<String>) -> Self {
        let text = text.into();
        Self { of_program: true, ..Self::showing(text.clone(), path.into(), text) }
    }

    fn showing(shown: String, path: String, text: String) -> Self {
        let ends = text.match_indices('\n').map(|(end, _)| end + 1);
        let lines = [0].into_iter().chain(ends).collect();
        let marks = text.char_indices().step_by(STRIDE).map(|(at, _)| at).collect();
        Self { path, shown, lines, marks, text, of_program: false }
    }

    /// The same, with more masked in quotations. Positions are kept.
    #[must_use]
    pub fn masked_by(self, mask: impl FnOnce(&str) -> String) -> Self {
        Self { shown: mask(&self.shown), ..self }
    }

    /// The text as it may be quoted.
    fn shown(&self) -> &str {
        &self.shown
    }

    /// The position of a byte at which a character begins, or the text ends.
    fn position(&self, byte: usize) -> Position {
        let line = self.lines.partition_point(|start| *start <= byte).max(1);
        let start = self.lines[line - 1];
        let column = self.characters_before(byte) - self.characters_before(start) + 1;
        Position { line, column }
    }

    /// The byte of a position, counted from byte `base`, which is line 1 and column 1.
    fn byte(&self, base: usize, Position { line, column }: Position) -> usize {
        let first = self.lines.partition_point(|start| *start <= base);
        let start = match line {
            0 | 1 => base,
            _ => self.lines.get(first + line - 2).copied().unwrap_or(self.text.len()),
        };
        self.byte_of(self.characters_before(start) + column.saturating_sub(1))
    }

    /// How many characters come before a byte.
    fn characters_before(&self, byte: usize) -> usize {
        let mark = self.marks.partition_point(|at| *at <= byte).saturating_sub(1);
        let from = self.marks.get(mark).copied().unwrap_or(0);
        mark * STRIDE + self.text[from..byte].chars().count()
    }

    /// The byte with which a character begins, or the text ends.
    fn byte_of(&self, character: usize) -> usize {
        let from = self.marks.get(character / STRIDE).copied().unwrap_or(self.text.len());
        let found = self.text[from..].char_indices().nth(character % STRIDE);
        found.map_or(self.text.len(), |(at, _)| from + at)
    }
}

/// A range of a file of the project.
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

    /// The first line of `file`.
    pub fn start_of(file: &Arc<SourceFile>) -> Self {
        let line = file.text.lines().next().unwrap_or_default();
        Self::new(file, 0..line.trim_end().len().max(1))
    }

    /// Where the YAML reader saw a value.
    pub fn of<T>(file: &Arc<SourceFile>, value: &Spanned<T>) -> Self {
        Self::in_yaml(file, &value.referenced)
    }

    /// A location of the YAML reader: the value there, as far as it is on one line.
    pub fn in_yaml(file: &Arc<SourceFile>, location: &Location) -> Self {
        let span = location.span();
        let number = |value: Option<_>| value.and_then(|value| usize::try_from(value).ok());
        let start = number(span.byte_offset()).unwrap_or_else(|| {
            let at = |value| usize::try_from(value).unwrap_or(1);
            file.byte(0, Position { line: at(location.line()), column: at(location.column()) })
        });
        let start = floor_boundary(&file.text, start.min(file.text.len()));
        // Of a sign where YAML ends there is no length.
        let length = number(span.byte_len()).map_or(1, |known| extent(&file.text[start..], known));
        Self::new(file, start..start + length)
    }

    /// From one line and column to another, exclusive, both counted from 1 at byte `base`; where
    /// the two are the same, the word that starts there.
    pub fn between(file: &Arc<SourceFile>, base: usize, from: (u64, u64), to: (u64, u64)) -> Self {
        let number = |value| usize::try_from(value).unwrap_or(1);
        let at = |(line, column)| {
            file.byte(base, Position { line: number(line), column: number(column) })
        };
        let start = at(from);
        let stop = if from == to { start + word(&file.text[start..]) } else { at(to) };
        Self::new(file, start..stop.max(start + 1))
    }

    /// The byte where `text` begins, if it is here verbatim.
    pub fn starts_with(&self, text: &str) -> Option<usize> {
        self.file.text[self.span.start..].starts_with(text).then_some(self.span.start)
    }

    /// The file.
    pub(crate) fn file(&self) -> &Arc<SourceFile> {
        &self.file
    }

    /// The path of the file, as a user would type it.
    pub fn path(&self) -> &str {
        &self.file.path
    }

    /// Whether the file is the program's.
    pub fn is_of_program(&self) -> bool {
        self.file.of_program
    }

    /// The bytes of the file.
    pub fn bytes(&self) -> Range<usize> {
        self.span.clone()
    }

    /// Its start and exclusive end.
    pub fn range(&self) -> Range<Position> {
        self.file.position(self.span.start)..self.file.position(self.span.end)
    }

    /// The text of the file as it may be quoted, of the same length.
    pub(super) fn shown(&self) -> &str {
        self.file.shown()
    }
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

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::{Place, Position, SourceFile};

    fn file() -> Arc<SourceFile> {
        Arc::new(SourceFile::new("p.yaml", "a: é\nb:\n  select x\n  from y\n"))
    }

    fn at(line: usize, column: usize) -> Position {
        Position { line, column }
    }

    #[test]
    fn a_place_is_a_range_of_characters() {
        let file = file();
        let part = |text: &str| {
            let start = file.text.find(text).unwrap();
            Place::new(&file, start..start + text.len()).range()
        };
        assert_eq!(part("é"), at(1, 4)..at(1, 5));
        assert_eq!(part("é\nb"), at(1, 4)..at(2, 2));
        assert_eq!(part("x\n  from"), at(3, 10)..at(4, 7));
        assert_eq!(Place::new(&file, 99..120).range(), at(5, 1)..at(5, 1));
    }

    #[test]
    fn places_far_into_a_text_are_those_of_its_characters() {
        let text = "a\u{e9}\u{1f600}\nb".repeat(100);
        let file = Arc::new(SourceFile::new("x", text.as_str()));
        for (character, (byte, _)) in text.char_indices().enumerate() {
            assert_eq!((file.byte_of(character), file.characters_before(byte)), (byte, character));
            let column = file.position(byte);
            assert_eq!(file.byte(0, column), byte);
        }
        assert_eq!((file.byte_of(5_000), file.characters_before(text.len())), (text.len(), 500));
    }

    #[test]
    fn lines_and_columns_within_a_value_are_counted_from_where_it_begins() {
        let file = file();
        let base = file.text.find("select").unwrap();
        let place = |from, to| Place::between(&file, base, from, to);
        assert_eq!(place((1, 8), (1, 8)).range(), at(3, 10)..at(3, 11));
        // Later lines have the columns of the file.
        assert_eq!(place((2, 3), (2, 7)).range(), at(4, 3)..at(4, 7));
        assert_eq!(&file.text[place((2, 3), (2, 7)).bytes()], "from");
        assert_eq!(place((9, 1), (9, 1)).range(), at(5, 1)..at(5, 1));
    }
}
