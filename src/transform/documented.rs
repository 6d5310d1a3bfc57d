//! The metadata of every file of a published table.

use std::collections::BTreeMap;
use std::sync::Arc;

use datafusion::arrow::datatypes::{Field, Schema, SchemaRef};

use crate::plan::{ColumnPlan, ParamPlan, Stage};

/// The columns of a published table with their metadata for readers.
pub(super) fn documented(columns: &[ColumnPlan]) -> SchemaRef {
    let field = |column: &ColumnPlan| {
        let said = [("description", &column.description), ("unit", &column.unit)];
        let metadata = said
            .into_iter()
            .filter_map(|(name, text)| Some((name.to_owned(), text.clone()?.trim().to_owned())))
            .collect();
        Field::new(&column.name, column.data_type.clone(), true).with_metadata(metadata)
    };
    Arc::new(Schema::new(columns.iter().map(field).collect::<Vec<_>>()))
}

/// The metadata of every file of a published table: the same text in every run with these
/// parameters.
pub(crate) fn description(stage: &Stage, params: &[ParamPlan]) -> String {
    let used = params.iter().filter(|param| stage.parameters.contains(&param.name));
    let shown = used.filter(|param| !param.is_secret());
    let parameters = shown.map(|param| (param.name.as_str(), param.value.as_deref())).collect();
    let (description, columns) = (stage.description.as_deref(), stage.reader_columns());
    described(&stage.name, description, &stage.key, &columns, &parameters)
}

/// The metadata of every file of a table with this name, description and key.
pub(crate) fn described(
    name: &str,
    description: Option<&str>,
    key: &[String],
    columns: &[ColumnPlan],
    parameters: &BTreeMap<&str, Option<&str>>,
) -> String {
    let columns: BTreeMap<&str, serde_json::Value> = columns
        .iter()
        .map(|column| {
            let said = serde_json::json!({
                "description": column.description.as_deref().map(str::trim),
                "unit": column.unit,
            });
            (column.name.as_str(), said)
        })
        .collect();
    serde_json::json!({
        "table": name,
        "description": description.map(str::trim),
        "key": key,
        "columns": columns,
        "parameters": parameters,
    })
    .to_string()
}
