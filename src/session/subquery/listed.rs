//! `x in (Q)`, whose result is unknown if NULL is compared.

use std::sync::Arc;

use datafusion::common::tree_node::{Transformed, TransformedResult, TreeNode};
use datafusion::common::{Column, DFSchema, Result, ScalarValue, plan_err};
use datafusion::functions_aggregate::expr_fn::max;
use datafusion::logical_expr::expr::InSubquery;
use datafusion::logical_expr::{
    Case, Distinct, Expr, LogicalPlan, LogicalPlanBuilder, Projection, lit, not, when,
};

use super::row::Row;
use super::{REFUSED, Scope, asked, without_order};

/// `x in (Q)`.
pub(super) enum Listed {
    /// With the one row of the query.
    One(Expr),
    /// With any of its rows.
    Many(Box<Many>),
}

/// A value and the query whose rows it is compared with.
pub(super) struct Many {
    value: Expr,
    /// The value, as the query sees it.
    outer: Expr,
    plan: Arc<LogicalPlan>,
    /// Whether the query reads the one around it.
    correlated: bool,
    /// What the query yields.
    column: Expr,
}

impl Listed {
    pub(super) fn of(listed: InSubquery, scope: &Scope) -> Result<Self> {
        let InSubquery { expr, subquery, .. } = listed;
        if let Some(row) = Row::of(&subquery.subquery)? {
            row.lifted(scope.columns)?;
            return Ok(Self::One(row.given(Expr::eq(*expr, row.value()), lit(false))?));
        }
        let plan = without_repeats(without_order(subquery.subquery));
        if let Some(yielded) = of_around(&plan) {
            return Ok(Self::One(any_row(Expr::eq(*expr, yielded), &plan, scope)?));
        }
        scope.lifted(&plan)?;
        movable(&expr)?;
        let (plan, column) = with_its_value(plan);
        let outer = as_outer(expr.as_ref().clone(), scope.columns)?;
        let correlated = !subquery.outer_ref_columns.is_empty();
        Ok(Self::Many(Box::new(Many { value: *expr, outer, plan, correlated, column })))
    }
}

/// What is equal to one of two equal rows is equal to the other.
fn without_repeats(plan: Arc<LogicalPlan>) -> Arc<LogicalPlan> {
    match plan.as_ref() {
        LogicalPlan::Distinct(Distinct::All(rows)) => Arc::clone(rows),
        _ => plan,
    }
}

/// A query and the value that it yields. One that is of the rows around as well is worked out where it is
/// compared: the engine moves conditions up, and no columns.
fn with_its_value(plan: Arc<LogicalPlan>) -> (Arc<LogicalPlan>, Expr) {
    match plan.as_ref() {
        LogicalPlan::Projection(Projection { expr, input, .. }) if expr[0].contains_outer() => {
            (Arc::clone(input), expr[0].clone().unalias())
        }
        _ => {
            let column = Expr::Column(Column::from(plan.schema().qualified_field(0)));
            (plan, column)
        }
    }
}

/// What a query yields if it is of the rows around alone, and so the same for each of its own.
fn of_around(plan: &LogicalPlan) -> Option<Expr> {
    let LogicalPlan::Projection(projection) = plan else { return None };
    let [yielded] = projection.expr.as_slice() else { return None };
    if !yielded.contains_outer() || yielded.any_column_refs() {
        return None;
    }
    let around = yielded.clone().unalias().transform_up(|part| match part {
        Expr::OuterReferenceColumn(_, column) => Ok(Transformed::yes(Expr::Column(column))),
        other => Ok(Transformed::no(other)),
    });
    around.data().ok()
}

/// The condition if the query has rows, and false if it has none.
fn any_row(condition: Expr, plan: &LogicalPlan, scope: &Scope) -> Result<Expr> {
    let rows = Arc::new(plan.inputs()[0].clone());
    let scope = Scope { columns: scope.columns, filters: false };
    scope.lifted(&rows)?;
    when(scope.has_rows(rows)?, condition).otherwise(lit(false))
}

impl Many {
    /// Whether the query has a row that makes the condition true.
    fn any(&self, condition: Expr, scope: &Scope) -> Result<Expr> {
        let plan =
            LogicalPlanBuilder::from(self.plan.as_ref().clone()).filter(condition)?.build()?;
        scope.has_rows(Arc::new(plan))
    }

    fn equal(&self) -> Expr {
        self.column.clone().eq(self.outer.clone())
    }

    /// Whether `x in (Q)` is true.
    pub(super) fn included(&self, scope: &Scope) -> Result<Expr> {
        self.any(self.equal(), scope)
    }

    /// Whether `x not in (Q)` is true.
    pub(super) fn excluded(&self, scope: &Scope) -> Result<Expr> {
        if self.correlated {
            let unknown = self.column.clone().is_null().or(self.outer.clone().is_null());
            return Ok(not(self.any(self.equal().or(unknown), scope)?));
        }
        let unmatched = not(self.any(self.equal(), scope)?);
        Ok(unmatched.and(self.by_rows(self.value.clone().is_not_null(), lit(false), lit(true))?))
    }

    /// `x in (Q)` with its three values.
    pub(super) fn known(&self, scope: &Scope) -> Result<Expr> {
        let unknown = lit(ScalarValue::Boolean(None));
        let is_null = self.value.clone().is_null();
        let mut found = when(self.any(self.equal(), scope)?, lit(true));
        if self.correlated {
            let has_null = self.any(self.column.clone().is_null(), scope)?;
            let compares_null = is_null.and(scope.has_rows(Arc::clone(&self.plan))?);
            return found.when(has_null.or(compares_null), unknown).otherwise(lit(false));
        }
        let compared = when(is_null, unknown.clone()).otherwise(lit(false))?;
        found.otherwise(self.by_rows(compared, unknown, lit(false))?)
    }

    /// One of three, by what an uncorrelated query has: rows and no NULL, a NULL, or no rows.
    fn by_rows(&self, rows: Expr, null: Expr, nothing: Expr) -> Result<Expr> {
        const ROWS: i64 = 1;
        const NULL: i64 = 2;
        let kind = when(self.column.clone().is_null(), lit(NULL)).otherwise(lit(ROWS))?;
        let none: [Expr; 0] = [];
        let plan = LogicalPlanBuilder::from(self.plan.as_ref().clone())
            .aggregate(none, [max(kind)])?
            .build()?;
        let kind = Expr::ScalarSubquery(asked(Arc::new(plan)));
        let cases = [(ROWS, rows), (NULL, null)];
        let cases = cases.map(|(kind, then)| (Box::new(lit(kind)), Box::new(then)));
        Ok(Expr::Case(Case::new(Some(Box::new(kind)), cases.into(), Some(Box::new(nothing)))))
    }
}

/// The expression as a query inside sees it.
fn as_outer(expression: Expr, schema: &DFSchema) -> Result<Expr> {
    let outer = expression.transform_up(|part| match part {
        Expr::Column(column) => {
            let (_, field) = schema.qualified_field_from_column(&column)?;
            Ok(Transformed::yes(Expr::OuterReferenceColumn(Arc::clone(field), column)))
        }
        other => Ok(Transformed::no(other)),
    });
    outer.data()
}

/// What is compared with rows is moved to where they are; what it reads must be in sight from there.
pub(super) fn movable(value: &Expr) -> Result<()> {
    let hidden = |part: &Expr| {
        matches!(part, Expr::OuterReferenceColumn(..))
            || matches!(part, Expr::ScalarSubquery(inner) if !inner.outer_ref_columns.is_empty())
            || matches!(part, Expr::Exists(_) | Expr::InSubquery(_) | Expr::SetComparison(_))
    };
    if value.exists(|part| Ok(hidden(part)))? {
        return plan_err!("{REFUSED} rows to compare with what itself reads another query");
    }
    Ok(())
}
