//! What a query must return whatever its tables contain: no rows, or one constant value in a
//! column.
//!
//! Canonical tables that no stage provides have no rows, and staging returns NULL for what a source
//! does not record. Both are propagated through joins, conditions and aggregates: a column that is
//! then NULL in every row is unknown, whatever its description. Where nothing can be derived, any
//! value is possible.

use std::collections::{BTreeMap, BTreeSet};

use datafusion::common::{DFSchemaRef, ScalarValue};
use datafusion::logical_expr::{Aggregate, Distinct, Expr, LogicalPlan, TableScan, Union, Unnest};

use super::constant::{Constant, never, value};
use super::join;
use crate::plan::{Plan, Stage};

/// What is known of the rows of a query.
#[derive(Debug, Clone)]
pub(super) struct Facts {
    /// Whether there are none.
    pub(super) has_no_rows: bool,
    /// The value that a column has in all rows, by its position.
    pub(super) values: Vec<Option<Constant>>,
}

/// What is given about tables, before their queries are analysed.
#[derive(Debug, Clone, Default)]
pub(super) struct Given {
    /// Tables that have no rows.
    pub(super) empty: BTreeSet<String>,
    /// Columns that have values, whatever the query of their table says.
    pub(super) valued: BTreeSet<(String, String)>,
}

/// What is known of tables, by name.
#[derive(Debug, Default)]
pub(super) struct Tables {
    empty: BTreeSet<String>,
    values: BTreeMap<String, BTreeMap<String, Constant>>,
}

impl Tables {
    /// What is known of some stages of a plan, each after those that it reads.
    pub(super) fn of<'a>(
        plan: &Plan,
        stages: impl IntoIterator<Item = &'a Stage>,
        given: Given,
    ) -> Self {
        let mut tables = Self { empty: given.empty, values: BTreeMap::new() };
        for stage in stages {
            let Some(query) = plan.typed.get(&stage.name) else { continue };
            let facts = tables.facts(&query.plan);
            let names = query.schema.fields().iter().map(|field| field.name().clone());
            let values = names.zip(facts.values).filter_map(|(name, value)| Some((name, value?)));
            let is_open =
                |name: &String| given.valued.contains(&(stage.name.clone(), name.clone()));
            let values = values.filter(|(name, _)| !is_open(name)).collect();
            tables.values.insert(stage.name.clone(), values);
            if facts.has_no_rows {
                tables.empty.insert(stage.name.clone());
            }
        }
        tables
    }

    /// Whether a table has no rows.
    pub(super) fn has_no_rows(&self, table: &str) -> bool {
        self.empty.contains(table)
    }

    /// The value of a column in all rows of a table.
    pub(super) fn value(&self, table: &str, column: &str) -> Option<&Constant> {
        self.values.get(table)?.get(column)
    }

    /// What is known of the rows of a query.
    pub(super) fn facts(&self, query: &LogicalPlan) -> Facts {
        match query {
            LogicalPlan::TableScan(scan) => self.scanned(scan),
            LogicalPlan::EmptyRelation(nothing) => {
                Facts { has_no_rows: !nothing.produce_one_row, ..unknown(query) }
            }
            LogicalPlan::Projection(projection) => {
                let input = self.facts(&projection.input);
                let schema = projection.input.schema();
                let values =
                    projection.expr.iter().map(|it| value(it, schema, &input.values)).collect();
                Facts { has_no_rows: input.has_no_rows, values }
            }
            LogicalPlan::Filter(filter) => {
                let input = self.facts(&filter.input);
                let never = never(&filter.predicate, filter.input.schema(), &input.values);
                Facts { has_no_rows: input.has_no_rows || never, ..input }
            }
            LogicalPlan::Join(join) => {
                join::facts(join, &self.facts(&join.left), &self.facts(&join.right))
            }
            LogicalPlan::Aggregate(aggregate) => {
                aggregated(aggregate, &self.facts(&aggregate.input))
            }
            LogicalPlan::Union(union) => self.united(union),
            LogicalPlan::Window(window) => {
                let mut facts = self.facts(&window.input);
                facts.values.resize(window.schema.fields().len(), None);
                facts
            }
            LogicalPlan::Sort(_)
            | LogicalPlan::Limit(_)
            | LogicalPlan::Repartition(_)
            | LogicalPlan::SubqueryAlias(_)
            | LogicalPlan::Distinct(Distinct::All(_)) => self.facts(query.inputs()[0]),
            LogicalPlan::Unnest(unnest) => unnested(unnest, &self.facts(&unnest.input)),
            LogicalPlan::Distinct(Distinct::On(_)) => {
                let input = self.facts(query.inputs()[0]);
                Facts { has_no_rows: input.has_no_rows, ..unknown(query) }
            }
            _ => unknown(query),
        }
    }

    fn scanned(&self, scan: &TableScan) -> Facts {
        let table = scan.table_name.table();
        let fields = scan.projected_schema.fields().iter();
        let known = fields.map(|field| self.value(table, field.name())?.cast_to(field.data_type()));
        Facts { has_no_rows: self.has_no_rows(table), values: known.collect() }
    }

    /// What all inputs that may have rows agree on.
    fn united(&self, union: &Union) -> Facts {
        let inputs = union.inputs.iter().map(|input| self.facts(input));
        let mut inputs = inputs.filter(|facts| !facts.has_no_rows);
        let Some(mut facts) = inputs.next() else {
            let values = vec![None; union.schema.fields().len()];
            return Facts { has_no_rows: true, values };
        };
        for other in inputs {
            for (value, same) in facts.values.iter_mut().zip(&other.values) {
                if value != same {
                    *value = None;
                }
            }
        }
        facts
    }
}

fn unknown(query: &LogicalPlan) -> Facts {
    Facts { has_no_rows: false, values: vec![None; query.schema().fields().len()] }
}

/// What is known beside the lists and structs that are unnested.
fn unnested(unnest: &Unnest, input: &Facts) -> Facts {
    let lists = unnest.list_type_columns.iter().map(|(at, _)| *at);
    let apart: BTreeSet<usize> = lists.chain(unnest.struct_type_columns.iter().copied()).collect();
    let kept = |at: &usize| if apart.contains(at) { None } else { input.values[*at].clone() };
    let values = unnest.dependency_indices.iter().map(kept).collect();
    Facts { has_no_rows: input.has_no_rows, values }
}

fn aggregated(aggregate: &Aggregate, input: &Facts) -> Facts {
    let schema = aggregate.input.schema();
    let groups = &aggregate.group_expr;
    // An empty grouping set has a row even without input rows, and leaves its columns NULL in
    // others.
    let is_plain = !groups.iter().any(|group| matches!(group, Expr::GroupingSet(_)));
    let mut values = match is_plain {
        true => groups.iter().map(|group| value(group, schema, &input.values)).collect(),
        false => vec![None; aggregate.schema.fields().len() - aggregate.aggr_expr.len()],
    };
    let calls = aggregate.aggr_expr.iter().zip(aggregate.schema.fields().iter().skip(values.len()));
    let of_calls = calls.map(|(call, field)| match of_nothing(call, schema, input)? {
        Nothing::Zero => Some(Constant::of(ScalarValue::Int64(Some(0)))),
        Nothing::Null => Constant::null(field.data_type()),
    });
    values.extend(of_calls.collect::<Vec<_>>());
    Facts { has_no_rows: is_plain && !groups.is_empty() && input.has_no_rows, values }
}

/// Aggregates that are NULL if all their inputs are NULL.
const NULL_OF_NOTHING: [&str; 11] = [
    "avg",
    "bool_and",
    "bool_or",
    "first_value",
    "last_value",
    "max",
    "median",
    "min",
    "regr_slope",
    "stddev",
    "sum",
];

/// The value of an aggregate of NULLs only.
enum Nothing {
    Zero,
    Null,
}

/// The value of an aggregate, if all its inputs are NULL.
fn of_nothing(call: &Expr, schema: &DFSchemaRef, input: &Facts) -> Option<Nothing> {
    let Expr::AggregateFunction(call) = call.clone().unalias() else { return None };
    let params = &call.params;
    let first = params.args.first().and_then(|first| value(first, schema, &input.values));
    let filter = params.filter.as_deref();
    let sees_nothing = input.has_no_rows
        || first.is_some_and(|first| first.is_null())
        || filter.is_some_and(|filter| never(filter, schema, &input.values));
    match call.func.name() {
        _ if !sees_nothing => None,
        "count" => Some(Nothing::Zero),
        name if NULL_OF_NOTHING.contains(&name) => Some(Nothing::Null),
        _ => None,
    }
}
