//! The zone of a type, and numbers of a unit on its clock.

use chrono::{DateTime, NaiveDateTime, Offset, TimeZone};
use chrono_tz::Tz;
use datafusion::arrow::array::{ArrayRef, timezone};
use datafusion::arrow::datatypes::TimeUnit;
use datafusion::common::ScalarValue;
use datafusion::error::Result;
use datafusion::logical_expr::{ColumnarValue, Expr};

use crate::zone;

/// How many of a unit make a second.
pub(super) fn per_second(unit: TimeUnit) -> i64 {
    match unit {
        TimeUnit::Second => 1,
        TimeUnit::Millisecond => 1_000,
        TimeUnit::Microsecond => 1_000_000,
        TimeUnit::Nanosecond => 1_000_000_000,
    }
}

/// A number of one unit in another, rounded down, also before 1970.
pub(super) fn scaled(value: i64, from: i64, to: i64) -> Option<i64> {
    if from > to { Some(value.div_euclid(from / to)) } else { value.checked_mul(to / from) }
}

/// Seconds of the years 1 to 9999 on the clock that shows them, those that sources know too.
const YEARS: std::ops::Range<i64> = -62_135_596_800..253_402_300_800;

/// A clock: of a zone, or at a fixed offset from UTC.
#[derive(Debug, Clone, Copy)]
pub(super) enum Clock {
    Zone(Tz),
    /// Seconds ahead of UTC.
    Ahead(i64),
}

impl Clock {
    /// The clock that a type names.
    pub(super) fn named(name: &str) -> Result<Self> {
        if let Ok(zone) = name.parse::<Tz>() {
            return Ok(if zone == Tz::UTC { Self::Ahead(0) } else { Self::Zone(zone) });
        }
        let fixed: timezone::Tz = name.parse()?;
        let offset = fixed.offset_from_utc_datetime(&NaiveDateTime::default()).fix();
        Ok(Self::Ahead(offset.local_minus_utc().into()))
    }

    /// Seconds by which the clock is ahead of UTC at an instant in seconds.
    pub(super) fn ahead(self, seconds: i64) -> Option<i64> {
        match self {
            Self::Ahead(ahead) => Some(ahead),
            Self::Zone(zone) => {
                let utc = DateTime::from_timestamp(seconds, 0)?.naive_utc();
                Some(zone.offset_from_utc_datetime(&utc).fix().local_minus_utc().into())
            }
        }
    }

    /// What the clock shows at an instant, both in `per` to the second.
    pub(super) fn wall(self, instant: i64, per: i64) -> Option<i64> {
        instant.checked_add(self.ahead(instant.div_euclid(per))?.checked_mul(per)?)
    }

    /// An instant in `per` to the second, if the clock shows one of the years 1 to 9999 then.
    pub(super) fn known(self, instant: i64, per: i64) -> Option<i64> {
        let wall = self.wall(instant, per)?;
        YEARS.contains(&wall.div_euclid(per)).then_some(instant)
    }

    /// The instant of a wall time, both in `per` to the second.
    pub(super) fn instant(self, wall: i64, per: i64) -> Option<i64> {
        let zone = match self {
            Self::Ahead(ahead) => return wall.checked_sub(ahead.checked_mul(per)?),
            Self::Zone(zone) => zone,
        };
        let seconds = wall.div_euclid(per);
        let instant = zone::instant(zone, DateTime::from_timestamp(seconds, 0)?.naive_utc());
        let found = instant.timestamp().checked_mul(per)?;
        // Where the clocks skipped the wall time, what is left of the second has no meaning.
        let skipped = instant.naive_local().and_utc().timestamp() != seconds;
        if skipped { Some(found) } else { found.checked_add(wall.rem_euclid(per)) }
    }
}

/// Evaluates a function of constants, so that an error is reported when the query is
/// planned.
pub(super) fn asked(
    args: &[Expr],
    function: impl FnOnce(&[ColumnarValue]) -> Result<ColumnarValue>,
) -> Result<()> {
    let constant = |arg: &Expr| match arg {
        Expr::Literal(value, _) => Some(ColumnarValue::Scalar(value.clone())),
        _ => None,
    };
    let constants: Option<Vec<_>> = args.iter().map(constant).collect();
    constants.map_or(Ok(()), |constants| function(&constants).map(|_| ()))
}

/// Applies a function of arrays to columns and constants; with only constants the result is a
/// constant.
pub(super) fn columnar(
    args: &[ColumnarValue],
    function: impl Fn(&[ArrayRef]) -> Result<ArrayRef>,
) -> Result<ColumnarValue> {
    let constant = args.iter().all(|arg| matches!(arg, ColumnarValue::Scalar(_)));
    let result = function(&ColumnarValue::values_to_arrays(args)?)?;
    Ok(if constant {
        ColumnarValue::Scalar(ScalarValue::try_from_array(&result, 0)?)
    } else {
        ColumnarValue::Array(result)
    })
}
