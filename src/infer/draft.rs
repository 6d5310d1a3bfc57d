//! A source of text files: format, dialect, encoding and columns.

use std::collections::BTreeSet;

use encoding_rs::{Encoding, UTF_8, WINDOWS_1252};

use super::block::{Block, Column, Setting, scalar};
use super::dialect::{Text, apart, dialect};
use super::encoding::{Decoded, decode};
use super::folders::with_folders;
use super::margins::Margins;
use super::sample::Samples;
use super::split::{Dialect, Fields, Record, records};
use super::table::{self, Table};
use super::{InferError, document, json, name};
use crate::declare::Format;
use crate::read::{JsonShape, unpacked_name};

/// How many rows of a file are considered.
const ROWS: usize = 20_000;
/// Extensions that imply a delimiter, in lower case.
const DELIMITED: [&str; 3] = [".csv", ".tsv", ".psv"];
/// Parts of names of columns that say when something happened, the surest first.
const EVENTS: [&str; 12] = [
    "event",
    "occurred",
    "ordered",
    "order",
    "invoice",
    "purchase",
    "transaction",
    "answered",
    "created",
    "timestamp",
    "date",
    "time",
];
/// Parts of names of columns that say another time.
const OTHER_TIMES: [&str; 6] = ["updated", "modified", "loaded", "birth", "expir", "due"];

/// The source that text files make.
pub(super) fn draft(samples: &Samples) -> Result<Block, InferError> {
    let decoded: Vec<Decoded> =
        samples.taken.iter().map(|sample| decode(&sample.bytes, sample.cut)).collect();
    if let Some(at) = decoded.iter().position(|decoded| is_binary(&decoded.text)) {
        let file = samples.taken[at].file.name.clone();
        return Err(InferError::Unclear { file, problem: "it is neither text nor known".into() });
    }
    let cuts = samples.taken.iter().map(|sample| sample.cut);
    let texts: Vec<Text> = decoded.iter().map(|it| it.text.as_str()).zip(cuts).collect();
    let mut drafted = match of_json(samples, &texts)? {
        Some(drafted) => drafted,
        None => of_lines(samples, &texts)?,
    };
    drafted.settings.extend(encoding(&decoded));
    Ok(block(samples, drafted))
}

/// Text has few invisible characters.
fn is_binary(text: &str) -> bool {
    let hidden =
        |it: &char| it.is_control() && !matches!(it, '\t' | '\r' | '\n' | '\u{c}' | '\u{1a}');
    let count = text.chars().filter(hidden).count();
    count * 50 > text.chars().count() || text.contains('\0')
}

/// What text files hold.
struct Drafted {
    format: Format,
    settings: Vec<Setting>,
    table: Table,
    doubts: Vec<String>,
}

impl Drafted {
    fn json(format: Format, settings: Vec<Setting>, files: &[Vec<Vec<json::Value>>]) -> Self {
        Self { format, settings, table: table::of_objects(files), doubts: Vec::new() }
    }
}

/// JSON documents around a list of rows.
fn of_documents(texts: &[Text]) -> Option<Drafted> {
    let all: Vec<&str> = texts.iter().map(|(text, _)| *text).collect();
    let path = document::path(&all)?;
    let shape = JsonShape::Within(&path);
    let objects = |(text, cut): &Text| json::objects(text, shape, *cut, ROWS);
    let files: Vec<_> = texts.iter().map(objects).collect::<Option<_>>()?;
    let settings = vec![Setting::new("record_path", dotted(&path))];
    Some(Drafted::json(Format::Json, settings, &files))
}

/// A path as YAML.
fn dotted(path: &str) -> String {
    let plain = path.split('.').all(|key| scalar(key) == key && !key.contains(' '));
    if plain { path.to_owned() } else { scalar(path) }
}

fn of_json(samples: &Samples, texts: &[Text]) -> Result<Option<Drafted>, InferError> {
    let starts =
        |sign: char| texts.iter().position(|(text, _)| text.trim_start().starts_with(sign));
    let in_list = starts('[').is_some();
    if !in_list && starts('{').is_none() {
        return Ok(None);
    }
    if let Some(drafted) = of_documents(texts).filter(|_| !in_list) {
        return Ok(Some(drafted));
    }
    let (format, shape) = match in_list {
        true => (Format::Json, JsonShape::List),
        false => (Format::Ndjson, JsonShape::Lines),
    };
    let mut files = Vec::new();
    for (at, (text, cut)) in texts.iter().enumerate() {
        match json::objects(text, shape, *cut, ROWS) {
            Some(objects) => files.push(objects),
            None if at > 0 && files.iter().any(|file: &Vec<_>| !file.is_empty()) => {
                return Err(samples.mixed(at));
            }
            None if in_list && !text.trim_start().starts_with("[{") => return Ok(None),
            None => {
                let file = samples.taken[at].file.name.clone();
                let problem = "it starts as JSON, but is neither one object a line nor one list \
                               of objects, nor a document with such a list"
                    .to_owned();
                return Err(InferError::Unclear { file, problem });
            }
        }
    }
    Ok(Some(Drafted::json(format, Vec::new(), &files)))
}

fn of_lines(samples: &Samples, texts: &[Text]) -> Result<Drafted, InferError> {
    let promised = |file: &str| {
        let name = unpacked_name(file).to_lowercase();
        DELIMITED.iter().any(|ending| name.ends_with(ending))
    };
    let delimited = samples.taken.iter().any(|sample| promised(&sample.file.name));
    let large = &texts[..samples.large];
    let dialect = dialect(large, delimited);
    let other = apart(texts, dialect).map(|(at, other)| (at, [dialect, other].map(between)));
    // Rows after the last considered one are unknown too.
    let split = |(text, cut): &Text| {
        let (found, end) = records(text, dialect, *cut, ROWS);
        (found, *cut || end < text.len())
    };
    let mut files: Vec<(Vec<Record>, bool)> = texts.iter().map(split).collect();
    let margins = Margins::take(&mut files, &samples.called());
    let files: Vec<&[Record]> = files.iter().map(|(records, _)| records.as_slice()).collect();
    let table = table::of_records(&files, margins.has_header());
    if table.header {
        let names: Vec<_> = files.iter().map(|file| table::names(file)).collect();
        let one_table = samples.of_one_table(&names);
        one_table.map_err(|error| match (&other, margins.apart) {
            (Some((at, signs)), _) => samples.delimiters(*at, signs),
            (None, Some(apart)) => samples.preambles(apart),
            (None, None) => error,
        })?;
    }
    let other = other.map(|(at, signs)| samples.delimiters(at, &signs).to_string());
    let other = other.map(|said| format!("{said}: make several sources of them."));
    let format = match dialect.fields {
        Fields::Blanks => Format::Whitespace,
        Fields::Delimited { .. } => Format::Csv,
    };
    let mut settings = settings(dialect);
    settings.extend(table.settings());
    settings.extend(margins.settings());
    let doubts = other.into_iter().chain(margins.doubts).chain(table.doubts()).collect();
    Ok(Drafted { format, settings, table, doubts })
}

/// What stands between the fields of a dialect, as YAML.
fn between(dialect: Dialect) -> String {
    match dialect.fields {
        Fields::Blanks => "blanks".to_owned(),
        Fields::Delimited { delimiter, .. } => scalar(&delimiter.to_string()),
    }
}

fn settings(dialect: Dialect) -> Vec<Setting> {
    let mut settings = Vec::new();
    let sign = |sign: char| scalar(&sign.to_string());
    if let Fields::Delimited { delimiter, quote, escape } = dialect.fields {
        if delimiter != ',' {
            settings.push(Setting::new("delimiter", sign(delimiter)));
        }
        match quote {
            Some('"') => {}
            Some(other) => settings.push(Setting::new("quote", sign(other))),
            None => settings.push(Setting::new("quote", "\"\"".to_owned())),
        }
        settings.extend(escape.map(|escape| Setting::new("escape", sign(escape))));
    }
    settings.extend(dialect.comment.map(|comment| Setting::new("comment", sign(comment))));
    settings
}

/// The encoding, unless it is UTF-8 or every file has a mark of it.
fn encoding(decoded: &[Decoded]) -> Option<Setting> {
    let unmarked: Vec<&Decoded> = decoded.iter().filter(|it| !it.marked).collect();
    let others = |it: &&&Decoded| it.encoding != UTF_8;
    let found: &'static Encoding = unmarked.iter().find(others)?.encoding;
    let note = match unmarked.iter().all(|it| it.encoding == found || it.text.is_ascii()) {
        true if found == WINDOWS_1252 => Some("a guess: some bytes are not UTF-8".to_owned()),
        true => None,
        false => Some("other files are written otherwise".to_owned()),
    };
    Some(Setting { key: "encoding", value: found.name().to_lowercase(), note })
}

fn block(samples: &Samples, drafted: Drafted) -> Block {
    let Drafted { format, settings, table, doubts } = drafted;
    let mut taken = BTreeSet::new();
    let columns = table::columns(&table, &mut taken);
    let columns = with_folders(columns, &samples.names, &mut taken);
    let mut head = samples.origin(table.rows);
    head.extend(doubts);
    let location = samples.location.clone();
    let suggestions = event_time(&columns).into_iter().collect();
    let name = name::source(&location);
    Block { head, name, location, format, settings, suggestions, columns }
}

/// The column that most likely says when a row happened.
pub(super) fn event_time(columns: &[Column]) -> Option<String> {
    let says_when = |column: &&Column| {
        column.guess.data_type.is_time() && column.guess.required && !column.folder
    };
    let rank = |column: &&Column| {
        let place = |words: &[&str]| words.iter().position(|word| column.name.contains(word));
        let other = place(&OTHER_TIMES).is_some();
        (other, place(&EVENTS).unwrap_or(EVENTS.len()))
    };
    let column = columns.iter().filter(says_when).min_by_key(rank)?;
    Some(format!("event_time: {}  # rows at or after as-of are then not used", column.name))
}
