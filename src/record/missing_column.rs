//! Declared columns that files lack.

use schemars::JsonSchema;
use serde::Serialize;

use crate::diagnostic::nearest;
use crate::plan::{SourceField, SourcePlan};
use crate::read::Absence;

/// A declared column that files lack, so that it is NULL in all their rows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct MissingColumnResult {
    /// The source.
    #[serde(skip)]
    pub source: String,
    /// The column.
    pub column: String,
    /// What files may call it.
    #[serde(skip)]
    pub names: Vec<String>,
    /// Whether no file has it.
    pub everywhere: bool,
    /// Whether files may have it: in JSON, if the path to it ends at NULL or at an empty
    /// list in every record that has its beginning.
    pub unclear: bool,
    /// How many files lack it. One without rows lacks nothing.
    pub files: u64,
    /// The first hundred of them.
    pub examples: Vec<String>,
    /// The name in those files that was probably meant.
    pub nearest: Option<String>,
}

impl MissingColumnResult {
    pub(super) fn new(source: &SourcePlan, field: &SourceField, absence: &Absence) -> Self {
        let others = || absence.others.iter().map(String::as_str);
        let nearest = field.from.iter().find_map(|name| nearest(name, others()));
        let (files, examples) = absence.without();
        Self {
            source: source.name.clone(),
            column: field.name.clone(),
            names: field.from.clone(),
            everywhere: absence.is_nowhere() && !absence.is_unclear(),
            unclear: absence.is_unclear(),
            files,
            examples,
            nearest: nearest.map(str::to_owned),
        }
    }
}

impl std::fmt::Display for MissingColumnResult {
    fn fmt(&self, formatter: &mut std::fmt::Formatter) -> std::fmt::Result {
        let Self { source, names, everywhere, unclear, files, examples, nearest, .. } = self;
        let column = names.join("` or `");
        let first = examples.first().map_or("", String::as_str);
        write!(formatter, "source `{source}`: ")?;
        if *unclear {
            let whose = match files {
                1 => format!("`{first}`"),
                _ => format!("{files} files, such as `{first}`"),
            };
            return write!(
                formatter,
                "no record has the column `{column}`: all there is on the way to it is null or empty \
                 in {whose}"
            );
        }
        match (everywhere, files) {
            (true, _) => write!(formatter, "no file has a column `{column}`")?,
            (false, 1) => write!(formatter, "`{first}` has no column `{column}`")?,
            (false, _) => {
                write!(formatter, "{files} files have no column `{column}`, such as `{first}`")?;
            }
        }
        nearest.iter().try_for_each(|name| write!(formatter, "; did you mean `{name}`?"))
    }
}
