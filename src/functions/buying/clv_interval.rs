//! `…_clv_lower(model, spend_model, frequency, recency, age, monetary, margin,
//! annual_discount_rate, units_per_year, horizon, level)` and `…_clv_upper`: between which
//! amounts will lie what the customer is worth?

use std::sync::Arc;

use super::customers::Customers;
use super::gamma_gamma_expected_spend::spend;
use super::model::{BgNbd, Chosen, MbgNbd, Nbd, ParetoNbd, PurchaseRow};
use crate::functions::argument::{
    AGE, ANNUAL_DISCOUNT_RATE, FREQUENCY, HORIZON, LEVEL, MARGIN, MONETARY, RECENCY, UNITS_PER_YEAR,
};
use crate::functions::document::Example;
use crate::functions::family::{Definition, Question, Remark};
use crate::functions::model::SPEND;
use crate::functions::rowwise::{Kernel, PerhapsUnknown, Shared};
use crate::kernel::History;
use crate::kernel::lifetime_value::{LifetimeValue, Margin, continuous_rate};
use crate::kernel::purchase_model::{Dated, End, PurchaseModel, Window};

const SOURCE: &str = "how many purchases come is exact up to eight, and beyond in steps of a fifth; given \
                      that, their discounted spend has its mean and variance and the shape of a \
                      Gamma variable, mixed over the Gamma-Gamma model of Fader, Hardie and Lee \
                      (2005), Journal of Marketing Research 42(4), 415–430. Amounts are right to \
                      a few thousandths";

const QUESTION_LOWER: Question<9> = Question {
    name: "clv_lower",
    summary: "Lower end of the interval in which what a customer's purchases within a \
              horizon are worth will lie, under {title} and a Gamma-Gamma model.",
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
              falls short of with probability (1 − level)/2; often 0, because the customer \
              may have left or may not buy. It contains whether the customer is alive, how \
              often and when purchases come and how much is spent, and not what is not known \
              of the parameters",
    nulls: "NULL in any argument but `monetary` gives NULL. NULL in `monetary`, as \
            `frequency` 0, takes what is known of the population's spend",
};

const REMARKS_LOWER: [Remark; 5] = [
    Remark {
        of: "bgnbd",
        returns: "",
        source: SOURCE,
        examples: &[Example::new(
            "CAST({prefix}_clv_lower({model}, named_struct('p', 6.25, 'q', 3.74, 'v', 15.44), 7, 206.0 / 7.0, 272.0 / 7.0, 73.74, \
             0.3, 0.15, 365.25 / 7, 104, 0.8) AS DECIMAL(12, 0))",
            "0",
        )],
    },
    Remark {
        of: "mbgnbd",
        returns: "",
        source: SOURCE,
        examples: &[Example::new(
            "CAST({prefix}_clv_lower({model}, named_struct('p', 6.25, 'q', 3.74, 'v', 15.44), 7, 206.0 / 7.0, 272.0 / 7.0, 73.74, \
             0.3, 0.15, 365.25 / 7, 104, 0.8) AS DECIMAL(12, 0))",
            "0",
        )],
    },
    Remark {
        of: "nbd",
        returns: "",
        source: SOURCE,
        examples: &[Example::new(
            "CAST({prefix}_clv_lower({model}, named_struct('p', 6.25, 'q', 3.74, 'v', 15.44), 7, 206.0 / 7.0, 272.0 / 7.0, 73.74, \
             0.3, 0.15, 365.25 / 7, 104, 0.8) AS DECIMAL(12, 0))",
            "125",
        )],
    },
    Remark {
        of: "pareto_nbd",
        returns: "",
        source: SOURCE,
        examples: &[Example::new(
            "CAST({prefix}_clv_lower({model}, named_struct('p', 6.25, 'q', 3.74, 'v', 15.44), 7, 206.0 / 7.0, 272.0 / 7.0, 73.74, \
             0.3, 0.15, 365.25 / 7, 104, 0.8) AS DECIMAL(12, 0))",
            "0",
        )],
    },
    Remark {
        of: "purchase_model",
        returns: "",
        source: "{source} `…_clv_lower`",
        examples: &[Example::new(
            "CAST({prefix}_clv_lower({model}, named_struct('p', 6.25, 'q', 3.74, 'v', 15.44), 7, 206.0 / 7.0, 272.0 / 7.0, 73.74, \
             0.3, 0.15, 365.25 / 7, 104, 0.8) AS DECIMAL(12, 0))",
            "0",
        )],
    },
];

const QUESTION_UPPER: Question<9> = Question {
    name: "clv_upper",
    summary: "Upper end of the interval in which what a customer's purchases within a \
              horizon are worth will lie, under {title} and a Gamma-Gamma model.",
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
              exceeds with probability (1 − level)/2. It contains whether the customer is \
              alive, how often and when purchases come and how much is spent, and not what \
              is not known of the parameters",
    nulls: "NULL in any argument but `monetary` gives NULL. NULL in `monetary`, as \
            `frequency` 0, takes what is known of the population's spend",
};

const REMARKS_UPPER: [Remark; 5] = [
    Remark {
        of: "bgnbd",
        returns: "",
        source: SOURCE,
        examples: &[Example::new(
            "CAST({prefix}_clv_upper({model}, named_struct('p', 6.25, 'q', 3.74, 'v', 15.44), 7, 206.0 / 7.0, 272.0 / 7.0, 73.74, \
             0.3, 0.15, 365.25 / 7, 104, 0.8) AS DECIMAL(12, 0))",
            "361",
        )],
    },
    Remark {
        of: "mbgnbd",
        returns: "",
        source: SOURCE,
        examples: &[Example::new(
            "CAST({prefix}_clv_upper({model}, named_struct('p', 6.25, 'q', 3.74, 'v', 15.44), 7, 206.0 / 7.0, 272.0 / 7.0, 73.74, \
             0.3, 0.15, 365.25 / 7, 104, 0.8) AS DECIMAL(12, 0))",
            "345",
        )],
    },
    Remark {
        of: "nbd",
        returns: "",
        source: SOURCE,
        examples: &[Example::new(
            "CAST({prefix}_clv_upper({model}, named_struct('p', 6.25, 'q', 3.74, 'v', 15.44), 7, 206.0 / 7.0, 272.0 / 7.0, 73.74, \
             0.3, 0.15, 365.25 / 7, 104, 0.8) AS DECIMAL(12, 0))",
            "465",
        )],
    },
    Remark {
        of: "pareto_nbd",
        returns: "",
        source: SOURCE,
        examples: &[Example::new(
            "CAST({prefix}_clv_upper({model}, named_struct('p', 6.25, 'q', 3.74, 'v', 15.44), 7, 206.0 / 7.0, 272.0 / 7.0, 73.74, \
             0.3, 0.15, 365.25 / 7, 104, 0.8) AS DECIMAL(12, 0))",
            "386",
        )],
    },
    Remark {
        of: "purchase_model",
        returns: "",
        source: "{source} `…_clv_upper`",
        examples: &[Example::new(
            "CAST({prefix}_clv_upper({model}, named_struct('p', 6.25, 'q', 3.74, 'v', 15.44), 7, 206.0 / 7.0, 272.0 / 7.0, 73.74, \
             0.3, 0.15, 365.25 / 7, 104, 0.8) AS DECIMAL(12, 0))",
            "361",
        )],
    },
];

/// The function of every model.
pub(super) fn all() -> Vec<Definition> {
    vec![
        lower::<BgNbd>(&QUESTION_LOWER),
        lower::<MbgNbd>(&QUESTION_LOWER),
        lower::<Nbd>(&QUESTION_LOWER),
        lower::<ParetoNbd>(&QUESTION_LOWER),
        lower::<Chosen>(&QUESTION_LOWER),
        upper::<BgNbd>(&QUESTION_UPPER),
        upper::<MbgNbd>(&QUESTION_UPPER),
        upper::<Nbd>(&QUESTION_UPPER),
        upper::<ParetoNbd>(&QUESTION_UPPER),
        upper::<Chosen>(&QUESTION_UPPER),
    ]
}

fn lower<R: PurchaseRow>(question: &Question<9>) -> Definition
where
    R::Params: PurchaseModel<Past = History, Future: Dated>,
{
    let shared = Shared::Models(R::MODEL, SPEND);
    let kernel = Kernel::Lenient(|customers, row| end(End::Lower, customers, row));
    question.of::<R, _>(shared, &REMARKS_LOWER, Outcomes::prepare::<R>, kernel)
}

fn upper<R: PurchaseRow>(question: &Question<9>) -> Definition
where
    R::Params: PurchaseModel<Past = History, Future: Dated>,
{
    let shared = Shared::Models(R::MODEL, SPEND);
    let kernel = Kernel::Lenient(|customers, row| end(End::Upper, customers, row));
    question.of::<R, _>(shared, &REMARKS_UPPER, Outcomes::prepare::<R>, kernel)
}

/// What customers of one frequency and age may turn out to be worth.
type Outcomes<M> = Customers<M, Arc<LifetimeValue>>;

fn end<M>(
    end: End,
    customers: &mut Outcomes<M>,
    [frequency, recency, age, monetary, margin, annual, units, horizon, level]: [Option<f64>; 9],
) -> PerhapsUnknown
where
    M: PurchaseModel<Past = History, Future: Dated>,
{
    let (past, money) = ((frequency, recency, age), (margin, annual, units));
    let (Some(x), Some(recency), Some(age)) = past else { return Ok(None) };
    let (Some(margin), Some(annual), Some(units)) = money else { return Ok(None) };
    let (Some(horizon), Some(level)) = (horizon, level) else { return Ok(None) };
    let past = History::new(x, recency, age)?;
    let (window, rate) = (Window::after(past, horizon)?, continuous_rate(annual, units)?);
    let above = end.above(level)?;
    let margin = Margin::new(margin)?;
    let Some(spend) = spend(frequency, monetary)? else { return Ok(None) };
    let Customers { purchases, spend: model, ends } = customers;
    let p_alive = purchases.p_alive(past);
    if purchases.perhaps_alive(past).exceeds_nothing(above) {
        return Ok(Some(0.0));
    }
    let [shape, scale] = model.given(spend);
    let question = [x, p_alive, shape, scale, age, horizon, rate, above];
    let end = ends.recall(question, || {
        let value = purchases.given_alive(past, [horizon, rate, 0.0], |future| {
            Ok(Arc::new(LifetimeValue::new(&future.dated(window), rate, *model)))
        })?;
        Ok(value.exceeded(p_alive, *model, spend, above))
    })?;
    Ok(Some(margin.of(end)))
}
