//! Whether the files of a table have its partition columns too. Readers read all files of a table together, so they are
//! alike: a table of which some files stay keeps what these have.

use std::collections::BTreeSet;

use super::work::Work;
use crate::declare::PartitionColumns;
use crate::plan::Stage;
use crate::stored::period_folder;

impl Work<'_> {
    /// Whether the files of a stage's table are to have its partition columns.
    pub(super) fn in_files(&self, stage: &Stage) -> bool {
        if !stage.is_partitioned() {
            return false;
        }
        let built: BTreeSet<String> = self.request.periods.iter().map(period_folder).collect();
        let anew = !stage.per_period || self.request.consent.drop.contains(&stage.name);
        self.in_files_of(&stage.name, |slice| anew || built.contains(slice))
    }

    /// The same of a table of which the run replaces or removes some of the published folders.
    pub(super) fn in_files_of(&self, table: &str, goes: impl Fn(&String) -> bool) -> bool {
        match self.base.tables.get(table) {
            Some(before) if !before.slices.keys().all(goes) => before.in_files,
            _ => self.plan.partition_columns == PartitionColumns::Files,
        }
    }
}
