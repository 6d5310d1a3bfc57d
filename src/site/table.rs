//! Tables of the site.

use maud::{Markup, html};

/// A table with a name; where it is wider than the screen, it is moved by finger and by key.
pub(super) fn table(name: &str, headings: &[&str], rows: &Markup) -> Markup {
    html! { div.wide role="group" tabindex="0" aria-label=(name) { (plain(name, headings, rows)) } }
}

/// One that fits every screen.
pub(super) fn plain(name: &str, headings: &[&str], rows: &Markup) -> Markup {
    html! { table aria-label=(name) {
        thead { tr { @for heading in headings { th scope="col" { (heading) } } } }
        tbody { (rows) }
    } }
}
