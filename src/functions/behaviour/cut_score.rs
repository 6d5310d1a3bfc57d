//! `cut_score(value, cuts)`

use crate::functions::document::{Argument, Example};
use crate::functions::domain::Domain;
use crate::functions::rowwise::{Kernel, Rowwise, Shared};
use crate::kernel::quantile::score;

pub(super) static FUNCTION: Rowwise<1, Vec<f64>> = Rowwise {
    name: "cut_score",
    summary: "The group that a value falls into: 1 plus the number of cuts below it.",
    shared: Shared::List(Argument {
        name: "cuts",
        meaning: "where one group ends and the next begins, in any order, as `quantile_cuts` \
                  returns them",
        domain: Domain::Number("any"),
        optional: false,
    }),
    arguments: [Argument {
        name: "value",
        meaning: "what to score",
        domain: Domain::Number("any"),
        optional: false,
    }],
    returns: "a whole number from 1 to the number of cuts plus 1; a value on a cut belongs to the \
              group below",
    nulls: "NULL or NaN as `value` or among the cuts, and NULL as `cuts`, give NULL",
    source: "Bult and Wansbeek (1995), Marketing Science 14(4), 378–394, for scores of recency, \
             frequency and monetary value",
    examples: &[
        Example::new("cut_score(7, make_array(2.5, 7, 10))", "2"),
        Example::new("cut_score(99, make_array(2.5, 7, 10))", "4"),
    ],
    prepare: |cuts| Ok(cuts.to_vec()),
    kernel: Kernel::Whole(|cuts, [value]| score(value, cuts.iter().copied())),
};
