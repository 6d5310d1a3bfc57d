//! Text that would be read as something else is told before a row is read.
//!
//! Where text meets a number, a day or a moment, the engine casts the text, in comparisons and joins
//! as in arguments, and so `order_id = number` passes planning and dies at the first `A-17`. Casts
//! that nobody wrote are found by comparing a plan before and after its types are settled. A
//! constant is another matter: it is read when the query is planned.

use std::collections::HashSet;
use std::sync::Arc;

use datafusion::arrow::datatypes::DataType;
use datafusion::common::config::ConfigOptions;
use datafusion::common::diagnostic::Diagnostic;
use datafusion::common::tree_node::{TreeNode, TreeNodeRecursion};
use datafusion::common::{DFSchema, Result, Span, Spans, plan_err};
use datafusion::logical_expr::expr::{Cast, TryCast};
use datafusion::logical_expr::utils::merge_schema;
use datafusion::logical_expr::{Expr, ExprSchemable, LogicalPlan};
use datafusion::optimizer::AnalyzerRule;

use super::{frame, meeting};
use crate::transform::moments;

type Rule = Arc<dyn AnalyzerRule + Send + Sync>;

/// The rule that settles types, made to tell what it casts.
pub(super) fn told(rule: Rule) -> Rule {
    if rule.name() == "type_coercion" { Arc::new(Told(rule)) } else { rule }
}

#[derive(Debug)]
struct Told(Rule);

impl AnalyzerRule for Told {
    fn analyze(&self, plan: LogicalPlan, config: &ConfigOptions) -> Result<LogicalPlan> {
        let plan = moments::met(plan, config)?;
        let plan = meeting::met(frame::meant(plan)?)?;
        let mut written = HashSet::new();
        readings(&plan, &mut |text, target| {
            written.insert(name(text, target));
            Ok(())
        })?;
        let plan = self.0.analyze(plan, config)?;
        readings(&plan, &mut |text, target| match written.contains(&name(text, target)) {
            true => Ok(()),
            false => refuse(text, target),
        })?;
        meeting::narrow(&plan)?;
        Ok(plan)
    }

    fn name(&self) -> &str {
        self.0.name()
    }
}

fn name(text: &Expr, target: &DataType) -> String {
    format!("{} as {target}", text.schema_name())
}

pub(super) fn refuse(text: &Expr, target: &DataType) -> Result<()> {
    let said = Diagnostic::new_error("text is used as something else", span(text));
    plan_err!("Text '{}' would be read as {target}", text.schema_name(); diagnostic = said)
}

/// The casts of text, other than constants, to what text is parsed for.
fn readings(
    plan: &LogicalPlan,
    each: &mut dyn FnMut(&Expr, &DataType) -> Result<()>,
) -> Result<()> {
    plan.apply_with_subqueries(|step| {
        let schema = schema(step)?;
        step.apply_expressions(|expr| {
            expr.apply(|part| {
                if let Expr::Cast(Cast { expr, field }) | Expr::TryCast(TryCast { expr, field }) =
                    part
                    && is_parsed(field.data_type())
                    && !is_constant(expr)
                    && expr.get_type(&schema).is_ok_and(|of| of.is_string())
                {
                    each(expr, field.data_type())?;
                }
                Ok(TreeNodeRecursion::Continue)
            })
        })
    })?;
    Ok(())
}

/// The columns that the expressions of a step see.
pub(super) fn schema(step: &LogicalPlan) -> Result<DFSchema> {
    match step {
        LogicalPlan::TableScan(scan) => {
            DFSchema::try_from_qualified_schema(scan.table_name.clone(), &scan.source.schema())
        }
        _ => Ok(merge_schema(&step.inputs())),
    }
}

fn is_parsed(data_type: &DataType) -> bool {
    data_type.is_numeric() || data_type.is_temporal() || *data_type == DataType::Boolean
}

/// Whether a value is known when the query is planned.
pub(super) fn is_constant(expr: &Expr) -> bool {
    let varies = expr.exists(|part| {
        Ok(!matches!(part, Expr::Literal(..) | Expr::Cast(_) | Expr::TryCast(_) | Expr::Alias(_)))
    });
    !varies.unwrap_or(true)
}

/// The first place that an expression names.
pub(super) fn span(expr: &Expr) -> Option<Span> {
    let mut found = None;
    let _ = expr.apply(|part| {
        found = part.spans().and_then(Spans::first);
        Ok(if found.is_some() { TreeNodeRecursion::Stop } else { TreeNodeRecursion::Continue })
    });
    found
}
