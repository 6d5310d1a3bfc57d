//! Files of web servers, read-only.
//!
//! Plain servers do not list their files, so that every file must be named. Some do not support
//! range requests either; then the whole file is downloaded once, to an unnamed temporary file, and
//! ranges are read from there. The query behind a `?` (a signature, as a rule) is sent with every
//! request and never shown.

use std::collections::HashMap;
use std::fmt;
use std::fs::File;
use std::io::Write;
use std::ops::Range;
use std::os::unix::fs::FileExt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use datafusion::execution::object_store::ObjectStoreUrl;
use futures::stream::{self, BoxStream, StreamExt, TryStreamExt};
use object_store::http::{HttpBuilder, HttpStore};
use object_store::list::{PaginatedListOptions, PaginatedListResult, PaginatedListStore};
use object_store::path::Path;
use object_store::{
    Attributes, CopyOptions, Error, GetOptions, GetRange, GetResult, GetResultPayload, ListResult,
    MultipartUpload, ObjectMeta, ObjectStore, PutMultipartOptions, PutOptions, PutPayload,
    PutResult, Result,
};
use sha2::{Digest, Sha256};
use tokio::sync::OnceCell;

use super::client::Connector;
use super::error::is_unheard;
use super::redact::is_encoded_mark;
use super::redacting::Redacting;
use super::{Location, StoreError, retry};

/// The time limit for a file without range requests.
const WHOLE_TIMEOUT: Duration = Duration::from_hours(1);

/// A file of a web server.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Page {
    /// The server, and the query of every request.
    base: String,
    url: ObjectStoreUrl,
    path: Path,
}

impl Page {
    /// Reads `location`, which is `scheme`, `://` and `rest`.
    pub(super) fn named(location: &str, scheme: &str, rest: &str) -> Result<Self, StoreError> {
        let wrong = |problem: &str| StoreError::location(location, problem);
        let (place, query) = rest.split_once('?').unwrap_or((rest, ""));
        let (server, path) = place.split_once('/').unwrap_or((place, ""));
        if server.contains('\\') {
            return Err(wrong("a `\\` is no part of a URL: write `/`"));
        }
        if server.contains('@') {
            return Err(wrong("a name and password before the host are not supported"));
        }
        let marks = place.match_indices('%').any(|(at, _)| is_encoded_mark(&place[at..]));
        if rest.contains('#') || marks {
            return Err(wrong(
                "`#` is for browsers, and a `?` or `#` that is written as `%3F` or `%23` would be part \
                 of the file's name: leave out what is behind it, or write a signature behind a plain `?`",
            ));
        }
        if path.contains(['*', '[']) || server.contains('*') {
            return Err(wrong(
                "web servers do not list their files, so that `*` and `[…]` cannot be used: name \
                 the files, as in `{january,february}.csv`",
            ));
        }
        let path = Path::from_url_path(path)
            .map_err(|_| wrong("a part of its path is empty, `.` or `..`"))?;
        let base = format!("{scheme}://{server}/?{query}");
        let base = url::Url::parse(base.trim_end_matches('?'))
            .map_err(|_| wrong("it does not name a server"))?;
        let url = session_name(&base).ok_or_else(|| wrong("it does not name a server"))?;
        Ok(Self { base: base.to_string(), url, path })
    }
}

/// The name of a server in a session. With a query it is a separate server: another signature may
/// open other files.
fn session_name(base: &url::Url) -> Option<ObjectStoreUrl> {
    let (host, port) = (base.host_str()?, base.port_or_known_default()?);
    let server = match base.query() {
        None => format!("{host}:{port}"),
        Some(query) => {
            let mark = format!("{:x}", Sha256::digest(query));
            format!("{}.signed-{}:{port}", host.replace(['[', ']', ':'], "-"), &mark[..8])
        }
    };
    ObjectStoreUrl::parse(format!("{}://{server}", base.scheme())).ok()
}

/// Opens a server; `location` is what was written.
pub(super) fn open(location: &str, page: Page) -> Result<Location, StoreError> {
    let client = |timeout: Option<Duration>| {
        let limits = retry::timeouts().with_allow_http(page.base.starts_with("http://"));
        let limits = match timeout {
            Some(timeout) => limits.with_timeout(timeout),
            None => limits,
        };
        HttpBuilder::new()
            .with_url(&page.base)
            .with_client_options(limits)
            .with_retry(retry::config())
            .with_http_connector(Connector::Following)
            .build()
            .map_err(|error| StoreError::access(location, &error))
    };
    let store = Web {
        parts: client(None)?,
        whole: client(Some(WHOLE_TIMEOUT))?,
        shown: page.url.to_string(),
        is_plain: AtomicBool::new(false),
        fetched: Mutex::default(),
    };
    let store = Redacting::hide(store, page.url.as_str());
    Ok(Location { url: page.url, store, path: page.path, local: None })
}

/// A server, and the files that were fetched from it as a whole.
struct Web {
    parts: HttpStore,
    whole: HttpStore,
    shown: String,
    /// Whether it has rejected a range request.
    is_plain: AtomicBool,
    fetched: Mutex<HashMap<Path, Arc<OnceCell<Arc<Fetched>>>>>,
}

/// A file of the server on this machine's disk.
struct Fetched {
    file: File,
    meta: ObjectMeta,
}

impl Web {
    /// The metadata of a file. Some servers, and most signatures, do
    /// not allow `HEAD`.
    async fn head(&self, from: &Path) -> Result<GetResult> {
        let head = GetOptions { head: true, ..GetOptions::default() };
        let refused = match self.parts.get_opts(from, head).await {
            Err(refused) if !is_unheard(&refused) => refused,
            answered => return answered,
        };
        let first = GetOptions { range: Some((0..1).into()), ..GetOptions::default() };
        match self.parts.get_opts(from, first).await {
            Ok(found) => Ok(nothing_of(found.meta)),
            // No ranges, or not even a first byte.
            Err(Error::NotSupported { .. } | Error::Generic { .. }) => {
                let whole = self.fetched(from).await.map_err(|_| refused)?;
                Ok(nothing_of(whole.meta.clone()))
            }
            Err(_) => Err(refused),
        }
    }

    async fn part(&self, from: &Path, how: GetOptions) -> Result<GetResult> {
        let Some(range) = how.range.clone() else { return self.whole.get_opts(from, how).await };
        if !self.is_plain.load(Ordering::Relaxed) {
            match self.parts.get_opts(from, how).await {
                Err(Error::NotSupported { .. }) => self.is_plain.store(true, Ordering::Relaxed),
                answered => return answered,
            }
        }
        self.fetched(from).await?.part(&range)
    }

    /// The whole file, fetched by the first request.
    async fn fetched(&self, from: &Path) -> Result<Arc<Fetched>> {
        let cell = {
            let mut fetched = self.fetched.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(fetched.entry(from.clone()).or_default())
        };
        cell.get_or_try_init(|| self.fetch(from)).await.cloned()
    }

    async fn fetch(&self, from: &Path) -> Result<Arc<Fetched>> {
        let found = self.whole.get_opts(from, GetOptions::default()).await?;
        let meta = found.meta.clone();
        let mut file = tempfile::tempfile().map_err(failed)?;
        let mut pieces = found.into_stream();
        while let Some(piece) = pieces.try_next().await? {
            file.write_all(&piece).map_err(failed)?;
        }
        Ok(Arc::new(Fetched { file, meta }))
    }
}

impl Fetched {
    fn part(&self, range: &GetRange) -> Result<GetResult> {
        let size = self.meta.size;
        let range = match range {
            GetRange::Bounded(range) => range.start.min(size)..range.end.min(size),
            GetRange::Offset(start) => *start.min(&size)..size,
            GetRange::Suffix(length) => size.saturating_sub(*length)..size,
        };
        let mut bytes = vec![0; usize::try_from(range.end - range.start).unwrap_or(usize::MAX)];
        self.file.read_exact_at(&mut bytes, range.start).map_err(failed)?;
        Ok(answer(self.meta.clone(), range, bytes.into()))
    }
}

fn nothing_of(meta: ObjectMeta) -> GetResult {
    answer(meta, 0..0, Bytes::new())
}

fn answer(meta: ObjectMeta, range: Range<u64>, bytes: Bytes) -> GetResult {
    let payload = GetResultPayload::Stream(stream::iter([Ok(bytes)]).boxed());
    GetResult { payload, meta, range, attributes: Attributes::default() }
}

fn failed(error: std::io::Error) -> Error {
    Error::Generic { store: "HTTP", source: Box::new(error) }
}

fn read_only() -> Error {
    Error::NotSupported { source: "web servers are for reading".into() }
}

fn unlisted() -> Error {
    Error::NotSupported { source: "web servers do not list their files".into() }
}

impl fmt::Debug for Web {
    fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        write!(formatter, "store of {}", self.shown)
    }
}

impl fmt::Display for Web {
    fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        fmt::Debug::fmt(self, formatter)
    }
}

#[async_trait]
impl PaginatedListStore for Web {
    async fn list_paginated(
        &self,
        _: Option<&str>,
        _: PaginatedListOptions,
    ) -> Result<PaginatedListResult> {
        Err(unlisted())
    }
}

#[async_trait]
impl ObjectStore for Web {
    async fn put_opts(&self, _: &Path, _: PutPayload, _: PutOptions) -> Result<PutResult> {
        Err(read_only())
    }

    async fn put_multipart_opts(
        &self,
        _: &Path,
        _: PutMultipartOptions,
    ) -> Result<Box<dyn MultipartUpload>> {
        Err(read_only())
    }

    async fn get_opts(&self, from: &Path, how: GetOptions) -> Result<GetResult> {
        if how.head { self.head(from).await } else { self.part(from, how).await }
    }

    fn delete_stream(
        &self,
        _: BoxStream<'static, Result<Path>>,
    ) -> BoxStream<'static, Result<Path>> {
        stream::iter([Err(read_only())]).boxed()
    }

    fn list(&self, _: Option<&Path>) -> BoxStream<'static, Result<ObjectMeta>> {
        stream::iter([Err(unlisted())]).boxed()
    }

    async fn list_with_delimiter(&self, _: Option<&Path>) -> Result<ListResult> {
        Err(unlisted())
    }

    async fn copy_opts(&self, _: &Path, _: &Path, _: CopyOptions) -> Result<()> {
        Err(read_only())
    }
}

#[cfg(test)]
mod tests {
    use super::{Page, open};

    fn named(rest: &str) -> Result<Page, String> {
        Page::named(&format!("https://{rest}"), "https", rest).map_err(|error| error.to_string())
    }

    #[test]
    fn server_path_and_query_are_told_apart() {
        let page = named("files.example.org/raw/a%20b.csv?sig=secret&x=1")
            .unwrap_or_else(|e| panic!("{e}"));
        assert_eq!(page.base, "https://files.example.org/?sig=secret&x=1");
        assert_eq!(page.path.as_ref(), "raw/a b.csv");
        assert!(!page.url.as_str().contains("secret"), "{}", page.url);
    }

    #[test]
    fn other_signatures_are_other_stores() {
        let url = |rest: &str| named(rest).ok().map(|page| page.url);
        assert_ne!(url("host/a?sig=1"), url("host/a?sig=2"));
        assert_eq!(url("host/a"), url("host/b"));
        assert_ne!(url("host/a"), url("host:8443/a"));
    }

    #[test]
    fn wildcards_are_refused_with_the_reason() {
        for rest in ["host/*.csv", "host/[ab].csv", "host/**/a.csv"] {
            let error = named(rest).err().unwrap_or_default();
            assert!(error.contains("do not list") && error.contains("{january"), "{error}");
        }
    }

    #[test]
    fn a_step_up_is_refused_however_it_is_written() {
        for rest in ["host/../a", "host/a/%2e%2e/b", "host/a/%2E./b", "host/a//b"] {
            assert!(named(rest).is_err(), "{rest}");
        }
    }

    #[test]
    fn what_is_behind_the_question_mark_is_never_printed() {
        let page = named("host/a.csv?sig=secret").unwrap_or_else(|error| panic!("{error}"));
        let place = open("https://host/a.csv?sig=secret", page).unwrap();
        assert!(!format!("{place:?} {:?}", place.store).contains("secret"));
    }

    #[test]
    fn what_would_be_asked_for_as_part_of_a_name_is_refused_without_being_shown() {
        for rest in
            ["h/a#secret", "h/a%3Ftoken=secret", "h/a%2523secret", "h#secret", "h/a?b#secret"]
        {
            let error = named(rest).err().unwrap_or_default();
            assert!(error.contains("is for browsers") && !error.contains("secret"), "{error}");
        }
        assert!(named("h/a%25.csv?x=%3F%23").is_ok());
    }

    #[test]
    fn a_name_and_password_are_refused_without_being_shown() {
        let error = named("me:secret@host/a").err().unwrap_or_default();
        assert!(error.contains("not supported") && !error.contains("secret"), "{error}");
        let error = named("host\\@secret/a").err().unwrap_or_default();
        assert!(error.contains("write `/`") && !error.contains("secret"), "{error}");
    }
}
