//! Google Cloud Storage, the used part of its XML interface: in memory, with generations,
//! preconditions, ranges, listings in pages and uploads in parts. Requests signed for S3 get the
//! responses of S3, where they differ: copies, conditions and removals.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};
use patronage::store::{Location, open_with};

use super::playground::Playground;
use super::server::{Asked, Reply, Server};
use super::shelf::{Object, Shelf};

/// What requests have to be signed with.
const TOKEN: &str = "token-of-the-tests";
const BUCKET: &str = "shop";
/// Objects on a page of a listing.
const PAGE: usize = 1000;

/// A server with one bucket.
pub(crate) struct Google {
    pub(crate) shelf: Arc<Shelf>,
    server: Server,
}

/// What is wrong with a server.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Faults {
    /// It takes no notice of the conditions of writes.
    pub(crate) careless: bool,
    /// Its clock is behind by so many seconds.
    pub(crate) late: i64,
}

#[derive(Default)]
struct Uploads(Mutex<BTreeMap<String, BTreeMap<u32, Vec<u8>>>>);

impl Google {
    pub(crate) fn start() -> Self {
        Self::with(Faults::default())
    }

    pub(crate) fn with(faults: Faults) -> Self {
        Self::answering(faults, |asked, right| right(asked))
    }

    /// A server that gives another answer where `instead` has one.
    pub(crate) fn instead(
        instead: impl Fn(&Asked) -> Option<Reply> + Send + Sync + 'static,
    ) -> Self {
        Self::around(move |asked, right| instead(asked).unwrap_or_else(|| right(asked)))
    }

    /// A server that modifies the correct responses.
    pub(crate) fn around(
        answer: impl Fn(&Asked, &dyn Fn(&Asked) -> Reply) -> Reply + Send + Sync + 'static,
    ) -> Self {
        Self::answering(Faults::default(), answer)
    }

    fn answering(
        faults: Faults,
        around: impl Fn(&Asked, &dyn Fn(&Asked) -> Reply) -> Reply + Send + Sync + 'static,
    ) -> Self {
        let shelf = Arc::new(Shelf::default());
        let (kept, uploads) = (Arc::clone(&shelf), Uploads::default());
        let server = Server::start(move |asked| {
            around(asked, &|asked| answer(asked, &kept, &uploads, faults))
        });
        Self { shelf, server }
    }

    /// The location of something in the bucket.
    pub(crate) fn url(key: &str) -> String {
        format!("gs://{BUCKET}/{key}")
    }

    /// The name on the shelf of something in the bucket.
    pub(crate) fn name(key: &str) -> String {
        format!("{BUCKET}/{key}")
    }

    pub(crate) fn settings(&self) -> [(&'static str, String); 2] {
        [("GOOGLE_BASE_URL", self.server.url()), ("GOOGLE_BEARER_TOKEN", TOKEN.to_owned())]
    }

    /// The location of something in the bucket, for who takes the server for S3.
    pub(crate) fn s3_url(key: &str) -> String {
        format!("s3://{BUCKET}/{key}")
    }

    pub(crate) fn s3_settings(&self) -> [(&'static str, String); 4] {
        [
            ("AWS_ENDPOINT_URL", self.server.url()),
            ("AWS_ALLOW_HTTP", "true".to_owned()),
            ("AWS_ACCESS_KEY_ID", "key-of-the-tests".to_owned()),
            ("AWS_SECRET_ACCESS_KEY", TOKEN.to_owned()),
        ]
    }

    /// A place in the bucket, as the program opens it.
    pub(crate) fn place(&self, key: &str) -> Location {
        let settings = self.settings().map(|(name, value)| (name.into(), value.into()));
        let root = std::path::Path::new("/");
        open_with(&Self::url(key), root, settings.into_iter()).expect("a place")
    }

    /// A playground with raw data and warehouse in the bucket.
    pub(crate) fn playground(&self) -> Playground {
        Playground::new()
            .core()
            .with("RAW", &Self::url("raw"))
            .with("WAREHOUSE", &Self::url("warehouse"))
            .with_all(&self.settings())
    }
}

fn answer(asked: &Asked, shelf: &Shelf, uploads: &Uploads, faults: Faults) -> Reply {
    let signed = asked.header("authorization").unwrap_or_default();
    if signed != format!("Bearer {TOKEN}") && !signed.starts_with("AWS4-HMAC-SHA256 ") {
        return refused(401, "AuthenticationRequired");
    }
    let (bucket, key) = asked.path.split_once('/').unwrap_or((&asked.path, ""));
    if bucket != BUCKET {
        return refused(404, "NoSuchBucket");
    }
    let upload = asked.query("uploadId");
    match (asked.method.as_str(), upload) {
        ("GET", None) if key.is_empty() => list(asked, shelf),
        ("GET" | "HEAD", None) => get(asked, shelf, faults),
        ("PUT", Some(upload)) => uploads.part(asked, upload),
        ("PUT", None) => put(asked, shelf, faults),
        ("POST", None) if asked.query("uploads").is_some() => uploads.begin(),
        ("POST", None) if asked.query("delete").is_some() => remove(asked, shelf),
        ("POST", Some(upload)) => uploads.complete(asked, upload, shelf),
        ("DELETE", Some(upload)) => uploads.abort(upload),
        ("DELETE", None) if shelf.remove(&asked.path) => Reply::status(204),
        ("DELETE", None) => refused(404, "NoSuchKey"),
        _ => refused(400, "InvalidArgument"),
    }
}

fn refused(status: u16, code: &str) -> Reply {
    Reply::status(status).body(format!("<Error><Code>{code}</Code></Error>"))
}

fn described(reply: Reply, object: &Object) -> Reply {
    reply
        .with("ETag", object.tag())
        .with("Last-Modified", object.http_date())
        .with("x-goog-generation", object.version.to_string())
}

fn get(asked: &Asked, shelf: &Shelf, faults: Faults) -> Reply {
    let found = match asked.method.as_str() {
        "HEAD" => shelf.get(&asked.path),
        _ => shelf.hand_out(&asked.path),
    };
    let Some(mut object) = found else { return refused(404, "NoSuchKey") };
    object.modified -= TimeDelta::seconds(faults.late);
    let tag = object.tag();
    if asked.header("if-match").is_some_and(|wanted| wanted != "*" && wanted != tag) {
        return refused(412, "PreconditionFailed");
    }
    described(Reply::bytes(asked, &object.bytes), &object)
}

fn put(asked: &Asked, shelf: &Shelf, faults: Faults) -> Reply {
    if faults.careless {
        let object = shelf.put(&asked.path, asked.body.clone(), None);
        return object.map_or(Reply::status(500), |object| described(Reply::status(200), &object));
    }
    let source = asked.header("x-goog-copy-source").or(asked.header("x-amz-copy-source"));
    let Some(source) = source else {
        return stored(asked, shelf, asked.body.clone(), "");
    };
    let source = object_store::path::Path::from_url_path(source).expect("a path");
    match shelf.get(source.as_ref()) {
        Some(object) => stored(
            asked,
            shelf,
            object.bytes,
            "<CopyObjectResult><ETag>1</ETag></CopyObjectResult>",
        ),
        None => refused(404, "NoSuchKey"),
    }
}

fn stored(asked: &Asked, shelf: &Shelf, bytes: Vec<u8>, body: &str) -> Reply {
    let wanted = asked.header("x-goog-if-generation-match").map(|text| text.parse().expect("0"));
    let wanted = wanted.or(asked.header("if-none-match").map(|_| 0));
    match shelf.put(&asked.path, bytes, wanted) {
        Some(object) => described(Reply::status(200), &object).body(body),
        None => refused(412, "PreconditionFailed"),
    }
}

/// Removes what a document names, as S3 does.
fn remove(asked: &Asked, shelf: &Shelf) -> Reply {
    let text = String::from_utf8_lossy(&asked.body);
    let mut removed = String::new();
    for key in text.split("<Key>").skip(1).filter_map(|rest| rest.split("</Key>").next()) {
        shelf.remove(&Google::name(key));
        let _ = write!(removed, "<Deleted><Key>{key}</Key></Deleted>");
    }
    Reply::status(200).body(format!("<DeleteResult>{removed}</DeleteResult>"))
}

impl Uploads {
    fn all(&self) -> std::sync::MutexGuard<'_, BTreeMap<String, BTreeMap<u32, Vec<u8>>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn begin(&self) -> Reply {
        let mut all = self.all();
        let upload = format!("upload-{}", all.len());
        all.insert(upload.clone(), BTreeMap::new());
        let text = format!("<UploadId>{upload}</UploadId>");
        let result = "InitiateMultipartUploadResult";
        Reply::status(200).body(format!("<{result}>{text}</{result}>"))
    }

    fn part(&self, asked: &Asked, upload: &str) -> Reply {
        let number = asked.query("partNumber").and_then(|text| text.parse().ok());
        let mut all = self.all();
        let (Some(parts), Some(number)) = (all.get_mut(upload), number) else {
            return refused(404, "NoSuchUpload");
        };
        parts.insert(number, asked.body.clone());
        Reply::status(200).with("ETag", format!("\"{number}\""))
    }

    fn complete(&self, asked: &Asked, upload: &str, shelf: &Shelf) -> Reply {
        let Some(parts) = self.all().get(upload).cloned() else {
            return refused(404, "NoSuchUpload");
        };
        let bytes: Vec<u8> = parts.into_values().flatten().collect();
        let tag = "<CompleteMultipartUploadResult><ETag>1</ETag></CompleteMultipartUploadResult>";
        stored(asked, shelf, bytes, tag)
    }

    fn abort(&self, upload: &str) -> Reply {
        match self.all().remove(upload) {
            Some(_) => Reply::status(204),
            None => refused(404, "NoSuchUpload"),
        }
    }
}

/// A page of a listing: objects, and with a delimiter the folders instead of what is in them.
fn list(asked: &Asked, shelf: &Shelf) -> Reply {
    let prefix = asked.query("prefix").unwrap_or_default();
    let delimiter = asked.query("delimiter").unwrap_or_default();
    let after = asked.query("continuation-token").max(asked.query("start-after"));
    let (mut objects, mut folders) = (String::new(), BTreeSet::new());
    let (mut entries, mut last, mut more) = (0, "", false);
    let all = shelf.below(&Google::name(prefix));
    for (name, object) in &all {
        let key = &name[BUCKET.len() + 1..];
        let rest = &key[prefix.len()..];
        let folder = rest.find(delimiter).filter(|_| !delimiter.is_empty());
        let entry = folder.map_or(key, |end| &key[..=prefix.len() + end]);
        if after.is_some_and(|after| entry <= after) || folders.contains(entry) {
            continue;
        }
        more = entries == PAGE;
        if more {
            break;
        }
        (entries, last) = (entries + 1, entry);
        if folder.is_some() {
            folders.insert(entry);
        } else {
            objects += &listed(key, object);
        }
    }
    for folder in folders {
        let _ =
            write!(objects, "<CommonPrefixes><Prefix>{}</Prefix></CommonPrefixes>", xml(folder));
    }
    if more {
        let _ = write!(objects, "<NextContinuationToken>{}</NextContinuationToken>", xml(last));
    }
    Reply::status(200).body(format!("<ListBucketResult>{objects}</ListBucketResult>"))
}

fn listed(key: &str, object: &Object) -> String {
    let time: DateTime<Utc> = object.modified;
    format!(
        "<Contents><Key>{}</Key><LastModified>{}</LastModified><ETag>{}</ETag><Size>{}</Size></Contents>",
        xml(key),
        time.format("%Y-%m-%dT%H:%M:%S%.3fZ"),
        xml(&object.tag()),
        object.bytes.len()
    )
}

fn xml(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;")
}
