//! The published figures that have an interval and a known truth. The test compares them for one seed, and
//! `cargo bench --bench truth` counts over many how often the interval contains the truth.

use std::collections::HashMap;

use serde_json::Value;

use super::Tables;

/// A figure of one warehouse.
pub(crate) struct Figure {
    pub(crate) name: String,
    /// The interval of 95 %; no numbers where none is published.
    pub(crate) limits: [f64; 2],
    pub(crate) truth: f64,
    /// Above or below 0 if the interval has to say that there is something, and on which side.
    pub(crate) sign: f64,
}

/// The 97.5 % quantile of the normal distribution.
const Z: f64 = 1.959_963_984_540_054;

impl Figure {
    /// How far the truth is from the middle, in standard errors.
    pub(crate) fn off(&self) -> f64 {
        let [lower, upper] = self.limits;
        (self.truth - f64::midpoint(lower, upper)).abs() / (upper - lower) * 2.0 * Z
    }
}

/// A column with its limits beside it, in the one row that says what the truth is about.
struct Compared {
    figure: &'static str,
    rows: &'static str,
    sign: f64,
    truth: fn(&Value) -> f64,
}

const fn compared(
    figure: &'static str,
    rows: &'static str,
    sign: f64,
    truth: fn(&Value) -> f64,
) -> Compared {
    Compared { figure, rows, sign, truth }
}

const GOLD: &str = "fact_programme_effect where programme_id = 'gold_card'";
const HANDLING: &str = "fact_complaint_handling where cut = 'all'";
const WITHDRAWAL: &str = "fact_promotion_withdrawal where promotion_id = 'free_delivery'";
const MAILING: &str = "fact_target_selection where promotion_id = 'spring_mailing'";
const BIRTHDAY: &str = "fact_birthday_offer where promotion_id = 'birthday_treat'";
const FINANCIAL: &str =
    "fact_programme_bond where programme_id = 'gold_card' and bond = 'financial'";
const SOCIAL: &str = "fact_programme_bond where programme_id = 'gold_card' and bond = 'social'";
const STRUCTURAL: &str =
    "fact_programme_bond where programme_id = 'gold_card' and bond = 'structural'";
const INERTIA: &str = "fact_equity_driver where driver = 'inertia'";

const COMPARED: [Compared; 22] = [
    compared("spend_difference", GOLD, 1.0, |truth| {
        at(truth, "/programmes/gold_card/spend_effect")
    }),
    compared("spend_effect", GOLD, 1.0, |truth| at(truth, "/programmes/gold_card/spend_effect")),
    compared("purchase_days_effect", GOLD, 1.0, |truth| {
        at(truth, "/programmes/gold_card/purchase_day_effect")
    }),
    // Of a hundred rewards 70 are vouchers, 15 tastings and 15 express deliveries, by chance alone.
    compared("level_mix", FINANCIAL, 0.0, |_| 0.70),
    compared("level_mix", SOCIAL, 0.0, |_| 0.15),
    compared("level_mix", STRUCTURAL, 0.0, |_| 0.15),
    compared("expectation_gain", "fact_expectation_update", 0.0, |truth| {
        at(truth, "/relationship/expectation_gain")
    }),
    // The truth is on a scale from 0 to 1, and the table on one from 0 to 100.
    compared("moderation", "fact_loyalty_moderation", 0.0, |truth| {
        at(truth, "/relationship/moderation/interaction") / 100.0
    }),
    compared("would_have_come_rate", "fact_referral_rate where segment = 'all'", 0.0, |truth| {
        at(truth, "/value/referrals/would_have_come") / at(truth, "/value/referrals/referred")
    }),
    compared("decision_learning", "fact_visit where segment = 'all'", -1.0, |truth| {
        at(truth, "/value/sessions/learning") - 1.0
    }),
    compared("sow_spend", "fact_wallet where segment = 'all'", 0.0, |truth| {
        at(truth, "/value/wallet/mean_share")
    }),
    compared("incident_tolerance", "fact_incident_tolerance", -1.0, |truth| {
        at(truth, "/service/incident_effect")
    }),
    compared("recovery_effect", HANDLING, 1.0, |truth| at(truth, "/service/recovery_effect")),
    compared("voice_rate", HANDLING, 1.0, |truth| at(truth, "/service/voice_rate")),
    compared("uplift", "fact_win_back", 1.0, |truth| at(truth, "/service/win_back/uplift")),
    compared("volume_ratio", "fact_contact_volume where channel = 'phone'", 0.0, |truth| {
        at(truth, "/service/volume_ratio")
    }),
    compared("volume_ratio", "fact_contact_volume where channel = 'chat'", 0.0, |truth| {
        at(truth, "/service/volume_ratio")
    }),
    compared("promo_exit_effect", WITHDRAWAL, -1.0, |truth| {
        at(truth, "/marketing/promotions/free_delivery/effect")
    }),
    compared("spend_uplift", MAILING, 1.0, |truth| {
        at(truth, "/marketing/promotions/spring_mailing/effect")
    }),
    compared("birthday_uplift", BIRTHDAY, 1.0, |truth| {
        at(truth, "/marketing/promotions/birthday_treat/effect")
    }),
    compared("pref_match", "fact_preference_match where topic = 'all'", 0.0, |truth| {
        at(truth, "/marketing/preferences/matched")
    }),
    compared("coefficient", INERTIA, 0.0, |truth| at(truth, "/marketing/brands/inertia")),
];

/// All figures of a warehouse, and of one that was published a year before the end, with values of a year.
pub(crate) async fn figures(tables: &Tables, earlier: &Tables, truth: &Value) -> Vec<Figure> {
    let mut figures = Vec::new();
    for Compared { figure, rows, sign, truth: known } in COMPARED {
        figures.push(beside(tables, figure, rows, known(truth)).await.with(sign));
    }
    figures.extend(parameters(tables, truth).await);
    figures.extend(weights(tables, truth).await);
    figures.push(chain(tables, truth).await);
    figures.push(alive(tables, truth).await);
    figures.push(beyond(tables, earlier).await);
    figures
}

/// A column that has its limits beside it.
async fn beside(tables: &Tables, figure: &str, rows: &str, truth: f64) -> Figure {
    let query = format!("select {figure}_lower, {figure}_upper from {rows}");
    let of = rows.split_once(" where ").map_or("", |(_, rows)| rows);
    figure_of(tables, format!("{figure} {of}"), &query, truth).await
}

async fn figure_of(tables: &Tables, name: String, limits: &str, truth: f64) -> Figure {
    let rows = tables.rows(limits).await;
    let number = |i: usize| match rows.as_slice() {
        [row] => row[i].parse().unwrap_or(f64::NAN),
        _ => f64::NAN,
    };
    let name = name.trim_end().to_owned();
    Figure { name, limits: [number(0), number(1)], truth, sign: 0.0 }
}

impl Figure {
    fn with(self, sign: f64) -> Self {
        Self { sign, ..self }
    }
}

/// Parameters are positive, and their errors are those of their logarithms.
async fn parameters(tables: &Tables, truth: &Value) -> Vec<Figure> {
    let mut figures = Vec::new();
    for model in ["bgnbd", "gamma_gamma"] {
        for (parameter, truth) in truth[model].as_object().expect("parameters") {
            let end = |z: f64| format!("estimate * exp({z} * standard_error / estimate)");
            let limits = format!(
                "select {}, {} from fact_model where model = '{model}' and parameter = '{parameter}'",
                end(-Z),
                end(Z)
            );
            let name = format!("{model} {parameter}");
            figures.push(figure_of(tables, name, &limits, number(truth)).await);
        }
    }
    figures
}

/// What dimensions of value and scores of brands count.
async fn weights(tables: &Tables, truth: &Value) -> Vec<Figure> {
    let newest = truth["relationship"]["waves"].as_array().and_then(|waves| waves.last());
    let dimensions = &newest.expect("a wave")["value_weights"];
    let mut figures = Vec::new();
    for (table, column, weights, scale) in [
        ("fact_value_driver", "dimension", dimensions, 1.0),
        ("fact_equity_driver", "driver", &truth["marketing"]["brands"]["coefficients"], 100.0),
    ] {
        for (name, weight) in weights.as_object().expect("weights") {
            let rows = format!("{table} where {column} = '{name}'");
            figures.push(beside(tables, "coefficient", &rows, number(weight) / scale).await);
        }
    }
    figures
}

/// From what people say to what customers say, over regions.
async fn chain(tables: &Tables, truth: &Value) -> Figure {
    let link = "fact_service_profit_chain where link_number = 5";
    beside(tables, "spc_path", link, at(truth, "/marketing/service_profit_chain/correlation")).await
}

/// Whether each customer is still one is a draw with the chance `p_alive`.
async fn alive(tables: &Tables, truth: &Value) -> Figure {
    let end = |z: f64| format!("sum(p_alive) + {z} * sqrt(sum(p_alive * (1 - p_alive)))");
    let limits = format!("select {}, {} from fact_customer_equity", end(-Z), end(Z));
    let name = "customers still alive".to_owned();
    figure_of(tables, name, &limits, at(truth, "/counts/customers_alive")).await
}

/// Of the customers who may bring something, one in forty brings more than `clv_upper`.
async fn beyond(tables: &Tables, earlier: &Tables) -> Figure {
    let expected = "select customer_id, clv_upper from fact_customer_equity where clv_upper > 0";
    let brought = "select customer_id, sum(0.3 * cast(net_amount as double) * power(1.15, \
                   (date '2023-12-31' - cast(ordered_at as date)) / 365.25)) from fact_order_line \
                   where status = 'completed' and customer_id is not null \
                   and ordered_at >= timestamp '2024-01-01' and ordered_at < timestamp '2024-12-31' \
                   group by customer_id";
    let brought: HashMap<String, f64> = amounts(tables, brought).await.into_iter().collect();
    let customers = amounts(earlier, expected).await;
    let more = |(customer, most): &&(String, f64)| brought.get(customer).is_some_and(|b| b > most);
    let (beyond, all) = (customers.iter().filter(more).count(), customers.len());
    let limits = format!("select wilson_lower({beyond}, {all}), wilson_upper({beyond}, {all})");
    figure_of(tables, "customers beyond clv_upper".to_owned(), &limits, 0.025).await
}

async fn amounts(tables: &Tables, query: &str) -> Vec<(String, f64)> {
    let rows = tables.rows(query).await.into_iter();
    rows.map(|row| (row[0].clone(), row[1].parse().expect("an amount"))).collect()
}

fn at(truth: &Value, place: &str) -> f64 {
    number(truth.pointer(place).unwrap_or_else(|| panic!("no {place}")))
}

fn number(value: &Value) -> f64 {
    value.as_f64().expect("a number")
}
