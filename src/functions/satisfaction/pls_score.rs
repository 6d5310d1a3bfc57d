//! `pls_score(model, items, construct)`

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use datafusion::arrow::array::{
    Array, ArrayRef, AsArray, Float64Array, Float64Builder, StringArray, StructArray,
};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, Float64Type};
use datafusion::common::{Result, exec_err, internal_datafusion_err, plan_err};

use crate::functions::argument;
use crate::functions::document::{Argument, Example, Function};
use crate::functions::domain::Domain;
use crate::functions::refusal::Refusal;
use crate::functions::scalar::{Definition, scalar};
use crate::functions::shape::{Shape, finite};
use crate::kernel::pls::{Scale, score};

/// The one function of its kind: it looks items up by their names in a model.
#[derive(Debug)]
pub(super) struct PlsScore;

pub(super) static FUNCTION: PlsScore = PlsScore;

const NAME: &str = "pls_score";

const SUMMARY: &str = "One person's index of a construct, by a fitted path model.";

const RETURNS: &str = "the index from 0 to 100; below 0 or above 100 only where an item counts \
                       against its construct";

const ARGUMENTS: [Argument; 3] = [
    Argument::needed(
        "model",
        "the model that `pls_path` returned",
        Domain::Number("a struct with `items`, `scale_min` and `scale_max`"),
    ),
    Argument::needed(
        "items",
        "one person's answers, named as they were for `pls_path`; others may stand among them",
        Domain::Items("each on the model's scale"),
    ),
    Argument::needed(
        "construct",
        "whose index it is",
        Domain::Number("the name of a construct in the model"),
    ),
];

const EXAMPLES: &[Example] = &[Example::new(
    "pls_score(named_struct('scale_min', 1, 'scale_max', 5, 'items', \
     [named_struct('construct', 'S', 'item', 'q1', 'index_weight', 0.75), \
     named_struct('construct', 'S', 'item', 'q2', 'index_weight', 0.25)]), \
     named_struct('q1', 4, 'q2', 2), 'S')",
    "62.5",
)];

impl From<&'static PlsScore> for Function {
    fn from(function: &'static PlsScore) -> Self {
        Self {
            name: NAME,
            summary: SUMMARY,
            arguments: ARGUMENTS.to_vec(),
            returns: RETURNS,
            shape: Shape::Number,
            nulls: "NULL in any argument, or in an item of the construct, gives NULL, and so does \
                    a construct without an index",
            source: "Fornell et al. (1996), Journal of Marketing 60(4), 7–18",
            examples: EXAMPLES,
            weights: None,
            call: scalar(function, SUMMARY, RETURNS),
        }
    }
}

impl Definition for PlsScore {
    type Memory = ();

    fn name(&self) -> &'static str {
        NAME
    }

    fn arguments(&self) -> Vec<Argument> {
        ARGUMENTS.to_vec()
    }

    fn data_type(&self) -> DataType {
        DataType::Float64
    }

    fn coerce(&self, place: usize, _: usize, given: &DataType) -> Result<DataType> {
        match (place, given) {
            (_, DataType::Null) => Ok(DataType::Null),
            (0, DataType::Struct(fields)) => {
                let has = |name: &&str| fields.find(name).is_some();
                match ["items", "scale_min", "scale_max"].iter().find(|name| !has(name)) {
                    Some(name) => plan_err!("{NAME}: `model` has no field `{name}`"),
                    None => Ok(given.clone()),
                }
            }
            (0, _) => plan_err!("{NAME}: `model` must be what `pls_path` returned, got {given}"),
            (2, _) if !given.is_string() => {
                plan_err!("{NAME}: `construct` must be text, got {given}")
            }
            (2, _) => Ok(DataType::Utf8),
            _ => argument::coerce(NAME, &ARGUMENTS[place], given),
        }
    }

    fn answer(&self, (): &(), columns: Vec<ArrayRef>, lenient: bool) -> Result<ArrayRef> {
        let rows = columns.first().map_or(0, Array::len);
        let mut answers = Float64Builder::with_capacity(rows);
        if columns.iter().any(|column| column.data_type().is_null()) {
            answers.append_nulls(rows);
            return Ok(Arc::new(answers.finish()));
        }
        let batch = Batch::new(&columns)?;
        for row in 0..rows {
            match batch.answer(row) {
                Ok(answer) => answers.append_option(answer),
                Err(_) if lenient => answers.append_null(),
                Err(error) => return exec_err!("{NAME}: {error}"),
            }
        }
        Ok(Arc::new(answers.finish()))
    }
}

/// The columns of a batch, and those inside them.
struct Batch<'a> {
    columns: &'a [ArrayRef],
    /// Of all models, one after the other: constructs, items and index weights.
    constructs: StringArray,
    items: StringArray,
    weights: Float64Array,
    scale_min: Float64Array,
    scale_max: Float64Array,
    /// The answers to each item.
    answers: HashMap<&'a str, &'a Float64Array>,
}

impl<'a> Batch<'a> {
    fn new(columns: &'a [ArrayRef]) -> Result<Self> {
        let model = columns[0].as_struct();
        let list = column(model, "items")?.as_list_opt::<i32>();
        let Some(inside) = list.and_then(|list| list.values().as_struct_opt()) else {
            return exec_err!("{NAME}: `items` of `model` must be a list of structs");
        };
        let text = |name| -> Result<StringArray> {
            Ok(cast(column(inside, name)?, &DataType::Utf8)?.as_string::<i32>().clone())
        };
        let number = |of, name| -> Result<Float64Array> {
            Ok(cast(column(of, name)?, &DataType::Float64)?.as_primitive::<Float64Type>().clone())
        };
        let given = columns[1].as_struct();
        let names = given.column_names().into_iter();
        Ok(Self {
            columns,
            constructs: text("construct")?,
            items: text("item")?,
            weights: number(inside, "index_weight")?,
            scale_min: number(model, "scale_min")?,
            scale_max: number(model, "scale_max")?,
            answers: names.zip(given.columns().iter().map(AsArray::as_primitive)).collect(),
        })
    }

    fn answer(&self, row: usize) -> std::result::Result<Option<f64>, Refusal> {
        let known = self.columns.iter().all(|column| column.is_valid(row));
        let scale = self.scale_min.is_valid(row) && self.scale_max.is_valid(row);
        let Some(places) = self.places(row).filter(|_| known && scale) else { return Ok(None) };
        let scale = Scale::new(self.scale_min.value(row), self.scale_max.value(row))?;
        let wanted = self.columns[2].as_string::<i32>().value(row);
        let (mut answers, mut weights) = (Vec::new(), Vec::new());
        for place in places.clone().filter(|place| self.constructs.value(*place) == wanted) {
            let (column, item) = (self.column(place)?, place);
            if column.is_null(row) || self.weights.is_null(item) {
                return Ok(None);
            }
            scale.check(column.value(row))?;
            answers.push(column.value(row));
            weights.push(self.weights.value(item));
        }
        match answers.is_empty() {
            true => Err(self.unknown(wanted, places)),
            false => Ok(finite(score(&answers, &weights, scale))),
        }
    }

    /// Where the items of a row's model stand.
    fn places(&self, row: usize) -> Option<Range<usize>> {
        let lists = self.columns[0].as_struct().column_by_name("items")?.as_list::<i32>();
        let offset = |row: usize| usize::try_from(lists.value_offsets()[row]).ok();
        Some(offset(row)?..offset(row + 1)?).filter(|_| lists.is_valid(row))
    }

    /// The answers to the item at `place`.
    fn column(&self, place: usize) -> std::result::Result<&Float64Array, Refusal> {
        let name = self.items.value(place);
        self.answers.get(name).copied().ok_or_else(|| {
            let construct = self.constructs.value(place);
            Refusal(format!("`items` has no field `{name}`, which `{construct}` is measured by"))
        })
    }

    fn unknown(&self, wanted: &str, places: Range<usize>) -> Refusal {
        let mut known: Vec<String> =
            places.map(|place| format!("`{}`", self.constructs.value(place))).collect();
        known.dedup();
        Refusal(format!("`construct` must be one of {}, got `{wanted}`", known.join(", ")))
    }
}

fn column<'a>(structure: &'a StructArray, name: &str) -> Result<&'a ArrayRef> {
    structure
        .column_by_name(name)
        .ok_or_else(|| internal_datafusion_err!("{NAME}: `model` has no `{name}`"))
}
