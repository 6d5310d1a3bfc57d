//! `beta_binomial_fit(successes, trials [, weight [, weights]])`

use datafusion::common::ScalarValue;

use crate::functions::answers::float;
use crate::functions::argument::WEIGHT;
use crate::functions::document::{Argument, Example};
use crate::functions::domain::Domain;
use crate::functions::fitted::{
    CONVERGED, CUSTOMERS, FLAGS, IDENTIFIED, ITERATIONS, answer_with, error, log_likelihood, model,
    parameter, weighted,
};
use crate::functions::groupwise::Groupwise;
use crate::functions::multiset::Counted;
use crate::functions::shape::{Answer, Shape};
use crate::kernel::beta_binomial::{Choices, fit_weighted, polarisation, share};
use crate::kernel::{OutOfDomain, Weights};

pub(super) static FUNCTION: Groupwise<3> = Groupwise {
    name: "beta_binomial_fit",
    summary: "Fits how differently customers choose, such as how loyal they are to a brand: the \
              beta-binomial distribution, by maximum likelihood.",
    arguments: [
        Argument::needed(
            "successes",
            "how often the customer chose it: purchases of the brand",
            Domain::Number("a whole number from 0 to `trials`"),
        ),
        Argument::needed(
            "trials",
            "how often the customer chose: purchases of the category; rows of 0 are ignored",
            Domain::Whole,
        ),
        WEIGHT,
    ],
    returns: "the spread of the customers' own probabilities; one row per customer",
    shape: Shape::Struct(&[
        parameter("alpha", "first shape of the spread of probabilities"),
        parameter("beta", "second shape of the spread of probabilities"),
        error("alpha_se"),
        error("beta_se"),
        float("share", "the mean probability: alpha / (alpha + beta)"),
        float(
            "polarisation",
            "1 / (1 + alpha + beta): 0 where all choose alike, 1 where each chooses always or never",
        ),
        log_likelihood!("of how often each customer chose it, the binomial coefficients included"),
        CUSTOMERS,
        ITERATIONS,
        CONVERGED,
        IDENTIFIED,
        FLAGS,
        model("beta_binomial"),
    ]),
    source: "Skellam (1948), Journal of the Royal Statistical Society B 10(2), 257–261; \
             polarisation: Sabavala and Morrison (1977), Journal of Advertising Research 17(6), \
             35–43",
    examples: &[
        Example::over(
            "beta_binomial_fit(own, category)['customers']",
            "(VALUES (6, 6), (0, 5), (1, 4), (3, 3)) AS t(own, category)",
            "4",
        ),
        Example::over(
            "beta_binomial_fit(own, category)['polarisation'] > 0.5",
            "(VALUES (6, 6), (0, 5), (1, 4), (3, 3)) AS t(own, category)",
            "true",
        ),
    ],
    weights: Some(Weights::Counts),
    kernel,
};

fn kernel(rows: &[Counted<3>], weights: Weights) -> Result<Option<Answer>, OutOfDomain> {
    let read = |[successes, trials, _]: [f64; 3]| Choices::new(successes, trials);
    let choices = weighted(rows, weights, read, Choices::informs)?;
    let customers = choices.customers();
    Ok(fit_weighted(&choices).map(|maximum| {
        let more = [share, polarisation].map(|of| ScalarValue::from(of(maximum.parameters)));
        answer_with(["alpha", "beta"], &maximum, more.to_vec(), customers, &[])
    }))
}
