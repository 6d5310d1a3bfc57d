//! Isotonic regression: the non-decreasing line closest to the answers.
//!
//! Loyalty need not rise linearly with satisfaction. This assumes only that it does not fall: of
//! all such lines it has the least squares. Neighbours in the wrong order are pooled until none are
//! left, and each block is at its mean.
//!
//! Sources: Ayer, Brunk, Ewing, Reid and Silverman (1955), "An Empirical Distribution Function for Sampling
//! with Incomplete Information", Annals of Mathematical Statistics 26(4), 641–647; Barlow, Bartholomew,
//! Bremner and Brunk (1972), "Statistical Inference under Order Restrictions".

use super::sample::Sample;

/// Places between which the line is level.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Step {
    /// Where it begins.
    pub from: f64,
    /// Where it ends; `from` if only one place is in it.
    pub to: f64,
    /// The height of the line: the weighted mean of the answers.
    pub fitted: f64,
    /// What they weigh.
    pub weight: f64,
    /// How many there are.
    pub n: u64,
}

/// The line through a sample of places and answers, from left to right.
#[must_use]
pub fn isotonic(sample: &Sample) -> Vec<Step> {
    let mut rows: Vec<Step> = sample
        .rows()
        .map(|(row, weight, n)| Step {
            from: row[0] + 0.0,
            to: row[0] + 0.0,
            fitted: row[1],
            weight: weight * n as f64,
            n,
        })
        .collect();
    rows.sort_by(|left, right| {
        let place = left.from.total_cmp(&right.from);
        place.then(left.fitted.total_cmp(&right.fitted)).then(left.weight.total_cmp(&right.weight))
    });
    let mut steps: Vec<Step> = Vec::new();
    for mut step in
        rows.chunk_by(|left, right| left.from.total_cmp(&right.from).is_eq()).filter_map(pooled)
    {
        while let Some(before) = steps.pop_if(|before| before.fitted >= step.fitted) {
            step = before.with(step);
        }
        steps.push(step);
    }
    steps
}

/// What is at one place has one height.
fn pooled(place: &[Step]) -> Option<Step> {
    place.iter().copied().reduce(Step::with)
}

impl Step {
    /// Both as one.
    fn with(self, next: Self) -> Self {
        let weight = self.weight + next.weight;
        let fitted = self.fitted + (next.fitted - self.fitted) * (next.weight / weight);
        Self { from: self.from, to: next.to, fitted, weight, n: self.n + next.n }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn sample(rows: &[(f64, f64, f64)]) -> Sample {
        let mut sample = Sample::new(2);
        for (x, y, weight) in rows {
            sample.push(&[*x, *y], *weight, 1).expect("finite");
        }
        sample
    }

    /// The height of the line at a place that is in a step.
    fn at(steps: &[Step], x: f64) -> f64 {
        steps.iter().find(|step| (step.from..=step.to).contains(&x)).expect("a step").fitted
    }

    #[test]
    fn the_line_is_that_of_scikit_learn() {
        // IsotonicRegression().fit(x, y, sample_weight).predict(x).
        let steps = isotonic(&sample(&ROWS));
        for ((x, ..), want) in ROWS.iter().zip(FITTED) {
            assert!((at(&steps, *x) - want).abs() < 1e-12, "{x}: {} {want}", at(&steps, *x));
        }
        assert_eq!(steps.iter().map(|step| step.n).sum::<u64>(), 14);
    }

    #[test]
    fn what_rises_stays_as_it_is_and_what_falls_is_one_step() {
        let rises = isotonic(&sample(&[(2.0, 5.0, 1.0), (0.0, 1.0, 1.0), (1.0, 4.0, 3.0)]));
        assert_eq!(
            rises.iter().map(|step| (step.from, step.fitted)).collect::<Vec<_>>(),
            [(0.0, 1.0), (1.0, 4.0), (2.0, 5.0)]
        );
        let falls = isotonic(&sample(&[(0.0, 9.0, 1.0), (1.0, 5.0, 2.0), (2.0, 1.0, 1.0)]));
        assert_eq!(falls, [Step { from: 0.0, to: 2.0, fitted: 5.0, weight: 4.0, n: 3 }]);
        // Tied values have one height, whether it rises or not.
        let tied = isotonic(&sample(&[(1.0, 2.0, 1.0), (1.0, 6.0, 1.0), (2.0, 6.0, 1.0)]));
        assert_eq!(tied.iter().map(|step| step.fitted).collect::<Vec<_>>(), [4.0, 6.0]);
        assert_eq!(isotonic(&Sample::new(2)), []);
    }

    proptest! {
        #[test]
        fn the_line_rises_holds_the_mean_and_leaves_nothing_to_gain(
            rows in prop::collection::vec((0_u8..12, -5.0..5.0_f64, 0.1..3.0_f64), 1..40),
            level in -5.0..5.0_f64, from in 0_u8..12,
        ) {
            let rows: Vec<_> = rows.iter().map(|(x, y, w)| (f64::from(*x), *y, *w)).collect();
            let steps = isotonic(&sample(&rows));
            for pair in steps.windows(2) {
                prop_assert!(pair[0].to < pair[1].from && pair[0].fitted < pair[1].fitted);
            }
            // The squares grow on the way to any other line that does not fall.
            let other = |x: f64| if x < f64::from(from) { level - 1.0 } else { level };
            let slope: f64 = rows
                .iter()
                .map(|(x, y, w)| w * (y - at(&steps, *x)) * (other(*x) - at(&steps, *x)))
                .sum();
            prop_assert!(slope < 1e-9, "{slope}");
        }
    }

    const ROWS: [(f64, f64, f64); 14] = [
        (0.0, 1.5, 1.0),
        (1.0, 0.5, 2.0),
        (2.0, 2.0, 1.0),
        (2.0, 3.5, 1.5),
        (3.0, 2.5, 1.0),
        (4.0, 2.0, 1.0),
        (5.0, 4.0, 2.5),
        (5.0, 3.0, 1.0),
        (6.0, 3.5, 1.0),
        (7.0, 6.0, 1.0),
        (8.0, 5.0, 2.0),
        (8.0, 7.5, 1.0),
        (9.0, 6.5, 1.0),
        (10.0, 9.0, 0.5),
    ];
    const FITTED: [f64; 14] = [
        0.833_333_333_333_333_4,
        0.833_333_333_333_333_4,
        2.611_111_111_111_111,
        2.611_111_111_111_111,
        2.611_111_111_111_111,
        2.611_111_111_111_111,
        3.666_666_666_666_666_5,
        3.666_666_666_666_666_5,
        3.666_666_666_666_666_5,
        5.875,
        5.875,
        5.875,
        6.5,
        9.0,
    ];
}
