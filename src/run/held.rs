//! Tables of the release that the run does not publish: kept ones that are
//! newer than its as-of, and those that were not selected.
//!
//! Stages read what the run has built, so that its rows are of one as-of. A check
//! that spans tables must see what readers will see.

use std::iter::once;

use super::work::Work;
use crate::plan::{CheckPlan, Stage};
use crate::publish::PublishError;
use crate::stored;
use crate::transform::FilesTable;

impl<'a> Work<'a> {
    /// The tables of a check that stay as they are while others of it are published. For one that
    /// varies by period, these are the run's periods.
    pub(super) fn held_beside(
        &self,
        stage: &Stage,
        check: &CheckPlan,
    ) -> Result<Vec<(&'a Stage, FilesTable)>, PublishError> {
        let named =
            |table: &Stage| once(&stage.name).chain(&check.reads).any(|it| *it == table.name);
        let (published, stay): (Vec<&Stage>, Vec<&Stage>) = self
            .plan
            .stages
            .iter()
            .filter(|it| named(it))
            .partition(|it| self.request.publishes(it));
        if published.is_empty() {
            return Ok(Vec::new());
        }
        let held = stay.into_iter().filter_map(|stage| {
            let (warehouse, base) = (self.warehouse, self.base);
            let periods = &self.request.periods;
            let found = stored::held(self.plan, warehouse, base, &stage.name, periods);
            found.transpose().map(|found| found.map(|table| (stage, table)))
        });
        held.collect()
    }
}
