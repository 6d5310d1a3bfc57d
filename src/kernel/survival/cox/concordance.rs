//! Concordance: how often a higher risk ends sooner.
//!
//! Of two spells it is known which ended sooner if the shorter one ended by the event;
//! a spell cut off at that very time lasted longer. C is the share of such pairs in
//! which the sooner one had the higher risk; equal risks count half. A half is chance.
//!
//! Source: Harrell, Califf, Pryor, Lee and Rosati (1982), "Evaluating the Yield of
//! Medical Tests", JAMA 247(18), 2543–2546.

use super::Subject;
use crate::kernel::maths::sum::Sum;

/// The concordance of subjects, ascending by time and events first within a time,
/// with their risks. `None` where no pair can be compared.
pub(super) fn concordance(subjects: &[Subject], risks: &[f64]) -> Option<f64> {
    let mut ranked = risks.to_vec();
    ranked.sort_by(f64::total_cmp);
    ranked.dedup();
    let rank = |risk: f64| ranked.partition_point(|&lower| lower < risk);
    let mut longer = Tree::new(ranked.len());
    let (mut agree, mut pairs) = (Sum::default(), Sum::default());
    let rows: Vec<(&Subject, usize)> =
        subjects.iter().zip(risks).map(|(subject, &risk)| (subject, rank(risk))).collect();
    for here in rows.chunk_by(|a, b| a.0.time().total_cmp(&b.0.time()).is_eq()).rev() {
        let events = here.partition_point(|(subject, _)| subject.ended());
        here[events..].iter().for_each(|(subject, rank)| longer.add(*rank, subject.count()));
        for (subject, rank) in &here[..events] {
            let (below, upto) = (longer.below(*rank), longer.below(rank + 1));
            agree.add_product(subject.count(), below + (upto - below) / 2.0);
            pairs.add_product(subject.count(), longer.below(ranked.len()));
        }
        here[..events].iter().for_each(|(subject, rank)| longer.add(*rank, subject.count()));
    }
    let (agree, pairs) = (agree.value(), pairs.value());
    (pairs > 0.0).then(|| agree / pairs)
}

/// Sums of a range in logarithmic time (Fenwick 1994, "A New Data Structure for
/// Cumulative Frequency Tables", Software: Practice and Experience 24(3), 327–336).
struct Tree(Vec<f64>);

impl Tree {
    fn new(size: usize) -> Self {
        Self(vec![0.0; size + 1])
    }

    fn add(&mut self, place: usize, count: f64) {
        let mut node = place + 1;
        while node < self.0.len() {
            self.0[node] += count;
            node += node & node.wrapping_neg();
        }
    }

    /// The sum of the places before `place`.
    fn below(&self, place: usize) -> f64 {
        let (mut node, mut sum) = (place, 0.0);
        while node > 0 {
            sum += self.0[node];
            node &= node - 1;
        }
        sum
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn the_share_is_that_of_all_pairs(
            rows in prop::collection::vec((0_u8..10, any::<bool>(), 0_u8..5, 1_u8..4), 1..30),
        ) {
            let mut rows = rows;
            rows.sort_by_key(|&(time, event, ..)| (time, !event));
            let subjects: Vec<Subject> = rows
                .iter()
                .map(|&(time, event, _, n)| {
                    let event = f64::from(u8::from(event));
                    Subject::new(f64::from(time), event, vec![], n.into()).expect("in domain")
                })
                .collect();
            let risks: Vec<f64> = rows.iter().map(|row| f64::from(row.2)).collect();
            let (mut agree, mut pairs) = (0.0, 0.0);
            for &(time, event, risk, n) in &rows {
                for &(other, ended, against, m) in &rows {
                    if event && (time < other || (time == other && !ended)) {
                        let n = f64::from(n) * f64::from(m);
                        let half = if risk == against { 0.5 } else { 0.0 };
                        agree += n * if risk > against { 1.0 } else { half };
                        pairs += n;
                    }
                }
            }
            let want = (pairs > 0.0).then(|| agree / pairs);
            prop_assert_eq!(concordance(&subjects, &risks), want);
        }
    }
}
