//! Gamma-Gamma: what does this customer spend on a purchase day, on average?
//!
//! A customer's spend per purchase day is Gamma(p, ν), and customers differ by
//! ν ~ Gamma(q, v). The estimate is an average of the customer's own mean and
//! the population's, in which a longer history counts for more.
//!
//! | symbol | column      | meaning                            | domain    |
//! |--------|-------------|------------------------------------|-----------|
//! | `x`    | `frequency` | purchase days after the first      | 0, 1, 2, … |
//! | `m`    | `monetary`  | mean spend of those purchase days  | `m ≥ 0`   |
//!
//! v carries the unit of money. The model takes spend to be independent of
//! frequency; look at their correlation before believing it.
//!
//! Source: Fader, Hardie and Lee (2005), "RFM and CLV: Using Iso-Value Curves
//! for Customer Base Analysis", Journal of Marketing Research 42(4), 415–430;
//! likelihood: Fader and Hardie (2013), "The Gamma-Gamma Model of Monetary Value".

use super::OutOfDomain;
use super::domain::{ensure_not_negative, ensure_positive, ensure_whole};
use super::weights::Weighted;
use crate::kernel::maths::gamma::{digamma, ln_gamma, rise, trigamma};
use crate::kernel::maths::maximise::{Bound, Local, LogLikelihood, Maximum, Range, maximise};

/// The population: how spend varies within and between customers.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Params {
    p: f64,
    q: f64,
    v: f64,
}

/// What one customer has spent on repeat purchase days.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Spend {
    x: f64,
    m: f64,
}

impl Params {
    /// Checks the three parameters.
    ///
    /// # Errors
    /// One of them is not finite and positive.
    pub fn new(p: f64, q: f64, v: f64) -> Result<Self, OutOfDomain> {
        for (name, value) in [("p", p), ("q", q), ("v", v)] {
            ensure_positive(name, value)?;
        }
        Ok(Self { p, q, v })
    }

    /// p, the shape of a customer's spend.
    pub(super) fn shape(self) -> f64 {
        self.p
    }

    /// Shape and rate of ν given what a customer has spent: all that the future
    /// depends on.
    #[must_use]
    pub fn given(self, Spend { x, m }: Spend) -> [f64; 2] {
        [self.p * x + self.q, self.v + x * m]
    }
}

impl Spend {
    /// Checks one customer's numbers. The mean of no purchases is ignored.
    ///
    /// # Errors
    /// `frequency` is not a whole number, or `monetary` is negative.
    pub fn new(frequency: f64, monetary: f64) -> Result<Self, OutOfDomain> {
        ensure_whole("frequency", frequency)?;
        if frequency == 0.0 {
            return Ok(Self::unknown());
        }
        ensure_not_negative("monetary", monetary)?;
        // Adding zero makes -0 the same as 0.
        Ok(Self { x: frequency, m: monetary + 0.0 })
    }

    /// A customer of whom no repeat purchase is known.
    #[must_use]
    pub fn unknown() -> Self {
        Self { x: 0.0, m: 0.0 }
    }

    /// Mean spend of repeat purchases.
    #[must_use]
    pub fn monetary(&self) -> f64 {
        self.m
    }

    /// Whether the model knows such a customer: a Gamma variable is never zero.
    #[must_use]
    pub fn is_possible(&self) -> bool {
        self.x == 0.0 || self.m > 0.0
    }

    /// Whether the likelihood is defined.
    #[must_use]
    pub fn informs(&self) -> bool {
        self.x > 0.0 && self.m > 0.0
    }
}

/// Expected spend on a purchase day: E[M | x, m] = p(v + xm)/(px + q − 1).
///
/// `None` where the expectation is infinite, which for a customer without
/// history is so if q ≤ 1.
#[must_use]
pub fn expected_spend(Params { p, q, v }: Params, Spend { x, m }: Spend) -> Option<f64> {
    let weight = p * x + q - 1.0;
    (weight > 0.0).then(|| p * (v + x * m) / weight)
}

/// Whether the expected spend of a customer without history is infinite under the parameters (p, q, v): q ≤ 1.
#[must_use]
pub fn has_infinite_mean([_, q, _]: [f64; 3]) -> bool {
    q <= 1.0
}

/// How uncertain a customer's expected spend is: Var[M | x, m], M being the mean
/// of all purchase days to come,
/// p²(v + xm)²/((px + q − 1)²(px + q − 2)).
///
/// `None` where the variance is infinite, which is so if px + q ≤ 2.
#[must_use]
pub fn spend_variance(params: Params, spend: Spend) -> Option<f64> {
    let excess = params.p * spend.x + params.q - 2.0;
    let mean = expected_spend(params, spend)?;
    (excess > 0.0).then(|| mean * mean / excess)
}

/// Finds the parameters (p, q, v) under which what customers spent is most likely.
///
/// Each customer comes with a weight. Those without repeat spend are not
/// informative and are skipped. The result does not depend on the order. `None` if nobody is left.
pub fn fit(spends: impl IntoIterator<Item = (Spend, f64)>) -> Option<Maximum<3>> {
    let cells = Cells::new(spends)?;
    let ranges = [1.0, 1.0, cells.typical].map(Range::around);
    let fit = maximise(&cells, None, starts(cells.typical), ranges)?;
    // Spend that does not vary is known as p·v/(q − 1) alone: of two infinite shapes, v is any ratio.
    let endless = |i| fit.bounds().any(|bound| bound == (i, Bound::Upper));
    Some(if endless(0) && endless(1) { fit.leaving_open(2) } else { fit })
}

/// Where to start: spends that vary much or little within a customer and between
/// customers. Their geometric mean is the `typical` one, as E[ln M] of a single
/// purchase is ψ(p) − ψ(q) + ln v.
fn starts(typical: f64) -> Vec<[f64; 3]> {
    let between = [0.1, 0.5, 2.0, 4.0, 30.0];
    let with = |p: f64| between.map(|q| [p, q, typical * (digamma(q) - digamma(p)).exp()]);
    [0.05, 0.3, 1.0, 6.0, 100.0].into_iter().flat_map(with).collect()
}

/// The log-likelihood of all `spends` by (p, q, v), to be asked anywhere.
pub fn log_likelihood(
    spends: impl IntoIterator<Item = (Spend, f64)>,
) -> Option<impl Fn([f64; 3]) -> f64> {
    Cells::new(spends).map(|cells| move |parameters| cells.at(parameters).value)
}

/// As [`fit`], with the errors that the kind of the weights asks for.
pub fn fit_weighted(spends: &Weighted<Spend>) -> Option<Maximum<3>> {
    Some(spends.robust(fit(spends.rows())?, Cells::new))
}

/// Customers sorted and compressed.
struct Cells {
    frequencies: Vec<Frequency>,
    /// Weighted geometric mean of the customers' mean spends: with heavy tails
    /// the arithmetic one is that of the few largest.
    typical: f64,
}

struct Frequency {
    x: f64,
    weight: f64,
    /// Total spend x m, and weight.
    totals: Vec<(f64, f64)>,
    /// Σ weight · ln m.
    sum_log: f64,
}

impl Cells {
    fn new(spends: impl IntoIterator<Item = (Spend, f64)>) -> Option<Self> {
        let mut rows: Vec<_> = spends
            .into_iter()
            .filter(|(spend, weight)| spend.informs() && *weight > 0.0)
            .map(|(spend, weight)| (spend.x, spend.m, weight))
            .collect();
        // Weights are part of the order, so that sums of them are, too.
        rows.sort_unstable_by(|left, right| {
            left.0
                .total_cmp(&right.0)
                .then(left.1.total_cmp(&right.1))
                .then(left.2.total_cmp(&right.2))
        });
        let frequencies: Vec<_> = rows
            .chunk_by(|left, right| left.0.total_cmp(&right.0).is_eq())
            .map(Frequency::new)
            .collect();
        let weight: f64 = frequencies.iter().map(|frequency| frequency.weight).sum();
        let logs: f64 = frequencies.iter().map(|frequency| frequency.sum_log).sum();
        (weight > 0.0).then(|| Self { frequencies, typical: (logs / weight).exp() })
    }
}

impl Frequency {
    fn new(rows: &[(f64, f64, f64)]) -> Self {
        let x = rows[0].0;
        let cells: Vec<(f64, f64)> = rows
            .chunk_by(|left, right| left.1.total_cmp(&right.1).is_eq())
            .map(|same| (same[0].1, same.iter().map(|row| row.2).sum()))
            .collect();
        Self {
            x,
            weight: cells.iter().map(|(_, weight)| weight).sum(),
            totals: cells.iter().map(|(m, weight)| (x * m, *weight)).collect(),
            sum_log: cells.iter().map(|(m, weight)| weight * m.ln()).sum(),
        }
    }
}

impl LogLikelihood<3> for Cells {
    fn at(&self, [p, q, v]: [f64; 3]) -> Local<3> {
        let mut local = Local { value: 0.0, gradient: [0.0; 3], hessian: [[0.0; 3]; 3] };
        for frequency in &self.frequencies {
            frequency.add_to(&mut local, [p, q, v]);
        }
        local
    }
}

impl Frequency {
    /// Adds ln L and its derivatives, in a form in which nothing cancels when p
    /// or q is large. With S = xm, and u = S/(v+S):
    ///
    /// ```text
    /// ln L = lnΓ(px+q) − lnΓ(px) − lnΓ(q) − q ln(1+S/v) − px ln(1+v/S) − ln m
    /// ```
    fn add_to(&self, local: &mut Local<3>, [p, q, v]: [f64; 3]) {
        let Self { x, weight: w, .. } = *self;
        let own = p * x;
        let Sums { log_own, log_all, share, rest, rest_squared, double, inverse } = self.sums(v);
        let (by_own, by_q) = (rise(own, q), rise(q, own));
        let bundle = if own > q { by_own.value - ln_gamma(q) } else { by_q.value - ln_gamma(own) };
        local.value += w * bundle - q * log_all - own * log_own - self.sum_log;
        local.gradient[0] += x * (w * by_own.slope - log_own);
        local.gradient[1] += w * by_q.slope - log_all;
        local.gradient[2] += (q * share - own * rest) / v;
        let hessian = &mut local.hessian;
        hessian[0][0] += w * x * x * by_own.curvature;
        hessian[1][0] += w * x * trigamma(own + q);
        hessian[1][1] += w * by_q.curvature;
        hessian[2][0] -= x * inverse;
        hessian[2][1] += share / v;
        hessian[2][2] += (own * rest_squared - q * double) / (v * v);
    }

    fn sums(&self, v: f64) -> Sums {
        self.totals.iter().fold(Sums::default(), |mut sums, (total, weight)| {
            let (share, rest) = (total / (v + total), v / (v + total));
            sums.log_own += weight * (v / total).ln_1p();
            sums.log_all += weight * (total / v).ln_1p();
            sums.share += weight * share;
            sums.rest += weight * rest;
            sums.rest_squared += weight * rest * rest;
            sums.double += weight * share * (1.0 + rest);
            sums.inverse += weight / (v + total);
            sums
        })
    }
}

/// Weighted sums over the customers of one frequency.
#[derive(Default)]
struct Sums {
    /// Of ln(1+v/S).
    log_own: f64,
    /// Of ln(1+S/v).
    log_all: f64,
    /// Of u.
    share: f64,
    /// Of 1 − u.
    rest: f64,
    /// Of (1 − u)².
    rest_squared: f64,
    /// Of u(2 − u).
    double: f64,
    /// Of 1/(v+S).
    inverse: f64,
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_mean_is_infinite_where_who_is_unknown_has_no_expected_spend() {
        for q in [0.5, 1.0, 1.0_f64.next_up(), 3.74] {
            let params = Params::new(6.25, q, 15.44).expect("in domain");
            let expected = expected_spend(params, Spend::unknown());
            assert_eq!(has_infinite_mean([6.25, q, 15.44]), expected.is_none(), "{q}");
        }
    }

    const SAMPLE: &str = include_str!("../../tests/data/cdnow/sample.csv");
    const MASTER: &str = include_str!("../../tests/data/cdnow/master_spend.csv");

    /// Spends in dollars; the last three columns are cents and customers.
    fn spends(csv: &str) -> Vec<(Spend, f64)> {
        csv.lines()
            .skip(1)
            .map(|line| {
                let numbers: Vec<f64> =
                    line.split(',').map(|number| number.parse().expect("a number")).collect();
                let (cents, n) = (numbers[numbers.len() - 2], numbers[numbers.len() - 1]);
                let x = numbers[0];
                (Spend::new(x, cents / 100.0 / x).expect("in domain"), n)
            })
            .collect()
    }

    fn assert_close(got: f64, want: f64, relative: f64) {
        assert!((got / want - 1.0).abs() < relative, "got {got}, want {want}");
    }

    #[test]
    fn the_sample_gives_the_reference_parameters_errors_and_likelihood() {
        let fit = fit(spends(SAMPLE)).expect("customers");
        let parameters = [6.249_572_271_325_81, 3.744_224_667_131_69, 15.443_520_962_582_3];
        let errors = [1.190_055, 0.290_133, 4.159_423];
        for i in 0..3 {
            assert_close(fit.parameters[i], parameters[i], 1e-10);
            assert_close(fit.standard_errors[i].expect("identified"), errors[i], 1e-6);
        }
        assert!((fit.log_likelihood + 4_055.917_694_801_877).abs() < 1e-8);
        assert!(fit.converged && fit.identified && fit.bounds().next().is_none());
        assert_close(mean_of_all(fit.parameters), 35.170_371_265_656, 1e-11);
    }

    /// What is expected of a customer of whom nothing is known.
    fn mean_of_all([p, q, v]: [f64; 3]) -> f64 {
        let params = Params::new(p, q, v).expect("in domain");
        expected_spend(params, Spend::unknown()).expect("finite")
    }

    #[test]
    fn the_master_gives_the_reference_parameters_and_likelihood() {
        // One customer's repeat purchases cost nothing, and are skipped.
        assert_eq!(spends(MASTER).iter().filter(|(spend, _)| !spend.informs()).count(), 1);
        let fit = fit(spends(MASTER)).expect("customers");
        let parameters = [6.275_359_067_914_33, 3.624_450_022_830_82, 14.983_687_030_941];
        for (got, want) in fit.parameters.into_iter().zip(parameters) {
            assert_close(got, want, 1e-9);
        }
        assert!((fit.log_likelihood + 40_763.476_261_390_78).abs() < 1e-7);
        assert_close(mean_of_all(fit.parameters), 35.827_703_123_485, 1e-9);
    }

    #[test]
    fn the_start_does_not_matter() {
        let cells = Cells::new(spends(SAMPLE)).expect("customers");
        for start in [[0.1; 3], [10.0; 3], [1.0; 3], [6.0, 4.0, 15.0], [0.1, 10.0, 100.0]] {
            let got = maximise(&cells, None, [start], [Range::around(1.0); 3]).expect("a start");
            assert!(got.converged, "from {start:?}");
            assert_close(got.parameters[0], 6.249_572_271_325_81, 1e-9);
        }
    }

    #[test]
    fn the_closed_derivatives_match_differences() {
        let cells = Cells::new(spends(SAMPLE)).expect("customers");
        let at = [5.0, 3.0, 20.0];
        let local = cells.at(at);
        for i in 0..3 {
            let moved = |by: f64| {
                let mut there = at;
                there[i] *= 1.0 + by;
                cells.at(there)
            };
            let (up, down, width) = (moved(1e-5), moved(-1e-5), 2e-5 * at[i]);
            assert_close((up.value - down.value) / width, local.gradient[i], 1e-6);
            for j in i..3 {
                let slope = (up.gradient[j] - down.gradient[j]) / width;
                assert_close(slope, local.hessian[j][i], 1e-6);
            }
        }
    }

    #[test]
    fn expected_spend_matches_the_reference_values() {
        let rounded = Params::new(6.25, 3.74, 15.44).expect("in domain");
        for (x, m, want) in [
            (0.0, 0.0, 35.218_978_102_189_78),
            (2.0, 22.35, 24.663_713_910_761_15),
            (1.0, 11.77, 18.916_852_057_842_05),
            (7.0, 73.74, 71.469_670_896_967_09),
            (2.0, 25.55, 27.288_385_826_771_65),
        ] {
            let spend = Spend::new(x, m).expect("in domain");
            assert_close(expected_spend(rounded, spend).expect("finite"), want, 1e-13);
        }
    }

    #[test]
    fn an_infinite_expectation_is_unknown_and_never_negative() {
        let heavy = Params::new(0.3, 0.6, 15.0).expect("in domain");
        assert_eq!(expected_spend(heavy, Spend::unknown()), None);
        let few = Spend::new(1.0, 10.0).expect("in domain");
        assert_eq!(expected_spend(heavy, few), None);
        let many = Spend::new(20.0, 10.0).expect("in domain");
        assert!(expected_spend(heavy, many).expect("finite") > 0.0);
    }

    #[test]
    fn the_variance_is_that_of_the_rate_of_spend() {
        // p/ν with ν ~ Gamma(px+q, v+xm), integrated on the scale of ln ν.
        let Params { p, q, v } = Params::new(6.25, 3.74, 15.44).expect("in domain");
        for (x, m) in [(0.0, 0.0), (1.0, 11.77), (2.0, 22.35), (7.0, 73.74)] {
            let (shape, rate) = (p * x + q, v + x * m);
            let moment = |power: i32| {
                (-40_000..20_000).map(f64::from).fold(0.0, |sum, step| {
                    let log: f64 = step * 1e-3;
                    let nu = log.exp();
                    let density = shape * (rate * nu).ln() - rate * nu - ln_gamma(shape);
                    sum + 1e-3 * (p / nu).powi(power) * density.exp()
                })
            };
            let params = Params::new(p, q, v).expect("in domain");
            let spend = Spend::new(x, m).expect("in domain");
            let want = moment(2) - moment(1) * moment(1);
            assert_close(spend_variance(params, spend).expect("finite"), want, 1e-9);
        }
    }

    #[test]
    fn an_infinite_variance_is_unknown_and_never_negative() {
        let heavy = Params::new(0.3, 1.4, 15.0).expect("in domain");
        for (x, finite) in [(0.0, false), (1.0, false), (2.0, false), (3.0, true)] {
            let spend = Spend::new(x, 10.0).expect("in domain");
            assert!(expected_spend(heavy, spend).is_some());
            assert_eq!(spend_variance(heavy, spend).is_some(), finite, "x={x}");
        }
    }

    #[test]
    fn customers_that_all_spend_the_same_are_a_flag_and_not_a_failure() {
        let same =
            (1_u32..=40).map(|i| (Spend::new(f64::from(i % 4 + 1), 25.0).expect("in domain"), 1.0));
        let fit = fit(same).expect("customers");
        assert!(!fit.identified, "{fit:?}");
        assert!(fit.parameters.iter().all(|parameter| parameter.is_finite()));
    }

    #[test]
    fn spend_that_does_not_vary_leaves_its_scale_open_with_the_shapes() {
        let spend = |x: f64, m: f64, weight: f64| (Spend::new(x, m).expect("in domain"), weight);
        for spends in [
            vec![spend(3.0, 10.0, 1.0), spend(2.0, 10.0, 1.0)],
            (1..=5).map(|x| spend(f64::from(x), 10.0, 8.0)).collect(),
            vec![spend(2.0, 10.0, 50.0), spend(3.0, 10.0, 49.0), spend(2.0, 10.01, 1.0)],
        ] {
            let fit = fit(spends.clone()).expect("customers");
            let open: Vec<_> = fit.bounds().collect();
            assert!(open.contains(&(0, Bound::Upper)) && open.contains(&(1, Bound::Upper)));
            assert!(open.contains(&(2, Bound::Lower)) && open.contains(&(2, Bound::Upper)));
            assert_eq!(fit.standard_errors, [None; 3], "{fit:?}");
            // Any v explains what does not vary at all as well, with q = 1 + p·v/10.
            let varies = spends.iter().any(|(spend, _)| spend.m > 10.0);
            let value = log_likelihood(spends).expect("customers");
            for v in [0.1, 1.0, 10.0, 100.0].into_iter().filter(|_| !varies) {
                let (p, q) = if v < 10.0 { (1e9, 1.0 + 1e8 * v) } else { (1e10 / v, 1.0 + 1e9) };
                assert!(value([p, q, v]) > fit.log_likelihood - 1.92, "{v}");
            }
        }
    }

    #[test]
    fn a_negative_mean_is_refused_and_the_mean_of_nothing_is_ignored() {
        let error = Spend::new(2.0, -3.0).expect_err("out of domain");
        assert_eq!(error.to_string(), "`monetary` must be finite and >= 0, got -3");
        assert_eq!(Spend::new(0.0, f64::NAN), Ok(Spend::unknown()));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]

        #[test]
        fn order_and_repetition_do_not_change_a_digit(
            rows in prop::collection::vec((1_u32..6, 1_u32..9000, 1_u32..4), 2..60),
            turn in 0_usize..60,
        ) {
            let weighted: Vec<_> = rows
                .into_iter()
                .map(|(x, cents, n)| {
                    (Spend::new(f64::from(x), f64::from(cents) / 100.0).expect("in domain"), n as usize)
                })
                .collect();
            let mut repeated: Vec<_> = weighted
                .iter()
                .flat_map(|&(spend, n)| std::iter::repeat_n((spend, 1.0), n))
                .collect();
            let by = turn % repeated.len();
            repeated.rotate_left(by);
            let weighted = weighted.into_iter().map(|(spend, n)| (spend, n as f64));
            let (want, got) = (fit(weighted), fit(repeated));
            prop_assert_eq!(want, got);
            prop_assert!(want.is_some_and(|fit| fit.converged));
        }

        #[test]
        fn the_estimate_lies_between_the_customer_and_the_population(
            x in 1_u32..100, m in 0.01..1000.0_f64,
        ) {
            let rounded = Params::new(6.25, 3.74, 15.44).expect("in domain");
            let population = expected_spend(rounded, Spend::unknown()).expect("finite");
            let got = expected_spend(rounded, Spend::new(f64::from(x), m).expect("in domain"));
            let got = got.expect("finite");
            prop_assert!(got >= m.min(population) * (1.0 - 1e-12));
            prop_assert!(got <= m.max(population) * (1.0 + 1e-12));
        }
    }
}
