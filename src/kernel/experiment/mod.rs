//! The effect of a treatment: experiments with a treated arm and a control arm.
//!
//! Equal subjects are one row with a count. A weight says how many a
//! subject represents; the loss of precision by weights is given by Kish's effective size, as for
//! surveys. So twice the weight in every row changes nothing, and twice the rows narrows every
//! interval.
//!
//! An arm without subjects is not an error: what is then unknown is `None`.

mod arm;
mod cuped;
mod deciles;
mod difference;
mod power;
mod proportions;
mod qini;
mod share;

pub use self::arm::{Arm, Subject};
pub use self::cuped::{Cuped, cuped};
pub use self::deciles::{Counts, Decile, uplift_deciles};
pub use self::difference::{Difference, Test, difference_in_differences, difference_in_means};
pub use self::power::{Power, detectable_difference, sample_size_of_shares};
pub use self::proportions::{Proportions, two_proportions};
pub use self::qini::{Estimate, Qini, qini};
pub use self::share::{RatioMismatch, sample_ratio_mismatch};
