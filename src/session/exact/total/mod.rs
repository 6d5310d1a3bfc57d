//! `sum` and `avg` of numbers, exact in any order and in any window.
//!
//! Values are added up in 128 bits, those of decimals wider than 28 digits in 256, so that only the
//! answer has to fit its type: int64, uint64, or a decimal with ten digits more. An average of
//! decimals has four more digits after the point, rounded half away from zero; one of integers
//! is the float64 nearest to the exact quotient, up to its last digit. Floats are added up without
//! rounding as well. Durations and intervals are left to the engine.

mod answer;
mod floats;
mod gather;
mod number;

use std::collections::HashMap;
use std::fmt::{self, Debug};
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use datafusion::arrow::datatypes::{DataType, Field, FieldRef, i256};
use datafusion::common::Result;
use datafusion::functions_aggregate::average::avg_udaf;
use datafusion::functions_aggregate::sum::sum_udaf;
use datafusion::logical_expr::function::{AccumulatorArgs, StateFieldsArgs};
use datafusion::logical_expr::utils::AggregateOrderSensitivity;
use datafusion::logical_expr::{
    Accumulator, AggregateUDF, AggregateUDFImpl, Documentation, GroupsAccumulator, ReversedUDAF,
    Signature,
};

use self::answer::{Answer, Kind};
use self::gather::{Distinct, Many, One};
use crate::diagnostic::Place;

/// The widest decimals for which a 128-bit total cannot overflow.
const NARROW: u8 = 28;

/// `sum`, as written at a place.
pub(super) fn sum(place: Option<Place>) -> AggregateUDF {
    aggregate(Kind::Sum, sum_udaf(), place)
}

/// `avg`, as written at a place.
pub(super) fn average(place: Option<Place>) -> AggregateUDF {
    aggregate(Kind::Average, avg_udaf(), place)
}

fn aggregate(kind: Kind, engine: Arc<AggregateUDF>, place: Option<Place>) -> AggregateUDF {
    AggregateUDF::new_from_impl(Total { kind, engine, place })
}

struct Total {
    kind: Kind,
    /// The engine's own, for other types.
    engine: Arc<AggregateUDF>,
    place: Option<Place>,
}

impl AggregateUDFImpl for Total {
    fn name(&self) -> &str {
        self.engine.name()
    }

    fn aliases(&self) -> &[String] {
        self.engine.aliases()
    }

    /// Both accept the types of a sum: integers stay integers.
    fn signature(&self) -> &Signature {
        match self.kind {
            Kind::Sum => self.engine.signature(),
            Kind::Average => sums(),
        }
    }

    fn return_type(&self, types: &[DataType]) -> Result<DataType> {
        self.engine.inner().return_type(types)
    }

    fn state_fields(&self, args: StateFieldsArgs) -> Result<Vec<FieldRef>> {
        let of = args.input_fields[0].data_type();
        let name = |part: &str| format!("{}[{part}]", args.name);
        let Some(total) = total_type(of) else { return self.engine.state_fields(args) };
        if args.is_distinct {
            let item = Field::new_list_field(of.clone(), true);
            return Ok(vec![Field::new_list(name("distinct"), item, true).into()]);
        }
        let count = Field::new(name("count"), DataType::UInt64, true);
        Ok(vec![count.into(), Field::new(name("total"), total, true).into()])
    }

    fn accumulator(&self, args: AccumulatorArgs) -> Result<Box<dyn Accumulator>> {
        if is_float(&args) {
            return Ok(match args.is_distinct {
                false => Box::new(floats::One::new(self.kind)),
                true => Box::new(floats::Distinct::new(self.kind)),
            });
        }
        let Some(answer) = self.answer(&args) else { return self.engine.accumulator(args) };
        Ok(match (args.is_distinct, answer.is_wide()) {
            (false, false) => Box::new(One::<i128> { answer, total: 0, count: 0 }),
            (false, true) => Box::new(One::<i256> { answer, total: i256::ZERO, count: 0 }),
            (true, _) => Box::new(Distinct { answer, values: HashMap::new() }),
        })
    }

    fn create_sliding_accumulator(&self, args: AccumulatorArgs) -> Result<Box<dyn Accumulator>> {
        match total_type(args.expr_fields[0].data_type()) {
            Some(_) => self.accumulator(args),
            None => self.engine.create_sliding_accumulator(args),
        }
    }

    fn groups_accumulator_supported(&self, args: AccumulatorArgs) -> bool {
        match total_type(args.expr_fields[0].data_type()) {
            Some(_) => !args.is_distinct,
            None => self.engine.groups_accumulator_supported(args),
        }
    }

    fn create_groups_accumulator(
        &self,
        args: AccumulatorArgs,
    ) -> Result<Box<dyn GroupsAccumulator>> {
        if is_float(&args) {
            return Ok(Box::new(floats::Many::new(self.kind)));
        }
        let Some(answer) = self.answer(&args) else {
            return self.engine.create_groups_accumulator(args);
        };
        Ok(match answer.is_wide() {
            false => Box::new(Many::<i128>::new(answer)),
            true => Box::new(Many::<i256>::new(answer)),
        })
    }

    fn reverse_expr(&self) -> ReversedUDAF {
        ReversedUDAF::Identical
    }

    fn order_sensitivity(&self) -> AggregateOrderSensitivity {
        AggregateOrderSensitivity::Insensitive
    }

    fn documentation(&self) -> Option<&Documentation> {
        self.engine.documentation()
    }
}

fn sums() -> &'static Signature {
    static SUMS: std::sync::OnceLock<Signature> = std::sync::OnceLock::new();
    SUMS.get_or_init(|| sum_udaf().signature().clone())
}

impl Total {
    /// The types that are added up and returned, if they are integers.
    fn answer(&self, args: &AccumulatorArgs) -> Option<Answer> {
        let of = args.expr_fields[0].data_type().clone();
        let total = total_type(&of)?;
        let (kind, place) = (self.kind, self.place.clone());
        Some(Answer { kind, of, total, returns: args.return_type().clone(), place })
    }
}

fn is_float(args: &AccumulatorArgs) -> bool {
    *args.expr_fields[0].data_type() == DataType::Float64
}

/// The type of a total for exchange between partitions.
fn total_type(of: &DataType) -> Option<DataType> {
    match of {
        DataType::Int64 | DataType::UInt64 => Some(DataType::Decimal128(38, 0)),
        DataType::Decimal128(precision, _) if *precision <= NARROW => {
            Some(DataType::Decimal128(38, 0))
        }
        DataType::Decimal128(..) => Some(DataType::Decimal256(76, 0)),
        DataType::Float64 => Some(floats::STATE),
        _ => None,
    }
}

// An aggregate is the same wherever it is written.
impl PartialEq for Total {
    fn eq(&self, other: &Self) -> bool {
        self.kind == other.kind
    }
}

impl Eq for Total {}

impl Hash for Total {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.kind.hash(state);
    }
}

impl Debug for Total {
    fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        write!(formatter, "exact {}", self.engine.name())
    }
}
