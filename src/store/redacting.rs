//! A redacted store: neither it nor its errors show a secret when printed.
//!
//! The clients of the clouds print keys and tokens as part of themselves, and plans and errors
//! print the stores that they contain. Responses of servers may quote what was signed. So every
//! client is wrapped, and every error is reduced to status and code.

use std::collections::BTreeSet;
use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use futures::future::ready;
use futures::stream::{self, BoxStream, StreamExt, TryStreamExt};
use object_store::list::PaginatedListStore;
use object_store::path::Path;
use object_store::{
    CopyMode, CopyOptions, GetOptions, GetResult, GetResultPayload, ListResult, MultipartUpload,
    ObjectMeta, ObjectStore, PutMultipartOptions, PutOptions, PutPayload, PutResult, Result,
    UploadPart,
};

use super::error::cut_down;
use super::listing;

/// A client that is identified by its location only.
pub(super) struct Redacting<S> {
    client: Arc<S>,
    shown: String,
    mixes_up_copies: bool,
}

impl<S: ObjectStore + PaginatedListStore> Redacting<S> {
    /// Hides `client` behind `shown`, a location without secrets.
    pub(super) fn hide(client: S, shown: &str) -> Arc<dyn ObjectStore> {
        Arc::new(Self { client: Arc::new(client), shown: shown.to_owned(), mixes_up_copies: false })
    }

    /// The same for a client that confuses the two kinds of copy: with
    /// and without overwriting.
    pub(super) fn hide_mixed_up(client: S, shown: &str) -> Arc<dyn ObjectStore> {
        Arc::new(Self { client: Arc::new(client), shown: shown.to_owned(), mixes_up_copies: true })
    }
}

impl<S> fmt::Debug for Redacting<S> {
    fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        write!(formatter, "store of {}", self.shown)
    }
}

impl<S> fmt::Display for Redacting<S> {
    fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        fmt::Debug::fmt(self, formatter)
    }
}

#[async_trait]
impl<S: ObjectStore + PaginatedListStore> ObjectStore for Redacting<S> {
    async fn put_opts(&self, to: &Path, bytes: PutPayload, how: PutOptions) -> Result<PutResult> {
        self.client.put_opts(to, bytes, how).await.map_err(cut_down)
    }

    async fn put_multipart_opts(
        &self,
        to: &Path,
        how: PutMultipartOptions,
    ) -> Result<Box<dyn MultipartUpload>> {
        let upload = self.client.put_multipart_opts(to, how).await.map_err(cut_down)?;
        Ok(Box::new(Upload(upload)))
    }

    async fn get_opts(&self, from: &Path, how: GetOptions) -> Result<GetResult> {
        let mut found = self.client.get_opts(from, how).await.map_err(cut_down)?;
        listing::believed(&found.meta)?;
        if let GetResultPayload::Stream(pieces) = found.payload {
            found.payload = GetResultPayload::Stream(pieces.map_err(cut_down).boxed());
        }
        Ok(found)
    }

    async fn get_ranges(&self, from: &Path, ranges: &[Range<u64>]) -> Result<Vec<Bytes>> {
        self.client.get_ranges(from, ranges).await.map_err(cut_down)
    }

    fn delete_stream(
        &self,
        locations: BoxStream<'static, Result<Path>>,
    ) -> BoxStream<'static, Result<Path>> {
        self.client.delete_stream(locations).map_err(cut_down).boxed()
    }

    fn list(&self, below: Option<&Path>) -> BoxStream<'static, Result<ObjectMeta>> {
        let pages = listing::pages(Arc::clone(&self.client), below, false).map_err(cut_down);
        pages.map_ok(|page| stream::iter(page.objects.into_iter().map(Ok))).try_flatten().boxed()
    }

    fn list_with_offset(
        &self,
        below: Option<&Path>,
        after: &Path,
    ) -> BoxStream<'static, Result<ObjectMeta>> {
        let after = after.clone();
        self.list(below).try_filter(move |found| ready(found.location > after)).boxed()
    }

    async fn list_with_delimiter(&self, below: Option<&Path>) -> Result<ListResult> {
        let mut pages = listing::pages(Arc::clone(&self.client), below, true).map_err(cut_down);
        let (mut folders, mut objects) = (BTreeSet::new(), Vec::new());
        while let Some(page) = pages.try_next().await? {
            folders.extend(page.common_prefixes);
            objects.extend(page.objects);
        }
        Ok(ListResult { common_prefixes: folders.into_iter().collect(), objects })
    }

    async fn copy_opts(&self, from: &Path, to: &Path, how: CopyOptions) -> Result<()> {
        let mode = match (self.mixes_up_copies, how.mode) {
            (false, mode) => mode,
            (true, CopyMode::Overwrite) => CopyMode::Create,
            (true, CopyMode::Create) => CopyMode::Overwrite,
        };
        let copied = self.client.copy_opts(from, to, CopyOptions { mode, ..how }).await;
        copied.map_err(cut_down)
    }
}

/// A multipart upload, whose errors are redacted like those of its store.
#[derive(Debug)]
struct Upload(Box<dyn MultipartUpload>);

#[async_trait]
impl MultipartUpload for Upload {
    fn put_part(&mut self, bytes: PutPayload) -> UploadPart {
        let put = self.0.put_part(bytes);
        Box::pin(async move { put.await.map_err(cut_down) })
    }

    async fn complete(&mut self) -> Result<PutResult> {
        self.0.complete().await.map_err(cut_down)
    }

    async fn abort(&mut self) -> Result<()> {
        self.0.abort().await.map_err(cut_down)
    }
}
