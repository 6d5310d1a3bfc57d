//! `bgnbd_clv(model, spend_model, frequency, recency, age, monetary, margin, annual_discount_rate, units_per_year)`

use super::worth::{Customers, Values, clv};
use crate::functions::argument::{
    AGE, ANNUAL_DISCOUNT_RATE, FREQUENCY, MARGIN, MONETARY, RECENCY, UNITS_PER_YEAR,
};
use crate::functions::document::Example;
use crate::functions::model::{BGNBD, SPEND, bgnbd};
use crate::functions::rowwise::{Kernel, Rowwise, Shared};
use crate::kernel::beta_geometric::Params;

pub(super) static FUNCTION: Rowwise<7, Values<Params>> = Rowwise {
    name: "bgnbd_clv",
    summary: "Customer's lifetime value: margin times expected spend times all purchase days to \
              come, discounted, under a BG/NBD model and a Gamma-Gamma model.",
    shared: Shared::Models(BGNBD, SPEND),
    arguments: [FREQUENCY, RECENCY, AGE, MONETARY, MARGIN, ANNUAL_DISCOUNT_RATE, UNITS_PER_YEAR],
    returns: "an amount in the unit of `monetary`, worth as much today, of purchases after the \
              cut-off; `margin` times `gamma_gamma_expected_spend` times `bgnbd_dert` at the rate \
              ln(1 + annual_discount_rate)/units_per_year",
    nulls: "NULL in any argument but `monetary` gives NULL. NULL in `monetary`, as `frequency` 0, \
            takes the population's spend. Where expected spend is infinite it is NULL",
    source: "Fader, Hardie and Lee (2005), Journal of Marketing Research 42(4), 415–430, under \
             the Pareto/NBD",
    examples: &[Example::new(
        "CAST(bgnbd_clv(named_struct('r', 0.243, 'alpha', 4.414, 'a', 0.793, 'b', 2.426), \
         named_struct('p', 6.25, 'q', 3.74, 'v', 15.44), 2, 213.0 / 7.0, 272.0 / 7.0, 22.35, 0.3, \
         0.15, 365.25 / 7) AS DECIMAL(12, 6))",
        "38.325600",
    )],
    prepare: |parameters| Customers::new(parameters, bgnbd),
    kernel: Kernel::Lenient(clv),
};
