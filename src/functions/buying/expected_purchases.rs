//! `…_expected_purchases(model, frequency, recency, age, horizon)`: how often will the
//! customer buy?

use super::model::{
    BgBb, BgCnbd, BgNbd, Chosen, MbgCnbd, MbgNbd, Nbd, ParetoNbd, PurchaseRow, predictions,
};
use super::opportunities::{LAST_TAKEN, OPPORTUNITIES, TAKEN, TO_COME};
use crate::functions::argument::{AGE, FREQUENCY, HORIZON, RECENCY};
use crate::functions::document::Example;
use crate::functions::family::{Definition, NULLS, Question, Remark};
use crate::functions::predictions::Predictions;
use crate::functions::rowwise::{Kernel, Shared};
use crate::kernel::OutOfDomain;
use crate::kernel::purchase_model::{GivenAlive, Law, Past, PurchaseModel};

/// Of customers who buy at any time.
const OF_DAYS: Question<4> = Question {
    name: "expected_purchases",
    summary: "Purchase days that a customer is expected to have within a horizon, under \
              {title}.",
    arguments: [FREQUENCY, RECENCY, AGE, HORIZON],
    returns: "a number of purchase days",
    nulls: NULLS,
};

/// Of customers who take opportunities.
const OF_OPPORTUNITIES: Question<4> = Question {
    summary: "Opportunities that a customer is expected to take of those to come, under \
              {title}.",
    arguments: [TAKEN, LAST_TAKEN, OPPORTUNITIES, TO_COME],
    returns: "a number of opportunities",
    ..OF_DAYS
};

const REMARKS: [Remark; 8] = [
    Remark {
        of: "bgbb",
        returns: "",
        source: "{source}",
        examples: &[Example::new(
            "CAST({prefix}_expected_purchases({model}, 1, 6, 6, 5) AS DECIMAL(12, 9))",
            "1.147926541",
        )],
    },
    Remark {
        of: "bgcnbd",
        returns: "",
        source: "{source}, for the model; the expectation is exact, not their approximation",
        examples: &[Example::new(
            "CAST({prefix}_expected_purchases({model}, 2, 30.4, 38.9, 39) AS DECIMAL(12, 9))",
            "1.290646526",
        )],
    },
    Remark {
        of: "bgnbd",
        returns: "",
        source: "{source}, equation 10",
        examples: &[Example::new(
            "CAST({prefix}_expected_purchases({model}, 2, 30.43, 38.86, 39) AS DECIMAL(12, 9))",
            "1.226028175",
        )],
    },
    Remark {
        of: "mbgcnbd",
        returns: "",
        source: "{source}, for the model; the expectation is exact, not their approximation",
        examples: &[Example::new(
            "CAST({prefix}_expected_purchases({model}, 2, 30.4, 38.9, 39) AS DECIMAL(12, 9))",
            "1.314755739",
        )],
    },
    Remark {
        of: "mbgnbd",
        returns: "",
        source: "{source}",
        examples: &[Example::new(
            "CAST({prefix}_expected_purchases({model}, 2, 213.0 / 7.0, 272.0 / 7.0, 39) AS \
             DECIMAL(12, 9))",
            "1.263050263",
        )],
    },
    Remark {
        of: "nbd",
        returns: "; as nobody leaves in this model, too many where they do",
        source: "{source}",
        examples: &[Example::new(
            "{prefix}_expected_purchases(named_struct('r', 0.5, 'alpha', 12), 2, 30, 38, 10)",
            "0.5",
        )],
    },
    Remark {
        of: "pareto_nbd",
        returns: "",
        source: "{source}",
        examples: &[Example::new(
            "CAST({prefix}_expected_purchases({model}, 2, 213.0 / 7.0, 272.0 / 7.0, 39) AS \
             DECIMAL(12, 9))",
            "1.455226131",
        )],
    },
    Remark {
        of: "purchase_model",
        returns: "",
        source: "{source} `…_expected_purchases`",
        examples: &[
            Example::new(
                "CAST({prefix}_expected_purchases(named_struct('model', 'mbgnbd', 'r', \
                 0.525, 'alpha', 6.183, 'a', 0.891, 'b', 1.614), 2, 213.0 / 7.0, 272.0 / \
                 7.0, 39) AS DECIMAL(12, 9))",
                "1.263050263",
            ),
            Example::new(
                "CAST({prefix}_expected_purchases(named_struct('model', 'pareto_nbd', 'r', \
                 0.553, 'alpha', 10.578, 's', 0.606, 'beta', 11.669), 2, 213.0 / 7.0, 272.0 \
                 / 7.0, 39) AS DECIMAL(12, 9))",
                "1.455226131",
            ),
        ],
    },
];

/// The function of every model.
pub(super) fn all() -> Vec<Definition> {
    vec![
        ask::<BgBb>(&OF_OPPORTUNITIES),
        ask::<BgCnbd>(&OF_DAYS),
        ask::<BgNbd>(&OF_DAYS),
        ask::<MbgCnbd>(&OF_DAYS),
        ask::<MbgNbd>(&OF_DAYS),
        ask::<Nbd>(&OF_DAYS),
        ask::<ParetoNbd>(&OF_DAYS),
        ask::<Chosen>(&OF_DAYS),
    ]
}

fn ask<R: PurchaseRow>(question: &Question<4>) -> Definition {
    let shared = Shared::Model(R::MODEL);
    question.of::<R, _>(shared, &REMARKS, predictions::<R, f64>, Kernel::Strict(answer))
}

fn answer<M: PurchaseModel>(
    predictions: &mut Predictions<M>,
    [frequency, recency, age, horizon]: [f64; 4],
) -> Result<f64, OutOfDomain> {
    let past = M::Past::of(frequency, recency, age)?;
    expected(predictions, past, horizon)
}

/// The purchases within `horizon` of a customer with this past.
pub(super) fn expected<M: PurchaseModel>(
    predictions: &mut Predictions<M>,
    past: M::Past,
    horizon: f64,
) -> Result<f64, OutOfDomain> {
    predictions.mean(past, [horizon, 0.0, 0.0], |future| Ok(future.law(past, horizon)?.purchases()))
}
