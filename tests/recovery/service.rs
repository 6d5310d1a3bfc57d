//! The effects built into complaints, calls, the offer and advertised prices.

use serde_json::Value;

use crate::support::tables::Tables;

/// The last month of the window, which is the period that is built.
const MONTH: &str = "2024-12";

/// What is counted is what was simulated.
pub(super) async fn holds(tables: &Tables, truth: &Value) {
    counts(tables, truth).await;
    months(tables, &truth["months"][MONTH]).await;
}

async fn counts(tables: &Tables, truth: &Value) {
    let query = "select count(*), count(*) filter (where is_quality_incident), \
                 count(*) filter (where purchase_day is null) from fact_complaint";
    let expected = format!("{} {} 0", truth["complaints"], truth["quality_incidents"]);
    assert_eq!(tables.row(query).await, expected);
    let query = "select incidents, matched_incidents <= incidents from fact_incident_tolerance";
    assert_eq!(tables.row(query).await, format!("{} true", truth["first_incidents"]));
    // An order that a complaint names is one of the same customer.
    let query = "select count(*) from fact_complaint as complaint \
                 left join fact_order_line as line on complaint.order_id = line.order_id \
                 and complaint.customer_id = line.customer_id \
                 where complaint.order_id is not null and line.order_id is null";
    assert_eq!(tables.row(query).await, "0");
    let query = "select treated_customers, control_customers, pending_customers, \
                 is_sample_ratio_mismatch from fact_win_back";
    let won = &truth["win_back"];
    let expected = format!("{} {} 0 false", won["treated"], won["controls"]);
    assert_eq!(tables.row(query).await, expected);
}

/// What happened in the period, to the last contact and line.
async fn months(tables: &Tables, truth: &Value) {
    let query = "select sum(contacts), sum(abandon_rate_numerator), \
                 sum(first_contact_resolution_numerator) from fact_contact_volume";
    let expected = ["contacts", "contacts_abandoned", "contacts_resolved"];
    let expected = expected.map(|figure| truth[figure].to_string()).join(" ");
    assert_eq!(tables.row(query).await, expected);
    let query = "select sum(advertised_lines), sum(breached_lines) from fact_promise_breach";
    let expected = format!("{} {}", truth["advertised_lines"], truth["breached_lines"]);
    assert_eq!(tables.row(query).await, expected);
}
