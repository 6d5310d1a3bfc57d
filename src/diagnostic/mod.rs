//! One way to show a mistake: what it is, where it is, what to do.
//!
//! Problems found before data is read are collected and shown together, YAML and SQL alike.

mod code;
mod extent;
mod place;

use std::fmt;

use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};

pub use self::code::Code;
pub use self::place::{Place, Position, SourceFile};
pub use crate::nearest::{nearest, nearest_or_all};

/// One mistake in a project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// What kind of mistake it is.
    pub code: Code,
    /// What is wrong, as a fact.
    pub message: String,
    /// Where it is, unless it is on the command line.
    pub place: Option<Place>,
    /// The next thing to do, as an instruction.
    pub help: Option<String>,
}

impl Diagnostic {
    /// A mistake in a file.
    pub fn new(code: Code, message: impl Into<String>, place: Place) -> Self {
        Self { code, message: message.into(), place: Some(place), help: None }
    }

    /// A mistake that is in no file.
    pub fn nowhere(code: Code, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), place: None, help: None }
    }

    /// Adds the next thing to do.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Adds the nearest of the `known` names, if one is near.
    #[must_use]
    pub fn nearest<'a>(self, name: &str, known: impl IntoIterator<Item = &'a str>) -> Self {
        match nearest(name, known) {
            Some(near) => self.help(format!("did you mean `{near}`?")),
            None => self,
        }
    }

    /// Adds the nearest of the `known` names or, if none is close, lists the `things`.
    #[must_use]
    pub fn nearest_or_all<'a>(
        self,
        name: &str,
        known: impl IntoIterator<Item = &'a str>,
        things: &str,
    ) -> Self {
        match nearest_or_all(name, known, things) {
            Some(help) => self.help(help),
            None => self,
        }
    }

    /// What is wrong, without where.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// The file, line and column where it begins, for sorting.
    pub fn position(&self) -> Option<(&str, Position)> {
        let place = self.place.as_ref()?;
        Some((place.path(), place.range().start))
    }
}

/// All mistakes of a project; never empty.
#[derive(Debug, Clone, Default, thiserror::Error)]
pub struct Diagnostics(Vec<Diagnostic>);

impl Diagnostics {
    /// Records a mistake, unless the same one is recorded already.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        if !self.0.contains(&diagnostic) {
            self.0.push(diagnostic);
        }
    }

    /// Records mistakes that were found elsewhere.
    pub fn extend(&mut self, others: Self) {
        others.0.into_iter().for_each(|it| self.push(it));
    }

    /// Keeps the value, or records the mistake.
    pub fn keep<T>(&mut self, result: Result<T, Diagnostic>) -> Option<T> {
        result.map_err(|diagnostic| self.push(diagnostic)).ok()
    }

    /// Whether nothing is wrong.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The mistakes in the order of files and lines.
    pub fn sorted(mut self) -> Self {
        self.0.sort_by(|a, b| a.position().cmp(&b.position()));
        self
    }

    /// The mistakes one by one.
    pub fn iter(&self) -> impl Iterator<Item = &Diagnostic> {
        self.0.iter()
    }

    /// The value, or all mistakes.
    ///
    /// # Errors
    /// Something was noted.
    pub fn into_result<T>(self, value: T) -> Result<T, Self> {
        if self.is_empty() { Ok(value) } else { Err(self.sorted()) }
    }
}

impl From<Diagnostic> for Diagnostics {
    fn from(diagnostic: Diagnostic) -> Self {
        Self(vec![diagnostic])
    }
}

impl fmt::Display for Diagnostics {
    fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        let rendered: Vec<String> = self.0.iter().map(ToString::to_string).collect();
        formatter.write_str(&rendered.join("\n\n"))
    }
}

impl fmt::Display for Diagnostic {
    /// Rendered over the file it is about, as rustc would.
    fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        let text = self.place.as_ref().map(Place::shown);
        let mut group = Level::ERROR.primary_title(&self.message).id(self.code.name()).elements(
            self.place.as_ref().zip(text.as_ref()).map(|(place, text)| {
                Snippet::source(*text)
                    .path(place.path())
                    .annotation(AnnotationKind::Primary.span(place.bytes()))
            }),
        );
        if let Some(help) = &self.help {
            group = group.element(Level::HELP.message(help));
        }
        if let Some(place) = self.place.as_ref().filter(|place| place.is_of_program()) {
            let path = place.path();
            let note = format!("`{path}` is a file of the program, which `patronage eject` copies");
            group = group.element(Level::NOTE.message(note));
        }
        formatter.write_str(&Renderer::plain().render(&[group]))
    }
}

#[cfg(test)]
mod tests {
    use super::{Code, Diagnostic, Place, SourceFile};
    use std::sync::Arc;

    #[test]
    fn a_mistake_is_shown_with_file_line_column_caret_and_help() {
        let file = Arc::new(SourceFile::new("sql/a.sql", "select *\nfrom ordres\n"));
        let shown = Diagnostic::new(
            Code::UnknownTable,
            "nobody makes `ordres`",
            Place::between(&file, 0, (2, 6), (2, 6)),
        )
        .nearest("ordres", ["orders", "customers"])
        .to_string();
        insta::assert_snapshot!(shown, @r"
        error[unknown-table]: nobody makes `ordres`
         --> sql/a.sql:2:6
          |
        2 | from ordres
          |      ^^^^^^
          |
          = help: did you mean `orders`?
        ");
    }

    #[test]
    fn a_place_beyond_the_end_points_at_the_end() {
        let file = Arc::new(SourceFile::new("é.sql", "é"));
        let place = Place::between(&file, 0, (9, 9), (9, 9));
        assert!(Diagnostic::new(Code::Syntax, "y", place).to_string().contains("é.sql"));
    }
}
