//! A list, struct or map as bytes that are in the order of its parts, for the engine orders flat values alone.

use std::sync::Arc;

use datafusion::arrow::array::{Array, BinaryArray};
use datafusion::arrow::datatypes::DataType;
use datafusion::arrow::row::{RowConverter, SortField};
use datafusion::common::Result;
use datafusion::logical_expr::{
    ColumnarValue, Expr, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility,
};

#[derive(Debug, PartialEq, Eq, Hash)]
pub(super) struct OrderOfParts(Signature);

impl OrderOfParts {
    pub(super) fn call(value: Expr) -> Expr {
        let function = Self(Signature::any(1, Volatility::Immutable));
        ScalarUDF::from(function).call(vec![value])
    }
}

impl ScalarUDFImpl for OrderOfParts {
    fn name(&self) -> &'static str {
        "order_of_parts"
    }

    fn signature(&self) -> &Signature {
        &self.0
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(DataType::Binary)
    }

    fn invoke_with_args(&self, arguments: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let values = arguments.args[0].to_array(arguments.number_rows)?;
        let parts = RowConverter::new(vec![SortField::new(values.data_type().clone())])?;
        let rows = parts.convert_columns(&[Arc::clone(&values)])?.try_into_binary()?;
        let (offsets, bytes, _) = rows.into_parts();
        let rows = BinaryArray::try_new(offsets, bytes, values.logical_nulls())?;
        Ok(ColumnarValue::Array(Arc::new(rows)))
    }
}
