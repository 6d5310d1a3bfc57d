//! `…_del(model, discount_rate)`: for how long will a new customer pay?

use super::renewal::{Bdw, RATE, Sbg};
use crate::functions::document::Example;
use crate::functions::family::{Definition, NULLS, Question, Remark, Row};
use crate::functions::memory::Memory;
use crate::functions::rowwise::{Kernel, Shared};
use crate::kernel::renewal::Params;

const QUESTION: Question<1> = Question {
    name: "del",
    summary: "Discounted expected lifetime: the periods for which a new customer is expected \
              to pay, discounted, under {title}.",
    arguments: [RATE],
    returns: "a number of periods; the first is paid for now and counts in full. Times the \
              margin of a period it is the customer's lifetime value",
    nulls: NULLS,
};

const REMARKS: [Remark; 2] = [
    Remark {
        of: "sbg",
        returns: "",
        source: "Fader and Hardie (2010), Marketing Science 29(1), 85–93",
        examples: &[Example::new(
            "CAST({prefix}_del({model}, 0.1) AS DECIMAL(12, 9))",
            "3.694908428",
        )],
    },
    Remark {
        of: "bdw",
        returns: "",
        source: "Fader and Hardie (2010), Marketing Science 29(1), 85–93; {source}, for the \
                 model",
        examples: &[Example::new(
            "CAST({prefix}_del({model}, 0.1) AS DECIMAL(12, 9))",
            "4.947133631",
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
    let kernel = Kernel::Strict(|(model, memory): &mut (Params, Memory<1>), [rate]| {
        memory.recall([rate], || model.del(rate))
    });
    QUESTION.of::<R, _>(Shared::Model(R::MODEL), &REMARKS, prepare, kernel)
}
