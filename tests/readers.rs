//! Published tables through the eyes of programs that know nothing of this one.

use std::process::Command;

use crate::support::playground::{Playground, repository};
use crate::support::tools::tool;

#[test]
fn duckdb_polars_and_arrow_find_what_the_release_promises() {
    let place = Playground::with_demo("--customers 300 --months 6");
    place.does("run pipelines/nightly.yaml --as-of 2023-07-01 --from 2023-05-01");
    let status = Command::new(tool("python"))
        .arg(repository().join("tests/readers.py"))
        .arg(place.path("warehouse"))
        .arg(place.path("run_results.json"))
        .status()
        .expect("Python starts");
    assert!(status.success(), "tests/readers.py says above what differs");
}
