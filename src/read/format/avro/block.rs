//! The blocks of an Avro file, decompressed within bounds.

use std::borrow::Cow;
use std::io::Read;

use arrow_avro::compression::CompressionCodec;

/// The maximum decompressed size of a block.
const MAX_UNPACKED: usize = 64 << 20;

/// Rows of a file.
#[derive(Debug)]
pub(super) struct Block {
    /// How many rows it says it has.
    pub(super) rows: usize,
    /// Their bytes; still compressed if `packed` says how.
    pub(super) data: Vec<u8>,
    /// The number of bytes without compression.
    pub(super) size: usize,
    /// The codec that is left to Arrow's reader.
    pub(super) packed: Option<&'static str>,
}

/// The codec of a name in a header; `None` for none.
pub(super) fn codec(name: &[u8]) -> Result<Option<CompressionCodec>, String> {
    Ok(match name {
        b"null" | b"" => None,
        b"deflate" => Some(CompressionCodec::Deflate),
        b"snappy" => Some(CompressionCodec::Snappy),
        b"zstandard" => Some(CompressionCodec::ZStandard),
        b"bzip2" => Some(CompressionCodec::Bzip2),
        other => {
            let name = String::from_utf8_lossy(other).into_owned();
            let known = "`deflate`, `snappy`, `zstandard` and `bzip2` are read";
            return Err(format!("it is packed with `{name}`; {known}"));
        }
    })
}

/// Decompresses a block if its size must be limited.
pub(super) fn unpack(
    data: &[u8],
    rows: usize,
    codec: Option<CompressionCodec>,
) -> Result<Block, String> {
    let data = match codec {
        None => Cow::Borrowed(data),
        Some(CompressionCodec::Deflate) => bounded(flate2::read::DeflateDecoder::new(data))?.into(),
        Some(CompressionCodec::Bzip2) => bounded(bzip2::read::BzDecoder::new(data))?.into(),
        Some(CompressionCodec::ZStandard) => {
            let decoder = zstd::Decoder::new(data).map_err(|error| packed(&error))?;
            bounded(decoder)?.into()
        }
        Some(CompressionCodec::Snappy) => return snappy(data, rows),
        Some(CompressionCodec::Xz) => return Err("it is packed with `xz`".to_owned()),
    };
    let size = data.len();
    possible(rows, size)?;
    Ok(Block { rows, data: data.into_owned(), size, packed: None })
}

/// A block of snappy starts with its size, which its decoder keeps to, and ends in a checksum.
fn snappy(data: &[u8], rows: usize) -> Result<Block, String> {
    let mut size = 0_usize;
    let mut ended = false;
    for (at, byte) in data.iter().take(5).enumerate() {
        size |= usize::from(byte & 0x7f) << (7 * at);
        ended = byte & 0x80 == 0;
        if ended {
            break;
        }
    }
    if !ended || data.len() < 5 {
        return Err("a block is not what snappy writes".to_owned());
    }
    if size > MAX_UNPACKED {
        return Err(too_large());
    }
    possible(rows, size)?;
    Ok(Block { rows, data: data.to_vec(), size, packed: Some("snappy") })
}

fn bounded(decoder: impl Read) -> Result<Vec<u8>, String> {
    let mut data = Vec::new();
    let mut decoder = decoder.take(MAX_UNPACKED as u64 + 1);
    decoder.read_to_end(&mut data).map_err(|error| packed(&error))?;
    if data.len() > MAX_UNPACKED { Err(too_large()) } else { Ok(data) }
}

fn packed(error: &std::io::Error) -> String {
    format!("a block cannot be unpacked: {error}")
}

fn too_large() -> String {
    format!("a block becomes larger than {} MiB", MAX_UNPACKED >> 20)
}

/// A row takes at least a byte, and bytes belong to rows.
fn possible(rows: usize, size: usize) -> Result<(), String> {
    if rows > size || (rows == 0 && size > 0) {
        return Err(format!("a block of {size} bytes cannot hold {rows} rows"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{codec, unpack};
    use arrow_avro::compression::CompressionCodec;
    use flate2::write::DeflateEncoder;
    use std::io::Write;

    #[test]
    fn a_block_that_becomes_too_large_is_refused() {
        let mut packed = DeflateEncoder::new(Vec::new(), flate2::Compression::fast());
        let zeros = vec![0; 1 << 20];
        (0..300).for_each(|_| packed.write_all(&zeros).unwrap());
        let packed = packed.finish().unwrap();
        let error = unpack(&packed, 1, Some(CompressionCodec::Deflate)).unwrap_err();
        assert_eq!(error, "a block becomes larger than 64 MiB");
        let snappy = [0xff, 0xff, 0xff, 0xff, 0x0f, 0, 0, 0, 0];
        let error = unpack(&snappy, 1, Some(CompressionCodec::Snappy)).unwrap_err();
        assert_eq!(error, "a block becomes larger than 64 MiB");
    }

    #[test]
    fn a_block_holds_as_many_rows_as_it_can() {
        assert!(unpack(b"ab", 2, None).is_ok() && unpack(b"", 0, None).is_ok());
        assert!(unpack(b"ab", 3, None).is_err() && unpack(b"ab", 0, None).is_err());
        assert!(unpack(b"ab", usize::MAX, None).is_err());
    }

    #[test]
    fn what_cannot_be_unpacked_is_said() {
        for codec in
            [CompressionCodec::Deflate, CompressionCodec::Bzip2, CompressionCodec::ZStandard]
        {
            assert!(unpack(b"\x07nonsense", 1, Some(codec)).is_err(), "{codec:?}");
        }
        assert!(unpack(b"", 0, Some(CompressionCodec::Snappy)).is_err());
        assert!(codec(b"xz").unwrap_err().contains("`xz`"));
    }
}
