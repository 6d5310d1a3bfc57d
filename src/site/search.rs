//! The search: a list of all pages and of what is on them, and a script that filters it.

use maud::{PreEscaped, html};
use serde::Serialize;

use super::Page;
use super::link::Address;

const SCRIPT: &str = include_str!("search.js");

/// A page as the search knows it.
#[derive(Serialize)]
struct Entry<'a> {
    title: &'a str,
    about: &'a str,
    link: String,
    words: &'a [String],
}

/// The page of the search over other pages.
pub(super) fn page(pages: &[Page]) -> Page {
    let at = Address::Search;
    let entries: Vec<Entry> = pages
        .iter()
        .map(|page| Entry {
            title: &page.title,
            about: &page.about,
            link: at.to(&page.at),
            words: &page.words,
        })
        .collect();
    // Within a script nothing is escaped but what would end it.
    let entries = serde_json::to_string(&entries).unwrap_or_default().replace('<', "\\u003c");
    let body = html! {
        form {
            input #q type="search" name="q" aria-label="A table, a column, a function" placeholder="A table, a column, a function" autofocus;
        }
        p #count aria-live="polite" {}
        ul #found {}
        noscript { p { "The search needs JavaScript. The pages themselves do not." } }
        script { (PreEscaped(format!("const entries = {entries};\n{SCRIPT}"))) }
    };
    Page { at, title: "Search".into(), about: String::new(), words: Vec::new(), body }
}
