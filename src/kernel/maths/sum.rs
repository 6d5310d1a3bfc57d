//! Compensated sums.
//!
//! The rounding error of every addition and product is kept and added at the end. A
//! sum of whole numbers is exact this way far beyond 2⁵³, so shares of money in
//! cents are as accurate as with fractions.
//!
//! Sources: Neumaier (1974), "Rundungsfehleranalyse einiger Verfahren zur
//! Summation endlicher Summen", ZAMM 54, 39–51; Ogita, Rump and Oishi (2005),
//! "Accurate Sum and Dot Product", SIAM J. Sci. Comput. 26(6), 1955–1988.

/// A running sum.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(in crate::kernel) struct Sum {
    rounded: f64,
    lost: f64,
}

impl Sum {
    /// Adds a number.
    pub(in crate::kernel) fn add(&mut self, term: f64) {
        let sum = self.rounded + term;
        let back = sum - self.rounded;
        self.lost += (self.rounded - (sum - back)) + (term - back);
        self.rounded = sum;
    }

    /// Adds a product.
    pub(in crate::kernel) fn add_product(&mut self, a: f64, b: f64) {
        let product = a * b;
        self.add(product);
        self.lost += a.mul_add(b, -product);
    }

    /// The sum so far.
    pub(in crate::kernel) fn value(self) -> f64 {
        self.rounded + self.lost
    }
}

impl FromIterator<f64> for Sum {
    fn from_iter<I: IntoIterator<Item = f64>>(terms: I) -> Self {
        terms.into_iter().fold(Self::default(), |mut sum, term| {
            sum.add(term);
            sum
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_cancels_leaves_the_small_terms() {
        let sum: Sum = [1.0, 1e100, 1.0, -1e100].into_iter().collect();
        assert!((sum.value() - 2.0).abs() < f64::EPSILON);
    }

    proptest! {
        #[test]
        fn whole_numbers_are_added_exactly(
            factors in prop::collection::vec((-1_i64 << 40..1_i64 << 40, 1_i64..1 << 30), 1..60),
        ) {
            let mut sum = Sum::default();
            for (a, b) in &factors {
                sum.add_product(*a as f64, *b as f64);
            }
            let exact: i128 = factors.iter().map(|(a, b)| i128::from(*a) * i128::from(*b)).sum();
            prop_assert_eq!(sum.value().to_bits(), (exact as f64 + 0.0).to_bits());
        }
    }
}
