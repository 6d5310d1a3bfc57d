//! The notation of a path model, and its errors.
//!
//! ```text
//! Image        =~ IMAG1 + IMAG2 + IMAG3      # the construct shows in its items: mode A
//! Value        <~ PERV1 + PERV2              # its items make it: mode B
//! Satisfaction =~ CUSA1; Loyalty =~ CUSL1    # a semicolon ends a line, too
//! Satisfaction ~ Image + Value               # what moves satisfaction
//! Loyalty ~ Satisfaction
//! ```
//!
//! A line that ends in an operator or begins with `+` goes on. The notation is
//! that of Rosseel (2012), "lavaan: An R Package for Structural Equation
//! Modeling", Journal of Statistical Software 48(2), 1–36, as far as PLS goes.

use std::fmt;

use super::model::{Construct, Mode, Path, PathModel};

/// A model that cannot be used, and the line that says why.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {fault}")]
pub struct Malformed {
    line: usize,
    fault: Fault,
}

/// What is wrong with a line.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// There is no line.
    #[error("the model is empty; write `Construct =~ item + item` and `Construct ~ Construct`")]
    Empty,
    /// A character that no name or operator has.
    #[error("`{0}` belongs to no name and no operator (`=~`, `<~`, `~`, `+`)")]
    Character(char),
    /// Something else was due.
    #[error("expected {expected}, found {found}")]
    Unexpected {
        /// What was due.
        expected: &'static str,
        /// What stands there.
        found: String,
    },
    /// An item that is no column.
    #[error("there is no item `{name}`")]
    NoItem {
        /// As written.
        name: String,
        /// The columns that there are.
        known: Vec<String>,
    },
    /// A construct without items.
    #[error("no line `{name} =~ ...` says which items construct `{name}` has")]
    NoConstruct {
        /// As written.
        name: String,
        /// The constructs that there are.
        known: Vec<String>,
    },
    /// An item named twice.
    #[error("item `{item}` already belongs to construct `{construct}`")]
    ItemTwice {
        /// The item.
        item: String,
        /// Where it was first.
        construct: String,
    },
    /// A construct measured in both ways.
    #[error("construct `{0}` is measured by `=~` and by `<~`; it can only be one of them")]
    BothModes(String),
    /// A path named twice.
    #[error("the path from `{from}` to `{to}` is there already")]
    PathTwice {
        /// What moves.
        from: String,
        /// What is moved.
        to: String,
    },
    /// A construct that nothing leads to or from.
    #[error("construct `{0}` has no path; name it in a line with `~`")]
    NoPath(String),
    /// Constructs that move themselves.
    #[error("the paths to construct `{0}` go round in a circle")]
    Circle(String),
}

impl Malformed {
    /// A name that is not known, and those that are.
    #[must_use]
    pub fn unknown(&self) -> Option<(&str, &[String])> {
        match &self.fault {
            Fault::NoItem { name, known } | Fault::NoConstruct { name, known } => {
                Some((name, known))
            }
            _ => None,
        }
    }
}

/// A word or a sign.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Token<'a> {
    Name(&'a str),
    /// `=~`
    ShowsIn,
    /// `<~`
    IsMadeOf,
    /// `~`
    IsMovedBy,
    Plus,
}

impl fmt::Display for Token<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = match self {
            Self::Name(name) => name,
            Self::ShowsIn => "=~",
            Self::IsMadeOf => "<~",
            Self::IsMovedBy => "~",
            Self::Plus => "+",
        };
        write!(formatter, "`{text}`")
    }
}

/// A construct, what the line says of it, and the names on its right.
struct Statement<'a> {
    line: usize,
    left: &'a str,
    operator: Token<'a>,
    right: Vec<(usize, &'a str)>,
}

impl PathModel {
    /// Reads a model of columns with these names.
    ///
    /// # Errors
    /// The text is not a model, or one that cannot be estimated; the message
    /// names the line.
    pub fn parse(text: &str, items: &[String]) -> Result<Self, Malformed> {
        let statements = statements(text)?;
        let mut model = Self { items: items.to_vec(), constructs: Vec::new(), paths: Vec::new() };
        for statement in &statements {
            match statement.operator {
                Token::IsMadeOf => model.measure(statement, Mode::Formative)?,
                Token::ShowsIn => model.measure(statement, Mode::Reflective)?,
                _ => {}
            }
        }
        for statement in statements.iter().filter(|each| each.operator == Token::IsMovedBy) {
            model.connect(statement)?;
        }
        model.check(&statements)?;
        Ok(model)
    }

    /// A line with `=~` or `<~`.
    fn measure(&mut self, statement: &Statement, mode: Mode) -> Result<(), Malformed> {
        let place = self.find(statement.left).unwrap_or(self.constructs.len());
        if place == self.constructs.len() {
            let name = statement.left.to_owned();
            self.constructs.push(Construct { name, items: Vec::new(), mode });
        }
        if self.constructs[place].mode != mode {
            return Err(at(statement.line, Fault::BothModes(statement.left.to_owned())));
        }
        for (line, name) in &statement.right {
            let item = self.item(name).map_err(|fault| at(*line, fault))?;
            self.constructs[place].items.push(item);
        }
        Ok(())
    }

    /// The place of an item that no construct has yet.
    fn item(&self, name: &str) -> Result<usize, Fault> {
        let Some(item) = self.items.iter().position(|item| item == name) else {
            return Err(Fault::NoItem { name: name.to_owned(), known: self.items.clone() });
        };
        match self.owner(item) {
            Some(owner) => Err(Fault::ItemTwice {
                item: name.to_owned(),
                construct: self.constructs[owner].name.clone(),
            }),
            None => Ok(item),
        }
    }

    /// A line with `~`.
    fn connect(&mut self, statement: &Statement) -> Result<(), Malformed> {
        let to = self.construct(statement.left).map_err(|fault| at(statement.line, fault))?;
        for (line, name) in &statement.right {
            let path = Path { from: self.construct(name).map_err(|fault| at(*line, fault))?, to };
            if self.paths.contains(&path) {
                let (from, to) = ((*name).to_owned(), statement.left.to_owned());
                return Err(at(*line, Fault::PathTwice { from, to }));
            }
            self.paths.push(path);
        }
        Ok(())
    }

    fn construct(&self, name: &str) -> Result<usize, Fault> {
        self.find(name).ok_or_else(|| {
            let known = self.constructs.iter().map(|construct| construct.name.clone()).collect();
            Fault::NoConstruct { name: name.to_owned(), known }
        })
    }

    fn find(&self, name: &str) -> Option<usize> {
        self.constructs.iter().position(|construct| construct.name == name)
    }

    /// What only the whole model shows.
    fn check(&self, statements: &[Statement]) -> Result<(), Malformed> {
        let line = |name: &str, operator: fn(Token) -> bool| {
            let named = |each: &&Statement| each.left == name && operator(each.operator);
            statements.iter().find(named).map_or(1, |statement| statement.line)
        };
        for (place, Construct { name, .. }) in self.constructs.iter().enumerate() {
            if !self.paths.iter().any(|path| path.from == place || path.to == place) {
                let line = line(name, |operator| operator != Token::IsMovedBy);
                return Err(at(line, Fault::NoPath(name.clone())));
            }
        }
        let circle = (0..self.constructs.len()).find(|place| self.reaches(*place, *place));
        circle.map_or(Ok(()), |place| {
            let name = &self.constructs[place].name;
            let line = line(name, |operator| operator == Token::IsMovedBy);
            Err(at(line, Fault::Circle(name.clone())))
        })
    }

    /// Whether paths lead from one construct to another.
    pub(super) fn reaches(&self, from: usize, to: usize) -> bool {
        let (mut seen, mut ahead) = (vec![false; self.constructs.len()], self.successors(from));
        while let Some(next) = ahead.pop() {
            if !std::mem::replace(&mut seen[next], true) {
                ahead.extend(self.successors(next));
            }
        }
        seen[to]
    }
}

fn at(line: usize, fault: Fault) -> Malformed {
    Malformed { line, fault }
}

fn statements(text: &str) -> Result<Vec<Statement<'_>>, Malformed> {
    let lines = lines(text)?;
    if lines.is_empty() {
        return Err(at(1, Fault::Empty));
    }
    lines.iter().map(|tokens| statement(tokens)).collect()
}

/// Tokens with the line of the text of each.
type Line<'a> = Vec<(usize, Token<'a>)>;

/// The lines that are not empty; those that go on in one.
fn lines(text: &str) -> Result<Vec<Line<'_>>, Malformed> {
    let mut lines: Vec<Line> = Vec::new();
    let mut ended = true;
    for (number, line) in text.lines().enumerate() {
        let written = line.split_once('#').map_or(line, |(before, _)| before);
        for (place, part) in written.split(';').enumerate() {
            let tokens = tokens(part).map_err(|fault| at(number + 1, fault))?;
            let goes_on = tokens.first() == Some(&Token::Plus);
            let tokens = tokens.into_iter().map(|token| (number + 1, token));
            match lines.last_mut().filter(|_| place == 0 && (!ended || goes_on)) {
                Some(line) => line.extend(tokens),
                None => lines.push(tokens.collect()),
            }
            lines.retain(|line| !line.is_empty());
            let last = lines.last().and_then(|line| line.last());
            ended = last.is_none_or(|(_, token)| matches!(token, Token::Name(_)));
        }
    }
    Ok(lines)
}

fn tokens(mut text: &str) -> Result<Vec<Token<'_>>, Fault> {
    let signs = [
        ("=~", Token::ShowsIn),
        ("<~", Token::IsMadeOf),
        ("~", Token::IsMovedBy),
        ("+", Token::Plus),
    ];
    let mut tokens = Vec::new();
    loop {
        text = text.trim_start();
        let Some(first) = text.chars().next() else { return Ok(tokens) };
        let sign = signs.iter().find(|(sign, _)| text.starts_with(sign));
        let end = text.find(|letter| !is_of_name(letter)).unwrap_or(text.len());
        let (token, length) = match sign {
            Some((sign, token)) => (*token, sign.len()),
            None if end > 0 => (Token::Name(&text[..end]), end),
            None => return Err(Fault::Character(first)),
        };
        tokens.push(token);
        text = &text[length..];
    }
}

fn is_of_name(letter: char) -> bool {
    letter.is_alphanumeric() || letter == '_' || letter == '.'
}

fn statement<'a>(tokens: &[(usize, Token<'a>)]) -> Result<Statement<'a>, Malformed> {
    let line = tokens.first().map_or(1, |(line, _)| *line);
    let mut tokens = tokens.iter().copied();
    let left = name(tokens.next(), line, "a construct")?;
    let operator = match tokens.next() {
        Some((_, token @ (Token::ShowsIn | Token::IsMadeOf | Token::IsMovedBy))) => token,
        other => return Err(unexpected(other, line, "`=~`, `<~` or `~`")),
    };
    let mut right = Vec::new();
    loop {
        let next = tokens.next();
        let here = next.map_or(line, |(line, _)| line);
        right.push((here, name(next, line, "a name")?));
        match tokens.next() {
            None => return Ok(Statement { line, left, operator, right }),
            Some((_, Token::Plus)) => {}
            other => return Err(unexpected(other, line, "`+` or the end of the line")),
        }
    }
}

fn name<'a>(
    token: Option<(usize, Token<'a>)>,
    line: usize,
    expected: &'static str,
) -> Result<&'a str, Malformed> {
    match token {
        Some((_, Token::Name(name))) => Ok(name),
        other => Err(unexpected(other, line, expected)),
    }
}

fn unexpected(token: Option<(usize, Token)>, line: usize, expected: &'static str) -> Malformed {
    let (line, found) = match token {
        Some((line, token)) => (line, token.to_string()),
        None => (line, String::from("nothing more")),
    };
    at(line, Fault::Unexpected { expected, found })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<PathModel, String> {
        let items = ["IMAG1", "IMAG2", "CUSA1", "CUSL1"].map(String::from);
        PathModel::parse(text, &items).map_err(|error| error.to_string())
    }

    #[test]
    fn a_model_is_read_as_it_is_written() {
        let model = parse(
            "# the outer model\nImage =~ IMAG1 +\n  IMAG2\nSat <~ CUSA1; Loyal =~ CUSL1\n\
             Loyal ~ Sat\n  + Image\nSat ~ Image",
        )
        .expect("a model");
        let names: Vec<_> = model.constructs().iter().map(|each| each.name.as_str()).collect();
        assert_eq!(names, ["Image", "Sat", "Loyal"]);
        assert_eq!(model.constructs()[0].items, [0, 1]);
        assert_eq!(model.constructs()[1].mode, Mode::Formative);
        let paths: Vec<_> = model.paths().iter().map(|path| (path.from, path.to)).collect();
        assert_eq!(paths, [(1, 2), (0, 2), (0, 1)]);
        assert_eq!(model.in_causal_order(), Some(vec![0, 1, 2]));
    }

    #[test]
    fn a_mistake_is_told_by_its_line() {
        let outer = "Image =~ IMAG1 + IMAG2\nSat =~ CUSA1\n";
        for (text, want) in [
            (
                "",
                "line 1: the model is empty; write `Construct =~ item + item` and `Construct ~ Construct`",
            ),
            ("Image =~ IMAG1 + IMGA2", "line 1: there is no item `IMGA2`"),
            ("Image =~ IMAG1\n+ xyz", "line 2: there is no item `xyz`"),
            ("Image =~ IMAG1 IMAG2", "line 1: expected `+` or the end of the line, found `IMAG2`"),
            (
                "Image = IMAG1",
                "line 1: `=` belongs to no name and no operator (`=~`, `<~`, `~`, `+`)",
            ),
            ("Image IMAG1", "line 1: expected `=~`, `<~` or `~`, found `IMAG1`"),
            ("Image =~", "line 1: expected a name, found nothing more"),
            ("=~ IMAG1", "line 1: expected a construct, found `=~`"),
            (
                "Image =~ IMAG1; Image <~ IMAG2",
                "line 1: construct `Image` is measured by `=~` and by `<~`; it can only be one of them",
            ),
            (
                "Image =~ IMAG1\nSat =~ IMAG1",
                "line 2: item `IMAG1` already belongs to construct `Image`",
            ),
        ] {
            assert_eq!(parse(text), Err(want.into()), "{text}");
        }
        for (text, want) in [
            ("Sta ~ Image", "line 3: no line `Sta =~ ...` says which items construct `Sta` has"),
            ("Sat ~ Image + Image", "line 3: the path from `Image` to `Sat` is there already"),
            (
                "Sat ~ Image\nImage ~ Sat",
                "line 4: the paths to construct `Image` go round in a circle",
            ),
            ("Image ~ Image + Sat", "line 3: the paths to construct `Image` go round in a circle"),
            (
                "Sat ~ Image\nLoyal =~ CUSL1",
                "line 4: construct `Loyal` has no path; name it in a line with `~`",
            ),
        ] {
            assert_eq!(parse(&format!("{outer}{text}")), Err(want.into()), "{text}");
        }
    }
}
