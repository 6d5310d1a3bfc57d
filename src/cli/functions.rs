//! `patronage functions`: lists the SQL functions, a line each, or explains one of them.

use std::collections::BTreeMap;
use std::fmt::Write;

use chrono_tz::Tz;
use clap::Args;
use datafusion::execution::SessionState;
use datafusion::logical_expr::Documentation;

use super::outcome::Outcome;
use crate::diagnostic::nearest;
use crate::{functions, plan, session};

/// Which functions to print.
#[derive(Debug, Args)]
pub(super) struct Functions {
    /// A function, or a word in names or summaries of functions. Without it, every function.
    #[arg(value_name = "NAME or WORD")]
    asked: Option<String>,
    /// Prints the reference of the functions of this program, as Markdown.
    #[arg(long, conflicts_with = "asked")]
    reference: bool,
}

/// A function in one line.
struct Line {
    family: String,
    call: String,
    summary: String,
    /// Its full documentation.
    page: String,
    /// Whether it is an alias of a listed function.
    is_alias: bool,
}

impl Functions {
    /// The functions, or the requested one.
    pub(super) fn told(&self) -> Result<String, Outcome> {
        if self.reference {
            return Ok(functions::markdown().trim_end().to_owned());
        }
        let known = known();
        let Some(asked) = &self.asked else { return Ok(listed(known.values())) };
        if let Some(line) = known.get(asked.to_lowercase().as_str()) {
            return Ok(line.page.trim_end().to_owned());
        }
        if let Some(said) = plan::instead(asked) {
            return Ok(format!("There is no `{asked}` here: {said}."));
        }
        let found: Vec<&Line> = known.values().filter(|line| line.holds(asked)).collect();
        match found.is_empty() {
            true => {
                Err(Outcome::no_function(asked, nearest(asked, known.keys().map(String::as_str))))
            }
            false => Ok(listed(found)),
        }
    }
}

impl Line {
    fn holds(&self, word: &str) -> bool {
        let word = word.to_lowercase();
        !self.is_alias
            && [&self.call, &self.summary].iter().any(|text| text.to_lowercase().contains(&word))
    }
}

/// Every function that a stage may call, by name: this program's, and the engine's.
fn known() -> BTreeMap<String, Line> {
    let mut lines = BTreeMap::new();
    for (family, functions) in functions::families() {
        lines.extend(functions.iter().map(|function| {
            let line = Line {
                family: family.to_owned(),
                call: function.signature(),
                summary: function.summary.to_owned(),
                page: function.section(),
                is_alias: false,
            };
            (function.name.to_owned(), line)
        }));
    }
    // A session that only plans always comes to be.
    let state = session::for_planning(Tz::UTC).map(|session| session.state());
    for (name, documentation) in state.iter().flat_map(documented) {
        if !plan::is_refused(&name) {
            let line = of_engine(&name, &documentation);
            lines.entry(name).or_insert(line);
        }
    }
    lines
}

/// The functions of the engine under all their names. Functions without documentation are internal.
fn documented(state: &SessionState) -> BTreeMap<String, Documentation> {
    let scalar = state.scalar_functions().iter();
    let aggregate = state.aggregate_functions().iter();
    let window = state.window_functions().iter();
    let scalar = scalar.map(|(name, it)| (name, it.documentation()));
    let aggregate = aggregate.map(|(name, it)| (name, it.documentation()));
    let window = window.map(|(name, it)| (name, it.documentation()));
    let all = scalar.chain(aggregate).chain(window);
    all.filter_map(|(name, it)| Some((name.clone(), it?.clone())))
        .filter(|(_, it)| it.doc_section.label != functions::SECTION)
        .collect()
}

fn of_engine(name: &str, documentation: &Documentation) -> Line {
    let Documentation { doc_section, description, syntax_example, .. } = documentation;
    let description = description.trim();
    let first = description.split_inclusive(". ").next().unwrap_or(description);
    Line {
        family: format!("DataFusion: {}", doc_section.label),
        call: syntax_example.clone(),
        summary: first.lines().next().unwrap_or_default().trim().to_owned(),
        page: page(documentation),
        is_alias: !syntax_example.starts_with(name),
    }
}

/// The engine's documentation of one of its functions.
fn page(documentation: &Documentation) -> String {
    let Documentation { description, syntax_example, arguments, sql_example, .. } = documentation;
    let name = syntax_example.split('(').next().unwrap_or_default();
    let mut text =
        format!("## {name}\n\n{}\n\n```sql\n{syntax_example}\n```\n", description.trim());
    for (argument, meaning) in arguments.iter().flatten() {
        let _ = write!(text, "\n- `{argument}`: {}", meaning.trim());
    }
    if let Some(example) = sql_example {
        let _ = write!(text, "\n\n{}", example.trim());
    }
    text
}

/// A line for each function, family by family.
fn listed<'a>(lines: impl IntoIterator<Item = &'a Line>) -> String {
    let mut families: BTreeMap<&str, Vec<&Line>> = BTreeMap::new();
    for line in lines.into_iter().filter(|line| !line.is_alias) {
        families.entry(&line.family).or_default().push(line);
    }
    let mut text = String::new();
    for (family, lines) in families {
        let _ = writeln!(text, "{family}");
        for Line { call, summary, .. } in lines {
            let _ = writeln!(text, "  {call}: {summary}");
        }
        text.push('\n');
    }
    text.trim_end().to_owned()
}
