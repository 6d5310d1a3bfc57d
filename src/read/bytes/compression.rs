//! Decoding of compressed files: any number of members, one piece after the other.
//!
//! However large a file is when decompressed, only one piece of it is in memory at a time. A file
//! that ends within its compression is an error, after everything that could be decompressed
//! before. So are bytes behind the last member, unless they are zeros and declared.

use std::io::{self, BufRead, ErrorKind, Read};

use bytes::{Buf, Bytes};
use bzip2::bufread::BzDecoder;
use flate2::bufread::GzDecoder;
use futures::stream::{StreamExt, TryStreamExt, try_unfold};
use zstd::stream::read::Decoder as ZstdDecoder;

use super::pieces::Pieces;
use crate::read::ReadError;

/// How much is decompressed at once.
const PIECE: usize = 256 << 10;
/// The error about undeclared zeros, and about data after them.
const PADDING: &str = "zeros follow what is packed; `zero_padding: true` ignores them";
const BEHIND_PADDING: &str = "something follows the zeros behind what is packed";

/// How a file is compressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::read) enum Compression {
    Gzip,
    Zstd,
    Bzip2,
}

impl Compression {
    /// By the end of a file's name, in any case; `None` for a file that is not compressed.
    pub(in crate::read) fn of(file: &str) -> Option<Self> {
        let ends = |end: &str| {
            let start = file.len().checked_sub(end.len());
            start.and_then(|at| file.get(at..)).is_some_and(|it| it.eq_ignore_ascii_case(end))
        };
        match () {
            () if ends(".gz") => Some(Self::Gzip),
            () if ends(".zst") || ends(".zstd") => Some(Self::Zstd),
            () if ends(".bz2") => Some(Self::Bzip2),
            () => None,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Gzip => "gzip",
            Self::Zstd => "zstd",
            Self::Bzip2 => "bzip2",
        }
    }
}

/// What is compressed in the pieces of a file, behind which there may be zeros if they are `padded`.
pub(in crate::read) fn decompress(
    compressed: Pieces,
    compression: Compression,
    file: String,
    padded: bool,
) -> Pieces {
    let decompressing = match Decoder::new(compression, Waiting::default()) {
        Ok(decoder) => {
            Decompressing { compressed, decoder, padded, in_padding: false, problem: None }
        }
        Err(error) => return failed(compression, file, &error),
    };
    try_unfold((decompressing, file), move |(mut decompressing, file)| async move {
        let piece = decompressing.next(compression, &file).await?;
        Ok(piece.map(|piece| (piece, (decompressing, file))))
    })
    .boxed()
}

fn failed(compression: Compression, file: String, error: &io::Error) -> Pieces {
    futures::stream::iter([Err(damaged(compression, file, error))]).boxed()
}

fn damaged(compression: Compression, file: String, error: &io::Error) -> ReadError {
    ReadError::Compressed { file, compression: compression.name(), problem: error.to_string() }
}

/// A file and its decoder.
struct Decompressing {
    compressed: Pieces,
    decoder: Decoder,
    /// Whether zeros may follow the last member, and whether some have.
    padded: bool,
    in_padding: bool,
    /// What stopped the decoder after it had given something.
    problem: Option<io::Error>,
}

impl Decompressing {
    async fn next(
        &mut self,
        compression: Compression,
        file: &str,
    ) -> Result<Option<Bytes>, ReadError> {
        let mut piece = vec![0; PIECE];
        let mut filled = 0;
        while filled < PIECE && self.problem.is_none() {
            match self.read(compression, &mut piece[filled..]) {
                Ok(None) => break,
                Ok(Some(read)) => filled += read,
                Err(error) if error.kind() == ErrorKind::WouldBlock => {
                    self.decoder.feed(self.compressed.try_next().await?);
                }
                Err(error) => self.problem = Some(error),
            }
        }
        piece.truncate(filled);
        match self.problem.take_if(|_| filled == 0) {
            Some(error) => Err(damaged(compression, file.to_owned(), &error)),
            None => Ok((filled > 0).then(|| piece.into())),
        }
    }
}

impl Decompressing {
    /// How much was decompressed; `None` at the end of the last member.
    fn read(&mut self, compression: Compression, into: &mut [u8]) -> io::Result<Option<usize>> {
        loop {
            match self.decoder.read(into)? {
                0 if !self.goes_on()? => return Ok(None),
                0 => {
                    let rest = std::mem::take(self.decoder.waiting());
                    self.decoder = Decoder::new(compression, rest)?;
                }
                read => return Ok(Some(read)),
            }
        }
    }

    /// Whether another member follows the one that has ended.
    fn goes_on(&mut self) -> io::Result<bool> {
        let waiting = self.decoder.waiting();
        loop {
            let rest = waiting.fill_buf()?;
            let zeros = rest.iter().take_while(|byte| **byte == 0).count();
            match rest.first() {
                None => return Ok(false),
                Some(0) if !self.padded => return Err(io::Error::other(PADDING)),
                Some(0) => self.in_padding = true,
                Some(_) if self.in_padding => return Err(io::Error::other(BEHIND_PADDING)),
                Some(_) => return Ok(true),
            }
            waiting.consume(zeros);
        }
    }
}

/// The compressed bytes that a decoder has not seen yet.
#[derive(Debug, Default)]
struct Waiting {
    bytes: Bytes,
    ended: bool,
}

impl Read for Waiting {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.fill_buf()?.read(into)?;
        self.consume(read);
        Ok(read)
    }
}

impl BufRead for Waiting {
    /// Bytes, or none at the end of the file, or the error that says that more will come.
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.bytes.is_empty() && !self.ended {
            return Err(ErrorKind::WouldBlock.into());
        }
        Ok(&self.bytes)
    }

    fn consume(&mut self, amount: usize) {
        self.bytes.advance(amount);
    }
}

/// The decoders of one member of each compression. Each pauses while bytes are missing.
enum Decoder {
    Gzip(Box<GzDecoder<Waiting>>),
    Zstd(ZstdDecoder<'static, Waiting>),
    Bzip2(BzDecoder<Waiting>),
}

impl Decoder {
    fn new(compression: Compression, waiting: Waiting) -> io::Result<Self> {
        Ok(match compression {
            Compression::Gzip => Self::Gzip(Box::new(GzDecoder::new(waiting))),
            Compression::Zstd => Self::Zstd(ZstdDecoder::with_buffer(waiting)?.single_frame()),
            Compression::Bzip2 => Self::Bzip2(BzDecoder::new(waiting)),
        })
    }

    fn waiting(&mut self) -> &mut Waiting {
        match self {
            Self::Gzip(decoder) => decoder.get_mut(),
            Self::Zstd(decoder) => decoder.get_mut(),
            Self::Bzip2(decoder) => decoder.get_mut(),
        }
    }

    /// The next bytes of the file, or its end.
    fn feed(&mut self, piece: Option<Bytes>) {
        let waiting = self.waiting();
        waiting.ended = piece.is_none();
        waiting.bytes = piece.unwrap_or_default();
    }

    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Gzip(decoder) => decoder.read(into),
            Self::Zstd(decoder) => decoder.read(into),
            Self::Bzip2(decoder) => decoder.read(into),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Compression, decompress};
    use crate::read::ReadError;
    use bytes::Bytes;
    use futures::executor::block_on;
    use futures::stream::{StreamExt, iter};
    use proptest::prelude::*;
    use std::io::Write;

    const ALL: [Compression; 3] = [Compression::Gzip, Compression::Zstd, Compression::Bzip2];

    fn compressed(compression: Compression, text: &[u8]) -> Vec<u8> {
        match compression {
            Compression::Gzip => {
                let mut compressed =
                    flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
                compressed.write_all(text).unwrap();
                compressed.finish().unwrap()
            }
            Compression::Zstd => {
                let mut compressed = zstd::Encoder::new(Vec::new(), 1).unwrap();
                compressed.include_checksum(true).unwrap();
                compressed.write_all(text).unwrap();
                compressed.finish().unwrap()
            }
            Compression::Bzip2 => {
                let mut compressed =
                    bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::fast());
                compressed.write_all(text).unwrap();
                compressed.finish().unwrap()
            }
        }
    }

    /// What could be decompressed, and what then stopped it.
    fn decompressed(compression: Compression, pieces: &[&[u8]]) -> (Vec<u8>, Option<ReadError>) {
        decompressed_as(compression, pieces, false)
    }

    fn decompressed_as(
        compression: Compression,
        pieces: &[&[u8]],
        padded: bool,
    ) -> (Vec<u8>, Option<ReadError>) {
        let pieces: Vec<_> = pieces.iter().map(|&it| Ok(Bytes::copy_from_slice(it))).collect();
        let mut decompressed =
            decompress(iter(pieces).boxed(), compression, "f".to_owned(), padded);
        let mut found = Vec::new();
        while let Some(piece) = block_on(decompressed.next()) {
            match piece {
                Ok(piece) => found.extend_from_slice(&piece),
                Err(error) => return (found, Some(error)),
            }
        }
        (found, None)
    }

    #[test]
    fn the_end_of_a_name_says_how_a_file_is_compressed() {
        for (name, compression) in [
            ("a.csv.gz", Some(Compression::Gzip)),
            ("a.CSV.GZ", Some(Compression::Gzip)),
            ("a.zst", Some(Compression::Zstd)),
            ("a.csv.zstd", Some(Compression::Zstd)),
            ("a.bz2", Some(Compression::Bzip2)),
            ("gz", None),
            ("é", None),
            ("a.gzip.csv", None),
        ] {
            assert_eq!(Compression::of(name), compression, "{name}");
        }
    }

    #[test]
    fn a_file_that_ends_too_soon_gives_what_it_has_and_then_an_error() {
        let text: Vec<u8> = (0..100_000_u32).flat_map(|it| (it % 7919).to_le_bytes()).collect();
        for compression in ALL {
            let whole = compressed(compression, &text);
            for end in [0, 1, 5, whole.len() / 2, whole.len() - 1] {
                let (found, error) = decompressed(compression, &[&whole[..end]]);
                assert!(text.starts_with(&found), "{compression:?} {end}");
                let error = error.unwrap_or_else(|| panic!("{compression:?} {end}")).to_string();
                assert!(error.contains(compression.name()), "{error}");
            }
        }
    }

    #[test]
    fn bytes_that_are_not_compressed_are_an_error() {
        for compression in ALL {
            assert!(decompressed(compression, &[b"a,b\n1,2\n"]).1.is_some(), "{compression:?}");
            let mut wrong = compressed(compression, &b"all work and no play\n".repeat(50));
            let middle = wrong.len() - 6;
            wrong[middle] ^= 0xFF;
            assert!(decompressed(compression, &[&wrong]).1.is_some(), "{compression:?}");
        }
    }

    #[test]
    fn a_bomb_comes_out_in_small_pieces() {
        for compression in ALL {
            let bomb = compressed(compression, &vec![b'x'; 64 << 20]);
            assert!(bomb.len() < 1 << 20, "{compression:?}");
            let bomb = iter([Ok(bomb.into())]).boxed();
            let mut pieces = decompress(bomb, compression, "f".to_owned(), false);
            let mut total = 0;
            while let Some(piece) = block_on(pieces.next()) {
                let piece = piece.unwrap();
                assert!(piece.len() <= super::PIECE);
                total += piece.len();
            }
            assert_eq!(total, 64 << 20, "{compression:?}");
        }
    }

    #[test]
    fn zeros_may_follow_what_is_compressed_where_they_are_declared() {
        for compression in ALL {
            let whole = [
                compressed(compression, b"a,b\n"),
                compressed(compression, b"1,2\n"),
                vec![0; 1000],
            ]
            .concat();
            for pieces in [vec![&whole[..]], whole.chunks(1).collect(), whole.chunks(7).collect()] {
                let (found, error) = decompressed_as(compression, &pieces, true);
                assert!(error.is_none(), "{compression:?} {error:?}");
                assert_eq!(found, b"a,b\n1,2\n");
                let (found, error) = decompressed(compression, &pieces);
                assert_eq!(found, b"a,b\n1,2\n");
                assert!(error.unwrap().to_string().contains("`zero_padding: true`"));
            }
            for behind in [&b"x"[..], &compressed(compression, b"3,4\n")] {
                let more = [&whole[..], behind].concat();
                let (found, error) = decompressed_as(compression, &[&more], true);
                assert_eq!(found, b"a,b\n1,2\n");
                assert!(error.unwrap().to_string().contains("something follows the zeros"));
            }
        }
    }

    proptest! {
        #[test]
        fn members_and_pieces_never_show(
            members in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..300), 1..4),
            cuts in prop::collection::vec(0_usize..1000, 0..6),
        ) {
            for compression in ALL {
                let whole: Vec<u8> = members.iter().flat_map(|it| compressed(compression, it)).collect();
                let mut cuts: Vec<_> = cuts.iter().map(|cut| (*cut).min(whole.len())).collect();
                cuts.extend([0, whole.len()]);
                cuts.sort_unstable();
                let pieces: Vec<_> =
                    cuts.windows(2).map(|cut| &whole[cut[0]..cut[1]]).filter(|it| !it.is_empty()).collect();
                let (found, error) = decompressed(compression, &pieces);
                prop_assert!(error.is_none(), "{:?} {:?}", compression, error);
                prop_assert_eq!(found, members.concat());
                let bytes: Vec<_> = whole.chunks(1).collect();
                prop_assert_eq!(decompressed(compression, &bytes).0, members.concat());
            }
        }
    }
}
