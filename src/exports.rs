//! What shops, payment services and survey tools export: how to recognise their files, and what to make of
//! them.
//!
//! The only place that knows how these templates are carried. An export is a folder of `exports/`: its
//! `export.yaml` tells the headers of its files, `sources/` declares them, and the SQL beside them are the stages
//! that make canonical tables of them. Exports without stages are staged as other files are.

use std::collections::{BTreeMap, BTreeSet};

use rust_embed::RustEmbed;
use serde::Deserialize;

/// The folder of the templates.
const FOLDER: &str = "exports/";

#[derive(RustEmbed)]
#[folder = "exports/"]
#[prefix = "exports/"]
struct Files;

/// A known export.
#[derive(Debug)]
pub struct Export {
    /// The folder of its template.
    pub name: String,
    /// What is known of it.
    pub about: About,
}

/// What `export.yaml` says.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct About {
    /// What people call it.
    pub title: String,
    /// Where its columns are documented.
    pub documentation: String,
    /// What the template decides, for people to know.
    pub remarks: Vec<String>,
    /// Other defaults of parameters, where the export has answers.
    #[serde(default)]
    pub params: BTreeMap<String, String>,
    /// Its files, by the names of the sources that they become.
    pub sources: BTreeMap<String, Recognised>,
}

/// By what a file is recognised, and what is known of its columns where no stage of the template tells it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recognised {
    /// The headers that it has, among others.
    pub headers: BTreeSet<String>,
    /// Headers, by what they mean.
    #[serde(default)]
    pub means: BTreeMap<String, String>,
    /// Which rows count.
    pub keep: Option<Keep>,
}

/// Rows that count: those with one of some values in a column.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Keep {
    /// The header of the column.
    pub column: String,
    /// The values, in lower case.
    pub values: Vec<String>,
}

/// A stage of a template: its name, and its files, each with its name and its text.
#[derive(Debug)]
pub struct Stage {
    /// The table that it provides, or the step on the way.
    pub name: String,
    /// Its query.
    pub sql: String,
    /// All of its files, tests among them.
    pub files: Vec<(String, String)>,
}

/// All known exports, by their names.
///
/// # Panics
/// Never: a test reads every template.
pub fn all() -> Vec<Export> {
    let paths = Files::iter().filter(|path| path.ends_with("/export.yaml"));
    let exports = paths.filter_map(|path| {
        let name = path.strip_prefix(FOLDER)?.split('/').next()?.to_owned();
        let about = serde_yaml::from_str(&text(&path)?).ok()?;
        Some(Export { name, about })
    });
    let mut exports: Vec<Export> = exports.collect();
    exports.sort_by(|one, other| one.name.cmp(&other.name));
    exports
}

/// What columns are called, in one file.
pub fn vocabulary() -> String {
    text("exports/vocabulary.yaml").unwrap_or_default()
}

fn text(path: &str) -> Option<String> {
    Some(String::from_utf8_lossy(&Files::get(path)?.data).into_owned())
}

impl Export {
    /// The declaration of a source but for its location, if the template has one.
    pub fn source(&self, name: &str) -> Option<String> {
        text(&format!("{FOLDER}{}/sources/{name}.yaml", self.name))
    }

    /// The stages of the template, by their names.
    pub fn stages(&self) -> Vec<Stage> {
        let folder = format!("{FOLDER}{}/", self.name);
        let queries = Files::iter().filter(|path| path.starts_with(&folder));
        let queries = queries.filter_map(|path| {
            let name = path.strip_prefix(&folder)?.strip_suffix(".sql")?.to_owned();
            let sql = text(&path)?;
            let tests = format!("{name}.tests.yaml");
            let tests = text(&format!("{folder}{tests}")).map(|text| (tests, text));
            let query = (format!("{name}.sql"), sql.clone());
            Some(Stage { name, sql, files: std::iter::once(query).chain(tests).collect() })
        });
        let mut stages: Vec<Stage> = queries.collect();
        stages.sort_by(|one, other| one.name.cmp(&other.name));
        stages
    }

    /// The stages that need none of the missing sources, directly or by other stages.
    pub fn stages_without(&self, missing: &BTreeSet<&str>) -> Vec<Stage> {
        let mut stages = self.stages();
        let mut missing: BTreeSet<String> = missing.iter().map(|it| (*it).to_owned()).collect();
        loop {
            let names = |sql: &str| missing.iter().any(|name| has_word(sql, name));
            let (lost, kept): (Vec<_>, Vec<_>) =
                stages.into_iter().partition(|stage| names(&query(&stage.sql)));
            stages = kept;
            if lost.is_empty() {
                return stages;
            }
            missing.extend(lost.into_iter().map(|stage| stage.name));
        }
    }
}

/// A query without its comments.
fn query(sql: &str) -> String {
    let lines = sql.lines().filter(|line| !line.trim_start().starts_with("--"));
    lines.collect::<Vec<_>>().join("\n")
}

/// Whether a name stands in a query.
fn has_word(sql: &str, name: &str) -> bool {
    let joins = |it: char| it.is_alphanumeric() || it == '_';
    sql.split(|it| !joins(it)).any(|word| word == name)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::fs;
    use std::path::Path;

    use super::{About, Files, all};

    /// A build with `--release` asks what it has within itself.
    #[test]
    fn every_file_of_the_folder_is_carried_as_it_is() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let mut open = vec![root.join("exports")];
        let mut files = 0;
        while let Some(path) = open.pop() {
            if path.is_dir() {
                open.extend(fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path()));
                continue;
            }
            let name = path.strip_prefix(root).unwrap().to_str().unwrap();
            assert!(Files::get(name).unwrap().data == fs::read(&path).unwrap(), "{name}");
            files += 1;
        }
        assert_eq!(files, Files::iter().count());
    }

    #[test]
    fn every_template_can_be_read_and_declares_the_sources_that_its_stages_read() {
        let folders: BTreeSet<String> = Files::iter()
            .filter(|path| path.ends_with("/export.yaml"))
            .map(|path| {
                let text = super::text(&path).unwrap();
                let about: Result<About, _> = serde_yaml::from_str(&text);
                assert!(about.is_ok(), "{path}: {about:?}");
                path.split('/').nth(1).unwrap().to_owned()
            })
            .collect();
        let exports = all();
        assert_eq!(folders, exports.iter().map(|export| export.name.clone()).collect());
        for export in exports {
            let declared = export.about.sources.keys().all(|name| export.source(name).is_some());
            let stages = export.stages();
            let has_tests = stages.iter().any(|stage| stage.files.len() > 1);
            assert!(stages.is_empty() || (declared && has_tests), "{}", export.name);
            assert!(export.about.sources.values().all(|it| it.headers.len() > 1));
        }
    }

    #[test]
    fn stages_go_with_the_sources_that_they_need() {
        let exports = all();
        let olist = exports.iter().find(|export| export.name == "olist").unwrap();
        let names = |missing: &[&'static str]| -> Vec<String> {
            let missing = missing.iter().copied().collect();
            olist.stages_without(&missing).into_iter().map(|stage| stage.name).collect()
        };
        let all = names(&[]);
        assert!(all.contains(&"products".to_owned()) && all.contains(&"orders".to_owned()));
        let without = names(&["raw_olist_products"]);
        assert!(
            !without.contains(&"products".to_owned()) && without.contains(&"orders".to_owned())
        );
    }
}
