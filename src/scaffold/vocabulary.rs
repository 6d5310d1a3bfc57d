//! What columns are called: the file `exports/vocabulary.yaml`, read.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::declare::ColumnType;
use crate::exports;
use crate::infer::{ProvenColumn, words};

/// The years in which customers are born.
const YEARS: std::ops::RangeInclusive<f64> = 1900.0..=2100.0;

/// Names, by what they mean.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Vocabulary {
    /// The kinds of files.
    pub(super) tables: BTreeMap<String, Kind>,
    /// Words of questions, by what these measure.
    pub(super) constructs: BTreeMap<String, Vec<String>>,
    /// Words of orders that were not completed.
    pub(super) statuses: BTreeMap<String, Vec<String>>,
}

/// What files of one kind hold.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Kind {
    /// What they are called.
    pub(super) files: Vec<String>,
    /// Their columns.
    pub(super) columns: BTreeMap<String, Meaning>,
}

/// A meaning of columns.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Meaning {
    is: Content,
    /// What they are called, the surest first.
    pub(super) names: Vec<String>,
    /// What they are called where the name of the file tells the rest.
    #[serde(default)]
    pub(super) weak: Vec<String>,
}

/// What values have to be.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Content {
    Identifier,
    Text,
    Email,
    Moment,
    Amount,
    Count,
    Year,
}

impl Vocabulary {
    /// The vocabulary of the program.
    pub(super) fn new() -> Self {
        serde_yaml::from_str(&exports::vocabulary()).unwrap_or_else(|_| Self::empty())
    }

    fn empty() -> Self {
        let (tables, constructs) = (BTreeMap::new(), BTreeMap::new());
        Self { tables, constructs, statuses: BTreeMap::new() }
    }

    /// What a question measures, by the words in it.
    pub(super) fn construct(&self, written: &str) -> Option<&str> {
        let asked = words(written);
        let names = |it: &String| contains(&asked, &words(it));
        let found = self.constructs.iter().find(|(_, them)| them.iter().any(names));
        found.map(|(construct, _)| construct.as_str())
    }
}

impl Kind {
    /// Whether the name of a file says that it is of this kind.
    pub(super) fn is_called(&self, name: &str) -> bool {
        self.files.iter().any(|file| contains(name, &words(file)))
    }
}

/// Whether the words of a name are among those of another.
fn contains(name: &str, part: &str) -> bool {
    match part.is_ascii() {
        true => format!("_{name}_").contains(&format!("_{part}_")),
        false => name.contains(part),
    }
}

impl Meaning {
    /// Whether the values of a column can mean this.
    pub(super) fn fits(&self, column: &ProvenColumn<'_>) -> bool {
        use ColumnType::{Date, Decimal, Float64, Int32, Int64, String, Timestamp};
        let (data_type, facts) = (column.data_type, column.facts);
        match self.is {
            Content::Identifier => matches!(data_type, String | Int32 | Int64 | Decimal(_, 0)),
            Content::Text => data_type == String,
            Content::Email => data_type == String && facts.is_email(),
            Content::Moment => matches!(data_type, Date | Timestamp),
            Content::Amount => matches!(data_type, Int32 | Int64 | Float64 | Decimal(..)),
            Content::Count => {
                matches!(data_type, Int32 | Int64 | Float64 | Decimal(..)) && facts.is_whole
            }
            Content::Year => {
                facts.is_whole
                    && facts.range.is_some_and(|(least, most)| {
                        YEARS.contains(&least) && YEARS.contains(&most)
                    })
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Vocabulary;
    use crate::exports;

    #[test]
    fn the_file_can_be_read_and_tells_what_questions_measure() {
        let read: Result<Vocabulary, _> = serde_yaml::from_str(&exports::vocabulary());
        let vocabulary = read.unwrap();
        for (question, construct) in [
            ("How likely are you to recommend us?", Some("recommendation")),
            ("NPS", Some("recommendation")),
            ("csat_overall", Some("satisfaction")),
            ("您的满意度", Some("satisfaction")),
            ("Was it easy?", Some("effort")),
            ("Access", None),
        ] {
            assert_eq!(vocabulary.construct(question), construct, "{question}");
        }
    }

    #[test]
    fn no_name_means_two_things_in_a_kind_of_file() {
        for (name, kind) in Vocabulary::new().tables {
            let names = kind.columns.values().flat_map(|it| it.names.iter().chain(&it.weak));
            let mut names: Vec<String> = names.map(|name| crate::infer::words(name)).collect();
            let all = names.len();
            names.sort();
            names.dedup();
            assert_eq!(names.len(), all, "{name}");
        }
    }
}
