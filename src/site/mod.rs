//! A static site about pipelines, for those who use their tables: tables, columns, checks, stages with their SQL,
//! sources, functions, the graph, the releases, and a search.
//!
//! It needs neither a network nor a server. Every page is made here as text; a link that leads nowhere is an error.

mod frame;
mod function;
mod graph;
mod index;
mod link;
mod search;
mod source;
mod stage;
mod table;
mod text;

use std::collections::BTreeMap;

use self::link::Address;
use crate::plan::Plan;
use crate::project::Project;
use crate::publish::Release;

/// What the first page begins with, by which a site is known again.
pub const START: &str = "<!DOCTYPE html><!-- patronage docs -->";
/// The first page.
pub const INDEX: &str = "index.html";

/// A pipeline, and what is documented of it.
#[derive(Debug)]
pub struct Documented {
    /// The plan.
    pub plan: Plan,
    /// The files of its stages.
    pub project: Project,
    /// What was published, the newest first.
    pub releases: Vec<Release>,
}

/// The files of a site by their paths.
pub type Site = BTreeMap<String, String>;

/// The site about some pipelines.
///
/// # Errors
/// The links that lead nowhere, each with the page that it is on.
pub fn site(pipelines: &[Documented]) -> Result<Site, Vec<String>> {
    let mut pages = vec![index::page(pipelines), function::page()];
    for documented in pipelines {
        pages.push(index::of_pipeline(documented));
        pages.push(index::releases(documented));
        pages.push(graph::page(documented));
        pages.extend(stage::pages(documented));
        pages.extend(source::pages(documented));
    }
    pages.push(search::page(&pages));
    let site: Site = pages.into_iter().map(|page| (page.at.path(), page.html())).collect();
    let dead = link::dead(&site);
    if dead.is_empty() { Ok(site) } else { Err(dead) }
}

/// A page before it is framed.
struct Page {
    at: Address,
    title: String,
    /// What it says in a sentence, for the search.
    about: String,
    /// Words by which it is found besides.
    words: Vec<String>,
    body: maud::Markup,
}

impl Page {
    fn html(&self) -> String {
        frame::framed(self)
    }
}
