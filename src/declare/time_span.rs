//! A duration as people write it: `90m`, `26h`, `3days`.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Deserialize;
use serde::de::{Deserializer, Error};

/// A duration, which is displayed as it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TimeSpan {
    length: Duration,
    written: String,
}

impl TimeSpan {
    /// In microseconds.
    pub fn micros(&self) -> i64 {
        i64::try_from(self.length.as_micros()).unwrap_or(i64::MAX)
    }

    /// In whole seconds.
    pub fn seconds(&self) -> i64 {
        i64::try_from(self.length.as_secs()).unwrap_or(i64::MAX)
    }
}

impl FromStr for TimeSpan {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        humantime::parse_duration(text)
            .map(|length| Self { length, written: text.trim().to_owned() })
            .map_err(|_| format!("`{text}` is not a length of time: use `90m`, `26h` or `3days`"))
    }
}

impl fmt::Display for TimeSpan {
    fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        self.written.fmt(formatter)
    }
}

impl<'de> Deserialize<'de> for TimeSpan {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Cow::<str>::deserialize(deserializer)?.parse().map_err(D::Error::custom)
    }
}

impl JsonSchema for TimeSpan {
    fn schema_name() -> Cow<'static, str> {
        "TimeSpan".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "string",
            "description": "A length of time, such as `90m`, `26h` or `3days`.",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::TimeSpan;

    #[test]
    fn a_length_of_time_is_said_back_as_it_was_written() {
        for (text, seconds) in
            [("60days", 5_184_000), ("26h", 93_600), ("90m", 5_400), ("1day 2h", 93_600)]
        {
            let span: TimeSpan = text.parse().unwrap();
            assert_eq!((span.seconds(), span.to_string()), (seconds, text.to_owned()));
            assert_eq!(span.micros(), 1_000_000 * seconds);
        }
    }
}
