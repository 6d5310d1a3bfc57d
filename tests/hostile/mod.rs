//! Input made to hurt. What fuzzing found stays found: its corpus goes through the readers on every run of
//! the tests.

mod functions;
mod limits;
mod readers;
mod run;

use std::fs;
use std::path::Path;

/// Feeds every file of a target's corpus to its reader.
fn feed(target: &str, reader: fn(&[u8])) {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus").join(target);
    let mut files: Vec<_> = fs::read_dir(&corpus).unwrap().map(|it| it.unwrap().path()).collect();
    files.sort();
    assert!(files.len() > 10, "the corpus of `{target}` is kept");
    for file in files {
        let bytes = fs::read(&file).unwrap();
        let read = std::panic::catch_unwind(|| reader(&bytes));
        assert!(read.is_ok(), "{}", file.display());
    }
}

#[test]
fn no_pipeline_that_fuzzing_thought_of_makes_the_program_panic() {
    feed("pipeline", readers::pipeline);
}

#[test]
fn no_table_file_that_fuzzing_thought_of_makes_the_program_panic() {
    feed("table", readers::table);
}

#[test]
fn every_row_of_the_text_that_fuzzing_thought_of_is_accounted_for() {
    feed("csv", readers::csv);
}

#[test]
fn every_row_of_the_json_that_fuzzing_thought_of_is_accounted_for() {
    feed("json", readers::json);
}
