//! The graph of a pipeline as SVG: sources on the left, what is made of them to the right.

use std::collections::BTreeMap;

use maud::{Markup, html};

use super::link::Address;
use super::{Documented, Page};
use crate::plan::Plan;

const WIDTH: usize = 190;
const HEIGHT: usize = 18;
const ACROSS: usize = 250;
const DOWN: usize = 24;
/// How often the order within the columns is improved.
const SWEEPS: usize = 6;

/// A table of the graph.
struct Node<'a> {
    name: &'a str,
    class: &'static str,
    address: Address,
    inputs: Vec<usize>,
    column: usize,
    row: usize,
}

/// The page of the graph.
pub(super) fn page(Documented { plan, .. }: &Documented) -> Page {
    let at = Address::Graph(plan.name.clone());
    let mut nodes = nodes(plan);
    arrange(&mut nodes);
    let body = html! {
        p { "Dashed are sources, blue what is published. Each box leads to its page, which lists the same." }
        div.wide.graph role="group" tabindex="0" aria-label="Graph" { (drawn(&at, &nodes)) }
    };
    let title = format!("Graph of {}", plan.name);
    Page { at, title, about: "What is made of what.".into(), words: Vec::new(), body }
}

fn nodes(plan: &Plan) -> Vec<Node<'_>> {
    let mut nodes: Vec<Node> = Vec::new();
    let mut known: BTreeMap<&str, usize> = BTreeMap::new();
    for source in &plan.sources {
        known.insert(&source.name, nodes.len());
        let address = Address::source(&plan.name, &source.name);
        nodes.push(Node {
            name: &source.name,
            class: "source",
            address,
            inputs: Vec::new(),
            column: 0,
            row: 0,
        });
    }
    // Each stage comes after those that it reads.
    for stage in &plan.stages {
        let inputs: Vec<usize> =
            stage.inputs.iter().filter_map(|input| known.get(input.as_str()).copied()).collect();
        let column = inputs.iter().map(|&input| nodes[input].column + 1).max().unwrap_or(1);
        known.insert(&stage.name, nodes.len());
        let class = if stage.publish.is_some() { "published" } else { "stage" };
        let address = Address::stage(&plan.name, &stage.name);
        nodes.push(Node { name: &stage.name, class, address, inputs, column, row: 0 });
    }
    nodes
}

/// Gives each table its row: near to what it is made of, so that few lines cross.
fn arrange(nodes: &mut [Node]) {
    let last = nodes.iter().map(|node| node.column).max().unwrap_or(0);
    for column in 0..=last {
        let members: Vec<usize> = members(nodes, column).collect();
        place(nodes, members);
    }
    for _ in 0..SWEEPS {
        for column in 0..=last {
            let mut members: Vec<usize> = members(nodes, column).collect();
            let wanted: Vec<f64> = (0..nodes.len()).map(|at| middle(nodes, at)).collect();
            members.sort_by(|one, other| wanted[*one].total_cmp(&wanted[*other]));
            place(nodes, members);
        }
    }
}

fn members(nodes: &[Node], column: usize) -> impl Iterator<Item = usize> {
    (0..nodes.len()).filter(move |at| nodes[*at].column == column)
}

fn place(nodes: &mut [Node], members: Vec<usize>) {
    for (row, at) in members.into_iter().enumerate() {
        nodes[at].row = row;
    }
}

/// The mean row of the neighbours of a table; its own if it has none.
#[expect(clippy::cast_precision_loss, reason = "rows are few")]
fn middle(nodes: &[Node], at: usize) -> f64 {
    let readers = (0..nodes.len()).filter(|other| nodes[*other].inputs.contains(&at));
    let rows: Vec<usize> =
        nodes[at].inputs.iter().copied().chain(readers).map(|near| nodes[near].row).collect();
    if rows.is_empty() {
        nodes[at].row as f64
    } else {
        rows.iter().sum::<usize>() as f64 / rows.len() as f64
    }
}

fn drawn(at: &Address, nodes: &[Node]) -> Markup {
    let columns = nodes.iter().map(|node| node.column).max().unwrap_or(0) + 1;
    let rows = nodes.iter().map(|node| node.row).max().unwrap_or(0) + 1;
    let (width, height) = (columns * ACROSS, rows * DOWN);
    html! {
        svg xmlns="http://www.w3.org/2000/svg" width=(width) height=(height) viewBox={ "0 0 " (width) " " (height) } role="group" aria-label="The graph of the pipeline" {
            @for node in nodes { @for input in &node.inputs { path d=(line(&nodes[*input], node)) {} } }
            @for node in nodes { (boxed(at, node)) }
        }
    }
}

fn boxed(at: &Address, node: &Node) -> Markup {
    let (x, y) = (node.column * ACROSS, node.row * DOWN);
    html! { a href=(at.to(&node.address)) { g class=(node.class) {
        title { (node.name) }
        rect x=(x) y=(y) width=(WIDTH) height=(HEIGHT) rx="3" {}
        text x=(x + 6) y=(y + 13) { (shortened(node.name)) }
    } } }
}

/// From the right end of a table to the left end of one that reads it.
fn line(from: &Node, to: &Node) -> String {
    let (x, y) = (from.column * ACROSS + WIDTH, from.row * DOWN + HEIGHT / 2);
    let (end, below) = (to.column * ACROSS, to.row * DOWN + HEIGHT / 2);
    let bend = ACROSS.saturating_sub(WIDTH) / 2;
    format!("M{x} {y}C{} {y} {} {below} {end} {below}", x + bend, end.saturating_sub(bend))
}

fn shortened(name: &str) -> String {
    match name.char_indices().nth(30) {
        Some((end, _)) => format!("{}…", &name[..end]),
        None => name.to_owned(),
    }
}
