//! Choices, drawn at random or repeated.
//!
//! Everything generated is a function of a list of numbers: the same list makes the same tables and
//! the same query, on every machine. A smaller list makes a simpler one, since 0 always stands for
//! the simplest choice, and what is beyond the end of a list is 0. So a failing case is shrunk by
//! shrinking its list, without knowledge of its meaning.

use rand::Rng;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;

/// So many tries at a smaller list, at most.
const TRIES: u64 = 400;

/// Where choices come from, and those that were made.
pub(super) struct Choices {
    random: Option<ChaCha8Rng>,
    list: Vec<u32>,
    next: usize,
}

impl Choices {
    /// The choices of a seed.
    pub(super) fn seeded(seed: u64) -> Self {
        Self { random: Some(ChaCha8Rng::seed_from_u64(seed)), list: Vec::new(), next: 0 }
    }

    /// The choices of a list, and after its end the simplest.
    pub(super) fn repeated(list: &[u32]) -> Self {
        Self { random: None, list: list.to_vec(), next: 0 }
    }

    /// What was chosen.
    pub(super) fn list(&self) -> &[u32] {
        &self.list[..self.next.min(self.list.len())]
    }

    /// A number below `count`.
    pub(super) fn below(&mut self, count: usize) -> usize {
        let count = u32::try_from(count.max(1)).expect("few choices");
        let chosen = match &mut self.random {
            Some(random) => {
                let chosen = random.random_range(0..count);
                self.list.push(chosen);
                chosen
            }
            None => self.list.get(self.next).copied().unwrap_or(0) % count,
        };
        self.next += 1;
        chosen as usize
    }

    /// A number from `least` to `most`.
    pub(super) fn between(&mut self, least: usize, most: usize) -> usize {
        least + self.below(most - least + 1)
    }

    /// Whether something happens that does so `percent` times in a hundred.
    pub(super) fn chance(&mut self, percent: usize) -> bool {
        self.below(100) >= 100 - percent
    }

    /// One of several, of which the first is the simplest.
    pub(super) fn pick<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.below(of.len())]
    }
}

/// The smallest list found for which `fails` is still true.
pub(super) async fn smallest(list: &[u32], mut fails: impl AsyncFnMut(&[u32]) -> bool) -> Vec<u32> {
    let mut list = list.to_vec();
    let mut tries = super::number("PATRONAGE_TRIES", TRIES);
    loop {
        let before = list.clone();
        for length in [64, 16, 8, 4, 2, 1] {
            let mut at = 0;
            'parts: while at < list.len() {
                let part = at..(at + length).min(list.len());
                for smaller in simpler(&list, part) {
                    if tries == 0 {
                        return list;
                    }
                    tries -= 1;
                    if fails(&smaller).await {
                        list = smaller;
                        continue 'parts;
                    }
                }
                at += length;
            }
        }
        if list == before {
            return list;
        }
    }
}

/// The list without a part, and with the part made simplest or simpler.
fn simpler(list: &[u32], part: std::ops::Range<usize>) -> Vec<Vec<u32>> {
    let without = [&list[..part.start], &list[part.end..]].concat();
    let mut found = vec![without];
    if list[part.clone()].iter().any(|choice| *choice > 0) {
        let mut zeroed = list.to_vec();
        zeroed[part.clone()].fill(0);
        found.push(zeroed);
    }
    if part.len() == 1 && list[part.start] > 1 {
        let mut halved = list.to_vec();
        halved[part.start] /= 2;
        found.push(halved);
    }
    found
}
