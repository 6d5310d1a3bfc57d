//! What a project will consist of, as it is put together.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;

use super::Found;
use super::stage::Stage;
use crate::marts;

/// Where the stages of a project are.
const STAGING: &str = "sql/staging";
/// Families, each with the canonical tables of which one makes it worth while.
const WORTH: [(&str, &[&str]); 9] = [
    ("loyalty", &["orders"]),
    ("equity", &["orders"]),
    ("satisfaction", &["survey_answers"]),
    ("relationship", &["brand_ratings"]),
    (
        "value",
        &["costs", "referrals", "sessions", "wallet_answers", "suggestions", "partner_revenues"],
    ),
    ("programme", &["memberships", "birthdays"]),
    ("service", &["complaints", "contacts", "win_back_contacts", "preferences", "customisations"]),
    ("promotion", &["promotions", "exposures", "redemptions"]),
    ("profile", &["demographics"]),
];

/// What there is so far.
#[derive(Debug, Default)]
pub(super) struct Draft {
    /// The location of the files, as the pipeline writes it.
    pub(super) root: String,
    /// The declarations of the sources.
    pub(super) sources: Vec<String>,
    /// The files of stages.
    pub(super) files: Vec<(String, String)>,
    /// What provides each table.
    pub(super) provided: BTreeMap<String, String>,
    /// What is told of known exports.
    pub(super) known: Vec<String>,
    /// What is unsure.
    pub(super) unsure: Vec<String>,
    /// What is left out, and why.
    pub(super) left_out: Vec<String>,
    /// Other defaults of parameters.
    pub(super) params: Vec<(String, String)>,
    /// The newest day of anything.
    pub(super) newest: Option<NaiveDate>,
    stages: BTreeSet<String>,
    declared: BTreeSet<String>,
}

impl Draft {
    /// Nothing, of the files at a location.
    pub(super) fn new(root: String) -> Self {
        Self { root, ..Self::default() }
    }

    /// Declares a source once, as a template does or as it was inferred.
    pub(super) fn declare(
        &mut self,
        name: &str,
        found: &Found,
        template: Option<&str>,
        event_time: Option<&str>,
    ) {
        if !self.declared.insert(name.to_owned()) {
            return;
        }
        let location = format!("{}/{}", self.root, found.group.pattern);
        let text = match template {
            Some(text) => declared(name, &location, text),
            None => found.proven.declared(name, &location, event_time),
        };
        self.sources.push(text);
        let days = found.proven.columns().into_iter().filter_map(|column| column.facts.newest);
        self.newest = days.chain(self.newest).filter(|day| *day <= today()).max();
    }

    /// Adds a stage of a template, unless something else provides its table.
    pub(super) fn provide(&mut self, table: &str, files: Vec<(String, String)>, from: &str) {
        if !self.stages.insert(table.to_owned()) {
            let first = self.provided.get(table).cloned().unwrap_or_default();
            self.left_out.push(format!(
                "`{table}` of {from}: {first} provides it already; a stage with `union all` would take both"
            ));
            return;
        }
        self.provided.insert(table.to_owned(), from.to_owned());
        self.files
            .extend(files.into_iter().map(|(name, text)| (format!("{STAGING}/{name}"), text)));
    }

    /// Adds a stage with its first test.
    pub(super) fn add(&mut self, stage: &Stage, from: &str) {
        let table = &stage.table;
        if !self.stages.contains(table) {
            self.unsure.extend(stage.doubts());
        }
        let files =
            [(format!("{table}.sql"), stage.sql()), (format!("{table}.tests.yaml"), stage.tests())];
        self.provide(table, files.into(), from);
    }

    /// Whether something provides a table.
    pub(super) fn has(&self, table: &str) -> bool {
        self.stages.contains(table)
    }

    /// Whether a source is declared.
    pub(super) fn reads(&self, source: &str) -> bool {
        self.declared.contains(source)
    }

    /// The canonical tables that are provided.
    pub(super) fn canonical(&self) -> Vec<&str> {
        let is_canonical = |name: &str| {
            let files = marts::files_of(name);
            files.first().is_some_and(|(path, _)| {
                marts::family_of(path).is_some_and(|it| it.name == "canonical")
            })
        };
        self.stages.iter().map(String::as_str).filter(|name| is_canonical(name)).collect()
    }

    /// The families that the tables make worth while.
    pub(super) fn families(&self) -> Vec<&'static str> {
        let worth = WORTH.iter().filter(|(_, tables)| tables.iter().any(|table| self.has(table)));
        let families: Vec<&str> = worth.map(|(family, _)| *family).collect();
        if families.is_empty() { vec!["core"] } else { families }
    }

    /// The first instant at which everything seen is used.
    pub(super) fn as_of(&self) -> NaiveDate {
        let newest = self.newest.unwrap_or_else(today);
        newest.succ_opt().unwrap_or(newest)
    }
}

fn today() -> NaiveDate {
    chrono::Utc::now().date_naive()
}

/// A source of a template at a location, as YAML below `sources:`.
fn declared(name: &str, location: &str, template: &str) -> String {
    let lines = template.lines().filter(|line| !line.starts_with('#'));
    let lines: Vec<String> = lines.map(|line| format!("    {line}\n")).collect();
    let location = crate::declare::yaml_text::quoted(location);
    format!("  {name}:\n    location: {location}\n{}", lines.concat())
}
