//! `pareto_nbd_clv(model, spend_model, frequency, recency, age, monetary, margin, annual_discount_rate, units_per_year)`

use super::worth::{Customers, Values, clv};
use crate::functions::argument::{
    AGE, ANNUAL_DISCOUNT_RATE, FREQUENCY, MARGIN, MONETARY, RECENCY, UNITS_PER_YEAR,
};
use crate::functions::document::Example;
use crate::functions::model::{PARETO_NBD, SPEND, pareto_nbd};
use crate::functions::rowwise::{Kernel, Rowwise, Shared};
use crate::kernel::pareto_nbd::Params;

pub(super) static FUNCTION: Rowwise<7, Values<Params>> = Rowwise {
    name: "pareto_nbd_clv",
    summary: "Customer's lifetime value: margin times expected spend times all purchase days to \
              come, discounted, under a Pareto/NBD model and a Gamma-Gamma model.",
    shared: Shared::Models(PARETO_NBD, SPEND),
    arguments: [FREQUENCY, RECENCY, AGE, MONETARY, MARGIN, ANNUAL_DISCOUNT_RATE, UNITS_PER_YEAR],
    returns: "an amount in the unit of `monetary`, worth as much today, of purchases after the \
              cut-off; `margin` times `gamma_gamma_expected_spend` times `pareto_nbd_dert` at the \
              rate ln(1 + annual_discount_rate)/units_per_year",
    nulls: "NULL in any argument but `monetary` gives NULL. NULL in `monetary`, as `frequency` 0, \
            takes the population's spend. Where expected spend is infinite it is NULL",
    source: "Fader, Hardie and Lee (2005), Journal of Marketing Research 42(4), 415–430",
    examples: &[Example::new(
        "CAST(pareto_nbd_clv(named_struct('r', 0.553, 'alpha', 10.578, 's', 0.606, 'beta', \
         11.669), named_struct('p', 6.25, 'q', 3.74, 'v', 15.44), 2, 213.0 / 7.0, 272.0 / 7.0, \
         22.35, 0.3, 0.15, 365.25 / 7) AS DECIMAL(12, 6))",
        "48.209984",
    )],
    prepare: |parameters| Customers::new(parameters, pareto_nbd),
    kernel: Kernel::Lenient(clv),
};
