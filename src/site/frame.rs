//! What every page has around it.

use maud::{DOCTYPE, PreEscaped, html};

use super::link::Address;
use super::{Page, START};

const STYLE: &str = concat!(include_str!("style.css"), include_str!("../style.css"));
/// Nothing is loaded. The search runs on its own page.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:; form-action 'self'";

pub(super) fn framed(page: &Page) -> String {
    let at = &page.at;
    let whole = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                meta http-equiv="Content-Security-Policy" content=(POLICY);
                link rel="icon" href="data:,";
                title { (page.title) }
                style { (PreEscaped(STYLE)) }
            }
            body {
                a.skip href="#content" { "Skip to content" }
                nav aria-label="Site" {
                    a href=(at.to(&Address::Index)) { "Pipelines" }
                    a href=(at.to(&Address::Functions)) { "Functions" }
                    form action=(at.to(&Address::Search)) role="search" {
                        input type="search" name="q" aria-label="Search" placeholder="Search tables, columns, functions";
                    }
                }
                main id="content" { h1 { (page.title) } (page.body) }
            }
        }
    };
    whole.into_string().replacen("<!DOCTYPE html>", START, 1) + "\n"
}
