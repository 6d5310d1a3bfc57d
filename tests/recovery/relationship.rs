//! The parameters of the yearly survey of the demo data must be recovered in the published tables.

use serde_json::Value;

use crate::support::tables::Tables;

/// Dimensions of value appear and vanish, and attributes have their simulated classes.
pub(super) async fn holds(tables: &Tables, truth: &Value) {
    for (dimension, event) in [("social", "vanished"), ("epistemic", "appeared")] {
        let query = format!(
            "select dimension_event from fact_value_driver where dimension = '{dimension}'"
        );
        assert_eq!(tables.row(&query).await, event, "{dimension}");
    }
    for (attribute, class) in truth["kano"].as_object().expect("classes") {
        let query = format!("select kano_class from fact_kano where attribute = '{attribute}'");
        assert_eq!(tables.row(&query).await, class.as_str().expect("a class"), "{attribute}");
    }
}
