//! `gamma_gamma_spend_variance(model, frequency, monetary)`

use super::gamma_gamma_expected_spend::spend;
use crate::functions::argument::{FREQUENCY, MONETARY};
use crate::functions::document::Example;
use crate::functions::model::{GAMMA_GAMMA, gamma_gamma};
use crate::functions::rowwise::{Kernel, Rowwise, Shared};
use crate::kernel::OutOfDomain;
use crate::kernel::gamma_gamma::{Params, spend_variance};

pub(super) static FUNCTION: Rowwise<2, Params> = Rowwise {
    name: "gamma_gamma_spend_variance",
    summary: "How uncertain a customer's spend per purchase day is: the variance of the mean of \
              all purchase days to come, under a Gamma-Gamma model.",
    shared: Shared::Model(GAMMA_GAMMA),
    arguments: [FREQUENCY, MONETARY],
    returns: "an amount squared, in the unit that the model was fitted in; the spend of a single \
              day varies more",
    nulls: "NULL in `model` or `frequency` gives NULL. NULL in `monetary`, as `frequency` 0, gives \
            the variance between customers. Where it is infinite (p x + q <= 2) it is NULL, and \
            so it is where repeat purchases cost nothing, which the model does not know",
    source: "Fader and Hardie (2013), The Gamma-Gamma Model of Monetary Value",
    examples: &[
        Example::new(
            "CAST(gamma_gamma_spend_variance(named_struct('p', 6.25, 'q', 3.74, 'v', 15.44), \
             2, 22.35) AS DECIMAL(12, 6))",
            "42.717611",
        ),
        Example::new(
            "CAST(gamma_gamma_spend_variance(named_struct('p', 6.25, 'q', 3.74, 'v', 15.44), \
             0, NULL) AS DECIMAL(12, 6))",
            "712.860011",
        ),
    ],
    prepare: gamma_gamma,
    kernel: Kernel::Lenient(|params, [frequency, monetary]| {
        let spend = spend(frequency, monetary)?;
        Ok::<_, OutOfDomain>(spend.and_then(|spend| spend_variance(*params, spend)))
    }),
};
