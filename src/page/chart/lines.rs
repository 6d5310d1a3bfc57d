//! Lines over a stretch of time or of shares.

use std::fmt::Write;

use maud::{Markup, html};

use super::scale::Scale;
use super::{About, DROP, WIDTH, at, drawing, line, text};
use crate::page::number::Kind;

/// Lines on one pair of scales.
#[derive(Debug)]
pub(in crate::page) struct Lines {
    /// At most three, which are drawn through, with dashes and with dots.
    pub(in crate::page) drawn: Vec<Line>,
    pub(in crate::page) kind: Kind,
    /// What stands below the drawing, from its left end to its right.
    pub(in crate::page) below: Vec<String>,
}

/// A line.
#[derive(Debug)]
pub(in crate::page) struct Line {
    pub(in crate::page) name: String,
    /// From left to right; nothing where it is unknown, which leaves a gap.
    pub(in crate::page) points: Vec<(f64, Option<f64>)>,
}

const LEFT: f64 = 40.0;
const RIGHT: f64 = WIDTH - 16.0;
const BOTTOM: f64 = 196.0;
const CLASSES: [&str; 3] = ["line one", "line two", "line three"];

/// Lines with what they are called below them.
pub(in crate::page) fn lines(about: &About, chart: &Lines) -> Markup {
    let points = || chart.drawn.iter().flat_map(|line| &line.points);
    let values = points().filter_map(|point| point.1);
    let y = Scale::over(values.chain([0.0]), BOTTOM, 8.0);
    let (low, high) = points().fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), point| {
        (low.min(point.0), high.max(point.0))
    });
    let x = move |place: f64| LEFT + (place - low) / (high - low).max(1e-9) * (RIGHT - LEFT);
    let content = html! {
        (y.beside(chart.kind, LEFT, RIGHT))
        (below(&chart.below))
        @for (line, class) in chart.drawn.iter().zip(CLASSES) {
            path class=(class) d=(path(line, x, &y)) {}
        }
        (legend(&chart.drawn))
    };
    drawing(about, BOTTOM + 26.0 + 18.0 * chart.drawn.len() as f64, &content)
}

/// A path with a gap where a value is unknown.
fn path(line: &Line, x: impl Fn(f64) -> f64, y: &Scale) -> String {
    let mut path = String::new();
    let mut verb = 'M';
    for (place, value) in &line.points {
        let Some(value) = value else {
            verb = 'M';
            continue;
        };
        let _ = write!(path, "{verb}{} {}", at(x(*place)), at(y.at(*value)));
        verb = 'L';
    }
    path
}

fn below(labels: &[String]) -> Markup {
    let last = labels.len().saturating_sub(1).max(1) as f64;
    html! { g.axis { @for (at, label) in labels.iter().enumerate() {
        @let anchor = match at {
            0 => "start",
            at if at + 1 == labels.len() => "end",
            _ => "middle",
        };
        (text(anchor, LEFT + at as f64 / last * (RIGHT - LEFT), BOTTOM + 15.0, label))
    } } }
}

fn legend(lines: &[Line]) -> Markup {
    html! { g.legend { @for (row, (of, class)) in lines.iter().zip(CLASSES).enumerate() {
        @let y = BOTTOM + 34.0 + 18.0 * row as f64;
        (line(class, (LEFT, y), (LEFT + 30.0, y)))
        (text("start", LEFT + 38.0, y + DROP, &of.name))
    } } }
}
