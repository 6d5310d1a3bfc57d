//! `gamma_gamma_expected_spend(model, frequency, monetary)`

use crate::functions::argument::{FREQUENCY, MONETARY};
use crate::functions::document::Example;
use crate::functions::model::{GAMMA_GAMMA, gamma_gamma};
use crate::functions::rowwise::{Kernel, Rowwise, Shared};
use crate::kernel::OutOfDomain;
use crate::kernel::gamma_gamma::{Params, Spend, expected_spend};

pub(super) static FUNCTION: Rowwise<2, Params> = Rowwise {
    name: "gamma_gamma_expected_spend",
    summary: "Spend expected of a customer on a purchase day to come, under a Gamma-Gamma model.",
    shared: Shared::Model(GAMMA_GAMMA),
    arguments: [FREQUENCY, MONETARY],
    returns: "an amount in the unit that the model was fitted in, between the customer's own mean \
              and the population's",
    nulls: "NULL in `model` or `frequency` gives NULL. NULL in `monetary`, as `frequency` 0, gives \
            the population's mean. Where that is infinite (q <= 1) it is NULL, and so it is where \
            repeat purchases cost nothing, which the model does not know",
    source: "Fader, Hardie and Lee (2005), Journal of Marketing Research 42(4), 415–430",
    examples: &[
        Example::new(
            "CAST(gamma_gamma_expected_spend(named_struct('p', 6.25, 'q', 3.74, 'v', 15.44), \
             2, 22.35) AS DECIMAL(12, 9))",
            "24.663713911",
        ),
        Example::new(
            "CAST(gamma_gamma_expected_spend(named_struct('p', 6.25, 'q', 3.74, 'v', 15.44), \
             0, NULL) AS DECIMAL(12, 9))",
            "35.218978102",
        ),
    ],
    prepare: gamma_gamma,
    kernel: Kernel::Lenient(|params, [frequency, monetary]| {
        let spend = spend(frequency, monetary)?;
        Ok::<_, OutOfDomain>(spend.and_then(|spend| expected_spend(*params, spend)))
    }),
};

/// What is known of a customer's spend; nothing at all where `frequency` is NULL, and
/// nothing that the model can take in where repeat purchases cost nothing: the fit
/// passes such customers over, so they are not evidence here either.
pub(super) fn spend(
    frequency: Option<f64>,
    monetary: Option<f64>,
) -> Result<Option<Spend>, OutOfDomain> {
    let Some(frequency) = frequency else { return Ok(None) };
    match monetary {
        Some(monetary) => {
            Spend::new(frequency, monetary).map(|spend| spend.is_possible().then_some(spend))
        }
        None => Spend::new(frequency, 0.0).map(|_| Some(Spend::unknown())),
    }
}
