//! The command line: what was typed, and one function per command.

mod commands;
mod coverage;
mod doctor;
mod eject;
mod ending;
mod functions;
mod infer;
mod init;
mod job;
mod new_files;
mod outcome;
mod page;
mod panic;
mod replay;
mod results_file;
mod show;
mod test;

use std::path::PathBuf;

use chrono::NaiveDate;
use clap::{Args, Parser, Subcommand, ValueEnum};

pub use self::commands::main;
use crate::report::LogFormat;

/// Raw orders and surveys in; an audited loyalty, satisfaction and customer-equity warehouse out.
#[derive(Debug, Parser)]
#[command(name = "patronage", version, about)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Writes a project and demo data if there are none, runs the nightly pipeline and tells what came out.
    Quickstart(Quickstart),
    /// Writes a small project to begin with: a pipeline on demo data and its stages.
    Init(init::Init),
    /// Copies tables of the program into a project, which can then change them.
    Eject(eject::Eject),
    /// Writes raw demo data whose true model parameters are known.
    Demo(Demo),
    /// Prints a source for a pipeline, with types and all, from samples of raw files.
    Infer(Infer),
    /// Finds everything that is wrong with a pipeline; reads no data.
    Check(PipelineArg),
    /// Runs the tests of stages: given rows in, expected rows out, nothing but memory touched.
    Test(test::Test),
    /// Prints what a run would do; reads no data.
    Plan(PlanArgs),
    /// Tries out what a run will need: every declared location and this machine.
    Doctor(doctor::Doctor),
    /// Builds, checks and publishes.
    Run(RunArgs),
    /// Takes rejected rows back as they were corrected, and runs with them.
    Replay(Replay),
    /// Prints rows of a published table, or of one that a failed run left staged.
    Show(Show),
    /// Writes the newest release as a page to look at: measures, charts, what stands behind them and what is missing.
    Report(page::Report),
    /// Prints what a pipeline publishes: every table and column, as Markdown.
    Tables(PipelineArg),
    /// Prints what a pipeline tells of loyalty, satisfaction and customer equity, concept by concept.
    Coverage(coverage::Coverage),
    /// Prints the catalogue of concepts and where pipelines tell them, as Markdown.
    Catalogue(coverage::Catalogue),
    /// Prints the JSON schema of a kind of file.
    Schema(Schema),
    /// Lists the functions that SQL knows, those that a word finds, or what one of them does.
    Functions(functions::Functions),
    /// Explains the codes of mistakes, or one of them: what it means, an example, how to mend it.
    Explain(Explain),
}

#[derive(Debug, Args)]
struct Quickstart {
    /// How many customers the demo data has, if it has to be written.
    #[arg(long, default_value_t = 2_000)]
    customers: u32,
}

#[derive(Debug, Args)]
struct Demo {
    /// How many customers.
    #[arg(long, default_value_t = 2_000)]
    customers: u32,
    /// The same seed gives the same bytes.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// The folder or URL to write to.
    #[arg(long, default_value = "data/raw")]
    out: String,
    /// The first day.
    #[arg(long, default_value = "2023-01-01")]
    start: NaiveDate,
    /// How many months.
    #[arg(long, default_value_t = 36)]
    months: u32,
}

#[derive(Debug, Args)]
struct Infer {
    /// A file, a folder, or a pattern such as `raw/orders/*.csv`; a URL too.
    location: String,
}

#[derive(Debug, Args)]
struct PipelineArg {
    /// The pipeline's file.
    pipeline: PathBuf,
}

/// What a run is asked for, as it was typed.
#[derive(Debug, Args)]
struct RequestArgs {
    /// The pipeline's file.
    pipeline: PathBuf,
    /// The exclusive end of what the run may use: a date or a timestamp, at the start of a day.
    #[arg(long, value_name = "DATE|TIMESTAMP")]
    as_of: String,
    /// Move an as-of within a day (a period, where the pipeline says so) back to its start.
    #[arg(long, conflicts_with = "exact_as_of")]
    snap_as_of: bool,
    /// Take an as-of within a day as it stands: the day is cut there.
    #[arg(long)]
    exact_as_of: bool,
    /// Build every period from the one with this day.
    #[arg(long, value_name = "DATE")]
    from: Option<NaiveDate>,
    /// Build every period to the one with this day.
    #[arg(long, value_name = "DATE")]
    to: Option<NaiveDate>,
    /// Publish only these tables: names, globs or folders, separated by commas.
    #[arg(long, value_name = "PATTERN")]
    select: Vec<String>,
    /// Give a parameter another value.
    #[arg(long, value_name = "NAME=VALUE")]
    param: Vec<String>,
    /// How much memory queries may use, such as 4GiB; by default 70 % of what there is.
    #[arg(long, value_name = "SIZE")]
    memory: Option<String>,
    /// How many partitions to work on at once, at least two; by default one per core.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    threads: Option<u16>,
}

#[derive(Debug, Args)]
struct PlanArgs {
    #[command(flatten)]
    request: RequestArgs,
    /// How to print it.
    #[arg(long, value_enum, default_value_t)]
    format: PlanFormat,
}

#[derive(Debug, Clone, Copy, Default, ValueEnum)]
enum PlanFormat {
    /// For people.
    #[default]
    Text,
    /// For machines.
    Json,
}

#[derive(Debug, Args)]
struct RunArgs {
    #[command(flatten)]
    request: RequestArgs,
    /// How to tell what happens.
    #[arg(long, value_enum, default_value_t)]
    log_format: LogFormat,
    #[command(flatten)]
    consent: ConsentArgs,
    /// Where to record what happened.
    #[arg(long, default_value = "run_results.json", env = "PATRONAGE_RESULTS")]
    results: PathBuf,
}

/// What happens to published tables only because somebody asks for it.
#[derive(Debug, Default, Args)]
struct ConsentArgs {
    /// Let an older as-of put its state in the place of a newer one.
    #[arg(long)]
    restate: bool,
    /// Make the tables of this pipeline, the name that the pipeline had before, its own.
    #[arg(long, value_name = "PIPELINE")]
    take_over: Option<String>,
    /// Take tables out of the warehouse that the pipeline does not publish any more, or of a table by
    /// period the periods that the run does not build.
    #[arg(long, value_name = "TABLE", value_delimiter = ',')]
    drop: Vec<String>,
}

#[derive(Debug, Args)]
struct Replay {
    #[command(flatten)]
    run: RunArgs,
    /// Rows of the table `quarantine` with `raw` corrected: `.csv`, `.ndjson` or `.parquet`.
    #[arg(long, value_name = "FILE")]
    corrections: PathBuf,
}

#[derive(Debug, Args)]
struct Show {
    /// The pipeline's file.
    pipeline: PathBuf,
    /// The table; with `--failed`, all that failed a check if it is left out.
    #[arg(required_unless_present = "failed")]
    table: Option<String>,
    /// Show what the last unpublished run staged.
    #[arg(long, conflicts_with = "failed")]
    staged: bool,
    /// Show the rows that broke checks in the newest run that kept any.
    #[arg(long)]
    failed: bool,
    /// How many rows.
    #[arg(long, default_value_t = 20)]
    limit: usize,
    /// How to print them.
    #[arg(long, value_enum, default_value_t)]
    format: RowFormat,
}

#[derive(Debug, Clone, Copy, Default, ValueEnum)]
enum RowFormat {
    /// A table for people.
    #[default]
    Text,
    /// A JSON object a line.
    Json,
}

#[derive(Debug, Args)]
struct Schema {
    /// The kind of file; all kinds that people write if left out.
    #[arg(value_enum)]
    kind: Option<SchemaKind>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum SchemaKind {
    /// `pipelines/*.yaml`.
    Pipeline,
    /// The YAML beside a stage's SQL.
    Table,
    /// The tests of a stage, `*.tests.yaml`.
    Tests,
    /// `run_results.json`.
    RunResults,
}

#[derive(Debug, Args)]
struct Explain {
    /// One code, as in `error[unknown-column]`.
    code: Option<String>,
}
