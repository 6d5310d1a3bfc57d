//! Whether the instance metadata service of a cloud can be reached.
//!
//! Machines in a cloud get credentials from an address that exists nowhere else. A client that asks there in vain waits
//! for a long time, so that the service has to answer a short probe first.

use std::io::{Read, Write};
use std::net::{TcpStream, ToSocketAddrs};
use std::time::Duration;

/// Where all three clouds answer.
pub(super) const ADDRESS: &str = "http://169.254.169.254";

/// Real ones answer within milliseconds.
const PATIENCE: Duration = Duration::from_secs(1);

/// Whether a cloud responds at `endpoint`, with any status. A response that forbids the request,
/// or cannot forward it, is that of a proxy.
pub(super) fn answers(endpoint: &str) -> bool {
    let refusals = ["403", "407", "500", "502", "503", "504"];
    ask(endpoint).is_some_and(|status| !refusals.contains(&status.as_str()))
}

/// The three digits of the answer.
fn ask(endpoint: &str) -> Option<String> {
    let url = url::Url::parse(endpoint).ok()?;
    let host = url.host_str()?;
    let port = url.port_or_known_default()?;
    let address = (host.trim_matches(['[', ']']), port).to_socket_addrs().ok()?.next()?;
    let mut stream = TcpStream::connect_timeout(&address, PATIENCE).ok()?;
    stream.set_read_timeout(Some(PATIENCE)).ok()?;
    stream.set_write_timeout(Some(PATIENCE)).ok()?;
    let request = format!("GET / HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).ok()?;
    let mut start = [0; 12];
    stream.read_exact(&mut start).ok()?;
    let status = start.strip_prefix(b"HTTP/1.")?.get(2..)?;
    String::from_utf8(status.to_vec()).ok()
}

#[cfg(test)]
mod tests {
    use super::answers;
    use std::io::Write;
    use std::net::TcpListener;

    fn listener() -> (TcpListener, String) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let endpoint = format!("http://{}", listener.local_addr().unwrap());
        (listener, endpoint)
    }

    #[test]
    fn a_cloud_answers_and_a_proxy_that_forbids_to_ask_does_not() {
        for (status, expected) in
            [("200 OK", true), ("401 Unauthorized", true), ("403 Forbidden", false)]
        {
            let (listener, endpoint) = listener();
            let server = std::thread::spawn(move || {
                let answer = format!("HTTP/1.1 {status}\r\n\r\n");
                listener.accept().unwrap().0.write_all(answer.as_bytes()).unwrap();
            });
            assert_eq!(answers(&endpoint), expected, "{status}");
            server.join().unwrap();
        }
    }

    #[test]
    fn nobody_there_and_somebody_silent_do_not_answer() {
        let (silent, endpoint) = listener();
        assert!(!answers(&endpoint));
        drop(silent);
        assert!(!answers(&endpoint));
        assert!(!answers("not a url"));
    }
}
