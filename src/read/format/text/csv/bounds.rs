//! Unbounded records: however long one is, only a limited part of it is kept.

use memchr::memchr;

use super::{Csv, State};
use crate::read::ReadError;
use crate::read::format::text::records::{MAX_RECORD, Records, Row};
use crate::value::Reason;

impl Csv {
    /// The text ends within a record: more may come, but not without end.
    pub(super) fn bound(&mut self, records: &mut Records) -> Result<(), ReadError> {
        if records.text.len() - self.record <= MAX_RECORD {
            return Ok(());
        }
        match self.state {
            State::Quoted | State::Escape => return Err(self.unclosed()),
            _ if self.is_comment(records) => records.forget(),
            _ if self.layout.is_none() => {
                let file = self.file.clone();
                return Err(ReadError::Header { file, reason: Reason::TooLong });
            }
            _ => {
                records.forget();
                let span = records.shorten(self.record);
                let (line, fault) = (self.record_line, Some(Reason::TooLong));
                records.bare(Row { span, line, fault });
                self.record = records.text.len();
            }
        }
        self.state = State::Skip;
        Ok(())
    }

    /// Drops what there is of a record that is too long. Whether its end is there.
    pub(super) fn skip(&mut self, records: &mut Records) -> bool {
        let end = memchr(b'\n', &records.text[self.record..]);
        let Some(end) = end else {
            records.text.truncate(self.record);
            return false;
        };
        records.text.drain(self.record..=self.record + end);
        self.line += 1;
        self.next_record(self.record);
        self.marks.restart(self.record);
        true
    }
}
