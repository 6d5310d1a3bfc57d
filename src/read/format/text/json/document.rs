//! Navigation through a document to the list in it, `data.tickets`, and from there to its end.
//!
//! Other values are skipped, tracking only strings and depth; nothing of them is
//! kept. A key may itself contain the dots of a path. A key that occurs twice on the path is an
//! error: it is ambiguous.

use super::walk::same;

/// How much of a key is compared: more bytes than any path has, including escapes.
const KEY: usize = 64 << 10;

/// Where a byte stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// Before the value that is on the way, first of all the document itself.
    Value,
    /// Before a key, or the end of its object.
    Key,
    /// In a key.
    InKey { escaped: bool },
    /// Between a key and its value.
    Colon,
    /// In a value that is not on the way, or before it.
    Other { depth: usize, string: bool, escaped: bool },
    /// Behind a value, before a comma or the end of its object.
    Behind,
    /// Behind the document.
    End,
}

/// An object on the way: where in the path its keys start, and whether one of them was it.
#[derive(Debug, Clone, Copy)]
struct Level {
    start: usize,
    met: bool,
}

/// A document on its way through a reader.
#[derive(Debug, Clone)]
pub(super) struct Document {
    path: String,
    levels: Vec<Level>,
    state: State,
    key: Vec<u8>,
    /// How much of the path leads to the value that comes next.
    reached: usize,
}

impl Document {
    /// A document with a list at `path`: keys, separated by dots.
    pub(super) fn new(path: &str) -> Self {
        let (path, levels, key) = (path.to_owned(), Vec::new(), Vec::new());
        Self { path, levels, state: State::Value, key, reached: 0 }
    }

    /// Moves over a byte that is not within the list. Whether it is the one that opens it.
    pub(super) fn step(&mut self, byte: u8) -> Result<bool, String> {
        let blank = byte.is_ascii_whitespace();
        match self.state {
            State::InKey { escaped } => self.in_key(byte, escaped),
            State::Other { .. } => return self.other(byte).map(|()| false),
            _ if blank => {}
            State::Value => return self.value(byte),
            State::Key | State::Behind => return self.between(byte).map(|()| false),
            State::Colon if byte == b':' => self.meet()?,
            State::Colon => return Err(malformed()),
            State::End => return Err("there is text after the end of the document".to_owned()),
        }
        Ok(false)
    }

    /// The list has ended.
    pub(super) fn behind_list(&mut self) {
        self.state = State::Behind;
    }

    /// Whether the text may end here: behind the document, or before anything of it.
    pub(super) fn is_whole(&self) -> bool {
        let untouched = self.state == State::Value && self.levels.is_empty();
        untouched || self.state == State::End
    }

    /// How many objects are open.
    pub(super) fn depth(&self) -> usize {
        self.levels.len()
    }

    fn value(&mut self, byte: u8) -> Result<bool, String> {
        let there = self.reached == self.path.len() && !self.levels.is_empty();
        match byte {
            b'[' if there => return Ok(true),
            b'n' if there => self.pass_over(),
            b'{' if !there => {
                self.levels.push(Level { start: self.reached, met: false });
                self.state = State::Key;
            }
            _ if there => return Err(format!("what is at `{}` is no list", self.path)),
            _ => return Err("an object was expected, which starts with `{`".to_owned()),
        }
        Ok(false)
    }

    fn pass_over(&mut self) {
        self.state = State::Other { depth: 0, string: false, escaped: false };
    }

    fn in_key(&mut self, byte: u8, escaped: bool) {
        if byte == b'"' && !escaped {
            self.state = State::Colon;
            return;
        }
        if self.key.len() < KEY {
            self.key.push(byte);
        }
        self.state = State::InKey { escaped: byte == b'\\' && !escaped };
    }

    /// A key is whole: is it the next of the path?
    fn meet(&mut self) -> Result<(), String> {
        let Some(level) = self.levels.last_mut() else { return Err(malformed()) };
        match next(&self.path[level.start..], &self.key) {
            None => self.pass_over(),
            Some(_) if level.met => return Err(format!("a key of `{}` is there twice", self.path)),
            Some(length) => {
                level.met = true;
                self.reached = level.start + length;
                self.state = State::Value;
            }
        }
        Ok(())
    }

    fn other(&mut self, byte: u8) -> Result<(), String> {
        let State::Other { depth, string, escaped } = &mut self.state else { return Ok(()) };
        match byte {
            _ if *escaped => *escaped = false,
            b'\\' => *escaped = *string,
            b'"' => *string = !*string,
            _ if *string => {}
            b'{' | b'[' => *depth += 1,
            b',' | b'}' if *depth == 0 => return self.between(byte),
            b'}' | b']' => *depth = depth.saturating_sub(1),
            _ => {}
        }
        Ok(())
    }

    /// What stands between the members of an object.
    fn between(&mut self, byte: u8) -> Result<(), String> {
        match (byte, self.state) {
            (b'"', State::Key) => {
                self.key.clear();
                self.state = State::InKey { escaped: false };
            }
            (b',', State::Behind | State::Other { .. }) => self.state = State::Key,
            (b'}', _) => return self.close(),
            _ => return Err(malformed()),
        }
        Ok(())
    }

    fn close(&mut self) -> Result<(), String> {
        let level = self.levels.pop();
        if level.is_none_or(|level| !level.met) {
            return Err(format!("there is nothing at `{}`", self.path));
        }
        self.state = if self.levels.is_empty() { State::End } else { State::Behind };
        Ok(())
    }
}

/// How much of a path a key is, with the dot behind it; `None` if it is not a prefix.
fn next(path: &str, key: &[u8]) -> Option<usize> {
    let dots = path.match_indices('.').map(|(at, _)| (at, at + 1));
    let mut ends = dots.chain([(path.len(), path.len())]);
    ends.find_map(|(end, next)| same(key, &path[..end]).then_some(next))
}

fn malformed() -> String {
    "this is no JSON object".to_owned()
}
