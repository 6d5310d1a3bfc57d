//! The page as a whole: head, way through it, sections.

use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::START;
use super::scene::Scene;
use super::section;
use super::words::Word;

/// How it looks, on a screen and on paper.
const STYLE: &str = include_str!("style.css");
/// Nothing is loaded and nothing is run, whatever the page holds.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; img-src data:";

/// The page as HTML.
pub(super) fn html(scene: &Scene) -> String {
    let title = scene.fill(Word::PageTitle, &[&scene.pipeline]);
    let whole = html! {
        (DOCTYPE)
        html lang=(scene.language.tag()) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                meta http-equiv="Content-Security-Policy" content=(POLICY);
                link rel="icon" href="data:,";
                title { (title) }
                style { (PreEscaped(STYLE)) }
            }
            body {
                a.skip href="#content" { (scene.say(Word::SkipToContent)) }
                (header(scene, &title))
                (contents(scene))
                main id="content" { @for section in &section::ALL { (section.shown(scene)) } }
                footer { p { (scene.say(Word::Footer)) } }
            }
        }
    };
    whole.into_string().replacen("<!DOCTYPE html>", START, 1) + "\n"
}

/// Whose page it is, and what it was made of.
fn header(scene: &Scene, title: &str) -> Markup {
    let period = scene.period.map(|day| day.to_string());
    let period = period.as_deref().unwrap_or(scene.say(Word::Unknown));
    let facts = [
        (Word::Pipeline, scene.pipeline.clone()),
        (Word::Release, scene.release.to_string()),
        (Word::AsOf, scene.as_of.clone()),
        (Word::Period, period.to_owned()),
    ];
    html! { header {
        h1 { (title) }
        dl { @for (word, fact) in facts { div { dt { (scene.say(word)) } dd { (fact) } } } }
    } }
}

fn contents(scene: &Scene) -> Markup {
    html! { nav aria-label=(scene.say(Word::Contents)) {
        ul { @for section in &section::ALL {
            li { a href={ "#" (section.id) } { (scene.say(section.title)) } }
        } }
    } }
}
