//! The other engine: DuckDB, in one process for all queries.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use super::answer::{Answer, Row};
use crate::support::repository;
use crate::support::tools::tool;

/// A running DuckDB.
pub(super) struct DuckDb {
    process: Child,
    asks: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl DuckDb {
    pub(super) fn start() -> Self {
        let mut process = Command::new(tool("python"))
            .arg(repository().join("tests/differential/oracle.py"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("Python starts");
        let asks = process.stdin.take().expect("a pipe");
        let answers = BufReader::new(process.stdout.take().expect("a pipe"));
        Self { process, asks, answers }
    }

    /// A database that has these tables only.
    pub(super) fn tables(&mut self, statements: &[String]) {
        let statements: Vec<String> = statements.iter().map(|it| translated(it)).collect();
        self.ask(&serde_json::json!({ "tables": statements }));
    }

    pub(super) fn answer(&mut self, query: &str) -> Answer {
        self.ask(&serde_json::json!({ "query": translated(query) }));
        self.said()
    }

    /// The answer of a database of the same tables that has no optimizer.
    pub(super) fn plain_answer(&mut self, query: &str) -> Answer {
        self.ask(&serde_json::json!({ "query": translated(query), "plainly": true }));
        self.said()
    }

    fn said(&mut self) -> Answer {
        let mut line = String::new();
        self.answers.read_line(&mut line).expect("an answer");
        let answer: serde_json::Value = serde_json::from_str(&line).expect("JSON");
        match answer.get("rows") {
            Some(rows) => {
                let rows: Vec<Row> = serde_json::from_value(rows.clone()).expect("rows");
                Answer::Rows(rows)
            }
            None => Answer::Error(answer["error"].as_str().expect("an error").to_owned()),
        }
    }

    fn ask(&mut self, what: &serde_json::Value) {
        writeln!(self.asks, "{what}").and_then(|()| self.asks.flush()).expect("DuckDB listens");
    }
}

impl Drop for DuckDb {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// The same query in DuckDB's words.
fn translated(query: &str) -> String {
    query.replace("left semi join", "semi join").replace("left anti join", "anti join")
}
