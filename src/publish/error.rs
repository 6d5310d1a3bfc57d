//! Errors of publishing: what each is, its kind, and what to do about it.

use super::records::SCHEMA_VERSION;
use crate::failure::{Failing, FailureKind};
use crate::store::{PathError, StoreError, StoreErrorKind};

/// Why nothing was published.
#[derive(Debug, thiserror::Error)]
pub enum PublishError {
    /// Another run published since this one began.
    #[error("release {release} of the warehouse was published by another run")]
    Conflict {
        /// The release both wanted.
        release: u64,
    },
    /// Another program added a record since.
    #[error("record {number} of `{folder}` was added by somebody else at the same time")]
    Taken {
        /// The folder of records.
        folder: String,
        /// The number both wanted.
        number: u64,
    },
    /// The store refused.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A staged file is neither staged nor published.
    #[error("the staged file `{path}` was gone before release {release} was in place")]
    Lost {
        /// The release that announces it.
        release: u64,
        /// Where it was staged.
        path: String,
    },
    /// A record cannot be understood.
    #[error("`{path}` is not a record of this program: {problem}")]
    Record {
        /// The record.
        path: String,
        /// What is wrong with it.
        problem: String,
    },
    /// The record of the newest release is missing.
    #[error(
        "the record `{path}` is gone, of a release that was published: what is in the warehouse is \
         newer than what its records say"
    )]
    Forgotten {
        /// The record.
        path: String,
    },
    /// There is no release, and there are files where its tables would be.
    #[error("the warehouse has no record of a release, and files of tables: {}", .files.join(", "))]
    Unrecorded {
        /// The first of them.
        files: Vec<String>,
    },
    /// A store said that a file was moved, and it is not there.
    #[error(
        "`{path}` is not there as it was staged, and the store says that it was copied; release \
         {release} is not in place"
    )]
    NotMoved {
        /// The release that announces it.
        release: u64,
        /// Where it should be.
        path: String,
    },
    /// A store said that it has stored a record, and it is not there.
    #[error("`{path}` is not there, and the store says that it was stored")]
    NotStored {
        /// The record.
        path: String,
    },
    /// A version of this program wrote a record that this one does not know.
    #[error(
        "`{path}` is of version {version}, and this program knows records up to {SCHEMA_VERSION}"
    )]
    Newer {
        /// The record.
        path: String,
        /// Its version.
        version: u32,
    },
    /// A path is invalid, or leads out of the warehouse.
    #[error(transparent)]
    Path(#[from] PathError),
    /// A folder of the warehouse is a link to somewhere else.
    #[error("`{path}` leads out of the warehouse, to `{target}`")]
    LinkOut {
        /// The folder.
        path: String,
        /// Where it leads.
        target: String,
    },
    /// Something else has the name of a file, or of a folder above it.
    #[error("`{path}` is {found} where {wanted} belongs")]
    InTheWay {
        /// What is there.
        path: String,
        /// What it is.
        found: &'static str,
        /// What it should be.
        wanted: &'static str,
    },
    /// This machine's disk refused.
    #[error("cannot write or remove `{path}`: {error}")]
    Disk {
        /// The file or folder.
        path: String,
        /// What the system says.
        error: std::io::Error,
    },
}

impl PublishError {
    /// Whether the staged files cannot be completed: another run was first, or some are missing.
    pub fn gives_up_staged(&self) -> bool {
        match self {
            Self::Conflict { .. } | Self::Lost { .. } => true,
            Self::Taken { .. }
            | Self::Store(_)
            | Self::Record { .. }
            | Self::Forgotten { .. }
            | Self::Unrecorded { .. }
            | Self::NotMoved { .. }
            | Self::NotStored { .. }
            | Self::Newer { .. }
            | Self::Path(_)
            | Self::LinkOut { .. }
            | Self::InTheWay { .. }
            | Self::Disk { .. } => false,
        }
    }
}

impl Failing for PublishError {
    fn failure_kind(&self) -> FailureKind {
        match self {
            Self::Conflict { .. } | Self::Taken { .. } | Self::Lost { .. } => FailureKind::TryAgain,
            Self::Store(error) => error.failure_kind(),
            Self::Newer { .. } => FailureKind::Project,
            Self::Disk { error, .. } => StoreErrorKind::of_disk(error).into(),
            Self::Record { .. }
            | Self::Forgotten { .. }
            | Self::Unrecorded { .. }
            | Self::NotMoved { .. }
            | Self::NotStored { .. }
            | Self::Path(_)
            | Self::InTheWay { .. }
            | Self::LinkOut { .. } => FailureKind::Storage,
        }
    }

    fn what_to_do(&self) -> Option<String> {
        let help = match self {
            Self::Store(error) => return error.what_to_do(),
            Self::Conflict { .. } => "run again to build on it",
            Self::Lost { .. } => "run again: what is lost is built again",
            Self::Record { path, .. } | Self::Forgotten { path } => of_record(path),
            Self::Unrecorded { .. } => {
                "put the folder `_patronage` back from a copy of the warehouse; without one, move \
                 the warehouse's folder away and build all periods anew with `--from`"
            }
            Self::NotMoved { .. } => {
                "run again, which moves it again; `patronage doctor` tries copies out"
            }
            Self::NotStored { .. } => {
                "run again; if the store does not keep what it takes, use another: `patronage doctor` \
                 tries it out"
            }
            Self::InTheWay { .. } => "move it away and run again",
            Self::Newer { .. } => "run the version of patronage that wrote it, or a newer one",
            Self::LinkOut { .. } => {
                "put a folder in its place; where the whole warehouse lies elsewhere, name that as \
                 its location"
            }
            Self::Taken { .. } | Self::Path(_) | Self::Disk { .. } => return None,
        };
        Some(help.into())
    }
}

/// What to do about a record that cannot be read.
fn of_record(path: &str) -> &'static str {
    match path.split('/').nth(1) {
        Some("stage" | "failed") => "remove the folder that it is in: its run failed",
        Some("corrections") => {
            "put the record back from a backup; without one, remove it: what it corrected is in the \
             quarantine again"
        }
        _ => {
            "put the record back from a backup; without one, move the warehouse's folder away and \
             build all periods anew with `--from`"
        }
    }
}
