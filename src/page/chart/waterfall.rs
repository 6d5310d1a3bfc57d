//! How one amount became another, step by step.

use maud::{Markup, html};

use super::scale::Scale;
use super::{About, DROP, LEFT, ROW, WIDTH, drawing, label, line, rectangle, text};

/// A step from one amount to the next.
#[derive(Debug)]
pub(in crate::page) struct Step {
    pub(in crate::page) label: String,
    /// Where its bar begins and ends.
    pub(in crate::page) span: Option<(f64, f64)>,
    /// Whether it is an amount and no change of it.
    pub(in crate::page) is_total: bool,
    /// The amount as it is written, or that it is unknown.
    pub(in crate::page) written: String,
}

/// Where the written amounts begin.
const RIGHT: f64 = WIDTH - 100.0;

/// Bars that begin where the one above them has ended.
pub(in crate::page) fn waterfall(about: &About, steps: &[Step]) -> Markup {
    let ends = steps.iter().filter_map(|step| step.span).flat_map(|(from, to)| [from, to]);
    let scale = Scale::over(ends, LEFT, RIGHT);
    let content = html! {
        @for (at, step) in steps.iter().enumerate() {
            (row(&scale, (at as f64 + 0.5) * ROW, step, at + 1 < steps.len()))
        }
    };
    drawing(about, steps.len() as f64 * ROW + 4.0, &content)
}

fn row(scale: &Scale, y: f64, step: &Step, goes_on: bool) -> Markup {
    html! {
        (label(y, &step.label))
        @if let Some((from, to)) = step.span {
            @let class = if step.is_total { "first" } else if to < from { "loss" } else { "gain" };
            @let (left, right) = (scale.at(from.min(to)), scale.at(from.max(to)));
            (rectangle(class, (left, y - 8.0), ((right - left).max(1.0), 16.0)))
            @if goes_on {
                (line("base", (scale.at(to), y + 8.0), (scale.at(to), y + ROW - 8.0)))
            }
        }
        (text("end", WIDTH - 4.0, y + DROP, &step.written))
    }
}
