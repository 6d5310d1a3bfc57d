//! Files over HTTP, from servers that know more or less of what there is to know.

use std::sync::Arc;

use super::server::{Asked, Reply, Server};
use super::shelf::Shelf;

/// What a server of files can do. Plain ones can do little.
#[derive(Debug, Clone, Copy)]
#[expect(clippy::struct_excessive_bools, reason = "each is a thing that real servers lack")]
pub(crate) struct Skills {
    /// Says a tag of every file.
    pub(crate) tags: bool,
    /// Hands out parts of files.
    pub(crate) ranges: bool,
    /// Rejects ranges of a file that is not the requested version.
    pub(crate) conditions: bool,
    /// Describes a file without handing it out.
    pub(crate) head: bool,
}

impl Skills {
    pub(crate) const ALL: Self = Self { tags: true, ranges: true, conditions: true, head: true };
    pub(crate) const NONE: Self =
        Self { tags: false, ranges: false, conditions: false, head: true };
}

/// A server of files.
pub(crate) struct Web {
    pub(crate) shelf: Arc<Shelf>,
    server: Server,
}

impl Web {
    pub(crate) fn start(skills: Skills) -> Self {
        let shelf = Arc::new(Shelf::default());
        let kept = Arc::clone(&shelf);
        let server = Server::start(move |asked| answer(asked, &kept, skills));
        Self { shelf, server }
    }

    /// With files.
    pub(crate) fn with(skills: Skills, files: &[(&str, &[u8])]) -> Self {
        let web = Self::start(skills);
        for (name, bytes) in files {
            web.shelf.put(name, bytes.to_vec(), None);
        }
        web
    }

    /// The location of a file.
    pub(crate) fn url(&self, path: &str) -> String {
        format!("{}/{path}", self.server.url())
    }
}

/// A file whose path starts with `private/` is handed out only with the right signature.
fn answer(asked: &Asked, shelf: &Shelf, skills: Skills) -> Reply {
    if asked.path.starts_with("private/") && asked.query("sig") != Some("of-the-tests") {
        return Reply::status(403).body(format!("no access with {:?}", asked.query));
    }
    let found = match asked.method.as_str() {
        "HEAD" if skills.head => shelf.get(&asked.path),
        "GET" => shelf.hand_out(&asked.path),
        _ => return Reply::status(405),
    };
    let Some(object) = found else { return Reply::status(404).body("<html>no such page</html>") };
    let wanted = asked.header("if-match").filter(|_| skills.conditions);
    if wanted.is_some_and(|wanted| wanted != object.tag()) {
        return Reply::status(412);
    }
    let reply = match skills.ranges {
        true => Reply::bytes(asked, &object.bytes),
        false => Reply::status(200).body(object.bytes.clone()),
    };
    let reply = reply.with("Last-Modified", object.http_date());
    if skills.tags { reply.with("ETag", object.tag()) } else { reply }
}
