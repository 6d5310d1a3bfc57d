//! Demo data has a known truth; the published tables must find it again.

mod figures;
mod marketing;
mod relationship;
mod service;
mod value;

use serde_json::Value;

use self::figures::{Figure, figures};

use crate::readers::read_by_others;
use crate::support::playground::Playground;
use crate::support::tables::Tables;

/// An estimate further from the truth than this many standard errors happens once in 2,000 times.
const STANDARD_ERRORS: f64 = 3.5;

#[tokio::test]
async fn the_simulated_truth_is_found_again() {
    let place = Playground::with_demo("--customers 3000 --months 24 --seed 1");
    // The model of the demo's process: nobody leaves before the first repeat purchase.
    let run = "run pipelines/nightly.yaml --param purchase_model=bgnbd";
    let earlier = place.path("earlier");
    let place = place.with("WAREHOUSE", &earlier.display().to_string());
    place.does(&format!(
        "{run} --as-of 2024-01-01 --param clv_months=12 --select fact_customer_equity"
    ));
    let warehouse = place.path("warehouse").display().to_string();
    let place = place.with("WAREHOUSE", &warehouse);
    place.does(&format!("{run} --as-of 2025-01-01"));
    let text = std::fs::read(place.path("raw/truth.json")).expect("the truth");
    let truth: Value = serde_json::from_slice(&text).expect("JSON");
    let tables = Tables::of(&place.path("warehouse")).await;

    let earlier = Tables::of(&earlier).await;
    figures(&tables, &earlier, &truth).await.iter().for_each(is_near);
    sums(&tables, &truth["counts"]).await;
    sources(&place.results(), &truth["counts"]);
    service_sources(&place.results(), &truth["service"]);
    marketing_sources(&place.results(), &truth["marketing"]);
    programmes(&tables, &truth["programmes"]).await;
    relationship::holds(&tables, &truth["relationship"]).await;
    value::holds(&tables, &truth["value"]).await;
    service::holds(&tables, &truth["service"]).await;
    marketing::holds(&tables, &truth["marketing"]).await;
    identified(&place.results());
    read_by_others(&place);
}

/// The truth is in the interval, widened for a level of one in 2,000, and the interval excludes 0
/// if there is an effect.
fn is_near(figure: &Figure) {
    let Figure { name, limits: [lower, upper], truth, sign } = figure;
    assert!(figure.off() < STANDARD_ERRORS, "{name}: {truth} is not in {lower} to {upper}");
    let says = *sign == 0.0 || (sign * lower > 0.0 && sign * upper > 0.0);
    assert!(says, "{name}: {lower} to {upper} may be nothing");
}

/// Dirt never takes from what was simulated, so what is left after cleaning is exactly that.
async fn sums(tables: &Tables, counts: &Value) {
    let query = "select count(distinct customer_id), count(distinct order_id), \
                 cast(sum(net_amount) * 100 as bigint) from fact_order_line \
                 where status = 'completed'";
    let expected =
        format!("{} {} {}", counts["customers"], counts["purchases"], counts["purchases_cents"]);
    assert_eq!(tables.row(query).await, expected);
    let query = "select count(*), sum(purchase_days), sum(frequency), \
                 cast(sum(total_spend) * 100 as bigint) from fact_customer_loyalty";
    let expected = format!(
        "{} {} {} {}",
        counts["customers"],
        counts["purchases"],
        counts["repeat_purchases"],
        counts["purchases_cents"]
    );
    assert_eq!(tables.row(query).await, expected);
    assert_eq!(
        tables.row("select count(*) from dim_customer").await,
        counts["customers"].to_string()
    );
}

/// Self-selected members of the club do not show its effect. Members and points are those that were
/// simulated.
async fn programmes(tables: &Tables, truth: &Value) {
    let query = "select count(*), count(spend_effect), count(sample_ratio_p_value), \
                 bool_or(is_sample_ratio_mismatch) from fact_programme_effect";
    assert_eq!(tables.row(query).await, "2 1 1 false");
    for programme in ["gold_card", "club"] {
        let truth = &truth[programme];
        let query = format!(
            "select effect.treated_customers, effect.control_customers, \
             effect.treated_customers - programme.members, programme.redemption_rate_denominator, \
             programme.redemption_rate_numerator, programme.breakage_rate_numerator \
             from fact_programme as programme inner join fact_programme_effect as effect \
             on programme.programme_id = effect.programme_id \
             where programme.programme_id = '{programme}'"
        );
        let expected = [
            "members",
            "controls",
            "members_left",
            "points_issued",
            "points_redeemed",
            "points_expired",
        ];
        let expected = expected.map(|figure| truth[figure].to_string()).join(" ");
        assert_eq!(tables.row(&query).await, expected, "{programme}");
    }
}

/// The data identify all parameters of both models, so results based on them are headlines.
fn identified(results: &Value) {
    let headlines = results["headlines"].as_array().expect("headlines");
    let equity = headlines.iter().find(|line| line["title"] == "Customer equity");
    assert!(equity.expect("customer equity")["value"].is_string(), "{headlines:?}");
}

/// Every row of the files is accounted for, and what is dirty in itself is rejected.
fn sources(results: &Value, counts: &Value) {
    let dirty = |kinds: &[&str]| {
        kinds.iter().map(|kind| counts["dirty"][kind].as_u64()).sum::<Option<u64>>()
    };
    for (name, rows, rejected) in [
        ("raw_orders", "order_rows", dirty(&["order_dates", "order_customers_missing"])),
        ("raw_order_lines", "order_line_rows", dirty(&["line_numbers"])),
        (
            "raw_survey_answers",
            "survey_answers",
            dirty(&["answer_dates", "answer_numbers", "answer_customers_missing"]),
        ),
        ("raw_memberships", "membership_rows", dirty(&["membership_dates"])),
        ("raw_point_entries", "point_entry_rows", dirty(&["entry_numbers"])),
        ("raw_relationship_answers", "relationship_answers", dirty(&["relationship_numbers"])),
    ] {
        let source = source(results, name);
        assert_eq!(source["rows"], counts[rows], "{name}");
        assert_eq!(source["rejected"].as_u64(), rejected, "{name}");
    }
}

fn service_sources(results: &Value, truth: &Value) {
    let source = source(results, "raw_complaints");
    assert_eq!(source["rows"], truth["complaint_rows"]);
    assert_eq!(source["rejected"], truth["complaint_dates"]);
}

fn marketing_sources(results: &Value, truth: &Value) {
    for (name, truth) in [
        ("raw_employee_answers", &truth["service_profit_chain"]),
        ("raw_brand_ratings", &truth["brands"]),
    ] {
        let source = source(results, name);
        assert_eq!((&source["rows"], source["rejected"].as_u64()), (&truth["rows"], Some(0)));
    }
}

fn source<'a>(results: &'a Value, name: &str) -> &'a Value {
    let sources = results["sources"].as_array().expect("sources");
    sources.iter().find(|source| source["source"] == name).expect("the source")
}
