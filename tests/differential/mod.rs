//! Random queries, answered by this program and by DuckDB: the answers must be the same.
//!
//! A case is a few small tables and a query over them, made from a seed. It goes through the session that
//! runs use, so that its rules are tried as well. Where the answers differ, the case is made small and
//! printed with its seed, ready to be pasted into `found.sql`, whose cases are tried every time.
//!
//! `PATRONAGE_QUERIES=10000 cargo test --locked --test it differential` tries more than the tests do by
//! themselves, and `PATRONAGE_SEED=…` begins at another seed.

mod answer;
mod choices;
mod duckdb;
mod found;
mod ours;
mod projects;
mod queries;
mod query;
mod refusal;
mod tables;
mod value;

use self::answer::Answer;
use self::choices::Choices;
use self::duckdb::DuckDb;
use self::ours::{Machine, Ours};
use self::tables::Table;

/// Tables, and how the program keeps them.
struct Setting {
    tables: Vec<Table>,
    machine: Machine,
}

impl Setting {
    fn of(choices: &mut Choices) -> Self {
        let machine = Machine {
            partitions: choices.between(2, 4),
            hash_join: !choices.chance(25),
            batch: choices.between(1, 4),
        };
        Self { tables: tables::tables(choices), machine }
    }

    fn statements(&self) -> Vec<String> {
        self.tables.iter().map(Table::sql).collect()
    }
}

/// Both engines, knowing the same tables.
struct Engines<'a> {
    setting: &'a Setting,
    ours: Ours,
    duckdb: &'a mut DuckDb,
}

impl<'a> Engines<'a> {
    async fn with(setting: &'a Setting, duckdb: &'a mut DuckDb) -> Self {
        duckdb.tables(&setting.statements());
        Self { setting, ours: Ours::with(&setting.tables, setting.machine).await, duckdb }
    }

    async fn verdict(&mut self, query: &str) -> Verdict {
        let (ours, other) = self.answers(query).await;
        match verdict(&ours, &other) {
            // An engine that contradicts itself is not a reference.
            Verdict::Wrong(_) if ours.agrees_with(&self.duckdb.plain_answer(query)) => {
                Verdict::Refused("DuckDB: it agrees once its optimizer is off")
            }
            verdict => verdict,
        }
    }

    async fn answers(&mut self, query: &str) -> (Answer, Answer) {
        (self.ours.answer(query).await, self.duckdb.answer(query))
    }

    /// A case as a block of `found.sql`, and both answers.
    async fn shown(&mut self, query: &str) -> String {
        let (ours, other) = self.answers(query).await;
        let tables = self.setting.statements().join("\n");
        format!("{tables}\n{query};\n{}", shown(&ours, &other))
    }
}

/// What is wrong with a pair of answers.
#[derive(Debug, Clone, PartialEq)]
enum Verdict {
    Same,
    Refused(&'static str),
    /// Another answer, or an error of the named kind.
    Wrong(String),
}

fn verdict(ours: &Answer, other: &Answer) -> Verdict {
    match (ours, other) {
        _ if ours.agrees_with(other) => Verdict::Same,
        (Answer::Error(error), _) => match refusal::of_ours(error) {
            Some(reason) => Verdict::Refused(reason),
            None => Verdict::Wrong(refusal::kind(error)),
        },
        (_, Answer::Error(error)) => match refusal::of_duckdb(error) {
            Some(reason) => Verdict::Refused(reason),
            None => Verdict::Wrong(refusal::kind(error)),
        },
        _ => Verdict::Wrong("another answer".into()),
    }
}

fn shown(ours: &Answer, other: &Answer) -> String {
    format!("-- patronage\n{}\n-- DuckDB\n{}\n", ours.shown(), other.shown())
}

/// A line for runs with `--nocapture`.
#[expect(clippy::print_stdout, reason = "what was found is told as soon as it is")]
fn tell(text: &str) {
    println!("{text}");
}

/// A number of the environment.
fn number(name: &str, otherwise: u64) -> u64 {
    let text = std::env::var(name).ok();
    text.map_or(otherwise, |text| text.parse().unwrap_or_else(|_| panic!("{name}: {text}")))
}
