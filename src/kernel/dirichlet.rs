//! NBD-Dirichlet: what brands of their size can expect in a stationary market.
//!
//! A household buys the category at a Poisson rate spread as Gamma, and chooses among
//! the brands with individual probabilities, spread as Dirichlet. Three numbers then describe the
//! whole market, and brands differ only by their share: a small brand has fewer buyers who buy a
//! little less often, and loyalty beyond that is rare (double jeopardy).
//!
//! ```text
//! M = B·w                             purchases of the category per household
//! (1 + M/K)^−K = 1 − B                K: how much rates differ
//! P(n)                                negative binomial with mean M and shape K
//! brand j, share s                    beta-binomial (S·s, S·(1−s)) of n
//! penetration  bⱼ = Σ P(n) (1 − Π_{i<n} (S(1−s)+i)/(S+i))
//! rate  wⱼ = M·s/bⱼ                   category rate  wₚⱼ = Σ n P(n) (1 − Π …)/bⱼ
//! share of requirements  wⱼ/wₚⱼ       polarisation  φ = 1/(1+S)
//! ```
//!
//! Each brand's penetration has an S that explains it; S of the market is their mean by
//! market share. Brands that do not belong are left out of it, as Chen's R package does:
//! those outside the whiskers of a box plot, and those above its upper notch. A brand
//! whose penetration no S explains is left out too.
//!
//! Sources: Goodhardt, Ehrenberg and Chatfield (1984), "The Dirichlet: A Comprehensive
//! Model of Buying Behaviour", J. R. Stat. Soc. A 147(5), 621–655; Sabavala and Morrison
//! (1977), "A Model of TV Show Loyalty", J. Advertising Research 17(6), 35–43
//! (polarisation); Chen (2008), R package `NBDdirichlet`; McGill, Tukey and Larsen (1978),
//! "Variations of Box Plots", The American Statistician 32(1), 12–16.

use super::OutOfDomain;
use super::domain::ensure;
use crate::kernel::maths::maximise::Bound;

/// What is known of the category: over some time, the share `penetration` of all households bought
/// it, `rate` times each.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Category {
    penetration: f64,
    rate: f64,
}

/// What is known of a brand over the same time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Brand {
    penetration: f64,
    share: f64,
}

/// A market.
#[derive(Debug, Clone, PartialEq)]
pub struct Market {
    /// Purchases of the category per household.
    pub m: f64,
    /// The homogeneity of the rates of households: small if few buy most.
    pub k: f64,
    /// Where `k` ran to the end of its range.
    pub k_bound: Option<Bound>,
    /// The homogeneity of the choices of households: small if each has its own brand. `None` if it
    /// is not identified by any brand.
    pub s: Option<f64>,
    /// The limit of brands that do not identify it: zero if all their buyers buy nothing else,
    /// infinity if more buy them than would by chance alone.
    pub s_bounds: [bool; 2],
    /// The brands' shares of the category, added up.
    pub shares: f64,
    /// In the order given.
    pub brands: Vec<Position>,
}

/// One brand in the market.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Position {
    /// Of the category's purchases.
    pub share: f64,
    /// The S that explains this brand's penetration alone. `None` where none does.
    pub s: Option<f64>,
    /// Whether it is part of the market's S.
    pub counts: bool,
    /// What the model expects. `None` where the market has no S.
    pub expected: Option<Expected>,
}

/// What the model expects of a brand.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Expected {
    /// Share of households that buy it.
    pub penetration: f64,
    /// How often a buyer buys it.
    pub rate: f64,
    /// How often a buyer of it buys the category.
    pub category_rate: f64,
    /// The share of its buyers' category purchases that it gets.
    pub share_of_requirements: f64,
}

impl Category {
    /// Checks a category.
    ///
    /// # Errors
    /// `penetration` is not between 0 and 1, or `rate` not between 1 and 100,000.
    pub fn new(penetration: f64, rate: f64) -> Result<Self, OutOfDomain> {
        let inside = penetration > 0.0 && penetration < 1.0;
        ensure(inside, "category_penetration", "above 0 and below 1", penetration)?;
        let bought = (1.0..=1e5).contains(&rate);
        ensure(bought, "category_purchase_rate", "between 1 and 100000", rate)?;
        Ok(Self { penetration, rate })
    }

    fn mean(self) -> f64 {
        self.penetration * self.rate
    }
}

impl Brand {
    /// Checks a brand of which the share `penetration` of all households bought, `rate` times each.
    ///
    /// # Errors
    /// `penetration` is not above 0 and at most the category's, `rate` is below 1 or not finite, or
    /// the brand is bought more often than the category.
    pub fn new(category: Category, penetration: f64, rate: f64) -> Result<Self, OutOfDomain> {
        let inside = penetration > 0.0 && penetration <= category.penetration;
        let rule = "above 0 and at most `category_penetration`";
        ensure(inside, "penetration", rule, penetration)?;
        ensure(rate.is_finite() && rate >= 1.0, "purchase_rate", "finite and >= 1", rate)?;
        let share = penetration * rate / category.mean();
        let rule = "such that a brand is not bought more often than the category";
        ensure(share <= 1.0 + 1e-12, "purchase_rate", rule, rate)?;
        Ok(Self { penetration, share: share.min(1.0) })
    }
}

impl Market {
    /// Sabavala and Morrison's φ = 1/(1 + S): 0 where all choose alike, 1 where each has one brand. `None`
    /// as [`s`](Self::s).
    #[must_use]
    pub fn polarisation(&self) -> Option<f64> {
        self.s.map(|s| 1.0 / (1.0 + s))
    }

    /// What to know before use, in words for a machine.
    #[must_use]
    pub fn flags(&self) -> Vec<&'static str> {
        let [lower, upper] = self.s_bounds.map(|bound| bound && self.s.is_none());
        [
            (self.k_bound == Some(Bound::Lower), "k_lower"),
            (self.k_bound == Some(Bound::Upper), "k_upper"),
            (lower, "s_lower"),
            (upper, "s_upper"),
            (self.shares > ALL, "not_a_market"),
        ]
        .into_iter()
        .filter_map(|(holds, flag)| holds.then_some(flag))
        .collect()
    }
}

/// Shares of brands add up to 1 at most, and a hundredth more where what they are of is rounded.
const ALL: f64 = 1.01;

/// Describes the market.
#[must_use]
pub fn market(category: Category, brands: &[Brand]) -> Market {
    let m = category.mean();
    let (k, k_bound) = shape(category);
    let purchases = Purchases::new(m, k);
    let found: Vec<_> = brands.iter().map(|brand| purchases.diversity(*brand)).collect();
    let s_bounds =
        [Bound::Lower, Bound::Upper].map(|end| found.iter().any(|(_, bound)| *bound == Some(end)));
    let own = found.iter().map(|(s, bound)| bound.is_none().then_some(*s));
    let own: Vec<Option<f64>> = own.collect();
    let fence = Fence::new(own.iter().flatten().copied());
    let counts = |s: Option<f64>| s.is_some_and(|s| fence.is_some_and(|fence| fence.holds(s)));
    let weight = |chosen: &dyn Fn(f64) -> f64| {
        let parts = brands.iter().zip(&own).filter(|(_, s)| counts(**s));
        parts.map(|(brand, s)| brand.share * chosen(s.unwrap_or_default())).sum::<f64>()
    };
    let total = weight(&|_| 1.0);
    let s = (total > 0.0).then(|| weight(&|s| s) / total);
    let position = |(brand, own): (&Brand, &Option<f64>)| Position {
        share: brand.share,
        s: *own,
        counts: counts(*own),
        expected: s.map(|s| purchases.expected(brand.share, s)),
    };
    let shares = brands.iter().map(|brand| brand.share).sum();
    let brands = brands.iter().zip(&own).map(position).collect();
    Market { m, k, k_bound, s, s_bounds, shares, brands }
}

/// K, and whether it lies at an end of its range: from 1/20,000 to 10,000,000 times the mean.
fn shape(category: Category) -> (f64, Option<Bound>) {
    let (m, none) = (category.mean(), (-category.penetration).ln_1p());
    // −ln of the share without a purchase rises from 0 to M with K.
    let excess = |k: f64| k * (m / k).ln_1p() + none;
    root(excess, m / 2e4, m * 1e7)
}

/// Where a rising function is zero, by halving on the log scale, or the end that is nearest.
fn root(rising: impl Fn(f64) -> f64, low: f64, high: f64) -> (f64, Option<Bound>) {
    if rising(low) >= 0.0 {
        return (low, Some(Bound::Lower));
    }
    if rising(high) <= 0.0 {
        return (high, Some(Bound::Upper));
    }
    let (mut low, mut high) = (low.ln(), high.ln());
    loop {
        let middle = f64::midpoint(low, high);
        if middle <= low || middle >= high {
            return (middle.exp(), None);
        }
        if rising(middle.exp()) < 0.0 { low = middle } else { high = middle }
    }
}

/// How many households buy the category once, twice, …
struct Purchases {
    m: f64,
    /// P(1), P(2), … up to where hardly anybody is left.
    shares: Vec<f64>,
}

impl Purchases {
    fn new(m: f64, k: f64) -> Self {
        let ratio = m / (m + k);
        let mut share = (-k * (m / k).ln_1p()).exp();
        let (mut shares, mut n) = (Vec::new(), 1.0);
        // Past the mean, a term and all that follow are less than this times it.
        while n < m || share * n > 1e-18 * (1.0 - ratio) {
            share *= (k + n - 1.0) / n * ratio;
            shares.push(share);
            n += 1.0;
        }
        Self { m, shares }
    }

    /// Who buys the brand at all among those who buy n times: Σ P(n) u(n) and Σ n P(n) u(n).
    fn buyers(&self, share: f64, s: f64) -> (f64, f64) {
        let (mut buys, mut never, mut n) = (0.0, 1.0, 0.0);
        let (mut penetration, mut purchases) = (0.0, 0.0);
        for p in &self.shares {
            buys += never * s * share / (s + n);
            never *= (s * (1.0 - share) + n) / (s + n);
            n += 1.0;
            penetration += p * buys;
            purchases += n * p * buys;
        }
        (penetration, purchases)
    }

    /// The S at which a brand has the penetration it has, or the end of its range.
    fn diversity(&self, brand: Brand) -> (f64, Option<Bound>) {
        root(|s| self.buyers(brand.share, s).0 - brand.penetration, 1e-7, 1e7)
    }

    fn expected(&self, share: f64, s: f64) -> Expected {
        let (penetration, purchases) = self.buyers(share, s);
        let (rate, category_rate) = (self.m * share / penetration, purchases / penetration);
        let share_of_requirements = rate / category_rate;
        Expected { penetration, rate, category_rate, share_of_requirements }
    }
}

/// The range of a box plot in which brands belong to the market.
#[derive(Debug, Clone, Copy)]
struct Fence {
    low: f64,
    high: f64,
}

impl Fence {
    fn new(values: impl Iterator<Item = f64>) -> Option<Self> {
        let mut values: Vec<f64> = values.collect();
        values.sort_by(f64::total_cmp);
        let n = values.len();
        // Tukey's hinges are the medians of the lower and the upper half, the middle in both.
        let half = n.div_ceil(2);
        let [low, middle, high] = [&values[..half], &values[..], &values[n - half..]].map(median);
        let (low, middle, high) = (low?, middle?, high?);
        let box_ = high - low;
        let notch = middle + 1.58 * box_ / (n as f64).sqrt();
        Some(Self { low: low - 1.5 * box_, high: notch.min(high + 1.5 * box_) })
    }

    fn holds(self, value: f64) -> bool {
        (self.low..=self.high).contains(&value)
    }
}

fn median(ascending: &[f64]) -> Option<f64> {
    let last = ascending.len().checked_sub(1)?;
    Some(f64::midpoint(ascending[last / 2], ascending[last.div_ceil(2)]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const SHARES: [f64; 8] = [0.25, 0.19, 0.1, 0.1, 0.09, 0.08, 0.03, 0.02];
    const PENETRATIONS: [f64; 8] = [0.2, 0.17, 0.09, 0.08, 0.08, 0.07, 0.03, 0.02];

    fn category() -> Category {
        Category::new(0.56, 2.6).expect("in domain")
    }

    #[test]
    fn households_that_choose_alike_are_not_polarised() {
        let market = market(category(), &toothpaste());
        let of = |s| Market { s, ..market.clone() }.polarisation();
        assert_eq!((of(Some(0.0)), of(Some(3.0)), of(None)), (Some(1.0), Some(0.25), None));
    }

    /// Toothpaste in the United Kingdom, first quarter of 1973.
    fn toothpaste() -> Vec<Brand> {
        let brand = |(penetration, share): (f64, f64)| {
            Brand::new(category(), penetration, share * 1.456 / penetration).expect("in domain")
        };
        PENETRATIONS.into_iter().zip(SHARES).map(brand).collect()
    }

    fn near(got: f64, want: f64, tolerance: f64) {
        assert!((got - want).abs() < tolerance, "got {got}, want {want}");
    }

    #[test]
    fn the_toothpaste_market_is_that_of_the_reference() {
        let got = market(category(), &toothpaste());
        near(got.m, 1.456, 1e-14);
        near(got.k, 0.778_802_679_700_109, 1e-4);
        near(got.s.expect("brands"), 1.295_279_570_111_21, 1e-4);
        near(1.0 / (1.0 + got.s.expect("brands")), 0.435_676_775, 1e-4);
        for (i, (penetration, rate, loyalty)) in [
            (0.199_946_660, 1.820_485_511, 0.575_838_919),
            (0.156_810_611, 1.764_166_317, 0.548_494_080),
            (0.086_588_913, 1.681_508_571, 0.509_272_277),
        ]
        .into_iter()
        .enumerate()
        {
            let expected = got.brands[i].expected.expect("a market");
            near(expected.penetration, penetration, 1e-4);
            near(expected.rate, rate, 1e-4);
            near(expected.share_of_requirements, loyalty, 1e-4);
        }
        let counts: Vec<bool> = got.brands.iter().map(|brand| brand.counts).collect();
        assert_eq!(counts, [true, false, true, true, true, true, false, false]);
    }

    #[test]
    fn at_the_references_parameters_all_its_digits_hold() {
        // The reference leaves out who buys more than fifty times.
        let purchases = Purchases::new(1.456, 0.778_802_679_700_109);
        for (share, penetration, rate, category_rate, loyalty) in [
            (0.25, 0.199_946_660, 1.820_485_511, 3.161_449_235, 0.575_838_919),
            (0.19, 0.156_810_611, 1.764_166_317, f64::NAN, 0.548_494_080),
            (0.10, 0.086_588_913, 1.681_508_571, f64::NAN, 0.509_272_277),
        ] {
            let got = purchases.expected(share, 1.295_279_570_111_21);
            near(got.penetration, penetration, 5e-8);
            near(got.rate, rate, 5e-8);
            near(got.share_of_requirements, loyalty, 5e-8);
            if category_rate.is_finite() {
                near(got.category_rate, category_rate, 5e-8);
            }
        }
    }

    #[test]
    fn smaller_brands_are_bought_by_fewer_who_buy_them_less_often() {
        let got = market(category(), &toothpaste());
        let of = |pick: fn(Expected) -> f64| {
            got.brands.iter().filter_map(|brand| brand.expected).map(pick).collect::<Vec<_>>()
        };
        assert!(of(|brand| brand.penetration).is_sorted_by(|a, b| a >= b));
        assert!(of(|brand| brand.rate).is_sorted_by(|a, b| a >= b));
        assert!(of(|brand| brand.share_of_requirements).is_sorted_by(|a, b| a >= b));
        assert!(of(|brand| brand.category_rate).is_sorted());
    }

    #[test]
    fn buying_as_even_as_chance_is_a_bound_and_no_failure() {
        // Of households that buy .8 times each by chance alone, 55 % buy at all.
        let even = Category::new(0.56, 0.8 / 0.56).expect("in domain");
        let brand = Brand::new(even, 0.3, 1.1).expect("in domain");
        let got = market(even, &[brand]);
        assert_eq!(got.k_bound, Some(Bound::Upper));
        assert!(got.brands[0].expected.is_none_or(|expected| expected.rate.is_finite()));
    }

    #[test]
    fn what_is_no_market_or_tells_no_diversity_is_a_flag() {
        let category = Category::new(0.3, 1.5).expect("in domain");
        let of = |brands: &[(f64, f64)]| {
            let brand = |(b, w): &(f64, f64)| Brand::new(category, *b, *w).expect("in domain");
            market(category, &brands.iter().map(brand).collect::<Vec<_>>())
        };
        let impossible = of(&[(0.3, 1.5), (0.3, 1.4)]);
        assert!((impossible.shares - (1.0 + 1.4 / 1.5)).abs() < 1e-12);
        assert!(impossible.flags().contains(&"not_a_market"), "{:?}", impossible.flags());
        // Each household has a brand of its own: no S is small enough.
        let exclusive = of(&[(0.2, 1.5), (0.1, 1.5)]);
        assert_eq!((exclusive.s, exclusive.flags()), (None, vec!["s_lower"]));
        // As many buyers as buy the category once at most, by one purchase each: no S is large enough.
        let shared = of(&[(0.225, 1.0), (0.225, 1.0)]);
        assert_eq!((shared.s, shared.flags()), (None, vec!["s_upper"]));
        let usual = of(&[(0.2, 1.3), (0.1, 1.2)]);
        assert!(usual.s.is_some() && usual.flags().is_empty(), "{:?}", usual.flags());
    }

    #[test]
    fn a_brand_that_is_the_market_tells_no_diversity() {
        let all = Brand::new(category(), 0.56, 2.6).expect("in domain");
        let got = market(category(), &[all]);
        assert_eq!((got.s, got.brands[0].counts, got.brands[0].expected), (None, false, None));
        assert_eq!(market(category(), &[]).s, None);
    }

    #[test]
    fn impossible_markets_name_the_argument_and_the_rule() {
        for (error, want) in [
            (
                Category::new(1.0, 2.0).expect_err("all"),
                "`category_penetration` must be above 0 and below 1, got 1",
            ),
            (
                Category::new(0.5, 0.5).expect_err("less than once"),
                "`category_purchase_rate` must be between 1 and 100000, got 0.5",
            ),
            (
                Brand::new(category(), 0.6, 1.0).expect_err("too many"),
                "`penetration` must be above 0 and at most `category_penetration`, got 0.6",
            ),
            (
                Brand::new(category(), 0.5, 3.0).expect_err("too often"),
                "`purchase_rate` must be such that a brand is not bought more often than the \
                 category, got 3",
            ),
        ] {
            assert_eq!(error.to_string(), want);
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn the_brands_of_a_dirichlet_market_give_its_parameters_back(
            penetration in 0.1..0.95_f64, k in 0.1..5.0_f64, s in 0.1..8.0_f64,
            sizes in prop::collection::vec(0.05..1.0_f64, 3..8),
        ) {
            // The mean at which this share buys at all.
            let m = k * ((-(-penetration).ln_1p() / k).exp_m1());
            prop_assume!(m < 200.0);
            let category = Category::new(penetration, m / penetration).expect("in domain");
            let purchases = Purchases::new(m, k);
            let total: f64 = sizes.iter().sum();
            let brands: Vec<Brand> = sizes
                .iter()
                .map(|size| {
                    let expected = purchases.expected(size / total, s);
                    Brand::new(category, expected.penetration, expected.rate).expect("in domain")
                })
                .collect();
            let got = market(category, &brands);
            prop_assert!((got.k / k - 1.0).abs() < 1e-6, "{} {k}", got.k);
            prop_assert!((got.s.expect("brands") / s - 1.0).abs() < 1e-6, "{:?} {s}", got.s);
            for position in &got.brands {
                let expected = position.expected.expect("a market");
                prop_assert!(0.0 < expected.penetration && expected.penetration <= penetration);
                prop_assert!(expected.rate >= 1.0 - 1e-9);
                prop_assert!((0.0..=1.0).contains(&expected.share_of_requirements));
            }
        }

        #[test]
        fn the_share_of_buyers_is_that_of_summing_over_choices(
            share in 0.01..0.99_f64, s in 0.01..50.0_f64,
        ) {
            // Of two purchases: never the brand is (1−s)((1−s)S+1)/(S+1).
            let twice = Purchases { m: 2.0, shares: vec![0.0, 1.0] };
            let never = (1.0 - share) * ((1.0 - share) * s + 1.0) / (s + 1.0);
            prop_assert!((twice.buyers(share, s).0 + never - 1.0).abs() < 1e-14);
        }
    }
}
