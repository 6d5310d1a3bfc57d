//! A web server for tests, on a separate port, stopped when it is dropped.

use std::io::{BufRead, BufReader, Result, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// A running server.
pub(crate) struct Server {
    address: SocketAddr,
    gone: Arc<AtomicBool>,
}

/// A request as the servers look at it.
#[derive(Debug)]
pub(crate) struct Asked {
    pub(crate) method: String,
    /// The path, its percent signs resolved, without the first slash.
    pub(crate) path: String,
    pub(crate) query: Vec<(String, String)>,
    pub(crate) headers: Vec<(String, String)>,
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
    /// Starts a server that answers every request with `answer`, each connection on its own.
    pub(crate) fn start(answer: impl Fn(&Asked) -> Reply + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("an address");
        let (gone, answer) = (Arc::new(AtomicBool::new(false)), Arc::new(answer));
        let over = Arc::clone(&gone);
        std::thread::spawn(move || {
            for connection in listener.incoming().flatten() {
                if over.load(Ordering::SeqCst) {
                    return;
                }
                let answer = Arc::clone(&answer);
                // A client that has heard enough hangs up.
                std::thread::spawn(move || drop(serve(connection, answer.as_ref())));
            }
        });
        Self { address, gone }
    }

    /// `http://127.0.0.1:…`.
    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.gone.store(true, Ordering::SeqCst);
        // It notices at the next connection.
        let _ = TcpStream::connect(self.address);
    }
}

fn serve(connection: TcpStream, answer: &dyn Fn(&Asked) -> Reply) -> Result<()> {
    let mut writer = connection.try_clone()?;
    let mut reader = BufReader::new(connection);
    while let Some(asked) = Asked::read(&mut reader)? {
        let reply = answer(&asked);
        writer.write_all(&reply.bytes_for(&asked.method))?;
    }
    Ok(())
}

impl Asked {
    /// The next request of a connection; none at its end.
    fn read(reader: &mut impl BufRead) -> Result<Option<Self>> {
        let Some(first) = line(reader)? else { return Ok(None) };
        let (method, target) = first.split_once(' ').expect("a request");
        let target = target.split(' ').next().unwrap_or_default();
        let mut headers = Vec::new();
        while let Some(header) = line(reader)?.filter(|line| !line.is_empty()) {
            let (name, value) = header.split_once(':').expect("a header");
            headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
        }
        let mut asked = Self::of(method, target, headers);
        let length = asked.header("content-length").map_or(0, |text| text.parse().expect("bytes"));
        asked.body = vec![0; length];
        reader.read_exact(&mut asked.body)?;
        Ok(Some(asked))
    }

    fn of(method: &str, target: &str, headers: Vec<(String, String)>) -> Self {
        let url = url::Url::parse(&format!("http://host{target}")).expect("a URL");
        let path = object_store::path::Path::from_url_path(url.path().trim_end_matches('/'));
        let query = url.query_pairs().map(|(name, value)| (name.into(), value.into())).collect();
        let (method, path) = (method.to_owned(), path.expect("a path").to_string());
        Self { method, path, query, headers, body: Vec::new() }
    }

    /// A header, by its name in small letters.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str())
    }

    pub(crate) fn query(&self, name: &str) -> Option<&str> {
        let found = self.query.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str())
    }

    /// The requested bytes, of `size`, inclusive; the error is an unsatisfiable range.
    fn range(&self, size: usize) -> Option<std::result::Result<(usize, usize), ()>> {
        let (start, end) = self.header("range")?.strip_prefix("bytes=")?.split_once('-')?;
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

fn line(reader: &mut impl BufRead) -> Result<Option<String>> {
    let mut text = String::new();
    let read = reader.read_line(&mut text)?;
    Ok((read > 0).then(|| text.trim_end().to_owned()))
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

    /// The answer with another text.
    pub(crate) fn edited(mut self, edit: impl FnOnce(String) -> String) -> Self {
        self.body = edit(String::from_utf8(self.body).expect("a text")).into_bytes();
        self
    }

    /// What a request asks of `bytes`: all of them, a part, or one that is not there.
    pub(crate) fn bytes(asked: &Asked, bytes: &[u8]) -> Self {
        match asked.range(bytes.len()) {
            None => Self::status(200).body(bytes),
            Some(Err(())) => Self::status(416),
            Some(Ok((start, end))) => Self::status(206)
                .with("content-range", format!("bytes {start}-{end}/{}", bytes.len()))
                .body(&bytes[start..=end]),
        }
    }

    fn bytes_for(&self, method: &str) -> Vec<u8> {
        let mut bytes = format!("HTTP/1.1 {} .\r\n", self.status).into_bytes();
        for (name, value) in &self.headers {
            bytes.extend_from_slice(format!("{name}: {value}\r\n").as_bytes());
        }
        if self.status != 204 {
            let length = format!("content-length: {}\r\n", self.body.len());
            bytes.extend_from_slice(length.as_bytes());
        }
        bytes.extend_from_slice(b"\r\n");
        if method != "HEAD" {
            bytes.extend_from_slice(&self.body);
        }
        bytes
    }
}
