//! What an engine may refuse: each with a reason that was looked at. Everything else is a failure.

/// A part of what this program says, and why it may.
const OURS: [(&str, &str); 9] = [
    ("the subquery reads", "patronage: a subquery that no join can stand for, as `check` says"),
    ("of the left side alone would be read", "patronage: `using` after a right or full join"),
    ("Correlated scalar subquery", "patronage: a correlated value that is no aggregate"),
    ("is ordered by a constant", "patronage: a window by `range` over a constant, as `check` says"),
    ("Too many columns! The subquery should", "patronage: rows of several columns after `in`"),
    ("Physical plan does not support logical expression", AMONG_OTHERS),
    ("Physical plan does not support undecorrelated Subquery", LATERAL),
    ("Optimizer rule 'decorrelate_predicate_subquery' failed", AMONG_OTHERS),
    ("Optimizer rule 'scalar_subquery_to_join' failed", AMONG_OTHERS),
];

const AMONG_OTHERS: &str = "patronage: a subquery among others that the engine cannot plan";

const LATERAL: &str = "patronage: a lateral query whose condition is known beforehand";

/// A part of what DuckDB says, and why it may.
const DUCKDB: [(&str, &str); 0] = [];

/// The reason why this program may refuse a query so.
pub(super) fn of_ours(error: &str) -> Option<&'static str> {
    OURS.iter().find(|(part, _)| error.contains(part)).map(|(_, reason)| *reason)
}

/// The reason why DuckDB may refuse a query so.
pub(super) fn of_duckdb(error: &str) -> Option<&'static str> {
    DUCKDB.iter().find(|(part, _)| error.contains(part)).map(|(_, reason)| *reason)
}

/// The beginning of an error, which identifies it while a case is shrunk.
pub(super) fn kind(error: &str) -> String {
    error.chars().take_while(|character| !character.is_ascii_digit()).take(40).collect()
}
