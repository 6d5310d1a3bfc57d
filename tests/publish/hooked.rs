//! A store in which something happens at a chosen call.

use std::fmt;
use std::future::Future;
use std::ops::Range;
use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use chrono::TimeDelta;
use futures::stream::BoxStream;
use futures::{FutureExt, StreamExt};
use object_store::path::Path;
use object_store::{
    CopyOptions, Error, GetOptions, GetResult, ListResult, MultipartUpload, ObjectMeta,
    ObjectStore, ObjectStoreExt, PutMultipartOptions, PutOptions, PutPayload, PutResult,
    RenameOptions, Result,
};

/// The calls to a store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Call {
    /// Whether an object is there.
    Head,
    /// What is there.
    Read,
    /// Another state.
    Write,
}

/// What happens at a call.
#[async_trait]
pub(super) trait Hook: fmt::Debug + Send + Sync + 'static {
    /// Before it; an error is the answer. Returns the error to answer with once it has been done.
    async fn on(&self, call: Call) -> Result<Option<Error>>;

    /// How old an object is said to be besides.
    fn age(&self, _: &Path) -> TimeDelta {
        TimeDelta::zero()
    }
}

/// A store and what happens at its calls.
#[derive(Debug, Clone)]
pub(super) struct Hooked {
    pub(super) store: Arc<dyn ObjectStore>,
    pub(super) hook: Arc<dyn Hook>,
}

impl Hooked {
    async fn done<T>(&self, call: Call, effect: impl Future<Output = Result<T>>) -> Result<T> {
        let afterwards = self.hook.on(call).await?;
        let done = effect.await?;
        afterwards.map_or(Ok(done), Err)
    }

    async fn deleted(self, location: Result<Path>) -> Result<Path> {
        let location = location?;
        self.done(Call::Write, self.store.delete(&location)).await?;
        Ok(location)
    }
}

impl fmt::Display for Hooked {
    fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        write!(formatter, "hooked {}", self.store)
    }
}

#[async_trait]
impl ObjectStore for Hooked {
    async fn put_opts(&self, to: &Path, bytes: PutPayload, how: PutOptions) -> Result<PutResult> {
        self.done(Call::Write, self.store.put_opts(to, bytes, how)).await
    }

    async fn put_multipart_opts(
        &self,
        to: &Path,
        how: PutMultipartOptions,
    ) -> Result<Box<dyn MultipartUpload>> {
        self.done(Call::Write, self.store.put_multipart_opts(to, how)).await
    }

    async fn get_opts(&self, from: &Path, how: GetOptions) -> Result<GetResult> {
        let call = if how.head { Call::Head } else { Call::Read };
        let mut got = self.done(call, self.store.get_opts(from, how)).await?;
        got.meta.last_modified -= self.hook.age(from);
        Ok(got)
    }

    async fn get_ranges(&self, from: &Path, ranges: &[Range<u64>]) -> Result<Vec<Bytes>> {
        self.done(Call::Read, self.store.get_ranges(from, ranges)).await
    }

    fn delete_stream(
        &self,
        locations: BoxStream<'static, Result<Path>>,
    ) -> BoxStream<'static, Result<Path>> {
        let this = self.clone();
        locations.then(move |location| this.clone().deleted(location)).boxed()
    }

    fn list(&self, below: Option<&Path>) -> BoxStream<'static, Result<ObjectMeta>> {
        let (this, below) = (self.clone(), below.cloned());
        let listed = async move {
            match this.hook.on(Call::Read).await {
                Ok(_) => this.store.list(below.as_ref()),
                Err(error) => futures::stream::once(async { Err(error) }).boxed(),
            }
        };
        listed.flatten_stream().boxed()
    }

    async fn list_with_delimiter(&self, below: Option<&Path>) -> Result<ListResult> {
        self.done(Call::Read, self.store.list_with_delimiter(below)).await
    }

    async fn copy_opts(&self, from: &Path, to: &Path, how: CopyOptions) -> Result<()> {
        self.done(Call::Write, self.store.copy_opts(from, to, how)).await
    }

    async fn rename_opts(&self, from: &Path, to: &Path, how: RenameOptions) -> Result<()> {
        self.done(Call::Write, self.store.rename_opts(from, to, how)).await
    }
}
