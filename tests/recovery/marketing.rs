//! What was built into promotions, preferences, lines made to measure, people's answers and comparisons of brands.

use serde_json::Value;

use super::STANDARD_ERRORS;
use crate::support::tables::Tables;

/// The last month of the window, which is the period that is built.
const MONTH: &str = "2024-12";

/// Effects of promotions, weights of the next choice and the link from people to customers lie in the published
/// intervals; what is counted is what was simulated.
pub(super) async fn holds(tables: &Tables, truth: &Value) {
    promotions(tables, &truth["promotions"]).await;
    bonds(tables).await;
    preferences(tables, &truth["preferences"]).await;
    customisation(tables, &truth["customisation"]["months"][MONTH]).await;
    let link = "from fact_service_profit_chain where link_number = 5";
    within(tables, "spc_path", link, number(&truth["service_profit_chain"]["correlation"])).await;
    let units = tables.row(&format!("select units {link}")).await;
    assert_eq!(units, truth["service_profit_chain"]["regions"].to_string());
    brands(tables, &truth["brands"]).await;
}

/// Those who lose free delivery spend less, those who are mailed more, and those who are treated on their
/// birthday come back more often; each interval says that there is something.
async fn promotions(tables: &Tables, truth: &Value) {
    for (effect, table, promotion, sign) in [
        ("promo_exit_effect", "fact_promotion_withdrawal", "free_delivery", -1.0),
        ("spend_uplift", "fact_target_selection", "spring_mailing", 1.0),
        ("birthday_uplift", "fact_birthday_offer", "birthday_treat", 1.0),
    ] {
        let row = format!("from {table} where promotion_id = '{promotion}'");
        let (lower, upper) =
            within(tables, effect, &row, number(&truth[promotion]["effect"])).await;
        assert!(sign * lower > 0.0 && sign * upper > 0.0, "{effect}: {lower} to {upper}");
        let counts = format!("select treated_customers, control_customers {row}");
        let expected = format!("{} {}", truth[promotion]["treated"], truth[promotion]["controls"]);
        assert_eq!(tables.row(&counts).await, expected, "{promotion}");
    }
    // Two lives differ the more, the more often somebody buys, so that the score tells whom a mailing moves.
    let qini = "select qini_lower from fact_target_selection where promotion_id = 'spring_mailing'";
    assert!(tables.number(qini).await > 0.0);
}

/// Of a hundred rewards 70 are vouchers, 15 tastings and 15 express deliveries, by chance alone.
async fn bonds(tables: &Tables) {
    for (bond, share) in [("financial", 0.70), ("social", 0.15), ("structural", 0.15)] {
        let row = format!(
            "from fact_programme_bond where programme_id = 'gold_card' and bond = '{bond}'"
        );
        within(tables, "level_mix", &row, share).await;
    }
}

async fn preferences(tables: &Tables, truth: &Value) {
    let all = "from fact_preference_match where topic = 'all'";
    within(tables, "pref_match", all, number(&truth["matched"])).await;
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

/// The truth is told on a scale from 0 to 1, and the table on one from 0 to 100.
async fn brands(tables: &Tables, truth: &Value) {
    let row = |driver: &str| format!("from fact_equity_driver where driver = '{driver}'");
    for (driver, weight) in truth["coefficients"].as_object().expect("weights") {
        within(tables, "coefficient", &row(driver), number(weight) / 100.0).await;
    }
    within(tables, "coefficient", &row("inertia"), number(&truth["inertia"])).await;
}

/// The limits, between which the truth lies: wider than 95 % by as much as one in 2,000 asks for.
async fn within(tables: &Tables, figure: &str, row: &str, truth: f64) -> (f64, f64) {
    let lower = tables.number(&format!("select {figure}_lower {row}")).await;
    let upper = tables.number(&format!("select {figure}_upper {row}")).await;
    let (middle, half) = (f64::midpoint(lower, upper), (upper - lower) / 2.0);
    let off = (truth - middle).abs() / half * 1.96;
    assert!(off < STANDARD_ERRORS, "{figure} {row}: {truth} is not in {lower} to {upper}");
    (lower, upper)
}

fn number(value: &Value) -> f64 {
    value.as_f64().expect("a number")
}
