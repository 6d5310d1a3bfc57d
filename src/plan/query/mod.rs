//! One `SELECT` of the project: parsed, guarded, its parameters bound.

mod cte;
mod depth;
mod dialect;
mod expansion;
mod hidden;
mod inner_name;
mod left_out;
mod locate;
mod named_cast;
mod named_window;
mod origin;
mod passed_over;
mod precedence;
mod problem;
mod refused;
mod typed;
mod wording;

use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;
use std::sync::Arc;

use datafusion::error::DataFusionError;
use datafusion::execution::SessionState;
use datafusion::logical_expr::LogicalPlan;
use datafusion::sql::parser::{DFParser, Statement};
use datafusion::sql::resolve::resolve_table_references;
use datafusion::sql::sqlparser::ast::{
    Expr, Ident, ObjectName, SelectItem, SetExpr, Spanned as _, Statement as SqlStatement,
    TableFactor, Value, ValueWithSpan, Visitor,
};
use datafusion::sql::sqlparser::tokenizer::Span;

pub(crate) use self::dialect::instead;
pub(super) use self::hidden::{Declared, declared};
pub use self::origin::Origin;
pub(crate) use self::problem::plain;
pub(crate) use self::refused::is_refused;
pub use self::typed::Typed;
pub(super) use self::typed::{Until, typed, typed_rule};

pub(super) use self::wording::table_help;
use crate::diagnostic::{Code, Diagnostic, Place};
use crate::plan::walk::{visit, visit_expressions, visit_expressions_mut, visit_relations};
use crate::session::{self, Site};

/// Table functions without input.
const GENERATORS: [&str; 2] = ["generate_series", "range"];

/// A query and where it stands.
#[derive(Debug, Clone)]
pub struct Query {
    /// Where its text stands.
    pub origin: Origin,
    statement: SqlStatement,
    /// The columns of the sources that it may read, except hidden ones.
    sources: Declared,
}

impl Query {
    /// Parses exactly one query and refuses what a stage may not do.
    ///
    /// # Errors
    /// The text is not SQL, is not one query, or uses something that differs from run to run.
    pub fn parse(origin: Origin, sql: &str) -> Result<Self, Diagnostic> {
        depth::refused(&origin, sql)?;
        let mut statements =
            DFParser::parse_sql(sql).map_err(|error| problem::syntax(&origin, sql, &error))?;
        let one = (statements.len() == 1).then(|| statements.pop_front()).flatten();
        let mut statement = match one {
            Some(Statement::Statement(statement)) => *statement,
            _ => return Err(not_one_query(&origin)),
        };
        if !matches!(statement, SqlStatement::Query(_)) {
            return Err(not_one_query(&origin));
        }
        expansion::refused(&statement).map_err(|wrong| {
            let place = origin.place_of(wrong.span);
            Diagnostic::new(Code::TooLarge, wrong.message, place).help(wrong.help)
        })?;
        precedence::restore(&mut statement);
        inner_name::give(&mut statement);
        left_out::put_in(&mut statement);
        named_cast::give(&mut statement);
        named_window::write_out(&mut statement).map_err(|wrong| {
            Diagnostic::new(Code::Window, wrong.message, origin.place_of(wrong.span))
                .help(wrong.help)
        })?;
        let query = Self { origin, statement, sources: Declared::default() };
        refused::first(&query)?;
        Ok(query)
    }

    /// The same query, with the hidden columns of sources.
    pub(super) fn reads(&mut self, sources: &Declared) {
        self.sources = Arc::clone(sources);
    }

    /// The first call of a function whose lower-case name satisfies `wanted`.
    pub fn find_function(&self, wanted: impl Fn(&str) -> bool) -> Option<(String, Place)> {
        let flow = visit_expressions(&self.statement, |expression| {
            if let Expr::Function(function) = expression {
                // Quotes do not change the function.
                let last = function.name.0.last().and_then(|part| part.as_ident());
                let name = last.map_or_else(String::new, |last| last.value.to_lowercase());
                if wanted(&name) {
                    return ControlFlow::Break((name, function.name.span()));
                }
            }
            ControlFlow::Continue(())
        });
        let (name, span) = flow.break_value()?;
        Some((name, self.origin.place_of(span)))
    }

    /// The tables the query names, its own CTEs and generated rows left out.
    pub fn tables(&self) -> BTreeSet<String> {
        let statement = Statement::Statement(Box::new(self.statement.clone()));
        let Ok((tables, _)) = resolve_table_references(&statement, true) else {
            return BTreeSet::new();
        };
        let mut generators = Generators::default();
        let _: ControlFlow<()> = visit(&self.statement, &mut generators);
        let named = tables.iter().map(ToString::to_string);
        named.filter(|table| !generators.0.contains(table)).collect()
    }

    /// Where the query first names `table`.
    pub fn place_of_table(&self, table: &str) -> Place {
        let flow = visit_relations(&self.statement, |relation: &ObjectName| {
            let name = written(relation);
            if name == table {
                ControlFlow::Break(relation.span())
            } else {
                ControlFlow::Continue(())
            }
        });
        flow.break_value().map_or_else(|| self.origin.start(), |span| self.origin.place_of(span))
    }

    /// How many times the query names `table`.
    pub fn mentions(&self, table: &str) -> usize {
        let mut mentions = 0;
        let _: ControlFlow<()> = visit_relations(&self.statement, |relation: &ObjectName| {
            mentions += usize::from(relation.to_string().to_lowercase() == table);
            ControlFlow::Continue(())
        });
        mentions
    }

    /// The parameters the query names, without their `$`.
    pub fn parameters(&self) -> BTreeMap<String, Place> {
        let mut found = BTreeMap::new();
        let _: ControlFlow<()> = visit_expressions(&self.statement, |expression| {
            if let Some((name, span)) = placeholder(expression) {
                let place = self.origin.place_of(span);
                found.entry(name.to_owned()).or_insert(place);
            }
            ControlFlow::Continue(())
        });
        found
    }

    /// The statement with every parameter replaced by its value.
    ///
    /// Values are bound in the syntax tree, so that each has its declared type while the query is
    /// checked, and no text of a value is ever read as SQL.
    pub fn bind(&self, values: &BTreeMap<String, Expr>) -> Statement {
        let mut statement = self.statement.clone();
        replace(&mut statement, values);
        hidden::leave_out(&mut statement, &self.sources);
        Statement::Statement(Box::new(statement))
    }

    /// The plan of the query with parameters of these values.
    ///
    /// # Errors
    /// The query cannot be planned.
    pub(crate) async fn planned(
        &self,
        state: &SessionState,
        bindings: &super::param::Bindings,
    ) -> datafusion::error::Result<LogicalPlan> {
        session::planned(state, self.bind(bindings), self.sites()).await
    }

    /// Every expression, the inner before the outer.
    pub(super) fn expressions(&self) -> Vec<Expr> {
        let mut found = Vec::new();
        let mut statement = self.statement.clone();
        let _: ControlFlow<()> = visit_expressions_mut(&mut statement, |expression| {
            found.push(expression.clone());
            ControlFlow::Continue(())
        });
        found
    }

    /// The query with NULL in place of one of its [`expressions`](Self::expressions).
    pub(super) fn without(&self, at: usize) -> Self {
        let mut query = self.clone();
        let mut next = 0;
        let _: ControlFlow<()> = visit_expressions_mut(&mut query.statement, |expression| {
            if next == at {
                *expression = Expr::Value(Value::Null.with_empty_span());
            }
            next += 1;
            ControlFlow::Continue(())
        });
        query
    }

    /// Where an expression of the query stands.
    pub(super) fn place_of_expression(&self, expression: &Expr) -> Option<Place> {
        let span = expression.span();
        (span.start.line > 0).then(|| self.origin.place_of(span))
    }

    /// Every operator between two values and every call of a function, where it stands.
    pub(crate) fn sites(&self) -> Vec<Site> {
        let mut sites = Vec::new();
        let _: ControlFlow<()> = visit_expressions(&self.statement, |expression| {
            let name = match expression {
                Expr::BinaryOp { op, .. } => op.to_string(),
                Expr::Function(function) => function.name.to_string().to_lowercase(),
                _ => return ControlFlow::Continue(()),
            };
            let Span { start, end } = expression.span();
            let place = self.origin.place(start, end);
            let (from, to) = ((start.line, start.column), (end.line, end.column));
            sites.push(Site { name, from, to, place });
            ControlFlow::Continue(())
        });
        sites
    }

    /// The position of the only call of the function that an error begins with, or else the start
    /// of the query.
    pub(crate) fn place_of_failure(&self, error: &DataFusionError) -> Place {
        let text = plain(error.find_root());
        let name = text.split_once(": ").map_or("", |(name, _)| name);
        let mut calls = self.sites().into_iter().filter(|site| site.name == name);
        match (calls.next(), calls.next()) {
            (Some(call), None) => call.place,
            _ => self.origin.start(),
        }
    }

    /// Where the query names a column of its result, if it does so by name.
    pub(super) fn place_of_output(&self, column: &str) -> Option<Place> {
        let span = self.outputs().into_iter().find(|(name, _)| name == column)?.1;
        (span.start.line > 0).then(|| self.origin.place_of(span))
    }

    /// Whether the outermost `select` returns NULL for a column.
    pub(super) fn yields_null(&self, column: &str) -> bool {
        let SqlStatement::Query(query) = &self.statement else { return false };
        let SetExpr::Select(select) = query.body.as_ref() else { return false };
        select.projection.iter().any(|item| match item {
            SelectItem::ExprWithAlias { expr, alias } => alias.value == column && is_null(expr),
            _ => false,
        })
    }

    /// A duplicate column of the query's result, where it is named the second time.
    pub(super) fn repeated_output(&self) -> Option<(String, Place)> {
        let mut seen = BTreeSet::new();
        let (name, span) =
            self.outputs().into_iter().find(|(name, _)| !seen.insert(name.clone()))?;
        Some((name, self.origin.place_of(span)))
    }

    /// The columns that the outermost `select` names, each with the last word that names it.
    fn outputs(&self) -> Vec<(String, Span)> {
        let SqlStatement::Query(query) = &self.statement else { return Vec::new() };
        let SetExpr::Select(select) = query.body.as_ref() else { return Vec::new() };
        select.projection.iter().filter_map(output).collect()
    }
}

/// The table functions without input that a query calls.
#[derive(Debug, Default)]
struct Generators(BTreeSet<String>);

impl Visitor for Generators {
    type Break = ();

    fn pre_visit_table_factor(&mut self, factor: &TableFactor) -> ControlFlow<()> {
        if let TableFactor::Table { name, args: Some(_), .. } | TableFactor::Function { name, .. } =
            factor
        {
            let name = written(name);
            if GENERATORS.contains(&name.as_str()) {
                self.0.insert(name);
            }
        }
        ControlFlow::Continue(())
    }
}

fn is_null(expression: &Expr) -> bool {
    match expression {
        Expr::Value(value) => value.value == Value::Null,
        Expr::Cast { expr, .. } | Expr::Nested(expr) => is_null(expr),
        _ => false,
    }
}

fn output(item: &SelectItem) -> Option<(String, Span)> {
    let named = |name: &Ident| (name.value.clone(), name.span);
    match item {
        SelectItem::ExprWithAlias { alias, .. } => Some(named(alias)),
        SelectItem::UnnamedExpr(Expr::Identifier(name)) => Some(named(name)),
        SelectItem::UnnamedExpr(Expr::CompoundIdentifier(parts)) => parts.last().map(named),
        _ => None,
    }
}

/// A table's name as [`Query::tables`] gives it.
fn written(relation: &ObjectName) -> String {
    let parts = relation.0.iter().filter_map(|part| part.as_ident());
    let parts = parts.map(|part| match part.quote_style {
        Some(_) => part.value.clone(),
        None => part.value.to_lowercase(),
    });
    parts.collect::<Vec<_>>().join(".")
}

/// Replaces parameters by values.
fn replace(statement: &mut SqlStatement, values: &BTreeMap<String, Expr>) {
    let _: ControlFlow<()> = visit_expressions_mut(statement, |expression| {
        let value = placeholder(expression).and_then(|(name, _)| values.get(name));
        if let Some(value) = value {
            *expression = value.clone();
        }
        ControlFlow::Continue(())
    });
}

fn placeholder(expression: &Expr) -> Option<(&str, Span)> {
    match expression {
        Expr::Value(ValueWithSpan { value: Value::Placeholder(name), span }) => {
            Some((name.strip_prefix('$').unwrap_or(name), *span))
        }
        _ => None,
    }
}

fn not_one_query(origin: &Origin) -> Diagnostic {
    Diagnostic::new(Code::NotOneQuery, "this is not exactly one `select`", origin.start())
        .help("write one query here, and nothing else: it only says what rows there are")
}
