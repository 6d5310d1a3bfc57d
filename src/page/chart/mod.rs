//! Charts as SVG. Colours are classes of the page's style, so that they follow light, dark and print; what a colour says is
//! said by a shape too, and everything by the table beside the chart.

mod bars;
mod heat_map;
mod intervals;
mod lines;
mod quadrants;
mod scale;
mod waterfall;

use maud::{Markup, html};

pub(super) use self::bars::{Bar, bars};
pub(super) use self::heat_map::{HeatMap, heat_map};
pub(super) use self::intervals::{Estimate, Intervals, intervals};
pub(super) use self::lines::{Line, Lines, lines};
pub(super) use self::quadrants::{Quadrant, Quadrants, quadrants};
pub(super) use self::waterfall::{Step, waterfall};

/// The width of all charts, in units that are about as large as pixels on a phone.
const WIDTH: f64 = 360.0;
/// Where what is drawn beside labels begins.
const LEFT: f64 = 118.0;
/// The height of a row of labels.
const ROW: f64 = 24.0;
/// How far below the middle of a line its text stands.
const DROP: f64 = 4.0;

/// A chart with what it is called and what it shows, for those who do not see it.
#[derive(Debug, Clone)]
pub(super) struct About {
    /// A name that is the only one of its kind on the page.
    pub(super) id: &'static str,
    pub(super) title: String,
    pub(super) description: String,
}

/// A drawing of a height.
fn drawing(about: &About, height: f64, content: &Markup) -> Markup {
    let (title, description) = (format!("{}-title", about.id), format!("{}-text", about.id));
    html! {
        svg role="img" viewBox=(format!("0 0 {WIDTH} {height}"))
            aria-labelledby=(format!("{title} {description}")) {
            title id=(title) { (about.title) }
            desc id=(description) { (about.description) }
            (content)
        }
    }
}

/// A place, to a tenth of a unit.
fn at(place: f64) -> String {
    format!("{place:.1}")
}

/// Text that begins, is centred or ends at a place.
fn text(anchor: &'static str, x: f64, y: f64, said: &str) -> Markup {
    html! { text text-anchor=(anchor) x=(at(x)) y=(at(y)) { (said) } }
}

/// The label of a row, cut where it would not fit; the table has all of it.
fn label(y: f64, said: &str) -> Markup {
    text("end", LEFT - 8.0, y + DROP, &cut(said, 18.0))
}

/// A straight line.
fn line(class: &'static str, from: (f64, f64), to: (f64, f64)) -> Markup {
    html! {
        line class=(class) x1=(at(from.0)) y1=(at(from.1)) x2=(at(to.0)) y2=(at(to.1)) {}
    }
}

/// A rectangle.
fn rectangle(class: &'static str, corner: (f64, f64), size: (f64, f64)) -> Markup {
    html! {
        rect class=(class) x=(at(corner.0)) y=(at(corner.1)) width=(at(size.0)) height=(at(size.1)) {}
    }
}

/// Text of about so many letters at most; those of East Asia are twice as wide.
fn cut(said: &str, most: f64) -> String {
    let width = |letter: char| if u32::from(letter) >= 0x1100 { 2.0 } else { 1.0 };
    if said.chars().map(width).sum::<f64>() <= most {
        return said.to_owned();
    }
    let mut room = most - 1.0;
    let fits = |letter: &char| {
        room -= width(*letter);
        room >= 0.0
    };
    let kept: String = said.chars().take_while(fits).collect();
    format!("{}…", kept.trim_end())
}

#[cfg(test)]
mod tests {
    use super::cut;

    #[test]
    fn labels_are_cut_where_they_do_not_fit() {
        assert_eq!(cut("wholesale", 9.0), "wholesale");
        assert_eq!(cut("wholesale buyers", 11.0), "wholesale…");
        assert_eq!(cut("顾客资产", 8.0), "顾客资产");
        assert_eq!(cut("顾客资产", 7.0), "顾客资…");
    }
}
