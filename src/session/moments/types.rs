//! The meaning of `timestamp` in SQL: an instant with the pipeline's zone.
//!
//! The engine has two types by that name, one with a zone and one without, and counts nanoseconds in
//! both, which end in the year 2262. Here both are instants to the microsecond. So a text with an
//! offset keeps its instant and one without is wall time, whichever name a query uses for the cast.

use chrono_tz::Tz;
use datafusion::arrow::datatypes::{DataType, Field, FieldRef, TimeUnit};
use datafusion::common::{Result, plan_err};
use datafusion::logical_expr::planner::TypePlanner;
use datafusion::sql::sqlparser::ast::DataType as Written;

/// Types of the SQL of a pipeline with this zone.
#[derive(Debug)]
pub(in crate::session) struct Types(pub(in crate::session) Tz);

impl TypePlanner for Types {
    fn plan_type_field(&self, written: &Written) -> Result<Option<FieldRef>> {
        let (Written::Timestamp(digits, _) | Written::Datetime(digits)) = written else {
            return Ok(None);
        };
        let unit = match digits {
            Some(0) => TimeUnit::Second,
            Some(3) => TimeUnit::Millisecond,
            None | Some(6) => TimeUnit::Microsecond,
            Some(_) => {
                return plan_err!("a timestamp has 0, 3 or 6 digits of a second, not '{written}'");
            }
        };
        let moment = DataType::Timestamp(unit, Some(self.0.name().into()));
        Ok(Some(FieldRef::new(Field::new("", moment, true))))
    }
}
