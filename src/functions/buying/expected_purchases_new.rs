//! `…_expected_purchases_new(model, horizon)`: how often will a new customer buy again?

use super::expected_purchases::expected;
use super::model::{
    BgBb, BgCnbd, BgNbd, Chosen, MbgCnbd, MbgNbd, Nbd, ParetoNbd, PurchaseRow, predictions,
};
use super::opportunities::TO_COME;
use crate::functions::argument::HORIZON;
use crate::functions::document::Example;
use crate::functions::family::{Definition, NULLS, Question, Remark};
use crate::functions::predictions::Predictions;
use crate::functions::rowwise::{Kernel, Shared};
use crate::kernel::OutOfDomain;
use crate::kernel::purchase_model::{Past, PurchaseModel};

/// Of customers who buy at any time.
const OF_DAYS: Question<1> = Question {
    name: "expected_purchases_new",
    summary: "Repeat purchase days expected of a customer acquired just now, under {title}.",
    arguments: [HORIZON],
    returns: "a number of purchase days, without the first",
    nulls: NULLS,
};

/// Of customers who take opportunities.
const OF_OPPORTUNITIES: Question<1> = Question {
    summary: "Opportunities that a new customer is expected to take of the first ones, under \
              {title}.",
    arguments: [TO_COME],
    returns: "a number of opportunities",
    ..OF_DAYS
};

const REMARKS: [Remark; 8] = [
    Remark {
        of: "bgbb",
        returns: "",
        source: "{source}",
        examples: &[Example::new(
            "CAST({prefix}_expected_purchases_new({model}, 6) AS DECIMAL(12, 9))",
            "2.219631393",
        )],
    },
    Remark {
        of: "bgcnbd",
        returns: "",
        source: "{source}, for the model; the expectation is exact, not their approximation",
        examples: &[Example::new(
            "CAST({prefix}_expected_purchases_new({model}, 39) AS DECIMAL(12, 9))",
            "1.209018493",
        )],
    },
    Remark {
        of: "bgnbd",
        returns: "",
        source: "{source}, equation 9",
        examples: &[Example::new(
            "CAST({prefix}_expected_purchases_new({model}, 39) AS DECIMAL(12, 9))",
            "1.196723193",
        )],
    },
    Remark {
        of: "mbgcnbd",
        returns: "",
        source: "{source}, for the model; the expectation is exact, not their approximation",
        examples: &[Example::new(
            "CAST({prefix}_expected_purchases_new({model}, 39) AS DECIMAL(12, 9))",
            "1.194034957",
        )],
    },
    Remark {
        of: "mbgnbd",
        returns: "",
        source: "{source}",
        examples: &[Example::new(
            "CAST({prefix}_expected_purchases_new({model}, 39) AS DECIMAL(12, 9))",
            "1.182953666",
        )],
    },
    Remark {
        of: "nbd",
        returns: "",
        source: "Ehrenberg (1959), Applied Statistics 8(1), 26–41",
        examples: &[Example::new(
            "{prefix}_expected_purchases_new(named_struct('r', 0.5, 'alpha', 10), 30)",
            "1.5",
        )],
    },
    Remark {
        of: "pareto_nbd",
        returns: "",
        source: "{source}",
        examples: &[Example::new(
            "CAST({prefix}_expected_purchases_new({model}, 39) AS DECIMAL(12, 9))",
            "1.213002844",
        )],
    },
    Remark {
        of: "purchase_model",
        returns: "",
        source: "{source} `…_expected_purchases_new`",
        examples: &[
            Example::new(
                "CAST({prefix}_expected_purchases_new(named_struct('model', 'mbgnbd', \
                 'r', 0.525, 'alpha', 6.183, 'a', 0.891, 'b', 1.614), 39) AS DECIMAL(12, 9))",
                "1.182953666",
            ),
            Example::new(
                "CAST({prefix}_expected_purchases_new(named_struct('model', 'pareto_nbd', \
                 'r', 0.553, 'alpha', 10.578, 's', 0.606, 'beta', 11.669), 39) AS DECIMAL(12, 9))",
                "1.213002844",
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

fn ask<R: PurchaseRow>(question: &Question<1>) -> Definition {
    let shared = Shared::Model(R::MODEL);
    question.of::<R, _>(shared, &REMARKS, predictions::<R, f64>, Kernel::Strict(answer))
}

fn answer<M: PurchaseModel>(
    predictions: &mut Predictions<M>,
    [horizon]: [f64; 1],
) -> Result<f64, OutOfDomain> {
    expected(predictions, M::Past::acquired(), horizon)
}
