//! What stands around the rows of a file: lines before the header, its rows, a footer.

/// Lines and rows of every file that are no rows of its table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Margins {
    /// Lines of text, or rows of a sheet, before the header.
    pub skip_rows: u32,
    /// Rows of the header, where there is one.
    pub header_rows: u32,
    /// Those of them that name the columns, from 1.
    pub names_rows: Vec<u32>,
    /// Rows at the end.
    pub footer_rows: u32,
}

impl Default for Margins {
    /// A header of one row, and nothing else.
    fn default() -> Self {
        Self { skip_rows: 0, header_rows: 1, names_rows: vec![1], footer_rows: 0 }
    }
}
