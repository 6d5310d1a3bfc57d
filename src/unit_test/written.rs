//! Values in the notation of tests: parsing it returns the same value.

use std::fmt::Write;

use chrono::{DateTime, NaiveDateTime};
use chrono_tz::Tz;
use datafusion::arrow::array::{Array, AsArray};
use datafusion::arrow::datatypes::{
    DataType, Date32Type, Float64Type, TimeUnit, TimestampMicrosecondType,
};
use datafusion::arrow::util::display::{ArrayFormatter, FormatOptions};

use crate::declare::yaml_text::scalar;
use crate::zone::{instant, written};

/// A value as YAML, within a list or a mapping too.
pub(crate) fn yaml(values: &dyn Array, row: usize) -> String {
    if values.is_null(row) {
        return "null".to_owned();
    }
    match values.data_type() {
        DataType::Null => "null".to_owned(),
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => scalar(&plain(values, row)),
        DataType::Float64 => float(values.as_primitive::<Float64Type>().value(row)),
        DataType::List(_) => {
            let items = values.as_list::<i32>().value(row);
            let items: Vec<String> = (0..items.len()).map(|at| yaml(&items, at)).collect();
            format!("[{}]", items.join(", "))
        }
        DataType::Struct(fields) => {
            let values = values.as_struct();
            let parts = fields.iter().zip(values.columns());
            let parts =
                parts.map(|(it, column)| format!("{}: {}", scalar(it.name()), yaml(column, row)));
            format!("{{{}}}", parts.collect::<Vec<_>>().join(", "))
        }
        _ => plain(values, row),
    }
}

/// A value as the text of a field of a CSV file, without quotes; `None` for NULL.
pub(super) fn plain(values: &dyn Array, row: usize) -> String {
    match values.data_type() {
        _ if values.is_null(row) => String::new(),
        DataType::Date32 => values
            .as_primitive::<Date32Type>()
            .value_as_date(row)
            .map_or_else(String::new, |day| day.to_string()),
        DataType::Timestamp(TimeUnit::Microsecond, zone) => {
            let zone = zone.as_ref().and_then(|zone| zone.parse().ok()).unwrap_or(Tz::UTC);
            moment(values.as_primitive::<TimestampMicrosecondType>().value(row), zone)
        }
        DataType::Float64 => float(values.as_primitive::<Float64Type>().value(row)),
        _ => shown(values, row),
    }
}

fn shown(values: &dyn Array, row: usize) -> String {
    let options = FormatOptions::default();
    let formatter = ArrayFormatter::try_new(values, &options);
    let mut text = String::new();
    let _ = formatter.map(|formatter| write!(text, "{}", formatter.value(row)));
    text
}

/// A float with as many digits as identify it.
fn float(value: f64) -> String {
    match value {
        _ if value.is_nan() => ".nan".to_owned(),
        f64::INFINITY => ".inf".to_owned(),
        f64::NEG_INFINITY => "-.inf".to_owned(),
        _ => format!("{value:?}"),
    }
}

/// Wall time of the zone, with its offset if it occurs twice.
fn moment(micros: i64, zone: Tz) -> String {
    let Some(at) = DateTime::from_timestamp_micros(micros) else { return micros.to_string() };
    let at = at.with_timezone(&zone);
    let wall: NaiveDateTime = at.naive_local();
    if instant(zone, wall) == at {
        wall.format("%Y-%m-%d %H:%M:%S%.f").to_string()
    } else {
        written(at)
    }
}

#[cfg(test)]
mod tests {
    use datafusion::arrow::array::{
        ArrayRef, Date32Array, Decimal128Array, Float64Array, StringArray,
        TimestampMicrosecondArray,
    };
    use std::sync::Arc;

    use super::{plain, yaml};

    fn all(values: impl Into<ArrayRef>) -> Vec<String> {
        let values = values.into();
        (0..values.len()).map(|row| yaml(&values, row)).collect()
    }

    #[test]
    fn values_are_written_as_they_are_read() {
        let floats = [1.0, 0.1, 1e300, f64::NAN, f64::NEG_INFINITY, 1e-10];
        let floats: ArrayRef = Arc::new(Float64Array::from(floats.to_vec()));
        assert_eq!(all(floats), ["1.0", "0.1", "1e300", ".nan", "-.inf", "1e-10"]);
        let texts = StringArray::from(vec![Some("a b"), Some("1"), Some("null"), Some(""), None]);
        let texts: ArrayRef = Arc::new(texts);
        assert_eq!(all(Arc::clone(&texts)), ["a b", "\"1\"", "\"null\"", "\"\"", "null"]);
        assert_eq!(plain(&texts, 2), "null");
        let days: ArrayRef = Arc::new(Date32Array::from(vec![0, 20_454]));
        assert_eq!(all(days), ["1970-01-01", "2026-01-01"]);
        let money = Decimal128Array::from(vec![-1_250]).with_precision_and_scale(18, 2).unwrap();
        assert_eq!(all(Arc::new(money) as ArrayRef), ["-12.50"]);
    }

    #[test]
    fn a_moment_is_wall_time_unless_the_clocks_show_it_twice() {
        // 5:30 and 6:30 in UTC: clocks in New York show half past one both times.
        let at = [1_730_611_800_000_000, 1_730_615_400_000_000, 1_730_611_800_250_000];
        let at = TimestampMicrosecondArray::from(at.to_vec()).with_timezone("America/New_York");
        let shown = ["2024-11-03 01:30:00", "2024-11-03T01:30:00-05:00", "2024-11-03 01:30:00.250"];
        assert_eq!(all(Arc::new(at) as ArrayRef), shown);
    }
}
