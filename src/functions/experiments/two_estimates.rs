//! What `difference_lower`, `difference_upper` and `difference_p_value` share.

use crate::functions::document::Argument;
use crate::functions::domain::Domain;
use crate::kernel::OutOfDomain;
use crate::kernel::difference::{difference, estimates};
use crate::kernel::proportion::Interval;

/// Two estimates, each with its limits.
pub(super) const ARGUMENTS: [Argument; 6] = [
    Argument::needed("value", "the estimate", Domain::Amount),
    Argument::needed("lower", "its lower limit", Domain::Number("at most `upper`")),
    Argument::needed("upper", "its upper limit", Domain::Amount),
    Argument::needed("other", "the estimate that is subtracted", Domain::Amount),
    Argument::needed("other_lower", "its lower limit", Domain::Number("at most `other_upper`")),
    Argument::needed("other_upper", "its upper limit", Domain::Amount),
];

/// What NULLs do.
pub(super) const NULLS: &str = "NULL in any argument gives NULL";

/// Where the limits come from.
pub(super) const SOURCE: &str = "Zou and Donner (2008), Statistics in Medicine 27(10), 1693–1702";

/// The first less the second.
pub(super) fn difference_of(numbers: [f64; 6]) -> Result<Interval, OutOfDomain> {
    let [one, other] = estimates(numbers)?;
    Ok(difference(one, other))
}
