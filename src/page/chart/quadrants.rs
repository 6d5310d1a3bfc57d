//! Customers in four cells, by two things that each of them has or has not.

use maud::{Markup, html};

use super::{About, DROP, WIDTH, at, drawing, text};

/// Four cells.
#[derive(Debug)]
pub(in crate::page) struct Quadrants<'a> {
    /// Row by row: the upper ones first, of each row the left one.
    pub(in crate::page) cells: [Quadrant; 4],
    /// What the upper and the lower row have in common.
    pub(in crate::page) rows: [&'a str; 2],
    /// What the left and the right column have in common.
    pub(in crate::page) columns: [&'a str; 2],
}

/// A cell.
#[derive(Debug)]
pub(in crate::page) struct Quadrant {
    pub(in crate::page) name: String,
    pub(in crate::page) share: Option<f64>,
    /// The share and how many customers it is.
    pub(in crate::page) written: [String; 2],
}

const LEFT: f64 = 26.0;
const TOP: f64 = 4.0;
const HEIGHT: f64 = 100.0;
const CELL: f64 = (WIDTH - LEFT - 4.0) / 2.0;
/// The darkest that text can still be read on.
const DARKEST: f64 = 0.6;

/// Cells with their names and shares, the larger the darker.
pub(in crate::page) fn quadrants(about: &About, chart: &Quadrants<'_>) -> Markup {
    let bottom = TOP + 2.0 * HEIGHT;
    let content = html! {
        @for (at, quadrant) in chart.cells.iter().enumerate() {
            (cell((LEFT + (at % 2) as f64 * CELL, TOP + (at / 2) as f64 * HEIGHT), quadrant))
        }
        @for (at, said) in chart.rows.iter().enumerate() {
            (upright(TOP + (at as f64 + 0.5) * HEIGHT, said))
        }
        @for (at, said) in chart.columns.iter().enumerate() {
            (text("middle", LEFT + (at as f64 + 0.5) * CELL, bottom + 16.0, said))
        }
    };
    drawing(about, bottom + 24.0, &content)
}

fn upright(y: f64, said: &str) -> Markup {
    let turn = format!("translate({} {}) rotate(-90)", at(LEFT - 10.0), at(y));
    html! { g.axis { text text-anchor="middle" transform=(turn) { (said) } } }
}

fn cell((x, y): (f64, f64), quadrant: &Quadrant) -> Markup {
    let (middle, depth) = (x + CELL / 2.0, quadrant.share.unwrap_or(0.0) * DARKEST);
    html! {
        rect.cell x=(at(x + 1.0)) y=(at(y + 1.0)) width=(at(CELL - 2.0)) height=(at(HEIGHT - 2.0))
            fill-opacity=(format!("{depth:.3}")) {}
        (text("middle", middle, y + 32.0, &quadrant.name))
        text.large text-anchor="middle" x=(at(middle)) y=(at(y + 56.0 + DROP)) {
            (quadrant.written[0])
        }
        (text("middle", middle, y + 78.0, &quadrant.written[1]))
    }
}
