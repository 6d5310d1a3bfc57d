//! Texts of declarations and of code, as HTML.

use maud::{Markup, html};

/// A text in which what is between backticks is code.
pub(super) fn said(text: &str) -> Markup {
    html! {
        @for (place, part) in text.split('`').enumerate() {
            @if place % 2 == 1 { code { (part) } } @else { (part) }
        }
    }
}

/// The first sentence.
pub(super) fn first_sentence(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.find(". ") {
        Some(end) => line[..=end].to_owned(),
        None => line,
    }
}

/// Names in a row, or a dash.
pub(super) fn listed(names: &[String]) -> Markup {
    html! {
        @if names.is_empty() { "–" }
        @for (place, name) in names.iter().enumerate() { @if place > 0 { ", " } code { (name) } }
    }
}
