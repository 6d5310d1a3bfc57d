//! Comparison of expected and actual rows, row by row and cell by cell: a pure function of both.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, RecordBatch};
use datafusion::arrow::datatypes::{DataType, Float32Type, Float64Type};
use datafusion::common::ScalarValue;

use crate::plan::ExpectedRows;

/// How actual rows differ from expected ones.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Differences {
    /// Rows with other values, in the order in which they are written.
    pub changed: Vec<Changed>,
    /// Missing rows, by their indices among the expected ones.
    pub missing: Vec<usize>,
    /// Unexpected rows, by their indices among the actual ones.
    pub unexpected: Vec<usize>,
}

/// A row with other values.
#[derive(Debug, PartialEq, Eq)]
pub struct Changed {
    /// Its index among the expected rows.
    pub expected: usize,
    /// Its index among the actual rows.
    pub came: usize,
    /// The columns whose values differ, by their indices.
    pub columns: Vec<usize>,
}

impl Differences {
    /// Whether there are none.
    pub fn is_none(&self) -> bool {
        self.changed.is_empty() && self.missing.is_empty() && self.unexpected.is_empty()
    }
}

/// How rows differ, in columns that are the same.
pub(super) fn differences(expected: &ExpectedRows, came: &RecordBatch) -> Differences {
    let both = Both { expected: &expected.rows, came, tolerance: expected.tolerance };
    let (wanted, given) = (both.expected.num_rows(), came.num_rows());
    let (pairs, missing, unexpected) = if expected.ordered {
        let pairs = (0..wanted.min(given)).map(|row| (row, row)).collect();
        (pairs, (given.min(wanted)..wanted).collect(), (wanted.min(given)..given).collect())
    } else {
        both.matched(&expected.key)
    };
    let mut changed: Vec<Changed> = pairs
        .into_iter()
        .map(|(expected, came)| Changed { expected, came, columns: both.differing(expected, came) })
        .filter(|changed| !changed.columns.is_empty())
        .collect();
    changed.sort_by_key(|changed| changed.expected);
    Differences { changed, missing, unexpected }
}

/// Expected rows and actual rows.
struct Both<'a> {
    expected: &'a RecordBatch,
    came: &'a RecordBatch,
    tolerance: f64,
}

/// Pairs of rows, missing rows, and unexpected rows.
type Matched = (Vec<(usize, usize)>, Vec<usize>, Vec<usize>);

impl Both<'_> {
    /// Rows that belong together, whatever their order: those that are equal; of the others those of one
    /// key or, where there is none, those that have most values in common.
    fn matched(&self, key: &[String]) -> Matched {
        let (mut missing, mut unexpected) = self.unequal();
        let mut pairs = Vec::new();
        for (expected, came) in self.alike(key, &missing, &unexpected) {
            if missing.contains(&expected) && unexpected.contains(&came) {
                missing.retain(|row| *row != expected);
                unexpected.retain(|row| *row != came);
                pairs.push((expected, came));
            }
        }
        (pairs, missing, unexpected)
    }

    /// The rows on both sides that have no equal on the other one.
    fn unequal(&self) -> (Vec<usize>, Vec<usize>) {
        let mut open: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for row in (0..self.came.num_rows()).rev() {
            open.entry(exact(self.came, row)).or_default().push(row);
        }
        let mut missing = Vec::new();
        for row in 0..self.expected.num_rows() {
            let same = open.get_mut(&exact(self.expected, row));
            let equal = same.and_then(|rows| {
                let at = rows.iter().rposition(|came| self.differing(row, *came).is_empty())?;
                Some(rows.remove(at))
            });
            if equal.is_none() {
                missing.push(row);
            }
        }
        let mut unexpected: Vec<usize> = open.into_values().flatten().collect();
        unexpected.sort_unstable();
        (missing, unexpected)
    }

    /// Pairs of rows that may be meant for each other, the likeliest first.
    fn alike(
        &self,
        key: &[String],
        missing: &[usize],
        unexpected: &[usize],
    ) -> Vec<(usize, usize)> {
        let schema = self.expected.schema();
        let keys: Vec<usize> = key.iter().filter_map(|name| schema.index_of(name).ok()).collect();
        let single = missing.len() == 1 && unexpected.len() == 1;
        let mut pairs = Vec::new();
        for expected in missing {
            for came in unexpected {
                let differing = self.differing(*expected, *came);
                let same = schema.fields().len() - differing.len();
                let meant = match keys.is_empty() {
                    true => single || same > 0,
                    false => keys.iter().all(|column| !differing.contains(column)),
                };
                if meant {
                    pairs.push((Reverse(same), *expected, *came));
                }
            }
        }
        pairs.sort_unstable();
        pairs.into_iter().map(|(_, expected, came)| (expected, came)).collect()
    }

    /// The columns of which two rows have different values.
    fn differing(&self, expected: usize, came: usize) -> Vec<usize> {
        let columns = self.expected.columns().iter().zip(self.came.columns()).enumerate();
        let differ = columns
            .filter(|(_, (one, other))| !equal((one, expected), (other, came), self.tolerance));
        differ.map(|(column, _)| column).collect()
    }
}

/// The columns that must be identical in equal rows: all except those that contain floats.
fn exact(rows: &RecordBatch, row: usize) -> String {
    let is_exact =
        |column: &&ArrayRef| !column.data_type().is_nested() && !column.data_type().is_floating();
    let exact = rows.columns().iter().filter(is_exact);
    exact.map(|column| super::yaml(column, row) + ",").collect()
}

/// Whether two values are equal, floats up to a relative tolerance.
fn equal((one, row): (&ArrayRef, usize), (other, at): (&ArrayRef, usize), tolerance: f64) -> bool {
    match (one.is_null(row), other.is_null(at)) {
        (false, false) => {}
        (one, other) => return one == other,
    }
    match (one.data_type(), other.data_type()) {
        (DataType::Float64, DataType::Float64) => {
            let value = |values: &ArrayRef, row| values.as_primitive::<Float64Type>().value(row);
            near(value(one, row), value(other, at), tolerance)
        }
        (DataType::Float32, DataType::Float32) => {
            let value = |values: &ArrayRef, row| values.as_primitive::<Float32Type>().value(row);
            near(value(one, row).into(), value(other, at).into(), tolerance)
        }
        (DataType::List(_), DataType::List(_)) => {
            let (one, other) = (one.as_list::<i32>().value(row), other.as_list::<i32>().value(at));
            let same = |item| equal((&one, item), (&other, item), tolerance);
            one.len() == other.len() && (0..one.len()).all(same)
        }
        (DataType::Struct(_), DataType::Struct(_)) => {
            let (one, other) = (one.as_struct().columns(), other.as_struct().columns());
            let same = |(one, other)| equal((one, row), (other, at), tolerance);
            one.len() == other.len() && one.iter().zip(other).all(same)
        }
        _ => {
            let scalar = |values: &ArrayRef, row| ScalarValue::try_from_array(values, row).ok();
            scalar(one, row) == scalar(other, at)
        }
    }
}

fn near(one: f64, other: f64, tolerance: f64) -> bool {
    let same = one.to_bits() == other.to_bits() || (one.is_nan() && other.is_nan());
    let finite = one.is_finite() && other.is_finite();
    same || (finite && (one - other).abs() <= tolerance * one.abs().max(other.abs()))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use datafusion::arrow::array::{ArrayRef, Float64Array, RecordBatch, StringArray};

    use super::{Both, Matched, near};

    /// Rows of a text and a float.
    fn rows(rows: &[(&str, f64)]) -> RecordBatch {
        let names = StringArray::from_iter_values(rows.iter().map(|(name, _)| *name));
        let sizes = Float64Array::from_iter_values(rows.iter().map(|(_, size)| *size));
        let columns: [(&str, ArrayRef); 2] = [("name", Arc::new(names)), ("size", Arc::new(sizes))];
        RecordBatch::try_from_iter(columns).unwrap()
    }

    fn matched(expected: &[(&str, f64)], came: &[(&str, f64)], key: &[&str]) -> Matched {
        let (expected, came) = (rows(expected), rows(came));
        let both = Both { expected: &expected, came: &came, tolerance: 1e-9 };
        both.matched(&key.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>())
    }

    #[test]
    fn rows_are_equal_whatever_their_order_and_as_often_as_they_come() {
        let (a, b) = (("a", 1.0), ("b", 2.0));
        assert_eq!(matched(&[a, b, a], &[b, a, a], &[]), (vec![], vec![], vec![]));
        assert_eq!(matched(&[a, a], &[a], &[]), (vec![], vec![1], vec![]));
        assert_eq!(matched(&[a], &[a, a, a], &[]), (vec![], vec![], vec![1, 2]));
        assert_eq!(matched(&[], &[], &[]), (vec![], vec![], vec![]));
    }

    #[test]
    fn rows_of_one_key_belong_together_and_without_a_key_those_with_most_in_common() {
        let (expected, came) = ([("a", 1.0), ("b", 2.0)], [("b", 1.0), ("a", 3.0)]);
        assert_eq!(matched(&expected, &came, &["name"]), (vec![(0, 1), (1, 0)], vec![], vec![]));
        // Each has one value in common with two others: the first that is written has the first choice.
        assert_eq!(matched(&expected, &came, &[]), (vec![(0, 0)], vec![1], vec![1]));
        let other = [("c", 9.0), ("d", 8.0)];
        assert_eq!(matched(&expected, &other, &[]), (vec![], vec![0, 1], vec![0, 1]));
        assert_eq!(matched(&expected[..1], &other[..1], &[]), (vec![(0, 0)], vec![], vec![]));
        assert_eq!(matched(&expected[..1], &other[..1], &["name"]), (vec![], vec![0], vec![0]));
    }

    #[test]
    fn floats_are_near_by_a_part_of_their_size() {
        assert!(near(1e20, 1e20 * (1.0 + 1e-10), 1e-9));
        assert!(!near(1e-20, 2e-20, 1e-9));
        assert!(near(0.0, -0.0, 0.0) && near(f64::NAN, f64::NAN, 0.0));
        assert!(near(f64::INFINITY, f64::INFINITY, 0.0));
        assert!(!near(f64::INFINITY, 1.0, 1e-9) && !near(f64::NAN, 1.0, 1e-9));
        assert!(!near(0.0, 1e-300, 1e-9));
    }
}
