//! The values an argument may have: what the documentation prints, what types
//! are taken, and which constants are refused before a row is read.
//!
//! The kernels check every number again; what is here only finds mistakes earlier.

use std::fmt::{Display, Formatter, Result as FmtResult};
use std::sync::Arc;

use datafusion::arrow::datatypes::{DataType, Field, Fields};
use datafusion::common::ScalarValue;

/// What an argument accepts.
#[derive(Debug, Clone, Copy)]
pub enum Domain {
    /// Any finite number.
    Finite,
    /// A finite number above zero.
    Positive,
    /// A finite number that is zero or more.
    NotNegative,
    /// A count.
    Whole,
    /// A finite number from the first to the second.
    Between(f64, f64),
    /// A whole number from the first to the second, which may be infinite.
    WholeBetween(f64, f64),
    /// A finite number above this one.
    Above(f64),
    /// A finite number that is this one or more.
    AtLeast(f64),
    /// A number above the first and below the second.
    Inside(f64, f64),
    /// A number above 0 and at most 1.
    Share,
    /// A number under a rule that takes words, because it depends on other arguments: constants cannot be
    /// judged by it.
    Number(&'static str),
    /// True or false, or 1 or 0.
    YesNo,
    /// Text, or what can be written as text, that says which group a row is in.
    Label,
    /// A struct of numbers whose names matter.
    Items(&'static str),
    /// A struct that another function gave, of which some numbers are read.
    Answer(&'static str),
    /// A list of numbers.
    List(&'static str),
    /// A list of lists of numbers, all of one length.
    Matrix(&'static str),
    /// One of these words, the same for all rows.
    Choice(&'static [&'static str]),
    /// A text that is the same for all rows.
    Text(&'static str),
    /// A number that is the same for all rows.
    Constant(&'static Self),
    /// What a fit has returned.
    Model,
}

impl Domain {
    /// Whether the argument is a setting of the call and not a column.
    pub(super) fn is_constant(self) -> bool {
        matches!(self, Self::Choice(_) | Self::Text(_) | Self::Constant(_))
    }

    /// The type that `given` is used in, if it is accepted.
    pub(super) fn coerce(self, given: &DataType) -> Option<DataType> {
        let number = given.is_numeric() || given.is_null();
        match self {
            Self::YesNo | Self::Finite => {
                (number || *given == DataType::Boolean).then_some(DataType::Float64)
            }
            Self::Label => (!given.is_nested()).then_some(DataType::Utf8),
            Self::Items(_) => items(given),
            Self::Answer(_) => answer(given),
            Self::List(_) => list(given, Self::Finite),
            Self::Matrix(_) => list(given, Self::List("")),
            Self::Choice(_) | Self::Text(_) => {
                (given.is_string() || given.is_null()).then_some(DataType::Utf8)
            }
            Self::Model => None,
            _ => number.then_some(DataType::Float64),
        }
    }

    /// What is wanted, in an error about a type.
    pub(super) fn wanted(self) -> &'static str {
        match self {
            Self::YesNo => "true, false, or a number",
            Self::Label => "text or a number",
            Self::Items(_) => "a struct of numbers",
            Self::Answer(_) => "a struct",
            Self::List(_) => "a list of numbers",
            Self::Matrix(_) => "a list of lists of numbers",
            Self::Choice(_) | Self::Text(_) => "text",
            Self::Model => "a model",
            _ => "a number",
        }
    }

    /// The rule that a constant breaks.
    pub(super) fn broken_by(self, value: &ScalarValue) -> Option<String> {
        match (self, value) {
            (Self::Constant(domain), value) => domain.broken_by(value),
            (Self::Choice(words), ScalarValue::Utf8(Some(given))) => (!words
                .contains(&given.as_str()))
            .then(|| format!("one of {}, got `{given}`", words.join(", "))),
            (_, ScalarValue::Float64(Some(number))) => {
                self.rule_broken_by(*number).map(|rule| format!("{rule}, got {number}"))
            }
            _ => None,
        }
    }

    fn rule_broken_by(self, number: f64) -> Option<String> {
        let finite = number.is_finite();
        match self {
            Self::Finite => (!finite).then(|| "finite".into()),
            Self::Positive => (!finite || number <= 0.0).then(|| "finite and > 0".into()),
            Self::NotNegative => (!finite || number < 0.0).then(|| "finite and >= 0".into()),
            Self::Whole => (!finite || number < 0.0 || number.fract() != 0.0)
                .then(|| "a whole number >= 0".into()),
            Self::Between(low, high) => {
                (!(low..=high).contains(&number)).then(|| format!("between {low} and {high}"))
            }
            Self::WholeBetween(low, high) => {
                let holds = finite && (low..=high).contains(&number) && number.fract() == 0.0;
                (!holds).then(|| self.to_string())
            }
            Self::Above(low) => (!finite || number <= low).then(|| format!("finite and > {low}")),
            Self::AtLeast(low) => (!finite || number < low).then(|| format!("finite and >= {low}")),
            Self::Inside(low, high) => (!(number > low && number < high)).then(|| self.to_string()),
            Self::Share => (!(number > 0.0 && number <= 1.0)).then(|| self.to_string()),
            Self::YesNo => (![0.0, 1.0].contains(&number)).then(|| "0 or 1".into()),
            _ => None,
        }
    }
}

fn items(given: &DataType) -> Option<DataType> {
    let DataType::Struct(fields) = given else { return None };
    let number = |field: &Arc<Field>| {
        let accepted = field.data_type().is_numeric() || field.data_type().is_null();
        accepted.then(|| Field::new(field.name(), DataType::Float64, true))
    };
    let numbers: Fields = fields.iter().map(number).collect::<Option<Vec<_>>>()?.into();
    (!numbers.is_empty()).then_some(DataType::Struct(numbers))
}

/// Numbers become doubles; what else there is stays as it is.
fn answer(given: &DataType) -> Option<DataType> {
    let DataType::Struct(fields) = given else { return None };
    let field = |field: &Arc<Field>| match field.data_type() {
        data_type if data_type.is_numeric() || data_type.is_null() => {
            Arc::new(Field::new(field.name(), DataType::Float64, true))
        }
        _ => Arc::clone(field),
    };
    Some(DataType::Struct(fields.iter().map(field).collect()))
}

fn list(given: &DataType, of: Domain) -> Option<DataType> {
    match given {
        DataType::Null => of.coerce(given).map(|item| DataType::new_list(item, true)),
        DataType::List(item) | DataType::LargeList(item) | DataType::FixedSizeList(item, _) => {
            let item = of.coerce(item.data_type())?;
            Some(DataType::new_list(item, true))
        }
        _ => None,
    }
}

impl Display for Domain {
    fn fmt(&self, f: &mut Formatter<'_>) -> FmtResult {
        match self {
            Self::Finite => f.write_str("finite"),
            Self::Positive => f.write_str("> 0"),
            Self::NotNegative => f.write_str(">= 0"),
            Self::Whole => f.write_str("a whole number >= 0"),
            Self::Between(low, high) => write!(f, "between {low} and {high}"),
            Self::WholeBetween(low, f64::INFINITY) => write!(f, "a whole number from {low}"),
            Self::WholeBetween(low, high) => write!(f, "a whole number from {low} to {high}"),
            Self::Above(low) => write!(f, "> {low}"),
            Self::AtLeast(low) => write!(f, ">= {low}"),
            Self::Inside(low, high) => write!(f, "above {low} and below {high}"),
            Self::Share => f.write_str("above 0 and at most 1"),
            Self::YesNo => f.write_str("true or false, or 1 or 0"),
            Self::Label => f.write_str("text, or what can be written as text"),
            Self::Number(words) => f.write_str(words),
            Self::Items(words) => write!(f, "a struct of numbers: {words}"),
            Self::Answer(words) => write!(f, "a struct {words}"),
            Self::List(words) => write!(f, "a list of numbers: {words}"),
            Self::Matrix(words) => write!(f, "a list of lists of numbers: {words}"),
            Self::Choice(words) => write!(f, "a constant: `{}`", words.join("`, `")),
            Self::Text(words) => write!(f, "a constant text: {words}"),
            Self::Constant(domain) => write!(f, "a constant, {domain}"),
            Self::Model => f.write_str("parameters > 0"),
        }
    }
}
