//! A value with the rank of its row among tied rows: the value, read in that order.

use std::sync::Arc;

use datafusion::arrow::datatypes::{DataType, FieldRef};
use datafusion::common::{Column, Result};
use datafusion::logical_expr::{
    ColumnarValue, Expr, ReturnFieldArgs, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature,
    Volatility,
};

use super::PLACE;

/// The first of two arguments. The second is only required so that its computation is not removed.
#[derive(Debug, PartialEq, Eq, Hash)]
pub(super) struct InPlace(Signature);

impl InPlace {
    pub(super) fn call(value: Expr) -> Expr {
        let function = Self(Signature::any(2, Volatility::Immutable));
        ScalarUDF::from(function).call(vec![value, Expr::Column(Column::from_name(PLACE))])
    }
}

/// Whether a value is one already.
pub(super) fn is_in_place(value: &Expr) -> bool {
    matches!(value, Expr::ScalarFunction(call) if call.func.inner().is::<InPlace>())
}

impl ScalarUDFImpl for InPlace {
    fn name(&self) -> &'static str {
        "in_place"
    }

    fn signature(&self) -> &Signature {
        &self.0
    }

    fn return_type(&self, types: &[DataType]) -> Result<DataType> {
        Ok(types[0].clone())
    }

    fn return_field_from_args(&self, arguments: ReturnFieldArgs) -> Result<FieldRef> {
        Ok(Arc::clone(&arguments.arg_fields[0]))
    }

    fn invoke_with_args(&self, arguments: ScalarFunctionArgs) -> Result<ColumnarValue> {
        Ok(arguments.args[0].clone())
    }
}
