//! YAML as it may be quoted: only with the values of known keys.
//!
//! An unknown key may be anything, such as the password of another program. So its value
//! is redacted, and so are comments, tags, and the declaration of a parameter whose name says that
//! it is a secret. The known keys are those of the schemas.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use serde_json::Value;

use super::unit_test::TestsFile;
use super::{Pipeline, TableFile};

/// The keys of the schemas, and those below which names are free.
#[derive(Default)]
struct Keys {
    known: BTreeSet<String>,
    named: BTreeSet<String>,
    /// Keys below which all is shown.
    made_up: &'static [&'static str],
}

static PIPELINE: LazyLock<Keys> = LazyLock::new(|| Keys::of(&schemars::schema_for!(Pipeline)));
static TABLE: LazyLock<Keys> = LazyLock::new(|| Keys::of(&schemars::schema_for!(TableFile)));
static TESTS: LazyLock<Keys> = LazyLock::new(|| Keys {
    made_up: &["given", "expect", "ctes"],
    ..Keys::of(&schemars::schema_for!(TestsFile))
});

/// The kind of a file that is quoted: a key of one has no meaning in the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Quoted {
    /// A pipeline.
    Pipeline,
    /// The file beside the SQL of a stage.
    Table,
    /// The tests of a stage, whose rows are made up.
    Tests,
}

impl Quoted {
    fn keys(self) -> &'static Keys {
        match self {
            Self::Pipeline => &PIPELINE,
            Self::Table => &TABLE,
            Self::Tests => &TESTS,
        }
    }
}

impl Keys {
    fn of(schema: &schemars::Schema) -> Self {
        let mut keys = Self::default();
        keys.gather(schema.as_value());
        keys
    }

    fn gather(&mut self, schema: &Value) {
        if let Some(properties) = schema.get("properties").and_then(Value::as_object) {
            for (key, meaning) in properties {
                self.known.insert(key.clone());
                if meaning.get("additionalProperties").is_some_and(Value::is_object) {
                    self.named.insert(key.clone());
                }
            }
        }
        match schema {
            Value::Object(fields) => fields.values().for_each(|inner| self.gather(inner)),
            Value::Array(items) => items.iter().for_each(|inner| self.gather(inner)),
            _ => {}
        }
    }

    /// Whether the values below any of these keys are made up.
    fn are_made_up<'a>(&self, mut above: impl Iterator<Item = &'a String>) -> bool {
        above.any(|key| self.made_up.contains(&key.as_str()))
    }

    /// Whether the value of a key is shown. `value` begins with it.
    fn shows(&self, key: &str, above: Option<&str>, value: &str) -> bool {
        let is_named = above.is_some_and(|above| self.named.contains(above));
        let value = value.trim_start();
        // A named item is described by keys, and not by a text.
        let is_text = !value.is_empty() && !value.starts_with(['{', '#', '\n', '\r']);
        let is_value = is_text && above != Some("headlines");
        if is_named && (above == Some("params") || is_value) && is_secret_name(key) {
            return false;
        }
        self.known.contains(key) || is_named
    }
}

/// Whether a name says secret, token, password or key.
pub(crate) fn is_secret_name(name: &str) -> bool {
    crate::store::is_secret(&name.to_uppercase())
}

/// The text with `*` in place of every value of an unknown key; positions are kept.
pub(crate) fn masked_values(text: &str, quoted: Quoted) -> String {
    let keys = quoted.keys();
    let mut shown = text.as_bytes().to_vec();
    let mut above: Vec<(usize, String)> = Vec::new();
    let mut hidden_below = None;
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let content = line.trim_start_matches([' ', '-']);
        let indent = line.len() - content.len();
        let end = start + line.trim_end().len();
        aside(text, start, end, &mut shown);
        if !content.trim().is_empty() && !content.starts_with('#') {
            hidden_below = hidden_below.filter(|outer| indent > *outer);
            let is_beside_a_key = indent == 0 || above.iter().any(|(outer, _)| *outer >= indent);
            above.retain(|(outer, _)| *outer < indent);
            let is_shown = keys.are_made_up(above.iter().map(|(_, key)| key));
            if hidden_below.is_some() || is_beside_a_key && is_stray(line) {
                hide(&mut shown, start + indent, end);
            } else if let Some((key, behind)) = tight(content).or_else(|| key(content)) {
                let value = start + indent + behind;
                let outer = above.last().map(|(_, key)| key.as_str());
                if is_shown {
                    // Rows are shown, whatever the names of their columns.
                } else if keys.shows(&key, outer, &text[value..end.max(value)]) {
                    flow(text, (value, end), &key, keys, &mut shown);
                } else {
                    hidden_below = Some(indent);
                    keep(&key, text.get(value..end));
                    hide(&mut shown, value, end);
                }
                above.push((indent, key));
            } else if !is_shown {
                let key = above.last().map_or(String::new(), |(_, key)| key.clone());
                flow(text, (start + indent, end), &key, keys, &mut shown);
            }
        }
        start += line.len();
    }
    String::from_utf8(shown).unwrap_or_default()
}

/// Whether a line is neither a key nor an item of a list, nor ends what was opened before.
fn is_stray(line: &str) -> bool {
    let content = line.trim();
    let is_part = content.starts_with(|it: char| "-{}[]\"',".contains(it)) || content == "...";
    !is_part && tight(content).or_else(|| key(content)).is_none()
}

/// Hides the parts of a line that are not values: a comment, and the tag of a value.
fn aside(text: &str, start: usize, end: usize, shown: &mut [u8]) {
    let (mut quote, mut begins, mut apart) = (None, true, true);
    let line = &text[start..end];
    for (at, sign) in line.char_indices() {
        match (quote, sign) {
            (Some(open), _) if open == sign => quote = None,
            (None, '"' | '\'') if begins => quote = Some(sign),
            (None, '#') if apart => return hide(shown, start + at + 1, end),
            (None, '!') if begins && !line[at..].starts_with("!=") => {
                let length = line[at..].find(char::is_whitespace).unwrap_or(line.len() - at);
                hide(shown, start + at + 1, start + at + length);
            }
            _ => {}
        }
        apart = sign.is_whitespace();
        begins = apart || "[{,:-".contains(sign);
    }
}

/// The keys within `{…}`, of which one line may contain several.
fn flow(text: &str, (start, end): (usize, usize), above: &str, keys: &Keys, shown: &mut [u8]) {
    let Some(open) = text.get(start..end).and_then(|line| line.find('{')) else { return };
    let mut levels: Vec<String> = Vec::new();
    let mut opening = above.to_owned();
    let mut at = start + open;
    while at < end {
        let rest = &text[at..end];
        let Some(mark) = rest.find(['{', '}', ',']) else { return };
        let sign = rest.as_bytes()[mark];
        at += mark + 1;
        match sign {
            b'{' => levels.push(opening.clone()),
            b'}' => {
                // What follows in a list is of the same kind.
                opening = levels.pop().unwrap_or_default();
                continue;
            }
            _ => {}
        }
        let spaces = text[at..end].len() - text[at..end].trim_start().len();
        let content = &text[at + spaces..end];
        let Some((key, behind)) = tight(content).or_else(|| key(content)) else { continue };
        let value = at + spaces + behind;
        let behind = value + value_length(&text[value..end]);
        let known = keys.are_made_up(levels.iter())
            || keys.shows(&key, levels.last().map(String::as_str), &text[value..behind]);
        match text[value..behind].find('{') {
            _ if !known => {
                keep(&key, text.get(value..behind));
                hide(shown, value, behind);
                at = behind;
            }
            Some(_) => {
                // There are no free names within a list.
                let is_list = text[value..behind].trim_start().starts_with('[');
                let is_kept = !is_list || keys.are_made_up([&key].into_iter());
                opening = if is_kept { key } else { String::new() };
                at = value;
            }
            None => at = behind,
        }
    }
}

/// How far a value in `{…}` reaches: to the comma or bracket that is not within quotes or brackets.
fn value_length(text: &str) -> usize {
    let (mut quote, mut depth) = (None, 0_usize);
    for (at, sign) in text.char_indices() {
        match (quote, sign) {
            (Some(open), _) if open == sign => quote = None,
            (None, '"' | '\'') => quote = Some(sign),
            (None, '{' | '[') => depth += 1,
            (None, '}' | ',') if depth == 0 => return at,
            (None, '}' | ']') => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    text.len()
}

/// The key that a text begins with, and where what is behind its colon begins. Behind one in quotes there
/// need be no space.
fn key(text: &str) -> Option<(String, usize)> {
    if text.starts_with(['{', '[']) {
        return None;
    }
    let quote = text.chars().next().filter(|it| "\"'".contains(*it));
    let (key, colon) = if let Some(quote) = quote {
        let end = text[1..].find(quote)? + 1;
        let behind = &text[end + 1..];
        (&text[1..end], end + 1 + (behind.len() - behind.trim_start_matches(' ').len()))
    } else {
        let mut colons = text.match_indices(':').map(|(at, _)| at);
        let colon = colons.find(|at| ends(&text[at + 1..]))?;
        (&text[..colon], colon)
    };
    let rest = text.get(colon..)?.strip_prefix(':')?;
    (quote.is_some() || ends(rest)).then(|| (key.trim().to_owned(), colon + 1))
}

/// The same for a word without a space after its colon, which is not a key but was meant
/// as one; except a URL, or a type of SQL.
fn tight(text: &str) -> Option<(String, usize)> {
    let (word, rest) = text.split_once(':')?;
    let part_of_word = |it: char| it.is_alphanumeric() || "_-.".contains(it);
    let is_word = word.starts_with(char::is_alphabetic) && word.chars().all(part_of_word);
    (is_word && !rest.starts_with(['/', '\\', ':'])).then(|| (word.to_owned(), word.len() + 1))
}

/// Whether a colon before this text ends a key, also if another blank was meant as a space.
fn ends(rest: &str) -> bool {
    rest.chars().next().is_none_or(char::is_whitespace)
}

/// Ensures that the value of a key that says secret is not shown by the message either.
fn keep(key: &str, value: Option<&str>) {
    let parts = |it: char| it.is_whitespace() || "\"'{}[],".contains(it);
    let words = value.filter(|_| is_secret_name(key)).into_iter().flat_map(|it| it.split(parts));
    words.filter(|word| word.contains(|it| it != '*')).for_each(crate::store::keep_secret);
}

fn hide(shown: &mut [u8], start: usize, end: usize) {
    if let Some(value) = shown.get_mut(start..end) {
        value.iter_mut().filter(|byte| !byte.is_ascii_whitespace()).for_each(|byte| *byte = b'*');
    }
}

#[cfg(test)]
mod tests {
    use super::{Quoted, masked_values};

    #[test]
    fn values_of_keys_that_nobody_knows_are_masked_in_their_places() {
        for (text, shown) in [
            ("password: \"hu nt\u{e9}r\" # x\n", "password: *** ****** * *\n"),
            (
                "sources:\n  a:\n    token: abc\n    format: csv\n",
                "sources:\n  a:\n    token: ***\n    format: csv\n",
            ),
            ("auth:\n  location: abc\nwarehouse: w\n", "auth:\n  ********* ***\nwarehouse: w\n"),
            ("key: |\n  abc\n", "key: |\n  abc\n"),
            ("pass: |\n  abc\nwarehouse: w", "pass: *\n  ***\nwarehouse: w"),
            (
                "sources:\n  a: {pass: \"a, }b\", format: csv, x: [1, 2], location: y}\n",
                "sources:\n  a: {pass: *** ***, format: csv, x: *** **, location: y}\n",
            ),
            (
                "x: {true_values: [a, b: c], format: d, columns: [{secret: e}, {format: f}]}\n",
                "x: ************* *** ** *** ******* ** ******** ********* *** ******** ****\n",
            ),
            (
                "freshness: {true_values: [a, bc], format: d, columns: [{secret: e}, {format: f}]}\n",
                "freshness: {true_values: [a, bc], format: d, columns: [{secret: *}, {format: f}]}\n",
            ),
            (
                "sources: {a: {columns: [{format: d}, {pass: e}], pass: f}, b: {pass: g, format: h}}\n",
                "sources: {a: {columns: [{format: d}, {pass: *}], pass: *}, b: {pass: *, format: h}}\n",
            ),
            ("location: \"a # b\" # pass x\n# y\n", "location: \"a # b\" # **** *\n# *\n"),
            (
                "format: !tag csv\ndescription: don't # x",
                "format: !*** csv\ndescription: don't # *",
            ),
            (
                "params:\n  api_token: {type: string, default: a}\n  a: {type: b}\n",
                "params:\n  api_token: ****** ******* ******** **\n  a: {type: b}\n",
            ),
            (
                "format: {\"password\":\"abc\", \"x\" : d}\n",
                "format: {\"password\":*****, \"x\" : *}\n",
            ),
            ("publish: {password: abc}\n", "publish: {password: ***}\n"),
            ("password:\u{a0}abc\n", "password:*****\n"),
            ("password:abc\nx: {token:abc}\n", "password:***\nx: ***********\n"),
            (
                "true_values:\n  - x::bigint\n  - s3://b/c\n",
                "true_values:\n  - x::bigint\n  - s3://b/c\n",
            ),
            (
                "sources: {a: {token:abc, format: csv}}\n",
                "sources: {a: {token:***, format: csv}}\n",
            ),
            ("sources:\n  api_token: abc\n", "sources:\n  api_token: ***\n"),
            ("sources:\n  tokens:\n    format: csv\n", "sources:\n  tokens:\n    format: csv\n"),
        ] {
            assert_eq!(masked_values(text, Quoted::Pipeline), shown, "{text}");
            assert_eq!(shown.len(), text.len());
        }
    }

    #[test]
    fn what_names_something_in_a_pipeline_is_no_name_beside_a_stage() {
        let text = "publish: {pass: abc, partition_by: [a]}\ncolumns:\n  id: {type: string}\n";
        let shown = "publish: {pass: ***, partition_by: [a]}\ncolumns:\n  id: {type: string}\n";
        assert_eq!(masked_values(text, Quoted::Table), shown);
        assert_eq!(masked_values(text, Quoted::Pipeline), text);
        for (text, shown) in [
            ("checks:\n  - {not_null: a, secret: b}\n", "checks:\n  - {not_null: a, secret: *}\n"),
            ("checks: [{token:abc}]\n", "checks: [{token:***}]\n"),
        ] {
            assert_eq!(masked_values(text, Quoted::Table), shown);
        }
    }

    #[test]
    fn rows_of_tests_are_shown_and_parameters_that_are_called_secrets_are_not() {
        for (text, shown) in [
            (
                "tests:\n  one:\n    parameters: {api_token: ab, least: 1}\n    given:\n      orders:\n        - {api_token: a}\n",
                "tests:\n  one:\n    parameters: {api_token: **, least: 1}\n    given:\n      orders:\n        - {api_token: a}\n",
            ),
            (
                "tests:\n  t:\n    password: ab\n    given: {o: [{password: c}]}\n    expect: []\n",
                "tests:\n  t:\n    password: **\n    given: {o: [{password: c}]}\n    expect: []\n",
            ),
            (
                "tests:\n  t:\n    given:\n      o: [{secret: c}]\n",
                "tests:\n  t:\n    given:\n      o: [{secret: c}]\n",
            ),
            (
                "tests:\n  t: {given: {o: [{secret: c}]}, expect: [{n: 1}], secret: d}\n",
                "tests:\n  t: {given: {o: [{secret: c}]}, expect: [{n: 1}], secret: *}\n",
            ),
            (
                "tests:\n  t:\n    expect:\n      ordered: true\n      rows:\n        - n: 1\n          m: 2\n",
                "tests:\n  t:\n    expect:\n      ordered: true\n      rows:\n        - n: 1\n          m: 2\n",
            ),
        ] {
            assert_eq!(masked_values(text, Quoted::Tests), shown);
        }
    }

    #[test]
    fn a_line_without_a_key_between_keys_is_masked() {
        for (text, shown) in [
            ("warehouse: w\nabc def\n", "warehouse: w\n*** ***\n"),
            (
                "sources:\n  a:\n    format: csv\n    abc\n",
                "sources:\n  a:\n    format: csv\n    ***\n",
            ),
            ("description: >\n  abc\n  def\n", "description: >\n  abc\n  def\n"),
            ("true_values:\n- a\n- b\n", "true_values:\n- a\n- b\n"),
            ("---\nwarehouse: w\n...\n", "---\nwarehouse: w\n...\n"),
        ] {
            assert_eq!(masked_values(text, Quoted::Pipeline), shown, "{text}");
        }
    }

    #[test]
    fn names_that_people_choose_have_values_that_are_shown() {
        let text = "params:\n  rate: {type: float64, default: 0.1}\nheadlines:\n  All of it: select 1\n\
                    sources:\n  raw:\n    columns:\n      id: {type: string, from: \"a: b\"}\n";
        assert_eq!(masked_values(text, Quoted::Pipeline), text);
    }
}
