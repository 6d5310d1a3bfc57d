//! Lines around the rows of a file: before the header, the header, a footer.

use std::sync::Arc;

use crate::declare::{Format, FormatFeature, Positions, Source, Spanned};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Place, SourceFile};

/// The most rows of a header or a footer: they are held in memory.
const MOST: u32 = 1_000;

/// Lines and rows of every file that are not rows of its table.
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

/// Resolves the margins of a source; mistakes are recorded and treated as if it were not there.
pub(super) fn margins(file: &Arc<SourceFile>, source: &Source, wrong: &mut Diagnostics) -> Margins {
    let mut declared = Declared { file, source, wrong };
    declared.only_with_rows();
    declared.only_with_header();
    let header_rows = declared.at_most(source.header_rows.as_ref(), 1).unwrap_or(1);
    Margins {
        skip_rows: source.skip_rows.as_ref().map_or(0, |written| written.value),
        header_rows,
        names_rows: declared.names_rows(header_rows),
        footer_rows: declared.at_most(source.footer_rows.as_ref(), 0).unwrap_or(0),
    }
}

/// A source and where its mistakes are noted.
struct Declared<'a> {
    file: &'a Arc<SourceFile>,
    source: &'a Source,
    wrong: &'a mut Diagnostics,
}

impl Declared<'_> {
    fn note<T>(&mut self, at: &Spanned<T>, message: String, help: &str) {
        let place = Place::of(self.file, at);
        self.wrong.push(Diagnostic::new(Code::Margins, message, place).help(help));
    }

    /// Other formats have no lines around the rows.
    fn only_with_rows(&mut self) {
        let source = self.source;
        if source.format.has_header() {
            return;
        }
        let numbers = [
            ("skip_rows", source.skip_rows.as_ref()),
            ("header_rows", source.header_rows.as_ref()),
            ("footer_rows", source.footer_rows.as_ref()),
        ];
        let formats = Format::all_with(FormatFeature::Header);
        for (key, written) in numbers {
            if let Some(written) = written {
                self.note(written, format!("`{key}` is for {formats}"), "leave it out");
            }
        }
        if let Some(written) = &source.names_row {
            self.note(written, format!("`names_row` is for {formats}"), "leave it out");
        }
    }

    fn only_with_header(&mut self) {
        let source = self.source;
        if source.header || !source.format.has_header() {
            return;
        }
        let help = "leave one of the two out; `skip_rows` skips lines that name nothing";
        if let Some(written) = &source.header_rows {
            self.note(written, "`header_rows` of files with `header: false`".to_owned(), help);
        }
        if let Some(written) = &source.names_row {
            self.note(written, "`names_row` of files with `header: false`".to_owned(), help);
        }
    }

    fn at_most(&mut self, written: Option<&Spanned<u32>>, least: u32) -> Option<u32> {
        let written = written?;
        if (least..=MOST).contains(&written.value) {
            return Some(written.value);
        }
        let message = format!("`{}` is not between {least} and {MOST}", written.value);
        let help = match written.value {
            0 => "write `header: false` where no row names the columns",
            _ => "give the number of rows that every file has there",
        };
        self.note(written, message, help);
        None
    }

    fn names_rows(&mut self, header_rows: u32) -> Vec<u32> {
        let Some(written) = &self.source.names_row else { return vec![1] };
        let Positions(rows) = &written.value;
        let ascending = rows.windows(2).all(|pair| pair[0] < pair[1]);
        let within = rows.iter().all(|row| (1..=header_rows).contains(row));
        if ascending && within && !rows.is_empty() {
            return rows.clone();
        }
        let message = format!("these are no rows of a header of {header_rows}");
        self.note(written, message, "count them from 1, upwards, and say `header_rows`");
        vec![1]
    }
}
