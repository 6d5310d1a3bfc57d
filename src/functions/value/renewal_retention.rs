//! `…_retention(model, renewal)`: who renews?

use super::renewal::{Bdw, RENEWAL, Sbg};
use crate::functions::document::Example;
use crate::functions::family::{Definition, NULLS, Question, Remark, Row};
use crate::functions::rowwise::{Kernel, Shared};
use crate::kernel::renewal::Params;

const QUESTION: Question<1> = Question {
    name: "retention",
    summary: "Of the customers that come to a given renewal, the share that renews, under \
              {title}.",
    arguments: [RENEWAL],
    returns: "a share",
    nulls: NULLS,
};

const REMARKS: [Remark; 2] = [
    Remark {
        of: "sbg",
        returns: "; it rises from one renewal to the next, because those likely to leave \
                  leave first",
        source: "{source}",
        examples: &[Example::new(
            "CAST({prefix}_retention({model}, 1) AS DECIMAL(12, 9))",
            "0.626706054",
        )],
    },
    Remark {
        of: "bdw",
        returns: "",
        source: "{source}",
        examples: &[Example::new(
            "CAST({prefix}_retention({model}, 1) AS DECIMAL(12, 9))",
            "0.690476190",
        )],
    },
];

/// The function of both models.
pub(super) fn all() -> Vec<Definition> {
    vec![ask::<Sbg>(), ask::<Bdw>()]
}

fn ask<R: Row<Params = Params>>() -> Definition {
    let kernel = Kernel::Probability(|model: &mut Params, [renewal]| model.retention(renewal));
    QUESTION.of::<R, _>(Shared::Model(R::MODEL), &REMARKS, R::prepare, kernel)
}
