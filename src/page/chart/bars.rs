//! Amounts as bars, one below the other.

use maud::{Markup, html};

use super::scale::Scale;
use super::{About, DROP, LEFT, ROW, WIDTH, drawing, label, line, rectangle, text};

/// An amount.
#[derive(Debug)]
pub(in crate::page) struct Bar {
    pub(in crate::page) label: String,
    pub(in crate::page) value: Option<f64>,
    /// The amount as it is written, or that it is unknown.
    pub(in crate::page) written: String,
}

/// Where the written amounts begin.
const RIGHT: f64 = WIDTH - 96.0;

/// Bars from 0 with their amounts beside them.
pub(in crate::page) fn bars(about: &About, bars: &[Bar]) -> Markup {
    let numbers = bars.iter().filter_map(|bar| bar.value);
    let scale = Scale::over(numbers.chain([0.0]), LEFT, RIGHT);
    let height = bars.len() as f64 * ROW;
    let content = html! {
        @for (at, bar) in bars.iter().enumerate() {
            (row(&scale, (at as f64 + 0.5) * ROW, bar))
        }
        (line("base", (scale.at(0.0), 0.0), (scale.at(0.0), height)))
    };
    drawing(about, height + 4.0, &content)
}

fn row(scale: &Scale, y: f64, bar: &Bar) -> Markup {
    html! {
        (label(y, &bar.label))
        @if let Some(value) = bar.value {
            @let (from, to) = (scale.at(value.min(0.0)), scale.at(value.max(0.0)));
            (rectangle("first", (from, y - 8.0), (to - from, 16.0)))
        }
        (text("end", WIDTH - 4.0, y + DROP, &bar.written))
    }
}
