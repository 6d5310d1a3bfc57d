//! A workbook as a file: how large it may be, and which sheet of it is meant.

use std::io::{Cursor, Read};

use calamine::{Reader, Sheet, SheetType, SheetVisible, Xlsx, XlsxError};
use zip::ZipArchive;

use crate::read::ReadError;

/// A workbook as bytes.
pub(super) type Bytes = Cursor<Vec<u8>>;

/// The largest file that is read, in bytes as stored.
const MAX_STORED: u64 = 256 << 20;
/// The most that all its parts may be together when they are unpacked, in bytes.
const MAX_UNPACKED: u64 = 1 << 30;

/// Refuses a file that is too large to be held in memory.
pub(super) fn check_size(file: &str, size: u64) -> Result<(), ReadError> {
    if size <= MAX_STORED {
        return Ok(());
    }
    Err(too_large(file, format!("{} MiB", size >> 20), format!("{} MiB", MAX_STORED >> 20)))
}

/// Opens a workbook, once it is known how large it becomes.
pub(super) fn open(file: &str, whole: Vec<u8>) -> Result<Xlsx<Bytes>, ReadError> {
    unpacked(file, &whole, MAX_UNPACKED)?;
    Xlsx::new(Cursor::new(whole)).map_err(|error| damaged(file, &error))
}

/// The name of the sheet to read: the declared one, or the first that is visible.
pub(super) fn sheet(
    book: &Xlsx<Bytes>,
    declared: Option<&str>,
    file: &str,
) -> Result<String, ReadError> {
    let mut sheets: Vec<&Sheet> =
        book.sheets_metadata().iter().filter(|sheet| sheet.typ == SheetType::WorkSheet).collect();
    // What people see comes first.
    sheets.sort_by_key(|sheet| sheet.visible != SheetVisible::Visible);
    let names: Vec<String> = sheets.into_iter().map(|sheet| sheet.name.clone()).collect();
    let meant = declared.map_or(names.first(), |declared| names.iter().find(|it| *it == declared));
    meant.cloned().ok_or_else(|| ReadError::MissingSheet {
        file: file.to_owned(),
        sheet: declared.unwrap_or_default().to_owned(),
        found: names,
    })
}

/// What the reader of workbooks says about one.
pub(super) fn damaged(file: &str, error: &XlsxError) -> ReadError {
    ReadError::Workbook { file: file.to_owned(), problem: error.to_string() }
}

/// Unpacks everything once, for its size alone: what a zip file says of itself need not be true.
fn unpacked(file: &str, whole: &[u8], limit: u64) -> Result<(), ReadError> {
    let damaged = |problem: String| ReadError::Workbook { file: file.to_owned(), problem };
    let mut archive =
        ZipArchive::new(Cursor::new(whole)).map_err(|error| damaged(error.to_string()))?;
    let mut left = limit;
    for part in 0..archive.len() {
        let part = archive.by_index(part).map_err(|error| damaged(error.to_string()))?;
        let mut bounded = part.take(left + 1);
        let size = std::io::copy(&mut bounded, &mut std::io::sink());
        let size = size.map_err(|error| damaged(error.to_string()))?;
        left = left.checked_sub(size).ok_or_else(|| {
            let limit = format!("{} MiB", limit >> 20);
            too_large(file, format!("more than {limit} unpacked"), limit)
        })?;
    }
    Ok(())
}

fn too_large(file: &str, size: String, limit: String) -> ReadError {
    ReadError::WorkbookSize { file: file.to_owned(), size, limit }
}

#[cfg(test)]
mod tests {
    use super::{check_size, open, unpacked};
    use std::io::{Cursor, Write};
    use zip::write::SimpleFileOptions;

    fn archive(parts: usize, size: usize) -> Vec<u8> {
        let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
        for part in 0..parts {
            archive.start_file(part.to_string(), SimpleFileOptions::default()).unwrap();
            archive.write_all(&vec![0; size]).unwrap();
        }
        archive.finish().unwrap().into_inner()
    }

    #[test]
    fn a_file_that_unpacks_to_too_much_is_refused() {
        let whole = archive(3, 1 << 20);
        assert!(whole.len() < 1 << 16);
        assert!(unpacked("f", &whole, 3 << 20).is_ok());
        let error = unpacked("f", &whole, 2 << 20).unwrap_err().to_string();
        let expected =
            "`f` is too large a workbook: more than 2 MiB unpacked where 2 MiB are allowed";
        assert_eq!(error, expected);
    }

    #[test]
    fn a_file_that_is_too_large_is_not_even_fetched() {
        assert!(check_size("f", 256 << 20).is_ok() && check_size("f", (256 << 20) + 1).is_err());
    }

    #[test]
    fn what_is_no_workbook_is_an_error() {
        assert!(open("f", b"id,n\n".to_vec()).is_err());
        assert!(open("f", archive(1, 10)).is_err());
    }
}
