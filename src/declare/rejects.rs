//! How many rows may be rejected before a run stops.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Deserialize;
use serde::de::{Deserializer, Error};

/// How many rows may be rejected, as `0.5%` of those read or as a count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rejects {
    /// A share of the rows read.
    Share(Percentage),
    /// A number of rows.
    Count(u64),
}

/// The most decimals of a percentage: with all of them, shares of any number of rows are exact.
const DECIMALS: usize = 15;

/// A percentage from 0 to 100, by its digits, so that 29% of 100 rows are exactly 29.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Percentage {
    /// All digits.
    digits: u64,
    /// How many of them are after the point.
    decimals: usize,
}

impl Default for Rejects {
    fn default() -> Self {
        Self::Count(0)
    }
}

impl Rejects {
    /// Whether `rejected` of `read` rows is more than allowed.
    pub fn exceeded_by(self, rejected: u64, read: u64) -> bool {
        match self {
            Self::Share(share) => share.exceeded_by(rejected, read),
            Self::Count(count) => rejected > count,
        }
    }
}

impl Percentage {
    fn exceeded_by(self, part: u64, whole: u64) -> bool {
        u128::from(part) * self.hundred() > u128::from(self.digits) * u128::from(whole)
    }

    /// What the digits are if the percentage is 100.
    fn hundred(self) -> u128 {
        (0..self.decimals).fold(100, |hundred, _| hundred * 10)
    }

    /// Reads digits, perhaps with a point among them.
    fn read(text: &str) -> Option<Self> {
        let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
        let digits = format!("{whole}{fraction}");
        let is_plain = digits.bytes().all(|byte| byte.is_ascii_digit());
        let read = (is_plain && fraction.len() <= DECIMALS).then(|| digits.parse().ok())??;
        let percentage = Self { digits: read, decimals: fraction.len() };
        (u128::from(percentage.digits) <= percentage.hundred()).then_some(percentage)
    }
}

impl std::fmt::Display for Percentage {
    fn fmt(&self, formatter: &mut std::fmt::Formatter) -> std::fmt::Result {
        let digits = format!("{:0>1$}", self.digits, self.decimals + 1);
        let (whole, fraction) = digits.split_at(digits.len() - self.decimals);
        let point = if fraction.is_empty() { "" } else { "." };
        write!(formatter, "{whole}{point}{fraction}%")
    }
}

impl std::fmt::Display for Rejects {
    fn fmt(&self, formatter: &mut std::fmt::Formatter) -> std::fmt::Result {
        match self {
            Self::Share(share) => write!(formatter, "{share}"),
            Self::Count(count) => write!(formatter, "{count}"),
        }
    }
}

impl std::str::FromStr for Rejects {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text.strip_suffix('%') {
            Some(percent) => Percentage::read(percent.trim()).map(Self::Share),
            None => text.parse().ok().map(Self::Count),
        }
        .ok_or_else(|| format!("`{text}` is neither a share such as `0.5%` nor a count"))
    }
}

impl<'de> Deserialize<'de> for Rejects {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Cow::<str>::deserialize(deserializer)?.parse().map_err(D::Error::custom)
    }
}

impl JsonSchema for Rejects {
    fn schema_name() -> Cow<'static, str> {
        "Rejects".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": ["string", "integer"],
            "pattern": "^[0-9.]+%?$",
            "description": "A share of the rows read, such as 0.5%, or a number of rows.",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::Rejects;

    fn exceeded(allowed: &str, rejected: u64, read: u64) -> bool {
        allowed.parse::<Rejects>().unwrap().exceeded_by(rejected, read)
    }

    /// Every whole percentage of 100 rows, every tenth of 1000 and every hundredth of 10 000.
    #[test]
    fn a_share_is_as_many_rows_as_its_digits_say() {
        for decimals in 0..=2 {
            let rows = 10_u64.pow(2 + decimals);
            for part in 0..=rows {
                let (whole, rest) = (part * 100 / rows, part % (rows / 100));
                let share = match decimals {
                    0 => format!("{whole}%"),
                    _ => format!("{whole}.{rest:0>0$}%", decimals as usize),
                };
                assert!(!exceeded(&share, part, rows), "{share} of {rows}");
                assert!(exceeded(&share, part + 1, rows), "{share} of {rows}");
                assert_eq!(share.parse::<Rejects>().unwrap().to_string(), share);
            }
        }
        assert!(!exceeded("0.1%", u64::MAX / 1000, u64::MAX));
        assert!(exceeded("99.999999999999999%", u64::MAX, u64::MAX));
    }

    #[test]
    fn what_is_no_share_and_no_count_is_refused() {
        for text in
            ["", "%", ".%", "1e1%", "-1%", "100.1%", "+5%", "1.5", "nan%", "0.0000000000000001%"]
        {
            assert!(text.parse::<Rejects>().is_err(), "{text}");
        }
        assert_eq!(".5%".parse::<Rejects>().unwrap().to_string(), "0.5%");
        assert_eq!("029.50 %".parse::<Rejects>().unwrap().to_string(), "29.50%");
    }
}
