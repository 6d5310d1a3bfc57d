//! From what was written to what will run: names resolved, order fixed, types known.
//!
//! Planning reads no data and touches no storage, so `check`, `plan`, `run` and the tests all go
//! through it. Its output is a value: printing a [`Plan`] is `patronage plan`, folding over it is
//! `patronage run`.

mod check;
mod contract;
mod counts;
mod depth;
mod exclude;
mod expansion;
mod field;
mod graph;
mod hidden;
mod history;
mod inner_name;
mod left_out;
mod locate;
mod margins;
mod named_cast;
mod named_window;
mod own_output;
mod param;
mod passed_over;
mod period;
mod pipeline_name;
mod precedence;
mod problem;
mod published_name;
mod quarantine;
mod query;
mod raw;
mod raw_column;
mod readable;
mod select;
mod settings;
mod source;
mod typing;
mod versions;
mod wording;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use chrono_tz::Tz;
use datafusion::arrow::datatypes::{DataType, Field, Schema, SchemaRef};

use crate::declare::{self, AsOf, OlderAsOf, PeriodUnit, Pipeline, TableFile};
use crate::diagnostic::{Diagnostics, SourceFile};
use crate::project::Project;

pub use self::check::CheckPlan;
pub use self::counts::{SOURCE_COUNTS, SOURCE_REASONS, counts, reads_counts};
pub use self::exclude::Exclude;
pub use self::field::{EpochUnit, Notation, Rules, SourceField, arrow_type, instants, shown_type};
pub use self::history::{HistoryPlan, IS_CURRENT, VALID_FROM, VALID_TO};
pub use self::margins::Margins;
pub(crate) use self::param::built_in;
pub use self::param::{AS_OF, Bindings, PERIOD_END, PERIOD_START, ParamPlan};
pub use self::period::{Period, periods};
pub(crate) use self::problem::plain;
pub use self::quarantine::{
    PIPELINE_COLUMN, QUARANTINE, QUARANTINE_DESCRIPTION, QUARANTINE_ORDER, QUARANTINE_PARTITIONS,
    SOURCE_COLUMN, quarantine_columns, quarantine_reader_columns,
};
pub use self::query::{Origin, Query};
pub use self::source::{
    Deletion, Dialect, FILE_COLUMN, LINE_COLUMN, SourcePlan, Timeliness, Versions,
};
pub use self::versions::versions;

/// The partition column of tables that vary by period: the period's first day.
pub const PERIOD_COLUMN: &str = "period";

/// What a run will do, in order.
#[derive(Debug)]
pub struct Plan {
    /// The pipeline's name.
    pub name: String,
    /// The folder that relative locations start from.
    pub root: PathBuf,
    /// The grain of snapshot tables.
    pub unit: PeriodUnit,
    /// What a run uses whole.
    pub as_of: AsOf,
    /// The zone of every timestamp.
    pub time_zone: Tz,
    /// The folder or URL to publish under.
    pub warehouse: String,
    /// What a run does whose as-of is older than what is published.
    pub older_as_of: OlderAsOf,
    /// The parameters the SQL may name.
    pub params: Vec<ParamPlan>,
    /// The raw tables that some stage reads.
    pub sources: Vec<SourcePlan>,
    /// Canonical tables that no stage provides: empty, but typed.
    pub absent: Vec<Absent>,
    /// The stages, each after the ones it reads; those that vary by period come last.
    pub stages: Vec<Stage>,
    /// The numbers to show at the end.
    pub headlines: Vec<Headline>,
}

/// A canonical table that this pipeline has no data for.
#[derive(Debug, Clone)]
pub struct Absent {
    /// Its name.
    pub name: String,
    /// Its declared columns.
    pub schema: SchemaRef,
}

/// One query and what becomes of its rows.
#[derive(Debug, Clone)]
pub struct Stage {
    /// The table it makes.
    pub name: String,
    /// The file with its SQL, relative to the project.
    pub path: String,
    /// The query.
    pub query: Query,
    /// How its rows become versions, if the table keeps history.
    pub history: Option<HistoryPlan>,
    /// The tables it reads.
    pub inputs: Vec<String>,
    /// Whether its rows depend on the period.
    pub per_period: bool,
    /// Whether its rows are written to files, rather than folded into the one query that reads it.
    pub materialised: bool,
    /// What the table says.
    pub description: Option<String>,
    /// The columns, in order, without `period`.
    pub columns: Vec<ColumnPlan>,
    /// The columns that tell rows apart.
    pub key: Vec<String>,
    /// How the table is published, if it is.
    pub publish: Option<Layout>,
    /// What must hold before anything is published.
    pub checks: Vec<CheckPlan>,
}

/// A column as readers get it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ColumnPlan {
    /// Its name.
    pub name: String,
    /// Its type.
    pub data_type: DataType,
    /// Its type within a run, where that is another: moments are instants there.
    pub within: Option<DataType>,
    /// What a value says.
    pub description: Option<String>,
    /// The unit of a number.
    pub unit: Option<String>,
}

impl ColumnPlan {
    /// A column that nothing is said of.
    pub fn new(name: &str, data_type: DataType) -> Self {
        Self { name: name.to_owned(), data_type, within: None, description: None, unit: None }
    }

    /// Whether readers see less than there is: what clocks showed when they showed some times twice.
    fn shows_less(&self) -> bool {
        let zone = match (&self.within, &self.data_type) {
            (Some(DataType::Timestamp(_, zone)), DataType::Timestamp(_, None)) => zone.as_deref(),
            _ => None,
        };
        zone.is_some_and(|zone| zone != Tz::UTC.name())
    }
}

/// Columns in their types within a run.
pub fn within(columns: &[ColumnPlan]) -> Vec<ColumnPlan> {
    let inner = |column: &ColumnPlan| ColumnPlan {
        data_type: column.within.clone().unwrap_or_else(|| column.data_type.clone()),
        within: None,
        ..column.clone()
    };
    columns.iter().map(inner).collect()
}

/// How the files of a published table are laid out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Layout {
    /// The columns whose values are folders, `period` among them.
    pub partition_by: Vec<String>,
    /// A total order of the rows within a file.
    pub sort_by: Vec<String>,
}

/// A number to show at the end of a run.
#[derive(Debug, Clone)]
pub struct Headline {
    /// What it is.
    pub title: String,
    /// The query that gives it.
    pub query: Query,
}

impl Stage {
    /// The rows as later stages see them, contract applied; no `period`.
    pub fn schema(&self) -> SchemaRef {
        schema(&within(&self.columns))
    }

    /// Whether its readers see less than later stages have to: then its rows are kept apart.
    pub fn shows_less(&self) -> bool {
        self.publish.is_some() && self.columns.iter().any(ColumnPlan::shows_less)
    }

    /// The columns in the types in which the rows of the query are written.
    pub fn stored_columns(&self) -> Vec<ColumnPlan> {
        match self.publish {
            Some(_) if !self.shows_less() => self.columns.clone(),
            _ => within(&self.columns),
        }
    }

    /// The columns as readers see them: `period` first, where the table varies by it.
    pub fn reader_columns(&self) -> Vec<ColumnPlan> {
        reader_columns(self.per_period, &self.columns)
    }

    /// The columns as checks and headlines see them.
    pub fn checked_columns(&self) -> Vec<ColumnPlan> {
        reader_columns(self.per_period, &within(&self.columns))
    }
}

/// Columns behind `period`, where a table varies by it.
pub(crate) fn reader_columns(per_period: bool, columns: &[ColumnPlan]) -> Vec<ColumnPlan> {
    let period = per_period.then(|| ColumnPlan {
        description: Some("The first day of the period.".into()),
        ..ColumnPlan::new(PERIOD_COLUMN, DataType::Date32)
    });
    period.into_iter().chain(columns.iter().cloned()).collect()
}

/// A schema of these columns, all of which may be NULL.
pub fn schema(columns: &[ColumnPlan]) -> SchemaRef {
    let fields =
        columns.iter().map(|column| Field::new(&column.name, column.data_type.clone(), true));
    Schema::new(fields.collect::<Vec<_>>()).into()
}

/// Resolves a project, or says everything that is wrong with it.
///
/// # Errors
/// All mistakes of all files, in the order of files and lines.
pub async fn plan(
    project: &Project,
    lookup: &(dyn Fn(&str) -> Option<String> + Sync),
) -> Result<Plan, Diagnostics> {
    plan_with(project, lookup, &[]).await
}

/// The same with other values of parameters, as `name=value`. What no parameter can be is for the
/// request to refuse, and as if it were not given.
///
/// # Errors
/// As for [`plan()`].
pub async fn plan_with(
    project: &Project,
    lookup: &(dyn Fn(&str) -> Option<String> + Sync),
    given: &[String],
) -> Result<Plan, Diagnostics> {
    let mut wrong = Diagnostics::default();
    let pipeline = wrong.keep(declare::pipeline(&project.pipeline));
    let tables = table_files(project, &mut wrong);
    let Some(pipeline) = pipeline else { return Err(wrong.sorted()) };
    pipeline_name::is_its_own(project, &pipeline.pipeline, &mut wrong);
    let mut settings = settings::resolve(&project.pipeline, &pipeline, lookup, &mut wrong);
    settings.params.iter_mut().for_each(|param| param.take(given));
    let found = select::found(project, &pipeline, tables, &mut wrong);
    let drafts = graph::drafts(project, &pipeline, found, &mut wrong);
    let typed = typing::stages(project, &pipeline, &settings, drafts, &mut wrong).await;
    own_output::refuse(project, &pipeline, &settings, &typed.stages, &mut wrong);
    wrong.into_result(())?;
    Ok(assemble(project, &pipeline, settings, typed))
}

/// Resolves the sources of a pipeline and looks at nothing else of the project.
///
/// # Errors
/// All mistakes of the pipeline's own values.
pub fn sources(
    pipeline: &Arc<SourceFile>,
    lookup: &(dyn Fn(&str) -> Option<String> + Sync),
) -> Result<Vec<SourcePlan>, Diagnostics> {
    let mut wrong = Diagnostics::default();
    let declared = wrong.keep(declare::pipeline(pipeline));
    let sources =
        declared.map(|declared| settings::resolve(pipeline, &declared, lookup, &mut wrong).sources);
    wrong.into_result(sources.unwrap_or_default())
}

/// Every table file of the project; a mistake in one does not hide those in the others.
fn table_files(
    project: &Project,
    wrong: &mut Diagnostics,
) -> std::collections::BTreeMap<String, TableFile> {
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
    settings: settings::Settings,
    typed: typing::Typed,
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
        absent: typed.absent,
        stages: typed.stages,
        headlines: typed.headlines,
    }
}
