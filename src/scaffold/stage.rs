//! A stage that makes a canonical table of a source: its query and a first test, as text.

use std::fmt::Write as _;

/// What a column of a stage is.
#[derive(Debug, Clone)]
pub(super) struct Value {
    /// As SQL.
    pub(super) expression: String,
    /// Why it may be wrong.
    pub(super) doubts: Vec<String>,
    /// What it is of the made-up row, as YAML, if that is known.
    pub(super) expected: Option<String>,
}

impl Value {
    /// What nothing tells.
    pub(super) fn null(data_type: &str) -> Self {
        Self::of(format!("cast(null as {data_type})"))
    }

    /// An expression.
    pub(super) fn of(expression: impl Into<String>) -> Self {
        Self { expression: expression.into(), doubts: Vec::new(), expected: None }
    }

    /// The same with a reason why it may be wrong.
    pub(super) fn doubt(mut self, doubt: impl Into<String>) -> Self {
        self.doubts.push(doubt.into());
        self
    }

    /// The same with what it is of the made-up row.
    pub(super) fn expecting(mut self, expected: &str) -> Self {
        self.expected = Some(expected.to_owned());
        self
    }

    /// As SQL, under a name.
    pub(super) fn named(&self, name: &str) -> String {
        match self.expression == name {
            true => name.to_owned(),
            false => format!("{} as {name}", self.expression),
        }
    }

    /// The least of a group.
    pub(super) fn least(self) -> Self {
        if self.expression.starts_with("cast(null as ") {
            return self;
        }
        Self { expression: format!("min({})", self.expression), ..self }
    }
}

/// A stage.
#[derive(Debug)]
pub(super) struct Stage {
    /// The table that it provides.
    pub(super) table: String,
    /// What it is, as a comment.
    pub(super) about: String,
    /// What stands before the query.
    pub(super) with: String,
    /// Its columns.
    pub(super) columns: Vec<(String, Value)>,
    /// What it reads.
    pub(super) from: String,
    /// What stands behind: conditions and groups.
    pub(super) rest: Vec<String>,
    /// The made-up rows of its test, by table.
    pub(super) given: Vec<(String, String)>,
    /// The rows that it expects; if there are none, one of what is known of the columns.
    pub(super) expect: Vec<String>,
}

/// Columns by their names.
pub(super) fn named(columns: Vec<(&str, Value)>) -> Vec<(String, Value)> {
    columns.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

impl Stage {
    /// The query.
    pub(super) fn sql(&self) -> String {
        let mut sql = format!("-- {}: {}\n{}select\n", self.table, self.about, self.with);
        for (at, (name, value)) in self.columns.iter().enumerate() {
            if !value.doubts.is_empty() {
                let _ = writeln!(sql, "    -- not sure: {}", value.doubts.join("; "));
            }
            let comma = if at + 1 < self.columns.len() { "," } else { "" };
            let _ = writeln!(sql, "    {}{comma}", value.named(name));
        }
        let _ = writeln!(sql, "from {}", self.from);
        for line in &self.rest {
            let _ = writeln!(sql, "{line}");
        }
        sql
    }

    /// A first test.
    pub(super) fn tests(&self) -> String {
        let mut text =
            "# A first test, of a made-up row. Add one for whatever is special in your data.\n\
                        missing_columns: null\ntests:\n  a_made_up_row:\n"
                .to_owned();
        text += if self.given.is_empty() { "    given: {}\n" } else { "    given:\n" };
        for (table, row) in &self.given {
            let _ = writeln!(text, "      {table}:\n        - {row}");
        }
        text += "    expect:\n";
        for row in self.expected() {
            let _ = writeln!(text, "      - {row}");
        }
        text
    }

    fn expected(&self) -> Vec<String> {
        if !self.expect.is_empty() {
            return self.expect.clone();
        }
        let known =
            |(name, value): &(String, Value)| Some(format!("{name}: {}", value.expected.as_ref()?));
        let cells: Vec<String> = self.columns.iter().filter_map(known).collect();
        vec![format!("{{{}}}", cells.join(", "))]
    }

    /// What is unsure about it, by column.
    pub(super) fn doubts(&self) -> Vec<String> {
        let unsure = self.columns.iter().filter(|(_, value)| !value.doubts.is_empty());
        unsure
            .map(|(name, value)| format!("`{}.{name}`: {}", self.table, value.doubts.join("; ")))
            .collect()
    }
}
