//! The bytes of a file in the order they are stored, decompressed, a piece at a time.

use std::io::Read;
use std::sync::Arc;

use bytes::Bytes;
use futures::FutureExt;
use futures::stream::{BoxStream, StreamExt, TryStreamExt, try_unfold};
use object_store::{Error, GetResult, GetResultPayload, ObjectStore};

use super::compression::{Compression, decompress};
use super::etag::{self, failed};
use crate::read::ReadError;
use crate::read::list::InputFile;

/// How much of a local file is read at once.
const PIECE: usize = 256 << 10;
/// How much of a remote file is requested at once. A part is read to its end before it is
/// processed: a query may pause for longer than a server keeps a response open.
const PART: u64 = 8 << 20;

/// Pieces of a file.
pub(in crate::read) type Pieces = BoxStream<'static, Result<Bytes, ReadError>>;

/// Opens a file, decompressing it if the end of its name says that it is compressed.
pub(in crate::read) async fn open(
    store: Arc<dyn ObjectStore>,
    file: &InputFile,
) -> Result<Pieces, ReadError> {
    open_padded(store, file, false).await
}

/// The same of a file in which zeros may follow what is compressed, if they are `padded`.
pub(in crate::read) async fn open_padded(
    store: Arc<dyn ObjectStore>,
    file: &InputFile,
    padded: bool,
) -> Result<Pieces, ReadError> {
    let first = match file.meta.size {
        0 => etag::whole(store.as_ref(), file).await?,
        _ => part(store.as_ref(), file, 0).await?,
    };
    let pieces = match first.payload {
        GetResultPayload::File(opened, _) => watched(opened, store, file.clone()),
        GetResultPayload::Stream(_) => in_parts(first, store, file.clone()),
    };
    Ok(match Compression::of(&file.name) {
        Some(compression) => decompress(pieces, compression, file.name.clone(), padded),
        None => pieces,
    })
}

/// The beginning of a file, at most `most` bytes as stored for a remote store, and
/// whether that is the complete file.
pub(in crate::read) async fn beginning(
    store: Arc<dyn ObjectStore>,
    file: &InputFile,
    most: u64,
) -> Result<(Pieces, bool), ReadError> {
    if file.meta.size <= most {
        return Ok((open_padded(store, file, true).await?, true));
    }
    let first = etag::part(store.as_ref(), file, 0..most).await?;
    let (pieces, whole) = match first.payload {
        GetResultPayload::File(opened, _) => (on_disk(opened, file), true),
        GetResultPayload::Stream(_) => {
            let bytes = first.bytes().await.map_err(|error| failed(&file.name, &error))?;
            (futures::stream::iter([Ok(bytes)]).boxed(), false)
        }
    };
    Ok(match Compression::of(&file.name) {
        Some(compression) => (decompress(pieces, compression, file.name.clone(), true), whole),
        None => (pieces, whole),
    })
}

/// Requests the part that starts at `start`, of the file as it was listed.
async fn part(
    store: &dyn ObjectStore,
    file: &InputFile,
    start: u64,
) -> Result<GetResult, ReadError> {
    etag::part(store, file, start..file.meta.size.min(start + PART)).await
}

/// The pieces of a file on a disk, with a check of the file after the last of them.
fn watched(opened: std::fs::File, store: Arc<dyn ObjectStore>, file: InputFile) -> Pieces {
    let pieces = on_disk(opened, &file);
    let look = async move { etag::still(store.as_ref(), &file).await };
    let last = look.into_stream().try_filter_map(|()| async { Ok(None) });
    pieces.chain(last).boxed()
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

/// The pieces of an open file, up to the listed length: virtual files of
/// the system state a length of zero.
fn on_disk(opened: std::fs::File, file: &InputFile) -> Pieces {
    let (name, size) = (file.name.clone(), file.meta.size);
    try_unfold((opened, 0), move |(opened, done)| {
        let name = name.clone();
        async move {
            let read = tokio::task::spawn_blocking(move || piece(opened)).await;
            let read = read.unwrap_or_else(|error| Err(std::io::Error::other(error)));
            let read = read.map_err(|error| {
                failed(&name, &Error::Generic { store: "local", source: Box::new(error) })
            })?;
            let found = done + read.as_ref().map_or(0, |(bytes, _)| bytes.len() as u64);
            match read {
                None if found == size => Ok(None),
                Some((bytes, opened)) if found <= size => Ok(Some((bytes, (opened, found)))),
                _ => Err(ReadError::Changed { file: name }),
            }
        }
    })
    .boxed()
}

/// The next piece and the file after it; `None` at the end.
fn piece(mut opened: std::fs::File) -> std::io::Result<Option<(Bytes, std::fs::File)>> {
    let mut buffer = Vec::with_capacity(PIECE);
    let read = Read::by_ref(&mut opened).take(PIECE as u64).read_to_end(&mut buffer)?;
    Ok((read > 0).then(|| (buffer.into(), opened)))
}
