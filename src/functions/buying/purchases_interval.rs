//! `…_purchases_lower(model, frequency, recency, age, horizon, level)` and
//! `…_purchases_upper`: between which numbers will the purchases lie?

use super::model::{
    BgBb, BgCnbd, BgNbd, MbgCnbd, MbgNbd, Nbd, ParetoNbd, PurchaseRow, predictions,
};
use super::opportunities::{LAST_TAKEN, OPPORTUNITIES, TAKEN, TO_COME};
use crate::functions::argument::{AGE, FREQUENCY, HORIZON, LEVEL, RECENCY};
use crate::functions::document::Example;
use crate::functions::family::{Definition, NULLS, Question, Remark};
use crate::functions::predictions::Predictions;
use crate::functions::rowwise::{Kernel, Shared};
use crate::kernel::OutOfDomain;
use crate::kernel::purchase_model::{End, GivenAlive, Law, Past, PurchaseModel};

/// Of customers who buy at any time.
const OF_DAYS_LOWER: Question<5> = Question {
    name: "purchases_lower",
    summary: "Lower end of the interval in which the number of purchase days within a \
              horizon will lie, under {title}.",
    arguments: [FREQUENCY, RECENCY, AGE, HORIZON, LEVEL],
    returns: "the least number at which the probability of as many or fewer is (1 − level)/2 \
              or more; numbers are whole, so the interval holds with probability `level` or \
              more",
    nulls: NULLS,
};

/// Of customers who take opportunities.
const OF_OPPORTUNITIES_LOWER: Question<5> = Question {
    summary: "Lower end of the interval in which the number of opportunities taken will lie, \
              under {title}.",
    arguments: [TAKEN, LAST_TAKEN, OPPORTUNITIES, TO_COME, LEVEL],
    ..OF_DAYS_LOWER
};

const REMARKS_LOWER: [Remark; 7] = [
    Remark {
        of: "bgbb",
        returns: "",
        source: "a quantile of the probabilities of `{prefix}_purchases_probability`",
        examples: &[Example::new("{prefix}_purchases_lower({model}, 6, 6, 6, 10, 0.8)", "1.0")],
    },
    Remark {
        of: "bgcnbd",
        returns: "",
        source: "a quantile of the probabilities of `{prefix}_purchases_probability`",
        examples: &[Example::new(
            "{prefix}_purchases_lower({model}, 2, 30.4, 38.9, 39, 0.8)",
            "0.0",
        )],
    },
    Remark {
        of: "bgnbd",
        returns: "",
        source: "a quantile of the probabilities of `{prefix}_purchases_probability`",
        examples: &[Example::new(
            "{prefix}_purchases_lower({model}, 2, 213.0 / 7.0, 272.0 / 7.0, 39, 0.95)",
            "0.0",
        )],
    },
    Remark {
        of: "mbgcnbd",
        returns: "",
        source: "a quantile of the probabilities of `{prefix}_purchases_probability`",
        examples: &[Example::new(
            "{prefix}_purchases_lower({model}, 2, 30.4, 38.9, 39, 0.8)",
            "0.0",
        )],
    },
    Remark {
        of: "mbgnbd",
        returns: "",
        source: "a quantile of the probabilities of `{prefix}_purchases_probability`",
        examples: &[Example::new(
            "{prefix}_purchases_lower({model}, 2, 213.0 / 7.0, 272.0 / 7.0, 39, 0.95)",
            "0.0",
        )],
    },
    Remark {
        of: "nbd",
        returns: "",
        source: "a quantile of the probabilities of `{prefix}_purchases_probability`",
        examples: &[Example::new(
            "{prefix}_purchases_lower({model}, 2, 213.0 / 7.0, 272.0 / 7.0, 39, 0.95)",
            "0.0",
        )],
    },
    Remark {
        of: "pareto_nbd",
        returns: "",
        source: "a quantile of the probabilities of `{prefix}_purchases_probability`",
        examples: &[Example::new(
            "{prefix}_purchases_lower({model}, 2, 213.0 / 7.0, 272.0 / 7.0, 39, 0.95)",
            "0.0",
        )],
    },
];

/// Of customers who buy at any time.
const OF_DAYS_UPPER: Question<5> = Question {
    name: "purchases_upper",
    summary: "Upper end of the interval in which the number of purchase days within a \
              horizon will lie, under {title}.",
    arguments: [FREQUENCY, RECENCY, AGE, HORIZON, LEVEL],
    returns: "the least number at which the probability of more is (1 − level)/2 or less; \
              numbers are whole, so the interval holds with probability `level` or more",
    nulls: NULLS,
};

/// Of customers who take opportunities.
const OF_OPPORTUNITIES_UPPER: Question<5> = Question {
    summary: "Upper end of the interval in which the number of opportunities taken will lie, \
              under {title}.",
    arguments: [TAKEN, LAST_TAKEN, OPPORTUNITIES, TO_COME, LEVEL],
    ..OF_DAYS_UPPER
};

const REMARKS_UPPER: [Remark; 7] = [
    Remark {
        of: "bgbb",
        returns: "",
        source: "a quantile of the probabilities of `{prefix}_purchases_probability`",
        examples: &[Example::new("{prefix}_purchases_upper({model}, 6, 6, 6, 10, 0.8)", "10.0")],
    },
    Remark {
        of: "bgcnbd",
        returns: "",
        source: "a quantile of the probabilities of `{prefix}_purchases_probability`",
        examples: &[Example::new(
            "{prefix}_purchases_upper({model}, 2, 30.4, 38.9, 39, 0.8)",
            "3.0",
        )],
    },
    Remark {
        of: "bgnbd",
        returns: "",
        source: "a quantile of the probabilities of `{prefix}_purchases_probability`",
        examples: &[Example::new(
            "{prefix}_purchases_upper({model}, 2, 213.0 / 7.0, 272.0 / 7.0, 39, 0.95)",
            "5.0",
        )],
    },
    Remark {
        of: "mbgcnbd",
        returns: "",
        source: "a quantile of the probabilities of `{prefix}_purchases_probability`",
        examples: &[Example::new(
            "{prefix}_purchases_upper({model}, 2, 30.4, 38.9, 39, 0.8)",
            "3.0",
        )],
    },
    Remark {
        of: "mbgnbd",
        returns: "",
        source: "a quantile of the probabilities of `{prefix}_purchases_probability`",
        examples: &[Example::new(
            "{prefix}_purchases_upper({model}, 2, 213.0 / 7.0, 272.0 / 7.0, 39, 0.95)",
            "6.0",
        )],
    },
    Remark {
        of: "nbd",
        returns: "",
        source: "a quantile of the probabilities of `{prefix}_purchases_probability`",
        examples: &[Example::new(
            "{prefix}_purchases_upper({model}, 2, 213.0 / 7.0, 272.0 / 7.0, 39, 0.95)",
            "6.0",
        )],
    },
    Remark {
        of: "pareto_nbd",
        returns: "",
        source: "a quantile of the probabilities of `{prefix}_purchases_probability`",
        examples: &[Example::new(
            "{prefix}_purchases_upper({model}, 2, 213.0 / 7.0, 272.0 / 7.0, 39, 0.95)",
            "6.0",
        )],
    },
];

/// The function of every model.
pub(super) fn all() -> Vec<Definition> {
    vec![
        lower::<BgBb>(&OF_OPPORTUNITIES_LOWER),
        lower::<BgCnbd>(&OF_DAYS_LOWER),
        lower::<BgNbd>(&OF_DAYS_LOWER),
        lower::<MbgCnbd>(&OF_DAYS_LOWER),
        lower::<MbgNbd>(&OF_DAYS_LOWER),
        lower::<Nbd>(&OF_DAYS_LOWER),
        lower::<ParetoNbd>(&OF_DAYS_LOWER),
        upper::<BgBb>(&OF_OPPORTUNITIES_UPPER),
        upper::<BgCnbd>(&OF_DAYS_UPPER),
        upper::<BgNbd>(&OF_DAYS_UPPER),
        upper::<MbgCnbd>(&OF_DAYS_UPPER),
        upper::<MbgNbd>(&OF_DAYS_UPPER),
        upper::<Nbd>(&OF_DAYS_UPPER),
        upper::<ParetoNbd>(&OF_DAYS_UPPER),
    ]
}

fn lower<R: PurchaseRow>(question: &Question<5>) -> Definition {
    let shared = Shared::Model(R::MODEL);
    let kernel = Kernel::Strict(|predictions, row| end(End::Lower, predictions, row));
    question.of::<R, _>(shared, &REMARKS_LOWER, predictions::<R, f64>, kernel)
}

fn upper<R: PurchaseRow>(question: &Question<5>) -> Definition {
    let shared = Shared::Model(R::MODEL);
    let kernel = Kernel::Strict(|predictions, row| end(End::Upper, predictions, row));
    question.of::<R, _>(shared, &REMARKS_UPPER, predictions::<R, f64>, kernel)
}

fn end<M: PurchaseModel>(
    end: End,
    predictions: &mut Predictions<M>,
    [frequency, recency, age, horizon, level]: [f64; 5],
) -> Result<f64, OutOfDomain> {
    let past = M::Past::of(frequency, recency, age)?;
    predictions.perhaps_alive(past).quantile(end.above(level)?, |n| {
        let question = [horizon, n, 0.0];
        predictions.given_alive(past, question, |future| Ok(future.law(past, horizon)?.at_least(n)))
    })
}
