//! An S3 server: SeaweedFS, one for all tests, stopped after them.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::LazyLock;
use std::time::{Duration, Instant};

use patronage::store::{Location, open_with};

use super::playground::Playground;
use super::tools::tool;

/// Statics are never dropped, and a test may be killed. The end of the standard input is noticed all
/// the same, so a shell waits for that, ends the server and removes its folder.
const GUARD: &str = r#""$@" & read -r _; kill -9 $!; wait; rm -rf "$TMPDIR""#;

const ACCESS: &str = r#"{"identities": [{
    "name": "tests",
    "credentials": [{"accessKey": "testkey", "secretKey": "testsecret"}],
    "actions": ["Admin", "Read", "Write", "List", "Tagging"]
}]}"#;

static SERVER: LazyLock<Server> = LazyLock::new(Server::start);

struct Server {
    filer: u16,
    s3: u16,
    _guard: Child,
}

/// A bucket of a running server.
pub(crate) struct Bucket {
    name: String,
    endpoint: String,
}

impl Bucket {
    /// A new bucket. Names are letters and `-`, at least three.
    pub(crate) fn new(name: &str) -> Self {
        let made = status(SERVER.filer, &format!("POST /buckets/{name}/"));
        assert_eq!(made, Some(201), "the bucket `{name}`");
        Self { name: name.to_owned(), endpoint: format!("http://127.0.0.1:{}", SERVER.s3) }
    }

    /// The location of something in the bucket.
    pub(crate) fn url(&self, key: &str) -> String {
        format!("s3://{}/{key}", self.name)
    }

    /// A playground with raw data and warehouse in the bucket.
    pub(crate) fn playground(&self) -> Playground {
        Playground::new()
            .core()
            .with("RAW", &self.url("raw"))
            .with("WAREHOUSE", &self.url("warehouse"))
            .with_all(&self.settings())
    }

    /// What a program has to know to get at the bucket.
    pub(crate) fn settings(&self) -> [(&'static str, String); 4] {
        [
            ("AWS_ENDPOINT_URL", self.endpoint.clone()),
            ("AWS_ALLOW_HTTP", "true".to_owned()),
            ("AWS_ACCESS_KEY_ID", "testkey".to_owned()),
            ("AWS_SECRET_ACCESS_KEY", "testsecret".to_owned()),
        ]
    }

    /// A place in the bucket, as the program opens it.
    pub(crate) fn place(&self, key: &str) -> Location {
        let settings = self.settings().map(|(name, value)| (name.into(), value.into()));
        open_with(&self.url(key), Path::new("/"), settings.into_iter()).expect("a place")
    }
}

impl Server {
    fn start() -> Self {
        let weed = tool("weed");
        let folder = tempfile::tempdir().expect("a folder").keep();
        std::fs::write(folder.join("s3.json"), ACCESS).expect("a file");
        let ports = free_ports();
        let guard = Command::new("sh")
            .args(["-c", GUARD, "guard"])
            .arg(weed)
            .args(arguments(&folder, ports))
            .current_dir(&folder)
            .env("TMPDIR", &folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(std::fs::File::create(folder.join("log")).expect("a file"))
            // An interrupt from the terminal must end the tests and not the guard.
            .process_group(0)
            .spawn()
            .expect("a shell");
        let [_, _, filer, s3, ..] = ports;
        let server = Self { filer, s3, _guard: guard };
        server.wait(&folder);
        server
    }

    fn wait(&self, folder: &Path) {
        let started = Instant::now();
        while status(self.s3, "GET /healthz") != Some(200) {
            if started.elapsed() > Duration::from_mins(1) {
                let log = std::fs::read_to_string(folder.join("log")).unwrap_or_default();
                panic!("SeaweedFS is not ready after a minute\n{log}");
            }
            std::thread::sleep(Duration::from_millis(100));
        }
    }
}

fn arguments(folder: &Path, ports: [u16; 8]) -> Vec<String> {
    let folder = folder.display();
    let [master, volume, filer, s3, master_grpc, volume_grpc, filer_grpc, s3_grpc] = ports;
    let line = format!(
        "-logdir={folder} -v=0 server -dir={folder} -ip=127.0.0.1 -ip.bind=127.0.0.1 \
         -master.port={master} -master.port.grpc={master_grpc} -master.volumeSizeLimitMB=64 \
         -master.telemetry=false -master.telemetry.url=http://127.0.0.1:9/ \
         -volume.port={volume} -volume.port.grpc={volume_grpc} -volume.max=200 \
         -filer -filer.port={filer} -filer.port.grpc={filer_grpc} \
         -s3 -s3.port={s3} -s3.port.grpc={s3_grpc} -s3.port.iceberg=0 -s3.port.lance=0 \
         -s3.config={folder}/s3.json -s3.autoCreateBucket=false"
    );
    line.split_whitespace().map(str::to_owned).collect()
}

/// Ports that were free a moment ago.
fn free_ports() -> [u16; 8] {
    let listen = || TcpListener::bind("127.0.0.1:0").expect("a free port");
    let listeners = [(); 8].map(|()| listen());
    listeners.map(|listener| listener.local_addr().expect("an address").port())
}

/// The status of the answer to a request without a body; none without an answer.
fn status(port: u16, request: &str) -> Option<u16> {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).ok()?;
    stream.set_read_timeout(Some(Duration::from_secs(10))).ok()?;
    let head = "Host: 127.0.0.1\r\nContent-Length: 0\r\nConnection: close";
    write!(stream, "{request} HTTP/1.1\r\n{head}\r\n\r\n").ok()?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).ok()?;
    String::from_utf8_lossy(&answer).split(' ').nth(1)?.parse().ok()
}
