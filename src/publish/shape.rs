//! The layout of a table: partition columns, columns, and of one by period the grain and zone. Readers read all of its
//! folders together, so that folders of two shapes would be read wrong, or not at all.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// The shape of a table.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shape {
    /// The grain of its periods, as pipelines write it; empty for a table without periods.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub period: String,
    /// The zone of its days, if it has periods.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub time_zone: String,
    /// Its partition columns, `period` first.
    pub partition_by: Vec<String>,
    /// Its other columns with their types. Readers do not depend on their order.
    pub columns: BTreeMap<String, String>,
}

impl Shape {
    /// How another shape differs from this earlier one, in words.
    pub fn changes(&self, now: &Self) -> Vec<String> {
        let settings = [
            ("period", &self.period, &now.period),
            ("time_zone", &self.time_zone, &now.time_zone),
            ("partition_by", &self.partition_by.join(", "), &now.partition_by.join(", ")),
        ];
        let settings = settings
            .into_iter()
            .filter(|(_, before, now)| before != now)
            .map(|(name, before, now)| format!("`{name}` was {before} and is {now}"));
        settings.chain(self.column_changes(now)).collect()
    }

    fn column_changes<'a>(&'a self, now: &'a Self) -> impl Iterator<Item = String> + 'a {
        let changed =
            self.columns.iter().filter_map(|(name, before)| match now.columns.get(name) {
                None => Some(format!("the column `{name}` is gone")),
                Some(now) if now != before => Some(format!("`{name}` was {before} and is {now}")),
                Some(_) => None,
            });
        let fresh = now.columns.keys().filter(|name| !self.columns.contains_key(*name));
        changed.chain(fresh.map(|name| format!("the column `{name}` is new")))
    }
}

#[cfg(test)]
mod tests {
    use super::Shape;

    fn shape(period: &str, zone: &str, partitions: &[&str], columns: &[(&str, &str)]) -> Shape {
        let columns = columns.iter().map(|(name, of)| ((*name).to_owned(), (*of).to_owned()));
        Shape {
            period: period.into(),
            time_zone: zone.into(),
            partition_by: partitions.iter().map(|name| (*name).to_owned()).collect(),
            columns: columns.collect(),
        }
    }

    #[test]
    fn every_difference_that_readers_would_stumble_over_is_named() {
        let before = shape("month", "UTC", &["period"], &[("x", "int64"), ("y", "int64")]);
        assert_eq!(before.changes(&before), [""; 0]);
        let now = shape("day", "Asia/Tokyo", &["period", "g"], &[("x", "string"), ("z", "int64")]);
        let changes = [
            "`period` was month and is day",
            "`time_zone` was UTC and is Asia/Tokyo",
            "`partition_by` was period and is period, g",
            "`x` was int64 and is string",
            "the column `y` is gone",
            "the column `z` is new",
        ];
        assert_eq!(before.changes(&now), changes);
    }
}
