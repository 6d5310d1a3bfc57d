//! Files that are read as batches of typed columns: which of them to read, and what rows say.

use std::borrow::Cow;
use std::collections::BTreeSet;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, RecordBatch, new_null_array};
use datafusion::arrow::datatypes::{DataType, SchemaRef};
use datafusion::arrow::error::ArrowError;
use datafusion::arrow::util::display::array_value_to_string;
use datafusion::common::DataFusionError;

use super::columns::Columns;
use super::digits;
use super::faults::{Fault, Faults};
use super::nested::{Nested, nested};
use super::settle::{Judged, Scan, Settled};
use super::typed::{Target, check};
use super::{Presence, ReadError};
use crate::plan::SourceField;

/// One file on its way through a scan.
pub(super) struct FileRows {
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
    pub(super) fn new(scan: Scan, file: &str, schema: &SchemaRef) -> Result<Self, ReadError> {
        let found = nested(schema.fields());
        let names: Vec<String> = found.iter().map(|it| it.name.clone()).collect();
        let columns = Columns::lenient(&scan.reading.source);
        columns.refuse_others(&unread(&found, &columns), file)?;
        let places = columns.places(&names, file)?;
        let presence = columns.presence(&names, &places);
        let mut roots = Vec::new();
        for (column, place) in places.iter().enumerate() {
            let Some(place) = place else { continue };
            let (field, found) = (&scan.reading.source.columns[column], &found[*place]);
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

    /// The columns of the file that are needed: asked for, or able to reject a row.
    pub(super) fn roots(&self) -> &[usize] {
        &self.chosen.roots
    }

    /// Which of the declared columns there are.
    pub(super) fn presence(&self) -> Presence {
        self.chosen.presence.clone()
    }

    /// The next rows of the file, with nothing but the columns that are needed.
    pub(super) fn convert(&mut self, read: &RecordBatch) -> Result<Settled, DataFusionError> {
        let rows = i64::try_from(read.num_rows()).unwrap_or(i64::MAX);
        let lines = (self.rows + 1..=self.rows + rows).collect();
        self.rows += rows;
        let mut faults = self.scan.reading.faults(read.num_rows());
        let columns = 0..self.chosen.places.len();
        let columns = columns.map(|column| self.column(column, read, &mut faults).map(Some));
        let columns = columns.collect::<Result<_, ArrowError>>()?;
        let mut judged = Judged { columns, lines, faults };
        let chosen = &self.chosen;
        let show = |row: usize, fault: Fault| {
            let values = fault.column.and_then(|column| chosen.values(column, read)?.ok());
            let text = values.and_then(|values| text(&values.slice(row, 1)));
            (Cow::Owned(text.unwrap_or_default()), Cow::Owned(object(read, row)))
        };
        self.scan.settle_typed(&self.file, &mut judged, show)
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
        let target = Target::of(&self.scan.reading, column);
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

/// Whether a value of this type may be none of the column's.
fn can_reject(field: &SourceField, found: &DataType) -> bool {
    let rules = &field.rules;
    let ruled = rules.accepted_values.is_some() || rules.accepted_range.is_some();
    let ruled = ruled || rules.pattern.is_some();
    // A float may be no number.
    field.required || ruled || found.is_floating() || *found != field.arrow_type()
}

/// A row as a JSON object of the columns that were read, under the names that the file gives them.
fn object(read: &RecordBatch, row: usize) -> String {
    let schema = read.schema();
    let pairs = schema.fields().iter().zip(read.columns());
    let pairs = pairs.map(|(field, values)| (field.name().as_str(), json(values, row)));
    json_object(pairs)
}

/// A JSON object of members whose values are JSON already.
pub(super) fn json_object<'a>(members: impl Iterator<Item = (&'a str, String)>) -> String {
    let members = members.map(|(name, value)| format!("{}:{value}", json_text(name)));
    format!("{{{}}}", members.collect::<Vec<_>>().join(","))
}

/// A text as JSON writes it.
pub(super) fn json_text(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// A value as JSON: numbers and truth values as they are, structs as objects, everything else as text.
fn json(values: &ArrayRef, row: usize) -> String {
    if values.is_null(row) {
        return "null".to_owned();
    }
    if let (DataType::Struct(fields), Some(inner)) = (values.data_type(), values.as_struct_opt()) {
        let members = fields.iter().zip(inner.columns());
        return json_object(members.map(|(it, values)| (it.name().as_str(), json(values, row))));
    }
    let text = array_value_to_string(values, row).unwrap_or_default();
    let kind = values.data_type();
    // `NaN` and `inf` are no numbers to JSON.
    let finite = || text.ends_with(|last: char| last.is_ascii_digit());
    if *kind == DataType::Boolean || (kind.is_numeric() && finite()) {
        text
    } else {
        json_text(&text)
    }
}

#[cfg(test)]
mod tests {
    use super::object;
    use datafusion::arrow::array::{
        ArrayRef, BooleanArray, Decimal128Array, Float64Array, Int64Array, RecordBatch,
        StringArray, TimestampMicrosecondArray,
    };
    use std::sync::Arc;

    #[test]
    fn a_row_is_a_json_object() {
        let columns: [(&str, ArrayRef); 7] = [
            ("a \"b\"", Arc::new(StringArray::from(vec!["x\n\"y\""]))),
            ("n", Arc::new(Int64Array::from(vec![None]))),
            ("f", Arc::new(Float64Array::from(vec![1.5e300]))),
            ("nan", Arc::new(Float64Array::from(vec![f64::NAN]))),
            (
                "d",
                Arc::new(
                    Decimal128Array::from(vec![1250]).with_precision_and_scale(18, 2).unwrap(),
                ),
            ),
            ("t", Arc::new(TimestampMicrosecondArray::from(vec![1_000_000]))),
            ("ok", Arc::new(BooleanArray::from(vec![false]))),
        ];
        let row = object(&RecordBatch::try_from_iter(columns).unwrap(), 0);
        let parsed: serde_json::Value = serde_json::from_str(&row).unwrap();
        assert_eq!(parsed["a \"b\""], "x\n\"y\"");
        insta::assert_snapshot!(row, @r#"{"a \"b\"":"x\n\"y\"","n":null,"f":1.5e300,"nan":"NaN","d":12.50,"t":"1970-01-01T00:00:01","ok":false}"#);
    }
}
