//! Functions of a row: all of DataFusion's side, written once.
//!
//! Each is registered twice. Under its name, a number out of its domain stops
//! the query. Under its name after `try_`, it gives NULL.

use std::fmt::Debug;
use std::hash::{Hash, Hasher};

use datafusion::arrow::array::ArrayRef;
use datafusion::arrow::datatypes::DataType;
use datafusion::common::Result;
use datafusion::logical_expr::simplify::{ExprSimplifyResult, SimplifyContext};
use datafusion::logical_expr::{
    ColumnarValue, Documentation, Expr, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature,
};

use super::argument::{check_constants, check_count, named};
use super::document::{Argument, Call, documentation};

/// What one function is.
pub(super) trait Definition: Debug + Send + Sync + 'static {
    /// What is kept between batches.
    type Memory: Debug + Default + Send + Sync + 'static;

    fn name(&self) -> &'static str;
    fn arguments(&self) -> Vec<Argument>;
    fn data_type(&self) -> DataType;

    /// The type that argument `place` of `count` is used in.
    fn coerce(&self, place: usize, count: usize, given: &DataType) -> Result<DataType>;

    /// Answers a batch. What a row's numbers make impossible is NULL if
    /// `lenient`, and otherwise an error.
    fn answer(
        &self,
        memory: &Self::Memory,
        columns: Vec<ArrayRef>,
        lenient: bool,
    ) -> Result<ArrayRef>;
}

/// The function as DataFusion knows it, in both ways.
pub(super) fn scalar<D: Definition>(definition: &'static D, summary: &str, returns: &str) -> Call {
    let arguments = definition.arguments();
    let bound = |lenient: bool| {
        let name = format!("{}{}", if lenient { "try_" } else { "" }, definition.name());
        let summary = match lenient {
            true => format!("{summary} NULL where the arguments are out of their domain."),
            false => summary.to_owned(),
        };
        let documentation = documentation(&name, &summary, returns, &arguments);
        let signature = named(&arguments);
        let memory = D::Memory::default();
        ScalarUDF::new_from_impl(Bound {
            definition,
            name,
            lenient,
            signature,
            documentation,
            memory,
        })
    };
    Call::Scalar { strict: bound(false), lenient: bound(true) }
}

#[derive(Debug)]
struct Bound<D: Definition> {
    definition: &'static D,
    name: String,
    lenient: bool,
    signature: Signature,
    documentation: Documentation,
    memory: D::Memory,
}

impl<D: Definition> ScalarUDFImpl for Bound<D> {
    fn name(&self) -> &str {
        &self.name
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn documentation(&self) -> Option<&Documentation> {
        Some(&self.documentation)
    }

    fn coerce_types(&self, given: &[DataType]) -> Result<Vec<DataType>> {
        check_count(self.definition.name(), &self.definition.arguments(), given.len())?;
        let types = given.iter().enumerate();
        types.map(|(place, of)| self.definition.coerce(place, given.len(), of)).collect()
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(self.definition.data_type())
    }

    fn simplify(&self, args: Vec<Expr>, _: &SimplifyContext) -> Result<ExprSimplifyResult> {
        if !self.lenient {
            check_constants(self.definition.name(), &self.definition.arguments(), &args)?;
        }
        Ok(ExprSimplifyResult::Original(args))
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let columns = ColumnarValue::values_to_arrays(&args.args)?;
        self.definition.answer(&self.memory, columns, self.lenient).map(ColumnarValue::Array)
    }
}

// A function is its name: DataFusion compares and hashes plans with these.
impl<D: Definition> PartialEq for Bound<D> {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl<D: Definition> Eq for Bound<D> {}

impl<D: Definition> Hash for Bound<D> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.name.hash(state);
    }
}
