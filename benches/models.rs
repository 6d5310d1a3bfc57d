//! Times the SQL functions on customers in a Parquet file, one JSON line each.
//!
//! `benches/models.py` writes the file, runs this and the peers in one sitting,
//! and prints the ratios. Everything from opening the file to the last answer is
//! timed; the CPU time is that of the whole process.

use std::error::Error;
use std::fs;
use std::time::Instant;

use datafusion::prelude::{ParquetReadOptions, SessionConfig, SessionContext};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// What is timed: a name, and a query over `customers` or `answers`.
const TIMED: [(&str, &str); 7] = [
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
];

fn main() -> Result<(), Box<dyn Error>> {
    // Cargo adds `--bench`.
    let words: Vec<_> = std::env::args().skip(1).filter(|word| word != "--bench").collect();
    let [customers, threads, rest @ ..] = words.as_slice() else {
        return Err("usage: models CUSTOMERS.parquet THREADS [NAME…]".into());
    };
    let threads: usize = threads.parse()?;
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(threads).build()?;
    for (name, query) in
        TIMED.iter().filter(|(name, _)| rest.is_empty() || rest.contains(&(*name).into()))
    {
        runtime.block_on(time(name, query, customers, threads))?;
    }
    Ok(())
}

async fn time(
    name: &str,
    query: &str,
    customers: &str,
    threads: usize,
) -> Result<(), Box<dyn Error>> {
    let (wall, cpu) = (Instant::now(), cpu_seconds()?);
    let session =
        SessionContext::new_with_config(SessionConfig::new().with_target_partitions(threads));
    patronage::functions::register(&session);
    session.register_parquet("customers", customers, ParquetReadOptions::default()).await?;
    let answer = session.sql(query).await?.to_string().await?;
    let (wall, cpu) = (wall.elapsed().as_secs_f64(), cpu_seconds()? - cpu);
    let line = serde_json::json!({
        "name": name, "threads": threads, "wall_s": wall, "cpu_s": cpu, "answer": answer,
    });
    let mut out = std::io::stdout();
    std::io::Write::write_all(&mut out, format!("{line}\n").as_bytes())?;
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
