//! The names of the columns of a source in its files, and the treatment of missing ones.
//!
//! A column has one or several names, and the first that a file has is the one that is read. A
//! required column that is not found under any name stops the reading, whatever else is declared.

use super::presence::Presence;
use crate::declare::{ColumnType, ExtraColumns, MissingColumns, Nan};
use crate::plan::{SourceField, SourcePlan};
use crate::read::ReadError;

/// The declared columns of a source.
#[derive(Debug, Clone)]
pub(in crate::read) struct Columns {
    fields: Vec<Names>,
    missing: MissingColumns,
    extra: ExtraColumns,
    nan: Nan,
}

/// What is known of a column before a file is opened.
#[derive(Debug, Clone)]
struct Names {
    name: String,
    from: Vec<String>,
    required: bool,
    optional: bool,
    folder: bool,
    data_type: ColumnType,
}

impl Columns {
    /// The columns of a source whose files have a header.
    pub(in crate::read) fn of(source: &SourcePlan) -> Self {
        let names = |field: &SourceField| Names {
            name: field.name.clone(),
            from: field.from.clone(),
            required: field.required,
            optional: field.optional,
            folder: field.folder,
            data_type: field.data_type,
        };
        let fields = source.columns.iter().map(names).collect();
        let (missing, extra) = (source.missing_columns, source.extra_columns);
        Self { fields, missing, extra, nan: source.nan }
    }

    /// The same for formats in which a missing column is not a mistake unless it is
    /// required, since writers leave out columns without values.
    pub(in crate::read) fn lenient(source: &SourcePlan) -> Self {
        Self { missing: MissingColumns::Null, ..Self::of(source) }
    }

    /// No columns, for callers that read files as they are.
    pub(in crate::read) fn none() -> Self {
        let (missing, extra) = (MissingColumns::Null, ExtraColumns::Ignore);
        Self { fields: Vec::new(), missing, extra, nan: Nan::Reject }
    }

    /// The declared columns that are in files and not in their paths, in order.
    pub(in crate::read) fn in_files(&self) -> impl Iterator<Item = usize> {
        let fields = self.fields.iter().enumerate();
        fields.filter(|(_, field)| !field.folder).map(|(column, _)| column)
    }

    /// What files call a column.
    pub(in crate::read) fn names(&self, column: usize) -> &[String] {
        &self.fields[column].from
    }

    /// Whether NaN means NULL.
    pub(in crate::read) fn nan_is_null(&self) -> bool {
        self.nan == Nan::Null
    }

    /// Whether all digits of a column's values matter: of strings and integers.
    pub(in crate::read) fn is_exact(&self, column: usize) -> bool {
        use ColumnType::{Int32, Int64, String};
        matches!(self.fields[column].data_type, String | Int32 | Int64)
    }

    /// Which columns are there, given the names that a file has and the place of each column.
    pub(in crate::read) fn presence(&self, found: &[String], places: &[Option<usize>]) -> Presence {
        let mut presence = Presence::default();
        let there = places.iter().enumerate().filter(|(_, place)| place.is_some());
        there.for_each(|(column, _)| presence.add(column));
        found.iter().filter(|name| !self.knows(name)).for_each(|name| presence.add_other(name));
        presence
    }

    /// Whether a name is a column's.
    pub(in crate::read) fn knows(&self, name: &str) -> bool {
        self.fields.iter().any(|field| field.from.iter().any(|known| known == name))
    }

    /// Whether a name that no column has stops the reading.
    pub(in crate::read) fn refuses_others(&self) -> bool {
        self.extra == ExtraColumns::Stop
    }

    /// For each declared column, which of the names that a file has is its own.
    pub(in crate::read) fn find(
        &self,
        found: &[String],
        file: &str,
    ) -> Result<Vec<Option<usize>>, ReadError> {
        self.refuse_others(found, file)?;
        self.places(found, file)
    }

    /// The same, whatever else the file has.
    pub(in crate::read) fn places(
        &self,
        found: &[String],
        file: &str,
    ) -> Result<Vec<Option<usize>>, ReadError> {
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
        let exactly = |name: &String| found.iter().position(|other| other == name);
        let nearly = |name: &String| found.iter().position(|other| visible(other) == name);
        let place = |name: &String| exactly(name).or_else(|| nearly(name));
        let Some(place) = field.from.iter().find_map(place) else {
            let stops = self.missing == MissingColumns::Stop && !field.optional;
            return if field.required || stops {
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

    /// Refuses names that no column has, if they are declared to be a mistake.
    pub(in crate::read) fn refuse_others(
        &self,
        found: &[String],
        file: &str,
    ) -> Result<(), ReadError> {
        let known = |name: &String| self.knows(name) || self.knows(visible(name));
        match found.iter().find(|name| self.refuses_others() && !known(name)) {
            None => Ok(()),
            Some(other) => Err(self.unknown(other, file)),
        }
    }

    /// A file has a column that is not declared, and must not.
    pub(in crate::read) fn unknown(&self, column: &str, file: &str) -> ReadError {
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

/// A name without invisible parts: surrounding blanks, and a byte order mark.
fn visible(name: &str) -> &str {
    name.trim_matches(|it: char| it.is_whitespace() || it == '\u{feff}')
}

fn missing(names: &[String], found: &[String], file: &str) -> ReadError {
    let (file, names, found) = (file.to_owned(), names.to_vec(), found.to_vec());
    ReadError::MissingColumn { file, names, found }
}

#[cfg(test)]
impl Columns {
    /// Columns with these names, of which some may be marked: `!` after one is required.
    pub(in crate::read) fn named(names: &[&str]) -> Self {
        let field = |name: &&str| {
            let plain = name.trim_end_matches('!');
            let (required, optional, folder) = (plain != *name, false, false);
            let data_type = ColumnType::String;
            let from = plain.split('|').map(str::to_owned).collect();
            Names { name: plain.to_owned(), from, required, optional, folder, data_type }
        };
        let fields = names.iter().map(field).collect();
        let (missing, extra) = (MissingColumns::Stop, ExtraColumns::Ignore);
        Self { fields, missing, extra, nan: Nan::Reject }
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
    fn what_nobody_sees_in_a_name_does_not_count_unless_it_tells_names_apart() {
        let columns = Columns::named(&["id", "n"]);
        assert_eq!(find(&columns, &["\u{feff}id", "n "]), Ok(vec![Some(0), Some(1)]));
        assert_eq!(find(&columns, &["id ", "id", "n"]), Ok(vec![Some(1), Some(2)]));
    }

    #[test]
    fn the_nearest_name_is_offered() {
        let error = Columns::named(&["order_id"]).find(&owned(&["order_jd", "n"]), "f");
        assert_eq!(error.unwrap_err().help().as_deref(), Some("did you mean `order_jd`?"));
    }
}
