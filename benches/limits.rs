//! How often do limits from resamples contain the truth? Samples of known processes, many seeds.
//!
//! ```sh
//! cargo bench --bench limits            # 400 samples of each process
//! cargo bench --bench limits -- 100     # fewer
//! ```
//!
//! Drivers: the share of explained variance by Lindeman, Merenda and Gold, of a driver that has
//! nothing to do with the target and of others. Paths: between constructs of three items with
//! loadings of 0.7. The truth of what is not zero is that of a sample of 200,000 people.

use std::error::Error;
use std::io::{Write, stdout};

use patronage::kernel::drivers::drivers;
use patronage::kernel::level::Level;
use patronage::kernel::pls::{PathModel, Scale, Settings, estimate};
use patronage::kernel::sample::Sample;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

type Fallible<T> = Result<T, Box<dyn Error>>;

const MANY: u32 = 200_000;

fn main() -> Fallible<()> {
    let samples = std::env::args().skip(1).find_map(|word| word.parse().ok()).unwrap_or(400);
    for (people, effect) in
        [(40, 0.0), (40, 0.5), (100, 0.0), (300, 0.0), (300, 0.1), (300, 0.3), (100, 0.5)]
    {
        lmg(samples, people, effect, 0.0)?;
    }
    for (people, effect) in [(40, 0.5), (150, 0.0), (150, 0.5)] {
        lmg(samples, people, effect, 1.0)?;
    }
    for (people, path) in [(100, 0.0), (300, 0.0), (300, 0.15), (300, 0.3), (300, 0.5)] {
        of_path(samples, people, path)?;
    }
    Ok(())
}

/// What a count of samples has shown.
#[derive(Default)]
struct Tally {
    held: u32,
    too_high: u32,
    too_low: u32,
}

impl Tally {
    fn add(&mut self, truth: f64, lower: f64, upper: f64) {
        match (lower > truth, upper < truth) {
            (true, _) => self.too_high += 1,
            (_, true) => self.too_low += 1,
            _ => self.held += 1,
        }
    }

    fn report(&self, process: &str, truth: f64) -> Fallible<()> {
        let Self { held, too_high, too_low } = self;
        let share = 100.0 * f64::from(*held) / f64::from(held + too_high + too_low);
        writeln!(
            stdout(),
            "{process}: truth {truth:.4}, held {share:.1} %, above it {too_high}, below it {too_low}"
        )?;
        Ok(())
    }
}

/// Three drivers, the last two related to each other, and weights whose logarithms have this deviation.
fn answers(seed: u64, people: u32, effect: f64, weights: f64) -> Fallible<Sample> {
    let mut normal = normals(seed);
    let mut sample = Sample::new(4);
    for _ in 0..people {
        let (first, shared) = (normal(), normal());
        let (second, third) = (shared + normal(), shared + normal());
        let target = effect * first + 0.4 * second + 0.2 * third + normal();
        sample.push(&[target, first, second, third], (weights * normal()).exp(), 1)?;
    }
    Ok(sample)
}

fn lmg(samples: u32, people: u32, effect: f64, weights: f64) -> Fallible<()> {
    let truth = if effect.total_cmp(&0.0).is_eq() {
        0.0
    } else {
        let many = drivers(&answers(0, MANY, effect, 0.0)?, 0, Level::USUAL).ok_or("people")?;
        many.drivers[0].lmg.ok_or("a share")?
    };
    let mut tally = Tally::default();
    for seed in 1..=samples {
        let sample = answers(u64::from(seed), people, effect, weights)?;
        let found = drivers(&sample, 500, Level::USUAL).ok_or("people")?;
        // Weights may leave too few for limits.
        if let Some(spread) = found.drivers[0].lmg_spread {
            tally.add(truth, spread.lower, spread.upper);
        }
    }
    tally.report(&format!("lmg, {people} people, effect {effect}, weights {weights}"), truth)
}

/// Two constructs of three items, one moving the other.
fn constructs(seed: u64, people: u32, path: f64) -> Fallible<Sample> {
    let mut normal = normals(seed);
    let mut sample = Sample::new(6);
    for _ in 0..people {
        let mover = normal();
        let moved = path * mover + (1.0 - path * path).sqrt() * normal();
        let mut item = |construct: f64| 5.0 + 0.7 * construct + 0.51_f64.sqrt() * normal();
        sample.push(&[mover, mover, mover, moved, moved, moved].map(&mut item), 1.0, 1)?;
    }
    Ok(sample)
}

fn of_path(samples: u32, people: u32, path: f64) -> Fallible<()> {
    let names = ["a", "b", "c", "d", "e", "f"].map(str::to_owned);
    let model = PathModel::parse("X =~ a + b + c\nY =~ d + e + f\nY ~ X", &names)
        .map_err(|wrong| format!("{wrong:?}"))?;
    let scale = Scale::new(-100.0, 100.0)?;
    let fitted = |sample: &Sample, resamples| -> Fallible<_> {
        let settings = Settings { scale, resamples, ..Settings::default() };
        let estimate = estimate(sample, &model, &settings)?.ok_or("people")?;
        Ok(estimate.fitted.ok_or("a fit")?.paths.swap_remove(0))
    };
    let truth = match path.total_cmp(&0.0).is_eq() {
        true => 0.0,
        false => fitted(&constructs(0, MANY, path)?, 0)?.coefficient,
    };
    let mut tally = Tally::default();
    for seed in 1..=samples {
        let found = fitted(&constructs(u64::from(seed), people, path)?, 500)?;
        let spread = found.spread.ok_or("limits")?;
        tally.add(truth, spread.lower, spread.upper);
    }
    tally.report(&format!("path, {people} people, {path} between constructs"), truth)
}

/// Normal numbers of a stream.
fn normals(seed: u64) -> impl FnMut() -> f64 {
    let mut stream = ChaCha8Rng::seed_from_u64(seed);
    move || {
        // Box and Muller (1958).
        let (u, v) = (1.0 - stream.random::<f64>(), stream.random::<f64>());
        (-2.0 * u.ln()).sqrt() * (std::f64::consts::TAU * v).cos()
    }
}
