//! The page as a whole: head, way through it, sections.

use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::START;
use super::scene::Scene;
use super::section;
use super::words::Word;

/// How it looks, on a screen and on paper.
const STYLE: &str = concat!(include_str!("style.css"), include_str!("../style.css"));
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

/// The pipeline of the page, and its release.
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

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::STYLE;

    type Colour = [f64; 3];

    /// The colours of light, dark and print.
    fn palettes() -> Vec<BTreeMap<&'static str, Colour>> {
        let blocks = STYLE.split(":root {").skip(1).map(|rest| rest.split('}').next().unwrap());
        blocks.map(|block| block.split(';').filter_map(colour).collect()).collect()
    }

    fn colour(declared: &'static str) -> Option<(&'static str, Colour)> {
        let (name, value) = declared.trim().strip_prefix("--")?.split_once(": #")?;
        let part = |at| f64::from(u8::from_str_radix(&value[at..at + 2], 16).unwrap()) / 255.0;
        Some((name, [part(0), part(2), part(4)]))
    }

    /// Relative luminance (WCAG 2.2).
    fn luminance(colour: Colour) -> f64 {
        let linear = |part: f64| match part <= 0.04045 {
            true => part / 12.92,
            false => ((part + 0.055) / 1.055).powf(2.4),
        };
        let [red, green, blue] = colour.map(linear);
        0.2126 * red + 0.7152 * green + 0.0722 * blue
    }

    fn contrast(one: Colour, other: Colour) -> f64 {
        let (one, other) = (luminance(one) + 0.05, luminance(other) + 0.05);
        one.max(other) / one.min(other)
    }

    #[test]
    fn text_and_marks_stand_out_in_light_dark_and_print() {
        let palettes = palettes();
        assert_eq!(palettes.len(), 3);
        for of in palettes {
            for text in ["ink", "soft", "link"] {
                for ground in ["paper", "panel"] {
                    let contrast = contrast(of[text], of[ground]);
                    assert!(contrast >= 4.5, "{text} on {ground}: {contrast:.2}");
                }
            }
            for mark in ["one", "two", "loss", "gain", "soft"] {
                let contrast = contrast(of[mark], of["paper"]);
                assert!(contrast >= 3.0, "{mark}: {contrast:.2}");
            }
            // The darkest cell behind text.
            let cell = [0, 1, 2].map(|at| 0.4 * of["paper"][at] + 0.6 * of["one"][at]);
            let contrast = contrast(of["ink"], cell);
            assert!(contrast >= 4.5, "cells: {contrast:.2}");
        }
    }
}
