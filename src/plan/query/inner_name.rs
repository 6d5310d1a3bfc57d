//! Unique names for tables of subqueries.
//!
//! DataFusion 55.2 rewrites a subquery as a join with the outer query, and there identifies columns
//! by name: for `cust in (select cust from orders …)` over the same `orders` both sides become one
//! column, and every row is kept. So a table that is read by a query and by an enclosing one gets
//! another name in the inner query.

use std::ops::ControlFlow;

use datafusion::sql::sqlparser::ast::{
    Expr, Ident, ObjectName, ObjectNamePart, Query, Select, SelectItem,
    SelectItemQualifiedWildcardKind, SetExpr, Statement, TableAlias, TableFactor, TableWithJoins,
    VisitorMut,
};

use crate::plan::walk::visit_mut;

/// Gives tables of subqueries other names than those of the enclosing queries.
pub(super) fn give(statement: &mut Statement) {
    let _: ControlFlow<()> = visit_mut(statement, &mut Queries::default());
}

/// The names of tables in each query around the current one.
#[derive(Default)]
struct Queries {
    around: Vec<Vec<String>>,
    nameless: usize,
}

impl VisitorMut for Queries {
    type Break = ();

    fn pre_visit_query(&mut self, query: &mut Query) -> ControlFlow<()> {
        let mut names = Vec::new();
        let renamed = self.rename(&mut query.body, &mut names);
        let _: ControlFlow<()> = visit_mut(&mut query.order_by, &mut Renamed::new(renamed));
        self.around.push(names);
        ControlFlow::Continue(())
    }

    fn post_visit_query(&mut self, _: &mut Query) -> ControlFlow<()> {
        self.around.pop();
        ControlFlow::Continue(())
    }
}

/// A name and the one it is known by instead.
type Pair = (String, String);

impl Queries {
    /// Names a query that has no name, so that its columns can be qualified.
    fn named(&mut self, factor: &mut TableFactor) -> Option<String> {
        let nameless = matches!(factor, TableFactor::Derived { alias: None, .. });
        self.nameless += usize::from(nameless);
        let name = nameless.then(|| format!("query {}", self.nameless))?;
        call(factor, &name);
        Some(name)
    }

    /// A name that no query around has.
    fn other(&self, name: &str) -> String {
        match self.around.len() {
            1 => format!("{name} (inner)"),
            depth => format!("{name} (inner {depth})"),
        }
    }

    /// What was renamed in a query that is one `select`; collects all names that it has.
    fn rename(&mut self, body: &mut SetExpr, names: &mut Vec<String>) -> Vec<Pair> {
        match body {
            SetExpr::Select(select) => {
                let mut pairs = Vec::new();
                for factor in factors(&mut select.from) {
                    let Some(name) = name(factor).or_else(|| self.named(factor)) else { continue };
                    if self.around.iter().flatten().any(|around| *around == name) {
                        let other = self.other(&name);
                        call(factor, &other);
                        pairs.push((name.clone(), other));
                    }
                    names.push(name);
                }
                // The names that this one has are those that were renamed.
                let mut renamed = Renamed { pairs, hidden: None };
                let _: ControlFlow<()> = visit_mut(select, &mut renamed);
                renamed.pairs
            }
            SetExpr::SetOperation { left, right, .. } => {
                self.rename(left, names);
                self.rename(right, names);
                Vec::new()
            }
            _ => Vec::new(),
        }
    }
}

/// The tables of a `from`, in brackets or not.
pub(super) fn factors(from: &mut [TableWithJoins]) -> Vec<&mut TableFactor> {
    let factors = from.iter_mut().flat_map(|table| {
        std::iter::once(&mut table.relation)
            .chain(table.joins.iter_mut().map(|join| &mut join.relation))
    });
    let each = factors.flat_map(|factor| match factor {
        TableFactor::NestedJoin { table_with_joins, alias: None } => {
            factors_of(table_with_joins.as_mut())
        }
        factor => vec![factor],
    });
    each.collect()
}

fn factors_of(table: &mut TableWithJoins) -> Vec<&mut TableFactor> {
    factors(std::slice::from_mut(table))
}

/// What a table is known by.
fn name(factor: &TableFactor) -> Option<String> {
    match factor {
        TableFactor::Table { alias: Some(alias), .. }
        | TableFactor::Derived { alias: Some(alias), .. } => Some(known(&alias.name)),
        TableFactor::Table { name, alias: None, args: None, .. } => match name.0.last()? {
            ObjectNamePart::Identifier(ident) => Some(known(ident)),
            ObjectNamePart::Function(_) => None,
        },
        _ => None,
    }
}

/// A name as it is compared.
pub(super) fn known(ident: &Ident) -> String {
    match ident.quote_style {
        Some(_) => ident.value.clone(),
        None => ident.value.to_lowercase(),
    }
}

fn call(factor: &mut TableFactor, name: &str) {
    let (TableFactor::Table { alias, .. } | TableFactor::Derived { alias, .. }) = factor else {
        return;
    };
    if let Some(alias) = alias {
        rename(&mut alias.name, name);
    } else {
        let name = Ident::with_quote('"', name);
        *alias = Some(TableAlias { explicit: true, name, columns: Vec::new(), at: None });
    }
}

fn rename(ident: &mut Ident, name: &str) {
    name.clone_into(&mut ident.value);
    ident.quote_style = Some('"');
}

/// Replaces old names by new ones, except in subqueries that have tables of the old names.
struct Renamed {
    pairs: Vec<Pair>,
    /// How often each is hidden here; `None` until the `select` whose names they are has begun.
    hidden: Option<Vec<usize>>,
}

impl Renamed {
    fn new(pairs: Vec<Pair>) -> Self {
        let hidden = Some(vec![0; pairs.len()]);
        Self { pairs, hidden }
    }

    fn other(&self, ident: &Ident) -> Option<&str> {
        let hidden = self.hidden.as_ref()?;
        let name = known(ident);
        let at = self.pairs.iter().position(|(old, _)| *old == name)?;
        (hidden[at] == 0).then(|| self.pairs[at].1.as_str())
    }

    fn replace(&self, ident: &mut Ident) {
        if let Some(other) = self.other(ident).map(str::to_owned) {
            rename(ident, &other);
        }
    }

    fn hide(&mut self, select: &mut Select, one: impl Fn(usize) -> usize) {
        let names: Vec<String> =
            factors(&mut select.from).into_iter().filter_map(|it| name(it)).collect();
        let hidden = self.hidden.iter_mut().flatten();
        for ((old, _), hidden) in self.pairs.iter().zip(hidden) {
            if names.contains(old) {
                *hidden = one(*hidden);
            }
        }
    }
}

impl VisitorMut for Renamed {
    type Break = ();

    fn pre_visit_select(&mut self, select: &mut Select) -> ControlFlow<()> {
        match self.hidden {
            Some(_) => self.hide(select, |depth| depth + 1),
            None => self.hidden = Some(vec![0; self.pairs.len()]),
        }
        for item in &mut select.projection {
            if let SelectItem::QualifiedWildcard(
                SelectItemQualifiedWildcardKind::ObjectName(ObjectName(parts)),
                _,
            ) = item
                && let [ObjectNamePart::Identifier(ident)] = parts.as_mut_slice()
            {
                self.replace(ident);
            }
        }
        ControlFlow::Continue(())
    }

    fn post_visit_select(&mut self, select: &mut Select) -> ControlFlow<()> {
        self.hide(select, |depth| depth.saturating_sub(1));
        ControlFlow::Continue(())
    }

    fn pre_visit_table_factor(&mut self, factor: &mut TableFactor) -> ControlFlow<()> {
        if is_apart(factor) {
            self.hidden.iter_mut().flatten().for_each(|depth| *depth += 1);
        }
        ControlFlow::Continue(())
    }

    fn post_visit_table_factor(&mut self, factor: &mut TableFactor) -> ControlFlow<()> {
        if is_apart(factor) {
            self.hidden.iter_mut().flatten().for_each(|depth| *depth -= 1);
        }
        ControlFlow::Continue(())
    }

    fn pre_visit_expr(&mut self, expression: &mut Expr) -> ControlFlow<()> {
        if let Expr::CompoundIdentifier(parts) = expression
            && let [table, _, ..] = parts.as_mut_slice()
        {
            self.replace(table);
        }
        ControlFlow::Continue(())
    }
}

/// Whether a table is a query that does not see those beside it.
fn is_apart(factor: &TableFactor) -> bool {
    matches!(factor, TableFactor::Derived { lateral: false, .. })
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
    fn a_table_that_is_read_around_a_query_has_another_name_within() {
        for (written, meant) in [
            (
                "SELECT i FROM t WHERE n IN (SELECT n FROM T WHERE T.i = 1)",
                "SELECT i FROM t WHERE n IN (SELECT n FROM T AS \"t (inner)\" \
                 WHERE \"t (inner)\".i = 1)",
            ),
            (
                "SELECT i FROM t AS a WHERE EXISTS (SELECT a.* FROM u AS a WHERE a.n IN \
                 (SELECT t.n FROM t JOIN v AS a ON a.i = t.i)) ORDER BY a.i",
                "SELECT i FROM t AS a WHERE EXISTS (SELECT \"a (inner)\".* FROM u AS \"a (inner)\" \
                 WHERE \"a (inner)\".n IN (SELECT t.n FROM t JOIN v AS \"a (inner 2)\" \
                 ON \"a (inner 2)\".i = t.i)) ORDER BY a.i",
            ),
            (
                "SELECT i FROM t WHERE n IN (SELECT n FROM u WHERE u.i = t.i UNION SELECT n FROM t)",
                "SELECT i FROM t WHERE n IN (SELECT n FROM u WHERE u.i = t.i UNION \
                 SELECT n FROM t AS \"t (inner)\")",
            ),
            (
                "SELECT a.k FROM t AS a WHERE a.k IN (SELECT a.n FROM u AS a JOIN (SELECT a.k FROM v) AS b ON true)",
                "SELECT a.k FROM t AS a WHERE a.k IN (SELECT \"a (inner)\".n FROM u AS \"a (inner)\" \
                 JOIN (SELECT a.k FROM v) AS b ON true)",
            ),
        ] {
            assert_eq!(read(written), meant);
        }
    }

    #[test]
    fn other_names_stay() {
        for sql in [
            "SELECT i FROM t WHERE n IN (SELECT n FROM u WHERE u.i = t.i)",
            "WITH x AS (SELECT n FROM t) SELECT n FROM x UNION SELECT n FROM x",
        ] {
            assert_eq!(read(sql), sql);
        }
    }
}
