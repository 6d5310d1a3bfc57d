//! `…_purchases_variance(model, frequency, recency, age, horizon)`: how far off may the
//! expectation be?

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
    name: "purchases_variance",
    summary: "Variance of the number of purchase days that a customer will have within a \
              horizon, under {title}.",
    arguments: [FREQUENCY, RECENCY, AGE, HORIZON],
    returns: "the exact variance, in purchase days squared; it contains what is not known of \
              the customer, and not what is not known of the parameters",
    nulls: NULLS,
};

/// Of customers who take opportunities.
const OF_OPPORTUNITIES: Question<4> = Question {
    summary: "Variance of the number of opportunities to come that a customer will take, \
              under {title}.",
    arguments: [TAKEN, LAST_TAKEN, OPPORTUNITIES, TO_COME],
    returns: "the exact variance, in opportunities squared; it contains what is not known of \
              the customer, and not what is not known of the parameters",
    ..OF_DAYS
};

const REMARKS: [Remark; 8] = [
    Remark {
        of: "bgbb",
        returns: "",
        source: "{source}, for the model",
        examples: &[Example::new(
            "CAST({prefix}_purchases_variance({model}, 1, 6, 6, 5) AS DECIMAL(12, 9))",
            "1.379316098",
        )],
    },
    Remark {
        of: "bgcnbd",
        returns: "",
        source: "{source}, for the model; the answer is exact, not their approximation",
        examples: &[Example::new(
            "CAST({prefix}_purchases_variance({model}, 2, 30.4, 38.9, 39) AS DECIMAL(12, 9))",
            "2.011596943",
        )],
    },
    Remark {
        of: "bgnbd",
        returns: "",
        source: "the mean is in {source}; here the second moment in the same way",
        examples: &[Example::new(
            "CAST({prefix}_purchases_variance({model}, 2, 213.0 / 7.0, 272.0 / 7.0, 39) AS \
             DECIMAL(12, 9))",
            "2.529185514",
        )],
    },
    Remark {
        of: "mbgcnbd",
        returns: "",
        source: "{source}, for the model; the answer is exact, not their approximation",
        examples: &[Example::new(
            "CAST({prefix}_purchases_variance({model}, 2, 30.4, 38.9, 39) AS DECIMAL(12, 9))",
            "2.083670263",
        )],
    },
    Remark {
        of: "mbgnbd",
        returns: "",
        source: "the model is of {source}; here its second moment",
        examples: &[Example::new(
            "CAST({prefix}_purchases_variance({model}, 2, 213.0 / 7.0, 272.0 / 7.0, 39) AS \
             DECIMAL(12, 9))",
            "2.631393228",
        )],
    },
    Remark {
        of: "nbd",
        returns: "",
        source: "{source}",
        examples: &[Example::new(
            "CAST({prefix}_purchases_variance({model}, 2, 213.0 / 7.0, 272.0 / 7.0, 39) AS \
             DECIMAL(12, 9))",
            "3.224933105",
        )],
    },
    Remark {
        of: "pareto_nbd",
        returns: "",
        source: "the model is of {source}; here its second moment",
        examples: &[Example::new(
            "CAST({prefix}_purchases_variance({model}, 2, 213.0 / 7.0, 272.0 / 7.0, 39) AS \
             DECIMAL(12, 9))",
            "3.182354844",
        )],
    },
    Remark {
        of: "purchase_model",
        returns: "",
        source: "{source} `…_purchases_variance`",
        examples: &[
            Example::new(
                "CAST({prefix}_purchases_variance(named_struct('model', 'mbgnbd', 'r', 0.525, \
                 'alpha', 6.183, 'a', 0.891, 'b', 1.614), 2, 213.0 / 7.0, 272.0 / 7.0, 39) AS \
                 DECIMAL(12, 9))",
                "2.631393228",
            ),
            Example::new(
                "CAST({prefix}_purchases_variance(named_struct('model', 'pareto_nbd', 'r', 0.553, \
                 'alpha', 10.578, 's', 0.606, 'beta', 11.669), 2, 213.0 / 7.0, 272.0 / 7.0, 39) AS \
                 DECIMAL(12, 9))",
                "3.182354844",
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
    question.of::<R, _>(shared, &REMARKS, predictions::<R, [f64; 2]>, Kernel::Strict(answer))
}

fn answer<M: PurchaseModel>(
    predictions: &mut Predictions<M, [f64; 2]>,
    [frequency, recency, age, horizon]: [f64; 4],
) -> Result<f64, OutOfDomain> {
    let past = M::Past::of(frequency, recency, age)?;
    let moments = predictions.given_alive(past, [horizon, 0.0, 0.0], |future| {
        Ok(future.law(past, horizon)?.mean_and_variance())
    })?;
    Ok(predictions.perhaps_alive(past).variance(moments))
}
