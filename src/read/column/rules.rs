//! Constraints on the values of a column, checked on the arrays of a batch of any format.
//!
//! NULL breaks no rule. The values of a rule are parsed once, in the usual notation of the column's
//! type (`1.5`, `2026-01-31`), whatever the notation of the files.

use std::collections::HashSet;
use std::fmt;

use datafusion::arrow::array::{Array, ArrayRef, ArrowPrimitiveType, AsArray};
use datafusion::arrow::datatypes::{
    Date32Type, Decimal128Type, Float64Type, Int32Type, Int64Type, TimestampMicrosecondType,
};
use regex::Regex;

use crate::declare::{ColumnType, Range};
use crate::plan::{SourceField, SourcePlan};
use crate::read::ReadError;
use crate::value::{Faults, Reason};

/// One rule of one column.
pub(in crate::read) struct Rule {
    column: usize,
    reason: Reason,
    judge: Box<dyn Judge>,
}

/// Finds the values that break a rule.
trait Judge: Send + Sync {
    /// Returns the rows whose value is not accepted; never those with NULL.
    fn wrong(&self, values: &ArrayRef, name: &mut dyn FnMut(usize));
}

/// The rules of all columns, in the order in which they are checked.
pub(in crate::read) fn rules(source: &SourcePlan) -> Result<Vec<Rule>, ReadError> {
    let mut rules = Vec::new();
    for (column, field) in source.columns.iter().enumerate() {
        let bounds = Bounds { source, field };
        let judges = [
            (Reason::NotAccepted, bounds.among()?),
            (Reason::OutOfRange, bounds.within()?),
            (Reason::PatternMismatch, bounds.matches()),
        ];
        rules.extend(
            judges
                .into_iter()
                .filter_map(|(reason, judge)| Some(Rule { column, reason, judge: judge? })),
        );
    }
    Ok(rules)
}

impl fmt::Debug for Rule {
    fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        let Self { column, reason, .. } = self;
        write!(formatter, "Rule({column}, {reason})")
    }
}

impl Rule {
    /// The column that has to be read for it.
    pub(in crate::read) fn column(&self) -> usize {
        self.column
    }

    /// Records the rows whose value breaks the rule.
    pub(in crate::read) fn judge(&self, values: &ArrayRef, faults: &mut Faults) {
        let mut note = |row| faults.note(row, Some(self.column), self.reason);
        self.judge.wrong(values, &mut note);
    }
}

/// Reads what the rules of a column compare with.
struct Bounds<'a> {
    source: &'a SourcePlan,
    field: &'a SourceField,
}

impl Bounds<'_> {
    fn among(&self) -> Result<Option<Box<dyn Judge>>, ReadError> {
        let Some(texts) = &self.field.rules.accepted_values else { return Ok(None) };
        let texts: Vec<_> = texts.iter().map(String::as_str).collect();
        let values = self.read(&texts)?;
        let judge: Box<dyn Judge> = match self.field.data_type {
            ColumnType::String => Box::new(Words(texts.into_iter().map(str::to_owned).collect())),
            ColumnType::Boolean => Box::new(Truths(values.as_boolean().iter().flatten().collect())),
            ColumnType::Int32 => among::<Int32Type>(&values),
            ColumnType::Int64 => among::<Int64Type>(&values),
            ColumnType::Float64 => among::<Float64Type>(&values),
            ColumnType::Date => among::<Date32Type>(&values),
            ColumnType::Timestamp | ColumnType::Timestamptz => {
                among::<TimestampMicrosecondType>(&values)
            }
            ColumnType::Decimal(..) => among::<Decimal128Type>(&values),
        };
        Ok(Some(judge))
    }

    fn within(&self) -> Result<Option<Box<dyn Judge>>, ReadError> {
        let Some(range) = &self.field.rules.accepted_range else { return Ok(None) };
        Ok(match self.field.data_type {
            // Strings and booleans have no natural order; declaring a range for them is rejected.
            ColumnType::String | ColumnType::Boolean => None,
            ColumnType::Int32 => Some(self.range::<Int32Type>(range)?),
            ColumnType::Int64 => Some(self.range::<Int64Type>(range)?),
            ColumnType::Float64 => Some(self.range::<Float64Type>(range)?),
            ColumnType::Date => Some(self.range::<Date32Type>(range)?),
            ColumnType::Timestamp | ColumnType::Timestamptz => {
                Some(self.range::<TimestampMicrosecondType>(range)?)
            }
            ColumnType::Decimal(..) => Some(self.range::<Decimal128Type>(range)?),
        })
    }

    fn matches(&self) -> Option<Box<dyn Judge>> {
        let pattern = self.field.rules.pattern.clone()?;
        let text = self.field.data_type == ColumnType::String;
        text.then(|| Box::new(Pattern(pattern)) as Box<dyn Judge>)
    }

    fn range<T: ArrowPrimitiveType>(&self, range: &Range) -> Result<Box<dyn Judge>, ReadError>
    where
        T::Native: PartialOrd,
    {
        let bound = |text: &Option<String>| -> Result<Option<T::Native>, ReadError> {
            let Some(text) = text else { return Ok(None) };
            Ok(Some(self.read(&[text])?.as_primitive::<T>().value(0)))
        };
        Ok(Box::new(Within::<T> { min: bound(&range.min)?, max: bound(&range.max)? }))
    }

    fn read(&self, texts: &[&str]) -> Result<ArrayRef, ReadError> {
        let values = |texts: &[&str]| self.field.values(texts);
        let wrong = || texts.iter().find(|text| values(&[text]).is_err());
        values(texts).map_err(|_| ReadError::Rule {
            table: self.source.name.clone(),
            column: self.field.name.clone(),
            value: wrong().map_or_else(String::new, ToString::to_string),
            wanted: self.field.data_type.to_string(),
        })
    }
}

fn among<T: ArrowPrimitiveType>(values: &ArrayRef) -> Box<dyn Judge> {
    Box::new(Among::<T>(values.as_primitive::<T>().values().to_vec()))
}

/// The only texts.
struct Words(HashSet<String>);

impl Judge for Words {
    fn wrong(&self, values: &ArrayRef, name: &mut dyn FnMut(usize)) {
        let texts = values.as_string_view().iter().enumerate();
        let wrong = texts.filter(|(_, text)| text.is_some_and(|text| !self.0.contains(text)));
        wrong.for_each(|(row, _)| name(row));
    }
}

/// What a text must match.
struct Pattern(Regex);

impl Judge for Pattern {
    fn wrong(&self, values: &ArrayRef, name: &mut dyn FnMut(usize)) {
        let texts = values.as_string_view().iter().enumerate();
        let wrong = texts.filter(|(_, text)| text.is_some_and(|text| !self.0.is_match(text)));
        wrong.for_each(|(row, _)| name(row));
    }
}

/// The only truth values.
struct Truths(Vec<bool>);

impl Judge for Truths {
    fn wrong(&self, values: &ArrayRef, name: &mut dyn FnMut(usize)) {
        let truths = values.as_boolean().iter().enumerate();
        let wrong = truths.filter(|(_, truth)| truth.is_some_and(|it| !self.0.contains(&it)));
        wrong.for_each(|(row, _)| name(row));
    }
}

/// The only numbers or times; compared by size, so that -0.0 is 0.
struct Among<T: ArrowPrimitiveType>(Vec<T::Native>);

impl<T: ArrowPrimitiveType> Judge for Among<T> {
    fn wrong(&self, values: &ArrayRef, name: &mut dyn FnMut(usize)) {
        let values = values.as_primitive::<T>();
        for (row, value) in values.values().iter().enumerate() {
            if !self.0.contains(value) && values.is_valid(row) {
                name(row);
            }
        }
    }
}

/// The smallest and the largest of them.
struct Within<T: ArrowPrimitiveType> {
    min: Option<T::Native>,
    max: Option<T::Native>,
}

impl<T: ArrowPrimitiveType> Judge for Within<T>
where
    T::Native: PartialOrd,
{
    fn wrong(&self, values: &ArrayRef, name: &mut dyn FnMut(usize)) {
        let values = values.as_primitive::<T>();
        // Written so that NaN is in no range.
        let within = |value: &T::Native| {
            self.min.is_none_or(|min| *value >= min) && self.max.is_none_or(|max| *value <= max)
        };
        for (row, value) in values.values().iter().enumerate() {
            if !within(value) && values.is_valid(row) {
                name(row);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::rules;
    use crate::declare::{ColumnType, Format, Range};
    use crate::plan::{Rules, SourceField, SourcePlan};
    use crate::read::ReadError;
    use crate::read::column::parsers::parsers;
    use crate::value::{Faults, Reason, Texts};
    use proptest::prelude::*;

    fn judged(kind: &str, rule: Rules, texts: &[Option<&str>]) -> Result<Vec<usize>, ReadError> {
        let data_type: ColumnType = kind.parse().unwrap();
        let field = SourceField { rules: rule, ..SourceField::new("a", data_type, chrono_tz::UTC) };
        let source = SourcePlan::new("raw", "", Format::Csv, vec![field]);
        let mut faults = Faults::none(texts.len());
        let texts = Texts { column: 0, rows: texts.len(), required: false, text: |row| texts[row] };
        let values = texts.read(&parsers(&source)?[0], &mut faults);
        for rule in rules(&source)? {
            rule.judge(&values, &mut faults);
        }
        Ok(faults.iter().map(|(row, _)| row).collect())
    }

    fn values(values: &[&str]) -> Rules {
        let texts = values.iter().map(|&value| value.to_owned()).collect();
        Rules { accepted_values: Some(texts), ..Rules::default() }
    }

    fn range(min: Option<&str>, max: Option<&str>) -> Rules {
        let text = |bound: Option<&str>| bound.map(str::to_owned);
        let range = Range { min: text(min), max: text(max) };
        Rules { accepted_range: Some(range), ..Rules::default() }
    }

    #[test]
    fn only_listed_values_are_accepted_whatever_their_type() {
        for (kind, accepted, texts) in [
            ("string", ["new", "paid"], ["new", "Paid"]),
            ("boolean", ["true", "true"], ["yes", "no"]),
            ("int32", ["1", "2"], ["2", "3"]),
            ("int64", ["1", "2"], ["+1", "12"]),
            ("float64", ["0", "0.5"], ["-0.0", "0.51"]),
            ("date", ["2026-01-31", "2026-02-01"], ["2026-01-31", "2026-01-30"]),
            ("timestamp", ["2026-01-31", "2026-02-01T10:00"], ["2026-02-01 10:00", "2026-02-01"]),
            ("decimal(9,2)", ["1", "2.5"], ["2.50", "2.51"]),
        ] {
            let found = judged(kind, values(&accepted), &[Some(texts[0]), None, Some(texts[1])]);
            assert_eq!(found.unwrap(), [2], "{kind}");
        }
    }

    #[test]
    fn a_range_includes_its_ends() {
        for (kind, [min, max], texts) in [
            ("int32", ["1", "10"], ["1", "10", "0", "11"]),
            ("int64", ["1", "10"], ["1", "10", "0", "11"]),
            ("float64", ["0", "1"], ["-0.0", "1.0", "-0.1", "1.1"]),
            (
                "date",
                ["2026-01-31", "2026-02-02"],
                ["2026-01-31", "2026-02-02", "2026-01-30", "2026-02-03"],
            ),
            (
                "timestamp",
                ["2026-01-31", "2026-02-02"],
                ["2026-01-31", "2026-02-02", "2026-01-30", "2026-02-02 00:01"],
            ),
            ("decimal(9,2)", ["-1", "2.5"], ["-1.00", "2.50", "-1.01", "2.51"]),
        ] {
            let texts = texts.map(Some);
            let judge = |min, max| judged(kind, range(min, max), &texts).unwrap();
            assert_eq!(judge(Some(min), Some(max)), [2, 3], "{kind}");
            assert_eq!(judge(Some(min), None), [2], "{kind}");
            assert_eq!(judge(None, Some(max)), [3], "{kind}");
        }
    }

    #[test]
    fn a_pattern_is_found_anywhere_unless_it_says_where() {
        let pattern = |text: &str| {
            let pattern = Some(regex::Regex::new(text).unwrap());
            Rules { pattern, ..Rules::default() }
        };
        let texts = [Some("C536379"), Some("536365"), None, Some("")];
        assert_eq!(judged("string", pattern("[0-9]{6}"), &texts).unwrap(), [3]);
        assert_eq!(judged("string", pattern("^[0-9]{6}$"), &texts).unwrap(), [0, 3]);
    }

    #[test]
    fn what_a_rule_compares_with_must_be_a_value_of_the_column() {
        let error = judged("decimal(9,2)", range(Some("0.001"), None), &[]).unwrap_err();
        assert_eq!(
            error.to_string(),
            "source `raw`: a rule of column `a` compares with `0.001`, which is not decimal(9,2)"
        );
    }

    #[test]
    fn a_value_that_could_not_be_read_keeps_its_own_reason() {
        let data_type = ColumnType::Int32;
        let field = SourceField {
            rules: range(Some("1"), None),
            ..SourceField::new("a", data_type, chrono_tz::UTC)
        };
        let source = SourcePlan::new("raw", "", Format::Csv, vec![field]);
        let mut faults = Faults::none(2);
        let text = |row: usize| ["x", "0"].get(row).copied();
        let texts = Texts { column: 0, rows: 2, required: false, text };
        let values = texts.read(&parsers(&source).unwrap()[0], &mut faults);
        rules(&source).unwrap()[0].judge(&values, &mut faults);
        let reasons: Vec<_> = faults.iter().map(|(_, fault)| fault.reason).collect();
        assert_eq!(reasons, [Reason::BadNumber, Reason::OutOfRange]);
    }

    proptest! {
        #[test]
        fn exactly_the_values_outside_a_range_break_it(
            numbers in prop::collection::vec(prop::option::of(-20_i64..20), 0..40),
            min in prop::option::of(-20_i64..20),
            max in prop::option::of(-20_i64..20),
        ) {
            let texts: Vec<_> = numbers.iter().map(|it| it.map(|it| it.to_string())).collect();
            let texts: Vec<_> = texts.iter().map(Option::as_deref).collect();
            let outside = |number: i64| min.is_some_and(|min| number < min) || max.is_some_and(|max| number > max);
            let expected: Vec<_> = (0..numbers.len()).filter(|row| numbers[*row].is_some_and(outside)).collect();
            let (min, max) = (min.map(|it| it.to_string()), max.map(|it| it.to_string()));
            for kind in ["int32", "int64", "float64", "decimal(9,2)"] {
                let rule = range(min.as_deref(), max.as_deref());
                prop_assert_eq!(&judged(kind, rule, &texts).unwrap(), &expected);
            }
        }
    }
}
