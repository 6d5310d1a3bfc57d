//! `…_survival(model, renewals)`: who is still there?

use super::renewal::{Bdw, RENEWALS, Sbg};
use crate::functions::document::Example;
use crate::functions::family::{Definition, NULLS, Question, Remark, Row};
use crate::functions::rowwise::{Kernel, Shared};
use crate::kernel::renewal::Params;

const QUESTION: Question<1> = Question {
    name: "survival",
    summary: "Share of a cohort that is still there after a number of renewals, under {title}.",
    arguments: [RENEWALS],
    returns: "a share; 1 after none",
    nulls: NULLS,
};

const REMARKS: [Remark; 2] = [
    Remark {
        of: "sbg",
        returns: "",
        source: "{source}",
        examples: &[Example::new(
            "CAST({prefix}_survival({model}, 12) AS DECIMAL(12, 9))",
            "0.170037453",
        )],
    },
    Remark {
        of: "bdw",
        returns: "",
        source: "{source}",
        examples: &[Example::new(
            "CAST({prefix}_survival({model}, 12) AS DECIMAL(12, 9))",
            "0.314554496",
        )],
    },
];

/// The function of both models.
pub(super) fn all() -> Vec<Definition> {
    vec![ask::<Sbg>(), ask::<Bdw>()]
}

fn ask<R: Row<Params = Params>>() -> Definition {
    let kernel = Kernel::Probability(|model: &mut Params, [renewals]| model.survival(renewals));
    QUESTION.of::<R, _>(Shared::Model(R::MODEL), &REMARKS, R::prepare, kernel)
}
