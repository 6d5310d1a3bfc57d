//! A source of the pipeline, resolved: every name found, every character one, every rule possible.

use std::sync::Arc;

use chrono_tz::Tz;
use datafusion::arrow::array::{ArrayRef, AsArray};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::DataType;
use encoding_rs::Encoding;

use super::column::{fields, no_value};
use super::location::{Lookup, location};
use super::margins::margins;
use super::{
    DeclaredSource, Deletion, Dialect, Exclude, SourceField, SourcePlan, Timeliness, Versions,
};
use crate::declare::{Deleted, Format, FormatFeature, Source, Spanned};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Place, SourceFile};
use crate::value::Reason;

/// Resolves a source; mistakes are recorded and treated as if nothing were written.
pub(in crate::plan) fn resolve(
    DeclaredSource { file, name, source, .. }: &DeclaredSource,
    time_zone: Tz,
    lookup: Lookup,
    wrong: &mut Diagnostics,
) -> SourcePlan {
    let mut declared = Declared { file, source, wrong };
    let dialect = declared.dialect();
    let margins = margins(file, source, declared.wrong);
    declared.sheet();
    declared.record_path();
    declared.zero_padding();
    declared.times();
    let exclude = declared.exclude();
    let columns = fields(file, source, time_zone, declared.wrong);
    let versions = declared.versions(&columns);
    let text = |written: &Option<Spanned<String>>| written.as_ref().map(|it| it.value.clone());
    let freshness = source.freshness.as_ref().map(|written| &written.value);
    SourcePlan {
        exclude,
        dialect,
        margins,
        sheet: text(&source.sheet),
        record_path: text(&source.record_path),
        zero_padding: source.zero_padding.as_ref().is_some_and(|written| written.value),
        missing_columns: source.missing_columns,
        extra_columns: source.extra_columns,
        nan: source.nan,
        event_time: text(&source.event_time),
        timeliness: Timeliness {
            arrival_time: text(&source.arrival_time),
            late_after: source.late_after.as_ref().map(|written| written.value.clone()),
            warn_after: freshness.and_then(|freshness| freshness.warn_after.clone()),
            error_after: freshness.and_then(|freshness| freshness.error_after.clone()),
        },
        versions,
        max_rejects: source.max_rejects,
        damaged_files: source.damaged_files,
        optional: source.optional,
        allow_empty: source.allow_empty,
        time_zone,
        ..SourcePlan::new(
            &name.value,
            &location(file, &source.location, lookup, crate::store::check, wrong),
            source.format,
            columns,
        )
    }
}

/// A source and where its mistakes are recorded.
struct Declared<'a> {
    file: &'a Arc<SourceFile>,
    source: &'a Source,
    wrong: &'a mut Diagnostics,
}

impl Declared<'_> {
    fn note<T>(&mut self, code: Code, at: &Spanned<T>, message: String, help: &str) {
        let place = Place::of(self.file, at);
        self.wrong.push(Diagnostic::new(code, message, place).help(help));
    }

    fn dialect(&mut self) -> Dialect {
        let usual = Dialect::default();
        let source = self.source;
        let dialect = Dialect {
            delimiter: self
                .byte(Code::Delimiter, source.delimiter.as_ref(), FormatFeature::Delimiters)
                .unwrap_or(usual.delimiter),
            quote: match &source.quote {
                None => usual.quote,
                Some(none) if none.value.is_empty() => None,
                some => self.byte(Code::Quote, some.as_ref(), FormatFeature::Delimiters),
            },
            escape: self.byte(Code::Escape, source.escape.as_ref(), FormatFeature::Delimiters),
            comment: self.byte(Code::Comment, source.comment.as_ref(), FormatFeature::Comments),
            header: source.header,
            encoding: self.encoding(),
        };
        self.distinct(&dialect);
        dialect
    }

    /// Whether the format supports a setting; if not, that is recorded.
    fn has<T>(&mut self, key: Code, at: &Spanned<T>, feature: FormatFeature) -> bool {
        let has = self.source.format.has(feature);
        if !has {
            let setting = key.name().replace('-', "_");
            let message = format!("`{setting}` is for {}", Format::all_with(feature));
            self.note(key, at, message, "leave it out");
        }
        has
    }

    /// One ASCII character that does not end lines, in formats that have such.
    fn byte(
        &mut self,
        key: Code,
        written: Option<&Spanned<String>>,
        feature: FormatFeature,
    ) -> Option<u8> {
        let written = written?;
        if !self.has(key, written, feature) {
            return None;
        }
        let text = if written.value == "\\t" { "\t" } else { written.value.as_str() };
        match text.as_bytes() {
            [byte] if byte.is_ascii() && !matches!(byte, b'\n' | b'\r' | 0) => Some(*byte),
            _ => {
                let message = format!("`{}` is not one character", text.escape_default());
                self.note(key, written, message, "give one, such as `;` or `\\t`");
                None
            }
        }
    }

    /// Two characters of the dialect that are the same could mean either.
    fn distinct(&mut self, dialect: &Dialect) {
        let source = self.source;
        let bytes = [
            (Some(dialect.delimiter), Code::Delimiter, source.delimiter.as_ref()),
            (dialect.quote, Code::Quote, source.quote.as_ref()),
            (dialect.comment, Code::Comment, source.comment.as_ref()),
            (dialect.escape, Code::Escape, source.escape.as_ref()),
        ];
        let same = bytes.iter().enumerate().find_map(|(at, (byte, name, written))| {
            let other = bytes[..at].iter().find(|(other, ..)| byte.is_some() && other == byte)?;
            Some((*name, other.1, written.or(other.2)?))
        });
        if let Some((name, other, written)) = same {
            let names = (name.name(), other.name());
            let message = format!("`{}` and `{}` are the same character", names.0, names.1);
            self.note(name, written, message, "let them differ, or leave one out");
        }
        if let (Some(written), None) = (&source.escape, dialect.quote) {
            let message = "`escape` without `quote` has nothing to do".to_owned();
            self.note(Code::Escape, written, message, "leave it out");
        }
    }

    fn encoding(&mut self) -> &'static Encoding {
        let Some(written) = &self.source.encoding else { return encoding_rs::UTF_8 };
        if !self.source.format.is_text() {
            let message = "`encoding` is for text".to_owned();
            self.note(Code::Encoding, written, message, "leave it out");
            return encoding_rs::UTF_8;
        }
        let label = if written.value == "latin-1" { "latin1" } else { written.value.as_str() };
        Encoding::for_label_no_replacement(label.as_bytes()).unwrap_or_else(|| {
            let message = format!("`{}` is not a known encoding", written.value);
            let help =
                "write `utf-8`, `utf-16le`, `latin-1`, `windows-1252` or another WHATWG label";
            self.note(Code::Encoding, written, message, help);
            encoding_rs::UTF_8
        })
    }

    /// The patterns of files that are not read.
    fn exclude(&mut self) -> Exclude {
        let Some(written) = &self.source.exclude else { return Exclude::default() };
        Exclude::new(&written.value.0).unwrap_or_else(|(pattern, problem)| {
            let message = format!("`{pattern}` is not a usable pattern: {problem}");
            self.note(Code::Exclude, written, message, "write it as in `*.tmp` or `archive/**`");
            Exclude::default()
        })
    }

    fn sheet(&mut self) {
        if let Some(sheet) = &self.source.sheet {
            self.has(Code::Sheet, sheet, FormatFeature::Sheets);
        }
    }

    fn zero_padding(&mut self) {
        if let Some(written) = &self.source.zero_padding
            && !self.source.format.is_text()
        {
            let message = "`zero_padding` is for text that is packed".to_owned();
            self.note(Code::ZeroPadding, written, message, "leave it out");
        }
    }

    fn record_path(&mut self) {
        let Some(path) = &self.source.record_path else { return };
        let has_documents = self.has(Code::RecordPath, path, FormatFeature::Documents);
        if has_documents && path.value.split('.').any(str::is_empty) {
            let message = format!("`{}` is no way to a list", path.value);
            self.note(Code::RecordPath, path, message, "write keys parted by dots: `data.tickets`");
        }
    }

    fn times(&mut self) {
        let source = self.source;
        self.time("event_time", source.event_time.as_ref());
        self.time("arrival_time", source.arrival_time.as_ref());
        let help = "set `event_time` to the column with the time of each row";
        if source.event_time.is_some() {
            return;
        }
        if let Some(written) = &source.late_after {
            self.note(Code::LateAfter, written, "`late_after` needs `event_time`".into(), help);
        }
        if let Some(written) = &source.freshness {
            self.note(Code::Freshness, written, "`freshness` needs `event_time`".into(), help);
        }
    }

    /// The time of a row must be a declared column that every accepted row has.
    fn time(&mut self, key: &'static str, written: Option<&Spanned<String>>) {
        let Some(name) = written else { return };
        let Some(required) = self.column(key, name) else { return };
        let column = self.source.columns.get(&name.value);
        let data_type = column.map(|column| column.data_type);
        if let Some(data_type) = data_type.filter(|data_type| !data_type.is_time()) {
            let message = format!("`{}` is {data_type}, not date or timestamp", name.value);
            let help = format!("name the column that says when, or leave `{key}` out");
            self.note(Code::WrongType, name, message, &help);
        } else if !required {
            let message = format!("`{}` may be missing, so as-of could not be kept", name.value);
            let help = format!("add `required: true` to the column `{}`", name.value);
            self.note(Code::EventTime, name, message, &help);
        }
    }

    /// Whether a named column is required; `None` if there is no such column.
    fn column(&mut self, key: &str, name: &Spanned<String>) -> Option<bool> {
        let columns = &self.source.columns;
        if let Some(column) = columns.get(&name.value) {
            return Some(column.required);
        }
        let known = columns.iter().map(|(column, _)| column.value.as_str());
        let message = format!("`{key}` names `{}`, which is not a column", name.value);
        let place = Place::of(self.file, name);
        let diagnostic = Diagnostic::new(Code::UnknownColumn, message, place);
        self.wrong.push(diagnostic.nearest_or_all(&name.value, known, "columns"));
        None
    }

    fn versions(&mut self, columns: &[SourceField]) -> Option<Versions> {
        let source = self.source;
        for name in &source.key {
            self.always_there(Code::Key, name);
        }
        for name in &source.version {
            self.always_there(Code::Version, name);
        }
        let deleted = source.deleted.as_ref().and_then(|deleted| self.deletion(deleted, columns));
        self.without_key();
        let names = |names: &[Spanned<String>]| names.iter().map(|it| it.value.clone()).collect();
        (!source.key.is_empty()).then(|| Versions {
            key: names(&source.key),
            version: names(&source.version),
            deleted,
            superseded: source.superseded.as_ref().map(|it| it.value).unwrap_or_default(),
        })
    }

    /// The values that mark deleted rows must be valid values of the column.
    fn deletion(&mut self, deleted: &Deleted, columns: &[SourceField]) -> Option<Deletion> {
        self.column("deleted", &deleted.column)?;
        let field = columns.iter().find(|field| field.name == deleted.column.value)?;
        let mut values = Vec::new();
        for text in &deleted.values {
            match field.values(&[text]).and_then(|it| as_text(&it)) {
                Ok(value) => values.push(value),
                Err(reason) => {
                    let (message, help) = no_value(field, text, reason);
                    let help = format!("list the `values` of `{}` that say so: {help}", field.name);
                    self.note(Code::Deleted, &deleted.column, message, &help);
                }
            }
        }
        Some(Deletion { column: field.name.clone(), data_type: field.arrow_type(), values })
    }

    /// Columns that compare rows must have values in all of them.
    fn always_there(&mut self, key: Code, name: &Spanned<String>) {
        if self.column(key.name(), name) == Some(false) {
            let message =
                format!("`{}` may be missing, so rows could not be distinguished", name.value);
            let help = format!("add `required: true` to the column `{}`", name.value);
            self.note(key, name, message, &help);
        }
    }

    fn without_key(&mut self) {
        let source = self.source;
        if !source.key.is_empty() {
            return;
        }
        let help = "set `key` to the columns that identify a thing";
        if let Some(written) = source.version.first() {
            self.note(Code::Version, written, "`version` needs `key`".into(), help);
        }
        if let Some(written) = &source.deleted {
            self.note(Code::Deleted, &written.column, "`deleted` needs `key`".into(), help);
        }
        if let Some(written) = &source.superseded {
            self.note(Code::Superseded, written, "`superseded` needs `key`".into(), help);
        }
    }
}

/// A single value as text that a cast reads back.
fn as_text(value: &ArrayRef) -> Result<String, Reason> {
    let text = cast(value, &DataType::Utf8).map_err(|_| Reason::OutOfRange)?;
    Ok(text.as_string::<i32>().value(0).to_owned())
}
