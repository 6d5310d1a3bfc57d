//! The tables of a pipeline in a release, ready to be queried.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};

use super::PageError;
use crate::plan::{PERIOD_COLUMN, Plan, QUARANTINE, Stage};
use crate::publish::{Release, TableRelease, Warehouse};
use crate::request::default_memory;
use crate::stored;
use crate::transform::Build;

/// The tables of a pipeline in a release.
pub(super) struct Tables<'a> {
    pub(super) plan: &'a Plan,
    /// What the release says of those that are in it.
    released: BTreeMap<&'a str, &'a TableRelease>,
    pub(super) build: Build<'static>,
}

/// How a table stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    /// It has rows, in the period if it varies by period.
    Filled,
    /// It has none.
    Empty,
    /// The release does not hold it.
    Unpublished,
    /// The pipeline does not make it.
    Foreign,
}

impl<'a> Tables<'a> {
    /// Those that the release holds; nothing if it holds none of the pipeline's.
    pub(super) fn of(
        plan: &'a Plan,
        warehouse: &Warehouse,
        release: &'a Release,
    ) -> Result<Option<Self>, PageError> {
        let build = Build::in_order(default_memory())?;
        build.register_store(&warehouse.location);
        let is_own =
            |table: &&TableRelease| table.pipeline.as_ref().is_none_or(|it| *it == plan.name);
        let mut released = BTreeMap::new();
        for name in stored::published(plan) {
            let Some(table) = release.tables.get(name).filter(is_own) else { continue };
            if let Some(files) = stored::of_release(plan, warehouse, release, name)? {
                build.register(name, Arc::new(files))?;
                released.insert(name, table);
            }
        }
        let is_any = released.keys().any(|name| *name != QUARANTINE);
        Ok(is_any.then_some(Self { plan, released, build }))
    }

    /// The newest period of any of them.
    pub(super) fn period(&self) -> Option<NaiveDate> {
        let folders = self.released.values().flat_map(|table| table.slices.keys());
        folders.filter_map(|folder| period(folder)).max()
    }

    /// The newest as-of of any of them.
    pub(super) fn as_of(&self) -> Option<DateTime<Utc>> {
        self.released.values().filter_map(|table| table.as_of).max()
    }

    /// The stages that the pipeline publishes, in the order of their names.
    pub(super) fn published(&self) -> Vec<&'a Stage> {
        let mut stages: Vec<&Stage> =
            self.plan.stages.iter().filter(|stage| stage.publish.is_some()).collect();
        stages.sort_by(|one, other| one.name.cmp(&other.name));
        stages
    }

    /// The rows of a table in all periods; nothing if it is not there.
    pub(super) fn rows(&self, name: &str) -> Option<u64> {
        self.released.get(name).map(|table| table.rows)
    }

    /// The state of a table in the newest period.
    pub(super) fn standing(&self, name: &str) -> Standing {
        if !stored::published(self.plan).any(|published| published == name) {
            return Standing::Foreign;
        }
        let Some(table) = self.released.get(name) else { return Standing::Unpublished };
        let is_of_period =
            |folder: &str| period(folder).is_none_or(|of_folder| Some(of_folder) == self.period());
        let files = table.files.iter().filter(|file| {
            let below = file.path.below(name);
            below.is_some_and(|path| path.split('/').next().is_none_or(is_of_period))
        });
        match files.map(|file| file.rows).sum() {
            0_u64 => Standing::Empty,
            _ => Standing::Filled,
        }
    }
}

/// The period of a folder of a table.
fn period(folder: &str) -> Option<NaiveDate> {
    folder.strip_prefix(PERIOD_COLUMN)?.strip_prefix('=')?.parse().ok()
}
