//! Tokens in files, read as the clouds' own tools read them: without the white space around them.
//!
//! The clients send the complete contents of a file, and editors end its last line. So they are
//! given an open, unnamed file that contains only the token. It is updated whenever they request
//! credentials, since platforms replace the tokens of their containers.

use std::fmt;
use std::fs::File;
use std::io::{self, Seek, Write};
use std::os::fd::AsRawFd;
use std::path::PathBuf;
use std::sync::Arc;

use async_trait::async_trait;
use object_store::{CredentialProvider, Result};
use tokio::sync::Mutex;

use super::small::read_small;

/// The credential provider of a client.
type Provider<C> = Arc<dyn CredentialProvider<Credential = C>>;

/// The files of tokens among the settings of a client.
#[derive(Debug, Default)]
pub(super) struct TokenFiles(Vec<TokenFile>);

impl TokenFiles {
    /// Replaces the files that `keys` name by ones with trimmed tokens. A file that cannot be read
    /// stays, to be reported by its user.
    ///
    /// # Errors
    /// A path is that of something that could be read for ever.
    pub(super) fn within<K: PartialEq>(
        settings: &mut [(K, String)],
        keys: &[K],
    ) -> Result<Self, String> {
        let mut files = Vec::new();
        for (_, path) in settings.iter_mut().filter(|(key, _)| keys.contains(key)) {
            match TokenFile::open(path) {
                Ok(file) => {
                    *path = file.bare_path();
                    files.push(file);
                }
                Err(error) if error.kind() == io::ErrorKind::Other => {
                    return Err(format!("cannot read the token in `{path}`: {error}"));
                }
                Err(_) => {}
            }
        }
        Ok(Self(files))
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The provider that the client uses instead, so that it always has the newest token.
    pub(super) fn around<C: fmt::Debug + Send + Sync + 'static>(
        self,
        provider: &Provider<C>,
    ) -> Provider<C> {
        Arc::new(Current { files: Mutex::new(self), provider: Arc::clone(provider) })
    }
}

#[derive(Debug)]
struct TokenFile {
    path: PathBuf,
    bare: File,
    token: String,
}

impl TokenFile {
    fn open(path: &str) -> io::Result<Self> {
        let path = PathBuf::from(path);
        let mut file = Self { path, bare: tempfile::tempfile()?, token: String::new() };
        file.update()?;
        // A machine may have no paths for open files.
        File::open(file.bare_path())?;
        Ok(file)
    }

    fn bare_path(&self) -> String {
        format!("/dev/fd/{}", self.bare.as_raw_fd())
    }

    fn update(&mut self) -> io::Result<()> {
        let text = read_small(&self.path)?;
        if text.trim() != self.token {
            text.trim().clone_into(&mut self.token);
            self.bare.set_len(0)?;
            self.bare.rewind()?;
            self.bare.write_all(self.token.as_bytes())?;
        }
        // Where the name of an open file is not a file of its own, it is read from where it was left.
        self.bare.rewind()
    }
}

#[derive(Debug)]
struct Current<C> {
    files: Mutex<TokenFiles>,
    provider: Provider<C>,
}

#[async_trait]
impl<C: fmt::Debug + Send + Sync + 'static> CredentialProvider for Current<C> {
    type Credential = C;

    async fn get_credential(&self) -> Result<Arc<C>> {
        let mut files = self.files.lock().await;
        for file in &mut files.0 {
            // One that is being replaced is missing for a moment: the previous token is still valid
            // for a while.
            let _ = file.update();
        }
        self.provider.get_credential().await
    }
}

#[cfg(test)]
mod tests {
    use super::{Current, TokenFiles};
    use async_trait::async_trait;
    use object_store::{CredentialProvider, Result};
    use std::sync::Arc;
    use tokio::sync::Mutex;

    /// A client that reads its file as it is.
    #[derive(Debug)]
    struct Reader(String);

    #[async_trait]
    impl CredentialProvider for Reader {
        type Credential = String;

        async fn get_credential(&self) -> Result<Arc<String>> {
            Ok(Arc::new(std::fs::read_to_string(&self.0).unwrap()))
        }
    }

    #[tokio::test]
    async fn the_token_of_now_is_read_without_the_end_of_its_line() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("token");
        std::fs::write(&file, " first\r\n").unwrap();
        let path = file.to_str().unwrap().to_owned();
        let mut settings = [("token", path.clone()), ("other", path.clone())];
        let files = TokenFiles::within(&mut settings, &["token"]).unwrap();
        assert_eq!(settings[1].1, path);
        let provider = Arc::new(Reader(settings[0].1.clone()));
        let current = Current { files: Mutex::new(files), provider };
        for (written, read) in [(None, "first"), (None, "first"), (Some("2\n"), "2"), (None, "2")] {
            if let Some(written) = written {
                std::fs::write(&file, written).unwrap();
            }
            assert_eq!(*current.get_credential().await.unwrap(), read);
        }
        std::fs::remove_file(&file).unwrap();
        assert_eq!(*current.get_credential().await.unwrap(), "2");
    }

    #[test]
    fn a_file_that_is_not_there_stays_for_who_needs_it() {
        let mut settings = [("token", "/nowhere/token".to_owned())];
        assert!(TokenFiles::within(&mut settings, &["token"]).unwrap().is_empty());
        assert_eq!(settings[0].1, "/nowhere/token");
    }
}
