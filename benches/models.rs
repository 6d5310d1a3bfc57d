//! Times the SQL functions on customers and answers in Parquet files, one JSON
//! line each.
//!
//! `benches/models.py` writes the files, runs this and the peers in one sitting,
//! and prints the ratios. Everything from opening the file to the last answer is
//! timed; the CPU time is that of the whole process.

use std::error::Error;
use std::fs;
use std::path::Path;
use std::time::Instant;

use datafusion::prelude::{ParquetReadOptions, SessionConfig, SessionContext};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// What is timed: a name, and a query over `customers` or `answers`.
const TIMED: [(&str, &str); 9] = [
    ("read", "SELECT sum(frequency), sum(recency), sum(age) FROM customers"),
    ("bgnbd_fit", "SELECT bgnbd_fit(frequency, recency, age) FROM customers"),
    ("mbgnbd_fit", "SELECT mbgnbd_fit(frequency, recency, age) FROM customers"),
    ("pareto_nbd_fit", "SELECT pareto_nbd_fit(frequency, recency, age) FROM customers"),
    (
        "bgnbd_expected_purchases",
        "SELECT sum(bgnbd_expected_purchases(named_struct('r', 0.9, 'alpha', 7.0, 'a', 0.8, \
         'b', 5.5), frequency, recency, age, 26)) FROM customers",
    ),
    (
        "mbgnbd_expected_purchases",
        "SELECT sum(mbgnbd_expected_purchases(named_struct('r', 0.9, 'alpha', 7.0, 'a', 0.8, \
         'b', 5.5), frequency, recency, age, 26)) FROM customers",
    ),
    (
        "pareto_nbd_expected_purchases",
        "SELECT sum(pareto_nbd_expected_purchases(named_struct('r', 1.2, 'alpha', 11.0, \
         's', 1.1, 'beta', 90.0), frequency, recency, age, 26)) FROM customers",
    ),
    (
        "read_answers",
        "SELECT avg(q1 + q2 + q3 + q4 + q5 + q6 + q7 + q8 + q9 + q10 + q11 + q12 + q13 + q14 + q15 \
         + q16 + q17 + q18 + q19 + q20 + q21 + q22 + q23 + q24) FROM answers",
    ),
    (
        "pls_path",
        "SELECT pls_path(named_struct('q1', q1, 'q2', q2, 'q3', q3, 'q4', q4, 'q5', q5, 'q6', q6, \
         'q7', q7, 'q8', q8, 'q9', q9, 'q10', q10, 'q11', q11, 'q12', q12, 'q13', q13, 'q14', q14, \
         'q15', q15, 'q16', q16, 'q17', q17, 'q18', q18, 'q19', q19, 'q20', q20, 'q21', q21, \
         'q22', q22, 'q23', q23, 'q24', q24), \
         'Image =~ q1 + q2 + q3 + q4 + q5; Expectation =~ q6 + q7 + q8; \
          Quality =~ q9 + q10 + q11 + q12 + q13 + q14 + q15; Value =~ q16 + q17; \
          Satisfaction =~ q18 + q19 + q20; Complaints =~ q21; Loyalty =~ q22 + q23 + q24; \
          Expectation ~ Image; Quality ~ Expectation; Value ~ Expectation + Quality; \
          Satisfaction ~ Image + Expectation + Quality + Value; Complaints ~ Satisfaction; \
          Loyalty ~ Image + Satisfaction + Complaints', 1, 10, 'standardised', 'centroid', 0) \
         FROM answers",
    ),
];

fn main() -> Result<(), Box<dyn Error>> {
    // Cargo adds `--bench`.
    let words: Vec<_> = std::env::args().skip(1).filter(|word| word != "--bench").collect();
    let [folder, threads, rest @ ..] = words.as_slice() else {
        return Err("usage: models FOLDER THREADS [NAME…]".into());
    };
    let threads: usize = threads.parse()?;
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(threads).build()?;
    if rest.is_empty() {
        limits()?;
    }
    for (name, query) in
        TIMED.iter().filter(|(name, _)| rest.is_empty() || rest.contains(&(*name).into()))
    {
        runtime.block_on(time(name, query, Path::new(folder), threads))?;
    }
    Ok(())
}

async fn time(
    name: &str,
    query: &str,
    folder: &Path,
    threads: usize,
) -> Result<(), Box<dyn Error>> {
    let (wall, cpu) = (Instant::now(), cpu_seconds()?);
    let session =
        SessionContext::new_with_config(SessionConfig::new().with_target_partitions(threads));
    patronage::functions::register(&session);
    for table in ["customers", "answers"] {
        let file = folder.join(format!("{table}.parquet"));
        let file = file.to_str().ok_or("a path that is not text")?;
        session.register_parquet(table, file, ParquetReadOptions::default()).await?;
    }
    let answer = session.sql(query).await?.to_string().await?;
    let (wall, cpu) = (wall.elapsed().as_secs_f64(), cpu_seconds()? - cpu);
    let line = serde_json::json!({
        "name": name, "threads": threads, "wall_s": wall, "cpu_s": cpu, "answer": answer,
    });
    let mut out = std::io::stdout();
    std::io::Write::write_all(&mut out, format!("{line}\n").as_bytes())?;
    Ok(())
}

/// What no program beats on this machine: reading memory, and taking an
/// exponential and a logarithm, one after the other on one thread.
fn limits() -> Result<(), Box<dyn Error>> {
    let numbers: Vec<f64> = (0..20_000_000_u32).map(|i| f64::from(i % 1000) * 1e-3).collect();
    let start = Instant::now();
    let sum: f64 = numbers.chunks_exact(8).map(|chunk| chunk.iter().sum::<f64>()).sum();
    let bytes = (numbers.len() * size_of::<f64>()) as f64;
    let bandwidth = bytes / start.elapsed().as_secs_f64() / 1e9;
    let start = Instant::now();
    let total: f64 = numbers.iter().take(5_000_000).map(|x| (-x).exp().ln_1p()).sum();
    let nanoseconds = start.elapsed().as_secs_f64() / 5e-3;
    let line = serde_json::json!({
        "name": "limits", "gigabytes_per_second": bandwidth,
        "nanoseconds_per_exp_and_log": nanoseconds, "sums": [sum, total],
    });
    std::io::Write::write_all(&mut std::io::stdout(), format!("{line}\n").as_bytes())?;
    Ok(())
}

/// User and system time of this process so far, from `/proc`, in hundredths.
fn cpu_seconds() -> Result<f64, Box<dyn Error>> {
    let stat = fs::read_to_string("/proc/self/stat")?;
    let fields: Vec<_> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
    let ticks = |place: usize| -> Result<f64, Box<dyn Error>> {
        Ok(fields.get(place).ok_or("short /proc/self/stat")?.parse()?)
    };
    Ok((ticks(11)? + ticks(12)?) / 100.0)
}
