//! A condition on a staged table, as the plan of the rows that break it.

use datafusion::error::{DataFusionError, Result};
use datafusion::execution::SessionState;
use datafusion::logical_expr::LogicalPlan;

use super::ColumnPlan;
use crate::declare::{Rejects, Severity};
use crate::diagnostic::Place;
use crate::plan::param::Bindings;
use crate::plan::query::Query;
use crate::plan::rule::Rule;

/// A condition on a staged table, as the plan of the rows that break it.
#[derive(Debug, Clone)]
pub struct CheckPlan {
    /// The condition, as written in the table file.
    pub name: String,
    /// The query for the rows that break it.
    pub(in crate::plan) asks: Asks,
    /// The tables it reads besides its own.
    pub reads: Vec<String>,
    /// What it does to the run if it fails.
    pub severity: Severity,
    /// How many rows may break it without failing it.
    pub max_failed_rows: Rejects,
    /// The columns of the rows that break it, the table's key first: the order of the evidence.
    pub evidence: Vec<ColumnPlan>,
}

/// The query for the rows that break a check.
#[derive(Debug, Clone)]
pub(in crate::plan) enum Asks {
    /// A query of the project's own.
    Query(Box<Query>),
    /// A declared rule, and where it is declared.
    Rule(Rule, Place),
}

impl CheckPlan {
    /// A check that no row may break.
    pub(in crate::plan) fn new(name: String, asks: Asks, reads: Vec<String>) -> Self {
        let (severity, max_failed_rows) = (Severity::default(), Rejects::default());
        Self { name, asks, reads, severity, max_failed_rows, evidence: Vec::new() }
    }

    /// The plan of the rows that break it.
    ///
    /// # Errors
    /// They cannot be planned.
    pub(crate) async fn broken(
        &self,
        state: &SessionState,
        bindings: &Bindings,
    ) -> Result<LogicalPlan> {
        match &self.asks {
            Asks::Query(query) => query.planned(state, bindings).await,
            Asks::Rule(rule, _) => rule.broken(state).await,
        }
    }

    /// Where it contains the cause of an error.
    pub(crate) fn place_of_failure(&self, error: &DataFusionError) -> Place {
        match &self.asks {
            Asks::Query(query) => query.place_of_failure(error),
            Asks::Rule(_, place) => place.clone(),
        }
    }

    /// Puts the columns of the rows that break it into the order of the evidence.
    pub(in crate::plan) fn yields(&mut self, columns: Vec<ColumnPlan>, key: &[String]) {
        self.evidence = columns;
        let place = |column: &ColumnPlan| key.iter().position(|name| *name == column.name);
        self.evidence.sort_by_key(|column| place(column).unwrap_or(usize::MAX));
    }
}
