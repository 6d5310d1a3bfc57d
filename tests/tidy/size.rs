//! A file holds one idea and says which, and a function does one thing.

use std::path::PathBuf;

use syn::visit::{self, Visit};

use super::program::{Source, files};
use crate::support::repository;

/// Lines of a file, its tests aside, and of its tests.
const MOST_LINES: usize = 400;
/// Lines of a function.
const MOST_LINES_OF_FUNCTION: usize = 60;
/// Parameters of a function.
const MOST_PARAMETERS: usize = 6;
/// What holds a function to its lines, and the allowance that would undo it.
const LINTS: [&str; 2] = ["too_many_lines", "too_many_arguments"];

/// What is too long in a file.
pub(super) fn broken(source: &Source) -> Vec<String> {
    let path = source.path.display();
    let (code, tests) = lines(source);
    let mut wrong = Vec::new();
    for (what, lines) in [("lines", code), ("lines of tests", tests)] {
        if lines > MOST_LINES {
            wrong.push(format!("{path}: {lines} {what}, not {MOST_LINES} at most"));
        }
    }
    for lint in LINTS.into_iter().filter(|lint| source.text.contains(&format!("clippy::{lint}"))) {
        wrong.push(format!("{path}: sets `{lint}` aside"));
    }
    let mut functions = Functions::default();
    functions.visit_file(&source.parsed);
    let many = functions.0.into_iter().filter(|(_, parameters)| *parameters > MOST_PARAMETERS);
    wrong.extend(many.map(|(name, parameters)| format!("{path}: `{name}` takes {parameters}")));
    wrong
}

/// How long a file is without its tests, which come last, and how long they are.
fn lines(source: &Source) -> (usize, usize) {
    let all = source.text.lines().count();
    let lines: Vec<&str> = source.text.lines().collect();
    let begins = |pair: &[&str]| pair[0] == "#[cfg(test)]" && pair[1].ends_with("mod tests {");
    let code = lines.windows(2).position(begins).unwrap_or(all);
    (code, all - code)
}

#[derive(Default)]
struct Functions(Vec<(String, usize)>);

impl<'ast> Visit<'ast> for Functions {
    fn visit_item_impl(&mut self, item: &'ast syn::ItemImpl) {
        // What a trait asks is not chosen here.
        if item.trait_.is_none() {
            visit::visit_item_impl(self, item);
        }
    }

    fn visit_signature(&mut self, found: &'ast syn::Signature) {
        self.0.push((found.ident.to_string(), found.inputs.len()));
        visit::visit_signature(self, found);
    }
}

/// The files without a header.
fn silent(files: impl Iterator<Item = (PathBuf, String)>) -> Vec<PathBuf> {
    files.filter(|(_, text)| !text.starts_with("//! ")).map(|(path, _)| path).collect()
}

#[test]
fn every_module_says_what_it_is() {
    let folders =
        ["src", "tests", "benches", "fuzz/targets"].map(|folder| repository().join(folder));
    let all = folders.iter().flat_map(|folder| files(folder));
    let all = all.map(|path| (path.clone(), std::fs::read_to_string(path).unwrap()));
    assert_eq!(silent(all), Vec::<PathBuf>::new(), "no header");
    let of = |text: &str| silent([(PathBuf::from("a.rs"), text.to_owned())].into_iter()).len();
    assert_eq!((of("//! What it is."), of("// What it is."), of("use a::b;")), (0, 1, 1));
}

#[test]
fn clippy_holds_functions_to_their_length() {
    let read = |path: &str| std::fs::read_to_string(repository().join(path)).unwrap();
    let clippy = read("clippy.toml");
    for (lint, most) in [("lines", MOST_LINES_OF_FUNCTION), ("arguments", MOST_PARAMETERS)] {
        let held = format!("too-many-{lint}-threshold = {most}");
        assert!(clippy.lines().any(|line| line == held), "clippy.toml: {held}");
    }
    let manifest = read("Cargo.toml");
    assert!(manifest.contains("pedantic = { level = \"warn\""), "`too_many_lines` is pedantic");
    assert!(LINTS.iter().all(|lint| !manifest.contains(lint)), "Cargo.toml sets a limit aside");
    let all = "cargo clippy --all-targets --locked -- -D warnings";
    assert!(read("test").lines().any(|line| line == all), "./test: {all}");
}

#[test]
fn what_is_too_long_is_seen() {
    let of = |path: &str, text: &str| broken(&Source::new(path, text)).len();
    let lines = |count: usize| "// a line\n".repeat(count);
    let inline = |count| format!("\n#[cfg(test)]\nmod tests {{\n{}}}\n", lines(count));
    assert_eq!(of("a.rs", &lines(400)), 0);
    assert_eq!(of("a.rs", &lines(401)), 1);
    assert_eq!(of("a.rs", &(lines(399) + &inline(397))), 0);
    assert_eq!(of("a.rs", &(lines(10) + &inline(398))), 1);
    assert_eq!(of("a/tests.rs", &lines(401)), 1);
    assert_eq!(of("a.rs", "fn f(a: u8, b: u8, c: u8, d: u8, e: u8, f: u8) {}"), 0);
    assert_eq!(of("a.rs", "fn f(a: u8, b: u8, c: u8, d: u8, e: u8, f: u8, g: u8) {}"), 1);
    assert_eq!(
        of("a.rs", "impl A { fn f(&self, b: u8, c: u8, d: u8, e: u8, f: u8, g: u8) {} }"),
        1
    );
    assert_eq!(
        of("a.rs", "impl B for A { fn f(&self, b: u8, c: u8, d: u8, e: u8, f: u8, g: u8) {} }"),
        0
    );
    assert_eq!(of("a.rs", "#[expect(clippy::too_many_lines)] fn f() {}"), 1);
}
