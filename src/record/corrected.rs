//! Rejected rows that are read as corrected.

/// The result of a file of corrections.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CorrectedResult {
    /// Rows that say something new.
    pub corrected: usize,
    /// Rows that are unchanged, or have the same correction already.
    pub unchanged: usize,
}
