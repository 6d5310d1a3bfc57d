//! The only code that moves files. What it has moved is durable, so that no kind of table can forget that.

use futures::{StreamExt, stream};
use object_store::{Error, ObjectStoreExt};

use super::durable::Durable;
use super::{PublishError, Warehouse};

/// Files moved concurrently: the shorter this takes, the fewer readers see a part of it.
pub(super) const AT_ONCE: usize = 8;

impl Warehouse {
    /// Moves files, each in one step for readers, and makes their names durable. Returns which of them were there to
    /// be moved. No move is in flight when this returns, even with an error.
    pub(super) async fn move_files(
        &self,
        moves: &[(&str, &str)],
    ) -> Result<Vec<bool>, PublishError> {
        let renames: Vec<_> = moves.iter().map(|(from, to)| self.rename(from, to)).collect();
        let moved: Vec<_> = stream::iter(renames).buffered(AT_ONCE).collect().await;
        let moved = moved.into_iter().collect::<Result<_, _>>()?;
        Durable::of(self).folders_of(moves.iter().map(|(_, to)| *to))?;
        Ok(moved)
    }

    /// Moves a file, for readers in one step, and says whether there was one.
    async fn rename(&self, from: &str, to: &str) -> Result<bool, PublishError> {
        self.on_disk(from)?;
        self.unobstructed(to)?;
        let (from, to) = (self.path(from)?, self.path(to)?);
        let moved = match self.location.local {
            Some(_) => self.store().rename(&from, &to).await,
            None => self.store().copy(&from, &to).await,
        };
        match moved {
            Ok(()) => Ok(true),
            Err(Error::NotFound { .. }) => Ok(false),
            Err(error) => Err(self.store_error(&error)),
        }
    }
}
