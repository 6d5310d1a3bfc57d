//! `…_derl(model, renewals, discount_rate)`: for how long will a customer still pay?

use super::renewal::{Bdw, RATE, RENEWALS, Sbg};
use crate::functions::document::Example;
use crate::functions::family::{Definition, NULLS, Question, Remark, Row};
use crate::functions::memory::Memory;
use crate::functions::rowwise::{Kernel, Shared};
use crate::kernel::renewal::Params;

const QUESTION: Question<2> = Question {
    name: "derl",
    summary: "Discounted expected residual lifetime: the periods still to come of a customer \
              who has renewed a number of times and is about to come up for the next \
              renewal, under {title}.",
    arguments: [RENEWALS, RATE],
    returns: "a number of periods; the one that the coming renewal is for counts in full, \
              the next is divided by 1 + discount_rate, and so on",
    nulls: NULLS,
};

const REMARKS: [Remark; 2] = [
    Remark {
        of: "sbg",
        returns: "",
        source: "Fader and Hardie (2010), Marketing Science 29(1), 85–93",
        examples: &[Example::new(
            "CAST({prefix}_derl({model}, 1, 0.1) AS DECIMAL(12, 9))",
            "4.103139775",
        )],
    },
    Remark {
        of: "bdw",
        returns: "",
        source: "Fader and Hardie (2010), Marketing Science 29(1), 85–93; {source}, for the \
                 model",
        examples: &[Example::new(
            "CAST({prefix}_derl({model}, 1, 0.1) AS DECIMAL(12, 9))",
            "5.817011418",
        )],
    },
];

/// The function of both models.
pub(super) fn all() -> Vec<Definition> {
    vec![ask::<Sbg>(), ask::<Bdw>()]
}

fn ask<R: Row<Params = Params>>() -> Definition {
    let prepare =
        |parameters: &[f64]| R::prepare(parameters).map(|model| (model, Memory::default()));
    let kernel = Kernel::Strict(|(model, memory): &mut (Params, Memory<2>), [renewals, rate]| {
        memory.recall([renewals, rate], || model.derl(renewals, rate))
    });
    QUESTION.of::<R, _>(Shared::Model(R::MODEL), &REMARKS, prepare, kernel)
}
