//! Where pages are, and links between them.

use std::collections::BTreeSet;

use super::{INDEX, Site};

/// The address of a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Address {
    Index,
    Functions,
    Search,
    Pipeline(String),
    Releases(String),
    Graph(String),
    Stage(String, String),
    Source(String, String),
}

impl Address {
    pub(super) fn stage(pipeline: &str, name: &str) -> Self {
        Self::Stage(pipeline.to_owned(), name.to_owned())
    }

    pub(super) fn source(pipeline: &str, name: &str) -> Self {
        Self::Source(pipeline.to_owned(), name.to_owned())
    }

    /// The path of the file.
    pub(super) fn path(&self) -> String {
        match self {
            Self::Index => INDEX.to_owned(),
            Self::Functions => "functions.html".to_owned(),
            Self::Search => "search.html".to_owned(),
            Self::Pipeline(pipeline) => format!("{}/{INDEX}", folder(pipeline)),
            Self::Releases(pipeline) => format!("{}/releases.html", folder(pipeline)),
            Self::Graph(pipeline) => format!("{}/graph.html", folder(pipeline)),
            Self::Stage(pipeline, name) => format!("{}/stage/{name}.html", folder(pipeline)),
            Self::Source(pipeline, name) => format!("{}/source/{name}.html", folder(pipeline)),
        }
    }

    /// The link to another page.
    pub(super) fn to(&self, other: &Self) -> String {
        format!("{}{}", self.to_root(), other.path())
    }

    /// The way to the folder of the site.
    pub(super) fn to_root(&self) -> String {
        "../".repeat(self.path().matches('/').count())
    }
}

/// A pipeline's name as a folder that needs no escapes in a link.
fn folder(pipeline: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() || "-_".contains(c) { c } else { '-' };
    let same: String = pipeline.chars().map(plain).collect();
    match same == pipeline {
        true => same,
        // Two names may differ in nothing else.
        false => format!(
            "{same}-{:x}",
            pipeline
                .bytes()
                .fold(0_u32, |sum, byte| { sum.wrapping_mul(31).wrapping_add(u32::from(byte)) })
        ),
    }
}

/// Links to pages or parts of pages that there are not.
pub(super) fn dead(site: &Site) -> Vec<String> {
    let mut targets: BTreeSet<String> = site.keys().cloned().collect();
    for (path, html) in site {
        targets.extend(values(html, " id=\"").map(|id| format!("{path}#{id}")));
    }
    let links = site.iter().flat_map(|(path, html)| {
        values(html, " href=\"").map(move |link| (path, link, resolved(path, link)))
    });
    let lost =
        links.filter(|(_, link, target)| !link.starts_with("data:") && !targets.contains(target));
    lost.map(|(path, link, _)| format!("{path}: {link}")).collect()
}

fn values<'a>(html: &'a str, attribute: &'a str) -> impl Iterator<Item = &'a str> {
    html.split(attribute).skip(1).filter_map(|rest| rest.split('"').next())
}

/// The path that a link leads to, seen from a page.
fn resolved(page: &str, link: &str) -> String {
    if let Some(part) = link.strip_prefix('#') {
        return format!("{page}#{part}");
    }
    let mut folders: Vec<&str> = page.split('/').collect();
    folders.pop();
    for part in link.split('/') {
        match part {
            ".." => drop(folders.pop()),
            part => folders.push(part),
        }
    }
    folders.join("/")
}

#[cfg(test)]
mod tests {
    use super::{Address, Site, dead};

    #[test]
    fn pages_of_any_depth_reach_each_other() {
        let stage = Address::stage("night shift", "orders");
        assert_eq!(stage.to(&Address::Functions), "../../functions.html");
        assert_eq!(Address::Index.to(&Address::source("a", "b")), "a/source/b.html");
        assert_ne!(Address::Graph("a b".into()).path(), Address::Graph("a-b".into()).path());
        assert_ne!(Address::Graph("a b".into()).path(), Address::Graph("a.b".into()).path());
    }

    #[test]
    fn a_link_to_a_page_or_a_part_that_is_not_there_is_found() {
        let site = Site::from([
            (
                "index.html".into(),
                r##"<a href="a/b.html"><a href="#x"><i id="x"><a href="c.html">"##.into(),
            ),
            ("a/b.html".into(), r#"<a href="../index.html#x"><a href="../index.html#y">"#.into()),
        ]);
        assert_eq!(dead(&site), ["a/b.html: ../index.html#y", "index.html: c.html"]);
    }
}
