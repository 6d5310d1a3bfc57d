//! The checks of a run: each is made as soon as the tables it reads are there, and nothing is built
//! on a table that failed one.

use std::collections::BTreeSet;
use std::time::Instant;

use datafusion::error::DataFusionError;

use super::held::Held;
use super::results::{CheckResult, CheckStatus, RunResults};
use super::{Events, Failure, Request, seconds_since};
use crate::check::{self, FailedCheck};
use crate::declare::{Rejects, Severity};
use crate::plan::{CheckPlan, Plan, Stage};
use crate::publish::Evidence;
use crate::report::Event;
use crate::transform::{Build, BuildError, FilesTable};

/// The checks of a run as far as they are made.
pub(super) struct Checks<'a> {
    plan: &'a Plan,
    request: &'a Request,
    held: Held<'a>,
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
    pub(super) fn new(plan: &'a Plan, request: &'a Request, held: Held<'a>) -> Self {
        let evidence =
            Evidence { run: request.run.clone(), pipeline: plan.name.clone(), checks: Vec::new() };
        Self {
            plan,
            request,
            held,
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
        let known = self.evidence.checks.len();
        let held = self.held.beside(self.plan, self.request, stage, check)?;
        let as_published = held.iter().map(|(stage, _)| stage.name.clone()).collect();
        let examples = self.asked(build, stage, check, held).await.map_err(|source| {
            let place = Some(check.query.place_of_failure(&source));
            let stage = format!("{} ({})", stage.name, check.name);
            Failure::from(BuildError { stage, place, source })
        })?;
        let broken = self.evidence.checks.get(known);
        if broken.is_some() {
            self.held.warehouse.note_evidence(&self.evidence).await?;
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
            as_published,
            seconds: seconds_since(started),
        };
        if result.status == CheckStatus::Failed {
            self.unsound.insert(stage.name.clone());
            self.failed.push(result.failure());
        }
        Ok(result)
    }

    /// Asks what breaks a check. Meanwhile the tables that the release holds as they are published stand
    /// in for those of the same names that were built.
    async fn asked(
        &mut self,
        build: &Build,
        stage: &Stage,
        check: &CheckPlan,
        held: Vec<(&Stage, FilesTable)>,
    ) -> Result<Vec<String>, DataFusionError> {
        let mut built = Vec::new();
        for (stage, table) in held {
            built.push((stage.name.as_str(), build.known(&stage.name).await?));
            build.register_published(stage, table)?;
        }
        let bindings = self.request.bindings(None);
        let (warehouse, about) = (self.held.warehouse, (stage, check));
        let found = check::make(build, warehouse, about, &bindings, &mut self.evidence).await;
        for (name, table) in built {
            build.register(name, table)?;
        }
        found
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
