//! Cells, each with its own type, become a column of one type.
//!
//! Numbers are read as Excel keeps them, to 15 digits, unless the column is a float: a sum of
//! `3.3000000000000003` is 3.3. Dates and times are numbers of days with a format, and those without
//! one are numbers. A cell that a formula left in error rejects its row, unless its text, such as
//! `#N/A`, is declared as NULL. So does a formula without a value: programs that write workbooks
//! do not calculate, and its value is not known here.

use std::sync::Arc;

use calamine::{CellErrorType, DataRef, ExcelDateTime, XlsxFormulaMetadata};
use chrono::{Datelike, NaiveDateTime, NaiveTime};
use datafusion::arrow::array::{
    Array, ArrayRef, BooleanArray, Float64Array, StringViewArray, TimestampMicrosecondArray,
    new_null_array,
};
use datafusion::arrow::compute::is_not_null;
use datafusion::arrow::compute::kernels::zip::zip;
use datafusion::arrow::error::ArrowError;

use crate::declare::ColumnType;
use crate::read::column::{Target, as_json};
use crate::value::{Faults, Reason};

/// The first day that Excel cannot write, as a number of days from 1900.
const END: f64 = 2_958_466.0;

/// The day that only Excel has: 29 February 1900.
const NO_DAY: f64 = 60.0;

/// What a cell holds.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Cell {
    Text(String),
    Number(f64),
    Moment(NaiveDateTime),
    Truth(bool),
    Error(&'static str),
    /// A value that was not calculated.
    Formula(String),
}

impl Cell {
    /// What calamine found; nothing in an empty cell, and an empty text is one. A formula that came to
    /// an empty text has that as its value.
    pub(super) fn of(data: &DataRef, formula: Option<XlsxFormulaMetadata>) -> Option<Self> {
        match data {
            DataRef::Empty => formula.map(|formula| Self::Formula(formula_text(formula))),
            DataRef::Int(number) => Some(Self::Number(*number as f64)),
            DataRef::Float(number) => Some(Self::Number(*number)),
            DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => {
                Self::of_text(text)
            }
            DataRef::SharedString(text) => Self::of_text(text),
            DataRef::Bool(truth) => Some(Self::Truth(*truth)),
            DataRef::DateTime(moment) => Some(Self::of_moment(*moment)),
            DataRef::Error(error) => Some(Self::Error(error_text(error))),
        }
    }

    fn of_text(text: &str) -> Option<Self> {
        (!text.is_empty()).then(|| Self::Text(text.to_owned()))
    }

    /// A number of hours, or one that is not a day, stays a number. Excel's 29
    /// February 1900 does not exist, and stays the text that Excel shows.
    fn of_moment(moment: ExcelDateTime) -> Self {
        let day = (0.0..END).contains(&moment.as_f64()) && moment.is_datetime();
        let read = day.then(|| moment.as_datetime()).flatten();
        if let Some(read) = read.filter(|read| read.year() == 1900 && serial(moment) == NO_DAY) {
            let time =
                if is_day(read) { String::new() } else { read.format(" %H:%M:%S%.f").to_string() };
            return Self::Text(format!("1900-02-29{time}"));
        }
        read.map_or(Self::Number(moment.as_f64()), Self::Moment)
    }

    /// The cell as text: whole numbers without a point, days without a time, both by ISO 8601.
    pub(super) fn text(&self) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::Number(number) => kept(*number).to_string(),
            Self::Moment(moment) if is_time(*moment) => moment.format("%H:%M:%S%.f").to_string(),
            Self::Moment(moment) if is_day(*moment) => moment.format("%Y-%m-%d").to_string(),
            Self::Moment(moment) => moment.format("%Y-%m-%d %H:%M:%S%.f").to_string(),
            Self::Truth(truth) => truth.to_string(),
            Self::Error(error) => (*error).to_owned(),
            Self::Formula(formula) => formula.clone(),
        }
    }

    /// The cell as JSON.
    pub(super) fn json(&self) -> String {
        match self {
            Self::Number(_) | Self::Truth(_) => self.text(),
            _ => as_json::text(&self.text()),
        }
    }
}

/// The day of a moment, counted from where the workbook counts.
fn serial(moment: ExcelDateTime) -> f64 {
    moment.as_f64().floor()
}

/// The fifteen digits that Excel keeps and shows; integers stay as they are, so that those which a
/// float does not distinguish remain recognisable.
fn kept(number: f64) -> f64 {
    if number.fract() == 0.0 { number } else { format!("{number:.14e}").parse().unwrap_or(number) }
}

fn is_day(moment: NaiveDateTime) -> bool {
    moment.time() == NaiveTime::MIN
}

/// Whether it is a time of no day, which Excel counts from its own beginning.
fn is_time(moment: NaiveDateTime) -> bool {
    moment.year() < 1900
}

fn error_text(error: &CellErrorType) -> &'static str {
    match error {
        CellErrorType::Div0 => "#DIV/0!",
        CellErrorType::NA => "#N/A",
        CellErrorType::Name => "#NAME?",
        CellErrorType::Null => "#NULL!",
        CellErrorType::Num => "#NUM!",
        CellErrorType::Ref => "#REF!",
        CellErrorType::Value => "#VALUE!",
        CellErrorType::GettingData => "#GETTING_DATA",
    }
}

/// A formula as people write it; one that is shared with other cells is written in another of them.
fn formula_text(formula: XlsxFormulaMetadata) -> String {
    match formula {
        XlsxFormulaMetadata::Normal { formula } | XlsxFormulaMetadata::Shared { formula, .. } => {
            format!("={formula}")
        }
        _ => "=".to_owned(),
    }
}

/// The cells of a column, by the way in which they become values.
struct Sorted {
    texts: Vec<Option<String>>,
    numbers: Vec<Option<f64>>,
    moments: Vec<Option<i64>>,
    truths: Vec<Option<bool>>,
}

/// Makes a column of its cells.
pub(super) fn column(
    target: &Target,
    cells: &[Option<Cell>],
    rows: usize,
    faults: &mut Faults,
) -> Result<ArrayRef, ArrowError> {
    let sorted = Sorted::new(target, cells, rows, faults);
    let mut column = new_null_array(&target.field.arrow_type(), rows);
    for found in sorted.arrays() {
        let values = target.optional(&found, faults)?;
        column = if column.null_count() == rows {
            values
        } else {
            zip(&is_not_null(&values)?, &values, &column)?
        };
    }
    for row in (0..rows).filter(|row| target.field.required && column.is_null(*row)) {
        faults.note(row, Some(target.column), Reason::MissingRequired);
    }
    Ok(column)
}

impl Sorted {
    fn new(target: &Target, cells: &[Option<Cell>], rows: usize, faults: &mut Faults) -> Self {
        let (texts, numbers) = (vec![None; rows], vec![None; rows]);
        let mut sorted =
            Self { texts, numbers, moments: vec![None; rows], truths: vec![None; rows] };
        for (row, cell) in cells.iter().enumerate() {
            let Some(cell) = cell else { continue };
            let no_value =
                |text: &str| target.field.notation.null_values.iter().any(|it| it == text);
            match cell {
                Cell::Error(text) if no_value(text) => {}
                Cell::Error(_) => faults.note(row, Some(target.column), Reason::CellError),
                Cell::Formula(_) => {
                    faults.note(row, Some(target.column), Reason::FormulaWithoutValue);
                }
                cell => sorted.put(row, cell, target.field.data_type),
            }
        }
        sorted
    }

    /// A value of the declared kind stays one; any other is read as the text that people see.
    fn put(&mut self, row: usize, cell: &Cell, wanted: ColumnType) {
        use ColumnType::{Boolean, Date, Float64, Timestamp, Timestamptz};
        match (cell, wanted) {
            (Cell::Number(number), Float64) => self.numbers[row] = Some(*number),
            (Cell::Number(number), _) => self.numbers[row] = Some(kept(*number)),
            (Cell::Moment(moment), Timestamp | Timestamptz | Date) if !is_time(*moment) => {
                self.moments[row] = Some(moment.and_utc().timestamp_micros());
            }
            (Cell::Truth(truth), Boolean) => self.truths[row] = Some(*truth),
            (cell, _) => self.texts[row] = Some(cell.text()),
        }
    }

    /// Those of the arrays that have a value.
    fn arrays(self) -> impl Iterator<Item = ArrayRef> {
        let arrays: [ArrayRef; 4] = [
            Arc::new(self.texts.into_iter().collect::<StringViewArray>()),
            Arc::new(Float64Array::from(self.numbers)),
            Arc::new(TimestampMicrosecondArray::from(self.moments)),
            Arc::new(BooleanArray::from(self.truths)),
        ];
        arrays.into_iter().filter(|array| array.null_count() < array.len())
    }
}

#[cfg(test)]
mod tests {
    use super::Cell;
    use calamine::{DataRef, ExcelDateTime, ExcelDateTimeType, XlsxFormulaMetadata};

    fn moment(days: f64, is_1904: bool) -> String {
        let kind = ExcelDateTimeType::DateTime;
        let data = DataRef::DateTime(ExcelDateTime::new(days, kind, is_1904));
        Cell::of(&data, None).unwrap().text()
    }

    #[test]
    fn days_are_counted_from_1900_or_1904() {
        assert_eq!(moment(45_292.0, false), "2024-01-01");
        assert_eq!(moment(45_292.0 - 1462.0, true), "2024-01-01");
        assert_eq!(moment(45_292.75, false), "2024-01-01 18:00:00");
        assert_eq!(moment(61.0, false), "1900-03-01");
        assert_eq!(moment(1.0, false), "1900-01-01");
        assert_eq!(moment(59.0, false), "1900-02-28");
        assert_eq!(moment(60.0, true), "1904-03-01");
    }

    #[test]
    fn the_day_that_never_was_is_no_moment() {
        let read = |days| {
            let kind = ExcelDateTimeType::DateTime;
            Cell::of(&DataRef::DateTime(ExcelDateTime::new(days, kind, false)), None)
        };
        assert_eq!(read(60.0), Some(Cell::Text("1900-02-29".to_owned())));
        assert_eq!(read(60.5), Some(Cell::Text("1900-02-29 12:00:00".to_owned())));
        assert!(matches!(read(59.5), Some(Cell::Moment(_))));
        assert!(matches!(read(61.0), Some(Cell::Moment(_))));
    }

    #[test]
    fn what_is_no_day_is_a_time_or_a_number() {
        assert_eq!(moment(0.5, false), "12:00:00");
        assert_eq!(moment(-1.0, false), "-1");
        assert_eq!(moment(1e300, false).len(), 301);
    }

    #[test]
    fn numbers_have_fifteen_digits_and_no_needless_point() {
        assert_eq!(Cell::Number(17850.0).text(), "17850");
        assert_eq!(Cell::Number(3.300_000_000_000_000_3).text(), "3.3");
        assert_eq!(Cell::Number("19.989999999999998".parse().unwrap()).text(), "19.99");
        assert_eq!(Cell::Number(1_234_567_890_123_456.0).text(), "1234567890123456");
        assert_eq!(Cell::Number(9_007_199_254_740_993.0).text(), "9007199254740992");
        assert_eq!(Cell::Number(-0.05).text(), "-0.05");
    }

    #[test]
    fn an_empty_text_is_no_value() {
        assert_eq!(Cell::of(&DataRef::String(String::new()), None), None);
        assert_eq!(Cell::of(&DataRef::SharedString(" "), None), Some(Cell::Text(" ".into())));
    }

    #[test]
    fn a_formula_has_a_value_unless_nobody_calculated_it() {
        let formula = || Some(XlsxFormulaMetadata::Normal { formula: "B2*C2".into() });
        let unknown = Some(Cell::Formula("=B2*C2".into()));
        assert_eq!(Cell::of(&DataRef::Empty, formula()), unknown);
        assert_eq!(Cell::of(&DataRef::String(String::new()), formula()), None);
        assert_eq!(Cell::of(&DataRef::Float(7.0), formula()), Some(Cell::Number(7.0)));
    }
}
