//! What was simulated, for comparison with what is estimated from it.

use serde::Serialize;

use super::Options;
use super::dirt::{PerKind, RATES};
use super::files::Landings;
use super::orders::{Buyer, Cell, Order, Status};
use super::process::{BgNbd, GammaGamma, PURCHASES, SPEND};
use super::raw::Raw;
use super::surveys::{Answer, QUESTIONS};

/// How much there is of everything, and what became of the customers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// Customers, each with at least one purchase.
    pub customers: u64,
    /// Customers who have not left by the end of the window.
    pub customers_alive: u64,
    /// Purchases of the process: completed orders of known customers that stay so.
    pub purchases: u64,
    /// Those of them that are not a customer's first.
    pub repeat_purchases: u64,
    /// What the purchases are worth, in hundredths.
    pub purchases_cents: u64,
    /// Distinct orders, those too many included.
    pub orders: u64,
    /// Rows of the order files.
    pub order_rows: u64,
    /// Distinct lines, those too many included.
    pub order_lines: u64,
    /// Rows of the order line files.
    pub order_line_rows: u64,
    /// Filled-in surveys.
    pub responses: u64,
    /// Rows of the survey files.
    pub survey_answers: u64,
    /// Dirty rows of each kind.
    pub dirty: PerKind<u64>,
}

impl Counts {
    pub(super) fn of(raw: &Raw, landings: &Landings) -> Self {
        let [order_rows, order_line_rows, survey_answers] = landings.rows().map(|n| n as u64);
        let mut counts = Self {
            customers: raw.customers.len() as u64,
            orders: raw.orders.len() as u64,
            order_rows,
            order_line_rows,
            responses: raw.responses.len() as u64,
            survey_answers,
            ..Self::default()
        };
        for customer in &raw.customers {
            counts.customers_alive += u64::from(customer.alive);
            counts.repeat_purchases += u64::from(customer.repeats);
        }
        raw.orders.iter().for_each(|order| counts.add_order(order));
        let answers = raw.responses.iter().flat_map(|response| &response.answers);
        answers.for_each(|answer| counts.dirty.add_answer(answer));
        counts
    }

    fn add_order(&mut self, order: &Order) {
        self.order_lines += order.lines.len() as u64;
        if order.genuine {
            self.purchases += 1;
            self.purchases_cents += u64::from(order.value);
        }
        self.dirty.add_order(order);
        self.dirty.add_lines(order);
    }
}

impl PerKind<u64> {
    fn add_order(&mut self, order: &Order) {
        let again = order.sent_again.map(|(_, status)| status);
        self.order_dates += u64::from(order.spoilt_date.is_some());
        self.order_customers_missing += u64::from(order.buyer == Buyer::Missing);
        self.order_customers_unknown += u64::from(matches!(order.buyer, Buyer::Unknown(_)));
        self.orders_cancelled += u64::from(order.sent.1 == Status::Cancelled);
        self.orders_returned += u64::from(again == Some(Status::Returned));
        self.orders_resent += u64::from(again == Some(Status::Completed));
    }

    fn add_lines(&mut self, order: &Order) {
        for line in &order.lines {
            let rubbish = matches!(line.quantity, Cell::Rubbish(_))
                || matches!(line.unit_price, Cell::Rubbish(_));
            self.line_numbers += u64::from(rubbish);
            self.line_quantities += u64::from(matches!(line.quantity, Cell::Value(..=0)));
            self.lines_resent += u64::from(line.sent_again.is_some());
        }
    }

    fn add_answer(&mut self, answer: &Answer) {
        let highest = QUESTIONS[answer.question].scale.1;
        self.answer_dates += u64::from(answer.spoilt_date.is_some());
        self.answer_numbers += u64::from(matches!(answer.score, Cell::Rubbish(_)));
        self.answer_customers_missing += u64::from(answer.customer == Buyer::Missing);
        self.answer_customers_unknown += u64::from(matches!(answer.customer, Buyer::Unknown(_)));
        self.answer_scores +=
            u64::from(matches!(answer.score, Cell::Value(score) if score > highest));
    }
}

/// The content of `truth.json`.
#[derive(Debug, Serialize)]
struct Truth<'a> {
    seed: u64,
    start: String,
    months: u32,
    time_unit: &'static str,
    bgnbd: BgNbd,
    gamma_gamma: GammaGamma,
    mean_order_value: f64,
    dirt_rates: PerKind<f64>,
    counts: &'a Counts,
}

/// The bytes of `truth.json`.
pub(super) fn render(options: &Options, counts: &Counts) -> Result<Vec<u8>, serde_json::Error> {
    let truth = Truth {
        seed: options.seed,
        start: options.start.to_string(),
        months: options.months,
        time_unit: "week",
        bgnbd: PURCHASES,
        gamma_gamma: SPEND,
        mean_order_value: SPEND.mean(),
        dirt_rates: RATES,
        counts,
    };
    let mut text = serde_json::to_vec_pretty(&truth)?;
    text.push(b'\n');
    Ok(text)
}
