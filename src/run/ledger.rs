//! The ledger of what a run has built: one entry per stage. What is staged for publication and what
//! checks and headlines see are derived from it.

use std::collections::BTreeSet;

use super::work::Work;
use super::{Failure, Request};
use crate::plan::{PERIOD_COLUMN, Period, Stage};
use crate::publish::{Encoding, Kind, Layout, Staged, StagedFile, StagedTable, Target};
use crate::record::instant_text;
use crate::stored::period_folder;
use crate::transform::{Build, description, partition_columns};

/// Everything built so far, in the order in which it was begun.
#[derive(Default)]
pub(super) struct Ledger<'a>(Vec<Entry<'a>>);

/// A stage so far.
struct Entry<'a> {
    stage: &'a Stage,
    /// The target of the rows that later stages read, of some period.
    target: Target,
    /// Those rows; `None` if they were removed.
    files: Option<Vec<StagedFile>>,
    /// The rows as readers are to see them.
    shown: Vec<StagedFile>,
    /// The folders of its periods.
    slices: Vec<String>,
}

/// A stage as it was written for a period: for later stages, and for readers.
pub(super) struct Written {
    pub(super) target: Target,
    pub(super) files: Vec<StagedFile>,
    pub(super) shown: Vec<StagedFile>,
}

impl<'a> Ledger<'a> {
    /// Notes what was written.
    pub(super) fn note(&mut self, stage: &'a Stage, period: Option<&Period>, written: Written) {
        let Written { target, files, shown } = written;
        let at = self.0.iter().position(|entry| entry.stage.name == stage.name);
        let at = at.unwrap_or_else(|| {
            let (shown, slices) = (Vec::new(), Vec::new());
            self.0.push(Entry { stage, target, files: Some(Vec::new()), shown, slices });
            self.0.len() - 1
        });
        let entry = &mut self.0[at];
        entry.files.get_or_insert_default().extend(files);
        entry.shown.extend(shown);
        entry.slices.extend(period.map(period_folder));
    }

    /// Removes rows that no later period reads and that are not `asked` for; a long backfill needs
    /// the space.
    pub(super) async fn forget(&mut self, work: &Work<'_>, asked: &BTreeSet<String>) {
        for entry in &mut self.0 {
            let Entry { stage, target, files, .. } = entry;
            let staged = work.request.publishes(stage) && !stage.shows_less();
            let stays = !stage.per_period || staged || asked.contains(&stage.name);
            if let Some(written) = files.as_deref().filter(|_| !stays)
                && work.removes(target, written).await
            {
                *files = None;
            }
        }
    }

    /// Lets checks and headlines see each complete table, with its partition columns.
    pub(super) fn show(&self, build: &Build<'_>) -> Result<(), Failure> {
        for Entry { stage, target, files, .. } in &self.0 {
            let Some(files) = files else { continue };
            let shown = build.register_whole(stage, target, files.clone());
            shown.map_err(|error| Failure::engine(&stage.name, error))?;
        }
        Ok(())
    }

    /// What is staged for publication.
    pub(super) fn staged(self, work: &Work<'_>) -> Staged {
        let published = self.0.into_iter().filter(|entry| work.request.publishes(entry.stage));
        let tables = published.map(|Entry { stage, shown, slices, .. }| {
            let slices = stage.per_period.then_some(slices);
            let kind = Kind::Files;
            let (files, in_files) = (shown, work.in_files(stage));
            let table = StagedTable { files, slices, in_files, ..StagedTable::of(kind) };
            (stage.name.clone(), table)
        });
        Staged { tables: tables.collect(), ..nothing(work) }
    }
}

/// A run without a staged table.
pub(super) fn nothing(work: &Work<'_>) -> Staged {
    let Request { run, as_of, consent, .. } = work.request;
    Staged {
        run: run.clone(),
        pipeline: work.plan.name.clone(),
        as_of: instant_text(as_of.to_utc()),
        time_zone: work.plan.time_zone.name().to_owned(),
        dropped: consent.drop.clone(),
        taken_over: consent.take_over.clone(),
        ..Staged::default()
    }
}

impl Work<'_> {
    /// Where a stage's rows go: staged in the warehouse, or to the scratch folder if readers are not
    /// to see them, or not `within` the run's own types.
    pub(super) fn target(
        &self,
        stage: &Stage,
        period: Option<&Period>,
        within: bool,
    ) -> Result<Target, Failure> {
        let fixed = period.map(|period| (PERIOD_COLUMN.to_owned(), period.first_day.to_string()));
        let scratch = within || !self.request.publishes(stage);
        let published = stage.publish.as_ref().filter(|_| !within);
        let layout = Layout {
            fixed: fixed.into_iter().collect(),
            in_files: !scratch && self.in_files(stage),
            partition_by: if within { Vec::new() } else { partition_columns(stage) },
            sort_by: published.map(|layout| layout.sort_by.clone()).unwrap_or_default(),
        };
        if scratch {
            return Ok(Target { layout, ..self.scratch(&[&stage.name]) });
        }
        let folder = format!("{}/{}", nothing(self).folder(), stage.name);
        let encoding =
            Encoding::Kept { description: Some(description(stage, &self.request.params)) };
        Ok(Target { folder: self.warehouse.folder(&folder)?, layout, encoding })
    }
}
