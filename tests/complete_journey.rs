//! The Complete Journey: groceries of households with their discounts, the campaigns mailed to them
//! and the coupons that they redeemed.
//!
//! The files here are those of 52 of the 2,469 households. The figures come from `DuckDB`.

use std::collections::BTreeSet;
use std::process::Command;

use tokio::sync::OnceCell;

use crate::coverage;
use crate::support::files::copy;
use crate::support::playground::Playground;
use crate::support::repository;
use crate::support::tables::Tables;
use crate::support::tools::tool;

const RUN: &str = "run pipelines/complete_journey.yaml --as-of";

/// Questions to the warehouse, what it says of the whole year and of the first half of it.
const FIGURES: [(&str, &str, &str); 8] = [
    (
        "select sum(rows), sum(documents), sum(amount), \
         sum(rows) filter (where treatment = 'left_out'), sum(left_out_amount), \
         sum(order_lines), sum(completed_amount), sum(rounding_amount) \
         from fact_source_reconciliation",
        "29626 3873 94223.7700 223 -124.3300 29403 94348.10 0.0000",
        "15368 1989 47910.0700 122 -60.6600 15246 47970.73 0.0000",
    ),
    (
        "select count(*), sum(list_amount), sum(net_amount), \
         count(*) filter (where net_amount < 0), sum(quantity), \
         count(distinct order_id), count(distinct category) from fact_order_line",
        "29403 112804.88 94348.10 6 40733 3858 274",
        "15246 57702.29 47970.73 4 21382 1978 264",
    ),
    (
        "select rows, amount from fact_source_reconciliation where kind = 'fuel'",
        "318 8881.3200",
        "157 4384.3800",
    ),
    (
        "select count(*), sum(purchase_days), count(*) filter (where is_repeat), \
         sum(total_spend) from fact_customer_loyalty",
        "52 3040 52 94348.10",
        "52 1545 51 47970.73",
    ),
    ("select count(*), count(income_band) from dim_demographics", "18 18", "18 18"),
    (
        "select count(*), count(distinct customer_id), count(distinct promotion_id), \
         count(*) filter (where is_control) from fact_exposure",
        "148 35 21 0",
        "57 31 9 0",
    ),
    ("select count(*), count(distinct customer_id) from fact_redemption", "55 11", "9 5"),
    ("select count(*) from dim_promotion", "27", "14"),
];

async fn year() -> &'static Tables {
    static TABLES: OnceCell<Tables> = OnceCell::const_new();
    TABLES.get_or_init(|| published(Playground::new(), "2018-01-01")).await
}

async fn published(place: Playground, as_of: &str) -> Tables {
    place.does(&format!("{RUN} {as_of}"));
    Tables::of(&place.path("warehouse")).await
}

#[tokio::test]
async fn every_row_of_the_year_is_accounted_for() {
    for (query, expected, _) in FIGURES {
        assert_eq!(year().await.row(query).await, expected, "{query}");
    }
}

#[tokio::test]
async fn half_a_year_knows_nothing_of_the_other_half() {
    let tables = published(Playground::new().core(), "2017-07-01").await;
    for (query, _, expected) in FIGURES {
        assert_eq!(tables.row(query).await, expected, "{query}");
    }
}

#[tokio::test]
async fn a_campaign_tells_when_it_runs_and_what_its_coupons_are_good_for() {
    let query = "select promotion_type, starts_on, ends_on, coupons, products \
                 from dim_promotion where promotion_id = '18'";
    assert_eq!(year().await.row(query).await, "Type A 2017-10-30 2017-12-24 21 24651");
    let query = "select max(ends_on) from dim_promotion";
    assert_eq!(year().await.row(query).await, "2018-02-28");
}

/// Household 2061 handed in coupons that were worth more than what they were for.
#[tokio::test]
async fn a_coupon_worth_more_than_its_line_is_no_negative_share_of_deals() {
    let query = "select deal_share from fact_customer_loyalty where customer_id = '2061'";
    let found = year().await.number(query).await;
    assert!((found - 0.111_685_843_977_620_6).abs() < 1e-12, "{found}");
}

/// What follows a campaign is known, but not its effect: there was no holdout.
#[tokio::test]
async fn campaigns_that_were_held_back_from_nobody_have_no_effect_that_could_be_known() {
    let query = "select count(*), sum(treated_customers), sum(overlapping_customers), \
                 count(promo_exit_effect), count(purchase_exit_effect) from fact_promotion_withdrawal";
    assert_eq!(year().await.row(query).await, "21 13 87 0 0");
    let query = "select sum(response_rate_denominator), sum(response_rate_numerator), \
                 count(lift) = count(*), count(uplift), count(is_worth_contacting) \
                 from fact_target_decile";
    assert_eq!(year().await.row(query).await, "135 132 true 0 0");
    let query = "select count(qini), count(selected_customers) from fact_target_selection";
    assert_eq!(year().await.row(query).await, "0 0");
}

#[tokio::test]
async fn without_surveys_and_programmes_their_tables_are_there_and_empty() {
    year().await.know_orders_alone().await;
    let query = "select count(*) from fact_equity where customer_equity > 0";
    assert_eq!(year().await.row(query).await, "5");
}

/// Read as the time of the shops, the late purchases of a day would be those of the next.
#[test]
fn purchases_on_the_wrong_clock_stop_the_run() {
    let place = Playground::new().core();
    place.rewrite(
        "pipelines/complete_journey.yaml",
        "transaction_timestamp: {type: timestamp, required: true, time_zone: UTC",
        "transaction_timestamp: {type: timestamp, required: true",
    );
    let pipeline = place.path("pipelines/complete_journey.yaml");
    let ended = place.run(&format!("run {} --as-of 2018-01-02", pipeline.display()));
    assert_eq!(ended.code, 1, "{}", ended.stderr);
    assert!(ended.stderr.contains("`redemptions`: 7 rows"), "{}", ended.stderr);
    assert!(ended.stderr.contains("redeemed_on_a_shopping_day"), "{}", ended.stderr);
}

/// Rewrites files with timestamps of the old type INT96, as the full year is published.
const OLD: &str = "
import sys, pyarrow.parquet
for path in sys.argv[1:]:
    rows = pyarrow.parquet.read_table(path)
    pyarrow.parquet.write_table(rows, path, use_deprecated_int96_timestamps=True)
";

#[tokio::test]
async fn days_are_the_same_in_files_of_the_old_type() {
    let place = Playground::new().core();
    let raw = place.path("old");
    copy(&repository().join("tests/data/complete_journey"), &raw);
    let files = ["campaign_descriptions", "coupon_redemptions", "transactions"];
    let files = files.map(|file| raw.join(file).with_extension("parquet"));
    let written = Command::new(tool("python")).args(["-c", OLD]).args(files).status();
    assert!(written.unwrap().success());
    let place = place.with("RAW", &raw.display().to_string());
    place.does(&format!("{RUN} 2018-01-01 --select dim_promotion,fact_redemption"));
    let old = Tables::of(&place.path("warehouse")).await;
    for query in [
        "select min(starts_on), max(ends_on), count(*) from dim_promotion",
        "select min(redeemed_at), max(redeemed_at), count(*) from fact_redemption",
    ] {
        assert_eq!(old.row(query).await, year().await.row(query).await, "{query}");
    }
}

#[tokio::test]
async fn what_is_told_has_values_and_what_is_said_to_be_null_has_none() {
    let in_vain = coverage::told_in_vain("complete_journey", year().await).await;
    // These compare a year with the one before.
    let of_two_years = [
        "fact_growth_effect.adding_rate",
        "fact_growth_effect.spend_growth",
        "fact_growth_effect.spend_growth_lower",
        "fact_growth_effect.spend_growth_upper",
        "fact_retention.gross_revenue_retention",
        "fact_retention.net_revenue_retention",
    ];
    assert_eq!(in_vain, BTreeSet::from(of_two_years.map(str::to_owned)));
}
