//! Every file is a module. The compiler does not read a file that no other declares, and its tests do not run.

use std::collections::BTreeSet;

use super::program::{Files, Source, files};
use crate::support::repository;

/// The files of the program and of its tests that nothing declares.
pub(super) fn broken(program: &Files) -> Vec<String> {
    let root = repository().join("tests");
    let read = |path: &std::path::PathBuf| {
        let text = std::fs::read_to_string(path).unwrap();
        Source::new(path.strip_prefix(&root).unwrap(), text)
    };
    let tests: Vec<Source> = files(&root).iter().map(read).collect();
    let program = program.sources.iter().chain(&program.tests).collect::<Vec<_>>();
    [strays("src", &program), strays("tests", &tests.iter().collect::<Vec<_>>())].concat()
}

fn strays(folder: &str, sources: &[&Source]) -> Vec<String> {
    let declared: BTreeSet<_> = sources.iter().flat_map(|source| source.declared()).collect();
    let is_stray = |source: &&&Source| {
        let module = source.module();
        !module.is_empty() && !declared.contains(&module)
    };
    let strays = sources.iter().filter(is_stray);
    strays.map(|source| format!("{folder}/{}", source.path.display())).collect()
}

#[test]
fn a_file_that_nothing_declares_is_seen() {
    let sources = [
        ("lib.rs", "pub mod a; mod b { pub fn f() {} }"),
        ("a/mod.rs", "mod c; #[cfg(test)] mod tests;"),
        ("a/c.rs", ""),
        ("a/tests.rs", ""),
        ("a/forgotten.rs", ""),
        ("b.rs", ""),
    ];
    let sources = sources.map(|(path, code)| Source::new(path, code));
    assert_eq!(strays("src", &sources.each_ref()), ["src/a/forgotten.rs", "src/b.rs"]);
}
