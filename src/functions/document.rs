//! What the documentation prints, the tests run and the session registers.
//!
//! A function's documentation is data, so `docs/functions.md`, the command
//! line, `information_schema.routines` and the tests cannot disagree.

use std::fmt::Write;

use datafusion::logical_expr::{AggregateUDF, DocSection, Documentation, ScalarUDF};

use super::all;
use super::domain::Domain;
use super::shape::Shape;
use crate::kernel::Weights;

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
    /// Its form.
    pub shape: Shape,
    /// What NULLs do.
    pub nulls: &'static str,
    /// Where the method was published.
    pub source: &'static str,
    /// Calls that hold.
    pub examples: &'static [Example],
    /// What weights are if a call does not say, where there are weights.
    pub weights: Option<Weights>,
    /// The function as DataFusion knows it.
    pub call: Call,
}

/// The function as DataFusion knows it.
#[derive(Debug, Clone)]
pub enum Call {
    /// A value per row.
    Scalar {
        /// Under its name.
        strict: ScalarUDF,
        /// Under its name after `try_`: NULL in place of an error.
        lenient: ScalarUDF,
    },
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
    pub domain: Domain,
    /// Whether it may be left out.
    pub optional: bool,
}

impl Argument {
    /// One that every call has.
    pub(super) const fn needed(name: &'static str, meaning: &'static str, domain: Domain) -> Self {
        Self { name, meaning, domain, optional: false }
    }

    /// One that may be left out.
    pub(super) const fn optional(
        name: &'static str,
        meaning: &'static str,
        domain: Domain,
    ) -> Self {
        Self { name, meaning, domain, optional: true }
    }
}

/// A field of a returned struct.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
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
    /// A list of doubles.
    Numbers,
    /// A list of lists of doubles.
    Matrix,
    /// A list of structs.
    Rows(&'static [Field]),
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
            Self::Numbers => "list of float64",
            Self::Matrix => "list of lists of float64",
            Self::Rows(_) => "list of structs",
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
            Call::Scalar { .. } => "row",
            Call::Aggregate(_) => "group",
        };
        let mut text = format!("## {}\n\n{}\n\n", self.name, self.summary);
        let _ = writeln!(text, "```sql\n{}\n```\n\nGives a value per {kind}.\n", self.signature());
        text += "| argument | meaning | domain |\n|---|---|---|\n";
        for Argument { name, meaning, domain, optional } in &self.arguments {
            let note = if *optional { "; may be left out" } else { "" };
            let _ = writeln!(text, "| `{name}` | {meaning} | {domain}{note} |");
        }
        if let Some(weights) = self.weights {
            let _ = writeln!(text, "\n**Weights** are {}.", default_weights(weights));
        }
        let _ = writeln!(text, "\n**Returns** {}.", self.returns);
        text += &field_table(self.shape.fields());
        let _ =
            writeln!(text, "\n**NULL:** {}.\n\n**Source:** {}.\n\n```sql", self.nulls, self.source);
        for example in self.examples {
            let _ = writeln!(text, "{};\n-- {}", example.query(), example.gives);
        }
        text + "```\n"
    }
}

/// What weights are in a call that does not say, and in one that does.
fn default_weights(default: Weights) -> &'static str {
    match default {
        Weights::Counts => {
            "counts unless the call says `weights => 'design'`: a row of weight 3 is three equal \
             rows. Survey and sampling weights are not that"
        }
        Weights::Design => {
            "design weights unless the call says `weights => 'counts'`: only their proportions \
             matter, and the interval rests on the effective number (Kish). A row that stands for \
             several equal ones is not that"
        }
    }
}

/// The table of returned fields, and one for the structs in each list.
fn field_table(fields: &[Field]) -> String {
    if fields.is_empty() {
        return String::new();
    }
    let mut text = String::from("\n| field | type | meaning |\n|---|---|---|\n");
    for Field { name, kind, meaning } in fields {
        let _ = writeln!(text, "| `{name}` | {} | {meaning} |", kind.name());
    }
    for Field { name, kind, .. } in fields {
        if let Kind::Rows(fields) = kind {
            let _ = write!(text, "\nEach of `{name}`:\n{}", field_table(fields));
        }
    }
    text
}

/// The text of `docs/functions.md`.
#[must_use]
pub fn markdown() -> String {
    let mut text = String::from(
        "<!-- `patronage functions --reference` writes this file; change src/functions instead. -->\n\n\
         # SQL functions\n\n\
         What `patronage` adds to the functions of DataFusion. Numbers of any type are taken, and\n\
         used as 64-bit floats. Results do not depend on the order of rows. Every example below\n\
         runs in the tests.\n\n\
         - **Numbers out of their domain** stop the query with a message that names the function,\n\
         \u{20}\u{20}the argument and the rule: constants before a row is read, columns at the first such\n\
         \u{20}\u{20}row. Each function that gives a value per row has a twin that gives NULL instead:\n\
         \u{20}\u{20}`try_` before its name. Aggregates have none, because a fit that leaves rows out without\n\
         \u{20}\u{20}saying so is wrong: leave them out with WHERE, where others can see it.\n\
         - **Aggregates** work with GROUP BY, FILTER and as window functions with OVER, whatever the\n\
         \u{20}\u{20}frame. An ORDER BY within the brackets changes nothing, and DISTINCT is rejected: equal\n\
         \u{20}\u{20}rows are different customers.\n\
         - **Weights** are of one of two kinds, and each function that takes them says which it takes\n\
         \u{20}\u{20}them for: `nps(score, w)` is the same as `nps(score, w, weights => 'design')`. *Counts*: a\n\
         \u{20}\u{20}row of weight w is w equal rows; w is a whole number up to ten billion, and any other\n\
         \u{20}\u{20}stops the query. *Design* weights, of surveys and samples: only proportions matter,\n\
         \u{20}\u{20}and w and 1000 w give the same answer but for sums of weights. They add no precision:\n\
         \u{20}\u{20}intervals rest on the effective number (Σw)²/Σw² (Kish), and where a size is needed\n\
         \u{20}\u{20}weights are scaled to add up to it. Fits under design weights have the errors of the\n\
         \u{20}\u{20}sandwich A⁻¹BA⁻¹, A the curvature of the log-likelihood and B the sum of squared slopes\n\
         \u{20}\u{20}row by row. Limits by Student's t, as those of means and of survival under design weights,\n\
         \u{20}\u{20}take more than three effective rows, and those of `nps` five. Wilson's limits of shares\n\
         \u{20}\u{20}(`rate`, `csat`) and those of survival by counts hold for fewer. Where a function gives no\n\
         \u{20}\u{20}limits for so few, its page says so.\n\
         - **An answer is finite or NULL.** What would be infinite, or more than a 64-bit float holds, is\n\
         \u{20}\u{20}NULL.\n\
         - **Mistakes** are figures beyond -1e60 and 1e60 where they are added up or multiplied, as their\n\
         \u{20}\u{20}arguments say, and the numbers of structs and lists; weights above 1e60 of surveys and\n\
         \u{20}\u{20}experiments, and of experiments those below 1e-60 that are not 0.\n\
         - **Arguments** come by place or by name: `csat(score, scale_max => 5)`.\n\
         - **Models** are structs. Pass one by a join, by a scalar subquery, or from the same row.\n\
         - **Lists of structs** become rows with `unnest`.\n\n",
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

/// What the engine files the functions of this program under.
pub(crate) const SECTION: &str = "Customer analytics";

/// What `information_schema.routines` shows.
pub(super) fn documentation(
    name: &str,
    summary: &str,
    returns: &str,
    arguments: &[Argument],
) -> Documentation {
    let section = DocSection { include: true, label: SECTION, description: None };
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
