//! The checks of a run: each is made as soon as the tables it reads are there, and nothing is built
//! on a table that failed one.

use std::collections::BTreeSet;
use std::time::Instant;

use super::results::{CheckResult, CheckStatus, RunResults};
use super::{Events, Failure, Request, seconds_since};
use crate::check::{self, FailedCheck};
use crate::declare::{Rejects, Severity};
use crate::plan::{CheckPlan, Plan, Stage};
use crate::publish::{Evidence, Warehouse};
use crate::report::Event;
use crate::transform::{Build, BuildError};

/// The checks of a run as far as they are made.
pub(super) struct Checks<'a> {
    plan: &'a Plan,
    request: &'a Request,
    warehouse: &'a Warehouse,
    /// The tables that can be looked at.
    ready: BTreeSet<String>,
    /// The checks that are made, as table and check.
    made: BTreeSet<(String, usize)>,
    evidence: Evidence,
    failed: Vec<FailedCheck>,
    /// The tables that failed a check.
    unsound: BTreeSet<String>,
    /// The stages that read one of them, or one of these.
    withheld: Vec<String>,
}

impl<'a> Checks<'a> {
    /// None is made yet.
    pub(super) fn new(plan: &'a Plan, request: &'a Request, warehouse: &'a Warehouse) -> Self {
        let evidence =
            Evidence { run: request.run.clone(), pipeline: plan.name.clone(), checks: Vec::new() };
        Self {
            plan,
            request,
            warehouse,
            ready: BTreeSet::new(),
            made: BTreeSet::new(),
            evidence,
            failed: Vec::new(),
            unsound: BTreeSet::new(),
            withheld: Vec::new(),
        }
    }

    /// Whether a stage reads what failed a check; it is then not to be built.
    pub(super) fn withholds(&mut self, stage: &Stage) -> bool {
        let reads = |name: &String| self.unsound.contains(name) || self.withheld.contains(name);
        let withheld = stage.inputs.iter().any(reads);
        if withheld && !self.withheld.contains(&stage.name) {
            self.withheld.push(stage.name.clone());
        }
        withheld
    }

    /// Whether every stage so far was built.
    pub(super) fn withhold_nothing(&self) -> bool {
        self.withheld.is_empty()
    }

    /// Makes every check that only waited for a table.
    pub(super) async fn table_is_ready(
        &mut self,
        table: &str,
        build: &Build,
        events: Events<'_>,
        results: &mut RunResults,
    ) -> Result<(), Failure> {
        self.ready.insert(table.to_owned());
        let plan = self.plan;
        for stage in &plan.stages {
            if !self.ready.contains(&stage.name) {
                continue;
            }
            for (at, check) in stage.checks.iter().enumerate() {
                let can_be_made = check.reads.iter().all(|table| self.ready.contains(table));
                if can_be_made && self.made.insert((stage.name.clone(), at)) {
                    let result = self.make(build, stage, check).await?;
                    events(Event::CheckFinished(result.clone()));
                    results.checks.push(result);
                }
            }
        }
        Ok(())
    }

    async fn make(
        &mut self,
        build: &Build,
        stage: &Stage,
        check: &CheckPlan,
    ) -> Result<CheckResult, Failure> {
        let started = Instant::now();
        let bindings = self.request.bindings(None);
        let known = self.evidence.checks.len();
        let about = (stage, check);
        let examples = check::make(build, self.warehouse, about, &bindings, &mut self.evidence);
        let examples = examples.await.map_err(|source| {
            let place = Some(check.query.origin.start());
            let stage = format!("{} ({})", stage.name, check.name);
            Failure::from(BuildError { stage, place, source })
        })?;
        let broken = self.evidence.checks.get(known);
        if broken.is_some() {
            self.warehouse.note_evidence(&self.evidence).await?;
        }
        let result = CheckResult {
            table: stage.name.clone(),
            check: check.name.clone(),
            status: match broken {
                Some(broken) if broken.failed => match broken.severity {
                    Severity::Error => CheckStatus::Failed,
                    Severity::Warn => CheckStatus::Warned,
                },
                _ => CheckStatus::Passed,
            },
            failed_rows: broken.map_or(0, |broken| broken.rows),
            allowed: allowed(check),
            examples,
            seconds: seconds_since(started),
        };
        if result.status == CheckStatus::Failed {
            self.unsound.insert(stage.name.clone());
            self.failed.push(result.failure());
        }
        Ok(result)
    }

    /// Whether everything held that has to.
    pub(super) fn verdict(self) -> Result<(), Failure> {
        match self.failed.is_empty() {
            true => Ok(()),
            false => Err(Failure::Checks { failed: self.failed, not_built: self.withheld }),
        }
    }
}

/// What a check allows, as written, if it allows any row to break it.
fn allowed(check: &CheckPlan) -> Option<String> {
    let strict = check.max_failed_rows == Rejects::default();
    (!strict).then(|| check.max_failed_rows.to_string())
}
