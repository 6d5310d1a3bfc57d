//! What finds the records of a text.

use super::records::Records;
use crate::read::ReadError;
use crate::value::Reason;

/// Finds the records of one file, however its bytes arrive.
pub(in crate::read) trait Splitter: Send {
    /// Splits what has arrived: a full batch, or `None` until more arrives.
    fn split(&mut self, records: &mut Records, rows: usize) -> Result<Option<Records>, ReadError>;

    /// Splits what is left at the end of the file.
    fn finish(&mut self, records: &mut Records) -> Result<Records, ReadError>;

    /// Makes of what is left one row at fault: the file is damaged where it ends.
    fn break_off(&mut self, records: &mut Records, reason: Reason) -> Records;

    /// A splitter for another record of the same file.
    fn again(&self) -> Box<dyn Splitter>;
}
