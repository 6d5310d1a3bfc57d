//! Whether a file is still the one that was listed.
//!
//! A run reads the files it has listed, as they were then. Most stores do not return another
//! version when the request has the etag of the listing; web servers may ignore it, so the metadata
//! of every response is compared too. A disk does not check etags while a file is open, so there
//! the file is checked again after its last byte.

use std::ops::Range;

use object_store::{
    Error, GetOptions, GetRange, GetResult, GetResultPayload, ObjectMeta, ObjectStore,
    ObjectStoreExt,
};

use crate::read::ReadError;
use crate::read::list::InputFile;
use crate::store::StoreError;

/// Requests a part of a file as it was listed.
pub(in crate::read) async fn part(
    store: &dyn ObjectStore,
    file: &InputFile,
    range: Range<u64>,
) -> Result<GetResult, ReadError> {
    asked(store, file, Some(range.into())).await
}

/// Asks for a file as it was listed.
pub(super) async fn whole(
    store: &dyn ObjectStore,
    file: &InputFile,
) -> Result<GetResult, ReadError> {
    asked(store, file, None).await
}

async fn asked(
    store: &dyn ObjectStore,
    file: &InputFile,
    range: Option<GetRange>,
) -> Result<GetResult, ReadError> {
    let options = GetOptions { if_match: tag(&file.meta), range, ..GetOptions::default() };
    let found = store.get_opts(&file.meta.location, options).await;
    let found = found.map_err(|error| failed(&file.name, &error))?;
    match is_same(&file.meta, &found.meta) {
        true => Ok(found),
        false => Err(ReadError::Changed { file: file.name.clone() }),
    }
}

/// Checks a file again that was read to its end.
pub(in crate::read) async fn still(
    store: &dyn ObjectStore,
    file: &InputFile,
) -> Result<(), ReadError> {
    let found = store.head(&file.meta.location).await;
    match found.map_err(|error| failed(&file.name, &error))? {
        found if is_same(&file.meta, &found) => Ok(()),
        _ => Err(ReadError::Changed { file: file.name.clone() }),
    }
}

/// Whether a store returns open files, whose bytes may change during reading.
pub(super) fn is_on_disk(found: &GetResult) -> bool {
    matches!(found.payload, GetResultPayload::File(..))
}

/// The store's error about a file of this run.
pub(super) fn failed(file: &str, error: &Error) -> ReadError {
    match error {
        Error::Precondition { .. } | Error::NotFound { .. } => {
            ReadError::Changed { file: file.to_owned() }
        }
        other => StoreError::access(file, other).into(),
    }
}

/// The etag for requests. A weak one never matches, so that it is only compared.
fn tag(meta: &ObjectMeta) -> Option<String> {
    meta.e_tag.clone().filter(|tag| !tag.starts_with("W/"))
}

fn is_same(listed: &ObjectMeta, found: &ObjectMeta) -> bool {
    let same_version = match (&listed.e_tag, &found.e_tag) {
        (Some(listed), Some(found)) => bare(listed) == bare(found),
        _ => listed.last_modified == found.last_modified,
    };
    same_version && listed.size == found.size
}

/// Listings and responses quote etags differently.
fn bare(tag: &str) -> &str {
    tag.trim_start_matches("W/").trim_matches('"')
}

#[cfg(test)]
mod tests {
    use super::{is_same, tag};
    use chrono::{DateTime, TimeDelta};
    use object_store::ObjectMeta;

    fn meta(tag: Option<&str>, seconds: i64, size: u64) -> ObjectMeta {
        ObjectMeta {
            location: "a".into(),
            last_modified: DateTime::UNIX_EPOCH + TimeDelta::seconds(seconds),
            size,
            e_tag: tag.map(str::to_owned),
            version: None,
        }
    }

    #[test]
    fn a_tag_decides_and_without_one_the_time() {
        assert!(is_same(&meta(Some("\"1\""), 0, 9), &meta(Some("W/\"1\""), 5, 9)));
        assert!(!is_same(&meta(Some("1"), 0, 9), &meta(Some("2"), 0, 9)));
        assert!(is_same(&meta(None, 5, 9), &meta(None, 5, 9)));
        assert!(!is_same(&meta(None, 5, 9), &meta(Some("1"), 6, 9)));
    }

    #[test]
    fn another_size_is_another_file() {
        assert!(!is_same(&meta(Some("1"), 0, 9), &meta(Some("1"), 0, 8)));
    }

    #[test]
    fn a_weak_tag_is_not_asked_with() {
        assert_eq!(tag(&meta(Some("W/\"1\""), 0, 0)), None);
        assert_eq!(tag(&meta(Some("\"1\""), 0, 0)), Some("\"1\"".to_owned()));
    }
}
