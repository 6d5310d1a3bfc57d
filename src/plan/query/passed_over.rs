//! Clauses that the parser accepts and the planner ignores.
//!
//! sqlparser knows the clauses of many databases, and DataFusion 55.2 silently ignores some of
//! them: `from orders tablesample (1 percent)` would read all orders. The parts of a query are
//! destructured here in full, so that a part added by a later parser is a compile error.

use std::ops::ControlFlow;

use datafusion::sql::sqlparser::ast::{
    Cte, DuplicateTreatment, Expr, Function, FunctionArg, FunctionArgExpr, FunctionArgumentClause,
    FunctionArgumentList, FunctionArguments, GroupByExpr, Join, LimitClause, OrderBy, Query,
    Select, SelectModifiers, Spanned as _, Statement, TableFactor, Visitor,
};
use datafusion::sql::sqlparser::tokenizer::Span;

use crate::plan::walk::visit;

/// A clause, the part of the query to which it belongs, and what to write.
pub(super) struct Clause {
    pub(super) message: String,
    pub(super) help: &'static str,
    pub(super) span: Span,
}

/// The first of them.
pub(super) fn first(statement: &Statement) -> Option<Clause> {
    visit(statement, &mut Clauses).break_value()
}

struct Clauses;

const LEAVE_OUT: &str = "leave it out";

/// Whether a clause is present, its name, and what to write instead.
type Found = (bool, &'static str, &'static str);

fn told(found: impl IntoIterator<Item = Found>, span: Span) -> ControlFlow<Clause> {
    match found.into_iter().find(|(there, _, _)| *there) {
        Some((_, name, help)) => {
            let message = format!("`{name}` is no clause that is known here");
            ControlFlow::Break(Clause { message, help, span })
        }
        None => ControlFlow::Continue(()),
    }
}

impl Visitor for Clauses {
    type Break = Clause;

    fn pre_visit_query(&mut self, query: &Query) -> ControlFlow<Clause> {
        let Query {
            with,
            body,
            order_by,
            limit_clause,
            fetch,
            locks,
            for_clause,
            settings,
            format_clause,
            pipe_operators: _,
        } = query;
        let limit_by = match limit_clause {
            Some(LimitClause::LimitOffset { limit_by, .. }) => !limit_by.is_empty(),
            _ => false,
        };
        let interpolate = match order_by {
            Some(OrderBy { kind: _, interpolate }) => interpolate.is_some(),
            None => false,
        };
        let from = with.iter().flat_map(|with| &with.cte_tables).any(|cte| {
            let Cte { alias: _, query: _, from, materialized: _, closing_paren_token: _ } = cte;
            from.is_some()
        });
        let found = [
            (from, "from` after `with", LEAVE_OUT),
            (limit_by, "limit … by", "number the rows: `row_number() over (partition by …) <= 3`"),
            (interpolate, "interpolate", LEAVE_OUT),
            (fetch.is_some(), "fetch", "write `limit 3`"),
            (!locks.is_empty(), "for update", LEAVE_OUT),
            (for_clause.is_some(), "for", LEAVE_OUT),
            (settings.is_some(), "settings", LEAVE_OUT),
            (format_clause.is_some(), "format", LEAVE_OUT),
        ];
        told(found, body.span())
    }

    fn pre_visit_select(&mut self, select: &Select) -> ControlFlow<Clause> {
        let Select {
            select_token: _,
            optimizer_hints: _,
            distinct: _,
            select_modifiers,
            top,
            top_before_distinct: _,
            projection: _,
            exclude: _,
            into,
            from,
            lateral_views,
            prewhere,
            selection: _,
            connect_by,
            group_by,
            cluster_by,
            distribute_by,
            sort_by,
            having: _,
            named_window: _,
            qualify: _,
            window_before_qualify: _,
            value_table_mode,
            flavor: _,
        } = select;
        let (GroupByExpr::All(more) | GroupByExpr::Expressions(_, more)) = group_by;
        let mut joins = from.iter().flat_map(|table| &table.joins);
        let global = joins.any(|join| {
            let Join { relation: _, global, join_operator: _ } = join;
            *global
        });
        let modified = select_modifiers.as_ref().is_some_and(SelectModifiers::is_any_set);
        let found = [
            (modified, "select` of another database, as `sql_no_cache", LEAVE_OUT),
            (top.is_some(), "top", "write `limit 3` at the end"),
            (into.is_some(), "into", LEAVE_OUT),
            (!lateral_views.is_empty(), "lateral view", "write `cross join unnest(…)`"),
            (prewhere.is_some(), "prewhere", "write `where`"),
            (!connect_by.is_empty(), "connect by", "write `with recursive`"),
            (
                !more.is_empty(),
                "with` after `group by",
                "write `group by rollup (…)`, `cube (…)` or `grouping sets (…)`",
            ),
            (!cluster_by.is_empty(), "cluster by", LEAVE_OUT),
            (!distribute_by.is_empty(), "distribute by", LEAVE_OUT),
            (!sort_by.is_empty(), "sort by", "write `order by`"),
            (value_table_mode.is_some(), "as value", LEAVE_OUT),
            (global, "global", LEAVE_OUT),
        ];
        told(found, select.span())
    }

    fn pre_visit_table_factor(&mut self, factor: &TableFactor) -> ControlFlow<Clause> {
        const SAMPLE: &str = "choose rows by a condition that is the same in every run";
        match factor {
            TableFactor::Table {
                name,
                alias: _,
                args: _,
                with_hints,
                version,
                with_ordinality,
                partitions,
                json_path,
                sample,
                index_hints,
            } => told(
                [
                    (sample.is_some(), "tablesample", SAMPLE),
                    (!with_hints.is_empty(), "with (…)` after a table", LEAVE_OUT),
                    (
                        version.is_some(),
                        "version",
                        "tables have no versions; `--as-of` says of when a run is",
                    ),
                    (*with_ordinality, "with ordinality", "write `row_number() over (…)`"),
                    (!partitions.is_empty(), "partition", "write a condition on the column"),
                    (json_path.is_some(), "[…]` after a table", LEAVE_OUT),
                    (!index_hints.is_empty(), "use index", LEAVE_OUT),
                ],
                name.span(),
            ),
            TableFactor::Derived { lateral: _, subquery, alias: _, sample } => {
                told([(sample.is_some(), "tablesample", SAMPLE)], subquery.span())
            }
            _ => ControlFlow::Continue(()),
        }
    }

    fn pre_visit_expr(&mut self, expression: &Expr) -> ControlFlow<Clause> {
        match expression {
            Expr::Function(function) => call(function),
            _ => ControlFlow::Continue(()),
        }
    }
}

fn call(function: &Function) -> ControlFlow<Clause> {
    let span = function.name.span();
    let parameters = !matches!(function.parameters, FunctionArguments::None);
    told([(parameters, "(…)(…)", "write all arguments in one pair of brackets")], span)?;
    let FunctionArguments::List(list) = &function.args else { return ControlFlow::Continue(()) };
    let FunctionArgumentList { duplicate_treatment, args, clauses } = list;
    for clause in clauses {
        let found = match clause {
            FunctionArgumentClause::OrderBy(_)
            | FunctionArgumentClause::IgnoreOrRespectNulls(_) => {
                continue;
            }
            FunctionArgumentClause::Limit(_) => "limit` within a call",
            FunctionArgumentClause::OnOverflow(_) => "on overflow",
            FunctionArgumentClause::Having(_) => "having` within a call",
            FunctionArgumentClause::Separator(_) => "separator",
            FunctionArgumentClause::JsonNullClause(_) => "on null",
            FunctionArgumentClause::JsonReturningClause(_) => "returning",
        };
        told([(true, found, LEAVE_OUT)], span)?;
    }
    if *duplicate_treatment == Some(DuplicateTreatment::Distinct) {
        return distinct(function, args);
    }
    ControlFlow::Continue(())
}

/// `count(distinct …)` of rows is not one of values.
fn distinct(function: &Function, args: &[FunctionArg]) -> ControlFlow<Clause> {
    let is_count = function.name.to_string().to_lowercase().trim_matches('"') == "count";
    let rows = args.iter().any(|argument| {
        matches!(
            argument,
            FunctionArg::Unnamed(FunctionArgExpr::Wildcard | FunctionArgExpr::QualifiedWildcard(_))
        )
    });
    if !is_count || (args.len() < 2 && !rows) {
        return ControlFlow::Continue(());
    }
    ControlFlow::Break(Clause {
        message: "`count(distinct …)` counts the values of one expression".to_owned(),
        help: "count the rows of a query: `(select count(*) from (select distinct … from …) as t)`",
        span: function.name.span(),
    })
}
