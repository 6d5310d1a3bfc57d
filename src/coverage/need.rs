//! What a query needs for some of its columns: the columns of its tables and the functions that it calls.
//!
//! Conditions and keys that decide which rows there are count as needed. A side of an outer join that only
//! adds columns does not, if none of these is needed.

use std::collections::{BTreeMap, BTreeSet};

use datafusion::common::tree_node::{TreeNode, TreeNodeRecursion};
use datafusion::common::{DFSchema, JoinType};
use datafusion::logical_expr::{Distinct, Expr, Join, LogicalPlan};

/// What a query needs.
#[derive(Debug, Default)]
pub(super) struct Need {
    /// The columns of tables, by table.
    pub(super) tables: BTreeMap<String, BTreeSet<String>>,
    /// The functions that it calls, by name.
    pub(super) functions: BTreeSet<String>,
}

impl Need {
    /// What a query needs for some of its columns.
    pub(super) fn of(query: &LogicalPlan, columns: &BTreeSet<String>) -> Self {
        let fields = query.schema().fields().iter().enumerate();
        let wanted = fields.filter(|(_, field)| columns.contains(field.name())).map(|(at, _)| at);
        let mut need = Self::default();
        need.gather(query, &wanted.collect());
        need
    }

    fn gather(&mut self, query: &LogicalPlan, wanted: &BTreeSet<usize>) {
        match query {
            LogicalPlan::TableScan(scan) => {
                let fields = scan.projected_schema.fields();
                let names = wanted.iter().map(|at| fields[*at].name().clone());
                let table = scan.table_name.table().to_owned();
                self.tables.entry(table).or_default().extend(names);
            }
            LogicalPlan::Projection(projection) => {
                let exprs = wanted.iter().map(|at| &projection.expr[*at]);
                let needed = self.read(exprs, projection.input.schema());
                self.gather(&projection.input, &needed);
            }
            LogicalPlan::Filter(filter) => {
                let needed = self.read([&filter.predicate], filter.input.schema());
                self.gather(&filter.input, &(&needed | wanted));
            }
            LogicalPlan::Aggregate(aggregate) => {
                let groups = aggregate.schema.fields().len() - aggregate.aggr_expr.len();
                let calls = wanted.iter().filter_map(|at| at.checked_sub(groups));
                let calls = calls.map(|at| &aggregate.aggr_expr[at]);
                let exprs = aggregate.group_expr.iter().chain(calls);
                let needed = self.read(exprs, aggregate.input.schema());
                self.gather(&aggregate.input, &needed);
            }
            LogicalPlan::Window(window) => {
                let width = window.input.schema().fields().len();
                let (passed, calls): (BTreeSet<usize>, BTreeSet<usize>) =
                    wanted.iter().copied().partition(|at| *at < width);
                let exprs = calls.iter().map(|at| &window.window_expr[at - width]);
                let needed = self.read(exprs, window.input.schema());
                self.gather(&window.input, &(&needed | &passed));
            }
            LogicalPlan::Join(join) => self.join(join, wanted),
            LogicalPlan::Union(union) => {
                union.inputs.iter().for_each(|input| self.gather(input, wanted));
            }
            LogicalPlan::Sort(_)
            | LogicalPlan::Limit(_)
            | LogicalPlan::Repartition(_)
            | LogicalPlan::SubqueryAlias(_)
            | LogicalPlan::Distinct(Distinct::All(_)) => self.gather(query.inputs()[0], wanted),
            _ => query.inputs().into_iter().for_each(|input| self.all(input)),
        }
    }

    /// What a query needs for all of its columns.
    fn all(&mut self, query: &LogicalPlan) {
        self.gather(query, &(0..query.schema().fields().len()).collect());
    }

    fn join(&mut self, join: &Join, wanted: &BTreeSet<usize>) {
        let widths = [&join.left, &join.right].map(|side| side.schema().fields().len());
        let within = |from: usize, width: usize| -> BTreeSet<usize> {
            wanted
                .iter()
                .filter(|at| (from..from + width).contains(at))
                .map(|at| at - from)
                .collect()
        };
        let (left, right) = match join.join_type {
            JoinType::RightSemi | JoinType::RightAnti | JoinType::RightMark => {
                (BTreeSet::new(), within(0, widths[1]))
            }
            _ => (within(0, widths[0]), within(widths[0], widths[1])),
        };
        match join.join_type {
            JoinType::Left if right.is_empty() => return self.gather(&join.left, &left),
            JoinType::Right if left.is_empty() => return self.gather(&join.right, &right),
            _ => {}
        }
        let keys = join.on.iter().flat_map(|(of_left, of_right)| [of_left, of_right]);
        let conditions: Vec<&Expr> = keys.chain(&join.filter).collect();
        let of_left = self.read(conditions.iter().copied(), join.left.schema());
        let of_right = self.read(conditions.iter().copied(), join.right.schema());
        self.gather(&join.left, &(&left | &of_left));
        self.gather(&join.right, &(&right | &of_right));
    }

    /// Records what expressions call and returns the columns of a schema that they read.
    fn read<'a>(
        &mut self,
        exprs: impl IntoIterator<Item = &'a Expr>,
        schema: &DFSchema,
    ) -> BTreeSet<usize> {
        let mut columns = BTreeSet::new();
        for expr in exprs {
            // Nothing in it fails.
            let _ = expr.apply(|part| {
                match part {
                    Expr::Column(column) => columns.extend(schema.maybe_index_of_column(column)),
                    Expr::ScalarFunction(call) => self.calls(call.name()),
                    Expr::AggregateFunction(call) => self.calls(call.func.name()),
                    Expr::WindowFunction(call) => self.calls(call.fun.name()),
                    Expr::ScalarSubquery(inner) => self.all(&inner.subquery),
                    Expr::Exists(exists) => self.all(&exists.subquery.subquery),
                    Expr::InSubquery(within) => self.all(&within.subquery.subquery),
                    _ => {}
                }
                Ok(TreeNodeRecursion::Continue)
            });
        }
        columns
    }

    /// The variant that returns NULL in place of an error is the same function.
    fn calls(&mut self, function: &str) {
        self.functions.insert(function.strip_prefix("try_").unwrap_or(function).to_owned());
    }
}
