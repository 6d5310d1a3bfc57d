//! The drawing: the table in `docs/architecture.md`.
//!
//! A folder may import what its row names, and rows may only name rows above them, so that no
//! folder imports one below it and there are no cycles between folders.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::paths::Paths;
use super::program::Source;
use crate::support::repository;

/// The folders in the order of their rows, each with those that it may import.
type Matrix = Vec<(String, BTreeSet<String>)>;

fn text() -> String {
    std::fs::read_to_string(repository().join("docs/architecture.md")).unwrap()
}

/// The rows of the drawing, in order: what each folder may import.
fn matrix(text: &str) -> Matrix {
    let rows = text.lines().skip_while(|line| !line.starts_with("| folder |")).skip(2);
    let rows = rows.take_while(|line| line.starts_with('|')).map(|line| {
        let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
        let names = |cell: &str| cell.split('`').skip(1).step_by(2).map(str::to_owned).collect();
        (cells[0].trim_matches('`').to_owned(), names(cells[3]))
    });
    rows.collect()
}

/// What is not as it is drawn.
pub(super) fn broken(sources: &[Source]) -> Vec<String> {
    let matrix = matrix(&text());
    let mut wrong = upwards(&matrix);
    let drawn: BTreeSet<&String> = matrix.iter().map(|(folder, _)| folder).collect();
    let folders: BTreeSet<String> = sources.iter().map(Source::folder).collect();
    let folders: BTreeSet<&String> = folders.iter().filter(|folder| *folder != "lib").collect();
    let differ = drawn.symmetric_difference(&folders);
    wrong.extend(differ.map(|folder| format!("`{folder}` is a row or a folder, and not both")));
    wrong.extend(imports(&matrix, sources));
    wrong
}

/// The rows that name rows below them.
fn upwards(matrix: &Matrix) -> Vec<String> {
    let (mut above, mut wrong) = (BTreeSet::new(), Vec::new());
    for (folder, imports) in matrix {
        let up = imports.difference(&above);
        wrong.extend(up.map(|up| format!("`{folder}` is drawn above `{up}`, which it imports")));
        above.insert(folder.clone());
    }
    wrong
}

/// The imports that are not drawn, and those that are drawn and not made.
fn imports(matrix: &Matrix, sources: &[Source]) -> Vec<String> {
    let allowed: BTreeMap<&String, &BTreeSet<String>> =
        matrix.iter().map(|(folder, imports)| (folder, imports)).collect();
    let (mut used, mut wrong) = (BTreeSet::new(), Vec::new());
    for source in sources.iter().filter(|source| source.path != Path::new("lib.rs")) {
        let (folder, path) = (source.folder(), source.path.display());
        for (module, named) in within(source) {
            match reached(&named) {
                Some(to) if to == folder => {}
                Some(to) if allowed.get(&folder).is_some_and(|imports| imports.contains(&to)) => {
                    used.insert((folder.clone(), to));
                }
                Some(to) => wrong.push(format!("{path}: `{folder}` imports `{to}`")),
                None if leaves(&module, &named) => {
                    wrong.push(format!("{path}: `{}` leaves its folder", named.join("::")));
                }
                None => {}
            }
        }
    }
    let drawn = matrix.iter().flat_map(|(folder, imports)| {
        imports.iter().map(move |import| (folder.clone(), import.clone()))
    });
    let unused = drawn.filter(|arrow| !used.contains(arrow));
    wrong.extend(
        unused.map(|(from, to)| format!("`{from}` is drawn to import `{to}`, and does not")),
    );
    wrong
}

/// The paths of a file, each with the module that names it: the file's, or one written out in it.
fn within(source: &Source) -> Vec<(Vec<String>, Vec<String>)> {
    let mut found = Vec::new();
    inner(&source.module(), &source.parsed.items, &mut found);
    found
}

fn inner(module: &[String], items: &[syn::Item], found: &mut Vec<(Vec<String>, Vec<String>)>) {
    for item in items {
        match item {
            syn::Item::Mod(syn::ItemMod { ident, content: Some((_, items)), .. }) => {
                let below: Vec<_> = module.iter().cloned().chain([ident.to_string()]).collect();
                inner(&below, items, found);
            }
            item => {
                let named = Paths::of([item]).into_iter();
                found.extend(named.map(|path| (module.to_vec(), path)));
            }
        }
    }
}

/// The folder that a path from the root leads to; the root itself is none.
fn reached(path: &[String]) -> Option<String> {
    path.get(1).filter(|_| path[0] == "crate").cloned()
}

/// Whether a path goes up and out of its folder.
fn leaves(module: &[String], path: &[String]) -> bool {
    let path = path.iter().skip_while(|name| *name == "self");
    let above = path.take_while(|name| *name == "super").count();
    above > 0 && above >= module.len()
}

/// The modules and files that the document names and that are not there.
pub(super) fn missing() -> Vec<String> {
    missing_of(&text())
}

fn missing_of(text: &str) -> Vec<String> {
    let folders: BTreeSet<String> = matrix(text).into_iter().map(|(folder, _)| folder).collect();
    let is_module =
        |name: &str| name.split_once("::").is_some_and(|(folder, _)| folders.contains(folder));
    let names = text.split('`').skip(1).step_by(2);
    let missing = names.filter(|name| match is_file(name) {
        true => !repository().join(name).exists(),
        false => is_module(name) && !is_there(name),
    });
    missing.map(str::to_owned).collect()
}

/// Whether a name is that of one file or folder of the repository.
fn is_file(name: &str) -> bool {
    let roots = ["benches/", "docs/", "fuzz/", "marts/", "pipelines/", "src/", "tests/"];
    let is_one = !name.contains(|sign: char| "<*{ ".contains(sign));
    is_one && roots.iter().any(|root| name.starts_with(root))
}

/// Whether a path leads to a module, or to something that a module names.
fn is_there(path: &str) -> bool {
    let (above, name) = path.rsplit_once("::").expect("a path");
    let at = |path: &str| repository().join("src").join(path.replace("::", "/"));
    let file = |path: &str| [at(path).with_extension("rs"), at(path).join("mod.rs")];
    let says = |file: &PathBuf| {
        let text = std::fs::read_to_string(file).unwrap_or_default();
        text.split(|sign: char| !sign.is_alphanumeric() && sign != '_').any(|word| word == name)
    };
    file(path).iter().any(|file| file.exists()) || file(above).iter().any(says)
}

#[test]
fn an_import_that_is_not_drawn_is_seen_wherever_it_stands() {
    let matrix = matrix(
        "| folder | takes | returns | imports | must not |\n|---|---|---|---|---|\n\
         | `low` | | | | |\n| `middle` | | | `low` | |\n| `high` | | | `middle` | |\n",
    );
    let of = |path: &str, code: &str| {
        let found = imports(&matrix, &[Source::new(path, code)]);
        found.into_iter().filter(|found| !found.contains("does not")).count()
    };
    for code in [
        "use crate::low::X;",
        "use crate::{middle::Y, low};",
        "fn f() -> crate::low::X { g() }",
        "fn f() { crate::low::g(); }",
        "fn f() { schemars::schema_for!(crate::low::X) }",
        "#[serde(with = \"crate::low::text\")] struct S;",
        "fn f() { vec![super::super::low::X] }",
        "mod inner { use super::super::super::low::X; }",
        "use self::super::super::low::X;",
        "use crate::*;",
        "use crate as root;",
    ] {
        assert_eq!(of("high/a.rs", code), 1, "{code}");
    }
    for code in [
        "use crate::middle::Y; use super::b::Z; use self::c::D;",
        "mod inner { use super::super::b::Z; pub(crate) fn f() {} }",
        "use crate::high::b::Z; pub(in crate::high) struct S;",
    ] {
        assert_eq!(of("high/a.rs", code), 0, "{code}");
    }
    let unused = imports(&matrix, &[Source::new("middle.rs", "use crate::low::X;")]);
    assert_eq!(unused, ["`high` is drawn to import `middle`, and does not"]);
    assert_eq!(
        upwards(&vec![("a".into(), ["b".to_owned()].into()), ("b".into(), [].into())]).len(),
        1
    );
}

#[test]
fn a_file_that_is_named_and_gone_is_seen() {
    let named = "`src/gone.rs`, `src/lib.rs`, `docs/`, `marts/<family>/<table>.sql`, `sql/**`";
    assert_eq!(missing_of(named), ["src/gone.rs"]);
}
