//! A record with all its fields.

/// One record.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Record {
    /// The physical line on which it starts, from 1.
    pub(crate) line: usize,
    /// Its fields, without quotes.
    pub(crate) fields: Vec<String>,
    /// How many of them stand in quotes.
    pub(crate) quoted: usize,
    /// Whether something follows a closing quote, or none closes.
    pub(crate) broken: bool,
}
