//! Why a run is not admitted, and what to do about it.

use chrono::{DateTime, Utc};

use crate::failure::{Failing, FailureKind};
use crate::text::shell_word;

/// A table and the as-of it was built at.
pub type TableAsOf = (String, DateTime<Utc>);

/// Why a run must not begin.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Another pipeline publishes tables of the same names.
    #[error("the warehouse has {} of another pipeline: {}", noun(.tables.len()), owned(.tables))]
    Owned {
        /// The tables with their owners.
        tables: Vec<(String, String)>,
    },
    /// What is published was built at a later as-of.
    #[error("as-of {as_of:?} is older than that of {}: {}", noun(.tables.len()), dated(.tables))]
    Older {
        /// The run's as-of.
        as_of: DateTime<Utc>,
        /// What is newer: tables, or folders of tables.
        tables: Vec<TableAsOf>,
    },
    /// Folders that the run does not build are of another shape than those that it builds.
    #[error("{}", reshaped(.tables))]
    Reshaped {
        /// The tables.
        tables: Vec<Reshaped>,
    },
    /// The pipeline to take over from has no table here.
    #[error("no table of the warehouse belongs to a pipeline `{pipeline}`")]
    NobodysTables {
        /// The name that was given.
        pipeline: String,
        /// Those who have some.
        owners: Vec<String>,
    },
    /// A table to drop is not there.
    #[error("the warehouse has no table `{table}`")]
    NoTable {
        /// The name that was given.
        table: String,
        /// What could be dropped.
        left: Vec<String>,
    },
    /// A table to drop would be published again by the next run, and has no folders that could be
    /// removed.
    #[error("`{table}` cannot be dropped: the pipeline publishes it")]
    Published {
        /// The table.
        table: String,
    },
}

/// A table whose folders would be of two shapes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reshaped {
    /// The table.
    pub table: String,
    /// The first of its folders.
    pub first: String,
    /// What differs.
    pub changes: Vec<String>,
}

impl Failing for Refusal {
    fn failure_kind(&self) -> FailureKind {
        match self {
            // The request is well-formed and merely names nothing.
            Self::NobodysTables { .. } | Self::NoTable { .. } => FailureKind::Empty,
            Self::Owned { .. }
            | Self::Older { .. }
            | Self::Reshaped { .. }
            | Self::Published { .. } => FailureKind::Project,
        }
    }

    fn what_to_do(&self) -> Option<String> {
        Some(self.help())
    }
}

impl Refusal {
    fn help(&self) -> String {
        match self {
            Self::Owned { tables } => {
                let owner = tables.first().map_or("", |(_, owner)| owner);
                format!(
                    "publish to another warehouse or under another name; if `{owner}` is what this \
                     pipeline was called before, run once with `--take-over {}`",
                    shell_word(owner)
                )
            }
            Self::Older { .. } => "build past periods with the newest as-of and `--from`, `--to`, or \
                declare `older_as_of: periods`; to put the older state in the place of the newer one, \
                add `--restate`"
                .into(),
            Self::Reshaped { tables } => {
                let names: Vec<&str> = tables.iter().map(|it| it.table.as_str()).collect();
                let names = shell_word(&names.join(","));
                let first = tables.iter().map(|it| period_of(&it.first)).min().unwrap_or_default();
                let first = shell_word(first);
                format!(
                    "build all of its periods in one run, which `--drop {names} --from {first}` does \
                     and takes out what it does not build, or publish under another name"
                )
            }
            Self::NobodysTables { owners, .. } => format!("there are tables of {}", list(owners)),
            Self::NoTable { left, .. } if left.is_empty() => {
                "no table is left over: the pipeline publishes every one that it has there".into()
            }
            Self::NoTable { left, .. } => {
                format!("tables that the pipeline does not publish any more: {}", list(left))
            }
            Self::Published { .. } => "take `publish` out of its table file first; only a table by \
                period that the run builds can be begun anew"
                .into(),
        }
    }
}

fn noun(count: usize) -> &'static str {
    if count == 1 { "a table" } else { "tables" }
}

/// How many names a message shows.
const SHOWN: usize = 5;

fn shown(names: impl ExactSizeIterator<Item = String>) -> String {
    let more = names.len().saturating_sub(SHOWN);
    let first: Vec<String> = names.take(SHOWN).collect();
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    first.join(", ") + &more
}

fn owned(tables: &[(String, String)]) -> String {
    shown(tables.iter().map(|(table, owner)| format!("`{table}` belongs to `{owner}`")))
}

fn dated(tables: &[TableAsOf]) -> String {
    shown(tables.iter().map(|(table, as_of)| format!("`{table}` is of {as_of:?}")))
}

fn reshaped(tables: &[Reshaped]) -> String {
    shown(tables.iter().map(|Reshaped { table, changes, .. }| {
        format!(
            "`{table}` has periods that the run does not build, and from which its new ones would \
             differ: {}",
            changes.join("; ")
        )
    }))
}

/// The value that a folder such as `period=2026-10-01` represents.
pub fn period_of(folder: &str) -> &str {
    folder.split_once('=').map_or(folder, |(_, value)| value)
}

fn list(names: &[String]) -> String {
    shown(names.iter().map(|name| format!("`{name}`")))
}
