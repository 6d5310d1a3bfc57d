//! Who was brought, what customers bring and cost, how they visit, and where else they buy.

use serde_json::Value;

use crate::support::tables::Tables;

pub(super) async fn holds(tables: &Tables, truth: &Value) {
    referrals(tables, &truth["referrals"]).await;
    profit(tables, &truth["profit"]).await;
    contributions(tables, &truth["contributions"]).await;
    visits(tables, &truth["sessions"]).await;
    wallets(tables, &truth["wallet"]).await;
}

/// Every referral counts that was genuine, and none else, each for the reason it was made for.
async fn referrals(tables: &Tables, truth: &Value) {
    let count = |reason| format!("count(*) filter (where reason = '{reason}')");
    let reasons = ["self_referral", "referred_came_first", "second_claim"].map(count).join(", ");
    let query = format!(
        "select count(*) filter (where is_counted), {reasons}, max(depth) from fact_referral"
    );
    let expected = ["referred", "self_referrals", "loops", "second_claims", "longest_chain"];
    let expected = expected.map(|figure| truth[figure].to_string()).join(" ");
    assert_eq!(tables.row(&query).await, expected);
    let all = "from fact_referral_rate where segment = 'all'";
    let asked = format!("select would_have_come_rate_denominator {all}");
    assert_eq!(tables.row(&asked).await, truth["asked"].to_string());
}

/// Margins, costs and what is left of them, to the cent.
async fn profit(tables: &Tables, truth: &Value) {
    for (segment, cents) in truth["service_cost_cents"].as_object().expect("segments") {
        let query = format!(
            "select cast(service_cost * 100 as bigint) from fact_profit where segment = '{segment}'"
        );
        assert_eq!(tables.row(&query).await, cents.to_string(), "{segment}");
    }
    let query = "select cast(margin * 100 as bigint), cast(retention_cost * 100 as bigint), \
                 unprofitable_rate_numerator from fact_profit where segment = 'all'";
    let expected = ["margin_cents", "retention_cost_cents", "unprofitable_customers"];
    let expected = expected.map(|figure| truth[figure].to_string()).join(" ");
    assert_eq!(tables.row(query).await, expected);
    let peaks = "select peak_profit_share from fact_profit where segment = 'all'";
    let curve = "select max(cumulative_profit_share) from fact_customer_profit";
    for query in [peaks, curve] {
        let peak = tables.number(query).await;
        let truth = number(&truth["peak_share"]);
        assert!((peak - truth).abs() < 1e-9 && peak > 1.0, "{query}: {peak}, not {truth}");
    }
}

async fn contributions(tables: &Tables, truth: &Value) {
    let query = "select sum(accepted_suggestions), cast(sum(ckv) * 100 as bigint), \
                 cast(sum(partner_revenue) * 100 as bigint) from fact_customer_value";
    let expected = ["accepted_suggestions", "knowledge_value_cents", "joint_sale_cents"];
    let expected = expected.map(|figure| truth[figure].to_string()).join(" ");
    assert_eq!(tables.row(query).await, expected);
    let query = "select cast(revenue_so_far * 100 as bigint) from fact_partner_revenue \
                 where kind = 'market_access'";
    assert_eq!(tables.row(query).await, truth["market_access_cents"].to_string());
}

async fn visits(tables: &Tables, truth: &Value) {
    let genuine = number(&truth["rows"]) - number(&truth["bots"]) - number(&truth["anonymous"]);
    let visits = tables.number("select sum(visits) from fact_customer_visit").await;
    assert!((visits - genuine).abs() < 0.5, "{visits} visits of customers, not {genuine}");
}

async fn wallets(tables: &Tables, truth: &Value) {
    let all = "from fact_wallet where segment = 'all'";
    let asked = tables.row(&format!("select customers, single_brand_rate_numerator {all}")).await;
    assert_eq!(asked, format!("{} {}", truth["asked"], truth["shops"]["1"]));
}

fn number(value: &Value) -> f64 {
    value.as_f64().expect("a number")
}
