//! No cycles: what two files or two folders need is below both.
//!
//! A folder speaks for its files (`mod.rs` names them) and they may use what it says of them all, so that
//! the way from a folder down to its own is no import. Of files that lead to each other, all stand in one
//! folder; and of folders side by side, at any depth, no two lead to each other.

use std::collections::{BTreeMap, BTreeSet};

use super::modules::{Modules, made_up};

/// Names, and those that each leads to.
type Graph = BTreeMap<Vec<String>, BTreeSet<Vec<String>>>;

/// The circles that leave a folder.
pub(super) fn broken(modules: &Modules<'_>) -> Vec<String> {
    let folder = |module: &Vec<String>| modules.folder(module);
    let links: Vec<_> =
        modules.links().into_iter().map(|(from, to)| (from.to_vec(), to.module)).collect();
    let files = links.iter().filter(|(from, to)| !to.starts_with(from)).cloned();
    let files = circles(&graph(files)).into_iter();
    let wide = files.filter(|circle| circle.iter().map(folder).collect::<BTreeSet<_>>().len() > 1);
    let folders = links.iter().filter_map(|(from, to)| beside(&folder(from), &folder(to)));
    let folders = circles(&graph(folders));
    let all: BTreeSet<String> = wide.chain(folders).map(|circle| shown(&circle)).collect();
    all.into_iter().collect()
}

fn shown(circle: &BTreeSet<Vec<String>>) -> String {
    circle.iter().map(|name| name.join("::")).collect::<Vec<_>>().join(" ⇄ ")
}

/// The folders side by side that two folders are, or are in.
fn beside(from: &[String], to: &[String]) -> Option<(Vec<String>, Vec<String>)> {
    let common = from.iter().zip(to).take_while(|(from, to)| from == to).count();
    let apart = common < from.len() && common < to.len();
    apart.then(|| (from[..=common].to_vec(), to[..=common].to_vec()))
}

fn graph(links: impl Iterator<Item = (Vec<String>, Vec<String>)>) -> Graph {
    let mut graph = Graph::new();
    for (from, to) in links {
        graph.entry(from).or_default().insert(to);
    }
    graph
}

/// Those that lead to each other.
fn circles(graph: &Graph) -> BTreeSet<BTreeSet<Vec<String>>> {
    let reached: BTreeMap<_, _> = graph.keys().map(|from| (from, reached(graph, from))).collect();
    let circle = |(from, to): (&&Vec<String>, &BTreeSet<&Vec<String>>)| {
        let back = to.iter().filter(|it| reached.get(**it).is_some_and(|to| to.contains(*from)));
        back.map(|it| (*it).clone()).collect::<BTreeSet<_>>()
    };
    reached.iter().map(circle).filter(|circle| circle.len() > 1).collect()
}

fn reached<'a>(graph: &'a Graph, from: &'a Vec<String>) -> BTreeSet<&'a Vec<String>> {
    let (mut reached, mut open) = (BTreeSet::new(), vec![from]);
    while let Some(name) = open.pop() {
        let next = graph.get(name).into_iter().flatten();
        open.extend(next.filter(|next| reached.insert(*next)));
    }
    reached
}

#[test]
fn a_circle_is_found_at_any_depth_and_through_any_name() {
    let lib = ("lib.rs", "mod a;");
    let a = ("a/mod.rs", "mod raw; mod b; mod c;");
    for (files, want) in [
        // A file and a folder beside it, by the name that the folder gives.
        (
            vec![
                ("a/raw.rs", "use super::b::Made;"),
                ("a/b/mod.rs", "mod x; pub use self::x::Made;"),
                ("a/b/x.rs", "pub struct Made; use crate::a::raw::Raw;"),
            ],
            vec!["a::b::x ⇄ a::raw"],
        ),
        // Two folders, by files that do not lead to each other.
        (
            vec![
                ("a/b/mod.rs", "mod x; mod y;"),
                ("a/b/x.rs", "use super::super::c::z::Z;"),
                ("a/b/y.rs", "pub struct Y;"),
                ("a/c/mod.rs", "pub mod z; mod w;"),
                ("a/c/z.rs", "pub struct Z;"),
                ("a/c/w.rs", "fn w() { vec![crate::a::b::y::Y] }"),
            ],
            vec!["a::b ⇄ a::c"],
        ),
        // Within a folder, and from a folder to its own files and back.
        (
            vec![
                ("a/raw.rs", "pub struct Raw; use super::other::X;"),
                ("a/other.rs", "pub struct X; use super::raw::Raw;"),
                ("a/b/mod.rs", "mod x; use x::F; pub struct G;"),
                ("a/b/x.rs", "pub struct F; use super::G;"),
            ],
            vec![],
        ),
    ] {
        let files: Vec<_> = [lib, a].into_iter().chain(files).collect();
        assert_eq!(broken(&made_up(&files)), want);
    }
}
