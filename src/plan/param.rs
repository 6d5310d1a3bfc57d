//! Parameters: values that the SQL uses as `$name`, typed and bound, never spliced into text.

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use chrono::{DateTime, NaiveDate};
use chrono_tz::Tz;
use datafusion::sql::parser::DFParser;
use datafusion::sql::sqlparser::ast::{Expr, Value};

use super::period::Period;
use super::walk::visit_expressions_mut;
use crate::declare::{ColumnType, is_secret_name};
use crate::store::keep_secret;
use crate::zone::parse;

/// The parameter that holds the exclusive end of what a run may use.
pub const AS_OF: &str = "as_of";
/// The parameter that holds the start of the period, inclusive.
pub const PERIOD_START: &str = "period_start";
/// The parameter that holds the end of the period, exclusive, never after as-of.
pub const PERIOD_END: &str = "period_end";

/// The parameter that holds the start of the period before, inclusive.
pub const PREVIOUS_START: &str = "previous_start";
/// The parameters of the period. A query that names one varies by period.
pub(super) const OF_PERIOD: [&str; 3] = [PREVIOUS_START, PERIOD_START, PERIOD_END];

/// Whether every run has a parameter of this name.
pub(super) fn is_built_in(name: &str) -> bool {
    name == AS_OF || OF_PERIOD.contains(&name)
}

/// A declared parameter and its value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParamPlan {
    /// Its name, without `$`.
    pub name: String,
    /// Its type.
    pub data_type: ColumnType,
    /// The zone of a timestamp that does not say.
    pub time_zone: Tz,
    /// Its value as text, unless only `--param` can give one.
    pub value: Option<String>,
}

/// What each parameter is replaced by.
pub type Bindings = BTreeMap<String, Expr>;

impl ParamPlan {
    /// Whether its value is secret, according to its name.
    pub(crate) fn is_secret(&self) -> bool {
        is_secret_name(&self.name)
    }

    /// Ensures that the value of a secret is redacted in all output.
    pub(super) fn kept_secret(self) -> Self {
        if let Some(value) = self.value.as_ref().filter(|_| self.is_secret()) {
            keep_secret(value);
        }
        self
    }

    /// The value as an expression of its type.
    ///
    /// # Errors
    /// The text is not a value of the type, or there is none.
    pub fn expression(&self) -> Result<Expr, String> {
        let Some(text) = &self.value else {
            return Err(format!("`{}` has no value: give `--param {0}=…`", self.name));
        };
        literal(self.data_type, self.time_zone, text).ok_or_else(|| match self.is_secret() {
            true => format!("`{}` must be {}, and is not", self.name, self.data_type),
            false => format!("`{}` must be {}, not `{text}`", self.name, self.data_type),
        })
    }

    /// Takes the last value that is given as `name=value`, if it is one of the type.
    pub(super) fn take(&mut self, given: &[String]) {
        let value = |pair: &String| {
            let (name, value) = pair.split_once('=')?;
            (name == self.name).then(|| value.to_owned())
        };
        let given = given.iter().rev().find_map(value);
        let taken = Self { value: given, ..self.clone() }.kept_secret();
        if taken.expression().is_ok() {
            *self = taken;
        }
    }

    /// A placeholder value of the type, to check queries before the real one is known.
    pub(super) fn any_expression(&self) -> Expr {
        self.expression()
            .ok()
            .or_else(|| literal(self.data_type, self.time_zone, any_text(self.data_type)))
            .unwrap_or_else(null)
    }
}

/// The values of the built-in parameters for one period.
pub(crate) fn built_in(as_of: DateTime<Tz>, period: Option<&Period>) -> Bindings {
    let mut bindings = Bindings::from([(AS_OF.to_owned(), timestamp(as_of))]);
    if let Some(period) = period {
        bindings.insert(PREVIOUS_START.into(), timestamp(period.previous_start()));
        bindings.insert(PERIOD_START.into(), timestamp(period.start()));
        bindings.insert(PERIOD_END.into(), timestamp(period.end));
    }
    bindings
}

fn any_text(data_type: ColumnType) -> &'static str {
    match data_type {
        ColumnType::Boolean => "true",
        ColumnType::Date | ColumnType::Timestamp | ColumnType::Timestamptz => "2000-01-01",
        ColumnType::String
        | ColumnType::Int32
        | ColumnType::Int64
        | ColumnType::Float64
        | ColumnType::Decimal(..) => "1",
    }
}

/// A value of the type; the text is parsed and formatted again, so it cannot be anything else.
fn literal(data_type: ColumnType, zone: Tz, text: &str) -> Option<Expr> {
    let text = text.trim();
    match data_type {
        ColumnType::String => {
            Some(Expr::Value(Value::SingleQuotedString(text.to_owned()).with_empty_span()))
        }
        ColumnType::Boolean => parsed(&text.parse::<bool>().ok()?.to_string()),
        ColumnType::Int32 => parsed(&format!("cast({} as int)", text.parse::<i32>().ok()?)),
        ColumnType::Int64 => parsed(&format!("cast({} as bigint)", text.parse::<i64>().ok()?)),
        ColumnType::Float64 => {
            let value = text.parse::<f64>().ok().filter(|value| value.is_finite())?;
            parsed(&format!("cast('{value:?}' as double)"))
        }
        ColumnType::Date => parsed(&format!("cast('{}' as date)", text.parse::<NaiveDate>().ok()?)),
        ColumnType::Timestamp | ColumnType::Timestamptz => parse(zone, text).map(timestamp),
        ColumnType::Decimal(precision, scale) => keeps(text, precision, scale)
            .then(|| cast(text, &format!("decimal({precision},{scale})")))?,
    }
}

/// Whether a text is a number that fits a precision and scale without
/// rounding.
fn keeps(text: &str, precision: u8, scale: i8) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let is_number = !(whole.is_empty() && fraction.is_empty())
        && whole.bytes().chain(fraction.bytes()).all(|byte| byte.is_ascii_digit());
    let fits = |digits: &str, most: i16| i16::try_from(digits.len()).is_ok_and(|it| it <= most);
    let scale = i16::from(scale);
    is_number
        && fits(whole.trim_start_matches('0'), i16::from(precision) - scale)
        && fits(fraction.trim_end_matches('0'), scale)
}

/// Whether one value comes after another, both in the notation of the type; `None` if one is
/// invalid.
pub(super) fn is_after(data_type: ColumnType, zone: Tz, one: &str, other: &str) -> bool {
    if data_type.is_time() {
        let moments = parse(zone, one).zip(parse(zone, other));
        return moments.is_some_and(|(one, other)| one > other);
    }
    let numbers = one.trim().parse::<f64>().ok().zip(other.trim().parse::<f64>().ok());
    numbers.is_some_and(|(one, other)| one > other)
}

/// An instant on its zone's clock.
fn timestamp(instant: DateTime<Tz>) -> Expr {
    let text = instant.naive_utc().format("%Y-%m-%dT%H:%M:%S%.6fZ");
    let zone = instant.timezone();
    parsed(&format!("arrow_cast('{text}', 'Timestamp(Microsecond, Some(\"{zone}\"))')"))
        .unwrap_or_else(null)
}

/// A text as a value of a type of SQL, in the syntax tree.
fn cast(text: &str, data_type: &str) -> Option<Expr> {
    let mut cast = parsed(&format!("cast(null as {data_type})"))?;
    let _: ControlFlow<()> = visit_expressions_mut(&mut cast, |expression| {
        if let Expr::Value(value) = expression {
            value.value = Value::SingleQuotedString(text.to_owned());
        }
        ControlFlow::Continue(())
    });
    Some(cast)
}

fn parsed(sql: &str) -> Option<Expr> {
    DFParser::parse_sql_into_expr(sql).ok().map(|parsed| parsed.expr)
}

fn null() -> Expr {
    Expr::Value(Value::Null.with_empty_span())
}

#[cfg(test)]
mod tests {
    use super::ParamPlan;
    use crate::declare::ColumnType;
    use chrono_tz::Tz;

    fn param(data_type: ColumnType, value: &str) -> ParamPlan {
        ParamPlan { name: "p".into(), data_type, time_zone: Tz::UTC, value: Some(value.into()) }
    }

    #[test]
    fn a_value_has_its_declared_type() {
        let sql = param(ColumnType::Float64, "0.15").expression().unwrap().to_string();
        assert_eq!(sql, "CAST('0.15' AS DOUBLE)");
    }

    #[test]
    fn a_string_stays_a_string_whatever_is_in_it() {
        let sql = param(ColumnType::String, "x'; drop table t").expression().unwrap().to_string();
        assert_eq!(sql, "'x''; drop table t'");
    }

    #[test]
    fn a_decimal_is_never_rounded() {
        let fits = |text| param(ColumnType::Decimal(9, 2), text).expression().is_ok();
        for text in ["15.55", "15", "-.5", "7.", "15.5500", "0001234567.89", "0"] {
            assert!(fits(text), "{text}");
        }
        for text in ["15.555", "0.125", "12345678", "1.2.3", ".", "-", "", "1e1", "--1", "0.001"] {
            assert!(!fits(text), "{text}");
        }
        let error = param(ColumnType::Decimal(9, 2), "15.555").expression().unwrap_err();
        assert_eq!(error, "`p` must be decimal(9,2), not `15.555`");
        assert!(param(ColumnType::Decimal(2, 2), "0.99").expression().is_ok());
        assert!(param(ColumnType::Decimal(38, 0), &"9".repeat(38)).expression().is_ok());
    }

    #[test]
    fn a_value_of_another_type_is_refused_by_name() {
        let error = param(ColumnType::Int64, "many").expression().unwrap_err();
        assert_eq!(error, "`p` must be int64, not `many`");
    }
}
