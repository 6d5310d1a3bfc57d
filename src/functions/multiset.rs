//! Rows of numbers with how often each occurs: the state of every aggregate.
//!
//! Kept this way, an answer cannot depend on the order of rows or on how they
//! were spread over partitions: the same rows are the same multiset, and it is
//! read in ascending order. Equal rows take the room of one, so a million
//! customers with whole days as times are some hundred thousand entries.

use std::mem::size_of;

/// `N` numbers, and how many rows have them.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Counted<const N: usize> {
    pub(super) values: [f64; N],
    pub(super) count: u64,
}

/// A multiset of rows of `N` numbers.
#[derive(Debug, Clone)]
pub(super) struct Multiset<const N: usize> {
    /// The first `sorted` of them ascending and distinct, the rest as they came.
    rows: Vec<Row<N>>,
    sorted: usize,
}

/// Numbers as bits that sort as the numbers do, and a count.
type Row<const N: usize> = ([u64; N], u64);

/// Fewer rows than this are not worth sorting early.
const FEW: usize = 4096;

impl<const N: usize> Default for Multiset<N> {
    fn default() -> Self {
        Self { rows: Vec::new(), sorted: 0 }
    }
}

impl<const N: usize> Multiset<N> {
    /// Adds rows. Returns by how many bytes the set grew.
    pub(super) fn add(&mut self, values: [f64; N], count: u64) -> usize {
        let before = self.rows.capacity();
        if self.rows.len() == before && self.rows.len() - self.sorted >= self.sorted.max(FEW) {
            self.compact();
        }
        self.rows.push((values.map(to_bits), count));
        (self.rows.capacity() - before) * size_of::<Row<N>>()
    }

    /// Bytes held.
    pub(super) fn size(&self) -> usize {
        self.rows.capacity() * size_of::<Row<N>>()
    }

    /// The rows, ascending, each once.
    pub(super) fn rows(&mut self) -> Vec<Counted<N>> {
        self.compact();
        self.rows
            .iter()
            .map(|(bits, count)| Counted { values: bits.map(to_number), count: *count })
            .collect()
    }

    /// Sorts, and makes equal rows one.
    fn compact(&mut self) {
        if self.sorted == self.rows.len() {
            return;
        }
        self.rows.sort_unstable();
        self.rows.dedup_by(|next, kept| {
            let same = next.0 == kept.0;
            kept.1 += if same { next.1 } else { 0 };
            same
        });
        self.sorted = self.rows.len();
    }
}

/// Sign bit flipped for positive numbers, all bits for negative ones. Adding
/// zero makes −0 the same as 0.
fn to_bits(number: f64) -> u64 {
    let bits = (number + 0.0).to_bits();
    if bits >> 63 == 0 { bits | 1 << 63 } else { !bits }
}

fn to_number(bits: u64) -> f64 {
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
            set.add([*number], 1);
        }
        assert_eq!(set.rows().map_values(), numbers);
        assert_eq!(to_bits(-0.0), to_bits(0.0));
    }

    trait Values {
        fn map_values(self) -> Vec<f64>;
    }

    impl Values for Vec<Counted<1>> {
        fn map_values(self) -> Vec<f64> {
            self.into_iter().map(|row| row.values[0]).collect()
        }
    }

    #[test]
    fn equal_rows_are_counted_and_take_the_room_of_one() {
        let mut set = Multiset::default();
        for i in 0..1_000_000_u32 {
            set.add([f64::from(i % 3), f64::from(i % 2)], 1);
        }
        assert!(set.size() < 1_000_000);
        let rows = set.rows();
        assert_eq!(rows.len(), 6);
        assert_eq!(rows[0], Counted { values: [0.0, 0.0], count: 166_667 });
        assert_eq!(rows.iter().map(|row| row.count).sum::<u64>(), 1_000_000);
    }
}
