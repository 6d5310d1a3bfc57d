//! Records of a warehouse are data from outside: whoever may write to its store has written them.
//!
//! Here they are read and written, and nowhere else: with a version, so that a program that does not
//! know their meaning leaves them alone; of a size that can be held; and with paths that lead nowhere
//! but below the warehouse, which their types promise.

use std::collections::BTreeMap;

use object_store::ObjectStoreExt;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::{PublishError, Release, Warehouse};
use crate::store::StoreErrorKind;

/// The version of what this program writes. It goes up when a field changes its meaning, or a new one
/// changes that of others: then programs that do not know it must not go by the record.
pub(super) const SCHEMA_VERSION: u32 = 2;
/// The version of records that do not say theirs.
pub(super) const FIRST_VERSION: u32 = 1;
/// The largest record that is read: some hundred times that of a million files.
const MOST_BYTES: u64 = 1 << 30;

/// More rows and bytes than these, all in all, are no warehouse's. Sums of what records say stay below what
/// numbers hold, also with what a run adds.
const MOST_IN_ALL: u128 = 1 << 62;

/// Fields that this version does not know, as they stand.
pub(super) type Unknown = BTreeMap<String, serde_json::Value>;

/// What is read from a folder of records.
pub trait Record: DeserializeOwned {
    /// All rows and bytes that it speaks of, which others add up.
    fn total(&self) -> u128 {
        0
    }
}

impl Record for serde_json::Value {}

/// What every record says of itself.
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

    /// The record of a release.
    pub(super) async fn release(&self, number: u64) -> Result<Release, PublishError> {
        if number == 0 {
            return Ok(Release::default());
        }
        let path = super::release::record(number);
        let read: Release = self.record(&path).await?;
        if read.release != number {
            let problem = format!("it calls itself release {}", read.release);
            return Err(PublishError::Record { path, problem });
        }
        read.checked().map_err(|problem| PublishError::Record { path, problem })
    }
}

/// The version that a record says it has. Of what is no record at all, its reader says more.
fn version(bytes: &[u8]) -> Option<u32> {
    serde_json::from_slice::<Version>(bytes).ok()?.schema_version
}
