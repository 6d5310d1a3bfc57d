//! Validation of responses: one that is not what the request asked for is an error.
//!
//! A proxy or a sign-in page answers any request with success, and some stores report an error in the body of a
//! successful response. The clients accept any document as a listing, an empty one if it names nothing, and any
//! successful response to a copy or a deletion. So every response is validated here before its client sees it.

use async_trait::async_trait;
use object_store::ClientOptions;
use object_store::client::{
    HttpClient, HttpConnector, HttpError, HttpErrorKind, HttpRequest, HttpResponse, HttpService,
};

use super::client::Connector;
use super::error::error_code;

/// The statuses of a server that is busy or failed temporarily: the same request may succeed.
const PASSING: [&str; 3] = ["InternalError", "SlowDown", "ServiceUnavailable"];

/// Makes clients that validate responses.
#[derive(Debug, Default)]
pub(super) struct Validating;

#[derive(Debug)]
struct Judge(HttpClient);

/// What a successful response must have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wanted {
    /// A document of this name.
    Document(&'static str),
    /// A header that says that a copy is made.
    CopyStatus,
    /// Not a document.
    NoDocument,
}

/// What is wrong with a response. Only its code is quoted.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
enum Unbelievable {
    #[error("error response: <Code>{0}</Code>")]
    Refusal(&'static str),
    #[error("the server answered with an error without a message")]
    Error,
    #[error("the server answered with success and without a `{0}`")]
    Other(&'static str),
    #[error("the server answered with a document where none belongs")]
    Document,
    #[error("the server says that there is more, and not where")]
    CutOff,
    #[error("the server says that it lists more than it does")]
    Incomplete,
    #[error(
        "the server redirects the request ({0}) to another address, where nothing is sent: set the \
         region and the endpoint that the bucket has"
    )]
    Redirect(u16),
    #[error("error response: <Code>PendingCopyOperation</Code>")]
    Pending,
}

impl HttpConnector for Validating {
    fn connect(&self, options: &ClientOptions) -> object_store::Result<HttpClient> {
        Ok(HttpClient::new(Judge(Connector::Staying.connect(options)?)))
    }
}

#[async_trait]
impl HttpService for Judge {
    async fn call(&self, request: HttpRequest) -> Result<HttpResponse, HttpError> {
        let wanted = Wanted::of(&request);
        let answer = self.0.execute(request).await?;
        let status = answer.status();
        // `304 Not Modified` is not a redirect.
        if status.is_redirection() && status.as_u16() != 304 {
            return Err(Unbelievable::Redirect(status.as_u16()).into());
        }
        match wanted {
            Some(wanted) if answer.status().is_success() => wanted.judged(answer).await,
            _ => Ok(answer),
        }
    }
}

impl Wanted {
    /// What the response to a request must be; the client checks that of a download.
    fn of(request: &HttpRequest) -> Option<Self> {
        let has = |name: &str| request.headers().contains_key(name);
        let query = request.uri().query().unwrap_or_default();
        let asks = |name: &str| query.split('&').any(|part| part.split('=').next() == Some(name));
        let copies = has("x-amz-copy-source") || has("x-goog-copy-source");
        Some(match request.method().as_str() {
            "GET" if asks("list-type") => Self::Document("ListBucketResult"),
            "GET" if query.split('&').any(|part| part == "comp=list") => {
                Self::Document("EnumerationResults")
            }
            "PUT" if copies && asks("uploadId") => Self::Document("CopyPartResult"),
            "PUT" if copies => Self::Document("CopyObjectResult"),
            "PUT" if has("x-ms-copy-source") => Self::CopyStatus,
            "POST" if asks("delete") => Self::Document("DeleteResult"),
            "POST" if asks("uploads") => Self::Document("InitiateMultipartUploadResult"),
            "POST" if asks("uploadId") => Self::Document("CompleteMultipartUploadResult"),
            "PUT" | "DELETE" => Self::NoDocument,
            _ => return None,
        })
    }

    async fn judged(self, answer: HttpResponse) -> Result<HttpResponse, HttpError> {
        let (head, body) = answer.into_parts();
        let body = body.bytes().await?;
        let status = head.headers.get("x-ms-copy-status").and_then(|it| it.to_str().ok());
        match self.verdict(status, &String::from_utf8_lossy(&body)) {
            Ok(()) => Ok(HttpResponse::from_parts(head, body.into())),
            Err(problem) => Err(problem.into()),
        }
    }

    /// Whether a response is valid, by its copy status and its body.
    fn verdict(self, copy: Option<&str>, body: &str) -> Result<(), Unbelievable> {
        match (root(body), self) {
            (Some("Error"), _) => {
                Err(error_code(body).map_or(Unbelievable::Error, Unbelievable::Refusal))
            }
            (Some(root), Self::Document(name)) if root == name => whole(body),
            (_, Self::Document(name)) => Err(Unbelievable::Other(name)),
            (Some(_), _) => Err(Unbelievable::Document),
            (None, Self::CopyStatus) => match copy {
                Some("success") => Ok(()),
                Some("pending") => Err(Unbelievable::Pending),
                _ => Err(Unbelievable::Other("x-ms-copy-status")),
            },
            (None, Self::NoDocument) => Ok(()),
        }
    }
}

impl From<Unbelievable> for HttpError {
    fn from(problem: Unbelievable) -> Self {
        let kind = match problem {
            Unbelievable::Refusal(code) if PASSING.contains(&code) => HttpErrorKind::Interrupted,
            _ => HttpErrorKind::Unknown,
        };
        Self::new(kind, problem)
    }
}

/// A listing that continues says where, and one that has a count names as many; some stores do not
/// count folders.
fn whole(body: &str) -> Result<(), Unbelievable> {
    let goes_on = body.contains("<IsTruncated>true</IsTruncated>");
    let token = body.split_once("<NextContinuationToken>").map(|(_, rest)| rest);
    let says_where = token.is_some_and(|token| !token.starts_with('<'));
    let count = body.split_once("<KeyCount>").and_then(|(_, rest)| rest.split_once('<'));
    let count = count.and_then(|(count, _)| count.trim().parse().ok()).unwrap_or(0);
    match () {
        () if goes_on && !says_where => Err(Unbelievable::CutOff),
        () if count > entries(body) => Err(Unbelievable::Incomplete),
        () => Ok(()),
    }
}

/// How many objects and folders a listing names.
fn entries(body: &str) -> usize {
    let ends = body.split("</").skip(1).filter_map(|rest| rest.split('>').next());
    let names = ends.map(|end| end.rsplit(':').next().unwrap_or(end).trim_end());
    names.filter(|name| ["Contents", "CommonPrefixes"].contains(name)).count()
}

/// The name of the root element of a document, without its namespace; `None` if it is not
/// a document. A malformed document has an empty name.
fn root(body: &str) -> Option<&str> {
    let mut rest = body.trim_start_matches('\u{feff}').trim_start();
    loop {
        let end = match rest {
            _ if rest.starts_with("<?") => "?>",
            _ if rest.starts_with("<!--") => "-->",
            _ if rest.starts_with("<!") => ">",
            _ => break,
        };
        rest = rest.split_once(end).map_or("<", |(_, rest)| rest).trim_start();
    }
    let name = rest.strip_prefix('<')?;
    let end = name.find(|it: char| it.is_whitespace() || it == '>' || it == '/');
    let name = &name[..end.unwrap_or(name.len())];
    Some(name.rsplit(':').next().unwrap_or(name))
}

#[cfg(test)]
mod tests {
    use super::{Unbelievable, Wanted, root};
    use bytes::Bytes;
    use object_store::client::{HttpRequest, HttpRequestBody};

    /// A request with one header, if its name is not empty.
    fn wanted(method: &str, uri: &str, header: &'static str) -> Option<Wanted> {
        let mut request = HttpRequest::new(HttpRequestBody::from(Bytes::new()));
        *request.method_mut() = method.parse().unwrap();
        *request.uri_mut() = uri.parse().unwrap();
        if !header.is_empty() {
            request.headers_mut().insert(header, "b/a".parse().unwrap());
        }
        Wanted::of(&request)
    }

    #[test]
    fn every_request_but_one_for_an_object_has_an_answer_that_is_its_own() {
        use Wanted::{CopyStatus, Document, NoDocument};
        for (method, uri, header, expected) in [
            ("GET", "http://h/b?list-type=2&prefix=a", "", Some(Document("ListBucketResult"))),
            (
                "GET",
                "http://h/c?restype=container&comp=list",
                "",
                Some(Document("EnumerationResults")),
            ),
            ("PUT", "http://h/b/a", "x-amz-copy-source", Some(Document("CopyObjectResult"))),
            ("PUT", "http://h/b/a", "x-goog-copy-source", Some(Document("CopyObjectResult"))),
            (
                "PUT",
                "http://h/b/a?partNumber=1&uploadId=u",
                "x-amz-copy-source",
                Some(Document("CopyPartResult")),
            ),
            ("PUT", "http://h/c/a", "x-ms-copy-source", Some(CopyStatus)),
            ("POST", "http://h/b?delete", "", Some(Document("DeleteResult"))),
            ("POST", "http://h/b/a?uploads", "", Some(Document("InitiateMultipartUploadResult"))),
            (
                "POST",
                "http://h/b/a?uploadId=u",
                "",
                Some(Document("CompleteMultipartUploadResult")),
            ),
            ("PUT", "http://h/b/a", "", Some(NoDocument)),
            ("DELETE", "http://h/b/a", "", Some(NoDocument)),
            ("GET", "http://h/b/a", "", None),
            ("HEAD", "http://h/b/a", "", None),
        ] {
            assert_eq!(wanted(method, uri, header), expected, "{method} {uri} {header}");
        }
    }

    #[test]
    fn a_document_is_known_by_its_root() {
        for (body, expected) in [
            (
                "<?xml version=\"1.0\"?>\n<!-- <a> -->\n<ListBucketResult xmlns=\"x\"/>",
                Some("ListBucketResult"),
            ),
            ("\u{feff}<s3:Error><Code>A</Code></s3:Error>", Some("Error")),
            ("<!DOCTYPE html><html><ListBucketResult>", Some("html")),
            ("<?xml version=\"1.0\"", Some("")),
            ("<!-- <ListBucketResult>", Some("")),
            ("<", Some("")),
            ("ListBucketResult", None),
            ("", None),
        ] {
            assert_eq!(root(body), expected, "{body}");
        }
    }

    #[test]
    fn what_was_not_asked_for_is_not_believed() {
        let listing = Wanted::Document("ListBucketResult");
        let copy = Wanted::Document("CopyObjectResult");
        let refused = |code: &'static str| Err(Unbelievable::Refusal(code));
        let cut_off = "<ListBucketResult><IsTruncated>true</IsTruncated>";
        let counted = "<ListBucketResult><KeyCount>2</KeyCount><Contents></Contents>\
                       <CommonPrefixes></CommonPrefixes></ListBucketResult>";
        let uncounted = "<ListBucketResult><KeyCount>3</KeyCount></ListBucketResult>";
        for (wanted, status, body, expected) in [
            (listing, None, "<ListBucketResult></ListBucketResult>", Ok(())),
            (listing, None, "<html></html>", Err(Unbelievable::Other("ListBucketResult"))),
            (listing, None, "", Err(Unbelievable::Other("ListBucketResult"))),
            (listing, None, "<Error><Code>AccessDenied</Code>secret", refused("AccessDenied")),
            (listing, None, "<Error><Message>secret", Err(Unbelievable::Error)),
            (listing, None, cut_off, Err(Unbelievable::CutOff)),
            (listing, None, counted, Ok(())),
            (listing, None, uncounted, Err(Unbelievable::Incomplete)),
            (copy, None, "<CopyObjectResult><ETag>1</ETag></CopyObjectResult>", Ok(())),
            (copy, None, "", Err(Unbelievable::Other("CopyObjectResult"))),
            (copy, None, "<ListBucketResult/>", Err(Unbelievable::Other("CopyObjectResult"))),
            (Wanted::CopyStatus, Some("success"), "", Ok(())),
            (Wanted::CopyStatus, Some("pending"), "", Err(Unbelievable::Pending)),
            (Wanted::CopyStatus, None, "", Err(Unbelievable::Other("x-ms-copy-status"))),
            (Wanted::CopyStatus, Some("success"), "<html>", Err(Unbelievable::Document)),
            (Wanted::NoDocument, None, "", Ok(())),
            (Wanted::NoDocument, None, "<html>", Err(Unbelievable::Document)),
            (Wanted::NoDocument, None, "<Error><Code>SlowDown</Code>", refused("SlowDown")),
        ] {
            assert_eq!(wanted.verdict(status, body), expected, "{wanted:?} {body}");
        }
    }
}
