//! One function per command.

use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use clap::Parser;
use object_store::ObjectStoreExt;
use tokio::signal::unix::{SignalKind, signal};

use super::infer::infer_command;
use super::job::Job;
use super::outcome::Outcome;
use super::panic::{caught, note_panics};
use super::{
    Cli, Command, ConsentArgs, Demo, Explain, PlanArgs, PlanFormat, Quickstart, RequestArgs,
    RunArgs, Schema, SchemaKind, init, replay, show,
};
use crate::demo;
use crate::diagnostic::{Code, nearest};
use crate::failure::FailureKind;
use crate::marts;
use crate::plan::{self, Plan, STACK};
use crate::project::{FileKind, Project};
use crate::publish::Consent;
use crate::record::RunResults;
use crate::report::{self, LogFormat, Reporter, answer, for_machines, for_people, stderr, stdout};
use crate::request::{self, Request, RequestError};
use crate::run::Failure;
use crate::text::human_bytes;

/// Runs the command line and says how it ended.
pub fn main() -> ExitCode {
    note_panics();
    let thread = std::thread::Builder::new().name("main".to_owned()).stack_size(STACK);
    match thread.spawn(ended).map(std::thread::JoinHandle::join) {
        Ok(Ok(code)) => code,
        // It has been reported already.
        Ok(Err(_)) => ExitCode::from(FailureKind::Bug.exit_code()),
        Err(_) => without_threads(),
    }
}

fn told_of(outcome: Outcome) -> ExitCode {
    ExitCode::from(outcome.tell(&Reporter::new(LogFormat::Text)))
}

fn without_threads() -> ExitCode {
    stderr("error: cannot start threads");
    ExitCode::from(FailureKind::Storage.exit_code())
}

fn ended() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) if error.use_stderr() => {
            stderr(error.render().to_string().trim_end());
            return ExitCode::from(FailureKind::Project.exit_code());
        }
        // Help, of which nothing was typed by anybody.
        Err(error) => {
            let told = answer(error.render().to_string().trim_end()).map_err(Outcome::Unwritten);
            return told.map_or_else(told_of, |()| ExitCode::SUCCESS);
        }
    };
    let mut threads = tokio::runtime::Builder::new_multi_thread();
    let Ok(runtime) = threads.thread_stack_size(STACK).enable_all().build() else {
        return without_threads();
    };
    write_on_to_the_limit(&runtime);
    let code = runtime.block_on(caught(command(cli.command)));
    runtime.shutdown_background();
    let bug = |bug| Outcome::Bug(bug).tell(&Reporter::new(LogFormat::Text));
    ExitCode::from(code.unwrap_or_else(bug))
}

/// At the limit of file sizes (`ulimit -f`), the system ends a program with a signal. If the signal
/// is handled, the write fails instead, and is reported like any other failure.
fn write_on_to_the_limit(runtime: &tokio::runtime::Runtime) {
    /// Its number on all supported systems.
    const SIGXFSZ: i32 = 25;
    let _within = runtime.enter();
    let _ = signal(SignalKind::from_raw(SIGXFSZ));
}

async fn command(command: Command) -> u8 {
    let ended = match command {
        Command::Run(args) => return run_with(&args, None).await,
        Command::Replay(args) => return replay::replay(&args).await,
        Command::Quickstart(args) => return quickstart(&args).await,
        Command::Doctor(args) => return super::doctor::run(&args).await,
        Command::Test(args) => return super::test::run(&args).await,
        Command::Init(args) => args.done().await.map(|text| stdout(&text)),
        Command::Eject(args) => args.done().map(|text| stdout(&text)),
        Command::Demo(args) => write_demo(&args).await.map(|text| stdout(&text)),
        Command::Report(args) => super::page::run(&args).await.map(|text| stdout(&text)),
        Command::Register(args) => answered(args.done().await, for_people),
        Command::Docs(args) => args.written().await.map(|text| stdout(&text)),
        Command::Check(args) => check(&args.pipeline).await.map(|text| stdout(&text)),
        Command::Infer(args) => answered(infer_command(&args).await, for_people),
        Command::Plan(args) => answered(
            show_plan(&args).await,
            match args.format {
                PlanFormat::Text => for_people,
                PlanFormat::Json => for_machines,
            },
        ),
        Command::Tables(args) => answered(tables(&args.pipeline).await, for_people),
        Command::Coverage(args) => answered(args.told().await, args.shown()),
        Command::UpgradeNotes(args) => answered(args.told().await, args.shown()),
        Command::Catalogue(args) => answered(args.printed().await, for_people),
        // Rows are what they are; what is in them was escaped where people see them.
        Command::Show(args) => answered(show::show(&args).await, str::to_owned),
        Command::Schema(args) => answered(schema(&args), str::to_owned),
        Command::Functions(args) => answered(args.told(), str::to_owned),
        Command::Completions(args) => answered(Ok(args.printed()), str::to_owned),
        Command::Man(args) => args.written().map(|text| stdout(&text)),
        Command::Explain(args) => answered(explain(&args).await, str::to_owned),
    };
    ended.map_or_else(|outcome| outcome.tell(&Reporter::new(LogFormat::Text)), |()| 0)
}

/// Prints the output of a command, as opposed to its messages.
fn answered(text: Result<String, Outcome>, shown: fn(&str) -> String) -> Result<(), Outcome> {
    answer(&shown(&text?)).map_err(Outcome::Unwritten)
}

pub(super) async fn load(pipeline: &Path) -> Result<Plan, Failure> {
    load_with(pipeline, &[]).await
}

/// Loads a pipeline with other values of its parameters, so that mistakes that a value causes are
/// reported before data is read.
pub(super) async fn load_with(pipeline: &Path, given: &[String]) -> Result<Plan, Failure> {
    let project = Project::open(pipeline).map_err(|wrong| Failure::Project(wrong.into()))?;
    Ok(plan::plan_with(&project, &variable, given).await?)
}

/// The value of a variable of the environment.
pub(super) fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

/// Loads a pipeline together with the files of its plan.
pub(super) async fn opened(
    pipeline: &Path,
    lookup: &(dyn Fn(&str) -> Option<String> + Sync),
) -> Result<(Project, Plan), Failure> {
    let project = Project::open(pipeline).map_err(|wrong| Failure::Project(wrong.into()))?;
    let plan = plan::plan(&project, lookup).await?;
    Ok((project, plan))
}

/// The same for commands that do not access data: a variable in a location may be unset, and its
/// name is the placeholder.
pub(super) async fn opened_anywhere(pipeline: &Path) -> Result<(Project, Plan), Failure> {
    let known = |name: &str| variable(name).or_else(|| Some(name.to_lowercase()));
    opened(pipeline, &known).await
}

pub(super) fn request(
    plan: &Plan,
    args: &RequestArgs,
    consent: &ConsentArgs,
    run: &str,
) -> Result<Request, Failure> {
    let as_of = request::as_of(plan, &args.as_of, args.within())?;
    let (tables, needed) = request::selection(plan, &args.select)?;
    let memory = match &args.memory {
        Some(text) => request::bytes(text)?,
        None => request::default_memory(),
    };
    Ok(Request {
        run: run.to_owned(),
        as_of,
        periods: request::wanted_periods(plan, as_of, args.from, args.to)?,
        tables,
        needed,
        consent: Consent {
            restate: consent.restate,
            take_over: consent.take_over.clone(),
            drop: consent.drop.clone(),
        },
        params: request::params(plan, &args.param)?,
        memory,
        partitions: args.threads.map_or_else(request::default_partitions, usize::from),
    })
}

impl RequestArgs {
    fn within(&self) -> request::Within {
        match (self.snap_as_of, self.exact_as_of) {
            (true, _) => request::Within::Snap,
            (_, true) => request::Within::Exact,
            _ => request::Within::Refuse,
        }
    }
}

async fn check(pipeline: &Path) -> Result<String, Outcome> {
    let (project, plan) = opened(pipeline, &variable).await?;
    let (tests, wrong) = plan::unit_tests(&project, &plan).await;
    let tests = wrong.into_result(tests).map_err(Failure::from)?;
    let checks: usize = plan.stages.iter().map(|stage| stage.checks.len()).sum();
    let published = plan.stages.iter().filter(|stage| stage.publish.is_some()).count();
    if published == 0 {
        return Err(Failure::from(RequestError::NothingPublished).into());
    }
    let told = plan.stand_ins.iter().map(|it| format!("\n{}", report::stand_in_line(it)));
    Ok(format!(
        "{}: {}, {}, {}, {}{}: no mistake found{}",
        plan.name,
        counted(plan.sources.len(), "source"),
        counted(plan.stages.len(), "stage"),
        counted(published, "published table"),
        counted(checks, "check"),
        if tests.is_empty() {
            String::new()
        } else {
            format!(", {}", counted(tests.len(), "test"))
        },
        told.collect::<String>(),
    ))
}

async fn tables(pipeline: &Path) -> Result<String, Outcome> {
    Ok(report::tables(&load(pipeline).await?))
}

pub(super) fn counted(count: usize, noun: &str) -> String {
    let ending = if count == 1 { "" } else { "s" };
    format!("{count} {noun}{ending}")
}

async fn show_plan(args: &PlanArgs) -> Result<String, Outcome> {
    let plan = load_with(&args.request.pipeline, &args.request.param).await?;
    let request = request(&plan, &args.request, &ConsentArgs::default(), "")?;
    Ok(match args.format {
        PlanFormat::Text => report::project(&plan, &request),
        PlanFormat::Json => report::project_json(&plan, &request),
    })
}

/// A run, with its run record; corrections, if there are any, are stored first.
pub(super) async fn run_with(args: &RunArgs, corrections: Option<&Path>) -> u8 {
    let reporter = Arc::new(Reporter::new(args.log_format));
    let job = Job { request: &args.request, consent: &args.consent, corrections };
    let results = match job.run(&args.results, &reporter).await {
        Ok(results) => results,
        Err(code) => return code,
    };
    if results.exit_code == 0 && args.log_format == LogFormat::Text {
        stdout(&report::run_summary(&results));
    }
    results.exit_code
}

async fn write_demo(args: &Demo) -> Result<String, Outcome> {
    let base = std::env::current_dir().unwrap_or_default();
    let place = crate::store::open_writable(&args.out, &base).map_err(Failure::from)?;
    let options = demo::Options {
        customers: args.customers,
        seed: args.seed,
        start: args.start,
        months: args.months,
    };
    let written = demo::write(&options, place.store, &place.path).await.map_err(Outcome::Demo)?;
    let counts = written.counts;
    Ok(format!(
        "wrote {} customers, {} orders, {} order lines and {} survey answers in {} files ({}) to {}",
        counts.customers,
        counts.orders,
        counts.order_lines,
        counts.survey_answers,
        written.files,
        human_bytes(written.bytes),
        crate::store::redact(&args.out),
    ))
}

async fn quickstart(args: &Quickstart) -> u8 {
    let raw = std::env::var("RAW").unwrap_or_else(|_| "data/raw".into());
    let demo = Demo {
        customers: args.customers,
        seed: 1,
        out: raw,
        start: chrono::NaiveDate::from_ymd_opt(2023, 1, 1).unwrap_or_default(),
        months: 36,
    };
    let reporter = Reporter::new(LogFormat::Text);
    let pipeline = marts::DEMO_PIPELINE;
    if !Path::new(pipeline).exists() {
        match init::project(Path::new(".")) {
            Ok(()) => stderr("wrote a project to this folder"),
            Err(outcome) => return outcome.tell(&reporter),
        }
    }
    match provide(&demo).await {
        Ok(text) => stderr(&text),
        Err(outcome) => return outcome.tell(&reporter),
    }
    let args = RequestArgs {
        pipeline: pipeline.into(),
        as_of: "2026-01-01".into(),
        snap_as_of: false,
        exact_as_of: false,
        from: None,
        to: None,
        select: Vec::new(),
        param: Vec::new(),
        memory: None,
        threads: None,
    };
    let reporter = Arc::new(reporter);
    let consent = ConsentArgs::default();
    let job = Job { request: &args, consent: &consent, corrections: None };
    let results = match job.run(Path::new("run_results.json"), &reporter).await {
        Ok(results) => results,
        Err(code) => return code,
    };
    if results.exit_code == 0 {
        stdout(&report::run_summary(&results));
        stdout("\nlook inside: patronage show pipelines/nightly.yaml fact_equity");
    }
    results.exit_code
}

/// Demo data, unless it exists already.
async fn provide(demo: &Demo) -> Result<String, Outcome> {
    let base = std::env::current_dir().unwrap_or_default();
    let place = crate::store::open(&demo.out, &base).map_err(Failure::from)?;
    // The generator writes this file last.
    match place.store.head(&place.path.clone().join("truth.json")).await {
        Ok(_) => Ok(format!("demo data is in {} already", crate::store::redact(&demo.out))),
        Err(object_store::Error::NotFound { .. }) => write_demo(demo).await,
        Err(error) => {
            Err(Failure::from(crate::store::StoreError::access(&demo.out, &error)).into())
        }
    }
}

fn schema(args: &Schema) -> Result<String, Outcome> {
    let text = match args.kind {
        Some(kind) => serde_json::to_string_pretty(&schema_of(kind)),
        None => serde_json::to_string_pretty(&serde_json::json!({
            "pipeline": schema_of(SchemaKind::Pipeline),
            "sources": schema_of(SchemaKind::Sources),
            "table": schema_of(SchemaKind::Table),
            "tests": schema_of(SchemaKind::Tests),
        })),
    };
    text.map_err(|error| Outcome::Bug(error.to_string()))
}

fn schema_of(kind: SchemaKind) -> schemars::Schema {
    match kind {
        SchemaKind::Pipeline => FileKind::Pipeline.schema(),
        SchemaKind::Sources => FileKind::Sources.schema(),
        SchemaKind::Table => FileKind::Table.schema(),
        SchemaKind::Tests => FileKind::Tests.schema(),
        SchemaKind::RunResults => schemars::schema_for!(RunResults),
    }
}

async fn explain(args: &Explain) -> Result<String, Outcome> {
    let Some(name) = &args.code else {
        return Ok(plan::explanations().await.trim_end().to_owned());
    };
    let Some(code) = Code::named(name) else {
        let help = nearest(name, Code::ALL.iter().map(|code| code.name()));
        return Err(Outcome::no_code(name, help));
    };
    Ok(plan::explanation(code).await.trim_end().to_owned())
}
