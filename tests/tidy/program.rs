//! The program as text and as syntax: its files, with and without their tests.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::support::repository;

/// A file of the program: where it stands below `src`, what it says and what it is without its tests.
pub(super) struct Source {
    pub(super) path: PathBuf,
    pub(super) text: String,
    pub(super) parsed: syn::File,
    /// The modules that it declares for tests alone.
    modules_of_tests: Vec<Vec<String>>,
}

impl Source {
    pub(super) fn new(path: impl Into<PathBuf>, text: impl Into<String>) -> Self {
        let (path, text) = (path.into(), text.into());
        let mut parsed = syn::parse_file(&text).unwrap();
        let module = module_of(&path);
        let declared =
            parsed.items.iter().filter(|item| is_of_tests(item)).filter_map(|item| match item {
                syn::Item::Mod(item) if item.content.is_none() => Some(item.ident.to_string()),
                _ => None,
            });
        let below = declared.map(|name| module.iter().cloned().chain([name]).collect());
        let modules_of_tests = below.collect();
        parsed.items.retain(|item| !is_of_tests(item));
        Self { path, text, parsed, modules_of_tests }
    }

    /// The folder, or the file at the top, that the drawing knows it by.
    pub(super) fn folder(&self) -> String {
        self.module().into_iter().next().unwrap_or_else(|| "lib".to_owned())
    }

    /// The modules that it declares and that are files.
    pub(super) fn declared(&self) -> Vec<Vec<String>> {
        let module = self.module();
        let below = self.parsed.items.iter().filter_map(|item| match item {
            syn::Item::Mod(syn::ItemMod { ident, content: None, .. }) => {
                Some(module.iter().cloned().chain([ident.to_string()]).collect())
            }
            _ => None,
        });
        below.chain(self.modules_of_tests.iter().cloned()).collect()
    }

    /// The modules that it is below, itself among them.
    pub(super) fn module(&self) -> Vec<String> {
        module_of(&self.path)
    }
}

fn module_of(path: &Path) -> Vec<String> {
    let path = path.with_extension("");
    let names = path.iter().map(|name| name.to_string_lossy().into_owned());
    names.filter(|name| !["mod", "lib", "main"].contains(&name.as_str())).collect()
}

fn is_of_tests(item: &syn::Item) -> bool {
    let attributes = match item {
        syn::Item::Mod(item) => &item.attrs,
        syn::Item::Use(item) => &item.attrs,
        syn::Item::Fn(item) => &item.attrs,
        _ => return false,
    };
    attributes.iter().any(is_of_tests_alone)
}

/// Whether an attribute is `#[cfg(test)]`.
fn is_of_tests_alone(attribute: &syn::Attribute) -> bool {
    let list = attribute.meta.require_list();
    list.is_ok_and(|list| list.path.is_ident("cfg") && list.tokens.to_string() == "test")
}

/// The files of the library.
pub(super) struct Files {
    /// Those that are not of tests alone.
    pub(super) sources: Vec<Source>,
    /// Those of tests.
    pub(super) tests: Vec<Source>,
}

impl Files {
    pub(super) fn read() -> Self {
        let root = repository().join("src");
        let source = |path: PathBuf| {
            let text = std::fs::read_to_string(&path).unwrap();
            Source::new(path.strip_prefix(&root).unwrap(), text)
        };
        let all = files(&root).into_iter().filter(|path| !path.ends_with("src/main.rs"));
        let all: Vec<Source> = all.map(source).collect();
        let of_tests: BTreeSet<_> = all.iter().flat_map(|it| it.modules_of_tests.clone()).collect();
        let is_test = |source: &Source| {
            let module = source.module();
            (1..=module.len()).any(|depth| of_tests.contains(&module[..depth]))
        };
        let (tests, sources) = all.into_iter().partition(is_test);
        Self { sources, tests }
    }
}

/// The files in Rust below a folder, sorted.
pub(super) fn files(root: &Path) -> Vec<PathBuf> {
    let (mut found, mut folders) = (Vec::new(), vec![root.to_owned()]);
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
    found
}
