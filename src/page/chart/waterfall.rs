//! How one amount became another, step by step.

use maud::{Markup, html};

use super::scale::Scale;
use super::{About, DROP, LEFT, ROW, WIDTH, drawing, label, line, rectangle, text};
use crate::page::number::Kind;

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
    let reached: Vec<f64> = steps.iter().filter_map(|step| step.span).map(|(_, to)| to).collect();
    let scale = Scale::over(reached.iter().copied().chain([least(&reached)]), LEFT, RIGHT);
    let bottom = steps.len() as f64 * ROW + 2.0;
    let content = html! {
        (scale.below(Kind::Money, 0.0, bottom))
        @for (at, step) in steps.iter().enumerate() {
            (row(&scale, (at as f64 + 0.5) * ROW, step, at + 1 < steps.len()))
        }
    };
    drawing(about, bottom + 20.0, &content)
}

/// Where the scale begins: at 0, or above it where all changes are small beside the amounts and could not be seen.
fn least(reached: &[f64]) -> f64 {
    let low = reached.iter().copied().fold(f64::INFINITY, f64::min);
    let high = reached.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    if low > high - low && high > low { low - (high - low) / 4.0 } else { 0.0 }
}

fn row(scale: &Scale, y: f64, step: &Step, goes_on: bool) -> Markup {
    html! {
        (label(y, &step.label))
        @if let Some((from, to)) = step.span {
            @let class = if step.is_total { "first" } else if to < from { "loss" } else { "gain" };
            @let left = scale.at(from.min(to)).max(LEFT);
            @let right = scale.at(from.max(to));
            (rectangle(class, (left, y - 8.0), ((right - left).max(1.0), 16.0)))
            @if goes_on {
                (line("base", (scale.at(to), y + 8.0), (scale.at(to), y + ROW - 8.0)))
            }
        }
        (text("end", WIDTH - 4.0, y + DROP, &step.written))
    }
}

#[cfg(test)]
mod tests {
    use super::least;

    #[test]
    fn the_scale_begins_at_0_unless_changes_are_small() {
        assert!((least(&[100.0, 150.0, 20.0])).abs() < 1e-9);
        assert!((least(&[-5.0, 10.0])).abs() < 1e-9);
        assert!((least(&[]) - 0.0).abs() < 1e-9);
        assert!((least(&[100.0, 104.0, 102.0]) - 99.0).abs() < 1e-9);
    }
}
