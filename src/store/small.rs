//! Files that are expected to be small: credentials, settings, the files of a project.

use std::fs::File;
use std::io::{Error, ErrorKind, Read as _, Result};
use std::path::Path;

use super::disk::oddity;

/// More bytes than anybody has written by hand.
const MOST: u64 = 16 << 20;

/// The text of a file.
///
/// # Errors
/// It cannot be read, is not a file, has more than 16 MiB or is not in UTF-8. The error about a
/// file that is not one or is too large has the kind [`ErrorKind::Other`].
pub(crate) fn read_small(path: &Path) -> Result<String> {
    if let Some(kind) = oddity(path) {
        return Err(Error::other(format!("it is {kind} and no file")));
    }
    let mut bytes = Vec::new();
    File::open(path)?.take(MOST + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > MOST {
        return Err(Error::other(format!("it has more than {} MiB", MOST >> 20)));
    }
    String::from_utf8(bytes)
        .map_err(|_| Error::new(ErrorKind::InvalidData, "stream did not contain valid UTF-8"))
}

#[cfg(test)]
mod tests {
    use super::read_small;
    use std::path::Path;

    #[test]
    fn what_is_no_small_file_is_refused_at_once() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        std::fs::write(path("text"), "a\u{e9}").unwrap();
        assert_eq!(read_small(&path("text")).unwrap(), "a\u{e9}");
        std::fs::File::create(path("huge")).unwrap().set_len(1 << 40).unwrap();
        std::fs::write(path("binary"), [0xff]).unwrap();
        for (path, told) in [
            (Path::new("/dev/zero"), "it is a device and no file"),
            (&path("huge"), "it has more than 16 MiB"),
            (&path("binary"), "did not contain valid UTF-8"),
            (&path("absent"), "No such file"),
        ] {
            let error = read_small(path).unwrap_err().to_string();
            assert!(error.contains(told), "{error}");
        }
    }
}
