//! A purchase model with what has been asked of it: what all questions share.
//!
//! Of a million customers some ten thousand differ in what a future depends on once it
//! is known that the customer is alive.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use super::memory::Memory;
use crate::kernel::OutOfDomain;
use crate::kernel::purchase_model::{GivenAlive, Past, PurchaseModel, ZeroInflated};

/// A model with the answers, each an `A`, that it gave to one question.
#[derive(Debug)]
pub(super) struct Predictions<M: PurchaseModel, A = f64> {
    model: M,
    futures: HashMap<u64, M::Future>,
    answers: Memory<6, A>,
}

impl<M: PurchaseModel, A: Clone> Predictions<M, A> {
    pub(super) fn new(model: M) -> Self {
        Self { model, futures: HashMap::new(), answers: Memory::default() }
    }

    /// P(alive) now.
    pub(super) fn p_alive(&self, past: M::Past) -> f64 {
        self.model.p_alive(past)
    }

    /// What is said of a customer who may have left.
    pub(super) fn perhaps_alive(&self, past: M::Past) -> ZeroInflated {
        ZeroInflated::new(self.p_alive(past))
    }

    /// What `ask` says of those who are alive; `question` holds all it looks at besides
    /// the past.
    pub(super) fn given_alive(
        &mut self,
        past: M::Past,
        question: [f64; 3],
        ask: impl FnOnce(&mut M::Future) -> Result<A, OutOfDomain>,
    ) -> Result<A, OutOfDomain> {
        let Self { model, futures, answers } = self;
        let ([first, second], [a, b, c]) = (M::Future::depends_on(past), question);
        answers.recall([past.frequency(), first, second, a, b, c], || {
            let future = match futures.entry(past.frequency().to_bits()) {
                Entry::Occupied(future) => future.into_mut(),
                Entry::Vacant(place) => place.insert(model.future(past.frequency())?),
            };
            ask(future)
        })
    }
}

impl<M: PurchaseModel> Predictions<M> {
    /// The mean of what `ask` says of those who are alive, and of 0 of the others.
    pub(super) fn mean(
        &mut self,
        past: M::Past,
        question: [f64; 3],
        ask: impl FnOnce(&mut M::Future) -> Result<f64, OutOfDomain>,
    ) -> Result<f64, OutOfDomain> {
        let mean = self.given_alive(past, question, ask)?;
        Ok(self.perhaps_alive(past).mean(mean))
    }
}
