//! Formats with types of their own, which are not always the declared ones.
//!
//! Text is parsed as in any other format. A timestamp with a zone is an instant; one without, and a
//! day, is on the clock of the column. A number is one where the column says what it counts. Other
//! types are cast, and a value that does not survive the way there and back is rejected.

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, PrimitiveArray, StringViewArray};
use datafusion::arrow::compute::kernels::cmp::distinct;
use datafusion::arrow::compute::{CastOptions, can_cast_types, cast, cast_with_options};
use datafusion::arrow::datatypes::{
    DataType, Int64Type, TimeUnit, TimestampMicrosecondType, TimestampNanosecondType,
};
use datafusion::arrow::error::ArrowError;

use super::convert::Texts;
use super::faults::Faults;
use super::parse::{Parser, Zones};
use super::settle::Reading;
use super::{ReadError, Reason};
use crate::plan::SourceField;

/// The bytes of a UUID.
const UUID: DataType = DataType::FixedSizeBinary(16);

/// What a column of a file has to become.
pub(super) struct Target<'a> {
    pub(super) column: usize,
    pub(super) field: &'a SourceField,
    parser: &'a Parser,
    wanted: DataType,
    zones: Zones,
}

/// Whether values of a type in a file can be values of a declared column at all.
pub(super) fn check(field: &SourceField, found: &DataType, file: &str) -> Result<(), ReadError> {
    let wanted = field.arrow_type();
    let counted = found.is_integer() && field.counts();
    let castable = can_cast_types(found, &wanted) && !found.is_nested();
    // The engine would take any number for a count of microseconds.
    let castable = castable && (counted || !(wanted.is_temporal() && found.is_numeric()));
    if is_text(found) || castable || (*found == UUID && wanted == DataType::Utf8View) {
        return Ok(());
    }
    Err(ReadError::ColumnType {
        file: file.to_owned(),
        column: field.name.clone(),
        found: found.to_string(),
        wanted: field.data_type.to_string(),
    })
}

fn is_text(found: &DataType) -> bool {
    match found {
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => true,
        DataType::Dictionary(_, values) => is_text(values),
        _ => false,
    }
}

impl<'a> Target<'a> {
    /// The declared column with this number.
    pub(super) fn of(reading: &'a Reading, column: usize) -> Self {
        let field = &reading.source.columns[column];
        let zones = Zones { from: field.notation.time_zone, to: reading.source.time_zone };
        let parser = &reading.parsers[column];
        Self { column, field, parser, wanted: field.arrow_type(), zones }
    }

    /// Values of any type that [`check`] allows become those of the column.
    pub(super) fn read(
        &self,
        found: &ArrayRef,
        faults: &mut Faults,
    ) -> Result<ArrayRef, ArrowError> {
        if is_text(found.data_type()) {
            return self.text(found, self.field.required, faults);
        }
        let values = self.cast(found, faults)?;
        for row in (0..found.len()).filter(|_| self.field.required && found.null_count() > 0) {
            if found.is_null(row) {
                faults.note(row, Some(self.column), Reason::MissingRequired);
            }
        }
        Ok(values)
    }

    /// The same, where NULL is nobody's fault.
    pub(super) fn optional(
        &self,
        found: &ArrayRef,
        faults: &mut Faults,
    ) -> Result<ArrayRef, ArrowError> {
        if is_text(found.data_type()) {
            self.text(found, false, faults)
        } else {
            self.cast(found, faults)
        }
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

    /// Values of other types become those of the column; NULL stays NULL.
    fn cast(&self, found: &ArrayRef, faults: &mut Faults) -> Result<ArrayRef, ArrowError> {
        use DataType::{Date32, Date64, Timestamp};
        let zoned = matches!(found.data_type(), Timestamp(_, Some(_)));
        match (found.data_type(), &self.wanted) {
            (Timestamp(..) | Date32 | Date64, Timestamp(..)) => self.moments(found, zoned, faults),
            (number, Timestamp(..)) if number.is_integer() => self.counted(found, faults),
            (Timestamp(..), _) if zoned => {
                self.by_cast(&self.moments(found, true, faults)?, faults)
            }
            (same, wanted) if same == wanted => Ok(Arc::clone(found)),
            (same, _) if *same == UUID => Ok(uuids(found)),
            _ => self.by_cast(found, faults),
        }
    }

    /// Instants: as they are if they have a zone, by the column's clock if not.
    fn moments(
        &self,
        found: &ArrayRef,
        zoned: bool,
        faults: &mut Faults,
    ) -> Result<ArrayRef, ArrowError> {
        let micros = micros(found)?;
        let offset = zoned.then_some(0);
        let placed = micros.iter().enumerate().map(|(row, moment)| {
            // What is too far away to be counted in microseconds is gone already.
            let moment = moment.or_else(|| found.is_valid(row).then_some(i64::MAX))?;
            let placed = self.zones.place(moment, offset);
            placed.map_err(|reason| faults.note(row, Some(self.column), reason)).ok()
        });
        let placed: PrimitiveArray<TimestampMicrosecondType> = placed.collect();
        Ok(Arc::new(placed.with_timezone(self.zones.to.name())))
    }

    /// Instants that whole numbers count.
    fn counted(&self, found: &ArrayRef, faults: &mut Faults) -> Result<ArrayRef, ArrowError> {
        let numbers = cast(found, &DataType::Int64)?;
        let numbers = numbers.as_primitive::<Int64Type>().iter().enumerate();
        let instants = numbers.map(|(row, number)| {
            let number = number.or_else(|| found.is_valid(row).then_some(i64::MAX))?;
            let instant = self.parser.count(number);
            instant.map_err(|reason| faults.note(row, Some(self.column), reason)).ok()
        });
        let instants: PrimitiveArray<TimestampMicrosecondType> = instants.collect();
        Ok(Arc::new(instants.with_timezone(self.zones.to.name())))
    }

    fn by_cast(&self, found: &ArrayRef, faults: &mut Faults) -> Result<ArrayRef, ArrowError> {
        let safe = CastOptions { safe: true, ..CastOptions::default() };
        let values = cast_with_options(found, &self.wanted, &safe)?;
        self.lost(found, &values, faults)?;
        Ok(values)
    }

    /// Notes values that the cast dropped or changed.
    fn lost(
        &self,
        found: &ArrayRef,
        values: &ArrayRef,
        faults: &mut Faults,
    ) -> Result<(), ArrowError> {
        let dropped =
            if found.data_type().is_binary() { Reason::BadUtf8 } else { Reason::OutOfRange };
        for row in (0..found.len()).filter(|row| values.is_null(*row) && found.is_valid(*row)) {
            faults.note(row, Some(self.column), dropped);
        }
        let Some(reason) = self.change(found.data_type()) else { return Ok(()) };
        let back = cast(values, found.data_type())?;
        let changed = distinct(&back, found)?;
        for row in (0..found.len()).filter(|row| changed.value(*row)) {
            faults.note(row, Some(self.column), reason);
        }
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
