//! All ways in which some of those at risk could have been the ones that ended.
//!
//! The exact likelihood of d events at one time divides by Σ Π e^{xβ} over all
//! subsets of d subjects at risk. Who adds a subject either leaves it out of a
//! subset or puts it into one that is smaller by one: subsets of all sizes are
//! summed in one pass, with the first and second moments of their Σx.
//!
//! Source: Gail, Lubin and Rubinstein (1981), "Likelihood Calculations for
//! Matched Case-Control Studies and Survival Studies with Tied Death Times",
//! Biometrika 68(3), 703–707.

use super::partial_likelihood::Moments;

/// Sums over the subsets of each size, from none to the largest.
pub(super) struct Subsets {
    sizes: Vec<Moments>,
}

impl Subsets {
    /// Of nobody yet, up to `largest` in a subset.
    pub(super) fn new(largest: usize, width: usize) -> Self {
        let mut sizes = vec![Moments::new(width); largest + 1];
        sizes[0].zeroth = 1.0;
        Self { sizes }
    }

    /// Puts one subject of this weight into all subsets.
    pub(super) fn add(&mut self, x: &[f64], weight: f64) {
        for size in (1..self.sizes.len()).rev() {
            let (smaller, larger) = self.sizes.split_at_mut(size);
            larger[0].extend(&smaller[size - 1], x, weight);
        }
    }

    /// Those of the largest size.
    pub(super) fn largest(&self) -> Option<&Moments> {
        self.sizes.last()
    }
}

impl Moments {
    /// Adds the subsets that are `without` the subject, with it.
    fn extend(&mut self, without: &Self, x: &[f64], weight: f64) {
        self.zeroth += weight * without.zeroth;
        for (i, row) in self.second.iter_mut().enumerate() {
            let (first, x_i) = (without.first[i], x[i]);
            self.first[i] += weight * (first + x_i * without.zeroth);
            for (j, element) in row.iter_mut().enumerate() {
                let crossed = x_i * without.first[j] + x[j] * first;
                *element += weight * (without.second[i][j] + crossed + x_i * x[j] * without.zeroth);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sums_are_those_of_all_subsets() {
        let subjects =
            [([1.0, 0.5], 2.0), ([-1.0, 2.0], 0.3), ([0.0, 1.0], 1.5), ([3.0, -1.0], 0.7)];
        for largest in 0..=4_u32 {
            let mut got = Subsets::new(largest as usize, 2);
            for (x, weight) in &subjects {
                got.add(x, *weight);
            }
            let mut want = Moments::new(2);
            for chosen in (0..16_u32).filter(|chosen| chosen.count_ones() == largest) {
                let inside = subjects.iter().enumerate().filter(|(i, _)| chosen >> i & 1 == 1);
                let (mut sum, mut product) = ([0.0; 2], 1.0);
                for (_, (x, weight)) in inside {
                    product *= weight;
                    sum = [sum[0] + x[0], sum[1] + x[1]];
                }
                want.add(&sum, product);
            }
            let got = got.largest().expect("a size");
            let pairs = [
                (got.zeroth, want.zeroth),
                (got.first[0], want.first[0]),
                (got.first[1], want.first[1]),
                (got.second[0][0], want.second[0][0]),
                (got.second[1][0], want.second[1][0]),
                (got.second[1][1], want.second[1][1]),
            ];
            for (got, want) in pairs {
                assert!((got - want).abs() < 1e-13 * want.abs().max(1.0), "{got}, not {want}");
            }
        }
    }
}
