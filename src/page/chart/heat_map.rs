//! Shares in rows and columns, the larger the darker.

use maud::{Markup, html};

use super::{About, DROP, WIDTH, at, cut, drawing, text};

/// Shares in rows and columns.
#[derive(Debug)]
pub(in crate::page) struct HeatMap {
    pub(in crate::page) rows: Vec<String>,
    pub(in crate::page) columns: Vec<String>,
    /// Row by row; nothing where there is none or it is unknown.
    pub(in crate::page) shares: Vec<Vec<Option<f64>>>,
}

/// How wide the labels of the rows are.
const LEFT: f64 = 84.0;
/// How high those of the columns are.
const TOP: f64 = 62.0;
const HEIGHT: f64 = 22.0;
/// The darkest that text can still be read on.
const DARKEST: f64 = 0.6;

/// Cells with their shares in whole percent.
pub(in crate::page) fn heat_map(about: &About, map: &HeatMap) -> Markup {
    let width = ((WIDTH - LEFT - 22.0) / map.columns.len().max(1) as f64).min(34.0);
    let known = map.shares.iter().flatten().flatten();
    let greatest = known.copied().fold(0.0, f64::max);
    let content = html! {
        @for (column, said) in map.columns.iter().enumerate() {
            (slanted(LEFT + (column as f64 + 0.5) * width, &cut(said, 12.0)))
        }
        @for (row, said) in map.rows.iter().enumerate() {
            @let y = TOP + row as f64 * HEIGHT;
            (text("end", LEFT - 6.0, y + HEIGHT / 2.0 + DROP, &cut(said, 13.0)))
            @for (column, share) in map.shares[row].iter().enumerate() {
                @if let Some(share) = share {
                    (cell((LEFT + column as f64 * width, y), width, *share, greatest))
                }
            }
        }
    };
    drawing(about, TOP + map.rows.len() as f64 * HEIGHT + 2.0, &content)
}

fn slanted(x: f64, said: &str) -> Markup {
    let turn = format!("translate({} {}) rotate(-50)", at(x), at(TOP - 6.0));
    html! { text transform=(turn) { (said) } }
}

fn cell((x, y): (f64, f64), width: f64, share: f64, greatest: f64) -> Markup {
    let depth = if greatest > 0.0 { share / greatest * DARKEST } else { 0.0 };
    html! {
        rect.cell x=(at(x + 0.5)) y=(at(y + 0.5)) width=(at(width - 1.0)) height=(at(HEIGHT - 1.0))
            fill-opacity=(format!("{depth:.3}")) {}
        (text("middle", x + width / 2.0, y + HEIGHT / 2.0 + DROP, &format!("{:.0}", share * 100.0)))
    }
}
