//! `cuped(outcome, covariate, treated [, weight [, weights [, level]]])`

use super::experiment::{DIFFERENCE, OUTCOME, TREATED, difference, number, subjects};
use crate::functions::answers::float;
use crate::functions::argument::WEIGHT;
use crate::functions::document::{Argument, Example, Field};
use crate::functions::domain::Domain;
use crate::functions::groupwise::{Groupwise, Limited};
use crate::functions::multiset::Counted;
use crate::functions::shape::{Answer, Shape};
use crate::kernel::experiment::{Cuped, cuped};
use crate::kernel::level::Level;
use crate::kernel::{OutOfDomain, Weights};

/// [`DIFFERENCE`] of the adjusted outcomes, and what the covariate did.
const FIELDS: [Field; 20] = fields();

const fn fields() -> [Field; 20] {
    let mut fields = [DIFFERENCE[0]; 20];
    let mut i = 0;
    while i < DIFFERENCE.len() {
        fields[i] = DIFFERENCE[i];
        i += 1;
    }
    fields[16] = float(
        "theta",
        "what a unit of the covariate foretells, within arms; NULL if it never varies there",
    );
    fields[17] =
        float("variance_reduction", "share of the variance within arms that it foretold, 0 to 1");
    fields[18] = float("raw_difference", "the difference without the covariate");
    fields[19] = float("raw_standard_error", "its standard error");
    fields
}

pub(super) static FUNCTION: Groupwise<4, Limited<4>> = Groupwise {
    name: "cuped",
    summary: "Difference of means after taking off what a figure from before the experiment \
              foretold (CUPED), with Welch's test.",
    arguments: [
        OUTCOME,
        Argument::needed(
            "covariate",
            "a figure of the subject from before the treatment, such as the outcome then",
            Domain::Amount,
        ),
        TREATED,
        WEIGHT,
    ],
    returns: "the adjusted difference with its interval (Student's t); means and variances \
              are those of the adjusted outcomes. `theta` is found within arms, so that the effect is no part \
              of it; the standard error and the degrees of freedom count that it is estimated",
    shape: Shape::Struct(&FIELDS),
    source: "Deng, Xu, Kohavi and Walker (2013), WSDM '13, 123–132; within arms: Lin (2013), Annals of \
             Applied Statistics 7(1), 295–318",
    examples: &[Example::over(
        "CAST(cuped(y, x, t)['theta'] AS DECIMAL(9, 6))",
        "(VALUES (15, 10, 1), (28, 20, 1), (33, 30, 1), (48, 40, 1), (11, 10, 0), (22, 20, 0), \
         (29, 30, 0), (42, 40, 0)) AS s(y, x, t)",
        "1.020000",
    )],
    weights: Some(Weights::Design),
    kernel: Limited(kernel),
};

fn kernel(rows: &[Counted<4>], _: Weights, level: Level) -> Result<Option<Answer>, OutOfDomain> {
    let names = ["outcome", "covariate"];
    let subjects = subjects(rows, names, |[y, x, treated, weight]| ([y, x], treated, weight))?;
    Ok(cuped(&subjects, level).and_then(|found| {
        let Cuped { theta, adjusted, raw, variance_reduction } = found;
        let mut values = difference(&adjusted)?;
        let more = [theta, variance_reduction, raw.value, raw.standard_error];
        values.extend(more.map(number));
        Some(Answer::Fields(values))
    }))
}
