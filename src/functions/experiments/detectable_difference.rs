//! `detectable_difference(standard_deviation, n_treated, n_control, power)`

use super::experiment::POWER;
use crate::functions::document::{Argument, Example};
use crate::functions::domain::Domain;
use crate::functions::rowwise::{Kernel, Rowwise, Shared};
use crate::kernel::LARGEST;
use crate::kernel::experiment::{Power, detectable_difference};

pub(super) static FUNCTION: Rowwise<4, ()> = Rowwise {
    name: "detectable_difference",
    summary: "The smallest difference of means that an experiment of this size finds.",
    shared: Shared::Nothing,
    arguments: [
        Argument::needed(
            "standard_deviation",
            "of the outcome of a single subject; with CUPED, of the adjusted outcome",
            Domain::Between(0.0, LARGEST),
        ),
        Argument::needed("n_treated", "subjects in the treated arm", Domain::AtLeast(1.0)),
        Argument::needed(
            "n_control",
            "subjects in the control arm; with the treated at least 3",
            Domain::AtLeast(1.0),
        ),
        POWER,
    ],
    returns: "a difference in the unit of the outcome, found by a two-sided test at 5 %, on either side",
    nulls: "NULL in any argument gives NULL",
    source: "Cohen (1988), Statistical Power Analysis for the Behavioral Sciences, 2.4; by the \
             noncentral t distribution with `n_treated` + `n_control` - 2 degrees of freedom",
    examples: &[Example::new(
        "CAST(detectable_difference(40, 5000, 5000, 0.8) AS DECIMAL(9, 6))",
        "2.241481",
    )],
    prepare: |_| Ok(()),
    kernel: Kernel::Strict(|(), [deviation, treated, control, power]| {
        detectable_difference(deviation, treated, control, Power::new(power)?)
    }),
};
