//! Tables of numbers: which columns they have is data.

use maud::{Markup, html};

use super::language::Language;
use super::number::{Kind, exact};
use super::rows::Row;
use super::words::Word;

/// A column of a table.
#[derive(Debug, Clone, Copy)]
pub(super) struct Column {
    heading: Word,
    cell: Cell,
    /// Whether it does not apply where it has no value; else the value is unknown.
    may_be_none: bool,
}

/// What stands where a column does not apply.
const NOTHING: &str = "–";

/// What is in the cells of a column.
#[derive(Debug, Clone, Copy)]
enum Cell {
    /// A value.
    Value(&'static str, Kind),
    /// A difference, with its sign.
    Change(&'static str, Kind),
    /// Both ends of an interval.
    Limits([&'static str; 2], Kind),
    /// Both ends of the interval of a difference.
    ChangeLimits([&'static str; 2], Kind),
}

/// A column of values.
pub(super) const fn value(heading: Word, column: &'static str, kind: Kind) -> Column {
    Column { heading, cell: Cell::Value(column, kind), may_be_none: false }
}

/// A column of differences.
pub(super) const fn change(heading: Word, column: &'static str, kind: Kind) -> Column {
    Column { heading, cell: Cell::Change(column, kind), may_be_none: false }
}

/// A column of intervals.
pub(super) const fn limits(heading: Word, ends: [&'static str; 2], kind: Kind) -> Column {
    Column { heading, cell: Cell::Limits(ends, kind), may_be_none: false }
}

/// A column of intervals of differences.
pub(super) const fn change_limits(heading: Word, ends: [&'static str; 2], kind: Kind) -> Column {
    Column { heading, cell: Cell::ChangeLimits(ends, kind), may_be_none: false }
}

/// A column that does not apply where it has no value.
pub(super) const fn where_any(column: Column) -> Column {
    Column { may_be_none: true, ..column }
}

/// A table; the first column says what a row is about.
pub(super) fn table(
    language: Language,
    caption: &str,
    columns: &[Column],
    rows: &[Row<'_>],
) -> Markup {
    scrolled(
        caption,
        &html! {
            table {
                caption { (caption) }
                thead { tr { @for column in columns {
                    th scope="col" class=[column.is_number().then_some("number")] {
                        (language.say(column.heading))
                    }
                } } }
                tbody { @for row in rows { tr { @for (at, column) in columns.iter().enumerate() {
                    @if at == 0 {
                        th scope="row" { (column.shown(language, row)) }
                    } @else {
                        td class=[column.is_number().then_some("number")] {
                            (column.shown(language, row))
                        }
                    }
                } } } }
            }
        },
    )
}

/// What is wider than a small screen can be moved there by finger and by key.
pub(super) fn scrolled(label: &str, content: &Markup) -> Markup {
    html! { div.scroll role="region" tabindex="0" aria-label=(label) { (content) } }
}

impl Column {
    fn is_number(&self) -> bool {
        !matches!(self.cell, Cell::Value(_, Kind::Name | Kind::Text | Kind::Truth))
    }

    fn shown(&self, language: Language, row: &Row<'_>) -> Markup {
        match self.text(language, row) {
            Some(text) => html! { (text) },
            None if self.may_be_none => html! { (NOTHING) },
            None => html! { span.unknown { (language.say(Word::Unknown)) } },
        }
    }

    fn text(&self, language: Language, row: &Row<'_>) -> Option<String> {
        match self.cell {
            Cell::Value(column, kind) => value_of(language, row, column, kind.within(row)),
            Cell::Change(column, kind) => {
                row.number(column).map(|number| kind.within(row).change(number))
            }
            Cell::Limits([lower, upper], kind) => {
                let (lower, upper) = row.limits(lower, upper)?;
                Some(interval(lower, upper, |number| kind.within(row).written(number)))
            }
            Cell::ChangeLimits([lower, upper], kind) => {
                let (lower, upper) = row.limits(lower, upper)?;
                Some(interval(lower, upper, |number| kind.within(row).change(number)))
            }
        }
    }
}

impl Kind {
    /// The kind that it is in a row.
    fn within(self, row: &Row<'_>) -> Self {
        match self {
            Self::Unit => Self::of_unit(&row.code("unit")),
            _ => self,
        }
    }
}

/// A value of a row as it is written; nothing where it is unknown.
pub(super) fn value_of(
    language: Language,
    row: &Row<'_>,
    column: &str,
    kind: Kind,
) -> Option<String> {
    let text = row.text(column)?;
    Some(match kind {
        Kind::Name => language.name(&text),
        Kind::Text => super::language::shown(&text),
        Kind::Truth => language.say(if text == "true" { Word::Yes } else { Word::No }).to_owned(),
        Kind::Money => match exact(&text).filter(|_| row.is_decimal(column)) {
            Some(exact) => exact,
            None => kind.written(row.number(column)?),
        },
        _ => kind.written(row.number(column)?),
    })
}

/// An interval as it is written.
pub(super) fn interval(lower: f64, upper: f64, written: impl Fn(f64) -> String) -> String {
    format!("{} … {}", written(lower), written(upper))
}
