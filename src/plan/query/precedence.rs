//! `is distinct from` binds as tightly as the other forms of `is`, and `like` more tightly than `=`.
//!
//! sqlparser 0.62 reads all that follows `is [not] distinct from` as its right side, so that `a is
//! distinct from b and c` compares `a` with `b and c`. With conditions in place of values there
//! would be no error. It reads `a like b = c` as `a like (b = c)`. The tree is rotated until it is
//! what was written: brackets are separate nodes in it.

use std::ops::ControlFlow;

use datafusion::sql::sqlparser::ast::{BinaryOperator, Expr, Statement, UnaryOperator, Value};

use crate::plan::walk::visit_expressions_mut;

/// Gives every `is [not] distinct from` and every `like` of the statement its correct right side.
pub(super) fn restore(statement: &mut Statement) {
    let _: ControlFlow<()> = visit_expressions_mut(statement, |expression| {
        // The parts of an expression come before it.
        let nothing = Expr::Value(Value::Null.with_empty_span());
        let whole = std::mem::replace(expression, nothing);
        *expression = turned(whole);
        ControlFlow::Continue(())
    });
}

fn turned(expression: Expr) -> Expr {
    match expression {
        Expr::IsDistinctFrom(left, right) => {
            first_of(*right, &|right| Expr::IsDistinctFrom(left.clone(), Box::new(right)))
        }
        Expr::IsNotDistinctFrom(left, right) => {
            first_of(*right, &|right| Expr::IsNotDistinctFrom(left.clone(), Box::new(right)))
        }
        Expr::UnaryOp { op: UnaryOperator::Not, expr } => {
            first_of(*expr, &|expr| Expr::UnaryOp { op: UnaryOperator::Not, expr: Box::new(expr) })
        }
        Expr::BinaryOp { left, op: BinaryOperator::And, right } => and(*left, *right),
        Expr::Like { negated, any, expr, pattern, escape_char } => compared(*pattern, &|pattern| {
            let (expr, escape_char) = (expr.clone(), escape_char.clone());
            Expr::Like { negated, any, expr, pattern: Box::new(pattern), escape_char }
        }),
        Expr::ILike { negated, any, expr, pattern, escape_char } => {
            compared(*pattern, &|pattern| {
                let (expr, escape_char) = (expr.clone(), escape_char.clone());
                Expr::ILike { negated, any, expr, pattern: Box::new(pattern), escape_char }
            })
        }
        other => other,
    }
}

/// An operator that was parsed over all of `a = b`, applied to `a` only.
fn compared(expression: Expr, over: &dyn Fn(Expr) -> Expr) -> Expr {
    use BinaryOperator::{Eq, Gt, GtEq, Lt, LtEq, NotEq};
    match expression {
        Expr::BinaryOp { left, op: op @ (Eq | NotEq | Lt | LtEq | Gt | GtEq), right } => {
            Expr::BinaryOp { left: Box::new(compared(*left, over)), op, right }
        }
        other => over(other),
    }
}

/// An operator that was parsed over all of `a and b or c`, applied to `a` only.
fn first_of(expression: Expr, over: &dyn Fn(Expr) -> Expr) -> Expr {
    match expression {
        Expr::BinaryOp { left, op: op @ (BinaryOperator::And | BinaryOperator::Or), right } => {
            Expr::BinaryOp { left: Box::new(first_of(*left, over)), op, right }
        }
        other => over(other),
    }
}

/// `a and (b or c)` without the brackets.
fn and(left: Expr, right: Expr) -> Expr {
    match right {
        Expr::BinaryOp { left: first, op: BinaryOperator::Or, right: second } => Expr::BinaryOp {
            left: Box::new(and(left, *first)),
            op: BinaryOperator::Or,
            right: second,
        },
        right => {
            Expr::BinaryOp { left: Box::new(left), op: BinaryOperator::And, right: Box::new(right) }
        }
    }
}

#[cfg(test)]
mod tests {
    use datafusion::sql::sqlparser::ast::{Expr, SelectItem, SetExpr, Statement};
    use datafusion::sql::sqlparser::dialect::GenericDialect;
    use datafusion::sql::sqlparser::parser::Parser;

    use super::restore;

    /// A condition with brackets around each of its parts.
    fn read(condition: &str) -> String {
        let sql = format!("select {condition}");
        let mut statement = Parser::parse_sql(&GenericDialect {}, &sql).unwrap().remove(0);
        restore(&mut statement);
        let Statement::Query(query) = statement else { panic!("{sql}") };
        let SetExpr::Select(select) = *query.body else { panic!("{sql}") };
        let SelectItem::UnnamedExpr(condition) = &select.projection[0] else { panic!("{sql}") };
        bracketed(condition)
    }

    fn bracketed(expression: &Expr) -> String {
        match expression {
            Expr::BinaryOp { left, op, right } => {
                format!("({} {op} {})", bracketed(left), bracketed(right))
            }
            Expr::IsDistinctFrom(left, right) => {
                format!("({} <> {})", bracketed(left), bracketed(right))
            }
            Expr::IsNotDistinctFrom(left, right) => {
                format!("({} == {})", bracketed(left), bracketed(right))
            }
            Expr::UnaryOp { op, expr } => format!("({op} {})", bracketed(expr)),
            Expr::Nested(inside) => bracketed(inside),
            other => other.to_string(),
        }
    }

    #[test]
    fn what_a_value_is_distinct_from_ends_before_and_and_or() {
        let cases = [
            ("a is distinct from b and c", "((a <> b) AND c)"),
            ("a is distinct from b or c", "((a <> b) OR c)"),
            ("a is distinct from b and c or d", "(((a <> b) AND c) OR d)"),
            ("x and a is distinct from b or c", "((x AND (a <> b)) OR c)"),
            (
                "x and y and a is distinct from b or c and d",
                "(((x AND y) AND (a <> b)) OR (c AND d))",
            ),
            ("not a is distinct from b and c", "((NOT (a <> b)) AND c)"),
            (
                "a is distinct from b and c is not distinct from d or e",
                "(((a <> b) AND (c == d)) OR e)",
            ),
        ];
        for (written, meant) in cases {
            assert_eq!(read(written), meant, "{written}");
        }
    }

    #[test]
    fn a_pattern_ends_before_a_comparison() {
        for (written, meant) in [
            ("a like b = c", "(a LIKE b = c)"),
            ("a not ilike b || d <> c and e", "((a NOT ILIKE b || d <> c) AND e)"),
            ("a like b = c = d", "((a LIKE b = c) = d)"),
            ("a like (b = c)", "a LIKE (b = c)"),
        ] {
            assert_eq!(read(written), meant, "{written}");
        }
    }

    #[test]
    fn brackets_stay() {
        for (written, meant) in [
            ("a is distinct from (b and c)", "(a <> (b AND c))"),
            ("x and (a is distinct from b or c)", "(x AND ((a <> b) OR c))"),
            ("not (a and b)", "(NOT (a AND b))"),
            ("a is distinct from b + 1 = c", "(a <> ((b + 1) = c))"),
        ] {
            assert_eq!(read(written), meant, "{written}");
        }
    }
}
