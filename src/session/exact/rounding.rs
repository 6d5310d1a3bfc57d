//! `round`, `trunc`, `floor` and `ceil`: floats as they are written, integers as they are.
//!
//! The engine converts integers to floats in `trunc`, `floor` and `ceil`, which loses digits
//! beyond 2^53, and rounds floats after multiplying them. Its decimals are right.

use std::fmt::{self, Debug};
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, Float64Array, Int64Array};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, Field, FieldRef, Float64Type, Int64Type};
use datafusion::common::{Result, ScalarValue, plan_err};
use datafusion::functions::math;
use datafusion::logical_expr::{
    ColumnarValue, Documentation, ReturnFieldArgs, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl,
    Signature, Volatility,
};

use super::written::shortened;

/// All four, replacing the engine's.
pub(super) fn all() -> [ScalarUDF; 4] {
    [math::round(), math::trunc(), math::floor(), math::ceil()].map(|engine| {
        let signature = Signature::user_defined(Volatility::Immutable);
        ScalarUDF::new_from_impl(Rounding { engine, signature })
    })
}

struct Rounding {
    engine: Arc<ScalarUDF>,
    signature: Signature,
}

impl ScalarUDFImpl for Rounding {
    fn name(&self) -> &str {
        self.engine.name()
    }

    fn aliases(&self) -> &[String] {
        self.engine.aliases()
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, given: &[DataType]) -> Result<Vec<DataType>> {
        let takes_digits = matches!(self.name(), "round" | "trunc");
        let number = |of: &DataType| of.is_numeric() || of.is_null();
        let whole = |of: &DataType| of.is_integer() || of.is_null();
        let known = |of: &DataType| if of.is_null() { DataType::Float64 } else { of.clone() };
        match given {
            [of] if number(of) => Ok(vec![known(of)]),
            [of, places] if takes_digits && number(of) && whole(places) => {
                // As it is written: the type of a decimal depends on how many digits are kept.
                Ok(vec![known(of), DataType::Int64])
            }
            _ if takes_digits => {
                plan_err!("`{}` takes a number and how many digits to keep", self.name())
            }
            _ => plan_err!("`{}` takes one number", self.name()),
        }
    }

    fn return_type(&self, types: &[DataType]) -> Result<DataType> {
        Ok(types[0].clone())
    }

    fn return_field_from_args(&self, args: ReturnFieldArgs) -> Result<FieldRef> {
        match args.arg_fields[0].data_type() {
            of if of.is_integer() => Ok(Arc::new(Field::new(self.name(), of.clone(), true))),
            _ => self.engine.return_field_from_args(args),
        }
    }

    fn is_strict(&self) -> bool {
        true
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let of = args.arg_fields[0].data_type();
        let digits = args.args.len() == 2;
        match (self.name(), of, digits) {
            ("round", of, _) if !of.is_floating() => self.rounded(args),
            (_, of, false) if of.is_integer() => Ok(args.args[0].clone()),
            (_, of, true) if of.is_integer() => by_row(&args.args, cut_integers),
            (name, DataType::Float64, true) => {
                let cut = name == "trunc";
                by_row(&args.args, |values, places| Ok(floats(values, places, cut)))
            }
            _ => self.engine.invoke_with_args(args),
        }
    }

    fn documentation(&self) -> Option<&Documentation> {
        self.engine.documentation()
    }
}

impl Rounding {
    /// The engine's result, which requires digits of this width.
    fn rounded(&self, mut args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        if let Some(places) = args.args.get_mut(1) {
            *places = places.cast_to(&DataType::Int32, None)?;
        }
        self.engine.invoke_with_args(args)
    }
}

fn by_row(
    args: &[ColumnarValue],
    answer: impl Fn(&ArrayRef, &Int64Array) -> Result<ArrayRef>,
) -> Result<ColumnarValue> {
    let constant = args.iter().all(|arg| matches!(arg, ColumnarValue::Scalar(_)));
    let columns = ColumnarValue::values_to_arrays(args)?;
    let places = cast(&columns[1], &DataType::Int64)?;
    let answer = answer(&columns[0], places.as_primitive::<Int64Type>())?;
    match constant {
        true => Ok(ColumnarValue::Scalar(ScalarValue::try_from_array(&answer, 0)?)),
        false => Ok(ColumnarValue::Array(answer)),
    }
}

fn floats(values: &ArrayRef, places: &Int64Array, cut: bool) -> ArrayRef {
    let rows = values.as_primitive::<Float64Type>().iter().zip(places.iter());
    let answers = rows.map(|(value, places)| {
        // No float has more digits than these.
        let places = places?.clamp(-400, 400);
        Some(shortened(value?, i32::try_from(places).unwrap_or(0), cut))
    });
    Arc::new(answers.collect::<Float64Array>())
}

/// Integers with zeros in their last places.
fn cut_integers(values: &ArrayRef, places: &Int64Array) -> Result<ArrayRef> {
    let wide = cast(values, &DataType::Decimal128(20, 0))?;
    let wide = wide.as_primitive::<datafusion::arrow::datatypes::Decimal128Type>();
    let rows = wide.iter().zip(places.iter()).map(|(value, places)| {
        let (value, places) = (value?, places?);
        let step = 10_i128.pow(u32::try_from((-places).clamp(0, 30)).unwrap_or(0));
        Some(value - value % step)
    });
    let answers: datafusion::arrow::array::Decimal128Array = rows.collect();
    Ok(cast(&answers.with_precision_and_scale(20, 0)?, values.data_type())?)
}

impl PartialEq for Rounding {
    fn eq(&self, other: &Self) -> bool {
        self.name() == other.name()
    }
}

impl Eq for Rounding {}

impl Hash for Rounding {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.name().hash(state);
    }
}

impl Debug for Rounding {
    fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        formatter.write_str(self.name())
    }
}
