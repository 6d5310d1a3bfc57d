//! Customers who move between states: what a state is worth, and where all end.
//!
//! | symbol | meaning                                                    | domain         |
//! |--------|------------------------------------------------------------|----------------|
//! | `P`    | share of those in a row's state who are in a column's next | rows sum to 1  |
//! | `R`    | what a customer brings on being in a state                 | finite         |
//! | `d`    | discount rate per step                                     | d ≥ 0          |
//!
//! ```text
//! for ever       V = (I − P/(1 + d))⁻¹ R         d > 0
//! to step T      V = Σ_{t=0}^{T} (P/(1 + d))^t R
//! ```
//!
//! Sources: Pfeifer and Carraway (2000), "Modeling Customer Relationships as
//! Markov Chains", Journal of Interactive Marketing 14(2), 43–55; the stationary
//! shares without subtractions: Grassmann, Taksar and Heyman (1985),
//! "Regenerative Analysis and Steady State Distributions for Markov Chains",
//! Operations Research 33(5), 1107–1116.

use super::amount::ensure_amount;
use super::domain::{OutOfDomain, ensure, ensure_not_negative, ensure_positive};
use super::retention::{Horizon, Periods};

/// A matrix of shares, each row summing to 1.
#[derive(Debug, Clone, PartialEq)]
pub struct Transitions {
    rows: Vec<Vec<f64>>,
}

/// By how much a row may miss 1: as much as nine printed digits do.
const ROUNDED: f64 = 1e-8;

impl Transitions {
    /// Checks a matrix; `name` is the argument that errors speak of.
    ///
    /// Rows are divided by their sums, which rounding may have moved from 1.
    ///
    /// # Errors
    /// It is empty or not square, a share is not within 0 to 1, or a row does not sum to 1.
    pub fn new(name: &'static str, mut rows: Vec<Vec<f64>>) -> Result<Self, OutOfDomain> {
        let size = rows.len();
        ensure(size > 0, name, "a matrix of at least one row", 0.0)?;
        for row in &mut rows {
            let rule = "square: as many numbers in each row as rows";
            ensure(row.len() == size, name, rule, row.len() as f64)?;
            for share in row.iter() {
                ensure((0.0..=1.0).contains(share), name, "made of shares from 0 to 1", *share)?;
            }
            let sum: f64 = row.iter().sum();
            let whole = (sum - 1.0).abs() <= ROUNDED;
            ensure(whole, name, "a matrix whose rows sum to 1", sum)?;
            for share in row {
                *share /= sum;
            }
        }
        Ok(Self { rows })
    }

    /// How many states there are.
    #[must_use]
    pub fn size(&self) -> usize {
        self.rows.len()
    }

    /// P v.
    fn times(&self, values: &[f64]) -> Vec<f64> {
        let product = |row: &Vec<f64>| row.iter().zip(values).map(|(share, v)| share * v).sum();
        self.rows.iter().map(product).collect()
    }

    /// v P: where those who are spread as `shares` are a step later.
    pub(super) fn step(&self, shares: &[f64]) -> Vec<f64> {
        let mut next = vec![0.0; self.size()];
        for (row, share) in self.rows.iter().zip(shares) {
            next.iter_mut().zip(row).for_each(|(next, moving)| *next += share * moving);
        }
        next
    }

    /// I − P/q.
    fn resolvent(&self, q: f64) -> Vec<Vec<f64>> {
        let entry = |i: usize, j: usize, share: f64| f64::from(u8::from(i == j)) - share / q;
        let row = |(i, row): (usize, &Vec<f64>)| {
            row.iter().enumerate().map(|(j, share)| entry(i, j, *share)).collect()
        };
        self.rows.iter().enumerate().map(row).collect()
    }

    /// v (I − P/q)⁻¹ for q > 1: discounted visits of those who start as `shares`.
    pub(super) fn visits(&self, q: f64, shares: &[f64]) -> Vec<f64> {
        let across = self.resolvent(q);
        let transposed =
            (0..self.size()).map(|j| across.iter().map(|row| row[j]).collect()).collect();
        solve(transposed, shares.to_vec())
    }

    /// The value of each state, to a step or for ever.
    ///
    /// # Errors
    /// There is not one reward for each state, a reward is not finite, or
    /// `discount_rate` is negative, or 0 for ever.
    pub fn value(
        &self,
        rewards: &[f64],
        discount_rate: f64,
        horizon: Horizon,
    ) -> Result<Vec<f64>, OutOfDomain> {
        let rule = "as long as the matrix has rows";
        ensure(rewards.len() == self.size(), "rewards", rule, rewards.len() as f64)?;
        for reward in rewards {
            ensure_amount("rewards", *reward)?;
        }
        let q = 1.0 + discount_rate;
        match horizon {
            Horizon::Until(periods) => {
                ensure_not_negative("discount_rate", discount_rate)?;
                Ok(self.value_to(rewards, q, periods))
            }
            Horizon::Forever => {
                ensure_positive("discount_rate", discount_rate)?;
                Ok(solve(self.resolvent(q), rewards.to_vec()))
            }
        }
    }

    fn value_to(&self, rewards: &[f64], q: f64, periods: Periods) -> Vec<f64> {
        let (mut values, mut step) = (rewards.to_vec(), 0.0);
        while step < periods.0 {
            let later = self.times(&values);
            values = rewards.iter().zip(later).map(|(now, later)| now + later / q).collect();
            step += 1.0;
        }
        values
    }

    /// The shares that a step leaves as they are.
    ///
    /// # Errors
    /// There is more than one closed class of states, so that it
    /// depends on where customers start; errors speak of `name`.
    pub fn stationary(&self, name: &'static str) -> Result<Vec<f64>, OutOfDomain> {
        let reach = self.reachable();
        let size = self.size();
        let recurrent = |i: &usize| (0..size).all(|j| !reach[*i][j] || reach[j][*i]);
        let closed: Vec<usize> = (0..size).filter(recurrent).collect();
        let one = closed.iter().all(|&i| closed.iter().all(|&j| reach[i][j]));
        let rule = "a matrix with one group of states that nobody leaves";
        ensure(one, name, rule, closed.len() as f64)?;
        let mut shares = vec![0.0; size];
        for (place, share) in closed.iter().zip(self.stationary_within(&closed)) {
            shares[*place] = share;
        }
        Ok(shares)
    }

    /// From which state which can be reached, in any number of steps.
    fn reachable(&self) -> Vec<Vec<bool>> {
        let mut reach: Vec<Vec<bool>> =
            self.rows.iter().map(|row| row.iter().map(|share| *share > 0.0).collect()).collect();
        for through in 0..self.size() {
            for from in 0..self.size() {
                if reach[from][through] {
                    let further = reach[through].clone();
                    reach[from].iter_mut().zip(further).for_each(|(known, new)| *known |= new);
                }
            }
        }
        (0..self.size()).for_each(|state| reach[state][state] = true);
        reach
    }

    /// The stationary shares of states that all reach each other.
    fn stationary_within(&self, states: &[usize]) -> Vec<f64> {
        let mut p: Vec<Vec<f64>> =
            states.iter().map(|&i| states.iter().map(|&j| self.rows[i][j]).collect()).collect();
        for last in (1..p.len()).rev() {
            let leaving: f64 = p[last][..last].iter().sum();
            let (kept, gone) = p.split_at_mut(last);
            for row in kept {
                row[last] /= leaving;
                let through = row[last];
                row.iter_mut().zip(&gone[0][..last]).for_each(|(to, back)| *to += through * back);
            }
        }
        let mut shares = vec![1.0];
        for next in 1..p.len() {
            shares.push(shares.iter().zip(&p).map(|(share, row)| share * row[next]).sum());
        }
        let sum: f64 = shares.iter().sum();
        shares.into_iter().map(|share| share / sum).collect()
    }
}

/// Solves a system whose matrix dominates by its diagonal, in rows or in
/// columns, which is why no pivot has to be looked for.
fn solve(mut matrix: Vec<Vec<f64>>, mut values: Vec<f64>) -> Vec<f64> {
    let size = values.len();
    for at in 0..size {
        let (done, below) = matrix.split_at_mut(at + 1);
        let pivot = &done[at];
        for (offset, row) in below.iter_mut().enumerate() {
            let factor = row[at] / pivot[at];
            row.iter_mut().zip(pivot).skip(at).for_each(|(x, p)| *x -= factor * p);
            values[at + 1 + offset] -= factor * values[at];
        }
    }
    for at in (0..size).rev() {
        let known: f64 = (at + 1..size).map(|j| matrix[at][j] * values[j]).sum();
        values[at] = (values[at] - known) / matrix[at][at];
    }
    values
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn near(got: &[f64], want: &[f64], tolerance: f64) {
        assert_eq!(got.len(), want.len());
        for (got, want) in got.iter().zip(want) {
            assert!((got - want).abs() < tolerance, "got {got}, want {want}");
        }
    }

    /// Customers by the time since their last purchase; the last state is lost.
    fn recency() -> (Transitions, Vec<f64>) {
        let shares = [0.3, 0.2, 0.15, 0.05, 0.0];
        let rows = (0..5)
            .map(|i| {
                let mut row = vec![0.0; 5];
                row[0] = shares[i];
                row[(i + 1).min(4)] += 1.0 - shares[i];
                row
            })
            .collect();
        let transitions = Transitions::new("transitions", rows).expect("shares");
        (transitions, vec![36.0, -4.0, -4.0, -4.0, 0.0])
    }

    #[test]
    fn the_case_of_pfeifer_and_carraway() {
        let (transitions, rewards) = recency();
        let four = Periods::new(4.0).expect("in domain");
        near(
            &transitions.value(&rewards, 0.2, Horizon::Until(four)).expect("finite"),
            &[50.114_969_135_802, 4.219_907_407_407, 0.592_110_339_506, -1.980_131_172_840, 0.0],
            1e-12,
        );
        near(
            &transitions.value(&rewards, 0.2, Horizon::Forever).expect("finite"),
            &[52.319_609_438_568, 5.553_783_563_873, 1.250_772_986_168, -1.820_016_273_393, 0.0],
            1e-12,
        );
    }

    #[test]
    fn a_long_horizon_is_for_ever() {
        let (transitions, rewards) = recency();
        let long = Periods::new(400.0).expect("in domain");
        let got = transitions.value(&rewards, 0.2, Horizon::Until(long)).expect("finite");
        near(&got, &transitions.value(&rewards, 0.2, Horizon::Forever).expect("finite"), 1e-12);
    }

    #[test]
    fn stationary_shares_need_a_single_end() {
        let brands = Transitions::new("switching", vec![vec![0.7, 0.3], vec![0.2, 0.8]]);
        near(
            &brands.expect("shares").stationary("switching").expect("one"),
            &[2.0 / 5.0, 3.0 / 5.0],
            1e-15,
        );
        // Everybody ends in the last state.
        let (lost, _) = recency();
        near(&lost.stationary("transitions").expect("one"), &[0.0, 0.0, 0.0, 0.0, 1.0], 1e-15);
        // Two states that take turns.
        let turns = Transitions::new("switching", vec![vec![0.0, 1.0], vec![1.0, 0.0]]);
        near(&turns.expect("shares").stationary("switching").expect("one"), &[0.5, 0.5], 1e-15);
        let apart = Transitions::new("switching", vec![vec![1.0, 0.0], vec![0.0, 1.0]]);
        let error = apart.expect("shares").stationary("switching").expect_err("two ends");
        assert_eq!(
            error.to_string(),
            "`switching` must be a matrix with one group of states that nobody leaves, got 2"
        );
    }

    #[test]
    fn a_matrix_that_is_none_names_the_rule() {
        for (rows, want) in [
            (vec![], "`transitions` must be a matrix of at least one row, got 0"),
            (
                vec![vec![1.0, 0.0], vec![1.0]],
                "`transitions` must be square: as many numbers in each row as rows, got 1",
            ),
            (vec![vec![1.5]], "`transitions` must be made of shares from 0 to 1, got 1.5"),
            (
                vec![vec![0.5, 0.25], vec![0.5, 0.5]],
                "`transitions` must be a matrix whose rows sum to 1, got 0.75",
            ),
        ] {
            let error = Transitions::new("transitions", rows).expect_err("no matrix");
            assert_eq!(error.to_string(), want);
        }
        let (transitions, rewards) = recency();
        let error = transitions.value(&rewards, 0.0, Horizon::Forever).expect_err("infinite");
        assert_eq!(error.to_string(), "`discount_rate` must be finite and > 0, got 0");
        let error = transitions.value(&[1.0], 0.1, Horizon::Forever).expect_err("too few");
        assert_eq!(error.to_string(), "`rewards` must be as long as the matrix has rows, got 1");
    }

    fn stochastic() -> impl Strategy<Value = Transitions> {
        (1_usize..6)
            .prop_flat_map(|n| prop::collection::vec(prop::collection::vec(0.01..1.0_f64, n), n))
            .prop_map(|mut rows| {
                for row in &mut rows {
                    let sum: f64 = row.iter().sum();
                    for share in row {
                        *share /= sum;
                    }
                }
                Transitions::new("transitions", rows).expect("shares")
            })
    }

    proptest! {
        #[test]
        fn the_value_is_the_reward_and_the_value_later(p in stochastic(), d in 0.001..1.0_f64) {
            let rewards: Vec<f64> = (0..p.size()).map(|i| i as f64 - 1.5).collect();
            let values = p.value(&rewards, d, Horizon::Forever).expect("finite");
            let later = p.times(&values);
            for ((value, reward), later) in values.iter().zip(&rewards).zip(later) {
                prop_assert!((value - reward - later / (1.0 + d)).abs() < 1e-10 / d);
            }
        }

        #[test]
        fn a_step_leaves_stationary_shares(p in stochastic()) {
            let shares = p.stationary("transitions").expect("all reach each other");
            for (now, later) in shares.iter().zip(p.step(&shares)) {
                prop_assert!((now - later).abs() < 1e-14);
            }
            prop_assert!((shares.iter().sum::<f64>() - 1.0).abs() < 1e-14);
        }
    }
}
