//! Stages before their types are known.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::declare::TableFile;
use crate::diagnostic::{Place, SourceFile};
use crate::plan::query::Query;

/// A stage whose query is parsed and whose inputs are known, but not its types.
#[derive(Debug)]
pub(in crate::plan) struct Draft {
    pub(super) name: String,
    pub(super) path: String,
    pub(super) query: Query,
    pub(super) yaml: Option<(Arc<SourceFile>, TableFile)>,
    pub(super) inputs: BTreeSet<String>,
    pub(super) per_period: bool,
    /// What it names as `$name`, and what the stages that it reads do.
    pub(super) parameters: BTreeSet<String>,
}

impl Draft {
    /// Where the query names a column that it yields, or its first word.
    pub(super) fn place_of_output(&self, column: &str) -> Place {
        self.query.place_of_output(column).unwrap_or_else(|| self.query.origin.start())
    }

    /// Whether the table file declares the column: if the query lacks it, that is reported already.
    pub(super) fn promises(&self, column: &str) -> bool {
        self.yaml.as_ref().is_some_and(|(_, table)| table.columns.get(column).is_some())
    }
}

/// A canonical table: declared by a file without SQL.
#[derive(Debug)]
pub(in crate::plan) struct Canonical {
    pub(super) name: String,
    pub(super) file: Arc<SourceFile>,
    pub(super) table: TableFile,
}

/// Stages in an order in which each one's inputs come before it, and the canonical tables.
#[derive(Debug, Default)]
pub(in crate::plan) struct Drafts {
    pub(super) stages: Vec<Draft>,
    pub(super) canonical: Vec<Canonical>,
    /// Every table that a stage is to make, also those whose own mistakes keep them out of the above.
    pub(super) makes: BTreeSet<String>,
}

impl Drafts {
    /// The files with the checks of a stage: the one beside its SQL, and the canonical
    /// one that it provides.
    pub(super) fn contracts(&self, stage: &str) -> Vec<(&Arc<SourceFile>, &TableFile)> {
        let draft = self.stages.iter().find(|draft| draft.name == stage);
        let beside = draft.and_then(|draft| draft.yaml.as_ref()).map(|(file, table)| (file, table));
        let canonical = self.canonical.iter().filter(|canonical| canonical.name == stage);
        let canonical = canonical.map(|canonical| (&canonical.file, &canonical.table));
        beside.into_iter().chain(canonical).collect()
    }
}
