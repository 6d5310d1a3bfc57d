//! A web server of the tests' own, on a port of its own, gone when it is dropped.

use std::sync::Arc;

use tiny_http::{Header, Method, Request, Response};

/// Requests that are answered at once.
const WORKERS: usize = 20;

/// A running server.
pub(crate) struct Server {
    http: Arc<tiny_http::Server>,
}

/// A request as the servers look at it.
pub(crate) struct Asked {
    pub(crate) method: Method,
    /// The path, its percent signs resolved, without the first slash.
    pub(crate) path: String,
    pub(crate) query: Vec<(String, String)>,
    pub(crate) headers: Vec<Header>,
    pub(crate) body: Vec<u8>,
}

/// An answer.
#[derive(Debug, Default)]
pub(crate) struct Reply {
    status: u16,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

impl Server {
    /// Starts a server that answers every request with `answer`.
    pub(crate) fn start(answer: impl Fn(&Asked) -> Reply + Send + Sync + 'static) -> Self {
        let http = Arc::new(tiny_http::Server::http("127.0.0.1:0").expect("a free port"));
        let answer = Arc::new(answer);
        for _ in 0..WORKERS {
            let (http, answer) = (Arc::clone(&http), Arc::clone(&answer));
            std::thread::spawn(move || {
                while let Ok(mut request) = http.recv() {
                    let reply = answer(&Asked::of(&mut request));
                    // A client that has heard enough hangs up.
                    let _ = request.respond(reply.response());
                }
            });
        }
        Self { http }
    }

    /// `http://127.0.0.1:…`.
    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.http.server_addr())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Nobody waits for them: one may be writing to a client of this very thread.
        for _ in 0..WORKERS {
            self.http.unblock();
        }
    }
}

impl Asked {
    fn of(request: &mut Request) -> Self {
        let url = url::Url::parse(&format!("http://host{}", request.url())).expect("a URL");
        let path = object_store::path::Path::from_url_path(url.path().trim_end_matches('/'));
        let pairs = url.query_pairs();
        let mut body = Vec::new();
        request.as_reader().read_to_end(&mut body).expect("a body");
        Self {
            method: request.method().clone(),
            path: path.expect("a path").to_string(),
            query: pairs.map(|(name, value)| (name.into(), value.into())).collect(),
            headers: request.headers().to_vec(),
            body,
        }
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let found = self
            .headers
            .iter()
            .find(|header| header.field.as_str().as_str().eq_ignore_ascii_case(name));
        found.map(|header| header.value.as_str())
    }

    pub(crate) fn query(&self, name: &str) -> Option<&str> {
        let found = self.query.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str())
    }

    /// The bytes asked for, of `size`, inclusive; the error is a range that is not there.
    pub(crate) fn range(&self, size: usize) -> Option<Result<(usize, usize), ()>> {
        let (start, end) = self.header("Range")?.strip_prefix("bytes=")?.split_once('-')?;
        let last = size.checked_sub(1);
        let found = match (start.parse::<usize>(), end.parse::<usize>()) {
            (Ok(start), Ok(end)) => last.map(|last| (start, end.min(last))),
            (Ok(start), Err(_)) => last.map(|last| (start, last)),
            (Err(_), Ok(length)) => last.map(|last| (size.saturating_sub(length), last)),
            (Err(_), Err(_)) => None,
        };
        Some(found.filter(|(start, end)| start <= end).ok_or(()))
    }
}

impl Reply {
    pub(crate) fn status(status: u16) -> Self {
        Self { status, ..Self::default() }
    }

    pub(crate) fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.push((name.to_owned(), value.into()));
        self
    }

    pub(crate) fn body(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.body = body.into();
        self
    }

    /// What a request asks of `bytes`: all of them, a part, or one that is not there.
    pub(crate) fn bytes(asked: &Asked, bytes: &[u8]) -> Self {
        match asked.range(bytes.len()) {
            None => Self::status(200).body(bytes),
            Some(Err(())) => Self::status(416),
            Some(Ok((start, end))) => Self::status(206)
                .with("Content-Range", format!("bytes {start}-{end}/{}", bytes.len()))
                .body(&bytes[start..=end]),
        }
    }

    fn response(self) -> Response<std::io::Cursor<Vec<u8>>> {
        let response = Response::from_data(self.body)
            .with_status_code(self.status)
            .with_chunked_threshold(usize::MAX);
        self.headers.iter().fold(response, |response, (name, value)| {
            let header = Header::from_bytes(name.as_bytes(), value.as_bytes());
            response.with_header(header.expect("a header"))
        })
    }
}
