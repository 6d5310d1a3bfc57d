//! NBD: how often will this customer buy, if nobody ever leaves?
//!
//! A customer buys at a Poisson rate λ ~ Gamma(r, α), for ever. Two population
//! parameters then say how unusual a purchase history is by chance. It is the baseline for models
//! with dropout: if they do not explain the data better, nobody leaves, or it cannot be known.
//!
//! α carries the unit of time. See [`History`] for `x` and `T`; recency is not used.
//!
//! Sources: Ehrenberg (1959), "The Pattern of Consumer Purchases", Applied
//! Statistics 8(1), 26–41; for histories of unequal length, Fader, Hardie and
//! Lee (2005), "'Counting Your Customers' the Easy Way", Marketing Science
//! 24(2), 275–284.

use super::OutOfDomain;
use super::domain::{ensure_positive, ensure_whole};
use super::weights::Weighted;
use crate::kernel::History;
use crate::kernel::maths::arrivals::{at_least, exactly};
use crate::kernel::maths::maximise::{Local, LogLikelihood, Maximum, Range, maximise};
use crate::kernel::purchase_model::cells::Cells;
use crate::kernel::purchase_model::rate::{Elapsed, Time, counts};
use crate::kernel::purchase_model::{
    Dated, GivenAlive, Law, PurchaseModel, Timed, Ways, Window, Within,
};

/// The population: how purchase rates are spread.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Params {
    r: f64,
    alpha: f64,
}

impl Params {
    /// Checks the two parameters.
    ///
    /// # Errors
    /// One of them is not finite and positive.
    pub fn new(r: f64, alpha: f64) -> Result<Self, OutOfDomain> {
        for (name, value) in [("r", r), ("alpha", alpha)] {
            ensure_positive(name, value)?;
        }
        Ok(Self { r, alpha })
    }
}

impl PurchaseModel for Params {
    type Past = History;
    type Future = Future;

    /// Nobody leaves.
    fn p_alive(&self, _: History) -> f64 {
        1.0
    }

    fn future(&self, frequency: f64) -> Result<Future, OutOfDomain> {
        ensure_whole("frequency", frequency)?;
        Ok(Future { shape: self.r + frequency, alpha: self.alpha })
    }
}

/// The future of customers of one frequency.
#[derive(Debug, Clone, Copy)]
pub struct Future {
    /// r + x, the shape of the purchase rate given the past.
    shape: f64,
    alpha: f64,
}

impl GivenAlive for Future {
    type Past = History;
    type Law<'a> = Within<'a, Self>;

    fn depends_on(past: History) -> [f64; 2] {
        [past.age, 0.0]
    }

    fn law(&self, past: History, horizon: f64) -> Result<Within<'_, Self>, OutOfDomain> {
        Window::after(past, horizon).map(|window| Within { future: self, window })
    }

    /// (r+x)/(α+T)/δ: the present rate for ever.
    fn residual(&mut self, past: History, discount_rate: f64) -> Result<f64, OutOfDomain> {
        ensure_positive("discount_rate", discount_rate)?;
        Ok((self.shape / (self.alpha + past.age) / discount_rate).min(f64::MAX))
    }
}

impl Within<'_, Future> {
    /// t/(α+T), up to where its square is still a number.
    fn reach(&self) -> f64 {
        let Window { age, horizon } = self.window;
        (horizon / (self.future.alpha + age)).min(1e150)
    }
}

impl Law for Within<'_, Future> {
    fn survival(&self) -> f64 {
        1.0
    }

    /// E[Y(t)] = t(r+x)/(α+T).
    fn purchases(&self) -> f64 {
        self.future.shape * self.reach()
    }

    fn mean_and_variance(&self) -> [f64; 2] {
        let (mean, reach) = (self.purchases(), self.reach());
        [mean, self.future.shape * reach * (1.0 + reach)]
    }

    fn exactly(&self, n: f64) -> f64 {
        exactly(self.future.shape, self.reach(), n)
    }

    fn at_least(&self, n: f64) -> f64 {
        at_least(self.future.shape, self.reach(), n)
    }
}

impl Dated for Future {
    fn dated(&self, window: Window) -> impl Timed {
        Within { future: self, window }
    }
}

impl Timed for Within<'_, Future> {
    fn horizon(&self) -> f64 {
        self.window.horizon
    }

    fn ways(&self, n: f64) -> Ways {
        Ways { stays: self.exactly(n), leaves: Vec::new(), leaves_buying: false }
    }
}

/// Finds the parameters (r, α) under which `histories` are most likely.
///
/// Each history comes with its weight: the number of customers that share it,
/// or that it represents. The result does not depend on their order.
/// `None` where no history has a weight above zero.
pub fn fit(histories: impl IntoIterator<Item = (History, f64)>) -> Option<Maximum<2>> {
    let cells = Cells::new(histories)?;
    let starts = [0.1, 1.0, 10.0].map(|r| [r, r / cells.rate()]);
    let ranges = [Range::around(1.0), Range::around(cells.unit())];
    maximise(&cells, cells.coarse().as_ref(), starts, ranges)
}

/// The log-likelihood of all `histories` by (r, α), to be asked anywhere.
pub fn log_likelihood(
    histories: impl IntoIterator<Item = (History, f64)>,
) -> Option<impl Fn([f64; 2]) -> f64> {
    Cells::new(histories).map(|cells| move |parameters| cells.at(parameters).value)
}

/// As [`fit`], with the errors that the kind of the weights asks for.
pub fn fit_weighted(histories: &Weighted<History>) -> Option<Maximum<2>> {
    Some(histories.robust(fit(histories.rows())?, Cells::new))
}

/// The likelihood of purchases at their times; the number of orderings
/// of the same purchases is not part of it.
impl LogLikelihood<2> for Cells {
    fn at(&self, [r, alpha]: [f64; 2]) -> Local<2> {
        let times = Time::all(&self.times, alpha);
        let mut local = counts(self, r, alpha);
        for frequency in &self.frequencies {
            let mut elapsed = Elapsed::default();
            for cell in &frequency.cells {
                elapsed.add(times[cell.age()], cell.weight);
            }
            let shape = r + frequency.x;
            elapsed.add_value_to(&mut local, shape);
            elapsed.add_to(&mut local, shape, alpha);
        }
        local
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::maths::maximise::Bound;
    use crate::kernel::purchase_model::testing::*;
    use crate::kernel::testing::*;
    use proptest::prelude::*;

    #[test]
    fn the_sample_gives_the_reference_parameters_errors_and_likelihood() {
        let fit = fit(sample()).expect("customers");
        let parameters = [0.384_766_135_768_784, 12.072_022_844_836_9];
        assert_fit(&fit, parameters, [0.020_985_38, 0.808_723_18]);
        assert!((fit.log_likelihood + 9_763.657_614_672_615).abs() < 1e-8);
    }

    #[test]
    fn the_master_gives_the_reference_parameters_and_likelihood() {
        let fit = fit(master()).expect("customers");
        for (got, want) in
            fit.parameters.into_iter().zip([0.387_247_166_118_146, 12.271_227_936_856_4])
        {
            assert_close(got, want, 1e-10);
        }
        assert!((fit.log_likelihood + 96_845.344_241_247_92).abs() < 1e-7);
    }

    #[test]
    fn the_start_does_not_matter() {
        let cells = Cells::new(sample()).expect("customers");
        for start in [[0.1; 2], [10.0; 2], [1.0; 2], [0.1, 100.0], [100.0, 0.1]] {
            let got = maximise(&cells, None, [start], [Range::around(1.0); 2]).expect("a start");
            assert!(got.converged, "from {start:?}");
            assert_close(got.parameters[0], 0.384_766_135_768_784, 1e-9);
            assert_close(got.parameters[1], 12.072_022_844_836_9, 1e-9);
        }
    }

    #[test]
    fn the_unit_of_time_changes_alpha_only() {
        let weeks = fit(sample()).expect("customers");
        let years = fit(in_years(sample())).expect("customers");
        assert_close(years.parameters[1] * 365.25 / 7.0, weeks.parameters[1], 1e-9);
        assert_close(years.parameters[0], weeks.parameters[0], 1e-9);
    }

    #[test]
    fn the_closed_derivatives_match_differences() {
        assert_derivatives::<2>(&Cells::new(sample()).expect("customers"), [0.5, 9.0]);
    }

    #[test]
    fn recency_is_not_looked_at() {
        let forgotten = sample().into_iter().map(|(h, n)| (history(h.x, 0.0, h.age), n));
        let (want, got) = (fit(sample()).expect("customers"), fit(forgotten).expect("customers"));
        for i in 0..2 {
            assert_close(got.parameters[i], want.parameters[i], 1e-12);
        }
    }

    #[test]
    fn at_the_maximum_the_customers_rates_average_to_that_of_the_population() {
        // What setting the derivative by alpha to zero says.
        let [r, alpha] = fit(sample()).expect("customers").parameters;
        let params = Params::new(r, alpha).expect("in domain");
        let rate = |past| purchases(&params, past, 1.0);
        let total: f64 = sample().into_iter().map(|(history, n)| n * rate(history)).sum();
        assert_close(total / 2357.0, rate(History::acquired()), 1e-9);
        assert_close(rate(History::acquired()), r / alpha, 1e-15);
    }

    #[test]
    fn nobody_leaves_and_all_that_is_to_come_is_the_present_rate_for_ever() {
        let params = Params::new(0.5, 12.0).expect("in domain");
        let past = history(2.0, 1.0, 38.0);
        assert_eq!(params.p_alive(past).to_bits(), 1.0_f64.to_bits());
        let mut future = params.future(2.0).expect("in domain");
        let years = window(38.0, 1e9);
        let law = Within { future: &future, window: years };
        assert_eq!(law.survival().to_bits(), 1.0_f64.to_bits());
        assert_close(residual(&params, past, 0.01), 2.5 / 50.0 / 0.01, 1e-15);
        // As steps so short and many that they are a continuous stream.
        let steps = future.discounted_purchases(aged(38.0), 100_000.0, 0.05, 0.01 * 0.05);
        assert_close(steps.expect("in domain"), 2.5 / 50.0 / 0.01, 1e-3);
        let error = future.residual(aged(38.0), 0.0).expect_err("out of domain");
        assert_eq!(error.to_string(), "`discount_rate` must be finite and > 0, got 0");
    }

    #[test]
    fn customers_that_never_return_or_are_all_alike_are_a_flag_and_not_a_failure() {
        assert_flagged(&fit(never_returning()).expect("customers"));
        let alike = (0..40).map(|_| (history(4.0, 0.0, 30.0), 1.0));
        let fit = fit(alike).expect("customers");
        assert!(fit.bounds().any(|(_, bound)| bound == Bound::Upper), "{fit:?}");
        assert_close(fit.parameters[0] / fit.parameters[1], 4.0 / 30.0, 1e-4);
    }

    #[test]
    fn nobody_gives_nothing_and_an_impossible_question_names_the_rule() {
        assert_eq!(fit([]), None);
        let params = Params::new(1.0, 2.0).expect("in domain");
        let future = params.future(0.0).expect("in domain");
        let error = future.law(aged(0.0), -1.0).map(|law| law.purchases()).expect_err("negative");
        assert_eq!(error.to_string(), "`horizon` must be finite and >= 0, got -1");
        let error = Params::new(1.0, 0.0).expect_err("out of domain");
        assert_eq!(error.to_string(), "`alpha` must be finite and > 0, got 0");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]

        #[test]
        fn order_and_repetition_do_not_change_a_digit(rows in repeated(), turn in 0_usize..60) {
            let [want, got] = both_ways(&rows, turn, fit);
            prop_assert_eq!(want, got);
            prop_assert!(want.is_some_and(|fit| fit.converged));
        }

        #[test]
        fn the_probabilities_are_a_distribution(
            x in 0_u32..100, age in 0.1..500.0_f64, share in 0.001..2.0_f64,
        ) {
            let future = Params::new(0.385, 12.07).expect("in domain").future(f64::from(x));
            let (future, window) = (&future.expect("in domain"), window(age, share * (12.07 + age)));
            assert_distribution(&Within { future, window });
        }

        #[test]
        fn the_estimate_lies_between_the_customer_and_the_population(
            x in 0_u32..100, age in 0.1..500.0_f64,
        ) {
            let params = Params::new(0.385, 12.07).expect("in domain");
            let own = f64::from(x) / age;
            let past = history(f64::from(x), 0.0, age);
            let rate = purchases(&params, past, 1.0);
            let population = 0.385 / 12.07;
            prop_assert!(own.min(population) <= rate * (1.0 + 1e-12));
            prop_assert!(rate <= own.max(population) * (1.0 + 1e-12));
        }
    }
}
