//! Columns whose values are in the path of a file, as `name=value`.
//!
//! Such a value is the same for all rows of a file, so it is read once, by the parser of its
//! column, and a file whose path does not fit is an error and not a file of rejects.

use std::sync::{Arc, OnceLock};

use datafusion::arrow::array::{ArrayRef, new_null_array};
use datafusion::arrow::error::ArrowError;
use datafusion::common::ScalarValue;

use super::declared::Declared;
use super::presence::Presence;
use crate::declare::MissingColumns;
use crate::plan::SourceField;
use crate::read::ReadError;
use crate::value::{Faults, Texts};

/// What Hive and Spark write for NULL.
const NULL: &str = "__HIVE_DEFAULT_PARTITION__";

/// The values in the path of one file.
#[derive(Debug, Clone)]
pub(in crate::read) struct Folders(Arc<Found>);

#[derive(Debug)]
struct Found {
    columns: Vec<Option<Constant>>,
    presence: Presence,
}

#[derive(Debug)]
struct Constant {
    one: ArrayRef,
    /// The value repeated for the rows of a batch, shared by all batches.
    many: OnceLock<ArrayRef>,
}

impl Folders {
    /// Reads the values in the path of a file.
    pub(in crate::read) fn of(declared: &Declared, file: &str) -> Result<Self, ReadError> {
        let columns = declared.source.columns.iter().enumerate();
        let constant = |(column, field): (usize, &SourceField)| {
            let constant = |one| Constant { one, many: OnceLock::new() };
            field.folder.then(|| value(declared, column, file).map(constant)).transpose()
        };
        let columns = columns.map(constant).collect::<Result<_, _>>()?;
        Ok(Self(Arc::new(Found { columns, presence: presence(declared, file) })))
    }

    /// Which columns there are in the path.
    pub(in crate::read) fn presence(&self) -> &Presence {
        &self.0.presence
    }

    /// A column of so many rows; nothing if its values are in the file itself.
    pub(in crate::read) fn column(
        &self,
        column: usize,
        rows: usize,
    ) -> Option<Result<ArrayRef, ArrowError>> {
        self.0.columns[column].as_ref().map(|constant| constant.repeat(rows))
    }
}

impl Constant {
    fn repeat(&self, rows: usize) -> Result<ArrayRef, ArrowError> {
        if let Some(many) = self.many.get().filter(|many| many.len() >= rows) {
            return Ok(many.slice(0, rows));
        }
        let value = ScalarValue::try_from_array(&self.one, 0)?;
        let many = value.to_array_of_size(rows)?;
        Ok(Arc::clone(self.many.get_or_init(|| Arc::clone(&many))))
            .map(|kept| if kept.len() == rows { kept } else { many })
    }
}

/// The value of a column, as an array of one row.
fn value(declared: &Declared, column: usize, file: &str) -> Result<ArrayRef, ReadError> {
    let field = &declared.source.columns[column];
    let null = || new_null_array(&field.arrow_type(), 1);
    let missing = || ReadError::MissingFolder { file: file.to_owned(), names: field.from.clone() };
    let lenient = field.optional || declared.source.missing_columns == MissingColumns::Null;
    let stops = field.required || !lenient;
    let Some(written) = written(field, file) else {
        return if stops { Err(missing()) } else { Ok(null()) };
    };
    let wrong = |value: &str, reason| ReadError::FolderValue {
        file: file.to_owned(),
        column: field.name.clone(),
        value: value.to_owned(),
        reason,
    };
    let text = decoded(written).ok_or_else(|| wrong(written, crate::value::Reason::BadUtf8))?;
    let text = |_| (text != NULL).then_some(text.as_str());
    let mut faults = Faults::none(1);
    let texts = Texts { column, rows: 1, required: field.required, text };
    let values = texts.read(&declared.parsers[column], &mut faults);
    faults.of(0).map_or(Ok(values), |fault| Err(wrong(written, fault.reason)))
}

/// Which columns there are in the path of a file, and the names of its other folders.
fn presence(declared: &Declared, file: &str) -> Presence {
    let columns = declared.source.columns.iter().enumerate().filter(|(_, field)| field.folder);
    let mut presence = Presence::default();
    let lacking = columns.clone().filter(|(_, field)| written(field, file).is_none()).count();
    let there = columns.filter(|(_, field)| written(field, file).is_some());
    there.for_each(|(column, _)| presence.add(column));
    if lacking > 0 {
        let named = file.split('/').filter_map(|folder| folder.split_once('='));
        named.for_each(|(name, _)| presence.add_other(name));
    }
    presence
}

/// The value of the innermost folder with the first of the column's names.
fn written<'a>(field: &SourceField, file: &'a str) -> Option<&'a str> {
    let (folders, _) = file.rsplit_once('/')?;
    let named = |name: &String| {
        let says = |folder: &'a str| folder.strip_prefix(name.as_str())?.strip_prefix('=');
        folders.rsplit('/').find_map(says)
    };
    field.from.iter().find_map(named)
}

/// The value of a folder after its `=`; `None` if that is NULL or not text.
pub(crate) fn folder_text(written: &str) -> Option<String> {
    decoded(written).filter(|text| text != NULL)
}

/// A percent-decoded text; `None` if it is not UTF-8. A single `%` is literal.
fn decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, after @ ..] = rest {
        let code = after.get(..2).and_then(|code| std::str::from_utf8(code).ok());
        let code = code.filter(|code| *first == b'%' && !code.starts_with('+'));
        if let Some(byte) = code.and_then(|code| u8::from_str_radix(code, 16).ok()) {
            bytes.push(byte);
            rest = &after[2..];
        } else {
            bytes.push(*first);
            rest = after;
        }
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::{decoded, written};
    use crate::declare::ColumnType;
    use crate::plan::SourceField;

    fn field(from: &[&str]) -> SourceField {
        let from = from.iter().map(|name| (*name).to_owned()).collect();
        let field = SourceField::new("country", ColumnType::String, chrono_tz::UTC);
        SourceField { from, ..field }
    }

    #[test]
    fn the_value_is_in_the_innermost_folder_of_the_name() {
        let path = "raw/country=fr/day=1/country=de/x.csv";
        assert_eq!(written(&field(&["country"]), path), Some("de"));
        assert_eq!(written(&field(&["land", "day"]), path), Some("1"));
    }

    #[test]
    fn neither_the_file_itself_nor_half_a_name_counts() {
        assert_eq!(written(&field(&["country"]), "country=fr"), None);
        assert_eq!(written(&field(&["country"]), "raw/country=fr"), None);
        assert_eq!(written(&field(&["country"]), "xcountry=fr/a.csv"), None);
        assert_eq!(written(&field(&["country"]), "country/a.csv"), None);
    }

    #[test]
    fn characters_written_as_numbers_are_characters() {
        assert_eq!(decoded("C%C3%B4te%20d%27Ivoire").as_deref(), Some("Côte d'Ivoire"));
        assert_eq!(decoded("100%").as_deref(), Some("100%"));
        assert_eq!(decoded("%+1%zz%4").as_deref(), Some("%+1%zz%4"));
        assert_eq!(decoded("%FF"), None);
    }
}
