//! The local file system as a store that reads regular files only.
//!
//! Opening a named pipe waits for a writer, and a device may never end; the client would open both. So the type of a
//! file is checked each time it is opened, since it may have changed after the listing. The etag of a file includes its
//! change time (ctime), which no program can set: a rewrite with the same size and modification time is another version.

use std::fmt;
use std::io::{self, Read as _};
use std::ops::Range;
use std::os::unix::fs::MetadataExt;
use std::path::Path as LocalPath;

use async_trait::async_trait;
use bytes::Bytes;
use futures::stream::{BoxStream, StreamExt};
use object_store::local::LocalFileSystem;
use object_store::path::Path;
use object_store::{
    CopyOptions, Error, GetOptions, GetResult, ListResult, MultipartUpload, ObjectMeta,
    ObjectStore, PutMultipartOptions, PutOptions, PutPayload, PutResult, RenameOptions, Result,
};

/// The whole disk, by absolute paths.
#[derive(Debug, Default)]
pub(super) struct Disk(LocalFileSystem);

/// Why an existing object cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("`{path}` is {kind} and no file")]
struct NoFile {
    path: String,
    kind: &'static str,
}

/// What is at a path of this machine, links followed, if it is neither a file nor a folder.
pub(crate) fn oddity(path: &LocalPath) -> Option<&'static str> {
    use std::os::unix::fs::FileTypeExt;
    let kind = std::fs::metadata(path).ok()?.file_type();
    match () {
        () if kind.is_fifo() => Some("a pipe"),
        () if kind.is_socket() => Some("a socket"),
        () if kind.is_char_device() || kind.is_block_device() => Some("a device"),
        () => None,
    }
}

/// Whether a file has contents, whatever its stated size: virtual files state 0.
pub(crate) fn has_bytes(path: &LocalPath) -> bool {
    let first = || std::fs::File::open(path).and_then(|mut file| file.read(&mut [0]));
    oddity(path).is_none() && first().is_ok_and(|read| read > 0)
}

impl Disk {
    /// The metadata of a file; anything else is rejected.
    fn look(&self, at: &Path) -> Result<()> {
        let path = self.0.path_to_filesystem(at)?;
        match oddity(&path) {
            None => Ok(()),
            Some(kind) => {
                let path = path.display().to_string();
                Err(Error::Generic { store: "disk", source: Box::new(NoFile { path, kind }) })
            }
        }
    }

    /// The file as it is known here.
    fn known(&self, mut meta: ObjectMeta) -> ObjectMeta {
        let path = self.0.path_to_filesystem(&meta.location).ok();
        let there = path.and_then(|path| std::fs::metadata(path).ok());
        if let (Some(tag), Some(there)) = (&meta.e_tag, there) {
            let changed = format!("{:x}.{:x}", there.ctime(), there.ctime_nsec());
            meta.e_tag = Some(format!("{tag}-{changed}"));
        }
        meta
    }
}

impl fmt::Display for Disk {
    fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        formatter.write_str("disk")
    }
}

#[async_trait]
impl ObjectStore for Disk {
    async fn put_opts(&self, to: &Path, bytes: PutPayload, how: PutOptions) -> Result<PutResult> {
        self.0.put_opts(to, bytes, how).await
    }

    async fn put_multipart_opts(
        &self,
        to: &Path,
        how: PutMultipartOptions,
    ) -> Result<Box<dyn MultipartUpload>> {
        self.0.put_multipart_opts(to, how).await
    }

    async fn get_opts(&self, from: &Path, mut how: GetOptions) -> Result<GetResult> {
        self.look(from)?;
        let wanted = how.if_match.take();
        let mut found = self.0.get_opts(from, how).await?;
        found.meta = self.known(found.meta);
        match wanted {
            Some(tag) if tag != "*" && found.meta.e_tag.as_ref() != Some(&tag) => {
                let source = io::Error::other("the file was changed").into();
                Err(Error::Precondition { path: from.to_string(), source })
            }
            _ => Ok(found),
        }
    }

    async fn get_ranges(&self, from: &Path, ranges: &[Range<u64>]) -> Result<Vec<Bytes>> {
        self.look(from)?;
        self.0.get_ranges(from, ranges).await
    }

    fn delete_stream(
        &self,
        locations: BoxStream<'static, Result<Path>>,
    ) -> BoxStream<'static, Result<Path>> {
        self.0.delete_stream(locations)
    }

    fn list(&self, below: Option<&Path>) -> BoxStream<'static, Result<ObjectMeta>> {
        let disk = Self::default();
        self.0.list(below).map(move |found| found.map(|meta| disk.known(meta))).boxed()
    }

    fn list_with_offset(
        &self,
        below: Option<&Path>,
        after: &Path,
    ) -> BoxStream<'static, Result<ObjectMeta>> {
        let disk = Self::default();
        let listed = self.0.list_with_offset(below, after);
        listed.map(move |found| found.map(|meta| disk.known(meta))).boxed()
    }

    async fn list_with_delimiter(&self, below: Option<&Path>) -> Result<ListResult> {
        let listed = self.0.list_with_delimiter(below).await?;
        let objects = listed.objects.into_iter().map(|meta| self.known(meta)).collect();
        Ok(ListResult { objects, ..listed })
    }

    async fn copy_opts(&self, from: &Path, to: &Path, how: CopyOptions) -> Result<()> {
        self.look(from)?;
        self.0.copy_opts(from, to, how).await
    }

    async fn rename_opts(&self, from: &Path, to: &Path, how: RenameOptions) -> Result<()> {
        self.0.rename_opts(from, to, how).await
    }
}

#[cfg(test)]
mod tests {
    use std::fs::{File, FileTimes};
    use std::os::unix::net::UnixListener;
    use std::time::SystemTime;

    use object_store::path::Path;
    use object_store::{GetOptions, ObjectStore, ObjectStoreExt};

    use super::{Disk, oddity};

    #[tokio::test]
    async fn what_is_no_file_is_not_opened() {
        let folder = tempfile::tempdir().unwrap();
        let socket = folder.path().join("socket");
        let _listener = UnixListener::bind(&socket).unwrap();
        assert_eq!(oddity(&socket), Some("a socket"));
        assert_eq!(oddity(std::path::Path::new("/dev/null")), Some("a device"));
        assert_eq!(oddity(folder.path()), None);
        let path = Path::from_absolute_path(&socket).unwrap();
        let error = Disk::default().get(&path).await.unwrap_err().to_string();
        assert!(error.contains("is a socket and no file"), "{error}");
    }

    #[tokio::test]
    async fn a_rewrite_of_the_same_size_and_time_is_another_file() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a.csv");
        let write = |text: &str| {
            std::fs::write(&file, text).unwrap();
            let times = FileTimes::new().set_modified(SystemTime::UNIX_EPOCH);
            File::options().write(true).open(&file).unwrap().set_times(times).unwrap();
        };
        let (disk, path) = (Disk::default(), Path::from_absolute_path(&file).unwrap());
        write("one");
        let first = disk.head(&path).await.unwrap();
        let same = GetOptions { if_match: first.e_tag.clone(), ..GetOptions::default() };
        assert!(disk.get_opts(&path, same.clone()).await.is_ok());
        std::thread::sleep(std::time::Duration::from_millis(20));
        write("two");
        let second = disk.head(&path).await.unwrap();
        assert_eq!((first.size, first.last_modified), (second.size, second.last_modified));
        assert_ne!(first.e_tag, second.e_tag);
        assert!(disk.get_opts(&path, same).await.is_err());
    }
}
