//! Casts that are distinguished from their operand if both are grouping keys.
//!
//! To DataFusion 55.2 the name of `cast(day as date)` is that of `day`. It groups by each name
//! once, and rejects a query that groups by both, or that has two windows that differ only in
//! casts. There casts are written as calls of an identity function whose name includes the cast.
//! Elsewhere a column keeps the name of the operand.

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use datafusion::sql::sqlparser::ast::{
    Distinct, Expr, Function, FunctionArg, FunctionArgExpr, FunctionArgumentList,
    FunctionArguments, GroupByExpr, Ident, ObjectName, OrderByKind, Query, Select, SelectItem,
    SetExpr, Statement, Value, VisitorMut,
};

use crate::plan::walk::{visit_expressions, visit_expressions_mut, visit_mut};
use crate::session::NAMED_CAST;

/// Gives casts distinct names in each `select` in which two names would collide.
pub(super) fn give(statement: &mut Statement) {
    let _: ControlFlow<()> = visit_mut(statement, &mut Queries);
}

struct Queries;

impl VisitorMut for Queries {
    type Break = ();

    fn pre_visit_query(&mut self, query: &mut Query) -> ControlFlow<()> {
        let named = name_within(&mut query.body);
        if let (true, Some(order)) = (named, &mut query.order_by)
            && let OrderByKind::Expressions(keys) = &mut order.kind
        {
            let _: ControlFlow<()> = visit_mut(keys, &mut Casts::default());
        }
        ControlFlow::Continue(())
    }
}

/// Whether it is one `select`, whose casts are named now.
fn name_within(body: &mut SetExpr) -> bool {
    match body {
        SetExpr::Select(select) if is_ambiguous(select) => {
            let mut casts = Casts::default();
            let Select { projection, distinct, group_by, having, named_window, qualify, .. } =
                select.as_mut();
            let _: ControlFlow<()> = visit_mut(projection, &mut casts);
            let _: ControlFlow<()> = visit_mut(distinct, &mut casts);
            let _: ControlFlow<()> = visit_mut(group_by, &mut casts);
            let _: ControlFlow<()> = visit_mut(having, &mut casts);
            let _: ControlFlow<()> = visit_mut(named_window, &mut casts);
            let _: ControlFlow<()> = visit_mut(qualify, &mut casts);
            true
        }
        SetExpr::SetOperation { left, right, .. } => {
            name_within(left);
            name_within(right);
            false
        }
        _ => false,
    }
}

/// Whether two keys, or two windows, differ only in their casts.
fn is_ambiguous(select: &Select) -> bool {
    let mut seen: BTreeMap<String, String> = BTreeMap::new();
    keys(select).into_iter().chain(windows(select)).any(|key| {
        let whole = key.to_string();
        seen.insert(without_casts(key), whole.clone()).is_some_and(|other| other != whole)
    })
}

/// The keys of `group by` or `distinct`.
fn keys(select: &Select) -> Vec<Expr> {
    let written = match (&select.group_by, &select.distinct) {
        (GroupByExpr::Expressions(keys, _), _) if !keys.is_empty() => keys.clone(),
        (_, Some(Distinct::On(keys))) => keys.clone(),
        (GroupByExpr::All(_), _) => select.projection.iter().filter_map(item).collect(),
        _ => Vec::new(),
    };
    let sets = written.into_iter().flat_map(|key| match key {
        Expr::Rollup(sets) | Expr::Cube(sets) | Expr::GroupingSets(sets) => sets.concat(),
        key => vec![key],
    });
    sets.map(|key| meant(&key, select).unwrap_or(key)).collect()
}

/// The expression of a key that is the number or the name of a column of the result.
fn meant(key: &Expr, select: &Select) -> Option<Expr> {
    match key {
        Expr::Value(value) => {
            let Value::Number(number, _) = &value.value else { return None };
            let place: usize = number.parse().ok()?;
            select.projection.get(place.checked_sub(1)?).and_then(item)
        }
        Expr::Identifier(name) => select.projection.iter().find_map(|it| match it {
            SelectItem::ExprWithAlias { expr, alias } if alias == name => Some(expr.clone()),
            _ => None,
        }),
        _ => None,
    }
}

fn item(item: &SelectItem) -> Option<Expr> {
    match item {
        SelectItem::UnnamedExpr(expr) | SelectItem::ExprWithAlias { expr, .. } => {
            Some(expr.clone())
        }
        _ => None,
    }
}

fn windows(select: &Select) -> Vec<Expr> {
    let mut found = Vec::new();
    let _: ControlFlow<()> = visit_expressions(&select.projection, |expression| {
        if matches!(expression, Expr::Function(Function { over: Some(_), .. })) {
            found.push(expression.clone());
        }
        ControlFlow::Continue(())
    });
    found
}

/// The name that the engine gives an expression.
fn without_casts(mut expression: Expr) -> String {
    let _: ControlFlow<()> = visit_expressions_mut(&mut expression, |part| {
        match part {
            Expr::Cast { expr, .. } => *part = expr.as_ref().clone(),
            Expr::CompoundIdentifier(names) => {
                if let Some(last) = names.pop() {
                    *part = Expr::Identifier(last);
                }
            }
            _ => {}
        }
        ControlFlow::Continue(())
    });
    expression.to_string().to_lowercase()
}

/// Wraps every cast of a column in a call that names it, except in subqueries.
#[derive(Default)]
struct Casts {
    depth: usize,
}

impl VisitorMut for Casts {
    type Break = ();

    fn pre_visit_query(&mut self, _: &mut Query) -> ControlFlow<()> {
        self.depth += 1;
        ControlFlow::Continue(())
    }

    fn post_visit_query(&mut self, _: &mut Query) -> ControlFlow<()> {
        self.depth -= 1;
        ControlFlow::Continue(())
    }

    fn post_visit_expr(&mut self, expression: &mut Expr) -> ControlFlow<()> {
        if self.depth == 0 && matches!(expression, Expr::Cast { .. }) && reads_a_column(expression)
        {
            let nothing = Expr::Value(Value::Null.with_empty_span());
            *expression = named(std::mem::replace(expression, nothing));
        }
        ControlFlow::Continue(())
    }
}

fn reads_a_column(expression: &Expr) -> bool {
    let column = |part: &Expr| match part {
        Expr::Identifier(_) | Expr::CompoundIdentifier(_) => ControlFlow::Break(()),
        _ => ControlFlow::Continue(()),
    };
    visit_expressions(expression, column).is_break()
}

fn named(cast: Expr) -> Expr {
    Expr::Function(Function {
        name: ObjectName::from(vec![Ident::new(NAMED_CAST)]),
        uses_odbc_syntax: false,
        parameters: FunctionArguments::None,
        args: FunctionArguments::List(FunctionArgumentList {
            duplicate_treatment: None,
            args: vec![FunctionArg::Unnamed(FunctionArgExpr::Expr(cast))],
            clauses: Vec::new(),
        }),
        filter: None,
        null_treatment: None,
        over: None,
        within_group: Vec::new(),
    })
}

#[cfg(test)]
mod tests {
    use datafusion::sql::sqlparser::dialect::GenericDialect;
    use datafusion::sql::sqlparser::parser::Parser;

    use super::give;

    fn read(sql: &str) -> String {
        let mut statement = Parser::parse_sql(&GenericDialect {}, sql).unwrap().remove(0);
        give(&mut statement);
        statement.to_string()
    }

    #[test]
    fn casts_are_named_where_something_else_has_their_name() {
        for (written, meant) in [
            (
                "SELECT d, CAST(d AS DATE) AS day FROM t GROUP BY d, CAST(d AS DATE)",
                "SELECT d, named_cast(CAST(d AS DATE)) AS day FROM t \
                 GROUP BY d, named_cast(CAST(d AS DATE))",
            ),
            (
                "SELECT t.d, CAST(d AS DATE) AS day FROM t GROUP BY 1, day ORDER BY CAST(d AS DATE)",
                "SELECT t.d, named_cast(CAST(d AS DATE)) AS day FROM t GROUP BY 1, day \
                 ORDER BY named_cast(CAST(d AS DATE))",
            ),
            (
                "SELECT rank() OVER (ORDER BY d) AS a, rank() OVER (ORDER BY CAST(d AS DATE)) AS b \
                 FROM t",
                "SELECT rank() OVER (ORDER BY d) AS a, \
                 rank() OVER (ORDER BY named_cast(CAST(d AS DATE))) AS b FROM t",
            ),
        ] {
            assert_eq!(read(written), meant);
        }
    }

    #[test]
    fn elsewhere_they_are_left_alone() {
        for sql in [
            "SELECT CAST(d AS DATE) AS d, count(*) FROM t GROUP BY CAST(d AS DATE)",
            "SELECT CAST(a AS DATE), CAST(b AS DATE) FROM t GROUP BY CAST(a AS DATE), CAST(b AS DATE)",
            "SELECT CAST(d AS DATE) AS a, CAST(d AS TEXT) AS b FROM t",
            "SELECT d, t.d FROM t GROUP BY d, t.d",
        ] {
            assert_eq!(read(sql), sql);
        }
    }
}
