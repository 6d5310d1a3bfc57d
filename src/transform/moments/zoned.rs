//! `to_timestamp` and its kin for columns of text.
//!
//! DataFusion 55.2 promises an instant in the zone of the session and then, for a column of text,
//! yields the same number without its zone, which ends the query. Here it gets the type that was
//! promised; the number is right.

use std::sync::Arc;

use datafusion::arrow::array::make_array;
use datafusion::arrow::datatypes::DataType;
use datafusion::common::Result;
use datafusion::config::ConfigOptions;
use datafusion::logical_expr::{
    ColumnarValue, Documentation, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature,
};

/// The functions that are put in the place of the engine's.
pub(in crate::transform) const NAMES: [&str; 5] = [
    "to_timestamp",
    "to_timestamp_seconds",
    "to_timestamp_millis",
    "to_timestamp_micros",
    "to_timestamp_nanos",
];

/// A function of the engine that keeps its promise.
pub(in crate::transform) fn zoned(function: &ScalarUDF) -> ScalarUDF {
    ScalarUDF::new_from_impl(Zoned(function.clone()))
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct Zoned(ScalarUDF);

impl ScalarUDFImpl for Zoned {
    fn name(&self) -> &str {
        self.0.name()
    }

    fn signature(&self) -> &Signature {
        self.0.signature()
    }

    fn return_type(&self, types: &[DataType]) -> Result<DataType> {
        self.0.inner().return_type(types)
    }

    fn with_updated_config(&self, config: &ConfigOptions) -> Option<ScalarUDF> {
        self.0.inner().with_updated_config(config).map(|function| zoned(&function))
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let promised = Arc::clone(&args.return_field);
        match self.0.inner().invoke_with_args(args)? {
            ColumnarValue::Array(moments) if moments.data_type() != promised.data_type() => {
                let named = moments.to_data().into_builder();
                let named = named.data_type(promised.data_type().clone()).build()?;
                Ok(ColumnarValue::Array(make_array(named)))
            }
            moments => Ok(moments),
        }
    }

    fn documentation(&self) -> Option<&Documentation> {
        self.0.documentation()
    }
}
