//! A request for a run: as-of, periods, tables, parameters and resources.

mod as_of;
mod control_group;
mod machine;
mod selector;
mod unit_test;

use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDate};
use chrono_tz::Tz;

use self::as_of::is_told;
pub use self::as_of::{Within, as_of};
pub use self::machine::{bytes, default_memory, default_partitions, name};
use self::selector::{Meant, Selectors};
pub use self::unit_test::unit_tests;
use crate::diagnostic::nearest_or_all;
use crate::failure::{Failing, FailureKind};
use crate::plan::{
    self, Bindings, HistoryPlan, ParamPlan, Period, Plan, QUARANTINE, SOURCE_COUNTS,
    SOURCE_REASONS, Stage, periods, reads_counts,
};
use crate::publish::Consent;
use crate::zone::{first_instant, written};

/// How many periods one run builds: the days of 27 years.
const MOST_PERIODS: usize = 10_000;

/// A checked request.
#[derive(Debug, Clone)]
pub struct Request {
    /// The run's name; names of later runs sort behind it.
    pub run: String,
    /// The exclusive end of what the run may use: an instant, on the pipeline's clock.
    pub as_of: DateTime<Tz>,
    /// The periods to build, oldest first.
    pub periods: Vec<Period>,
    /// The tables to publish.
    pub tables: BTreeSet<String>,
    /// The stages to build for them.
    pub needed: BTreeSet<String>,
    /// Permitted changes to published tables.
    pub consent: Consent,
    /// The declared parameters with their values.
    pub params: Vec<ParamPlan>,
    /// Bytes of memory that queries may use.
    pub memory: usize,
    /// Partitions to work on at once.
    pub partitions: usize,
}

/// A request that makes no sense.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RequestError {
    /// As-of cannot be read.
    #[error("`{0}` is neither a date nor a timestamp: write 2026-11-01 or 2026-11-01T06:00:00")]
    AsOf(String),
    /// A day outside the range that a run supports.
    #[error("`{option} {text}` is beyond the years 2 to 9999")]
    Years {
        /// Where it was written.
        option: &'static str,
        /// The day or moment.
        text: String,
    },
    /// As-of lies within a day or a period.
    #[error(
        "`--as-of {text}` is {wall} in {zone}, within a {unit}: `--as-of {begins}` uses what was \
         before it, `--as-of {next}` all of it once it is over; `--snap-as-of` takes the former, \
         `--exact-as-of` cuts the {unit} at this instant"
    )]
    WithinAsOf {
        /// As-of as it was written.
        text: String,
        /// Its wall time in the pipeline's zone.
        wall: String,
        /// The pipeline's zone.
        zone: Tz,
        /// What it lies within.
        unit: &'static str,
        /// The first day of that.
        begins: NaiveDate,
        /// The first day of the next one.
        next: NaiveDate,
    },
    /// A parameter is unknown, has no value or one of the wrong type.
    #[error("{0}")]
    Param(String),
    /// A selector cannot be read.
    #[error("`{0}` is not a usable pattern: {1}")]
    Pattern(String, String),
    /// No table is selected.
    #[error("`--select {0}` selects no published table; there are {1}")]
    NothingSelected(String, String),
    /// No period is between the two days and before as-of.
    #[error("no period from {from} to {to} begins before {as_of}")]
    NoPeriod {
        /// The first requested day.
        from: String,
        /// The last requested day.
        to: String,
        /// As-of.
        as_of: String,
    },
    /// More periods than one run builds.
    #[error(
        "`--from {from}` asks for more than {most} periods: give a later `--from`, or build them in \
         several runs, each with a `--to`"
    )]
    ManyPeriods {
        /// The first requested day.
        from: NaiveDate,
        /// How many a run builds at most.
        most: usize,
    },
    /// The first day is after the last.
    #[error("`--from {from}` is after `--to {to}`: no period lies between")]
    Backwards {
        /// The first requested day.
        from: NaiveDate,
        /// The last requested day.
        to: NaiveDate,
    },
    /// The last requested period has not begun at as-of.
    #[error(
        "`--to {to}` asks for a period that begins at {begins}, not before as-of {as_of}: \
         leave `--to` out to build every period that has begun, or give a later `--as-of`"
    )]
    ToAfterAsOf {
        /// The last requested day.
        to: NaiveDate,
        /// The start of its period.
        begins: String,
        /// As-of.
        as_of: String,
    },
    /// The last requested day is after as-of, though its period has begun.
    #[error(
        "`--to {to}` is after as-of {as_of}, which would cut its period short: leave `--to` out to \
         build the period as far as it is known then, or give a later `--as-of`"
    )]
    ToCutByAsOf {
        /// The last requested day.
        to: NaiveDate,
        /// As-of.
        as_of: String,
    },
    /// No stage of the pipeline has a test.
    #[error(
        "no stage of `{0}` has a test: write some beside its SQL, those of `sql/core/orders.sql` in \
         `sql/core/orders.tests.yaml`"
    )]
    NoTests(String),
    /// No test is selected.
    #[error("`--select {0}` selects no test; there are tests of {1}")]
    NoTestSelected(String, String),
    /// The plan has nothing to publish.
    #[error("the pipeline publishes no table: add `publish: {{}}` to the YAML beside a stage")]
    NothingPublished,
}

impl RequestError {
    /// Whether the request is well-formed and merely selects nothing.
    fn is_empty_selection(&self) -> bool {
        matches!(
            self,
            Self::NothingSelected(..)
                | Self::NoPeriod { .. }
                | Self::Backwards { .. }
                | Self::NoTests(_)
                | Self::NoTestSelected(..)
                | Self::NothingPublished
        )
    }
}

impl Failing for RequestError {
    fn failure_kind(&self) -> FailureKind {
        if self.is_empty_selection() { FailureKind::Empty } else { FailureKind::Project }
    }
}

impl Request {
    /// Whether the run publishes the stage's table.
    pub fn publishes(&self, stage: &Stage) -> bool {
        self.tables.contains(&stage.name)
    }

    /// How many stages will be written, each period counted.
    pub fn steps(&self, plan: &Plan) -> u64 {
        let stages = plan.stages.iter().filter(|stage| self.needed.contains(&stage.name));
        let times = |stage: &Stage| if stage.per_period { self.periods.len() } else { 1 };
        stages.filter(|stage| stage.materialised).map(times).sum::<usize>() as u64
    }

    /// How many times the run's queries read a table.
    pub fn scans(&self, plan: &Plan, table: &str) -> usize {
        let stages = plan.stages.iter().filter(|stage| self.needed.contains(&stage.name));
        let times = |stage: &Stage| if stage.per_period { self.periods.len() } else { 1 };
        // The next snapshot is found by reading a second time.
        let readings = |stage: &Stage| stage.history.as_ref().map_or(1, HistoryPlan::readings);
        stages.map(|stage| stage.query.mentions(table) * times(stage) * readings(stage)).sum()
    }

    /// The values of all parameters for one period.
    pub fn bindings(&self, period: Option<&Period>) -> Bindings {
        let declared = self.params.iter();
        let value = |param: &ParamPlan| Some((param.name.clone(), param.expression().ok()?));
        let mut bindings: Bindings = declared.filter_map(value).collect();
        bindings.extend(plan::built_in(self.as_of, period));
        bindings
    }
}

/// The periods a run builds.
///
/// # Errors
/// There are none, the days are in the wrong order, or the last one is not known yet at as-of.
pub fn wanted_periods(
    plan: &Plan,
    as_of: DateTime<Tz>,
    from: Option<NaiveDate>,
    to: Option<NaiveDate>,
) -> Result<Vec<Period>, RequestError> {
    if let Some((from, to)) = from.zip(to).filter(|(from, to)| from > to) {
        return Err(RequestError::Backwards { from, to });
    }
    for (option, day) in [("--from", from), ("--to", to)] {
        if let Some(day) = day.filter(|day| !is_told(*day)) {
            return Err(RequestError::Years { option, text: day.to_string() });
        }
    }
    let wanted = periods(plan.unit, as_of, from, to, MOST_PERIODS);
    if let Some(from) = from.filter(|_| wanted.len() > MOST_PERIODS) {
        return Err(RequestError::ManyPeriods { from, most: MOST_PERIODS });
    }
    let day = |day: Option<NaiveDate>| day.map_or_else(|| "as-of".into(), |day| day.to_string());
    if wanted.is_empty() {
        let as_of = written(as_of);
        return Err(RequestError::NoPeriod { from: day(from), to: day(to), as_of });
    }
    match to {
        Some(to) => not_after(plan, to, as_of).map(|()| wanted),
        None => Ok(wanted),
    }
}

/// Whether as-of is compatible with the last requested day. A period that is open at as-of ends
/// there, which allows its earlier days and contradicts its later ones.
fn not_after(plan: &Plan, to: NaiveDate, as_of: DateTime<Tz>) -> Result<(), RequestError> {
    let begins = first_instant(plan.time_zone, plan.unit.first_day(to));
    if begins >= as_of {
        let (begins, as_of) = (written(begins), written(as_of));
        return Err(RequestError::ToAfterAsOf { to, begins, as_of });
    }
    if first_instant(plan.time_zone, to) > as_of {
        return Err(RequestError::ToCutByAsOf { to, as_of: written(as_of) });
    }
    Ok(())
}

/// The declared parameters with their values, `name=value` pairs given first.
///
/// # Errors
/// A pair names no parameter, or a value is missing or of the wrong type.
pub fn params(plan: &Plan, given: &[String]) -> Result<Vec<ParamPlan>, RequestError> {
    let mut declared = plan.params.clone();
    for pair in given {
        let (name, value) = pair.split_once('=').ok_or_else(|| no_pair(pair))?;
        match declared.iter_mut().find(|param| param.name == name) {
            Some(param) => param.value = Some(value.to_owned()),
            None => return Err(unknown(plan, name)),
        }
    }
    for param in &declared {
        param.expression().map_err(RequestError::Param)?;
    }
    Ok(declared)
}

/// The value of a name may be a secret.
fn no_pair(pair: &str) -> RequestError {
    let end = pair.find(|it: char| !it.is_alphanumeric() && !"_-.".contains(it));
    let shown = end.map_or_else(|| pair.to_owned(), |end| format!("{}…", &pair[..end]));
    RequestError::Param(format!("`--param {shown}` is not `name=value`"))
}

fn unknown(plan: &Plan, name: &str) -> RequestError {
    let known = plan.params.iter().map(|param| param.name.as_str());
    let help = nearest_or_all(name, known, "parameters");
    let help = help.map(|help| format!("; {help}")).unwrap_or_default();
    RequestError::Param(format!("the pipeline has no parameter `{name}`{help}"))
}

/// The tables to publish, and every stage they and their checks need.
///
/// # Errors
/// A pattern cannot be read or selects no published table.
pub fn selection(
    plan: &Plan,
    patterns: &[String],
) -> Result<(BTreeSet<String>, BTreeSet<String>), RequestError> {
    let published = plan.stages.iter().filter(|stage| stage.publish.is_some());
    let published: Vec<&Stage> = published.collect();
    if published.is_empty() {
        return Err(RequestError::NothingPublished);
    }
    let selectors = Selectors::of(patterns)?;
    let fits = |meant: &Meant, stage: &&Stage| meant.has_stage(&stage.name);
    let names = || published.iter().map(|stage| stage.name.as_str()).collect::<Vec<_>>().join(", ");
    let nothing = |pattern| RequestError::NothingSelected(pattern, names());
    let chosen = selectors.among(plan, &published, fits).map_err(nothing)?;
    if chosen.is_empty() {
        return Err(nothing(patterns.join(",")));
    }
    let tables: BTreeSet<String> = chosen.iter().map(|at| published[*at].name.clone()).collect();
    let mut needed = needed(plan, &tables, selectors.is_all());
    if reads_counts(needed.iter()) {
        // Their counts of a source do not depend on the selection.
        let inputs = plan.stages.iter().flat_map(|stage| &stage.inputs);
        let sources =
            plan.sources.iter().filter(|source| inputs.clone().any(|it| *it == source.name));
        needed.extend(sources.map(|source| source.name.clone()));
    }
    // Of everything that is read, rejected rows are kept, and all rows are counted.
    needed.extend([QUARANTINE, SOURCE_COUNTS, SOURCE_REASONS].map(str::to_owned));
    Ok((tables, needed))
}

/// A request for the rows of one stage or source, of which nothing is published.
///
/// # Errors
/// No period begins before as-of, or a parameter has no value.
pub fn preview(plan: &Plan, name: &str, as_of: DateTime<Tz>) -> Result<Request, RequestError> {
    let mut wanted = BTreeSet::from([name.to_owned()]);
    with_inputs(plan, &mut wanted);
    Ok(Request {
        run: String::new(),
        as_of,
        periods: wanted_periods(plan, as_of, None, None)?,
        tables: BTreeSet::new(),
        needed: wanted,
        consent: Consent::default(),
        params: params(plan, &[])?,
        memory: default_memory(),
        partitions: default_partitions(),
    })
}

fn needed(plan: &Plan, tables: &BTreeSet<String>, all: bool) -> BTreeSet<String> {
    let mut needed = tables.clone();
    let checked = plan.stages.iter().filter(|stage| tables.contains(&stage.name));
    needed.extend(checked.flat_map(|stage| &stage.checks).flat_map(|check| check.reads.clone()));
    if all {
        // A full run also builds what is only checked, so that every check runs.
        needed.extend(plan.stages.iter().map(|stage| stage.name.clone()));
    }
    with_inputs(plan, &mut needed);
    needed
}

/// Adds everything that tables are made of: each stage comes after its inputs.
fn with_inputs(plan: &Plan, tables: &mut BTreeSet<String>) {
    for stage in plan.stages.iter().rev() {
        if tables.contains(&stage.name) {
            tables.extend(stage.inputs.iter().cloned());
        }
    }
}
