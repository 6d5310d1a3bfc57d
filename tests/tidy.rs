//! The structure in `docs/architecture.md`, compared with the code.
//!
//! The table there is the matrix: a folder may import what its row names, and rows may only name rows
//! above them, so that no folder imports one below it and there are no cycles between folders.

mod errors;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use syn::visit::{self, Visit};

use crate::support::repository;

/// Lines of a file, inline tests aside.
const LONGEST_FILE: usize = 400;
/// Enums of which every match names every variant, so that a new one cannot be forgotten; some are closed
/// in a folder alone, since others have enums of the same name.
const CLOSED: [(&str, Option<&str>); 5] = [
    ("Format", None),
    ("FailureKind", None),
    ("StoreErrorKind", None),
    ("Kind", Some("publish")),
    ("Encoding", Some("publish")),
];
/// What makes a session of the engine.
const SESSIONS: [&str; 3] = ["SessionContext", "SessionStateBuilder", "SessionState"];

/// A file of the program: its path below `src`, its text, and its syntax without tests.
struct Source {
    path: PathBuf,
    text: String,
    parsed: syn::File,
}

impl Source {
    /// The folder, or the file at the top, that the matrix knows it by.
    fn folder(&self) -> String {
        let first = self.path.components().next().expect("a name").as_os_str();
        first.to_string_lossy().trim_end_matches(".rs").to_owned()
    }

    /// How many modules it is below the root.
    fn depth(&self) -> usize {
        let names = self.path.components().count();
        if self.path.ends_with("mod.rs") { names - 1 } else { names }
    }

    fn is_test(&self) -> bool {
        self.path.components().any(|part| {
            matches!(part.as_os_str().to_str(), Some("tests.rs" | "testing.rs" | "tests"))
        })
    }
}

fn sources() -> Vec<Source> {
    let root = repository().join("src");
    let mut found = Vec::new();
    let mut folders = vec![root.clone()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            match path.extension() {
                _ if path.is_dir() => folders.push(path),
                Some(kind) if kind == "rs" => found.push(path),
                _ => {}
            }
        }
    }
    found.sort();
    let source = |path: PathBuf| {
        let text = std::fs::read_to_string(&path).unwrap();
        let mut parsed = syn::parse_file(&text).unwrap();
        parsed.items.retain(|item| !is_test_module(item));
        Source { path: path.strip_prefix(&root).unwrap().to_owned(), text, parsed }
    };
    let all = found.into_iter().map(source);
    all.filter(|it| !it.is_test() && it.path != Path::new("main.rs")).collect()
}

fn is_test_module(item: &syn::Item) -> bool {
    let attributes = match item {
        syn::Item::Mod(item) => &item.attrs,
        syn::Item::Use(item) => &item.attrs,
        syn::Item::Fn(item) => &item.attrs,
        _ => return false,
    };
    let is_test = |attribute: &syn::Attribute| {
        let list = attribute.meta.require_list();
        list.is_ok_and(|list| list.path.is_ident("cfg") && list.tokens.to_string() == "test")
    };
    attributes.iter().any(is_test)
}

/// The paths that a file names, as they are written from their first segment on.
#[derive(Default)]
struct Paths(Vec<Vec<String>>);

impl Paths {
    fn tree(&mut self, tree: &syn::UseTree, mut before: Vec<String>) {
        match tree {
            syn::UseTree::Path(path) => {
                before.push(path.ident.to_string());
                self.tree(&path.tree, before);
            }
            syn::UseTree::Group(group) => {
                group.items.iter().for_each(|tree| self.tree(tree, before.clone()));
            }
            syn::UseTree::Name(name) => {
                before.push(name.ident.to_string());
                self.0.push(before);
            }
            syn::UseTree::Rename(name) => {
                before.push(name.ident.to_string());
                self.0.push(before);
            }
            syn::UseTree::Glob(_) => self.0.push(before),
        }
    }
}

impl<'ast> Visit<'ast> for Paths {
    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        self.tree(&item.tree, Vec::new());
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        self.0.push(path.segments.iter().map(|segment| segment.ident.to_string()).collect());
        visit::visit_path(self, path);
    }
}

fn paths(source: &Source) -> Vec<Vec<String>> {
    let mut paths = Paths::default();
    paths.visit_file(&source.parsed);
    paths.0
}

/// The rows of the drawing, in order: what each folder may import.
fn matrix() -> Vec<(String, BTreeSet<String>)> {
    let text = std::fs::read_to_string(repository().join("docs/architecture.md")).unwrap();
    let rows = text.lines().skip_while(|line| !line.starts_with("| folder |")).skip(2);
    let rows = rows.take_while(|line| line.starts_with('|')).map(|line| {
        let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
        let names = |cell: &str| cell.split('`').skip(1).step_by(2).map(str::to_owned).collect();
        (cells[0].trim_matches('`').to_owned(), names(cells[3]))
    });
    rows.collect()
}

#[test]
fn imports_are_those_that_are_drawn() {
    let matrix = matrix();
    let allowed: BTreeMap<&String, &BTreeSet<String>> =
        matrix.iter().map(|(folder, imports)| (folder, imports)).collect();
    let mut used: BTreeSet<(String, String)> = BTreeSet::new();
    let mut wrong = Vec::new();
    for source in sources().iter().filter(|source| source.path != Path::new("lib.rs")) {
        let folder = source.folder();
        for path in paths(source) {
            let above = path.iter().take_while(|part| *part == "super").count();
            if above > 0 && above >= source.depth() {
                wrong.push(format!(
                    "{}: `{}` leaves its folder",
                    source.path.display(),
                    path.join("::")
                ));
            }
            let Some(to) = path.get(1).filter(|_| path[0] == "crate").cloned() else { continue };
            if to == folder {
                continue;
            }
            if !allowed.get(&folder).is_some_and(|imports| imports.contains(&to)) {
                wrong.push(format!("{}: `{folder}` imports `{to}`", source.path.display()));
            }
            used.insert((folder.clone(), to));
        }
    }
    assert!(wrong.is_empty(), "not as docs/architecture.md has it:\n{}", wrong.join("\n"));
    let drawn = matrix.iter().flat_map(|(folder, imports)| {
        imports.iter().map(move |import| (folder.clone(), import.clone()))
    });
    let unused: Vec<_> = drawn.filter(|arrow| !used.contains(arrow)).collect();
    assert!(unused.is_empty(), "drawn in docs/architecture.md and nowhere in the code: {unused:?}");
}

#[test]
fn no_import_runs_back_up() {
    let mut above = BTreeSet::new();
    for (folder, imports) in matrix() {
        let up: Vec<_> = imports.difference(&above).collect();
        assert!(up.is_empty(), "`{folder}` is drawn above {up:?}, which it imports");
        above.insert(folder);
    }
    let folders: BTreeSet<String> = sources().iter().map(Source::folder).collect();
    let folders = folders.into_iter().filter(|folder| folder != "lib").collect();
    assert_eq!(above, folders, "the rows of docs/architecture.md are the folders of src");
}

#[test]
fn every_module_says_what_it_is() {
    let silent = sources().into_iter().filter(|source| !source.text.starts_with("//! "));
    let silent: Vec<PathBuf> = silent.map(|source| source.path).collect();
    assert!(silent.is_empty(), "no header: {silent:?}");
}

#[test]
fn a_file_holds_one_idea() {
    let length = |source: &Source| {
        let before = source.text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
        before.lines().count()
    };
    let all = sources();
    let long = all.iter().map(|source| (source.path.display(), length(source)));
    let long: Vec<String> = long
        .filter(|(_, lines)| *lines > LONGEST_FILE)
        .map(|(path, lines)| format!("{path}: {lines} lines"))
        .collect();
    assert!(long.is_empty(), "longer than {LONGEST_FILE} lines:\n{}", long.join("\n"));
}

#[test]
fn sessions_are_made_in_one_place() {
    let makes = |path: &Vec<String>| {
        let [.., made, how] = path.as_slice() else { return false };
        SESSIONS.contains(&made.as_str()) && how.starts_with("new")
    };
    for source in sources().iter().filter(|source| source.folder() != "session") {
        let found = paths(source).into_iter().find(|path| makes(path) && !is_derived(path));
        assert_eq!(found, None, "{} makes a session", source.path.display());
    }
}

/// Whether what is made is a session of `session` with another setting.
fn is_derived(path: &[String]) -> bool {
    path.last().is_some_and(|how| how == "new_from_existing")
}

/// The enums of matches that have an arm for whatever else there is.
#[derive(Default)]
struct Wildcards(Vec<String>);

impl<'ast> Visit<'ast> for Wildcards {
    fn visit_expr_match(&mut self, found: &'ast syn::ExprMatch) {
        let mut named = Patterns::default();
        found.arms.iter().for_each(|arm| named.visit_pat(&arm.pat));
        let is_open = |arm: &syn::Arm| match &arm.pat {
            syn::Pat::Wild(_) => arm.guard.is_none(),
            syn::Pat::Ident(ident) => arm.guard.is_none() && ident.subpat.is_none(),
            _ => false,
        };
        if found.arms.iter().any(is_open) {
            self.0.extend(named.0);
        }
        visit::visit_expr_match(self, found);
    }
}

/// The enums of whose variants one is compared with a value.
#[derive(Default)]
struct Compared(Vec<String>);

impl<'ast> Visit<'ast> for Compared {
    fn visit_expr_binary(&mut self, found: &'ast syn::ExprBinary) {
        if matches!(found.op, syn::BinOp::Eq(_) | syn::BinOp::Ne(_)) {
            let mut named = Paths::default();
            named.visit_expr(&found.left);
            named.visit_expr(&found.right);
            let enums = named.0.iter().filter_map(|path| path.iter().rev().nth(1));
            self.0.extend(enums.cloned());
        }
        visit::visit_expr_binary(self, found);
    }
}

#[test]
fn what_differs_by_format_is_a_fact_of_the_format() {
    let mut wrong = Vec::new();
    for source in sources() {
        let mut compared = Compared::default();
        compared.visit_file(&source.parsed);
        if compared.0.iter().any(|of| of == "Format") {
            wrong.push(format!("{}: a format is compared with one", source.path.display()));
        }
    }
    assert!(wrong.is_empty(), "make it one of `FormatFacts`:\n{}", wrong.join("\n"));
}

/// The enums that are the outermost of some patterns.
#[derive(Default)]
struct Patterns(BTreeSet<String>);

impl<'ast> Visit<'ast> for Patterns {
    fn visit_pat(&mut self, pattern: &'ast syn::Pat) {
        match pattern {
            syn::Pat::Or(or) => or.cases.iter().for_each(|case| self.visit_pat(case)),
            syn::Pat::Path(path) => self.note(&path.path),
            syn::Pat::Struct(found) => self.note(&found.path),
            syn::Pat::TupleStruct(found) => self.note(&found.path),
            _ => {}
        }
    }
}

impl Patterns {
    fn note(&mut self, path: &syn::Path) {
        let Some(of) = path.segments.iter().rev().nth(1).map(|part| part.ident.to_string()) else {
            return;
        };
        self.0.insert(of);
    }
}

#[test]
fn no_match_forgets_a_format_a_failure_or_a_kind_of_table() {
    let mut wrong = Vec::new();
    for source in sources() {
        let mut wildcards = Wildcards::default();
        wildcards.visit_file(&source.parsed);
        let (path, folder) = (source.path.display(), source.folder());
        let is_closed = |of: &String| {
            let here = |within: Option<&str>| within.is_none_or(|within| within == folder);
            CLOSED.iter().any(|(name, within)| name == of && here(*within))
        };
        let closed = wildcards.0.into_iter().filter(is_closed);
        wrong.extend(closed.map(|of| format!("{path}: a match over `{of}` has `_`")));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn modules_that_the_drawing_names_are_there() {
    let text = std::fs::read_to_string(repository().join("docs/architecture.md")).unwrap();
    let folders: BTreeSet<String> = matrix().into_iter().map(|(folder, _)| folder).collect();
    let names = text.split('`').skip(1).step_by(2).filter(|name| name.contains("::"));
    let names = names.filter(|name| name.split("::").next().is_some_and(|it| folders.contains(it)));
    let missing: Vec<&str> = names.filter(|name| !is_there(name)).collect();
    assert!(missing.is_empty(), "docs/architecture.md names what is not there: {missing:?}");
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
