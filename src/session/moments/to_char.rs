//! `to_char` of moments as they are, in microseconds.
//!
//! The engine's function converts them to nanoseconds, which end in the year 2262.

use datafusion::arrow::datatypes::DataType;
use datafusion::common::plan_err;
use datafusion::error::Result;
use datafusion::functions::datetime;
use datafusion::logical_expr::{
    ColumnarValue, Documentation, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature,
    Volatility,
};

/// The engine's function, called with its arguments.
#[derive(Debug, PartialEq, Eq, Hash)]
struct Shown {
    engine: ScalarUDF,
    signature: Signature,
}

/// `to_char`, also called `date_format`.
pub(in crate::session) fn function() -> ScalarUDF {
    let signature = Signature::user_defined(Volatility::Immutable);
    ScalarUDF::from(Shown { engine: datetime::to_char().as_ref().clone(), signature })
}

impl ScalarUDFImpl for Shown {
    fn name(&self) -> &str {
        self.engine.name()
    }

    fn aliases(&self) -> &[String] {
        self.engine.aliases()
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, given: &[DataType]) -> Result<Vec<DataType>> {
        let [value, pattern] = given else {
            return plan_err!("`to_char` takes a date or a moment, and a pattern such as '%Y-%m'");
        };
        if !(pattern.is_string() || pattern.is_null()) {
            return plan_err!("`to_char` takes a strftime pattern such as '%Y-%m', not {pattern}");
        }
        let value = match value {
            text if text.is_string() || text.is_null() => DataType::Date32,
            of if of.is_temporal() && !matches!(of, DataType::Interval(_)) => of.clone(),
            other => return plan_err!("`to_char` takes a date or a moment, not {other}"),
        };
        Ok(vec![value, DataType::Utf8])
    }

    fn return_type(&self, types: &[DataType]) -> Result<DataType> {
        self.engine.return_type(types)
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        self.engine.invoke_with_args(args)
    }

    fn documentation(&self) -> Option<&Documentation> {
        self.engine.documentation()
    }
}
