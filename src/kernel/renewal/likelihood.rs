//! The likelihood of observed stays, and its maximum.
//!
//! ```text
//! still there after t renewals     ln S(t)
//! lost at renewal t                ln(S(t−1) − S(t)) = ln S(t−1) + ln(1 − exp Δ)
//!                                  Δ = ln S(t) − ln S(t−1)
//! ```
//!
//! Where a cohort ends sharply, as contracts for a fixed term do, c is large, and β beyond any range by
//! itself: what the data determine is β beside the power c of the time at which customers are lost. So BdW
//! is searched by (α, κ, c) with
//!
//! ```text
//! β = κ τᶜ          τ = the renewal at which most customers were lost
//! ```
//!
//! which has the discrete Weibull distribution, α and κ → ∞ with α/κ given, inside of what is searched
//! whatever c is.

use std::f64::consts::LN_2;

use super::{Params, check_renewals, share_since};
use crate::kernel::OutOfDomain;
use crate::kernel::domain::ensure;
use crate::kernel::maths::gamma::{rise, stays, trigamma};
use crate::kernel::maths::maximise::{CONFIDENCE, Local, LogLikelihood, Maximum, Range, maximise};
use crate::kernel::weights::Weighted;

/// How long one customer has stayed so far.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Stay {
    renewals: f64,
    lost: bool,
}

impl Stay {
    /// Checks one customer's numbers.
    ///
    /// `periods` counts the renewals that have come up, the one at which the
    /// customer was lost included; `lost` is 1 if so, and 0 for one who is still a customer.
    ///
    /// # Errors
    /// `periods` is not a whole number up to 1,000,000, `lost` is neither 0 nor
    /// 1, or a customer was lost before any renewal.
    pub fn new(periods: f64, lost: f64) -> Result<Self, OutOfDomain> {
        check_renewals("periods", periods)?;
        ensure([0.0, 1.0].contains(&lost), "lost", "0 or 1", lost)?;
        let at_one = lost == 0.0 || periods >= 1.0;
        ensure(at_one, "periods", "at least 1 where `lost` is 1", periods)?;
        Ok(Self { renewals: periods + 0.0, lost: lost > 0.5 })
    }

    fn log_likelihood(self, params: Params) -> f64 {
        let Self { renewals: t, lost } = self;
        if !lost {
            return params.ln_stays_between(0.0, t);
        }
        params.ln_stays_between(0.0, t - 1.0) + ln_rest(params.ln_stays_between(t - 1.0, t))
    }

    /// The renewals that have come up.
    #[must_use]
    pub fn renewals(&self) -> f64 {
        self.renewals
    }
}

/// Finds the sBG parameters (α, β) under which `stays` are most likely.
///
/// Each comes with its weight: the number of customers that share it, or that it
/// represents. The result does not depend on their order. `None` where none has a
/// weight above zero.
pub fn fit_sbg(stays: impl IntoIterator<Item = (Stay, f64)>) -> Option<Maximum<2>> {
    let cohort = Cohort::new(stays)?;
    maximise(&cohort, None, SHAPES, [Range::around(1.0); 2])
}

/// Starting points of α and β: churn probabilities that are homogeneous, spread out,
/// or polarised, and small or large.
const SHAPES: [[f64; 2]; 6] =
    [[1.0, 1.0], [0.1, 0.1], [0.1, 1.0], [1.0, 0.1], [10.0, 100.0], [100.0, 10.0]];

/// How much further up than the others κ may go.
const FURTHER: f64 = 1e3;
/// A κ that is as good as nothing beside the time.
const GONE: f64 = 1e-5;
/// ln of the largest τᶜ that is represented: beyond it, β might not be a number.
const LARGEST: f64 = 667.0;

/// Finds the BdW parameters (α, β, c), as [`fit_sbg`].
///
/// β is infinite where it is larger than a number can be and nothing smaller explains the data.
pub fn fit_bdw(stays: impl IntoIterator<Item = (Stay, f64)>) -> Option<Maximum<3>> {
    let (cohort, best) = Cohort::new(stays)?.best()?;
    Some(cohort.absolute(best))
}

/// The log-likelihood of all `stays` by (α, β, c), to be asked anywhere; sBG is c = 1.
pub fn log_likelihood(
    stays: impl IntoIterator<Item = (Stay, f64)>,
) -> Option<impl Fn([f64; 3]) -> f64> {
    let cohort = Cohort::new(stays)?;
    Some(move |[alpha, beta, c]: [f64; 3]| {
        let params = Params::bdw(alpha, beta, c).ok();
        params.map_or(f64::NAN, |params| {
            cohort.stays.iter().map(|(stay, weight)| weight * stay.log_likelihood(params)).sum()
        })
    })
}

/// As [`fit_sbg`], with the errors that the kind of the weights asks for.
pub fn fit_sbg_weighted(stays: &Weighted<Stay>) -> Option<Maximum<2>> {
    Some(stays.robust(fit_sbg(stays.rows())?, Cohort::new))
}

/// As [`fit_bdw`], with the errors that the kind of the weights asks for.
pub fn fit_bdw_weighted(stays: &Weighted<Stay>) -> Option<Maximum<3>> {
    let (cohort, best) = Cohort::new(stays.rows())?.best()?;
    let on_its_clock = |rows| Some(Cohort { typical: cohort.typical, ..Cohort::new(rows)? });
    Some(cohort.absolute(stays.robust(best, on_its_clock)))
}

/// Who stayed how long; equal ones are one, in ascending order.
struct Cohort {
    stays: Vec<(Stay, f64)>,
    /// τ; 1 where nobody was lost.
    typical: f64,
}

impl Cohort {
    fn new(stays: impl IntoIterator<Item = (Stay, f64)>) -> Option<Self> {
        let mut rows: Vec<_> = stays.into_iter().filter(|(_, weight)| *weight > 0.0).collect();
        rows.sort_unstable_by(|(l, left), (r, right)| {
            let order = l.renewals.total_cmp(&r.renewals).then(l.lost.cmp(&r.lost));
            order.then(left.total_cmp(right))
        });
        let stays: Vec<_> = rows
            .chunk_by(|left, right| left.0 == right.0)
            .map(|same| (same[0].0, same.iter().map(|(_, weight)| weight).sum::<f64>()))
            .collect();
        let lost = stays.iter().filter(|(stay, _)| stay.lost);
        let most = lost.max_by(|left, right| left.1.total_cmp(&right.1));
        let typical = most.map_or(1.0, |(stay, _)| stay.renewals);
        (!stays.is_empty()).then_some(Self { stays, typical })
    }

    /// The best (α, κ, c), and the τ that they go by.
    fn best(self) -> Option<(Self, Maximum<3>)> {
        let best = self.fit(self.sharpest())?;
        let [_, kappa, c] = best.parameters;
        let typical = (self.typical * kappa.powf(1.0 / c)).clamp(1.0, self.longest());
        // Customers may be lost sharply at another renewal than at that where most are.
        if kappa < GONE && typical < self.typical {
            let nearer = Self { typical, stays: self.stays.clone() };
            let other = nearer.fit(nearer.sharpest())?;
            if other.log_likelihood > best.log_likelihood {
                return Some(nearer.written(other));
            }
        }
        Some(self.written(best))
    }

    /// Another within the confidence region of which β is a number, if that of this one is not and there is one.
    fn written(self, best: Maximum<3>) -> (Self, Maximum<3>) {
        let [_, beta, _] = self.absolute(best).parameters;
        let is_as_good =
            |other: &Maximum<3>| other.log_likelihood > best.log_likelihood - CONFIDENCE;
        let other = (!beta.is_finite()).then(|| self.fit(LARGEST / self.typical.ln())).flatten();
        let written = other.filter(is_as_good).unwrap_or(best);
        (self, written)
    }

    fn fit(&self, most: f64) -> Option<Maximum<3>> {
        let starts = SHAPES.into_iter().flat_map(|[alpha, beta]| {
            [0.3, 1.0, 3.0].map(|c| [alpha, beta / self.typical.powf(c), c])
        });
        maximise(self, None, starts, self.ranges(most))
    }

    /// Down to the β that the other parameters go down to where c is no more than 1, and up so far that it is α that ends
    /// first where both go on for ever.
    fn ranges(&self, most: f64) -> [Range; 3] {
        let kappa = Range::around(1.0).down_by(self.typical).up_by(FURTHER);
        [Range::around(1.0), kappa, Range::up_to(most)]
    }

    /// Where c ends: the last period is 10¹⁵ of the one before, so all that could be lost is lost, or the
    /// longest stay 10¹¹⁸ of the typical one, whose squares would leave the range of numbers.
    fn sharpest(&self) -> f64 {
        let longest = self.longest();
        let last = 1e15_f64.ln() / -(-1.0 / longest).ln_1p();
        last.min(1e118_f64.ln() / (longest / self.typical).ln().max(0.0))
    }

    fn longest(&self) -> f64 {
        self.stays.last().map_or(0.0, |(stay, _)| stay.renewals).max(2.0)
    }

    /// Of (α, κ, c) the (α, β, c).
    fn absolute(&self, relative: Maximum<3>) -> Maximum<3> {
        relative.times_power(1, self.typical, 2)
    }

    /// Around α, β and c on a clock that runs c fast.
    fn local(&self, [alpha, beta, c]: [f64; 3], clock: Clock) -> Local<3> {
        let mut local = Local::zero();
        for (Stay { renewals: t, lost }, weight) in &self.stays {
            let before = if *lost { t - 1.0 } else { *t };
            let since = clock.until(before, c);
            local.add(*weight, &Shapes { alpha, beta }.ln_survival(since));
            if *lost {
                let lost = Shapes { alpha, beta }.ln_lost(since, clock.step(*t, c, since));
                local.add(*weight, &lost);
            }
        }
        local
    }
}

impl LogLikelihood<3> for Cohort {
    /// By α, κ and c.
    fn at(&self, [alpha, kappa, c]: [f64; 3]) -> Local<3> {
        let clock = Clock::of(self.typical, c);
        // β = κs, where s grows by r as c does.
        let (s, r) = (clock.until(self.typical, c).time, clock.log(self.typical));
        let beta = kappa * s;
        let Local { value, gradient: g, hessian: h } = self.local([alpha, beta, c], clock);
        let turn = beta * r;
        Local {
            value,
            gradient: [g[0], s * g[1], g[2] + turn * g[1]],
            hessian: [
                [h[0][0], 0.0, 0.0],
                [s * h[1][0], s * s * h[1][1], 0.0],
                [
                    h[2][0] + turn * h[1][0],
                    s * (h[2][1] + turn * h[1][1] + r * g[1]),
                    h[2][2] + turn * (2.0 * h[2][1] + turn * h[1][1] + r * g[1]),
                ],
            ],
        }
    }
}

impl LogLikelihood<2> for Cohort {
    /// The same with c = 1.
    fn at(&self, [alpha, beta]: [f64; 2]) -> Local<2> {
        let all = self.local([alpha, beta, 1.0], Clock::PLAIN);
        let corner = |i: usize| [all.hessian[i][0], all.hessian[i][1]];
        Local {
            value: all.value,
            gradient: [all.gradient[0], all.gradient[1]],
            hessian: [corner(0), corner(1)],
        }
    }
}

/// How tᶜ is represented. Where it would be too large for a number it is so in units of its own: from there on
/// the likelihood depends on nothing but ratios of times.
#[derive(Debug, Clone, Copy)]
struct Clock {
    unit: f64,
    scale: f64,
}

impl Clock {
    const PLAIN: Self = Self { unit: 1.0, scale: 1.0 };
    /// As far as times are represented as they are.
    const FAR: f64 = 1e32;

    fn of(typical: f64, c: f64) -> Self {
        let is_plain = typical.powf(c) <= Self::FAR;
        if is_plain { Self::PLAIN } else { Self { unit: typical, scale: Self::FAR } }
    }

    fn log(self, t: f64) -> f64 {
        let beyond = (t - self.unit) / self.unit;
        if beyond.abs() < 0.5 { beyond.ln_1p() } else { (t / self.unit).ln() }
    }

    fn until(self, t: f64, c: f64) -> Elapsed {
        let (time, log) = (self.scale * (t / self.unit).powf(c), self.log(t));
        // At 0 nothing has passed, whatever c.
        let [by_c, by_c_c] = if t == 0.0 { [0.0; 2] } else { [time * log, time * log * log] };
        Elapsed { time, by_c, by_c_c }
    }

    /// From the renewal before to that at `t`.
    fn step(self, t: f64, c: f64, before: Elapsed) -> Elapsed {
        let until = self.until(t, c);
        Elapsed {
            time: until.time * share_since(t - 1.0, t, c),
            by_c: until.by_c - before.by_c,
            by_c_c: until.by_c_c - before.by_c_c,
        }
    }
}

/// A time tᶜ, or the step to it from the one before, with its derivatives by c.
#[derive(Debug, Clone, Copy)]
struct Elapsed {
    time: f64,
    by_c: f64,
    by_c_c: f64,
}

/// ln(1 − exp Δ) for Δ ≤ 0.
fn ln_rest(delta: f64) -> f64 {
    if delta > -LN_2 { (-delta.exp_m1()).ln() } else { (-delta.exp()).ln_1p() }
}

struct Shapes {
    alpha: f64,
    beta: f64,
}

impl Shapes {
    /// ln S, by α, β and c.
    fn ln_survival(&self, since: Elapsed) -> Local<3> {
        let nothing = Elapsed { time: 0.0, by_c: 0.0, by_c_c: 0.0 };
        self.ln_ratio(nothing, since)
    }

    /// ln(1 − exp Δ).
    fn ln_lost(&self, before: Elapsed, more: Elapsed) -> Local<3> {
        let delta = self.ln_ratio(before, more);
        let first = -1.0 / (-delta.value).exp_m1();
        let g = delta.gradient;
        let slopes = g.map(|slope| first * slope);
        let mut local = Local::zero();
        local.value = ln_rest(delta.value);
        local.gradient = slopes;
        // The second derivative by Δ, first·(1 − first), would be no number where Δ is next to nothing.
        for i in 0..3 {
            for j in 0..=i {
                local.hessian[i][j] = first * delta.hessian[i][j] + slopes[i] * (g[j] - slopes[j]);
            }
        }
        local
    }

    /// ln of S at `before` + `more` over S at `before`.
    fn ln_ratio(&self, before: Elapsed, more: Elapsed) -> Local<3> {
        let (u, v, z) = (before, more, self.alpha + self.beta + before.time);
        // β moves the time as u does.
        let stays = stays(self.alpha, self.beta + u.time, v.time);
        let coins = rise(z, v.time);
        // By v: ψ(β+u+v) − ψ(α+β+u+v) as one difference.
        let end = rise(self.beta + u.time + v.time, self.alpha);
        let mut local = Local::zero();
        local.value = stays.value;
        local.gradient = [-coins.slope, stays.slope, stays.slope * u.by_c - end.slope * v.by_c];
        local.hessian[0][0] = -coins.curvature;
        local.hessian[1][0] = -coins.curvature;
        local.hessian[1][1] = stays.curvature;
        local.hessian[2][0] = -coins.curvature * u.by_c - trigamma(z + v.time) * v.by_c;
        local.hessian[2][1] = stays.curvature * u.by_c - end.curvature * v.by_c;
        local.hessian[2][2] = stays.curvature * u.by_c * u.by_c
            - end.curvature * v.by_c * (2.0 * u.by_c + v.by_c)
            + stays.slope * u.by_c_c
            - end.slope * v.by_c_c;
        local
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::maths::draws::Draws;
    use crate::kernel::maths::maximise::Bound;
    use crate::kernel::testing::{assert_close, assert_derivatives, assert_flagged};
    use proptest::prelude::*;

    fn stay(periods: f64, lost: f64) -> Stay {
        Stay::new(periods, lost).expect("in domain")
    }

    /// The published "Regular" cohort: still there after each year, of 1,000.
    const REGULAR: [f64; 8] = [1000.0, 631.0, 468.0, 382.0, 326.0, 289.0, 262.0, 241.0];

    /// The first `years` of it.
    fn regular(years: usize) -> Vec<(Stay, f64)> {
        let lost = REGULAR
            .windows(2)
            .take(years)
            .zip(1..)
            .map(|(pair, year)| (stay(f64::from(year), 1.0), pair[0] - pair[1]));
        lost.chain([(stay(years as f64, 0.0), REGULAR[years])]).collect()
    }

    #[test]
    fn the_published_cohort_gives_the_reference_parameters_and_likelihood() {
        let seven = fit_sbg(regular(7)).expect("customers");
        assert_close(seven.parameters[0], 0.704_077_298_473_517, 1e-10);
        assert_close(seven.parameters[1], 1.182_043_026_209_48, 1e-10);
        for (error, want) in seven.standard_errors.into_iter().zip([0.065_598_96, 0.152_475_63]) {
            assert_close(error.expect("identified"), want, 1e-6);
        }
        assert!((seven.log_likelihood + 1_680.265_188_463_287).abs() < 1e-9);
        assert!(seven.converged && seven.iterations <= 10, "{seven:?}");
        let four = fit_sbg(regular(4)).expect("customers");
        assert_close(four.parameters[0], 0.763_665_062_564_556, 1e-10);
        assert_close(four.parameters[1], 1.295_830_272_182_51, 1e-10);
        assert!((four.log_likelihood + 1_401.559_423_577_446).abs() < 1e-9);
    }

    #[test]
    fn a_change_of_the_chances_can_only_explain_more() {
        let (sbg, bdw) = (fit_sbg(regular(7)), fit_bdw(regular(7)));
        let (sbg, bdw) = (sbg.expect("customers"), bdw.expect("customers"));
        assert!(bdw.converged && bdw.identified && bdw.bounds().next().is_none());
        assert!(bdw.log_likelihood >= sbg.log_likelihood);
    }

    #[test]
    fn the_start_does_not_matter() {
        let cohort = Cohort::new(regular(7)).expect("customers");
        let sbg = fit_sbg(regular(7)).expect("customers");
        let bdw = fit_bdw(regular(7)).expect("customers");
        for start in [0.1, 10.0] {
            let got: Maximum<2> =
                maximise(&cohort, None, [[start; 2]], [Range::around(1.0); 2]).expect("a start");
            for (got, want) in got.parameters.into_iter().zip(sbg.parameters) {
                assert_close(got, want, 1e-9);
            }
            let ranges = cohort.ranges(cohort.sharpest());
            let got: Maximum<3> = maximise(&cohort, None, [[start; 3]], ranges).expect("a start");
            for (got, want) in cohort.absolute(got).parameters.into_iter().zip(bdw.parameters) {
                assert_close(got, want, 1e-8);
            }
        }
    }

    #[test]
    fn the_closed_derivatives_match_differences() {
        let cohort = Cohort::new(regular(7)).expect("customers");
        assert_derivatives::<2>(&cohort, [0.9, 1.6]);
        for c in [0.4, 1.0, 1.7] {
            assert_derivatives::<3>(&cohort, [0.9, 1.6, c]);
        }
        // Also where τᶜ is represented in units of its own.
        let sharp = [(3.0, 1.0, 9.0), (11.0, 1.0, 5.0), (12.0, 1.0, 60.0), (13.0, 0.0, 3.0)];
        let sharp = Cohort::new(self::cohort(&sharp)).expect("customers");
        for c in [3.0, 14.0, 45.0] {
            assert_derivatives::<3>(&sharp, [0.9, 1.6, c]);
            assert_derivatives::<3>(&sharp, [300.0, 450.0, c]);
        }
        // Where customers lost early are next to impossible; with a κ beside which late ones are not certain.
        for (c, near, far) in [(150.0, 1.6e5, 450.0), (300.0, 2.7e10, 1e10)] {
            assert_derivatives::<3>(&sharp, [0.9, near, c]);
            assert_derivatives::<3>(&sharp, [300.0, far, c]);
        }
    }

    #[test]
    fn who_is_lost_against_all_odds_tells_of_alpha() {
        // Nearly all of the likelihood of (3, 1) is α·tᶜ/β, so that it gives 1/α of the slope by α; by
        // differences of the likelihood, and by arithmetic with more digits.
        let rows = [(3.0, 1.0, 9.0), (11.0, 1.0, 5.0), (12.0, 1.0, 60.0), (13.0, 0.0, 3.0)];
        let sharp = Cohort::new(cohort(&rows)).expect("customers");
        for (c, want) in [(150.0, SLOPE_150), (300.0, SLOPE_300)] {
            let around: [Local<3>; 3] = [0.9 * (1.0 - 1e-5), 0.9, 0.9 * (1.0 + 1e-5)]
                .map(|alpha| sharp.at([alpha, 1.6, c]));
            assert_close(around[1].gradient[0], want, 1e-9);
            assert_close((around[2].value - around[0].value) / (0.9 * 2e-5), want, 1e-6);
            let slope = (around[2].gradient[0] - around[0].gradient[0]) / (0.9 * 2e-5);
            assert_close(slope, around[1].hessian[0][0], 1e-6);
        }
    }

    const SLOPE_150: f64 = 34.105_071_557_657_205;
    const SLOPE_300: f64 = -1.914_068_167_943_069;

    #[test]
    fn simulated_customers_give_their_parameters_back() {
        let truth = [0.8, 2.5, 1.4];
        let mut draws = Draws::new(20_180_801);
        let one = |_| {
            let theta = draws.beta(truth[0], truth[1]);
            // P(T > t) = (1−θ)^(tᶜ), observed for twelve periods.
            let time = (libm::log(draws.uniform()) / (-theta).ln_1p()).powf(1.0 / truth[2]);
            let seen = if time >= 12.0 { stay(12.0, 0.0) } else { stay(time.floor() + 1.0, 1.0) };
            (seen, 1.0)
        };
        let stays: Vec<_> = (0..40_000).map(one).collect();
        let fit = fit_bdw(stays).expect("customers");
        for ((got, error), want) in fit.parameters.into_iter().zip(fit.standard_errors).zip(truth) {
            let error = error.expect("identified");
            assert!((got - want).abs() < 3.5 * error, "{got} ± {error}, not {want}");
            assert!(error < 0.1 * want, "{got} ± {error}");
        }
    }

    #[test]
    fn the_chances_of_all_lifetimes_add_up_to_one() {
        let params = [0.7, 1.2, 1.3];
        let chance = |stay| log_likelihood([(stay, 1.0)]).expect("one")(params).exp();
        let lost: f64 = (1..=40).map(|t| chance(stay(f64::from(t), 1.0))).sum();
        let left = Params::bdw(0.7, 1.2, 1.3).expect("in domain").survival(40.0).expect("domain");
        assert_close(lost + left, 1.0, 1e-13);
        assert_close(chance(stay(40.0, 0.0)), left, 1e-12);
    }

    #[test]
    fn cohorts_that_never_lose_or_lose_all_are_a_flag_and_not_a_failure() {
        assert_flagged(&fit_sbg([(stay(5.0, 0.0), 50.0)]).expect("customers"));
        assert_flagged(&fit_sbg([(stay(1.0, 1.0), 50.0)]).expect("customers"));
        assert_flagged(&fit_sbg([(stay(0.0, 0.0), 50.0)]).expect("customers"));
        assert_flagged(&fit_bdw([(stay(5.0, 0.0), 50.0)]).expect("customers"));
        assert_flagged(&fit_bdw([(stay(1.0, 1.0), 50.0)]).expect("customers"));
        // One renewal says nothing of how chances are spread.
        assert_flagged(&fit_sbg(regular(1)).expect("customers"));
        assert_flagged(&fit_bdw(regular(2)).expect("customers"));
        assert_eq!(fit_sbg([]), None);
        assert_eq!(fit_bdw([(stay(1.0, 1.0), 0.0)]), None);
    }

    /// Cohorts of (periods, lost, customers).
    fn cohort(rows: &[(f64, f64, f64)]) -> Vec<(Stay, f64)> {
        rows.iter().map(|&(periods, lost, weight)| (stay(periods, lost), weight)).collect()
    }

    #[test]
    fn cohorts_that_end_sharply_are_the_discrete_weibull_limit() {
        // S(t) = exp(−λ tᶜ), by a search of its own without derivatives: log-likelihood, c, and S at the
        // last two renewals.
        for (rows, value, c, [before, last]) in [
            (
                [(10.0, 2.0), (11.0, 5.0), (12.0, 93.0)].as_slice(),
                -34.933_727_473,
                46.879_847_01,
                [0.909_399_346, 0.003_653_986],
            ),
            (
                &[(6.0, 2.0), (12.0, 98.0)],
                -65.838_827_212,
                35.289_729_72,
                [0.855_633_013, 0.034_710_232],
            ),
            (
                &[(2.0, 3.0), (5.0, 97.0)],
                -52.670_891_363,
                15.383_287_65,
                [0.883_474_359, 0.021_586_837],
            ),
        ] {
            let rows: Vec<_> = rows.iter().map(|&(t, weight)| (t, 1.0, weight)).collect();
            let fit = fit_bdw(cohort(&rows)).expect("customers");
            assert!((fit.log_likelihood - value).abs() < 1e-5 && fit.converged, "{fit:?}");
            assert_close(fit.parameters[2], c, 1e-6);
            let bounds: Vec<_> = fit.bounds().collect();
            assert_eq!(bounds, [(0, Bound::Upper), (1, Bound::Upper)], "{fit:?}");
            let [alpha, beta, shape] = fit.standard_errors;
            assert!(alpha.is_none() && beta.is_none() && shape.is_some());
            // What is stored still predicts.
            let [alpha, beta, c] = fit.parameters;
            let params = Params::bdw(alpha, beta, c).expect("in domain");
            let term = rows.last().expect("rows").0;
            assert_close(params.survival(term - 1.0).expect("in domain"), before, 1e-6);
            assert_close(params.survival(term).expect("in domain"), last, 1e-5);
        }
    }

    #[test]
    fn where_all_are_lost_at_one_renewal_every_parameter_runs_away() {
        for term in [4.0, 12.0] {
            let fit = fit_bdw(cohort(&[(term, 1.0, 50.0)])).expect("customers");
            assert!(fit.log_likelihood.abs() < 1e-6 && fit.converged, "{fit:?}");
            let bounds: Vec<_> = fit.bounds().collect();
            assert_eq!(bounds, [0, 1, 2].map(|i| (i, Bound::Upper)), "{fit:?}");
            assert_eq!(fit.standard_errors, [None; 3]);
            let [alpha, beta, c] = fit.parameters;
            let params = Params::bdw(alpha, beta, c).expect("in domain");
            assert!(params.survival(term - 1.0).expect("in domain") > 1.0 - 1e-6);
            assert!(params.survival(term).expect("in domain") < 1e-6);
        }
    }

    #[test]
    fn a_beta_that_is_no_number_is_infinite_and_open() {
        // By the same search; 60 to the power of 245 is above 10⁴³⁵.
        let fit = fit_bdw(cohort(&[(58.0, 1.0, 2.0), (59.0, 1.0, 5.0), (60.0, 1.0, 93.0)]));
        let fit = fit.expect("customers");
        assert!((fit.log_likelihood + 34.329_940_362).abs() < 1e-5, "{fit:?}");
        assert!(fit.parameters[1].is_infinite() && !fit.identified);
        assert!(fit.bounds().any(|bound| bound == (1, Bound::Upper)));
        assert_eq!(fit.standard_errors[1], None);
        // A number where one explains the data as well.
        let fit = fit_bdw(cohort(&[(24.0, 1.0, 100.0)])).expect("customers");
        assert!(fit.parameters[1].is_finite() && fit.log_likelihood > -CONFIDENCE, "{fit:?}");
        assert!(fit.bounds().any(|bound| bound == (2, Bound::Upper)));
    }

    #[test]
    fn some_who_stay_beyond_a_sharp_end_tell_all_parameters() {
        // S(t) = (1 + (t/12)ᶜ/κ)^(−α), to which the model comes where β is large, by a search of its own.
        let rows = [(10.0, 1.0, 2.0), (11.0, 1.0, 5.0), (12.0, 1.0, 80.0), (24.0, 0.0, 13.0)];
        let fit = fit_bdw(cohort(&rows)).expect("customers");
        assert!((fit.log_likelihood + 172.649_328_002).abs() < 1e-6, "{fit:?}");
        let [alpha, beta, c] = fit.parameters;
        assert_close(alpha, 0.099_820_957, 1e-6);
        assert_close(c, 55.617_195_2, 1e-6);
        assert_close(beta / 12.0_f64.powf(c), 0.002_328_342, 1e-4);
        assert!(fit.identified && fit.standard_errors.iter().all(Option::is_some));
        // By differences of the likelihood in ln β and ln c.
        let around = log_likelihood(cohort(&rows)).expect("customers");
        let at = |by: [f64; 3]| {
            around(std::array::from_fn(|i| fit.parameters[i] * f64::exp(by[i])))
                - fit.log_likelihood
        };
        let covariance = fit.log_covariance;
        for (error, scale) in [(0, 0.2), (1, 20.0), (2, 0.2)] {
            let step: [f64; 3] = std::array::from_fn(|i| covariance[i][error]);
            // One standard error of a parameter, with the others where they follow.
            let width = covariance[error][error].sqrt();
            assert!(width > 0.1 * scale && width < 10.0 * scale, "{covariance:?}");
            let fall = -at(step.map(|part| 0.01 * part / width));
            assert_close(fall, 0.5 * 0.01 * 0.01, 0.03);
        }
    }

    #[test]
    fn a_flat_ridge_is_an_end() {
        // Half of the lost are lost at 5 and half at 6 for every α, once c is large.
        let rows = [(stay(5.0, 1.0), 2.0), (stay(1.0, 0.0), 1.0), (stay(6.0, 1.0), 2.0)];
        let fit = fit_bdw(rows).expect("customers");
        assert!(fit.converged && !fit.identified, "{fit:?}");
        assert_close(fit.log_likelihood, -4.0 * 2.0_f64.ln(), 1e-10);
    }

    #[test]
    fn an_impossible_stay_names_the_column_and_the_rule() {
        for ((periods, lost), want) in [
            ((1.5, 0.0), "`periods` must be a whole number >= 0, got 1.5"),
            ((3.0, 2.0), "`lost` must be 0 or 1, got 2"),
            ((0.0, 1.0), "`periods` must be at least 1 where `lost` is 1, got 0"),
        ] {
            assert_eq!(Stay::new(periods, lost).expect_err("out of domain").to_string(), want);
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]

        #[test]
        fn order_and_repetition_do_not_change_a_digit(
            rows in prop::collection::vec((1_u32..9, 0_u32..2, 1_usize..4), 2..40),
            turn in 0_usize..40,
        ) {
            let of = |&(t, lost, n): &(u32, u32, usize)| (stay(t.into(), lost.into()), n);
            let rows: Vec<_> = rows.iter().map(of).collect();
            let weighted: Vec<_> = rows.iter().map(|&(stay, n)| (stay, n as f64)).collect();
            let mut single: Vec<_> =
                rows.iter().flat_map(|&(s, n)| std::iter::repeat_n((s, 1.0), n)).collect();
            let by = turn % single.len();
            single.rotate_left(by);
            prop_assert_eq!(fit_sbg(weighted.clone()), fit_sbg(single.clone()));
            let bdw = fit_bdw(weighted);
            prop_assert_eq!(bdw, fit_bdw(single));
            prop_assert!(bdw.is_some_and(|fit| fit.converged));
        }
    }
}
