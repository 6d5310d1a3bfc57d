//! A window that holds back as many rows as a footer has.
//!
//! Only at the end of a file is it known which rows are the footer. A batch is passed on as soon as
//! enough rows have followed.

use std::collections::VecDeque;

/// Rows that can be held back.
pub(in crate::read) trait Footed {
    /// How many there are.
    fn rows(&self) -> usize;

    /// Keeps the first rows, and records the others as a footer.
    fn cut(&mut self, rows: usize);
}

/// The batches that may contain rows of the footer.
#[derive(Debug)]
pub(in crate::read) struct Window<B> {
    footer: usize,
    held: VecDeque<B>,
    rows: usize,
}

impl<B: Footed> Window<B> {
    /// Before a file with a footer of so many rows.
    pub(in crate::read) fn new(footer: u32) -> Self {
        Self { footer: footer as usize, held: VecDeque::new(), rows: 0 }
    }

    /// Takes the next batch of the file.
    pub(in crate::read) fn push(&mut self, batch: B) {
        self.rows += batch.rows();
        self.held.push_back(batch);
    }

    /// The first batch, if none of its rows can be of the footer any more.
    pub(in crate::read) fn pop(&mut self) -> Option<B> {
        let first = self.held.front()?.rows();
        if self.rows - first < self.footer {
            return None;
        }
        self.rows -= first;
        self.held.pop_front()
    }

    /// The file has ended: the rows of its footer are skipped, and all others passed on.
    pub(in crate::read) fn end(&mut self) {
        let mut left = std::mem::take(&mut self.footer).min(self.rows);
        for batch in self.held.iter_mut().rev() {
            let cut = left.min(batch.rows());
            if cut > 0 {
                batch.cut(batch.rows() - cut);
            }
            (left, self.rows) = (left - cut, self.rows - cut);
        }
    }

    /// The file is truncated: its end is unknown, so that all rows are passed on.
    pub(in crate::read::format) fn break_off(&mut self) {
        self.footer = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::{Footed, Window};
    use proptest::prelude::*;

    impl Footed for Vec<u32> {
        fn rows(&self) -> usize {
            self.len()
        }

        fn cut(&mut self, rows: usize) {
            self.truncate(rows);
        }
    }

    proptest! {
        #[test]
        fn all_rows_but_the_last_go_on_in_order_whatever_the_batches(
            sizes in prop::collection::vec(0_usize..5, 0..12),
            footer in 0_u32..8,
        ) {
            let all: Vec<u32> = (0..).take(sizes.iter().sum()).collect();
            let (mut window, mut rest, mut gone) = (Window::new(footer), all.as_slice(), Vec::new());
            for size in sizes {
                let (batch, more) = rest.split_at(size);
                rest = more;
                window.push(batch.to_vec());
                gone.extend(std::iter::from_fn(|| window.pop()).flatten());
            }
            window.end();
            gone.extend(std::iter::from_fn(|| window.pop()).flatten());
            prop_assert_eq!(&gone[..], &all[..all.len().saturating_sub(footer as usize)]);
            prop_assert!(window.held.is_empty());
        }
    }
}
