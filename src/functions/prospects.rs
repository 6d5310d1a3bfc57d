//! Predictions under one model, each worked out once: what the functions of
//! all models with customers that leave have in common.
//!
//! Of a million customers some ten thousand differ in frequency and age, which
//! is all that a future depends on once it is known that the customer is alive.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use crate::kernel::{Foresight, History, OutOfDomain, Outlook};

/// A model with what has been asked of it so far. `K` numbers, after the
/// frequency, make a question.
#[derive(Debug)]
pub(super) struct Prospects<M: Outlook, const K: usize> {
    model: M,
    futures: HashMap<u64, M::Future>,
    answers: HashMap<(u64, [u64; K]), f64>,
}

/// Answers that are kept; beyond, ages are not whole days, and none comes twice.
const MOST_KEPT: usize = 1 << 18;

impl<M: Outlook, const K: usize> Prospects<M, K> {
    pub(super) fn new(model: M) -> Self {
        Self { model, futures: HashMap::new(), answers: HashMap::new() }
    }

    /// P(alive) times what `ask` says of those who are alive.
    ///
    /// `question` holds everything besides the frequency that `ask` looks at.
    pub(super) fn expect(
        &mut self,
        history: History,
        question: [f64; K],
        ask: impl FnOnce(&mut M::Future) -> Result<f64, OutOfDomain>,
    ) -> Result<f64, OutOfDomain> {
        let key = (history.frequency().to_bits(), question.map(f64::to_bits));
        let answer = if let Some(answer) = self.answers.get(&key) {
            *answer
        } else {
            let answer = ask(self.future(history.frequency())?)?;
            self.keep(key, answer);
            answer
        };
        Ok(self.model.p_alive(history) * answer)
    }

    fn future(&mut self, frequency: f64) -> Result<&mut M::Future, OutOfDomain> {
        match self.futures.entry(frequency.to_bits()) {
            Entry::Occupied(future) => Ok(future.into_mut()),
            Entry::Vacant(place) => Ok(place.insert(self.model.future(frequency)?)),
        }
    }

    fn keep(&mut self, key: (u64, [u64; K]), answer: f64) {
        if self.answers.len() == MOST_KEPT {
            self.answers.clear();
        }
        self.answers.insert(key, answer);
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
