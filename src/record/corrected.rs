//! Rejected rows that come back corrected.

/// What was made of a file of corrections.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CorrectedResult {
    /// Rows that say something new.
    pub corrected: usize,
    /// Rows that are as they were rejected, or corrected so already.
    pub unchanged: usize,
}
