//! The planner's messages in understandable words.
//!
//! Only known messages are rewritten; any other is passed on as it is.

use super::dialect;
use crate::diagnostic::{Code, nearest_or_all};
use crate::functions;
use crate::session::moments;
use crate::session::subquery::REFUSED;

/// A mistake without its place.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Wording {
    pub(super) code: Code,
    pub(super) message: String,
    pub(super) help: Option<String>,
}

fn wording(code: Code, message: String, help: impl Into<String>) -> Wording {
    Wording { code, message, help: Some(help.into()) }
}

/// A sentence of the parser.
pub(super) fn of_syntax(text: &str) -> Wording {
    if text.contains("RecursionLimitExceeded") || text.contains("recursion limit") {
        let message =
            "more than 50 queries, brackets or other expressions stand within one another";
        let help = "name the inner queries with `with`, or make stages of them";
        return wording(Code::TooDeep, message.to_owned(), help);
    }
    let Some((expected, found)) =
        text.strip_prefix("Expected: ").and_then(|rest| rest.split_once(", found: "))
    else {
        let help = "compare it with the SQL of another stage";
        return wording(Code::Syntax, quoted(text), help);
    };
    let expected = match expected {
        word if word.len() < 3 => format!("`{word}`"),
        words => words.to_owned(),
    };
    if found == "EOF" {
        let help = "finish the expression, or close what is open";
        return wording(Code::Syntax, format!("expected {expected}, but the query ends"), help);
    }
    let help = match expected.as_str() {
        "an SQL statement" => "start the query with `select` or `with`",
        _ => "look just before it for a word, comma or bracket that is missing or too many",
    };
    wording(Code::Syntax, format!("expected {expected}, found `{found}`"), help)
}

/// A message of the planner. `known` are the existing functions.
pub(super) fn of_plan(text: &str, known: &[String]) -> Wording {
    let text = &as_written(text);
    let first = text.lines().next().unwrap_or(text);
    None.or_else(|| unknown_function(first, known))
        .or_else(|| own_function(first))
        .or_else(|| own_argument(first))
        .or_else(|| engine_function(text))
        .or_else(|| substring(first))
        .or_else(|| operator(first))
        .or_else(|| value(first))
        .or_else(|| text_as(first))
        .or_else(|| day_as(first))
        .or_else(|| moment(first))
        .or_else(|| interval(first))
        .or_else(|| grouping(first))
        .or_else(|| subquery(first))
        .or_else(|| series(first))
        .unwrap_or_else(|| Wording {
            code: Code::Sql,
            message: types(&quoted(without_syntax_tree(first))),
            help: None,
        })
}

fn unknown_function(text: &str, known: &[String]) -> Option<Wording> {
    let name = between(text, "Invalid function '", "'")?;
    let near = || crate::diagnostic::nearest(name, known.iter().map(String::as_str));
    let help = match dialect::instead(name) {
        Some(said) => said.to_owned(),
        None => near().map_or_else(
            || "`patronage functions WORD` lists those that have to do with a word".to_owned(),
            |near| format!("did you mean `{near}`?"),
        ),
    };
    Some(wording(Code::UnknownFunction, format!("there is no function `{name}`"), help))
}

/// An argument that a function of this program refuses: ``name: `argument` must be …``.
fn own_argument(text: &str) -> Option<Wording> {
    let (name, _) = text.split_once(": `")?;
    let known = name.strip_prefix("try_").unwrap_or(name);
    let signature = functions::all().iter().find(|function| function.name == known)?.signature();
    Some(wording(Code::WrongArgument, types(&quoted(text)), format!("it takes `{signature}`")))
}

/// A function of this program has its own message.
fn own_function(text: &str) -> Option<Wording> {
    let name = between(text, "Function '", "' user-defined coercion failed with: ")?;
    let said = text.split_once(". No function matches").map_or(text, |(said, _)| said);
    let reason = reason(said);
    let signature = functions::all().iter().find(|function| function.name == name)?.signature();
    Some(wording(Code::WrongArgument, types(&quoted(reason)), format!("it takes `{signature}`")))
}

/// A function of the engine lists what it would have taken.
fn engine_function(text: &str) -> Option<Wording> {
    let name = between(text, "Function '", "'")
        .or_else(|| between(text, "for function '", "'"))
        .or_else(|| between(text, "types '", "("))?;
    let count = between(text, "expects ", " argument").zip(between(text, "but received ", ","));
    let message = match (between(text, "but received ", " (DataType"), count) {
        (Some(got), _) => format!("`{name}` cannot take {}", types(got)),
        (None, Some((wanted, got))) => {
            let noun = if wanted == "1" { "argument" } else { "arguments" };
            format!("`{name}` takes {wanted} {noun}, got {}", got.trim_end_matches('.'))
        }
        (None, None) => {
            let first = text.lines().next().unwrap_or(text);
            let said = first.split_once(". No function").map_or(first, |(said, _)| said);
            types(&quoted(reason(said)))
        }
    };
    let forms = text.split_once("Candidate functions:").map(|(_, forms)| {
        let forms: Vec<&str> = forms.lines().map(str::trim).filter(|it| !it.is_empty()).collect();
        format!("it takes {}", types(&forms.join(" or ")))
    });
    // Functions of this program have their own messages.
    let forms = forms.filter(|forms| !forms.contains("UserDefined"));
    Some(Wording { code: Code::WrongArgument, message, help: forms })
}

/// A function's message about its arguments, without the engine's prefix.
fn reason(text: &str) -> &str {
    let said =
        text.split_once("' user-defined coercion failed with: ").map_or(text, |(_, said)| said);
    said.trim_start_matches("Error during planning: ").trim_start_matches("Execution error: ")
}

/// The parser reads `substr` as a form of its own.
fn substring(text: &str) -> Option<Wording> {
    let help = "it takes `substr(text, start)` or `substr(text, start, length)`";
    text.starts_with("Substring without")
        .then(|| wording(Code::WrongArgument, "`substr` does not say where to start".into(), help))
}

/// An operator between incompatible types.
fn operator(text: &str) -> Option<Wording> {
    let help = "cast one side to the type of the other";
    if let Some(rest) = text.strip_prefix("Cannot infer common argument type for comparison ") {
        let [left, operator, right] = sides(rest.trim_start_matches("operation "))?;
        let message = format!("`{operator}` cannot compare {left} with {right}");
        let is_length = |side: &String| side == "interval" || side == "duration";
        let help = match [&left, &right].into_iter().any(is_length) {
            true => {
                "a difference of dates is a number of days, one of moments is compared with an \
                 interval such as `interval '7 days'`"
            }
            false => help,
        };
        return Some(wording(Code::WrongType, message, help));
    }
    if let Some(rest) = text.strip_prefix("Cannot coerce arithmetic expression ") {
        let [left, operator, right] = sides(rest.trim_end_matches(" to valid types"))?;
        let message = format!("`{operator}` cannot be used with {left} and {right}");
        return Some(wording(Code::WrongType, message, help));
    }
    let rest = text.strip_prefix("Cannot create filter with non-boolean predicate '")?;
    let (condition, found) = rest.split_once("' returning ")?;
    let message = format!("`{condition}` is {}, not a condition", types(found));
    Some(wording(Code::WrongType, message, "compare it with something"))
}

/// `Int64 = Utf8` as its three parts.
fn sides(text: &str) -> Option<[String; 3]> {
    let text = types(text);
    let mut words = text.splitn(3, ' ').map(str::to_owned);
    Some([words.next()?, words.next()?, words.next()?])
}

/// A column of the query around a subquery has no other name there.
fn as_written(text: &str) -> String {
    let mut parts = text.split("outer_ref(");
    let mut shown = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (column, rest) = part.split_once(')').unwrap_or((part, ""));
        shown.extend([column, rest]);
    }
    shown
}

/// A literal that cannot become the type of what it is compared with.
fn value(text: &str) -> Option<Wording> {
    let value = between(text, "Cannot cast string '", "'")?;
    let (_, wanted) = text.split_once("' to value of ")?;
    let wanted = types(wanted.trim_end_matches(" type"));
    let help = format!("write a value of type {wanted}, or cast the other side");
    Some(wording(Code::WrongType, format!("`{value}` cannot be read as {wanted}"), help))
}

/// Text that is combined with another type, and is not a constant.
fn text_as(text: &str) -> Option<Wording> {
    let (column, wanted) = text.strip_prefix("Text '")?.rsplit_once("' would be read as ")?;
    let wanted = types(wanted);
    let help = format!(
        "cast the other side to text with `cast(… as string)`; where the text always is a value of \
         type {wanted}, cast it: `cast({column} as …)`"
    );
    Some(wording(Code::WrongType, format!("`{column}` is text, but used as {wanted}"), help))
}

/// A number combined with a date, a date with a number, a time of day with a date.
fn day_as(text: &str) -> Option<Wording> {
    let (kind, rest) = text.split_once(" '")?;
    let (value, wanted) = rest.rsplit_once("' would be read as ")?;
    let (noun, help) = match kind {
        "Number" if wanted.starts_with("Timestamp") => (
            "a number",
            "write `timestamp '2024-01-01 00:00:00'`, or `to_timestamp(…)` of seconds since 1970",
        ),
        "Number" => (
            "a number",
            "a date and a number meet only in `+` and `-`: write a date, such as \
             `date '2024-01-01'` or `make_date(2024, 1, 1)`; a key such as 20240131 is read with \
             `to_date(cast(… as string), '%Y%m%d')`",
        ),
        "Date" => (
            "a date",
            "a date and a number meet only in `+` and `-`: compare dates, such as \
             `date '2024-01-01'`, or numbers of days, such as `… - date '2024-01-01'`",
        ),
        "Time" => (
            "a day and a time",
            "write a date alone, or `timestamp '…'`, with which the first moment of the date is \
             compared",
        ),
        _ => return None,
    };
    Some(wording(
        Code::WrongType,
        format!("`{value}` is {noun}, but used as {}", types(wanted)),
        help,
    ))
}

/// A timestamp that would lose its instant.
fn moment(text: &str) -> Option<Wording> {
    let said = text.strip_prefix(moments::REFUSED)?.strip_prefix(": ")?;
    let help = if said.ends_with("a number") {
        "seconds since 1970 are `to_unixtime(…)`, with a fraction `extract(epoch from …)`"
    } else {
        "cast what it meets to a moment, with `cast(… as timestamp)`; wall time is \
         `to_local_time(…)`"
    };
    Some(wording(Code::WrongType, quoted(said), help))
}

/// An invalid interval.
fn interval(text: &str) -> Option<Wording> {
    let written = between(text, "Invalid input syntax for type interval: \"", "\"")?;
    let help = "write a number and `year`, `month`, `week`, `day`, `hour`, `minute`, `second` or a part \
                of it; a quarter is `3 months`";
    Some(wording(Code::WrongArgument, format!("`{written}` is no interval"), help))
}

fn grouping(text: &str) -> Option<Wording> {
    let name = between(text, "'", "' must appear in GROUP BY")
        .or_else(|| between(text, "Column in SELECT must be in GROUP BY or an aggregate function: While expanding wildcard, column \"", "\""))?;
    let help = format!("add `{name}` to `group by`, or use an aggregate such as `max({name})`");
    Some(wording(Code::NotGrouped, format!("`{name}` is neither grouped by nor aggregated"), help))
}

/// A correlated subquery that cannot be executed.
fn subquery(text: &str) -> Option<Wording> {
    let help =
        "join with a query that yields what is asked for, grouped by what both have in common";
    text.starts_with(REFUSED).then(|| wording(Code::Subquery, text.to_owned(), help))
}

/// A table of numbers or days that has other ends.
fn series(text: &str) -> Option<Wording> {
    if text == "Arguments must be literals" {
        let help = "write numbers or days, wide enough for every row, and keep those up to yours by a condition";
        let message = "a series of rows begins and ends at constants".to_owned();
        return Some(wording(Code::WrongArgument, message, help));
    }
    let (_, wanted) = text.split_once(" argument must be a timestamp or NULL, got ")?;
    wanted.contains("Timestamp").then(|| {
        let help = "count days, `generate_series(date '…', date '…', interval '1 day')`, or numbers and add \
                    `n * interval '1 hour'` to the first moment";
        wording(Code::WrongArgument, "there is no series of moments".to_owned(), help)
    })
}

/// The text between the first `opening` and the next `closing`.
fn between<'a>(text: &'a str, opening: &str, closing: &str) -> Option<&'a str> {
    let (_, rest) = text.split_once(opening)?;
    rest.split_once(closing).map(|(inside, _)| inside)
}

/// Some messages end with the debug output of the syntax tree.
fn without_syntax_tree(text: &str) -> &str {
    match text.split_once(" { ") {
        Some((said, _)) => said.rsplit_once(' ').map_or(said, |(said, _)| said),
        None => text,
    }
}

/// Names in backticks, as everywhere else.
pub(super) fn quoted(message: &str) -> String {
    let mut open = false;
    let mut text = String::with_capacity(message.len());
    let mut before = ' ';
    let mut rest = message.chars().peekable();
    while let Some(character) = rest.next() {
        let inside_a_word = before.is_alphanumeric()
            && rest.peek().is_some_and(|next| next.is_alphanumeric())
            && !open;
        if character == '\'' && !inside_a_word {
            open = !open;
            text.push('`');
        } else {
            text.push(character);
        }
        before = character;
    }
    text
}

/// Timestamps without their unit and zone.
fn timestamps(text: &str) -> String {
    let mut parts = text.split("Timestamp");
    let mut plain = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let detail = part.strip_prefix('(').and_then(|inside| inside.split_once(')'));
        plain.extend(["timestamp", detail.map_or(part, |(_, after)| after)]);
    }
    plain
}

/// Types as a table file writes them.
fn types(text: &str) -> String {
    let words = [
        ("Utf8View", "string"),
        ("LargeUtf8", "string"),
        ("Utf8", "string"),
        ("String", "string"),
        ("Date32", "date"),
        ("Boolean", "boolean"),
        ("UInt64", "uint64"),
        ("Int64", "int64"),
        ("Int32", "int32"),
        ("Float64", "float64"),
        ("Interval(MonthDayNano)", "interval"),
        ("Duration(µs)", "duration"),
        ("Decimal128(", "decimal("),
        ("Decimal(", "decimal("),
        ("Decimal", "decimal"),
    ];
    let text = timestamps(text);
    let text = words.iter().fold(text, |text, (from, to)| text.replace(from, to));
    let mut parts = text.split("decimal(");
    let mut plain = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (inside, after) = part.split_at(part.find(')').unwrap_or(0));
        plain.extend(["decimal(", &inside.replace(", ", ","), after]);
    }
    plain
}

/// The nearest table, or the existing tables.
pub(in crate::plan) fn table_help<'a>(
    name: &str,
    known: impl Iterator<Item = &'a str>,
) -> Option<String> {
    let known: Vec<&str> = known.collect();
    match name.rsplit_once('.') {
        Some((_, table)) if known.contains(&table) => {
            Some(format!("tables have no schema: write `{table}`"))
        }
        _ if known.is_empty() => Some("add the stages that make it to `stages`".to_owned()),
        _ => nearest_or_all(name, known, "tables"),
    }
}

#[cfg(test)]
mod tests {
    use super::{of_plan, quoted, types};

    #[test]
    fn quotes_become_backticks_and_apostrophes_stay() {
        assert_eq!(quoted("'a' isn't 'b'"), "`a` isn't `b`");
    }

    #[test]
    fn types_are_those_of_a_table_file() {
        assert_eq!(types("Decimal128(18, 2) and Utf8View"), "decimal(18,2) and string");
    }

    #[test]
    fn a_sentence_that_is_not_known_is_passed_on() {
        assert_eq!(of_plan("the moon is 'full'", &[]).message, "the moon is `full`");
    }
}
