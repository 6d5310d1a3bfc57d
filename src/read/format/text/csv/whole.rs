//! Delimited text whose columns are not known yet: every record with all its fields.

use super::Csv;
use crate::read::format::text::record::Record;
use crate::read::format::text::records::Records;

/// How much of a text is split at once: often its beginning is enough.
const PIECE: usize = 64 << 10;

impl Csv {
    /// At most so many records of a text, and the byte at which the last whole one ends. Of a text
    /// that is `cut`, the text after the last line end is not a record.
    pub(in crate::read::format::text) fn whole(
        mut self,
        text: &str,
        cut: bool,
        most: usize,
    ) -> (Vec<Record>, usize) {
        self.whole = Some(Vec::new());
        let mut records = Records::new(0);
        for piece in text.as_bytes().chunks(PIECE) {
            records.text.extend_from_slice(piece);
            while let Some(at) = self.next(&mut records) {
                // What has no header cannot fail in it.
                let _ = self.mark(&mut records, at);
                if self.record == at + 1 && self.taken() >= most {
                    return self.into_whole();
                }
            }
        }
        if !cut && self.record < text.len() {
            let _ = self.end_line(&mut records, text.len());
            self.record = text.len();
        }
        self.into_whole()
    }

    fn taken(&self) -> usize {
        self.whole.as_ref().map_or(0, Vec::len)
    }

    fn into_whole(self) -> (Vec<Record>, usize) {
        (self.whole.unwrap_or_default(), self.record)
    }

    /// Takes the record that has ended, with all its fields.
    pub(super) fn take_whole(&mut self) {
        let record = Record {
            line: usize::try_from(self.record_line).unwrap_or(1),
            fields: std::mem::take(&mut self.names),
            quoted: std::mem::take(&mut self.quoted),
            broken: self.broken,
        };
        self.whole.get_or_insert_default().push(record);
    }
}
