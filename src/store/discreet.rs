//! A store that keeps its secrets when it is printed.
//!
//! The clients of the clouds print keys and tokens as part of themselves, and plans and errors print
//! the stores they hold. So no client is handed out bare.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use futures::stream::BoxStream;
use object_store::path::Path;
use object_store::{
    CopyMode, CopyOptions, GetOptions, GetResult, ListResult, MultipartUpload, ObjectMeta,
    ObjectStore, PutMultipartOptions, PutOptions, PutPayload, PutResult, Result,
};

/// A client that is known by its location only.
pub(super) struct Discreet<S> {
    client: S,
    shown: String,
    mixes_up_copies: bool,
}

impl<S: ObjectStore> Discreet<S> {
    /// Hides `client` behind `shown`, a location without secrets.
    pub(super) fn hide(client: S, shown: &str) -> Arc<dyn ObjectStore> {
        Arc::new(Self { client, shown: shown.to_owned(), mixes_up_copies: false })
    }

    /// The same for a client that takes one kind of copy for the other: one that is to replace what
    /// is there, and one that is not to.
    pub(super) fn hide_mixed_up(client: S, shown: &str) -> Arc<dyn ObjectStore> {
        Arc::new(Self { client, shown: shown.to_owned(), mixes_up_copies: true })
    }
}

impl<S> fmt::Debug for Discreet<S> {
    fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        write!(formatter, "store of {}", self.shown)
    }
}

impl<S> fmt::Display for Discreet<S> {
    fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        fmt::Debug::fmt(self, formatter)
    }
}

#[async_trait]
impl<S: ObjectStore> ObjectStore for Discreet<S> {
    async fn put_opts(&self, to: &Path, bytes: PutPayload, how: PutOptions) -> Result<PutResult> {
        self.client.put_opts(to, bytes, how).await
    }

    async fn put_multipart_opts(
        &self,
        to: &Path,
        how: PutMultipartOptions,
    ) -> Result<Box<dyn MultipartUpload>> {
        self.client.put_multipart_opts(to, how).await
    }

    async fn get_opts(&self, from: &Path, how: GetOptions) -> Result<GetResult> {
        self.client.get_opts(from, how).await
    }

    async fn get_ranges(&self, from: &Path, ranges: &[Range<u64>]) -> Result<Vec<Bytes>> {
        self.client.get_ranges(from, ranges).await
    }

    fn delete_stream(
        &self,
        locations: BoxStream<'static, Result<Path>>,
    ) -> BoxStream<'static, Result<Path>> {
        self.client.delete_stream(locations)
    }

    fn list(&self, below: Option<&Path>) -> BoxStream<'static, Result<ObjectMeta>> {
        self.client.list(below)
    }

    fn list_with_offset(
        &self,
        below: Option<&Path>,
        after: &Path,
    ) -> BoxStream<'static, Result<ObjectMeta>> {
        self.client.list_with_offset(below, after)
    }

    async fn list_with_delimiter(&self, below: Option<&Path>) -> Result<ListResult> {
        self.client.list_with_delimiter(below).await
    }

    async fn copy_opts(&self, from: &Path, to: &Path, how: CopyOptions) -> Result<()> {
        let mode = match (self.mixes_up_copies, how.mode) {
            (false, mode) => mode,
            (true, CopyMode::Overwrite) => CopyMode::Create,
            (true, CopyMode::Create) => CopyMode::Overwrite,
        };
        self.client.copy_opts(from, to, CopyOptions { mode, ..how }).await
    }
}
