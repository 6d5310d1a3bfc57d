//! Which column of a file means what: by its name first, and by what is in it.

use std::collections::{BTreeMap, BTreeSet};

use super::vocabulary::{Kind, Meaning};
use crate::infer::{ProvenColumn, words};

/// Ranks of names that count in files of this kind only, and of names that are only alike.
const WEAK: usize = 1_000;
const ALIKE: usize = 10_000;

/// A column and why it may be another.
#[derive(Debug, Clone)]
pub(super) struct Match<'a> {
    pub(super) column: ProvenColumn<'a>,
    /// Whether its name is only like those that are known.
    pub(super) is_alike: bool,
    /// Other columns that could be meant.
    pub(super) others: Vec<&'a str>,
}

/// The columns of a file by what they mean.
#[derive(Debug, Clone, Default)]
pub(super) struct Matches<'a>(BTreeMap<String, Match<'a>>);

impl<'a> Matches<'a> {
    /// Matches columns to the meanings of a kind of file. `is_called` says whether the file's name tells that
    /// it is of this kind, `told` the headers whose meanings are known.
    pub(super) fn of(
        columns: &[ProvenColumn<'a>],
        kind: &Kind,
        is_called: bool,
        told: &BTreeMap<String, String>,
    ) -> Self {
        let mut ranked = Vec::new();
        for (meaning, about) in &kind.columns {
            for column in columns.iter().filter(|column| about.fits(column)) {
                let known = told.get(meaning).map(|header| header == column.written);
                let rank = match known {
                    Some(is_it) => is_it.then_some(0),
                    None => rank(about, column.written, is_called),
                };
                ranked.extend(rank.map(|rank| (rank, meaning, *column)));
            }
        }
        ranked.sort_by_key(|(rank, meaning, column)| (*rank, *meaning, column.name));
        let (mut found, mut taken) = (BTreeMap::<String, Match<'a>>::new(), BTreeSet::new());
        for (rank, meaning, column) in ranked {
            if taken.contains(column.name) {
                continue;
            }
            if let Some(first) = found.get_mut(meaning) {
                first.others.push(column.name);
                continue;
            }
            taken.insert(column.name);
            let is_alike = rank >= ALIKE;
            found.insert(meaning.clone(), Match { column, is_alike, others: Vec::new() });
        }
        for it in found.values_mut() {
            it.others.retain(|name| !taken.contains(name));
        }
        Self(found)
    }

    /// The column of a meaning.
    pub(super) fn get(&self, meaning: &str) -> Option<&Match<'a>> {
        self.0.get(meaning)
    }

    /// Whether columns of all of these meanings were found.
    pub(super) fn have(&self, meanings: &[&str]) -> bool {
        meanings.iter().all(|meaning| self.0.contains_key(*meaning))
    }

    /// Whether a column of one of these meanings was found.
    pub(super) fn have_any(&self, meanings: &[&str]) -> bool {
        meanings.iter().any(|meaning| self.0.contains_key(*meaning))
    }

    /// The names of the columns that mean something.
    pub(super) fn used(&self) -> BTreeSet<&'a str> {
        self.0.values().map(|it| it.column.name).collect()
    }
}

/// How well a name fits a meaning: the less, the better.
fn rank(about: &Meaning, written: &str, is_called: bool) -> Option<usize> {
    let name = words(written);
    let place = |names: &[String]| names.iter().position(|known| words(known) == name);
    let alike = || about.names.iter().position(|known| is_alike(&name, &words(known)));
    place(&about.names)
        .or_else(|| place(&about.weak).filter(|_| is_called).map(|at| WEAK + at))
        .or_else(|| alike().map(|at| ALIKE + at))
}

/// Whether a name ends or begins with a known one that is more than a word.
fn is_alike(name: &str, known: &str) -> bool {
    if !known.is_ascii() {
        return name.contains(known);
    }
    let whole = known.contains('_');
    whole && (name.ends_with(&format!("_{known}")) || name.starts_with(&format!("{known}_")))
}
