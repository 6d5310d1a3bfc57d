//! Rows of numbers with how often each occurs: the state of every aggregate.
//!
//! Kept this way, an answer cannot depend on the order of rows or on how they
//! were spread over partitions: the same rows are the same multiset, and it is
//! read in ascending order. Equal rows take the room of one, so a million
//! customers with whole days as times are some hundred thousand entries.

use std::cmp::Ordering;
use std::fmt::Debug;
use std::mem::size_of;

use crate::kernel::positive_zero;

/// `N` numbers, and how many rows have them.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Counted<const N: usize> {
    pub(super) values: [f64; N],
    pub(super) count: u64,
}

/// A row in a form that sorts fast and always the same way.
pub(super) trait Row: Debug + Send + Sync + 'static {
    /// A total order, in which only equal rows are equal.
    fn compare(&self, other: &Self) -> Ordering;

    /// Bytes outside of the value itself.
    fn heap(&self) -> usize;
}

impl<const N: usize> Row for [u64; N] {
    /// Two numbers at a time: sorting is a third of what a fit costs.
    fn compare(&self, other: &Self) -> Ordering {
        let pair = |row: &Self, i: usize| {
            u128::from(row[i]) << 64 | row.get(i + 1).map_or(0, |next| u128::from(*next))
        };
        let pairs = (0..N).step_by(2);
        pairs
            .map(|i| pair(self, i).cmp(&pair(other, i)))
            .find(|order| order.is_ne())
            .unwrap_or(Ordering::Equal)
    }

    fn heap(&self) -> usize {
        0
    }
}

/// A multiset of rows.
#[derive(Debug)]
pub(super) struct Multiset<R> {
    /// The first `sorted` of them ascending and distinct, the rest as they came.
    rows: Vec<(R, i64)>,
    sorted: usize,
    /// How many times as many may come unsorted before it is worth sorting: more
    /// where that has saved little.
    patience: usize,
    /// Bytes that the rows own on the heap.
    heap: usize,
}

/// Fewer rows than this are not worth sorting early.
const FEW: usize = 1 << 15;

/// Rows that are mostly different are sorted seldom.
const PATIENT: usize = 16;

impl<R> Default for Multiset<R> {
    fn default() -> Self {
        Self { rows: Vec::new(), sorted: 0, patience: 1, heap: 0 }
    }
}

impl<R: Row> Multiset<R> {
    /// Adds rows; a negative count takes rows away that were added before.
    pub(super) fn add(&mut self, row: R, count: i64) {
        let full = self.rows.len() == self.rows.capacity();
        if full && self.rows.len() - self.sorted >= self.patience * self.sorted.max(FEW) {
            let before = self.rows.len();
            self.compact();
            self.patience = if 2 * self.rows.len() > before { PATIENT } else { 1 };
        }
        self.heap += row.heap();
        self.rows.push((row, count));
    }

    /// Bytes held.
    pub(super) fn size(&self) -> usize {
        self.rows.capacity() * size_of::<(R, i64)>() + self.heap
    }

    /// The rows, ascending, each once with its count.
    pub(super) fn rows(&mut self) -> &[(R, i64)] {
        self.compact();
        &self.rows
    }

    /// Sorts, and makes equal rows one.
    fn compact(&mut self) {
        if self.sorted == self.rows.len() {
            return;
        }
        let by_row = |left: &(R, i64), right: &(R, i64)| left.0.compare(&right.0);
        self.rows[self.sorted..].sort_unstable_by(by_row);
        if self.sorted > 0 {
            // A sort that finds two ascending runs merges them.
            self.rows.sort_by(by_row);
        }
        self.rows.dedup_by(|next, kept| {
            let same = next.0.compare(&kept.0).is_eq();
            kept.1 += if same { next.1 } else { 0 };
            same
        });
        self.rows.retain(|row| row.1 != 0);
        self.sorted = self.rows.len();
        self.heap = self.rows.iter().map(|row| row.0.heap()).sum::<usize>();
    }
}

impl<const N: usize> Multiset<[u64; N]> {
    /// As [`Multiset::rows`], in numbers.
    pub(super) fn counted(&mut self) -> Vec<Counted<N>> {
        self.rows()
            .iter()
            .map(|(bits, count)| Counted {
                values: bits.map(to_number),
                count: count.unsigned_abs(),
            })
            .collect()
    }
}

/// Sign bit flipped for positive numbers, all bits for negative ones; −0 is
/// the same as 0.
pub(super) fn to_bits(number: f64) -> u64 {
    let bits = positive_zero(number).to_bits();
    if bits >> 63 == 0 { bits | 1 << 63 } else { !bits }
}

/// The number with these bits.
pub(super) fn to_number(bits: u64) -> f64 {
    f64::from_bits(if bits >> 63 == 1 { bits ^ 1 << 63 } else { !bits })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_come_back_in_their_order() {
        let numbers = [f64::NEG_INFINITY, -2.5, -1e-300, 0.0, 1e-300, 1.0, 7.25, f64::INFINITY];
        let mut set = Multiset::default();
        for number in numbers.iter().rev() {
            set.add([to_bits(*number)], 1);
        }
        let back: Vec<_> = set.counted().into_iter().map(|row| row.values[0]).collect();
        assert_eq!(back, numbers);
        assert_eq!(to_bits(-0.0), to_bits(0.0));
    }

    #[test]
    fn equal_rows_are_counted_and_take_the_room_of_one() {
        let mut set = Multiset::default();
        for i in 0..1_000_000_u32 {
            set.add([f64::from(i % 3), f64::from(i % 2)].map(to_bits), 1);
        }
        assert!(set.size() < 4_000_000); // not 24 million
        let rows = set.counted();
        assert_eq!(rows.len(), 6);
        assert_eq!(rows[0], Counted { values: [0.0, 0.0], count: 166_667 });
        assert_eq!(rows.iter().map(|row| row.count).sum::<u64>(), 1_000_000);
    }

    #[test]
    fn what_is_taken_away_was_never_there() {
        let mut set = Multiset::default();
        for number in [1.0, 2.0, 1.0] {
            set.add([to_bits(number)], 1);
        }
        set.add([to_bits(2.0)], -1);
        assert_eq!(set.counted(), [Counted { values: [1.0], count: 2 }]);
    }
}
