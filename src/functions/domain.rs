//! The values an argument may have: what the documentation prints, what types
//! are taken, and which constants are refused before a row is read.
//!
//! The kernels check every number again; what is here only finds mistakes earlier.

use std::fmt::{Display, Formatter, Result as FmtResult};
use std::sync::Arc;

use datafusion::arrow::datatypes::{DataType, Field, Fields};
use datafusion::common::ScalarValue;

use crate::kernel::LARGEST;

/// What an argument accepts.
#[derive(Debug, Clone, Copy)]
pub enum Domain {
    /// Any finite number.
    Finite,
    /// A figure that is added up or multiplied: a finite number up to [`LARGEST`] either way.
    Amount,
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
    /// A list of numbers, of which some may be NULL.
    ListWithNulls(&'static str),
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

/// What [`Domain::Amount`] is short for.
const AMOUNT: Domain = Domain::Between(-LARGEST, LARGEST);

impl Domain {
    /// Whether the argument is a setting of the call and not a column.
    pub(super) fn is_constant(self) -> bool {
        matches!(self, Self::Choice(_) | Self::Text(_) | Self::Constant(_))
    }

    /// The type that `given` is used in, if it is accepted.
    pub(super) fn coerce(self, given: &DataType) -> Option<DataType> {
        let number = given.is_numeric() || given.is_null();
        match self {
            Self::YesNo | Self::Finite | Self::Amount => {
                (number || *given == DataType::Boolean).then_some(DataType::Float64)
            }
            Self::Label => (!given.is_nested()).then_some(DataType::Utf8),
            Self::Items(_) => items(given),
            Self::Answer(_) => answer(given),
            Self::List(_) | Self::ListWithNulls(_) => list(given, Self::Finite),
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
            Self::List(_) | Self::ListWithNulls(_) => "a list of numbers",
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
            Self::Between(low, high) => (!(low..=high).contains(&number)).then(|| self.to_string()),
            Self::Amount => AMOUNT.rule_broken_by(number),
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

/// A number without a row of zeros.
struct Plain(f64);

impl Display for Plain {
    fn fmt(&self, f: &mut Formatter<'_>) -> FmtResult {
        let Self(number) = self;
        if number.abs() < 1e16 { write!(f, "{number}") } else { write!(f, "{number:e}") }
    }
}

impl Display for Domain {
    fn fmt(&self, f: &mut Formatter<'_>) -> FmtResult {
        match self {
            Self::Finite => f.write_str("finite"),
            Self::Positive => f.write_str("> 0"),
            Self::NotNegative => f.write_str(">= 0"),
            Self::Whole => f.write_str("a whole number >= 0"),
            Self::Between(low, high) => write!(f, "between {} and {}", Plain(*low), Plain(*high)),
            Self::Amount => AMOUNT.fmt(f),
            Self::WholeBetween(low, f64::INFINITY) => write!(f, "a whole number from {low}"),
            Self::WholeBetween(low, high) => {
                write!(f, "a whole number from {low} to {}", Plain(*high))
            }
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
            Self::ListWithNulls(words) => {
                write!(f, "a list of numbers, of which some may be NULL: {words}")
            }
            Self::Matrix(words) => write!(f, "a list of lists of numbers: {words}"),
            Self::Choice(words) => write!(f, "a constant: `{}`", words.join("`, `")),
            Self::Text(words) => write!(f, "a constant text: {words}"),
            Self::Constant(domain) => write!(f, "a constant, {domain}"),
            Self::Model => f.write_str("parameters > 0"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::functions::document::{Argument, Call};
    use crate::functions::{all, register};
    use datafusion::prelude::SessionContext;

    /// A number well inside of a domain, and the ends of it. `None` for other domains.
    fn numbers(domain: Domain) -> Option<(f64, Vec<f64>)> {
        const MOST: f64 = f64::MAX;
        const LEAST: f64 = 5e-324;
        Some(match domain {
            Domain::Constant(domain) => return numbers(*domain),
            Domain::Finite => (1.0, vec![-MOST, MOST]),
            Domain::Amount => (1.0, vec![-LARGEST, LARGEST]),
            Domain::Positive => (1.0, vec![LEAST, MOST]),
            Domain::NotNegative => (1.0, vec![0.0, MOST]),
            Domain::Whole => (3.0, vec![0.0, MOST]),
            Domain::Between(low, high) => {
                (f64::midpoint(low, high.min(low + 2.0)), vec![low, high])
            }
            Domain::WholeBetween(low, high) => (low + 3.0, vec![low, high.min(MOST)]),
            Domain::Above(low) => (low + 2.0, vec![low.next_up(), MOST]),
            Domain::AtLeast(low) => (low + 2.0, vec![low, MOST]),
            Domain::Inside(low, high) => {
                (f64::midpoint(low, high), vec![low.next_up(), high.next_down()])
            }
            Domain::Share => (0.5, vec![LEAST, 1.0]),
            Domain::YesNo => (1.0, vec![0.0, 1.0]),
            // Whatever it depends on, 0.6 often is inside.
            Domain::Number(_) => (0.6, Vec::new()),
            _ => return None,
        })
    }

    async fn refused(session: &SessionContext, name: &str, numbers: &[f64]) -> Option<String> {
        let literal = |number: &f64| format!("CAST('{number:e}' AS DOUBLE)");
        let arguments: Vec<String> = numbers.iter().map(literal).collect();
        let query = format!("SELECT {name}({})", arguments.join(", "));
        let answer = async { session.sql(&query).await?.collect().await };
        answer.await.err().map(|error| error.to_string())
    }

    #[tokio::test]
    async fn every_number_of_a_documented_domain_is_taken() {
        let session = SessionContext::new();
        register(&session);
        let (mut tried, mut wrong) = (0, Vec::new());
        for function in all().iter().filter(|function| matches!(function.call, Call::Scalar { .. }))
        {
            let needed = function.arguments.iter().filter(|argument| !argument.optional);
            let inside = needed.clone().map(|argument| numbers(argument.domain));
            let Some(inside) = inside.collect::<Option<Vec<_>>>() else { continue };
            let usual: Vec<f64> = inside.iter().map(|(number, _)| *number).collect();
            if refused(&session, function.name, &usual).await.is_some() {
                continue;
            }
            tried += 1;
            for (place, (Argument { name, .. }, (_, ends))) in needed.zip(&inside).enumerate() {
                for end in ends {
                    let mut row = usual.clone();
                    row[place] = *end;
                    let told = refused(&session, function.name, &row).await;
                    let told = told.filter(|told| told.contains(&format!("`{name}` must")));
                    wrong.extend(told.map(|told| format!("{}: {told}", function.name)));
                }
            }
        }
        assert_eq!(wrong, Vec::<String>::new());
        assert!(tried >= 20, "{tried}");
    }
}
