//! Written values become a column of a type: exactly, or the first invalid one is reported at its
//! position.

use std::sync::Arc;

use chrono_tz::Tz;
use datafusion::arrow::array::{
    Array, ArrayRef, Float64Array, ListArray, StructArray, new_null_array,
};
use datafusion::arrow::buffer::{NullBuffer, OffsetBuffer};
use datafusion::arrow::compute::{CastOptions, cast_with_options};
use datafusion::arrow::datatypes::{DataType, FieldRef, Fields};

use super::written::{Value, Written};
use crate::declare::ColumnType;
use crate::diagnostic::{Code, Diagnostic, nearest_or_all};
use crate::session::{column_type, type_name};
use crate::value::{Faults, Parser, Texts};

/// One written value for each row; `None` is NULL.
type Cells<'a> = [Option<&'a Written>];

/// The column of these values.
///
/// # Errors
/// A value is not of the type.
pub(super) fn column(
    name: &str,
    cells: &Cells<'_>,
    data_type: &DataType,
    zone: Tz,
) -> Result<ArrayRef, Diagnostic> {
    let typing = Typing { name, zone };
    typing.array(cells, data_type)
}

struct Typing<'a> {
    /// The column.
    name: &'a str,
    /// The zone of wall time.
    zone: Tz,
}

impl Typing<'_> {
    fn array(&self, cells: &Cells<'_>, data_type: &DataType) -> Result<ArrayRef, Diagnostic> {
        match data_type {
            DataType::List(item) => self.lists(cells, item, data_type),
            DataType::Struct(fields) => self.structs(cells, fields, data_type),
            DataType::Null => self.nulls(cells, data_type),
            DataType::Float64 => self.floats(cells),
            single => self.singles(cells, single),
        }
    }

    fn nulls(&self, cells: &Cells<'_>, data_type: &DataType) -> Result<ArrayRef, Diagnostic> {
        let value = cells.iter().flatten().find(|cell| !matches!(cell.value, Value::Null));
        match value {
            Some(cell) => Err(self.no_value(cell, data_type)),
            None => Ok(new_null_array(data_type, cells.len())),
        }
    }

    /// Values that one text says each.
    fn singles(&self, cells: &Cells<'_>, data_type: &DataType) -> Result<ArrayRef, Diagnostic> {
        let texts = self.texts(cells, data_type)?;
        let known = column_type(data_type).unwrap_or(read_as(data_type));
        let values = self.read(cells, &texts, known, data_type)?;
        let options = CastOptions { safe: true, ..CastOptions::default() };
        let cast = cast_with_options(&values, data_type, &options).ok();
        let lost = |cast: &ArrayRef| {
            (0..cells.len()).find(|row| cast.is_null(*row) && texts[*row].is_some())
        };
        match cast.as_ref().map(lost) {
            Some(None) => Ok(cast.unwrap_or(values)),
            Some(Some(row)) => Err(self.wrong(cells, row, data_type)),
            None => Err(self.wrong(cells, 0, data_type)),
        }
    }

    /// Floats, which unlike those of raw data may also be infinite or no number, as YAML writes them.
    fn floats(&self, cells: &Cells<'_>) -> Result<ArrayRef, Diagnostic> {
        let texts = self.texts(cells, &DataType::Float64)?;
        let special = |text: Option<&str>| match text.unwrap_or_default() {
            ".nan" => Some(f64::NAN),
            ".inf" => Some(f64::INFINITY),
            "-.inf" => Some(f64::NEG_INFINITY),
            _ => None,
        };
        let usual: Vec<Option<&str>> =
            texts.iter().map(|text| text.filter(|_| special(*text).is_none())).collect();
        let read = self.read(cells, &usual, ColumnType::Float64, &DataType::Float64)?;
        let Some(read) = read.as_any().downcast_ref::<Float64Array>() else { return Ok(read) };
        let values = read.iter().zip(&texts).map(|(value, text)| value.or_else(|| special(*text)));
        Ok(Arc::new(values.collect::<Float64Array>()))
    }

    /// The text of each value.
    fn texts<'c>(
        &self,
        cells: &Cells<'c>,
        data_type: &DataType,
    ) -> Result<Vec<Option<&'c str>>, Diagnostic> {
        let text = |cell: Option<&'c Written>| match cell.map(|cell| (cell, &cell.value)) {
            None | Some((_, Value::Null)) => Ok(None),
            Some((_, Value::Text(text))) => Ok(Some(text.as_str())),
            Some((cell, _)) => Err(self.no_value(cell, data_type)),
        };
        cells.iter().copied().map(text).collect()
    }

    fn read(
        &self,
        cells: &Cells<'_>,
        texts: &[Option<&str>],
        column_type: ColumnType,
        data_type: &DataType,
    ) -> Result<ArrayRef, Diagnostic> {
        let mut faults = Faults::none(texts.len());
        let text = |row: usize| texts.get(row).copied().flatten();
        let rows = Texts { column: 0, rows: texts.len(), required: false, text };
        let values = rows.read(&Parser::usual(column_type, self.zone), &mut faults);
        let fault = faults.iter().next().map(|(row, _)| row);
        let blank = || (0..texts.len()).find(|row| values.is_null(*row) && texts[*row].is_some());
        match fault.or_else(blank) {
            Some(row) => Err(self.wrong(cells, row, data_type)),
            None => Ok(values),
        }
    }

    fn lists(
        &self,
        cells: &Cells<'_>,
        item: &FieldRef,
        data_type: &DataType,
    ) -> Result<ArrayRef, Diagnostic> {
        let (mut items, mut lengths, mut valid) = (Vec::new(), Vec::new(), Vec::new());
        for cell in cells {
            let list = match cell.map(|cell| (cell, &cell.value)) {
                None | Some((_, Value::Null)) => None,
                Some((_, Value::List(list))) => Some(list),
                Some((cell, _)) => return Err(self.no_value(cell, data_type)),
            };
            lengths.push(list.map_or(0, Vec::len));
            valid.push(list.is_some());
            items.extend(list.into_iter().flatten().map(Some));
        }
        let values = self.array(&items, item.data_type())?;
        let offsets = OffsetBuffer::from_lengths(lengths);
        let nulls = Some(NullBuffer::from(valid));
        Ok(Arc::new(ListArray::new(Arc::clone(item), offsets, values, nulls)))
    }

    fn structs(
        &self,
        cells: &Cells<'_>,
        fields: &Fields,
        data_type: &DataType,
    ) -> Result<ArrayRef, Diagnostic> {
        for cell in cells.iter().flatten() {
            self.known_fields(cell, fields, data_type)?;
        }
        let valid: Vec<bool> = cells
            .iter()
            .map(|cell| cell.is_some_and(|it| !matches!(it.value, Value::Null)))
            .collect();
        let columns = fields.iter().map(|field| {
            let values: Vec<Option<&Written>> =
                cells.iter().map(|cell| cell.and_then(|cell| part(cell, field.name()))).collect();
            self.array(&values, field.data_type())
        });
        let columns: Vec<ArrayRef> = columns.collect::<Result<_, _>>()?;
        let nulls = NullBuffer::from(valid);
        StructArray::try_new_with_length(fields.clone(), columns, Some(nulls), cells.len())
            .map(|array| Arc::new(array) as ArrayRef)
            .map_err(|_| self.wrong(cells, 0, data_type))
    }

    /// A struct has all of its fields and no other.
    fn known_fields(
        &self,
        cell: &Written,
        fields: &Fields,
        data_type: &DataType,
    ) -> Result<(), Diagnostic> {
        let written = match &cell.value {
            Value::Null => return Ok(()),
            Value::Struct(written) => written,
            Value::Text(_) | Value::List(_) => return Err(self.no_value(cell, data_type)),
        };
        let names = || fields.iter().map(|field| field.name().as_str());
        if let Some((name, value)) = written.iter().find(|(name, _)| fields.find(name).is_none()) {
            let message = format!("`{}` has no field `{name}`", self.name);
            let diagnostic = Diagnostic::new(Code::UnknownColumn, message, value.place.clone());
            return Err(match nearest_or_all(name, names(), "fields") {
                Some(help) => diagnostic.help(help),
                None => diagnostic,
            });
        }
        let Some(lacks) = names().find(|field| part(cell, field).is_none()) else { return Ok(()) };
        let message = format!("this `{}` lacks the field `{lacks}`", self.name);
        let help = "write every field, `null` where there is no value";
        Err(Diagnostic::new(Code::TestRow, message, cell.place.clone()).help(help))
    }

    fn wrong(&self, cells: &Cells<'_>, row: usize, data_type: &DataType) -> Diagnostic {
        match cells.get(row).copied().flatten() {
            Some(cell) => self.no_value(cell, data_type),
            None => Diagnostic::nowhere(Code::WrongType, self.name),
        }
    }

    fn no_value(&self, cell: &Written, data_type: &DataType) -> Diagnostic {
        let is = type_name(data_type);
        let message = match &cell.value {
            Value::Text(text) => format!("`{}` is {is}, not `{text}`", self.name),
            Value::List(_) => format!("`{}` is {is}, not a list", self.name),
            Value::Struct(_) => format!("`{}` is {is}, not a mapping", self.name),
            Value::Null => format!("`{}` is {is}, not NULL", self.name),
        };
        Diagnostic::new(Code::WrongType, message, cell.place.clone()).help(how(data_type))
    }
}

/// The field of a struct, if that is one and has it.
fn part<'a>(cell: &'a Written, field: &str) -> Option<&'a Written> {
    match &cell.value {
        Value::Struct(fields) => fields.iter().find(|(name, _)| name == field).map(|(_, it)| it),
        _ => None,
    }
}

/// The type as which types outside table files are read: integers and floats of other sizes.
fn read_as(data_type: &DataType) -> ColumnType {
    match data_type {
        DataType::Float16 | DataType::Float32 => ColumnType::Float64,
        _ if data_type.is_integer() => ColumnType::Int64,
        _ => ColumnType::String,
    }
}

/// How a value of a type is written.
fn how(data_type: &DataType) -> String {
    match data_type {
        DataType::List(_) => "write a list such as `[1, 2]`, or `null`".to_owned(),
        DataType::Struct(fields) => {
            let names: Vec<String> = fields.iter().map(|it| format!("{}: …", it.name())).collect();
            format!("write `{{{}}}`, or `null`", names.join(", "))
        }
        DataType::Date32 => "write a day such as 2026-01-31, or `null`".to_owned(),
        DataType::Timestamp(..) => {
            "write a moment such as 2026-01-31 09:30:00, or `null`".to_owned()
        }
        DataType::Boolean => "write `true`, `false` or `null`".to_owned(),
        DataType::Decimal128(precision, scale) => format!(
            "write a number with at most {} digits before the point and {scale} after it, or `null`",
            i16::from(*precision) - i16::from(*scale)
        ),
        other if other.is_integer() => "write a whole number such as 7, or `null`".to_owned(),
        other if other.is_floating() => "write a number such as 0.5, or `null`".to_owned(),
        _ => "write a text, in quotes where YAML would read something else".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use chrono_tz::Tz;
    use datafusion::arrow::array::Array;
    use datafusion::arrow::datatypes::{DataType, TimeUnit};
    use datafusion::arrow::util::display::array_value_to_string;

    use super::super::written::{Value, Written};
    use super::column;
    use crate::diagnostic::{Place, SourceFile};

    /// The values of these texts, as the engine prints them; `null` is NULL.
    fn read(texts: &[&str], data_type: &DataType) -> Result<Vec<String>, String> {
        let file = Arc::new(SourceFile::new("a.yaml", "x"));
        let value = |text: &str| match text {
            "null" => Value::Null,
            text => Value::Text(text.to_owned()),
        };
        let written = |text: &&str| Written { value: value(text), place: Place::start_of(&file) };
        let written: Vec<Written> = texts.iter().map(written).collect();
        let cells: Vec<Option<&Written>> = written.iter().map(Some).collect();
        let values = column("c", &cells, data_type, Tz::UTC).map_err(|wrong| wrong.message)?;
        assert_eq!(values.data_type(), data_type);
        Ok((0..values.len()).map(|row| array_value_to_string(&values, row).unwrap()).collect())
    }

    #[test]
    fn values_are_read_exactly_or_not_at_all() {
        let money = DataType::Decimal128(4, 2);
        assert_eq!(
            read(&["1.5", "-0.01", "null", "99.990"], &money).unwrap(),
            ["1.50", "-0.01", "", "99.99"]
        );
        assert_eq!(read(&["1.555"], &money).unwrap_err(), "`c` is decimal(4,2), not `1.555`");
        assert_eq!(read(&["100"], &money).unwrap_err(), "`c` is decimal(4,2), not `100`");
        assert_eq!(read(&["127", "-128"], &DataType::Int8).unwrap(), ["127", "-128"]);
        assert_eq!(read(&["1", "128"], &DataType::Int8).unwrap_err(), "`c` is Int8, not `128`");
        assert_eq!(read(&["-1"], &DataType::UInt64).unwrap_err(), "`c` is UInt64, not `-1`");
        assert_eq!(read(&["1.0"], &DataType::Int64).unwrap_err(), "`c` is int64, not `1.0`");
        assert_eq!(read(&[""], &DataType::Int64).unwrap_err(), "`c` is int64, not ``");
        assert_eq!(read(&["", " a"], &DataType::Utf8View).unwrap(), ["", " a"]);
        assert_eq!(read(&["yes", "false"], &DataType::Boolean).unwrap(), ["true", "false"]);
        assert_eq!(
            read(&["2024-02-30"], &DataType::Date32).unwrap_err(),
            "`c` is date, not `2024-02-30`"
        );
        assert_eq!(read(&["null"], &DataType::Null).unwrap(), [""]);
    }

    #[test]
    fn floats_may_be_infinite_or_no_number() {
        let read = read(&[".nan", "-.inf", "1e-3", "null"], &DataType::Float64).unwrap();
        assert_eq!(read, ["NaN", "-inf", "0.001", ""]);
    }

    #[test]
    fn moments_are_instants_of_their_zone() {
        let moment = DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into()));
        let read =
            read(&["2024-01-31 09:30:00", "2024-01-31T09:30:00+02:00", "2024-01-31"], &moment);
        let shown = ["2024-01-31T09:30:00Z", "2024-01-31T07:30:00Z", "2024-01-31T00:00:00Z"];
        assert_eq!(read.unwrap(), shown);
    }
}
