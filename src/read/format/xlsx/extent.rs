//! The size of a workbook, determined before anything of it is kept.
//!
//! The sizes stated in a zip file need not be true, so that every part is decompressed once and
//! counted. The crate that reads workbooks keeps all shared strings, one cell of the sheet, and
//! room for as many strings as the part says it has; each several times over while it is read.

use std::io::{BufRead, BufReader, Cursor, Read};

use memchr::memmem;
use zip::ZipArchive;

use crate::read::ReadError;

/// The longest text between two tags, in bytes. A cell of Excel has 32,767 characters.
const LONGEST_TEXT: u64 = 1 << 20;
/// Strings that a workbook may announce though it is smaller than they could be.
const ANNOUNCED: u64 = 1_000_000;
/// How often a text is in memory while it is read.
const COPIES: u64 = 4;
/// The last cell of a sheet, its column and its row.
const LAST: &str = "XFD1048576";
pub(super) const COLUMNS: u64 = 16_384;
pub(super) const ROWS: u64 = 1_048_576;
/// What room for a string costs, in bytes.
const ROOM: u64 = 24;

/// What is counted of the parts of a workbook.
#[derive(Debug, Default)]
pub(super) struct Extent {
    /// All that is unpacked, in bytes.
    unpacked: u64,
    /// What is held of it at once.
    held: u64,
}

impl Extent {
    /// Counts the parts of a workbook, of which at most `most` bytes may be decompressed.
    pub(super) fn of(file: &str, whole: &[u8], most: u64) -> Result<Self, ReadError> {
        let damaged = |problem: String| ReadError::Workbook { file: file.to_owned(), problem };
        let mut archive =
            ZipArchive::new(Cursor::new(whole)).map_err(|error| damaged(error.to_string()))?;
        let mut extent = Self::default();
        for part in 0..archive.len() {
            let part = archive.by_index(part).map_err(|error| damaged(error.to_string()))?;
            let name = part.name().map_err(|error| damaged(error.to_string()))?;
            let name = name.to_ascii_lowercase();
            let left = most - extent.unpacked;
            let part = Part::of(&name, part.take(left + 1)).map_err(damaged)?;
            if part.size > left {
                let most = format!("{} MiB", most >> 20);
                return Err(super::workbook::too_large(
                    file,
                    format!("more than {most} unpacked"),
                    most,
                ));
            }
            extent.unpacked += part.size;
            extent.held = extent.held.saturating_add(part.held(&name));
        }
        Ok(extent)
    }

    /// What reading the workbook takes besides the file itself, in bytes.
    pub(super) fn held(&self) -> u64 {
        self.held
    }
}

/// What is counted of one part.
#[derive(Debug, Default)]
struct Part {
    size: u64,
    /// The most between the ends of two cells.
    cell: u64,
    /// How many strings it says it has.
    announced: u64,
}

impl Part {
    fn of(name: &str, bytes: impl Read) -> Result<Self, String> {
        let mut part = Self::default();
        let mut bytes = BufReader::new(bytes);
        if !is_xml(name) {
            part.size = std::io::copy(&mut bytes, &mut std::io::sink())
                .map_err(|error| error.to_string())?;
            return Ok(part);
        }
        let (mut piece, mut cell) = (Vec::new(), 0);
        loop {
            piece.clear();
            let read = bytes.by_ref().take(LONGEST_TEXT + 1).read_until(b'>', &mut piece);
            let read = read.map_err(|error| error.to_string())? as u64;
            if read > LONGEST_TEXT {
                let longest = LONGEST_TEXT >> 20;
                return Err(format!("a text in it is longer than {longest} MiB"));
            }
            part.size += read;
            cell += read;
            part.cell = part.cell.max(cell);
            if piece.ends_with(b"/c>") || piece.ends_with(b":c>") {
                cell = 0;
            }
            part.announced = part.announced.max(announced(&piece));
            if let Some(reference) = beyond(&piece) {
                return Err(format!("it speaks of `{reference}`, and sheets end at `{LAST}`"));
            }
            if read == 0 {
                break;
            }
        }
        match part.announced > part.size.max(ANNOUNCED) {
            true => Err(format!(
                "it says that it has {} texts, and is too small for them",
                part.announced
            )),
            false => Ok(part),
        }
    }

    /// What is held of it while the workbook is read.
    fn held(&self, name: &str) -> u64 {
        let room = self.announced.saturating_mul(ROOM);
        let texts = if is_xml(name) && name.contains("sheets/") { self.cell } else { self.size };
        texts.saturating_mul(COPIES).saturating_add(room)
    }
}

fn is_xml(name: &str) -> bool {
    [".xml", ".rels"].iter().any(|end| name.ends_with(end))
}

/// A reference in a tag, as in `r="A1"` or `ref="A1:C9"`, to what lies beyond the last cell of a sheet:
/// the crate that reads workbooks counts on from there.
fn beyond(piece: &[u8]) -> Option<String> {
    let tag = &piece[memchr::memrchr(b'<', piece).unwrap_or(0)..];
    let found = memmem::find_iter(tag, b"r").chain(memmem::find_iter(tag, b"ref"));
    found.filter_map(|at| value(tag, at)).find(|value| !value.split(':').all(is_within))
}

/// The value of the attribute `r` or `ref` that may begin there.
fn value(tag: &[u8], at: usize) -> Option<String> {
    let is_apart = at.checked_sub(1).is_some_and(|before| tag[before].is_ascii_whitespace());
    let name = tag[at..].iter().take_while(|it| it.is_ascii_lowercase()).count();
    let is_named = matches!(&tag[at..at + name], b"r" | b"ref");
    let rest = tag[at + name..].trim_ascii_start().strip_prefix(b"=")?.trim_ascii_start();
    let quote = rest.first().filter(|it| b"\"'".contains(it))?;
    let end = memchr::memchr(*quote, &rest[1..])?;
    (is_apart && is_named).then(|| String::from_utf8_lossy(&rest[1..=end]).into_owned())
}

/// Whether a cell, column or row is one of a sheet. Invalid references are reported by the reader.
fn is_within(reference: &str) -> bool {
    let letters = reference.trim_end_matches(|it: char| it.is_ascii_digit());
    let digits = &reference[letters.len()..];
    if !letters.bytes().all(|it| it.is_ascii_alphabetic()) {
        return true;
    }
    let column = letters.bytes().fold(0_u64, |column, letter| {
        let place = u64::from(letter.to_ascii_uppercase() - b'A') + 1;
        column.saturating_mul(26).saturating_add(place)
    });
    let row = digits
        .bytes()
        .fold(0_u64, |row, digit| row.saturating_mul(10).saturating_add(u64::from(digit - b'0')));
    column <= COLUMNS && row <= ROWS
}

/// How many strings a piece of XML announces.
fn announced(piece: &[u8]) -> u64 {
    const ATTRIBUTE: &[u8] = b"uniqueCount";
    let counts = memmem::find_iter(piece, ATTRIBUTE).map(|at| {
        let value = piece[at + ATTRIBUTE.len()..].trim_ascii_start();
        let Some(value) = value.strip_prefix(b"=") else { return 0 };
        let digits = value.iter().skip_while(|it| b" \t\r\n\"'+".contains(it));
        let digits = digits.take_while(|it| it.is_ascii_digit());
        digits.fold(0, |count: u64, digit| {
            count.saturating_mul(10).saturating_add(u64::from(digit - b'0'))
        })
    });
    counts.max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::{Extent, announced, beyond};
    use std::io::{Cursor, Write};
    use zip::write::SimpleFileOptions;

    fn archive(parts: &[(&str, &[u8])]) -> Vec<u8> {
        let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
        for (name, bytes) in parts {
            archive.start_file(*name, SimpleFileOptions::default()).unwrap();
            archive.write_all(bytes).unwrap();
        }
        archive.finish().unwrap().into_inner()
    }

    fn held(name: &str, text: &str) -> Result<u64, String> {
        let whole = archive(&[(name, text.as_bytes())]);
        Extent::of("f", &whole, 64 << 20).map(|it| it.held()).map_err(|error| error.to_string())
    }

    #[test]
    fn a_file_that_unpacks_to_too_much_is_refused() {
        let zeros = vec![0; 1 << 20];
        let whole = archive(&[("0", &zeros), ("1", &zeros), ("2", &zeros)]);
        assert!(whole.len() < 1 << 16);
        assert!(Extent::of("f", &whole, 3 << 20).is_ok());
        let error = Extent::of("f", &whole, 2 << 20).unwrap_err().to_string();
        let expected =
            "`f` is too large a workbook: more than 2 MiB unpacked where 2 MiB are allowed";
        assert_eq!(error, expected);
    }

    #[test]
    fn what_a_workbook_says_that_it_has_is_not_believed() {
        let strings = "xl/sharedStrings.xml";
        for attribute in [
            "uniqueCount=\"4000000000\"",
            "uniqueCount = '4000000000'",
            "uniqueCount='99999999999999999999999'",
        ] {
            let text =
                format!("<?xml?><!-- > --><sst count=\"1\" {attribute}><si><t>id</t></si></sst>");
            let error = held(strings, &text).unwrap_err();
            assert!(error.contains("is too small for them"), "{error}");
        }
        assert!(
            held(strings, "<sst uniqueCount=\"7000\"><si><t>id</t></si></sst>").unwrap()
                > 7_000 * 24
        );
        assert_eq!(announced(b"<t>uniqueCount 9</t>"), 0);
    }

    #[test]
    fn what_lies_beyond_the_last_cell_is_found() {
        for (tag, found) in [
            ("<c r=\"XFD1048576\">", None),
            ("<row r=\"1048576\" spans=\"1:3\">", None),
            ("<dimension ref=\"A1:XFD1048576\"/>", None),
            ("<c s=\"1\" t=\"str\">", None),
            ("r=\"XFE1\" is text<c r=\"A1\">", None),
            ("<c r=\"XFE1\">", Some("XFE1")),
            ("<x:c t='s' r = 'ZZZZZZ2'>", Some("ZZZZZZ2")),
            ("<row r=\"1048577\">", Some("1048577")),
            ("<c r=\"a99999999999999999999999\">", Some("a99999999999999999999999")),
            ("<f t=\"shared\" ref=\"A1:ZZZZ9\">", Some("A1:ZZZZ9")),
            ("\" r=\"ZZZZ9\">", Some("ZZZZ9")),
        ] {
            assert_eq!(beyond(tag.as_bytes()).as_deref(), found, "{tag}");
        }
    }

    #[test]
    fn shared_strings_and_the_largest_cell_are_held_and_rows_are_not() {
        let strings = "<si><t>a text</t></si>".repeat(10_000);
        let size = strings.len() as u64;
        assert_eq!(held("xl/sharedStrings.xml", &strings), Ok(4 * size));
        let cell = "<c r=\"A1\"><v>1</v></c>";
        assert_eq!(
            held("xl/worksheets/sheet1.xml", &cell.repeat(10_000)),
            Ok(4 * cell.len() as u64)
        );
        let runs = format!("<c><is>{}</is></c>", "<r><t>x</t></r>".repeat(10_000));
        assert_eq!(held("xl/worksheets/sheet1.xml", &runs), Ok(4 * runs.len() as u64));
        let long = format!("<t>{}</t>", "x".repeat(2 << 20));
        assert!(held("xl/worksheets/sheet1.xml", &long).unwrap_err().contains("longer than 1 MiB"));
    }
}
