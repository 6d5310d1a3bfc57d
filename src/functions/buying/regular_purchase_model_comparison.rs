//! `regular_purchase_model_comparison(frequency, recency, age, sum_log_gaps, k, holdout_frequency, holdout_length [, weight [, weights]])`

use super::purchase_model_comparison::{CONTENDER, HOLDOUT_FREQUENCY, HOLDOUT_LENGTH, table};
use super::regular::{K, SUM_LOG_GAPS};
use crate::functions::argument::{AGE, FREQUENCY, RECENCY, WEIGHT};
use crate::functions::document::Example;
use crate::functions::fitted::weighted;
use crate::functions::groupwise::Groupwise;
use crate::functions::multiset::Counted;
use crate::functions::shape::{Answer, Shape};
use crate::kernel::comparison::{Case, compare};
use crate::kernel::{History, OutOfDomain, Weights, check_same};

pub(super) static FUNCTION: Groupwise<8> = Groupwise {
    name: "regular_purchase_model_comparison",
    summary: "As `purchase_model_comparison`, with BG/CNBD-k and MBG/CNBD-k among the models.",
    arguments: [
        FREQUENCY,
        RECENCY,
        AGE,
        SUM_LOG_GAPS,
        K,
        HOLDOUT_FREQUENCY,
        HOLDOUT_LENGTH,
        WEIGHT,
    ],
    returns: "one struct per model, the best first; call it with several `k` to choose one by \
              `holdout_rmse` or `bic`",
    shape: Shape::Rows(CONTENDER),
    source: "Schwarz (1978), Annals of Statistics 6(2), 461–464 (bic); Reutterer, Platzer and \
             Schröder (2021), International Journal of Research in Marketing 38(1), 194–215",
    examples: &[Example::over(
        "cardinality(regular_purchase_model_comparison(frequency, recency, age, gaps, 2, bought, 39))",
        "(VALUES (2, 30.4, 38.9, 5.4, 1), (0, 0, 38.9, 0, 0), (1, 1.7, 38.9, 0.5, 0), \
         (7, 29.4, 38.9, 9.6, 8)) AS t(frequency, recency, age, gaps, bought)",
        "6",
    )],
    weights: Some(Weights::Counts),
    kernel,
};

fn kernel(rows: &[Counted<8>], weights: Weights) -> Result<Option<Answer>, OutOfDomain> {
    let k = rows.first().map(|row| row.values[4]);
    let cases = weighted(rows, weights, |row| case(row, k), |_| true)?;
    let cases: Vec<_> = cases.rows().map(|(case, weight)| case.weighing(weight)).collect();
    Ok(table(&compare(&cases, k)?))
}

fn case(row: [f64; 8], k: Option<f64>) -> Result<Case, OutOfDomain> {
    let [frequency, recency, age, gaps, row_k, purchases, length, _] = row;
    check_same("k", k.unwrap_or(row_k), row_k)?;
    Case::new(History::new(frequency, recency, age)?, purchases, length, 1.0)?.with_gaps(gaps)
}
