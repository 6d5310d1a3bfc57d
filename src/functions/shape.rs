//! What functions give back: doubles, structs, lists of structs, and their
//! Arrow types.

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, ListArray, StructArray, new_empty_array};
use datafusion::arrow::buffer::OffsetBuffer;
use datafusion::arrow::datatypes::{DataType, Field as ArrowField, FieldRef, Fields, Float64Type};
use datafusion::common::{Result, ScalarValue, internal_err};

use super::document::{Field, Kind};
use crate::kernel::positive_zero;

/// The form of what comes back.
#[derive(Debug, Clone, Copy)]
pub enum Shape {
    /// A double.
    Number,
    /// A list of doubles.
    Numbers,
    /// Text.
    Text,
    /// One struct.
    Struct(&'static [Field]),
    /// A list of structs, to be turned into rows with `unnest`.
    Rows(&'static [Field]),
    /// A list of lists of doubles.
    Matrix,
}

/// What a kernel says, in the form of a [`Shape`].
#[derive(Debug)]
pub(super) enum Answer {
    Number(f64),
    List(Vec<f64>),
    Text(String),
    /// In the order of the fields, without constants.
    Fields(Vec<ScalarValue>),
    /// One after the other, each as [`Answer::Fields`].
    Rows(Vec<Vec<ScalarValue>>),
    Matrix(Vec<Vec<f64>>),
}

impl Shape {
    /// The fields, where structs come back.
    pub(super) fn fields(self) -> &'static [Field] {
        match self {
            Self::Struct(fields) | Self::Rows(fields) => fields,
            _ => &[],
        }
    }

    pub(super) fn data_type(self) -> DataType {
        match self {
            Self::Number => DataType::Float64,
            Self::Numbers => DataType::new_list(DataType::Float64, true),
            Self::Text => DataType::Utf8,
            Self::Struct(fields) => DataType::Struct(arrow_fields(fields)),
            Self::Rows(fields) => DataType::List(item(fields)),
            Self::Matrix => DataType::new_list(Self::Numbers.data_type(), true),
        }
    }

    pub(super) fn null(self) -> Result<ScalarValue> {
        ScalarValue::try_from(&self.data_type())
    }

    /// The answer in Arrow's form.
    pub(super) fn value(self, answer: Answer) -> Result<ScalarValue> {
        match (self, answer) {
            (Self::Number, Answer::Number(number)) => Ok(ScalarValue::Float64(finite(number))),
            (Self::Text, Answer::Text(text)) => Ok(ScalarValue::from(text)),
            (Self::Numbers, Answer::List(numbers)) => Ok(list(numbers)),
            (Self::Struct(fields), Answer::Fields(values)) => structure(fields, &values),
            (Self::Rows(fields), Answer::Rows(answers)) => rows(fields, &answers),
            (Self::Matrix, Answer::Matrix(lists)) => {
                let lists: Vec<_> = lists.into_iter().map(list).collect();
                let item = Self::Numbers.data_type();
                Ok(ScalarValue::List(ScalarValue::new_list_nullable(&lists, &item)))
            }
            (shape, answer) => internal_err!("{answer:?} is not a {shape:?}"),
        }
    }
}

/// A number as published: infinity and NaN are NULL, and there
/// is one zero.
pub(super) fn finite(number: f64) -> Option<f64> {
    number.is_finite().then(|| positive_zero(number))
}

/// As [`finite`], of a field.
fn published(value: &ScalarValue) -> ScalarValue {
    match value {
        ScalarValue::Float64(Some(number)) => ScalarValue::Float64(finite(*number)),
        value => value.clone(),
    }
}

/// A list of doubles.
pub(super) fn list(values: Vec<f64>) -> ScalarValue {
    let values = values.into_iter().map(finite);
    let list = ListArray::from_iter_primitive::<Float64Type, _, _>([Some(values)]);
    ScalarValue::List(Arc::new(list))
}

/// A list of structs: `answers` hold the values of each, without constants.
pub(super) fn rows(fields: &'static [Field], answers: &[Vec<ScalarValue>]) -> Result<ScalarValue> {
    let structures =
        answers.iter().map(|values| structure(fields, values)).collect::<Result<Vec<_>>>()?;
    let structures: ArrayRef = match structures.is_empty() {
        true => new_empty_array(&DataType::Struct(arrow_fields(fields))),
        false => ScalarValue::iter_to_array(structures)?,
    };
    let offsets = OffsetBuffer::from_lengths([structures.len()]);
    Ok(ScalarValue::List(Arc::new(ListArray::try_new(item(fields), offsets, structures, None)?)))
}

fn structure(fields: &'static [Field], values: &[ScalarValue]) -> Result<ScalarValue> {
    let mut values = values.iter();
    let columns = fields
        .iter()
        .map(|field| match (field.kind, values.as_slice()) {
            (Kind::Constant(text), _) => ScalarValue::from(text).to_array(),
            (_, []) => internal_err!("no value for `{}`", field.name),
            (_, [value, rest @ ..]) => {
                values = rest.iter();
                published(value).to_array()
            }
        })
        .collect::<Result<Vec<_>>>()?;
    let structure = StructArray::try_new(arrow_fields(fields), columns, None)?;
    Ok(ScalarValue::Struct(Arc::new(structure)))
}

/// The key under which a constant field carries its text.
const CONSTANT: &str = "constant";

/// The text that all values of a field have, as far as its type says.
pub(super) fn constant(field: &ArrowField) -> Option<&str> {
    field.metadata().get(CONSTANT).map(String::as_str)
}

fn arrow_fields(fields: &[Field]) -> Fields {
    fields.iter().map(arrow_field).collect()
}

fn arrow_field(field: &Field) -> ArrowField {
    let arrow = ArrowField::new(field.name, data_type(field.kind), true);
    match field.kind {
        Kind::Constant(text) => arrow.with_metadata([(CONSTANT.into(), text.into())].into()),
        _ => arrow,
    }
}

fn item(fields: &[Field]) -> FieldRef {
    Arc::new(ArrowField::new_list_field(DataType::Struct(arrow_fields(fields)), true))
}

fn data_type(kind: Kind) -> DataType {
    match kind {
        Kind::Float64 => DataType::Float64,
        Kind::Int64 => DataType::Int64,
        Kind::Int32 => DataType::Int32,
        Kind::Boolean => DataType::Boolean,
        Kind::Text | Kind::Constant(_) => DataType::Utf8,
        Kind::Numbers => Shape::Numbers.data_type(),
        Kind::Matrix => Shape::Matrix.data_type(),
        Kind::Rows(fields) => Shape::Rows(fields).data_type(),
    }
}
