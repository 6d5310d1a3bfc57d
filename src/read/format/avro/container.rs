//! The container of an Avro file: a header with a schema, then blocks of rows.
//!
//! Apache Avro 1.12.0, "Object Container Files". Every length is checked before it is used.

use arrow_avro::compression::{CODEC_METADATA_KEY, CompressionCodec};
use arrow_avro::schema::SCHEMA_METADATA_KEY;

use super::block::{self, Block};

const MAGIC: &[u8] = b"Obj\x01";
const SYNC: usize = 16;
/// A header may be this long and no longer.
const MAX_HEADER: usize = 16 << 20;
/// A block may be this long as it is stored, and no longer. Usual ones have 16 KiB to 4 MiB.
const MAX_BLOCK: usize = 64 << 20;

/// What all blocks of a file have in common.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Header {
    schema: Vec<u8>,
    pub(super) codec: Option<CompressionCodec>,
    sync: [u8; SYNC],
}

/// The received bytes of a file that are not consumed yet.
#[derive(Debug, Default)]
pub(super) struct Container {
    bytes: Vec<u8>,
    /// The number of consumed bytes.
    taken: usize,
}

impl Container {
    /// Adds the next bytes of the file.
    pub(super) fn feed(&mut self, piece: &[u8]) {
        self.bytes.drain(..std::mem::take(&mut self.taken));
        self.bytes.extend_from_slice(piece);
    }

    /// Whether nothing is left over.
    pub(super) fn is_empty(&self) -> bool {
        self.taken == self.bytes.len()
    }

    /// The header, or `None` until more arrives.
    pub(super) fn header(&mut self) -> Result<Option<Header>, String> {
        let mut cursor = Cursor(&self.bytes);
        let start = &self.bytes[..self.bytes.len().min(MAGIC.len())];
        if !MAGIC.starts_with(start) {
            return Err("it does not start as Avro files do".to_owned());
        }
        if let Some(header) = header(&mut cursor)? {
            self.taken = self.bytes.len() - cursor.0.len();
            return Ok(Some(header));
        }
        if self.bytes.len() > MAX_HEADER {
            return Err(format!("its header is longer than {} MiB", MAX_HEADER >> 20));
        }
        Ok(None)
    }

    /// The next block, decompressed, or `None` until more arrives.
    pub(super) fn block(&mut self, header: &Header) -> Result<Option<Block>, String> {
        let mut cursor = Cursor(&self.bytes[self.taken..]);
        let (Some(rows), Some(size)) = (cursor.long()?, cursor.long()?) else { return Ok(None) };
        let rows = usize::try_from(rows).map_err(|_| "a block has less than no rows")?;
        let size = usize::try_from(size).ok().filter(|size| *size <= MAX_BLOCK);
        let size = size.ok_or(format!("a block is longer than {} MiB", MAX_BLOCK >> 20))?;
        let (Some(data), Some(sync)) = (cursor.bytes(size), cursor.bytes(SYNC)) else {
            return Ok(None);
        };
        if sync != header.sync {
            return Err("a block does not end where it says".to_owned());
        }
        let block = block::unpack(data, rows, header.codec)?;
        self.taken = self.bytes.len() - cursor.0.len();
        Ok(Some(block))
    }
}

fn header(cursor: &mut Cursor) -> Result<Option<Header>, String> {
    let (mut schema, mut codec) = (None, None);
    if cursor.bytes(MAGIC.len()).is_none() {
        return Ok(None);
    }
    loop {
        let Some(members) = cursor.long()? else { return Ok(None) };
        if members < 0 && cursor.long()?.is_none() {
            return Ok(None);
        }
        for _ in 0..members.unsigned_abs() {
            let Some(key) = cursor.text()? else { return Ok(None) };
            let Some(value) = cursor.text()? else { return Ok(None) };
            match key {
                key if key == SCHEMA_METADATA_KEY.as_bytes() => schema = Some(value.to_vec()),
                key if key == CODEC_METADATA_KEY.as_bytes() => codec = block::codec(value)?,
                _ => {}
            }
        }
        if members == 0 {
            break;
        }
    }
    let Some(sync) = cursor.bytes(SYNC) else { return Ok(None) };
    let sync = sync.try_into().map_err(|_| "its header is cut")?;
    let schema = schema.ok_or("its header has no schema")?;
    Ok(Some(Header { schema, codec, sync }))
}

impl Header {
    /// A file of the same schema without any rows.
    pub(super) fn empty_file(&self) -> Vec<u8> {
        self.start(None)
    }

    /// A file of the same schema with one block, which claims more rows than it can contain.
    pub(super) fn file_of(&self, block: &Block) -> Vec<u8> {
        let mut file = self.start(block.packed);
        put(&mut file, block.rows.saturating_add(block.size).saturating_add(1));
        put(&mut file, block.data.len());
        file.extend_from_slice(&block.data);
        file.extend_from_slice(&self.sync);
        file
    }

    fn start(&self, packed: Option<&'static str>) -> Vec<u8> {
        let mut file = MAGIC.to_vec();
        let members = [
            (SCHEMA_METADATA_KEY, self.schema.as_slice()),
            (CODEC_METADATA_KEY, packed.unwrap_or("null").as_bytes()),
        ];
        put(&mut file, members.len());
        for (key, value) in members {
            for text in [key.as_bytes(), value] {
                put(&mut file, text.len());
                file.extend_from_slice(text);
            }
        }
        put(&mut file, 0);
        file.extend_from_slice(&self.sync);
        file
    }
}

/// Appends a number: zigzag, seven bits to a byte, the lowest first.
fn put(file: &mut Vec<u8>, number: usize) {
    let mut rest = (number as u64) << 1;
    while rest >= 0x80 {
        file.push((rest & 0x7f) as u8 | 0x80);
        rest >>= 7;
    }
    file.push((rest & 0x7f) as u8);
}

/// Bytes that are read one after the other; nothing where they end too early.
struct Cursor<'a>(&'a [u8]);

impl<'a> Cursor<'a> {
    fn long(&mut self) -> Result<Option<i64>, String> {
        let mut value = 0_u64;
        for (at, byte) in self.0.iter().enumerate().take(10) {
            value |= u64::from(byte & 0x7f) << (7 * at);
            if byte & 0x80 == 0 {
                self.0 = &self.0[at + 1..];
                return Ok(Some((value >> 1).cast_signed() ^ -(value & 1).cast_signed()));
            }
        }
        if self.0.len() < 10 { Ok(None) } else { Err("a number never ends".to_owned()) }
    }

    fn bytes(&mut self, length: usize) -> Option<&'a [u8]> {
        let (bytes, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(bytes)
    }

    fn text(&mut self) -> Result<Option<&'a [u8]>, String> {
        let Some(length) = self.long()? else { return Ok(None) };
        let length = usize::try_from(length).ok().filter(|length| *length <= MAX_HEADER);
        Ok(self.bytes(length.ok_or("its header holds a text of no possible length")?))
    }
}

#[cfg(test)]
mod tests {
    use super::{Container, Cursor, put};

    #[test]
    fn numbers_read_back() {
        for number in [0, 1, 63, 64, 8191, 8192, 1 << 40] {
            let mut bytes = Vec::new();
            put(&mut bytes, number);
            assert_eq!(Cursor(&bytes).long(), Ok(Some(i64::try_from(number).unwrap())));
            assert_eq!(Cursor(&bytes[..bytes.len() - 1]).long(), Ok(None));
        }
        assert_eq!(Cursor(&[1]).long(), Ok(Some(-1)));
        assert!(Cursor(&[0xff; 11]).long().is_err());
    }

    #[test]
    fn a_header_arrives_in_any_pieces() {
        let mut file = b"Obj\x01".to_vec();
        put(&mut file, 1);
        for text in ["avro.schema", "{}"] {
            put(&mut file, text.len());
            file.extend_from_slice(text.as_bytes());
        }
        put(&mut file, 0);
        file.extend_from_slice(&[7; 16]);
        let mut container = Container::default();
        for byte in &file {
            assert_eq!(container.header(), Ok(None));
            container.feed(&[*byte]);
        }
        let header = container.header().unwrap().unwrap();
        assert_eq!((header.schema.as_slice(), header.sync), (&b"{}"[..], [7; 16]));
        assert!(container.is_empty());
    }

    #[test]
    fn what_is_no_avro_is_said_at_once() {
        let mut container = Container::default();
        container.feed(b"PA");
        assert_eq!(container.header().unwrap_err(), "it does not start as Avro files do");
    }
}
