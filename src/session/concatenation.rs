//! `||` of texts, with the limits of functions: eight operands make a text eight times as long,
//! and so does each enclosing query.

use std::hash::{Hash, Hasher};

use datafusion::arrow::compute::kernels::concat_elements::concat_elements_dyn;
use datafusion::arrow::datatypes::DataType;
use datafusion::common::{Result, ScalarValue, plan_err};
use datafusion::logical_expr::{
    ColumnarValue, Expr, Operator, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature,
    Volatility,
};

use super::bounded::together;
use super::exact::{Chain, Link, schema_name, written};

/// `left || right` of texts, NULL where one of them is.
pub(super) fn call(left: Expr, right: Expr) -> Expr {
    let signature = Signature::user_defined(Volatility::Immutable);
    let chain = Chain::of::<Concatenation>(&left, Operator::StringConcat, &right);
    ScalarUDF::from(Concatenation { signature, chain }).call(vec![left, right])
}

#[derive(Debug)]
struct Concatenation {
    signature: Signature,
    chain: Chain,
}

// It is the same wherever it is written.
impl PartialEq for Concatenation {
    fn eq(&self, other: &Self) -> bool {
        self.signature == other.signature
    }
}

impl Eq for Concatenation {}

impl Hash for Concatenation {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.signature.hash(state);
    }
}

impl Link for Concatenation {
    fn sign(&self) -> Operator {
        Operator::StringConcat
    }

    fn chain(&self) -> &Chain {
        &self.chain
    }
}

impl ScalarUDFImpl for Concatenation {
    fn name(&self) -> &'static str {
        "concatenation"
    }

    /// Columns are named as for the engine's operator.
    fn schema_name(&self, args: &[Expr]) -> Result<String> {
        Ok(schema_name(self, args))
    }

    fn display_name(&self, args: &[Expr]) -> Result<String> {
        Ok(written(self, args, ToString::to_string))
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, given: &[DataType]) -> Result<Vec<DataType>> {
        use DataType::{LargeUtf8, Utf8, Utf8View};
        if given.len() != 2 {
            return plan_err!("`||` stands between two values");
        }
        let wide = [Utf8View, LargeUtf8].into_iter().find(|wide| given.contains(wide));
        Ok(vec![wide.unwrap_or(Utf8); 2])
    }

    fn return_type(&self, types: &[DataType]) -> Result<DataType> {
        Ok(self.coerce_types(types)?.swap_remove(0))
    }

    fn is_strict(&self) -> bool {
        true
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        together("||", &args)?;
        let constant = args.args.iter().all(|arg| matches!(arg, ColumnarValue::Scalar(_)));
        let sides = ColumnarValue::values_to_arrays(&args.args)?;
        let texts = concat_elements_dyn(&sides[0], &sides[1])?;
        match constant {
            true => Ok(ColumnarValue::Scalar(ScalarValue::try_from_array(&texts, 0)?)),
            false => Ok(ColumnarValue::Array(texts)),
        }
    }
}
