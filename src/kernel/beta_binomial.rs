//! Beta-binomial: how differently do customers choose?
//!
//! A customer chooses the brand with an individual probability p ~ Beta(α, β), at
//! each of n purchases of the category. The overall share is then α/(α+β), and the heterogeneity of
//! customers the polarisation φ = 1/(1+α+β): 0 if all have the same p, 1 if each chooses it always
//! or never.
//!
//! ```text
//! ln L = ln C(n, x) + ln[Γ(α+x)/Γ(α)] + ln[Γ(β+n−x)/Γ(β)] − ln[Γ(α+β+n)/Γ(α+β)]
//! ```
//!
//! Sources: Skellam (1948), "A Probability Distribution Derived from the Binomial
//! Distribution", J. R. Stat. Soc. B 10(2), 257–261; Sabavala and Morrison (1977), "A
//! Model of TV Show Loyalty", J. Advertising Research 17(6), 35–43 (polarisation).

use std::collections::BTreeMap;

use super::OutOfDomain;
use super::domain::{ensure, ensure_whole};
use super::weights::Weighted;
use crate::kernel::maths::gamma::{Rising, rising};
use crate::kernel::maths::maximise::{Local, LogLikelihood, Maximum, Range, maximise};

/// The choices of a customer.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Choices {
    successes: f64,
    trials: f64,
}

impl Choices {
    /// Checks one customer's numbers.
    ///
    /// # Errors
    /// One is not a whole number, or there are more successes than trials.
    pub fn new(successes: f64, trials: f64) -> Result<Self, OutOfDomain> {
        ensure_whole("successes", successes)?;
        ensure_whole("trials", trials)?;
        ensure(successes <= trials, "successes", "at most `trials`", successes)?;
        Ok(Self { successes, trials })
    }

    /// Whether the customer chose anything.
    #[must_use]
    pub fn informs(&self) -> bool {
        self.trials > 0.0
    }
}

/// Finds the parameters (α, β) under which `choices`, each with its weight, are most
/// likely. Their order does not matter. `None` where no trial has a weight.
pub fn fit(choices: impl IntoIterator<Item = (Choices, f64)>) -> Option<Maximum<2>> {
    let tallies = Tallies::new(choices)?;
    let starts = [[1.0, 1.0], [0.1, 0.1], [0.1, 1.0], [1.0, 0.1], [3.0, 30.0], [30.0, 3.0]];
    maximise(&tallies, None, starts, [Range::around(1.0); 2])
}

/// The log-likelihood of all `choices` by (α, β), to be asked anywhere.
pub fn log_likelihood(
    choices: impl IntoIterator<Item = (Choices, f64)>,
) -> Option<impl Fn([f64; 2]) -> f64> {
    Tallies::new(choices).map(|tallies| move |parameters| tallies.at(parameters).value)
}

/// The mean probability under (α, β): α/(α + β).
#[must_use]
pub fn share([alpha, beta]: [f64; 2]) -> f64 {
    alpha / (alpha + beta)
}

/// Sabavala and Morrison's φ = 1/(1 + α + β): 0 where all choose alike, 1 where each chooses always or never.
#[must_use]
pub fn polarisation([alpha, beta]: [f64; 2]) -> f64 {
    1.0 / (1.0 + alpha + beta)
}

/// As [`fit`], with the errors that the kind of the weights asks for.
pub fn fit_weighted(choices: &Weighted<Choices>) -> Option<Maximum<2>> {
    Some(choices.robust(fit(choices.rows())?, Tallies::new))
}

/// How much weight has so many successes, failures and trials.
struct Tallies {
    successes: Tally,
    failures: Tally,
    trials: Tally,
    /// Σ w ln C(n, x).
    orders: f64,
}

impl Tallies {
    fn new(choices: impl IntoIterator<Item = (Choices, f64)>) -> Option<Self> {
        let mut rows: Vec<(Choices, f64)> = choices
            .into_iter()
            .filter(|(choices, weight)| choices.trials > 0.0 && *weight > 0.0)
            .collect();
        rows.sort_by(|(a, v), (b, w)| {
            let first = a.trials.total_cmp(&b.trials).then(a.successes.total_cmp(&b.successes));
            first.then(v.total_cmp(w))
        });
        let tally = |count: fn(Choices) -> f64| {
            Tally::new(rows.iter().map(|(choices, weight)| (count(*choices), *weight)))
        };
        let successes = tally(|choices| choices.successes);
        let failures = tally(|choices| choices.trials - choices.successes);
        let trials = tally(|choices| choices.trials);
        let [won, lost, all] = [&successes, &failures, &trials].map(|tally| tally.rise(1.0).value);
        let orders = all - won - lost;
        (!rows.is_empty()).then_some(Self { successes, failures, trials, orders })
    }
}

/// Counts, ascending, each with its weight.
struct Tally(Vec<(f64, f64)>);

impl Tally {
    fn new(counts: impl Iterator<Item = (f64, f64)>) -> Self {
        let mut weights: BTreeMap<u64, f64> = BTreeMap::new();
        for (count, weight) in counts {
            // The bits of numbers that are not negative are in their order.
            *weights.entry((count + 0.0).to_bits()).or_default() += weight;
        }
        Self(weights.into_iter().map(|(bits, weight)| (f64::from_bits(bits), weight)).collect())
    }

    /// Σ w ln[Γ(z+count)/Γ(z)] and its derivatives by z.
    fn rise(&self, z: f64) -> Rising {
        let risings = rising(z, self.0.iter().map(|(count, _)| *count));
        let mut sum = Rising::default();
        for (rising, (_, weight)) in risings.iter().zip(&self.0) {
            sum.value += weight * rising.value;
            sum.slope += weight * rising.slope;
            sum.curvature += weight * rising.curvature;
        }
        sum
    }
}

impl LogLikelihood<2> for Tallies {
    fn at(&self, [alpha, beta]: [f64; 2]) -> Local<2> {
        let [won, lost] = [self.successes.rise(alpha), self.failures.rise(beta)];
        let all = self.trials.rise(alpha + beta);
        let hessian = [
            [won.curvature - all.curvature, -all.curvature],
            [-all.curvature, lost.curvature - all.curvature],
        ];
        Local {
            value: self.orders + won.value + lost.value - all.value,
            gradient: [won.slope - all.slope, lost.slope - all.slope],
            hessian,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::maths::maximise::Bound;
    use crate::kernel::testing::*;
    use proptest::prelude::*;

    #[test]
    fn the_shapes_tell_the_mean_and_how_far_customers_differ() {
        for (shapes, mean, differing) in
            [([1.0, 1.0], 0.5, 1.0 / 3.0), ([0.5, 1.5], 0.25, 1.0 / 3.0)]
        {
            assert_close(share(shapes), mean, 1e-15);
            assert_close(polarisation(shapes), differing, 1e-15);
        }
    }

    type Row = (u32, u32, f64);

    fn rows(rows: &[Row]) -> Vec<(Choices, f64)> {
        rows.iter()
            .map(|&(x, n, w)| (Choices::new(f64::from(x), f64::from(n)).expect("in domain"), w))
            .collect()
    }

    /// Of ten purchases most are of one brand; some customers bought less often.
    fn market() -> Vec<(Choices, f64)> {
        let tens = [30, 15, 10, 8, 6, 5, 5, 4, 5, 6, 16];
        let mut all: Vec<Row> = (0..).zip(tens).map(|(x, w)| (x, 10, f64::from(w))).collect();
        all.extend([(0, 1, 12.0), (1, 1, 5.0), (2, 3, 7.0), (0, 3, 11.0)]);
        rows(&all)
    }

    #[test]
    fn the_maximum_is_that_of_thirty_digit_arithmetic() {
        let fit = fit(market()).expect("trials");
        let parameters = [0.335_832_562_322_966_1, 0.566_730_195_821_798];
        assert_fit(&fit, parameters, [0.055_745_728, 0.097_155_142]);
        assert!((fit.log_likelihood + 273.519_827_623_067_5).abs() < 1e-10);
    }

    #[test]
    fn the_closed_derivatives_match_differences() {
        let tallies = Tallies::new(market()).expect("trials");
        assert_derivatives::<2>(&tallies, [0.4, 1.7]);
    }

    #[test]
    fn customers_who_choose_alike_and_customers_of_one_brand_are_the_two_bounds() {
        let alike = fit(rows(&[(3, 6, 40.0)])).expect("trials");
        assert!(alike.bounds().any(|(_, bound)| bound == Bound::Upper), "{alike:?}");
        let loyal = fit(rows(&[(6, 6, 20.0), (0, 6, 20.0)])).expect("trials");
        assert!(loyal.bounds().any(|(_, bound)| bound == Bound::Lower), "{loyal:?}");
        let [alpha, beta] = loyal.parameters;
        assert!(1.0 / (1.0 + alpha + beta) > 0.999);
    }

    #[test]
    fn single_choices_do_not_tell_how_customers_differ() {
        assert_flagged(&fit(rows(&[(0, 1, 30.0), (1, 1, 10.0)])).expect("trials"));
        assert_eq!(fit(rows(&[(0, 0, 5.0)])), None);
        let error = Choices::new(3.0, 2.0).expect_err("too many");
        assert_eq!(error.to_string(), "`successes` must be at most `trials`, got 3");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]

        #[test]
        fn order_and_repetition_do_not_change_a_digit(
            given in prop::collection::vec((0_u32..8, 0_u32..8, 1_u32..4), 1..20),
        ) {
            let weighted: Vec<Row> =
                given.iter().map(|&(x, more, w)| (x, x + more, f64::from(w))).collect();
            let single: Vec<Row> = given
                .iter()
                .rev()
                .flat_map(|&(x, more, w)| (0..w).map(move |_| (x, x + more, 1.0)))
                .collect();
            prop_assert_eq!(fit(rows(&weighted)), fit(rows(&single)));
        }

        #[test]
        fn exchanging_success_and_failure_exchanges_the_parameters(
            given in prop::collection::vec((0_u32..8, 0_u32..8), 5..20),
        ) {
            let won: Vec<Row> = given.iter().map(|&(x, more)| (x, x + more, 1.0)).collect();
            let lost: Vec<Row> = given.iter().map(|&(x, more)| (more, x + more, 1.0)).collect();
            let (Some(a), Some(b)) = (fit(rows(&won)), fit(rows(&lost))) else { return Ok(()) };
            prop_assert!((a.log_likelihood - b.log_likelihood).abs() < 1e-8);
        }
    }
}
