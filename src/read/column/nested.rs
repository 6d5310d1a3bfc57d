//! The columns of a typed file, and the fields of structs within them, by the path to each: `charge`,
//! `charge.amount`.

use std::collections::HashSet;

use datafusion::arrow::array::{Array, ArrayRef, AsArray};
use datafusion::arrow::compute::{cast, is_null, nullif};
use datafusion::arrow::datatypes::{DataType, Fields};
use datafusion::arrow::error::ArrowError;

/// A column, or a field within one.
#[derive(Debug, Clone)]
pub(crate) struct Nested {
    /// The path to it: names, separated by dots.
    pub(crate) name: String,
    /// What it holds.
    pub(crate) data_type: DataType,
    /// Whether it may be missing, or what it is in.
    pub(crate) nullable: bool,
    /// The column that it is, or is in.
    pub(in crate::read) root: usize,
    /// The way from there: a field, a field of that, and so on.
    steps: Vec<usize>,
}

/// The columns in their order, and behind them what is within those that are structs. A column with
/// a dot in its name takes precedence over the path that is written the same.
pub(crate) fn nested(fields: &Fields) -> Vec<Nested> {
    let mut found: Vec<Nested> = fields
        .iter()
        .enumerate()
        .map(|(root, it)| Nested {
            name: it.name().clone(),
            data_type: it.data_type().clone(),
            nullable: it.is_nullable(),
            root,
            steps: Vec::new(),
        })
        .collect();
    let mut names: HashSet<String> = found.iter().map(|it| it.name.clone()).collect();
    let mut at = 0;
    while at < found.len() {
        let within = found[at].within();
        found.extend(within.into_iter().filter(|it| names.insert(it.name.clone())));
        at += 1;
    }
    found
}

impl Nested {
    /// Whether it is a column, and not within one.
    pub(in crate::read) fn is_column(&self) -> bool {
        self.steps.is_empty()
    }

    /// The fields of a struct; none of anything else.
    fn within(&self) -> Vec<Self> {
        let DataType::Struct(fields) = &self.data_type else { return Vec::new() };
        let field = |(step, field): (usize, &datafusion::arrow::datatypes::FieldRef)| Self {
            name: format!("{}.{}", self.name, field.name()),
            data_type: field.data_type().clone(),
            nullable: self.nullable || field.is_nullable(),
            root: self.root,
            steps: self.steps.iter().copied().chain([step]).collect(),
        };
        fields.iter().enumerate().map(field).collect()
    }

    /// Its values in the column that it is in: NULL where that has none.
    pub(in crate::read) fn values(&self, column: &ArrayRef) -> Result<ArrayRef, ArrowError> {
        let found = self.steps.iter().try_fold(column.clone(), |outer, step| {
            let inner = outer.as_struct().column(*step);
            if outer.null_count() == 0 {
                Ok(inner.clone())
            } else {
                nullif(inner, &is_null(&outer)?)
            }
        })?;
        match (found.data_type(), &self.data_type) {
            // Bytes of a fixed number, of which the file does not say that they are a UUID.
            (DataType::FixedSizeBinary(_), DataType::Binary) => cast(&found, &DataType::Binary),
            _ => Ok(found),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use datafusion::arrow::array::{ArrayRef, AsArray, Int64Array, StructArray};
    use datafusion::arrow::buffer::NullBuffer;
    use datafusion::arrow::datatypes::{DataType, Field, Fields, Int64Type};

    use super::nested;

    fn fields(fields: &[(&str, DataType)]) -> Fields {
        fields.iter().map(|(name, kind)| Field::new(*name, kind.clone(), true)).collect()
    }

    #[test]
    fn a_column_with_a_dot_in_its_name_wins_over_a_path() {
        let inner = DataType::Struct(fields(&[("a", DataType::Int64), ("b", DataType::Int64)]));
        let found = nested(&fields(&[("s", inner), ("s.a", DataType::Utf8)]));
        let names: Vec<_> = found.iter().map(|it| (it.name.as_str(), &it.data_type)).collect();
        assert_eq!(names[1..], [("s.a", &DataType::Utf8), ("s.b", &DataType::Int64)]);
    }

    #[test]
    fn what_is_within_nothing_is_nothing() {
        let values: ArrayRef = Arc::new(Int64Array::from(vec![Some(1), Some(2), None]));
        let kinds = fields(&[("a", DataType::Int64)]);
        let nulls = NullBuffer::from(vec![true, false, true]);
        let column: ArrayRef = Arc::new(StructArray::new(kinds.clone(), vec![values], Some(nulls)));
        let found = nested(&fields(&[("s", DataType::Struct(kinds))]));
        let values = found[1].values(&column).unwrap();
        let values: Vec<_> = values.as_primitive::<Int64Type>().iter().collect();
        assert_eq!(values, [Some(1), None, None]);
    }
}
