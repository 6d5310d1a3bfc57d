//! Tables as the release will hold them although the run does not publish them: kept ones that are
//! newer than its as-of, and those that were not selected.
//!
//! Stages read what the run has built, so that its rows are of one as-of. A check that spans tables says
//! what readers will find, and so it has to see what they will find.

use std::iter::once;

use super::{Request, stored};
use crate::plan::{CheckPlan, Plan, Stage};
use crate::publish::{PublishError, Release, Warehouse};
use crate::transform::FilesTable;

/// What is published where.
#[derive(Clone, Copy)]
pub(super) struct Held<'a> {
    pub(super) warehouse: &'a Warehouse,
    pub(super) base: &'a Release,
}

impl Held<'_> {
    /// The tables of a check that stay as they are beside others of it that are published. Of one that
    /// varies by period, these are the run's periods.
    pub(super) fn beside<'a>(
        self,
        plan: &'a Plan,
        request: &Request,
        stage: &Stage,
        check: &CheckPlan,
    ) -> Result<Vec<(&'a Stage, FilesTable)>, PublishError> {
        let named =
            |table: &Stage| once(&stage.name).chain(&check.reads).any(|it| *it == table.name);
        let (published, stay): (Vec<&Stage>, Vec<&Stage>) =
            plan.stages.iter().filter(|it| named(it)).partition(|it| request.publishes(it));
        if published.is_empty() {
            return Ok(Vec::new());
        }
        let held = stay.into_iter().filter_map(|stage| {
            let found =
                stored::held(plan, self.warehouse, self.base, &stage.name, &request.periods);
            found.transpose().map(|found| found.map(|table| (stage, table)))
        });
        held.collect()
    }
}
