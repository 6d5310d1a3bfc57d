//! Which files make a source together: those of one folder whose names differ in dates and numbers only.

use std::collections::{BTreeMap, BTreeSet};

use crate::infer::words;
use crate::read::unpacked_name;

/// What names of files of data end in, before `.gz` and the like.
const ENDINGS: [&str; 10] =
    [".avro", ".csv", ".json", ".jsonl", ".ndjson", ".parquet", ".psv", ".tsv", ".txt", ".xlsx"];
/// What stands for dates, numbers and what follows them.
const ANY: &str = "[0-9]*";

/// Files that are read as one source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Group {
    /// The pattern that finds them, from the folder that was named.
    pub(super) pattern: String,
    /// What the files are called, in words.
    pub(super) called: String,
    /// What the source is called: letters of English only, as names of tables are.
    pub(super) name: String,
}

/// The groups of some files, and the files that are none of data.
pub(super) fn groups(files: &[String]) -> (Vec<Group>, Vec<String>) {
    let mut patterns = BTreeMap::new();
    let mut others = Vec::new();
    for file in files {
        match pattern(file) {
            Some((pattern, called)) => {
                patterns.insert(pattern, called);
            }
            None => others.push(file.clone()),
        }
    }
    let mut taken = BTreeSet::new();
    let groups = patterns.into_iter().map(|(pattern, called)| {
        let name = named(&called);
        let free = |count: &usize| !taken.contains(&numbered_name(&name, *count));
        let count = (1..=taken.len() + 1).find(free);
        let name = numbered_name(&name, count.unwrap_or(1));
        taken.insert(name.clone());
        Group { pattern, called, name }
    });
    (groups.collect(), others)
}

/// The pattern of the group of a file, and what it is called.
fn pattern(file: &str) -> Option<(String, String)> {
    let (folders, name) = file.rsplit_once('/').unwrap_or(("", file));
    let unpacked = unpacked_name(name);
    let ending = unpacked.rfind('.').map_or("", |point| &unpacked[point..]);
    let is_data = ENDINGS.contains(&ending.to_lowercase().as_str());
    if !is_data || file.contains(['*', '?', '[', ']', '{', '}', '\\']) {
        return None;
    }
    let stem = &unpacked[..unpacked.len() - ending.len()];
    let fixed = numbered(stem).map(|at| &stem[..at]);
    let called = [fixed.unwrap_or(stem)].into_iter().chain(folders.rsplit('/').filter(plain));
    let called = called.map(words).find(|name| !name.is_empty()).unwrap_or_default();
    let whole = &name[stem.len()..];
    let file = fixed.map_or_else(|| name.to_owned(), |fixed| format!("{fixed}{ANY}{whole}"));
    let mut parts: Vec<String> = folders.split('/').filter(|it| !it.is_empty()).map(wide).collect();
    parts.push(file);
    Some((parts.join("/"), called))
}

/// The name of the source of files that are called so.
fn named(called: &str) -> String {
    let name: String =
        called.chars().filter(|it| it.is_ascii_alphanumeric() || *it == '_').collect();
    match name.trim_matches('_') {
        "" | "raw" => "raw".to_owned(),
        name if name.starts_with("raw_") => name.to_owned(),
        name => format!("raw_{name}"),
    }
}

/// A name, and others like it.
fn numbered_name(name: &str, count: usize) -> String {
    if count == 1 { name.to_owned() } else { format!("{name}_{count}") }
}

/// Where the first date or number of a name begins.
fn numbered(stem: &str) -> Option<usize> {
    let mut before = None;
    for (at, character) in stem.char_indices() {
        if character.is_ascii_digit() && !before.is_some_and(char::is_alphanumeric) {
            return Some(at);
        }
        before = Some(character);
    }
    None
}

/// Whether a folder is called by a word.
fn plain(folder: &&str) -> bool {
    !folder.contains('=') && !folder.starts_with(|it: char| it.is_ascii_digit())
}

/// A folder as a pattern: `year=2025` is `year=*`, `2025` is any number.
fn wide(folder: &str) -> String {
    match folder.split_once('=') {
        Some((key, _)) => format!("{key}=*"),
        None if numbered(folder) == Some(0) => ANY.to_owned(),
        None => folder.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::groups;

    fn of(files: &[&str]) -> Vec<(String, String)> {
        let files: Vec<String> = files.iter().map(|file| (*file).to_owned()).collect();
        groups(&files).0.into_iter().map(|group| (group.pattern, group.name)).collect()
    }

    #[test]
    fn files_that_differ_in_dates_and_numbers_are_one_source() {
        for (files, pattern, name) in [
            (&["orders_export_1.csv"][..], "orders_export_[0-9]*.csv", "raw_orders_export"),
            (&["a/2025-01.csv", "a/2025-02.csv"], "a/[0-9]*.csv", "raw_a"),
            (
                &["o/year=2024/p-0-x.parquet", "o/year=2025/p-1-y.parquet"],
                "o/year=*/p-[0-9]*.parquet",
                "raw_p",
            ),
            (
                &["2024/01/orders.csv.gz", "2025/01/orders.csv.gz"],
                "[0-9]*/[0-9]*/orders.csv.gz",
                "raw_orders",
            ),
            (&["订单.xlsx"], "订单.xlsx", "raw"),
            (&["raw_b2b.json"], "raw_b2b.json", "raw_b2b"),
            (&["1.csv"], "[0-9]*.csv", "raw"),
        ] {
            assert_eq!(of(files), [(pattern.to_owned(), name.to_owned())]);
        }
    }

    #[test]
    fn sources_of_different_folders_have_different_names() {
        let names: Vec<String> =
            of(&["a/orders.csv", "b/orders.csv"]).into_iter().map(|it| it.1).collect();
        assert_eq!(names, ["raw_orders", "raw_orders_2"]);
    }

    #[test]
    fn what_is_no_data_is_told() {
        let files = ["README.md", "orders.csv", "a[1].csv"].map(str::to_owned);
        let (found, others) = groups(&files);
        assert_eq!((found.len(), others), (1, vec!["README.md".to_owned(), "a[1].csv".to_owned()]));
    }
}
