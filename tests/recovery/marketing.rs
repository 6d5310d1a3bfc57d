//! What was built into promotions, preferences, lines made to measure, people's answers and comparisons of brands.

use serde_json::Value;

use crate::support::tables::Tables;

/// The last month of the window, which is the period that is built.
const MONTH: &str = "2024-12";

/// What is counted is what was simulated.
pub(super) async fn holds(tables: &Tables, truth: &Value) {
    promotions(tables, &truth["promotions"]).await;
    preferences(tables, &truth["preferences"]).await;
    customisation(tables, &truth["customisation"]["months"][MONTH]).await;
    let link = "from fact_service_profit_chain where link_number = 5";
    let units = tables.row(&format!("select units {link}")).await;
    assert_eq!(units, truth["service_profit_chain"]["regions"].to_string());
}

/// Whom a promotion reached and from whom it was held back.
async fn promotions(tables: &Tables, truth: &Value) {
    for (table, promotion) in [
        ("fact_promotion_withdrawal", "free_delivery"),
        ("fact_target_selection", "spring_mailing"),
        ("fact_birthday_offer", "birthday_treat"),
    ] {
        let query = format!(
            "select treated_customers, control_customers from {table} \
             where promotion_id = '{promotion}'"
        );
        let expected = format!("{} {}", truth[promotion]["treated"], truth[promotion]["controls"]);
        assert_eq!(tables.row(&query).await, expected, "{promotion}");
    }
    // The two potential histories differ more for frequent buyers, so that the score predicts whom
    // a mailing affects.
    let qini = "select qini_lower from fact_target_selection where promotion_id = 'spring_mailing'";
    assert!(tables.number(qini).await > 0.0);
}

async fn preferences(tables: &Tables, truth: &Value) {
    let all = "from fact_preference_match where topic = 'all'";
    let counts = "known_rate_denominator, pref_match_denominator, pref_match_numerator";
    let month = &truth["months"][MONTH];
    let expected = format!("{} {} {}", month["served"], month["known"], month["matched"]);
    assert_eq!(tables.row(&format!("select {counts} {all}")).await, expected);
}

async fn customisation(tables: &Tables, truth: &Value) {
    for (way, lines) in truth["customised"].as_object().expect("ways") {
        let query = format!(
            "select custom_mix_numerator, share_of_lines_denominator from fact_customisation \
             where customisation = '{way}'"
        );
        assert_eq!(tables.row(&query).await, format!("{lines} {}", truth["lines"]), "{way}");
    }
}
