//! `…_purchases_probability_new(model, horizon, n)`: how likely is each number of
//! purchases of a new customer?

use super::model::{
    BgBb, BgCnbd, BgNbd, Chosen, MbgCnbd, MbgNbd, Nbd, ParetoNbd, PurchaseRow, predictions,
};
use super::opportunities::{TO_COME, TO_TAKE};
use super::purchases_probability::probability;
use crate::functions::argument::{HORIZON, PURCHASES};
use crate::functions::document::Example;
use crate::functions::family::{Definition, NULLS, Question, Remark};
use crate::functions::predictions::Predictions;
use crate::functions::rowwise::{Kernel, Shared};
use crate::kernel::OutOfDomain;
use crate::kernel::purchase_model::{Past, PurchaseModel};

/// Of customers who buy at any time.
const OF_DAYS: Question<2> = Question {
    name: "purchases_probability_new",
    summary: "Probability that a customer acquired just now will have exactly `n` repeat \
              purchase days within a horizon, under {title}.",
    arguments: [HORIZON, PURCHASES],
    returns: "a probability; the share of such customers that will have as many",
    nulls: NULLS,
};

/// Of customers who take opportunities.
const OF_OPPORTUNITIES: Question<2> = Question {
    summary: "Probability that a new customer will take exactly `n` of the first \
              opportunities, under {title}.",
    arguments: [TO_COME, TO_TAKE],
    returns: "a probability; the share of such customers that will take as many",
    ..OF_DAYS
};

const REMARKS: [Remark; 8] = [
    Remark {
        of: "bgbb",
        returns: "",
        source: "{source}",
        examples: &[Example::new(
            "CAST({prefix}_purchases_probability_new({model}, 6, 0) AS DECIMAL(12, 9))",
            "0.311217743",
        )],
    },
    Remark {
        of: "bgcnbd",
        returns: "",
        source: "{source}, for the model; the answer is exact, not their approximation",
        examples: &[Example::new(
            "CAST({prefix}_purchases_probability_new({model}, 39, 1) AS DECIMAL(12, 9))",
            "0.205147770",
        )],
    },
    Remark {
        of: "bgnbd",
        returns: "",
        source: "{source}",
        examples: &[Example::new(
            "CAST({prefix}_purchases_probability_new({model}, 39, 0) AS DECIMAL(12, 9))",
            "0.573786352",
        )],
    },
    Remark {
        of: "mbgcnbd",
        returns: "",
        source: "{source}, for the model; the answer is exact, not their approximation",
        examples: &[Example::new(
            "CAST({prefix}_purchases_probability_new({model}, 39, 1) AS DECIMAL(12, 9))",
            "0.182433845",
        )],
    },
    Remark {
        of: "mbgnbd",
        returns: "",
        source: "{source}",
        examples: &[Example::new(
            "CAST({prefix}_purchases_probability_new({model}, 39, 0) AS DECIMAL(12, 9))",
            "0.582473189",
        )],
    },
    Remark {
        of: "nbd",
        returns: "",
        source: "Ehrenberg (1959), Applied Statistics 8(1), 26–41",
        examples: &[Example::new(
            "CAST({prefix}_purchases_probability_new({model}, 39, 0) AS DECIMAL(12, 9))",
            "0.573897852",
        )],
    },
    Remark {
        of: "pareto_nbd",
        returns: "",
        source: "Fader and Hardie (2006), Deriving an Expression for P(X(t) = x) Under the \
                 Pareto/NBD Model",
        examples: &[Example::new(
            "CAST({prefix}_purchases_probability_new({model}, 39, 0) AS DECIMAL(12, 9))",
            "0.593625032",
        )],
    },
    Remark {
        of: "purchase_model",
        returns: "",
        source: "{source} `…_purchases_probability_new`",
        examples: &[
            Example::new(
                "CAST({prefix}_purchases_probability_new(named_struct('model', 'mbgnbd', \
                 'r', 0.525, 'alpha', 6.183, 'a', 0.891, 'b', 1.614), 39, 0) AS DECIMAL(12, 9))",
                "0.582473189",
            ),
            Example::new(
                "CAST({prefix}_purchases_probability_new(named_struct('model', 'pareto_nbd', \
                 'r', 0.553, 'alpha', 10.578, 's', 0.606, 'beta', 11.669), 39, 0) AS DECIMAL(12, 9))",
                "0.593625032",
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

fn ask<R: PurchaseRow>(question: &Question<2>) -> Definition {
    let shared = Shared::Model(R::MODEL);
    question.of::<R, _>(shared, &REMARKS, predictions::<R, f64>, Kernel::Probability(answer))
}

fn answer<M: PurchaseModel>(
    predictions: &mut Predictions<M>,
    [horizon, n]: [f64; 2],
) -> Result<f64, OutOfDomain> {
    probability(predictions, M::Past::acquired(), horizon, n)
}
