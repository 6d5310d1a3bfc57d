//! The command line: its arguments, and one function per command.

mod commands;
mod completions;
mod coverage;
mod docs;
mod doctor;
mod eject;
mod ending;
mod functions;
mod infer;
mod init;
mod job;
mod named;
mod new_files;
mod outcome;
mod page;
mod panic;
mod register;
mod replay;
mod results_file;
mod show;
mod test;
mod upgrade;

use std::path::PathBuf;

use chrono::NaiveDate;
use clap::{Args, Parser, Subcommand, ValueEnum};

pub use self::commands::main;
use self::named::pipeline_path;
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
    /// Writes a project and demo data if there are none, runs the nightly pipeline and prints the results.
    Quickstart(Quickstart),
    /// Writes a project to begin with: on demo data, or with `--from` of files that are there.
    Init(init::Init),
    /// Copies tables of the program into a project, which can then change them.
    Eject(eject::Eject),
    /// Writes raw demo data whose true model parameters are known.
    Demo(Demo),
    /// Prints a source declaration for a pipeline, inferred from samples of raw files.
    Infer(Infer),
    /// Finds all mistakes in a pipeline; reads no data.
    Check(PipelineArg),
    /// Runs the tests of stages in memory: given rows in, expected rows out.
    Test(test::Test),
    /// Prints what a run would do; reads no data.
    Plan(PlanArgs),
    /// Tests what a run will need: every declared location and this machine.
    Doctor(doctor::Doctor),
    /// Builds, checks and publishes.
    Run(RunArgs),
    /// Stores corrections of rejected rows, and runs with them.
    Replay(Replay),
    /// Prints rows of a table as published or staged, or the rows that a stage or a source would have.
    Show(Show),
    /// Writes the newest release as an HTML page: measures, charts, their sources and what is
    /// missing.
    Report(page::Report),
    /// Makes the newest release known to DuckDB: a view for each table, with comments.
    Register(register::Register),
    /// Writes a static site about pipelines: tables, columns, checks, SQL, sources, functions, the graph,
    /// releases and a search.
    Docs(docs::Docs),
    /// Prints what a pipeline publishes: every table and column, as Markdown.
    Tables(PipelineArg),
    /// Prints which concepts of loyalty, satisfaction and customer equity a pipeline measures.
    Coverage(coverage::Coverage),
    /// Prints the catalogue of concepts and where pipelines measure them, as Markdown.
    Catalogue(coverage::Catalogue),
    /// Says how the tables of a pipeline differ from those that are published, as after a new version of
    /// the program: tables and columns that are new, changed or gone.
    UpgradeNotes(upgrade::UpgradeNotes),
    /// Prints the JSON schema of a kind of file.
    Schema(Schema),
    /// Lists the SQL functions, searches them for a word, or explains one of them.
    Functions(functions::Functions),
    /// Prints what a shell needs to complete commands.
    Completions(completions::Completions),
    /// Writes manual pages.
    Man(completions::Man),
    /// Explains the codes of mistakes, or one of them: what it means, an example, how to fix it.
    Explain(Explain),
}

#[derive(Debug, Args)]
struct Quickstart {
    /// How many customers the demo data has, if it is written.
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
    /// A file, a folder, a URL, or a pattern such as `raw/orders/*.csv`.
    location: String,
}

#[derive(Debug, Args)]
struct PipelineArg {
    /// The pipeline's file, or its name without folder and ending.
    #[arg(value_parser = pipeline_path())]
    pipeline: PathBuf,
}

/// The options of a run.
#[derive(Debug, Args)]
struct RequestArgs {
    /// The pipeline's file, or its name without folder and ending.
    #[arg(value_parser = pipeline_path())]
    pipeline: PathBuf,
    /// The exclusive end of what the run may use: a date or a timestamp, at the start of a day.
    #[arg(long, value_name = "DATE|TIMESTAMP")]
    as_of: String,
    /// Move an as-of within a day (a period, if the pipeline says so) back to its start.
    #[arg(long, conflicts_with = "exact_as_of")]
    snap_as_of: bool,
    /// Use an as-of within a day as it is: the day is cut there.
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
    /// How much memory queries may use, such as 4GiB; by default 70 % of the available memory.
    #[arg(long, value_name = "SIZE")]
    memory: Option<String>,
    /// How many partitions to process at once, at least two; by default one per core.
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
    /// For programs.
    Json,
}

#[derive(Debug, Args)]
struct RunArgs {
    #[command(flatten)]
    request: RequestArgs,
    /// The format of log messages.
    #[arg(long, value_enum, default_value_t)]
    log_format: LogFormat,
    #[command(flatten)]
    consent: ConsentArgs,
    /// The file of the run record.
    #[arg(long, default_value = "run_results.json", env = "PATRONAGE_RESULTS")]
    results: PathBuf,
}

/// Changes to published tables that must be requested explicitly.
#[derive(Debug, Default, Args)]
struct ConsentArgs {
    /// Let the state of an older as-of replace a newer one.
    #[arg(long)]
    restate: bool,
    /// Take over the tables of this pipeline, the former name of the pipeline.
    #[arg(long, value_name = "PIPELINE")]
    take_over: Option<String>,
    /// Remove tables from the warehouse that the pipeline no longer publishes, or from a table by
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
    /// The pipeline's file, or its name without folder and ending.
    #[arg(value_parser = pipeline_path())]
    pipeline: PathBuf,
    /// A table, a stage or a source; with `--failed`, by default all tables that failed a check.
    #[arg(required_unless_present = "failed")]
    table: Option<String>,
    /// Show the columns with their types and descriptions, and no rows.
    #[arg(long, conflicts_with_all = ["staged", "failed", "as_of"])]
    columns: bool,
    /// Compute the rows from the sources as of this moment, whether or not any are published. What is never
    /// published is computed anyway, as of the newest release or of today.
    #[arg(long, value_name = "DATE|TIMESTAMP", conflicts_with_all = ["staged", "failed"])]
    as_of: Option<String>,
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
    /// A JSON object per line.
    Json,
}

#[derive(Debug, Args)]
struct Schema {
    /// The kind of file; by default all kinds that people write.
    #[arg(value_enum)]
    kind: Option<SchemaKind>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum SchemaKind {
    /// `pipelines/*.yaml`.
    Pipeline,
    /// `sources/*.yaml`: sources that several pipelines read.
    Sources,
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
