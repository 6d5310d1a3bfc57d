//! One `SELECT` of the project: parsed, guarded, its parameters bound.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;
use std::sync::Arc;

use datafusion::error::DataFusionError;
use datafusion::execution::SessionState;
use datafusion::logical_expr::LogicalPlan;
use datafusion::sql::parser::{DFParser, Statement};
use datafusion::sql::resolve::resolve_table_references;
use datafusion::sql::sqlparser::ast::{
    Expr, Ident, Join, JoinConstraint, JoinOperator, ObjectName, Select, SelectItem, SetExpr,
    Spanned as _, Statement as SqlStatement, TableFactor, Value, ValueWithSpan, Visit, Visitor,
    visit_expressions, visit_expressions_mut, visit_relations,
};
use datafusion::sql::sqlparser::tokenizer::{Location, Span};

use super::hidden::Declared;
use super::{
    depth, expansion, hidden, inner_name, left_out, named_cast, named_window, passed_over,
    precedence, problem,
};
use crate::diagnostic::{Diagnostic, Place, SourceFile};
use crate::session::{self, Site};

/// Functions whose answer depends on when or how often they are asked.
const NOT_REPRODUCIBLE: [&str; 10] = [
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
];

/// Functions whose answer depends on how rows are parted.
const APPROXIMATE: [&str; 3] =
    ["approx_median", "approx_percentile_cont", "approx_percentile_cont_with_weight"];

/// Table functions that read nothing.
const GENERATORS: [&str; 2] = ["generate_series", "range"];

/// Where the text of a query stands, so that a mistake in it can be pointed at.
#[derive(Debug, Clone)]
pub enum Origin {
    /// From this byte of a file on, as it stands.
    Text(Arc<SourceFile>, usize),
    /// Quoted or folded into a YAML value: only the value as a whole can be pointed at.
    Value(Place),
}

impl Origin {
    /// A span of the query as a place in the project.
    pub fn place(&self, start: Location, end: Location) -> Place {
        match self {
            Self::Value(place) => place.clone(),
            Self::Text(file, base) => {
                Place::between(file, *base, (start.line, start.column), (end.line, end.column))
            }
        }
    }

    /// The query's first word.
    pub fn start(&self) -> Place {
        self.place(Location::new(1, 1), Location::new(1, 1))
    }

    /// The last character of the query.
    pub(super) fn last(&self, sql: &str) -> Place {
        match self {
            Self::Value(place) => place.clone(),
            Self::Text(file, base) => {
                let end = base + sql.trim_end().len();
                Place::new(file, end.saturating_sub(1)..end)
            }
        }
    }

    /// A span that DataFusion reports.
    pub fn span(&self, span: datafusion::common::Span) -> Place {
        let at = |line, column| Location::new(line, column);
        self.place(at(span.start.line, span.start.column), at(span.end.line, span.end.column))
    }
}

/// A query and where it stands.
#[derive(Debug, Clone)]
pub struct Query {
    /// Where its text stands.
    pub origin: Origin,
    statement: SqlStatement,
    /// The columns of the sources that it may read, but for hidden ones.
    sources: Declared,
}

impl Query {
    /// Parses exactly one query and refuses what a stage may not do.
    ///
    /// # Errors
    /// The text is not SQL, is not one query, or asks for something that differs from run to run.
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
            let place = origin.place(wrong.span.start, wrong.span.end);
            Diagnostic::new("too-large", wrong.message, place).help(wrong.help)
        })?;
        precedence::restore(&mut statement);
        inner_name::give(&mut statement);
        left_out::put_in(&mut statement);
        named_cast::give(&mut statement);
        let windows = named_window::write_out(&mut statement);
        let query = Self { origin, statement, sources: Declared::default() };
        query.refuse_windows_that_say_too_much(windows)?;
        query.refuse_what_would_be_passed_over()?;
        query.refuse_what_differs_from_run_to_run()?;
        query.refuse_approximations()?;
        query.refuse_numbers_beyond_their_type()?;
        query.refuse_columns_shared_with_the_side_that_may_be_missing()?;
        Ok(query)
    }

    fn refuse_windows_that_say_too_much(
        &self,
        windows: Result<(), named_window::Wrong>,
    ) -> Result<(), Diagnostic> {
        let Err(wrong) = windows else { return Ok(()) };
        let place = self.origin.place(wrong.span.start, wrong.span.end);
        Err(Diagnostic::new("window", wrong.message, place).help(wrong.help))
    }

    /// What other databases know would be read, and nothing done about it.
    fn refuse_what_would_be_passed_over(&self) -> Result<(), Diagnostic> {
        let Some(clause) = passed_over::first(&self.statement) else { return Ok(()) };
        let place = self.origin.place(clause.span.start, clause.span.end);
        Err(Diagnostic::new("unknown-clause", clause.message, place).help(clause.help))
    }

    /// The same query, to which the hidden columns of sources are known.
    pub(super) fn reads(&mut self, sources: &Declared) {
        self.sources = Arc::clone(sources);
    }

    fn refuse_what_differs_from_run_to_run(&self) -> Result<(), Diagnostic> {
        let found = self.find_function(|name| NOT_REPRODUCIBLE.contains(&name));
        let Some((name, place)) = found else { return Ok(()) };
        let message = format!("`{name}` gives another answer in every run");
        let help = "use `$as_of`, `$period_start` or `$period_end`";
        Err(Diagnostic::new("not-reproducible", message, place).help(help))
    }

    /// Digests of parts, put together in another order, give other quantiles.
    fn refuse_approximations(&self) -> Result<(), Diagnostic> {
        let Some((name, place)) = self.find_function(|name| APPROXIMATE.contains(&name)) else {
            return Ok(());
        };
        let message = format!("`{name}` may give another answer in every run");
        let help = "use `percentile_cont` or `median`, which are exact";
        Err(Diagnostic::new("not-reproducible", message, place).help(help))
    }

    /// The parser would make floats of them, without a word.
    fn refuse_numbers_beyond_their_type(&self) -> Result<(), Diagnostic> {
        let flow = visit_expressions(&self.statement, |expression| match expression {
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
        let place = self.origin.place(span.start, span.end);
        Err(Diagnostic::new("out-of-range", message, place).help(help))
    }

    /// Of a column that `using` shares, the engine takes the left side's value. After a `right join` or
    /// a `full join` that may be missing where the right side's is not.
    fn refuse_columns_shared_with_the_side_that_may_be_missing(&self) -> Result<(), Diagnostic> {
        let mut shared = SharedColumns::default();
        let _: ControlFlow<()> = self.statement.visit(&mut shared);
        let Some((written, span)) = shared.0 else { return Ok(()) };
        let message = format!("after `{written}` the column of the left side alone would be read");
        let help = "join with `on`, and read the column of the right side, or of a full join \
                    `coalesce` of both";
        let place = self.origin.place(span.start, span.end);
        Err(Diagnostic::new("shared-column", message, place).help(help))
    }

    /// The first call of a function whose lower-case name satisfies `wanted`.
    pub fn find_function(&self, wanted: impl Fn(&str) -> bool) -> Option<(String, Place)> {
        let flow = visit_expressions(&self.statement, |expression| {
            if let Expr::Function(function) = expression {
                // Quotes make no other function of it.
                let last = function.name.0.last().and_then(|part| part.as_ident());
                let name = last.map_or_else(String::new, |last| last.value.to_lowercase());
                if wanted(&name) {
                    return ControlFlow::Break((name, function.name.span()));
                }
            }
            ControlFlow::Continue(())
        });
        let (name, span) = flow.break_value()?;
        Some((name, self.origin.place(span.start, span.end)))
    }

    /// The tables the query names, its own CTEs and generated rows left out.
    pub fn tables(&self) -> BTreeSet<String> {
        let statement = Statement::Statement(Box::new(self.statement.clone()));
        let Ok((tables, _)) = resolve_table_references(&statement, true) else {
            return BTreeSet::new();
        };
        let mut generators = Generators::default();
        let _: ControlFlow<()> = self.statement.visit(&mut generators);
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
        flow.break_value()
            .map_or_else(|| self.origin.start(), |span| self.origin.place(span.start, span.end))
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
                let place = self.origin.place(span.start, span.end);
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
        let _: ControlFlow<()> = visit_expressions_mut(&mut statement, |expression| {
            let value = placeholder(expression).and_then(|(name, _)| values.get(name));
            if let Some(value) = value {
                *expression = value.clone();
            }
            ControlFlow::Continue(())
        });
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
        bindings: &super::Bindings,
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
        (span.start.line > 0).then(|| self.origin.place(span.start, span.end))
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

    /// Where the query makes the only call of the function that an error begins with, or else its start.
    pub(crate) fn place_of_failure(&self, error: &DataFusionError) -> Place {
        let text = problem::plain(error.find_root());
        let name = text.split_once(": ").map_or("", |(name, _)| name);
        let mut calls = self.sites().into_iter().filter(|site| site.name == name);
        match (calls.next(), calls.next()) {
            (Some(call), None) => call.place,
            _ => self.origin.start(),
        }
    }

    /// Where the query names a column that it yields, if it does so by name.
    pub(super) fn place_of_output(&self, column: &str) -> Option<Place> {
        let span = self.outputs().into_iter().find(|(name, _)| name == column)?.1;
        (span.start.line > 0).then(|| self.origin.place(span.start, span.end))
    }

    /// A column that the query yields twice, where it is named the second time.
    pub(super) fn repeated_output(&self) -> Option<(String, Place)> {
        let mut seen = BTreeSet::new();
        let (name, span) =
            self.outputs().into_iter().find(|(name, _)| !seen.insert(name.clone()))?;
        Some((name, self.origin.place(span.start, span.end)))
    }

    /// The columns that the outermost `select` names, each with the last word that names it.
    fn outputs(&self) -> Vec<(String, Span)> {
        let SqlStatement::Query(query) = &self.statement else { return Vec::new() };
        let SetExpr::Select(select) = query.body.as_ref() else { return Vec::new() };
        select.projection.iter().filter_map(output).collect()
    }
}

/// The table functions that a query calls, of those that make rows out of nothing else.
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

fn placeholder(expression: &Expr) -> Option<(&str, Span)> {
    match expression {
        Expr::Value(ValueWithSpan { value: Value::Placeholder(name), span }) => {
            Some((name.strip_prefix('$').unwrap_or(name), *span))
        }
        _ => None,
    }
}

/// A whole number of more than 64 bits, or a float that is infinite.
fn is_beyond_its_type(text: &str) -> bool {
    match text.bytes().all(|byte| byte.is_ascii_digit()) {
        true => text.parse::<u64>().is_err(),
        false => text.parse::<f64>().is_ok_and(f64::is_infinite),
    }
}

fn not_one_query(origin: &Origin) -> Diagnostic {
    Diagnostic::new("not-one-query", "this is not exactly one `select`", origin.start())
        .help("write one query here, and nothing else: it only says what rows there are")
}
