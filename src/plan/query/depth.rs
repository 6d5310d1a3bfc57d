//! Queries that are too deep to be planned, told before anything walks down into them.
//!
//! `a and b and c …` is a tree as deep as it is long, and planning, which walks it again and again, takes
//! time by its square and stack by its length. Brackets the parser counts by itself.

use datafusion::sql::sqlparser::dialect::GenericDialect;
use datafusion::sql::sqlparser::keywords::Keyword;
use datafusion::sql::sqlparser::tokenizer::{Span, Token, TokenWithSpan, Tokenizer};

use super::Origin;
use crate::diagnostic::{Code, Diagnostic};

/// How many operators may stand in a row, those around them counted.
const MOST: usize = 500;

/// Whether a text is too deep. One that is no SQL is for the parser to tell.
pub(super) fn refused(origin: &Origin, sql: &str) -> Result<(), Diagnostic> {
    let tokens = Tokenizer::new(&GenericDialect {}, sql).tokenize_with_location();
    let Some(span) = too_deep(&tokens.unwrap_or_default()) else { return Ok(()) };
    let message = format!("more than {MOST} operators stand in a row, each within the next");
    let help = "write alternatives as `in (…)`, read long lists from a source and join them, or split \
                the query into stages";
    Err(Diagnostic::new(Code::TooDeep, message, origin.place(span.start, span.end)).help(help))
}

/// Where the depth passes what is allowed.
fn too_deep(tokens: &[TokenWithSpan]) -> Option<Span> {
    let mut open = vec![0_usize];
    let mut depth = 0;
    for token in tokens {
        match &token.token {
            Token::LParen | Token::LBracket => open.push(0),
            Token::RParen | Token::RBracket if open.len() > 1 => depth -= open.pop().unwrap_or(0),
            other if ends(other) => depth -= open.last_mut().map_or(0, std::mem::take),
            other if nests(other) => {
                open.last_mut().into_iter().for_each(|row| *row += 1);
                depth += 1;
            }
            _ => {}
        }
        if depth > MOST {
            return Some(token.span);
        }
    }
    None
}

/// What puts what stands before it into something larger.
fn nests(token: &Token) -> bool {
    let by_sign = matches!(
        token,
        Token::Plus
            | Token::Minus
            | Token::Mul
            | Token::Div
            | Token::Mod
            | Token::StringConcat
            | Token::Ampersand
            | Token::Pipe
            | Token::Caret
            | Token::DoubleColon
    );
    by_sign
        || keyword(token).is_some_and(|word| {
            use Keyword::{AND, EXCEPT, INTERSECT, JOIN, NOT, OR, UNION, XOR};
            matches!(word, AND | EXCEPT | INTERSECT | JOIN | NOT | OR | UNION | XOR)
        })
}

/// What begins something of its own beside what stands before it.
fn ends(token: &Token) -> bool {
    matches!(token, Token::Comma | Token::SemiColon)
        || keyword(token).is_some_and(|word| {
            use Keyword::{ELSE, GROUP, HAVING, ORDER, THEN, WHEN, WHERE};
            matches!(word, ELSE | GROUP | HAVING | ORDER | THEN | WHEN | WHERE)
        })
}

fn keyword(token: &Token) -> Option<Keyword> {
    match token {
        Token::Word(word) if word.quote_style.is_none() => Some(word.keyword),
        _ => None,
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

    #[test]
    fn a_row_of_operators_is_too_deep_and_many_short_rows_are_not() {
        let row = |part: &str, between: &str, times: usize| vec![part; times].join(between);
        for between in [" and ", " or ", " + ", " || ", " union all "] {
            assert!(is_too_deep(&format!("select {}", row("x", between, 3_000))), "{between}");
            assert!(!is_too_deep(&format!("select {}", row("x", between, 400))), "{between}");
        }
        assert!(is_too_deep(&format!("select {}x", "not ".repeat(600))));
        let nested = format!("{}x{}", "1 + (".repeat(600), ")".repeat(600));
        assert!(is_too_deep(&format!("select {nested}")));
        assert!(!is_too_deep(&format!("select {}", row("a + b", ", ", 3_000))));
        assert!(!is_too_deep(&format!("select x in ({})", row("1", ", ", 30_000))));
        let cases = row("when a = 1 and b = 2 then 1 - c", " ", 3_000);
        assert!(!is_too_deep(&format!("select case {cases} else 0 end")));
    }
}
