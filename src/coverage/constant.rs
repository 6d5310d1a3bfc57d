//! What an expression must be in every row, given columns that are one and the same there.

use std::collections::BTreeSet;

use datafusion::arrow::datatypes::DataType;
use datafusion::common::tree_node::{Transformed, TreeNode};
use datafusion::common::{DFSchema, DFSchemaRef, Result, ScalarValue};
use datafusion::logical_expr::simplify::SimplifyContext;
use datafusion::logical_expr::{Expr, ExprSchemable};
use datafusion::optimizer::simplify_expressions::ExprSimplifier;

/// Columns that may be NULL in some rows are tried both ways; beyond this number nothing is
/// derived.
const TRIED: usize = 3;
/// How often an expression is made simpler at most.
const ROUNDS: usize = 5;
/// What the names of this program's arithmetic begin with: NULL on either side gives NULL.
const ARITHMETIC: &str = "exact_";

/// The value that something has in all rows.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Constant {
    value: ScalarValue,
    /// Whether some rows may have NULL in its place.
    or_null: bool,
}

impl Constant {
    pub(super) fn of(value: ScalarValue) -> Self {
        Self { value, or_null: false }
    }

    pub(super) fn null(data_type: &DataType) -> Option<Self> {
        ScalarValue::try_new_null(data_type).ok().map(Self::of)
    }

    pub(super) fn is_null(&self) -> bool {
        self.value.is_null()
    }

    /// The value, if no row has NULL in its place.
    pub(super) fn value(&self) -> Option<&ScalarValue> {
        (!self.or_null).then_some(&self.value)
    }

    /// The same where some rows may have NULL.
    pub(super) fn or_null(self) -> Self {
        Self { or_null: !self.is_null(), ..self }
    }

    pub(super) fn cast_to(&self, data_type: &DataType) -> Option<Self> {
        let value = self.value.cast_to(data_type).ok()?;
        Some(Self { value, or_null: self.or_null })
    }
}

/// What an expression is in all rows, given what the columns of a schema are.
pub(super) fn value(
    expr: &Expr,
    schema: &DFSchemaRef,
    columns: &[Option<Constant>],
) -> Option<Constant> {
    let places = expr.column_refs().into_iter().filter_map(|it| schema.maybe_index_of_column(it));
    let open = |at: &usize| columns[*at].as_ref().is_some_and(|constant| constant.or_null);
    let open: BTreeSet<usize> = places.filter(open).collect();
    if open.len() > TRIED {
        return None;
    }
    let chosen = |choice: usize| {
        let null = open.iter().enumerate().filter(move |(bit, _)| choice & (1 << bit) != 0);
        null.map(|(_, at)| *at).collect::<BTreeSet<usize>>()
    };
    let results = (0..1 << open.len()).map(|choice| result(expr, schema, columns, &chosen(choice)));
    let results: Vec<ScalarValue> = results.collect::<Option<_>>()?;
    let value = results.iter().find(|it| !it.is_null()).or(results.first())?.clone();
    let or_null = !value.is_null() && results.iter().any(ScalarValue::is_null);
    let agree = results.iter().all(|it| it.is_null() || *it == value);
    agree.then_some(Constant { value, or_null })
}

/// Whether a condition holds in no row.
pub(super) fn never(condition: &Expr, schema: &DFSchemaRef, columns: &[Option<Constant>]) -> bool {
    let value = value(condition, schema, columns);
    value.is_some_and(|it| it.is_null() || it.value == ScalarValue::Boolean(Some(false)))
}

/// What an expression is in all rows in which some columns are NULL.
fn result(
    expr: &Expr,
    schema: &DFSchemaRef,
    columns: &[Option<Constant>],
    null: &BTreeSet<usize>,
) -> Option<ScalarValue> {
    let known = |part: Expr| {
        let Expr::Column(column) = &part else { return Ok(Transformed::no(part)) };
        let at = schema.maybe_index_of_column(column);
        Ok(match at.and_then(|at| Some((at, columns[at].as_ref()?))) {
            Some((at, constant)) => {
                let value = match null.contains(&at) {
                    true => ScalarValue::try_new_null(&constant.value.data_type())?,
                    false => constant.value.clone(),
                };
                Transformed::yes(Expr::Literal(value, None))
            }
            None => Transformed::no(part),
        })
    };
    let mut expr = expr.clone().transform_up(known).ok()?.data;
    for _ in 0..ROUNDS {
        let context = SimplifyContext::builder().with_schema(schema.clone()).build();
        let simple = ExprSimplifier::new(context).simplify(expr).ok()?;
        let next = simple.transform_up(|part| null_of_null(part, schema)).ok()?;
        expr = next.data;
        if !next.transformed {
            break;
        }
    }
    match expr.unalias() {
        Expr::Literal(value, _) => Some(value),
        _ => None,
    }
}

/// NULL, of the type that it had, in place of a choice between NULLs, and of arithmetic with one.
fn null_of_null(part: Expr, schema: &DFSchema) -> Result<Transformed<Expr>> {
    let is_null = |expr: &Expr| matches!(expr, Expr::Literal(value, _) if value.is_null());
    let is_false =
        |expr: &Expr| matches!(expr, Expr::Literal(ScalarValue::Boolean(Some(false)), _));
    let null = match &part {
        Expr::Case(case) => {
            let is_taken = |when: &Expr| case.expr.is_some() || !(is_null(when) || is_false(when));
            let taken = case.when_then_expr.iter().filter(|(when, _)| is_taken(when));
            let mut results = taken.map(|(_, then)| &**then).chain(case.else_expr.as_deref());
            results.all(is_null)
        }
        Expr::ScalarFunction(call) if call.name().starts_with(ARITHMETIC) => {
            call.args.iter().any(is_null)
        }
        _ => false,
    };
    if !null {
        return Ok(Transformed::no(part));
    }
    let value = ScalarValue::try_new_null(&part.get_type(schema)?)?;
    Ok(Transformed::yes(Expr::Literal(value, None)))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use datafusion::arrow::datatypes::{DataType, Field, Schema};
    use datafusion::common::{DFSchema, DFSchemaRef, ScalarValue};
    use datafusion::logical_expr::{Expr, col, lit, when};

    use super::{Constant, never, value};

    /// The columns `zero`, `nothing`, `any` and `rare`: 0, NULL, anything, and 0 or NULL.
    fn columns() -> (DFSchemaRef, Vec<Option<Constant>>) {
        let names = ["zero", "nothing", "any", "rare"];
        let fields: Vec<Field> =
            names.map(|name| Field::new(name, DataType::Int64, true)).into_iter().collect();
        let schema = DFSchema::try_from(Schema::new(fields)).unwrap();
        let zero = Constant::of(ScalarValue::Int64(Some(0)));
        let nothing = Constant::null(&DataType::Int64);
        (Arc::new(schema), vec![Some(zero.clone()), nothing, None, Some(zero.or_null())])
    }

    fn told(expr: &Expr) -> String {
        let (schema, columns) = columns();
        match value(expr, &schema, &columns) {
            None => "anything".into(),
            Some(constant) if constant.or_null => format!("{} or NULL", constant.value),
            Some(constant) => constant.value.to_string(),
        }
    }

    #[test]
    fn null_and_constants_are_followed_and_what_may_be_anything_is_not() {
        assert_eq!(told(&(col("any") + col("nothing"))), "NULL");
        assert_eq!(told(&(col("any") + col("zero"))), "anything");
        assert_eq!(told(&(col("zero") + lit(2_i64))), "2");
        assert_eq!(told(&(col("rare") + lit(2_i64))), "2 or NULL");
        assert_eq!(told(&col("nothing").is_null()), "true");
        assert_eq!(told(&col("rare").is_null()), "anything");
    }

    #[test]
    fn a_choice_that_can_only_end_in_null_is_null() {
        let choice = |condition: Expr, then: &str| when(condition, col(then)).end().unwrap();
        assert_eq!(told(&choice(col("any").gt(lit(5_i64)), "nothing")), "NULL");
        assert_eq!(told(&choice(col("rare").gt(lit(5_i64)), "any")), "NULL");
        assert_eq!(told(&choice(col("rare").lt(lit(5_i64)), "any")), "anything");
    }

    /// A function that is called with it takes no other.
    #[test]
    fn a_choice_that_can_only_end_in_null_keeps_its_type() {
        let (schema, columns) = columns();
        let choice = when(col("any").gt(lit(5_i64)), col("nothing")).end().unwrap();
        let constant = value(&choice, &schema, &columns).unwrap();
        assert_eq!(constant.value, ScalarValue::Int64(None));
    }

    #[test]
    fn a_condition_that_is_unknown_in_every_row_never_holds() {
        let (schema, columns) = columns();
        let holds_never = |condition: Expr| never(&condition, &schema, &columns);
        assert!(holds_never(col("any").eq(col("nothing"))));
        assert!(holds_never(col("rare").gt(lit(0_i64))));
        assert!(!holds_never(col("rare").eq(lit(0_i64))));
        assert!(!holds_never(col("nothing").is_null()));
    }
}
