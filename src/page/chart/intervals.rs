//! Estimates with their intervals, one below the other, beside what they are compared with.

use maud::{Markup, html};

use super::scale::Scale;
use super::{About, DROP, LEFT, ROW, WIDTH, at, drawing, label, line, text};
use crate::page::number::Kind;

/// Estimates on one scale.
pub(in crate::page) struct Intervals<'a> {
    /// What is drawn.
    pub(in crate::page) estimates: Vec<Estimate>,
    pub(in crate::page) kind: Kind,
    /// What the point, the interval and the square mean.
    pub(in crate::page) legend: [&'a str; 3],
    /// The text in place of a missing estimate.
    pub(in crate::page) unknown: &'a str,
}

/// An estimate.
#[derive(Debug)]
pub(in crate::page) struct Estimate {
    pub(in crate::page) label: String,
    pub(in crate::page) value: Option<f64>,
    pub(in crate::page) limits: Option<(f64, f64)>,
    /// What it is compared with.
    pub(in crate::page) beside: Option<f64>,
}

/// Points with whiskers; a hollow square is what a point is compared with.
pub(in crate::page) fn intervals(about: &About, chart: &Intervals<'_>) -> Markup {
    let numbers = chart.estimates.iter().flat_map(|it| {
        let (lower, upper) = it.limits.unzip();
        [it.value, lower, upper, it.beside].into_iter().flatten()
    });
    let scale = Scale::over(numbers, LEFT, WIDTH - 14.0);
    let bottom = chart.estimates.len() as f64 * ROW + 4.0;
    let content = html! {
        (scale.below(chart.kind, 0.0, bottom))
        @for (at, estimate) in chart.estimates.iter().enumerate() {
            (row(&scale, (at as f64 + 0.5) * ROW, estimate, chart.unknown))
        }
        (legend(bottom + 34.0, chart.legend))
    };
    drawing(about, bottom + 42.0, &content)
}

fn row(scale: &Scale, y: f64, estimate: &Estimate, unknown: &str) -> Markup {
    html! {
        (label(y, &estimate.label))
        @if let Some((lower, upper)) = estimate.limits {
            (line("whisker", (scale.at(lower), y), (scale.at(upper), y)))
            (line("whisker", (scale.at(lower), y - 4.0), (scale.at(lower), y + 4.0)))
            (line("whisker", (scale.at(upper), y - 4.0), (scale.at(upper), y + 4.0)))
        }
        @if let Some(beside) = estimate.beside { (square(scale.at(beside), y)) }
        @match estimate.value {
            Some(value) => (point(scale.at(value), y)),
            None => (text("start", LEFT + 4.0, y + DROP, unknown)),
        }
    }
}

fn point(x: f64, y: f64) -> Markup {
    html! { circle.first cx=(at(x)) cy=(at(y)) r="4" {} }
}

fn square(x: f64, y: f64) -> Markup {
    html! { rect.hollow x=(at(x - 4.5)) y=(at(y - 4.5)) width="9" height="9" {} }
}

/// What the marks mean, in three columns; a mark without a meaning is not used.
fn legend(y: f64, [of_point, of_whisker, of_square]: [&str; 3]) -> Markup {
    html! { g.legend {
        @if !of_point.is_empty() { (point(10.0, y)) (text("start", 20.0, y + DROP, of_point)) }
        @if !of_whisker.is_empty() {
            (line("whisker", (112.0, y), (132.0, y)))
            (text("start", 138.0, y + DROP, of_whisker))
        }
        @if !of_square.is_empty() {
            (square(250.0, y))
            (text("start", 260.0, y + DROP, of_square))
        }
    } }
}
