//! Finds structural bytes, sixty-four at a time.
//!
//! A field of a raw file is some ten bytes long, so that the cost per field matters more
//! than the cost per byte. A block of bytes becomes a bit mask of its structural bytes: comparing
//! the bytes of a block has no branches and is vectorised by the compiler, and iterating over set
//! bits skips everything else.

/// Bytes in a block: one for each bit of the number.
const BLOCK: usize = 64;

/// Iterates over the structural bytes of a text that grows at its end.
#[derive(Debug, Clone)]
pub(super) struct Marks {
    meaning: [u8; 4],
    /// The marks of the block that were not passed yet.
    left: u64,
    /// Where the block starts.
    block: usize,
    /// Where the next block starts.
    next: usize,
}

impl Marks {
    /// For a text in which these bytes mean something. None of them is 0.
    pub(super) fn new(meaning: [u8; 4]) -> Self {
        Self { meaning, left: 0, block: 0, next: 0 }
    }

    /// The place of the next mark of the text, if it has one so far.
    #[inline]
    pub(super) fn next(&mut self, text: &[u8]) -> Option<usize> {
        while self.left == 0 {
            let rest = text.get(self.next..).filter(|rest| !rest.is_empty())?;
            self.block = self.next;
            self.enter(rest);
        }
        let place = self.block + self.left.trailing_zeros() as usize;
        self.left &= self.left - 1;
        Some(place)
    }

    /// Continues at `place`, because the text before it was removed or has moved.
    pub(super) fn restart(&mut self, place: usize) {
        (self.left, self.next) = (0, place);
    }

    #[inline]
    fn enter(&mut self, rest: &[u8]) {
        if let Some(block) = rest.first_chunk() {
            self.left = marks(block, self.meaning);
            self.next += BLOCK;
        } else {
            let mut block = [0; BLOCK];
            block[..rest.len()].copy_from_slice(rest);
            self.left = marks(&block, self.meaning);
            self.next += rest.len();
        }
    }
}

/// A set bit for each structural byte, the first byte's lowest.
///
/// A separate function without a branch, because the compiler turns that into one or
/// two instructions per byte; it does not within a loop.
#[inline(never)]
fn marks(block: &[u8; BLOCK], meaning: [u8; 4]) -> u64 {
    let found: [u8; BLOCK] = std::array::from_fn(|at| {
        let means = meaning.map(|mark| u8::from(block[at] == mark));
        (means[0] | means[1] | means[2] | means[3]) << (at % 8)
    });
    let (eights, _) = found.as_chunks();
    eights.iter().rev().fold(0, |marks, eight| marks << 8 | gathered(*eight))
}

/// The sum of eight bytes, no two of which share a bit.
#[inline]
fn gathered(bytes: [u8; 8]) -> u64 {
    u64::from_le_bytes(bytes).wrapping_mul(0x0101_0101_0101_0101) >> 56
}

#[cfg(test)]
mod tests {
    use super::Marks;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn every_mark_is_found_in_order_however_the_text_grows(
            text in "[a-z,;\"\n]{0,300}",
            cuts in prop::collection::vec(0_usize..300, 0..6),
        ) {
            let text = text.as_bytes();
            let means = |byte: &u8| b",\n\"".contains(byte);
            let expected: Vec<_> = (0..text.len()).filter(|at| means(&text[*at])).collect();
            let mut cuts: Vec<_> = cuts.into_iter().map(|cut| cut.min(text.len())).collect();
            cuts.push(text.len());
            cuts.sort_unstable();
            let mut marks = Marks::new(*b",\n\"\"");
            let mut found = Vec::new();
            for cut in cuts {
                while let Some(place) = marks.next(&text[..cut]) {
                    found.push(place);
                }
            }
            prop_assert_eq!(found, expected);
        }
    }
}
