//! The modules of the program, and what a name means in one of them: where it is defined, through however
//! many imports it has come.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::paths::{Paths, imported};
use super::program::Source;

/// A module: in which file it stands and what it names.
#[derive(Default)]
pub(super) struct Module<'a> {
    pub(super) file: PathBuf,
    pub(super) items: Vec<&'a syn::Item>,
    uses: BTreeMap<String, Vec<String>>,
    globs: Vec<Vec<String>>,
    own: BTreeSet<String>,
}

/// All modules, by their paths below the root.
#[derive(Default)]
pub(super) struct Modules<'a>(pub(super) BTreeMap<Vec<String>, Module<'a>>);

/// Where a path leads: a module, and a name in it unless the module itself is meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Target {
    pub(super) module: Vec<String>,
    pub(super) item: Option<String>,
}

/// Imports that a name may come through.
const MOST_STEPS: usize = 32;

impl<'a> Modules<'a> {
    pub(super) fn new(sources: &'a [Source]) -> Self {
        let mut modules = Self::default();
        for source in sources {
            let module = source.module();
            modules.add(module, &source.path, &source.parsed.items);
        }
        modules
    }

    fn add(&mut self, path: Vec<String>, file: &Path, items: &'a [syn::Item]) {
        let mut module = Module { file: file.to_owned(), ..Module::default() };
        for item in items {
            match item {
                syn::Item::Mod(syn::ItemMod { ident, content: Some((_, inner)), .. }) => {
                    let path = path.iter().cloned().chain([ident.to_string()]).collect();
                    self.add(path, file, inner);
                }
                item => module.add(item),
            }
        }
        self.0.insert(path, module);
    }

    /// Where a path that a module writes leads; nowhere if that is another crate.
    pub(super) fn resolve(&self, from: &[String], path: &[String]) -> Option<Target> {
        self.follow(from, path, MOST_STEPS)
    }

    fn follow(&self, from: &[String], path: &[String], steps: usize) -> Option<Target> {
        let steps = steps.checked_sub(1)?;
        let up = path.iter().take_while(|name| *name == "super").count();
        match path.first().map(String::as_str)? {
            "crate" => self.below(Vec::new(), &path[1..], steps),
            "self" if path.get(1).is_some_and(|next| next == "super") => {
                self.follow(from, &path[1..], steps)
            }
            "self" => self.below(from.to_vec(), &path[1..], steps),
            "super" => self.below(from[..from.len().checked_sub(up)?].to_vec(), &path[up..], steps),
            first => {
                let known = self.0.get(from)?;
                let names = self.0.contains_key(&child(from, first)) || known.names(first);
                let glob = || known.globs.iter().any(|glob| self.holds(from, glob, first, steps));
                (names || glob()).then(|| self.below(from.to_vec(), path, steps))?
            }
        }
    }

    fn below(&self, module: Vec<String>, path: &[String], steps: usize) -> Option<Target> {
        let Some((first, rest)) = path.split_first() else {
            return Some(Target { module, item: None });
        };
        let child = child(&module, first);
        if self.0.contains_key(&child) {
            return self.below(child, rest, steps);
        }
        let known = self.0.get(&module)?;
        let here = || Some(Target { module: module.clone(), item: Some(first.clone()) });
        if known.own.contains(first) {
            return here();
        }
        if let Some(import) = known.uses.get(first).filter(|import| **import != [first.clone()]) {
            return match self.follow(&module, import, steps)? {
                Target { module, item: None } => self.below(module, rest, steps),
                found => Some(found),
            };
        }
        let globs = known.globs.iter().filter(|glob| self.holds(&module, glob, first, steps));
        let mut found = globs.filter_map(|glob| {
            let target = self.follow(&module, glob, steps)?;
            self.below(target.module, path, steps.checked_sub(1)?)
        });
        found.next().or_else(here)
    }

    /// Whether `name` comes by `glob` into the module `from`.
    fn holds(&self, from: &[String], glob: &[String], name: &str, steps: usize) -> bool {
        let Some(Target { module, item: None }) = self.follow(from, glob, steps) else {
            return false;
        };
        let known = self.0.get(&module);
        module != from
            && (self.0.contains_key(&child(&module, name))
                || known.is_some_and(|known| known.names(name)))
    }

    /// The folder in which the file of a module stands.
    pub(super) fn folder(&self, module: &[String]) -> Vec<String> {
        let file = self.0.get(module).map(|module| module.file.as_path());
        let names = file.and_then(Path::parent).into_iter().flatten();
        names.map(|name| name.to_string_lossy().into_owned()).collect()
    }

    /// Whether there is something under its full name.
    pub(super) fn defines(&self, name: &str) -> bool {
        let path: Vec<String> = name.split("::").map(str::to_owned).collect();
        let Some((item, module)) = path.split_last() else { return false };
        self.0.get(module).is_some_and(|module| module.own.contains(item))
    }

    /// What each module names, and where that leads.
    pub(super) fn links(&self) -> Vec<(&[String], Target)> {
        let links = self.0.iter().flat_map(|(path, module)| {
            let named = Paths::of(module.items.iter().copied()).into_iter();
            named.filter_map(move |named| Some((path.as_slice(), self.resolve(path, &named)?)))
        });
        links.collect()
    }
}

impl<'a> Module<'a> {
    fn add(&mut self, item: &'a syn::Item) {
        if let syn::Item::Use(item) = item {
            for (name, path) in imported(&item.tree) {
                match name {
                    Some(name) => _ = self.uses.insert(name, path),
                    None => self.globs.push(path),
                }
            }
        }
        self.own.extend(name(item));
        self.items.push(item);
    }

    fn names(&self, name: &str) -> bool {
        self.own.contains(name) || self.uses.contains_key(name)
    }
}

fn child(module: &[String], name: &str) -> Vec<String> {
    module.iter().cloned().chain([name.to_owned()]).collect()
}

/// What an item is called.
fn name(item: &syn::Item) -> Option<String> {
    let name = match item {
        syn::Item::Const(item) => &item.ident,
        syn::Item::Enum(item) => &item.ident,
        syn::Item::Fn(item) => &item.sig.ident,
        syn::Item::Macro(item) => item.ident.as_ref()?,
        syn::Item::Static(item) => &item.ident,
        syn::Item::Struct(item) => &item.ident,
        syn::Item::Trait(item) => &item.ident,
        syn::Item::Type(item) => &item.ident,
        _ => return None,
    };
    Some(name.to_string())
}

/// Modules of files that are not there.
pub(super) fn made_up(files: &[(&str, &str)]) -> Modules<'static> {
    let sources = files.iter().map(|(path, text)| Source::new(*path, *text));
    Modules::new(Vec::leak(sources.collect()))
}

#[test]
fn a_name_is_followed_to_where_it_is_defined() {
    let modules = made_up(&[
        ("lib.rs", "pub mod a; pub mod b;"),
        (
            "a/mod.rs",
            "mod deep; pub use self::deep::{Thing, other as renamed}; pub use self::deep::*;",
        ),
        ("a/deep.rs", "pub struct Thing; pub fn other() {} pub enum Choice { One }"),
        ("b.rs", "use crate::a::{self, Thing}; use std::path::Path; mod inner { pub struct X; }"),
    ]);
    for (path, want) in [
        ("crate::a::Thing", Some("a::deep Thing")),
        ("crate::a::renamed", Some("a::deep other")),
        ("crate::a::Choice::One", Some("a::deep Choice")),
        ("Thing", Some("a::deep Thing")),
        ("a::deep::other", Some("a::deep other")),
        ("super::a", Some("a")),
        ("self::super::a", Some("a")),
        ("inner::X", Some("b::inner X")),
        ("Path", None),
        ("std::path::Path", None),
    ] {
        let path: Vec<String> = path.split("::").map(str::to_owned).collect();
        let found = modules.resolve(&["b".to_owned()], &path).map(|Target { module, item }| {
            let item = item.map(|item| format!(" {item}")).unwrap_or_default();
            module.join("::") + &item
        });
        assert_eq!(found.as_deref(), want, "{path:?}");
    }
}
