//! How the text of a column is written, if not as usual.

use chrono_tz::Tz;

/// How the text of a column is written.
#[derive(Debug, Clone)]
pub struct Notation {
    /// The `strftime` patterns of dates and timestamps, and the names of counts of timestamps, the
    /// first that fits; ISO 8601 if none.
    pub formats: Vec<String>,
    /// The zone of timestamps written without one.
    pub time_zone: Tz,
    /// The decimal separator of a number.
    pub decimal_mark: char,
    /// The thousands separator of a number.
    pub thousands_mark: Option<char>,
    /// Currency symbols that may be before or after a number.
    pub currency: Vec<String>,
    /// Whether a minus may be behind a number.
    pub trailing_minus: bool,
    /// Whether exact numbers may be written as floats.
    pub float_notation: bool,
    /// Words for true other than the usual ones, which are then not accepted.
    pub true_values: Vec<String>,
    /// Words for false other than the usual ones, which are then not accepted.
    pub false_values: Vec<String>,
    /// Texts that mean NULL, besides the empty field.
    pub null_values: Vec<String>,
}

/// What a number of a timestamp column counts from the first of January 1970 in UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EpochUnit {
    /// Seconds: `epoch`, or `%s` as in `strftime`.
    Seconds,
    /// Milliseconds: `epoch_ms`.
    Millis,
    /// Microseconds: `epoch_us`.
    Micros,
    /// Nanoseconds: `epoch_ns`.
    Nanos,
}

impl EpochUnit {
    /// By the name of a format, if it is one.
    pub fn named(format: &str) -> Option<Self> {
        match format {
            "epoch" | "%s" => Some(Self::Seconds),
            "epoch_ms" => Some(Self::Millis),
            "epoch_us" => Some(Self::Micros),
            "epoch_ns" => Some(Self::Nanos),
            _ => None,
        }
    }

    /// How many make a second.
    pub fn per_second(self) -> i64 {
        match self {
            Self::Seconds => 1,
            Self::Millis => 1_000,
            Self::Micros => 1_000_000,
            Self::Nanos => 1_000_000_000,
        }
    }
}

impl Notation {
    /// Numbers with a point, times by ISO 8601, and only the empty text for NULL.
    pub fn usual(time_zone: Tz) -> Self {
        Self {
            formats: Vec::new(),
            time_zone,
            decimal_mark: '.',
            thousands_mark: None,
            currency: Vec::new(),
            trailing_minus: false,
            float_notation: false,
            true_values: Vec::new(),
            false_values: Vec::new(),
            null_values: Vec::new(),
        }
    }
}
