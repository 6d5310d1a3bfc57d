//! The target of a writer: folder, layout and encoding, as data that an engine in another process receives as JSON.

use datafusion::error::{DataFusionError, Result};
use datafusion::execution::object_store::ObjectStoreUrl;
use object_store::path::Path;
use serde::{Deserialize, Serialize};

use super::LayoutError;
use super::parquet::store_error;
use crate::folder::{check_key, folders};
use crate::store::Location;

/// Where and how a table's rows are written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Target {
    /// Where the files lie.
    pub folder: Folder,
    /// Which rows are in which file, and in which order.
    pub layout: Layout,
    /// How files are encoded.
    pub encoding: Encoding,
}

/// A folder of a store.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "FolderText", into = "FolderText")]
pub struct Folder {
    /// The store, as sessions know it.
    pub store: ObjectStoreUrl,
    /// The path in it.
    pub path: Path,
}

/// Which rows of a table are in which file, and in which order.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Layout {
    /// Partitions that all rows share, as column and value, outermost first: the period.
    pub fixed: Vec<(String, String)>,
    /// Columns of the rows whose values are folders.
    pub partition_by: Vec<String>,
    /// Whether the columns of both are in the files too.
    pub in_files: bool,
    /// The order of rows in a file; without one, rows are written in the order of arrival.
    pub sort_by: Vec<String>,
}

/// How files are encoded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Encoding {
    /// For the run only: written fast rather than small.
    Scratch,
    /// For people: small, and with statistics of every page.
    Kept {
        /// What readers find in every file's metadata about the table, as JSON.
        description: Option<String>,
    },
}

impl Encoding {
    /// The metadata about the table in every file, if any.
    pub fn description(&self) -> Option<&str> {
        match self {
            Self::Scratch => None,
            Self::Kept { description } => description.as_deref(),
        }
    }
}

impl Target {
    /// A folder for the run only, its rows in files in the order of arrival.
    pub fn scratch(folder: Folder) -> Self {
        Self { folder, layout: Layout::default(), encoding: Encoding::Scratch }
    }

    /// A file of the target, by its path below the folder: a part of the rows with these values of the
    /// partition columns.
    ///
    /// # Errors
    /// A value cannot be a folder's name.
    pub(super) fn file(&self, partition: &[Option<String>], part: usize) -> Result<String> {
        let folders = folders(&self.layout.partition_columns(), &self.values(partition.to_vec()))?;
        Ok(format!("{folders}part-{part:05}.parquet"))
    }

    /// All partition values of such a file, outermost first.
    pub(super) fn values(&self, partition: Vec<Option<String>>) -> Vec<Option<String>> {
        let fixed = self.layout.fixed.iter().map(|(_, value)| Some(value.clone()));
        fixed.chain(partition).collect()
    }

    /// Whether the store takes the key of a file.
    ///
    /// # Errors
    /// It is too long.
    pub(super) fn check_key(
        &self,
        file: &Path,
        partition: &[Option<String>],
    ) -> Result<(), LayoutError> {
        match self.folder.is_on_disk() {
            true => Ok(()),
            false => check_key(file.as_ref(), &self.layout.partition_by, partition),
        }
    }
}

impl Folder {
    /// The folder at a location.
    pub fn of(location: &Location) -> Self {
        Self { store: location.url.clone(), path: location.path.clone() }
    }

    /// A folder in this one.
    #[must_use]
    pub fn join(&self, name: &str) -> Self {
        Self { store: self.store.clone(), path: self.path.clone().join(name) }
    }

    /// A file below this folder, its path already encoded.
    ///
    /// # Errors
    /// The text is not a path.
    pub(crate) fn file(&self, below: &str) -> Result<Path> {
        let path = Path::parse(format!("{}/{below}", self.path));
        path.map_err(|error| store_error(error.into()))
    }

    fn is_on_disk(&self) -> bool {
        self.store.as_str().starts_with("file:")
    }
}

impl Layout {
    /// The columns whose values are folders, outermost first.
    pub fn partition_columns(&self) -> Vec<String> {
        let fixed = self.fixed.iter().map(|(column, _)| column.clone());
        fixed.chain(self.partition_by.iter().cloned()).collect()
    }

    /// Whether a column is in the files, given that the table has it.
    pub fn stores(&self, column: &str) -> bool {
        let is_fixed = || self.fixed.iter().any(|(name, _)| name == column);
        self.in_files || !is_fixed() && !self.partition_by.iter().any(|name| name == column)
    }

    /// Whether rows have one order, so that which file they are in does not depend on tasks.
    pub(super) fn is_ordered(&self) -> bool {
        !self.sort_by.is_empty() || !self.partition_by.is_empty()
    }
}

/// A folder as text.
#[derive(Serialize, Deserialize)]
struct FolderText {
    store: String,
    path: String,
}

impl From<Folder> for FolderText {
    fn from(folder: Folder) -> Self {
        Self { store: folder.store.as_str().to_owned(), path: folder.path.into() }
    }
}

impl TryFrom<FolderText> for Folder {
    type Error = DataFusionError;

    fn try_from(text: FolderText) -> Result<Self> {
        let path = Path::parse(text.path).map_err(|error| store_error(error.into()))?;
        Ok(Self { store: ObjectStoreUrl::parse(text.store)?, path })
    }
}

#[cfg(test)]
mod tests {
    use super::{Encoding, Folder, Layout, Target};

    fn target(store: &str) -> Target {
        let folder = Folder {
            store: super::ObjectStoreUrl::parse(store).unwrap(),
            path: super::Path::parse("wh/city=Z%C3%BCrich").unwrap(),
        };
        let layout = Layout {
            fixed: vec![("period".into(), "2026-10-01".into())],
            partition_by: vec!["country".into()],
            in_files: true,
            sort_by: vec!["id".into()],
        };
        Target { folder, layout, encoding: Encoding::Kept { description: Some("{}".into()) } }
    }

    #[test]
    fn a_target_is_the_same_once_it_has_been_text() {
        for (store, encoding) in [
            ("file:///", Encoding::Scratch),
            ("s3://bucket", Encoding::Kept { description: None }),
            ("az://container", Encoding::Kept { description: Some("{\"a\": 1}".into()) }),
        ] {
            let target = Target { encoding, ..target(store) };
            let text = serde_json::to_string(&target).unwrap();
            assert_eq!(serde_json::from_str::<Target>(&text).unwrap(), target, "{text}");
        }
    }

    #[test]
    fn a_text_that_names_no_store_is_no_target() {
        let text = serde_json::to_string(&target("s3://bucket")).unwrap();
        let wrong = text.replace("s3://bucket/", "bucket");
        assert_ne!(wrong, text);
        assert!(serde_json::from_str::<Target>(&wrong).is_err());
    }

    #[test]
    fn a_file_lies_in_the_folders_of_its_partitions() {
        let target = target("s3://bucket");
        let partition = [Some("AT".to_owned())];
        let file = target.file(&partition, 7).unwrap();
        assert_eq!(file, "period=2026-10-01/country=AT/part-00007.parquet");
        let all = [Some("2026-10-01".to_owned()), Some("AT".to_owned())];
        assert_eq!(target.values(partition.to_vec()), all);
        assert_eq!(target.layout.partition_columns(), ["period", "country"]);
    }
}
