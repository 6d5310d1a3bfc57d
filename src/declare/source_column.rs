//! A column of a raw source: where it is in a file, its notation, its constraints.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Deserialize;

use super::{ColumnType, OnInvalid, Spanned, Texts};

/// A column of a raw source.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SourceColumn {
    /// The type its text must have; other text rejects its row.
    #[serde(rename = "type")]
    pub data_type: ColumnType,
    /// A row without a value here is rejected.
    #[serde(default)]
    pub required: bool,
    /// Whether files may lack the column: it is then NULL.
    #[schemars(with = "Option<bool>")]
    pub optional: Option<Spanned<bool>>,
    /// Its name in the files, if it differs: a header, a column, a path into JSON such as
    /// `customer.id` or `lines[0].sku`. Of several, the first that a file has.
    #[schemars(with = "Option<Texts>")]
    pub from: Option<Spanned<Texts>>,
    /// Whether the value is in the path of the file, as `name=value`.
    #[serde(default)]
    pub folder: bool,
    /// How dates and timestamps are written, in `strftime` notation; ISO 8601 if left out. Of
    /// several, the first that fits.
    #[schemars(with = "Option<Texts>")]
    pub format: Option<Spanned<Texts>>,
    /// The zone of timestamps written without one; the pipeline's if left out.
    #[schemars(with = "Option<String>")]
    pub time_zone: Option<Spanned<String>>,
    /// The decimal separator of a number; a point if left out.
    #[schemars(with = "Option<String>")]
    pub decimal_mark: Option<Spanned<String>>,
    /// The thousands separator of a number; none if left out.
    #[schemars(with = "Option<String>")]
    pub thousands_mark: Option<Spanned<String>>,
    /// Currency symbols that may be before or after a number.
    #[schemars(with = "Option<Texts>")]
    pub currency: Option<Spanned<Texts>>,
    /// Whether the `-` of a negative number may be behind it, as in `1,234.50-`.
    #[schemars(with = "Option<bool>")]
    pub trailing_minus: Option<Spanned<bool>>,
    /// Whether integers and decimals may be written as floats: `12.0` and `1e3`.
    #[schemars(with = "Option<bool>")]
    pub float_notation: Option<Spanned<bool>>,
    /// Words for true, in any case; `true`, `t`, `1`, `yes` and `y` if left out.
    #[schemars(with = "Option<Texts>")]
    pub true_values: Option<Spanned<Texts>>,
    /// Words for false, in any case; `false`, `f`, `0`, `no` and `n` if left out.
    #[schemars(with = "Option<Texts>")]
    pub false_values: Option<Spanned<Texts>>,
    /// Texts that mean NULL here, besides those of the source.
    #[serde(default)]
    pub null_values: Vec<String>,
    /// The only values accepted: a string as it is in files, others in the usual notation, such as
    /// `1.5` or `2026-01-31`.
    #[schemars(with = "Option<Vec<String>>")]
    pub accepted_values: Option<Spanned<Vec<String>>>,
    /// The only numbers, dates or timestamps accepted.
    #[schemars(with = "Option<Range>")]
    pub accepted_range: Option<Spanned<Range>>,
    /// A regular expression that the text must match, anywhere unless `^` and `$` say otherwise.
    #[schemars(with = "Option<String>")]
    pub pattern: Option<Spanned<String>>,
    /// What happens to an invalid cell; as the source says if left out.
    #[serde(default, deserialize_with = "OnInvalid::written")]
    #[schemars(with = "Option<OnInvalid>")]
    pub on_invalid: Option<OnInvalid>,
    /// What a value says.
    pub description: Option<String>,
}

/// Inclusive bounds, in the notation of the column's type: `1`, `2026-01-31`.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Range {
    /// The smallest value.
    #[schemars(with = "Option<Bound>")]
    pub min: Option<String>,
    /// The largest value.
    #[schemars(with = "Option<Bound>")]
    pub max: Option<String>,
}

/// How a bound is written, for the schema: a number needs no quotes.
pub(super) struct Bound;

impl JsonSchema for Bound {
    fn schema_name() -> Cow<'static, str> {
        "Bound".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({"type": ["string", "number"]})
    }
}
