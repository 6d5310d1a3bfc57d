//! Finds the part of a query to which a mistake without a position refers.

use datafusion::prelude::SessionContext;
use datafusion::sql::sqlparser::ast::{
    Expr, FunctionArg, FunctionArgExpr, FunctionArguments, Spanned as _,
};

use super::{Query, Typed};
use crate::diagnostic::Place;
use crate::functions;
use crate::plan::param::Bindings;

/// The maximum number of parts to try: each needs a plan.
const TRIES: usize = 200;

/// The smallest expression without which the query could be planned.
///
/// Each is replaced by NULL in turn. Those that the planner's message mentions come first, and
/// are accepted if the message then changes; names and values come last, since they are seldom
/// wrong by themselves.
pub(super) async fn culprit(
    session: &SessionContext,
    query: &Query,
    bindings: &Bindings,
    text: &str,
) -> Option<Place> {
    let expressions = query.expressions();
    if let Some(argument) = argument(session, query, bindings, text).await {
        return query.place_of_expression(&expressions[argument]);
    }
    let mut order: Vec<usize> = (0..expressions.len()).collect();
    order.sort_by_key(|at| likelihood(&expressions[*at], text));
    let mut changed = None;
    for at in order.into_iter().take(TRIES) {
        let spoken_of = likelihood(&expressions[at], text) == 0;
        if !spoken_of && changed.is_some() {
            break;
        }
        match Typed::of(session, &query.without(at), bindings).await {
            Ok(_) => return query.place_of_expression(&expressions[at]),
            Err(error) if spoken_of && !error.to_string().contains(text) => {
                changed = changed.or(Some(at));
            }
            Err(_) => {}
        }
    }
    changed.and_then(|at| query.place_of_expression(&expressions[at]))
}

/// The argument that a function of ours names in its message: of its calls the one without which
/// the message changes, or else the first.
async fn argument(
    session: &SessionContext,
    query: &Query,
    bindings: &Bindings,
    text: &str,
) -> Option<usize> {
    let (name, argument, place) = named(text)?;
    let expressions = query.expressions();
    let given =
        expressions.iter().filter_map(|expression| given(expression, name, argument, place));
    let given: Vec<&Expr> = given.collect();
    // Names are equal wherever they stand.
    let is = |each: &Expr, argument: &Expr| each == argument && each.span() == argument.span();
    let known = |argument: &&Expr| expressions.iter().position(|each| is(each, argument));
    let calls: Vec<usize> = given.iter().filter_map(known).collect();
    for at in &calls {
        match Typed::of(session, &query.without(*at), bindings).await {
            Err(error) if error.to_string().contains(text) => {}
            _ => return Some(*at),
        }
    }
    calls.first().copied()
}

/// The function, its argument and the place of that in ``function: `argument` must be …``, whatever stands
/// before.
fn named(text: &str) -> Option<(&str, &str, usize)> {
    let (before, rest) = text.split_once(": `")?;
    let name = before.rsplit(|c: char| !c.is_ascii_alphanumeric() && c != '_').next()?;
    let (argument, _) = rest.split_once('`')?;
    let known = name.strip_prefix("try_").unwrap_or(name);
    let function = functions::all().iter().find(|function| function.name == known)?;
    let place = function.arguments.iter().position(|each| each.name == argument)?;
    Some((name, argument, place))
}

/// What a call of the function has for an argument, by its name or else its place.
fn given<'a>(expression: &'a Expr, name: &str, argument: &str, place: usize) -> Option<&'a Expr> {
    let Expr::Function(function) = expression else { return None };
    let FunctionArguments::List(list) = &function.args else { return None };
    if !function.name.to_string().eq_ignore_ascii_case(name) {
        return None;
    }
    let by_name = list.args.iter().find_map(|each| match each {
        FunctionArg::Named { name, arg: FunctionArgExpr::Expr(given), .. }
            if name.value.eq_ignore_ascii_case(argument) =>
        {
            Some(given)
        }
        _ => None,
    });
    by_name.or_else(|| match list.args.get(place)? {
        FunctionArg::Unnamed(FunctionArgExpr::Expr(given)) => Some(given),
        _ => None,
    })
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
