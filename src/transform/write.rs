//! The writer as a part of a query, so that the query and its writer are planned together.
//!
//! A plan that was optimised without the writer and again with it can have a different result the
//! second time, or fail: rules of the engine rely on others that have not run yet.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use async_trait::async_trait;
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::catalog::Session;
use datafusion::common::{DFSchema, DFSchemaRef, plan_err};
use datafusion::error::Result;
use datafusion::logical_expr::physical_planning_context::PhysicalPlanningContext;
use datafusion::logical_expr::{
    Expr, Extension, LogicalPlan, UserDefinedLogicalNode, UserDefinedLogicalNodeCore,
};
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_planner::{DefaultPhysicalPlanner, ExtensionPlanner, PhysicalPlanner};

use crate::publish::{Target, WriteExec, manifest_schema};

/// A query whose rows become files.
#[derive(Debug, Clone)]
struct Write {
    rows: LogicalPlan,
    target: Target,
    /// The columns of the files, with their metadata for readers.
    columns: SchemaRef,
    /// The result: a row for each file.
    manifest: DFSchemaRef,
}

/// A plan that writes the rows of another one.
pub(super) fn write(
    rows: &LogicalPlan,
    target: &Target,
    columns: &SchemaRef,
) -> Result<LogicalPlan> {
    let manifest = Arc::new(DFSchema::try_from(manifest_schema())?);
    let (target, columns) = (target.clone(), Arc::clone(columns));
    let node = Arc::new(Write { rows: rows.clone(), target, columns, manifest });
    Ok(LogicalPlan::Extension(Extension { node }))
}

/// A planner that can plan the writer.
pub(super) fn planner() -> DefaultPhysicalPlanner {
    DefaultPhysicalPlanner::with_extension_planners(vec![Arc::new(Writer)])
}

impl UserDefinedLogicalNodeCore for Write {
    fn name(&self) -> &'static str {
        "Write"
    }

    fn inputs(&self) -> Vec<&LogicalPlan> {
        vec![&self.rows]
    }

    fn schema(&self) -> &DFSchemaRef {
        &self.manifest
    }

    fn expressions(&self) -> Vec<Expr> {
        Vec::new()
    }

    fn fmt_for_explain(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        write!(formatter, "Write: {}", self.target.folder.path)
    }

    fn with_exprs_and_inputs(&self, _: Vec<Expr>, mut inputs: Vec<LogicalPlan>) -> Result<Self> {
        let (Some(rows), true) = (inputs.pop(), inputs.is_empty()) else {
            return plan_err!("a writer writes the rows of one query");
        };
        Ok(Self { rows, ..self.clone() })
    }
}

impl PartialEq for Write {
    fn eq(&self, other: &Self) -> bool {
        self.target == other.target && self.rows == other.rows
    }
}

impl Eq for Write {}

impl PartialOrd for Write {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        self.rows.partial_cmp(&other.rows)
    }
}

impl Hash for Write {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.target.folder.path.hash(state);
        self.rows.hash(state);
    }
}

/// Plans the writer's logical node as the node that writes.
struct Writer;

#[async_trait]
impl ExtensionPlanner for Writer {
    async fn plan_extension(
        &self,
        _: &dyn PhysicalPlanner,
        node: &dyn UserDefinedLogicalNode,
        _: &[&LogicalPlan],
        inputs: &[Arc<dyn ExecutionPlan>],
        _: &dyn Session,
        _: &PhysicalPlanningContext,
    ) -> Result<Option<Arc<dyn ExecutionPlan>>> {
        let (Some(write), [rows]) = (node.as_any().downcast_ref::<Write>(), inputs) else {
            return Ok(None);
        };
        let (target, columns) = (write.target.clone(), Arc::clone(&write.columns));
        Ok(Some(Arc::new(WriteExec::new(Arc::clone(rows), target, columns))))
    }
}
