//! The reports of the scans of a source: one for each file that was read to its
//! end.
//!
//! A report is a value, sent once as a whole; the summary of the source is folded from all of them
//! by the receiver. A scan that is aborted has reported the earlier files, and if it is repeated
//! its reports replace those. So no count is shared or seen incomplete, and a scan in another
//! process could send the same.

use std::sync::Arc;

use datafusion::arrow::array::RecordBatch;
use datafusion::catalog::TableProvider;
use datafusion::error::Result;
use futures::{Stream, TryStreamExt};
use serde::{Deserialize, Serialize};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use super::quarantine::RejectedLines;
use super::rejected_rows::rejected_rows;
use super::spool::{Page, Spool};
use super::superseded::superseded;
use super::tally::{FileTally, Summary, Tally};

/// A file that was read to its end.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::read) struct FileReport {
    /// The file.
    pub(in crate::read) file: String,
    /// What its rows came to.
    pub(in crate::read) counts: FileTally,
    /// The pages of its rejected rows, in order.
    pub(in crate::read) rejected: Vec<Page>,
}

/// Where scans report to.
#[derive(Debug)]
pub(in crate::read) struct Reporter {
    /// Where rejected rows wait.
    pub(in crate::read) spool: Spool,
    sender: UnboundedSender<FileReport>,
}

/// The reports of the scans of a source, and their summary.
#[derive(Debug)]
pub struct Reports {
    spool: Spool,
    receiver: UnboundedReceiver<FileReport>,
    tally: Tally,
}

/// The two ends of the channel between the scans of a source and the receiver.
pub(in crate::read) fn channel(spool: Spool) -> (Reporter, Reports) {
    let (sender, receiver) = unbounded_channel();
    let reporter = Reporter { spool: spool.clone(), sender };
    (reporter, Reports { spool, receiver, tally: Tally::default() })
}

impl Reporter {
    /// Reports a file; ignored if there is no receiver any more.
    pub(in crate::read) fn send(&self, report: FileReport) {
        let _ = self.sender.send(report);
    }
}

impl Reports {
    /// The summary of the files read so far, each counted once.
    pub fn summary(&mut self) -> Summary {
        self.tally().summary()
    }

    /// The rejected rows of those files as a table that SQL can read, for a run of this name.
    ///
    /// # Errors
    /// Never in practice: the table has its own schema.
    pub fn rejected_rows(&mut self, run: &str) -> Result<Arc<dyn TableProvider>> {
        let pages = self.tally().rejected();
        rejected_rows(run, self.spool.clone(), pages)
    }

    /// Rejects rows that were accepted when their files were read, since newer ones of the same key
    /// replace them. They have the columns of the source, `_file` and `_line` among them.
    ///
    /// # Errors
    /// The rows cannot be read or are of another table, or the disk refuses.
    pub async fn reject_superseded(
        &mut self,
        source: &str,
        rows: impl Stream<Item = Result<RecordBatch>>,
    ) -> Result<()> {
        let mut writer = self.spool.writer();
        let mut rows = std::pin::pin!(rows);
        while let Some(batch) = rows.try_next().await? {
            let mut lines = RejectedLines::default();
            for row in superseded(&batch)? {
                self.tally().reject_accepted(&row.reject(source), &mut lines);
            }
            writer.add(lines).await?;
        }
        let pages = writer.finish().await?;
        self.tally().superseded(pages);
        Ok(())
    }

    /// What was reported until now.
    fn tally(&mut self) -> &mut Tally {
        while let Ok(report) = self.receiver.try_recv() {
            self.tally.add(report);
        }
        &mut self.tally
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use datafusion::arrow::array::{ArrayRef, AsArray, Int64Array, RecordBatch, StringArray};
    use datafusion::prelude::SessionContext;
    use futures::stream;

    use super::{FileReport, Reports, channel};
    use crate::read::account::quarantine::RejectedLines;
    use crate::read::account::skipped::{Margin, Skipped};
    use crate::read::account::spool::Spool;
    use crate::read::account::tally::{Example, FileTally, Reject};
    use crate::read::column::{Presence, Reach};
    use crate::store;
    use crate::value::Reason;

    /// A report with every field set.
    async fn full(spool: &Spool, file: &str) -> FileReport {
        let mut counts = FileTally::of(7);
        (counts.accepted, counts.after_as_of, counts.corrected) = (3, 1, 1);
        counts.times.newest = Some(-5);
        counts.times.late.insert(-1, 2);
        let mut presence = Presence::of(2);
        presence.add(1);
        presence.add_other("n\u{e9}");
        presence.reach(0, 0, Reach { length: 4, astray: true });
        counts.presence.merge(presence);
        let mut skipped = Skipped::default();
        skipped.note(Margin::Header, 2, b"-");
        counts.skip(file, &skipped);
        counts.nullify("n", Reason::BadNumber, || Example::of(file, 3, "x"));
        let mut kept = RejectedLines::default();
        for (column, reason) in [(None, Reason::BadJson), (Some("n"), Reason::OutOfRange)] {
            let reject =
                Reject { source: "s", file, line: 4, column, reason, text: "9", raw: "9," };
            reject.note(&mut counts, &mut kept);
        }
        let mut writer = spool.writer();
        writer.add(kept).await.unwrap();
        FileReport { file: file.to_owned(), counts, rejected: writer.finish().await.unwrap() }
    }

    /// The rejected rows: file, line, reason and contents.
    async fn kept(reports: &mut Reports) -> Vec<(String, i64, String, String)> {
        let rows = reports.rejected_rows("run").unwrap();
        let rows = SessionContext::new().read_table(rows).unwrap().collect().await.unwrap();
        let mut kept = Vec::new();
        for batch in rows {
            let text = |column: usize, row| batch.column(column).as_string::<i32>().value(row);
            let lines = batch.column(2).as_primitive::<datafusion::arrow::datatypes::Int64Type>();
            kept.extend((0..batch.num_rows()).map(|row| {
                let [file, reason, raw] = [1, 4, 6].map(|column| text(column, row).to_owned());
                (file, lines.value(row), reason, raw)
            }));
        }
        kept
    }

    #[tokio::test]
    async fn a_report_is_the_same_where_it_comes_from_another_process() {
        let report = full(&Spool::none(), "a").await;
        let sent = serde_json::to_string(&report).unwrap();
        assert_eq!(serde_json::from_str::<FileReport>(&sent).unwrap(), report);
    }

    #[tokio::test]
    async fn of_two_reports_of_a_file_one_counts_and_its_rows_are_kept_once() {
        let folder = tempfile::tempdir().unwrap();
        let spool = Spool::at(store::open("rejected", folder.path()).unwrap());
        let (reporter, mut reports) = channel(spool.clone());
        for file in ["b", "a", "b"] {
            reporter.send(full(&spool, file).await);
        }
        let summary = reports.summary();
        assert_eq!((summary.files, summary.rows, summary.rejected), (2, 10, 4));
        let rows: Vec<_> = kept(&mut reports).await.into_iter().map(|row| (row.0, row.2)).collect();
        let [json, range] = ["bad_json", "out_of_range"];
        let expected = [("a", json), ("a", range), ("b", json), ("b", range)];
        assert_eq!(rows, expected.map(|(file, reason)| (file.to_owned(), reason.to_owned())));
        // What comes later is added.
        reporter.send(full(&spool, "c").await);
        assert_eq!(reports.summary().files, 3);
    }

    #[tokio::test]
    async fn a_superseded_row_moves_from_the_accepted_to_the_rejected() {
        let folder = tempfile::tempdir().unwrap();
        let spool = Spool::at(store::open("rejected", folder.path()).unwrap());
        let (reporter, mut reports) = channel(spool);
        let mut counts = FileTally::of(0);
        counts.accepted = 3;
        reporter.send(FileReport { file: "a".to_owned(), counts, ..FileReport::default() });
        let text = |texts: Vec<Option<&str>>| Arc::new(StringArray::from(texts)) as ArrayRef;
        let rows = RecordBatch::try_from_iter([
            ("key", text(vec![Some("o\"1"), None])),
            ("n", Arc::new(Int64Array::from(vec![7, 8])) as ArrayRef),
            ("_file", text(vec![Some("a"), Some("a")])),
            ("_line", Arc::new(Int64Array::from(vec![2, 4])) as ArrayRef),
        ]);
        let rows = stream::iter([Ok(rows.unwrap())]);
        reports.reject_superseded("orders", rows).await.unwrap();
        let summary = reports.summary();
        assert_eq!((summary.rows, summary.accepted, summary.rejected), (3, 1, 2));
        let row =
            |line, raw: &str| ("a".to_owned(), line, "duplicate_key".to_owned(), raw.to_owned());
        let expected = [row(2, r#"{"key":"o\"1","n":"7"}"#), row(4, r#"{"key":null,"n":"8"}"#)];
        assert_eq!(kept(&mut reports).await, expected);
    }

    #[tokio::test]
    async fn the_first_superseded_rows_are_shown_in_whatever_order_they_come() {
        let row = |line: i64| {
            let columns = [
                ("_file", Arc::new(StringArray::from(vec!["a"])) as ArrayRef),
                ("_line", Arc::new(Int64Array::from(vec![line])) as ArrayRef),
            ];
            Ok(RecordBatch::try_from_iter(columns).unwrap())
        };
        for lines in [[9, 2, 8, 3, 7, 4, 6, 5], [2, 3, 4, 5, 6, 7, 8, 9]] {
            let (reporter, mut reports) = channel(Spool::none());
            let mut counts = FileTally::of(0);
            counts.accepted = 8;
            reporter.send(FileReport { file: "a".to_owned(), counts, ..FileReport::default() });
            reports.reject_superseded("orders", stream::iter(lines.map(row))).await.unwrap();
            let summary = reports.summary();
            let examples = &summary.rejects[&(None, Reason::DuplicateKey)].examples;
            let shown: Vec<i64> = examples.iter().map(|example| example.line).collect();
            assert_eq!(shown, [2, 3, 4, 5, 6]);
        }
    }
}
