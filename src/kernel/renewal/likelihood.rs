//! How well parameters explain who stayed how long, and which explain it best.
//!
//! ```text
//! still there after t renewals     ln S(t)
//! lost at renewal t                ln(S(t−1) − S(t)) = ln S(t−1) + ln(1 − exp Δ)
//!                                  Δ = ln S(t) − ln S(t−1)
//! ```

use super::{check_renewals, step};
use crate::kernel::OutOfDomain;
use crate::kernel::domain::ensure;
use crate::kernel::maths::gamma::{Rising, ln_stays, rise, trigamma};
use crate::kernel::maths::maximise::{Local, LogLikelihood, Maximum, Range, maximise};
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
    /// customer was lost included; `lost` is 1 if so, and 0 for who is there yet.
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

    /// The renewals that have come up.
    #[must_use]
    pub fn renewals(&self) -> f64 {
        self.renewals
    }
}

/// Finds the sBG parameters (α, β) under which `stays` are most likely.
///
/// Each comes with its weight: that many customers share it, or it stands for
/// that many. The result does not depend on their order. `None` where none has a
/// weight above zero.
pub fn fit_sbg(stays: impl IntoIterator<Item = (Stay, f64)>) -> Option<Maximum<2>> {
    let cohort = Cohort::new(stays)?;
    maximise(&cohort, None, SHAPES, [Range::around(1.0); 2])
}

/// Where α and β start: chances to be lost that are alike, spread out, or nearly
/// all or nothing, and small or large.
const SHAPES: [[f64; 2]; 6] =
    [[1.0, 1.0], [0.1, 0.1], [0.1, 1.0], [1.0, 0.1], [10.0, 100.0], [100.0, 10.0]];

/// Finds the BdW parameters (α, β, c), as [`fit_sbg`].
pub fn fit_bdw(stays: impl IntoIterator<Item = (Stay, f64)>) -> Option<Maximum<3>> {
    let cohort = Cohort::new(stays)?;
    let starts =
        SHAPES.into_iter().flat_map(|[alpha, beta]| [0.3, 1.0, 3.0].map(|c| [alpha, beta, c]));
    maximise(&cohort, None, starts, cohort.ranges())
}

/// The log-likelihood of all `stays` by (α, β, c), to be asked anywhere; sBG is c = 1.
pub fn log_likelihood(
    stays: impl IntoIterator<Item = (Stay, f64)>,
) -> Option<impl Fn([f64; 3]) -> f64> {
    Cohort::new(stays).map(|cohort| move |parameters| cohort.at(parameters).value)
}

/// As [`fit_sbg`], with the errors that the kind of the weights asks for.
pub fn fit_sbg_weighted(stays: &Weighted<Stay>) -> Option<Maximum<2>> {
    Some(stays.robust(fit_sbg(stays.rows())?, Cohort::new))
}

/// As [`fit_bdw`], with the errors that the kind of the weights asks for.
pub fn fit_bdw_weighted(stays: &Weighted<Stay>) -> Option<Maximum<3>> {
    Some(stays.robust(fit_bdw(stays.rows())?, Cohort::new))
}

/// Who stayed how long; equal ones are one, in ascending order.
struct Cohort {
    stays: Vec<(Stay, f64)>,
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
            .map(|same| (same[0].0, same.iter().map(|(_, weight)| weight).sum()))
            .collect();
        (!stays.is_empty()).then_some(Self { stays })
    }

    /// Where the parameters are searched. At the upper end of c the longest stay
    /// is 10¹⁵ of the shortest, and all that could be lost is lost.
    fn ranges(&self) -> [Range; 3] {
        let longest = self.stays.last().map_or(0.0, |(stay, _)| stay.renewals).max(2.0);
        let most = 1e15_f64.ln() / longest.ln();
        [Range::around(1.0), Range::around(1.0), Range::up_to(most)]
    }
}

impl LogLikelihood<3> for Cohort {
    fn at(&self, [alpha, beta, c]: [f64; 3]) -> Local<3> {
        let mut local = Local::zero();
        for (Stay { renewals: t, lost }, weight) in &self.stays {
            let before = if *lost { t - 1.0 } else { *t };
            let since = Elapsed::until(before, c);
            local.add(*weight, &Shapes { alpha, beta }.ln_survival(since));
            if *lost {
                let lost = Shapes { alpha, beta }.ln_lost(since, Elapsed::step(*t, c, since));
                local.add(*weight, &lost);
            }
        }
        local
    }
}

impl LogLikelihood<2> for Cohort {
    /// The same with c = 1.
    fn at(&self, [alpha, beta]: [f64; 2]) -> Local<2> {
        let all: Local<3> = self.at([alpha, beta, 1.0]);
        let corner = |i: usize| [all.hessian[i][0], all.hessian[i][1]];
        Local {
            value: all.value,
            gradient: [all.gradient[0], all.gradient[1]],
            hessian: [corner(0), corner(1)],
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

impl Elapsed {
    fn until(t: f64, c: f64) -> Self {
        let (time, log) = (t.powf(c), t.ln());
        // At 0 nothing has passed, whatever c.
        let [by_c, by_c_c] = if t == 0.0 { [0.0; 2] } else { [time * log, time * log * log] };
        Self { time, by_c, by_c_c }
    }

    fn step(t: f64, c: f64, before: Self) -> Self {
        let until = Self::until(t, c);
        Self {
            time: step(t, c, before.time),
            by_c: until.by_c - before.by_c,
            by_c_c: until.by_c_c - before.by_c_c,
        }
    }
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
        let second = first * (1.0 - first);
        let g = delta.gradient;
        let mut local = Local::zero();
        local.value = (-delta.value.exp_m1()).ln();
        local.gradient = g.map(|slope| first * slope);
        for i in 0..3 {
            for j in 0..=i {
                local.hessian[i][j] = first * delta.hessian[i][j] + second * g[i] * g[j];
            }
        }
        local
    }

    /// ln of S at `before` + `more` over S at `before`.
    fn ln_ratio(&self, before: Elapsed, more: Elapsed) -> Local<3> {
        let (u, v, z) = (before, more, self.alpha + self.beta + before.time);
        let [start, end] = [u.time, u.time + v.time].map(|time| self.pace(time));
        let change = (end.slope - start.slope, end.curvature - start.curvature);
        let coins = rise(z, v.time);
        let by_beta = self.by_beta(u.time, v.time, &coins).unwrap_or(change);
        let mut local = Local::zero();
        local.value = ln_stays(self.alpha, self.beta + u.time, v.time);
        local.gradient = [-coins.slope, by_beta.0, change.0 * u.by_c + end.slope * v.by_c];
        local.hessian[0][0] = -coins.curvature;
        local.hessian[1][0] = -coins.curvature;
        local.hessian[1][1] = by_beta.1;
        local.hessian[2][0] = -coins.curvature * u.by_c - trigamma(z + v.time) * v.by_c;
        local.hessian[2][1] = change.1 * u.by_c + end.curvature * v.by_c;
        local.hessian[2][2] = change.1 * u.by_c * u.by_c
            + end.curvature * v.by_c * (2.0 * u.by_c + v.by_c)
            + change.0 * u.by_c_c
            + end.slope * v.by_c_c;
        local
    }

    /// First and second derivative of ln S by the time: ψ(β+s) − ψ(α+β+s) as one
    /// difference, which keeps its digits where both are large.
    fn pace(&self, time: f64) -> Rising {
        let Rising { value, slope, curvature } = rise(self.beta + time, self.alpha);
        Rising { value: -value, slope: -slope, curvature: -curvature }
    }

    /// The derivatives by β, where less is subtracted than in the change of pace;
    /// both say the same, as β moves the time.
    fn by_beta(&self, u: f64, v: f64, coins: &Rising) -> Option<(f64, f64)> {
        (v <= self.alpha).then(|| {
            let stays = rise(self.beta + u, v);
            (stays.slope - coins.slope, stays.curvature - coins.curvature)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::Params;
    use super::*;
    use crate::kernel::maths::draws::Draws;
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
            let ranges = cohort.ranges();
            let got: Maximum<3> = maximise(&cohort, None, [[start; 3]], ranges).expect("a start");
            for (got, want) in got.parameters.into_iter().zip(bdw.parameters) {
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
    }

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
        let chance = |stay| {
            let cohort = Cohort::new([(stay, 1.0)]).expect("one");
            LogLikelihood::<3>::at(&cohort, params).value.exp()
        };
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
