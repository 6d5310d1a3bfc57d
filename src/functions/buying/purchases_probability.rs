//! `…_purchases_probability(model, frequency, recency, age, horizon, n)`: how likely is
//! each number of purchases?

use super::model::{
    BgBb, BgCnbd, BgNbd, MbgCnbd, MbgNbd, Nbd, ParetoNbd, PurchaseRow, predictions,
};
use super::opportunities::{LAST_TAKEN, OPPORTUNITIES, TAKEN, TO_COME, TO_TAKE};
use crate::functions::argument::{AGE, FREQUENCY, HORIZON, PURCHASES, RECENCY};
use crate::functions::document::Example;
use crate::functions::family::{Definition, NULLS, Question, Remark};
use crate::functions::predictions::Predictions;
use crate::functions::rowwise::{Kernel, Shared};
use crate::kernel::OutOfDomain;
use crate::kernel::purchase_model::{GivenAlive, Law, Past, PurchaseModel, check_purchases};

/// Of customers who buy at any time.
const OF_DAYS: Question<5> = Question {
    name: "purchases_probability",
    summary: "Probability that a customer will have exactly `n` purchase days within a \
              horizon, under {title}.",
    arguments: [FREQUENCY, RECENCY, AGE, HORIZON, PURCHASES],
    returns: "a probability; over all `n` they add up to 1",
    nulls: NULLS,
};

/// Of customers who take opportunities.
const OF_OPPORTUNITIES: Question<5> = Question {
    summary: "Probability that a customer will take exactly `n` of the opportunities to \
              come, under {title}.",
    arguments: [TAKEN, LAST_TAKEN, OPPORTUNITIES, TO_COME, TO_TAKE],
    ..OF_DAYS
};

const REMARKS: [Remark; 7] = [
    Remark {
        of: "bgbb",
        returns: "",
        source: "{source}",
        examples: &[Example::new(
            "CAST({prefix}_purchases_probability({model}, 1, 6, 6, 5, 1) AS DECIMAL(12, 9))",
            "0.294061892",
        )],
    },
    Remark {
        of: "bgcnbd",
        returns: "",
        source: "{source}, for the model; the answer is exact, not their approximation",
        examples: &[Example::new(
            "CAST({prefix}_purchases_probability({model}, 2, 30.4, 38.9, 39, 1) AS \
             DECIMAL(12, 9))",
            "0.258985895",
        )],
    },
    Remark {
        of: "bgnbd",
        returns: "",
        source: "{source}, whose probability for a new customer is here carried to one with \
                 a history",
        examples: &[Example::new(
            "CAST({prefix}_purchases_probability({model}, 2, 213.0 / 7.0, 272.0 / 7.0, 39, \
             2) AS DECIMAL(12, 9))",
            "0.144187364",
        )],
    },
    Remark {
        of: "mbgcnbd",
        returns: "",
        source: "{source}, for the model; the answer is exact, not their approximation",
        examples: &[Example::new(
            "CAST({prefix}_purchases_probability({model}, 2, 30.4, 38.9, 39, 1) AS \
             DECIMAL(12, 9))",
            "0.251197305",
        )],
    },
    Remark {
        of: "mbgnbd",
        returns: "",
        source: "the model is of {source}; here its probabilities, as integrals of positive \
                 terms",
        examples: &[Example::new(
            "CAST({prefix}_purchases_probability({model}, 2, 213.0 / 7.0, 272.0 / 7.0, 39, \
             2) AS DECIMAL(12, 9))",
            "0.145977584",
        )],
    },
    Remark {
        of: "nbd",
        returns: "",
        source: "{source}",
        examples: &[Example::new(
            "CAST({prefix}_purchases_probability({model}, 2, 213.0 / 7.0, 272.0 / 7.0, 39, \
             2) AS DECIMAL(12, 9))",
            "0.195617439",
        )],
    },
    Remark {
        of: "pareto_nbd",
        returns: "",
        source: "Fader and Hardie (2006), Deriving an Expression for P(X(t) = x) Under the \
                 Pareto/NBD Model; here as integrals of positive terms, and for a customer \
                 with a history",
        examples: &[Example::new(
            "CAST({prefix}_purchases_probability({model}, 2, 213.0 / 7.0, 272.0 / 7.0, 39, \
             2) AS DECIMAL(12, 9))",
            "0.151759734",
        )],
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
    ]
}

fn ask<R: PurchaseRow>(question: &Question<5>) -> Definition {
    let shared = Shared::Model(R::MODEL);
    question.of::<R, _>(shared, &REMARKS, predictions::<R, f64>, Kernel::Probability(answer))
}

fn answer<M: PurchaseModel>(
    predictions: &mut Predictions<M>,
    [frequency, recency, age, horizon, n]: [f64; 5],
) -> Result<f64, OutOfDomain> {
    let past = M::Past::of(frequency, recency, age)?;
    probability(predictions, past, horizon, n)
}

/// P(Y = n) of a customer with this past.
pub(super) fn probability<M: PurchaseModel>(
    predictions: &mut Predictions<M>,
    past: M::Past,
    horizon: f64,
    n: f64,
) -> Result<f64, OutOfDomain> {
    check_purchases(n)?;
    let given_alive = predictions
        .given_alive(past, [horizon, n, 0.0], |future| Ok(future.law(past, horizon)?.exactly(n)))?;
    Ok(predictions.perhaps_alive(past).exactly(n, given_alive))
}
