//! `…_clv(model, spend_model, frequency, recency, age, monetary, margin,
//! annual_discount_rate, units_per_year)`: what is the customer worth?

use super::customers::Customers;
use super::gamma_gamma_expected_spend::spend;
use super::model::{BgNbd, MbgNbd, Nbd, ParetoNbd, PurchaseRow};
use crate::functions::argument::{
    AGE, ANNUAL_DISCOUNT_RATE, FREQUENCY, MARGIN, MONETARY, RECENCY, UNITS_PER_YEAR,
};
use crate::functions::document::Example;
use crate::functions::family::{Definition, Question, Remark};
use crate::functions::model::SPEND;
use crate::functions::rowwise::{Kernel, PerhapsUnknown, Shared};
use crate::kernel::History;
use crate::kernel::gamma_gamma::expected_spend;
use crate::kernel::lifetime_value::{Margin, endless_rate};
use crate::kernel::purchase_model::{GivenAlive, PurchaseModel};

const QUESTION: Question<7> = Question {
    name: "clv",
    summary: "Customer's lifetime value: margin times expected spend times all purchase days \
              to come, discounted, under {title} and a Gamma-Gamma model.",
    arguments: [FREQUENCY, RECENCY, AGE, MONETARY, MARGIN, ANNUAL_DISCOUNT_RATE, UNITS_PER_YEAR],
    returns: "an amount in the unit of `monetary`, worth as much today, of purchases after \
              the cut-off; `margin` times `gamma_gamma_expected_spend` times `{prefix}_dert` \
              at the rate ln(1 + annual_discount_rate)/units_per_year",
    nulls: "NULL in any argument but `monetary` gives NULL. NULL in `monetary`, as \
            `frequency` 0, takes the population's spend. Where expected spend is infinite it \
            is NULL",
};

const REMARKS: [Remark; 4] = [
    Remark {
        of: "bgnbd",
        returns: "",
        source: "Fader, Hardie and Lee (2005), Journal of Marketing Research 42(4), 415–430, \
                 under the Pareto/NBD",
        examples: &[Example::new(
            "CAST({prefix}_clv({model}, named_struct('p', 6.25, 'q', 3.74, 'v', 15.44), 2, 213.0 / 7.0, 272.0 / 7.0, 22.35, 0.3, \
             0.15, 365.25 / 7) AS DECIMAL(12, 6))",
            "38.325600",
        )],
    },
    Remark {
        of: "mbgnbd",
        returns: "",
        source: "Fader, Hardie and Lee (2005), Journal of Marketing Research 42(4), 415–430, \
                 under the Pareto/NBD",
        examples: &[Example::new(
            "CAST({prefix}_clv({model}, named_struct('p', 6.25, 'q', 3.74, 'v', 15.44), 2, 213.0 / 7.0, 272.0 / 7.0, 22.35, 0.3, \
             0.15, 365.25 / 7) AS DECIMAL(12, 6))",
            "36.505052",
        )],
    },
    Remark {
        of: "nbd",
        returns: "",
        source: "Fader, Hardie and Lee (2005), Journal of Marketing Research 42(4), 415–430, \
                 under the Pareto/NBD",
        examples: &[Example::new(
            "CAST({prefix}_clv({model}, named_struct('p', 6.25, 'q', 3.74, 'v', 15.44), 2, 213.0 / 7.0, 272.0 / 7.0, 22.35, 0.3, \
             0.15, 365.25 / 7) AS DECIMAL(12, 6))",
            "129.361488",
        )],
    },
    Remark {
        of: "pareto_nbd",
        returns: "",
        source: "Fader, Hardie and Lee (2005), Journal of Marketing Research 42(4), 415–430",
        examples: &[Example::new(
            "CAST({prefix}_clv({model}, named_struct('p', 6.25, 'q', 3.74, 'v', 15.44), 2, 213.0 / 7.0, 272.0 / 7.0, 22.35, 0.3, \
             0.15, 365.25 / 7) AS DECIMAL(12, 6))",
            "48.209984",
        )],
    },
];

/// The function of every model.
pub(super) fn all() -> Vec<Definition> {
    vec![
        ask::<BgNbd>(&QUESTION),
        ask::<MbgNbd>(&QUESTION),
        ask::<Nbd>(&QUESTION),
        ask::<ParetoNbd>(&QUESTION),
    ]
}

fn ask<R: PurchaseRow<Params: PurchaseModel<Past = History>>>(
    question: &Question<7>,
) -> Definition {
    let shared = Shared::Models(R::MODEL, SPEND);
    question.of::<R, _>(shared, &REMARKS, Customers::prepare::<R>, Kernel::Lenient(answer))
}

fn answer<M: PurchaseModel<Past = History>>(
    customers: &mut Customers<M>,
    [frequency, recency, age, monetary, margin, annual, units]: [Option<f64>; 7],
) -> PerhapsUnknown {
    let row = (frequency, recency, age, margin, annual, units);
    let (Some(x), Some(recency), Some(age), Some(margin), Some(annual), Some(units)) = row else {
        return Ok(None);
    };
    let past = History::new(x, recency, age)?;
    let rate = endless_rate(annual, units)?;
    let margin = Margin::new(margin)?;
    let Some(spend) = spend(frequency, monetary)? else { return Ok(None) };
    let purchases =
        customers.purchases.mean(past, [rate, 0.0, 0.0], |future| future.residual(past, rate))?;
    Ok(expected_spend(customers.spend, spend).map(|spend| margin.of_purchases(spend, purchases)))
}
