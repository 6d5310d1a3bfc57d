//! The bytes of a file in the order they are stored, unpacked, a piece at a time.

use std::io::Read;
use std::sync::Arc;

use bytes::Bytes;
use futures::stream::{BoxStream, StreamExt, TryStreamExt, try_unfold};
use object_store::{Error, GetOptions, GetResult, GetResultPayload, ObjectStore};

use super::packing::{Packing, unpack};
use super::{InputFile, ReadError};
use crate::store::StoreError;

/// How much of a local file is read at once.
const PIECE: usize = 256 << 10;
/// How much of a remote file is asked for at once. A part is read to its end before anything is
/// done with it: a query may pause for longer than a server keeps an answer open.
const PART: u64 = 8 << 20;

/// Pieces of a file.
pub(super) type Pieces = BoxStream<'static, Result<Bytes, ReadError>>;

/// Opens a file, unpacking it if the end of its name says that it is packed.
pub(super) async fn open(
    store: Arc<dyn ObjectStore>,
    file: &InputFile,
) -> Result<Pieces, ReadError> {
    let name = file.name.clone();
    let pieces = if file.meta.size == 0 {
        futures::stream::empty().boxed()
    } else {
        let first = part(store.as_ref(), file, 0).await?;
        match first.payload {
            GetResultPayload::File(opened, _) => on_disk(opened, name),
            GetResultPayload::Stream(_) => in_parts(first, store, file.clone()),
        }
    };
    Ok(match Packing::of(&file.name) {
        Some(packing) => unpack(pieces, packing, file.name.clone()),
        None => pieces,
    })
}

/// Asks for the part that starts at `start`, of the file as it was listed.
async fn part(
    store: &dyn ObjectStore,
    file: &InputFile,
    start: u64,
) -> Result<GetResult, ReadError> {
    let range = start..file.meta.size.min(start + PART);
    let if_match = file.meta.e_tag.clone();
    let options = GetOptions { if_match, range: Some(range.into()), ..GetOptions::default() };
    let found = store.get_opts(&file.meta.location, options).await;
    found.map_err(|error| failed(&file.name, &error))
}

fn in_parts(first: GetResult, store: Arc<dyn ObjectStore>, file: InputFile) -> Pieces {
    try_unfold((Some(first), 0, store, file), |(first, start, store, file)| async move {
        if start >= file.meta.size {
            return Ok(None);
        }
        let found = match first {
            Some(first) => first,
            None => part(store.as_ref(), &file, start).await?,
        };
        let bytes = found.bytes().await.map_err(|error| failed(&file.name, &error))?;
        Ok(Some((bytes, (None, start + PART, store, file))))
    })
    .boxed()
}

/// What a store answered about a file of this run.
pub(super) fn failed(file: &str, error: &Error) -> ReadError {
    match error {
        Error::Precondition { .. } => ReadError::Changed { file: file.to_owned() },
        other => StoreError::access(file, other).into(),
    }
}

fn on_disk(opened: std::fs::File, name: String) -> Pieces {
    let pieces = try_unfold(opened, |opened| async {
        let read = tokio::task::spawn_blocking(move || piece(opened)).await;
        read.unwrap_or_else(|error| Err(std::io::Error::other(error)))
    });
    pieces
        .map_err(move |error| {
            let error = Error::Generic { store: "local", source: Box::new(error) };
            failed(&name, &error)
        })
        .boxed()
}

/// The next piece and the file after it; nothing at the end.
fn piece(mut opened: std::fs::File) -> std::io::Result<Option<(Bytes, std::fs::File)>> {
    let mut buffer = Vec::with_capacity(PIECE);
    let read = Read::by_ref(&mut opened).take(PIECE as u64).read_to_end(&mut buffer)?;
    Ok((read > 0).then(|| (buffer.into(), opened)))
}
