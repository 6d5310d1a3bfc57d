//! Predictions under one model, each worked out once: what the functions of
//! all models with customers that leave have in common.
//!
//! Of a million customers some ten thousand differ in frequency and age, which
//! is all that a future depends on once it is known that the customer is alive.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::hash::Hash;

use crate::kernel::{
    Ahead, Chances, End, Foresight, History, OutOfDomain, Outlook, check_purchases,
    perhaps_variance, quantile,
};

/// A model with what has been asked of it so far. `K` numbers, after the
/// frequency, make a question, and its answer is an `A`.
#[derive(Debug)]
pub(super) struct Prospects<M: Outlook, const K: usize, A = f64> {
    model: M,
    futures: HashMap<u64, M::Future>,
    answers: Kept<(u64, [u64; K]), A>,
}

/// Answers to questions.
#[derive(Debug)]
pub(super) struct Kept<Q, A>(HashMap<Q, A>);

/// How many are kept; beyond, ages are not whole days, and none comes twice.
const MOST_KEPT: usize = 1 << 18;

impl<Q: Eq + Hash, A: Clone> Kept<Q, A> {
    pub(super) fn new() -> Self {
        Self(HashMap::new())
    }

    pub(super) fn get(&self, question: &Q) -> Option<A> {
        self.0.get(question).cloned()
    }

    pub(super) fn keep(&mut self, question: Q, answer: A) {
        if self.0.len() == MOST_KEPT {
            self.0.clear();
        }
        self.0.insert(question, answer);
    }
}

impl<M: Outlook, const K: usize, A: Clone> Prospects<M, K, A> {
    pub(super) fn new(model: M) -> Self {
        Self { model, futures: HashMap::new(), answers: Kept::new() }
    }

    /// What `ask` says of those who are alive.
    ///
    /// `question` holds everything besides the frequency that `ask` looks at.
    pub(super) fn if_alive(
        &mut self,
        history: History,
        question: [f64; K],
        ask: impl FnOnce(&mut M::Future) -> Result<A, OutOfDomain>,
    ) -> Result<A, OutOfDomain> {
        let key = (history.frequency().to_bits(), question.map(f64::to_bits));
        if let Some(answer) = self.answers.get(&key) {
            return Ok(answer);
        }
        let answer = ask(self.future(history.frequency())?)?;
        self.answers.keep(key, answer.clone());
        Ok(answer)
    }

    /// P(alive) now.
    pub(super) fn p_alive(&self, history: History) -> f64 {
        self.model.p_alive(history)
    }

    fn future(&mut self, frequency: f64) -> Result<&mut M::Future, OutOfDomain> {
        match self.futures.entry(frequency.to_bits()) {
            Entry::Occupied(future) => Ok(future.into_mut()),
            Entry::Vacant(place) => Ok(place.insert(self.model.future(frequency)?)),
        }
    }
}

impl<M: Outlook, const K: usize> Prospects<M, K> {
    /// P(alive) times what `ask` says of those who are alive.
    pub(super) fn expect(
        &mut self,
        history: History,
        question: [f64; K],
        ask: impl FnOnce(&mut M::Future) -> Result<f64, OutOfDomain>,
    ) -> Result<f64, OutOfDomain> {
        let answer = self.if_alive(history, question, ask)?;
        Ok(self.p_alive(history) * answer)
    }
}

/// `…_p_alive(model, frequency, recency, age)`
pub(super) fn p_alive<M: Outlook>(
    model: &mut M,
    [frequency, recency, age]: [f64; 3],
) -> Result<f64, OutOfDomain> {
    Ok(model.p_alive(History::new(frequency, recency, age)?))
}

/// `…_expected_purchases(model, frequency, recency, age, horizon)`
pub(super) fn expected_purchases<M: Outlook>(
    prospects: &mut Prospects<M, 2>,
    [frequency, recency, age, horizon]: [f64; 4],
) -> Result<f64, OutOfDomain> {
    let history = History::new(frequency, recency, age)?;
    prospects.expect(history, [age, horizon], |future| future.purchases(age, horizon))
}

/// `…_expected_purchases_new(model, horizon)`
pub(super) fn expected_purchases_new<M: Outlook>(
    prospects: &mut Prospects<M, 1>,
    [horizon]: [f64; 1],
) -> Result<f64, OutOfDomain> {
    prospects.expect(History::acquired(), [horizon], |future| future.purchases(0.0, horizon))
}

/// `…_dert(model, frequency, recency, age, discount_rate)`
pub(super) fn dert<M: Outlook>(
    prospects: &mut Prospects<M, 2>,
    [frequency, recency, age, rate]: [f64; 4],
) -> Result<f64, OutOfDomain> {
    let history = History::new(frequency, recency, age)?;
    prospects.expect(history, [age, rate], |future| future.residual(age, rate))
}

/// `…_discounted_purchases(model, frequency, recency, age, steps, step_length, discount_rate)`
pub(super) fn discounted_purchases<M: Outlook>(
    prospects: &mut Prospects<M, 4>,
    [frequency, recency, age, steps, step_length, rate]: [f64; 6],
) -> Result<f64, OutOfDomain> {
    let history = History::new(frequency, recency, age)?;
    prospects.expect(history, [age, steps, step_length, rate], |future| {
        future.discounted_purchases(age, steps, step_length, rate)
    })
}

/// `…_p_alive_after(model, frequency, recency, age, horizon)`
pub(super) fn p_alive_after<M>(
    prospects: &mut Prospects<M, 2>,
    [frequency, recency, age, horizon]: [f64; 4],
) -> Result<f64, OutOfDomain>
where
    M: Outlook<Future: Chances>,
{
    let history = History::new(frequency, recency, age)?;
    let ahead = Ahead::new(age, horizon)?;
    prospects.expect(history, [age, horizon], |future| Ok(future.survival(ahead)))
}

/// A mean and a variance.
type Moments = [f64; 2];

/// `…_purchases_variance(model, frequency, recency, age, horizon)`
pub(super) fn purchases_variance<M>(
    prospects: &mut Prospects<M, 2, Moments>,
    [frequency, recency, age, horizon]: [f64; 4],
) -> Result<f64, OutOfDomain>
where
    M: Outlook<Future: Chances>,
{
    let history = History::new(frequency, recency, age)?;
    let ahead = Ahead::new(age, horizon)?;
    let [mean, variance] = prospects.if_alive(history, [age, horizon], |future| {
        Ok([future.purchases(age, horizon)?, future.variance(ahead)])
    })?;
    Ok(perhaps_variance(prospects.p_alive(history), mean, variance))
}

/// `…_purchases_probability(model, frequency, recency, age, horizon, n)`
pub(super) fn purchases_probability<M>(
    prospects: &mut Prospects<M, 3>,
    [frequency, recency, age, horizon, n]: [f64; 5],
) -> Result<f64, OutOfDomain>
where
    M: Outlook<Future: Chances>,
{
    exactly(prospects, History::new(frequency, recency, age)?, horizon, n)
}

/// `…_purchases_probability_new(model, horizon, n)`
pub(super) fn purchases_probability_new<M>(
    prospects: &mut Prospects<M, 3>,
    [horizon, n]: [f64; 2],
) -> Result<f64, OutOfDomain>
where
    M: Outlook<Future: Chances>,
{
    exactly(prospects, History::acquired(), horizon, n)
}

fn exactly<M>(
    prospects: &mut Prospects<M, 3>,
    history: History,
    horizon: f64,
    n: f64,
) -> Result<f64, OutOfDomain>
where
    M: Outlook<Future: Chances>,
{
    check_purchases(n)?;
    let ahead = Ahead::new(history.age(), horizon)?;
    let question = [history.age(), horizon, n];
    let alive = prospects.expect(history, question, |future| Ok(future.exactly(ahead, n)))?;
    let left = if n == 0.0 { 1.0 - prospects.p_alive(history) } else { 0.0 };
    Ok(left + alive)
}

/// `…_purchases_lower(model, frequency, recency, age, horizon, level)`
pub(super) fn purchases_lower<M>(
    prospects: &mut Prospects<M, 3>,
    question: [f64; 5],
) -> Result<f64, OutOfDomain>
where
    M: Outlook<Future: Chances>,
{
    purchases_end(prospects, question, End::Lower)
}

/// `…_purchases_upper(model, frequency, recency, age, horizon, level)`
pub(super) fn purchases_upper<M>(
    prospects: &mut Prospects<M, 3>,
    question: [f64; 5],
) -> Result<f64, OutOfDomain>
where
    M: Outlook<Future: Chances>,
{
    purchases_end(prospects, question, End::Upper)
}

fn purchases_end<M>(
    prospects: &mut Prospects<M, 3>,
    [frequency, recency, age, horizon, level]: [f64; 5],
    end: End,
) -> Result<f64, OutOfDomain>
where
    M: Outlook<Future: Chances>,
{
    let history = History::new(frequency, recency, age)?;
    let ahead = Ahead::new(age, horizon)?;
    let p_alive = prospects.p_alive(history);
    quantile(end.above(level)?, |n| {
        let chance = prospects
            .if_alive(history, [age, horizon, n], |future| Ok(future.at_least(ahead, n)))?;
        Ok(p_alive * chance)
    })
}
