//! A project, analysed: what could be resolved of it, and everything that is wrong.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use chrono_tz::Tz;
use datafusion::error::Result as EngineResult;
use datafusion::prelude::SessionContext;

use super::model::Plan;
use super::pipeline_name;
use super::settings::{self, Settings};
use super::source::Lookup;
use super::stage::{self, Of, Resolved, Sessions};
use crate::declare::{self, Pipeline, TableFile};
use crate::diagnostic::{Diagnostic, Diagnostics, SourceFile};
use crate::project::Project;
use crate::source::SourcePlan;
use crate::transform::session;

/// What could be resolved of a project, and what is wrong with it.
#[derive(Debug)]
pub struct Analysis {
    /// The stages, sources and parameters that are known. A stage with a mistake is left out, and so
    /// are those that read it; where the pipeline's own file cannot be read, nothing is known.
    pub plan: Option<Plan>,
    /// All mistakes of all files, in the order of files and lines; empty if the plan can run.
    pub wrong: Diagnostics,
}

impl Analysis {
    /// The plan, if nothing is wrong.
    ///
    /// # Errors
    /// All that is wrong.
    pub fn into_result(self) -> Result<Plan, Diagnostics> {
        match self.plan {
            Some(plan) if self.wrong.is_empty() => Ok(plan),
            _ => Err(self.wrong),
        }
    }
}

/// Resolves as much of a project as can be.
pub async fn analyse(project: &Project, lookup: Lookup<'_>) -> Analysis {
    analyse_with(project, lookup, &[], session::for_planning).await
}

/// Resolves a project, or says everything that is wrong with it.
///
/// # Errors
/// All mistakes of all files, in the order of files and lines.
pub async fn plan(project: &Project, lookup: Lookup<'_>) -> Result<Plan, Diagnostics> {
    analyse(project, lookup).await.into_result()
}

/// The same with other values of parameters, as `name=value`. What no parameter can be is for the
/// request to refuse, and as if it were not given.
///
/// # Errors
/// As for [`plan()`].
pub async fn plan_with(
    project: &Project,
    lookup: Lookup<'_>,
    given: &[String],
) -> Result<Plan, Diagnostics> {
    analyse_with(project, lookup, given, session::for_planning).await.into_result()
}

/// Resolves the sources of a pipeline and looks at nothing else of the project.
///
/// # Errors
/// All mistakes of the pipeline's own values.
pub fn sources(
    pipeline: &Arc<SourceFile>,
    lookup: Lookup<'_>,
) -> Result<Vec<SourcePlan>, Diagnostics> {
    let mut wrong = Diagnostics::default();
    let declared = wrong.keep(declare::pipeline(pipeline));
    let sources =
        declared.map(|declared| settings::resolve(pipeline, &declared, lookup, &mut wrong).sources);
    wrong.into_result(sources.unwrap_or_default())
}

async fn analyse_with(
    project: &Project,
    lookup: Lookup<'_>,
    given: &[String],
    session: fn(Tz) -> EngineResult<SessionContext>,
) -> Analysis {
    let mut wrong = Diagnostics::default();
    let pipeline = wrong.keep(declare::pipeline(&project.pipeline));
    let tables = table_files(project, &mut wrong);
    let plan = match pipeline {
        None => None,
        Some(pipeline) => {
            pipeline_name::is_its_own(project, &pipeline.pipeline, &mut wrong);
            let mut settings = settings::resolve(&project.pipeline, &pipeline, lookup, &mut wrong);
            settings.params.iter_mut().for_each(|param| param.take(given));
            let found = stage::found(project, &pipeline, tables, &mut wrong);
            let drafts = stage::drafts(project, &pipeline, found, &mut wrong);
            let of = Of { project, pipeline: &pipeline, settings: &settings };
            let sessions = Sessions::made_by(session, settings.time_zone).map_err(no_session);
            let resolved = match wrong.keep(sessions) {
                Some(sessions) => stage::stages(of, &sessions, drafts, &mut wrong).await,
                None => Resolved::default(),
            };
            stage::refuse_own_output(of, &resolved.stages, &mut wrong);
            Some(assemble(project, &pipeline, settings, resolved))
        }
    };
    Analysis { plan, wrong: wrong.sorted() }
}

fn no_session(error: datafusion::error::DataFusionError) -> Diagnostic {
    let message = format!("queries cannot be planned here: {}", error.strip_backtrace());
    Diagnostic::nowhere("no-session", message)
}

/// Every table file of the project; a mistake in one does not hide those in the others.
fn table_files(project: &Project, wrong: &mut Diagnostics) -> BTreeMap<String, TableFile> {
    let yaml = project
        .files
        .iter()
        .filter(|(path, _)| Path::new(path).extension() == Some("yaml".as_ref()));
    yaml.filter_map(|(path, file)| Some((path.clone(), wrong.keep(declare::table(file))?)))
        .collect()
}

fn assemble(
    project: &Project,
    pipeline: &Pipeline,
    settings: Settings,
    resolved: Resolved,
) -> Plan {
    Plan {
        name: pipeline.pipeline.value.clone(),
        root: project.root.clone(),
        unit: pipeline.period,
        as_of: pipeline.as_of,
        time_zone: settings.time_zone,
        warehouse: settings.warehouse,
        older_as_of: pipeline.older_as_of,
        params: settings.params,
        sources: settings.sources,
        absent: resolved.absent,
        stages: resolved.stages,
        typed: resolved.typed,
        headlines: resolved.headlines,
    }
}
