//! Answers that were given before: of a million rows many ask the same.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use crate::kernel::OutOfDomain;

/// The maximum number of cached answers; beyond, questions hardly recur.
const MOST_KEPT: usize = 1 << 18;

/// Answers by the `K` numbers of the question, `MOST` of them at most.
#[derive(Debug)]
pub(super) struct Memory<const K: usize, A = f64, const MOST: usize = MOST_KEPT> {
    answers: HashMap<[u64; K], A>,
}

impl<const K: usize, A, const MOST: usize> Default for Memory<K, A, MOST> {
    fn default() -> Self {
        Self { answers: HashMap::new() }
    }
}

impl<const K: usize, A: Clone, const MOST: usize> Memory<K, A, MOST> {
    /// The cached answer, or that of `ask`. An error is not cached.
    pub(super) fn recall(
        &mut self,
        question: [f64; K],
        ask: impl FnOnce() -> Result<A, OutOfDomain>,
    ) -> Result<A, OutOfDomain> {
        if let Some(answer) = self.known(question) {
            return Ok(answer);
        }
        let answer = ask()?;
        self.keep(question, answer.clone());
        Ok(answer)
    }

    fn known(&self, question: [f64; K]) -> Option<A> {
        self.answers.get(&question.map(f64::to_bits)).cloned()
    }

    fn keep(&mut self, question: [f64; K], answer: A) {
        if self.answers.len() >= MOST {
            self.answers.clear();
        }
        self.answers.insert(question.map(f64::to_bits), answer);
    }
}

/// A cache shared by several threads, none of which waits for the answer of another.
#[derive(Debug)]
pub(super) struct SharedMemory<const K: usize, A, const MOST: usize>(Mutex<Memory<K, A, MOST>>);

impl<const K: usize, A, const MOST: usize> Default for SharedMemory<K, A, MOST> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<const K: usize, A: Clone, const MOST: usize> SharedMemory<K, A, MOST> {
    /// As [`Memory::recall`].
    pub(super) fn recall(&self, question: [f64; K], ask: impl FnOnce() -> A) -> A {
        let memory = || self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let known = memory().known(question);
        known.unwrap_or_else(|| {
            let answer = ask();
            memory().keep(question, answer.clone());
            answer
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::check_weight;

    #[test]
    fn a_question_is_answered_once_and_an_error_is_none() {
        let mut memory = Memory::<2, f64>::default();
        assert_eq!(memory.recall([1.0, 2.0], || Ok(3.0)), Ok(3.0));
        assert_eq!(memory.recall([1.0, 2.0], || Ok(4.0)), Ok(3.0));
        assert_eq!(memory.recall([2.0, 1.0], || Ok(5.0)), Ok(5.0));
        let refused = check_weight(-1.0).expect_err("negative");
        assert_eq!(memory.recall([0.0, 0.0], || Err(refused)), Err(refused));
        assert_eq!(memory.recall([0.0, 0.0], || Ok(6.0)), Ok(6.0));
    }

    #[test]
    fn what_is_kept_has_an_end() {
        let memory = SharedMemory::<1, f64, 2>::default();
        for (question, answer, want) in [
            (1.0, 10.0, 10.0),
            (2.0, 20.0, 20.0),
            (1.0, 11.0, 10.0),
            // The third question makes room, and the first is computed again.
            (3.0, 30.0, 30.0),
            (1.0, 12.0, 12.0),
            (3.0, 31.0, 30.0),
        ] {
            let got: f64 = memory.recall([question], || answer);
            assert_eq!(got.to_bits(), f64::to_bits(want), "{question}");
        }
    }
}
