//! Parameters: values the SQL names as `$name`, typed and bound, never pasted.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate};
use chrono_tz::Tz;
use datafusion::sql::parser::DFParser;
use datafusion::sql::sqlparser::ast::{Expr, Value};

use super::Period;
use crate::declare::ColumnType;
use crate::zone::parse;

/// The parameter that holds the exclusive end of what a run may use.
pub const AS_OF: &str = "as_of";
/// The parameter that holds the start of the period, inclusive.
pub const PERIOD_START: &str = "period_start";
/// The parameter that holds the end of the period, exclusive, never after as-of.
pub const PERIOD_END: &str = "period_end";

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
    /// The value as an expression of its type.
    ///
    /// # Errors
    /// The text is not a value of the type, or there is none.
    pub fn expression(&self) -> Result<Expr, String> {
        let Some(text) = &self.value else {
            return Err(format!("`{}` has no value: give `--param {0}=…`", self.name));
        };
        literal(self.data_type, self.time_zone, text)
            .ok_or_else(|| format!("`{}` must be {}, not `{text}`", self.name, self.data_type))
    }

    /// Some value of the type, to check queries with before the real one is known.
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
        bindings.insert(PERIOD_START.into(), timestamp(period.start()));
        bindings.insert(PERIOD_END.into(), timestamp(period.end));
    }
    bindings
}

fn any_text(data_type: ColumnType) -> &'static str {
    match data_type {
        ColumnType::Boolean => "true",
        ColumnType::Date | ColumnType::Timestamp | ColumnType::Timestamptz => "2000-01-01",
        _ => "1",
    }
}

/// A value of the type as SQL; the text is parsed and written anew, so it cannot be anything else.
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
        ColumnType::Decimal(precision, scale) => {
            let digits = text.strip_prefix('-').unwrap_or(text);
            let plain =
                !digits.is_empty() && digits.chars().all(|c| c.is_ascii_digit() || c == '.');
            plain.then(|| parsed(&format!("cast('{text}' as decimal({precision},{scale}))")))?
        }
    }
}

/// An instant on its zone's clock.
fn timestamp(instant: DateTime<Tz>) -> Expr {
    let text = instant.naive_utc().format("%Y-%m-%dT%H:%M:%S%.6fZ");
    let zone = instant.timezone();
    parsed(&format!("arrow_cast('{text}', 'Timestamp(Microsecond, Some(\"{zone}\"))')"))
        .unwrap_or_else(null)
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
    fn a_value_of_another_type_is_refused_by_name() {
        let error = param(ColumnType::Int64, "many").expression().unwrap_err();
        assert_eq!(error, "`p` must be int64, not `many`");
    }
}
