//! `…_discounted_purchases(model, frequency, recency, age, steps, step_length,
//! discount_rate)`: how many purchases come step by step, discounted?

use super::model::{BgNbd, Chosen, MbgNbd, Nbd, ParetoNbd, PurchaseRow, predictions};
use crate::functions::argument::{AGE, FREQUENCY, RATE_PER_STEP, RECENCY, STEP_LENGTH, STEPS};
use crate::functions::document::Example;
use crate::functions::family::{Definition, NULLS, Question, Remark};
use crate::functions::predictions::Predictions;
use crate::functions::rowwise::{Kernel, Shared};
use crate::kernel::OutOfDomain;
use crate::kernel::purchase_model::{GivenAlive, Past, PurchaseModel};

const QUESTION: Question<6> = Question {
    name: "discounted_purchases",
    summary: "Purchase days expected in each of the steps to come, those of step k divided \
              by (1 + discount_rate)^k, under {title}.",
    arguments: [FREQUENCY, RECENCY, AGE, STEPS, STEP_LENGTH, RATE_PER_STEP],
    returns: "a number of purchase days, each worth one today; times the expected spend it \
              is the customer's lifetime value",
    nulls: NULLS,
};

const REMARKS: [Remark; 5] = [
    Remark {
        of: "bgnbd",
        returns: "",
        source: "Fader, Hardie and Lee (2005), Journal of Marketing Research 42(4), 415–430",
        examples: &[Example::new(
            "CAST(24.66371391076115 * {prefix}_discounted_purchases({model}, 2, 30.43, \
             38.86, 12, 4.345, 0.01) AS DECIMAL(12, 6))",
            "36.289211",
        )],
    },
    Remark {
        of: "mbgnbd",
        returns: "",
        source: "Fader, Hardie and Lee (2005), Journal of Marketing Research 42(4), 415–430",
        examples: &[Example::new(
            "CAST({prefix}_discounted_purchases({model}, 2, 213.0 / 7.0, 272.0 / 7.0, 12, \
             4.345, 0.01) AS DECIMAL(12, 9))",
            "1.508469520",
        )],
    },
    Remark {
        of: "nbd",
        returns: "",
        source: "Fader, Hardie and Lee (2005), Journal of Marketing Research 42(4), 415–430",
        examples: &[Example::new(
            "CAST({prefix}_discounted_purchases({model}, 2, 213.0 / 7.0, 272.0 / 7.0, 12, \
             4.345, 0.01) AS DECIMAL(12, 9))",
            "2.290130791",
        )],
    },
    Remark {
        of: "pareto_nbd",
        returns: "",
        source: "Fader, Hardie and Lee (2005), Journal of Marketing Research 42(4), 415–430",
        examples: &[Example::new(
            "CAST({prefix}_discounted_purchases({model}, 2, 213.0 / 7.0, 272.0 / 7.0, 12, \
             4.345, 0.01) AS DECIMAL(12, 9))",
            "1.747218664",
        )],
    },
    Remark {
        of: "purchase_model",
        returns: "",
        source: "{source} `…_discounted_purchases`",
        examples: &[Example::new(
            "CAST(24.66371391076115 * {prefix}_discounted_purchases({model}, 2, 30.43, 38.86, \
             12, 4.345, 0.01) AS DECIMAL(12, 6))",
            "36.289211",
        )],
    },
];

/// The function of every model.
pub(super) fn all() -> Vec<Definition> {
    vec![
        ask::<BgNbd>(&QUESTION),
        ask::<MbgNbd>(&QUESTION),
        ask::<Nbd>(&QUESTION),
        ask::<ParetoNbd>(&QUESTION),
        ask::<Chosen>(&QUESTION),
    ]
}

fn ask<R: PurchaseRow>(question: &Question<6>) -> Definition {
    let shared = Shared::Model(R::MODEL);
    question.of::<R, _>(shared, &REMARKS, predictions::<R, f64>, Kernel::Strict(answer))
}

fn answer<M: PurchaseModel>(
    predictions: &mut Predictions<M>,
    [frequency, recency, age, steps, step_length, rate]: [f64; 6],
) -> Result<f64, OutOfDomain> {
    let past = M::Past::of(frequency, recency, age)?;
    predictions.mean(past, [steps, step_length, rate], |future| {
        future.discounted_purchases(past, steps, step_length, rate)
    })
}
