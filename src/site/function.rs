//! The functions that the program adds to SQL.

use maud::{Markup, html};

use super::Page;
use super::link::Address;
use super::table::plain;
use super::text::said;
use crate::functions::{self, Function};

/// All of them on one page.
pub(super) fn page() -> Page {
    let all = functions::all();
    let body = html! {
        ul.columns { @for function in all { li { a href={ "#" (function.name) } { (function.name) } } } }
        @for function in all { (section(function)) }
    };
    let words = all.iter().map(|function| function.name.to_owned()).collect();
    let about = "What SQL knows besides the functions of the engine.".to_owned();
    Page { at: Address::Functions, title: "Functions".into(), about, words, body }
}

fn section(function: &Function) -> Markup {
    let name = format!("Arguments of {}", function.name);
    let arguments = html! { @for argument in &function.arguments { tr {
        th scope="row" { code { (argument.name) } }
        td { (said(argument.meaning)) }
        td { (said(&argument.domain.to_string())) @if argument.optional { "; may be left out" } }
    } } };
    html! { section id=(function.name) {
        h2 { (function.name) }
        p { (said(function.summary)) }
        pre tabindex="0" { code { (function.signature()) } }
        (plain(&name, &["Argument", "Meaning", "Domain"], &arguments))
        p { b { "Returns " } (said(function.returns)) "." }
        p { b { "NULL: " } (said(function.nulls)) "." }
        p { b { "Source: " } (said(function.source)) "." }
        @for example in function.examples {
            pre tabindex="0" { code { (example.query()) ";\n-- " (example.gives) } }
        }
    } }
}
