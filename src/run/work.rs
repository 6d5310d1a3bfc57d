//! The context of every step of a run.

use std::future::Future;
use std::path::Path;
use std::time::Instant;

use futures::{StreamExt as _, TryStreamExt as _, stream};

use super::{Failure, Request};
use crate::plan::{Period, Plan, Stage};
use crate::publish::{Folder, Release, StagedFile, Target, Warehouse};
use crate::record::{Event, Events, StageResult, Trouble};
use crate::session::{Resources, runtime_in};
use crate::store::{self, Location};
use crate::transform::{Build, BuildError};

/// The run: the request, the inventory, and where rows and events go.
pub(super) struct Work<'a> {
    pub(super) plan: &'a Plan,
    pub(super) request: &'a Request,
    pub(super) warehouse: &'a Warehouse,
    /// The release to build on.
    pub(super) base: &'a Release,
    pub(super) build: Build<'a>,
    scratch: Location,
    events: Events<'a>,
}

impl<'a> Work<'a> {
    /// A context in the folder `scratch`, with nothing built yet.
    pub(super) fn open(
        (plan, request): (&'a Plan, &'a Request),
        (warehouse, base): (&'a Warehouse, &'a Release),
        scratch: &Path,
        events: Events<'a>,
    ) -> Result<Self, Failure> {
        let resources = Resources {
            memory: request.memory,
            partitions: request.partitions,
            hash_join: true,
            zone: request.as_of.timezone(),
        };
        let runtime = runtime_in(request.memory, scratch);
        let runtime = runtime.map_err(|error| Failure::engine("session", error))?;
        let scratch = store::open(&scratch.to_string_lossy(), scratch)?;
        let again = |name: &str| events(Event::Trouble(Trouble::OutOfMemory(name.to_owned())));
        let build = Build::new(resources, runtime, Box::new(again));
        build.register_store(&warehouse.location);
        build.register_store(&scratch);
        Ok(Self { plan, request, warehouse, base, build, scratch, events })
    }

    /// The stages to build, in order.
    pub(super) fn stages(&self) -> impl Iterator<Item = &'a Stage> + use<'a> {
        let request = self.request;
        self.plan.stages.iter().filter(|stage| request.needed.contains(&stage.name))
    }

    /// A folder of rows that only this run needs.
    pub(super) fn scratch(&self, folders: &[&str]) -> Target {
        let scratch = Folder::of(&self.scratch);
        Target::scratch(folders.iter().fold(scratch, |folder, name| folder.join(name)))
    }

    /// The folder of spooled rejected rows. No table has this name.
    pub(super) fn spool(&self) -> Location {
        let path = self.scratch.path.clone().join("#rejected");
        Location { path, local: None, ..self.scratch.clone() }
    }

    /// Removes files of the scratch folder; says whether it could.
    pub(super) async fn removes(&self, target: &Target, files: &[StagedFile]) -> bool {
        let paths: Result<Vec<_>, _> =
            files.iter().map(|file| target.folder.file(&file.path)).collect();
        let Ok(paths) = paths else { return false };
        let removed = self.scratch.store.delete_stream(stream::iter(paths).map(Ok).boxed());
        removed.try_collect::<Vec<_>>().await.is_ok()
    }

    pub(super) fn tell(&self, event: Event) {
        (self.events)(event);
    }

    /// Builds a table, with events when it begins and ends, of which `files` then exist.
    pub(super) async fn build<T>(
        &self,
        table: &str,
        period: Option<&Period>,
        work: impl Future<Output = Result<T, Failure>>,
        files: fn(&T) -> &[StagedFile],
    ) -> Result<T, Failure> {
        let period = period.map(|period| period.first_day.to_string());
        self.tell(Event::StageStarted { stage: table.to_owned(), period: period.clone() });
        let started = Instant::now();
        let built = work.await?;
        self.tell(Event::StageFinished(StageResult::new(table, period, files(&built), started)));
        Ok(built)
    }
}

impl Failure {
    /// What the engine says of a table.
    pub(super) fn engine(table: &str, error: datafusion::error::DataFusionError) -> Self {
        BuildError { stage: table.to_owned(), place: None, error }.into()
    }
}
