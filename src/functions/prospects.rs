//! Futures under one BG/NBD model, each worked out once.
//!
//! Of a million customers some ten thousand differ in frequency and age, which
//! is all that a future depends on once it is known that the customer is alive.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use crate::kernel::OutOfDomain;
use crate::kernel::bgnbd::{Future, History, Params, p_alive};

/// A model with what has been asked of it so far. `K` numbers, after the
/// frequency, make a question.
#[derive(Debug)]
pub(super) struct Prospects<const K: usize> {
    params: Params,
    futures: HashMap<u64, Future>,
    answers: HashMap<(u64, [u64; K]), f64>,
}

/// Answers that are kept; beyond, ages are not whole days, and none comes twice.
const MOST_KEPT: usize = 1 << 18;

impl<const K: usize> Prospects<K> {
    /// Checks the parameters r, alpha, a and b.
    pub(super) fn new(parameters: &[f64]) -> Result<Self, OutOfDomain> {
        let params = params(parameters)?;
        Ok(Self { params, futures: HashMap::new(), answers: HashMap::new() })
    }

    /// P(alive) times what `ask` says of those who are alive.
    ///
    /// `question` holds everything besides the frequency that `ask` looks at.
    pub(super) fn expect(
        &mut self,
        history: History,
        question: [f64; K],
        ask: impl FnOnce(&mut Future) -> Result<f64, OutOfDomain>,
    ) -> Result<f64, OutOfDomain> {
        let key = (history.frequency().to_bits(), question.map(f64::to_bits));
        let answer = if let Some(answer) = self.answers.get(&key) {
            *answer
        } else {
            let answer = ask(self.future(history.frequency())?)?;
            self.keep(key, answer);
            answer
        };
        Ok(p_alive(self.params, history) * answer)
    }

    fn future(&mut self, frequency: f64) -> Result<&mut Future, OutOfDomain> {
        match self.futures.entry(frequency.to_bits()) {
            Entry::Occupied(future) => Ok(future.into_mut()),
            Entry::Vacant(place) => Ok(place.insert(Future::new(self.params, frequency)?)),
        }
    }

    fn keep(&mut self, key: (u64, [u64; K]), answer: f64) {
        if self.answers.len() == MOST_KEPT {
            self.answers.clear();
        }
        self.answers.insert(key, answer);
    }
}

/// Checks the parameters r, alpha, a and b.
pub(super) fn params(parameters: &[f64]) -> Result<Params, OutOfDomain> {
    let at = |i: usize| parameters.get(i).copied().unwrap_or(f64::NAN);
    Params::new(at(0), at(1), at(2), at(3))
}
