//! Columns of a subquery under other names than those that it reads.
//!
//! DataFusion 55.2 rewrites a correlated subquery as a join, and returns the columns of its
//! condition beside those that it selects: for `select last as day … where x.day <= orders.day` two
//! columns called `day`, which it rejects. So a column that a subquery returns under the name of
//! another column that it reads is renamed within, and has its own name above.

use std::collections::BTreeSet;
use std::sync::Arc;

use datafusion::common::tree_node::{Transformed, TransformedResult, TreeNode, TreeNodeRecursion};
use datafusion::common::{Column, Result};
use datafusion::config::ConfigOptions;
use datafusion::logical_expr::expr::{Exists, InSubquery, SetComparison};
use datafusion::logical_expr::expr_rewriter::NamePreserver;
use datafusion::logical_expr::{
    Distinct, Expr, Join, LogicalPlan, LogicalPlanBuilder, Projection, Subquery, SubqueryAlias,
};
use datafusion::optimizer::AnalyzerRule;

/// The rule for a session.
pub(super) fn rule() -> Arc<dyn AnalyzerRule + Send + Sync> {
    Arc::new(Apart)
}

#[derive(Debug)]
struct Apart;

impl AnalyzerRule for Apart {
    fn analyze(&self, plan: LogicalPlan, _: &ConfigOptions) -> Result<LogicalPlan> {
        plan.transform_up_with_subqueries(step).data()
    }

    fn name(&self) -> &'static str {
        "columns_of_subqueries_have_names_of_their_own"
    }
}

/// One node of a plan, after those below it.
fn step(plan: LogicalPlan) -> Result<Transformed<LogicalPlan>> {
    if let LogicalPlan::Join(join) = &plan
        && let Some(apart) = lateral(join)?
    {
        return Ok(Transformed::yes(apart));
    }
    let names = NamePreserver::new(&plan);
    plan.map_expressions(|asked| {
        let name = names.save(&asked);
        Ok(asked.transform_up(expression)?.update_data(|asked| name.restore(asked)))
    })
}

/// A subquery within an expression, where the name of its column does not matter.
fn expression(asked: Expr) -> Result<Transformed<Expr>> {
    let apart = match asked {
        Expr::ScalarSubquery(it) => return Ok(subquery(it)?.update_data(Expr::ScalarSubquery)),
        Expr::Exists(it) => {
            subquery(it.subquery)?.update_data(|subquery| Expr::Exists(Exists { subquery, ..it }))
        }
        Expr::InSubquery(it) => subquery(it.subquery)?
            .update_data(|subquery| Expr::InSubquery(InSubquery { subquery, ..it })),
        Expr::SetComparison(it) => subquery(it.subquery)?
            .update_data(|subquery| Expr::SetComparison(SetComparison { subquery, ..it })),
        other => Transformed::no(other),
    };
    Ok(apart)
}

fn subquery(asked: Subquery) -> Result<Transformed<Subquery>> {
    Ok(match renamed(&asked.subquery)? {
        Some((rows, _)) => Transformed::yes(asked.with_plan(Arc::new(rows))),
        None => Transformed::no(asked),
    })
}

/// A lateral subquery whose columns are renamed below the join, and have their names above it.
fn lateral(join: &Join) -> Result<Option<LogicalPlan>> {
    let LogicalPlan::SubqueryAlias(named) = join.right.as_ref() else { return Ok(None) };
    let LogicalPlan::Subquery(asked) = named.input.as_ref() else { return Ok(None) };
    let Some((rows, pairs)) = renamed(&asked.subquery)? else { return Ok(None) };
    let within = LogicalPlan::Subquery(asked.with_plan(Arc::new(rows)));
    let right = SubqueryAlias::try_new(Arc::new(within), named.alias.clone())?;
    let other = |column: &Column| {
        let (_, name) = pairs.iter().find(|(name, _)| *name == column.name)?;
        let ours = column.relation.as_ref() == Some(&named.alias);
        ours.then(|| Column::new(column.relation.clone(), name))
    };
    let joined = LogicalPlan::Join(Join::try_new(
        Arc::clone(&join.left),
        Arc::new(LogicalPlan::SubqueryAlias(right)),
        join.on.clone(),
        join.filter.clone().map(|filter| read(filter, &other)).transpose()?,
        join.join_type,
        join.join_constraint,
        join.null_equality,
        join.null_aware,
    )?);
    let columns = join.schema.columns().into_iter().map(|column| match other(&column) {
        Some(within) => Expr::Column(within).alias_qualified(column.relation, column.name),
        None => Expr::Column(column),
    });
    LogicalPlanBuilder::from(joined).project(columns)?.build().map(Some)
}

/// The expression with other columns in it.
fn read(asked: Expr, other: &dyn Fn(&Column) -> Option<Column>) -> Result<Expr> {
    let column = |part| match &part {
        Expr::Column(column) => match other(column) {
            Some(within) => Ok(Transformed::yes(Expr::Column(within))),
            None => Ok(Transformed::no(part)),
        },
        _ => Ok(Transformed::no(part)),
    };
    asked.transform_up(column).data()
}

/// A name and the one in its place.
type Pair = (String, String);

/// The rows of a subquery, and each replaced name with the new one; none if nothing
/// has to be renamed.
fn renamed(rows: &LogicalPlan) -> Result<Option<(LogicalPlan, Vec<Pair>)>> {
    if let LogicalPlan::Distinct(Distinct::All(rows)) = rows {
        let distinct = |rows| LogicalPlan::Distinct(Distinct::All(Arc::new(rows)));
        return Ok(renamed(rows)?.map(|(rows, pairs)| (distinct(rows), pairs)));
    }
    let LogicalPlan::Projection(yielded) = rows else { return Ok(None) };
    let handed_up = handed_up(&yielded.input)?;
    let mut pairs = Vec::new();
    let columns = yielded.expr.iter().map(|column| {
        let name = column.schema_name().to_string();
        if matches!(column, Expr::Column(_)) || !handed_up.contains(&name) {
            return column.clone();
        }
        let other = format!("{name} (yielded)");
        pairs.push((name, other.clone()));
        column.clone().unalias().alias(other)
    });
    let rows = Projection::try_new(columns.collect(), Arc::clone(&yielded.input))?;
    Ok((!pairs.is_empty()).then_some((LogicalPlan::Projection(rows), pairs)))
}

/// The names of columns that are read together with the query around.
fn handed_up(rows: &LogicalPlan) -> Result<BTreeSet<String>> {
    let mut names = BTreeSet::new();
    rows.apply(|step| {
        step.apply_expressions(|asked| {
            if asked.contains_outer() {
                names.extend(asked.column_refs().into_iter().map(|column| column.name.clone()));
            }
            Ok(TreeNodeRecursion::Continue)
        })
    })?;
    Ok(names)
}
