//! Checks as plans of the rows that break them, which are the evidence.

use std::sync::Arc;

use chrono_tz::Tz;
use datafusion::arrow::datatypes::{DECIMAL128_MAX_PRECISION, DataType};
use datafusion::logical_expr::Operator;
use datafusion::sql::sqlparser::ast::{Expr, Value};

use super::history::row_key;
use super::readable::Readable;
use crate::declare::{
    AcceptedRange, AcceptedValues, Check, ColumnType, References, RowCount, Spanned, TableFile,
};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Place, SourceFile};
use crate::plan::model::{Asks, CheckPlan, PERIOD_COLUMN, Stage};
use crate::plan::param::{ParamPlan, is_after};
use crate::plan::query::{Origin, Query};
use crate::plan::rule::{Holds, Rule};
use crate::project::Project;
use crate::session::type_name;

/// The checks of a stage: the keys of its contracts first, then the columns that a canonical table
/// declares never to be NULL, then the checks that are listed.
pub(super) fn queries(
    project: &Project,
    (stage, zone): (&Stage, Tz),
    contracts: &[(&Arc<SourceFile>, &TableFile)],
    readable: &Readable,
    wrong: &mut Diagnostics,
) -> Vec<CheckPlan> {
    let mut checks = Vec::new();
    for &(file, table) in contracts {
        let at = At { project, stage, zone, file, readable };
        for (check, place) in implied(file, table, stage.per_period) {
            // Mistakes in a key are reported where the key is read.
            checks.extend(at.plan(&check, &place).ok().flatten());
        }
        for check in &table.checks {
            let declared = &check.value;
            let promised = at.missing(&declared.check);
            if promised.is_some_and(|name| table.columns.get(&name.value).is_some()) {
                continue;
            }
            let plan = at.plan(&declared.check, &Place::of(file, check));
            checks.extend(wrong.keep(plan).flatten().map(|check| CheckPlan {
                severity: declared.severity,
                max_failed_rows: declared.max_failed_rows,
                ..check
            }));
        }
    }
    checks
}

/// The checks implied by a key and the required columns of a canonical table.
fn implied(file: &Arc<SourceFile>, table: &TableFile, per_period: bool) -> Vec<(Check, Place)> {
    let required = table.columns.iter().filter(|(_, column)| column.required);
    let key = row_key(table, per_period);
    let mut never_null = key.clone();
    for (name, _) in required {
        if !never_null.iter().any(|known| known.value == name.value) {
            never_null.push(name.clone());
        }
    }
    let place = |names: &[Spanned<String>]| names.first().map(|name| Place::of(file, name));
    let null = place(&never_null).map(|place| (Check::NotNull(never_null), place));
    let key = place(&key).map(|place| (Check::Unique(key.clone()), place));
    null.into_iter().chain(key).collect()
}

/// Where a check is made.
struct At<'a> {
    project: &'a Project,
    stage: &'a Stage,
    /// The zone of moments written without one.
    zone: Tz,
    file: &'a Arc<SourceFile>,
    readable: &'a Readable,
}

impl At<'_> {
    /// The plan of a check; `None` because of a mistake that is recorded elsewhere.
    fn plan(&self, check: &Check, place: &Place) -> Result<Option<CheckPlan>, Diagnostic> {
        self.columns_exist(check)?;
        let holds = match check {
            Check::NoRows(no_rows) => return self.own_query(&no_rows.sql).map(Some),
            Check::References(check) if !self.refers(check)? => return Ok(None),
            Check::RowCount(RowCount { min: Some(min), max: Some(max) }) if min > max => {
                return Err(no_room(place.clone(), &min.to_string(), &max.to_string()));
            }
            Check::NotNull(columns) => Holds::NotNull(texts(columns)),
            Check::Unique(columns) => Holds::Unique(texts(columns)),
            Check::AcceptedRange(range) => self.range(range)?,
            Check::AcceptedValues(check) => self.values(check)?,
            Check::References(References { column, table, to }) => {
                let [column, table, to] = [column, table, to].map(|name| name.value.clone());
                Holds::References { column, table, to }
            }
            Check::RowCount(RowCount { min, max }) => {
                Holds::RowCount { min: min.unwrap_or(0), max: max.unwrap_or(u64::MAX) }
            }
        };
        let reads = self.others(holds.other().cloned());
        let rule = Rule { table: self.stage.name.clone(), holds };
        let asks = Asks::Rule(rule, place.clone());
        Ok(Some(CheckPlan::new(name(check), asks, reads)))
    }

    fn own_query(&self, path: &Spanned<String>) -> Result<CheckPlan, Diagnostic> {
        let Some(sql) = self.project.file(&path.value) else {
            let message = format!("there is no file `{}`", path.value);
            let known = self.project.files.keys().map(String::as_str);
            let help = "write its path from the project's folder on, such as `sql/checks/name.sql`";
            return Err(Diagnostic::new(Code::NoFile, message, Place::of(self.file, path))
                .help(help)
                .nearest(&path.value, known));
        };
        let query = Query::parse(Origin::Text(Arc::clone(&sql), 0), &sql.text)?;
        let name = format!("no_rows: {}", path.value);
        let reads = self.others(query.tables());
        Ok(CheckPlan::new(name, Asks::Query(Box::new(query)), reads))
    }

    /// The other tables that are built before these can be looked at.
    fn others(&self, tables: impl IntoIterator<Item = String>) -> Vec<String> {
        let waits = |table: &String| *table != self.stage.name && self.readable.is_built(table);
        tables.into_iter().filter(waits).collect()
    }

    /// A column that a check names must be one of the table's.
    fn columns_exist(&self, check: &Check) -> Result<(), Diagnostic> {
        let Some(name) = self.missing(check) else { return Ok(()) };
        let message =
            format!("a check names `{}`, which `{}` does not have", name.value, self.stage.name);
        let known = self.stage.columns.iter().map(|column| column.name.as_str());
        Err(Diagnostic::new(Code::UnknownColumn, message, Place::of(self.file, name))
            .nearest_or_all(&name.value, known, "columns"))
    }

    /// The first column that a check names and the table lacks.
    fn missing<'a>(&self, check: &'a Check) -> Option<&'a Spanned<String>> {
        let named: Vec<&Spanned<String>> = match check {
            Check::NotNull(columns) | Check::Unique(columns) => columns.iter().collect(),
            Check::AcceptedValues(check) => vec![&check.column],
            Check::AcceptedRange(check) => vec![&check.column],
            Check::References(check) => vec![&check.column],
            Check::RowCount(_) | Check::NoRows(_) => Vec::new(),
        };
        let is_period = |name: &str| self.stage.per_period && name == PERIOD_COLUMN;
        let known = |name: &str| self.stage.columns.iter().any(|column| column.name == name);
        named.into_iter().find(|name| !is_period(&name.value) && !known(&name.value))
    }

    fn range(&self, range: &AcceptedRange) -> Result<Holds, Diagnostic> {
        let data_type = self.range_type(&range.column)?;
        self.has_room(&data_type, range)?;
        let mut bounds = Vec::new();
        for (bound, beyond) in [(&range.min, Operator::Lt), (&range.max, Operator::Gt)] {
            if let Some(bound) = bound {
                bounds.push((beyond, self.bound(&data_type, bound)?));
            }
        }
        let (column, is_float) = (range.column.value.clone(), data_type.is_floating());
        Ok(Holds::Range { column, is_float, bounds })
    }

    /// The accepted values, in the column's type and not as text.
    fn values(&self, check: &AcceptedValues) -> Result<Holds, Diagnostic> {
        let at = Place::of(self.file, &check.column);
        let data_type = self.type_of(&check.column);
        let as_text = !has_range(&data_type) && data_type != DataType::Boolean;
        let value = |text: &String| match &data_type {
            it if has_range(it) => self.value(it, text, &at),
            DataType::Boolean => Self::truth(text, &at),
            _ => Ok(literal(Value::SingleQuotedString(text.clone()))),
        };
        let values = check.values.iter().map(value).collect::<Result<Vec<_>, _>>()?;
        Ok(Holds::Values { column: check.column.value.clone(), as_text, values })
    }

    fn truth(text: &str, at: &Place) -> Result<Expr, Diagnostic> {
        let truth = text.trim().to_lowercase().parse();
        let wrong = |_| wrong_type(text, &DataType::Boolean, ColumnType::Boolean, at);
        truth.map(|truth| literal(Value::Boolean(truth))).map_err(wrong)
    }

    /// Between the bounds there must be something.
    fn has_room(&self, data_type: &DataType, range: &AcceptedRange) -> Result<(), Diagnostic> {
        let (Some(min), Some(max)) = (&range.min, &range.max) else { return Ok(()) };
        let of = if is_time(data_type) { ColumnType::Timestamp } else { ColumnType::Float64 };
        match is_after(of, self.zone, &min.value, &max.value) {
            false => Ok(()),
            true => Err(no_room(Place::of(self.file, max), &min.value, &max.value)),
        }
    }

    /// The type of a column, whose values must have a natural order.
    fn range_type(&self, name: &Spanned<String>) -> Result<DataType, Diagnostic> {
        let data_type = self.type_of(name);
        if has_range(&data_type) {
            return Ok(data_type);
        }
        let message = format!("`{}` is {}, which has no range", name.value, type_name(&data_type));
        let help = "check a number, a date or a timestamp, or use `accepted_values` or `no_rows`";
        Err(Diagnostic::new(Code::WrongType, message, Place::of(self.file, name)).help(help))
    }

    fn type_of(&self, name: &Spanned<String>) -> DataType {
        let is_period = self.stage.per_period && name.value == PERIOD_COLUMN;
        let column = self.stage.columns.iter().find(|column| column.name == name.value);
        column.filter(|_| !is_period).map_or(DataType::Date32, |column| column.data_type.clone())
    }

    fn bound(&self, data_type: &DataType, text: &Spanned<String>) -> Result<Expr, Diagnostic> {
        self.value(data_type, &text.value, &Place::of(self.file, text))
    }

    /// A value of the column's type, or a number that is not one of its values.
    fn value(&self, data_type: &DataType, text: &str, at: &Place) -> Result<Expr, Diagnostic> {
        let of = bound_type(data_type, text);
        let (name, value) = (String::new(), Some(text.to_owned()));
        let value = ParamPlan { name, data_type: of, time_zone: self.zone, value }.expression();
        value.map_err(|_| wrong_type(text, data_type, of, at))
    }

    /// Whether the other table can be queried; it must have the column.
    fn refers(&self, check: &References) -> Result<bool, Diagnostic> {
        let place = Place::of(self.file, &check.table);
        if let Some(mistake) = self.readable.has(&check.table.value, &place) {
            return Err(mistake);
        }
        let Some(columns) = self.readable.tables.get(&check.table.value) else { return Ok(false) };
        let known = || columns.iter().map(|column| column.name.as_str());
        if known().any(|known| known == check.to.value) {
            return Ok(true);
        }
        let message = format!("`{}` has no column `{}`", check.table.value, check.to.value);
        Err(Diagnostic::new(Code::UnknownColumn, message, Place::of(self.file, &check.to))
            .nearest_or_all(&check.to.value, known(), "columns"))
    }
}

fn texts(names: &[Spanned<String>]) -> Vec<String> {
    names.iter().map(|name| name.value.clone()).collect()
}

fn no_room(place: Place, min: &str, max: &str) -> Diagnostic {
    let message = format!("nothing lies between `min: {min}` and `max: {max}`");
    Diagnostic::new(Code::AcceptedRange, message, place).help("let `min` be the smaller one")
}

fn wrong_type(text: &str, data_type: &DataType, of: ColumnType, at: &Place) -> Diagnostic {
    let message = format!("`{text}` is not {}", type_name(data_type));
    Diagnostic::new(Code::WrongType, message, at.clone()).help(format!("write {}", of.example()))
}

/// Whether values have a natural order.
fn has_range(data_type: &DataType) -> bool {
    data_type.is_numeric() || *data_type == DataType::Null || is_time(data_type)
}

fn is_time(data_type: &DataType) -> bool {
    matches!(data_type, DataType::Date32 | DataType::Timestamp(..))
}

/// The type in which a bound of a column is exact, if one is.
fn bound_type(data_type: &DataType, text: &str) -> ColumnType {
    let decimals = text.split_once('.').map_or(0, |(_, part)| part.len());
    let is_plain = text.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | '-'));
    match *data_type {
        DataType::Date32 => ColumnType::Date,
        DataType::Timestamp(..) => ColumnType::Timestamp,
        ref other if other.is_integer() && text.parse::<i64>().is_ok() => ColumnType::Int64,
        DataType::Decimal128(_, scale)
            if is_plain && usize::try_from(scale).is_ok_and(|scale| decimals <= scale) =>
        {
            ColumnType::Decimal(DECIMAL128_MAX_PRECISION, scale)
        }
        _ => ColumnType::Float64,
    }
}

fn literal(value: Value) -> Expr {
    Expr::Value(value.with_empty_span())
}

fn name(check: &Check) -> String {
    let list = |names: &[Spanned<String>]| texts(names).join(", ");
    let bound = |value: Option<String>| value.unwrap_or_else(|| "…".into());
    match check {
        Check::NotNull(columns) => format!("not_null: {}", list(columns)),
        Check::Unique(columns) => format!("unique: {}", list(columns)),
        Check::AcceptedValues(check) => {
            format!("accepted_values: {} in {}", check.column.value, check.values.join(", "))
        }
        Check::AcceptedRange(check) => format!(
            "accepted_range: {} from {} to {}",
            check.column.value,
            bound(check.min.as_ref().map(|min| min.value.clone())),
            bound(check.max.as_ref().map(|max| max.value.clone())),
        ),
        Check::References(check) => {
            format!(
                "references: {} in {}.{}",
                check.column.value, check.table.value, check.to.value
            )
        }
        Check::RowCount(check) => format!(
            "row_count: from {} to {}",
            bound(check.min.map(|min| min.to_string())),
            bound(check.max.map(|max| max.to_string())),
        ),
        Check::NoRows(check) => format!("no_rows: {}", check.sql.value),
    }
}
