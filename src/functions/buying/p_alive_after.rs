//! `…_p_alive_after(model, frequency, recency, age, horizon)`: will the customer still be
//! there after the horizon?

use super::model::{
    BgBb, BgCnbd, BgNbd, MbgCnbd, MbgNbd, Nbd, ParetoNbd, PurchaseRow, predictions,
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
    name: "p_alive_after",
    summary: "Probability that a customer has not left by the end of a horizon that begins \
              at the cut-off, under {title}.",
    arguments: [FREQUENCY, RECENCY, AGE, HORIZON],
    returns: "a probability, `{prefix}_p_alive` at most; with a horizon of 0 it is \
              `{prefix}_p_alive`",
    nulls: NULLS,
};

/// Of customers who take opportunities.
const OF_OPPORTUNITIES: Question<4> = Question {
    summary: "Probability that a customer is still there at the given opportunity to come, \
              under {title}.",
    arguments: [TAKEN, LAST_TAKEN, OPPORTUNITIES, TO_COME],
    ..OF_DAYS
};

const REMARKS: [Remark; 7] = [
    Remark {
        of: "bgbb",
        returns: "; with one of 1 it is the chance to be there for the next opportunity, as \
                  published",
        source: "{source}",
        examples: &[Example::new(
            "CAST({prefix}_p_alive_after({model}, 0, 0, 6, 1) AS DECIMAL(12, 9))",
            "0.108016584",
        )],
    },
    Remark {
        of: "bgcnbd",
        returns: "",
        source: "{source}, for the model; the answer is exact, not their approximation",
        examples: &[Example::new(
            "CAST({prefix}_p_alive_after({model}, 2, 30.4, 38.9, 39) AS DECIMAL(12, 9))",
            "0.482027476",
        )],
    },
    Remark {
        of: "bgnbd",
        returns: "",
        source: "{source}, carried forward from the cut-off",
        examples: &[Example::new(
            "CAST({prefix}_p_alive_after({model}, 2, 213.0 / 7.0, 272.0 / 7.0, 39) AS \
             DECIMAL(12, 9))",
            "0.567139100",
        )],
    },
    Remark {
        of: "mbgcnbd",
        returns: "",
        source: "{source}, for the model; the answer is exact, not their approximation",
        examples: &[Example::new(
            "CAST({prefix}_p_alive_after({model}, 2, 30.4, 38.9, 39) AS DECIMAL(12, 9))",
            "0.451246059",
        )],
    },
    Remark {
        of: "mbgnbd",
        returns: "",
        source: "{source}, carried forward from the cut-off",
        examples: &[Example::new(
            "CAST({prefix}_p_alive_after({model}, 2, 213.0 / 7.0, 272.0 / 7.0, 39) AS \
             DECIMAL(12, 9))",
            "0.530826416",
        )],
    },
    Remark {
        of: "nbd",
        returns: ": 1, because nobody leaves in this model; it is here so that one query \
                  does for all models",
        source: "{source}",
        examples: &[Example::new(
            "CAST({prefix}_p_alive_after({model}, 2, 213.0 / 7.0, 272.0 / 7.0, 39) AS \
             DECIMAL(12, 9))",
            "1.000000000",
        )],
    },
    Remark {
        of: "pareto_nbd",
        returns: "",
        source: "{source}, carried forward from the cut-off",
        examples: &[Example::new(
            "CAST({prefix}_p_alive_after({model}, 2, 213.0 / 7.0, 272.0 / 7.0, 39) AS \
             DECIMAL(12, 9))",
            "0.614556704",
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

fn ask<R: PurchaseRow>(question: &Question<4>) -> Definition {
    let shared = Shared::Model(R::MODEL);
    question.of::<R, _>(shared, &REMARKS, predictions::<R, f64>, Kernel::Probability(answer))
}

fn answer<M: PurchaseModel>(
    predictions: &mut Predictions<M>,
    [frequency, recency, age, horizon]: [f64; 4],
) -> Result<f64, OutOfDomain> {
    let past = M::Past::of(frequency, recency, age)?;
    predictions.mean(past, [horizon, 0.0, 0.0], |future| Ok(future.law(past, horizon)?.survival()))
}
