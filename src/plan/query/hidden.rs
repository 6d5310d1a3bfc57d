//! `_file` and `_line` are visible only to queries that name them.
//!
//! For the engine the hidden columns of a source are ordinary columns, and `*`, `distinct`,
//! `union` and natural joins would use them: equal rows differ by their lines. So a `select`
//! that names neither reads a source as if it had only the columns that are declared; in one that does,
//! `*` leaves them out.

use std::collections::HashMap;
use std::ops::ControlFlow;
use std::sync::Arc;

use datafusion::sql::parser::{DFParser, Statement as Parsed};
use datafusion::sql::sqlparser::ast::{
    ExceptSelectItem, ExcludeSelectItem, Expr, Ident, ObjectName, ObjectNamePart, Query, Select,
    SelectItem, SetExpr, Statement, TableAlias, TableFactor, Visit, VisitorMut,
    WildcardAdditionalOptions,
};

use super::inner_name::{factors, known};
use crate::plan::source::{FILE_COLUMN, LINE_COLUMN, SourcePlan};
use crate::plan::walk::{visit_expressions, visit_mut};

/// The declared columns of each source.
pub(in crate::plan) type Declared = Arc<HashMap<String, Vec<String>>>;

/// What the sources of a pipeline declare.
pub(in crate::plan) fn declared(sources: &[SourcePlan]) -> Declared {
    let columns = |source: &SourcePlan| source.columns.iter().map(|it| it.name.clone()).collect();
    Arc::new(sources.iter().map(|source| (source.name.clone(), columns(source))).collect())
}

/// Removes hidden columns from queries that do not name them.
pub(super) fn leave_out(statement: &mut Statement, sources: &Declared) {
    let mut queries = Queries { sources, hiding: HashMap::new(), around: Vec::new() };
    let _: ControlFlow<()> = visit_mut(statement, &mut queries);
}

struct Queries<'a> {
    sources: &'a Declared,
    /// The names that hide sources in queries that are yet to come.
    hiding: HashMap<*const Query, Vec<String>>,
    /// The same for each query around the current one.
    around: Vec<Vec<String>>,
}

impl VisitorMut for Queries<'_> {
    type Break = ();

    fn pre_visit_query(&mut self, query: &mut Query) -> ControlFlow<()> {
        let own = self.hiding.remove(&std::ptr::from_ref(query));
        let mut hiding = own.or_else(|| self.around.last().cloned()).unwrap_or_default();
        for cte in query.with.iter().flat_map(|with| &with.cte_tables) {
            let recursive = query.with.as_ref().is_some_and(|with| with.recursive);
            let before = hiding.clone();
            hiding.push(known(&cte.alias.name));
            let seen = if recursive { hiding.clone() } else { before };
            self.hiding.insert(std::ptr::from_ref(cte.query.as_ref()), seen);
        }
        let named = names_hidden(&query.order_by);
        self.selects(&mut query.body, &hiding, named);
        self.around.push(hiding);
        ControlFlow::Continue(())
    }

    fn post_visit_query(&mut self, _: &mut Query) -> ControlFlow<()> {
        self.around.pop();
        ControlFlow::Continue(())
    }
}

impl Queries<'_> {
    fn selects(&mut self, body: &mut SetExpr, hiding: &[String], named: bool) {
        match body {
            SetExpr::Select(select) => {
                let named = named || names_hidden(select);
                self.select(select, hiding, named);
            }
            SetExpr::SetOperation { left, right, .. } => {
                self.selects(left, hiding, named);
                self.selects(right, hiding, named);
            }
            _ => {}
        }
    }

    fn select(&mut self, select: &mut Select, hiding: &[String], named: bool) {
        let mut some = false;
        for factor in factors(&mut select.from) {
            let Some((name, columns)) = self.source(factor, hiding) else { continue };
            some = true;
            if let Some(narrow) = (!named).then(|| narrow(factor, columns)).flatten() {
                // It reads the source itself.
                self.hiding.insert(narrow, vec![name]);
            }
        }
        if some && named {
            select.projection.iter_mut().for_each(without_hidden);
        }
    }

    /// What is read and its declared columns, if it is a source.
    fn source(&self, factor: &TableFactor, hiding: &[String]) -> Option<(String, &[String])> {
        let TableFactor::Table { name, args: None, .. } = factor else { return None };
        let [ObjectNamePart::Identifier(name)] = name.0.as_slice() else { return None };
        let name = known(name);
        let columns = self.sources.get(&name).filter(|_| !hiding.contains(&name))?;
        Some((name, columns))
    }
}

fn is_hidden(name: &Ident) -> bool {
    [FILE_COLUMN, LINE_COLUMN].contains(&known(name).as_str())
}

/// Whether a part of a query, or a query within, names a hidden column.
fn names_hidden(part: &impl Visit) -> bool {
    let flow = visit_expressions(part, |expression| {
        let named = match expression {
            Expr::Identifier(name) => is_hidden(name),
            Expr::CompoundIdentifier(names) => names.last().is_some_and(is_hidden),
            _ => false,
        };
        if named { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    flow.is_break()
}

/// Reads these columns only, by a query that is returned.
fn narrow(factor: &mut TableFactor, columns: &[String]) -> Option<*const Query> {
    let (mut query, mut inner) = template()?;
    std::mem::swap(&mut inner, factor);
    let TableFactor::Table { name, alias, .. } = &mut inner else { return None };
    let Some(ObjectNamePart::Identifier(own)) = name.0.last() else { return None };
    let own = TableAlias { explicit: true, name: own.clone(), columns: Vec::new(), at: None };
    let alias = Some(alias.take().unwrap_or(own));
    let SetExpr::Select(select) = query.body.as_mut() else { return None };
    let column =
        |name: &String| SelectItem::UnnamedExpr(Expr::Identifier(Ident::with_quote('"', name)));
    select.projection = columns.iter().map(column).collect();
    select.from[0].relation = inner;
    let narrow = std::ptr::from_ref(query.as_ref());
    *factor = TableFactor::Derived { lateral: false, subquery: query, alias, sample: None };
    Some(narrow)
}

/// A query, and the table that it reads.
fn template() -> Option<(Box<Query>, TableFactor)> {
    let parsed = DFParser::parse_sql("select * from source").ok()?.pop_front()?;
    let Parsed::Statement(statement) = parsed else { return None };
    let Statement::Query(query) = *statement else { return None };
    let SetExpr::Select(select) = query.body.as_ref() else { return None };
    let factor = select.from.first()?.relation.clone();
    Some((query, factor))
}

/// `*` and `t.*` without the hidden columns.
fn without_hidden(item: &mut SelectItem) {
    let (SelectItem::Wildcard(options) | SelectItem::QualifiedWildcard(_, options)) = item else {
        return;
    };
    let hidden = [FILE_COLUMN, LINE_COLUMN].map(|name| Ident::with_quote('"', name));
    let WildcardAdditionalOptions { opt_exclude, opt_except, .. } = options;
    match (opt_exclude.take(), opt_except.as_mut()) {
        (None, Some(ExceptSelectItem { additional_elements, .. })) => {
            additional_elements.extend(hidden);
        }
        (excluded, _) => {
            let hidden = hidden.map(ObjectName::from);
            *opt_exclude = Some(ExcludeSelectItem::Multiple(match excluded {
                None => hidden.into(),
                Some(ExcludeSelectItem::Single(one)) => hidden.into_iter().chain([one]).collect(),
                Some(ExcludeSelectItem::Multiple(many)) => hidden.into_iter().chain(many).collect(),
            }));
        }
    }
}
