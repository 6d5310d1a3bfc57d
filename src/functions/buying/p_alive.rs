//! `…_p_alive(model, frequency, recency, age)`: is the customer still there?

use super::model::{
    BgBb, BgCnbd, BgNbd, Chosen, MbgCnbd, MbgNbd, Nbd, ParetoNbd, PurchaseRow, predictions,
};
use super::opportunities::{LAST_TAKEN, OPPORTUNITIES, TAKEN};
use crate::functions::argument::{AGE, FREQUENCY, RECENCY};
use crate::functions::document::Example;
use crate::functions::family::{Definition, NULLS, Question, Remark};
use crate::functions::predictions::Predictions;
use crate::functions::rowwise::{Kernel, Shared};
use crate::kernel::OutOfDomain;
use crate::kernel::purchase_model::{Past, PurchaseModel};

/// Of customers who buy at any time.
const OF_DAYS: Question<3> = Question {
    name: "p_alive",
    summary: "Probability that a customer has not left by the cut-off, under {title}.",
    arguments: [FREQUENCY, RECENCY, AGE],
    returns: "a probability",
    nulls: NULLS,
};

/// Of customers who take opportunities.
const OF_OPPORTUNITIES: Question<3> = Question {
    summary: "Probability that a customer has not left by the last opportunity there was, \
              under {title}.",
    arguments: [TAKEN, LAST_TAKEN, OPPORTUNITIES],
    ..OF_DAYS
};

const REMARKS: [Remark; 8] = [
    Remark {
        of: "bgbb",
        returns: "; 1 for who took that opportunity. The chance to be there for the next one \
                  is `{prefix}_p_alive_after` with a horizon of 1",
        source: "{source}",
        examples: &[Example::new(
            "CAST({prefix}_p_alive({model}, 0, 0, 6) AS DECIMAL(12, 9))",
            "0.116096613",
        )],
    },
    Remark {
        of: "bgcnbd",
        returns: "; the more regular the purchases are, the sooner a silence lowers it",
        source: "{source}",
        examples: &[Example::new(
            "CAST({prefix}_p_alive({model}, 2, 30.4, 38.9) AS DECIMAL(12, 9))",
            "0.693752012",
        )],
    },
    Remark {
        of: "bgnbd",
        returns: "; 1 for a customer without repeat purchase, who in this model cannot have \
                  left",
        source: "{source}",
        examples: &[
            Example::new("{prefix}_p_alive({model}, 2, 30.43, 38.86)", "0.726578570080673"),
            Example::new("{prefix}_p_alive({model}, 0, 0, 38.86)", "1.0"),
        ],
    },
    Remark {
        of: "mbgcnbd",
        returns: "; the more regular the purchases are, the sooner a silence lowers it",
        source: "{source}",
        examples: &[Example::new(
            "CAST({prefix}_p_alive({model}, 2, 30.4, 38.9) AS DECIMAL(12, 9))",
            "0.680863871",
        )],
    },
    Remark {
        of: "mbgnbd",
        returns: "; below 1 for a customer without repeat purchase too, who in this model \
                  may have left at once",
        source: "{source}",
        examples: &[Example::new(
            "CAST({prefix}_p_alive({model}, 2, 213.0 / 7.0, 272.0 / 7.0) AS DECIMAL(12, 9))",
            "0.706215055",
        )],
    },
    Remark {
        of: "nbd",
        returns: ": 1, because nobody leaves in this model; it is here so that one query \
                  does for all models",
        source: "{source}",
        examples: &[Example::new("{prefix}_p_alive({model}, 2, 213.0 / 7.0, 272.0 / 7.0)", "1.0")],
    },
    Remark {
        of: "pareto_nbd",
        returns: "; it falls with silence for customers without repeat purchase, too",
        source: "{source}",
        examples: &[Example::new(
            "CAST({prefix}_p_alive({model}, 2, 213.0 / 7.0, 272.0 / 7.0) AS DECIMAL(12, 9))",
            "0.869186155",
        )],
    },
    Remark {
        of: "purchase_model",
        returns: "",
        source: "{source} `…_p_alive`",
        examples: &[
            Example::new(
                "CAST({prefix}_p_alive(named_struct('model', 'mbgnbd', 'r', 0.525, 'alpha', \
                 6.183, 'a', 0.891, 'b', 1.614), 0, 0, 272.0 / 7.0) AS DECIMAL(12, 9))",
                "0.389743002",
            ),
            Example::new(
                "CAST({prefix}_p_alive(named_struct('model', 'pareto_nbd', 'r', 0.553, \
                 'alpha', 10.578, 's', 0.606, 'beta', 11.669), 0, 0, 272.0 / 7.0) AS \
                 DECIMAL(12, 9))",
                "0.295303374",
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

fn ask<R: PurchaseRow>(question: &Question<3>) -> Definition {
    let shared = Shared::Model(R::MODEL);
    question.of::<R, _>(shared, &REMARKS, predictions::<R, f64>, Kernel::Probability(answer))
}

fn answer<M: PurchaseModel>(
    predictions: &mut Predictions<M>,
    [frequency, recency, age]: [f64; 3],
) -> Result<f64, OutOfDomain> {
    Ok(predictions.p_alive(M::Past::of(frequency, recency, age)?))
}
