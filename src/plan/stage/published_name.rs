//! Names of published columns: names that every reader of the warehouse can distinguish and
//! address.
//!
//! `DuckDB`, Athena, Hive, `BigQuery` and Power BI are case-insensitive and would show one column
//! for two; an empty name, or one with a blank at an end, is trimmed or replaced; the
//! name of a partition column is a part of a path.

use std::collections::BTreeMap;

use crate::diagnostic::{Code, Diagnostic, Diagnostics, Place};
use crate::plan::model::ColumnPlan;

/// Reports the columns of a table that need another name. `place` is where a column is named.
pub(super) fn check(
    table: &str,
    columns: &[ColumnPlan],
    partition_by: &[String],
    place: impl Fn(&str) -> Place,
    wrong: &mut Diagnostics,
) {
    let mut seen: BTreeMap<String, &str> = BTreeMap::new();
    for ColumnPlan { name, .. } in columns {
        if let Some(problem) = unreadable(name, partition_by.contains(name)) {
            let message = format!("`{table}` publishes a column {}, which {problem}", shown(name));
            let help = "name it with `as`: letters, digits and `_` are the same for every reader";
            wrong.push(Diagnostic::new(Code::BadName, message, place(name)).help(help));
        }
        let first = seen.insert(name.to_lowercase(), name);
        // Duplicate names of a query are reported elsewhere.
        if let Some(first) = first.filter(|first| first != name) {
            let message = format!(
                "`{table}` publishes `{first}` and `{name}`, which most readers cannot distinguish"
            );
            let diagnostic = Diagnostic::new(Code::DuplicateName, message, place(name));
            wrong.push(
                diagnostic.help("give one of them a name that differs by more than capitals"),
            );
        }
    }
}

/// What is wrong with a name, if anything is.
fn unreadable(name: &str, is_partition: bool) -> Option<&'static str> {
    let in_path = |c: char| c.is_alphanumeric() || ['_', '-', ' '].contains(&c);
    match name {
        _ if name.trim().is_empty() => Some("has no name"),
        _ if name.trim() != name => Some("begins or ends with a blank"),
        _ if name.contains(char::is_control) => Some("has a control character in its name"),
        _ if is_partition && !name.chars().all(in_path) => {
            Some("cannot be the name of a folder that every reader understands")
        }
        _ => None,
    }
}

fn shown(name: &str) -> String {
    format!("`{}`", name.escape_debug())
}

#[cfg(test)]
mod tests {
    use super::unreadable;

    #[test]
    fn names_that_readers_reach_may_have_blanks_dots_and_any_script() {
        for name in ["total", "Total", "order id", "a.b", "Umsatz €", "销售额", "_x", "1st"] {
            assert_eq!(unreadable(name, false), None, "{name}");
        }
        for name in ["", " ", "\u{a0}", " a", "a\t", "a\nb", "a\0"] {
            assert!(unreadable(name, false).is_some(), "{name:?}");
        }
    }

    #[test]
    fn the_name_of_a_partition_column_is_a_part_of_a_path() {
        for name in ["country", "order-day", "País", "地区", "order day"] {
            assert_eq!(unreadable(name, true), None, "{name}");
        }
        for name in ["a/b", "a=b", "a%b", "a:b", ".a", "a?", "a*", "a#"] {
            assert!(unreadable(name, true).is_some(), "{name}");
        }
    }
}
