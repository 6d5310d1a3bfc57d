//! Which field of a record goes to which declared column.

use super::ReadError;

/// The fields of every record of a file, by position.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Layout {
    /// For each field of a record, the declared column it fills, if any.
    targets: Vec<Option<usize>>,
}

impl Layout {
    /// A file without a header: its fields are the declared columns, in order.
    pub(super) fn by_position(columns: usize) -> Self {
        Self { targets: (0..columns).map(Some).collect() }
    }

    /// A file with a header: fields are found by name, and the ones not declared are ignored.
    pub(super) fn by_name(
        header: &[String],
        columns: &[String],
        file: &str,
    ) -> Result<Self, ReadError> {
        for column in columns {
            match header.iter().filter(|name| *name == column).count() {
                1 => {}
                0 => return Err(missing(column, header, file)),
                _ => {
                    let (file, column) = (file.to_owned(), column.clone());
                    return Err(ReadError::RepeatedColumn { file, column });
                }
            }
        }
        let target = |name| columns.iter().position(|column| column == name);
        Ok(Self { targets: header.iter().map(target).collect() })
    }

    /// How many fields a record has.
    pub(super) fn fields(&self) -> usize {
        self.targets.len()
    }

    /// The declared column of each field.
    pub(super) fn targets(&self) -> &[Option<usize>] {
        &self.targets
    }
}

/// A file does not have a declared column.
pub(super) fn missing(column: &str, found: &[String], file: &str) -> ReadError {
    let (file, column, found) = (file.to_owned(), column.to_owned(), found.to_vec());
    ReadError::MissingColumn { file, column, found }
}

#[cfg(test)]
mod tests {
    use super::Layout;
    use crate::read::ReadError;

    fn owned(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn names_may_come_in_any_order_and_others_are_ignored() {
        let layout = Layout::by_name(&owned(&["z", "b", "a"]), &owned(&["a", "b"]), "f").unwrap();
        assert_eq!(layout.targets(), [None, Some(1), Some(0)]);
    }

    #[test]
    fn a_declared_name_must_be_there_once() {
        let one = |header| Layout::by_name(&owned(header), &owned(&["a"]), "f").unwrap_err();
        assert!(matches!(one(&["b"]), ReadError::MissingColumn { .. }));
        assert!(matches!(one(&["a", "a"]), ReadError::RepeatedColumn { .. }));
    }
}
