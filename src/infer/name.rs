//! Names that SQL takes without quotes, and what to call a source.

use std::collections::BTreeSet;

/// Words that mean something in SQL where a column's name could stand.
const RESERVED: [&str; 84] = [
    "all",
    "alter",
    "and",
    "any",
    "array",
    "as",
    "asc",
    "between",
    "both",
    "by",
    "case",
    "cast",
    "check",
    "collate",
    "column",
    "constraint",
    "create",
    "cross",
    "current",
    "current_date",
    "current_time",
    "current_timestamp",
    "default",
    "delete",
    "desc",
    "distinct",
    "drop",
    "else",
    "end",
    "except",
    "exists",
    "extract",
    "false",
    "fetch",
    "filter",
    "for",
    "from",
    "full",
    "group",
    "having",
    "in",
    "inner",
    "insert",
    "intersect",
    "interval",
    "into",
    "is",
    "join",
    "lateral",
    "leading",
    "left",
    "like",
    "limit",
    "natural",
    "not",
    "null",
    "offset",
    "on",
    "or",
    "order",
    "outer",
    "over",
    "partition",
    "position",
    "primary",
    "references",
    "right",
    "row",
    "select",
    "set",
    "some",
    "substring",
    "table",
    "then",
    "to",
    "trailing",
    "true",
    "trim",
    "union",
    "unique",
    "update",
    "using",
    "values",
    "where",
];
/// More words of the kind.
const ALSO_RESERVED: [&str; 12] = [
    "when",
    "window",
    "with",
    "within",
    "sort",
    "cluster",
    "distribute",
    "qualify",
    "top",
    "start",
    "connect",
    "sample",
];
/// The columns that every source has.
const HIDDEN: [&str; 2] = ["_file", "_line"];

/// A name for what files call `written`, other than those `taken`: lower case, words joined by `_`.
pub(super) fn column(written: &str, taken: &mut BTreeSet<String>) -> String {
    let mut name = words(written);
    if name.is_empty() {
        name.push_str("unnamed");
    }
    if name.starts_with(|first: char| first.is_numeric()) {
        name.insert(0, '_');
    }
    if reserved(&name) {
        name.push('_');
    }
    let mut free = name.clone();
    let mut count = 2;
    while taken.contains(&free) {
        free = format!("{name}_{count}");
        count += 1;
    }
    taken.insert(free.clone());
    free
}

fn reserved(name: &str) -> bool {
    RESERVED.contains(&name) || ALSO_RESERVED.contains(&name) || HIDDEN.contains(&name)
}

/// `CustomerID` and `Customer ID` are `customer_id`.
pub(crate) fn words(written: &str) -> String {
    let characters: Vec<char> = written.trim().chars().collect();
    let mut name = String::new();
    for (at, character) in characters.iter().enumerate() {
        let before = at.checked_sub(1).map(|at| characters[at]);
        let after = characters.get(at + 1);
        let starts = character.is_uppercase()
            && (before.is_some_and(|it| it.is_lowercase() || it.is_ascii_digit())
                || (before.is_some_and(char::is_uppercase)
                    && after.is_some_and(|it| it.is_lowercase())));
        if character.is_alphanumeric() {
            if starts && !name.ends_with('_') {
                name.push('_');
            }
            name.extend(character.to_lowercase().filter(|it| it.is_alphanumeric()));
        } else if !name.ends_with('_') && (*character == '_' || !name.is_empty()) {
            name.push('_');
        }
    }
    let kept = name.trim_end_matches('_').len();
    name.truncate(kept);
    name
}

/// A name for the source at a location: `raw_orders` for `data/orders/*.csv`.
pub(super) fn source(location: &str) -> String {
    let path = location.split_once("://").map_or(location, |(_, path)| path);
    let wild = |part: &&str| part.contains(['*', '?', '[', '{', '=']);
    let mut fixed = path.split('/').filter(|part| !part.is_empty() && *part != "." && !wild(part));
    let last = fixed.next_back().unwrap_or_default();
    let stem = last.trim_start_matches('.').split('.').next().unwrap_or_default();
    let name = words(stem);
    if name.is_empty() { "raw".to_owned() } else { format!("raw_{name}") }
}

#[cfg(test)]
mod tests {
    use super::{column, source};
    use std::collections::BTreeSet;

    #[test]
    fn a_name_is_what_sql_takes_without_quotes() {
        for (written, expected) in [
            ("CustomerID", "customer_id"),
            ("Customer ID", "customer_id"),
            ("HTTPStatus", "http_status"),
            ("order", "order_"),
            ("2nd choice", "_2nd_choice"),
            ("Größe (cm)", "größe_cm"),
            ("%", "unnamed"),
            ("_file", "_file_"),
            ("unit-price", "unit_price"),
        ] {
            assert_eq!(column(written, &mut BTreeSet::new()), expected, "{written}");
        }
    }

    #[test]
    fn no_two_columns_have_the_same_name() {
        let mut taken = BTreeSet::new();
        let names = ["a b", "a_b", "A B"].map(|name| column(name, &mut taken));
        assert_eq!(names, ["a_b", "a_b_2", "a_b_3"]);
    }

    #[test]
    fn a_source_is_called_after_its_last_folder_or_file() {
        assert_eq!(source("data/raw/orders/*.csv"), "raw_orders");
        assert_eq!(source("s3://bucket/Order Lines/year=*/*.parquet"), "raw_order_lines");
        assert_eq!(source("online_retail.csv.gz"), "raw_online_retail");
        assert_eq!(source("*.csv"), "raw");
    }
}
