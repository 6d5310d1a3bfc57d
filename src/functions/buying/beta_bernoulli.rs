//! Predictions under a BG/BB model: what their functions share.

use crate::functions::document::Argument;
use crate::functions::domain::Domain;
use crate::functions::memory::Memory;
use crate::kernel::beta_bernoulli::{Future, Params, Record};
use crate::kernel::{End, OutOfDomain, check_purchases, perhaps_variance, quantile};

pub(super) const TAKEN: Argument = Argument {
    name: "frequency",
    meaning: "opportunities that the customer took",
    domain: Domain::Whole,
    optional: false,
};

pub(super) const LAST_TAKEN: Argument = Argument {
    name: "recency",
    meaning: "number of the last opportunity taken, counted from 1",
    domain: Domain::Number(
        "a whole number from `frequency` to `opportunities`; 0 where `frequency` is 0",
    ),
    optional: false,
};

pub(super) const OPPORTUNITIES: Argument = Argument {
    name: "opportunities",
    meaning: "opportunities that the customer had",
    domain: Domain::WholeBetween(0.0, 100_000.0),
    optional: false,
};

pub(super) const TO_COME: Argument = Argument {
    name: "horizon",
    meaning: "how many opportunities to look ahead",
    domain: Domain::WholeBetween(0.0, 100_000.0),
    optional: false,
};

pub(super) const TO_TAKE: Argument = Argument {
    name: "n",
    meaning: "how many of the opportunities to come are taken",
    domain: Domain::Whole,
    optional: false,
};

pub(super) const RATE: Argument = Argument {
    name: "discount_rate",
    meaning: "rate per opportunity; 0.1 is 10 % a year if there is one a year",
    domain: Domain::Positive,
    optional: false,
};

/// A model with what has been asked of it so far.
#[derive(Debug)]
pub(super) struct Donors {
    model: Params,
    memory: Memory<4>,
}

impl Donors {
    pub(super) fn new(model: Params) -> Self {
        Self { model, memory: Memory::default() }
    }

    /// What `ask` says of those who are alive; `question` is all it looks at
    /// besides the numbers of opportunities.
    fn if_alive(
        &mut self,
        record: Record,
        question: [f64; 2],
        ask: impl FnOnce(Future) -> Result<f64, OutOfDomain>,
    ) -> Result<f64, OutOfDomain> {
        let [x, n] = record.counts().map(f64::from);
        let [first, second] = question;
        let model = self.model;
        self.memory.recall([x, n, first, second], || ask(Future::new(model, record)))
    }
}

/// `bgbb_p_alive(model, frequency, recency, opportunities)`
pub(super) fn p_alive(model: &mut Params, [x, t_x, n]: [f64; 3]) -> Result<f64, OutOfDomain> {
    Ok(model.p_alive(Record::new(x, t_x, n)?))
}

/// `bgbb_p_alive_after(model, frequency, recency, opportunities, horizon)`
pub(super) fn p_alive_after(
    donors: &mut Donors,
    [x, t_x, n, horizon]: [f64; 4],
) -> Result<f64, OutOfDomain> {
    let record = Record::new(x, t_x, n)?;
    let stays = donors.if_alive(record, [horizon, 0.0], |future| future.survival(horizon))?;
    Ok(donors.model.p_alive(record) * stays)
}

/// `bgbb_expected_purchases(model, frequency, recency, opportunities, horizon)`
pub(super) fn expected_purchases(
    donors: &mut Donors,
    [x, t_x, n, horizon]: [f64; 4],
) -> Result<f64, OutOfDomain> {
    let record = Record::new(x, t_x, n)?;
    let mean = donors.if_alive(record, [horizon, 0.0], |future| future.purchases(horizon))?;
    Ok(donors.model.p_alive(record) * mean)
}

/// `bgbb_expected_purchases_new(model, horizon)`
pub(super) fn expected_purchases_new(
    donors: &mut Donors,
    [horizon]: [f64; 1],
) -> Result<f64, OutOfDomain> {
    expected_purchases(donors, [0.0, 0.0, 0.0, horizon])
}

/// `bgbb_purchases_variance(model, frequency, recency, opportunities, horizon)`
pub(super) fn purchases_variance(
    donors: &mut Donors,
    [x, t_x, n, horizon]: [f64; 4],
) -> Result<f64, OutOfDomain> {
    let record = Record::new(x, t_x, n)?;
    let mut moment = |i: u8| {
        donors.if_alive(record, [horizon, f64::from(i)], |future| {
            Ok(future.mean_and_variance(horizon)?[usize::from(i)])
        })
    };
    let (mean, variance) = (moment(0)?, moment(1)?);
    Ok(perhaps_variance(donors.model.p_alive(record), mean, variance))
}

/// `bgbb_purchases_probability(model, frequency, recency, opportunities, horizon, n)`
pub(super) fn purchases_probability(
    donors: &mut Donors,
    [x, t_x, n, horizon, taken]: [f64; 5],
) -> Result<f64, OutOfDomain> {
    check_purchases(taken)?;
    let record = Record::new(x, t_x, n)?;
    let alive = donors.model.p_alive(record);
    let chance =
        donors.if_alive(record, [horizon, taken], |future| future.exactly(horizon, taken))?;
    let left = if taken == 0.0 { 1.0 - alive } else { 0.0 };
    Ok(left + alive * chance)
}

/// `bgbb_purchases_probability_new(model, horizon, n)`
pub(super) fn purchases_probability_new(
    donors: &mut Donors,
    [horizon, taken]: [f64; 2],
) -> Result<f64, OutOfDomain> {
    purchases_probability(donors, [0.0, 0.0, 0.0, horizon, taken])
}

/// `bgbb_purchases_lower(model, frequency, recency, opportunities, horizon, level)`
pub(super) fn purchases_lower(donors: &mut Donors, question: [f64; 5]) -> Result<f64, OutOfDomain> {
    end(End::Lower, donors, question)
}

/// `bgbb_purchases_upper(model, frequency, recency, opportunities, horizon, level)`
pub(super) fn purchases_upper(donors: &mut Donors, question: [f64; 5]) -> Result<f64, OutOfDomain> {
    end(End::Upper, donors, question)
}

fn end(
    end: End,
    donors: &mut Donors,
    [x, t_x, n, horizon, level]: [f64; 5],
) -> Result<f64, OutOfDomain> {
    let record = Record::new(x, t_x, n)?;
    let alive = donors.model.p_alive(record);
    quantile(end.above(level)?, |taken| {
        let ask = |future: Future| future.at_least(horizon, taken);
        Ok(alive * donors.if_alive(record, [horizon, taken], ask)?)
    })
}

/// `bgbb_dert(model, frequency, recency, opportunities, discount_rate)`
pub(super) fn dert(donors: &mut Donors, [x, t_x, n, rate]: [f64; 4]) -> Result<f64, OutOfDomain> {
    let record = Record::new(x, t_x, n)?;
    let residual = donors.if_alive(record, [rate, 0.0], |future| future.residual(rate))?;
    Ok(donors.model.p_alive(record) * residual)
}
