//! Queries that are too deep to be planned, detected before anything recurses into them.
//!
//! `a and b and c …` is a tree as deep as it is long, and planning, which traverses it repeatedly,
//! takes time proportional to its square and stack proportional to its length. So every token that
//! is neither a name nor a value counts: unknown forms are counted like known ones.

use datafusion::sql::sqlparser::dialect::GenericDialect;
use datafusion::sql::sqlparser::keywords::Keyword;
use datafusion::sql::sqlparser::tokenizer::{Span, Token, TokenWithSpan, Tokenizer};

use super::Origin;
use crate::diagnostic::{Code, Diagnostic};

/// How many operators may follow each other, including nested ones.
const MOST: usize = 500;
/// For how many of them a word or a comparison counts: `like` or `at time zone` are planned in more steps.
const WORD: usize = 5;
/// How deeply brackets and types may be nested, and how many words and signs may follow without a
/// value between them: the parser recurses for each.
const NESTED: usize = 64;

/// How many words, signs and values a query may have: planning takes time by them.
const LONGEST: usize = 40_000;

/// Whether a text is too deep or too long. Text that is not SQL is reported by the parser.
pub(super) fn refused(origin: &Origin, sql: &str) -> Result<(), Diagnostic> {
    let tokens = Tokenizer::new(&GenericDialect {}, sql).tokenize_with_location();
    let mut tokens = tokens.unwrap_or_default();
    tokens.retain(|it| !matches!(it.token, Token::Whitespace(_)));
    if let Some(token) = tokens.get(LONGEST) {
        let message = format!("this query has more than {LONGEST} words, signs and values");
        let place = origin.place(token.span.start, token.span.end);
        let help = "read long lists from a source and join them, or split the query into stages";
        return Err(Diagnostic::new(Code::TooLarge, message, place).help(help));
    }
    let Some((span, message)) = too_deep(&tokens) else { return Ok(()) };
    let help = "write alternatives as `in (…)`, read long lists from a source and join them, or split \
                the query into stages";
    Err(Diagnostic::new(Code::TooDeep, message, origin.place(span.start, span.end)).help(help))
}

/// Where the depth passes what is allowed, and what of it does.
fn too_deep(tokens: &[TokenWithSpan]) -> Option<(Span, String)> {
    let mut open = vec![Open::new(None)];
    let mut run = 0;
    let mut tokens = tokens.iter().filter(|it| !matches!(it.token, Token::Whitespace(_)));
    let (mut before, mut next) = (&Token::EOF, tokens.next());
    while let Some(token) = next {
        next = tokens.next();
        let follows = next.map_or(&Token::EOF, |next| &next.token);
        let is = Is::of(&token.token, before, follows, open.last().and_then(|it| it.by));
        run = match is {
            Is::Value | Is::Between(_) => 0,
            Is::End(_) => run,
            _ => run + 1,
        };
        let height = put(is, &mut open);
        if height > MOST {
            let message =
                format!("more than {MOST} operators stand in a row, each within the next");
            return Some((token.span, message));
        }
        if run > NESTED || open.len() > NESTED {
            let message =
                format!("more than {NESTED} brackets, types or words are within one another");
            return Some((token.span, message));
        }
        before = &token.token;
    }
    None
}

/// What a token is for the depth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Is {
    /// A name, a value, or a token that nests nothing.
    Value,
    /// Nests its operands this many levels deeper.
    Operator(usize),
    /// The same of everything up to the last of its kind: `and`, `join`.
    Loose,
    /// The same of the whole query so far: `union`.
    Set,
    /// Begins something of its own beside what stands before it; of a `case` only in it.
    Between(Option<Bracket>),
    Begin(Bracket),
    End(Bracket),
}

/// What holds others in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Bracket {
    /// `(`, `[` or `{`.
    Round,
    /// `case`.
    Case,
    /// `array<`, `struct<` or `map<`.
    Type,
}

impl Is {
    fn of(token: &Token, before: &Token, next: &Token, within: Option<Bracket>) -> Self {
        match token {
            Token::LParen | Token::LBracket | Token::LBrace => Self::Begin(Bracket::Round),
            Token::RParen | Token::RBracket | Token::RBrace => Self::End(Bracket::Round),
            Token::Lt if is_generic(before) => Self::Begin(Bracket::Type),
            Token::Gt | Token::ShiftRight if within == Some(Bracket::Type) => {
                Self::End(Bracket::Type)
            }
            Token::Comma | Token::SemiColon => Self::Between(None),
            Token::Word(word) => match word.keyword {
                // A name, such as `date` of `orders.date`, or a function.
                _ if word.quote_style.is_some() || [before, next].contains(&&Token::Period) => {
                    Self::Value
                }
                keyword => Self::of_word(keyword, next),
            },
            Token::EOF => Self::Value,
            token if is_value(token) => Self::Value,
            token if compares(token) => Self::Operator(WORD),
            _ => Self::Operator(1),
        }
    }

    fn of_word(word: Keyword, next: &Token) -> Self {
        use Keyword::{
            AND, BY, CASE, ELSE, END, EXCEPT, FALSE, GROUP, HAVING, INTERSECT, JOIN, MINUS, NULL,
            NoKeyword, OR, ORDER, THEN, TRUE, UNION, WHEN, WHERE, XOR,
        };
        let by = matches!(next, Token::Word(word) if word.keyword == BY);
        match word {
            NoKeyword | NULL | TRUE | FALSE => Self::Value,
            AND | OR | XOR | JOIN => Self::Loose,
            UNION | EXCEPT | INTERSECT | MINUS => Self::Set,
            WHERE | HAVING => Self::Between(None),
            GROUP | ORDER if by => Self::Between(None),
            WHEN | THEN | ELSE => Self::Between(Some(Bracket::Case)),
            CASE => Self::Begin(Bracket::Case),
            END => Self::End(Bracket::Case),
            // The bracket counts.
            _ if *next == Token::LParen => Self::Value,
            _ => Self::Operator(WORD),
        }
    }
}

/// Types that are written with others in `<` and `>`.
fn is_generic(token: &Token) -> bool {
    use Keyword::{ARRAY, MAP, STRUCT, TABLE};
    matches!(token, Token::Word(word) if matches!(word.keyword, ARRAY | MAP | STRUCT | TABLE))
}

fn compares(token: &Token) -> bool {
    use Token::{DoubleEq, Eq, Gt, GtEq, Lt, LtEq, Neq, Spaceship};
    matches!(token, Eq | DoubleEq | Neq | Lt | Gt | LtEq | GtEq | Spaceship)
}

fn is_value(token: &Token) -> bool {
    matches!(
        token,
        Token::Number(..)
            | Token::Char(_)
            | Token::Placeholder(_)
            | Token::SingleQuotedString(_)
            | Token::DoubleQuotedString(_)
            | Token::NationalStringLiteral(_)
            | Token::EscapedStringLiteral(_)
            | Token::UnicodeStringLiteral(_)
            | Token::HexStringLiteral(_)
            | Token::DollarQuotedString(_)
            | Token::SingleQuotedByteStringLiteral(_)
    )
}

/// A bracket, or the whole text, up to a token: how deep it is at most.
#[derive(Default)]
struct Open {
    by: Option<Bracket>,
    /// The deepest of what brackets and operators hold since the last loose operator.
    value: usize,
    operators: usize,
    /// The deepest of what loose operators hold since the last comma.
    part: usize,
    loose: usize,
    /// The deepest part.
    deepest: usize,
    sets: usize,
}

impl Open {
    fn new(by: Option<Bracket>) -> Self {
        Self { by, ..Self::default() }
    }

    fn end_operators(&mut self) {
        self.part = self.part.max(self.value + self.operators);
        (self.value, self.operators) = (0, 0);
    }

    fn end_part(&mut self) {
        self.end_operators();
        self.deepest = self.deepest.max(self.part + self.loose);
        (self.part, self.loose) = (0, 0);
    }

    fn height(&self) -> usize {
        let part = self.part.max(self.value + self.operators) + self.loose;
        self.deepest.max(part) + self.sets
    }
}

/// Counts a token, and returns the depth of its context with it.
fn put(is: Is, open: &mut Vec<Open>) -> usize {
    let Some(last) = open.last_mut() else { return 0 };
    match is {
        Is::Value => {}
        Is::Operator(times) => last.operators += times,
        Is::Loose => {
            last.end_operators();
            last.loose += 1;
        }
        Is::Set => {
            last.end_part();
            last.sets += 1;
        }
        Is::Between(within) if within.is_none() || within == last.by => last.end_part(),
        Is::Between(_) => last.operators += WORD,
        Is::Begin(bracket) => {
            last.operators += 1;
            open.push(Open::new(Some(bracket)));
        }
        Is::End(bracket) => end(bracket, open),
    }
    open.last().map_or(0, Open::height)
}

/// Ends the last bracket of this kind, with what was never closed in it.
fn end(bracket: Bracket, open: &mut Vec<Open>) {
    if bracket != Bracket::Round && open.last().and_then(|it| it.by) != Some(bracket) {
        return;
    }
    while open.len() > 1
        && let Some(closed) = open.pop()
    {
        if let Some(outer) = open.last_mut() {
            outer.value = outer.value.max(closed.height());
        }
        if closed.by == Some(bracket) {
            break;
        }
    }
}

#[cfg(test)]
mod tests {
    use datafusion::sql::sqlparser::dialect::GenericDialect;
    use datafusion::sql::sqlparser::tokenizer::Tokenizer;

    fn is_too_deep(sql: &str) -> bool {
        let tokens = Tokenizer::new(&GenericDialect {}, sql).tokenize_with_location().unwrap();
        super::too_deep(&tokens).is_some()
    }

    fn row(part: &str, between: &str, times: usize) -> String {
        vec![part; times].join(between)
    }

    #[test]
    fn a_row_of_operators_is_too_deep_and_many_short_rows_are_not() {
        for between in [" and ", " or ", " + ", " || ", " = ", " -> ", " union all ", "::int || "] {
            assert!(is_too_deep(&format!("select {}", row("x", between, 3_000))), "{between}");
        }
        for between in
            [" and ", " or ", " + ", " || ", " union all ", " = 1 and t.x is not null or "]
        {
            assert!(!is_too_deep(&format!("select {}", row("x", between, 240))), "{between}");
        }
        for between in [" and ", " or ", " + ", " || "] {
            assert!(!is_too_deep(&format!("select {}", row("x", between, 400))), "{between}");
        }
        assert!(is_too_deep(&format!("select {}x", "not ".repeat(600))));
        let nested = format!("{}x{}", "1 + (".repeat(600), ")".repeat(600));
        assert!(is_too_deep(&format!("select {nested}")));
        assert!(!is_too_deep(&format!("select {}", row("a + b", ", ", 3_000))));
        assert!(!is_too_deep(&format!("select x in ({})", row("1", ", ", 30_000))));
        let cases = row("when a = 1 and b = 2 then 1 - c", " ", 3_000);
        assert!(!is_too_deep(&format!("select case {cases} else 0 end")));
        let joins = row("t", " left outer join u as v on t.id = v.id and t.at = v.at ", 100);
        assert!(!is_too_deep(&format!("select x from {joins} where x > 1 group by x order by x")));
    }

    #[test]
    fn words_types_and_intervals_count_wherever_they_stand() {
        let deep = |times: usize| {
            [
                format!("cast(null as {}int{})", "array<".repeat(times), ">".repeat(times)),
                format!(
                    "cast(null as {}int{})",
                    "struct<a int, b ".repeat(times),
                    ">".repeat(times)
                ),
                format!("cast(null as int{})", "[]".repeat(times)),
                format!("{}'1 day'", "interval ".repeat(times)),
                format!("x{}", " is null".repeat(times)),
                format!("x{}", " is true".repeat(times)),
                format!("x{}", " at time zone 'UTC'".repeat(times)),
                format!("x{}", " like x".repeat(times)),
                format!("x{}", " collate de".repeat(times)),
                format!("x{}", "[1]".repeat(times)),
                format!("x{}", ".y".repeat(times * 5)),
                format!("{}x", "- ".repeat(times)),
            ]
        };
        for (deep, shallow) in deep(600).into_iter().zip(deep(20)) {
            assert!(is_too_deep(&format!("select {deep}")), "{deep}");
            assert!(!is_too_deep(&format!("select {shallow}")), "{shallow}");
        }
    }

    /// What lies before a bracket, a `case` or a clause is counted with what comes after it.
    #[test]
    fn depth_is_not_forgotten_at_the_end_of_something() {
        let mut left = "x".to_owned();
        for _ in 0..10 {
            left = format!("({left}{})", " + x".repeat(100));
        }
        assert!(is_too_deep(&format!("select {left}")));
        for part in [
            "case when x then y else z end",
            "string_agg(x) within group (order by y)",
            "sum(x) over (partition by a, b order by c, d)",
        ] {
            assert!(is_too_deep(&format!("select {}", row(part, " + ", 600))), "{part}");
        }
        let part = "select x, y from t where x and y group by x, y having z";
        assert!(is_too_deep(&row(part, " union all ", 600)));
    }
}
