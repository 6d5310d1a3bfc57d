//! Declared checks as expressions: the rows of a table that break a rule.

use datafusion::arrow::datatypes::DataType;
use datafusion::common::{Column, DFSchema, NullEquality, Result, TableReference};
use datafusion::datasource::provider_as_source;
use datafusion::error::DataFusionError;
use datafusion::execution::SessionState;
use datafusion::functions::math::expr_fn::isnan;
use datafusion::functions_aggregate::expr_fn::count;
use datafusion::logical_expr::utils::disjunction;
use datafusion::logical_expr::{
    Expr, JoinType, LogicalPlan, LogicalPlanBuilder, Operator, binary_expr, cast, lit,
};
use datafusion::sql::sqlparser::ast::{Expr as Written, ExprWithAlias};

/// The rows of a table, and those of the table or the groups with which they are compared.
const HERE: &str = "here";
const THERE: &str = "there";
/// The column of the evidence that says how many rows there are.
const ROWS: &str = "rows";

/// A condition on the rows of a table.
#[derive(Debug, Clone)]
pub(in crate::plan) struct Rule {
    pub(in crate::plan) table: String,
    pub(in crate::plan) holds: Holds,
}

/// The condition.
#[derive(Debug, Clone)]
pub(in crate::plan) enum Holds {
    /// No column is NULL.
    NotNull(Vec<String>),
    /// No two rows are the same in all of these columns; NULL is the same as NULL.
    Unique(Vec<String>),
    /// A column is a number that no bound excludes, or NULL. NaN is in no range.
    Range { column: String, is_float: bool, bounds: Vec<(Operator, Written)> },
    /// A column is one of these values, or NULL.
    Values { column: String, as_text: bool, values: Vec<Written> },
    /// A column is a value of a column of another table, or NULL.
    References { column: String, table: String, to: String },
    /// The number of rows of the table is within bounds.
    RowCount { min: u64, max: u64 },
}

impl Holds {
    /// The other table that it is about.
    pub(in crate::plan) fn other(&self) -> Option<&String> {
        match self {
            Self::References { table, .. } => Some(table),
            Self::NotNull(_)
            | Self::Unique(_)
            | Self::Range { .. }
            | Self::Values { .. }
            | Self::RowCount { .. } => None,
        }
    }
}

impl Rule {
    /// The plan of the rows that break the rule.
    ///
    /// # Errors
    /// A table is unknown, or values of these types cannot be compared.
    pub(in crate::plan) async fn broken(&self, state: &SessionState) -> Result<LogicalPlan> {
        let here = rows(state, &self.table, HERE).await?;
        let broken = match &self.holds {
            Holds::NotNull(columns) => {
                here.filter(any(columns.iter().map(|column| of(HERE, column).is_null())))?
            }
            Holds::Unique(key) => repeated(here, rows(state, &self.table, THERE).await?, key)?,
            Holds::Range { column, is_float, bounds } => {
                here.filter(beyond(state, &of(HERE, column), *is_float, bounds)?)?
            }
            Holds::Values { column, as_text, values } => {
                here.filter(!one_of(state, of(HERE, column), *as_text, values)?)?
            }
            Holds::References { column, table, to } => {
                let (column, to) = (of(HERE, column), of(THERE, to));
                let there = rows(state, table, THERE).await?.build()?;
                here.filter(column.clone().is_not_null())?.join_on(
                    there,
                    JoinType::LeftAnti,
                    [to.eq(column)],
                )?
            }
            Holds::RowCount { min, max } => miscounted(here, *min, *max)?,
        };
        broken.build()
    }
}

/// The rows of a registered table, under another name.
async fn rows(state: &SessionState, table: &str, name: &str) -> Result<LogicalPlanBuilder> {
    let table = TableReference::bare(table);
    let found = state.schema_for_ref(table.clone())?.table(table.table()).await?;
    let found = found.ok_or_else(|| DataFusionError::Plan(format!("no table named `{table}`")))?;
    LogicalPlanBuilder::scan(table, provider_as_source(found), None)?.alias(name)
}

/// A column of a side, by its exact name.
fn of(side: &str, name: &str) -> Expr {
    Expr::Column(Column::new(Some(TableReference::bare(side)), name))
}

fn any(conditions: impl IntoIterator<Item = Expr>) -> Expr {
    disjunction(conditions).unwrap_or_else(|| lit(false))
}

/// The rows whose key is not unique.
fn repeated(
    here: LogicalPlanBuilder,
    there: LogicalPlanBuilder,
    key: &[String],
) -> Result<LogicalPlanBuilder> {
    let key_of = |side| key.iter().map(move |name| of(side, name));
    let counted = there.aggregate(key_of(THERE), [count(lit(1_i64)).alias(ROWS)])?;
    let repeated = counted.filter(Expr::Column(ROWS.into()).gt(lit(1_i64)))?;
    let repeated = repeated.project(key_of(THERE))?.build()?;
    let columns = |side: &str| -> Vec<Column> {
        let side = TableReference::bare(side);
        key.iter().map(|name| Column::new(Some(side.clone()), name)).collect()
    };
    let on = (columns(HERE), columns(THERE));
    here.join_detailed(repeated, JoinType::LeftSemi, on, None, NullEquality::NullEqualsNull)
}

fn beyond(
    state: &SessionState,
    column: &Expr,
    is_float: bool,
    bounds: &[(Operator, Written)],
) -> Result<Expr> {
    let no_number = is_float.then(|| isnan(cast(column.clone(), DataType::Float64)));
    let mut broken: Vec<Expr> = no_number.into_iter().collect();
    for (beyond, bound) in bounds {
        broken.push(binary_expr(column.clone(), *beyond, value(state, bound)?));
    }
    Ok(any(broken))
}

fn one_of(state: &SessionState, column: Expr, as_text: bool, values: &[Written]) -> Result<Expr> {
    let column = if as_text { cast(column, DataType::Utf8) } else { column };
    let same = values.iter().map(|it| Ok(column.clone().eq(value(state, it)?)));
    Ok(any(same.collect::<Result<Vec<_>>>()?))
}

/// One row, if the number of rows is out of bounds.
fn miscounted(here: LogicalPlanBuilder, min: u64, max: u64) -> Result<LogicalPlanBuilder> {
    let [min, max] = [min, max].map(|bound| lit(i64::try_from(bound).unwrap_or(i64::MAX)));
    let counted = here.aggregate(Vec::<Expr>::new(), [count(lit(1_i64)).alias(ROWS)])?;
    counted.filter(Expr::Column(ROWS.into()).not_between(min, max))
}

/// A value as written in the syntax tree.
fn value(state: &SessionState, written: &Written) -> Result<Expr> {
    let written = ExprWithAlias { expr: written.clone(), alias: None };
    state.create_logical_expr_from_sql_expr(written, &DFSchema::empty())
}
