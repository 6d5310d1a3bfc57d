//! What random queries found stays found: the cases of `found.sql`.

use super::duckdb::DuckDb;
use super::ours::{Machine, Ours};
use super::{Verdict, shown, tell, verdict};

const FOUND: &str = include_str!("found.sql");

/// How the program is set up for them.
const MACHINES: [Machine; 2] = [
    Machine { partitions: 2, hash_join: true, batch: 1 },
    Machine { partitions: 4, hash_join: false, batch: 1 },
];

/// Statements that make tables, and queries over them.
struct Block {
    tables: Vec<String>,
    queries: Vec<String>,
}

impl Block {
    fn of(text: &str) -> Self {
        let lines = text.lines().filter(|line| !line.starts_with("--"));
        let text = lines.collect::<Vec<_>>().join("\n");
        let statements = text.split(';').map(|statement| statement.trim().to_owned());
        let (tables, queries) = statements
            .filter(|statement| !statement.is_empty())
            .partition(|it| it.starts_with("create table") || it.starts_with("insert"));
        Self { tables, queries }
    }

    /// The queries that are answered wrong, with both answers.
    async fn wrong(&self, machine: Machine, duckdb: &mut DuckDb) -> Vec<String> {
        let ours = Ours::after(&self.tables, machine).await;
        duckdb.tables(&self.tables);
        let mut wrong = Vec::new();
        for query in &self.queries {
            let (ours, other) = (ours.answer(query).await, duckdb.answer(query));
            match verdict(&ours, &other) {
                Verdict::Same => {}
                Verdict::Refused(reason) => tell(&format!("refused, {reason}: {query}")),
                Verdict::Wrong(kind) => {
                    wrong.push(format!("{machine:?}: {kind}\n{query}\n{}", shown(&ours, &other)));
                }
            }
        }
        wrong
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_random_queries_found_stays_found() {
    let mut duckdb = DuckDb::start();
    // Another file may be tried by hand.
    let text = std::env::var("PATRONAGE_FOUND").ok();
    let text = text.map(|path| std::fs::read_to_string(path).expect("a file"));
    let mut wrong = Vec::new();
    for block in text.as_deref().unwrap_or(FOUND).split("\n\n").map(Block::of) {
        for machine in MACHINES {
            wrong.extend(block.wrong(machine, &mut duckdb).await);
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
