//! Published tables, read back by what an outside reader has: folders of Parquet files.

use std::path::Path;

use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::util::display::array_value_to_string;
use datafusion::prelude::{ParquetReadOptions, SessionContext};
use patronage::publish::Release;

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
        for name in release(warehouse).tables.keys() {
            tables.load(&warehouse.join(name), name).await;
        }
        tables
    }

    async fn load(&self, folder: &Path, name: &str) {
        let options = ParquetReadOptions::default();
        let frame = self.0.read_parquet(folder.display().to_string(), options).await;
        let frame = frame.expect("a table").cache().await.expect("rows");
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

fn rows(batch: &RecordBatch) -> Vec<Vec<String>> {
    let value = |column, row| array_value_to_string(column, row).expect("printable");
    (0..batch.num_rows())
        .map(|row| batch.columns().iter().map(|column| value(column, row)).collect())
        .collect()
}
