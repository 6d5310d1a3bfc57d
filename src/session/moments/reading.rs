//! `to_timestamp` and its variants, and `to_unixtime`, with the rules of casts.
//!
//! The engine takes integers for wall time in one of them, fails on wall times that occur twice
//! or never, and converts columns of text without the zone. Here a text with an offset is an
//! instant and one without is wall time of the zone, a date is the first instant of its day, and
//! numbers count from 1970 in UTC. Patterns are those of sources.

use chrono_tz::Tz;
use datafusion::arrow::array::{Array, ArrayRef, new_null_array};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, TimeUnit};
use datafusion::common::{exec_err, plan_err};
use datafusion::error::Result;
use datafusion::logical_expr::simplify::{ExprSimplifyResult, SimplifyContext};
use datafusion::logical_expr::{
    ColumnarValue, Expr, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility,
};

use super::clock::{Clock, asked, columnar, per_second, scaled};
use super::convert::{Convert, is_convertible};
use crate::value::Pattern;

const MICROS: i64 = 1_000_000;

/// The functions for a zone.
pub(in crate::session) fn all(zone: Tz) -> Vec<ScalarUDF> {
    use TimeUnit::{Microsecond, Millisecond, Second};
    let reading = |name, unit, counted, seconds| {
        let to = DataType::Timestamp(unit, Some(zone.name().into()));
        let signature = Signature::user_defined(Volatility::Immutable);
        let convert = Convert::counting(to, counted);
        ScalarUDF::from(Reading { name, convert, seconds, signature })
    };
    vec![
        reading("to_timestamp", Microsecond, 1, false),
        reading("to_timestamp_seconds", Second, 1, false).with_aliases(["from_unixtime"]),
        reading("to_timestamp_millis", Millisecond, 1_000, false),
        reading("to_timestamp_micros", Microsecond, MICROS, false),
        reading("to_timestamp_nanos", Microsecond, 1_000 * MICROS, false),
        reading("to_unixtime", Second, 1, true),
    ]
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct Reading {
    name: &'static str,
    convert: Convert,
    /// Whether the answer is the number of seconds.
    seconds: bool,
    signature: Signature,
}

impl Reading {
    fn read(&self, arguments: &[ColumnarValue]) -> Result<ColumnarValue> {
        let Some((value, patterns)) = arguments.split_first() else {
            return exec_err!("`{}` takes a value", self.name);
        };
        let known = known(patterns)?;
        columnar(std::slice::from_ref(value), |arrays| {
            let moments = match (patterns, known.as_slice()) {
                ([], _) => self.convert.array(&arrays[0])?,
                (_, []) => new_null_array(self.convert.target(), arrays[0].len()),
                (_, known) => self.by_patterns(&arrays[0], known, patterns)?,
            };
            Ok(cast(&moments, self.answer())?)
        })
    }

    fn answer(&self) -> &DataType {
        if self.seconds { &DataType::Int64 } else { self.convert.target() }
    }

    /// The first pattern that fits.
    fn by_patterns(
        &self,
        texts: &ArrayRef,
        known: &[Pattern],
        patterns: &[ColumnarValue],
    ) -> Result<ArrayRef> {
        let texts = cast(texts, &DataType::Utf8View)?;
        let patterns: Vec<String> = patterns.iter().filter_map(written).collect();
        let wrong = format!(
            "by {}: it has a day of the years 1 to 9999, and an hour only with its minute",
            patterns.join(" or ")
        );
        self.convert.texts(
            &texts,
            |text, clock, unit| {
                known.iter().find_map(|pattern| placed(pattern, text.trim(), clock, unit))
            },
            &wrong,
        )
    }
}

/// The patterns that are not NULL.
fn known(patterns: &[ColumnarValue]) -> Result<Vec<Pattern>> {
    let mut known = Vec::new();
    for pattern in patterns {
        let ColumnarValue::Scalar(pattern) = pattern else {
            return exec_err!("a strftime pattern is a constant, not a column");
        };
        if let Some(pattern) = pattern.try_as_str().flatten() {
            let read = Pattern::new(pattern);
            known.push(read.or_else(|_| exec_err!("`{pattern}` is not a strftime pattern"))?);
        }
    }
    Ok(known)
}

fn written(pattern: &ColumnarValue) -> Option<String> {
    let ColumnarValue::Scalar(pattern) = pattern else { return None };
    pattern.try_as_str().flatten().map(|pattern| format!("`{pattern}`"))
}

/// The instant of a text that is parsed by a pattern.
fn placed(pattern: &Pattern, text: &str, clock: Clock, unit: TimeUnit) -> Option<i64> {
    let (local, ahead) = pattern.moment(text)?;
    let instant = match ahead {
        Some(seconds) => local.checked_sub(i64::from(seconds) * MICROS)?,
        None => clock.instant(local, MICROS)?,
    };
    scaled(instant, MICROS, per_second(unit))
}

impl ScalarUDFImpl for Reading {
    fn name(&self) -> &'static str {
        self.name
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, given: &[DataType]) -> Result<Vec<DataType>> {
        match given {
            [DataType::Null] => {}
            [value] if is_convertible(value) => {}
            [text, patterns @ ..]
                if !patterns.is_empty()
                    && (given.iter().all(|it| it.is_string() || it.is_null())
                        || text.is_null()) => {}
            [value] => return plan_err!("`{}` makes no moment of {value}", self.name),
            _ => return plan_err!("`{}` takes one value, or text and patterns", self.name),
        }
        Ok(given.to_vec())
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(self.answer().clone())
    }

    fn simplify(&self, args: Vec<Expr>, _: &SimplifyContext) -> Result<ExprSimplifyResult> {
        let patterns = args.iter().skip(1).filter_map(|arg| match arg {
            Expr::Literal(pattern, _) => Some(ColumnarValue::Scalar(pattern.clone())),
            _ => None,
        });
        known(&patterns.collect::<Vec<_>>())?;
        asked(&args, |values| self.read(values))?;
        Ok(ExprSimplifyResult::Original(args))
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        self.read(&args.args)
    }
}
