//! `quantile_cuts(value, groups)`

use crate::functions::document::{Argument, Example};
use crate::functions::domain::Domain;
use crate::functions::groupwise::Groupwise;
use crate::functions::multiset::Counted;
use crate::functions::shape::{Answer, Shape};
use crate::kernel::quantile::{check_groups, cuts};
use crate::kernel::{OutOfDomain, Weights};

pub(super) static FUNCTION: Groupwise<2> = Groupwise {
    name: "quantile_cuts",
    summary: "Cuts that split values into groups of about equal size, to score others against \
              with `cut_score`.",
    arguments: [
        Argument {
            name: "value",
            meaning: "what to split",
            domain: Domain::Finite,
            optional: false,
        },
        Argument {
            name: "groups",
            meaning: "how many groups to make; 5 for quintiles; the same in every row",
            domain: Domain::WholeBetween(1.0, 10_000.0),
            optional: false,
        },
    ],
    returns: "a list of `groups` - 1 ascending doubles, interpolated between neighbours (type 7)",
    shape: Shape::Numbers,
    source: "Hyndman and Fan (1996), The American Statistician 50(4), 361–365, definition 7",
    examples: &[Example::over(
        "quantile_cuts(value, 4)",
        "(VALUES (1), (2), (4), (8), (9)) AS t(value)",
        "[2.0, 4.0, 8.0]",
    )],
    weights: None,
    kernel,
};

fn kernel(rows: &[Counted<2>], _: Weights) -> Result<Option<Answer>, OutOfDomain> {
    let groups = check_groups(rows.iter().map(|row| row.values))?;
    let values: Vec<_> = rows.iter().map(|row| (row.values[0], row.count)).collect();
    Ok(groups.and_then(|groups| cuts(&values, groups)).map(Answer::List))
}
