//! Random queries, one after the other.

use std::collections::BTreeMap;

use super::choices::{Choices, smallest};
use super::duckdb::DuckDb;
use super::query::query;
use super::{Engines, Setting, Verdict, number, tell};

/// How many queries the tests try by themselves: two minutes on two cores.
const QUERIES: u64 = 800;

/// So many queries are asked of the same tables: making tables takes longer than asking.
const OF_THE_SAME: u64 = 16;

/// A query that was answered wrong.
struct Wrong {
    seed: u64,
    choices: Vec<u32>,
    kind: String,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn random_queries_have_the_answers_of_duckdb() {
    let mut duckdb = DuckDb::start();
    let (first, count) = (number("PATRONAGE_SEED", 0), number("PATRONAGE_QUERIES", QUERIES));
    let mut refused = BTreeMap::new();
    let mut wrong = Vec::new();
    for tables in first / OF_THE_SAME..(first + count).div_ceil(OF_THE_SAME) {
        let seeds = tables * OF_THE_SAME..(tables + 1) * OF_THE_SAME;
        let seeds = seeds.start.max(first)..seeds.end.min(first + count);
        let mut choices = Choices::seeded(tables);
        let setting = Setting::of(&mut choices);
        for found in asked(seeds, &setting, &mut duckdb, &mut refused).await {
            let small = made_small(choices.list(), &found, &mut duckdb).await;
            wrong.push(format!("-- seed {}: {}\n{small}", found.seed, found.kind));
            tell(wrong.last().expect("one was found"));
        }
    }
    tell(&format!("{count} queries; refused: {refused:#?}"));
    assert!(wrong.is_empty(), "{} of {count}:\n{}", wrong.len(), wrong.join("\n"));
    let refused: u64 = refused.values().sum();
    assert!(refused * 4 < count, "{refused} of {count} queries are refused");
}

/// Asks the queries of some seeds of the same tables.
async fn asked(
    seeds: std::ops::Range<u64>,
    setting: &Setting,
    duckdb: &mut DuckDb,
    refused: &mut BTreeMap<&'static str, u64>,
) -> Vec<Wrong> {
    let mut engines = Engines::with(setting, duckdb).await;
    let mut wrong = Vec::new();
    for seed in seeds {
        // Another stream than that of the tables.
        let mut choices = Choices::seeded(u64::MAX - seed);
        let query = query(&setting.tables, &mut choices).sql;
        match engines.verdict(&query).await {
            Verdict::Same => {}
            Verdict::Refused(reason) => *refused.entry(reason).or_default() += 1,
            Verdict::Wrong(kind) => {
                wrong.push(Wrong { seed, choices: choices.list().to_vec(), kind });
            }
        }
    }
    wrong
}

/// The smallest case that is wrong in the same way, and both answers: first the query is made small,
/// then the tables are.
async fn made_small(tables: &[u32], found: &Wrong, duckdb: &mut DuckDb) -> String {
    let wrong = Verdict::Wrong(found.kind.clone());
    let setting = |list: &[u32]| Setting::of(&mut Choices::repeated(list));
    let text =
        |list: &[u32], setting: &Setting| query(&setting.tables, &mut Choices::repeated(list)).sql;
    let before = setting(tables);
    let mut engines = Engines::with(&before, duckdb).await;
    let small =
        smallest(&found.choices, async |list| engines.verdict(&text(list, &before)).await == wrong);
    let small = small.await;
    let tables = smallest(tables, async |list| {
        let setting = setting(list);
        let text = text(&small, &setting);
        Engines::with(&setting, duckdb).await.verdict(&text).await == wrong
    });
    let after = setting(&tables.await);
    Engines::with(&after, duckdb).await.shown(&text(&small, &after)).await
}
