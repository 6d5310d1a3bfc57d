//! Comparison of locations by their text only: whether one contains the other.

use std::path::Path;

use super::{Location, Named, named};

/// A store and a path in it, wildcards and all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    store: String,
    path: String,
}

impl Address {
    /// The address of a location; `None` for one that cannot be parsed or is on a web server.
    /// Relative paths start at `base`.
    pub fn of(location: &str, base: &Path) -> Option<Self> {
        let (store, path) = match named(location).ok()? {
            Named::Local(written) => return Self::local(&written.absolute(base).ok()?),
            #[cfg(feature = "s3")]
            Named::S3(bucket) => (bucket.url, bucket.path),
            #[cfg(feature = "gcs")]
            Named::Gcs(bucket) => (bucket.url, bucket.path),
            #[cfg(feature = "azure")]
            Named::Azure(container) => (container.url, container.path),
            #[cfg(feature = "http")]
            Named::Web(_) => return None,
        };
        Some(Self { store: store.as_str().to_owned(), path: path.to_string() })
    }

    /// The address of an opened location.
    pub fn of_location(location: &Location) -> Option<Self> {
        if let Some(path) = &location.local {
            return Self::local(path);
        }
        let (store, path) = (location.url.as_str().to_owned(), location.path.to_string());
        Some(Self { store, path })
    }

    fn local(path: &Path) -> Option<Self> {
        let path = path.to_str()?.trim_end_matches('/').to_owned();
        Some(Self { store: String::new(), path })
    }

    /// The path as one of this machine, if it is one.
    pub fn on_disk(&self) -> Option<&Path> {
        self.store.is_empty().then(|| Path::new(&self.path))
    }

    /// The path from `folder` on, if this lies in it; empty if it is the folder.
    pub fn below(&self, folder: &Self) -> Option<&str> {
        let rest = self.path.strip_prefix(&folder.path).filter(|_| self.store == folder.store)?;
        match rest.strip_prefix('/') {
            Some(rest) => Some(rest),
            None => (rest.is_empty() || folder.path.is_empty()).then_some(rest),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Address;
    use std::path::Path;

    fn below(location: &str, folder: &str) -> Option<String> {
        let of = |text| Address::of(text, Path::new("/nowhere")).unwrap();
        of(location).below(&of(folder)).map(str::to_owned)
    }

    #[test]
    fn a_location_lies_in_a_folder_however_the_two_are_written() {
        assert_eq!(below("out/wh/o/*.parquet", "out/wh/").as_deref(), Some("o/*.parquet"));
        assert_eq!(below("file:///nowhere/out/wh", "./out").as_deref(), Some("wh"));
        assert_eq!(below("/nowhere/out", "out").as_deref(), Some(""));
        assert_eq!(below("out/*", ".").as_deref(), Some("out/*"));
        assert_eq!(below("output/a", "out"), None);
        assert_eq!(below("out", "out/wh"), None);
    }

    #[cfg(feature = "s3")]
    #[test]
    fn buckets_are_told_apart() {
        assert_eq!(below("s3://shop/raw/a", "s3://shop").as_deref(), Some("raw/a"));
        assert_eq!(below("s3://shop/raw/a", "s3://shop/raw/").as_deref(), Some("a"));
        assert_eq!(below("s3://other/raw/a", "s3://shop/raw"), None);
        assert_eq!(below("s3://shop/nowhere/a", "/nowhere"), None);
    }
}
