//! Random expressions of a kind.

use super::query::{Column, Scope, Writer};
use super::tables::Kind;

const COMPARED: [&str; 8] =
    ["=", "<", ">", "<=", ">=", "<>", "is distinct from", "is not distinct from"];

impl Writer<'_> {
    /// A value of a kind: a column or a constant.
    pub(super) fn simple(&mut self, scope: &Scope, kind: Kind) -> String {
        let of = |columns: &[Column]| -> Vec<String> {
            let same = columns.iter().filter(|column| column.kind == kind);
            same.map(|column| column.name.clone()).collect()
        };
        let (columns, outer) = (of(&scope.columns), of(&scope.outer));
        if !outer.is_empty() && self.choices.chance(15) {
            return self.choices.pick(&outer).clone();
        }
        if columns.is_empty() || self.choices.chance(10) {
            return self.constant(kind);
        }
        self.choices.pick(&columns).clone()
    }

    fn constant(&mut self, kind: Kind) -> String {
        let of: &[&str] = match kind {
            Kind::Integer | Kind::Mean => &["0", "1", "2", "-1", "cast(null as bigint)"],
            Kind::Money => &[
                "cast('1.00' as decimal(18,2))",
                "cast('-0.05' as decimal(18,2))",
                "cast(null as decimal(18,2))",
            ],
            Kind::Text => &["'a'", "'b'", "''", "cast(null as varchar)"],
            Kind::Day => &["date '2024-02-29'", "date '2023-12-31'", "cast(null as date)"],
            Kind::Flag => &["true", "false", "cast(null as boolean)"],
        };
        (*self.choices.pick(of)).to_owned()
    }

    /// A value of a kind, at most so deep.
    pub(super) fn value(&mut self, scope: &Scope, kind: Kind, depth: usize) -> String {
        if depth == 0 || !self.choices.chance(50) {
            return self.simple(scope, kind);
        }
        let below = depth - 1;
        match self.choices.below(8) {
            0 => {
                let (first, second) = (self.value(scope, kind, below), self.simple(scope, kind));
                format!("coalesce({first}, {second})")
            }
            1 => format!(
                "case when {} then {} else {} end",
                self.predicate(scope, below),
                self.value(scope, kind, below),
                self.value(scope, kind, below)
            ),
            2 => format!("nullif({}, {})", self.value(scope, kind, below), self.constant(kind)),
            3 => format!(
                "case when {} then {} end",
                self.predicate(scope, below),
                self.value(scope, kind, below)
            ),
            4 if scope.depth > 0 => self.scalar(scope, kind),
            _ => self.computed(scope, kind, below),
        }
    }

    fn computed(&mut self, scope: &Scope, kind: Kind, depth: usize) -> String {
        match kind {
            Kind::Integer | Kind::Mean => self.integer(scope, depth),
            Kind::Money => {
                let (first, second) = (self.value(scope, kind, depth), self.simple(scope, kind));
                let sign = self.choices.pick(&["+", "-"]);
                format!("({first} {sign} {second})")
            }
            Kind::Text => self.text(scope, depth),
            Kind::Day => format!("greatest({}, {})", self.simple(scope, kind), self.constant(kind)),
            Kind::Flag => self.predicate(scope, depth),
        }
    }

    fn integer(&mut self, scope: &Scope, depth: usize) -> String {
        let first = self.value(scope, Kind::Integer, depth);
        let second = self.simple(scope, Kind::Integer);
        match self.choices.below(9) {
            0 => format!("({first} + {second})"),
            1 => format!("({first} - {second})"),
            2 => format!("({first} * {})", self.choices.pick(&["2", "-1", "3"])),
            3 => format!("({first} / nullif({second}, 0))"),
            4 => format!("({first} % nullif({second}, 0))"),
            5 => format!("abs({first})"),
            6 => format!("greatest({first}, {second})"),
            7 => format!("character_length({})", self.value(scope, Kind::Text, depth)),
            _ => format!("extract(month from {})", self.simple(scope, Kind::Day)),
        }
    }

    fn text(&mut self, scope: &Scope, depth: usize) -> String {
        let first = self.value(scope, Kind::Text, depth);
        match self.choices.below(6) {
            0 => format!("upper({first})"),
            1 => format!("({first} || {})", self.simple(scope, Kind::Text)),
            2 => format!("concat({first}, {})", self.simple(scope, Kind::Text)),
            3 => format!("substr({first}, 1, 1)"),
            4 => format!("replace({first}, 'a', 'c')"),
            _ => format!("cast({} as varchar)", self.simple(scope, Kind::Integer)),
        }
    }

    /// A condition, at most so deep.
    pub(super) fn predicate(&mut self, scope: &Scope, depth: usize) -> String {
        if depth > 0 {
            let below = depth - 1;
            match self.choices.below(10) {
                5 => return self.joined(scope, below, "and"),
                6 => return self.joined(scope, below, "or"),
                7 => return format!("not ({})", self.predicate(scope, below)),
                8 | 9 if scope.depth > 0 => return self.subquery(scope),
                _ => {}
            }
        }
        let kind = self.compared_kind();
        match self.choices.below(9) {
            0..4 => {
                let first = self.value(scope, kind, depth.min(1));
                let compared = *self.choices.pick(&COMPARED);
                format!("{first} {compared} {}", self.simple(scope, kind))
            }
            4 => {
                let not = self.not();
                format!("{} is {not}null", self.value(scope, kind, depth.min(1)))
            }
            5 => {
                let (first, not) = (self.simple(scope, kind), self.not());
                let list = [self.constant(kind), self.constant(kind)].join(", ");
                format!("{first} {not}in ({list})")
            }
            6 => {
                let (first, not) = (self.simple(scope, kind), self.not());
                let (least, most) = (self.simple(scope, kind), self.constant(kind));
                format!("{first} {not}between {least} and {most}")
            }
            7 => {
                let (first, not) = (self.simple(scope, Kind::Text), self.not());
                format!("{first} {not}like {}", self.choices.pick(&["'a%'", "'%b'", "'_'"]))
            }
            _ => {
                let state = self.choices.pick(&["true", "not true", "false", "not false"]);
                format!("({}) is {state}", self.simple(scope, Kind::Flag))
            }
        }
    }

    fn compared_kind(&mut self) -> Kind {
        *self.choices.pick(&[Kind::Integer, Kind::Money, Kind::Text, Kind::Day])
    }

    fn not(&mut self) -> &'static str {
        if self.choices.chance(50) { "not " } else { "" }
    }

    fn joined(&mut self, scope: &Scope, depth: usize, how: &str) -> String {
        let (first, second) = (self.predicate(scope, depth), self.predicate(scope, depth));
        format!("(({first}) {how} ({second}))")
    }

    /// What the query inside sees of the one around it: its columns, or nothing.
    fn seen(&mut self, scope: &Scope) -> Vec<Column> {
        if self.choices.chance(60) { scope.columns.clone() } else { Vec::new() }
    }

    /// A condition on another query.
    fn subquery(&mut self, scope: &Scope) -> String {
        let kind = self.compared_kind();
        let depth = scope.depth - 1;
        let outer = self.seen(scope);
        if self.choices.chance(30) {
            let not = self.not();
            return format!("{not}exists ({})", self.query_of(&[kind], depth, &outer).sql);
        }
        let first = self.value(scope, kind, 1);
        let query = self.query_of(&[kind], depth, &outer).sql;
        match self.choices.below(10) {
            0..3 => format!("{first} in ({query})"),
            3..8 => format!("{first} not in ({query})"),
            8 => format!("{first} {} any ({query})", self.choices.pick(&["=", "<", "<>", ">="])),
            _ => format!("{first} {} all ({query})", self.choices.pick(&["<>", "=", "<", ">="])),
        }
    }

    /// The one value of another query.
    fn scalar(&mut self, scope: &Scope, kind: Kind) -> String {
        let depth = scope.depth - 1;
        let outer = self.seen(scope);
        format!("({})", self.one(kind, depth, &outer))
    }

    /// An aggregate of a kind.
    pub(super) fn aggregate(&mut self, scope: &Scope, kind: Kind) -> String {
        let own = Scope { outer: Vec::new(), ..scope.clone() };
        let value = self.value(&own, kind, 1);
        let call = match kind {
            Kind::Integer => match self.choices.below(7) {
                0 => "count(*)".to_owned(),
                1 => format!("sum({value})"),
                2 => {
                    let kind = self.compared_kind();
                    format!("count({})", self.value(&own, kind, 1))
                }
                3 => {
                    let kind = self.compared_kind();
                    format!("count(distinct {})", self.value(&own, kind, 1))
                }
                4 => format!("sum(distinct {value})"),
                5 => format!("min({value})"),
                _ => format!("max({value})"),
            },
            Kind::Money => {
                format!("{}({value})", self.choices.pick(&["sum", "min", "max", "sum"]))
            }
            Kind::Flag => format!("{}({value})", self.choices.pick(&["bool_and", "bool_or"])),
            Kind::Text if self.choices.chance(20) => {
                format!("string_agg({value}, ',' order by {value})")
            }
            _ => format!("{}({value})", self.choices.pick(&["min", "max"])),
        };
        if self.choices.chance(15) {
            return format!("{call} filter (where {})", self.predicate(&own, 1));
        }
        call
    }

    /// The mean of integers, which is exact in floating point as long as they are small.
    pub(super) fn mean(&mut self, scope: &Scope) -> String {
        let own = Scope { outer: Vec::new(), ..scope.clone() };
        format!("avg({})", self.value(&own, Kind::Integer, 1))
    }

    /// A window function of a kind, whose order leaves nothing open.
    pub(super) fn window(&mut self, scope: &Scope, kind: Kind) -> String {
        let own = Scope { outer: Vec::new(), depth: 0, ..scope.clone() };
        let value = self.simple(&own, kind);
        let partition = match self.choices.chance(40) {
            true => {
                let kind = self.compared_kind();
                format!("partition by {} ", self.simple(&own, kind))
            }
            false => String::new(),
        };
        let names: Vec<String> = own.columns.iter().map(|column| column.name.clone()).collect();
        let order = self.order(&names);
        if kind == Kind::Integer && self.choices.chance(40) {
            let ranked = ["row_number()", "rank()", "dense_rank()", "ntile(2)"];
            let ranked = *self.choices.pick(&ranked);
            return format!("{ranked} over ({partition}order by {order})");
        }
        if self.choices.chance(25) {
            let shifted = self.choices.pick(&["lag", "lead"]);
            return format!("{shifted}({value}) over ({partition}order by {order})");
        }
        let functions = ["sum", "min", "max", "first_value", "last_value"];
        let call = match kind == Kind::Integer && self.choices.chance(25) {
            true => "count(*)".to_owned(),
            false => format!("{}({value})", self.choices.pick(&functions)),
        };
        let frame = self.frame(&own, &order, &call);
        format!("{call} over ({partition}{frame})")
    }

    fn frame(&mut self, scope: &Scope, order: &str, call: &str) -> String {
        let frames = [
            "",
            " rows between unbounded preceding and current row",
            " rows between 1 preceding and 1 following",
            " rows between 2 preceding and 1 preceding",
            " rows between current row and unbounded following",
            " rows between unbounded preceding and unbounded following",
            " range between unbounded preceding and current row",
            " range between current row and unbounded following",
            " groups between 1 preceding and current row",
        ];
        if !call.contains("_value") && self.choices.chance(25) {
            let value = self.simple(scope, Kind::Integer);
            let direction = self.choices.pick(&["", " desc", " nulls first", " desc nulls last"]);
            let range = self.choices.pick(&[
                "range between 1 preceding and current row",
                "range between 1 preceding and 2 following",
                "range between 1 following and unbounded following",
                "range between unbounded preceding and 1 preceding",
            ]);
            return format!("order by {value}{direction} {range}");
        }
        format!("order by {order}{}", self.choices.pick(&frames))
    }

    /// A query of one row and one column.
    fn one(&mut self, kind: Kind, depth: usize, outer: &[Column]) -> String {
        if outer.is_empty() {
            let query = self.query_of(&[kind], depth, &[]);
            let name = self.name("o");
            let of = if kind == Kind::Flag { "bool_or" } else { "max" };
            return format!("select {of}({name}.c0) from ({}) as {name}", query.sql);
        }
        let name = self.name("i");
        let (table, columns) = self.table(&name);
        let scope = Scope { columns, outer: outer.to_vec(), depth: 0 };
        let key = self.correlation(&scope);
        let more = match self.choices.chance(30) {
            true => format!(" and {}", self.predicate(&scope, 1)),
            false => String::new(),
        };
        let value = self.aggregate(&scope, kind);
        let having = match self.choices.chance(15) {
            true => format!(" having count(*) {} 1", self.choices.pick(&["=", "<", ">="])),
            false => String::new(),
        };
        format!("select {value} from {table} as {name} where {key}{more}{having}")
    }

    /// A column of the query inside is one of the query around it.
    fn correlation(&mut self, scope: &Scope) -> String {
        let outer = self.choices.pick(&scope.outer).clone();
        if outer.kind == Kind::Mean {
            return "true".to_owned();
        }
        let own = Scope { outer: Vec::new(), ..scope.clone() };
        let depth = usize::from(self.choices.chance(15));
        let inner = self.value(&own, outer.kind, depth);
        let compared = if self.choices.chance(15) { "<" } else { "=" };
        format!("({inner}) {compared} {}", outer.name)
    }
}
