//! What the SQL functions do, said in SQL: the files of `tests/slt/`.
//!
//! Each file gets a fresh session with all functions and three tables: `cdnow`
//! and `cdnow_gaps`, the histories of `sample.csv` and `sample_gaps.csv` in
//! `tests/data/cdnow` with times in weeks, and `cdnow_holdout`, the same customers
//! one by one with what they bought after.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use datafusion::arrow::array::{Array, RecordBatch};
use datafusion::arrow::datatypes::{DataType, Field, Schema};
use datafusion::arrow::util::display::array_value_to_string;
use datafusion::error::DataFusionError;
use datafusion::prelude::{CsvReadOptions, SessionContext};
use object_store::local::LocalFileSystem;
use patronage::session::{self, Resources};
use sqllogictest::{AsyncDB, DBOutput, DefaultColumnType, Runner};

/// A test per file, and one that none is forgotten.
macro_rules! files {
    ($($name:ident)*) => {
        $(
            #[tokio::test]
            async fn $name() {
                run(stringify!($name)).await;
            }
        )*

        #[test]
        fn every_file_has_a_test() {
            let names: BTreeSet<String> = std::fs::read_dir(tests().join("slt"))
                .expect("a folder")
                .map(|file| file.expect("a file").path())
                .map(|path| path.file_stem().expect("a name").to_string_lossy().into_owned())
                .collect();
            assert_eq!(names, [$(stringify!($name)),*].map(String::from).into());
        }
    };
}

files! {
    arithmetic
    bgbb
    bgcnbd
    bgnbd
    casts
    concentration
    contracts
    customer_value
    cuts
    dirichlet
    experiments
    gamma_gamma
    k_means
    lifetime_value
    mbgnbd
    nbd
    pareto_nbd
    purchase_model
    purchase_model_comparison
    regularity
    satisfaction
    survey
    survival
}

async fn run(name: &str) {
    let mut runner = Runner::new(|| async { Ok(Session::new().await) });
    let file = tests().join("slt").join(format!("{name}.slt"));
    if let Err(error) = runner.run_file_async(file).await {
        panic!("{}", error.display(false));
    }
}

fn tests() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests")
}

/// One file's session.
struct Session(SessionContext);

/// Histories in weeks, and the mean spend of repeat purchase days.
const CDNOW: &str = "
    CREATE VIEW cdnow AS
    SELECT frequency,
           recency_days / 7.0e0 AS recency,
           age_days / 7.0e0 AS age,
           CASE WHEN frequency > 0 THEN repeat_cents / 100.0e0 / frequency END AS monetary,
           customers
    FROM cdnow_sample";

/// Histories in weeks, and the sum of the logarithms of the gaps.
const CDNOW_GAPS: &str = "
    CREATE VIEW cdnow_gaps AS
    SELECT frequency,
           recency_days / 7.0e0 AS recency,
           age_days / 7.0e0 AS age,
           sum_log_gaps_days - frequency * ln(7.0e0) AS sum_log_gaps,
           customers
    FROM cdnow_sample_gaps";

/// Customers one by one, from the log itself, whose lines are of fixed width.
const HOLDOUT: &str = "
    CREATE VIEW cdnow_holdout AS
    SELECT customer,
           count(*) FILTER (WHERE day <= cut_off) - 1 AS frequency,
           date_part('epoch', max(day) FILTER (WHERE day <= cut_off) - min(day)) / 604800 AS recency,
           date_part('epoch', max(cut_off) - min(day)) / 604800 AS age,
           count(*) FILTER (WHERE day > cut_off) AS bought
    FROM (SELECT DISTINCT substr(line, 8, 4) AS customer,
                 to_timestamp(substr(line, 13, 8), '%Y%m%d') AS day,
                 to_timestamp('1997-09-30') AS cut_off
          FROM cdnow_log)
    GROUP BY customer";

impl Session {
    async fn new() -> Self {
        // Several partitions, so that states are merged.
        let resources =
            Resources { memory: 256 << 20, partitions: 3, hash_join: true, zone: chrono_tz::UTC };
        let runtime = session::runtime(resources.memory).expect("a runtime");
        let context = session::session(&resources, runtime);
        let disk = url::Url::parse("file:///").expect("a location");
        context.register_object_store(&disk, Arc::new(LocalFileSystem::new()));
        let path = tests().join("data/cdnow/sample.csv");
        context
            .register_csv("cdnow_sample", &path.to_string_lossy(), CsvReadOptions::new())
            .await
            .expect("a table");
        context.sql(CDNOW).await.expect("a view");
        let path = tests().join("data/cdnow/sample_gaps.csv");
        context
            .register_csv("cdnow_sample_gaps", &path.to_string_lossy(), CsvReadOptions::new())
            .await
            .expect("a table");
        context.sql(CDNOW_GAPS).await.expect("a view");
        let path = tests().join("data/cdnow/CDNOW_sample.txt");
        let line = Field::new("line", DataType::Utf8, false);
        let schema = Schema::new(vec![line]);
        let lines = CsvReadOptions::new()
            .has_header(false)
            .file_extension("txt")
            .delimiter(b'|')
            .schema(&schema);
        context.register_csv("cdnow_log", &path.to_string_lossy(), lines).await.expect("a table");
        context.sql(HOLDOUT).await.expect("a view");
        Self(context)
    }

    async fn query(&self, sql: &str) -> Result<DBOutput<DefaultColumnType>, DataFusionError> {
        let frame = self.0.sql(sql).await?;
        let types = frame.schema().fields().iter().map(|field| kind(field.data_type())).collect();
        let batches = frame.collect().await?;
        Ok(DBOutput::Rows { types, rows: batches.iter().flat_map(rows).collect() })
    }
}

fn kind(data_type: &DataType) -> DefaultColumnType {
    match data_type {
        DataType::Utf8 | DataType::Utf8View => DefaultColumnType::Text,
        integer if integer.is_integer() => DefaultColumnType::Integer,
        number if number.is_numeric() => DefaultColumnType::FloatingPoint,
        _ => DefaultColumnType::Any,
    }
}

fn rows(batch: &RecordBatch) -> Vec<Vec<String>> {
    (0..batch.num_rows())
        .map(|row| batch.columns().iter().map(|column| value(column, row)).collect())
        .collect()
}

/// NULL and the empty text are different things.
fn value(column: &dyn Array, row: usize) -> String {
    if column.is_null(row) {
        return "NULL".into();
    }
    match array_value_to_string(column, row).expect("printable").as_str() {
        "" => "(empty)".into(),
        text => text.into(),
    }
}

#[async_trait::async_trait]
impl AsyncDB for Session {
    type Error = DataFusionError;
    type ColumnType = DefaultColumnType;

    async fn run(&mut self, sql: &str) -> Result<DBOutput<DefaultColumnType>, DataFusionError> {
        self.query(sql).await
    }

    async fn shutdown(&mut self) {}
}
