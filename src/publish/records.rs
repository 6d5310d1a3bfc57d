//! Serialisation of the records of a warehouse. They are untrusted input: anyone who may write to
//! the store may have written them.
//!
//! All records are read and written here: with a version, so that a program that does not know
//! their meaning rejects them; of bounded size; and with paths that cannot lead out of the
//! warehouse, which their types guarantee.

use std::collections::BTreeMap;

use object_store::ObjectStoreExt;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::{PublishError, Warehouse};
use crate::folder::OWN;
use crate::store::StoreErrorKind;

/// The version of what this program writes. It is incremented when the meaning of a field changes,
/// or when a new field affects the meaning of others: then programs that do not know it must not
/// use the record.
pub(super) const SCHEMA_VERSION: u32 = 2;
/// The version of records that do not say theirs.
pub(super) const FIRST_VERSION: u32 = 1;
/// The largest record that is read: some hundred times that of a million files.
const MOST_BYTES: u64 = 1 << 30;

/// No warehouse has more rows and bytes than these in total. Sums of figures in records do not
/// overflow, also with what a run adds.
const MOST_IN_ALL: u128 = 1 << 62;

/// Fields that this version does not know, unchanged.
pub(super) type Unknown = BTreeMap<String, serde_json::Value>;

/// What is read from a folder of records.
pub trait Record: DeserializeOwned {
    /// All rows and bytes that it states, which others add up.
    fn total(&self) -> u128 {
        0
    }
}

impl Record for serde_json::Value {}

/// The fields that every record has.
#[derive(Deserialize)]
struct Version {
    #[serde(default)]
    schema_version: Option<u32>,
}

#[derive(Serialize)]
struct Versioned<'a, T> {
    schema_version: u32,
    #[serde(flatten)]
    record: &'a T,
}

/// A record as it is written.
pub(super) fn text(below: &str, record: &impl Serialize) -> Result<String, PublishError> {
    let versioned = Versioned { schema_version: SCHEMA_VERSION, record };
    serde_json::to_string_pretty(&versioned).map_err(|error| PublishError::Record {
        path: below.to_owned(),
        problem: error.to_string(),
    })
}

impl Warehouse {
    /// Reads a record.
    pub(super) async fn record<T: Record>(&self, below: &str) -> Result<T, PublishError> {
        self.unobstructed(below)?;
        let path = self.path(below)?;
        let got = self.store().get(&path).await.map_err(|error| self.store_error(&error))?;
        let wrong = |problem| PublishError::Record { path: below.to_owned(), problem };
        if got.meta.size > MOST_BYTES {
            return Err(wrong(format!("it has {} bytes", got.meta.size)));
        }
        let bytes = got.bytes().await.map_err(|error| self.store_error(&error))?;
        if let Some(version) = version(&bytes).filter(|version| *version > SCHEMA_VERSION) {
            return Err(PublishError::Newer { path: below.to_owned(), version });
        }
        let read: T = serde_json::from_slice(&bytes).map_err(|error| wrong(error.to_string()))?;
        if read.total() > MOST_IN_ALL {
            return Err(wrong("it speaks of more rows or bytes than there can be".into()));
        }
        Ok(read)
    }

    /// A record, if it is there.
    pub(super) async fn record_unless_gone<T: Record>(
        &self,
        below: &str,
    ) -> Result<Option<T>, PublishError> {
        match self.record(below).await {
            Ok(record) => Ok(Some(record)),
            Err(PublishError::Store(error)) if error.kind() == StoreErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Writes a record.
    ///
    /// # Errors
    /// The store refuses.
    pub async fn write(&self, below: &str, record: &impl Serialize) -> Result<(), PublishError> {
        self.put(below, text(below, record)?).await
    }

    /// The records of a folder, by the number that is their name.
    ///
    /// # Errors
    /// The store cannot be read, or something there is not such a record.
    pub async fn numbered<T: Record>(
        &self,
        folder: &str,
    ) -> Result<BTreeMap<u64, T>, PublishError> {
        let names = self.names(&format!("{OWN}/{folder}")).await?;
        let numbers: Vec<u64> =
            names.iter().filter_map(|name| number(name.strip_suffix(".json")?)).collect();
        let mut records = BTreeMap::new();
        for number in numbers {
            let record = self.record(&numbered(folder, number)).await?;
            records.insert(number, record);
        }
        Ok(records)
    }

    /// Adds a record to a folder under a number, unless that is taken.
    ///
    /// # Errors
    /// The number is taken, or the store refuses.
    pub async fn add_numbered(
        &self,
        folder: &str,
        number: u64,
        record: &impl Serialize,
    ) -> Result<(), PublishError> {
        let below = numbered(folder, number);
        match self.create(&below, text(&below, record)?).await? {
            true => Ok(()),
            false => Err(PublishError::Taken { folder: folder.to_owned(), number }),
        }
    }
}

/// The number that is a record's name, if it has a successor.
pub(super) fn number(stem: &str) -> Option<u64> {
    let number = stem.parse().ok().filter(|number| *number < u64::MAX)?;
    (format!("{number:09}") == stem).then_some(number)
}

/// The path of a numbered record, below the warehouse.
fn numbered(folder: &str, number: u64) -> String {
    format!("{OWN}/{folder}/{number:09}.json")
}

/// The version that a record states. Invalid records are reported by their reader.
fn version(bytes: &[u8]) -> Option<u32> {
    serde_json::from_slice::<Version>(bytes).ok()?.schema_version
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::{PublishError, Warehouse};

    /// An empty file would be a record without contents.
    #[tokio::test]
    async fn what_cannot_be_a_record_is_an_error_and_no_file() {
        let folder = tempfile::tempdir().unwrap();
        let warehouse = Warehouse::open("warehouse", folder.path()).unwrap();
        // Names in JSON are texts.
        let strange = BTreeMap::from([((1, 2), 3)]);
        let path = "_patronage/corrections/000000001.json";
        let written = warehouse.write(path, &strange).await;
        assert!(matches!(written, Err(PublishError::Record { path: at, .. }) if at == path));
        let added = warehouse.add_numbered("corrections", 1, &strange).await;
        assert!(matches!(added, Err(PublishError::Record { path: at, .. }) if at == path));
        assert!(!folder.path().join("warehouse").exists());
    }
}
