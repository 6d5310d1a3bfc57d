//! What a project has around its pipeline: a page, a check for every change, a nightly task.

use std::fmt::Write as _;

use super::draft::Draft;
use crate::text::shell_word;

/// Files that hold nothing that has to be kept under version control.
const IGNORED: &str = "/warehouse/\n/run_results.json\n/report.html\n";

/// The files, each with its path and its text.
pub(super) fn files(pipeline: &str, draft: &Draft) -> Vec<(String, String)> {
    let files = [
        (".gitignore", IGNORED.to_owned()),
        ("README.md", readme(pipeline, draft)),
        (".github/workflows/patronage.yml", workflow(pipeline)),
        ("dags/patronage.py", dag(pipeline)),
    ];
    files.map(|(path, text)| (path.to_owned(), text)).into()
}

/// What was found, what is unsure and what is left out, a line each.
pub(super) fn told(draft: &Draft) -> Vec<String> {
    let provided = draft.canonical().into_iter().map(|table| {
        format!("{table}: from {}", draft.provided.get(table).map_or("", String::as_str))
    });
    let unsure = draft.unsure.iter().map(|line| format!("not sure: {line}"));
    let left_out = draft.left_out.iter().map(|line| format!("left out: {line}"));
    draft.known.iter().cloned().chain(provided).chain(unsure).chain(left_out).collect()
}

fn readme(pipeline: &str, draft: &Draft) -> String {
    let as_of = draft.as_of();
    let word = shell_word(pipeline);
    let mut text = format!(
        "# A warehouse of loyalty, satisfaction and customer equity\n\n```sh\npatronage check {word}\npatronage test \
         {word} --select sql/staging\npatronage run {word} --as-of {as_of}\npatronage report {word}\npatronage coverage \
         {word}\n```\n\nThe files are read from `{}`, the warehouse is written to `warehouse`; the variables `RAW` and \
         `WAREHOUSE` name other folders or buckets. `--as-of` is the first instant that is not used. `patronage coverage` \
         tells what the warehouse knows, and what it would take to know more.\n",
        draft.root
    );
    let provided: Vec<String> = draft
        .canonical()
        .into_iter()
        .map(|table| {
            let from = draft.provided.get(table).map_or("", String::as_str);
            format!("[`{table}`](sql/staging/{table}.sql), from {from}")
        })
        .collect();
    let sections = [
        ("Tables that the files provide", &provided),
        ("Known exports", &draft.known),
        ("Not sure", &draft.unsure),
        ("Left out", &draft.left_out),
    ];
    for (title, lines) in sections.into_iter().filter(|(_, lines)| !lines.is_empty()) {
        let _ = writeln!(text, "\n## {title}\n");
        for line in lines {
            let _ = writeln!(text, "- {line}");
        }
    }
    text
}

fn workflow(pipeline: &str) -> String {
    let word = shell_word(pipeline);
    format!(
        "name: patronage\non: [push, pull_request]\njobs:\n  check:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: \
         actions/checkout@v4\n      # Put the program on the path here: your own download, or a build of its source.\n      \
         - run: patronage check {word}\n      - run: patronage test {word} --select sql/staging\n"
    )
}

fn dag(pipeline: &str) -> String {
    let word = shell_word(pipeline);
    format!(
        r#""""Runs the pipeline every night, with the data of all days that are over."""

from datetime import datetime, timedelta
from pathlib import Path

from airflow import DAG
from airflow.operators.bash import BashOperator

PROJECT = Path(__file__).resolve().parent.parent

with DAG(
    dag_id="patronage",
    schedule="0 3 * * *",
    start_date=datetime(2025, 1, 1),
    catchup=False,
    max_active_runs=1,
    default_args={{"retries": 3, "retry_delay": timedelta(minutes=10)}},
):
    BashOperator(
        task_id="run",
        cwd=str(PROJECT),
        bash_command="patronage run {word} --as-of '{{{{ data_interval_end }}}}' --snap-as-of",
    )
"#
    )
}
