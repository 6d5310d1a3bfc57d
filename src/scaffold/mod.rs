//! A project from files that are there: their sources, the stages that make canonical tables of them, the
//! pipeline, and what is around it.
//!
//! ```text
//! location ─▶ listing ─▶ groups ─▶ infer ─▶ known, matching ─▶ draft ─▶ files
//!             files      sources   columns  stages
//! ```
//!
//! What files are called and hold is in `exports/`: templates of known exports, and a vocabulary of names of
//! columns. What is unsure is told in the files themselves. Nothing here writes.

mod around;
mod as_is;
mod customers;
mod draft;
mod groups;
mod known;
mod listing;
mod matching;
mod pipeline;
mod sales;
mod source;
mod stage;
mod survey;
mod unknown;
mod vocabulary;

use std::collections::BTreeMap;
use std::path::Path;

use chrono::NaiveDate;

use self::draft::Draft;
use self::groups::{Group, groups};
use crate::exports::Keep;
use crate::infer::{InferError, Proven, proven, words};

/// A project, ready to be written.
#[derive(Debug)]
pub struct Project {
    /// Its files, each with its path and its text.
    pub files: Vec<(String, String)>,
    /// The path of its pipeline.
    pub pipeline: String,
    /// The first instant at which everything seen is used.
    pub as_of: NaiveDate,
    /// What was found, what is unsure and what is left out, a line each.
    pub told: Vec<String>,
}

/// Why there is no project.
#[derive(Debug, thiserror::Error)]
pub enum ScaffoldError {
    /// Files cannot be listed or read.
    #[error(transparent)]
    Infer(#[from] InferError),
    /// Nothing is known of any file.
    #[error("no file of `{location}` can be matched to a table: {}", left_out.join("; "))]
    Nothing {
        /// The location, without secrets.
        location: String,
        /// The files, and what each would take.
        left_out: Vec<String>,
    },
}

/// Files of one source, and what they hold.
#[derive(Debug)]
struct Found {
    group: Group,
    proven: Proven,
    /// The headers that are known, by what they mean.
    means: BTreeMap<String, String>,
    /// Which rows count, if not all.
    keep: Option<Keep>,
}

/// A project in `folder`, of the files at a location. Relative paths start at `base`.
///
/// # Errors
/// Files cannot be listed or read, or nothing is known of any.
pub async fn project(from: &str, base: &Path, folder: &Path) -> Result<Project, ScaffoldError> {
    let listing = listing::list(from, base, folder).await?;
    let (groups, others) = groups(&listing.files);
    let mut draft = Draft::new(variable(&listing.root));
    draft.left_out.extend(others.into_iter().map(|file| format!("`{file}`: no file of data")));
    let mut found = Vec::new();
    for group in groups {
        match proven(&format!("{}{}", listing.before, group.pattern), &listing.base).await {
            Ok(proven) => {
                found.push(Found { group, proven, means: BTreeMap::new(), keep: None });
            }
            Err(error) => {
                let help = error.help().map(|help| format!("; {help}")).unwrap_or_default();
                draft.left_out.push(format!("`{}`: {error}{help}", group.pattern));
            }
        }
    }
    let rest = known::take(found, &mut draft);
    unknown::stage(&rest, &mut draft);
    if draft.provided.is_empty() {
        let location = crate::store::redact(from);
        return Err(ScaffoldError::Nothing { location, left_out: draft.left_out });
    }
    Ok(finished(&draft, folder))
}

/// The location as a pipeline writes it: a default that a variable replaces.
fn variable(root: &str) -> String {
    match root.contains(['$', '{', '}']) {
        true => root.to_owned(),
        false => format!("${{RAW:-{root}}}"),
    }
}

fn finished(draft: &Draft, folder: &Path) -> Project {
    let absolute = std::path::absolute(folder).unwrap_or_else(|_| folder.to_owned());
    let called = absolute.file_name().map(|name| words(&name.to_string_lossy()));
    let ascii = called.filter(|name| !name.is_empty() && name.is_ascii());
    let name = ascii.unwrap_or_else(|| "shop".to_owned());
    let pipeline = format!("pipelines/{name}.yaml");
    let mut files = vec![(pipeline.clone(), pipeline::text(&name, draft))];
    files.extend(draft.files.iter().cloned());
    files.extend(around::files(&pipeline, draft));
    Project { files, pipeline, as_of: draft.as_of(), told: around::told(draft) }
}
