//! What a stage may not use: results that differ from run to run, and what the engine would
//! silently get wrong.

use std::ops::ControlFlow;

use datafusion::sql::sqlparser::ast::{
    Expr, Join, JoinConstraint, JoinOperator, Select, Spanned as _, TableFactor, Value,
    ValueWithSpan, Visitor,
};
use datafusion::sql::sqlparser::tokenizer::Span;

use super::{Query, passed_over};
use crate::diagnostic::{Code, Diagnostic};
use crate::plan::walk::{visit, visit_expressions};

/// Functions whose result depends on when or how often they are called.
const NOT_REPRODUCIBLE: [&str; 12] = [
    "now",
    "current_date",
    "current_time",
    "current_timestamp",
    "today",
    "localtimestamp",
    "random",
    "rand",
    "uuid",
    "version",
    // The engine's own files, whose names and order are undefined.
    "input_file_name",
    "file_row_index",
];

/// Functions whose result depends on the partitioning of rows.
const APPROXIMATE: [&str; 3] =
    ["approx_median", "approx_percentile_cont", "approx_percentile_cont_with_weight"];

/// Whether a function of the engine is not allowed in queries.
pub(crate) fn is_refused(name: &str) -> bool {
    NOT_REPRODUCIBLE.contains(&name) || APPROXIMATE.contains(&name)
}

/// The first disallowed part of a query.
pub(super) fn first(query: &Query) -> Result<(), Diagnostic> {
    clause_that_would_be_passed_over(query)?;
    what_differs_from_run_to_run(query)?;
    approximation(query)?;
    number_beyond_its_type(query)?;
    column_shared_with_the_side_that_may_be_missing(query)
}

/// Clauses of other databases would be parsed and ignored.
fn clause_that_would_be_passed_over(query: &Query) -> Result<(), Diagnostic> {
    let Some(clause) = passed_over::first(&query.statement) else { return Ok(()) };
    let place = query.origin.place_of(clause.span);
    Err(Diagnostic::new(Code::UnknownClause, clause.message, place).help(clause.help))
}

fn what_differs_from_run_to_run(query: &Query) -> Result<(), Diagnostic> {
    let found = query.find_function(|name| NOT_REPRODUCIBLE.contains(&name));
    let Some((name, place)) = found else { return Ok(()) };
    let message = format!("`{name}` gives another answer in every run");
    let help = "use `$as_of`, `$previous_start`, `$period_start` or `$period_end`";
    Err(Diagnostic::new(Code::NotReproducible, message, place).help(help))
}

/// Digests of parts, merged in another order, give other quantiles.
fn approximation(query: &Query) -> Result<(), Diagnostic> {
    let found = query.find_function(|name| APPROXIMATE.contains(&name));
    let Some((name, place)) = found else { return Ok(()) };
    let message = format!("`{name}` may give another answer in every run");
    let help = "use `percentile_cont` or `median`, which are exact";
    Err(Diagnostic::new(Code::NotReproducible, message, place).help(help))
}

/// The parser would silently make a float of it.
fn number_beyond_its_type(query: &Query) -> Result<(), Diagnostic> {
    let flow = visit_expressions(&query.statement, |expression| match expression {
        Expr::Value(ValueWithSpan { value: Value::Number(text, _), span })
            if is_beyond_its_type(text) =>
        {
            ControlFlow::Break((text.clone(), *span))
        }
        _ => ControlFlow::Continue(()),
    });
    let Some((text, span)) = flow.break_value() else { return Ok(()) };
    let message = format!("`{text}` is beyond every integer and float");
    let help = format!("write `cast('{text}' as decimal(38,0))`, or a float such as `1e20`");
    Err(Diagnostic::new(Code::OutOfRange, message, query.origin.place_of(span)).help(help))
}

/// For a column shared by `using`, the engine uses the left side's value. After a `right join` or
/// a `full join` that may be missing where the right side's is not.
fn column_shared_with_the_side_that_may_be_missing(query: &Query) -> Result<(), Diagnostic> {
    let mut shared = SharedColumns::default();
    let _: ControlFlow<()> = visit(&query.statement, &mut shared);
    let Some((written, span)) = shared.0 else { return Ok(()) };
    let message = format!("after `{written}` the column of the left side alone would be read");
    let help = "join with `on`, and read the column of the right side, or of a full join \
                `coalesce` of both";
    Err(Diagnostic::new(Code::SharedColumn, message, query.origin.place_of(span)).help(help))
}

/// The first join of a query that keeps rows of its right side and shares columns, with the table on
/// its right side.
#[derive(Debug, Default)]
struct SharedColumns(Option<(String, Span)>);

impl Visitor for SharedColumns {
    type Break = ();

    fn pre_visit_select(&mut self, select: &Select) -> ControlFlow<()> {
        select.from.iter().for_each(|from| self.note(&from.joins));
        ControlFlow::Continue(())
    }

    fn pre_visit_table_factor(&mut self, factor: &TableFactor) -> ControlFlow<()> {
        if let TableFactor::NestedJoin { table_with_joins, .. } = factor {
            self.note(&table_with_joins.joins);
        }
        ControlFlow::Continue(())
    }
}

impl SharedColumns {
    fn note(&mut self, joins: &[Join]) {
        for join in joins {
            let (kind, constraint) = match &join.join_operator {
                JoinOperator::Right(on) | JoinOperator::RightOuter(on) => ("right join", on),
                JoinOperator::FullOuter(on) => ("full join", on),
                _ => continue,
            };
            let written = match constraint {
                JoinConstraint::Using(_) => format!("{kind} … using"),
                JoinConstraint::Natural => format!("natural {kind}"),
                _ => continue,
            };
            self.0 = self.0.take().or_else(|| Some((written, join.relation.span())));
        }
    }
}

/// A whole number of more than 64 bits, or a float that is infinite.
fn is_beyond_its_type(text: &str) -> bool {
    match text.bytes().all(|byte| byte.is_ascii_digit()) {
        true => text.parse::<u64>().is_err(),
        false => text.parse::<f64>().is_ok_and(f64::is_infinite),
    }
}

#[cfg(test)]
mod tests {
    use datafusion::logical_expr::Volatility;

    use super::NOT_REPRODUCIBLE;
    use crate::session;

    #[test]
    fn no_function_of_the_engine_that_is_not_of_its_arguments_alone_may_be_asked_for() {
        let session = session::for_planning(chrono_tz::Tz::UTC).unwrap();
        let state = session.state();
        let functions = state.scalar_functions().iter();
        let varies = functions
            .filter(|(_, function)| function.signature().volatility != Volatility::Immutable);
        let missing: Vec<&String> = varies
            .map(|(name, _)| name)
            .filter(|name| !NOT_REPRODUCIBLE.contains(&name.as_str()))
            .collect();
        assert_eq!(missing, Vec::<&String>::new());
    }
}
