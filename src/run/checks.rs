//! The checks of a run: each runs as soon as the tables it reads are built, and nothing is built
//! on a table that failed one.

use std::collections::BTreeSet;
use std::time::Instant;

use datafusion::error::DataFusionError;

use super::Failure;
use super::work::Work;
use crate::check;
use crate::declare::{Rejects, Severity};
use crate::plan::{CheckPlan, Stage};
use crate::publish::{BrokenCheck, Evidence};
use crate::record::{CheckResult, CheckStatus, Event, seconds_since};
use crate::transform::{BuildError, FilesTable};

/// The checks of a run so far.
pub(super) struct Checks<'a> {
    /// The tables that can be queried.
    ready: BTreeSet<String>,
    /// The checks that have run, as table and check.
    made: BTreeSet<(&'a str, usize)>,
    evidence: Evidence,
    failed: Vec<CheckResult>,
    /// The tables that failed a check.
    unsound: BTreeSet<String>,
    /// The stages that read one of them, or one of these.
    withheld: Vec<String>,
}

impl<'a> Checks<'a> {
    /// None is made yet.
    pub(super) fn new(work: &Work<'_>) -> Self {
        let (run, pipeline) = (work.request.run.clone(), work.plan.name.clone());
        Self {
            ready: BTreeSet::new(),
            made: BTreeSet::new(),
            evidence: Evidence { run, pipeline, checks: Vec::new() },
            failed: Vec::new(),
            unsound: BTreeSet::new(),
            withheld: Vec::new(),
        }
    }

    /// Whether a stage reads a table that failed a check; it is then not built.
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

    /// Runs every check that waited only for a table.
    pub(super) async fn table_is_ready(
        &mut self,
        table: &str,
        work: &Work<'a>,
    ) -> Result<(), Failure> {
        self.ready.insert(table.to_owned());
        for stage in &work.plan.stages {
            for (at, check) in stage.checks.iter().enumerate() {
                let mut tables = std::iter::once(&stage.name).chain(&check.reads);
                let can_be_made = tables.all(|table| self.ready.contains(table));
                if can_be_made && self.made.insert((&stage.name, at)) {
                    let result = self.make(work, stage, check).await?;
                    work.tell(Event::CheckFinished(result));
                }
            }
        }
        Ok(())
    }

    async fn make(
        &mut self,
        work: &Work<'_>,
        stage: &Stage,
        check: &CheckPlan,
    ) -> Result<CheckResult, Failure> {
        let started = Instant::now();
        let known = self.evidence.checks.len();
        let held = work.held_beside(stage, check)?;
        let as_published = held.iter().map(|(stage, _)| stage.name.clone()).collect();
        let examples = self.ask(work, (stage, check), held).await.map_err(|error| {
            let place = Some(check.place_of_failure(&error));
            let stage = format!("{} ({})", stage.name, check.name);
            Failure::from(BuildError { stage, place, error })
        })?;
        let broken = self.evidence.checks.get(known);
        if broken.is_some() {
            work.warehouse.note_evidence(&self.evidence).await?;
        }
        let result = CheckResult {
            table: stage.name.clone(),
            check: check.name.clone(),
            status: status(broken),
            failed_rows: broken.map_or(0, |broken| broken.rows),
            allowed: allowed(check),
            examples,
            as_published,
            seconds: seconds_since(started),
        };
        if result.status == CheckStatus::Failed {
            self.unsound.insert(stage.name.clone());
            self.failed.push(result.clone());
        }
        Ok(result)
    }

    /// Finds the rows that break a check. Meanwhile the tables that the release keeps as published
    /// replace the built ones of the same names.
    async fn ask(
        &mut self,
        work: &Work<'_>,
        about: (&Stage, &CheckPlan),
        held: Vec<(&Stage, FilesTable)>,
    ) -> Result<Vec<String>, DataFusionError> {
        let build = &work.build;
        let mut built = Vec::new();
        for (stage, table) in held {
            built.push((stage.name.as_str(), build.known(&stage.name).await?));
            build.register_published(stage, table)?;
        }
        let bindings = work.request.bindings(None);
        let found = check::make(build, work.warehouse, about, &bindings, &mut self.evidence).await;
        for (name, table) in built {
            build.register(name, table)?;
        }
        found
    }

    /// Whether every required check passed.
    pub(super) fn verdict(self) -> Result<(), Failure> {
        match self.failed.is_empty() {
            true => Ok(()),
            false => Err(Failure::Checks { failed: self.failed, not_built: self.withheld }),
        }
    }
}

fn status(broken: Option<&BrokenCheck>) -> CheckStatus {
    match broken {
        Some(broken) if broken.failed => match broken.severity {
            Severity::Error => CheckStatus::Failed,
            Severity::Warn => CheckStatus::Warned,
        },
        _ => CheckStatus::Passed,
    }
}

/// The tolerance of a check, as written, if it has one.
fn allowed(check: &CheckPlan) -> Option<String> {
    let strict = check.max_failed_rows == Rejects::default();
    (!strict).then(|| check.max_failed_rows.to_string())
}
