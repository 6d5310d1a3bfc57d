//! Queries that become too large when they are expanded, detected before that.
//!
//! The engine inlines a query of `with` wherever it is named. If each of them names the one before
//! it twice, twenty-four short lines read sixteen million tables. `cube` of thirty columns is a thousand
//! million sets of them.

use std::collections::HashMap;
use std::ops::ControlFlow;

use datafusion::sql::sqlparser::ast::{
    Expr, GroupByExpr, ObjectName, Query, Select, Spanned as _, Statement, Visitor,
};
use datafusion::sql::sqlparser::tokenizer::Span;

use crate::plan::walk::visit;

/// How many tables a query may read, counting a query of `with` as often as it is named.
const MOST_TABLES: u64 = 500;
/// How many sets of columns one `group by` may have.
const MOST_SETS: u64 = 4_096;

/// How many queries of `with` a query may have, including nested ones: each may read the one
/// before, and the plan is as deep as their number.
const MOST_NAMED: usize = 100;
/// How many `when` a query may have: each is planned beside all others.
const MOST_WHENS: usize = 1_000;
/// How many expressions one `group by` may have, for the same reason.
const MOST_KEYS: usize = 1_000;

/// What becomes too large, and the remedy.
pub(super) struct TooLarge {
    pub(super) message: String,
    pub(super) help: &'static str,
    pub(super) span: Span,
}

/// What of a statement becomes too large.
pub(super) fn refused(statement: &Statement) -> Result<(), TooLarge> {
    match visit(statement, &mut Count::default()) {
        ControlFlow::Break(wrong) => Err(wrong),
        ControlFlow::Continue(()) => Ok(()),
    }
}

/// A traversal of a statement, innermost queries first.
#[derive(Default)]
struct Count {
    open: Vec<Open>,
    named: usize,
    whens: usize,
    /// How many tables the queries of `with` read that are known where the way is.
    tables: HashMap<String, u64>,
}

/// A query whose end is not reached.
#[derive(Default)]
struct Open {
    tables: u64,
    /// Its own queries of `with`, and how often they read tables.
    named: Vec<(*const Query, String)>,
    /// What their names meant outside of it.
    before: Vec<(String, Option<u64>)>,
}

impl Count {
    /// The name that a query has in its `with`.
    fn name(&self, query: &Query) -> Option<String> {
        let named = &self.open.last()?.named;
        let (_, name) = named.iter().find(|(known, _)| std::ptr::eq(*known, query))?;
        Some(name.clone())
    }

    /// Of a name that is known from here on, what it meant before.
    fn learn(&mut self, name: String, tables: u64) {
        let before = self.tables.insert(name.clone(), tables);
        if let Some(open) = self.open.last_mut() {
            open.before.push((name, before));
        }
    }

    fn forget(&mut self, open: Open) {
        for (name, before) in open.before.into_iter().rev() {
            match before {
                Some(tables) => self.tables.insert(name, tables),
                None => self.tables.remove(&name),
            };
        }
    }
}

impl Visitor for Count {
    type Break = TooLarge;

    fn pre_visit_query(&mut self, query: &Query) -> ControlFlow<TooLarge> {
        let named = query.with.iter().flat_map(|with| &with.cte_tables).map(|cte| {
            let inner: *const Query = &raw const *cte.query;
            (inner, normal(&cte.alias.name))
        });
        self.open.push(Open { named: named.collect(), ..Open::default() });
        self.named += query.with.as_ref().map_or(0, |with| with.cte_tables.len());
        if self.named <= MOST_NAMED {
            return ControlFlow::Continue(());
        }
        ControlFlow::Break(TooLarge {
            message: format!("this has more than {MOST_NAMED} queries of `with`"),
            help: "make stages of the queries of `with`: a stage is computed once",
            span: query.body.span(),
        })
    }

    fn pre_visit_expr(&mut self, expr: &Expr) -> ControlFlow<TooLarge> {
        if let Expr::Case { conditions, .. } = expr {
            self.whens += conditions.len();
        }
        if self.whens <= MOST_WHENS {
            return ControlFlow::Continue(());
        }
        ControlFlow::Break(TooLarge {
            message: format!("this has more than {MOST_WHENS} `when`"),
            help: "read what stands for what from a source, and join it",
            span: expr.span(),
        })
    }

    fn post_visit_query(&mut self, query: &Query) -> ControlFlow<TooLarge> {
        let Some(mut open) = self.open.pop() else { return ControlFlow::Continue(()) };
        let tables = std::mem::take(&mut open.tables);
        self.forget(open);
        if tables > MOST_TABLES {
            return ControlFlow::Break(TooLarge {
                message: format!(
                    "this reads more than {MOST_TABLES} tables, those of a query of `with` as often \
                     as it is named"
                ),
                help: "make stages of the queries of `with`: a stage is computed once",
                span: query.body.span(),
            });
        }
        match self.name(query) {
            Some(name) => self.learn(name, tables),
            None => self.open.iter_mut().last().into_iter().for_each(|outer| {
                outer.tables = outer.tables.saturating_add(tables);
            }),
        }
        ControlFlow::Continue(())
    }

    fn pre_visit_relation(&mut self, relation: &ObjectName) -> ControlFlow<TooLarge> {
        let name = relation.0.last().and_then(|part| part.as_ident()).map(normal);
        let tables = name.and_then(|name| self.tables.get(&name)).copied().unwrap_or(1);
        if let Some(open) = self.open.last_mut() {
            open.tables = open.tables.saturating_add(tables);
        }
        ControlFlow::Continue(())
    }

    fn pre_visit_select(&mut self, select: &Select) -> ControlFlow<TooLarge> {
        let GroupByExpr::Expressions(columns, _) = &select.group_by else {
            return ControlFlow::Continue(());
        };
        if columns.len() > MOST_KEYS {
            return ControlFlow::Break(TooLarge {
                message: format!("this `group by` has more than {MOST_KEYS} expressions"),
                help: "group by what distinguishes the groups, and take `min` of the rest",
                span: select.group_by.span(),
            });
        }
        let sets = columns.iter().map(sets).fold(1, u64::saturating_mul);
        if sets <= MOST_SETS {
            return ControlFlow::Continue(());
        }
        ControlFlow::Break(TooLarge {
            message: format!("this `group by` has more than {MOST_SETS} sets of columns"),
            help: "name the sets that are needed: `grouping sets ((a, b), (a), ())`",
            span: select.group_by.span(),
        })
    }
}

/// How many sets of columns a part of a `group by` expands to.
fn sets(part: &Expr) -> u64 {
    let count = |parts: usize| u64::try_from(parts).unwrap_or(u64::MAX);
    match part {
        Expr::Cube(parts) => {
            1_u64.checked_shl(u32::try_from(parts.len()).unwrap_or(u32::MAX)).unwrap_or(u64::MAX)
        }
        Expr::Rollup(parts) => count(parts.len()).saturating_add(1),
        Expr::GroupingSets(parts) => parts
            .iter()
            .map(|part| part.iter().map(sets).fold(1, u64::saturating_mul))
            .fold(0, u64::saturating_add),
        _ => 1,
    }
}

/// A name as the engine compares it.
fn normal(name: &datafusion::sql::sqlparser::ast::Ident) -> String {
    match name.quote_style {
        Some(_) => name.value.clone(),
        None => name.value.to_lowercase(),
    }
}

#[cfg(test)]
mod tests {
    use datafusion::sql::sqlparser::dialect::GenericDialect;
    use datafusion::sql::sqlparser::parser::Parser;

    fn is_refused(sql: &str) -> bool {
        let statements = Parser::parse_sql(&GenericDialect {}, sql).unwrap();
        super::refused(&statements[0]).is_err()
    }

    fn chain(length: usize, times: usize) -> String {
        let steps: Vec<String> = (1..=length)
            .map(|at| {
                let from = vec![format!("A{}", at - 1); times].join(" union all select x from ");
                format!("a{at} as (select x from {from})")
            })
            .collect();
        format!("with a0 as (select x from t), {} select x from a{length}", steps.join(", "))
    }

    #[test]
    fn queries_of_with_that_multiply_are_refused_and_long_chains_are_not() {
        assert!(
            is_refused(&chain(24, 2)) && is_refused(&chain(200, 2)) && is_refused(&chain(9, 2))
        );
        assert!(
            !is_refused(&chain(8, 2)) && !is_refused(&chain(90, 1)) && !is_refused(&chain(1, 400))
        );
        let within = format!("select x in (select x from ({}) as u) from t", chain(24, 2));
        assert!(is_refused(&within));
    }

    #[test]
    fn what_is_planned_beside_all_others_is_counted() {
        let many = |part: &str, times: usize| vec![part; times].join(" ");
        let whens = |times| format!("select case {} end from t", many("when x then y", times));
        assert!(is_refused(&whens(1_001)) && !is_refused(&whens(1_000)));
        let keys = |times| format!("select 1 from t group by {} x", many("x,", times));
        assert!(is_refused(&keys(1_000)) && !is_refused(&keys(999)));
        assert!(is_refused(&chain(100, 1)) && !is_refused(&chain(99, 1)));
    }

    #[test]
    fn a_name_means_what_it_means_where_it_stands() {
        let inner = "select x from (with a as (select 1 as x) select x from a) as b";
        let large = chain(8, 2).replace("select x from a8", "");
        assert!(!is_refused(&format!("{large} select * from a8 join ({inner}) as c on true")));
        let twice = format!("{large}, a as (select x from a8) select x from a union all {inner}");
        assert!(!is_refused(&twice));
        assert!(is_refused(&format!("{twice} union all select x from a")));
        let recursive =
            "with recursive n as (select 1 as x union all select x + 1 from n where x < 9)";
        assert!(!is_refused(&format!("{recursive} select x from n")));
    }

    #[test]
    fn sets_of_columns_that_multiply_are_refused() {
        let columns: Vec<String> = (0..64).map(|at| format!("c{at}")).collect();
        let by = |parts: &str| is_refused(&format!("select count(*) from t group by {parts}"));
        assert!(by(&format!("cube ({})", columns.join(", "))));
        assert!(by(&format!("cube ({})", columns[..13].join(", "))));
        assert!(!by(&format!("cube ({})", columns[..12].join(", "))));
        assert!(by(&format!("cube ({}), cube (a, b, c, d)", columns[..10].join(", "))));
        assert!(!by(&format!("rollup ({}), grouping sets ((a, b), (a), ())", columns.join(", "))));
    }
}
