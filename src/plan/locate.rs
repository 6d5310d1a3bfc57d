//! Finds the part of a query that a mistake without a place is about.

use datafusion::prelude::SessionContext;
use datafusion::sql::sqlparser::ast::Expr;

use super::param::Bindings;
use super::query::Query;
use super::typing::output;
use crate::diagnostic::Place;

/// So many parts are tried at most: each costs a plan.
const TRIES: usize = 200;

/// The smallest expression without which the query could be planned.
///
/// Each is replaced by NULL in turn. Those that the planner's text speaks of come first, and are
/// believed if it then says something else; names and values come last, since they are seldom wrong
/// by themselves.
pub(super) async fn culprit(
    session: &SessionContext,
    query: &Query,
    bindings: &Bindings,
    text: &str,
) -> Option<Place> {
    let expressions = query.expressions();
    let mut order: Vec<usize> = (0..expressions.len()).collect();
    order.sort_by_key(|at| likelihood(&expressions[*at], text));
    let mut changed = None;
    for at in order.into_iter().take(TRIES) {
        let spoken_of = likelihood(&expressions[at], text) == 0;
        if !spoken_of && changed.is_some() {
            break;
        }
        match output(session, &query.without(at), bindings).await {
            Ok(_) => return query.place_of_expression(&expressions[at]),
            Err(error) if spoken_of && !error.to_string().contains(text) => {
                changed = changed.or(Some(at));
            }
            Err(_) => {}
        }
    }
    changed.and_then(|at| query.place_of_expression(&expressions[at]))
}

/// 0 for what the text speaks of, 1 for other compositions, 2 for names and values.
fn likelihood(expression: &Expr, text: &str) -> u8 {
    let spoken_of = match expression {
        Expr::BinaryOp { op, .. } => text.contains(&format!(" {op} ")),
        Expr::Function(function) => {
            let name = function.name.to_string().to_lowercase();
            text.to_lowercase().contains(&format!("'{name}'"))
        }
        Expr::Substring { .. } => text.starts_with("Substring "),
        Expr::Identifier(_) | Expr::CompoundIdentifier(_) | Expr::Value(_) => return 2,
        _ => false,
    };
    u8::from(!spoken_of)
}
