//! `difference_in_means(outcome, treated [, weight [, weights]])`

use super::experiment::{DIFFERENCE, OUTCOME, TREATED, difference, subjects};
use crate::functions::argument::WEIGHT;
use crate::functions::document::Example;
use crate::functions::groupwise::Groupwise;
use crate::functions::shape::{Answer, Shape};
use crate::kernel::Weights;
use crate::kernel::experiment::difference_in_means;

pub(super) static FUNCTION: Groupwise<3> = Groupwise {
    name: "difference_in_means",
    summary: "Mean outcome of the treated minus that of the others, with Welch's test.",
    arguments: [OUTCOME, TREATED, WEIGHT],
    returns: "the difference with its 95 % interval (Student's t)",
    shape: Shape::Struct(&DIFFERENCE),
    source: "Welch (1947), Biometrika 34(1/2), 28–35; effective size: Kish (1965), Survey \
             Sampling",
    examples: &[
        Example::over(
            "CAST(difference_in_means(y, t)['p_value'] AS DECIMAL(12, 9))",
            "(VALUES (1, 1), (2, 1), (4, 1), (9, 1), (0, 0), (1, 0), (1, 0), (2, 0), (3, 0)) \
             AS s(y, t)",
            "0.242492693",
        ),
        Example::over(
            "difference_in_means(y, t)['flags']",
            "(VALUES (1, true), (2, true)) AS s(y, t)",
            "no_control",
        ),
    ],
    weights: Some(Weights::Design),
    kernel: |rows, _| {
        let subjects =
            subjects(rows, ["outcome"], |[outcome, treated, weight]| ([outcome], treated, weight))?;
        Ok(difference(&difference_in_means(&subjects)).map(Answer::Fields))
    },
};
