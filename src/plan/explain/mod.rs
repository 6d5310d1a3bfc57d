//! The codes of mistakes, explained: what each means, an example with its message, how to fix it.
//!
//! Examples are small projects in memory, and their messages come from [`analyse`], so that the
//! page always has the current messages.

mod examples;

use std::fmt::Write;

use super::analysis::analyse;
use super::unit_test::unit_tests;
use crate::diagnostic::{Code, Diagnostics, SourceFile};
use crate::project::Project;

/// The mistake of an example, which otherwise is a project of one source and one stage.
#[derive(Debug, Clone, Copy)]
enum Example {
    /// The SQL of the stage.
    Query(&'static str),
    /// The YAML beside the stage, and its SQL.
    Table(&'static str, &'static str),
    /// The YAML of a canonical table.
    Canonical(&'static str),
    /// Keys of the source.
    Source(&'static str),
    /// Columns of the source.
    Columns(&'static str),
    /// Keys of the pipeline.
    Pipeline(&'static str),
    /// The tests of the stage, and its SQL.
    Tests(&'static str, &'static str),
    /// The mistake is not in a text of the project: a situation, in words.
    Outside(&'static str),
}

/// The stage's SQL if it has no mistake.
const RIGHT: &str = "select * from raw_orders";
const PIPELINE: &[&str] = &["pipeline: shop", "warehouse: warehouse", "stages: [sql/*]"];
const SOURCE: &[&str] = &["location: raw/orders/*.csv", "format: csv"];
const COLUMNS: &[&str] = &[
    "order_id: {type: string, required: true}",
    "ordered_at: {type: timestamp}",
    "amount: {type: \"decimal(18,2)\"}",
];

/// All codes, explained in Markdown.
pub async fn explanations() -> String {
    let mut text =
        "<!-- `patronage explain` writes this file; change src/diagnostic/code.rs instead. -->

# Diagnostics

The mistakes in a project that `patronage check` and every other command report before a row is
read. Each mistake has a stable code. The messages of the examples are those of the program.
`patronage explain CODE` prints one of these sections.
"
        .to_owned();
    for code in Code::ALL {
        let _ = write!(text, "\n{}", explanation(*code).await);
    }
    text
}

/// One code, explained in Markdown.
pub async fn explanation(code: Code) -> String {
    let mut text = format!("## `{}`\n\n{}\n", code.name(), code.meaning());
    let example = examples::of(code);
    let (introduction, language, wrong) = example.shown();
    let _ = match language {
        Some(language) => write!(text, "\n{introduction}:\n\n```{language}\n{wrong}\n```\n"),
        None => write!(text, "\n{introduction}: {wrong}\n"),
    };
    if let Some(project) = example.project() {
        let said = said(&project).await;
        let _ = write!(text, "\n```text\n{said}\n```\n");
    }
    let _ = writeln!(text, "\n{}", code.mend());
    text
}

impl Example {
    /// The position of the wrong text, its language, and the text.
    fn shown(self) -> (&'static str, Option<&'static str>, String) {
        let yaml = Some("yaml");
        match self {
            Self::Query(sql) => ("A query", Some("sql"), sql.to_owned()),
            Self::Table(table, RIGHT) => ("A table file", yaml, table.to_owned()),
            Self::Table(table, sql) => {
                ("A table file beside a query", yaml, format!("# {sql}\n{table}"))
            }
            Self::Canonical(table) => ("A table file without SQL", yaml, table.to_owned()),
            Self::Source(keys) => ("A source", yaml, keys.to_owned()),
            Self::Columns(columns) => ("`columns` of a source", yaml, columns.to_owned()),
            Self::Pipeline(keys) => ("A pipeline", yaml, keys.to_owned()),
            Self::Tests(tests, RIGHT) => ("Tests", yaml, tests.to_owned()),
            Self::Tests(tests, sql) => ("Tests of a query", yaml, format!("# {sql}\n{tests}")),
            Self::Outside(words) => ("For example", None, words.to_owned()),
        }
    }

    /// The project that has the mistake.
    fn project(self) -> Option<Project> {
        let (mut pipeline, mut source, mut columns) = ("", "", "");
        let mut files = vec![];
        let mut query = RIGHT;
        match self {
            Self::Query(sql) => query = sql,
            Self::Table(table, sql) => {
                query = sql;
                files.push(SourceFile::new("sql/orders.yaml", table));
            }
            Self::Canonical(table) => files.push(SourceFile::new("sql/products.yaml", table)),
            Self::Source(keys) => source = keys,
            Self::Columns(keys) => columns = keys,
            Self::Pipeline(keys) => pipeline = keys,
            Self::Tests(tests, sql) => {
                query = sql;
                files.push(SourceFile::new("sql/orders.tests.yaml", tests));
            }
            Self::Outside(_) => return None,
        }
        files.push(SourceFile::new("sql/orders.sql", query));
        let text = mapping(PIPELINE, pipeline, 0)
            + "sources:\n  raw_orders:\n"
            + &mapping(SOURCE, source, 4)
            + "    columns:\n"
            + &mapping(COLUMNS, columns, 6);
        Some(Project::in_memory(SourceFile::new("pipelines/shop.yaml", text), files))
    }
}

/// All messages about a project and its tests.
async fn said(project: &Project) -> Diagnostics {
    let analysis = analyse(project, &|_| None).await;
    match (&analysis.plan, analysis.wrong.is_empty()) {
        (Some(plan), true) => unit_tests(project, plan).await.1,
        _ => analysis.wrong,
    }
}

/// A YAML mapping in which some lines replace those of the same keys.
fn mapping(usual: &[&str], other: &str, indent: usize) -> String {
    let key = |line: &str| line.split(':').next().map(str::to_owned);
    let others: Vec<Option<String>> = other.lines().map(key).collect();
    let kept = usual.iter().copied().filter(|line| !others.contains(&key(line)));
    let indent = " ".repeat(indent);
    kept.chain(other.lines()).flat_map(|line| [indent.as_str(), line, "\n"]).collect()
}

#[cfg(test)]
mod tests {
    use super::{examples::EXAMPLES, said};
    use crate::diagnostic::Code;

    #[test]
    fn every_code_has_one_example() {
        let codes: Vec<Code> = EXAMPLES.iter().map(|(code, _)| *code).collect();
        assert_eq!(codes, Code::ALL);
    }

    #[tokio::test]
    async fn every_example_makes_its_mistake_and_no_other() {
        for (code, example) in EXAMPLES {
            let Some(project) = example.project() else { continue };
            let wrong = said(&project).await;
            let found: Vec<Code> = wrong.iter().map(|wrong| wrong.code).collect();
            assert_eq!(found, [*code], "{wrong}");
        }
    }
}
