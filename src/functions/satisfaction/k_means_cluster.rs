//! `k_means_cluster(centres, row)`

use crate::functions::document::{Argument, Example};
use crate::functions::domain::Domain;
use crate::functions::refusal::Refusal;
use crate::functions::shape::{Answer, Shape};
use crate::functions::valuewise::{Values, Valuewise};
use crate::kernel::k_means::nearest;

pub(super) static FUNCTION: Valuewise = Valuewise {
    name: "k_means_cluster",
    summary: "The number of the centre that is nearest to a row.",
    arguments: &[
        Argument::needed(
            "centres",
            "the centres, as `centres` of `k_means` has them",
            Domain::Matrix("at least one, each with as many numbers as the row"),
        ),
        Argument::needed(
            "row",
            "the row's numbers, in the order and on the scale that the items of `k_means` had",
            Domain::List("as many as a centre has"),
        ),
    ],
    returns: "1 for the first centre, and so on; of equally near ones it is the first",
    shape: Shape::Number,
    nulls: "NULL in any argument, or inside one, gives NULL",
    source: "Lloyd (1982), IEEE Transactions on Information Theory 28(2), 129–137",
    examples: &[
        Example::new("k_means_cluster([[2, 0], [11, 0]], [6, 3])", "1.0"),
        Example::new("k_means_cluster([[2], [11]], [6.5])", "1.0"),
        Example::new("k_means_cluster([[2], [11]], [7])", "2.0"),
    ],
    kernel,
};

fn kernel(values: &Values) -> Result<Option<Answer>, Refusal> {
    let (centres, row) = (values.matrix(0), values.list(1));
    if let Some(centre) = centres.iter().find(|centre| centre.len() != row.len()) {
        let (numbers, wanted) = (row.len(), centre.len());
        return Err(Refusal(format!("`row` has {numbers} numbers, and a centre has {wanted}")));
    }
    if row.iter().chain(centres.iter().flatten()).any(|number| !number.is_finite()) {
        return Err(Refusal("numbers must be finite".to_owned()));
    }
    Ok(nearest(&centres, &row).map(|place| Answer::Number((place + 1) as f64)))
}
