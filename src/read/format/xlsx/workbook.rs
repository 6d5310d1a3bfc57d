//! A workbook as a file: how large it may be, and which sheet of it is meant.

use std::io::Cursor;

use calamine::{Reader, Sheet, SheetType, SheetVisible, Xlsx, XlsxError};

use super::extent::Extent;
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

/// Opens a workbook, once it is known how large it becomes and that so many bytes more are granted.
pub(super) fn open<E: From<ReadError>>(
    file: &str,
    whole: Vec<u8>,
    grant: impl FnOnce(u64) -> Result<(), E>,
) -> Result<Xlsx<Bytes>, E> {
    grant(Extent::of(file, &whole, MAX_UNPACKED)?.held())?;
    Xlsx::new(Cursor::new(whole)).map_err(|error| damaged(file, &error).into())
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

pub(super) fn too_large(file: &str, size: String, limit: String) -> ReadError {
    ReadError::WorkbookSize { file: file.to_owned(), size, limit }
}

#[cfg(test)]
mod tests {
    use super::{check_size, open};
    use crate::read::ReadError;

    #[test]
    fn a_file_that_is_too_large_is_not_even_fetched() {
        assert!(check_size("f", 256 << 20).is_ok() && check_size("f", (256 << 20) + 1).is_err());
    }

    #[test]
    fn what_is_no_workbook_is_an_error() {
        let empty = zip::ZipWriter::new(std::io::Cursor::new(Vec::new())).finish().unwrap();
        for bytes in [b"id,n\n".to_vec(), empty.into_inner()] {
            assert!(open::<ReadError>("f", bytes, |_| Ok(())).is_err());
        }
    }
}
