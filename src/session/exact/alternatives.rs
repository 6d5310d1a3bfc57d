//! Functions that return one of their arguments, with one type rule.
//!
//! The engine has a rule for each of them: `nvl` casts values beside text to text, `coalesce`
//! rejects dates and timestamps beside text, `nvl2` casts its condition. Here text beside a number,
//! a date or a timestamp must be one too, which only constants are ([`super::implicit`]), and
//! conditions stay as they are.

use datafusion::arrow::datatypes::DataType;
use datafusion::common::plan_err;
use datafusion::error::Result;
use datafusion::functions::core;
use datafusion::logical_expr::simplify::{ExprSimplifyResult, SimplifyContext};
use datafusion::logical_expr::type_coercion::binary::comparison_coercion;
use datafusion::logical_expr::{
    ColumnarValue, Documentation, Expr, ReturnFieldArgs, ScalarFunctionArgs, ScalarUDF,
    ScalarUDFImpl, Signature, Volatility,
};

/// The type of values of which one is the result.
pub(super) fn common(types: &[DataType]) -> Option<DataType> {
    let reads = types.iter().any(is_read);
    let mut met = types.iter().filter(|of| !(of.is_null() || reads && of.is_string()));
    let Some(first) = met.next() else { return Some(DataType::Utf8View) };
    met.try_fold(first.clone(), |common, of| match (&common, of) {
        (DataType::Timestamp(_, Some(_)), DataType::Date32) => Some(common),
        (DataType::Date32, DataType::Timestamp(_, Some(_))) => Some(of.clone()),
        _ => comparison_coercion(&common, of),
    })
}

/// Whether constant text beside values of a type is read as one of them.
pub(super) fn is_read(of: &DataType) -> bool {
    let length = matches!(of, DataType::Interval(_) | DataType::Duration(_));
    of.is_numeric() || of.is_temporal() && !length
}

/// A function of the engine that takes its arguments by the rule.
#[derive(Debug, PartialEq, Eq, Hash)]
struct Alternative {
    name: &'static str,
    aliases: Vec<String>,
    engine: ScalarUDF,
    /// How many arguments are left as they are, and how many there are, if that is one number.
    tested: usize,
    count: Option<usize>,
    signature: Signature,
}

/// The functions.
pub(super) fn all() -> Vec<ScalarUDF> {
    let of = |name, engine: &ScalarUDF, aliases: &[&str], tested, count| {
        let aliases = aliases.iter().map(|alias| (*alias).to_owned()).collect();
        let signature = Signature::user_defined(Volatility::Immutable);
        let engine = engine.clone();
        ScalarUDF::from(Alternative { name, aliases, engine, tested, count, signature })
    };
    vec![
        of("coalesce", &core::coalesce(), &[], 0, None),
        of("nvl", &core::coalesce(), &["ifnull"], 0, Some(2)),
        of("nvl2", &core::nvl2(), &[], 1, Some(3)),
        of("nullif", &core::nullif(), &[], 0, Some(2)),
        of("greatest", &core::greatest(), &[], 0, None),
        of("least", &core::least(), &[], 0, None),
    ]
}

impl ScalarUDFImpl for Alternative {
    fn name(&self) -> &str {
        self.name
    }

    fn aliases(&self) -> &[String] {
        &self.aliases
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, given: &[DataType]) -> Result<Vec<DataType>> {
        let name = self.name;
        match self.count {
            Some(count) if count != given.len() => {
                return plan_err!("`{name}` takes {count} arguments, got {}", given.len());
            }
            None if given.is_empty() => return plan_err!("`{name}` takes at least one argument"),
            _ => {}
        }
        let (tested, met) = given.split_at(self.tested);
        let Some(common) = common(met) else {
            let met: Vec<String> = met.iter().map(ToString::to_string).collect();
            return plan_err!("`{name}` finds no common type of {}: cast them", met.join(", "));
        };
        Ok(tested.iter().cloned().chain(met.iter().map(|_| common.clone())).collect())
    }

    fn return_type(&self, types: &[DataType]) -> Result<DataType> {
        self.engine.return_type(types)
    }

    fn return_field_from_args(
        &self,
        args: ReturnFieldArgs,
    ) -> Result<datafusion::arrow::datatypes::FieldRef> {
        self.engine.return_field_from_args(args)
    }

    fn simplify(&self, args: Vec<Expr>, info: &SimplifyContext) -> Result<ExprSimplifyResult> {
        self.engine.simplify(args, info)
    }

    fn short_circuits(&self) -> bool {
        self.engine.short_circuits()
    }

    fn conditional_arguments<'a>(
        &self,
        args: &'a [Expr],
    ) -> Option<(Vec<&'a Expr>, Vec<&'a Expr>)> {
        self.engine.conditional_arguments(args)
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        self.engine.invoke_with_args(args)
    }

    fn documentation(&self) -> Option<&Documentation> {
        self.engine.documentation()
    }
}
