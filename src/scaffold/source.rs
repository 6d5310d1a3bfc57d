//! A source of the project, and what its columns give to a stage.

use super::matching::Matches;
use super::stage::Value;
use crate::declare::ColumnType;
use crate::exports::Keep;
use crate::infer::ProvenColumn;

/// A source with what its columns mean.
#[derive(Debug)]
pub(super) struct Source<'a> {
    /// The name that SQL uses.
    pub(super) name: &'a str,
    /// The pattern of its files.
    pub(super) pattern: &'a str,
    /// All of its columns.
    pub(super) columns: Vec<ProvenColumn<'a>>,
    /// What they mean.
    pub(super) matches: Matches<'a>,
    /// Which rows count, if not all.
    pub(super) keep: Option<&'a Keep>,
}

impl Source<'_> {
    /// What a column gives to a canonical column of a type; nothing if none has the meaning.
    pub(super) fn value(&self, meaning: &str, data_type: &str) -> Option<Value> {
        let found = self.matches.get(meaning)?;
        let column = &found.column;
        let mut doubts = Vec::new();
        if found.is_alike {
            doubts.push(format!("`{}` is only like the names that are known", column.written));
        }
        if !found.others.is_empty() {
            doubts.push(format!("other columns: {}", found.others.join(", ")));
        }
        let expected = Some(converted(column, data_type));
        Some(Value { expression: cast(column, data_type), doubts, expected })
    }

    /// The same, or NULL.
    pub(super) fn or_null(&self, meaning: &str, data_type: &str) -> Value {
        self.value(meaning, data_type).unwrap_or_else(|| Value::null(data_type))
    }

    /// Who it was: a number of a customer, or else an e-mail address in lower case.
    pub(super) fn customer(&self) -> Value {
        self.value("customer_id", "varchar")
            .or_else(|| self.email())
            .unwrap_or_else(|| Value::null("varchar"))
    }

    /// The e-mail address, in lower case.
    pub(super) fn email(&self) -> Option<Value> {
        let email = self.value("email", "varchar")?;
        let expression = format!("lower(trim({}))", email.expression);
        Some(Value { expression, ..email })
    }

    /// Whether customers are known by their addresses only.
    pub(super) fn knows_by_email(&self) -> bool {
        self.matches.have(&["email"]) && !self.matches.have(&["customer_id"])
    }

    /// Whether no value of a column occurs twice.
    pub(super) fn is_unique(&self, meaning: &str) -> bool {
        self.matches.get(meaning).is_some_and(|it| it.column.facts.is_unique())
    }

    /// What identifies a row: a column, or else where the row is.
    pub(super) fn key(&self, meaning: &str) -> Value {
        self.value(meaning, "varchar").unwrap_or_else(|| Value {
            expression: "_file || ':' || cast(_line as varchar)".to_owned(),
            doubts: vec!["no column identifies a row: where it is in the files does".to_owned()],
            expected: Some("\"given:1\"".to_owned()),
        })
    }

    /// The column that says when a row happened, if every row has it.
    pub(super) fn event_time(&self, meanings: &[&str]) -> Option<&str> {
        let found = meanings.iter().find_map(|meaning| self.matches.get(meaning))?;
        found.column.required.then_some(found.column.name)
    }

    /// The condition of rows that count.
    pub(super) fn condition(&self) -> Option<String> {
        let keep = self.keep?;
        let column = self.columns.iter().find(|column| column.written == keep.column)?;
        let values: Vec<String> = keep.values.iter().map(|value| format!("'{value}'")).collect();
        Some(format!("lower(cast({} as varchar)) in ({})", column.name, values.join(", ")))
    }

    /// A made-up row that counts.
    pub(super) fn row(&self) -> String {
        let kept = |it: &ProvenColumn<'_>| {
            let keep = self.keep.filter(|keep| keep.column == it.written)?;
            keep.values.first().cloned()
        };
        let cells = self.columns.iter().map(|it| {
            format!("{}: {}", it.name, kept(it).unwrap_or_else(|| sample(it).to_owned()))
        });
        format!("{{{}}}", cells.collect::<Vec<_>>().join(", "))
    }
}

/// A column as another type.
pub(super) fn cast(column: &ProvenColumn<'_>, data_type: &str) -> String {
    match sql_type(column.data_type) == data_type {
        true => column.name.to_owned(),
        false => format!("cast({} as {data_type})", column.name),
    }
}

/// A type as SQL.
pub(super) fn sql_type(data_type: ColumnType) -> String {
    match data_type {
        ColumnType::String => "varchar".to_owned(),
        ColumnType::Int32 => "int".to_owned(),
        ColumnType::Int64 => "bigint".to_owned(),
        ColumnType::Float64 => "double".to_owned(),
        ColumnType::Decimal(precision, scale) => format!("decimal({precision}, {scale})"),
        ColumnType::Boolean
        | ColumnType::Date
        | ColumnType::Timestamp
        | ColumnType::Timestamptz => data_type.to_string(),
    }
}

/// A made-up value of a column.
pub(super) fn sample(column: &ProvenColumn<'_>) -> &'static str {
    match column.data_type {
        ColumnType::String if column.facts.is_email() => "ada@example.com",
        ColumnType::String => "a",
        ColumnType::Boolean => "true",
        ColumnType::Int32 | ColumnType::Int64 => "1",
        ColumnType::Float64 => "2.0",
        ColumnType::Decimal(_, 0) => "2",
        ColumnType::Decimal(..) => "2.5",
        ColumnType::Date => "2025-01-02",
        ColumnType::Timestamp | ColumnType::Timestamptz => "2025-01-02 10:00:00",
    }
}

/// The same value as another type, as a test expects it.
fn converted(column: &ProvenColumn<'_>, data_type: &str) -> String {
    let sample = sample(column);
    match data_type {
        "timestamp" if sample.len() == 10 => format!("{sample} 00:00:00"),
        "bigint" | "int" => sample.split('.').next().unwrap_or(sample).to_owned(),
        _ => sample.to_owned(),
    }
}
