//! Float columns that look like ids: only integers, as ids become if one is missing.

use datafusion::arrow::array::{AsArray, RecordBatch};
use datafusion::arrow::datatypes::Float64Type;

use super::block::Column;
use super::number::tells_apart;
use super::preview::Preview;
use super::sample::Samples;
use crate::declare::{ColumnType, Format, Nan};
use crate::plan::{SourceField, SourcePlan};

/// From here on, floats do not distinguish integers.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// Declares float columns that look like ids as integers, with a comment.
pub(super) async fn ids(
    samples: &Samples,
    format: Format,
    preview: &Preview,
    columns: &mut [Column],
) {
    let float =
        |column: &&mut Column| column.guess.data_type == ColumnType::Float64 && !column.folder;
    for column in columns.iter_mut().filter(float) {
        let name = column.from.as_ref().unwrap_or(&column.name).clone();
        let files = preview.whole_files(&only(format, &name), samples).await;
        let sizes: Option<Vec<f64>> = files.into_iter().map(|file| whole(&file.ok()?)).collect();
        let largest = sizes.into_iter().flatten().fold(0.0, f64::max);
        let digits = format!("{largest:.0}").len();
        if largest > 0.0 && tells_apart(&name, digits) {
            column.guess.data_type = ColumnType::Int64;
            let note = "whole numbers held as floats, as ids are where one is missing; `string` \
                        reads them without a point";
            column.guess.notes.push(note.to_owned());
        }
    }
}

/// A source with nothing but a column of floats.
fn only(format: Format, name: &str) -> SourcePlan {
    let field = SourceField::new(name, ColumnType::Float64, chrono_tz::UTC);
    let field = SourceField { optional: true, ..field };
    let source = SourcePlan::new("infer", "infer", format, vec![field]);
    SourcePlan { nan: Nan::Null, ..source }
}

/// The largest magnitude of the values of a column that are all integers, 0 without values; `None`
/// if they are not.
fn whole(batches: &[RecordBatch]) -> Option<f64> {
    let values = batches.iter().flat_map(|batch| batch.column(0).as_primitive::<Float64Type>());
    let sizes: Option<Vec<f64>> = values
        .flatten()
        .map(|value| (value.fract() == 0.0 && value.abs() < EXACT).then_some(value.abs()))
        .collect();
    Some(sizes?.into_iter().fold(0.0, f64::max))
}
