//! Formats with types of their own, which are not always the declared ones.
//!
//! Text is parsed as in any other format, and so is a number in a column that is not numeric:
//! an id that was once a float is `17850` in a column of strings, and counts from 1970 are read by
//! the column's `format`. Nested values are JSON in a column of strings. A timestamp with a zone is
//! an instant; one without, and a date, is in the zone of the column. Other types are cast, and a
//! value that does not survive the round trip is rejected.

use std::sync::Arc;

use datafusion::arrow::array::{
    Array, ArrayRef, AsArray, PrimitiveArray, Scalar, StringViewArray, new_null_array,
};
use datafusion::arrow::compute::kernels::cmp::{distinct, not_distinct};
use datafusion::arrow::compute::{CastOptions, can_cast_types, cast, cast_with_options};
use datafusion::arrow::datatypes::{
    DataType, Date32Type, TimeUnit, TimestampMicrosecondType, TimestampNanosecondType,
};
use datafusion::arrow::error::ArrowError;

use super::declared::Declared;
use super::{as_json, digits};
use crate::declare::{ColumnType, Nan};
use crate::plan::SourceField;
use crate::read::ReadError;
use crate::value::{Faults, Parser, Reason, Texts, Zones, is_known_day};

/// The bytes of a UUID.
const UUID: DataType = DataType::FixedSizeBinary(16);

/// What a column of a file has to become.
pub(in crate::read) struct Target<'a> {
    pub(in crate::read) column: usize,
    pub(in crate::read) field: &'a SourceField,
    parser: &'a Parser,
    wanted: DataType,
    zones: Zones,
    nan: Nan,
}

/// How values of a type become values of a declared column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    /// There are none: writers that saw only missing values store no type.
    Nothing,
    /// As text, by the parser of the column.
    Text,
    /// As the shortest text of a number, by the parser of the column.
    Digits,
    /// As dates and timestamps in some zone.
    Moments,
    /// As the shortest text of a number, as the usual one of the column's type: an arithmetic
    /// conversion between floats and decimals would have digits that were never written.
    Written,
    /// As the text of a UUID.
    Uuid,
    /// As JSON: a list, a struct or a map.
    Json,
    /// By a lossless cast.
    Cast,
}

impl Way {
    /// The conversion from one type to the other; `None` if there is none.
    fn between(found: &DataType, wanted: ColumnType) -> Option<Self> {
        use ColumnType::{
            Boolean, Date, Decimal, Float64, Int32, Int64, String, Timestamp, Timestamptz,
        };
        let number = is_number(found);
        let day = matches!(found, DataType::Date32 | DataType::Date64);
        let moment = matches!(found, DataType::Timestamp(..));
        let truth = *found == DataType::Boolean;
        Some(match wanted {
            _ if *found == DataType::Null => Self::Nothing,
            _ if is_text(found) => Self::Text,
            String | Boolean | Date | Timestamp | Timestamptz if number => Self::Digits,
            Decimal(..) if found.is_floating() => Self::Written,
            Float64 if found.is_decimal() => Self::Written,
            Int32 | Int64 | Float64 | Decimal(..) if number => Self::Cast,
            Int32 | Int64 | Float64 | Boolean if truth => Self::Cast,
            Timestamp | Timestamptz if day || moment => Self::Moments,
            Date if day || moment => Self::Cast,
            String if *found == UUID => Self::Uuid,
            String if found.is_nested() => Self::Json,
            String if can_cast_types(found, &DataType::Utf8View) => Self::Cast,
            _ => return None,
        })
    }
}

/// Whether values of a type in a file can be values of a declared column.
pub(in crate::read) fn check(
    field: &SourceField,
    found: &DataType,
    file: &str,
) -> Result<(), ReadError> {
    if Way::between(unpacked(found), field.data_type).is_some() {
        return Ok(());
    }
    Err(ReadError::ColumnType {
        file: file.to_owned(),
        column: field.name.clone(),
        found: found.to_string(),
        wanted: field.data_type.to_string(),
    })
}

/// The type of the values, whatever their encoding.
fn unpacked(found: &DataType) -> &DataType {
    match found {
        DataType::Dictionary(_, values) => unpacked(values),
        DataType::RunEndEncoded(_, values) => unpacked(values.data_type()),
        plain => plain,
    }
}

fn is_number(found: &DataType) -> bool {
    found.is_integer() || found.is_floating() || found.is_decimal()
}

fn is_text(found: &DataType) -> bool {
    matches!(found, DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View)
}

impl<'a> Target<'a> {
    /// The declared column with this number.
    pub(in crate::read) fn of(declared: &'a Declared, column: usize) -> Self {
        let field = &declared.source.columns[column];
        let zones = Zones { from: field.notation.time_zone, to: declared.source.time_zone };
        let (parser, nan) = (&declared.parsers[column], declared.source.nan);
        Self { column, field, parser, wanted: field.arrow_type(), zones, nan }
    }

    /// Values of any type that [`check`] allows become those of the column.
    pub(in crate::read) fn read(
        &self,
        found: &ArrayRef,
        faults: &mut Faults,
    ) -> Result<ArrayRef, ArrowError> {
        self.values(found, self.field.required, faults)
    }

    /// The same, where NULL is allowed.
    pub(in crate::read) fn optional(
        &self,
        found: &ArrayRef,
        faults: &mut Faults,
    ) -> Result<ArrayRef, ArrowError> {
        self.values(found, false, faults)
    }

    fn values(
        &self,
        found: &ArrayRef,
        required: bool,
        faults: &mut Faults,
    ) -> Result<ArrayRef, ArrowError> {
        if is_text(unpacked(found.data_type())) {
            return self.text(found, required, faults);
        }
        // From here on NULL is in the value itself, and not in its dictionary key.
        let found = &cast(found, unpacked(found.data_type()))?;
        let found = &self.finite(&self.said(found)?, faults)?;
        let values = match Way::between(found.data_type(), self.field.data_type) {
            Some(Way::Digits) => {
                self.note(digits::inexact(found)?, Reason::Inexact, faults);
                let texts: ArrayRef = Arc::new(digits::texts(found)?);
                return self.text(&texts, required, faults);
            }
            Some(Way::Written) => self.written(found, faults)?,
            Some(Way::Moments) => self.moments(found, faults)?,
            Some(Way::Uuid) => uuids(found),
            Some(Way::Json) => json_texts(found),
            Some(Way::Cast) => self.known(self.cast(found, faults)?, faults),
            Some(Way::Nothing | Way::Text) | None => new_null_array(&self.wanted, found.len()),
        };
        let unsaid = self.unsaid(&values)?;
        let values = digits::without(&values, &unsaid)?;
        let missing = |row: &usize| {
            found.is_null(*row) || *found.data_type() == DataType::Null || unsaid.contains(row)
        };
        let missing = (0..found.len()).filter(|_| required).filter(missing);
        self.note(missing, Reason::MissingRequired, faults);
        Ok(digits::one_zero(&values))
    }

    fn note(&self, rows: impl IntoIterator<Item = usize>, reason: Reason, faults: &mut Faults) {
        rows.into_iter().for_each(|row| faults.note(row, Some(self.column), reason));
    }

    /// Removes numbers that mean NULL, whatever their scale.
    fn said(&self, found: &ArrayRef) -> Result<ArrayRef, ArrowError> {
        let nulls = &self.field.notation.null_values;
        if nulls.is_empty() || !is_number(found.data_type()) {
            return Ok(Arc::clone(found));
        }
        let nulls: Vec<_> = nulls.iter().map(|null| digits::plain(null)).collect();
        let texts = digits::texts(found)?;
        let is_null = |text: &str| nulls.iter().any(|null| null == text);
        let rows = texts.iter().enumerate().filter(|(_, text)| text.is_some_and(is_null));
        digits::without(found, &rows.map(|(row, _)| row).collect::<Vec<_>>())
    }

    /// The rows whose date, timestamp or text means NULL.
    fn unsaid(&self, values: &ArrayRef) -> Result<Vec<usize>, ArrowError> {
        let kind = values.data_type();
        let nulls = self.field.notation.null_values.iter();
        let nulls = nulls.filter_map(|null| self.field.values(&[null]).ok());
        let mut rows = Vec::new();
        for null in nulls.filter(|_| kind.is_temporal() || is_text(kind)) {
            let same = not_distinct(values, &Scalar::new(null))?;
            rows.extend((0..values.len()).filter(|row| same.value(*row)));
        }
        Ok(rows)
    }

    /// Removes NaN as the source says, and infinities in any case.
    fn finite(&self, found: &ArrayRef, faults: &mut Faults) -> Result<ArrayRef, ArrowError> {
        let others = digits::rows(found, |value| !value.is_finite())?;
        if others.is_empty() {
            return Ok(Arc::clone(found));
        }
        let missing = match self.nan {
            Nan::Null => digits::rows(found, f64::is_nan)?,
            Nan::Reject => Vec::new(),
        };
        let refused = others.iter().copied().filter(|row| !missing.contains(row));
        self.note(refused, Reason::BadNumber, faults);
        digits::without(found, &others)
    }

    fn text(
        &self,
        found: &ArrayRef,
        required: bool,
        faults: &mut Faults,
    ) -> Result<ArrayRef, ArrowError> {
        let found = cast(found, &DataType::Utf8View)?;
        let values = found.as_string_view();
        let text = |row| values.is_valid(row).then(|| values.value(row));
        let (column, rows) = (self.column, found.len());
        Ok(Texts { column, rows, required, text }.read(self.parser, faults))
    }

    /// Numbers become those that their shortest texts are; NULL stays NULL.
    fn written(&self, found: &ArrayRef, faults: &mut Faults) -> Result<ArrayRef, ArrowError> {
        if self.wanted != DataType::Float64 {
            self.note(digits::inexact(found)?, Reason::Inexact, faults);
        }
        let texts = digits::texts(found)?;
        let text = |row| texts.is_valid(row).then(|| texts.value(row));
        let (column, rows) = (self.column, found.len());
        let parser = Parser::usual(self.field.data_type, self.zones.to);
        Ok(Texts { column, rows, required: false, text }.read(&parser, faults))
    }

    /// Values of other types become those of the column; NULL stays NULL.
    fn cast(&self, found: &ArrayRef, faults: &mut Faults) -> Result<ArrayRef, ArrowError> {
        if *found.data_type() == self.wanted {
            return Ok(Arc::clone(found));
        }
        if matches!(found.data_type(), DataType::Timestamp(_, Some(_))) {
            return self.by_cast(&self.moments(found, faults)?, faults);
        }
        if self.wanted != DataType::Float64 {
            self.note(digits::inexact(found)?, Reason::Inexact, faults);
        }
        self.by_cast(found, faults)
    }

    /// Removes dates outside the years 1 to 9999.
    fn known(&self, values: ArrayRef, faults: &mut Faults) -> ArrayRef {
        let Some(days) = values.as_primitive_opt::<Date32Type>() else { return values };
        let is_beyond = |row: &usize| days.is_valid(*row) && !is_known_day(days.value(*row));
        let beyond: Vec<usize> = (0..days.len()).filter(is_beyond).collect();
        if beyond.is_empty() {
            return values;
        }
        self.note(beyond, Reason::OutOfRange, faults);
        Arc::new(days.unary_opt::<_, Date32Type>(|day| is_known_day(day).then_some(day)))
    }

    /// Instants: as they are if they have a zone, in the column's zone if not.
    fn moments(&self, found: &ArrayRef, faults: &mut Faults) -> Result<ArrayRef, ArrowError> {
        let zoned = matches!(found.data_type(), DataType::Timestamp(_, Some(_)));
        let micros = micros(found)?;
        let placed = micros.iter().enumerate().map(|(row, moment)| {
            // Values beyond the range of microseconds are removed already.
            let moment = moment.or_else(|| found.is_valid(row).then_some(i64::MAX))?;
            let placed = self.zones.place(moment, zoned.then_some(0));
            placed.map_err(|reason| faults.note(row, Some(self.column), reason)).ok()
        });
        let placed: PrimitiveArray<TimestampMicrosecondType> = placed.collect();
        Ok(Arc::new(placed.with_timezone(self.zones.to.name())))
    }

    fn by_cast(&self, found: &ArrayRef, faults: &mut Faults) -> Result<ArrayRef, ArrowError> {
        let safe = CastOptions { safe: true, ..CastOptions::default() };
        let values = cast_with_options(found, &self.wanted, &safe)?;
        self.lost(found, &values, faults)?;
        Ok(values)
    }

    /// Records values that the cast dropped or changed.
    fn lost(
        &self,
        found: &ArrayRef,
        values: &ArrayRef,
        faults: &mut Faults,
    ) -> Result<(), ArrowError> {
        let reason =
            if found.data_type().is_binary() { Reason::BadUtf8 } else { Reason::OutOfRange };
        let dropped = (0..found.len()).filter(|row| values.is_null(*row) && found.is_valid(*row));
        self.note(dropped, reason, faults);
        let Some(reason) = self.change(found.data_type()) else { return Ok(()) };
        let back = cast(values, found.data_type())?;
        let changed = distinct(&back, found)?;
        self.note((0..found.len()).filter(|row| changed.value(*row)), reason, faults);
        Ok(())
    }

    /// What a cast can round away, if it can: a part after the point, a time of day.
    fn change(&self, found: &DataType) -> Option<Reason> {
        let parts = found.is_floating() || found.is_decimal();
        let times = matches!(found, DataType::Timestamp(..) | DataType::Date64);
        match self.wanted {
            DataType::Int32 | DataType::Int64 => parts.then_some(Reason::BadNumber),
            DataType::Decimal128(..) => parts.then_some(Reason::Scale),
            DataType::Date32 => times.then_some(Reason::BadDate),
            _ => None,
        }
    }
}

/// Days and moments in microseconds, whatever zone they have; what is finer is cut off downwards, also
/// before 1970.
fn micros(found: &ArrayRef) -> Result<PrimitiveArray<TimestampMicrosecondType>, ArrowError> {
    if let Some(nanos) = found.as_primitive_opt::<TimestampNanosecondType>() {
        return Ok(nanos.unary(|nanos| nanos.div_euclid(1000)));
    }
    let zone = match found.data_type() {
        DataType::Timestamp(_, Some(_)) => Some("UTC".into()),
        _ => None,
    };
    let micros = cast(found, &DataType::Timestamp(TimeUnit::Microsecond, zone))?;
    Ok(micros.as_primitive().clone())
}

/// What has parts, as JSON.
fn json_texts(found: &ArrayRef) -> ArrayRef {
    let text = |row: usize| found.is_valid(row).then(|| as_json::value(found, row));
    Arc::new((0..found.len()).map(text).collect::<StringViewArray>())
}

/// UUIDs as people write them.
fn uuids(found: &ArrayRef) -> ArrayRef {
    let uuid = |bytes: &[u8]| {
        let number = bytes.iter().fold(0_u128, |number, byte| number << 8 | u128::from(*byte));
        let digits = format!("{number:032x}");
        let parts = [0..8, 8..12, 12..16, 16..20, 20..32];
        parts.map(|part| digits[part].to_owned()).join("-")
    };
    let texts = found.as_fixed_size_binary().iter().map(|bytes| bytes.map(uuid));
    Arc::new(texts.collect::<StringViewArray>())
}
