//! Omitted arguments before named ones: `nps(score, level => 0.8)` has no weight.
//!
//! DataFusion 55.2 rejects a call that omits an argument before named ones, even an optional
//! one. Here it is inserted: 1 as a weight, and NULL, which means the default, for all others.

use std::ops::ControlFlow;

use datafusion::sql::sqlparser::ast::{
    Expr, Function, FunctionArg, FunctionArgExpr, FunctionArgOperator, FunctionArguments, Ident,
    Statement, Value,
};

use crate::functions::{self, Argument};
use crate::plan::walk::visit_expressions_mut;

/// Inserts arguments that calls of our functions omit before named ones.
pub(super) fn put_in(statement: &mut Statement) {
    let known = functions::all();
    let _: ControlFlow<()> = visit_expressions_mut(statement, |expression| {
        if let Expr::Function(call) = expression {
            let name = call.name.to_string().to_lowercase();
            let name = name.strip_prefix("try_").unwrap_or(&name);
            if let Some(function) = known.iter().find(|function| function.name == name) {
                complete(call, &function.arguments);
            }
        }
        ControlFlow::Continue(())
    });
}

fn complete(call: &mut Function, arguments: &[Argument]) {
    let FunctionArguments::List(given) = &mut call.args else { return };
    let by_place = given.args.iter().take_while(|arg| name(arg).is_none()).count();
    let named: Vec<String> = given.args.iter().filter_map(name).collect();
    let is_named = |argument: &Argument| named.iter().any(|name| name == argument.name);
    let Some(last) = arguments.iter().rposition(is_named) else { return };
    let left_out = arguments[..last].iter().skip(by_place);
    let left_out = left_out.filter(|argument| argument.optional && !is_named(argument));
    given.args.extend(left_out.map(usual));
}

fn name(arg: &FunctionArg) -> Option<String> {
    match arg {
        FunctionArg::Named { name, .. } => Some(name.value.to_lowercase()),
        _ => None,
    }
}

fn usual(argument: &Argument) -> FunctionArg {
    let value = match argument.name {
        "weight" => Value::Number("1".to_owned(), false),
        _ => Value::Null,
    };
    FunctionArg::Named {
        name: Ident::new(argument.name),
        arg: FunctionArgExpr::Expr(Expr::Value(value.with_empty_span())),
        operator: FunctionArgOperator::RightArrow,
    }
}

#[cfg(test)]
mod tests {
    use datafusion::sql::sqlparser::dialect::GenericDialect;
    use datafusion::sql::sqlparser::parser::Parser;

    use super::put_in;

    fn read(call: &str) -> String {
        let sql = format!("SELECT {call}");
        let mut statement = Parser::parse_sql(&GenericDialect {}, &sql).unwrap().remove(0);
        put_in(&mut statement);
        statement.to_string().replacen("SELECT ", "", 1)
    }

    #[test]
    fn what_may_be_left_out_is_put_in_before_what_is_named() {
        for (written, meant) in [
            ("nps(s, level => 0.8)", "nps(s, level => 0.8, weight => 1, weights => NULL)"),
            ("nps(s, w, level => 0.8)", "nps(s, w, level => 0.8, weights => NULL)"),
            ("nps(s, w, 'counts')", "nps(s, w, 'counts')"),
            ("nps(s)", "nps(s)"),
            ("lower(s)", "lower(s)"),
        ] {
            assert_eq!(read(written), meant, "{written}");
        }
    }
}
