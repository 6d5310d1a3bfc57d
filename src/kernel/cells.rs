//! Histories, sorted and compressed for a likelihood.
//!
//! Customers with the same three numbers are one cell with a weight: a million
//! customers are some hundred thousand cells, and how often each distinct time
//! and frequency occurs no longer matters. Logarithms are taken once per
//! distinct time and gamma functions once per distinct frequency.
//!
//! What is here does not depend on the model; see [`super::buying`] for the
//! part of the likelihood that the models share.

use std::cmp::Ordering;
use std::collections::HashMap;

use super::history::History;

/// All histories, compressed.
pub(super) struct Cells {
    /// Ascending.
    pub(super) frequencies: Vec<Frequency>,
    /// Every recency and age that occurs, ascending.
    pub(super) times: Vec<f64>,
    /// Weighted number of repeat purchases.
    pub(super) purchases: f64,
}

/// The cells that share a frequency.
pub(super) struct Frequency {
    pub(super) x: f64,
    pub(super) weight: f64,
    pub(super) cells: Vec<Cell>,
}

/// Customers with the same history; times are places in [`Cells::times`].
#[derive(Debug, Clone, Copy)]
pub(super) struct Cell {
    recency: u32,
    age: u32,
    pub(super) weight: f64,
}

impl Cell {
    pub(super) fn recency(&self) -> usize {
        self.recency as usize
    }

    pub(super) fn age(&self) -> usize {
        self.age as usize
    }
}

impl Cells {
    /// `None` where no history has a weight above zero.
    pub(super) fn new(histories: impl IntoIterator<Item = (History, f64)>) -> Option<Self> {
        let mut rows: Vec<_> =
            histories.into_iter().map(|(h, weight)| [h.x, h.t_x, h.age, weight]).collect();
        rows.retain(|row| row[3] > 0.0);
        // Weights are part of the order, so that sums of them are, too.
        rows.sort_unstable_by(compare);
        let mut seen = Seen::new(rows.len());
        let mut frequencies: Vec<_> = rows
            .chunk_by(|left, right| left[0].total_cmp(&right[0]).is_eq())
            .map(|rows| Frequency::new(rows, &mut seen))
            .collect();
        let (times, places) = seen.sorted();
        for cell in frequencies.iter_mut().flat_map(|frequency| &mut frequency.cells) {
            (cell.recency, cell.age) = (places[cell.recency()], places[cell.age()]);
        }
        let purchases = purchases(&frequencies);
        (!frequencies.is_empty()).then_some(Self { frequencies, times, purchases })
    }

    /// The same customers with less detail, to find the summits on: neighbours
    /// become one cell with their mean times. `None` where the cells are few.
    pub(super) fn coarse(&self) -> Option<Self> {
        let all: usize = self.frequencies.iter().map(|frequency| frequency.cells.len()).sum();
        let merged = all / FEW;
        if merged < 2 {
            return None;
        }
        let means = self.frequencies.iter().flat_map(|Frequency { x, cells, .. }| {
            cells.chunks(merged).map(|cells| {
                let weight: f64 = cells.iter().map(|cell| cell.weight).sum();
                let mean = |time: fn(&Cell) -> usize| {
                    let sum = cells.iter().map(|cell| cell.weight * self.times[time(cell)]);
                    sum.sum::<f64>() / weight
                };
                let (t_x, age) = (mean(Cell::recency), mean(Cell::age));
                (History { x: *x, t_x, age: age.max(t_x) }, weight)
            })
        });
        Self::new(means)
    }

    /// Repeat purchases per unit of time, where there are any.
    pub(super) fn rate(&self) -> f64 {
        let cells = self.frequencies.iter().flat_map(|frequency| &frequency.cells);
        let time: f64 = cells.map(|cell| cell.weight * self.times[cell.age()]).sum();
        if self.purchases > 0.0 && time > 0.0 { self.purchases / time } else { 1.0 / self.unit() }
    }

    /// A time of the size at which scales are usually found: a fortieth of the
    /// longest.
    pub(super) fn unit(&self) -> f64 {
        match self.times.last() {
            Some(&longest) if longest > 0.0 => longest / 40.0,
            _ => 1.0,
        }
    }

    /// The distinct frequencies.
    pub(super) fn counts(&self) -> impl Iterator<Item = f64> + '_ {
        self.frequencies.iter().map(|frequency| frequency.x)
    }
}

/// So many cells say about as much of where the summits are as all do.
const FEW: usize = 1024;

fn purchases(frequencies: &[Frequency]) -> f64 {
    frequencies.iter().map(|frequency| frequency.x * frequency.weight).sum()
}

fn compare(left: &[f64; 4], right: &[f64; 4]) -> Ordering {
    let mut pairs = left.iter().zip(right).map(|(l, r)| l.total_cmp(r));
    pairs.find(|order| order.is_ne()).unwrap_or(Ordering::Equal)
}

impl Frequency {
    /// Of rows that share a frequency, with times as [`Seen`] numbers them.
    fn new(rows: &[[f64; 4]], seen: &mut Seen) -> Self {
        let cells: Vec<_> = rows
            .chunk_by(|left, right| left[..3] == right[..3])
            .map(|same| Cell {
                recency: seen.number(same[0][1]),
                age: seen.number(same[0][2]),
                weight: same.iter().map(|row| row[3]).sum(),
            })
            .collect();
        let weight = cells.iter().map(|cell| cell.weight).sum();
        Self { x: rows[0][0], weight, cells }
    }
}

/// The distinct times, numbered as they come.
struct Seen {
    numbers: HashMap<u64, u32>,
    times: Vec<f64>,
    /// Times by a hash of theirs, the last of each: most come again and again.
    recent: Vec<(u64, u32)>,
}

/// Room for some decades of days.
const RECENT: usize = 1 << 14;

impl Seen {
    /// For so many rows.
    fn new(rows: usize) -> Self {
        let recent = vec![(u64::MAX, 0); rows.clamp(1, RECENT)];
        Self { numbers: HashMap::new(), times: Vec::new(), recent }
    }

    fn number(&mut self, time: f64) -> u32 {
        let bits = (time + 0.0).to_bits(); // one zero
        let place = place(bits) % self.recent.len();
        let recent = &mut self.recent[place];
        if recent.0 != bits {
            let number = *self.numbers.entry(bits).or_insert_with(|| {
                self.times.push(f64::from_bits(bits));
                u32::try_from(self.times.len() - 1).unwrap_or(u32::MAX)
            });
            *recent = (bits, number);
        }
        recent.1
    }

    /// The times ascending, and where among them each number is.
    fn sorted(self) -> (Vec<f64>, Vec<u32>) {
        let Self { times, .. } = self;
        let mut order: Vec<u32> = (0..).take(times.len()).collect();
        order.sort_unstable_by(|l, r| times[*l as usize].total_cmp(&times[*r as usize]));
        let mut places = vec![0; times.len()];
        for (place, number) in (0..).zip(&order) {
            places[*number as usize] = place;
        }
        (order.into_iter().map(|number| times[number as usize]).collect(), places)
    }
}

/// A place for [`Seen::recent`]: the golden ratio spreads what differs in few bits.
fn place(bits: u64) -> usize {
    let spread = bits.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 50;
    usize::try_from(spread).unwrap_or(0)
}

/// What the tests of all models need: CDNOW, and how to compare.
#[cfg(test)]
pub(super) mod testing {
    use proptest::prelude::*;

    use super::*;
    use crate::kernel::maximise::{LogLikelihood, Maximum};

    const SAMPLE: &str = include_str!("../../tests/data/cdnow/sample.csv");
    const MASTER: &str = include_str!("../../tests/data/cdnow/master.csv");

    /// The 2,357 customers in weeks, with the number that share each history.
    pub(in crate::kernel) fn sample() -> Vec<(History, f64)> {
        histories(SAMPLE)
    }

    /// All 23,570 customers.
    pub(in crate::kernel) fn master() -> Vec<(History, f64)> {
        histories(MASTER)
    }

    fn histories(csv: &str) -> Vec<(History, f64)> {
        csv.lines()
            .skip(1)
            .map(|line| {
                let numbers: Vec<f64> =
                    line.split(',').map(|number| number.parse().expect("a number")).collect();
                let history = history(numbers[0], numbers[1] / 7.0, numbers[2] / 7.0);
                (history, numbers[numbers.len() - 1])
            })
            .collect()
    }

    pub(in crate::kernel) fn history(x: f64, t_x: f64, age: f64) -> History {
        History::new(x, t_x, age).expect("in domain")
    }

    pub(in crate::kernel) fn assert_close(got: f64, want: f64, relative: f64) {
        assert!((got / want - 1.0).abs() < relative, "got {got}, want {want}");
    }

    /// The same histories with times in years instead of weeks.
    pub(in crate::kernel) fn in_years(weeks: Vec<(History, f64)>) -> Vec<(History, f64)> {
        let years = |weeks: f64| weeks * 7.0 / 365.25;
        weeks
            .into_iter()
            .map(|(h, n)| (History { x: h.x, t_x: years(h.t_x), age: years(h.age) }, n))
            .collect()
    }

    pub(in crate::kernel) fn assert_fit<const N: usize>(
        fit: &Maximum<N>,
        parameters: [f64; N],
        errors: [f64; N],
    ) {
        for i in 0..N {
            assert_close(fit.parameters[i], parameters[i], 1e-9);
            assert_close(fit.standard_errors[i].expect("identified"), errors[i], 1e-6);
        }
        assert!(fit.converged && fit.identified && fit.bounds().next().is_none());
        assert!(fit.iterations <= 15, "{} iterations", fit.iterations);
    }

    /// First and second derivatives against central differences.
    pub(in crate::kernel) fn assert_derivatives<const N: usize>(
        model: &impl LogLikelihood<N>,
        at: [f64; N],
    ) {
        let local = model.at(at);
        for i in 0..N {
            let moved = |by: f64| {
                let mut there = at;
                there[i] *= 1.0 + by;
                model.at(there)
            };
            let (up, down, width) = (moved(1e-5), moved(-1e-5), 2e-5 * at[i]);
            assert_close((up.value - down.value) / width, local.gradient[i], 1e-6);
            for j in i..N {
                let slope = (up.gradient[j] - down.gradient[j]) / width;
                assert_close(slope, local.hessian[j][i], 1e-6);
            }
        }
    }

    /// A result, not an error, that says what is wrong with it.
    pub(in crate::kernel) fn assert_flagged<const N: usize>(fit: &Maximum<N>) {
        assert!(!fit.identified, "{fit:?}");
        assert!(fit.parameters.iter().all(|parameter| parameter.is_finite() && *parameter > 0.0));
    }

    /// Customers that bought on the last day.
    pub(in crate::kernel) fn never_leaving() -> Vec<(History, f64)> {
        (1_u32..=60).map(|i| (history(f64::from(i % 5 + 1), 30.0, 30.0), 1.0)).collect()
    }

    /// Customers that bought once.
    pub(in crate::kernel) fn never_returning() -> Vec<(History, f64)> {
        (1_u32..=60).map(|i| (history(0.0, 0.0, f64::from(i)), 1.0)).collect()
    }

    /// Histories with how often each occurs.
    pub(in crate::kernel) fn repeated() -> impl Strategy<Value = Vec<(History, usize)>> {
        let row = (0_u32..6, 0.0..1.0_f64, 1_u32..200, 1_usize..4);
        let row = row.prop_map(|(x, share, days, n)| {
            let age = f64::from(days) / 7.0;
            let t_x = if x == 0 { 0.0 } else { age * share };
            (history(f64::from(x), t_x, age), n)
        });
        prop::collection::vec(row, 2..60)
    }

    /// Fits with weights, and with the histories one by one in another order.
    pub(in crate::kernel) fn both_ways<const N: usize>(
        rows: &[(History, usize)],
        turn: usize,
        fit: impl Fn(Vec<(History, f64)>) -> Option<Maximum<N>>,
    ) -> [Option<Maximum<N>>; 2] {
        let weighted = rows.iter().map(|&(history, n)| (history, n as f64)).collect();
        let mut single: Vec<_> =
            rows.iter().flat_map(|&(history, n)| std::iter::repeat_n((history, 1.0), n)).collect();
        let by = turn % single.len();
        single.rotate_left(by);
        [fit(weighted), fit(single)]
    }
}
