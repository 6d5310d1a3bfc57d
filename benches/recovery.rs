//! Are the error bars right? Finds known parameters again, over many seeds.
//!
//! ```sh
//! cargo bench --bench recovery            # 200 seeds of 2,000 customers
//! cargo bench --bench recovery -- 50      # fewer
//! ```
//!
//! For each seed the demo data are written, cleaned by the nightly pipeline up
//! to `fact_order_line`, and fitted in SQL. Counted is how often a true parameter
//! lies inside its 95 % interval, estimate · exp(±1.96 · error / estimate); and, with the last half year kept back, how
//! forecast and reality compare.

use std::error::Error;
use std::io::{Write, stdout};
use std::path::Path;
use std::process::Command;

use datafusion::arrow::array::AsArray;
use datafusion::arrow::datatypes::Float64Type;
use datafusion::prelude::{ParquetReadOptions, SessionContext};
use patronage::demo::{PURCHASES, SPEND};
use patronage::functions::register;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

type Fallible<T> = Result<T, Box<dyn Error>>;

const CUSTOMERS: &str = "2000";
/// The 97.5 % quantile of the normal distribution.
const Z: f64 = 1.959_963_984_540_054;

/// One row: purchase days of each customer until `cut`, in weeks.
const HISTORY: &str = "
    SELECT customer_id, count(*) - 1 AS frequency,
           CAST(max(day) - min(day) AS DOUBLE) / 7 AS recency,
           CAST(DATE '{cut}' - min(day) AS DOUBLE) / 7 AS age,
           sum(spend) FILTER (WHERE place > 1) / nullif(count(*) - 1, 0) AS monetary
    FROM (SELECT *, row_number() OVER (PARTITION BY customer_id ORDER BY day) AS place
          FROM days WHERE day <= DATE '{cut}')
    GROUP BY customer_id";

#[tokio::main]
async fn main() -> Fallible<()> {
    let seeds = std::env::args().skip(1).find_map(|word| word.parse().ok()).unwrap_or(200);
    let mut tally = Tally::default();
    for seed in 1..=seeds {
        let place = tempfile::tempdir()?;
        publish(place.path(), seed)?;
        tally.add(&place.path().join("warehouse")).await?;
    }
    writeln!(stdout(), "{}", tally.report())?;
    Ok(())
}

/// Writes the raw data of `seed` and publishes `fact_order_line`.
fn publish(place: &Path, seed: u32) -> Fallible<()> {
    let program = || {
        let mut command = Command::new(env!("CARGO_BIN_EXE_patronage"));
        command.current_dir(env!("CARGO_MANIFEST_DIR"));
        command.env("RAW", place.join("raw")).env("WAREHOUSE", place.join("warehouse"));
        command.env("PATRONAGE_RESULTS", place.join("run_results.json"));
        command
    };
    let seed = seed.to_string();
    let demo = ["demo", "--customers", CUSTOMERS, "--months", "24", "--seed", &seed, "--out"];
    let run =
        ["run", "pipelines/nightly.yaml", "--as-of", "2025-01-01", "--select", "fact_order_line"];
    for output in
        [program().args(demo).arg(place.join("raw")).output()?, program().args(run).output()?]
    {
        if !output.status.success() {
            return Err(String::from_utf8_lossy(&output.stderr).into());
        }
    }
    Ok(())
}

/// What the seeds have shown so far.
#[derive(Default)]
struct Tally {
    seeds: u32,
    /// By parameter: how often inside, and the sum of its deviations in errors.
    parameters: Vec<(&'static str, u32, f64)>,
    /// Forecast total within its 95 % interval.
    totals_inside: u32,
    forecast: f64,
    actual: f64,
    customers: f64,
    customers_inside: f64,
}

impl Tally {
    async fn add(&mut self, warehouse: &Path) -> Fallible<()> {
        let session = SessionContext::new();
        register(&session);
        let files = warehouse.join("fact_order_line");
        let files = files.to_str().ok_or("a path that is not text")?;
        session.register_parquet("lines", files, ParquetReadOptions::default()).await?;
        let days = "CREATE VIEW days AS SELECT customer_id, CAST(ordered_at AS DATE) AS day, \
                    CAST(sum(net_amount) AS DOUBLE) AS spend FROM lines WHERE status = 'completed' \
                    GROUP BY customer_id, CAST(ordered_at AS DATE)";
        session.sql(days).await?;
        self.seeds += 1;
        self.add_parameters(&session).await?;
        self.add_holdout(&session).await
    }

    async fn add_parameters(&mut self, session: &SessionContext) -> Fallible<()> {
        let history = HISTORY.replace("{cut}", "2024-12-31");
        let models = [
            (
                "bgnbd_fit(frequency, recency, age)",
                vec![
                    ("r", PURCHASES.r),
                    ("alpha", PURCHASES.alpha),
                    ("a", PURCHASES.a),
                    ("b", PURCHASES.b),
                ],
            ),
            (
                "gamma_gamma_fit(frequency, monetary)",
                vec![("p", SPEND.p), ("q", SPEND.q), ("v", SPEND.v)],
            ),
        ];
        let mut place = 0;
        for (fit, parameters) in models {
            for (name, truth) in parameters {
                let [estimate, error] = numbers(session, &format!(
                    "SELECT m['{name}'], m['{name}_se'] FROM (SELECT {fit} AS m FROM ({history}))"
                )).await?;
                if self.parameters.len() == place {
                    self.parameters.push((name, 0, 0.0));
                }
                // On the log scale, where the errors come from: parameters are positive.
                let off = (estimate / truth).ln() / (error / estimate);
                self.parameters[place].1 += u32::from(off.abs() <= Z);
                self.parameters[place].2 += off;
                place += 1;
            }
        }
        Ok(())
    }

    /// 26 weeks kept back.
    async fn add_holdout(&mut self, session: &SessionContext) -> Fallible<()> {
        let history = HISTORY.replace("{cut}", "2024-07-02");
        let [customers, forecast, variance, actual, inside] = numbers(
            session,
            &format!(
                "WITH history AS ({history}),
                  model AS (SELECT bgnbd_fit(frequency, recency, age) AS m FROM history),
                  later AS (SELECT customer_id, count(*) AS purchases FROM days
                            WHERE day > DATE '2024-07-02' GROUP BY customer_id),
                  both AS (SELECT h.*, m, coalesce(purchases, 0) AS purchases
                           FROM history AS h CROSS JOIN model
                           LEFT JOIN later ON later.customer_id = h.customer_id)
             SELECT CAST(count(*) AS DOUBLE),
                    sum(bgnbd_expected_purchases(m, frequency, recency, age, 26)),
                    sum(bgnbd_purchases_variance(m, frequency, recency, age, 26)),
                    CAST(sum(purchases) AS DOUBLE),
                    CAST(sum(CASE WHEN purchases
                        BETWEEN bgnbd_purchases_lower(m, frequency, recency, age, 26, 0.95)
                            AND bgnbd_purchases_upper(m, frequency, recency, age, 26, 0.95)
                        THEN 1 ELSE 0 END) AS DOUBLE)
             FROM both"
            ),
        )
        .await?;
        self.totals_inside += u32::from((forecast - actual).abs() <= Z * variance.sqrt());
        self.forecast += forecast;
        self.actual += actual;
        self.customers += customers;
        self.customers_inside += inside;
        Ok(())
    }

    fn report(&self) -> String {
        let seeds = f64::from(self.seeds);
        let mut lines = vec![format!("{} seeds of {CUSTOMERS} customers", self.seeds)];
        for (name, inside, off) in &self.parameters {
            lines.push(format!(
                "{name}: inside its 95 % interval {inside} times ({:.1} %); mean deviation {:+.2} \
                 standard errors",
                100.0 * f64::from(*inside) / seeds,
                off / seeds,
            ));
        }
        lines.push(format!(
            "26 weeks kept back: {:.0} purchases forecast, {:.0} made (ratio {:.4}); the total inside \
             its 95 % interval {} times ({:.1} %); customers inside theirs {:.2} %",
            self.forecast,
            self.actual,
            self.forecast / self.actual,
            self.totals_inside,
            100.0 * f64::from(self.totals_inside) / seeds,
            100.0 * self.customers_inside / self.customers,
        ));
        lines.join("\n")
    }
}

/// The one row of doubles that a query gives.
async fn numbers<const N: usize>(session: &SessionContext, query: &str) -> Fallible<[f64; N]> {
    let batches = session.sql(query).await?.collect().await?;
    let batch = batches.iter().find(|batch| batch.num_rows() == 1).ok_or("not one row")?;
    let number = |i: usize| batch.column(i).as_primitive::<Float64Type>().value(0);
    Ok(std::array::from_fn(number))
}
