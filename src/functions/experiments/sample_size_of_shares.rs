//! `sample_size_of_shares(share, share_other, power)`

use super::experiment::POWER;
use crate::functions::document::{Argument, Example};
use crate::functions::domain::Domain;
use crate::functions::rowwise::{Kernel, Rowwise, Shared};
use crate::kernel::experiment::{Power, sample_size_of_shares};

pub(super) static FUNCTION: Rowwise<3, ()> = Rowwise {
    name: "sample_size_of_shares",
    summary: "How many subjects each arm of an experiment needs, to distinguish two shares.",
    shared: Shared::Nothing,
    arguments: [
        Argument::needed("share", "the share in one arm", Domain::Between(0.0, 1.0)),
        Argument::needed(
            "share_other",
            "the share in the other arm, further away than which it must not stay hidden",
            Domain::Number("between 0 and 1, not `share`"),
        ),
        POWER,
    ],
    returns: "a whole number of subjects per arm; both arms have as many",
    nulls: "NULL in any argument gives NULL",
    source: "Fleiss, Levin and Paik (2003), Statistical Methods for Rates and Proportions, 4.2",
    examples: &[Example::new("sample_size_of_shares(0.10, 0.12, 0.8)", "3841.0")],
    prepare: |_| Ok(()),
    kernel: Kernel::Strict(|(), [share, other, power]| {
        sample_size_of_shares(share, other, Power::new(power)?)
    }),
};
