//! Folders of a warehouse: `column=value` for each partition column, outermost first, as Hive names them,
//! and the folder of its records.

use std::fmt::Write;

use datafusion::arrow::array::{Array, RecordBatch};
use datafusion::arrow::util::display::{ArrayFormatter, FormatOptions};
use datafusion::error::{DataFusionError, Result};

use crate::failure::{Failing, FailureKind};

/// The folder of records: all below it is for runs, not for readers. It lies outside every table's folder, because
/// readers follow globs into hidden folders too.
pub(crate) const OWN: &str = "_patronage";

/// The greatest length of a folder's name in bytes on common file systems.
const NAME_BYTES: usize = 255;
/// The most bytes of a key in an object store: those of Amazon, Google and Azure agree.
const KEY_BYTES: usize = 1024;
/// How much of a value a message shows.
const SHOWN: usize = 60;

/// A value that cannot be a folder's name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LayoutError {
    /// The value is the text that represents NULL.
    #[error(
        "the partition column `{column}` has the text `{NULL_FOLDER}`, which readers take for NULL"
    )]
    NullName {
        /// The column.
        column: String,
    },
    /// The folder's name alone is too long.
    #[error(
        "the partition column `{column}` has the value {}, whose folder would have a name of {bytes} \
         bytes; file systems take {NAME_BYTES}",
        shown(.value)
    )]
    LongName {
        /// The column.
        column: String,
        /// The value.
        value: String,
        /// The length of the name.
        bytes: usize,
    },
    /// The whole key is too long.
    #[error(
        "the partition column `{column}` has the value {}, with which a file's key would have {bytes} \
         bytes; object stores take {KEY_BYTES}",
        shown(.value)
    )]
    LongKey {
        /// The column with the longest value.
        column: String,
        /// Its value.
        value: String,
        /// The length of the key.
        bytes: usize,
    },
}

impl Failing for LayoutError {
    fn failure_kind(&self) -> FailureKind {
        match self {
            Self::NullName { .. } | Self::LongName { .. } | Self::LongKey { .. } => {
                FailureKind::Contract
            }
        }
    }

    fn what_to_do(&self) -> Option<String> {
        let help = match self {
            Self::NullName { .. } => "yield NULL in its place, as with `nullif`",
            Self::LongName { .. } | Self::LongKey { .. } => {
                "partition by a short code, and keep the long text in a column"
            }
        };
        Some(help.into())
    }
}

impl From<LayoutError> for DataFusionError {
    fn from(error: LayoutError) -> Self {
        Self::External(Box::new(error))
    }
}

fn shown(value: &str) -> String {
    let cut: String = value.chars().take(SHOWN).collect();
    let more = if cut.len() < value.len() { "…" } else { "" };
    format!("`{}{more}` ({} letters)", cut.escape_debug(), value.chars().count())
}

/// The representation of NULL in a folder's name.
pub const NULL_FOLDER: &str = "__HIVE_DEFAULT_PARTITION__";

/// The partition values of one row as text; `None` is NULL.
pub(crate) fn values(
    batch: &RecordBatch,
    columns: &[usize],
    row: usize,
) -> Result<Vec<Option<String>>> {
    let options = FormatOptions::default();
    columns
        .iter()
        .map(|column| {
            let array = batch.column(*column);
            if array.is_null(row) {
                return Ok(None);
            }
            let shown = ArrayFormatter::try_new(array.as_ref(), &options)?;
            Ok(Some(shown.value(row).to_string()))
        })
        .collect()
}

/// The folders of these values, each with a `/` at its end; empty without partitions.
///
/// # Errors
/// A folder's name would be too long.
pub(crate) fn folders(
    columns: &[String],
    values: &[Option<String>],
) -> Result<String, LayoutError> {
    let names = columns.iter().zip(values);
    names.map(|(column, value)| Ok(folder_name(column, value.as_deref())? + "/")).collect()
}

/// The name of one value's folder.
///
/// What is not ASCII is not encoded, as in Spark, which decodes each `%` as a separate letter, and
/// so reads the two bytes of `é` as two letters.
///
/// # Errors
/// It would be too long, or mean NULL.
pub(crate) fn folder_name(column: &str, value: Option<&str>) -> Result<String, LayoutError> {
    let Some(value) = value else { return Ok(format!("{column}={NULL_FOLDER}")) };
    if value == NULL_FOLDER {
        // Several readers decode a name before they test whether it means NULL.
        return Err(LayoutError::NullName { column: column.to_owned() });
    }
    let name = format!("{column}={}", encoded(value));
    match name.len() {
        ..=NAME_BYTES => Ok(name),
        bytes => {
            let (column, value) = (column.to_owned(), value.to_owned());
            Err(LayoutError::LongName { column, value, bytes })
        }
    }
}

/// Whether an object store takes a key that ends in these folders.
///
/// # Errors
/// It is too long; the longest value is named.
pub(crate) fn check_key(
    key: &str,
    columns: &[String],
    values: &[Option<String>],
) -> Result<(), LayoutError> {
    if key.len() <= KEY_BYTES {
        return Ok(());
    }
    let values = columns.iter().zip(values.iter().map(|value| value.as_deref().unwrap_or("NULL")));
    let (column, value) = values.max_by_key(|(_, value)| value.len()).unzip();
    Err(LayoutError::LongKey {
        column: column.cloned().unwrap_or_default(),
        value: value.unwrap_or_default().to_owned(),
        bytes: key.len(),
    })
}

/// Percent-encodes what a folder's name cannot contain on every store.
fn encoded(value: &str) -> String {
    let mut text = String::with_capacity(value.len());
    for letter in value.chars() {
        if is_plain(letter) {
            text.push(letter);
            continue;
        }
        for byte in letter.encode_utf8(&mut [0; 4]).bytes() {
            let _ = write!(text, "%{byte:02X}");
        }
    }
    text
}

/// Whether a letter needs no encoding. The two noncharacters cannot be listed by object stores,
/// which respond in XML.
fn is_plain(letter: char) -> bool {
    match letter {
        '\u{fffe}' | '\u{ffff}' => false,
        '-' | '_' | '.' => true,
        _ => letter.is_ascii_alphanumeric() || !letter.is_ascii(),
    }
}

#[cfg(test)]
mod tests {
    use super::{NULL_FOLDER, check_key, folder_name, folders};

    #[test]
    fn a_value_is_encoded_and_null_has_its_own_folder() {
        let columns = ["country".to_owned(), "month".to_owned()];
        assert_eq!(
            folders(&columns, &[Some("São Paulo/1".into()), None]).unwrap(),
            "country=São%20Paulo%2F1/month=__HIVE_DEFAULT_PARTITION__/"
        );
    }

    #[test]
    fn different_values_never_share_a_folder() {
        let values = ["", " ", ".", "..", "/", "%", "%2F", "=", "a", "A", "ä", "NULL"];
        let values = values.into_iter().map(|value| Some(value.to_owned())).chain([None]);
        let mut names: Vec<String> =
            values.map(|value| folders(&["c".to_owned()], &[value]).unwrap()).collect();
        let all = names.len();
        names.sort();
        names.dedup();
        assert_eq!(names.len(), all, "{names:?}");
        let marker = folder_name("c", Some(NULL_FOLDER)).unwrap_err().to_string();
        assert!(marker.contains("`c`") && marker.contains(NULL_FOLDER), "{marker}");
    }

    /// As Spark writes the folders of these values, except the blank, which it leaves as it is.
    #[test]
    fn only_ascii_is_encoded() {
        for (value, name) in [
            ("é ü", "é%20ü"),
            ("中文", "中文"),
            ("e\u{301}", "e\u{301}"),
            ("🙂", "🙂"),
            ("a=b:c%d", "a%3Db%3Ac%25d"),
            ("\u{fffe}", "%EF%BF%BE"),
        ] {
            assert_eq!(folder_name("p", Some(value)).unwrap(), format!("p={name}"), "{value}");
        }
    }

    #[test]
    fn a_name_that_would_be_too_long_is_told() {
        let name = |letter: &str, count| folder_name("cat", Some(&letter.repeat(count)));
        assert_eq!(name("书", 83).unwrap().len(), 4 + 83 * 3);
        let error = name("书", 84).unwrap_err();
        assert_eq!(
            error.to_string(),
            format!(
                "the partition column `cat` has the value `{}…` (84 letters), whose folder would have \
                 a name of 256 bytes; file systems take 255",
                "书".repeat(60)
            )
        );
        assert_eq!(name("a", 251).unwrap().len(), 255);
        assert!(name("a", 252).is_err());
        assert_eq!(name("/", 83).unwrap().len(), 4 + 83 * 3);
        assert!(name("/", 84).is_err());
    }

    #[test]
    fn a_key_longer_than_object_stores_take_names_the_longest_value() {
        let columns = ["country".to_owned(), "shop".to_owned()];
        let values = [Some("AT".to_owned()), Some("s".repeat(200))];
        assert_eq!(check_key(&"k".repeat(1024), &columns, &values), Ok(()));
        let error = check_key(&"k".repeat(1025), &columns, &values).unwrap_err().to_string();
        assert!(error.contains("`shop`") && error.contains("1025 bytes"), "{error}");
    }
}
