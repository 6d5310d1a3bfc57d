//! The columns of a source, resolved.

use std::sync::Arc;

use chrono::format::{Fixed, Item, StrftimeItems};
use chrono_tz::Tz;
use regex::Regex;

use super::location::zone;
use super::{Rules, SourceField};
use crate::declare::{ColumnType, OnInvalid, Range, Source, SourceColumn, Spanned, Texts};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Place, SourceFile};
use crate::plan::param::is_after;
use crate::value::{EpochUnit, Notation, Reason, counts_beside_others};

/// Resolves the columns; mistakes are recorded and treated as if nothing were written.
pub(super) fn fields(
    file: &Arc<SourceFile>,
    source: &Source,
    time_zone: Tz,
    wrong: &mut Diagnostics,
) -> Vec<SourceField> {
    let columns = source.columns.iter();
    columns
        .map(|(name, column)| {
            named(file, name, wrong);
            let mut declared = Declared { file, column, time_zone, wrong };
            let field = SourceField {
                required: column.required,
                optional: declared.optional(),
                from: declared.from(&name.value, source),
                folder: column.folder,
                notation: declared.notation(source, time_zone),
                on_invalid: on_invalid(source, &name.value, column),
                ..SourceField::new(&name.value, column.data_type, time_zone)
            };
            SourceField { rules: declared.rules(&field), ..field }
        })
        .collect()
}

/// Neither SQL nor a file can have an empty column name.
fn named(file: &Arc<SourceFile>, name: &Spanned<String>, wrong: &mut Diagnostics) {
    if name.value.is_empty() {
        let message = "a column has no name".to_owned();
        let diagnostic = Diagnostic::new(Code::BadName, message, Place::of(file, name));
        wrong.push(diagnostic.help("give it one; what files call it is said by `from`"));
    }
}

/// What happens to invalid cells. The column of `deleted` does not follow the source, so
/// that its setting never undoes a deletion.
fn on_invalid(source: &Source, name: &str, column: &SourceColumn) -> OnInvalid {
    let deletes = source.deleted.as_ref().is_some_and(|deleted| deleted.column.value == name);
    let of_source = if deletes { OnInvalid::Reject } else { source.on_invalid };
    column.on_invalid.unwrap_or(of_source)
}

/// The error that a text is not a value of a column, and what to write.
pub(super) fn no_value(field: &SourceField, text: &str, reason: Reason) -> (String, String) {
    let data_type = field.data_type;
    let help = match reason {
        Reason::Scale => "write no more digits after the point than the type keeps".to_owned(),
        Reason::SkippedTime => format!("clocks of {} skip it: write another", field.zone),
        _ => format!("write {}", data_type.example()),
    };
    (format!("`{text}` is not {data_type}"), help)
}

/// A column and where its mistakes are recorded.
struct Declared<'a> {
    file: &'a Arc<SourceFile>,
    column: &'a SourceColumn,
    /// The pipeline's zone: that of moments in rules.
    time_zone: Tz,
    wrong: &'a mut Diagnostics,
}

impl Declared<'_> {
    fn note<T>(&mut self, code: Code, at: &Spanned<T>, message: String, help: &str) {
        let place = Place::of(self.file, at);
        self.wrong.push(Diagnostic::new(code, message, place).help(help));
    }

    /// Notes a key that columns of this type cannot have.
    fn only_for<T>(&mut self, key: &str, written: Option<&Spanned<T>>, fits: bool, what: &str) {
        if let Some(written) = written.filter(|_| !fits) {
            let message = format!("`{key}` is for {what}, not {}", self.column.data_type);
            self.note(Code::WrongType, written, message, "leave it out");
        }
    }

    fn optional(&mut self) -> bool {
        let Some(written) = &self.column.optional else { return false };
        if written.value && self.column.required {
            let message = "a column cannot be both required and optional".to_owned();
            self.note(Code::Optional, written, message, "leave one of the two out");
        }
        written.value
    }

    fn from(&mut self, name: &str, source: &Source) -> Vec<String> {
        let Some(written) = &self.column.from else { return vec![name.to_owned()] };
        if written.value.0.is_empty() || written.value.0.iter().any(String::is_empty) {
            self.note(Code::From, written, "`from` names nothing".into(), "leave it out");
            return vec![name.to_owned()];
        }
        if source.format.has_header() && !source.header && !self.column.folder {
            let message = "`from` names a column of files that name none".to_owned();
            self.note(Code::From, written, message, "without a header, columns go by position");
        }
        written.value.0.clone()
    }

    fn notation(&mut self, source: &Source, time_zone: Tz) -> Notation {
        let column = self.column;
        let number = column.data_type.is_number();
        let boolean = column.data_type == ColumnType::Boolean;
        self.only_for("decimal_mark", column.decimal_mark.as_ref(), number, "numbers");
        self.only_for("thousands_mark", column.thousands_mark.as_ref(), number, "numbers");
        self.only_for("currency", column.currency.as_ref(), number, "numbers");
        self.only_for("trailing_minus", column.trailing_minus.as_ref(), number, "numbers");
        let exact = number && column.data_type != ColumnType::Float64;
        let whole = "whole numbers and decimals";
        self.only_for("float_notation", column.float_notation.as_ref(), exact, whole);
        self.only_for("true_values", column.true_values.as_ref(), boolean, "booleans");
        self.only_for("false_values", column.false_values.as_ref(), boolean, "booleans");
        self.words();
        let texts = |it: &Option<Spanned<Texts>>| it.as_ref().map(|it| it.value.0.clone());
        let nulls = source.null_values.iter().chain(&column.null_values);
        let decimal_mark = self.mark(column.decimal_mark.as_ref()).unwrap_or('.');
        let thousands_mark = self.mark(column.thousands_mark.as_ref());
        if let Some(written) = &column.thousands_mark
            && thousands_mark == Some(decimal_mark)
        {
            let message = "the same mark cannot group digits and stand before decimals".to_owned();
            self.note(Code::ThousandsMark, written, message, "set `decimal_mark` too, such as `,`");
        }
        Notation {
            formats: self.formats(),
            time_zone: zone(self.file, column.time_zone.as_ref(), time_zone, self.wrong),
            decimal_mark,
            thousands_mark,
            currency: texts(&column.currency).unwrap_or_default(),
            trailing_minus: column.trailing_minus.as_ref().is_some_and(|it| it.value),
            float_notation: column.float_notation.as_ref().is_some_and(|it| it.value),
            true_values: texts(&column.true_values).unwrap_or_default(),
            false_values: texts(&column.false_values).unwrap_or_default(),
            null_values: nulls.cloned().collect(),
        }
    }

    /// A word cannot say both.
    fn words(&mut self) {
        let column = self.column;
        let (Some(yes), Some(no)) = (&column.true_values, &column.false_values) else { return };
        let said = |word: &&String| {
            yes.value.0.iter().any(|other| other.to_lowercase() == word.to_lowercase())
        };
        if let Some(word) = no.value.0.iter().find(said) {
            let message = format!("`{word}` cannot be both true and false");
            self.note(Code::BooleanWords, no, message, "leave it to one of them");
        }
    }

    /// One character that is not part of numbers itself.
    fn mark(&mut self, written: Option<&Spanned<String>>) -> Option<char> {
        let written = written?;
        let mut characters = written.value.chars();
        match (characters.next(), characters.next()) {
            (Some(mark), None) if !mark.is_ascii_alphanumeric() && !matches!(mark, '+' | '-') => {
                Some(mark)
            }
            _ => {
                let message = format!("`{}` cannot be a mark within numbers", written.value);
                self.note(Code::Mark, written, message, "give one character, such as `,` or `.`");
                None
            }
        }
    }

    /// The `strftime` patterns of a column, which only dates and timestamps have.
    fn formats(&mut self) -> Vec<String> {
        let Some(written) = &self.column.format else { return Vec::new() };
        if !self.column.data_type.is_time() {
            let message =
                format!("`format` is for dates and timestamps, not {}", self.column.data_type);
            self.note(Code::TimeFormat, written, message, "leave it out");
        }
        let counts = |text: &&String| text.starts_with("epoch") && EpochUnit::named(text).is_some();
        if let Some(text) = written.value.0.iter().find(counts)
            && self.column.data_type == ColumnType::Date
        {
            let message = format!("`{text}` is for timestamps, not date");
            let help = "declare `timestamp`, and take the day in SQL: `cast(… as date)`";
            self.note(Code::TimeFormat, written, message, help);
        }
        let bad = |text: &&String| {
            let words = !text.contains('%') && EpochUnit::named(text).is_none();
            words || StrftimeItems::new(text).any(|item| item == Item::Error)
        };
        if let Some(text) = written.value.0.iter().find(bad) {
            let message = format!("`{text}` is not a strftime pattern");
            self.note(Code::TimeFormat, written, message, "write it as in `%Y-%m-%d %H:%M:%S`, or one of `epoch`, `epoch_ms`, `epoch_us`, `epoch_ns`");
        }
        let mixed =
            |text: &&String| counts_beside_others(&StrftimeItems::new(text).collect::<Vec<_>>());
        if let Some(text) = written.value.0.iter().find(mixed) {
            let message = format!("`%s` of `{text}` counts all seconds since 1970 by itself");
            let help = "write `epoch`, which takes a fraction too, or the pattern without `%s`";
            self.note(Code::TimeFormat, written, message, help);
        }
        let named = |text: &&String| {
            let mut items = StrftimeItems::new(text);
            items.any(|item| item == Item::Fixed(Fixed::TimezoneName))
        };
        if let Some(text) = written.value.0.iter().find(named) {
            let message = format!("`%Z` of `{text}` is a name, which says no offset");
            let help = "write the name itself, as in `%H:%M:%S CET`, and say `time_zone`";
            self.note(Code::TimeFormat, written, message, help);
        }
        written.value.0.clone()
    }

    fn rules(&mut self, field: &SourceField) -> Rules {
        let column = self.column;
        let ordered = column.data_type.is_number() || column.data_type.is_time();
        let what = "numbers, dates and timestamps";
        self.only_for("accepted_range", column.accepted_range.as_ref(), ordered, what);
        let text = column.data_type == ColumnType::String;
        self.only_for("pattern", column.pattern.as_ref(), text, "strings");
        self.bounds(field);
        self.values(field);
        Rules {
            accepted_values: column.accepted_values.as_ref().map(|it| it.value.clone()),
            accepted_range: column.accepted_range.as_ref().map(|it| it.value.clone()),
            pattern: self.pattern(),
        }
    }

    fn bounds(&mut self, field: &SourceField) {
        let Some(written) = &self.column.accepted_range else { return };
        let Range { min, max } = &written.value;
        for bound in [min, max].into_iter().flatten() {
            self.is_value(field, written, bound);
        }
        if let (Some(min), Some(max)) = (min, max)
            && is_after(self.column.data_type, self.time_zone, min, max)
        {
            let message = format!("nothing lies between `min: {min}` and `max: {max}`");
            self.note(Code::AcceptedRange, written, message, "let `min` be the smaller one");
        }
    }

    fn values(&mut self, field: &SourceField) {
        let Some(written) = &self.column.accepted_values else { return };
        for value in &written.value {
            self.is_value(field, written, value);
        }
        if written.value.is_empty() {
            let message = "no value at all would be accepted".to_owned();
            self.note(Code::AcceptedValues, written, message, "list the values, or leave it out");
        }
    }

    /// What a rule compares with must be a value of the column's type, as the run reads it.
    fn is_value<T>(&mut self, field: &SourceField, at: &Spanned<T>, text: &str) {
        let Err(reason) = field.values(&[text]) else { return };
        let (message, help) = no_value(field, text, reason);
        self.note(Code::WrongType, at, message, &help);
    }

    fn pattern(&mut self) -> Option<Regex> {
        let written = self.column.pattern.as_ref()?;
        Regex::new(&written.value)
            .map_err(|error| {
                let said = error.to_string();
                let said = said.lines().last().unwrap_or_default().trim_start_matches("error: ");
                let message = format!("the pattern cannot be read: {said}");
                self.note(
                    Code::Pattern,
                    written,
                    message,
                    "write a regular expression, such as `^[A-Z]+$`",
                );
            })
            .ok()
    }
}
