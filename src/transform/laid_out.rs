//! The rows of a query as files hold them: the declared columns in their order and types.

use std::sync::Arc;

use datafusion::arrow::datatypes::{DataType, SchemaRef};
use datafusion::common::{Column, ScalarValue};
use datafusion::error::Result;
use datafusion::logical_expr::{Expr, LogicalPlan, LogicalPlanBuilder, lit};

use super::documented::documented;
use crate::plan::ColumnPlan;
use crate::publish::Layout;
use crate::session::moments;

/// Those of `columns` that the query yields and, if the files are to have them, those that all rows share; with their
/// metadata for readers.
pub(super) fn laid_out(
    rows: LogicalPlan,
    columns: &[ColumnPlan],
    layout: &Layout,
) -> Result<(LogicalPlan, SchemaRef)> {
    let Layout { fixed, in_files, .. } = layout;
    let is_fixed = |column: &ColumnPlan| fixed.iter().any(|(name, _)| *name == column.name);
    let columns = columns.iter().filter(|column| *in_files || !is_fixed(column));
    let columns: Vec<ColumnPlan> = columns.map(|column| plain(column, layout)).collect();
    let rows = promised(sharing(rows, &columns, fixed)?, &columns)?;
    Ok((rows, documented(&columns)))
}

/// A column in the type in which readers take it from the name of a folder: text there is plain text.
fn plain(column: &ColumnPlan, layout: &Layout) -> ColumnPlan {
    let data_type = match column.data_type {
        DataType::Utf8View if layout.partition_by.contains(&column.name) => DataType::Utf8,
        ref other => other.clone(),
    };
    ColumnPlan { data_type, ..column.clone() }
}

/// The declared columns of a query, in their declared order and types.
pub(super) fn promised(plan: LogicalPlan, columns: &[ColumnPlan]) -> Result<LogicalPlan> {
    let schema = Arc::clone(plan.schema());
    let columns: Result<Vec<Expr>> = columns
        .iter()
        .map(|column| {
            let (qualifier, field) = schema.qualified_field_with_unqualified_name(&column.name)?;
            let value = Expr::Column(Column::from((qualifier, field)));
            Ok(moments::shown(value, &column.data_type, &schema)?.alias(&column.name))
        })
        .collect();
    LogicalPlanBuilder::from(plan).project(columns?)?.build()
}

/// Rows with the columns that have one value in all of them.
fn sharing(
    rows: LogicalPlan,
    columns: &[ColumnPlan],
    fixed: &[(String, String)],
) -> Result<LogicalPlan> {
    let mut all: Vec<Expr> = rows.schema().columns().into_iter().map(Expr::Column).collect();
    for column in columns {
        if let Some((name, value)) = fixed.iter().find(|(name, _)| *name == column.name) {
            let value = ScalarValue::try_from_string(value.clone(), &column.data_type)?;
            all.push(lit(value).alias(name));
        }
    }
    LogicalPlanBuilder::from(rows).project(all)?.build()
}
