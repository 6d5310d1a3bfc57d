//! Do the published intervals contain the truth? The whole nightly warehouse of demo data, over
//! many seeds.
//!
//! ```sh
//! cargo bench --bench truth            # 100 seeds of 3,000 customers
//! cargo bench --bench truth -- 10      # fewer
//! ```
//!
//! For each seed the demo data are written and published as of the end of their window, and what customers are worth
//! also as of a year before. Counted is how often each figure that a test compares with `truth.json` has the truth
//! within its published 95 % interval, with what chance allows for that share.

use std::error::Error;
use std::io::{Write, stdout};
use std::path::Path;
use std::process::Command;

use datafusion::prelude::SessionContext;
use serde_json::Value;

#[expect(dead_code, reason = "tests ask tables more")]
#[path = "../tests/recovery/figures.rs"]
mod figures;
#[expect(dead_code, reason = "tests ask tables more")]
#[path = "../tests/support/tables.rs"]
mod tables;

use figures::{Figure, figures};
use tables::Tables;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

type Fallible<T> = Result<T, Box<dyn Error>>;

const DEMO: [&str; 5] = ["demo", "--customers", "3000", "--months", "24"];
/// A warehouse, and what it is run with: the model that the demo's process is.
const RUNS: [(&str, &[&str]); 2] = [
    ("warehouse", &["--as-of", "2025-01-01"]),
    (
        "earlier",
        &["--as-of", "2024-01-01", "--param", "clv_months=12", "--select", "fact_customer_equity"],
    ),
];

#[tokio::main]
async fn main() -> Fallible<()> {
    let seeds = std::env::args().skip(1).find_map(|word| word.parse().ok()).unwrap_or(100);
    let mut tallies: Vec<Tally> = Vec::new();
    for seed in 1..=seeds {
        let place = tempfile::tempdir()?;
        publish(place.path(), seed)?;
        let truth: Value =
            serde_json::from_slice(&std::fs::read(place.path().join("raw/truth.json"))?)?;
        let tables = Tables::of(&place.path().join("warehouse")).await;
        let earlier = Tables::of(&place.path().join("earlier")).await;
        for figure in figures(&tables, &earlier, &truth).await {
            add(&mut tallies, &figure);
        }
        writeln!(std::io::stderr(), "seed {seed} of {seeds}")?;
    }
    report(&tallies).await
}

/// Writes the raw data of `seed` and publishes both warehouses.
fn publish(place: &Path, seed: u32) -> Fallible<()> {
    let mut demo = program(place, "warehouse");
    demo.args(DEMO).args(["--seed", &seed.to_string(), "--out"]).arg(place.join("raw"));
    succeeds(demo)?;
    for (warehouse, arguments) in RUNS {
        let mut run = program(place, warehouse);
        run.args(["run", "pipelines/nightly.yaml", "--param", "purchase_model=bgnbd"]);
        run.args(arguments);
        succeeds(run)?;
    }
    Ok(())
}

fn program(place: &Path, warehouse: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_patronage"));
    command.current_dir(env!("CARGO_MANIFEST_DIR"));
    command.env("RAW", place.join("raw")).env("WAREHOUSE", place.join(warehouse));
    command.env("PATRONAGE_RESULTS", place.join("run_results.json"));
    command
}

fn succeeds(mut command: Command) -> Fallible<()> {
    let output = command.output()?;
    match output.status.success() {
        true => Ok(()),
        false => Err(String::from_utf8_lossy(&output.stderr).into()),
    }
}

/// What the seeds have shown of one figure.
struct Tally {
    name: String,
    /// Seeds in which an interval was published, and in which it held the truth.
    seeds: u32,
    inside: u32,
    above: u32,
}

/// Counts a figure of one seed.
fn add(tallies: &mut Vec<Tally>, figure: &Figure) {
    if !tallies.iter().any(|tally| tally.name == figure.name) {
        let name = figure.name.clone();
        tallies.push(Tally { name, seeds: 0, inside: 0, above: 0 });
    }
    for tally in tallies.iter_mut().filter(|tally| tally.name == figure.name) {
        let [lower, upper] = figure.limits;
        tally.seeds += u32::from(!lower.is_nan() && !upper.is_nan());
        tally.inside += u32::from(lower <= figure.truth && figure.truth <= upper);
        tally.above += u32::from(lower > figure.truth);
    }
}

async fn report(tallies: &[Tally]) -> Fallible<()> {
    let mut out = stdout();
    writeln!(
        out,
        "| figure | seeds | inside | share | limits of the share | interval above the truth |"
    )?;
    writeln!(out, "|---|---:|---:|---:|---:|---:|")?;
    for Tally { name, seeds, inside, above } in tallies {
        let [lower, upper] = limits(*inside, *seeds).await?;
        let share = 100.0 * f64::from(*inside) / f64::from(*seeds);
        writeln!(
            out,
            "| {name} | {seeds} | {inside} | {share:.1} % | {lower:.1} to {upper:.1} % | {above} |"
        )?;
    }
    let [seeds, inside] = [|tally: &Tally| tally.seeds, |tally: &Tally| tally.inside]
        .map(|count| tallies.iter().map(count).sum::<u32>());
    let share = 100.0 * f64::from(inside) / f64::from(seeds);
    writeln!(out, "| all | {seeds} | {inside} | {share:.1} % | | |")?;
    Ok(())
}

/// The Wilson interval of a share, in percent.
async fn limits(inside: u32, seeds: u32) -> Fallible<[f64; 2]> {
    let session = SessionContext::new();
    patronage::functions::register(&session);
    let limit = |end| format!("wilson_{end}({inside}, {seeds}) * 100");
    let query = format!("SELECT {}, {}", limit("lower"), limit("upper"));
    let batches = session.sql(&query).await?.collect().await?;
    let batch = batches.first().ok_or("no row")?;
    let number = |column| {
        datafusion::arrow::util::display::array_value_to_string(batch.column(column), 0)
            .map(|text| text.parse().unwrap_or(f64::NAN))
    };
    Ok([number(0)?, number(1)?])
}
