//! What may be written in a file of a project, and whether the documents explain it.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{lines, text};
use crate::support::repository;

/// The schemas, each with the document that explains its keys and words.
const EXPLAINED: [(&str, &str); 3] =
    [("pipeline", "pipelines"), ("table", "pipelines"), ("tests", "testing")];

#[test]
fn every_key_and_word_of_a_schema_is_explained() {
    for (schema, document) in EXPLAINED {
        let written = text(&repository().join(format!("docs/schema/{schema}.json")));
        let mut words = BTreeSet::new();
        gather(&serde_json::from_str(&written).unwrap(), &mut words);
        assert!(words.len() > 10, "{schema}: {words:?}");
        let document = format!("docs/{document}.md");
        let explained = code(&text(&repository().join(&document)));
        let missing: Vec<&String> = words.difference(&explained).collect();
        assert!(
            missing.is_empty(),
            "{document} does not show {missing:?} of the schema `{schema}`"
        );
    }
}

/// The keys of a schema, and the words that they may have as a value. Concepts have a document of their own.
fn gather(schema: &Value, words: &mut BTreeSet<String>) {
    match schema {
        Value::Object(fields) => {
            let keys = fields.get("properties").and_then(Value::as_object);
            words.extend(keys.into_iter().flat_map(|keys| keys.keys().cloned()));
            words.extend(fields.get("const").and_then(Value::as_str).map(str::to_owned));
            fields.values().for_each(|inner| gather(inner, words));
        }
        Value::Array(items) => items.iter().for_each(|inner| gather(inner, words)),
        _ => {}
    }
}

/// The words that a document shows as code.
fn code(text: &str) -> BTreeSet<String> {
    let part = |is_code: bool| {
        let part = lines(text).into_iter().filter(|(language, _)| language.is_some() == is_code);
        part.map(|(_, line)| line).collect::<Vec<_>>().join("\n")
    };
    let (blocks, prose) = (part(true), part(false));
    let shown = prose.split('`').skip(1).step_by(2).chain([blocks.as_str()]);
    let words =
        shown.flat_map(|code| code.split(|sign: char| !sign.is_alphanumeric() && sign != '_'));
    words.map(str::to_owned).collect()
}

#[test]
fn only_code_counts_as_shown() {
    let shown = code("An avro\n`json` or `[csv, xlsx]`.\n\n```yaml\nformat: parquet\n```\n");
    for word in ["json", "csv", "xlsx", "parquet", "format"] {
        assert!(shown.contains(word), "{word}");
    }
    assert!(!shown.contains("avro") && !shown.contains("An"), "{shown:?}");
}

/// Where the events of the JSON log are named, and what is before a name.
const EVENTS: [(&str, &str); 2] =
    [("src/report/log.rs", "event = \""), ("src/record/trouble.rs", "=> \"")];

#[test]
fn every_event_of_the_log_is_explained() {
    let explained = code(&text(&repository().join("docs/operations.md")));
    for (file, before) in EVENTS {
        let source = text(&repository().join(file));
        let names = source.split(before).skip(1).filter_map(|rest| rest.split('"').next());
        let names: BTreeSet<String> = names.map(str::to_owned).collect();
        assert!(names.len() > 3, "{file}: {names:?}");
        let missing: Vec<&String> = names.difference(&explained).collect();
        assert!(missing.is_empty(), "docs/operations.md does not name {missing:?} of {file}");
    }
}
