//! From numbers to places.

use maud::{Markup, html};

use super::{DROP, at, line, text};
use crate::page::number::Kind;

/// A stretch of numbers on a stretch of the drawing.
#[derive(Debug, Clone, Copy)]
pub(super) struct Scale {
    low: f64,
    high: f64,
    /// From one round number to the next.
    step: f64,
    from: f64,
    to: f64,
}

impl Scale {
    /// A scale on which all numbers have a place, with round numbers at its ends.
    pub(super) fn over(numbers: impl IntoIterator<Item = f64>, from: f64, to: f64) -> Self {
        let (mut low, mut high) = (f64::INFINITY, f64::NEG_INFINITY);
        for number in numbers {
            (low, high) = (low.min(number), high.max(number));
        }
        if low > high {
            (low, high) = (0.0, 1.0);
        } else if high - low <= 0.0 {
            (low, high) = (low.min(0.0), if high > 0.0 { high } else { low.abs().max(1.0) });
        }
        let step = step(low, high);
        let (low, high) = ((low / step).floor() * step, (high / step).ceil() * step);
        Self { low, high, step, from, to }
    }

    /// The place of a number.
    pub(super) fn at(&self, number: f64) -> f64 {
        self.from + (number - self.low) / (self.high - self.low) * (self.to - self.from)
    }

    /// Round numbers from end to end.
    pub(super) fn ticks(&self) -> Vec<f64> {
        let steps = ((self.high - self.low) / self.step).round();
        let tick = |steps_on: f64| self.low + steps_on * self.step;
        let ticks = (0..=100).map(f64::from).take_while(|at| *at <= steps).map(tick);
        ticks.map(|tick| if tick.abs() < self.step / 1e6 { 0.0 } else { tick }).collect()
    }

    /// The numbers below a drawing, with lines up to its top.
    pub(super) fn below(&self, kind: Kind, top: f64, bottom: f64) -> Markup {
        html! { g.axis { @for tick in self.ticks() {
            (line("grid", (self.at(tick), top), (self.at(tick), bottom)))
            (text("middle", self.at(tick), bottom + 14.0, &short(kind, tick)))
        } } }
    }

    /// The numbers to the left of a drawing, with lines to its right end.
    pub(super) fn beside(&self, kind: Kind, left: f64, right: f64) -> Markup {
        html! { g.axis { @for tick in self.ticks() {
            (line("grid", (left, self.at(tick)), (right, self.at(tick))))
            text text-anchor="end" x=(at(left - 4.0)) y=(at(self.at(tick) + DROP)) {
                (short(kind, tick))
            }
        } } }
    }
}

/// A step of 1, 2 or 5 times a power of ten that goes into a stretch four times or so.
fn step(low: f64, high: f64) -> f64 {
    let rough = (high - low) / 4.0;
    let power = 10_f64.powf(rough.log10().floor());
    let round = [1.0, 2.0, 5.0].into_iter().find(|times| times * power >= rough * 0.999_999);
    round.unwrap_or(10.0) * power
}

/// A round number, with no more digits than it needs.
pub(super) fn short(kind: Kind, number: f64) -> String {
    let (number, end) = match kind {
        Kind::Share => (number * 100.0, "%"),
        _ if number.abs() >= 1e6 => (number / 1e6, "M"),
        _ if number.abs() >= 1e4 => (number / 1e3, "k"),
        _ => (number, ""),
    };
    let text = format!("{number:.3}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    let text = if text == "-0" { "0" } else { text };
    format!("{}{end}", text.replace('-', "−"))
}

#[cfg(test)]
mod tests {
    use super::{Kind, Scale, short};

    #[test]
    fn scales_have_round_ends_and_every_number_its_place() {
        let scale = Scale::over([3.0, 97.0], 100.0, 200.0);
        assert_eq!(scale.ticks(), [0.0, 50.0, 100.0]);
        assert!((scale.at(50.0) - 150.0).abs() < 1e-9);
        let tenths = Scale::over([-0.3, 0.5], 0.0, 1.0).ticks().into_iter();
        let tenths: Vec<f64> = tenths.map(|tick| (tick * 10.0).round()).collect();
        assert_eq!(tenths, [-4.0, -2.0, 0.0, 2.0, 4.0, 6.0]);
    }

    #[test]
    fn a_scale_of_one_number_or_none_has_a_width() {
        for numbers in [vec![], vec![0.0], vec![-2.0], vec![5.0]] {
            let scale = Scale::over(numbers.clone(), 0.0, 1.0);
            assert!(scale.at(1.0).is_finite(), "{numbers:?}");
            assert!(scale.ticks().len() > 1, "{numbers:?}");
        }
    }

    #[test]
    fn round_numbers_are_short() {
        assert_eq!(short(Kind::Share, 0.25), "25%");
        assert_eq!(short(Kind::Money, -1_500_000.0), "−1.5M");
        assert_eq!(short(Kind::Count, 20_000.0), "20k");
        assert_eq!(short(Kind::Decimals(2), 0.05), "0.05");
        assert_eq!(short(Kind::Money, 0.0), "0");
    }
}
