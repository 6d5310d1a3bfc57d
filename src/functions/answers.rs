//! What the three survey scores share: reading answers, and saying how many.

use datafusion::common::ScalarValue;

use super::document::{Field, Kind};
use super::multiset::Counted;
use crate::kernel::OutOfDomain;
use crate::kernel::survey::Answer;

/// A double among the returned fields.
pub(super) const fn float(name: &'static str, meaning: &'static str) -> Field {
    Field { name, kind: Kind::Float64, meaning }
}

pub(super) const N: Field =
    Field { name: "n", kind: Kind::Int64, meaning: "answers with a weight above 0" };
pub(super) const N_EFFECTIVE: Field = float(
    "n_effective",
    "how many answers of equal weight would be as precise (Kish); `n` where weights are equal",
);

/// Answers of which `pick` finds score and weight; those of weight 0 are left out.
pub(super) fn answers<const N: usize>(
    rows: &[Counted<N>],
    pick: impl Fn([f64; N]) -> (f64, f64),
) -> Result<Vec<Answer>, OutOfDomain> {
    let mut answers = Vec::with_capacity(rows.len());
    for Counted { values, count } in rows {
        let (score, weight) = pick(*values);
        let answer = Answer::new(score, weight, *count)?;
        if answer.informs() {
            answers.push(answer);
        }
    }
    Ok(answers)
}

/// How many gave them.
pub(super) fn n(answers: &[Answer]) -> ScalarValue {
    ScalarValue::Int64(i64::try_from(answers.iter().map(Answer::count).sum::<u64>()).ok())
}
