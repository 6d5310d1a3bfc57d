//! What the yearly survey of the demo data is made of must be found in the published tables.

use serde_json::Value;

use crate::support::tables::Tables;

/// Weights of value dimensions and how they moved, the gain of expectations, the moderation by
/// switching costs and the classes of attributes lie in the published intervals.
pub(super) async fn holds(tables: &Tables, truth: &Value) {
    let newest = truth["waves"].as_array().and_then(|waves| waves.last()).expect("a wave");
    for (dimension, weight) in newest["value_weights"].as_object().expect("weights") {
        let row = format!("from fact_value_driver where dimension = '{dimension}'");
        within(tables, "coefficient", &row, weight.as_f64().expect("a number")).await;
    }
    for (dimension, event) in [("social", "vanished"), ("epistemic", "appeared")] {
        let query = format!(
            "select dimension_event from fact_value_driver where dimension = '{dimension}'"
        );
        assert_eq!(tables.row(&query).await, event, "{dimension}");
    }
    let gain = truth["expectation_gain"].as_f64().expect("a number");
    within(tables, "expectation_gain", "from fact_expectation_update", gain).await;
    // The truth is told on a scale from 0 to 1, and the table on one from 0 to 100.
    let interaction = truth["moderation"]["interaction"].as_f64().expect("a number") / 100.0;
    within(tables, "moderation", "from fact_loyalty_moderation", interaction).await;
    for (attribute, class) in truth["kano"].as_object().expect("classes") {
        let query = format!("select kano_class from fact_kano where attribute = '{attribute}'");
        assert_eq!(tables.row(&query).await, class.as_str().expect("a class"), "{attribute}");
    }
}

async fn within(tables: &Tables, figure: &str, row: &str, truth: f64) {
    let lower = tables.number(&format!("select {figure}_lower {row}")).await;
    let upper = tables.number(&format!("select {figure}_upper {row}")).await;
    assert!(lower < truth && truth < upper, "{figure} {row}: {truth} is not in {lower} to {upper}");
}
