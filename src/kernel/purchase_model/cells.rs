//! Histories, sorted and compressed for a likelihood.
//!
//! Customers with the same three numbers are one cell with a weight: a million
//! customers are some hundred thousand cells, and how often each distinct time
//! and frequency occurs no longer matters. Logarithms are taken once per
//! distinct time and gamma functions once per distinct frequency.
//!
//! What is here does not depend on the model; see [`crate::kernel::purchase_model::rate`] for the
//! part of the likelihood that the models share.

use std::cmp::Ordering;
use std::collections::HashMap;

use crate::kernel::History;

/// All histories, compressed.
pub(in crate::kernel) struct Cells {
    /// Ascending.
    pub(in crate::kernel) frequencies: Vec<Frequency>,
    /// Every recency and age that occurs, ascending.
    pub(in crate::kernel) times: Vec<f64>,
    /// Weighted number of repeat purchases.
    pub(in crate::kernel) purchases: f64,
}

/// The cells that share a frequency.
pub(in crate::kernel) struct Frequency {
    pub(in crate::kernel) x: f64,
    pub(in crate::kernel) weight: f64,
    pub(in crate::kernel) cells: Vec<Cell>,
}

/// Customers with the same history; times are places in [`Cells::times`].
#[derive(Debug, Clone, Copy)]
pub(in crate::kernel) struct Cell {
    recency: u32,
    age: u32,
    pub(in crate::kernel) weight: f64,
}

impl Cell {
    pub(in crate::kernel) fn recency(&self) -> usize {
        self.recency as usize
    }

    pub(in crate::kernel) fn age(&self) -> usize {
        self.age as usize
    }
}

impl Cells {
    /// `None` where no history has a weight above zero.
    pub(in crate::kernel) fn new(
        histories: impl IntoIterator<Item = (History, f64)>,
    ) -> Option<Self> {
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
    pub(in crate::kernel) fn coarse(&self) -> Option<Self> {
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
    pub(in crate::kernel) fn rate(&self) -> f64 {
        let cells = self.frequencies.iter().flat_map(|frequency| &frequency.cells);
        let time: f64 = cells.map(|cell| cell.weight * self.times[cell.age()]).sum();
        if self.purchases > 0.0 && time > 0.0 { self.purchases / time } else { 1.0 / self.unit() }
    }

    /// A time of the size at which scales are usually found: a fortieth of the
    /// longest.
    pub(in crate::kernel) fn unit(&self) -> f64 {
        match self.times.last() {
            Some(&longest) if longest > 0.0 => longest / 40.0,
            _ => 1.0,
        }
    }

    /// The distinct frequencies.
    pub(in crate::kernel) fn counts(&self) -> impl Iterator<Item = f64> + '_ {
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
