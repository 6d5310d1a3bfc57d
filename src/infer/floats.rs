//! Float columns that look like ids: only integers, as ids become if one is missing.

use bytes::Bytes;
use datafusion::arrow::array::AsArray;
use datafusion::arrow::datatypes::Float64Type;

use super::block::Column;
use super::number::tells_apart;
use super::sample::{Sample, Samples};
use crate::declare::{ColumnType, Format, Nan};
use crate::plan::{SourceField, SourcePlan};
use crate::read::preview;
use crate::session;

/// From here on, floats do not distinguish integers.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// Declares float columns that look like ids as integers, with a comment.
pub(super) async fn ids(samples: &Samples, format: Format, columns: &mut [Column]) {
    let float =
        |column: &&mut Column| column.guess.data_type == ColumnType::Float64 && !column.folder;
    for column in columns.iter_mut().filter(float) {
        let name = column.from.as_ref().unwrap_or(&column.name).clone();
        let mut sizes = Vec::new();
        for sample in samples.taken[..samples.large].iter().filter(|sample| !sample.cut) {
            sizes.push(whole(sample, format, &name).await);
        }
        let sizes: Option<Vec<Option<f64>>> = sizes.into_iter().collect();
        let largest = sizes.into_iter().flatten().flatten().fold(0.0, f64::max);
        let digits = format!("{largest:.0}").len();
        if largest > 0.0 && tells_apart(&name, digits) {
            column.guess.data_type = ColumnType::Int64;
            let note = "whole numbers held as floats, as ids are where one is missing; `string` \
                        reads them without a point";
            column.guess.notes.push(note.to_owned());
        }
    }
}

/// The largest magnitude of the values of a column that are all integers, if there is a value;
/// `None` if they are not, or cannot be read.
async fn whole(sample: &Sample, format: Format, name: &str) -> Option<Option<f64>> {
    let field = SourceField::new(name, ColumnType::Float64, chrono_tz::UTC);
    let field = SourceField { optional: true, ..field };
    let source = SourcePlan::new("infer", "infer", format, vec![field]);
    let source = SourcePlan { nan: Nan::Null, ..source };
    let bytes = Bytes::copy_from_slice(&sample.bytes);
    let session = session::plain();
    let (batches, _) = preview(&session, &source, &sample.file.name, bytes).await.ok()?;
    let values = batches.iter().flat_map(|batch| batch.column(0).as_primitive::<Float64Type>());
    let sizes: Option<Vec<f64>> = values
        .flatten()
        .map(|value| (value.fract() == 0.0 && value.abs() < EXACT).then_some(value.abs()))
        .collect();
    Some(sizes?.into_iter().reduce(f64::max))
}
