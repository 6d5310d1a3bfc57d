//! Is there a better point than the one a fit returns? An independent search asks, on random data.
//!
//! ```sh
//! cargo bench --bench optima                 # 1,000 data sets per model
//! cargo bench --bench optima -- 100 bgbb     # fewer, of one model
//! ```
//!
//! The data come from populations of all shapes, two of them mixed in half of the sets, so that they are
//! as often polarised, too few, or of another kind than the model as they are well behaved. The search
//! knows no derivatives and no starts of ours: of points spread at random over many powers of ten the
//! best are followed by Nelder and Mead's simplex (1965), "A Simplex Method for Function Minimization",
//! The Computer Journal 7(4), 308–313. Counted is how often it ends more than 1e-6 above the fit.

use std::error::Error;
use std::io::{Write, stdout};
use std::time::{Duration, Instant};

use patronage::kernel::beta_binomial::Choices;
use patronage::kernel::beta_geometric::{self, Coin};
use patronage::kernel::condensed::Spaced;
use patronage::kernel::gamma_gamma::Spend;
use patronage::kernel::renewal::Stay;
use patronage::kernel::{
    History, Maximum, beta_bernoulli, beta_binomial, condensed, gamma_gamma, nbd, pareto_nbd,
    renewal,
};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

type Fallible<T> = Result<T, Box<dyn Error>>;

/// Log-likelihoods that differ by less are equal.
const BETTER: f64 = 1e-6;

fn main() -> Fallible<()> {
    let words: Vec<String> = std::env::args().skip(1).filter(|word| word != "--bench").collect();
    let sets = words.iter().find_map(|word| word.parse().ok()).unwrap_or(1000);
    let chosen: Vec<&String> = words.iter().filter(|word| word.parse::<u32>().is_err()).collect();
    for (name, bench) in MODELS {
        if chosen.is_empty() || chosen.iter().any(|word| *word == name) {
            writeln!(stdout(), "{name}: {}", bench(sets)?)?;
        }
    }
    Ok(())
}

type Bench = fn(u64) -> Fallible<String>;

const MODELS: [(&str, Bench); 10] = [
    ("nbd", |sets| {
        compare(sets, |draw| {
            let histories = plain(&histories(draw, 1)?);
            let scale = [1.0, unit(&histories)];
            let value = nbd::log_likelihood(histories.clone()).ok_or("nobody")?;
            fitted(scale, || nbd::fit(histories), value)
        })
    }),
    ("bgnbd", |sets| coins(sets, Coin::AfterRepeats)),
    ("mbgnbd", |sets| coins(sets, Coin::AfterAll)),
    ("pareto_nbd", |sets| {
        compare(sets, |draw| {
            let histories = plain(&histories(draw, 1)?);
            let scale = [1.0, unit(&histories), 1.0, unit(&histories)];
            let value = pareto_nbd::log_likelihood_of(histories.clone()).ok_or("nobody")?;
            fitted(scale, || pareto_nbd::fit(histories), value)
        })
    }),
    ("bgcnbd", |sets| clocks(sets, Coin::AfterRepeats)),
    ("mbgcnbd", |sets| clocks(sets, Coin::AfterAll)),
    ("bgbb", |sets| {
        compare(sets, |draw| {
            let records = records(draw)?;
            let value = beta_bernoulli::log_likelihood(records.clone()).ok_or("nobody")?;
            fitted([1.0; 4], || beta_bernoulli::fit(records), value)
        })
    }),
    ("gamma_gamma", |sets| {
        compare(sets, |draw| {
            let spends = spends(draw)?;
            let scale = [1.0, 1.0, typical(&spends)];
            let value = gamma_gamma::log_likelihood(spends.clone()).ok_or("nobody")?;
            fitted(scale, || gamma_gamma::fit(spends), value)
        })
    }),
    ("beta_binomial", |sets| {
        compare(sets, |draw| {
            let choices = choices(draw)?;
            let value = beta_binomial::log_likelihood(choices.clone()).ok_or("nobody")?;
            fitted([1.0; 2], || beta_binomial::fit(choices), value)
        })
    }),
    ("sbg, bdw", |sets| {
        let sbg = compare(sets, |draw| {
            let stays = stays(draw)?;
            let value = renewal::log_likelihood(stays.clone()).ok_or("nobody")?;
            fitted(
                [1.0; 2],
                || renewal::fit_sbg(stays),
                move |[alpha, beta]| value([alpha, beta, 1.0]),
            )
        })?;
        let bdw = compare(sets, |draw| {
            let stays = stays(draw)?;
            let all = renewal::log_likelihood(stays.clone()).ok_or("nobody")?;
            // The fit's own end of c: from there on all that can be lost is lost, or no number is left for it.
            let times = stays.iter().map(|(stay, _)| stay.renewals());
            let longest = times.clone().fold(2.0, f64::max);
            let most = (1e15_f64.ln() / -(-1.0 / longest).ln_1p()).min(667.0 / longest.ln());
            // β beside the power c of a time, as where cohorts end sharply it goes far.
            let mean = times.sum::<f64>() / stays.len() as f64;
            let value = move |[alpha, kappa, c]: [f64; 3]| {
                if c <= most { all([alpha, kappa * mean.powf(c), c]) } else { f64::NEG_INFINITY }
            };
            fitted([1.0; 3], || renewal::fit_bdw(stays), value)
        })?;
        Ok(format!("{sbg}\n          {bdw}"))
    }),
];

fn coins(sets: u64, coin: Coin) -> Fallible<String> {
    compare(sets, |draw| {
        let histories = plain(&histories(draw, 1)?);
        let scale = [1.0, unit(&histories), 1.0, 1.0];
        let value = beta_geometric::log_likelihood_of(coin, histories.clone()).ok_or("nobody")?;
        fitted(scale, || beta_geometric::fit(coin, histories), value)
    })
}

fn clocks(sets: u64, coin: Coin) -> Fallible<String> {
    compare(sets, |draw| {
        let ticks = 2 + draw.below(2);
        let (histories, k) = (histories(draw, ticks)?, f64::from(ticks));
        let scale = [1.0, unit(&plain(&histories)), 1.0, 1.0];
        let value = condensed::log_likelihood(coin, k, histories.clone())?.ok_or("nobody")?;
        fitted(scale, || condensed::fit(coin, k, histories).ok().flatten(), value)
    })
}

/// A fit, how long it took, the likelihood it maximised, and the middle of where it was to search.
struct Fitted<const N: usize, F> {
    scale: [f64; N],
    fit: Maximum<N>,
    took: Duration,
    value: F,
}

fn fitted<const N: usize, F: Fn([f64; N]) -> f64>(
    scale: [f64; N],
    fit: impl FnOnce() -> Option<Maximum<N>>,
    value: F,
) -> Fallible<Fitted<N, F>> {
    let start = Instant::now();
    let fit = fit().ok_or("nobody")?;
    Ok(Fitted { scale, fit, took: start.elapsed(), value })
}

/// Fits `sets` random data sets, and searches each for something better.
fn compare<const N: usize, F: Fn([f64; N]) -> f64>(
    sets: u64,
    one: impl Fn(&mut Draw) -> Fallible<Fitted<N, F>>,
) -> Fallible<String> {
    let (mut better, mut most, mut unsettled, mut open, mut second) = (0, 0.0_f64, 0, 0, 0);
    let mut took = Duration::ZERO;
    for set in 0..sets {
        let mut draw = Draw::new(set);
        let Fitted { scale, fit, took: this, value } = one(&mut draw)?;
        took += this;
        let (at, found) = search(&mut draw, scale, &value);
        let gain = found - fit.log_likelihood;
        if gain.is_nan() || gain > BETTER {
            better += 1;
            writeln!(stdout(), "  set {set}: {gain} better at {at:?} than {fit:?}")?;
        }
        most = most.max(gain);
        unsettled += u32::from(!fit.converged);
        open += u32::from(!fit.identified);
        second += u32::from(fit.second_optimum);
    }
    Ok(format!(
        "{better} of {sets} sets have a better point (at most {most:.1e}); {unsettled} not converged, \
         {open} not identified, {second} with a second optimum; {:.2} ms a fit",
        took.as_secs_f64() * 1e3 / sets as f64,
    ))
}

/// The highest point that simplexes find.
fn search<const N: usize>(
    draw: &mut Draw,
    scale: [f64; N],
    value: &impl Fn([f64; N]) -> f64,
) -> ([f64; N], f64) {
    let height = |theta: &[f64; N]| {
        let inside = (0..N).all(|i| (theta[i] - scale[i].ln()).abs() < 15.5);
        let height = if inside { value(theta.map(f64::exp)) } else { f64::NEG_INFINITY };
        if height.is_nan() { f64::NEG_INFINITY } else { height }
    };
    let mut starts: Vec<([f64; N], f64)> = (0..48)
        .map(|_| std::array::from_fn(|i| scale[i].ln() + draw.between(-5.0, 4.0)))
        .map(|theta| (theta, height(&theta)))
        .collect();
    starts.sort_by(|left, right| right.1.total_cmp(&left.1));
    let ends = starts.iter().take(8).map(|(start, _)| simplex(*start, 250 * N, &height));
    let best = ends.max_by(|left, right| left.1.total_cmp(&right.1));
    let (theta, _) = best.unwrap_or(starts[0]);
    // A simplex may have collapsed short of the top.
    let (theta, best) = simplex(theta, 250 * N, &height);
    (theta.map(f64::exp), best)
}

/// Nelder and Mead.
fn simplex<const N: usize>(
    start: [f64; N],
    most: usize,
    height: &impl Fn(&[f64; N]) -> f64,
) -> ([f64; N], f64) {
    let place = |i: usize| {
        let mut theta = start;
        if i < N {
            theta[i] += 0.7;
        }
        (theta, height(&theta))
    };
    let mut corners: Vec<_> = (0..=N).map(place).collect();
    for _ in 0..most {
        corners.sort_by(|left, right| right.1.total_cmp(&left.1));
        if corners[0].1 - corners[N].1 < 1e-10 {
            break;
        }
        let middle: [f64; N] = std::array::from_fn(|i| {
            corners[..N].iter().map(|corner| corner.0[i]).sum::<f64>() / N as f64
        });
        let worst = corners[N];
        let along = |by: f64| {
            let theta = std::array::from_fn(|i| middle[i] + by * (middle[i] - worst.0[i]));
            (theta, height(&theta))
        };
        let reflected = along(1.0);
        corners[N] = if reflected.1 > corners[0].1 {
            let further = along(2.0);
            if further.1 > reflected.1 { further } else { reflected }
        } else if reflected.1 > corners[N - 1].1 {
            reflected
        } else {
            let nearer = if reflected.1 > worst.1 { along(0.5) } else { along(-0.5) };
            if nearer.1 > worst.1.max(reflected.1) {
                nearer
            } else {
                let best = corners[0].0;
                for corner in &mut corners[1..] {
                    let theta = std::array::from_fn(|i| 0.5 * (best[i] + corner.0[i]));
                    *corner = (theta, height(&theta));
                }
                continue;
            }
        };
    }
    corners.sort_by(|left, right| right.1.total_cmp(&left.1));
    corners[0]
}

/// Customers that buy at a rate, leave after a purchase, at any time, or never.
fn histories(draw: &mut Draw, ticks: u32) -> Fallible<Vec<(Spaced, f64)>> {
    let kinds = [draw.kind(), draw.kind()];
    let share = draw.share();
    let (weeks, entry) = (draw.log_between(4.0, 150.0), draw.uniform());
    let whole_days = draw.chance(0.5);
    let mut rows = Vec::new();
    for _ in 0..draw.customers() {
        let kind = kinds[usize::from(draw.chance(share))];
        let age = weeks * (1.0 - entry * draw.uniform());
        let rate = draw.gamma(kind.r) / kind.alpha * f64::from(ticks);
        let leaves = draw.beta(kind.a, kind.b);
        let life = if kind.any_time {
            draw.exponential() / draw.gamma(kind.a) * kind.b * weeks
        } else {
            f64::MAX
        };
        let (mut x, mut last, mut log_gaps) = (0.0, 0.0, 0.0);
        loop {
            if !kind.any_time && draw.chance(leaves) && (x > 0.0 || kind.at_first) {
                break;
            }
            let mut next = last + (0..ticks).map(|_| draw.exponential()).sum::<f64>() / rate;
            if whole_days {
                next = (next * 7.0).ceil() / 7.0;
            }
            let inside = next > last && next < age.min(life);
            if !inside || x >= 200.0 {
                break;
            }
            log_gaps += (next - last).ln();
            (x, last) = (x + 1.0, next);
        }
        rows.push((Spaced::new(History::new(x, last, age)?, log_gaps)?, 1.0));
    }
    Ok(rows)
}

/// A time of the size at which scales are usually found, as the fits choose it.
fn unit(rows: &[(History, f64)]) -> f64 {
    rows.iter().map(|(history, _)| history.age()).fold(0.0, f64::max) / 40.0
}

fn plain(rows: &[(Spaced, f64)]) -> Vec<(History, f64)> {
    rows.iter().map(|(spaced, weight)| (spaced.history(), *weight)).collect()
}

/// Customers with a number of opportunities each.
fn records(draw: &mut Draw) -> Fallible<Vec<(beta_bernoulli::Record, f64)>> {
    let shapes: [[f64; 4]; 2] = std::array::from_fn(|_| std::array::from_fn(|_| draw.shape()));
    let (share, most) = (draw.share(), 1 + draw.below(12));
    let least = 1 + draw.below(most);
    let mut rows = Vec::new();
    for _ in 0..draw.customers() {
        let [alpha, beta, gamma, delta] = shapes[usize::from(draw.chance(share))];
        let n = least + draw.below(most - least + 1);
        let (p, theta) = (draw.beta(alpha, beta), draw.beta(gamma, delta));
        let (mut x, mut last) = (0, 0);
        for t in 1..=n {
            if draw.chance(theta) {
                break;
            }
            if draw.chance(p) {
                (x, last) = (x + 1, t);
            }
        }
        rows.push((beta_bernoulli::Record::new(f64::from(x), f64::from(last), f64::from(n))?, 1.0));
    }
    Ok(rows)
}

/// What customers spent on repeat purchases.
fn spends(draw: &mut Draw) -> Fallible<Vec<(Spend, f64)>> {
    let shapes: [[f64; 3]; 2] =
        std::array::from_fn(|_| [draw.shape(), draw.shape(), draw.log_between(1.0, 1000.0)]);
    let (share, again) = (draw.share(), draw.uniform());
    let mut rows = Vec::new();
    for _ in 0..draw.customers() {
        let [p, q, v] = shapes[usize::from(draw.chance(share))];
        let nu = draw.gamma(q).max(1e-6) / v;
        let mut x = 1.0;
        while draw.chance(again) && x < 100.0 {
            x += 1.0;
        }
        let cents = (draw.gamma(p * x) / nu / x * 100.0).round().max(1.0);
        rows.push((Spend::new(x, cents / 100.0)?, 1.0));
    }
    Ok(rows)
}

/// The geometric mean.
fn typical(rows: &[(Spend, f64)]) -> f64 {
    let logs: f64 = rows.iter().map(|(spend, _)| spend.monetary().ln()).sum();
    (logs / rows.len() as f64).exp()
}

/// How often customers took a brand.
fn choices(draw: &mut Draw) -> Fallible<Vec<(Choices, f64)>> {
    let shapes: [[f64; 2]; 2] = std::array::from_fn(|_| [draw.shape(), draw.shape()]);
    let (share, most) = (draw.share(), 1 + draw.below(30));
    let mut rows = Vec::new();
    for _ in 0..draw.customers() {
        let [alpha, beta] = shapes[usize::from(draw.chance(share))];
        let (p, n) = (draw.beta(alpha, beta), 1 + draw.below(most));
        let taken = (0..n).filter(|_| draw.chance(p)).count();
        rows.push((Choices::new(taken as f64, f64::from(n))?, 1.0));
    }
    Ok(rows)
}

/// Contracts for a fixed term, told by the period: some are lost within, many at its end.
fn terms(draw: &mut Draw) -> Fallible<Vec<(Stay, f64)>> {
    let (term, terms) = (2 + draw.below(11), 1 + draw.below(3));
    let (early, ends) = (draw.uniform().powi(4), draw.uniform().sqrt());
    let mut rows = Vec::new();
    for _ in 0..draw.customers() {
        let (mut seen, mut lost) = (0, false);
        while !lost && seen < term * terms {
            let within = draw.chance(early);
            seen += if within { 1 + draw.below(term) } else { term };
            lost = within || draw.chance(ends);
        }
        rows.push((Stay::new(f64::from(seen), f64::from(u8::from(lost)))?, 1.0));
    }
    Ok(rows)
}

/// Customers that may stay at each renewal, with chances that change with time; in half of all cases
/// with contracts for a fixed term.
fn stays(draw: &mut Draw) -> Fallible<Vec<(Stay, f64)>> {
    if draw.chance(0.5) {
        return terms(draw);
    }
    let shapes: [[f64; 3]; 2] =
        std::array::from_fn(|_| [draw.shape(), draw.shape(), draw.log_between(0.3, 3.0)]);
    let (share, most) = (draw.share(), 1 + draw.below(12));
    let mut rows = Vec::new();
    for _ in 0..draw.customers() {
        let [alpha, beta, c] = shapes[usize::from(draw.chance(share))];
        let theta = draw.beta(alpha, beta);
        // Geometric in tᶜ.
        let until = (draw.exponential() / -(-theta).ln_1p()).powf(1.0 / c).ceil().max(1.0);
        let seen = f64::from(1 + draw.below(most));
        let lost = until <= seen;
        rows.push((Stay::new(if lost { until } else { seen }, f64::from(u8::from(lost)))?, 1.0));
    }
    Ok(rows)
}

/// A population of buyers.
#[derive(Clone, Copy)]
struct Kind {
    r: f64,
    alpha: f64,
    a: f64,
    b: f64,
    any_time: bool,
    at_first: bool,
}

/// Random numbers.
struct Draw(ChaCha8Rng);

impl Draw {
    fn new(set: u64) -> Self {
        Self(ChaCha8Rng::seed_from_u64(set))
    }

    fn uniform(&mut self) -> f64 {
        self.0.random()
    }

    fn chance(&mut self, p: f64) -> bool {
        self.uniform() < p
    }

    fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.uniform()
    }

    fn log_between(&mut self, low: f64, high: f64) -> f64 {
        self.between(low.ln(), high.ln()).exp()
    }

    fn below(&mut self, end: u32) -> u32 {
        self.0.random_range(0..end.max(1))
    }

    fn exponential(&mut self) -> f64 {
        -(1.0 - self.uniform()).ln()
    }

    fn normal(&mut self) -> f64 {
        (2.0 * self.exponential()).sqrt() * (std::f64::consts::TAU * self.uniform()).cos()
    }

    /// The logarithm of a Gamma variable, which may be too small for a number.
    /// Marsaglia and Tsang (2000).
    fn log_gamma(&mut self, shape: f64) -> f64 {
        if shape < 1.0 {
            return self.log_gamma(shape + 1.0) - self.exponential() / shape;
        }
        let d = shape - 1.0 / 3.0;
        loop {
            let x = self.normal();
            let v = (1.0 + x / (9.0 * d).sqrt()).powi(3);
            if v > 0.0 && (1.0 - self.uniform()).ln() < 0.5 * x * x + d * (1.0 - v + v.ln()) {
                return (d * v).ln();
            }
        }
    }

    fn gamma(&mut self, shape: f64) -> f64 {
        self.log_gamma(shape).exp().max(1e-12)
    }

    fn beta(&mut self, a: f64, b: f64) -> f64 {
        1.0 / (1.0 + (self.log_gamma(b) - self.log_gamma(a)).exp())
    }

    /// From nearly all or nothing to nearly all alike.
    fn shape(&mut self) -> f64 {
        self.log_between(0.05, 20.0)
    }

    /// Of one population; of two in half of all cases.
    fn share(&mut self) -> f64 {
        if self.chance(0.5) { 0.0 } else { self.uniform() }
    }

    fn customers(&mut self) -> u32 {
        let most = 16 << self.below(7);
        20 + self.below(most)
    }

    fn kind(&mut self) -> Kind {
        let r = self.shape();
        Kind {
            r,
            alpha: r * self.log_between(1.0, 60.0),
            a: self.shape(),
            b: self.shape(),
            any_time: self.chance(0.4),
            at_first: self.chance(0.5),
        }
    }
}
