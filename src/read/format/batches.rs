//! Files that are read as batches of typed columns: which of them to read, and what rows say.

use std::borrow::Cow;
use std::collections::BTreeSet;

use datafusion::arrow::array::{ArrayRef, RecordBatch, new_null_array};
use datafusion::arrow::datatypes::{DataType, SchemaRef};
use datafusion::arrow::error::ArrowError;
use datafusion::arrow::util::display::array_value_to_string;
use datafusion::common::DataFusionError;

use super::corrected::validate_typed;
use crate::plan::SourceField;
use crate::read::ReadError;
use crate::read::account::{Converted, Part, Scan};
use crate::read::column::as_json::object;
use crate::read::column::{Columns, Nested, Presence, Target, check, digits, nested};
use crate::value::{Fault, Faults};

/// One file on its way through a scan.
pub(in crate::read) struct FileRows {
    scan: Scan,
    file: String,
    chosen: Chosen,
    rows: i64,
}

/// Which columns of a file are read.
struct Chosen {
    /// For each declared column, what it is in the file.
    places: Vec<Option<Nested>>,
    /// The columns of the file that are read, ascending.
    roots: Vec<usize>,
    /// Which of the declared columns there are.
    presence: Presence,
}

impl FileRows {
    /// Finds the declared columns in a file of this schema.
    pub(in crate::read) fn new(
        scan: Scan,
        file: &str,
        schema: &SchemaRef,
    ) -> Result<Self, ReadError> {
        let found = nested(schema.fields());
        let names: Vec<String> = found.iter().map(|it| it.name.clone()).collect();
        let columns = Columns::lenient(scan.source());
        columns.refuse_others(&unread(&found, &columns), file)?;
        let places = columns.places(&names, file)?;
        let presence = columns.presence(&names, &places);
        let mut roots = Vec::new();
        for (column, place) in places.iter().enumerate() {
            let Some(place) = place else { continue };
            let (field, found) = (&scan.source().columns[column], &found[*place]);
            check(field, &found.data_type, file)?;
            if scan.needs(column) || can_reject(field, &found.data_type) {
                roots.push(found.root);
            }
        }
        roots.sort_unstable();
        roots.dedup();
        let places = places.into_iter().map(|place| Some(found[place?].clone())).collect();
        Ok(Self {
            scan,
            file: file.to_owned(),
            chosen: Chosen { places, roots, presence },
            rows: 0,
        })
    }

    /// The columns of the file that are needed: requested, or able to reject a row.
    pub(super) fn roots(&self) -> &[usize] {
        &self.chosen.roots
    }

    /// Which of the declared columns there are.
    pub(in crate::read) fn presence(&self) -> Presence {
        self.chosen.presence.clone()
    }

    /// The next rows of the file, with only the columns that are needed.
    pub(in crate::read) fn convert(&mut self, read: &RecordBatch) -> Result<Part, DataFusionError> {
        let rows = i64::try_from(read.num_rows()).unwrap_or(i64::MAX);
        let lines = (self.rows + 1..=self.rows + rows).collect();
        self.rows += rows;
        let mut faults = self.scan.declared().faults(read.num_rows());
        let columns = 0..self.chosen.places.len();
        let columns = columns.map(|column| self.column(column, read, &mut faults).map(Some));
        let columns = columns.collect::<Result<_, ArrowError>>()?;
        let converted = Converted { columns, lines, faults };
        let chosen = &self.chosen;
        let show = |row: usize, fault: Fault| {
            let values = fault.column.and_then(|column| chosen.values(column, read)?.ok());
            let text = values.and_then(|values| text(&values.slice(row, 1)));
            (Cow::Owned(text.unwrap_or_default()), Cow::Owned(object(read, row)))
        };
        validate_typed(&self.scan, &self.file, converted, show)
    }

    fn column(
        &self,
        column: usize,
        read: &RecordBatch,
        faults: &mut Faults,
    ) -> Result<ArrayRef, ArrowError> {
        if let Some(values) = self.scan.folders.column(column, read.num_rows()) {
            return values;
        }
        let target = Target::of(self.scan.declared(), column);
        match self.chosen.values(column, read) {
            Some(found) => target.read(&found?, faults),
            None => Ok(new_null_array(&target.field.arrow_type(), read.num_rows())),
        }
    }
}

impl Chosen {
    /// What was read of a declared column.
    fn values(&self, column: usize, read: &RecordBatch) -> Option<Result<ArrayRef, ArrowError>> {
        let place = self.places[column].as_ref()?;
        let root = self.roots.binary_search(&place.root).ok()?;
        Some(place.values(read.columns().get(root)?))
    }
}

/// The columns of a file of which nothing is declared, neither they nor what is within them.
fn unread(found: &[Nested], columns: &Columns) -> Vec<String> {
    let read: BTreeSet<usize> =
        found.iter().filter(|it| columns.knows(&it.name)).map(|it| it.root).collect();
    let others = found.iter().filter(|it| it.is_column() && !read.contains(&it.root));
    others.map(|it| it.name.clone()).collect()
}

/// The only value of an array as text: a float as it is read in a column of strings.
fn text(value: &ArrayRef) -> Option<String> {
    if value.data_type().is_floating() {
        return digits::texts(value).ok()?.iter().next()?.map(str::to_owned);
    }
    array_value_to_string(value, 0).ok()
}

/// Whether a value of this type may be invalid in the column.
fn can_reject(field: &SourceField, found: &DataType) -> bool {
    let rules = &field.rules;
    let ruled = rules.accepted_values.is_some() || rules.accepted_range.is_some();
    let ruled = ruled || rules.pattern.is_some();
    // A float may be no number.
    field.required || ruled || found.is_floating() || *found != field.arrow_type()
}
