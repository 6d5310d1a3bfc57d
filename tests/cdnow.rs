//! The published tables of the CDNOW logs against what is published about CDNOW.
//!
//! The figures come from Fader and Hardie's papers and notes, carried to more digits by independent
//! programs: Newton fits in arbitrary precision, and the R and Python libraries of the field. The
//! models are fitted to what was known at the end of September 1997; the nine months after that
//! are the holdout.

use std::collections::BTreeSet;
use tokio::sync::OnceCell;

use crate::coverage;
use crate::support::playground::Playground;
use crate::support::tables::Tables;

const SAMPLE: Log = Log {
    name: "sample",
    tables: "",
    lines: "6919 2357 16479 244091.94 8 0",
    customer_days: "6696",
    repeated_lines: "21",
    calibration: "2457 1411 946 1016",
    full: "4339 1139 1218",
    histogram: "1411 439 214 100 62 38 29 64 29",
    repurchase_rate: 0.401_357_658_040,
    repeat_spend: "95355.60",
    holdout: "1882 70976.39",
    active_in_holdout: "684 491 193",
    gaps: "4339 34.0 117.0 196.0",
    mean_gap: 70.860_566_950_9,
};

const MASTER: Log = Log {
    name: "master",
    tables: "--select fact_order_line,fact_customer_loyalty,fact_equity,fact_model",
    lines: "69659 23570 167881 2500315.63 80 0",
    customer_days: "67591",
    repeated_lines: "255",
    calibration: "24337 14119 9451 8685",
    full: "44021 11516 11104",
    histogram: "14119 4442 2064 1084 605 348 272 636 80",
    repurchase_rate: 0.400_975_816_716,
    repeat_spend: "938793.89",
    holdout: "19684 776961.13",
    active_in_holdout: "7058 4993 2065",
    gaps: "44021 34.0 119.0 200.0",
    mean_gap: 72.213_988_778_1,
};

/// What can be counted in a log. Figures side by side are in the order of the query that asks.
struct Log {
    name: &'static str,
    /// The tables that are asked.
    tables: &'static str,
    /// Lines, customers, units, spend, lines that cost nothing, lines that cost less.
    lines: &'static str,
    /// Customers times their days with a purchase.
    customer_days: &'static str,
    /// Lines equal to an earlier one in every column; they count.
    repeated_lines: &'static str,
    /// Repeat purchases, customers without and with one, different histories.
    calibration: &'static str,
    /// Repeat purchases, customers with one, different histories.
    full: &'static str,
    /// Customers with 0 to 6 and with more repeat purchases; the most.
    histogram: &'static str,
    repurchase_rate: f64,
    repeat_spend: &'static str,
    /// Purchases and spend after the calibration.
    holdout: &'static str,
    /// Customers who bought in the holdout, those with and without an earlier repeat purchase.
    active_in_holdout: &'static str,
    /// Gaps between purchase days: how many, median, eighth and ninth decile.
    gaps: &'static str,
    mean_gap: f64,
}

const VIEWS: [&str; 5] = [
    "create view calibration as select * from fact_customer_loyalty where period = '1997-09-01'",
    "create view whole as select * from fact_customer_loyalty where period = '1998-06-01'",
    "create view days as select customer_id, cast(ordered_at as date) as day, \
     sum(net_amount) as spend from fact_order_line group by customer_id, cast(ordered_at as date)",
    "create view gaps as select *, day - lag(day) over (partition by customer_id order by day) \
     as gap from days",
    "create view pairs_of_gaps as select * from (select customer_id, gap as last_gap, \
     lag(gap) over (partition by customer_id order by day) as previous_gap, \
     row_number() over (partition by customer_id order by day desc) as place from gaps) \
     where place = 1",
];

impl Log {
    /// Both ends of the log, published one after the other into one warehouse.
    async fn publish(&self) -> Tables {
        let place = Playground::new().core_with_fit();
        let run = format!("run pipelines/cdnow.yaml --param log={} {}", self.name, self.tables);
        place.does(&format!("{run} --as-of 1997-10-01 --param forecast_weeks=39"));
        place.does(&format!("{run} --as-of 1998-07-01"));
        let tables = Tables::of(&place.path("warehouse")).await;
        for view in VIEWS {
            tables.rows(view).await;
        }
        tables
    }

    async fn hold(&self, tables: &Tables) {
        for (query, expected) in self.counts() {
            assert_eq!(tables.row(query).await, expected, "{query}");
        }
        let rate = "select repurchase_rate from fact_equity \
                    where segment = 'all' and period = '1997-09-01'";
        within(tables, rate, self.repurchase_rate, 1e-12).await;
        within(tables, "select avg(gap) from gaps", self.mean_gap, 1e-10).await;
    }

    fn counts(&self) -> [(&'static str, &'static str); 13] {
        [
            (
                "select count(*), count(distinct customer_id), sum(quantity), sum(net_amount), \
                 count(*) filter (where net_amount = 0), count(*) filter (where net_amount < 0) \
                 from fact_order_line",
                self.lines,
            ),
            ("select count(*) from days", self.customer_days),
            ("select sum(purchase_days) from whole", self.customer_days),
            (
                "select sum(lines - 1) from (select count(*) as lines from fact_order_line \
                 group by customer_id, ordered_at, quantity, net_amount)",
                self.repeated_lines,
            ),
            (
                "select min(first_purchase_day), max(first_purchase_day), max(last_purchase_day) \
                 from whole",
                "1997-01-01 1997-03-25 1998-06-30",
            ),
            (
                "select sum(frequency), count(*) filter (where not is_repeat), \
                 count(*) filter (where is_repeat), \
                 count(distinct struct(frequency, purchase_span_days, tenure_days)) \
                 from calibration",
                self.calibration,
            ),
            ("select min(tenure_days), max(tenure_days) from calibration", "189 272"),
            (
                "select sum(frequency), count(*) filter (where is_repeat), \
                 count(distinct struct(frequency, purchase_span_days, tenure_days)) from whole",
                self.full,
            ),
            (
                "select count(*) filter (where frequency = 0), \
                 count(*) filter (where frequency = 1), count(*) filter (where frequency = 2), \
                 count(*) filter (where frequency = 3), count(*) filter (where frequency = 4), \
                 count(*) filter (where frequency = 5), count(*) filter (where frequency = 6), \
                 count(*) filter (where frequency > 6), max(frequency) from calibration",
                self.histogram,
            ),
            (
                "select sum(spend) from gaps where gap is not null and day < '1997-10-01'",
                self.repeat_spend,
            ),
            ("select count(*), sum(spend) from days where day >= '1997-10-01'", self.holdout),
            (
                "select count(*), count(*) filter (where calibration.is_repeat), \
                 count(*) filter (where not calibration.is_repeat) \
                 from calibration join whole on calibration.customer_id = whole.customer_id \
                 where whole.purchase_days > calibration.purchase_days",
                self.active_in_holdout,
            ),
            (
                "select count(gap), quantile_cuts(gap, 10)[5], quantile_cuts(gap, 10)[8], \
                 quantile_cuts(gap, 10)[9] from gaps",
                self.gaps,
            ),
        ]
    }
}

async fn sample() -> &'static Tables {
    static TABLES: OnceCell<Tables> = OnceCell::const_new();
    TABLES.get_or_init(|| SAMPLE.publish()).await
}

async fn master() -> &'static Tables {
    static TABLES: OnceCell<Tables> = OnceCell::const_new();
    TABLES.get_or_init(|| MASTER.publish()).await
}

#[tokio::test]
async fn the_sample_has_the_published_counts() {
    SAMPLE.hold(sample().await).await;
}

#[tokio::test]
async fn the_master_log_has_the_published_counts() {
    MASTER.hold(master().await).await;
}

#[tokio::test]
async fn the_models_of_the_sample_are_the_published_ones() {
    let purchases = [
        ("r", 0.524_843_159_106_33, Some(0.083_268_21)),
        ("alpha", 6.183_085_279_576_2, Some(0.695_620_64)),
        ("a", 0.891_359_390_732_146, Some(0.154_789_93)),
        ("b", 1.614_002_240_170_043, Some(0.537_494_80)),
    ];
    fitted(sample().await, "mbgnbd", 2357, &purchases, (-9_582.135_715_553_75, 1e-6)).await;
    let spend = [
        ("p", 6.249_572_271_325_81, Some(1.190_055)),
        ("q", 3.744_224_667_131_69, Some(0.290_133)),
        ("v", 15.443_520_962_582_3, Some(4.159_423)),
    ];
    fitted(sample().await, "gamma_gamma", 946, &spend, (-4_055.917_694_801_877, 1e-6)).await;
}

#[tokio::test]
async fn the_models_of_the_master_log_are_the_published_ones() {
    let purchases = [
        ("r", 0.637_139_733_444_267, None),
        ("alpha", 7.310_289_541_994_13, None),
        ("a", 0.807_474_117_948_831, None),
        ("b", 1.228_393_995_655_92, None),
    ];
    fitted(master().await, "mbgnbd", 23570, &purchases, (-95_336.958_319_879_54, 1e-5)).await;
    // One repeat customer paid nothing on the repeat days.
    let spend = [
        ("p", 6.275_359_067_914_33, None),
        ("q", 3.624_450_022_830_82, None),
        ("v", 14.983_687_030_941, None),
    ];
    fitted(master().await, "gamma_gamma", 9450, &spend, (-40_763.476_261_390_78, 1e-5)).await;
}

#[tokio::test]
async fn the_customers_of_the_sample_add_up_to_the_published_totals() {
    let totals = [
        ("p_alive", 1_057.636_370_508),
        ("expected_purchases", 1_576.728_301_896_2),
        ("expected_spend", 83_089.607_621_67),
        ("expected_purchases * expected_spend", 57_128.096_258_94),
    ];
    for (value, expected) in totals {
        let sum = format!("select sum({value}) from fact_customer_equity");
        let query = format!("{sum} where period = '1997-09-01'");
        within(sample().await, &query, expected, 1e-7 * expected).await;
    }
    let all = "from fact_equity where segment = 'all' and period = '1997-09-01'";
    let query = format!("select expected_purchases {all}");
    within(sample().await, &query, 1_576.728_301_896_2, 1e-6).await;
    let query = format!("select expected_customers_alive {all}");
    within(sample().await, &query, 1_057.636_370_508, 1e-6).await;
    // Each row says what it rests on.
    let model = "purchase_model, purchase_model_identified, spend_model_identified";
    let query = format!("select {model} {all}");
    assert_eq!(sample().await.row(&query).await, "mbgnbd true true");
    let query =
        format!("select distinct {model} from fact_customer_equity where period = '1997-09-01'");
    assert_eq!(sample().await.rows(&query).await.concat(), ["mbgnbd", "true", "true"]);
}

#[tokio::test]
async fn how_good_the_fit_is_adds_up_to_what_was_counted() {
    let tables = sample().await;
    for (table, values, expected) in [
        (
            "fact_model_frequency",
            "string_agg(actual_customers, ' ' order by frequency)",
            "1411 439 214 100 62 38 29 64",
        ),
        ("fact_model_week", "count(*), max(customers), sum(actual_purchases)", "40 2357 2457"),
        ("fact_model_decile", "count(*), sum(customers), sum(actual_purchases)", "10 2357 230"),
        (
            "fact_model_comparison",
            "count(*), min(customers), min(actual_purchases), max(actual_purchases), \
             string_agg(model, ' ') filter (where is_used)",
            "4 2357 230 230 mbgnbd",
        ),
    ] {
        let query = format!("select {values} from {table} where period = '1997-09-01'");
        assert_eq!(tables.row(&query).await, expected, "{query}");
    }
    let expected = "select sum(expected_customers) from fact_model_frequency \
                    where period = '1997-09-01'";
    within(tables, expected, 2357.0, 1e-9).await;
    // The sum of weeks is what is expected of all from their first purchases on.
    let summed = "select sum(expected_purchases) - max(expected_purchases_so_far) \
                  from fact_model_week where period = '1997-09-01'";
    within(tables, summed, 0.0, 1e-9).await;
    // A model without dropout expects too much of those who have left.
    let nobody_leaves = "select holdout.root_mean_squared_error > best.root_mean_squared_error \
                         from fact_model_comparison as holdout, fact_model_comparison as best \
                         where holdout.model = 'nbd' and best.rank = 1 \
                         and holdout.period = best.period and best.period = '1997-09-01'";
    assert_eq!(tables.row(nobody_leaves).await, "true");
}

#[tokio::test]
async fn recency_frequency_and_money_are_scored_by_the_published_quintiles() {
    let tables = sample().await;
    let means = [
        ("recency_days", 371.563_852_35),
        ("purchase_days", 2.840_899_45),
        ("cast(total_spend as double)", 103.560_432_75),
    ];
    for (column, expected) in means {
        within(tables, &format!("select avg({column}) from whole"), expected, 5e-9).await;
    }
    let figures = [
        ("select quantile_cuts(recency_days, 5) from whole", "[152.0, 442.0, 486.0, 512.0]"),
        ("select quantile_cuts(purchase_days, 5) from whole", "[1.0, 1.0, 2.0, 4.0]"),
        (
            "select quantile_cuts(100 * total_spend, 5) from whole",
            "[1536.0, 3195.8, 5925.0, 13043.6]",
        ),
        (
            "select count(distinct rfm_code), count(*) filter (where rfm_code = '555'), \
             count(*) filter (where rfm_code = '111') from whole",
            "60 233 167",
        ),
    ];
    for (query, expected) in figures {
        assert_eq!(tables.row(query).await, expected, "{query}");
    }
    // Scores 1 to 5, of which purchases have no 2: more than half of the customers bought once.
    let scores = [
        ("recency_score", vec!["459", "478", "475", "471", "474"]),
        ("frequency_score", vec!["1218", "403", "358", "378"]),
        ("monetary_score", vec!["481", "462", "472", "470", "472"]),
    ];
    for (score, expected) in scores {
        let query = format!("select count(*) from whole group by {score} order by {score}");
        assert_eq!(tables.rows(&query).await.concat(), expected, "{score}");
    }
}

/// Three scores per customer, 5 the best, by each of the four rules.
const RULES: [(&str, &str); 4] = [
    (
        "select ntile(5) over (order by recency_days desc, customer_id) as recency, \
         ntile(5) over (order by purchase_days, customer_id) as frequency, \
         ntile(5) over (order by total_spend, customer_id) as monetary from whole",
        "71 247 171",
    ),
    (
        "select 6 - cut_score(recency_days, quantile_cuts(recency_days, 5) over ()) as recency, \
         cut_score(purchase_days, quantile_cuts(purchase_days, 5) over ()) as frequency, \
         cut_score(total_spend, quantile_cuts(total_spend, 5) over ()) as monetary from whole",
        "60 233 167",
    ),
    (
        "with recent as (select purchase_days, total_spend, \
         6 - cut_score(recency_days, quantile_cuts(recency_days, 5) over ()) as recency \
         from whole), frequent as (select *, cut_score(purchase_days, \
         quantile_cuts(purchase_days, 5) over (partition by recency)) as frequency from recent) \
         select recency, frequency, cut_score(total_spend, \
         quantile_cuts(total_spend, 5) over (partition by recency, frequency)) as monetary \
         from frequent",
        "80 19 98",
    ),
    (
        "select 6 - cut_score(recency_days, [30, 90, 180, 365]) as recency, \
         cut_score(purchase_days, [1, 2, 4, 9]) as frequency, \
         cut_score(total_spend, [20, 50, 100, 250]) as monetary from whole",
        "69 45 611",
    ),
];

#[tokio::test]
async fn each_of_the_four_rules_of_scoring_is_one_query() {
    for (rule, expected) in RULES {
        let query = format!(
            "select count(distinct 100 * recency + 10 * frequency + monetary), \
             count(*) filter (where recency = 5 and frequency = 5 and monetary = 5), \
             count(*) filter (where recency = 1 and frequency = 1 and monetary = 1) from ({rule})"
        );
        assert_eq!(sample().await.row(&query).await, expected, "{rule}");
    }
    let [(ntile, _), (cuts, _), ..] = RULES;
    // Dealt out, no score stays empty; cut at values, the many who bought once share a score.
    let scores = |rule| format!("select count(distinct frequency), count(*) from ({rule})");
    assert_eq!(sample().await.row(&scores(ntile)).await, "5 2357");
    assert_eq!(sample().await.row(&scores(cuts)).await, "4 2357");
}

#[tokio::test]
async fn spend_is_as_concentrated_as_published() {
    let tables = sample().await;
    let cents = "cast(100 * total_spend as bigint)";
    let figures = [
        (format!("gini({cents})['value']"), 0.630_917_117_016_241),
        (format!("gini({cents})['unbiased']"), 0.631_184_908_661_834),
        ("gini(total_spend)['value']".into(), 0.630_917_117_016_241),
        (format!("herfindahl({cents})['value']"), 2.285_796_437_229_907e-3),
        (format!("theil({cents})['value']"), 0.818_686_665_199),
        (format!("top_share({cents}, 0.01)['share']"), 0.145_540_078_054),
        (format!("top_share({cents}, 0.025)['share']"), 0.248_683_959_003),
        (format!("top_share({cents}, 0.05)['share']"), 0.360_666_353_834),
        (format!("top_share({cents}, 0.1)['share']"), 0.508_070_237_796),
        (format!("top_share({cents}, 0.2)['share']"), 0.674_550_171_546),
        (format!("top_share({cents}, 0.5)['share']"), 0.894_541_581_340),
        (format!("customers_for_share({cents}, 0.8)['customers']"), 777.0),
        // The poorest half are one short of half.
        (format!("lorenz({cents}, 2357)[1179]['value_share']"), 1.0 - 0.894_541_581_340),
    ];
    for (figure, expected) in figures {
        within(tables, &format!("select {figure} from whole"), expected, 1e-12).await;
    }
    let share = format!("select customers_for_share({cents}, 0.8)['share'] from whole");
    within(tables, &share, 0.329_656_34, 5e-9).await;
}

#[tokio::test]
async fn customers_return_as_regularly_as_published() {
    let published = [
        (sample().await, "736", 0.084_172_054_053, 0.985_053_458_732),
        (master().await, "7476", 0.087_336_179_925, 0.931_251_058_923),
    ];
    for (tables, n, v, k) in published {
        let regularity = |field: &str| {
            format!("select regularity(last_gap, previous_gap)['{field}'] from pairs_of_gaps")
        };
        assert_eq!(tables.row(&regularity("n")).await, n);
        within(tables, &regularity("v"), v, 1e-12).await;
        within(tables, &regularity("k"), k, 1e-11).await;
    }
}

#[tokio::test]
async fn groups_of_equal_size_have_the_published_extremes() {
    let place = Playground::new().core();
    place.does(
        "run pipelines/cdnow.yaml --as-of 1998-07-01 --param rfm_rule=ntile \
         --select fact_customer_loyalty",
    );
    let tables = Tables::of(&place.path("warehouse")).await;
    let query = "select count(*) filter (where rfm_code = '555'), \
                 count(*) filter (where rfm_code = '111') from fact_customer_loyalty";
    assert_eq!(tables.row(query).await, "247 171");
}

#[tokio::test]
async fn cohorts_return_as_published() {
    let place = Playground::new().core();
    place.does(
        "run pipelines/cdnow.yaml --as-of 1997-10-01 --from 1997-01-01 \
         --select fact_retention_cohort",
    );
    let tables = Tables::of(&place.path("warehouse")).await;
    let cohorts = [
        ("1997-01-01", "781 [124, 95, 70, 65, 77, 65]"),
        ("1997-02-01", "857 [134, 110, 75, 77, 75, 61]"),
        ("1997-03-01", "719 [87, 84, 78, 63, 64, 55]"),
    ];
    for (cohort, expected) in cohorts {
        let query = format!(
            "select max(customers), array_agg(active_customers order by period) \
             from fact_retention_cohort where cohort = '{cohort}' and period > cohort \
             and period <= cohort + interval '6 months'"
        );
        assert_eq!(tables.row(&query).await, expected, "{cohort}");
    }
}

/// Holds a fit to its parameters, standard errors (where they are published) and log-likelihood.
async fn fitted(
    tables: &Tables,
    model: &str,
    customers: u32,
    parameters: &[(&str, f64, Option<f64>)],
    (log_likelihood, tolerance): (f64, f64),
) {
    let fit = format!("from fact_model where model = '{model}' and period = '1997-09-01'");
    let state = format!("select distinct customers, converged, flags {fit}");
    assert_eq!(tables.row(&state).await, format!("{customers} true "));
    let query = format!("select max(log_likelihood) {fit}");
    within(tables, &query, log_likelihood, tolerance).await;
    for &(parameter, estimate, standard_error) in parameters {
        let row = format!("{fit} and parameter = '{parameter}'");
        within(tables, &format!("select estimate {row}"), estimate, 1e-7 * estimate).await;
        if let Some(error) = standard_error {
            within(tables, &format!("select standard_error {row}"), error, 1e-5 * error).await;
        }
    }
}

async fn within(tables: &Tables, query: &str, expected: f64, tolerance: f64) {
    let found = tables.number(query).await;
    assert!((found - expected).abs() <= tolerance, "{query}: {found}, not {expected}");
}

#[tokio::test]
async fn what_is_told_has_values_and_what_is_said_to_be_null_has_none() {
    let in_vain = coverage::told_in_vain("cdnow", sample().await).await;
    // The log is eighteen months long, and these compare a year with the one before.
    let of_two_years = ["gross_revenue_retention", "net_revenue_retention"]
        .map(|it| format!("fact_retention.{it}"));
    assert_eq!(in_vain, BTreeSet::from(of_two_years));
}
