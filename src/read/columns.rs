//! What the columns of a source are called in its files, and what it means if they are not there.
//!
//! A column has one or several names, and the first that a file has is the one that is read. A
//! required column that no name finds stops the reading, whatever else is declared.

use super::ReadError;
use crate::declare::{ExtraColumns, MissingColumns};
use crate::plan::{SourceField, SourcePlan};

/// The declared columns of a source.
#[derive(Debug, Clone)]
pub(super) struct Columns {
    fields: Vec<Names>,
    missing: MissingColumns,
    extra: ExtraColumns,
}

/// What is known of a column before a file is opened.
#[derive(Debug, Clone)]
struct Names {
    name: String,
    from: Vec<String>,
    required: bool,
    folder: bool,
}

impl Columns {
    /// The columns of a source whose files say what they hold in a line of names.
    pub(super) fn of(source: &SourcePlan) -> Self {
        let names = |field: &SourceField| Names {
            name: field.name.clone(),
            from: field.from.clone(),
            required: field.required,
            folder: field.folder,
        };
        let fields = source.columns.iter().map(names).collect();
        Self { fields, missing: source.missing_columns, extra: source.extra_columns }
    }

    /// The same where a column that is not there is NULL unless it is required: of formats in
    /// which writers leave out what they have no values of.
    pub(super) fn lenient(source: &SourcePlan) -> Self {
        Self { missing: MissingColumns::Null, ..Self::of(source) }
    }

    /// The declared columns that are in files and not in their paths, in order.
    pub(super) fn in_files(&self) -> impl Iterator<Item = usize> {
        let fields = self.fields.iter().enumerate();
        fields.filter(|(_, field)| !field.folder).map(|(column, _)| column)
    }

    /// What files call a column.
    pub(super) fn names(&self, column: usize) -> &[String] {
        &self.fields[column].from
    }

    /// Whether a name that no column has stops the reading.
    pub(super) fn refuses_others(&self) -> bool {
        self.extra == ExtraColumns::Stop
    }

    /// For each declared column, which of the names that a file has is its own.
    pub(super) fn find(
        &self,
        found: &[String],
        file: &str,
    ) -> Result<Vec<Option<usize>>, ReadError> {
        self.refuse_others(found, file)?;
        let mut places = vec![None; self.fields.len()];
        for column in self.in_files() {
            let field = &self.fields[column];
            let place = self.place(field, found, file)?;
            if let Some(other) = places.iter().position(|other| place.is_some() && *other == place)
            {
                return Err(self.shared(other, column, found, place, file));
            }
            places[column] = place;
        }
        Ok(places)
    }

    fn place(
        &self,
        field: &Names,
        found: &[String],
        file: &str,
    ) -> Result<Option<usize>, ReadError> {
        let at = |name: &String| found.iter().position(|other| other == name);
        let Some(place) = field.from.iter().find_map(at) else {
            return if field.required || self.missing == MissingColumns::Stop {
                Err(missing(&field.from, found, file))
            } else {
                Ok(None)
            };
        };
        if found[place + 1..].contains(&found[place]) {
            let (file, column) = (file.to_owned(), found[place].clone());
            return Err(ReadError::RepeatedColumn { file, column });
        }
        Ok(Some(place))
    }

    fn refuse_others(&self, found: &[String], file: &str) -> Result<(), ReadError> {
        let known = |name: &String| self.fields.iter().any(|field| field.from.contains(name));
        match found.iter().find(|name| self.refuses_others() && !known(name)) {
            None => Ok(()),
            Some(other) => Err(self.unknown(other, file)),
        }
    }

    /// A file has a column that is not declared, and must not.
    pub(super) fn unknown(&self, column: &str, file: &str) -> ReadError {
        let declared = self.in_files().flat_map(|column| self.names(column)).cloned().collect();
        ReadError::ExtraColumn { file: file.to_owned(), column: column.to_owned(), declared }
    }

    fn shared(
        &self,
        one: usize,
        other: usize,
        found: &[String],
        place: Option<usize>,
        file: &str,
    ) -> ReadError {
        ReadError::SharedColumn {
            file: file.to_owned(),
            column: place.map(|place| found[place].clone()).unwrap_or_default(),
            one: self.fields[one].name.clone(),
            other: self.fields[other].name.clone(),
        }
    }
}

fn missing(names: &[String], found: &[String], file: &str) -> ReadError {
    let (file, names, found) = (file.to_owned(), names.to_vec(), found.to_vec());
    ReadError::MissingColumn { file, names, found }
}

#[cfg(test)]
impl Columns {
    /// Columns with these names, of which some may be marked: `!` after one is required.
    pub(super) fn named(names: &[&str]) -> Self {
        let field = |name: &&str| {
            let plain = name.trim_end_matches('!');
            let (required, folder) = (plain != *name, false);
            let from = plain.split('|').map(str::to_owned).collect();
            Names { name: plain.to_owned(), from, required, folder }
        };
        let fields = names.iter().map(field).collect();
        Self { fields, missing: MissingColumns::Stop, extra: ExtraColumns::Ignore }
    }
}

#[cfg(test)]
mod tests {
    use super::Columns;
    use crate::declare::{ExtraColumns, MissingColumns};
    use crate::read::ReadError;

    fn owned(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    fn find(columns: &Columns, found: &[&str]) -> Result<Vec<Option<usize>>, String> {
        columns.find(&owned(found), "f").map_err(|error| error.to_string())
    }

    #[test]
    fn the_first_name_that_a_file_has_is_the_one() {
        let columns = Columns::named(&["id|OrderNo|no", "n"]);
        assert_eq!(find(&columns, &["no", "n", "OrderNo"]), Ok(vec![Some(2), Some(1)]));
    }

    #[test]
    fn what_a_missing_column_means_is_declared_unless_it_is_required() {
        let columns = Columns::named(&["a!", "b"]);
        let lenient = Columns { missing: MissingColumns::Null, ..columns.clone() };
        assert_eq!(find(&columns, &["a"]).unwrap_err(), "`f` has no column `b`; it has `a`");
        assert_eq!(find(&lenient, &["a"]), Ok(vec![Some(0), None]));
        assert!(find(&lenient, &["b"]).unwrap_err().contains("no column `a`"));
    }

    #[test]
    fn other_columns_stop_the_reading_only_if_declared_so() {
        let columns = Columns::named(&["a|alias"]);
        let strict = Columns { extra: ExtraColumns::Stop, ..columns.clone() };
        assert!(find(&columns, &["a", "x"]).is_ok());
        assert!(find(&strict, &["a", "alias"]).is_ok());
        let said = find(&strict, &["a", "x"]).unwrap_err();
        assert_eq!(said, "`f` has the column `x`, which is not declared");
    }

    #[test]
    fn a_name_must_be_there_once_and_be_one_columns_own() {
        let repeated = Columns::named(&["a"]).find(&owned(&["a", "a"]), "f");
        assert!(matches!(repeated, Err(ReadError::RepeatedColumn { .. })));
        let shared = find(&Columns::named(&["a|x", "b|x"]), &["x"]).unwrap_err();
        assert_eq!(shared, "columns `a|x` and `b|x` both read `x` of `f`");
    }

    #[test]
    fn the_nearest_name_is_offered() {
        let error = Columns::named(&["order_id"]).find(&owned(&["order_jd", "n"]), "f");
        assert_eq!(error.unwrap_err().help().as_deref(), Some("did you mean `order_jd`?"));
    }
}
