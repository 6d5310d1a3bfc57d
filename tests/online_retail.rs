//! The Online Retail files as a shop drops them, with cancellations, bad debt, fees, buyers without
//! a number and repeated rows.
//!
//! The files here are those of 25 July to 14 August 2011. The figures come from a program of another
//! kind, which reads the files row by row and keeps the units that each customer has bought of a
//! product at a price on a stack, for cancellations to take from.

use tokio::sync::OnceCell;

use crate::support::playground::Playground;
use crate::support::tables::{Tables, release};

const RUN: &str = "run pipelines/online_retail.yaml --as-of";

/// Only the part of the warehouse that shows the treatment of the rows.
const ONLY_ROWS: &str = "--select fact_source_reconciliation";
/// The tables that outcomes are figures of.
const COUNTED: &str =
    "--select fact_source_reconciliation,fact_order_line,dim_customer,fact_customer_loyalty";

/// What becomes of the files. Figures side by side are in the order of the query that asks.
struct Outcome {
    as_of: &'static str,
    parameters: &'static str,
    /// Rows, documents, cancellations, rows of bad debt, without a customer, repeated, amount.
    rows: &'static str,
    /// Order lines, and those of them that are the second part of a line cancelled in part.
    lines: &'static str,
    /// Kept, cancelled, cancellations, left out, rounded.
    amounts: &'static str,
    /// Orders, and those of which something was kept.
    orders: &'static str,
    /// Customers, those who bought, their purchase days, those with more than one, what they spent.
    customers: &'static str,
}

const ROWS: &str = "24063 1239 180 3 5574 116 495408.0710";

const AS_SHIPPED: Outcome = Outcome {
    as_of: "2011-08-15",
    parameters: "",
    rows: ROWS,
    lines: "23662 118",
    amounts: "526365.67 6192.86 -14191.6100 -22958.8500 0.0010",
    orders: "936 932",
    customers: "727 682 812 89 458312.44",
};

const OTHERWISE: [Outcome; 4] = [
    // The morning before the bad debt was adjusted.
    Outcome {
        as_of: "2011-08-12",
        rows: "22384 1141 166 0 5159 109 480208.4110",
        lines: "22007 108",
        amounts: "499577.71 6092.96 -13999.9800 -11462.2800 0.0010",
        orders: "861 857",
        customers: "680 635 751 79 434723.60",
        ..AS_SHIPPED
    },
    Outcome {
        parameters: "--param cancellations=apart",
        lines: "23544 0",
        amounts: "532558.53 0.00 0.0000 -37150.4600 0.0010",
        orders: "936 936",
        customers: "727 682 815 91 464505.30",
        ..AS_SHIPPED
    },
    Outcome {
        parameters: "--param exact_duplicates=drop",
        lines: "23547 118",
        amounts: "525601.89 6192.86 -14188.6600 -22198.0200 0.0010",
        customers: "727 682 812 89 457552.80",
        ..AS_SHIPPED
    },
    Outcome {
        parameters: "--param anonymous_orders=leave_out",
        lines: "18220 118",
        amounts: "458312.44 6192.86 -14191.6100 45094.3800 0.0010",
        orders: "882 878",
        ..AS_SHIPPED
    },
];

impl Outcome {
    fn line(&self) -> String {
        format!("{RUN} {} {}", self.as_of, self.parameters)
    }

    async fn hold(&self, tables: &Tables) {
        for (query, expected) in self.figures() {
            assert_eq!(tables.row(query).await, expected, "{}: {query}", self.line());
        }
    }

    fn figures(&self) -> [(&'static str, &'static str); 6] {
        [
            (
                "select sum(rows), sum(documents), \
                 sum(documents) filter (where document = 'cancellation'), \
                 coalesce(sum(rows) filter (where document = 'bad_debt'), 0), \
                 sum(rows) filter (where is_anonymous), sum(rows) filter (where is_duplicate), \
                 sum(amount) from fact_source_reconciliation",
                self.rows,
            ),
            (
                "select sum(order_lines), sum(order_lines - rows) \
                 from fact_source_reconciliation where treatment = 'order_line'",
                self.lines,
            ),
            (
                "select sum(completed_amount), sum(cancelled_amount), sum(takes_back_amount), \
                 sum(left_out_amount), sum(rounding_amount) from fact_source_reconciliation",
                self.amounts,
            ),
            (
                "select count(distinct order_id), \
                 count(distinct order_id) filter (where status = 'completed') \
                 from fact_order_line",
                self.orders,
            ),
            (
                "select (select count(*) from dim_customer) as known, count(*), sum(purchase_days), \
                 count(*) filter (where is_repeat), sum(total_spend) from fact_customer_loyalty",
                self.customers,
            ),
            // The published lines, added up without the reconciliation, agree with it.
            (
                "select count(*) - (select sum(order_lines) from fact_source_reconciliation) as lines, \
                 sum(net_amount) - (select sum(completed_amount + cancelled_amount) \
                 from fact_source_reconciliation) as amount from fact_order_line",
                "0 0.00",
            ),
        ]
    }
}

async fn as_shipped() -> &'static Tables {
    static TABLES: OnceCell<Tables> = OnceCell::const_new();
    TABLES.get_or_init(|| published(Playground::new(), &AS_SHIPPED, "")).await
}

async fn published(place: Playground, outcome: &Outcome, tables: &str) -> Tables {
    place.does(&format!("{} {tables}", outcome.line()));
    Tables::of(&place.path("warehouse")).await
}

#[tokio::test]
async fn every_row_and_all_of_the_money_is_accounted_for() {
    AS_SHIPPED.hold(as_shipped().await).await;
}

#[tokio::test]
async fn a_parameter_chooses_what_becomes_of_rows_that_are_no_plain_sale() {
    for outcome in OTHERWISE {
        outcome.hold(&published(Playground::new().core(), &outcome, COUNTED).await).await;
    }
}

#[tokio::test]
async fn what_is_no_order_is_told_apart_by_kind() {
    let query = "select document, kind, treatment, cast(sum(rows) as bigint), sum(amount) \
                 from fact_source_reconciliation \
                 group by document, kind, treatment order by document, kind, treatment";
    let rows = as_shipped().await.rows(query).await;
    let lines: Vec<String> = rows.iter().map(|row| row.join(" ")).collect();
    insta::assert_snapshot!(lines.join("\n"), @r"
    bad_debt bad_debt left_out 3 -11062.0600
    cancellation discount left_out 4 -570.1600
    cancellation fee left_out 2 -11297.0100
    cancellation goods left_out 6 -29.6200
    cancellation goods takes_back 364 -9263.8000
    cancellation manual takes_back 16 -4793.0600
    cancellation postage takes_back 3 -134.7500
    invoice goods order_line 23451 516753.8310
    invoice manual order_line 11 3008.3700
    invoice postage order_line 82 12796.3300
    invoice stock_adjustment left_out 121 0.0000
    ");
}

#[tokio::test]
async fn a_cancellation_takes_back_the_newest_sale_that_it_can_mean() {
    let lines = |product: &str| {
        format!(
            "select order_id, status, quantity from fact_order_line \
             where customer_id = '17841' and product_id = '{product}' and unit_price = \
             (select min(unit_price) from fact_order_line where product_id = '{product}' \
             and customer_id = '17841') order by ordered_at, line_no"
        )
    };
    // Of 1, 2 and 3 pieces, one is cancelled before the last is bought.
    let rows = as_shipped().await.rows(&lines("21935")).await;
    let rows: Vec<String> = rows.iter().map(|row| row.join(" ")).collect();
    insta::assert_snapshot!(rows.join("\n"), @r"
    561113 completed 1
    561897 completed 2
    562460 completed 2
    562460 cancelled 1
    562779 completed 1
    ");
    // Of 3 and 12 pieces in one order, ten are cancelled.
    let rows = as_shipped().await.rows(&lines("23263")).await;
    let rows: Vec<String> = rows.iter().map(|row| row.join(" ")).collect();
    insta::assert_snapshot!(rows.join("\n"), @r"
    561113 completed 3
    561113 completed 2
    561113 cancelled 10
    562779 completed 2
    ");
}

#[tokio::test]
async fn without_surveys_and_programmes_their_tables_are_there_and_empty() {
    let tables = as_shipped().await;
    tables.know_orders_alone().await;
    let further = [
        "fact_referral",
        "fact_visit",
        "fact_wallet",
        "fact_promotion_withdrawal",
        "fact_target_decile",
        "fact_target_selection",
    ];
    tables.are_empty(&further).await;
    let query = "select count(profit), count(crv), count(cev) from fact_customer_value";
    assert_eq!(tables.row(query).await, "0 0 0");
    let query = "select count(*), count(customer_equity), count(mean_clv) from fact_equity";
    assert_eq!(tables.row(query).await, "4 4 4");
    let query = "select count(cross_buy_count), count(deal_share) from fact_customer_loyalty";
    assert_eq!(tables.row(query).await, "0 0");
}

#[test]
fn the_same_as_of_is_the_same_release() {
    let place = Playground::new().core();
    let line = format!("{} {COUNTED}", AS_SHIPPED.line());
    place.does(&line);
    let results = place.results();
    assert_eq!(results["sources"][0]["rows"], 24_063);
    assert_eq!(results["sources"][0]["files"], 18);
    let before = release(&place.path("warehouse"));
    place.does(&line);
    assert_eq!(place.results()["unchanged"], true);
    assert_eq!(release(&place.path("warehouse")), before);
}

#[test]
fn a_word_that_a_parameter_does_not_know_publishes_nothing() {
    for parameter in ["cancellations", "exact_duplicates", "anonymous_orders"] {
        let place = Playground::new().core();
        let ended = place.run(&format!("{RUN} 2011-08-15 --param {parameter}=perhaps {ONLY_ROWS}"));
        assert_eq!(ended.code, 1, "{}", ended.stderr);
        assert!(ended.stderr.contains("source_lines"), "{}", ended.stderr);
        assert!(!place.path("warehouse/fact_order_line").exists());
    }
}

/// A mistake in the query of the order lines, and the check that finds it. A doubled line breaks the
/// key already; with a number of its own, it comes from no line of a file.
const MISTAKES: [(&str, &str, &str, &str); 4] = [
    ("a line is lost", "where quantity > 0", "where quantity > 1", "source_rows_arrive"),
    (
        "a line is doubled",
        "from parts\nwhere",
        "from parts, (values (0), (5000)) as x (n)\nwhere",
        "unique: order_id, line_no",
    ),
    (
        "a line is doubled under another number",
        "    line_no,\n    status,\n    product_id,\n    quantity,\n    cast(null as decimal(18, 4)) as list_price,\n    unit_price,\n    cast(null as varchar) as promotion_id,\n    cast(quantity * unit_price as decimal(18, 2)) as net_amount\nfrom parts\nwhere",
        "    line_no + n as line_no,\n    status,\n    product_id,\n    quantity,\n    cast(null as decimal(18, 4)) as list_price,\n    unit_price,\n    cast(null as varchar) as promotion_id,\n    cast(quantity * unit_price as decimal(18, 2)) as net_amount\nfrom parts, (values (0), (5000)) as x (n)\nwhere",
        "not_null: document",
    ),
    (
        "an amount is changed",
        "quantity * unit_price as",
        "quantity * round(unit_price, 1) as",
        "source_rows_arrive",
    ),
];

#[test]
fn a_line_lost_doubled_or_changed_on_the_way_stops_the_run() {
    for (what, written, mistaken, check) in MISTAKES {
        let place = Playground::new().core();
        place.rewrite("sql/staging/online_retail/order_lines.sql", written, mistaken);
        let pipeline = place.path("pipelines/online_retail.yaml");
        let line = format!("run {} --as-of 2011-08-15 {ONLY_ROWS}", pipeline.display());
        let ended = place.run(&line);
        assert_eq!(ended.code, 1, "{what}: {}", ended.stderr);
        assert!(ended.stderr.contains(check), "{what}: {}", ended.stderr);
    }
}
