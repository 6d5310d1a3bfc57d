//! Published tables, read back by what an outside reader has: folders of Parquet files.

use std::path::Path;

use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::datatypes::DataType;
use datafusion::arrow::util::display::array_value_to_string;
use datafusion::functions::core::expr_fn::nullif;
use datafusion::logical_expr::{cast, ident, lit};
use datafusion::prelude::{ParquetReadOptions, SessionContext};
use patronage::publish::{Release, TableRelease};

/// Tables that are empty where nothing is known of surveys, programmes and service.
const OF_MORE_THAN_ORDERS: [&str; 28] = [
    "fact_satisfaction",
    "fact_membership",
    "fact_programme",
    "fact_programme_effect",
    "fact_programme_bond",
    "fact_birthday_offer",
    "fact_complaint",
    "fact_complaint_handling",
    "fact_incident_tolerance",
    "fact_contact_volume",
    "fact_win_back",
    "fact_promise_breach",
    "fact_prevention",
    "fact_preference_match",
    "fact_customisation",
    "fact_service_profit_chain",
    "fact_customer_attitude",
    "fact_value_driver",
    "fact_kano",
    "fact_service_quality",
    "fact_touchpoint_satisfaction",
    "fact_loyalty_driver",
    "fact_loyalty_moderation",
    "fact_expectation_update",
    "fact_satisfaction_link",
    "fact_value_weighted_satisfaction",
    "fact_brand_equity",
    "fact_equity_driver",
];

/// The tables of a warehouse, held in memory.
pub(crate) struct Tables(SessionContext);

/// The newest release of a warehouse on this machine.
pub(crate) fn release(warehouse: &Path) -> Release {
    let record = |below: &str| std::fs::read(warehouse.join(below)).expect("a record");
    let current: serde_json::Value =
        serde_json::from_slice(&record("_patronage/current.json")).expect("JSON");
    let number = current["release"].as_u64().expect("a number");
    let text = record(&format!("_patronage/releases/{number:09}.json"));
    serde_json::from_slice(&text).expect("a release")
}

impl Tables {
    pub(crate) async fn of(warehouse: &Path) -> Self {
        let tables = Self(SessionContext::new());
        patronage::functions::register(&tables.0);
        for (name, table) in release(warehouse).tables {
            tables.load(&warehouse.join(&name), &name, &table).await;
        }
        tables
    }

    async fn load(&self, folder: &Path, name: &str, table: &TableRelease) {
        let columns = partition_columns(table);
        let texts = columns.iter().map(|name| (name.clone(), DataType::Utf8));
        let options = ParquetReadOptions::default().table_partition_cols(texts.collect());
        let frame = self.0.read_parquet(folder.display().to_string(), options).await;
        let is_date = |name: &&String| !["pipeline", "source"].contains(&name.as_str());
        let frame = columns.iter().filter(is_date).fold(frame.expect("a table"), |frame, name| {
            let day = nullif(ident(name), lit("__HIVE_DEFAULT_PARTITION__"));
            frame.with_column(name, cast(day, DataType::Date32)).expect("a day")
        });
        let frame = frame.cache().await.expect("rows");
        self.0.register_table(name, frame.into_view()).expect("a new name");
    }

    /// Whether there is such a table.
    pub(crate) fn hold(&self, table: &str) -> bool {
        self.0.table_exist(table).expect("a name")
    }

    /// Asserts that the tables of surveys, programmes and service exist and are empty.
    pub(crate) async fn know_orders_alone(&self) {
        self.are_empty(&OF_MORE_THAN_ORDERS).await;
        let query = "select count(trust_score), count(monopoly_score), count(kinship_score), \
                     count(latent_score) from fact_customer_loyalty_kind";
        assert_eq!(self.row(query).await, "0 0 0 0");
    }

    /// Makes sure that these tables are there and have no rows.
    pub(crate) async fn are_empty(&self, names: &[&str]) {
        for name in names {
            assert_eq!(self.row(&format!("select count(*) from {name}")).await, "0", "{name}");
        }
    }

    /// Every row of an answer, its values as text.
    pub(crate) async fn rows(&self, sql: &str) -> Vec<Vec<String>> {
        let frame = self.0.sql(sql).await.unwrap_or_else(|error| panic!("{sql}: {error}"));
        let batches = frame.collect().await.unwrap_or_else(|error| panic!("{sql}: {error}"));
        batches.iter().flat_map(rows).collect()
    }

    /// An answer of one row, its values side by side.
    pub(crate) async fn row(&self, sql: &str) -> String {
        let mut rows = self.rows(sql).await;
        assert_eq!(rows.len(), 1, "{sql}");
        rows.remove(0).join(" ")
    }

    /// An answer of one number.
    pub(crate) async fn number(&self, sql: &str) -> f64 {
        let text = self.row(sql).await;
        text.parse().unwrap_or_else(|_| panic!("{sql}: `{text}` is no number"))
    }
}

/// The names in a path like `order_month=1997-01-01/part-00000.parquet`.
fn partition_columns(table: &TableRelease) -> Vec<String> {
    let folders = table.files.first().map(|file| file.path.split('/')).into_iter().flatten();
    folders.filter_map(|folder| Some(folder.split_once('=')?.0.to_owned())).collect()
}

fn rows(batch: &RecordBatch) -> Vec<Vec<String>> {
    let value = |column, row| array_value_to_string(column, row).expect("printable");
    (0..batch.num_rows())
        .map(|row| batch.columns().iter().map(|column| value(column, row)).collect())
        .collect()
}
