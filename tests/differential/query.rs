//! Random queries in the SQL that both engines speak.

use std::fmt::Write;

use super::choices::Choices;
use super::tables::{COLUMNS, Kind, Table};

/// A column that an expression may name.
#[derive(Debug, Clone)]
pub(super) struct Column {
    /// As it is named, table and all.
    pub(super) name: String,
    pub(super) kind: Kind,
}

impl Column {
    fn table(&self) -> &str {
        self.name.split('.').next().unwrap_or(&self.name)
    }
}

/// What an expression may name.
#[derive(Debug, Clone, Default)]
pub(super) struct Scope {
    /// The columns of the query itself.
    pub(super) columns: Vec<Column>,
    /// The columns of the query around it.
    pub(super) outer: Vec<Column>,
    /// How deep subqueries may still go.
    pub(super) depth: usize,
}

/// A query and the kinds of its columns, which are called `c0`, `c1` and so on.
#[derive(Debug, Clone)]
pub(super) struct Query {
    pub(super) sql: String,
    pub(super) kinds: Vec<Kind>,
}

/// Something to select from: a table, a stage or a common table expression.
#[derive(Debug, Clone)]
pub(super) struct Source {
    pub(super) name: String,
    pub(super) columns: Vec<(String, Kind)>,
}

impl Source {
    /// A table of the columns that every table has.
    pub(super) fn table(name: &str) -> Self {
        let columns = COLUMNS.iter().map(|(name, _, kind)| ((*name).to_owned(), *kind));
        Self { name: name.to_owned(), columns: columns.collect() }
    }

    /// A column of a query, under a name.
    pub(super) fn of(name: String, query: &Query) -> Self {
        let columns = query.kinds.iter().enumerate();
        Self { name, columns: columns.map(|(at, kind)| (format!("c{at}"), *kind)).collect() }
    }
}

/// Writes queries over some tables.
pub(super) struct Writer<'a> {
    pub(super) choices: &'a mut Choices,
    sources: Vec<Source>,
    names: usize,
}

/// A random query over the tables.
pub(super) fn query(tables: &[Table], choices: &mut Choices) -> Query {
    let sources = tables.iter().map(|table| Source::table(&table.name)).collect();
    query_over(sources, choices)
}

/// A random query over whatever there is.
pub(super) fn query_over(sources: Vec<Source>, choices: &mut Choices) -> Query {
    Writer { choices, sources, names: 0 }.whole()
}

impl Writer<'_> {
    /// A name that nothing else has.
    pub(super) fn name(&mut self, prefix: &str) -> String {
        self.names += 1;
        format!("{prefix}{}", self.names)
    }

    /// A query with its common table expressions.
    fn whole(&mut self) -> Query {
        let mut tables = Vec::new();
        while tables.len() < 2 && self.choices.chance(20) {
            let query = self.query(1, &[]);
            let name = self.name("w");
            tables.push(format!("{name} as ({})", query.sql));
            self.sources.push(Source::of(name, &query));
        }
        let query = self.query(2, &[]);
        if tables.is_empty() {
            return query;
        }
        Query { sql: format!("with {} {}", tables.join(", "), query.sql), ..query }
    }

    /// A query that may read columns of the query around it.
    pub(super) fn query(&mut self, depth: usize, outer: &[Column]) -> Query {
        let query = match depth > 0 && self.choices.chance(15) {
            true => self.united(depth, outer),
            false => self.select(depth, outer, None),
        };
        if outer.is_empty() && self.choices.chance(15) { self.cut(query) } else { query }
    }

    /// A query with given kinds of columns.
    pub(super) fn query_of(&mut self, kinds: &[Kind], depth: usize, outer: &[Column]) -> Query {
        self.select(depth, outer, Some(kinds))
    }

    fn united(&mut self, depth: usize, outer: &[Column]) -> Query {
        let left = self.select(depth - 1, outer, None);
        let right = self.select(depth - 1, outer, Some(&left.kinds));
        let how = ["union all", "union", "except", "intersect", "except all", "intersect all"];
        let how = *self.choices.pick(&how);
        Query { sql: format!("({}) {how} ({})", left.sql, right.sql), kinds: left.kinds }
    }

    /// The first rows of a query: rows that tie are the same in all columns.
    fn cut(&mut self, query: Query) -> Query {
        let name = self.name("u");
        let names = (0..query.kinds.len()).map(|at| format!("{name}.c{at}"));
        let order = self.order(&names.collect::<Vec<_>>());
        if self.choices.chance(25) {
            let of = format!("distinct on ({name}.c0) {name}.*");
            let sql = format!("select {of} from ({}) as {name} order by {order}", query.sql);
            return Query { sql, ..query };
        }
        let limit = self.choices.between(1, 4);
        let offset = if self.choices.chance(30) { " offset 1" } else { "" };
        let sql = format!(
            "select {name}.* from ({}) as {name} order by {order} limit {limit}{offset}",
            query.sql
        );
        Query { sql, ..query }
    }

    /// The expressions with random directions, none of them missing.
    pub(super) fn order(&mut self, expressions: &[String]) -> String {
        let ordered = expressions.iter().map(|expression| {
            let direction =
                self.choices.pick(&["", " desc", " asc nulls first", " desc nulls last"]);
            format!("{expression}{direction}")
        });
        ordered.collect::<Vec<_>>().join(", ")
    }

    fn select(&mut self, depth: usize, outer: &[Column], kinds: Option<&[Kind]>) -> Query {
        let (from, columns) = self.from(depth, outer);
        // A table hides the one around the query that has its name.
        let in_sight = |outer: &&Column| columns.iter().all(|it| it.table() != outer.table());
        let in_sight = outer.iter().filter(in_sight).cloned().collect();
        let scope = Scope { columns, outer: in_sight, depth };
        let mut clauses = format!("from {from}");
        if self.choices.chance(if outer.is_empty() { 50 } else { 85 }) {
            let _ = write!(clauses, " where {}", self.predicate(&scope, 2));
        }
        match self.choices.below(10) {
            0..5 => self.plain(&scope, &clauses, kinds),
            5..8 => self.grouped(&scope, &clauses, kinds),
            _ => self.windowed(&scope, &clauses, kinds),
        }
    }

    fn kinds(&mut self, kinds: Option<&[Kind]>) -> Vec<Kind> {
        let all = [Kind::Integer, Kind::Money, Kind::Text, Kind::Day, Kind::Flag];
        if let Some(kinds) = kinds {
            return kinds.to_vec();
        }
        let count = self.choices.between(1, 3);
        (0..count).map(|_| *self.choices.pick(&all)).collect()
    }

    fn plain(&mut self, scope: &Scope, clauses: &str, kinds: Option<&[Kind]>) -> Query {
        let kinds = self.kinds(kinds);
        let values: Vec<String> = kinds.iter().map(|kind| self.value(scope, *kind, 2)).collect();
        let distinct = if self.choices.chance(15) { "distinct " } else { "" };
        Query { sql: format!("select {distinct}{} {clauses}", listed(&values)), kinds }
    }

    fn grouped(&mut self, scope: &Scope, clauses: &str, kinds: Option<&[Kind]>) -> Query {
        let free = kinds.is_none();
        let keys = if free { self.choices.below(3) } else { 0 };
        let known = scope.columns.iter().filter(|column| column.kind != Kind::Mean);
        let known: Vec<&Column> = known.collect();
        let keys = if known.is_empty() { 0 } else { keys };
        let mut keys: Vec<&Column> = (0..keys).map(|_| *self.choices.pick(&known)).collect();
        keys.dedup_by_key(|column| column.name.clone());
        let key_kinds: Vec<Kind> = keys.iter().map(|key| key.kind).collect();
        let keys: Vec<String> = keys.iter().map(|key| key.name.clone()).collect();
        let wanted = self.kinds(kinds);
        let inside = Scope { outer: scope.outer.clone(), depth: 0, columns: scope.columns.clone() };
        let mut values = keys.clone();
        for kind in &wanted {
            values.push(self.aggregate(&inside, *kind));
        }
        let mut kinds = key_kinds.clone();
        kinds.extend(&wanted);
        // A mean can only be selected: not where columns of certain types are required.
        if free && self.choices.chance(15) {
            values.push(self.mean(&inside));
            kinds.push(Kind::Mean);
        }
        let mut sql = format!("select {} {clauses}", listed(&values));
        if !keys.is_empty() {
            let _ = write!(sql, " group by {}", self.grouping(&keys));
        }
        if self.choices.chance(20) {
            let measure = self.aggregate(&inside, Kind::Integer);
            let compared = self.choices.pick(&[">", "=", "<", "<>"]);
            let _ = write!(sql, " having {measure} {compared} {}", self.choices.below(3));
        }
        Query { sql, kinds }
    }

    fn grouping(&mut self, keys: &[String]) -> String {
        let listed = keys.join(", ");
        match self.choices.below(10) {
            9 => format!("rollup({listed})"),
            8 => format!("cube({listed})"),
            7 => format!("grouping sets (({listed}), ())"),
            _ => listed,
        }
    }

    fn windowed(&mut self, scope: &Scope, clauses: &str, kinds: Option<&[Kind]>) -> Query {
        let kinds = self.kinds(kinds);
        let mut values = Vec::new();
        for kind in &kinds {
            values.push(match kind {
                Kind::Integer | Kind::Money => self.window(scope, *kind),
                other => self.value(scope, *other, 1),
            });
        }
        let mut sql = format!("select {} {clauses}", listed(&values));
        if self.choices.chance(15) {
            let ranked = self.window(scope, Kind::Integer);
            let _ = write!(sql, " qualify {ranked} <= {}", self.choices.below(3));
        }
        Query { sql, kinds }
    }

    /// One of the tables, and the columns it has under another name.
    pub(super) fn table(&mut self, alias: &str) -> (String, Vec<Column>) {
        let source = self.choices.pick(&self.sources).clone();
        let named = |(column, kind)| Column { name: format!("{alias}.{column}"), kind };
        (source.name, source.columns.into_iter().map(named).collect())
    }

    /// What is selected from, and the columns it has.
    fn from(&mut self, depth: usize, outer: &[Column]) -> (String, Vec<Column>) {
        let name = match outer.is_empty() || !self.choices.chance(30) {
            true => self.name("q"),
            false => self.choices.pick(outer).table().to_owned(),
        };
        let (mut from, mut columns) = self.item(&name, depth, outer);
        let most = if depth == 0 { 1 } else { 2 };
        for _ in 0..most {
            if !self.choices.chance(35) {
                break;
            }
            if self.choices.chance(8) {
                let (beside, more) = self.beside(&columns);
                from += &beside;
                columns.extend(more);
                continue;
            }
            let name = self.name("q");
            let (item, more) = self.item(&name, depth, outer);
            let how = self.choices.below(10);
            if how == 9 {
                from = format!("{from} cross join {item}");
                columns.extend(more);
                continue;
            }
            let kind = [
                "join",
                "left join",
                "right join",
                "full join",
                "left semi join",
                "left anti join",
            ];
            let kind = kind[how.min(8) % 6];
            let condition = self.condition(&columns, &more, kind);
            from = format!("{from} {kind} {item} on {condition}");
            if !kind.contains("semi") && !kind.contains("anti") {
                columns.extend(more);
            }
        }
        (from, columns)
    }

    /// A lateral query, evaluated for each row of the table before it.
    fn beside(&mut self, columns: &[Column]) -> (String, Vec<Column>) {
        let query = self.select(0, columns, None);
        let name = self.name("l");
        let kinds = query.kinds.iter().enumerate();
        let more = kinds.map(|(at, kind)| Column { name: format!("{name}.c{at}"), kind: *kind });
        let more = more.collect();
        let joined = match self.choices.chance(50) {
            true => format!(" left join lateral ({}) as {name} on true", query.sql),
            false => format!(" cross join lateral ({}) as {name}", query.sql),
        };
        (joined, more)
    }

    fn condition(&mut self, left: &[Column], right: &[Column], kind: &str) -> String {
        let both = Scope { columns: [left, right].concat(), ..Scope::default() };
        let mut condition = self.key(left, right);
        if kind == "full join" {
            return condition;
        }
        if self.choices.chance(15) {
            let kind = *self.choices.pick(&[Kind::Integer, Kind::Money]);
            condition = format!(
                "{} {} {}",
                self.simple(&Scope { columns: left.to_vec(), ..Scope::default() }, kind),
                self.choices.pick(&["<", "<=", "<>"]),
                self.simple(&Scope { columns: right.to_vec(), ..Scope::default() }, kind),
            );
        }
        if self.choices.chance(20) {
            let depth = usize::from(self.choices.chance(20));
            let both = Scope { columns: both.columns, depth, ..Scope::default() };
            let _ = write!(condition, " and {}", self.predicate(&both, 1));
        }
        condition
    }

    /// A column of one side is one of the other.
    fn key(&mut self, left: &[Column], right: &[Column]) -> String {
        let left = self.choices.pick(left).clone();
        let same: Vec<&Column> = right.iter().filter(|column| column.kind == left.kind).collect();
        if same.is_empty() || left.kind == Kind::Mean {
            return "true".to_owned();
        }
        let right = *self.choices.pick(&same);
        let equal = if self.choices.chance(15) { "is not distinct from" } else { "=" };
        format!("{} {equal} {}", left.name, right.name)
    }

    fn item(&mut self, name: &str, depth: usize, outer: &[Column]) -> (String, Vec<Column>) {
        if depth > 0 && self.choices.chance(25) {
            // A query in `from` reads outer columns only sometimes.
            let outer = if self.choices.chance(20) { outer } else { &[] };
            let query = self.query(depth - 1, outer);
            let kinds = query.kinds.into_iter().enumerate();
            let columns = kinds.map(|(at, kind)| Column { name: format!("{name}.c{at}"), kind });
            return (format!("({}) as {name}", query.sql), columns.collect());
        }
        let (table, columns) = self.table(name);
        (format!("{table} as {name}"), columns)
    }
}

fn listed(values: &[String]) -> String {
    let named = values.iter().enumerate().map(|(at, value)| format!("{value} as c{at}"));
    named.collect::<Vec<_>>().join(", ")
}
