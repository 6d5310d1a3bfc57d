//! What the documentation prints, the tests run and the session registers.
//!
//! A function's documentation is data, so `docs/functions.md`, the command
//! line, `information_schema.routines` and the tests cannot disagree.

use std::fmt::Write;

use datafusion::logical_expr::{AggregateUDF, DocSection, Documentation, ScalarUDF};

use super::all;

/// One SQL function, documented.
#[derive(Debug)]
pub struct Function {
    /// The name in SQL.
    pub name: &'static str,
    /// What it computes, in a sentence.
    pub summary: &'static str,
    /// In the order of the call.
    pub arguments: Vec<Argument>,
    /// What comes back.
    pub returns: &'static str,
    /// The fields, where what comes back is a struct.
    pub fields: &'static [Field],
    /// What NULLs do.
    pub nulls: &'static str,
    /// Where the method was published.
    pub source: &'static str,
    /// Calls that hold.
    pub examples: &'static [Example],
    /// The function as DataFusion knows it.
    pub call: Call,
}

/// The function as DataFusion knows it.
#[derive(Debug, Clone)]
pub enum Call {
    /// A value per row.
    Scalar(ScalarUDF),
    /// A value per group.
    Aggregate(AggregateUDF),
}

/// An argument of a function.
#[derive(Debug, Clone, Copy)]
pub struct Argument {
    /// As it is called in documentation and errors.
    pub name: &'static str,
    /// What it says, with its unit.
    pub meaning: &'static str,
    /// The values it may have.
    pub domain: &'static str,
    /// Whether it may be left out.
    pub optional: bool,
}

/// A field of a returned struct.
#[derive(Debug, Clone, Copy)]
pub struct Field {
    /// As in `model['name']`.
    pub name: &'static str,
    /// Its SQL type.
    pub kind: Kind,
    /// What it says, with its unit.
    pub meaning: &'static str,
}

/// The types of returned fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A double.
    Float64,
    /// A count.
    Int64,
    /// A small count.
    Int32,
    /// Yes or no.
    Boolean,
    /// Text.
    Text,
    /// Text that is the same in every answer. It is noted on the type too, so
    /// that a plan knows it before a row is read.
    Constant(&'static str),
}

/// A call and what it gives.
#[derive(Debug, Clone, Copy)]
pub struct Example {
    /// A SQL expression.
    pub call: &'static str,
    /// The rows it runs over; empty where it needs none.
    pub from: &'static str,
    /// What selecting it prints.
    pub gives: &'static str,
}

impl Example {
    /// An example that needs no rows.
    pub(super) const fn new(call: &'static str, gives: &'static str) -> Self {
        Self { call, from: "", gives }
    }

    /// An example over rows.
    pub(super) const fn over(call: &'static str, from: &'static str, gives: &'static str) -> Self {
        Self { call, from, gives }
    }

    /// The query that runs it.
    #[must_use]
    pub fn query(&self) -> String {
        match self.from {
            "" => format!("SELECT {}", self.call),
            from => format!("SELECT {} FROM {from}", self.call),
        }
    }
}

impl Kind {
    /// As `arrow_typeof` and the documentation print it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Float64 => "float64",
            Self::Int64 => "int64",
            Self::Int32 => "int32",
            Self::Boolean => "boolean",
            Self::Text | Self::Constant(_) => "string",
        }
    }
}

impl Function {
    /// The call with its arguments, optional ones in brackets.
    #[must_use]
    pub fn signature(&self) -> String {
        signature(self.name, &self.arguments)
    }

    /// One section of `docs/functions.md`.
    #[must_use]
    pub fn section(&self) -> String {
        let kind = match self.call {
            Call::Scalar(_) => "row",
            Call::Aggregate(_) => "group",
        };
        let mut text = format!("## {}\n\n{}\n\n", self.name, self.summary);
        let _ = writeln!(text, "```sql\n{}\n```\n\nGives a value per {kind}.\n", self.signature());
        text += "| argument | meaning | domain |\n|---|---|---|\n";
        for Argument { name, meaning, domain, optional } in &self.arguments {
            let note = if *optional { "; may be left out" } else { "" };
            let _ = writeln!(text, "| `{name}` | {meaning} | {domain}{note} |");
        }
        let _ = writeln!(text, "\n**Returns** {}.", self.returns);
        if !self.fields.is_empty() {
            text += "\n| field | type | meaning |\n|---|---|---|\n";
        }
        for Field { name, kind, meaning } in self.fields {
            let _ = writeln!(text, "| `{name}` | {} | {meaning} |", kind.name());
        }
        let _ =
            writeln!(text, "\n**NULL:** {}.\n\n**Source:** {}.\n\n```sql", self.nulls, self.source);
        for example in self.examples {
            let _ = writeln!(text, "{};\n-- {}", example.query(), example.gives);
        }
        text + "```\n"
    }
}

/// The text of `docs/functions.md`.
#[must_use]
pub fn markdown() -> String {
    let mut text = String::from(
        "<!-- `patronage functions` writes this file; change src/functions instead. -->\n\n\
         # SQL functions\n\n\
         What `patronage` adds to the functions of DataFusion. Numbers of any type are taken, and\n\
         used as 64-bit floats. A number outside its domain stops the query with a message that\n\
         names the function, the argument and the rule. Results do not depend on the order of\n\
         rows. Every example below runs in the tests.\n\n",
    );
    for function in all() {
        let _ = writeln!(
            text,
            "- [`{}`](#{}): {}",
            function.signature(),
            function.name,
            function.summary
        );
    }
    for function in all() {
        let _ = write!(text, "\n{}", function.section());
    }
    text
}

/// The documentation of one function, for the terminal. `None` if there is no
/// function of that name.
#[must_use]
pub fn describe(name: &str) -> Option<String> {
    all().iter().find(|function| function.name == name).map(Function::section)
}

/// What `information_schema.routines` shows.
pub(super) fn documentation(
    name: &str,
    summary: &str,
    returns: &str,
    arguments: &[Argument],
) -> Documentation {
    let section = DocSection { include: true, label: "Customer analytics", description: None };
    let description = format!("{summary} Returns {returns}.");
    arguments
        .iter()
        .fold(
            Documentation::builder(section, description, signature(name, arguments)),
            |so_far, argument| {
                so_far.with_argument(
                    argument.name,
                    format!("{}; {}", argument.meaning, argument.domain),
                )
            },
        )
        .build()
}

/// The call with its arguments, optional ones in brackets.
pub(super) fn signature(name: &str, arguments: &[Argument]) -> String {
    let words =
        arguments.iter().enumerate().map(|(place, Argument { name, optional, .. })| {
            match (place, optional) {
                (0, _) => (*name).to_string(),
                (_, true) => format!(" [, {name}]"),
                (_, false) => format!(", {name}"),
            }
        });
    format!("{name}({})", words.collect::<String>())
}
