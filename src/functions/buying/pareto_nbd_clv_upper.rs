//! `pareto_nbd_clv_upper(model, spend_model, frequency, recency, age, monetary, margin, annual_discount_rate, units_per_year, horizon, level)`

use super::worth::{Customers, Outcomes, clv_upper};
use crate::functions::argument::{
    AGE, ANNUAL_DISCOUNT_RATE, FREQUENCY, HORIZON, LEVEL, MARGIN, MONETARY, RECENCY, UNITS_PER_YEAR,
};
use crate::functions::document::Example;
use crate::functions::model::{PARETO_NBD, SPEND, pareto_nbd};
use crate::functions::rowwise::{Kernel, Rowwise, Shared};
use crate::kernel::pareto_nbd::Params;

pub(super) static FUNCTION: Rowwise<9, Outcomes<Params>> = Rowwise {
    name: "pareto_nbd_clv_upper",
    summary: "Upper end of the interval in which what a customer's purchases within a horizon are \
              worth will lie, under a Pareto/NBD model and a Gamma-Gamma model.",
    shared: Shared::Models(PARETO_NBD, SPEND),
    arguments: [
        FREQUENCY,
        RECENCY,
        AGE,
        MONETARY,
        MARGIN,
        ANNUAL_DISCOUNT_RATE,
        UNITS_PER_YEAR,
        HORIZON,
        LEVEL,
    ],
    returns: "an amount in the unit of `monetary`, discounted to the cut-off, that the value \
              exceeds with probability (1 − level)/2. It contains whether the customer is alive, \
              how often and when purchases come and how much is spent, and not what is not known \
              of the parameters",
    nulls: "NULL in any argument but `monetary` gives NULL. NULL in `monetary`, as `frequency` 0, \
            takes what is known of the population's spend",
    source: "the number of purchases is exact; given it, their discounted spend has its exact \
             mean and variance and the shape of a Gamma variable (exact without discounting), \
             mixed over the Gamma-Gamma model of Fader, Hardie and Lee (2005), Journal of \
             Marketing Research 42(4), 415–430",
    examples: &[Example::new(
        "CAST(pareto_nbd_clv_upper(named_struct('r', 0.553, 'alpha', 10.578, 's', 0.606, 'beta', \
         11.669), named_struct('p', 6.25, 'q', 3.74, 'v', 15.44), 7, 206.0 / 7.0, 272.0 / 7.0, \
         73.74, 0.3, 0.15, 365.25 / 7, 104, 0.8) AS DECIMAL(12, 4))",
        "386.1756",
    )],
    prepare: |parameters| Customers::new(parameters, pareto_nbd),
    kernel: Kernel::Lenient(clv_upper),
};
