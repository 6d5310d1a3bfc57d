//! A field of what is NULL is NULL.
//!
//! DataFusion 55.2 reads a field of a struct as stored, without checking whether the struct is
//! NULL. `case when … then s end` and `nullif` of a column leave the fields of a struct that
//! becomes NULL as they were, so that a field had a value although its struct has none.

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, BooleanArray};
use datafusion::arrow::compute::nullif;
use datafusion::arrow::datatypes::{DataType, FieldRef};
use datafusion::common::Result;
use datafusion::common::config::ConfigOptions;
use datafusion::common::tree_node::{Transformed, TreeNode};
use datafusion::functions::core::getfield::GetFieldFunc;
use datafusion::logical_expr::expr::ScalarFunction;
use datafusion::logical_expr::expr_rewriter::NamePreserver;
use datafusion::logical_expr::{
    ColumnarValue, Expr, ExpressionPlacement, LogicalPlan, ReturnFieldArgs, ScalarFunctionArgs,
    ScalarUDF, ScalarUDFImpl, Signature,
};
use datafusion::optimizer::AnalyzerRule;

/// Replaces the engine's function by [`Field`].
#[derive(Debug)]
struct Fields;

/// The rule.
pub(super) fn rule() -> Arc<dyn AnalyzerRule + Send + Sync> {
    Arc::new(Fields)
}

impl AnalyzerRule for Fields {
    fn analyze(&self, plan: LogicalPlan, _: &ConfigOptions) -> Result<LogicalPlan> {
        plan.transform_up_with_subqueries(|plan| {
            let names = NamePreserver::new(&plan);
            plan.map_expressions(|expr| {
                let name = names.save(&expr);
                let expr = expr.transform_up(|expr| Ok(masked(expr)))?;
                Ok(expr.update_data(|expr| name.restore(expr)))
            })
        })
        .map(|plan| plan.data)
    }

    fn name(&self) -> &'static str {
        "fields_of_null"
    }
}

fn masked(expr: Expr) -> Transformed<Expr> {
    let Expr::ScalarFunction(ScalarFunction { func, args }) = expr else {
        return Transformed::no(expr);
    };
    if !func.inner().is::<GetFieldFunc>() {
        return Transformed::no(Expr::ScalarFunction(ScalarFunction { func, args }));
    }
    let field = ScalarUDF::from(Field(GetFieldFunc::new()));
    let mut args = args.into_iter();
    let base = args.next().unwrap_or_default();
    // More than one name at once is one field of another.
    let nested = args.fold(base, |base, name| field.call(vec![base, name]));
    Transformed::yes(nested)
}

/// `get_field`, NULL where the struct is.
#[derive(Debug, PartialEq, Eq, Hash)]
struct Field(GetFieldFunc);

impl ScalarUDFImpl for Field {
    fn name(&self) -> &str {
        self.0.name()
    }

    fn schema_name(&self, args: &[Expr]) -> Result<String> {
        self.0.schema_name(args)
    }

    fn signature(&self) -> &Signature {
        self.0.signature()
    }

    fn return_type(&self, arguments: &[DataType]) -> Result<DataType> {
        self.0.return_type(arguments)
    }

    fn return_field_from_args(&self, arguments: ReturnFieldArgs) -> Result<FieldRef> {
        self.0.return_field_from_args(arguments)
    }

    fn coerce_types(&self, arguments: &[DataType]) -> Result<Vec<DataType>> {
        self.0.coerce_types(arguments)
    }

    fn placement(&self, arguments: &[ExpressionPlacement]) -> ExpressionPlacement {
        self.0.placement(arguments)
    }

    fn invoke_with_args(&self, call: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let base = call.args.first().cloned();
        let value = self.0.invoke_with_args(call)?;
        match (base, value) {
            (Some(ColumnarValue::Array(base)), ColumnarValue::Array(value)) => {
                Ok(ColumnarValue::Array(where_there(&base, value)?))
            }
            (_, value) => Ok(value),
        }
    }
}

fn where_there(base: &ArrayRef, value: ArrayRef) -> Result<ArrayRef> {
    let Some(nulls) = base.nulls().filter(|_| matches!(base.data_type(), DataType::Struct(_)))
    else {
        return Ok(value);
    };
    let gone = BooleanArray::new(!nulls.inner(), None);
    Ok(nullif(&value, &gone)?)
}

#[cfg(test)]
mod tests {
    use datafusion::arrow::array::AsArray;
    use datafusion::arrow::datatypes::Int64Type;

    /// The values of a column.
    async fn values(query: &str) -> Vec<Option<i64>> {
        let session = crate::session::in_memory(chrono_tz::UTC).unwrap();
        let batches = session.sql(query).await.unwrap().collect().await.unwrap();
        let columns = batches.iter().flat_map(|batch| batch.column(0).as_primitive::<Int64Type>());
        columns.collect()
    }

    #[tokio::test]
    async fn a_field_of_what_is_null_is_null() {
        let rows = "with t as (select n, named_struct('a', n, 'b', named_struct('c', n)) as s \
                    from (values (1), (2), (3)) as v (n)), \
                    u as (select n, case when n > 1 then s end as s from t)";
        for field in [
            "(case when n > 2 then s end)['a']",
            "(case when n > 2 then s end)['b']['c']",
            "(case when n > 2 then s['b'] end)['c']",
            "(nullif(nullif(s, named_struct('a', 2, 'b', named_struct('c', 2))), \
             named_struct('a', 1, 'b', named_struct('c', 1))))['a']",
            "get_field(case when n > 2 then s end, 'a')",
        ] {
            let query = format!("{rows} select {field} from u order by n");
            assert_eq!(values(&query).await, [None, None, Some(3)], "{field}");
        }
    }
}
