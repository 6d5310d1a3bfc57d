//! The bytes of a file in the order they are stored, unpacked, a piece at a time.

use std::io::{Read, Write};

use bytes::Bytes;
use flate2::write::MultiGzDecoder;
use futures::stream::{BoxStream, StreamExt, TryStreamExt, try_unfold};
use object_store::{Error, GetOptions, GetResultPayload, ObjectStore};

use super::{InputFile, ReadError};
use crate::store::StoreError;

/// How much of a local file is read at once.
const PIECE: usize = 256 << 10;
/// How much packed text is unpacked at once: at most a thousandfold, so that memory is bounded.
const PACKED: usize = 16 << 10;

/// Pieces of a file.
pub(super) type Pieces = BoxStream<'static, Result<Bytes, ReadError>>;

/// Opens a file, unpacking it if its name ends in `.gz`.
pub(super) async fn open(store: &dyn ObjectStore, file: &InputFile) -> Result<Pieces, ReadError> {
    let options = GetOptions { if_match: file.meta.e_tag.clone(), ..GetOptions::default() };
    let found = store.get_opts(&file.meta.location, options).await;
    let found = found.map_err(|error| failed(&file.name, &error))?;
    let name = file.name.clone();
    let pieces = match found.payload {
        GetResultPayload::File(opened, _) => on_disk(opened, name),
        GetResultPayload::Stream(stream) => {
            stream.map_err(move |error| failed(&name, &error)).boxed()
        }
    };
    Ok(if is_packed(&file.name) { unpack(pieces, file.name.clone()) } else { pieces })
}

fn is_packed(name: &str) -> bool {
    name.len() >= 3 && name.as_bytes()[name.len() - 3..].eq_ignore_ascii_case(b".gz")
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

/// A gzip file, perhaps of several members, on its way through the decoder.
struct Gzip {
    packed: Pieces,
    waiting: Bytes,
    decoder: MultiGzDecoder<Vec<u8>>,
    ended: bool,
}

fn unpack(packed: Pieces, name: String) -> Pieces {
    let decoder = MultiGzDecoder::new(Vec::new());
    let start = Gzip { packed, waiting: Bytes::new(), decoder, ended: false };
    try_unfold((start, name), |(mut gzip, name)| async move {
        let piece = gzip.next(&name).await?;
        Ok(piece.map(|piece| (piece, (gzip, name))))
    })
    .boxed()
}

impl Gzip {
    async fn next(&mut self, name: &str) -> Result<Option<Bytes>, ReadError> {
        while self.decoder.get_ref().len() < PIECE && !self.ended {
            if self.waiting.is_empty() {
                match self.packed.try_next().await? {
                    Some(piece) => self.waiting = piece,
                    None => self.end(name)?,
                }
            } else {
                let some = self.waiting.split_to(self.waiting.len().min(PACKED));
                self.decoder.write_all(&some).map_err(|error| damaged(name, &error))?;
            }
        }
        let unpacked = std::mem::take(self.decoder.get_mut());
        Ok((!unpacked.is_empty()).then(|| unpacked.into()))
    }

    fn end(&mut self, name: &str) -> Result<(), ReadError> {
        self.ended = true;
        self.decoder.try_finish().map_err(|error| damaged(name, &error))
    }
}

fn damaged(name: &str, error: &std::io::Error) -> ReadError {
    ReadError::Gzip { file: name.to_owned(), problem: error.to_string() }
}
