//! The concepts of loyalty, satisfaction and customer equity that a warehouse can measure.
//!
//! A [`Concept`] is a number that table files name beside a column. The meaning of each, the source
//! of its definition and its inputs are data, in one file.

mod catalogue;

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{Deserializer, Error};
use serde::{Deserialize, Serialize, Serializer};

pub use self::catalogue::Concept;

/// The numbers that there are.
pub const NUMBERS: &str = "L1–L16, L20–L31, S1–S19, E1–E14, G1–G6, P1–P7, C1–C5 or K1–K4";

impl Concept {
    /// The subject of the concept, given by its letter.
    pub fn group(self) -> &'static str {
        match &self.number()[..1] {
            "L" => "Loyalty",
            "S" => "Satisfaction and value",
            "E" => "Customer equity",
            "G" => "Segmentation and targeting",
            "P" => "Programmes and offers",
            "C" => "Churn and win-back",
            _ => "Key performance indicators",
        }
    }
}

impl fmt::Display for Concept {
    fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        formatter.write_str(self.number())
    }
}

impl FromStr for Concept {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let found = Self::ALL.iter().find(|concept| concept.number() == text);
        found.copied().ok_or_else(|| format!("unknown concept `{text}`: use {NUMBERS}"))
    }
}

impl<'de> Deserialize<'de> for Concept {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Cow::<str>::deserialize(deserializer)?.parse().map_err(D::Error::custom)
    }
}

impl Serialize for Concept {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.number())
    }
}

impl JsonSchema for Concept {
    fn schema_name() -> Cow<'static, str> {
        "Concept".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let numbers: Vec<&str> = Self::ALL.iter().map(|concept| concept.number()).collect();
        json_schema!({
            "type": "string",
            "enum": numbers,
            "description": "A concept of the catalogue, by its number.",
        })
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{Concept, NUMBERS};

    #[test]
    fn a_number_reads_back_as_it_is_written() {
        for concept in Concept::ALL {
            assert_eq!(concept.to_string().parse(), Ok(*concept));
        }
        for text in ["L17", "L0", "l1", "L01", "", "S20", "X1"] {
            let message = text.parse::<Concept>().unwrap_err();
            assert_eq!(message, format!("unknown concept `{text}`: use {NUMBERS}"));
        }
    }

    /// The numbers of `L1–L3`: L1, L2, L3.
    fn between(range: &str) -> Vec<String> {
        let (first, last) = range.split_once('–').unwrap();
        let number = |text: &str| text[1..].parse::<u32>().unwrap();
        (number(first)..=number(last)).map(|at| format!("{}{at}", &first[..1])).collect()
    }

    #[test]
    fn the_numbers_told_are_those_of_the_catalogue() {
        let told: Vec<String> =
            NUMBERS.split(", ").flat_map(|part| part.split(" or ")).flat_map(between).collect();
        let all: Vec<&str> = Concept::ALL.iter().map(|concept| concept.number()).collect();
        assert_eq!(told, all);
        assert_eq!(all.len(), 83);
    }

    #[test]
    fn every_concept_has_terms_of_its_own_and_a_source() {
        let mut terms = BTreeSet::new();
        for concept in Concept::ALL {
            assert!(terms.insert(concept.term()), "{concept}: {}", concept.term());
            assert!(!concept.original().is_empty(), "{concept}");
            assert!(concept.source().chars().any(|sign| sign.is_ascii_digit()), "{concept}");
        }
    }
}
